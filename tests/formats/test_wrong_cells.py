"""Each wrong cell, row or setting is one clear line; all of them come at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from keepline.formats import folder
from keepline.model.errors import InputError

CASES = yaml.safe_load((Path(__file__).parent / "wrong_cells.yaml").read_text(encoding="utf-8"))


def lines(path: Path) -> list[str]:
    return [str(one) for one in folder.check(path).problems if not one.is_notice]


def only(path: Path) -> str:
    found = lines(path)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("case", CASES, ids=[f"{one['file']}-{one['new']}" for one in CASES])
def test_each_wrong_place_is_one_clear_line(files, case):
    files.change(case["file"], case["old"], case["new"])
    assert only(files.path) == case["line"]


def test_a_misspelt_key_is_both_unknown_and_missing(files):
    files.change("network.yaml", "currency:", "curency:")
    found = lines(files.path)
    assert [one[-8:] for one in found] == ["[IN-301]", "[IN-300]"]
    assert "Did you mean currency?" in found[0]


def test_rows_count_lines_of_the_file(files):
    cells = 'ee-00003,ee,"two\r\nlines ""quoted""",North,core,ee-central,1\n\n'
    files.change("sites.csv", "ee-00002", cells + "ee-00002")
    files.change("sites.csv", "North,core,ee-central,\n", "North,kore,ee-central,\n")
    assert only(files.path).startswith('sites.csv row 6, column function: "kore"')
    files.change("sites.csv", "kore,ee-central,", "kore,ee-central,x")
    assert [line.split(":")[0] for line in lines(files.path)] == [
        "sites.csv row 6, column function",
        "sites.csv row 6, column traffic",
    ]


def test_quotes_beyond_the_quick_look_change_no_row_number(files, monkeypatch):
    monkeypatch.setattr("keepline.formats.quotes.FEW", 0)
    files.change("sites.csv", "ee-00002", '"ee-00002"')
    files.change("sites.csv", '"Newport, Pagnell"', '"Newport,\nPagnell"')
    files.change("sites.csv", "core", "kore")
    assert only(files.path).startswith('sites.csv row 4, column function: "kore"')


def test_all_problems_of_all_files_come_at_once_and_none_is_lost(files):
    files.change("stock.csv", ",12,", ",x,")
    files.change("stock.csv", ",3,", ",y,")
    files.change("orders.csv", "40", "")
    files.change("network.yaml", "GBP", "Pound")
    files.remove("parts.csv")
    files.put("trafic.csv", "a\n1\n")
    with pytest.raises(InputError) as caught:
        folder.read(files.path)
    problems = caught.value.problems
    assert problems is not None
    codes = sorted(problem.code for problem in problems)
    # that no id of a part is known while there are no parts is said once, by the table
    assert codes == ["IN-101", "IN-104", "IN-104", "IN-203", "IN-204", "IN-344"]
    assert str(caught.value) == "The input has 6 problems."
    assert problems.table().height == 6


def test_many_bad_cells_are_all_counted(files, monkeypatch):
    for module in ("raw", "listing", "keys"):
        monkeypatch.setattr(f"keepline.model.check.{module}.LISTED", 10)
    rows = "".join(f"ee-central,1e5,x{one},2020-08-{one % 28 + 1:02d}\n" for one in range(25))
    files.put("orders.csv", "depot_id,part_id,quantity,due_on\n" + rows.replace("x", "bad"))
    checked = folder.check(files.path)
    assert checked.problems.count == 25
    assert len(checked.problems) == 11
    assert checked.network is None
    assert "15 more cells like these" in str(checked.problems.found[-1])


def test_an_unknown_id_of_a_spoilt_row_is_no_second_problem(files):
    files.change("parts.csv", "45.5,", "45.5,1,")
    found = lines(files.path)
    assert len(found) == 1
    assert found[0].startswith("parts.csv row 3: the row has 10 cells")
