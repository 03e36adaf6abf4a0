"""Budgets and targets over many pools against every combination."""

import itertools

import numpy as np
import pytest

from keepline.maths import poisson
from keepline.maths.allocate import (
    Curves,
    hull,
    merged_frontier,
    to_target,
    units_at,
    within_budget,
)


def drawn(seed: int) -> Curves:
    """Draw a few pools, some free, some without weight or curve, some with a minimum order."""
    stream = np.random.default_rng(seed)
    n = int(stream.integers(1, 5))
    sizes = stream.integers(1, 7, n)
    value = [np.sort(stream.random(k))[::-1] * stream.choice([0, 1, 3]) for k in sizes]
    return Curves(
        first=np.concatenate(([0], np.cumsum(sizes))),
        value=np.concatenate(value),
        cost=stream.choice([0.0, 1.5, 2.25, 3.1, stream.random() * 4], n),
        weight=stream.choice([0.0, 1.0, 2.5], n),
        minimum_order=stream.integers(0, 4, n),
    )


def every_plan(curves: Curves) -> tuple[np.ndarray, np.ndarray]:
    """Return cost and loss of every allowed combination."""
    allowed = [
        [k for k in range(size) if k == 0 or k >= curves.minimum_order[i]]
        for i, size in enumerate(np.diff(curves.first))
    ]
    plans = np.array(list(itertools.product(*allowed)))
    loss = (curves.weight * curves.value[curves.first[:-1] + plans]).sum(axis=1)
    return plans @ curves.cost, loss


def many(n: int, seed: int) -> Curves:
    stream = np.random.default_rng(seed)
    curves = [
        [poisson.ebo(float(mean), s) for s in range(poisson.quantile(float(mean), 1 - 1e-9) + 1)]
        for mean in stream.gamma(0.7, 8, n) + 0.01
    ]
    return Curves(
        first=np.concatenate(([0], np.cumsum([len(curve) for curve in curves]))),
        value=np.concatenate(curves),
        cost=np.exp(stream.normal(6, 1.5, n)),
        weight=stream.gamma(1, 1, n),
        minimum_order=stream.choice([1, 1, 5], n),
    )


@pytest.mark.parametrize("seed", range(120))
def test_a_budget_is_spent_as_well_as_it_can_be(seed: int) -> None:
    curves = drawn(seed)
    cost, loss = every_plan(curves)
    stream = np.random.default_rng(seed)
    budget = float(stream.choice([stream.choice(cost), stream.random() * cost.max()]))
    least = loss[cost <= budget + 1e-9].min()
    found = within_budget(curves, budget)
    assert found.is_exact
    assert found.objective == pytest.approx(least, abs=1e-12)
    assert found.cost <= budget + 1e-9
    assert found.relaxed <= least + 1e-12
    assert found.gap == 0.0
    bought = found.units[found.units > 0]
    assert (bought >= curves.minimum_order[found.units > 0]).all()


@pytest.mark.parametrize("seed", range(60))
def test_without_the_last_search_the_gap_still_holds(seed: int) -> None:
    curves = drawn(seed)
    cost, loss = every_plan(curves)
    budget = float(np.random.default_rng(seed).random() * cost.max())
    least = loss[cost <= budget + 1e-9].min()
    found = within_budget(curves, budget, most_steps=0)
    assert found.bound <= least + 1e-12 <= found.objective + 2e-12
    assert found.gap == pytest.approx(found.objective - found.bound)
    assert found.cost <= budget + 1e-9


@pytest.mark.parametrize("seed", range(120))
def test_a_target_is_reached_at_least_cost(seed: int) -> None:
    curves = drawn(seed)
    cost, loss = every_plan(curves)
    stream = np.random.default_rng(seed)
    target = float(stream.choice([stream.choice(loss), stream.random() * loss.max()]))
    found = to_target(curves, target)
    if (loss <= target + 1e-12).any():
        assert found.is_exact
        assert found.is_reached
        assert found.cost == pytest.approx(cost[loss <= target + 1e-12].min(), abs=1e-9)
        assert found.relaxed <= found.cost
    else:
        assert not found.is_reached
        assert found.objective == pytest.approx(loss.min())


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
def test_the_gap_of_many_pools_is_small_and_certified(share: float) -> None:
    curves = many(300, 5)
    frontier = merged_frontier(curves)
    found = within_budget(curves, share * float(frontier.cost[-1]), frontier, 200_000)
    corner = int(np.searchsorted(frontier.cost, share * frontier.cost[-1], side="right"))
    last_step = frontier.loss[corner - 1] - frontier.loss[corner]
    assert 0.0 <= found.objective - found.relaxed <= last_step
    assert found.relaxed <= found.bound <= found.objective


def test_corners_of_the_frontier_are_plans_of_that_cost_and_loss() -> None:
    curves = many(40, 8)
    frontier = merged_frontier(curves)
    assert (np.diff(frontier.cost) > 0).all()
    assert (np.diff(frontier.loss) <= 0).all()
    assert (np.diff(frontier.gain_per_cost) <= 0).all()
    for corner in (0, 1, 17, frontier.pool.size):
        units = units_at(frontier, corner, 40)
        loss = (curves.weight * curves.value[curves.first[:-1] + units]).sum()
        assert frontier.cost[corner] == pytest.approx(float((curves.cost * units).sum()))
        assert frontier.loss[corner] == pytest.approx(float(loss), rel=1e-9)


def test_the_gain_of_a_pool_is_that_of_its_last_step() -> None:
    curves = Curves(
        np.array([0, 4]), np.array([10.0, 9.0, 2.0, 1.0]), np.array([2.0]), np.ones(1), np.ones(1)
    )._replace(minimum_order=np.array([1]))
    assert within_budget(curves, 4.0).gain_per_cost.tolist() == [2.0]
    assert within_budget(curves, 6.0).gain_per_cost.tolist() == [0.5]
    assert within_budget(curves, 0.0).gain_per_cost.tolist() == [0.0]


def test_free_units_are_always_taken_and_show_no_gain_per_cost() -> None:
    curves = Curves(
        np.array([0, 3, 6]),
        np.array([5.0, 3, 1, 5, 3, 1]),
        np.array([0.0, 7.0]),
        np.ones(2),
        np.ones(2, np.int64),
    )
    found = within_budget(curves, 0.0)
    assert found.units.tolist() == [2, 0]
    assert np.isinf(merged_frontier(curves).gain_per_cost[0])
    assert found.gain_per_cost.tolist() == [0.0, 0.0]


def test_a_minimum_order_bars_smaller_ones() -> None:
    assert hull(np.array([10.0, 1.0, 0.9, 0.8]), 3).tolist() == [0, 3]
    assert hull(np.array([10.0, 1.0]), 3).tolist() == [0]


def test_no_pools_and_a_budget_below_nothing_are_answers() -> None:
    nothing = Curves(
        np.zeros(1, np.int64), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64)
    )
    assert within_budget(nothing, 100.0).objective == 0.0
    assert to_target(nothing, 0.0).is_reached
    below = within_budget(many(5, 1), -1.0)
    assert below.units.tolist() == [0] * 5
    assert not below.is_reached
