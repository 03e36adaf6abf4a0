"""The replay of history on the command line."""

from __future__ import annotations

import json

import pytest

HISTORY = """name: two events
events:
  - {id: talk, what: the maker is warned, known_on: 2020-03-01, from: 2020-12-01,
     hits: {suppliers: [maker]}, effect: {supply: {capacity: 0.9}}}
  - {id: stop, what: the maker is cut off, known_on: 2020-09-01, from: 2020-09-15,
     hits: {suppliers: [maker]}, effect: {supply: stop, repair: stop}}
"""
DAYS = ("--from", "2020-01-01", "--to", "2021-06-01")


@pytest.fixture
def asked(small) -> tuple[str, ...]:
    small.put("scenario.yaml", HISTORY)
    small.change("policy.yaml", "{stock: 400_000}", "{}")
    return ("replay", *small.all, *DAYS)


def test_it_says_what_waiting_cost_and_writes_a_chart(asked, small, tools):
    ended = tools.run(*asked, "-o", "out")
    assert ended.code == 0, ended.err
    said = " ".join(ended.out.split()).replace("\u00a0", " ")
    assert "Waiting from 1 Mar 2020 to 1 Sep 2020 made 1 part too late to buy (02351234)" in said
    assert "1 Mar 2020 is the last of these days on which money could meet the target" in said
    written = tools.standing(small.path / "out")
    assert set(written) == {
        "replay.json", "replay.svg", "tables/replay.csv", "tables/replay.parquet",
        "tables/replay_parts.csv", "tables/replay_parts.parquet",
    }  # fmt: skip
    drawing = written["replay.svg"].decode().replace("\u00a0", " ")
    for label in ("1 Mar 2020", "the maker is warned", "the maker is cut off", "EUR million",
                  "Availability, %", "Date", "1 Sep 2020: no money meets the target",
                  "advised, with the knowledge of the day"):  # fmt: skip
        assert label in drawing
    # again over itself, and never over anything else
    assert tools.run(*asked, "-o", "out").code == 0
    (small.path / "out" / "mine.txt").write_text("x", encoding="utf-8")
    refused = tools.run(*asked, "-o", "out")
    assert refused.code == 5
    assert "mine.txt" in refused.err


def test_json_holds_the_rows_and_the_verdict(asked, tools):
    said = tools.run(*asked, "--json").json
    assert [row["event_id"] for row in said["replay"]] == ["start", "talk", "stop"]
    assert said["replay"][-1]["cost_to_target_true"] is None
    assert "too late to buy" in json.dumps(said["verdict"])
    assert said["availability_target"] == 0.98


def test_without_scenario_and_policy_the_library_is_replayed_at_the_stated_target(small, tools):
    days = ("--from", "2020-07-01", "--to", "2020-09-30")
    said = tools.run("replay", small.net, *days, "--json").json
    assert said["availability_target"] == 0.9995
    told = [(row["on"], row["event_id"]) for row in said["replay"]]
    assert ("2020-07-14", "uk-2020-07") in told
    assert ("2020-08-17", "us-fdpr-2020-08") in told
    assert ("2020-09-14", "us-fdpr-saving") in told
    words = tools.run("replay", small.net, *days)
    assert "not in this network: zte, huawei" in " ".join(words.out.split())


def test_days_the_wrong_way_round_are_one_line(small, tools):
    ended = tools.run("replay", small.net, "--from", "2021-01-01", "--to", "2020-01-01")
    assert ended.code == 2
    assert "[IN-255]" in ended.err
