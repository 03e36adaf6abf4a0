"""Which limits collide when a target is out of reach, and what each alone would have to be.

At the least loss within the limits, a limit whose price is nought can be lifted whole without
change; the others collide with the target. Of each the least that would do, the rest standing as
they are, is found as the cheapest plan that meets the target when what counts is the use of that
limit: a certified bound below, and a plan that shows so much is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy import EFFORT, Held, LastBuy, buy_within, cheapest
from keepline.maths.lastbuy_ground import (
    NONE,
    ROUNDING,
    UNLIMITED,
    Case,
    Kind,
    Limits,
    Orderable,
    case_of,
    rows_of,
    unit_prices,
)
from keepline.maths.lastbuy_prices import Prices, ascend, least_loss, priced
from keepline.maths.lastbuy_schedules import best_schedules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from keepline.maths.lastbuy_exact import Effort

    Number = NDArray[np.float64]

MINIMUM_ORDER = "minimum order"
MOST_OF_ORDER = "most of an order"
TARGET = "target"
WORDS = {
    Kind.BUDGET: "budget",
    Kind.QUARTER_BUDGET: "quarter budget",
    Kind.CAPACITY: "capacity",
    Kind.STORAGE: "storage",
}
#: The share of all minimum orders that may stay is told to 1 in so many.
STEPS = 64
#: Evaluations of the bound that may prove that lifting a limit alone mends nothing.
LOOKS = 40
#: A price of units that bars them, and turns after which a ratio has long stopped rising.
BARRED = 1e30
DINKELBACH_TURNS = 60


@dataclass(frozen=True)
class Relaxation:
    """Tell what one limit alone would have to be for the target to be met.

    Attributes:
        what: Which sort of limit, in words.
        which: Supplier or tree; -1 for others.
        quarter: Quarter; -1 where the limit is on all together.
        limit: What it is; for minimum orders 1, all of each; for the most of an order 0, for what
            is told of it is how many units more than the most the largest order needs.
        least: Certified: with less (of minimum orders: with a greater share) it cannot do alone.
        enough: With so much there is a plan that meets the target.
        price: Weight of one unit of it times (enough - limit): what mending costs by the weights.
    """

    what: str
    which: int
    quarter: int
    limit: float
    least: float
    enough: float
    price: float


@dataclass(frozen=True)
class Collision:
    """Tell why a target is out of reach.

    Attributes:
        is_met: Whether it is in reach after all; then nothing collides.
        is_proven: Whether it is certain that no orders within the limits meet it.
        best: The orders of least loss within the limits.
        relaxations: What each limit alone would have to be, cheapest first, the target itself last;
            limits that mend nothing alone are left out.
    """

    is_met: bool
    is_proven: bool
    best: LastBuy
    relaxations: tuple[Relaxation, ...]


def relaxations(
    orderable: Orderable,
    limits: Limits,
    target: float,
    effort: Effort = EFFORT,
    weights: Mapping[Kind, float] | None = None,
) -> Collision:
    """Return which limits stand between purchases and a target, and the least that mends it.

    Args:
        orderable: Pools with their curves.
        limits: What all orders together may take.
        target: Weighted loss allowed.
        effort: As in `lastbuy.buy_to`.
        weights: Cost of one more unit of a limit of each kind, by which answers are ordered; 1
            where none is given.
    """
    best = buy_within(orderable, limits, effort)
    if best.loss <= target * (1.0 + ROUNDING):
        return Collision(True, False, best, ())
    found = [
        *_of_limits(orderable, limits, target, effort, best, dict(weights or {})),
        *_of_orders(orderable, limits, target, effort),
    ]
    found.sort(key=lambda one: (one.price, one.what, one.which, one.quarter))
    own = Relaxation(TARGET, NONE, NONE, target, best.bound, best.loss, best.loss - target)
    return Collision(False, best.bound > target, best, (*found, own))


def _of_limits(
    orderable: Orderable,
    limits: Limits,
    target: float,
    effort: Effort,
    best: LastBuy,
    weights: Mapping[Kind, float],
) -> list[Relaxation]:
    rows = rows_of(orderable, limits)
    price = np.array([one.price for one in best.limits])
    found = []
    for row in range(len(rows.right)):
        key = Kind(int(rows.kind[row])), int(rows.which[row]), int(rows.quarter[row])
        lifted = case_of(orderable, without(limits, *key))
        if is_beyond(lifted, np.delete(price, row), target):
            continue
        taken = np.where(rows.row == row, rows.use, 0.0).sum(axis=2)
        mended = cheapest(lifted, target, effort, unit_cost=taken)
        if not mended.is_reached:
            continue
        enough = float((taken * mended.units).sum())
        limit = float(rows.right[row])
        cost = weights.get(key[0], 1.0) * (enough - limit)
        least = min(max(limit, mended.bound), enough)
        found.append(Relaxation(WORDS[key[0]], key[1], key[2], limit, least, enough, cost))
    return found


def is_beyond(case: Case, price: Number, target: float) -> bool:
    """Tell whether prices certify that a target is out of reach.

    Args:
        case: All pools.
        price: Of one unit of each limit, to start from [rows].
        target: Weighted loss allowed.
    """
    near = Prices(price, 0.0)
    if priced(case, least_loss(case), near)[2] > target:
        return True
    return ascend(case, least_loss(case), LOOKS, near)[1] > target


def without(limits: Limits, kind: Kind, which: int, quarter: int) -> Limits:
    """Return limits of which one is lifted.

    Args:
        limits: All limits.
        kind: Kind of the one.
        which: Its supplier or tree.
        quarter: Its quarter.
    """
    if kind == Kind.BUDGET:
        return limits._replace(budget=np.inf)
    if kind == Kind.QUARTER_BUDGET:
        return limits._replace(quarter_budget=_lifted(limits.quarter_budget, quarter))
    if kind == Kind.CAPACITY:
        return limits._replace(capacity=_lifted(limits.capacity, (which, quarter)))
    return limits._replace(room=_lifted(limits.room, which))


def _lifted(limit: Number, at: int | tuple[int, int]) -> Number:
    found = limit.copy()
    found[at] = np.inf
    return found


def _of_orders(
    orderable: Orderable, limits: Limits, target: float, effort: Effort
) -> list[Relaxation]:
    """Return what minimum orders and the most of an order would have to be."""
    found = []
    if (orderable.minimum_order > 1).any():
        share = _minimum_share(orderable, limits, target, effort)
        if share is not None:
            least, enough = share
            found.append(Relaxation(MINIMUM_ORDER, NONE, NONE, 1.0, least, enough, 1.0 - enough))
    is_held = (orderable.most > 0) & (orderable.most < UNLIMITED)
    if is_held.any():
        free = orderable._replace(most=np.where(is_held, UNLIMITED, orderable.most))
        best = buy_within(free, limits, effort)
        if best.loss <= target * (1.0 + ROUNDING):
            grown = float(np.where(is_held, best.units - orderable.most, 0).clip(0).max())
            found.append(Relaxation(MOST_OF_ORDER, NONE, NONE, 0.0, 0.0, grown, grown))
    return found


def _minimum_share(
    orderable: Orderable, limits: Limits, target: float, effort: Effort
) -> tuple[float, float] | None:
    """Return between which shares of all minimum orders the greatest lies that may stay."""

    def at(step: int) -> LastBuy:
        order = np.ceil(orderable.minimum_order * (step / STEPS)).astype(np.int64)
        return buy_within(orderable._replace(minimum_order=order), limits, effort)

    if at(0).loss > target * (1.0 + ROUNDING):
        return None
    low, high, ruled_out = 0, STEPS, STEPS
    while high - low > 1:
        middle = (low + high) // 2
        best = at(middle)
        if best.loss <= target * (1.0 + ROUNDING):
            low = middle
        else:
            high = middle
            ruled_out = middle if best.bound > target else ruled_out
    return ruled_out / STEPS, low / STEPS


def opening_prices(orderable: Orderable, limits: Limits, best: LastBuy) -> tuple[Held, ...]:
    """Return a plan's limits with what a first unit would bring of those that let nothing through.

    Prices are slopes between whole orders; where a limit lets no order through, its price is the
    greatest gain per unit of it that the orders of one pool bring, at the prices of the others
    (W. Dinkelbach, 1967, On Nonlinear Fractional Programming).

    Args:
        orderable: Pools with their curves.
        limits: What all orders together may take.
        best: The plan within them.
    """
    price = np.array([one.price for one in best.limits])
    rows = rows_of(orderable, limits)
    loss_price = best.target_price or 1.0
    unit_cost = orderable.cost if best.target_price > 0.0 else np.zeros_like(orderable.cost)
    found = list(best.limits)
    for row, one in enumerate(best.limits):
        if one.used == 0.0 and one.price == 0.0:
            lifted = case_of(orderable, without(limits, one.kind, one.which, one.quarter))
            taken = np.where(rows.row == row, rows.use, 0.0).sum(axis=2)
            base = unit_cost + unit_prices(lifted.rows, np.delete(price, row))
            gain = _greatest_ratio(lifted, loss_price, base, taken)
            found[row] = replace(one, price=gain)
    return tuple(found)


def _greatest_ratio(case: Case, loss_price: float, base: Number, taken: Number) -> float:
    """Return the greatest gain per unit of use over every pool's schedules."""
    _, closed = best_schedules(case, loss_price, base + np.where(taken > 0.0, BARRED, 0.0))
    ratio = 0.0
    for _ in range(DINKELBACH_TURNS):
        units, value = best_schedules(case, loss_price, base + ratio * taken)
        use = (taken * units).sum(axis=1)
        is_better = (use > 0.0) & (value < closed)
        if not is_better.any():
            break
        own = value[is_better] - ratio * use[is_better]
        higher = float(((closed[is_better] - own) / use[is_better]).max())
        if higher <= ratio * (1.0 + 1e-12):
            break
        ratio = higher
    return ratio
