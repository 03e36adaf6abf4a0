"""The sentences say what the tables hold, also when there is nothing to say."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from keepline.model.plan import Interval, Plan
from keepline.report.answer import answer
from keepline.report.words import THIN


def said(plan: Plan, topic: str) -> str:
    found = " ".join(one.text for one in answer(plan) if one.topic == topic)
    return found.replace("\u00a0", " ").replace(THIN, " ")


def changed(plan: Plan, **changes: object) -> Plan:
    return replace(plan, summary=replace(plan.summary, **changes))


def test_the_topics_come_in_the_order_of_the_question(plan: Plan) -> None:
    topics = list(dict.fromkeys(one.topic for one in answer(plan)))
    assert topics == ["lost", "endurance", "buy", "availability", "simulated", "target"]
    assert all(one.text.endswith(".") and one.tables for one in answer(plan))


def test_losses_are_counted_dated_and_named(plan: Plan) -> None:
    text = said(plan, "lost")
    assert "16 of 40 parts may lose new supply" in text
    assert "the first on 14 Sep 2020" in text
    assert "Huawei loses new supply for 13 parts from 14 Sep 2020" in text
    assert "repair for 13 parts from 13 Mar 2021" in text
    assert "(probability 85 %)" in text
    assert "For 3 parts a fact on the path is missing" in text


def test_the_shortest_endurance_is_named(plan: Plan) -> None:
    rows = plan.tables["endurance"].filter(pl.col("depot_id").is_null()).sort("survive_days")
    first = rows.row(0, named=True)
    name = dict(plan.tables["parts"].select("part_id", "name").iter_rows())[first["part_id"]]
    short = rows.filter(~pl.col("is_beyond_end"))
    text = said(plan, "endurance")
    assert f"today's stock of {name} (Huawei) lasts {int(first['survive_days'])} days" in text
    assert f"{len(short)} of 40 parts do not last to 21 Jun 2023" in text
    under = len(rows.filter(pl.col("survive_days") < 540))
    assert f"Today's stock of {under} of 40 parts does not last the 540 days" in text


def test_the_purchases_are_summed(plan: Plan) -> None:
    bought = plan.tables["purchases"]
    units = f"{bought['quantity'].sum():,}".replace(",", " ")
    text = said(plan, "buy")
    assert f"Buy {units} units of {bought['part_id'].n_unique()} parts for GBP" in text
    assert "of the stock budget of GBP 20.0 million" in text
    assert "the first order by 14 Jul 2020" in text


def test_availability_gap_and_intervals_are_told(plan: Plan) -> None:
    computed = said(plan, "availability")
    assert "is 98.41 % on today's course and 99.983 % with the plan" in computed
    assert "worst month it is 96.41 % on today's course (May 2023) and 99.953 %" in computed
    assert "within 0.084 % of the least" in computed
    simulated = said(plan, "simulated")
    assert "400 replications" in simulated
    assert "96.38 % (96.29 % to 96.47 %)" in simulated
    assert "3.57 percentage points (3.48 to 3.66): the plan is better beyond chance" in simulated


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-0.01, 0.01, "chance alone"), (0.001, 0.01, "better beyond"), (-0.02, -0.01, "worse beyond")],
)
def test_the_difference_is_judged_by_its_interval(
    plan: Plan, low: float, high: float, verdict: str
) -> None:
    other = changed(plan, simulated_difference=Interval((low + high) / 2, low, high))
    assert verdict in said(other, "simulated")


def test_nothing_lost_and_nothing_bought(plan: Plan) -> None:
    calm = changed(plan, parts_lost=0, first_loss_on=None, purchase_units=0, purchase_cost=0.0)
    assert said(calm, "lost").startswith("Nothing is lost: in none of the scenario's 3 branches")
    assert said(calm, "buy") == ("Nothing is to be bought: today's stock already meets the target.")
    broke = changed(calm, target_met=False, budget_stock=0.0)
    assert said(broke, "buy") == "Nothing is bought: the policy gives no money for stock."


def test_a_missed_target_says_what_it_would_take(plan: Plan) -> None:
    missed = changed(plan, target_met=False)
    assert said(missed, "target") == (
        "The target is not met within the budget (availability 99.95 % in every month"
        " and 540 days of survival): "
        "it would take GBP 14.4 million of stock."
    )
    hopeless = changed(missed, cost_to_target=None, budget_stock=None)
    assert "no amount of stock that can still be bought" in said(hopeless, "target")
    assert "within the budget" not in said(hopeless, "target")


def test_survival_past_the_plan_is_not_told_as_held(plan: Plan) -> None:
    long = changed(plan, survive_target_days=99_999.0)
    asked = "99 999 days of survival, judged over the 1 095 days of the plan"
    assert asked in said(long, "target")
    beyond = plan.tables["endurance"].with_columns(is_beyond_end=True)
    whole = replace(long, tables={**plan.tables, "endurance": beyond})
    assert "cannot be judged" in said(whole, "endurance")
    assert "lasts the 99 999" not in said(whole, "endurance")


def test_a_plan_proven_best_says_so(plan: Plan) -> None:
    assert "certified gap is 0" in said(changed(plan, gap=0.0), "availability")


def test_an_availability_short_of_all_is_never_told_as_all(plan: Plan) -> None:
    nearly = said(changed(plan, availability_plan=0.9999996), "availability")
    assert "99.999960 %" in nearly
    assert "and 100 % with" not in nearly


def test_an_empty_network_has_an_answer(empty_plan: Plan) -> None:
    assert said(empty_plan, "lost") == "Nothing is lost: the network has no parts."
    assert said(empty_plan, "buy") == "Nothing is to be bought: the network has no parts."
    assert said(empty_plan, "simulated") == ""
    assert said(empty_plan, "target") == "The policy sets no service target."


def test_one_part_is_told_in_the_singular(lone_plan: Plan) -> None:
    text = " ".join(said(lone_plan, topic) for topic in ("lost", "endurance"))
    assert "The one part may lose" in text
    assert "for 1 part from" in text
    assert "1 parts" not in text


def test_an_unknown_loss_without_a_date_is_not_told_as_a_loss(plan: Plan) -> None:
    undated = pl.lit(None, dtype=pl.Date)
    modes = ("supply", "repair", "software")
    losses = plan.tables["losses"].with_columns(undated.alias(f"{mode}_lost_on") for mode in modes)
    other = replace(plan, tables={**plan.tables, "losses": losses})
    assert "Huawei loses" not in said(other, "lost")
