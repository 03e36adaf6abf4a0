"""Prices of the limits, and the bound they certify.

For any prices y >= 0 of the limits, the sum over pools of the least priced value of their
schedules, less y times the limits, is below every plan (H. Everett, 1963). The prices that make it
greatest are looked for first by raising those of limits passed and lowering the others, in steps
that grow while the direction stays and are halved when it turns (M. Riedmiller and H. Braun, 1993),
then exactly, by column generation (G. B. Dantzig and P. Wolfe, 1960): a linear programme over the
schedules met so far gives prices, prices give better schedules. The bound is that of the convex
hulls of each pool's *whole schedules*, with minimum orders exact, so it is never below that of the
hulls of the single windows' curves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.lastbuy_ground import Case, losses, unit_prices, used
from keepline.maths.lastbuy_schedules import best_schedules
from keepline.maths.lastbuy_solver import Columns, Master, Shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

ASCENTS = 160
KEPT_ASCENTS = 12
ROUNDS = 60
CLOSE = 1e-6
STEP, NEAR_STEP = 1.0, 0.1
#: A price that was nought starts at this power of e below the others.
FAR = 12.0
GROWTH, SHRINK, LEAST_STEP = 1.25, 0.5, 1e-6


@dataclass(frozen=True)
class Goal:
    """Say what is to be least, and what loss is allowed.

    Attributes:
        loss_price: Goal of one unit of weighted loss: 1 for the least loss, 0 for the least cost.
        unit_cost: Goal of one unit ordered [n, K].
        target: Weighted loss allowed; None for any.
    """

    loss_price: float
    unit_cost: Number
    target: float | None = None

    def of(self, case: Case, units: Whole) -> float:
        """Return the goal of orders."""
        return self.loss_price * float(losses(case, units).sum()) + float(
            (self.unit_cost * units).sum()
        )


def least_loss(case: Case) -> Goal:
    """Return the goal of the least loss."""
    return Goal(1.0, np.zeros(case.most.shape))


class Priced(NamedTuple):
    """The bound, its prices, and the schedules and shares that reach it."""

    bound: float
    price: Number  # [rows] of one unit of each limit, in goal
    target_price: float  # of one unit of weighted loss allowed
    columns: Columns
    share: Number  # of each column
    value: float  # of the shares: the linear programme's


@dataclass(frozen=True)
class Prices:
    """Prices of limits and of loss.

    Attributes:
        limits: Of one unit of each limit [rows].
        loss: Of one unit of weighted loss, beyond what the goal itself counts.
    """

    limits: Number
    loss: float


def priced(case: Case, goal: Goal, prices: Prices) -> tuple[Whole, Number, float]:
    """Return every pool's best schedule under prices, its value, and the bound they certify."""
    per_unit = goal.unit_cost + unit_prices(case.rows, prices.limits)
    units, value = best_schedules(case, goal.loss_price + prices.loss, per_unit)
    right = float(prices.limits @ case.rows.right)
    if goal.target is not None:
        right += prices.loss * goal.target
    total = float(value.sum())
    # floating-point sums are off by less than this
    doubt = 1e-13 * (float(np.abs(value).sum()) + right)
    return units, value, total - right - doubt


