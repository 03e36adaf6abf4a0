"""Spend a budget over many pools, or reach a target at least cost, with a certified gap.

Each pool has a curve E*(N) of loss by units bought, which need not be convex. The lower convex
hulls of all curves, merged by gain per cost, make the frontier of cost against total loss; each
corner is optimal at its cost (H. Everett, 1963), and the straight line between corners is a lower
bound on any plan. The rest of the budget is filled by an exact search (`fill`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled
from keepline.maths.fill import Choices, fill

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_STEPS = 4_000_000


class Curves(NamedTuple):
    """Pools to buy for; value[first[i] + N] is pool i's expected loss with N units bought."""

    first: NDArray[np.int64]  # [n + 1]
    value: NDArray[np.float64]  # falling in N within a pool
    cost: NDArray[np.float64]  # [n] of one unit
    weight: NDArray[np.float64]  # [n] of one unit of loss
    minimum_order: NDArray[np.int64]  # [n] N is 0 or at least this


class Frontier(NamedTuple):
    """Corners of least total loss against cost; step k leads from corner k to corner k + 1."""

    cost: NDArray[np.float64]  # [k + 1]
    loss: NDArray[np.float64]  # [k + 1]
    pool: NDArray[np.int64]  # [k]
    before: NDArray[np.int64]  # [k] units of that pool before the step
    after: NDArray[np.int64]  # [k]
    gain_per_cost: NDArray[np.float64]  # [k] falling; infinite where a unit costs nothing


class Allocation(NamedTuple):
    """Units bought for each pool, and how near the best they are."""

    units: NDArray[np.int64]  # [n]
    cost: float
    objective: float  # total loss
    bound: float  # certified: of the loss within the budget, or of the cost of the target
    gap: float  # objective (or cost) above the bound
    relaxed: float  # the bound of the straight lines between corners
    is_exact: bool  # whether no better plan exists
    is_reached: bool  # whether the budget or target is kept
    gain_per_cost: NDArray[np.float64]  # [n] of the last hull step up to the units bought; 0: none


@compiled
def hull(value: NDArray[np.float64], minimum_order: int) -> NDArray[np.int64]:
    """Return the corners N of the lower convex hull of a falling curve, from 0 on.

    Args:
        value: Loss with 0, 1, ... units; float64[k].
        minimum_order: Allowed N are 0 and those not below this.

    >>> hull(np.array([10.0, 9.0, 2.0, 1.5, 1.5]), 1).tolist()
    [0, 2, 3]
    """
    kept = np.zeros(value.size, np.int64)
    n = 1
    for k in range(max(1, minimum_order), value.size):
        if value[k] >= value[kept[n - 1]]:
            continue
        while n > 1:
            a, b = kept[n - 2], kept[n - 1]
            if (value[a] - value[b]) * (k - b) > (value[b] - value[k]) * (b - a):
                break
            n -= 1
        kept[n] = k
        n += 1
    return kept[:n]


