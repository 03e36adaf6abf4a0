"""What must hold of stock whatever the figures."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keepline.maths import allocate, echelon, frontier, outstanding, poisson

kernels = settings(deadline=None, max_examples=60, derandomize=True)

MEAN = st.floats(0.0, 300.0)
SHARE = st.floats(0.0, 1.0)


@kernels
@given(MEAN, st.integers(0, 400), st.floats(1.0, 5.0))
def test_backorders_fall_and_are_convex_in_stock(mean: float, stock: int, spread: float) -> None:
    here, one, two = (poisson.ebo(mean, stock + k, spread) for k in range(3))
    noise = 1e-12 * (1.0 + mean)
    assert here >= one >= two >= 0.0
    assert here - one >= one - two - noise
    assert here - one <= 1.0 + noise


@kernels
@given(MEAN, st.integers(0, 400), MEAN)
def test_more_removals_are_never_better(mean: float, stock: int, more: float) -> None:
    assert poisson.ebo(mean + more, stock) >= poisson.ebo(mean, stock) * (1 - 1e-12)


@kernels
@given(MEAN, st.integers(0, 300), st.floats(0.0, 30.0), SHARE, st.integers(0, 60))
def test_depot_backorders_fall_in_stock_here_and_at_the_centre(
    m0: float, s0: int, a: float, f: float, s: int
) -> None:
    noise = 1e-11 * (1.0 + m0 + a)
    here = echelon.depot_ebo(m0, s0, a, f, s)
    depot = [echelon.depot_ebo(m0, s0, a, f, s + k) for k in (1, 2)]
    centre = [echelon.depot_ebo(m0, s0 + k, a, f, s) for k in (1, 2)]
    for one, two in (depot, centre):
        assert here >= one - noise
        assert one >= two - noise
        assert here - one >= one - two - noise


@kernels
@given(MEAN, st.integers(0, 300), st.floats(0.0, 30.0), SHARE, st.integers(0, 60))
def test_the_exact_law_is_never_below_metric(
    m0: float, s0: int, a: float, f: float, s: int
) -> None:
    exact = echelon.depot_ebo(m0, s0, a, f, s)
    metric = echelon.depot_ebo(m0, s0, a, f, s, echelon.METRIC)
    assert exact >= metric - 1e-10 * (1.0 + m0 + a)


RATES = st.lists(st.floats(0.0, 0.3), min_size=1, max_size=4)


@kernels
@given(RATES, st.floats(0.5, 40.0), st.floats(0.1, 20.0), st.randoms())
def test_order_of_depots_and_unit_of_time_change_nothing(
    rates: list[float], resupply: float, ship: float, shuffle
) -> None:
    order = list(range(len(rates)))
    shuffle.shuffle(order)
    rate = np.array(rates)
    days = ship * (1.0 + np.arange(rate.size))
    base, _ = frontier.steady_frontier(rate, days, resupply, 12)
    permuted, _ = frontier.steady_frontier(rate[order], days[order], resupply, 12)
    scaled, _ = frontier.steady_frontier(rate / 7.0, days * 7.0, resupply * 7.0, 12)
    assert permuted == pytest.approx(base, rel=1e-10, abs=1e-10)
    assert scaled == pytest.approx(base, rel=1e-10, abs=1e-10)
    assert (np.diff(base) <= 0.0).all()
    assert not np.isnan(base).any()


@kernels
@given(
    st.lists(st.tuples(st.floats(0.0, 100.0), SHARE), min_size=1, max_size=4),
    st.floats(0.0, 60.0), SHARE, SHARE, st.floats(0.0, 200.0), st.floats(0.0, 100.0),
)  # fmt: skip
def test_more_supply_never_leaves_more_outstanding(
    steps: list[tuple[float, float]], delay: float, fate: float, kept: float, day: float,
    scale: float,
) -> None:  # fmt: skip
    steps.sort()
    start = np.array([day for day, _ in steps])
    left = np.array([share for _, share in steps])
    start[0] = 0.0
    ones = np.ones(start.size)

    def mean(share: np.ndarray, unit: float = 1.0) -> float:
        flow = outstanding.flow_of(start * unit, share, ones, delay * unit, fate, kept)
        return outstanding.outstanding_mean(scale / unit, flow, day * unit)

    noise = 1e-10 * (1.0 + scale * day)
    assert mean(np.minimum(1.0, left + 0.2)) <= mean(left) + noise
    assert 0.0 <= mean(left) <= scale * day + noise
    assert mean(left, 24.0) == pytest.approx(mean(left), abs=noise)


POOLS = st.lists(
    st.tuples(st.floats(0.0, 9.0), st.floats(0.0, 50.0), st.floats(0.0, 3.0), st.integers(0, 4)),
    min_size=1,
    max_size=6,
)


def curves_of(pools: list[tuple[float, float, float, int]]) -> allocate.Curves:
    value = [[poisson.ebo(mean, s) for s in range(9)] for mean, *_ in pools]
    return allocate.Curves(
        first=np.arange(len(pools) + 1) * 9,
        value=np.concatenate(value),
        cost=np.array([pool[1] for pool in pools]),
        weight=np.array([pool[2] for pool in pools]),
        minimum_order=np.array([pool[3] for pool in pools]),
    )


@kernels
@given(POOLS, st.lists(st.floats(0.0, 800.0), min_size=2, max_size=5))
def test_more_budget_is_never_worse(
    pools: list[tuple[float, float, float, int]], budgets: list[float]
) -> None:
    curves = curves_of(pools)
    found = [allocate.within_budget(curves, budget) for budget in sorted(budgets)]
    assume(all(one.is_exact for one in found))
    for less, more in pairwise(found):
        assert more.objective <= less.objective + 1e-9
    for budget, one in zip(sorted(budgets), found, strict=True):
        assert one.cost <= budget + 1e-9
        assert one.relaxed <= one.bound <= one.objective
        assert not np.isnan(one.gain_per_cost).any()


@kernels
@given(POOLS, st.floats(0.0, 800.0), st.randoms())
def test_order_of_pools_and_currency_change_nothing(
    pools: list[tuple[float, float, float, int]], budget: float, shuffle
) -> None:
    order = list(pools)
    shuffle.shuffle(order)
    base = allocate.within_budget(curves_of(pools), budget)
    permuted = allocate.within_budget(curves_of(order), budget)
    pence = curves_of(pools)
    scaled = allocate.within_budget(pence._replace(cost=pence.cost * 128.0), budget * 128.0)
    assert permuted.objective == pytest.approx(base.objective, abs=1e-9)
    assert scaled.objective == pytest.approx(base.objective, abs=1e-9)


@kernels
@given(POOLS, st.floats(0.0, 1.0))
def test_a_target_and_its_cost_as_a_budget_agree(
    pools: list[tuple[float, float, float, int]], share: float
) -> None:
    curves = curves_of(pools)
    target = share * float((curves.weight * curves.value[curves.first[:-1]]).sum())
    found = allocate.to_target(curves, target)
    assume(found.is_reached)
    assert found.objective <= target * (1 + 1e-9) + 1e-12
    again = allocate.within_budget(curves, found.cost)
    assert again.objective <= found.objective + 1e-9
