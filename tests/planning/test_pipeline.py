"""The summary says what the tables hold, and the provenance what they were made of."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import polars as pl
import pytest

from keepline import face, planning
from keepline.model.calendar import month_starts
from keepline.model.errors import InputError
from keepline.model.mechanisms import Mechanisms
from keepline.model.results import RESULTS

APPLY = {
    "branches",
    "losses",
    "cuts",
    "exposure",
    "endurance",
    "purchases",
    "outlook",
    "frontier",
    "simulated",
}


def test_every_table_that_applies_is_there_as_declared(planned):
    assert set(planned.tables) >= APPLY | {"parts", "suppliers"}
    for name in set(planned.tables) & set(RESULTS):
        declared = RESULTS[name].columns()
        schema = planned.tables[name].schema
        assert {key: schema[key] for key in declared} == {
            key: column.dtype for key, column in declared.items()
        }, name


def test_the_purchases_add_up(planned):
    bought, summary = planned.tables["purchases"], planned.summary
    assert summary.purchase_units == bought["quantity"].sum() > 0
    assert summary.purchase_cost == pytest.approx(bought["cost"].sum())
    assert (bought["quantity"] * bought["unit_cost"]).to_list() == pytest.approx(
        bought["cost"].to_list()
    )
    assert summary.first_order_by == bought["order_by"].min()
    assert summary.purchase_cost <= summary.budget_stock
    assert bought.filter(pl.col("order_on") > pl.col("order_by")).is_empty()
    assert bought.filter(pl.col("arrives_on") <= pl.col("order_on")).is_empty()


def test_the_losses_are_counted_and_dated(planned):
    sure = planned.tables["losses"].filter(pl.col("certainty") == "sure")
    days = [sure[f"{mode}_lost_on"].min() for mode in ("supply", "repair", "software")]
    assert planned.summary.parts_lost == sure["part_id"].n_unique() == 2
    assert planned.summary.first_loss_on == min(day for day in days if day is not None)
    assert planned.tables["branches"]["probability"].sum() == pytest.approx(1)


def test_the_network_is_counted(planned, small):
    network = face.read(small)
    summary = planned.summary
    assert (summary.parts, summary.sites, summary.operators) == (2, 30, 1)
    assert summary.units == network["installed"]["quantity"].sum() == 240
    assert summary.total_traffic == pytest.approx(45)
    assert (summary.start, summary.end) == (network.start, network.end)


def test_the_worst_month_is_no_better_than_the_average(planned):
    summary = planned.summary
    months = month_starts(summary.start, summary.end)
    assert {summary.worst_month_today, summary.worst_month_plan} <= set(months)
    assert summary.availability_worst_today <= summary.availability_today
    assert summary.availability_worst_plan <= summary.availability_plan
    assert summary.availability_today < summary.availability_plan
    assert summary.target_met is (summary.availability_worst_plan >= 0.98)


def test_the_frontier_ends_reach_the_plan(planned):
    frontier = planned.tables["frontier"].sort("budget")
    assert frontier["service_lost"].is_sorted(descending=True)
    assert frontier["availability"].is_sorted()
    first = frontier.row(0, named=True)
    assert first["budget"] == 0
    # a target is about the worst month, and so is the frontier
    # and starts from the stock as it is moved
    assert planned.summary.move_units > 0
    assert first["availability"] > planned.summary.availability_worst_today
    spent = frontier.filter(pl.col("budget") <= planned.summary.purchase_cost + 1e-6)
    assert spent["availability"].max() <= planned.summary.availability_worst_plan + 1e-9


def test_the_outlook_covers_every_part_branch_and_month(planned):
    outlook, summary = planned.tables["outlook"], planned.summary
    months = month_starts(summary.start, summary.end)
    parts, branches = summary.parts, len(planned.tables["branches"])
    assert len(outlook) == parts * branches * len(months)
    # what is moved is missed now and then where it lay; what is bought never does harm
    still = outlook.join(planned.tables["moves"], on="part_id", how="anti")
    assert (still["backorders_planned"] <= still["backorders"] + 1e-9).all()
    assert summary.service_lost_plan < summary.service_lost_today


def test_the_interval_is_that_of_the_table_and_covers_the_computed_figure(inputs):
    plan = inputs.plan(replications=400, mechanisms=Mechanisms.formulas())
    for simulated, computed in (
        (plan.summary.simulated_today, plan.summary.availability_today),
        (plan.summary.simulated_plan, plan.summary.availability_plan),
    ):
        assert simulated.low < simulated.mean < simulated.high
        width = simulated.high - simulated.low
        assert abs(simulated.mean - computed) < width
    assert plan.summary.simulated_difference.mean == pytest.approx(
        plan.summary.simulated_plan.mean - plan.summary.simulated_today.mean
    )


def test_the_hashes_are_those_of_the_files(planned, small):
    read = {one.name for one in small.iterdir()}
    assert set(planned.provenance.hashes) == read
    for name, digest in planned.provenance.hashes.items():
        assert digest == hashlib.sha256((small / name).read_bytes()).hexdigest()


def test_files_of_one_name_keep_their_hashes_apart(inputs):
    for what in ("scenario", "policy"):
        place = inputs.path / what
        place.mkdir()
        (inputs.path / f"{what}.yaml").rename(place / "it.yaml")
    made = face.plan(
        inputs.path,
        inputs.path / "scenario" / "it.yaml",
        inputs.path / "policy" / "it.yaml",
        replications=2,
    )
    for name, what in (("it.yaml", "scenario"), ("policy it.yaml", "policy")):
        content = (inputs.path / what / "it.yaml").read_bytes()
        assert made.provenance.hashes[name] == hashlib.sha256(content).hexdigest()


def test_the_stages_are_told_in_order(inputs):
    told: list[str] = []
    inputs.plan(progress=told.append, replications=2)
    assert [one.split()[0] for one in told] == ["Find", "Find", "Find", "Play"]


def test_the_parts_of_the_pipeline_find_what_the_whole_finds(planned, small):
    network, scenario, policy = face.read_all(small, small / "scenario.yaml", small / "policy.yaml")
    found, endurance = planning.lost_and_left(network, scenario, 0.95)
    assert found.losses.equals(planned.tables["losses"])
    assert endurance.equals(planned.tables["endurance"])
    _, stocked = planning.take_stock(network, scenario, policy)
    assert stocked.purchases.equals(planned.tables["purchases"])
    played = planning.play(
        network,
        scenario,
        planning.Course(stocked.moves, stocked.purchases),
        replications=20,
    )
    for name in ("simulated", "simulated_parts", "simulated_once"):
        assert getattr(played, name).equals(planned.tables[name])


def test_what_the_formulas_assume_is_played_when_it_is_asked_for(inputs, planned, said):
    mechanisms = Mechanisms.formulas()
    plan = inputs.plan(mechanisms=mechanisms)
    network, scenario = face.read_both(inputs.path, inputs.path / "scenario.yaml")
    course = planning.Course(plan.tables["moves"], plan.tables["purchases"])
    played = planning.play(network, scenario, course, replications=20, mechanisms=mechanisms)
    assert played.simulated.equals(plan.tables["simulated"])
    # the formulas know nothing of sites, and what they say themselves is the same either way
    assert plan.tables["simulated_once"].is_empty()
    assert plan.tables["purchases"].equals(planned.tables["purchases"])
    assert plan.summary.availability_plan == planned.summary.availability_plan
    assert "no more than the formulas take in" in said(plan)


def test_sites_are_told_in_both_courses_and_by_region_and_technology(planned, said):
    once, months = planned.tables["simulated_once"], planned.tables["simulated"]
    courses = {"today", "plan", "difference"}
    for measure in ("traffic_served", "sites_down", "longest_outage", "longest_down"):
        assert set(once.filter(pl.col("measure") == measure)["course"]) == courses
    served = months.filter(pl.col("measure") == "traffic_served")
    for group in ("region", "technology"):
        assert served[group].n_unique() > 1
    assert planned.tables["simulated_parts"]["mean"].max() > 0.0
    assert "Every mechanism is played" in said(planned)


def test_a_scenario_without_events_loses_nothing(inputs):
    (inputs.path / "scenario.yaml").write_text("name: calm\nevents: []\n")
    plan = inputs.plan()
    summary = plan.summary
    assert summary.parts_lost == 0
    assert summary.first_loss_on is None
    assert plan.tables["losses"].is_empty()
    assert plan.tables["cuts"].is_empty()
    assert plan.tables["branches"]["probability"].to_list() == [1.0]
    assert plan.tables["exposure"]["units_lost"].sum() == 0
    assert plan.tables["endurance"]["is_beyond_end"].is_not_null().all()


def test_without_money_nothing_is_bought_and_the_cost_of_the_target_is_told(inputs):
    inputs.change("policy.yaml", "400_000", "0")
    summary = inputs.plan().summary
    assert summary.purchase_units == 0
    assert summary.purchase_cost == 0
    assert summary.first_order_by is None
    assert summary.target_met is False
    assert summary.cost_to_target > 0
    assert summary.availability_worst_plan > summary.availability_worst_today
    assert summary.move_units > 0
    inputs.change("policy.yaml", "stock: 0", "stock: 0, move_cost: 1e9")
    still = inputs.plan().summary
    assert still.move_units == 0
    assert still.availability_plan == still.availability_today
    assert still.simulated_difference.mean == 0


def test_the_cost_to_target_reaches_it_and_a_little_less_does_not(inputs):
    # with moves more money may move more, so that a little less can be enough
    inputs.change("policy.yaml", "stock: 400_000", "move_cost: 1e9, stock: 0")
    cost = inputs.plan().summary.cost_to_target
    inputs.change("policy.yaml", "stock: 0", f"stock: {cost}")
    enough = inputs.plan().summary
    assert enough.target_met
    assert enough.purchase_cost <= cost
    inputs.change("policy.yaml", f"stock: {cost}", f"stock: {cost - 3200 - 1}")
    assert not inputs.plan().summary.target_met


def test_a_survival_target_buys_for_survival(inputs):
    inputs.change("policy.yaml", "availability: 0.98", "survive_days: 400")
    inputs.change("policy.yaml", "stock: 400_000", "stock: 4_000_000")
    plan = inputs.plan()
    summary = plan.summary
    assert summary.survive_target_days == 400
    assert summary.availability_target is None
    assert summary.target_met
    endurance = plan.tables["endurance"].filter(pl.col("depot_id").is_null())
    radio = endurance.filter(pl.col("part_id") == "02351234").row(0, named=True)
    assert radio["survive_days"] < 400
    bought = plan.tables["purchases"].filter(pl.col("part_id") == "02351234")
    assert bought["quantity"].sum() > 0
    # with what was bought on the shelf from the first day, today's stock lasts as long as asked
    more = dict(bought.group_by("depot_id").agg(pl.col("quantity").sum()).iter_rows())
    for depot, on_hand in (("centre", 6), ("north", 6)):
        row = f"{depot},02351234,{on_hand}"
        inputs.change("stock.csv", row, f"{depot},02351234,{on_hand + more.get(depot, 0)}")
    again = inputs.plan().tables["endurance"].filter(pl.col("depot_id").is_null())
    held = again.filter(pl.col("part_id") == "02351234").row(0, named=True)
    assert held["survive_days"] >= 400


def test_a_scenario_made_for_another_network_is_refused(small):
    network, scenario, policy = face.read_all(small, small / "scenario.yaml", small / "policy.yaml")
    suppliers = network["suppliers"].with_columns(
        pl.col("supplier_id").str.replace("maker", "forge")
    )
    other = replace(network, tables={**network.tables, "suppliers": suppliers})
    with pytest.raises(InputError) as caught:
        planning.make_plan(other, scenario, policy, version="0")
    assert [one.code for one in caught.value.problems] == ["IN-330"]
