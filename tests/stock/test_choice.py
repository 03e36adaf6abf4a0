"""The choice of purchases against all purchases there are, each judged slowly on its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COSTS = {"p": 100.0, "q": 60.0}
#: Beyond all reach, so that the budget alone decides, over all months alike.
FOR_EVER = {"survive_days": 92, "confidence": 1.0 - 1e-15}


def tiny(case: Callable[..., Any], seed: int, **said: Any) -> Any:
    """Two parts, a centre, two depots, three months, a cut in one of two branches."""
    draw = np.random.default_rng(seed)
    parts = {
        part: {
            "unit_cost": cost,
            "failures_per_year": float(draw.uniform(0.3, 1.5)),
            "repair_share": float(draw.choice([0.0, 0.7, 1.0])),
            "repair_days": float(draw.integers(10, 50)),
            "lead_days": float(draw.integers(5, 25)),
            "weight": float(draw.uniform(0.5, 2.0)),
            **said,
        }
        for part, cost in COSTS.items()
    }
    depots = {
        "c": {"ship_days": 1.0},
        "d": {"parent_id": "c", "ship_days": float(draw.integers(1, 9))},
        "e": {"parent_id": "c", "ship_days": float(draw.integers(1, 20)) + 0.5},
    }
    stock = [("c", "p", 1), ("d", "p", int(draw.integers(0, 2))), ("e", "q", 1)]
    sites = {"s1": "d", "s2": "e", "s3": "c"}
    installed = [
        (site, part, int(draw.integers(3, 12)))
        for site in sites
        for part in parts
        if site != "s3" or part == "q"
    ]
    cuts = [
        ("p", 0, "supply", 35, 0.0),
        ("q", 0, "supply", 40, 0.5),
        ("q", 0, "repair", 45, 0.0),
    ]
    return case(
        parts, depots, sites, installed, stock, [("d", "q", 1, 50)], cuts, (0.7, 0.3), days=91
    )


@dataclass(frozen=True)
class Every:
    """Every placement of a part's units with its units short [placements, months, branches]."""

    units: np.ndarray
    cost: np.ndarray
    short: np.ndarray


