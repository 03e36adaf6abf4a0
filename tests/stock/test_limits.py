"""What suppliers deliver, quarters may cost and depots hold: never passed, used at their best."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.model import arrays
from keepline.model.network import Network
from keepline.stock.limits import Ordering
from keepline.stock.tranches import shared_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BUSY = {"failures_per_year": 2.0, "repair_share": 0.0, "lead_days": 10.0}
ONE = {"c": {}}
SITE = {"s": {"depot_id": "c", "traffic": 40.0}}
#: Beyond all reach, so that the budget alone decides, over all months alike.
FOR_EVER = {"survive_days": 366, "confidence": 1.0 - 1e-15}


def limited(
    found: Any,
    sources: Sequence[tuple[Any, ...]] = (),
    room: dict[str, float | None] | None = None,
    volume: float = 1.0,
) -> Any:
    """Return a case with sources (part, capacity, qualified) and room in depots."""
    tables = dict(found.network.tables)
    if sources:
        empty = tables["sources"]
        rows = pl.DataFrame(
            [
                {
                    **dict.fromkeys(empty.columns),
                    "item_id": part,
                    "supplier_id": f"maker {number}",
                    "share": 1.0,
                    "capacity_per_month": capacity,
                    "is_qualified": is_qualified,
                }
                for number, (part, capacity, is_qualified) in enumerate(sources)
            ],
            schema=empty.schema,
        )
        tables["sources"] = rows
    if room is not None:
        tables["depots"] = tables["depots"].with_columns(
            capacity_m3=pl.col("depot_id").replace_strict(room, return_dtype=pl.Float64)
        )
        tables["parts"] = tables["parts"].with_columns(volume_m3=pl.lit(volume))
    one = found.network
    network = Network(one.name, one.currency, one.start, one.end, one.source, tables)
    return type(found)(network, found.branches, found.cuts, found.pools, found.supply, found.places)


def by_quarter(plan: Any, part: str = "p") -> list[int]:
    """Return the units ordered in the four quarters of the first year."""
    starts = [dt.date(2020, month, 1) for month in (1, 4, 7, 10)]
    rows = plan.purchases.filter(part_id=part)
    return [int(rows.filter(order_on=day)["quantity"].sum()) for day in starts]


def steady(case: Callable[..., Any], part: dict[str, Any] | None = None, **said: Any) -> Any:
    """Return 16 failures a year that nobody repairs, and supply up to November."""
    return case(
        {"p": {**BUSY, "repair_share": 1.0, **(part or {})}},
        ONE,
        SITE,
        [("s", "p", 8)],
        [("c", "p", 3)],
        cuts=[("p", 0, "supply", 330, 0.0), ("p", 0, "repair", 0, 0.0)],
        **said,
    )


def test_a_plan_within_every_limit_is_the_plan_without(case: Callable[..., Any]) -> None:
    free = steady(case)
    wide = limited(free, [("p", 1000.0, True)], {"c": 1e6})
    for asked in ({"availability": 0.99, "stock": 900.0},):
        one, other = free.plan(**asked), wide.plan(**asked)
        assert one.purchases.equals(other.purchases)
        assert one.marginals.equals(other.marginals)
        assert one.frontier.equals(other.frontier)
        assert (one.gap, one.service_lost_bound) == (other.gap, other.service_lost_bound)


def test_a_capacity_spreads_orders_and_meets_the_target(case: Callable[..., Any]) -> None:
    found = steady(case)
    free = found.plan(availability=0.98)
    need = int(free.purchases["quantity"].sum())
    assert need > 6
    assert free.is_target_met
    tight = limited(found, [("p", need / 7.5, True)]).plan(availability=0.98)
    ordered = by_quarter(tight)
    assert tight.is_target_met
    assert (tight.planned >= 0.98).all()
    assert sum(ordered) >= need
    assert sum(units > 0 for units in ordered) >= 2
    assert max(ordered) <= 3.0 * need / 7.5
    assert tight.cost_to_target == tight.purchases["cost"].sum()


def test_a_target_out_of_reach_says_so_and_names_the_limit(case: Callable[..., Any]) -> None:
    plan = limited(steady(case), [("p", 0.4, True)]).plan(availability=0.98)
    assert not plan.is_target_met
    assert plan.cost_to_target is None
    assert max(by_quarter(plan)) == 1
    assert set(plan.purchases["bound_by"]) == {"supplier capacity"}
    money = steady(case).plan(availability=0.98, per_quarter=100.0)
    assert not money.is_target_met
    assert money.cost_to_target is not None
    assert set(money.purchases["bound_by"]) == {"quarter budget"}
    packed = limited(steady(case), room={"c": 5.0}).plan(availability=0.98)
    assert packed.purchases["quantity"].sum() == 2  # three lie there already
    assert set(packed.purchases["bound_by"]) == {"storage"}


def test_a_minimum_order_above_the_capacity_buys_nothing(case: Callable[..., Any]) -> None:
    found = limited(steady(case, {"minimum_order": 10}), [("p", 3.0, True)])
    plan = found.plan(availability=0.98)
    assert plan.purchases.is_empty()
    assert not plan.is_target_met
    assert set(plan.marginals["bound_by"]) == {"supplier capacity"}
    assert plan.gap == pytest.approx(0.0, abs=1e-9)
    just = limited(steady(case, {"minimum_order": 9}), [("p", 3.0, True)])
    assert min(units for units in by_quarter(just.plan(availability=0.98)) if units) == 9


def test_a_huge_minimum_order_is_a_lot_of_its_own(case: Callable[..., Any]) -> None:
    found = limited(steady(case, {"minimum_order": 10**12}), room={"c": 1e6})
    assert found.plan(availability=0.98).purchases.is_empty()


def test_what_is_left_of_sources_and_room(case: Callable[..., Any]) -> None:
    parts = {"p": {}, "q": {}, "r": {}, "t": {}}
    depots = {"c": {}, "d": {"parent_id": "c"}, "e": {}, "f": {"parent_id": "e"}}
    plain = case(parts, depots, {"s": "c"}, [("s", "p", 1)], [("c", "p", 2), ("d", "q", 3)])
    sources = [("p", 2.0, True), ("p", 3.0, True), ("p", 9.0, False), ("q", 2.0, True)]
    sources += [("q", None, True), ("t", 5.0, False)]
    found = limited(plain, sources, {"c": 10.0, "d": 20.0, "e": 5.0, "f": None}, volume=2.0)
    bounds = arrays.bounds(found.network)
    # two qualified sources; one without limit; no rows; none qualified
    assert bounds.per_month.tolist() == [5.0, np.inf, np.inf, 0.0]
    assert bounds.room[0] == 30.0 - 2.0 * 5
    assert bounds.room[2] == np.inf
    assert bounds.volume.tolist() == [2.0] * 4


def test_a_quarter_delivers_what_its_months_in_the_plan_do(case: Callable[..., Any]) -> None:
    found = limited(steady(case, days=200), [("p", 10.0, True)])
    from keepline.model.policy import Budget  # noqa: PLC0415

    ordering = Ordering.of(found.network, found.pools, Budget())
    # from 1 July the plan has 18 of 31 days
    assert ordering.day.tolist() == [0.0, 91.0, 182.0]
    assert ordering.limits.capacity[0] == pytest.approx([30.0, 30.0, 10.0 * 18 / 31])


@pytest.mark.parametrize("kind", ["capacity", "quarters", "storage"])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_within_the_limits_loses_less(
    case: Callable[..., Any], slow: Any, months: Any, kind: str, seed: int
) -> None:
    """Every plan of two parts over three quarters, each judged slowly on its own."""
    draw = np.random.default_rng(seed)
    parts = {
        name: {
            "unit_cost": cost,
            "failures_per_year": float(draw.uniform(0.5, 1.5)),
            "repair_share": 0.5,
            "lead_days": float(draw.integers(5, 40)),
            "weight": float(draw.uniform(0.5, 2.0)),
        }
        for name, cost in (("p", 100.0), ("q", 60.0))
    }
    # q's last order comes in one branch alone
    cuts = [("p", 0, "supply", 250, 0.0), ("q", 0, "supply", 120, 0.0)]
    found = case(
        parts, ONE, SITE, [("s", "p", 6), ("s", "q", 9)], cuts=cuts, chances=(0.6, 0.4), days=274
    )
    asked: dict[str, Any] = {"stock": 520.0, **FOR_EVER}
    if kind == "capacity":
        found = limited(found, [("p", 0.34, True), ("q", 0.67, True)])
    elif kind == "storage":
        found = limited(found, room={"c": 4.0})
    else:
        asked["per_quarter"] = 165.0
    plan = found.plan(**asked)
    every = {name: _every(found, slow, months, name, 3) for name in parts}
    lost = np.add.outer(every["p"][1], every["q"][1])
    units = {name: every[name][0] for name in parts}
    spent = {name: units[name] * parts[name]["unit_cost"] for name in parts}
    ok = np.add.outer(spent["p"].sum(axis=1), spent["q"].sum(axis=1)) <= 520.0
    if kind == "capacity":
        ok &= np.logical_and.outer((units["p"] <= 1).all(axis=1), (units["q"] <= 2).all(axis=1))
    elif kind == "storage":
        ok &= np.add.outer(units["p"].sum(axis=1), units["q"].sum(axis=1)) <= 4
    else:
        for quarter in range(3):
            ok &= np.add.outer(spent["p"][:, quarter], spent["q"][:, quarter]) <= 165.0
    assert plan.service_lost_plan == pytest.approx(lost[ok].min(), rel=1e-9)
    assert plan.service_lost_bound <= lost[ok].min() * (1.0 + 1e-9)
    assert plan.gap <= 1e-6


def _every(
    found: Any, slow: Any, months: Any, part: str, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return all orders of up to so many units a quarter, and the service each loses."""
    one = slow(found, part)
    lead = one.part["lead_days"]
    days = [float(np.ceil(day + lead)) for day in (0.0, 91.0, 182.0)]
    lengths = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30]) / 274.0
    units = np.array(list(product(range(most + 1), repeat=3)))
    lost = []
    for each in units:
        bought = tuple(("c", int(n), day) for n, day in zip(each, days, strict=True))
        short = [
            sum(p * one.short(w, day, bought)["c"][0] for w, p in enumerate((0.6, 0.4)))
            for day in months(found)
        ]
        lost.append(one.part["weight"] * float(lengths @ np.array(short)))
    return units, np.array(lost)


