"""What must hold of purchases whatever the network."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

few = settings(deadline=None, max_examples=15, derandomize=True)

PARTS = st.fixed_dictionaries(
    {
        "unit_cost": st.sampled_from([0.0, 10.0, 35.0, 100.0]),
        "failures_per_year": st.floats(0.0, 2.0),
        "repair_share": st.sampled_from([0.0, 0.5, 1.0]),
        "repair_days": st.floats(0.0, 90.0),
        "lead_days": st.floats(0.0, 60.0),
        "minimum_order": st.sampled_from([1, 1, 2, 40]),
        "weight": st.floats(0.0, 2.0),
    }
)


@st.composite
def networks(draw: Any) -> dict[str, Any]:
    """Return what builds a network of two trees, up to three parts and two branches."""
    names = ["p", "q", "r"][: draw(st.integers(1, 3))]
    depots = {
        "c": {"operator_id": "one", "ship_days": draw(st.floats(0.0, 5.0))},
        "d": {"operator_id": "one", "parent_id": "c", "ship_days": draw(st.floats(0.0, 9.0))},
        "z": {"operator_id": "two"},
    }
    sites = {
        "s": {"depot_id": "c", "traffic": draw(st.floats(0.0, 9.0))},
        "t": {"depot_id": "d", "traffic": draw(st.floats(0.5, 9.0))},
        "u": {"depot_id": "z", "traffic": 4.0},
    }
    units = st.integers(1, 12)
    installed = [
        (site, part, draw(units), draw(st.integers(0, 1)))
        for site in sites
        for part in names
        if draw(st.booleans())
    ]
    stock = [
        (depot, part, draw(st.integers(0, 2)))
        for depot in depots
        for part in names
        if draw(st.booleans())
    ]
    cuts = [
        (part, branch, mode, draw(st.integers(-5, 150)), draw(st.sampled_from([0.0, 0.5])), lead)
        for part in names
        for branch, mode, lead in ((0, "supply", 1.0), (1, "supply", 1.5), (0, "repair", 1.0))
        if draw(st.booleans())
    ]
    return {
        "parts": {name: draw(PARTS) for name in names},
        "depots": depots,
        "sites": sites,
        "installed": installed,
        "stock": stock,
        "orders": [("c", "p", draw(units), draw(st.integers(-3, 100)))],
        "cuts": cuts,
        "chances": (0.25, 0.75),
        "days": 152,
    }


@few
@given(networks(), st.floats(0.5, 0.9999))
def test_more_budget_is_never_worse(
    case: Callable[..., Any], said: dict[str, Any], confidence: float
) -> None:
    """All months weighed alike: service lost falls with the money, and money is not overspent."""
    found = case(**said)
    plans = [
        found.plan(survive_days=152.0, confidence=1.0 - 1e-15, stock=money)
        for money in (0.0, 40.0, 75.0, 200.0, 1000.0)
    ]
    for plan, money in zip(plans, (0.0, 40.0, 75.0, 200.0, 1000.0), strict=True):
        assert plan.purchases["cost"].sum() <= money
        assert plan.service_lost_bound <= plan.service_lost_plan <= plan.service_lost_today + 1e-9
    for less, more in pairwise(plans):
        if not less.is_target_met:
            assert more.service_lost_plan <= less.service_lost_plan + 1e-9


@few
@given(networks(), st.floats(0.5, 0.999))
def test_a_target_met_stays_met_with_more_money(
    case: Callable[..., Any], said: dict[str, Any], target: float
) -> None:
    found = case(**said)
    budgets = (0.0, 40.0, 75.0, 200.0, 1000.0)
    plans = [found.plan(availability=target, stock=money) for money in budgets]
    for less, more in pairwise(plans):
        assert more.is_target_met or not less.is_target_met
    for plan, money in zip(plans, budgets, strict=True):
        assert plan.purchases["cost"].sum() <= money
        assert plan.is_target_met or plan.planned.min() < target


@few
@given(networks(), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(
    case: Callable[..., Any], said: dict[str, Any], seed: int
) -> None:
    # of units that cost nothing any number is as cheap as any other
    parts = {
        one: {**part, "unit_cost": part["unit_cost"] or 5.0} for one, part in said["parts"].items()
    }
    said = said | {"parts": parts}
    plan = case(**said).plan(availability=0.9, stock=300.0)
    other = case(**said, shuffle=seed).plan(availability=0.9, stock=300.0)
    assert other.planned == pytest.approx(plan.planned, abs=1e-9)
    assert other.today == pytest.approx(plan.today, abs=1e-12)
    assert other.is_target_met == plan.is_target_met
    assert other.service_lost_bound == pytest.approx(plan.service_lost_bound, abs=1e-9)
    assert other.purchases["cost"].sum() == plan.purchases["cost"].sum()
    figures = ("part_id", "branch_id", "month")
    mine, others = (table.outlook.sort(figures) for table in (plan, other))
    assert others.select(figures).equals(mine.select(figures))
    for column in ("outstanding", "backorders", "stockout_probability"):
        assert others[column].to_numpy() == pytest.approx(mine[column].to_numpy(), abs=1e-12)


@few
@given(networks(), st.sampled_from([0.125, 3.0, 1000.0]))
def test_the_unit_of_traffic_changes_no_availability(
    case: Callable[..., Any], said: dict[str, Any], scale: float
) -> None:
    plan = case(**said).plan(availability=0.9)
    other = case(**said, scale=scale).plan(availability=0.9)
    assert other.today == pytest.approx(plan.today, rel=1e-12)
    assert other.planned == pytest.approx(plan.planned, rel=1e-9)
    assert other.service_lost_plan == pytest.approx(scale * plan.service_lost_plan, rel=1e-9)


@few
@given(networks(), st.floats(0.2, 0.999))
def test_a_plan_that_says_met_is_met(
    case: Callable[..., Any], said: dict[str, Any], target: float
) -> None:
    plan = case(**said).plan(availability=target)
    assert plan.is_target_met == bool((plan.planned >= target).all())
    assert (plan.planned >= plan.today - 1e-12).all()
    if plan.is_target_met:
        spent = float(plan.purchases["cost"].sum())
        assert plan.cost_to_target == pytest.approx(spent)
        again = case(**said).plan(availability=target, stock=spent)
        assert again.is_target_met
    assert np.isfinite(plan.frontier.drop("point").to_numpy()).all()


@few
@given(networks(), st.sampled_from([0.0, 4.0]), st.sampled_from([None, 150.0]))
def test_moves_never_make_a_plan_dearer(
    case: Callable[..., Any], said: dict[str, Any], move_cost: float, stock: float | None
) -> None:
    """Stock is piled up where least fails; moved or not, what is asked is the same."""
    piled = [("d", "p", 6), *((depot, part, 3) for depot, part, _ in said["stock"] if part != "p")]
    found = case(**said | {"stock": piled})
    asked = {"availability": 0.97} | ({} if stock is None else {"stock": stock})
    plan, without = found.plan(**asked, move_cost=move_cost), found.plan(**asked)
    spent = plan.purchases["cost"].sum() + plan.moves["cost"].sum()
    if without.is_target_met:
        assert plan.is_target_met
        assert spent <= without.purchases["cost"].sum() * (1.0 + 1e-9)
    elif not plan.is_target_met:
        assert plan.purchases["cost"].sum() <= max(stock or 0.0, without.purchases["cost"].sum())
    assert plan.moves_bound <= plan.moves_left + 1e-9
    held = found.network["stock"].join(
        plan.moves, left_on=["depot_id", "part_id"], right_on=["from_depot_id", "part_id"]
    )
    gone = held.group_by("depot_id", "part_id").agg(
        left=pl.col("on_hand").first() - pl.col("quantity").sum()
    )
    assert (gone["left"] >= 0).all()
    assert not set(plan.moves.select("part_id", "from_depot_id").rows()) & set(
        plan.moves.select("part_id", "to_depot_id").rows()
    )
