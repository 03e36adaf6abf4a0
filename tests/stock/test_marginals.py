"""Why a part is bought as it is: one unit more, one unit fewer, and what both stand on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model.results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable

DEPOTS = {"c": {"ship_days": 2.0}, "d": {"parent_id": "c", "ship_days": 3.0}}
BUSY = {"failures_per_year": 2.0, "repair_share": 0.25, "lead_days": 40.0}
CUTS = [("p", 1, "supply", 100, 0.0), ("p", 1, "repair", 200, 0.0)]


def a_case(case: Callable[..., Any]) -> Any:
    return case(
        {"p": BUSY, "q": {"unit_cost": 70.0}},
        DEPOTS,
        {"s": "d", "t": "c"},
        [("s", "p", 10), ("t", "p", 5, 1), ("s", "q", 4)],
        [("c", "p", 3), ("d", "p", 2)],
        [("c", "p", 4, 30)],
        CUTS,
        (0.5, 0.5),
    )


def test_what_stands_and_fails_by_hand(case: Callable[..., Any]) -> None:
    table = a_case(case).plan(availability=0.95).marginals
    row = table.row(by_predicate=pl.col("part_id") == "p", named=True)
    assert (row["sites"], row["installed"], row["on_hand"], row["due"]) == (2, 15.0, 5, 4)
    assert row["removals_per_year"] == pytest.approx(30.0)
    assert (row["repair_share"], row["lead_days"]) == (0.25, 42.0)
    assert row["supply_cut_on"] == dt.date(2020, 1, 1) + dt.timedelta(days=100)
    assert row["repair_cut_on"] == dt.date(2020, 1, 1) + dt.timedelta(days=200)
    other = table.row(by_predicate=pl.col("part_id") == "q", named=True)
    assert other["supply_cut_on"] is None
    assert other["repair_cut_on"] is None


def test_it_agrees_with_the_purchases_and_the_plan(case: Callable[..., Any]) -> None:
    plan = a_case(case).plan(availability=0.95)
    bought = dict(plan.purchases.group_by("part_id").agg(pl.col("quantity").sum()).iter_rows())
    assert bought
    for row in plan.marginals.iter_rows(named=True):
        assert row["bought"] == bought.get(row["part_id"], 0)
    assert plan.marginals["service_lost"].sum() == pytest.approx(plan.service_lost_plan)
    RESULTS["marginals"].validate(plan.marginals)


def test_more_never_loses_and_fewer_never_saves(case: Callable[..., Any]) -> None:
    table = a_case(case).plan(availability=0.95).marginals
    assert (table["service_lost_more"] <= table["service_lost"]).all()
    some = table.filter(pl.col("bought") > 0)
    assert (some["service_lost_fewer"] >= some["service_lost"]).all()
    assert table.filter(pl.col("bought") == 0)["service_lost_fewer"].is_null().all()


def test_the_cross_checks_are_near_and_metric_is_below(case: Callable[..., Any]) -> None:
    # tight central stock shared by depots: there METRIC understates
    one = case(
        {"p": {**BUSY, "repair_days": 90.0}},
        {"c": {}, **{f"d{k}": {"parent_id": "c", "ship_days": 3.0} for k in range(4)}},
        {f"s{k}": f"d{k}" for k in range(4)},
        [(f"s{k}", "p", 6) for k in range(4)],
        [("c", "p", 6), *((f"d{k}", "p", 2) for k in range(4))],
    )
    row = one.plan(availability=0.5).marginals.row(0, named=True)
    exact, metric, vari = (row[f"service_lost{law}"] for law in ("", "_metric", "_vari_metric"))
    assert 0.6 * exact < metric < 0.99 * exact
    assert vari == pytest.approx(exact, rel=0.05)


def test_one_more_is_what_the_next_budget_buys(case: Callable[..., Any]) -> None:
    # one pool and one month that decides (the last): money for one unit more buys just that unit
    lone = case({"p": BUSY}, DEPOTS, {"s": "c"}, [("s", "p", 10)], cuts=CUTS, chances=(0.5, 0.5))
    plans = [lone.plan(availability=1.0, stock=100.0 * units) for units in (6, 7, 8)]
    lost = [plan.service_lost_plan for plan in plans]
    middle = plans[1].marginals.row(0, named=True)
    assert middle["bought"] == 7
    assert middle["service_lost_fewer"] == pytest.approx(lost[0])
    assert middle["service_lost"] == pytest.approx(lost[1])
    assert middle["service_lost_more"] == pytest.approx(lost[2])
    assert middle["price"] == pytest.approx((lost[1] - lost[2]) / 100.0, rel=1e-6)
