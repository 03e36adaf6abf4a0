"""Spend a budget over many pools whose curves are followed only as far as the budget reaches.

Let a pool's curve end at the N of least weight E*(N) + price cost N. At that or any higher price
the best N of the pool is among those kept (H. Everett, 1963), so the lower hulls of the curves
kept, merged, are those of the whole curves down to the price, and so is the bound on every plan
whose budget is spent before that price is reached. The price is guessed from a sample of pools,
and lowered until the budget is spent before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.allocate import (
    MOST_STEPS,
    Allocation,
    Curves,
    Frontier,
    merged_frontier,
    within_budget,
)
from keepline.maths.frontiers import CHUNK, THREADS, frontiers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.frontiers import Make, ManyCells

SAMPLES = 40  # runs of neighbouring pools, spread evenly over all
RUN = 25
CAUTION = (3.0, 30.0, np.inf)  # curves go on to a price so many times below the guess
NEVER = 1e300  # no unit saves as much


class Goods(NamedTuple):
    """What a unit of each pool costs and is worth, as in `Curves`."""

    cost: NDArray[np.float64]  # [pools]
    weight: NDArray[np.float64]  # [pools]
    minimum_order: NDArray[np.int64]  # [pools]


class Spending(NamedTuple):
    """Purchases within a budget, and the curves they were chosen from."""

    allocation: Allocation
    curves: Curves
    centre: NDArray[np.int64]  # units for the centre at each N, aligned with curves.value
    frontier: Frontier  # down to `price`
    price: float  # loss saved per cost at which the curves end; 0: they are whole


def curves_down_to(
    make: Make, goods: Goods, price: float, threads: int = THREADS, chunk: int = CHUNK
) -> tuple[Curves, NDArray[np.int64]]:
    """Return the curves of many pools as far as units are worth buying at a price.

    Args:
        make: Gives the cells of so many pools from a number on.
        goods: What their units cost and are worth.
        price: Loss that a unit of money must save; 0 follows the curves to their ends.
        threads: How many.
        chunk: Pools worked on in one call.

    Returns:
        The curves, and the units for the centre at each N.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least_gain = np.nan_to_num(price * goods.cost / goods.weight, nan=0.0, posinf=NEVER)
    least_units = np.where(goods.minimum_order > 1, goods.minimum_order, 0)
    first, value, centre = frontiers(make, least_gain, least_units, threads, chunk)
    return Curves(first, value, *goods), centre


def spend(
    make: Make,
    goods: Goods,
    budget: float,
    threads: int = THREADS,
    most_steps: int = MOST_STEPS,
) -> Spending:
    """Return the purchases of least total loss within a budget, over many pools.

    Args:
        make: Gives the cells of so many pools from a number on.
        goods: What their units cost and are worth.
        budget: Money.
        threads: How many.
        most_steps: As in `within_budget`.
    """
    guess = _guess(make, goods, budget, threads)
    for caution in CAUTION:
        price = guess / caution
        curves, centre = curves_down_to(make, goods, price, threads)
        frontier = _down_to(merged_frontier(curves), price)
        if price <= 0.0 or float(frontier.cost[-1]) > budget:
            break
    allocation = within_budget(curves, budget, frontier, most_steps)
    allocation = _proven(allocation, goods, frontier, budget, price)
    return Spending(allocation, curves, centre, frontier, price)


def _down_to(frontier: Frontier, price: float) -> Frontier:
    """Return the frontier without the steps that save less than the price."""
    steps = int(np.searchsorted(-frontier.gain_per_cost, -price, side="right"))
    return Frontier(
        cost=frontier.cost[: steps + 1],
        loss=frontier.loss[: steps + 1],
        pool=frontier.pool[:steps],
        before=frontier.before[:steps],
        after=frontier.after[:steps],
        gain_per_cost=frontier.gain_per_cost[:steps],
    )


def _guess(make: Make, goods: Goods, budget: float, threads: int) -> float:
    """Return about what the budget's last money saves, from a sample; 0 with few pools."""
    pools = goods.cost.size
    if pools <= 2 * SAMPLES * RUN:
        return 0.0
    starts = np.linspace(0, pools - RUN, SAMPLES).astype(np.int64)
    rows = (starts[:, None] + np.arange(RUN)).ravel()
    sample = Goods(goods.cost[rows], goods.weight[rows], goods.minimum_order[rows])

    def sampled(start: int, size: int) -> ManyCells:
        return make(int(rows[start]), size)

    curves, _ = curves_down_to(sampled, sample, 0.0, threads, RUN)
    frontier = merged_frontier(curves)
    share = float(budget * rows.size / pools)
    corner = int(np.searchsorted(frontier.cost, share, side="right")) - 1
    if not 0 <= corner < frontier.pool.size:
        return 0.0
    guess = float(frontier.gain_per_cost[corner])
    return guess if np.isfinite(guess) else 0.0


def _proven(
    allocation: Allocation, goods: Goods, frontier: Frontier, budget: float, price: float
) -> Allocation:
    """Return the allocation, called exact only if no unit beyond the curves could better it.

    Bought at the budget's price, each unit beyond the end of its curve loses at least the
    difference of the two prices times its cost.
    """
    if price <= 0.0 or not allocation.is_exact:
        return allocation
    corner = max(0, int(np.searchsorted(frontier.cost, budget, side="right")) - 1)
    is_cut = (goods.weight > 0.0) & (goods.cost > 0.0)
    dearer = float(frontier.gain_per_cost[corner]) - price
    if (dearer * goods.cost[is_cut] >= allocation.objective - allocation.relaxed).all():
        return allocation
    bound = min(allocation.relaxed, allocation.objective)
    return allocation._replace(is_exact=False, bound=bound, gap=allocation.objective - bound)
