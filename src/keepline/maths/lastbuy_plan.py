"""Whole orders within every limit: from the prices' shares, by refitting one pool after another.

A pool is *refitted* when it gives up its orders and takes the schedule that is best at given prices
among those that fit what the other pools leave of every limit. Prices at their full height keep the
pools to what is worth it; sweeps at ever lower prices spend what is left on what gains most first,
with exact losses. Limits are never passed at any step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.lastbuy_ground import (
    ROUNDING,
    Case,
    is_kept,
    losses,
    unit_prices,
    used,
)
from keepline.maths.lastbuy_schedules import best_of, loss_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.lastbuy_prices import Goal, Priced

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Heights of prices at which what is left is filled, from what is just worth it to anything.
FILLING = (1.0, 0.995, 0.98, 0.95, 0.9, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1, 0.03, 0.0)
#: Heights at which the units that are least worth it are given up for a better fill.
SHAKING = (1.005, 1.02, 1.05, 1.1, 1.3)
#: The price of loss is raised to this height at most to reach a target, closed in on in so many
#: turns; then heights that trim what it cost.
HIGHEST, TURNS = 1e6, 16
TRIMMING = (0.999, 0.99, 0.97, 0.9, 0.75, 0.5, 0.2, 0.05, 0.0)
WHOLE_SHARE = 1.0 - 1e-6


@inner
def take(
    case: Case, i: int, units: NDArray[np.int64], sign: float, left: NDArray[np.float64]
) -> None:
    """Take pool i's orders from what is left of the limits, or give them back (sign -1)."""
    for k in range(units.size):
        if units[k] > 0:
            for r in range(case.rows.row.shape[2]):
                row = case.rows.row[i, k, r]
                if row >= 0:
                    left[row] -= sign * case.rows.use[i, k, r] * units[k]


@inner
def fitting(case: Case, i: int, left: NDArray[np.float64], most: NDArray[np.int64]) -> int:
    """Write the most units of an order by quarter that fit what is left; return the most in all."""
    top = case.top[i]
    for k in range(most.size):
        most[k] = case.most[i, k]
        for r in range(case.rows.row.shape[2]):
            row = case.rows.row[i, k, r]
            if row >= 0 and most[k] > 0:
                slack = ROUNDING * case.rows.right[row]
                fits = max(0.0, np.floor((left[row] + slack / 2) / case.rows.use[i, k, r]))
                most[k] = int(min(float(most[k]), fits))
                if r == 0 or r == 3:  # noqa: PLR1714 - the whole budget and room: all quarters share
                    top = int(min(float(top), fits))
    return int(top)


@compiled
def refit(
    case: Case,
    loss_price: float,
    price: NDArray[np.float64],
    pools: NDArray[np.int64],
    units: NDArray[np.int64],
    left: NDArray[np.float64],
    loss_room: float,
) -> float:
    """Give pools in turn the schedule that is best at prices and fits; return the room left.

    Args:
        case: All pools.
        loss_price: Of one unit of weighted loss.
        price: Of one unit of each pool and quarter; float64[n, K].
        pools: Rows of the pools, in turn.
        units: Orders, changed in place; int64[n, K].
        left: What is left of each limit, changed in place.
        loss_room: Weighted loss that may be added in all, infinite for any.
    """
    quarters = units.shape[1]
    widest = case.top.max() + 1
    reach = np.empty((2, widest))
    came = np.empty((quarters + 1, widest), np.int64)
    most = np.empty(quarters, np.int64)
    found = np.empty(quarters, np.int64)
    for i in pools:
        take(case, i, units[i], -1.0, left)
        top = fitting(case, i, left, most)
        best_of(case, i, loss_price, price[i], most, top, reach, came, found)
        now = priced_value(case, i, loss_price, price[i], units[i])
        then = priced_value(case, i, loss_price, price[i], found)
        added = priced_value(case, i, 1.0, np.zeros(quarters), found) - priced_value(
            case, i, 1.0, np.zeros(quarters), units[i]
        )
        if then < now and added <= loss_room:
            units[i] = found
            loss_room -= added
        take(case, i, units[i], 1.0, left)
    return loss_room


@inner
def priced_value(
    case: Case, i: int, loss_price: float, price: NDArray[np.float64], units: NDArray[np.int64]
) -> float:
    """Return one pool's loss and units at prices."""
    total, value = 0, 0.0
    for k in range(units.size):
        total += units[k]
        value += price[k] * units[k] + loss_price * loss_at(case, i, k, total)
    return value


