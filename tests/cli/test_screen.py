"""Screening through the command: lists, candidates, decisions, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keepline.cli.app import app
from keepline.packs import lists

SMALL = Path(__file__).parents[1] / "small"
SAMPLES = Path(__file__).parents[1] / "formats" / "partylists" / "samples"
OWN = "name,country,relation,first_listed,source\nHuawei Technologies Co. Ltd,CN,primary,,\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("KEEPLINE_LISTS", str(tmp_path / "lists"))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str):
        return CliRunner().invoke(app, [str(word) for word in words])

    return call


@pytest.fixture
def here(tmp_path) -> Path:
    place = tmp_path / "net"
    shutil.copytree(SMALL, place)
    suppliers = place / "suppliers.csv"
    text = suppliers.read_text().rstrip("\n")
    width = text.splitlines()[0].split(",")
    row = {"supplier_id": "hw", "name": "华为技术有限公司", "country": "CN"}
    owned = {"supplier_id": "sub", "name": "Quixo", "country": "CN", "owner_id": "hw",
             "owner_share": "0.6"}  # fmt: skip
    head = [*width, *(one for one in owned if one not in width)]
    lines = [line + "," * (len(head) - len(width)) for line in text.splitlines()[1:]]
    lines += [",".join(one.get(name, "") for name in head) for one in (row, owned)]
    suppliers.write_text("\n".join([",".join(head), *lines, ""]))
    return place


@pytest.fixture
def own(tmp_path) -> Path:
    place = tmp_path / "own.csv"
    place.write_text(OWN)
    return place


def answer(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_candidate_is_found_decided_and_remembered(run, here, own):
    told = answer(run("screen", here, "--file", own, "--json"))
    found = {one["supplier_id"]: one for one in told["hits"] if one["band"] != "clear"}
    assert set(found) == {"hw", "sub"}
    assert found["sub"]["through"] == "hw 60 % -> sub"
    entry = found["hw"]["entry_id"]
    words = ("hw", "own", entry, "--file", own, "--by", "me", "--why", "register seen")
    assert run("decide", here, *words, "--clear").exit_code == 0
    told = answer(run("screen", here, "--file", own, "--json"))
    assert {one["band"] for one in told["screened"]} == {"clear"}
    made = answer(run("decisions", here, "--json"))["decisions"]
    assert [(one["said"], one["by"], one["why"]) for one in made] == [
        ("cleared", "me", "register seen")
    ]
    assert run("decide", here, *words, "--withdraw").exit_code == 0
    told = answer(run("screen", here, "--file", own, "--json"))
    bands = {one["supplier_id"]: one["band"] for one in told["screened"]}
    assert bands["hw"] == bands["sub"] == "match"


def test_words_and_files_say_the_same(run, here, own, tmp_path):
    result = run("screen", here, "--file", own, "-o", tmp_path / "out")
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert "2 with a match" in said
    assert "technologies" in result.output  # the cell is folded
    assert (tmp_path / "out" / "hits.csv").read_text().startswith("supplier_id,")
    assert (tmp_path / "out" / "screened.csv").exists()


def test_decisions_are_exported_and_tampering_is_found(run, here, own, tmp_path):
    entry = answer(run("screen", here, "--file", own, "--json"))["hits"][0]["entry_id"]
    for said in ("--clear", "--withdraw", "--confirm"):
        words = ("hw", "own", entry, "--file", own, "--by", "me", "--why", "=1+1")
        assert run("decide", here, *words, said).exit_code == 0
    assert run("decisions", here, "-o", tmp_path / "d.csv").exit_code == 0
    assert len((tmp_path / "d.csv").read_text().splitlines()) == 4
    log = here / "decisions.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([lines[0], lines[2]]))
    result = run("screen", here, "--file", own)
    assert result.exit_code == 2
    assert "IN-524" in result.output
    log.write_text(lines[0] + lines[1][:40])
    assert "IN-523" in run("decisions", here).output


def test_what_cannot_be_decided_is_refused(run, here, own):
    words = ("--file", own, "--by", "me", "--why", "x")
    assert "IN-525" in run("decide", here, "hw", "own", "nobody", "--clear", *words).output
    assert "IN-527" in run("decide", here, "hw", "own", "x", *words).output
    both = run("decide", here, "hw", "own", "x", "--clear", "--confirm", *words)
    assert "IN-527" in both.output
    assert not (here / "decisions.jsonl").exists()


def test_a_part_of_a_list_is_refused_unless_it_is_said(run, here):
    sample = SAMPLES / "csl_sample_2025_29cols.csv"
    result = run("lists", "add", sample)
    assert result.exit_code == 2
    assert "IN-526" in result.output
    for what in ("fewer than 5,000", "does not find", "days ago"):
        assert what in " ".join(result.output.split())
    assert run("lists", "add", sample, "--partial", "--old", "--name", "mine").exit_code == 0
    known = {one["list"]: one for one in answer(run("lists", "--json"))}
    assert known["mine"]["is_partial"]
    assert known["mine"]["entries"] == 13
    assert known["mine"]["published"] == "2023-07-19"
    told = answer(run("screen", here, "--list", "mine", "--json"))
    assert [*told["lists"]] == ["mine"]


def test_a_list_that_was_changed_or_cut_is_not_used(run, here, tmp_path):
    sample = SAMPLES / "csl_sample_2025_29cols.csv"
    assert run("lists", "add", sample, "--partial", "--old").exit_code == 0
    names = next((tmp_path / "lists" / "us-csl").glob("*/names.parquet"))
    names.write_bytes(names.read_bytes()[:-10])
    result = run("screen", here, "--list", "us-csl")
    assert result.exit_code == 5
    assert "IN-521" in result.output


def test_lists_and_names_that_are_not_there_are_told(run, here, own, tmp_path):
    assert "IN-520" in run("screen", here, "--list", "ofac").output
    assert "IN-522" in run("lists", "add", own, "--name", "Mein/e").output
    assert "IN-202" in run("lists", "add", tmp_path / "none.csv").output
    assert "IN-527" in run("lists", "remove", own).output


def test_shipped_lists_are_what_their_page_says(run):
    page = (Path(lists.__file__).parent / "SOURCES.md").read_text()
    known = answer(run("lists", "--json"))
    assert {one["list"] for one in known} == set(lists.LISTS)
    assert all(digest in page for one in known for digest in one["sha256"].values())
    assert {one["list"] for one in known if one["is_partial"]} == {
        "us-csl-sample", "us-csl-sample-2019", "huawei-entity-list",
    }  # fmt: skip


LISTED = """name: whoever is listed
events:
  - id: cut
    what: supply is cut from listed parties
    from: 2020-09-14
    probability: 1.0
    hits: {lists: [mine], owned_share: 0.5}
    effect: {supply: stop}