@settings(max_examples=4)
@given(
    capacity=st.floats(0.0, 4.0),
    room=st.floats(0.0, 25.0),
    per_quarter=st.floats(0.0, 900.0),
    minimum=st.integers(1, 4),
    asked=st.sampled_from([{"availability": 0.97}, {"survive_days": 200.0}, {"stock": 700.0}]),
)
def test_no_limit_is_ever_passed(
    case: Callable[..., Any],
    capacity: float,
    room: float,
    per_quarter: float,
    minimum: int,
    asked: dict[str, float],
) -> None:
    depots = {
        "c": {"operator_id": "x"},
        "d": {"parent_id": "c", "ship_days": 3.0, "operator_id": "x"},
        "e": {"operator_id": "y"},
    }
    found = case(
        {"p": {**BUSY, "minimum_order": minimum}, "q": {**BUSY, "unit_cost": 30.0}},
        depots,
        {"s": "d", "t": "c", "u": "e"},
        [("s", "p", 4), ("t", "q", 4), ("u", "p", 3)],
        [("c", "p", 1), ("e", "p", 1)],
        cuts=[("p", 0, "supply", 200, 0.0)],
        chances=(0.5, 0.5),
    )
    tight = limited(found, [("p", capacity, True)], {"c": room, "d": 1.0, "e": None})
    target = {"availability": 0.99} if "stock" in asked else {}
    plan = tight.plan(per_quarter=per_quarter, **asked, **target)
    bought = plan.purchases
    # both operators draw on one part's supply
    assert max(by_quarter(plan)) <= 3.0 * capacity * (1.0 + 1e-9)
    in_tree = bought.filter(pl.col("depot_id") != "e")["quantity"].sum()
    assert in_tree <= max(0.0, room + 1.0 - 1.0) * (1.0 + 1e-9)
    cost = bought.group_by("order_on").agg(pl.col("cost").sum())["cost"]
    assert (cost <= per_quarter * (1.0 + 1e-9)).all()
    assert bought["cost"].sum() <= asked.get("stock", np.inf)
    tree = pl.when(pl.col("depot_id") == "e").then(pl.lit("e")).otherwise(pl.lit("c"))
    orders = bought.filter(part_id="p").group_by("order_on", tree.alias("tree"))
    assert (orders.agg(pl.col("quantity").sum())["quantity"] >= minimum).all()
    assert 0.0 <= plan.gap <= 1.0
    assert plan.service_lost_bound <= plan.service_lost_plan
    assert (plan.planned >= plan.today - 1e-12).all()


