"""Orders and stock under outages, against scans, long sums and a supplier played through."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.maths.outages import (
    Holding,
    Ordering,
    best_holding,
    best_order,
    holding_cost,
    near_order,
    ordering_cost,
)

some = settings(deadline=None, max_examples=80, derandomize=True)

ORDERING = st.builds(
    Ordering,
    order_cost=st.floats(1e-3, 1e4),
    holding_cost=st.floats(1e-3, 50.0),
    shortage_cost=st.floats(0.0, 500.0),
    demand=st.floats(0.1, 1e4),
    outage_rate=st.floats(0.0, 50.0),
    recovery_rate=st.floats(0.01, 100.0),
)
HOLDING = st.builds(
    Holding,
    holding_cost=st.floats(0.01, 5.0),
    shortage_cost=st.floats(0.0, 60.0),
    demand=st.floats(0.5, 500.0),
    outage_chance=st.floats(0.0, 1.0),
    recovery_chance=st.floats(0.05, 1.0),
)


@some
@given(ORDERING)
def test_no_order_costs_less_than_the_best(terms: Ordering) -> None:
    best = best_order(terms)
    # beyond what holding alone costs more than losing all demand nothing is worth a look
    most = 4.0 * terms.shortage_cost * terms.demand / terms.holding_cost + 1.0
    scan = [ordering_cost(terms, units) for units in np.geomspace(1e-6 * most, most, 2000)]
    assert best.cost <= min(scan) * (1.0 + 1e-12)
    assert best.cost == ordering_cost(terms, best.units)
    assert best.cost <= terms.shortage_cost * terms.demand
    assert math.isfinite(best.units)


@some
@given(ORDERING)
def test_the_near_order_is_never_the_better_one(terms: Ordering) -> None:
    near, best = near_order(terms), best_order(terms)
    assert min(near.cost, terms.shortage_cost * terms.demand) >= best.cost * (1.0 - 1e-12)


@some
@given(ORDERING, st.sampled_from([1.0 / 365.25, 12.0]))
def test_the_unit_of_time_changes_no_size(terms: Ordering, factor: float) -> None:
    other = Ordering(
        terms.order_cost,
        terms.holding_cost * factor,
        terms.shortage_cost,
        terms.demand * factor,
        terms.outage_rate * factor,
        terms.recovery_rate * factor,
    )
    one, two = best_order(terms), best_order(other)
    assert two.units == pytest.approx(one.units, rel=1e-9)
    assert two.cost == pytest.approx(one.cost * factor, rel=1e-12)


def test_without_outages_it_is_the_classical_order() -> None:
    terms = Ordering(8.0, 0.225, 5.0, 1300.0, 0.0, 14.0)
    classical = math.sqrt(2.0 * 8.0 * 1300.0 / 0.225)
    assert best_order(terms).units == pytest.approx(classical, rel=1e-12)
    assert near_order(terms).units == pytest.approx(classical, rel=1e-12)
    assert best_order(terms).cost == pytest.approx(math.sqrt(2 * 8.0 * 1300.0 * 0.225))


def test_the_best_size_is_right_to_rounding() -> None:
    # to fifty digits, by golden sections: 772.81106825670580..., at 173.95000257319707...
    best = best_order(Ordering(8.0, 0.225, 5.0, 1300.0, 1.5, 14.0))
    assert best.units == pytest.approx(772.8110682567058, rel=1e-13)
    assert best.cost == pytest.approx(173.95000257319708, rel=1e-14)


def test_an_order_dearer_than_all_demand_is_not_placed() -> None:
    assert best_order(Ordering(1e6, 0.225, 5.0, 1300.0, 1.5, 14.0)) == (0.0, 6500.0)
    assert best_order(Ordering(8.0, 0.225, 0.0, 1300.0, 1.5, 14.0)) == (0.0, 0.0)


def test_a_supplier_played_through_costs_as_much() -> None:
    terms, units = Ordering(40.0, 2.0, 6.0, 100.0, 2.0, 3.0), 35.0
    draw = np.random.default_rng(20)
    # when the supplier goes out and comes back, over the whole of time
    spells = np.empty(1_000_000)
    spells[::2] = draw.exponential(1.0 / terms.outage_rate, 500_000)
    spells[1::2] = draw.exponential(1.0 / terms.recovery_rate, 500_000)
    change = np.cumsum(spells)
    now, costs, times = 0.0, [], []
    for _ in range(100_000):
        empty = now + units / terms.demand
        spell = int(np.searchsorted(change, empty, side="right"))
        again = empty if spell % 2 == 0 else change[spell]
        held = terms.holding_cost * units * units / (2.0 * terms.demand)
        lost = terms.shortage_cost * terms.demand * (again - empty)
        costs.append(terms.order_cost + held + lost)
        times.append(again - now)
        now = again
    cost, time = np.array(costs), np.array(times)
    found = cost.sum() / time.sum()
    error = np.std(cost - found * time) / math.sqrt(len(cost)) / time.mean()
    assert found == pytest.approx(ordering_cost(terms, units), abs=4.0 * error)
    assert error < 0.01 * found


def long_sum(terms: Holding, units: float) -> float:
    """Return the cost of a period as the sum over lengths of outages, one by one."""
    is_out = terms.outage_chance / (terms.outage_chance + terms.recovery_chance)
    cost, chance = 0.0, 1.0 - is_out
    for periods in range(2000):
        left = units - (periods + 1) * terms.demand
        rate = terms.holding_cost * left if left > 0.0 else -terms.shortage_cost * left
        cost += chance * rate
        chance = is_out * terms.recovery_chance * (1.0 - terms.recovery_chance) ** periods
    return cost


@some
@given(HOLDING, st.floats(0.0, 15.0))
def test_cost_of_holding_is_the_sum_over_outages(terms: Holding, periods: float) -> None:
    units = terms.demand * periods
    assert holding_cost(terms, units) == pytest.approx(long_sum(terms, units), rel=1e-9, abs=1e-9)


@some
@given(HOLDING)
def test_no_stock_costs_less_than_the_best(terms: Holding) -> None:
    best = best_holding(terms)
    least = holding_cost(terms, best)
    noise = 1e-9 * (1.0 + least)
    step = terms.demand / 4.0
    for units in np.arange(0.0, best + 40.0 * step, step):
        assert least <= holding_cost(terms, float(units)) + noise


def test_a_supplier_that_is_never_out_needs_no_more_than_a_period() -> None:
    assert best_holding(Holding(0.25, 3.0, 20.0, 0.0, 0.25)) == 20.0
    assert holding_cost(Holding(0.25, 3.0, 20.0, 0.0, 0.25), 20.0) == 0.0
    assert best_holding(Holding(0.25, 3.0, 20.0, 1.0, 1.0)) == 40.0
