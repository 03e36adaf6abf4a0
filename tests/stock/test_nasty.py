"""Odd networks and odd questions: an answer in every cell, or an error in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.model.results import Frontier, Outlook, Purchases, Simulated

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN: dict[str, Any] = {
    "parts": {"p": {}, "q": {"failures_per_year": 3.0}},
    "depots": {"c": {}, "d": {"parent_id": "c", "ship_days": 3.0}},
    "sites": {"s": "d", "t": "c"},
    "installed": [("s", "p", 5), ("t", "q", 2)],
    "cuts": [("p", 0, "supply", 50, 0.0)],
    "days": 120,
}
NASTY: dict[str, dict[str, Any]] = {
    "plain": {},
    "nothing": {"parts": {}, "depots": {}, "sites": {}, "installed": [], "cuts": []},
    "no sites": {"sites": {}, "installed": []},
    "no parts": {"parts": {}, "installed": [], "cuts": []},
    "nothing installed": {"installed": []},
    "stock of what is installed nowhere": {"installed": [], "stock": [("d", "p", 3)]},
    "rates of 0": {"parts": {"p": {"failures_per_year": 0.0}, "q": {"failures_per_year": 0.0}}},
    "rates beyond reason": {"parts": {"p": {"failures_per_year": 4000.0}, "q": {}}},
    "weights of 0": {"parts": {"p": {"weight": 0.0}, "q": {"weight": 0.0}}},
    "no traffic": {
        "sites": {"s": {"depot_id": "d", "traffic": 0.0}, "t": {"depot_id": "c", "traffic": 0.0}}
    },
    "cut before the start": {"cuts": [("p", 0, "supply", -90, 0.0), ("p", 0, "repair", -80, 0.0)]},
    "cut on the first day": {"cuts": [("p", 0, "supply", 0, 0.0), ("q", 0, "repair", 0, 0.0)]},
    "cut after the end": {"cuts": [("p", 0, "supply", 5000, 0.0)]},
    "shorter than the lead time": {"days": 30},
    "one day": {"days": 1, "cuts": [("p", 0, "supply", 0, 0.0)]},
    "free of charge": {"parts": {"p": {"unit_cost": 0.0}, "q": {}}},
    "all free": {"parts": {"p": {"unit_cost": 0.0}, "q": {"unit_cost": 0.0}}},
    "a huge minimum": {"parts": {"p": {"minimum_order": 10**12}, "q": {"minimum_order": 10**9}}},
    "no time at all": {
        "parts": {"p": {"lead_days": 0.0, "repair_days": 0.0}, "q": {"lead_days": 0.0}},
        "depots": {"c": {}, "d": {"parent_id": "c", "ship_days": 0.0}},
    },
    "years to come": {"parts": {"p": {"lead_days": 5000.0, "repair_days": 9000.0}, "q": {}}},
    "far away": {"depots": {"c": {}, "d": {"parent_id": "c", "ship_days": 500.0}}},
    "all spare": {"installed": [("s", "p", 5, 5), ("t", "q", 2, 9)]},
    "tiny branch": {"chances": (1e-12, 1.0 - 1e-12)},
    "impossible branch": {"chances": (0.0, 1.0)},
    "slow lead": {"cuts": [("p", 0, "supply", 0, 1.0, 1000.0)]},
}
POLICIES: list[dict[str, Any]] = [
    {"availability": 0.95},
    {"availability": 1.0},
    {"availability": 0.0},
    {"availability": 1.0, "stock": 0.0},
    {"availability": 0.999, "stock": 450.0, "per_quarter": 150.0},
    {"survive_days": 100.0, "confidence": 0.9},
    {"survive_days": 0.0, "stock": 0.0, "per_quarter": 0.0},
    {"survive_days": 1e9, "availability": 0.9, "stock": 1e12},
]


def whole(table: pl.DataFrame) -> bool:
    """Tell whether every figure is a number."""
    figures = table.select(pl.selectors.float())
    return bool(np.isfinite(figures.to_numpy()).all()) if figures.width and len(table) else True


@pytest.mark.parametrize("name", list(NASTY))
def test_an_answer_in_every_cell(case: Callable[..., Any], name: str) -> None:
    found = case(**(PLAIN | NASTY[name]))
    for policy in POLICIES:
        plan = found.plan(**policy)
        for declared, table in (
            (Purchases, plan.purchases),
            (Outlook, plan.outlook),
            (Frontier, plan.frontier),
        ):
            declared.validate(table)
            assert whole(table), (policy, table)
        for figure in (
            *plan.today,
            *plan.planned,
            plan.availability_today,
            plan.availability_plan,
            plan.service_lost_today,
            plan.service_lost_plan,
            plan.service_lost_bound,
            plan.gap,
            plan.cost_to_target or 0.0,
        ):
            assert np.isfinite(figure), policy
        assert 0.0 <= plan.gap <= 1.0
        assert (plan.planned >= plan.today - 1e-12).all()
        assert plan.service_lost_bound <= plan.service_lost_plan
        cost = float(plan.purchases["cost"].sum())
        assert cost <= policy.get("stock", np.inf)
        if plan.is_target_met and "availability" in policy:
            assert (plan.planned >= policy["availability"]).all()
        assert len(plan.outlook) == len(plan.today) * found.pools_of_parts * len(found.branches)


@pytest.mark.parametrize("name", list(NASTY))
def test_every_network_can_be_played(case: Callable[..., Any], name: str) -> None:
    found = case(**(PLAIN | NASTY[name]))
    if name == "rates beyond reason":
        found = case(**(PLAIN | NASTY[name] | {"days": 40}))
    bought = found.plan(availability=0.9, stock=400.0).purchases
    played = found.play(bought, replications=10, threads=1)
    Simulated.validate(played.simulated)
    assert whole(played.simulated)
    assert played.plan is not None
    for interval in (played.today, played.plan):
        assert 0.0 <= interval.low <= interval.mean <= interval.high <= 1.0


def test_a_target_of_nothing_buys_nothing(case: Callable[..., Any]) -> None:
    plan = case(**PLAIN).plan(availability=0.0)
    assert plan.purchases.is_empty()
    assert plan.is_target_met
    assert plan.cost_to_target == 0.0
    assert plan.gap == pytest.approx(0.0, abs=1e-9)


def test_what_costs_nothing_is_bought_with_no_money(case: Callable[..., Any]) -> None:
    free = case(**(PLAIN | NASTY["all free"])).plan(availability=0.999999, stock=0.0)
    assert free.purchases["cost"].sum() == 0.0
    assert free.purchases["quantity"].sum() > 0