def test_survival_is_held_by_orders_over_several_quarters(case: Callable[..., Any]) -> None:
    found = steady(case, {"failures_per_year": 1.0})
    free = found.plan(survive_days=300.0, confidence=0.9)
    need = int(free.purchases["quantity"].sum())
    assert free.is_target_met
    tight = limited(found, [("p", need / 7.5, True)]).plan(survive_days=300.0, confidence=0.9)
    assert tight.is_target_met
    assert tight.purchases["quantity"].sum() == need
    assert sum(units > 0 for units in by_quarter(tight)) >= 2
    none = limited(found, [("p", 0.1, True)]).plan(survive_days=300.0, confidence=0.9)
    assert not none.is_target_met


def test_units_are_shared_out_to_what_lacks_most() -> None:
    assert shared_out(4, np.array([2, 0, 6]), np.array([2, 0, 6])).tolist() == [1, 0, 3]
    assert shared_out(5, np.array([0, 3, -1]), np.array([0, 3, 1])).tolist() == [1, 3, 1]
    assert shared_out(0, np.array([1, 1]), np.array([1, 1])).tolist() == [0, 0]


NASTY = {
    "rates beyond reason": {"parts": {"p": {"failures_per_year": 400.0}}, "days": 150},
    "rates of 0": {"parts": {"p": {"failures_per_year": 0.0}}},
    "no weight": {"parts": {"p": {"weight": 0.0}}},
    "free of charge": {"parts": {"p": {"unit_cost": 0.0}}},
    "shorter than the lead time": {"days": 30},
    "years to come": {"parts": {"p": {"lead_days": 5000.0}}},
    "cut on the first day": {"cuts": [("p", 0, "supply", 0, 0.0)]},
    "supply resumes": {"cuts": [("p", 0, "supply", 70, 0.0), ("p", 0, "supply", 170, 1.0)]},
    "one day": {"days": 1},
}