def every(found: Any, judge: Any, part: str, budget: float, middles: list[float]) -> Every:
    """Judge every placement within the budget."""
    slow = judge(found, part)
    ships, row = slow.ships, slow.part
    receipt = found.network["depots"]["ship_days"][0]
    days = {
        depot: float(np.ceil(np.ceil(row["lead_days"] + receipt) + ship))
        for depot, ship in ships.items()
    }
    most = int(budget // row["unit_cost"])
    rows = []
    for each in product(range(most + 1), repeat=len(ships)):
        total = sum(each)
        if total > most or 0 < total < row["minimum_order"]:
            continue
        bought = tuple((d, n, days[d]) for d, n in zip(ships, each, strict=True))
        table = [
            [sum(one for one, _ in slow.short(w, day, bought).values()) for w in range(2)]
            for day in middles
        ]
        rows.append((total, total * row["unit_cost"], table))
    units, cost, short = zip(*rows, strict=True)
    return Every(np.array(units), np.array(cost), np.array(short))


def pairs(one: Every, other: Every) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Return every pair of placements: cost, units short of each."""
    for a, b in product(range(len(one.cost)), range(len(other.cost))):
        yield one.cost[a] + other.cost[b], one.short[a], other.short[b]


CHANCES = np.array([0.7, 0.3])
MONTHS = np.array([31.0, 29.0, 31.0]) / 91.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("minimum", [1, 2])
def test_the_budget_buys_the_least_service_lost(
    case: Callable[..., Any], slow: Any, months: Any, seed: int, minimum: int
) -> None:
    budget = 310.0
    found = tiny(case, seed, minimum_order=minimum)
    plan = found.plan(stock=budget, **FOR_EVER)
    bought = plan.purchases
    cost = float(bought["cost"].sum())
    assert cost <= budget
    assert not plan.is_target_met
    tables = [every(found, slow, part, budget, months(found)) for part in COSTS]
    weights = [slow(found, part).part["weight"] for part in COSTS]
    lost = [
        weight * np.einsum("kmw,m,w->k", table.short, MONTHS, CHANCES)
        for weight, table in zip(weights, tables, strict=True)
    ]
    total, spent = np.add.outer(*lost), np.add.outer(*(table.cost for table in tables))
    # no plan of no more cost leaves less than the bound, and none within the budget less than ours
    assert plan.service_lost_bound <= total[spent <= cost + 1e-9].min() + 1e-9
    assert plan.service_lost_plan == pytest.approx(total[spent <= budget].min(), rel=1e-9)
    assert plan.service_lost_today == pytest.approx(total[spent == 0.0][0], rel=1e-9)
    gap = (plan.service_lost_plan - plan.service_lost_bound) / plan.service_lost_plan
    assert plan.gap == pytest.approx(gap)
    pooled = bought.group_by("part_id").agg(pl.col("quantity").sum())
    assert (pooled["quantity"] >= minimum).all()


def availability(found: Any, judge: Any, short: dict[str, np.ndarray]) -> np.ndarray:
    """Return Sherbrooke's availability by month, branches mixed."""
    log = np.zeros((3, 2))
    for part, units_short in short.items():
        one = judge(found, part)
        base, weight = one.installed, one.part["weight"]
        log += weight * base / 3.0 * np.log1p(-units_short / base)
    return np.exp(log) @ CHANCES


@pytest.mark.parametrize("seed", range(6))
def test_the_target_is_met_at_nearly_the_least_cost(
    case: Callable[..., Any], slow: Any, months: Any, seed: int
) -> None:
    found = tiny(case, seed)
    ceiling = 420.0
    tables = {part: every(found, slow, part, ceiling, months(found)) for part in COSTS}
    costs, levels = [], []
    for cost, p, q in pairs(*tables.values()):
        if cost <= ceiling:
            costs.append(cost)
            levels.append(availability(found, slow, {"p": p, "q": q}).min())
    best, cost = np.array(levels), np.array(costs)
    # what 300 buys at best in the worst month: within reach of plans seen here
    target = float(best[cost <= 300.0].max()) - 1e-9
    least = cost[best >= target].min()
    plan = found.plan(availability=target)
    assert plan.planned.min() == pytest.approx(
        availability_of(found, slow, months, plan.purchases).min(), rel=1e-9
    )
    if best[cost == 0.0][0] >= target:
        assert plan.purchases.is_empty()
    assert plan.is_target_met
    assert (plan.planned >= target).all()
    spent = float(plan.purchases["cost"].sum())
    assert least <= spent <= 1.4 * least
    assert plan.cost_to_target == spent


def availability_of(found: Any, judge: Any, months: Any, purchases: Any) -> np.ndarray:
    """Judge purchases as the table tells them."""
    short = {}
    for part in COSTS:
        rows = purchases.filter(part_id=part).select("depot_id", "quantity", "arrives_on")
        bought = tuple(
            (depot, units, float((there - found.network.start).days))
            for depot, units, there in rows.iter_rows()
        )
        one = judge(found, part)
        short[part] = np.array(
            [
                [sum(ebo for ebo, _ in one.short(w, day, bought).values()) for w in range(2)]
                for day in months(found)
            ]
        )
    return availability(found, judge, short)


@pytest.mark.parametrize("seed", range(4))
def test_a_budget_that_reaches_the_target_says_so(case: Callable[..., Any], seed: int) -> None:
    found = tiny(case, seed)
    free = found.plan(availability=0.6)
    if not free.is_target_met:
        assert free.cost_to_target is None
        assert (free.planned < 0.6).any()
        return
    spent = float(free.purchases["cost"].sum())
    for money in (spent, spent - 1.0, spent / 2.0):
        plan = found.plan(availability=0.6, stock=max(money, 0.0))
        assert float(plan.purchases["cost"].sum()) <= max(money, 0.0)
        assert plan.is_target_met == bool((plan.planned >= 0.6).all())


def test_each_part_short_in_its_own_month(case: Callable[..., Any]) -> None:
    """One part is short early (an order is due), the other late: both must be bought."""
    early = {"failures_per_year": 2.0, "repair_share": 1.0, "repair_days": 400.0, "lead_days": 1.0}
    late = {"failures_per_year": 0.3, "repair_share": 1.0, "repair_days": 400.0, "lead_days": 1.0}
    found = case(
        {"p": early, "q": late},
        {"c": {}},
        {"s": {"depot_id": "c", "traffic": 100.0}},
        [("s", "p", 20), ("s", "q", 20)],
        [("c", "p", 1)],
        [("c", "p", 90, 62)],
        days=366,
    )
    plan = found.plan(availability=0.9999)
    assert plan.is_target_met
    assert set(plan.purchases["part_id"]) == {"p", "q"}
    assert (plan.planned >= 0.9999).all()


def test_a_month_out_of_reach_does_not_empty_the_purse(case: Callable[..., Any]) -> None:
    """Nothing can arrive in the first months; the later ones are held at their least cost."""
    parts = {"p": {"lead_days": 100.0, "failures_per_year": 1.0, "repair_share": 0.5}}
    found = case(parts, {"c": {}}, {"s": {"depot_id": "c", "traffic": 50.0}}, [("s", "p", 20)])
    plan = found.plan(availability=0.995)
    assert not plan.is_target_met
    assert plan.cost_to_target is None
    late = [month for month, day in zip(plan.planned, range(12), strict=True) if day >= 4]
    assert min(late) >= 0.995
    one_less = found.plan(availability=0.995, stock=float(plan.purchases["cost"].sum()) - 100.0)
    assert one_less.planned[4:].min() < 0.995


def test_a_minimum_order_past_all_need_is_still_an_order(case: Callable[..., Any]) -> None:
    sites = {"s": "c"}
    parts = {"p": {"minimum_order": 5000, "lead_days": 3.0, "failures_per_year": 3.0}}
    found = case(parts, {"c": {}}, sites, [("s", "p", 5)], days=200)
    plan = found.plan(availability=0.9)
    assert plan.purchases["quantity"].to_list() == [5000]
    assert plan.purchases["bound_by"].to_list() == ["minimum order"]
    assert plan.is_target_met
    short_of_money = found.plan(availability=0.9, stock=4999 * 100.0)
    assert short_of_money.purchases.is_empty()
    assert not short_of_money.is_target_met
    assert short_of_money.cost_to_target == 500_000.0


@pytest.mark.parametrize("policy", [{"availability": 0.97}, FOR_EVER])
def test_more_money_is_never_less_service(case: Callable[..., Any], policy: Any) -> None:
    for seed in range(4):
        points = tiny(case, seed).plan(stock=450.0, **policy).frontier
        assert points["budget"].is_sorted()
        assert points["service_lost"].is_sorted(descending=True)
        assert points["point"].to_list() == list(range(1, len(points) + 1))
        if "availability" in policy:
            assert points["availability"].is_sorted()