@compiled
def regrets(
    case: Case, loss_price: float, price: NDArray[np.float64], units: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how far each pool's orders are above its best at prices; float64[n]."""
    n, quarters = units.shape
    reach = np.empty((2, case.top.max() + 1))
    came = np.empty((quarters + 1, case.top.max() + 1), np.int64)
    best = np.empty(quarters, np.int64)
    found = np.empty(n)
    for i in range(n):
        now = priced_value(case, i, loss_price, price[i], units[i])
        found[i] = now - best_of(
            case, i, loss_price, price[i], case.most[i], case.top[i], reach, came, best
        )
        if found[i] <= 1e-12 * abs(now):
            found[i] = 0.0
    return found


def rounded(case: Case, found: Priced) -> Whole:
    """Return the schedules that the shares have whole; nothing for pools of which they split."""
    units = np.zeros(case.most.shape, np.int64)
    whole = found.share > WHOLE_SHARE
    units[found.columns.pool[whole]] = found.columns.units[whole]
    return units if is_kept(case, units) else np.zeros_like(units)


def improved(case: Case, goal: Goal, found: Priced, start: Whole) -> Whole:
    """Return orders of no greater goal: what is left is spent, and weak units make way.

    Args:
        case: All pools.
        goal: What is to be least; a target is kept once it is met.
        found: Prices.
        start: Orders within the limits, and within the target if there is one.
    """
    best = _swept(case, goal, found, start, _heights(goal))
    reached = goal.of(case, best)
    for height in SHAKING:
        shaken = _swept(case, goal, found, best, (*_shaken(goal, height), *_heights(goal)))
        value = goal.of(case, shaken)
        if value < reached:
            best, reached = shaken, value
    return best


def reaching(case: Case, goal: Goal, found: Priced, start: Whole) -> Whole | None:
    """Return orders that meet the target, or None where this search finds none.

    Args:
        case: All pools.
        goal: What is to be least, with a target.
        found: Prices.
        start: Orders within the limits.
    """
    assert goal.target is not None  # noqa: S101 - the callers look

    def at(height: float) -> Whole:
        return _swept(case, goal, found, start, ((1.0, 1.0), (1.0, height)))

    low, high = 1.0, HIGHEST
    best = at(low)
    if meets(case, goal, best):
        return best
    best = at(high)
    if not meets(case, goal, best):
        return None
    for _ in range(TURNS):
        middle = float(np.sqrt(low * high))
        units = at(middle)
        if meets(case, goal, units):
            best, high = units, middle
        else:
            low = middle
    return best


def meets(case: Case, goal: Goal, units: Whole) -> bool:
    """Tell whether orders leave no more loss than the target."""
    if goal.target is None:
        return True
    return float(losses(case, units).sum()) <= goal.target * (1.0 + ROUNDING)


def _heights(goal: Goal) -> tuple[tuple[float, float], ...]:
    """Return heights of limits' prices and of the price of loss that lead to a better goal."""
    if goal.target is None:
        return tuple((height, 1.0) for height in FILLING)
    return tuple((1.0, height) for height in TRIMMING)


def _shaken(goal: Goal, height: float) -> tuple[tuple[float, float], ...]:
    return ((height, 1.0),) if goal.target is None else ((1.0, height), (1.0, 1.0))


def _swept(
    case: Case,
    goal: Goal,
    found: Priced,
    start: Whole,
    heights: tuple[tuple[float, float], ...],
) -> Whole:
    """Refit all pools that gain, those that gain most first, at one height after another."""
    units = start.copy()
    for limit_height, loss_height in heights:
        price = goal.unit_cost + limit_height * unit_prices(case.rows, found.price)
        loss_price = goal.loss_price + loss_height * found.target_price
        gain = regrets(case, loss_price, price, units)
        pools = np.argsort(-gain, kind="stable")[: int((gain > 0.0).sum())]
        left = case.rows.right - used(case.rows, units)
        room = np.inf
        # while a target is reached for, loss falls of itself; once it is met, it stays met
        if goal.target is not None and meets(case, goal, units):
            room = goal.target - float(losses(case, units).sum())
        refit(case, loss_price, price, pools, units, left, room)
    return units
