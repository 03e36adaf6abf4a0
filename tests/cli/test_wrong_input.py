"""What is wrong with the input is told in clear lines, all of it at once, and ends with 2."""

from __future__ import annotations

import polars as pl
import pytest

OWNERS = ("suppliers.csv", "CN,,", "CN,other,1"), ("suppliers.csv", "FI,,", "FI,maker,1")
WRONG = {
    "an unknown supplier": (
        [("scenario.yaml", "suppliers: [maker]", "suppliers: [makr]")],
        "scenario.yaml",
        "Did you mean maker",
    ),
    "a probability over 1": (
        [("scenario.yaml", "probability: 0.8", "probability: 1.8")],
        "scenario.yaml",
        "probability",
    ),
    "end before start": (
        [("network.yaml", "end: 2022-06-21", "end: 2019-06-21")],
        "network.yaml",
        "end",
    ),
    "an owner loop": (list(OWNERS), "suppliers.csv", "owner_id"),
    "a depot loop": (
        [("depots.csv", "centre,ee,,1", "centre,ee,north,1")],
        "depots.csv",
        "parent_id",
    ),
    "an unknown event": (
        [("scenario.yaml", "if: cut", "if: cat")],
        "scenario.yaml",
        "Did you mean cut?",
    ),
    "a policy without a target": (
        [("policy.yaml", "availability: 0.98, ", "")],
        "policy.yaml",
        "service",
    ),
    "a negative budget": (
        [("policy.yaml", "400_000", "-4")],
        "policy.yaml",
        "budget",
    ),
    "a misspelt key": (
        [("policy.yaml", "budget:", "bugdet:")],
        "policy.yaml",
        "budget",
    ),
    "a wrong cell": (
        [("stock.csv", "centre,1e5,4", 'centre,1e5,"12,5"')],
        "stock.csv row 4, column on_hand",
        '"12,5"',
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_is_one_clear_line(name, small, tools):
    changes, where, what = WRONG[name]
    for file, old, new in changes:
        small.change(file, old, new)
    ended = tools.run("plan", *small.all, "-o", small.path / "out", *tools.few)
    assert ended.code == 2
    lines = [line for line in ended.err.splitlines() if not line.startswith("done")]
    assert lines[-1].startswith("The input has 1 problem.")
    assert len(lines) == 2
    assert lines[0].startswith(where)
    assert what in lines[0]
    assert lines[0].endswith("]")
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert not (small.path / "out").exists()


def test_network_scenario_and_policy_are_told_at_once(small, tools):
    small.change("stock.csv", "centre,1e5,4", "centre,1e5,-4")
    small.change("scenario.yaml", "probability: 0.8", "probability: 1.8")
    small.change("policy.yaml", "0.98", "98")
    ended = tools.run("plan", *small.all, "-o", small.path / "out", "--json")
    assert ended.code == 2
    error = ended.json["error"]
    assert [one["file"] for one in error["problems"]] == [
        "stock.csv",
        "scenario.yaml",
        "policy.yaml",
    ]
    assert all(one["code"].startswith("IN-") for one in error["problems"])
    assert error["message"] == "The input has 3 problems."
    for command in ("stock",):
        assert tools.run(command, *small.all).err.count("[IN-") == 3
    for command in ("impact", "simulate"):
        assert tools.run(command, small.net, "-s", small.scenario).err.count("[IN-") == 2


def test_check_lists_every_problem_in_a_file_and_five_of_a_kind_in_words(small, tools):
    sites = (small.path / "net" / "sites.csv").read_text().replace(",1.5\n", ",-1\n")
    small.put("sites.csv", sites)
    ended = tools.run("check", small.net)
    assert ended.code == 2
    assert ended.err.count("sites.csv row") == 5
    assert "25 more like these" in ended.err
    assert "The input has 30 problems." in ended.err
    issues = pl.read_csv(small.path / "issues.csv")
    assert issues.height == 30
    assert issues["row"].to_list() == list(range(2, 32))
    assert set(issues["file"]) == {"sites.csv"}
    assert all(issues["mend"].is_not_null() | issues["expected"].is_not_null())


def test_check_in_json_is_one_document_with_every_problem(small, tools):
    small.change("stock.csv", "centre,1e5,4", "centre,1e6,4")
    small.change("parts.csv", "1e5,Line card,other", "1e5,Line card,othr")
    ended = tools.run("check", small.net, "--json", "--issues", small.path / "mine.csv")
    assert ended.code == 2
    found = ended.json
    assert found["is_sound"] is False
    assert found["count"] == len(found["problems"])
    assert {"IN-113"} == {one["code"] for one in found["problems"]}
    assert found["issues"] == str(small.path / "mine.csv")
    assert pl.read_csv(small.path / "mine.csv").height == found["count"]


def test_problems_are_told_even_where_they_cannot_be_written(small, tools):
    small.change("stock.csv", "centre,1e5,4", "centre,1e5,-4")
    ended = tools.run("check", small.net, "--issues", small.path / "net" / "sites.csv" / "x.csv")
    assert ended.code == 2
    assert "stock.csv row 4" in ended.err
    assert "[KL-052]" in ended.err


@pytest.mark.parametrize("what", ["nowhere", "net/sites.csv"])
def test_what_is_no_network_is_said(what, small, tools):
    ended = tools.run("check", small.path / what)
    assert ended.code == 2
    assert "[IN-201]" in ended.err


def test_a_missing_scenario_is_said(small, tools):
    ended = tools.run("impact", small.net, "-s", small.path / "no.yaml")
    assert ended.code == 2
    assert "no.yaml: the file is not there" in ended.err


def test_a_plan_of_another_network_is_refused_in_words(small, plan_of, tools):
    for file in ("stock.csv", "installed.csv", "parts.csv"):
        text = (small.path / "net" / file).read_text()
        small.put(file, text.replace("02351234", "0999"))
    ended = tools.run("simulate", small.net, "-s", small.scenario, "--plan", plan_of, *tools.few)
    assert ended.code == 2
    assert "02351234" in ended.err
    assert "[IN-251]" in ended.err


def test_a_folder_that_holds_no_plan_is_said(small, tools):
    for args in (
        ("report", small.net),
        ("simulate", small.net, "-s", small.scenario, "--plan", small.net),
    ):
        ended = tools.run(*args)
        assert ended.code == 2
        assert "plan.json" in ended.err


def test_an_unknown_size_is_said_before_anything_is_written(small, tools):
    ended = tools.run("demo", "-o", small.path / "demo", "--size", "huge")
    assert ended.code == 2
    assert "sizes are operator and national" in ended.err
    assert not (small.path / "demo").exists()
