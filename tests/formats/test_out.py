"""A plan's folder is whole or as it was before."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import polars as pl
import pytest

from keepline.formats import atomic, folder, out
from keepline.model.errors import InputError, StoreError
from keepline.model.plan import Interval, Plan, Provenance, Summary
from keepline.model.problems import Problem, Problems


def a_plan(name: str = "Two sites") -> Plan:
    values: dict[str, object] = {}
    for key, kind in Summary.__annotations__.items():
        if "date" in kind:
            values[key] = dt.date(2020, 9, 14)
        elif "Interval" in kind:
            values[key] = Interval(0.5, 0.25, 0.75)
        elif "str" in kind:
            values[key] = name
        elif "bool" in kind:
            values[key] = True
        else:
            values[key] = 3 if "int" in kind else 0.25
    table = pl.DataFrame({"part_id": ["02351234", "=1+1"], "order_on": [dt.date(2020, 6, 22)] * 2})
    provenance = Provenance("0.1.0", 7, {"stock.csv": "ab"}, {"polars": "2"}, ("one", "two"))
    return Plan(Summary(**values), {"purchases": table}, provenance)  # type: ignore[arg-type]


def standing(place: Path) -> dict[str, bytes]:
    return {
        one.relative_to(place).as_posix(): one.read_bytes()
        for one in place.rglob("*")
        if one.is_file()
    }


def beside(place: Path) -> list[str]:
    return sorted(one.name for one in place.parent.iterdir() if one != place)


def test_a_plan_comes_back_as_it_was(tmp_path):
    place = tmp_path / "deep" / "out"
    written = out.write_plan(place, a_plan(), {"report.html": b"<p>"})
    assert [one.relative_to(place).as_posix() for one in written] == [
        "plan.json",
        "report.html",
        "tables/purchases.csv",
        "tables/purchases.parquet",
    ]
    again = out.read_plan(place)
    assert again.summary == a_plan().summary
    assert again.provenance == a_plan().provenance
    assert again.tables["purchases"].equals(a_plan().tables["purchases"])
    assert beside(place) == []


def test_a_csv_says_what_the_table_says(tmp_path):
    out.write_plan(tmp_path / "out", a_plan(), {})
    text = (tmp_path / "out" / "tables" / "purchases.csv").read_text()
    assert text == "part_id,order_on\n02351234,2020-06-22\n=1+1,2020-06-22\n"


def test_a_second_plan_replaces_the_first_whole(tmp_path):
    place = tmp_path / "out"
    out.write_plan(place, a_plan("first"), {"report.html": b"1", "old.pdf": b"1"})
    out.write_plan(place, a_plan("second"), {"report.html": lambda path: path.write_bytes(b"2")})
    assert out.read_plan(place).summary.network_name == "second"
    assert (place / "report.html").read_bytes() == b"2"
    assert not (place / "old.pdf").exists()
    assert beside(place) == []


def test_two_steps_where_the_system_has_no_single_one(tmp_path, monkeypatch):
    place = tmp_path / "out"
    monkeypatch.setattr(atomic, "_exchanged", lambda *_: False)
    out.write_plan(place, a_plan("first"), {"report.html": b"1"})
    out.write_plan(place, a_plan("second"), {"report.html": b"2"})
    assert (place / "report.html").read_bytes() == b"2"
    assert beside(place) == []


def full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("at", ["content", "sync", "exchange", "swap"])
def test_whatever_fails_the_earlier_plan_stands(tmp_path, monkeypatch, at):
    place = tmp_path / "out"
    out.write_plan(place, a_plan("first"), {"report.html": b"1"})
    before = standing(place)
    files: dict[str, atomic.Content] = {"report.html": b"2"}
    if at == "content":
        files["z.bin"] = full_disk
    elif at == "sync":
        monkeypatch.setattr(os, "fsync", full_disk)
    elif at == "exchange":
        monkeypatch.setattr(atomic, "_exchanged", full_disk)
    else:
        monkeypatch.setattr(atomic, "_exchanged", lambda *_: False)
        real = Path.rename

        def rename(path: Path, target: Path) -> Path:
            if ".new-" in path.name:
                full_disk()
            return real(path, target)

        monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(StoreError, match="no space left on device") as caught:
        out.write_plan(place, a_plan("second"), files)
    assert caught.value.code == "KL-052"
    assert standing(place) == before
    assert beside(place) == []


def test_an_error_of_another_kind_leaves_the_earlier_plan_too(tmp_path):
    place = tmp_path / "out"
    out.write_plan(place, a_plan("first"), {})
    before = standing(place)

    def broken(_: Path) -> None:
        raise RuntimeError("a fault of the report")

    with pytest.raises(RuntimeError):
        out.write_plan(place, a_plan("second"), {"report.html": broken})
    assert standing(place) == before
    assert beside(place) == []


def test_nothing_but_a_plan_is_ever_replaced(tmp_path):
    place = tmp_path / "out"
    place.mkdir()
    out.write_plan(place, a_plan(), {})
    (place / "my notes.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"my notes\.txt"):
        out.write_plan(place, a_plan(), {})
    with pytest.raises(StoreError, match=r"my notes\.txt"):
        out.refuse_foreign(place)
    out.refuse_foreign(tmp_path / "new")
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.doc").write_text("mine")
    with pytest.raises(StoreError, match="not a plan") as caught:
        out.write_plan(home, a_plan(), {})
    assert caught.value.code == "KL-053"
    with pytest.raises(StoreError, match="is a file"):
        out.write_plan(home / "thesis.doc", a_plan(), {})
    with pytest.raises(StoreError, match="not a network"):
        folder.write({}, {"name": "x"}, home)
    assert (home / "thesis.doc").read_text() == "mine"


def test_a_file_in_the_way_of_a_folder_is_a_store_error(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(StoreError):
        out.write_plan(tmp_path / "a" / "out", a_plan(), {})


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"format": 1, "tables": 3}'])
def test_what_is_no_plan_is_said(tmp_path, content):
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(InputError):
        out.read_plan(tmp_path)


def test_a_plan_whose_table_is_broken_is_said(tmp_path):
    place = tmp_path / "out"
    out.write_plan(place, a_plan(), {})
    (place / "tables" / "purchases.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError) as caught:
        out.read_plan(place)
    assert caught.value.problems is not None
    assert [one.code for one in caught.value.problems] == ["IN-216"]


def test_issues_are_rows(tmp_path):
    problems = Problems()
    problems.add(Problem("stock.csv", "IN-104", '"12,5" is not a number', row=2, column="on_hand"))
    place = out.write_issues(tmp_path, problems)
    assert place == tmp_path / "issues.csv"
    again = pl.read_csv(place)
    assert again.height == 1
    assert again["what"][0] == '"12,5" is not a number'


def test_a_text_is_written_whole(tmp_path):
    out.write_text(tmp_path / "a.yaml", "name: ü\n")
    assert (tmp_path / "a.yaml").read_bytes() == "name: ü\n".encode()
    with pytest.raises(StoreError):
        out.write_text(tmp_path / "a.yaml" / "b", "x")