def columns_of(case: Case, goal: Goal, pool: Whole, units: Whole) -> Columns:
    """Return schedules as columns, with the limits scaled to 1.

    Args:
        case: All pools.
        goal: What is to be least; a target is a row after the limits.
        pool: Pool of each schedule [m].
        units: Orders [m, K].
    """
    rows, count = case.rows, len(case.rows.right)
    m = len(units)
    loss = _losses_of(case, pool, units)
    entry = rows.row[pool]
    # orders under a limit of 0 are out already, and NONE picks the 1 put last
    whole = np.append(np.where(rows.right > 0.0, rows.right, 1.0), 1.0)
    part = rows.use[pool] / whole[entry] * units[:, :, None]
    column = np.broadcast_to(np.arange(m)[:, None, None], entry.shape)
    is_used = (entry >= 0) & (units[:, :, None] > 0)
    key = column[is_used] * (count + 1) + entry[is_used]
    weight = part[is_used]
    if goal.target is not None:
        key = np.concatenate((key, np.arange(m) * (count + 1) + count))
        weight = np.concatenate((weight, loss / (goal.target or 1.0)))
    cells, inverse = np.unique(key, return_inverse=True)
    use = np.bincount(inverse, weight, len(cells)).astype(np.float64)
    start = np.searchsorted(cells // (count + 1), np.arange(m + 1))
    own = goal.loss_price * loss + (goal.unit_cost[pool] * units).sum(axis=1)
    return Columns(pool, units, own, start, cells % (count + 1), use)


def _losses_of(case: Case, pool: Whole, units: Whole) -> Number:
    total = np.cumsum(units, axis=1)
    q = pool[:, None] * units.shape[1] + np.arange(units.shape[1])
    at = np.minimum(case.first[q] + total, case.first[q + 1] - 1)
    return np.asarray(case.value[at].sum(axis=1))


def right_sides(case: Case, goal: Goal) -> Number:
    """Return the scaled limits, and the scaled target if there is one."""
    ones = np.ones(len(case.rows.right))
    if goal.target is None:
        return ones
    return np.append(ones, 1.0 if goal.target else 0.0)


def ascend(
    case: Case, goal: Goal, turns: int = ASCENTS, near: Prices | None = None
) -> tuple[Prices, float, list[Whole]]:
    """Return good prices, their bound, and the schedules met last.

    Args:
        case: All pools.
        goal: What is to be least.
        turns: Evaluations of the bound.
        near: Prices to start from.
    """
    rows = case.rows
    nothing = np.zeros(case.most.shape, np.int64)
    lost = float(losses(case, nothing).sum())
    count = len(rows.right)
    with_target = goal.target is not None
    scale = lost if goal.loss_price else float((goal.unit_cost * case.top[:, None]).sum())
    log_price = np.full(count + 1, np.log(max(scale, 1e-300) / (8.0 * (count + 1))))
    step, sign = np.full(count + 1, STEP if near is None else NEAR_STEP), np.zeros(count + 1)
    best: tuple[Prices, float] = Prices(np.zeros(count), 0.0), -np.inf
    met: list[Whole] = []
    right = np.append(np.where(rows.right > 0.0, rows.right, 1.0), goal.target or 1.0)
    # under a limit of 0 no order is left, so that any price of it would do
    is_free = np.append(rows.right > 0.0, with_target)
    if near is not None:
        known = np.append(near.limits, near.loss) * right
        log_price = np.where(known > 0.0, np.log(np.maximum(known, 1e-300)), log_price - FAR)
    for turn in range(turns):
        price = np.where(is_free, np.exp(log_price) / right, 0.0)
        prices = Prices(price[:count], float(price[count]) if with_target else 0.0)
        units, _, bound = priced(case, goal, prices)
        if bound > best[1]:
            best = prices, bound
        if turn >= turns - KEPT_ASCENTS:
            met.append(units)
        taken = used(rows, units)
        lost = float(losses(case, units).sum()) if with_target else 0.0
        turned = np.sign(np.append(taken, lost) - right) * sign
        step = np.clip(
            step * np.where(turned > 0, GROWTH, np.where(turned < 0, SHRINK, 1.0)),
            LEAST_STEP,
            STEP,
        )
        sign = np.sign(np.append(taken, lost) - right)
        log_price = np.clip(log_price + step * sign, -600.0, 600.0)
    return best[0], best[1], met


def fresh(known: set[bytes], pool: Whole, units: Whole) -> tuple[Whole, Whole]:
    """Return the schedules not known yet, each once, and make them known."""
    rows = np.ascontiguousarray(np.column_stack((pool, units)))
    keep = []
    for row, key in enumerate(rows):
        name = key.tobytes()
        if name not in known:
            known.add(name)
            keep.append(row)
    return pool[keep], units[keep]


def price_limits(case: Case, goal: Goal, start: list[Whole]) -> Priced:
    """Return the best bound, the prices that certify it, and shares of schedules that reach it.

    Args:
        case: All pools.
        goal: What is to be least.
        start: Orders int64[n, K] to start from, of which one keeps the limits and the target.
    """
    n = case.pools
    prices, bound, met = ascend(case, goal)
    known: set[bytes] = set()
    everyone = np.arange(n)
    batches = [fresh(known, everyone, units) for units in [*start, *met]]
    pool, units = (np.concatenate(part) for part in zip(*batches, strict=True))
    columns = columns_of(case, goal, pool, units)
    master = Master(columns, right_sides(case, goal), n)
    whole = np.where(case.rows.right > 0.0, case.rows.right, 1.0)
    share, reached = np.zeros(len(columns.pool)), np.inf
    for _ in range(ROUNDS):
        shares = master.solve()
        if shares is None:
            break
        share, reached = shares.share, shares.value
        found = _prices_of(shares, goal, whole)
        best, value, certified = priced(case, goal, found)
        # the programme's prices are exact: those of limits with room to spare are 0
        if certified > bound - CLOSE * abs(bound):
            prices, bound = found, certified
        better = shares.floor - value > 1e-12 * abs(shares.floor)
        pool, units = fresh(known, everyone[better], best[better])
        if reached - bound <= CLOSE * abs(reached) or not len(pool):
            break
        more = columns_of(case, goal, pool, units)
        master.add(more)
        columns = joined(columns, more)
        share = np.append(share, np.zeros(len(pool)))
    return Priced(bound, prices.limits, prices.loss, columns, share, reached)


def _prices_of(shares: Shares, goal: Goal, whole: Number) -> Prices:
    count = len(whole)
    loss = float(shares.price[count]) / (goal.target or 1.0) if goal.target is not None else 0.0
    return Prices(shares.price[:count] / whole, loss)


def joined(one: Columns, other: Columns) -> Columns:
    """Return the schedules of both."""
    return Columns(
        np.concatenate((one.pool, other.pool)),
        np.concatenate((one.units, other.units)),
        np.concatenate((one.goal, other.goal)),
        np.concatenate((one.start, one.start[-1] + other.start[1:])),
        np.concatenate((one.row, other.row)),
        np.concatenate((one.use, other.use)),
    )
