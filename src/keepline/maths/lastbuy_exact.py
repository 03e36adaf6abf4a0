"""Close the gap of small cases: every schedule that a better plan could hold, picked from exactly.

With the bound's prices, a plan's goal is the bound plus the regrets of its pools' schedules, plus
what prices make of room left unused. A schedule whose regret alone passes the gap is therefore in
no better plan. Those left are listed, one of two is dropped when the other has no more goal, loss
or use, and an integer programme picks one of each pool (R. Baldacci, N. Christofides and
A. Mingozzi, 2008, Mathematical Programming 115, close route gaps in this way).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled
from keepline.maths.lastbuy_ground import Case, is_kept, unit_prices
from keepline.maths.lastbuy_plan import meets
from keepline.maths.lastbuy_prices import Goal, Priced, columns_of, right_sides
from keepline.maths.lastbuy_schedules import near_best
from keepline.maths.lastbuy_solver import Columns, pick

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Schedules listed of all pools together, of one pool at least, and of those looked at per listed.
LISTED = 12_000
LEAST_LISTED = 60
LISTED_FOR_ONE = 4
#: Listings of a pool with a narrower regret, when the whole gap lists too many.
NARROWINGS = 30
NARROWER = 0.6
TURNS = 3
#: A gap this small, as a share, is rounding.
CLOSED = 1e-9


class Effort(NamedTuple):
    """How hard the search for the optimum may try.

    ``pools`` is the size up to which it is tried at all; nodes stop it alike on every machine;
    seconds are a net below that, and only they can make two runs differ.
    """

    pools: int = 200
    nodes: int = 300
    seconds: float = 6.0


class Closed(NamedTuple):
    """What the search found."""

    units: NDArray[np.int64]  # [n, K]
    bound: float
    is_exact: bool


@compiled
def undominated(traits: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows of which no other is at most as great in every trait; float64[m, traits].

    Rows come in order of their first trait; of equal rows the first stays.
    """
    kept = np.empty(traits.shape[0], np.int64)
    n = 0
    for j in range(traits.shape[0]):
        is_beaten = False
        for other in kept[:n]:
            is_beaten = True
            for t in range(traits.shape[1]):
                if traits[other, t] > traits[j, t]:
                    is_beaten = False
                    break
            if is_beaten:
                break
        if not is_beaten:
            kept[n] = j
            n += 1
    return kept[:n]


def closed(case: Case, goal: Goal, found: Priced, units: Whole, effort: Effort) -> Closed:
    """Return the optimum where it is in reach, else a plan and a bound at least as good.

    Args:
        case: All pools.
        goal: What is to be least.
        found: The bound and its prices.
        units: A plan that keeps the limits and the target.
        effort: How hard to try.
    """
    bound = found.bound
    for _ in range(TURNS):
        reached = goal.of(case, units)
        gap = reached - found.bound
        if reached - bound <= CLOSED * abs(reached):
            return Closed(units, bound, True)
        columns, regret = listed(case, goal, found, units, gap)
        better, lowest, is_best = _picked(case, goal, columns, units, gap, effort)
        value = goal.of(case, better)
        # a plan with a schedule that is not listed is above the bound by the regret at least
        bound = max(bound, min(lowest, value, found.bound + regret))
        if is_best and value <= found.bound + regret:
            return Closed(better, bound, True)
        if value >= reached - CLOSED * abs(reached):
            break
        units = better
    return Closed(units, bound, False)


def listed(
    case: Case, goal: Goal, found: Priced, units: Whole, gap: float
) -> tuple[Columns, float]:
    """Return schedules that a better plan may hold, and the regret up to which these are all.

    The plan's own are among them.

    Args:
        case: All pools.
        goal: What is to be least.
        found: The bound and its prices.
        units: The plan to better.
        gap: Its goal above the bound.
    """
    price = goal.unit_cost + unit_prices(case.rows, found.price)
    loss_price = goal.loss_price + found.target_price
    lists, regret = [], gap * (1.0 + 1e-9)
    room = max(LEAST_LISTED, LISTED // case.pools)
    for i in range(case.pools):
        one, least = _list_of(case, goal, i, loss_price, price[i], gap * (1.0 + 1e-9), room)
        lists.append(one)
        regret = min(regret, least)
    pools = [np.full(len(one), i) for i, one in enumerate(lists)]
    pool = np.concatenate((*pools, np.arange(case.pools)))
    every = np.concatenate((*lists, units))
    _, once = np.unique(np.column_stack((pool, every)), axis=0, return_index=True)
    return columns_of(case, goal, pool[once], every[once]), regret


def _list_of(
    case: Case, goal: Goal, i: int, loss_price: float, price: Number, regret: float, room: int
) -> tuple[Whole, float]:
    """Return one pool's undominated schedules, and the regret up to which these are all.

    Args:
        case: All pools.
        goal: What is to be least.
        i: Pool.
        loss_price: Of one unit of weighted loss.
        price: Of one unit ordered in each quarter [K].
        regret: The greatest that matters.
        room: Schedules to list at most; a narrower regret is taken until they fit.
    """
    for _ in range(NARROWINGS):
        units, _, is_all = near_best(case, i, loss_price, price, regret, LISTED_FOR_ONE * room)
        if is_all:
            columns = columns_of(case, goal, np.full(len(units), i), units)
            traits = np.zeros((len(units), 2 + len(case.rows.right)))
            traits[:, 0] = columns.goal
            column = np.repeat(np.arange(len(units)), np.diff(columns.start))
            traits[column, 1 + columns.row] = columns.use
            order = np.argsort(columns.goal, kind="stable")
            kept = order[undominated(traits[order][:, traits.any(axis=0)])]
            if len(kept) <= room:
                return units[kept], regret
        regret *= NARROWER
    return np.empty((0, case.quarters), np.int64), 0.0


def _picked(
    case: Case, goal: Goal, columns: Columns, units: Whole, gap: float, effort: Effort
) -> tuple[Whole, float, bool]:
    """Return the better of the plan and the one picked, a bound of all choices, and if it is best.

    The solver sees goals as shares of the gap, counted from the plan's own: its answer is then
    best to a millionth of the gap.
    """
    own = np.array(
        [
            np.nonzero((columns.pool == i) & (columns.units == units[i]).all(axis=1))[0][0]
            for i in range(case.pools)
        ]
    )
    base = columns.goal[own]
    scaled = columns._replace(goal=(columns.goal - base[columns.pool]) / gap)
    right = right_sides(case, goal)
    answer = pick(scaled, right, case.pools, own, effort.nodes, effort.seconds)
    reached = goal.of(case, units)
    lowest = reached + gap * (answer.bound - 1e-6)
    if len(answer.column) != case.pools:
        return units, lowest, False
    chosen = np.zeros_like(units)
    chosen[columns.pool[answer.column]] = columns.units[answer.column]
    if goal.of(case, chosen) >= reached:
        return units, lowest, answer.is_best
    if is_kept(case, chosen) and meets(case, goal, chosen):
        return chosen, lowest, answer.is_best
    return units, lowest, False