"""


def test_what_hangs_on_a_candidate_is_possible_until_it_is_decided(run, here, own, tmp_path):
    parts = here / "parts.csv"
    lines = parts.read_text().splitlines()
    column = lines[0].split(",").index("supplier_id")
    cells = lines[1].split(",")
    cells[column] = "sub"
    parts.write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ""]))
    part = cells[lines[0].split(",").index("part_id")]
    assert run("lists", "add", own, "--name", "mine").exit_code == 0
    scenario = tmp_path / "listed.yaml"
    scenario.write_text(LISTED)

    def certainty() -> set[str]:
        told = answer(run("impact", here, "-s", scenario, "--json"))
        return {one["certainty"] for one in told["losses"] if one["part_id"] == part}

    assert certainty() == {"possible"}
    out = tmp_path / "plan"
    assert run(
        "plan", here, "-s", scenario, "-p", here / "policy.yaml", "-o", out, "-n", "2"
    ).exit_code == 0  # fmt: skip
    made = json.loads((out / "plan.json").read_text())
    assert any("nobody has confirmed" in one for one in made["provenance"]["assumptions"])
    assert "list mine" in made["provenance"]["hashes"]
    assert "hw 60 % -> sub" in (out / "tables" / "hits.csv").read_text()
    hits = answer(run("screen", here, "--list", "mine", "--json"))["hits"]
    entry = next(one["entry_id"] for one in hits if one["supplier_id"] == "hw")
    words = ("hw", "mine", entry, "--by", "me", "--why", "register")
    assert run("decide", here, *words, "--confirm").exit_code == 0
    assert certainty() == {"sure"}
    assert run("decide", here, *words, "--clear").exit_code == 0
    assert certainty() == {"unknown"}  # its bill of material is not recorded


NAMED = """\
name: Named by a law
events:
  - id: cut
    from: 2027-01-01
    probability: 1
    hits: {suppliers: [Huawei Technologies Co. Ltd]}
    effect: {supply: stop}
"""


def test_a_company_that_a_scenario_names_is_decided_for_its_plans(run, here, tmp_path):
    law = tmp_path / "law.yaml"
    law.write_text(NAMED)
    told = answer(run("screen", here, "--scenario", law, "--json"))
    assert [*told["lists"]] == ["scenario"]
    entry = next(one["entry_id"] for one in told["hits"] if one["supplier_id"] == "hw")
    assert "hw" in told["screened"][0].values()
    words = ("hw", "scenario", entry, "--scenario", law, "--by", "me", "--why", "register seen")
    assert run("decide", here, *words, "--confirm").exit_code == 0
    told = answer(run("screen", here, "--scenario", law, "--json"))
    said = {one["supplier_id"]: one["standing"] for one in told["hits"] if not one["through"]}
    assert said["hw"] == "confirmed"
