"""The library of dated events, and what was known on a day, on the command line."""

from __future__ import annotations

import json

import pytest

from keepline import face

RULES = """name: t
rules:
  - {id: listing, kind: listing, announced: 2020-08-01, effective: 2020-10-01, parties: [MAKER],
     destinations: [GB]}
"""


def test_events_lists_what_ships_with_its_sources(tools):
    ended = tools.run("events")
    assert ended.code == 0
    said = tools.run("events", "--json").json
    assert len(said) == 22
    assert said[0]["id"] == "us-zte-2018-04"
    assert all(one["source"] and one["mark"] in "VPU" for one in said)
    for word in ("2018-04-15", "2026-03-23", "Dated events: 22"):
        assert word in ended.out


def test_events_as_of_a_day_tells_no_later_one(tools):
    said = tools.run("events", "--as-of", "2020-02-20", "--json").json
    assert [one["id"] for one in said][-1] == "uk-2020-01"
    (extended,) = [one for one in said if one["id"] == "us-tgl-2019-11"]
    assert extended["what"].endswith("to 1 April 2020")
    assert "known on 20" in tools.run("events", "--as-of", "2020-02-20").out


def test_events_say_what_a_network_does_not_have(small, tools):
    said = tools.run("events", "--network", small.net, "--json").json
    absent = {one["id"]: one["not_in_network"] for one in said}
    assert absent["us-zte-2018-04"] == ["zte"]
    assert absent["us-fcc-list-2021-03"] == ["huawei", "zte", "hytera", "hikvision", "dahua"]
    assert "gallium" in absent["cn-gallium-2023-07"]
    assert "not in this network" in tools.run("events", "--network", small.net).out


def test_a_day_that_is_none_is_refused(tools):
    ended = tools.run("events", "--as-of", "20.2.2020")
    assert ended.code == 2
    assert "20.2.2020" in ended.err


def test_a_scenario_may_take_events_and_the_answer_names_what_is_absent(small, tools):
    small.put("scenario.yaml", "name: t\nlibrary: [us-huawei-2019-05]\n")
    ended = tools.run("impact", small.net, "-s", small.scenario)
    assert ended.code == 0
    assert "not in this network: huawei" in " ".join(ended.out.split())


def test_an_unknown_event_is_one_line_with_a_code(small, tools):
    small.put("scenario.yaml", "name: t\nlibrary: [us-huawei-2019]\n")
    ended = tools.run("impact", small.net, "-s", small.scenario)
    assert ended.code == 2
    assert "[IN-354]" in ended.err
    assert "Did you mean" in ended.err


@pytest.mark.parametrize("command", ["impact", "stock", "simulate", "plan"])
def test_as_of_reaches_every_command(small, tools, command):
    text = (small.path / "net" / "scenario.yaml").read_text(encoding="utf-8")
    (event,) = [line for line in text.splitlines() if line.startswith("  - id: cut")]
    small.put("scenario.yaml", text.replace(event, event + "\n    known_on: 2020-08-01"))
    policy = ["-p", small.policy] if command in ("stock", "plan") else []
    more = [*tools.few] if command in ("simulate", "plan") else []
    target = ["-o", "out"] if command == "plan" else []
    words = [command, small.net, "-s", small.scenario, *policy, *more, *target, "--json"]
    before = tools.run(*words, "--as-of", "2020-07-31")
    after = tools.run(*words, "--as-of", "2020-08-01")
    assert (before.code, after.code) == (0, 0), before.err + after.err
    assert before.json != after.json
    if command == "impact":
        assert before.json["losses"] == []
        assert after.json["losses"] != []
    if command == "plan":
        assert "known on 2020-08-01" in json.dumps(after.json)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_rule_on_goods_that_no_table_has_does_not_pass_for_safe(small, tools, as_json):
    rule = (
        "{id: ores, kind: export_control, countries: [CN], goods: [unobtainium], "
        "effective: 2020-08-01}"
    )
    small.put("scenario.yaml", f"name: ores\nrules:\n  - {rule}\n")
    ended = tools.run("impact", small.net, "-s", small.scenario, *(["--json"] if as_json else []))
    assert ended.code == 0
    assert 'no part, component or kind is called "unobtainium". [IN-333]' in ended.err
    plan = face.plan(small.net, small.scenario, small.policy, replications=2)
    assert any("so it hits nothing: unobtainium." in one for one in plan.provenance.assumptions)