@pytest.mark.parametrize("name", list(NASTY))
@pytest.mark.parametrize("capacity", [0.0, 0.7])
def test_odd_networks_under_limits_get_an_answer(
    case: Callable[..., Any], name: str, capacity: float
) -> None:
    said: dict[str, Any] = {
        "parts": {"p": {}},
        "depots": {"c": {}, "d": {"parent_id": "c", "ship_days": 3.0}},
        "sites": {"s": "d", "t": "c"},
        "installed": [("s", "p", 5), ("t", "p", 2)],
        "cuts": [("p", 0, "supply", 50, 0.0)],
        "days": 366,
        **NASTY[name],
    }
    said["parts"] = {"p": {**BUSY, **said["parts"]["p"]}}
    found = limited(case(**said), [("p", capacity, True)], {"c": 1.0, "d": 2.0})
    for asked in (
        {"availability": 1.0},
        {"availability": 0.9, "stock": 150.0, "per_quarter": 0.0},
        {"survive_days": 1e9, "availability": 0.9},
        {"survive_days": 100.0, "stock": 1e9},
    ):
        plan = found.plan(**asked)
        assert np.isfinite(plan.planned).all()
        figures = plan.marginals.select("service_lost", "service_lost_more", "price")
        assert np.isfinite(figures.to_numpy()).all()
        assert 0.0 <= plan.gap <= 1.0
        assert plan.service_lost_bound <= plan.service_lost_plan
        assert (plan.planned >= plan.today - 1e-12).all()
        assert plan.purchases["quantity"].sum() <= 3
        assert max(by_quarter(plan)) <= 3.0 * capacity
