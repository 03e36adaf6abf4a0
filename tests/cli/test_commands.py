"""Each command answers in words for people and in JSON for machines, with the same figures."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest

from keepline.report import words


def test_check_says_that_a_network_is_sound(small, tools):
    ended = tools.run("check", small.net)
    assert ended.code == 0
    assert "The network is sound" in ended.out
    assert "installed" in ended.out
    assert not (small.path / "issues.csv").exists()


def test_check_in_json(small, tools):
    found = tools.run("check", small.net, "--json").json
    assert found["is_sound"] is True
    assert found["count"] == 0
    assert found["rows"]["installed"] == 60
    assert found["issues"] is None


def test_impact_tells_branches_losses_and_endurance(small, tools):
    ended = tools.run("impact", small.net, "--scenario", small.scenario)
    assert ended.code == 0
    found = tools.run("impact", small.net, "-s", small.scenario, "--json").json
    short = [one for one in found["endurance"] if one["depot_id"] is None]
    ends = {words.date(dt.date.fromisoformat(one["until_on"])) for one in short}
    for said in ("56 %", "24 %", "20 %", "Radio unit", "1 Oct 2020", "30 Nov 2020"):
        assert said in ended.out.replace("\u202f", " ").replace("\u00a0", " ")
    assert [one for one in sorted(ends) if one in ended.out]
    assert "cut -> maker -> 02351234" in ended.out


def test_impact_in_json(small, tools):
    found = tools.run("impact", small.net, "-s", small.scenario, "--json").json
    assert set(found) == {
        "branches", "losses", "mapping", "loss_steps", "remedies", "pooled_parts", "endurance",
        "remedies_not_tried",
    }  # fmt: skip
    assert sum(one["probability"] for one in found["branches"]) == pytest.approx(1)
    radio = [one for one in found["losses"] if one["part_id"] == "02351234"]
    assert {one["supply_lost_on"] for one in radio} == {"2020-10-01"}
    assert {one["repair_lost_on"] for one in radio} == {"2020-11-30"}


def test_impact_draws_worlds_when_asked(small, tools):
    asked = ("impact", small.net, "-s", small.scenario, "--worlds", "1000", "--seed", "3")
    found = tools.run(*asked, "--json").json
    assert (found["worlds"], found["seed"]) == (1024, 3)
    radio = [one for one in found["loss_chances"] if one["part_id"] == "02351234"]
    assert {one["mode"] for one in radio} == {"supply", "repair", "software"}
    assert all(one["low"] < 0.8 < one["high"] for one in radio)
    assert {one["lost_50_on"] for one in radio if one["mode"] == "repair"} == {"2020-11-30"}
    ended = tools.run(*asked)
    assert "Losses in 1\u202f024 worlds drawn" in ended.out
    assert "answer: shares left or let through are not counted as losses." in ended.out


def test_impact_draws_worlds_when_there_are_too_many_branches(small, tools):
    events = "".join(
        f"  - {{id: e{k}, from: 2020-10-01, probability: 0.1, hits: {{suppliers: [maker]}}, "
        "effect: {supply: stop}}\n"
        for k in range(13)
    )
    scenario = small.path / "many.yaml"
    scenario.write_text(f"name: many\nevents:\n{events}")
    found = tools.run("impact", small.net, "-s", scenario, "--json").json
    assert found["worlds"] == 1024
    assert found["left_out"] == []
    assert all(one["low"] < 1 - 0.9**13 < one["high"] for one in found["loss_chances"])


def test_stock_tells_what_to_buy_and_for_how_much(small, tools):
    words = tools.run("stock", *small.all)
    found = tools.run("stock", *small.all, "--json").json
    assert words.code == 0
    said = words.out.replace("\u202f", "").replace("\u00a0", " ")
    cost = sum(one["cost"] for one in found["purchases"])
    assert found["purchase_cost"] == pytest.approx(cost)
    assert found["currency"] == "EUR"
    assert f"For EUR {cost:.0f}" in said
    assert "Certified gap" in said
    assert "The target is met: availability 98%" in said
    assert found["is_target_met"] is True
    assert found["availability_worst_plan"] >= 0.98 > found["availability_worst_today"]
    assert found["service_lost_bound"] <= found["service_lost_plan"] * (1 + 1e-12)
    assert found["service_lost_plan"] < found["service_lost_today"]


def test_stock_says_what_a_missed_target_would_take(small, tools):
    small.change("policy.yaml", "400_000", "20_000")
    found = tools.run("stock", *small.all, "--json").json
    assert found["is_target_met"] is False
    assert found["purchase_cost"] <= 20_000 < found["cost_to_target"]
    rows = {one["limit"]: one for one in found["relaxations"]}
    assert rows["stock budget"]["limit_now"] == 20_000
    assert rows["stock budget"]["at_least"] <= rows["stock budget"]["enough"]
    ended = tools.run("stock", *small.all)
    assert ended.code == 0
    said = " ".join(ended.out.replace("\u00a0", " ").split())
    assert "The target is not met" in said
    assert "it would take EUR" in said
    assert "A stock budget of EUR" in said
    assert "Within the limits, availability" in said
    small.change("policy.yaml", "20_000", str(rows["stock budget"]["enough"]))
    assert tools.run("stock", *small.all, "--json").json["is_target_met"] is True


def test_simulate_today_and_a_plan_on_the_same_failures(small, plan_of, tools):
    alone = tools.run("simulate", small.net, "-s", small.scenario, *tools.few, "--json").json
    both = ("simulate", small.net, "-s", small.scenario, "--plan", plan_of, *tools.few)
    beside = tools.run(*both, "--json").json
    assert alone["replications"] == beside["replications"] == 20
    assert {one["course"] for one in alone["simulated"]} == {"today"}
    assert {one["course"] for one in beside["simulated"]} == {"today", "plan", "difference"}
    today = [one for one in beside["simulated"] if one["course"] == "today"]
    assert today == alone["simulated"]
    assert all(one["low"] <= one["mean"] <= one["high"] for one in beside["simulated"])
    words = tools.run(*both)
    assert words.code == 0
    for said in ("today's course", "the plan", "percentage points", "20 times", "Traffic served"):
        assert said in words.out
    assert "Jun 2022" in words.out.replace("\u00a0", " ")


def test_the_plan_played_alone_is_the_plan_played_within(small, plan_of, tools):
    both = ("simulate", small.net, "-s", small.scenario, "--plan", plan_of, *tools.few, "--json")
    beside = pl.DataFrame(tools.run(*both).json["simulated"], infer_schema_length=None)
    within = pl.read_csv(plan_of / "tables" / "simulated.csv")
    keys = ["measure", "course", "operator_id", "region", "technology", "month"]
    means = [frame.sort(keys, nulls_last=True)["mean"].to_list() for frame in (beside, within)]
    assert means[0] == pytest.approx(means[1], abs=1e-12)


def test_plan_answers_under_headings_and_says_where_all_is(planned):
    out, ended = planned
    heads = (
        "What is lost and when",
        "How long today's stock lasts",
        "What to buy by when",
        "Service",
        "Target",
        "Written",
    )
    places = [ended.out.index(f"\n{one}\n") for one in heads]
    assert places == sorted(places)
    for name in ("report.html", "plan.xlsx", "plan.json", "tables"):
        assert f"{out / name}  " in ended.out
        assert (out / name).exists()
    assert max(len(line) for line in ended.out.splitlines() if str(out) not in line) <= 100
    assert not any(line != line.rstrip() for line in ended.out.splitlines())
    assert ended.out.count("\n") <= 48


def test_plan_shows_its_stages_apart_from_the_answer(planned):
    _, ended = planned
    stages = [line for line in ended.err.splitlines() if line.startswith("done")]
    assert len(stages) == 6
    assert "done" not in ended.out


def test_plan_in_json_is_plan_json_and_what_was_written(small, tools):
    out = small.path / "out"
    ended = tools.run("plan", *small.all, "-o", out, *tools.few, "--json")
    assert ended.err == ""
    found = ended.json
    written = json.loads((out / "plan.json").read_text())
    assert found["summary"] == written["summary"]
    assert found["provenance"] == written["provenance"]
    assert sorted(found["written"]) == sorted(str(out / one) for one in written["files"])
    assert found["provenance"]["seed"] == 0


def test_every_table_stands_as_csv_and_parquet_with_the_same_rows(planned):
    out, _ = planned
    counts = json.loads((out / "plan.json").read_text())["tables"]
    for name, rows in counts.items():
        assert pl.read_parquet(out / "tables" / f"{name}.parquet").height == rows
        text = pl.read_csv(out / "tables" / f"{name}.csv", infer_schema=False)
        assert text.height == rows
    files = {one.stem for one in (out / "tables").iterdir()}
    assert files == set(counts)


def test_the_same_seed_gives_the_same_figures_and_another_one_others(small, tools):
    def played(seed: int) -> object:
        args = ("simulate", small.net, "-s", small.scenario, *tools.few, "--seed", seed)
        return tools.run(*args, "--json").json["simulated"]

    assert played(7) == played(7)
    assert played(7) != played(8)


def test_the_largest_seed_is_one_too(small, tools):
    args = ("simulate", small.net, "-s", small.scenario, *tools.few, "--seed")
    assert tools.run(*args, 2**63 - 1).code == 0
    beyond = tools.run(*args, 2**63)
    assert beyond.code == 2
    assert "--seed" in beyond.err


def test_computed_figures_do_not_hang_on_the_seed(small, planned, tools):
    out = small.path / "out"
    tools.run("plan", *small.all, "-o", out, *tools.few, "--seed", 5)
    one, other = (json.loads((place / "plan.json").read_text()) for place in (planned[0], out))
    drawn = {key for key in one["summary"] if key.startswith("simulated")}
    changed = {key for key, value in one["summary"].items() if other["summary"][key] != value}
    assert changed == drawn
    assert other["provenance"]["seed"] == 5


@pytest.mark.parametrize(
    "command", ["check", "impact", "stock", "simulate", "plan", "explain", "report", "demo"]
)
def test_every_command_teaches_and_takes_a_seed_and_json(tools, command):
    said = tools.run(command, "--help").out
    assert all(option in said for option in ("--seed", "--json", "Example"))
