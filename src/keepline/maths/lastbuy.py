"""The last-time buy under limits: which quarter, how many of what, and how near the best that is.

    minimise  sum over pools i and windows k of w_i F_ik(S_ik),   S_ik = x_i0 + ... + x_ik,

over whole orders x_ik, each 0 or at least the minimum order, within a budget, a budget a quarter,
suppliers' capacities by quarter and depots' room; or the least cost at which that loss is no more
than a target. Prices of the limits and a certified bound come from `lastbuy_prices`, whole orders
from `lastbuy_plan`, the optimum of small cases from `lastbuy_exact`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy_exact import Effort, closed
from keepline.maths.lastbuy_ground import (
    Case,
    Kind,
    Limits,
    Orderable,
    case_of,
    is_kept,
    losses,
    used,
)
from keepline.maths.lastbuy_plan import improved, meets, reaching, rounded
from keepline.maths.lastbuy_prices import Goal, Priced, columns_of, least_loss, price_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

EFFORT = Effort()


@dataclass(frozen=True)
class Held:
    """Tell how one limit holds purchases.

    Attributes:
        kind: Budget, budget of a quarter, capacity or storage.
        which: Supplier or tree; -1 for money.
        quarter: Quarter; -1 where the limit is on all together.
        limit: What may be taken.
        used: What the plan takes.
        price: What one more unit of the limit (of currency, a unit, a m3) would bring at most:
            weighted loss, or cost where a target is met; 0 where the limit does not bind.
    """

    kind: Kind
    which: int
    quarter: int
    limit: float
    used: float
    price: float


@dataclass(frozen=True)
class LastBuy:
    """Hold orders, and how near the best they are.

    Attributes:
        units: Orders int64[n, K].
        loss: Weighted loss that they leave.
        cost: What they cost.
        bound: Certified: no orders within the limits leave less loss, or meet the target for less.
        gap: (reached - bound) / reached, of the loss, or of the cost where a target was set.
        is_exact: Whether no better orders exist (to 1e-6 of the gap before the last search).
        is_reached: Whether the target is met; true where none was set.
        target_price: Cost of one unit less of loss, where a target was set.
        limits: Every finite limit.
    """

    units: Whole
    loss: float
    cost: float
    bound: float
    gap: float
    is_exact: bool
    is_reached: bool
    target_price: float
    limits: tuple[Held, ...]


def buy_within(orderable: Orderable, limits: Limits, effort: Effort = EFFORT) -> LastBuy:
    """Return the orders of least weighted loss within the limits.

    Args:
        orderable: Pools with their curves; of none, nothing is bought.
        limits: What all orders together may take.
        effort: Size and time up to which the optimum itself is looked for.

    Nine spares of an aircraft (KTH course SF2863, set for 500 of money), one quarter:

    >>> from keepline.maths import poisson
    >>> rate = np.array([50, 40, 45, 50, 25, 48, 60, 35, 15]) / 1000
    >>> days = np.array([6, 8, 14, 25, 12, 18, 33, 8, 12])
    >>> loss = [poisson.ebo(mean, s) for mean in rate * days for s in range(15)]
    >>> cost = np.array([12.0, 14, 21, 20, 11, 45, 75, 30, 22])
    >>> nine = np.ones(9, np.int64)
    >>> spares = Orderable(np.arange(10) * 15, np.array(loss), np.ones(9), cost[:, None],
    ...                    np.zeros(9), nine - 2, nine - 2, nine, 99 * nine[:, None])
    >>> none = np.empty(0)
    >>> best = buy_within(spares, Limits(500.0, np.array([np.inf]), np.empty((0, 1)), none))
    >>> best.units[:, 0].tolist(), round(best.loss, 8), best.is_exact
    ([1, 2, 2, 2, 1, 2, 3, 1, 1], 0.63191654, True)
    """
    return _bought(case_of(orderable, limits), None, effort)


def buy_to(orderable: Orderable, limits: Limits, target: float, effort: Effort = EFFORT) -> LastBuy:
    """Return the cheapest orders within the limits that leave no more weighted loss than a target.

    Where none were found the orders are those of least loss, `is_reached` is false, and the bound
    and gap are of the loss: a bound above the target proves that there are none, and
    `lastbuy_relax.relaxations` then tells which limits collide.

    Args:
        orderable: Pools with their curves.
        limits: What all orders together may take.
        target: Weighted loss allowed.
        effort: Size and time up to which the optimum itself is looked for.
    """
    return cheapest(case_of(orderable, limits), target, effort)


def cheapest(case: Case, target: float, effort: Effort, unit_cost: Number | None = None) -> LastBuy:
    """Return the orders that meet a target and take least of the money, or of another cost.

    Args:
        case: All pools.
        target: Weighted loss allowed.
        effort: As in `buy_to`.
        unit_cost: What counts instead of money; float64[n, K].
    """
    goal = Goal(0.0, case.cost if unit_cost is None else unit_cost, target)
    nothing = np.zeros(case.most.shape, np.int64)
    if meets(case, goal, nothing):
        return _answer(case, goal, _without_prices(case), nothing, 0.0, True)
    least = _bought(case, target, effort)
    if not least.is_reached:
        return least
    found = price_limits(case, goal, [nothing, least.units])
    reached = reaching(case, goal, found, rounded(case, found))
    best = improved(case, goal, found, least.units)
    if reached is not None:
        other = improved(case, goal, found, reached)
        best = min(best, other, key=lambda units: goal.of(case, units))
    return _finished(case, goal, found, best, effort)


def _bought(case: Case, target: float | None, effort: Effort) -> LastBuy:
    """Return the orders of least loss; those that meet a target, as soon as there are any."""
    goal = least_loss(case)
    if not case.most.size:
        nothing = np.zeros(case.most.shape, np.int64)
        return _answer(case, goal, _without_prices(case), nothing, 0.0, True, target)
    found = price_limits(case, goal, [np.zeros(case.most.shape, np.int64)])
    units = improved(case, goal, found, rounded(case, found))
    asked = Goal(1.0, goal.unit_cost, target)
    if target is not None and (meets(case, asked, units) or found.bound > target):
        return _answer(case, goal, found, units, found.bound, False, target)
    return _finished(case, goal, found, units, effort, target)


def _finished(
    case: Case,
    goal: Goal,
    found: Priced,
    units: Whole,
    effort: Effort,
    target: float | None = None,
) -> LastBuy:
    if case.pools > effort.pools:
        return _answer(case, goal, found, units, found.bound, False, target)
    best = closed(case, goal, found, units, effort)
    return _answer(case, goal, found, best.units, best.bound, best.is_exact, target)


def _answer(
    case: Case,
    goal: Goal,
    found: Priced,
    units: Whole,
    bound: float,
    is_exact: bool,
    target: float | None = None,
) -> LastBuy:
    assert is_kept(case, units)  # noqa: S101 - every step before keeps the limits
    loss = float(losses(case, units).sum())
    reached = goal.of(case, units)
    lowest = reached if is_exact else max(0.0, min(bound, reached))
    asked = Goal(1.0, goal.unit_cost, target if goal.target is None else goal.target)
    return LastBuy(
        units=units,
        loss=loss,
        cost=float((case.cost * units).sum()),
        bound=lowest,
        gap=(reached - lowest) / reached if reached > 0.0 else 0.0,
        is_exact=is_exact or reached <= lowest,
        is_reached=meets(case, asked, units),
        target_price=found.target_price,
        limits=held(case, found.price, units),
    )


def held(case: Case, price: Number, units: Whole) -> tuple[Held, ...]:
    """Return how every finite limit holds the orders."""
    rows, taken = case.rows, used(case.rows, units)
    return tuple(
        Held(
            Kind(int(rows.kind[row])),
            int(rows.which[row]),
            int(rows.quarter[row]),
            float(rows.right[row]),
            float(taken[row]),
            float(price[row]),
        )
        for row in range(len(rows.right))
    )


def _without_prices(case: Case) -> Priced:
    nobody = np.empty(0, np.int64)
    columns = columns_of(case, least_loss(case), nobody, np.empty((0, case.quarters), np.int64))
    return Priced(0.0, np.zeros(len(case.rows.right)), 0.0, columns, np.empty(0), 0.0)