@compiled
def steps_of(
    curves: Curves,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return pool, units before, units after and gain of every hull step, pool by pool."""
    pool = np.empty(curves.value.size, np.int64)
    before = np.empty(curves.value.size, np.int64)
    after = np.empty(curves.value.size, np.int64)
    gain = np.empty(curves.value.size)
    n = 0
    for i in range(curves.cost.size):
        if curves.weight[i] > 0.0:
            value = curves.value[curves.first[i] : curves.first[i + 1]]
            corners = hull(value, curves.minimum_order[i])
            for k in range(1, corners.size):
                pool[n], before[n], after[n] = i, corners[k - 1], corners[k]
                gain[n] = curves.weight[i] * (value[corners[k - 1]] - value[corners[k]])
                n += 1
    return pool[:n], before[:n], after[:n], gain[:n]


def merged_frontier(curves: Curves) -> Frontier:
    """Return the whole frontier of cost against total loss.

    Args:
        curves: Pools to buy for.
    """
    pool, before, after, gain = steps_of(curves)
    cost = curves.cost[pool] * (after - before)
    with np.errstate(divide="ignore", over="ignore"):
        ratio = gain / cost
    # Rounding must not put a step before the one it follows.
    for k in np.nonzero((ratio[1:] > ratio[:-1]) & (pool[1:] == pool[:-1]))[0]:
        ratio[k + 1] = ratio[k]
    order = np.argsort(-ratio, kind="stable")
    start = float((curves.weight * curves.value[curves.first[:-1]]).sum())
    return Frontier(
        cost=np.concatenate(([0.0], np.cumsum(cost[order]))),
        loss=np.maximum(0.0, np.concatenate(([start], start - np.cumsum(gain[order])))),
        pool=pool[order],
        before=before[order],
        after=after[order],
        gain_per_cost=ratio[order],
    )


def units_at(frontier: Frontier, corner: int, pools: int) -> NDArray[np.int64]:
    """Return the units of each of `pools` pools at a corner of the frontier."""
    units = np.zeros(pools, np.int64)
    np.maximum.at(units, frontier.pool[:corner], frontier.after[:corner])
    return units


def least_loss(frontier: Frontier, budget: float) -> float:
    """Return a certified lower bound of the total loss of any purchases of that cost.

    Args:
        frontier: Corners and the straight lines between them.
        budget: Money.
    """
    corner = max(0, int(np.searchsorted(frontier.cost, budget, side="right")) - 1)
    if corner == frontier.pool.size:
        return float(frontier.loss[-1])
    room = max(0.0, budget - float(frontier.cost[corner]))
    return max(0.0, float(frontier.loss[corner] - frontier.gain_per_cost[corner] * room))


def within_budget(
    curves: Curves,
    budget: float,
    frontier: Frontier | None = None,
    most_steps: int = MOST_STEPS,
) -> Allocation:
    """Return the purchases of least total loss that cost no more than the budget.

    Args:
        curves: Pools to buy for.
        budget: Money; 0 buys only what is free.
        frontier: `merged_frontier(curves)`, if at hand.
        most_steps: States the last search may look at; 0 leaves the fill to the greedy pass.
    """
    frontier = frontier or merged_frontier(curves)
    n = curves.cost.size
    corner = max(0, int(np.searchsorted(frontier.cost, budget, side="right")) - 1)
    units = units_at(frontier, corner, n)
    if corner == frontier.pool.size:
        return _allocation(curves, units, float(frontier.loss[-1]), True, budget, None)
    price = min(float(frontier.gain_per_cost[corner]), sys.float_info.max)
    room = max(0.0, budget - _cost(curves, units))
    loss = price * room
    relaxed = _objective(curves, units) - loss
    greedy = _go_on(curves, frontier, corner, units, room)
    greedy_loss = _objective(curves, greedy) - relaxed
    choices = _choices(curves)
    first = curves.first[:-1]
    start = greedy if greedy_loss < loss else units
    chosen, is_better, is_exact = fill(
        choices, first + units, price, room, min(loss, greedy_loss), most_steps
    )
    best = chosen - first if is_better else start
    return _allocation(curves, best, relaxed, is_exact, budget, None)


def to_target(
    curves: Curves,
    target: float,
    frontier: Frontier | None = None,
    most_steps: int = MOST_STEPS,
) -> Allocation:
    """Return the cheapest purchases whose total loss is at most the target.

    Args:
        curves: Pools to buy for.
        target: Total loss allowed. If it is out of reach the result is the frontier's end.
        frontier: `merged_frontier(curves)`, if at hand.
        most_steps: States the last search may look at; 0 keeps the corner.
    """
    frontier = frontier or merged_frontier(curves)
    n = curves.cost.size
    corner = int(np.searchsorted(-frontier.loss, -target, side="left"))
    if corner >= frontier.loss.size:
        units = units_at(frontier, frontier.pool.size, n)
        return _allocation(curves, units, _cost(curves, units), True, None, target)
    units = units_at(frontier, corner, n)
    gain = float(frontier.gain_per_cost[corner - 1]) if corner > 0 else np.inf
    if not np.isfinite(gain):
        return _allocation(curves, units, 0.0, True, None, target)
    room = max(0.0, target - _objective(curves, units))
    relaxed = _cost(curves, units) - room / gain
    by_cost = _choices(curves)
    choices = Choices(
        by_cost.first,
        np.where(np.isfinite(by_cost.goal), by_cost.load, np.inf),
        np.where(np.isfinite(by_cost.goal), by_cost.goal, 0.0),
    )
    first = curves.first[:-1]
    chosen, is_better, is_exact = fill(
        choices, first + units, 1.0 / gain, room, room / gain, most_steps
    )
    best = chosen - first if is_better else units
    return _allocation(curves, best, relaxed, is_exact, None, target)


def _choices(curves: Curves) -> Choices:
    """Return every allowed N of every pool with its weighted loss as goal and cost as load."""
    counts = np.diff(curves.first)
    pool = np.repeat(np.arange(counts.size), counts)
    units = np.arange(curves.value.size) - curves.first[pool]
    barred = (units > 0) & (units < curves.minimum_order[pool])
    goal = np.where(barred, np.inf, curves.weight[pool] * curves.value)
    return Choices(curves.first, goal, curves.cost[pool] * units)


@compiled
def _go_on(
    curves: Curves, frontier: Frontier, corner: int, units: NDArray[np.int64], room: float
) -> NDArray[np.int64]:
    """Go on along the frontier with whatever steps still fit the room."""
    filled = units.copy()
    for k in range(corner, frontier.pool.size):
        i = frontier.pool[k]
        cost = curves.cost[i] * (frontier.after[k] - frontier.before[k])
        if filled[i] == frontier.before[k] and cost <= room:
            filled[i] = frontier.after[k]
            room -= cost
    return filled


@compiled
def last_gains(curves: Curves, units: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the gain per cost from the last hull corner below the units to the units.

    It is 0 where nothing is bought, where units cost nothing, and beyond a curve's end.
    """
    gains = np.zeros(units.size)
    for i in range(units.size):
        value = curves.value[curves.first[i] : curves.first[i + 1]]
        if 0 < units[i] < value.size and curves.cost[i] > 0.0:
            corners = hull(value, curves.minimum_order[i])
            below = corners[np.searchsorted(corners, units[i]) - 1]
            gain = curves.weight[i] * (value[below] - value[units[i]])
            gains[i] = gain / (curves.cost[i] * (units[i] - below))
    return gains


def _cost(curves: Curves, units: NDArray[np.int64]) -> float:
    return float((curves.cost * units).sum())


def _objective(curves: Curves, units: NDArray[np.int64]) -> float:
    return float((curves.weight * curves.value[curves.first[:-1] + units]).sum())


def _allocation(
    curves: Curves,
    units: NDArray[np.int64],
    relaxed: float,
    is_exact: bool,
    budget: float | None,
    target: float | None,
) -> Allocation:
    cost, loss = _cost(curves, units), _objective(curves, units)
    reached = loss if budget is not None else cost
    bound = reached if is_exact else min(relaxed, reached)
    is_reached = (budget is not None and cost <= budget * (1 + 1e-12)) or (
        target is not None and loss <= target + 1e-12 * abs(target)
    )
    return Allocation(
        units=units,
        cost=cost,
        objective=loss,
        bound=bound,
        gap=reached - bound,
        relaxed=min(relaxed, reached),
        is_exact=is_exact,
        is_reached=is_reached,
        gain_per_cost=last_gains(curves, units),
    )
