"""Two jobs at a time: one goes where it is nearly as cheap, one from there makes room.

What a single move cannot mend, because crews are full where a job should go, a pair can: jobs of
one pool, of different size and weight, change places. Pairs are drawn from a fixed stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.swap.curvature import Over, taken_by
from keepline.maths.swap.settle import Weighed, far, over_of, shift
from keepline.maths.swap.smooth import Taken, taken_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keepline.maths.swap.problem import Left, Number, Whole
    from keepline.maths.swap.rows import Rows

#: Partners looked at for each first move.
PARTNERS = 8
#: Rises of the distance smaller than this are rounding.
SMALL = 1e-9
#: Options looked at: how much dearer, and how many.
MARGIN, MOST = 0.02, 6
#: First moves a turn, turns, and the part of all gains so far below which a turn is the last.
TRIALS, TURNS, LEAST_TURNS, LITTLE = 5_000, 400, 10, 0.005


class Near(NamedTuple):
    """Options of each job that are nearly as cheap as its cheapest, the cheapest first."""

    first: Whole  # [n + 1]
    option: Whole
    cost: Number


def near_of(cost: Number, margin: float, most: int) -> Near:
    """Return the options of each job within a margin of its cheapest, not more than so many."""
    most = min(most, cost.shape[1])
    at = np.argpartition(cost, most - 1, axis=1)[:, :most]
    price = np.take_along_axis(cost, at, axis=1)
    order = np.argsort(price, axis=1, kind="stable")
    at, price = np.take_along_axis(at, order, axis=1), np.take_along_axis(price, order, axis=1)
    keep = price <= price[:, :1] + margin
    first = np.concatenate(([0], np.cumsum(keep.sum(axis=1)))).astype(np.int64)
    return Near(first, at[keep].astype(np.int64), price[keep])


@compiled
def exchange(
    taken: Taken,
    over: Over,
    weighed: Weighed,
    near: Near,
    cost: Number,
    trials: int,
    seed: int,
    option: Whole,
    beyond: Number,
) -> float:
    """Try so many pairs, and take those that shorten the distance; return by how much.

    Args:
        taken: What jobs take.
        over: Limits by flow.
        weighed: Prices.
        near: Options looked at.
        cost: Of all options under prices, float64[n, options].
        trials: First moves tried.
        seed: Of the stream.
        option: Of each job, changed.
        beyond: Of each limit, changed.
    """
    np.random.seed(seed)
    n, quarters = len(option), (cost.shape[1] - 1) // taken.days.shape[1]
    stay = cost.shape[1] - 1
    cell, first, member = members(taken, option, stay, quarters)
    place, amount = np.empty(beyond.shape[0], np.int64), np.empty(beyond.shape[0])
    gained = 0.0
    for _ in range(trials):
        i = np.random.randint(n)
        count = near.first[i + 1] - near.first[i]
        if count < 2:
            continue
        here, at = option[i], near.first[i] + np.random.randint(count)
        there = near.option[at]
        if there == here:
            continue
        change = near.cost[at] - cost[i, here]
        change += moved(taken, over, weighed, i, here, quarters, -1.0, beyond, place, amount)
        change += moved(taken, over, weighed, i, there, quarters, 1.0, beyond, place, amount)
        group = cell_of(taken, i, there, stay, quarters)
        there_now = member[first[group] : first[group + 1]]
        best, partner, goes = best_partner(
            taken, over, weighed, near, cost, i, group, there_now, cell, change, option, beyond,
            place, amount,
        )  # fmt: skip
        if best >= -SMALL:
            shift(taken, over, i, there, quarters, -1.0, beyond, place, amount)
            shift(taken, over, i, here, quarters, 1.0, beyond, place, amount)
            continue
        gained -= best
        option[i], cell[i] = there, group
        if partner >= 0:
            shift(taken, over, partner, option[partner], quarters, -1.0, beyond, place, amount)
            shift(taken, over, partner, goes, quarters, 1.0, beyond, place, amount)
            option[partner] = goes
            cell[partner] = cell_of(taken, partner, goes, stay, quarters)
    return gained


@inner
def best_partner(
    taken: Taken,
    over: Over,
    weighed: Weighed,
    near: Near,
    cost: Number,
    i: int,
    group: int,
    jobs: Whole,
    cell: Whole,
    change: float,
    option: Whole,
    beyond: Number,
    place: Whole,
    amount: Number,
) -> tuple[float, int, int]:
    """Return the best that a few partners drawn from where job i goes make of its move.

    Args:
        taken: As in `exchange`.
        over: Likewise.
        weighed: Likewise.
        near: Likewise.
        cost: Likewise.
        i: The job that has moved.
        group: The pool and quarter where it goes.
        jobs: Jobs that were there at first.
        cell: Of each job, the pool and quarter where it is now.
        change: What the move alone changes of the distance and the cost.
        option: Of each job; that of job i is not yet changed.
        beyond: Of each limit, with the move; the same after.
        place: Room to work in.
        amount: Likewise.

    Returns:
        What the move with its partner changes, the partner, and the option that it takes; the
        move alone, -1 and 0 where no partner makes it better.
    """
    best, partner, goes = change, -1, 0
    quarters, size = (cost.shape[1] - 1) // taken.days.shape[1], len(jobs)
    for _ in range(min(PARTNERS, size)):
        j = jobs[np.random.randint(size)]
        if j == i or cell[j] != group:
            continue
        out = moved(taken, over, weighed, j, option[j], quarters, -1.0, beyond, place, amount)
        for to in range(near.first[j], near.first[j + 1]):
            o = near.option[to]
            if o == option[j]:
                continue
            whole = change + out + near.cost[to] - cost[j, option[j]]
            whole += added(taken, over, weighed, j, o, quarters, beyond, place, amount)
            if whole < best:
                best, partner, goes = whole, j, o
        shift(taken, over, j, option[j], quarters, 1.0, beyond, place, amount)
    return best, partner, goes


@inner
def cell_of(taken: Taken, j: int, option: int, stay: int, quarters: int) -> int:
    """Return a job's pool and an option's quarter as one number; staying is the last quarter."""
    quarter = quarters if option == stay else option % quarters
    return int(taken.pool[j]) * (quarters + 1) + quarter


@inner
def members(taken: Taken, option: Whole, stay: int, quarters: int) -> tuple[Whole, Whole, Whole]:
    """Return each job's pool and quarter as one number, and the jobs by it."""
    n = len(option)
    cell = np.empty(n, np.int64)
    for j in range(n):
        cell[j] = cell_of(taken, j, option[j], stay, quarters)
    # a pool's last cell is staying, also where nobody does
    first = np.zeros((taken.pool.max() + 1) * (quarters + 1) + 1, np.int64)
    for j in range(n):
        first[cell[j] + 1] += 1
    for c in range(len(first) - 1):
        first[c + 1] += first[c]
    fill, member = first.copy(), np.empty(n, np.int64)
    for j in range(n):
        member[fill[cell[j]]] = j
        fill[cell[j]] += 1
    return cell, first, member


@inner
def moved(
    taken: Taken,
    over: Over,
    weighed: Weighed,
    j: int,
    option: int,
    quarters: int,
    sign: float,
    beyond: Number,
    place: Whole,
    amount: Number,
) -> float:
    """Add or take away what an option of job j takes; return what the distance of limits gains."""
    size, change = 0, 0.0
    if option < quarters * taken.days.shape[1]:
        size = taken_by(taken, over, j, option, quarters, place, amount)
    for at in range(size):
        limit = place[at]
        change -= far(weighed, limit, beyond[limit])
        beyond[limit] += sign * amount[at]
        change += far(weighed, limit, beyond[limit])
    return change


@inner
def added(
    taken: Taken,
    over: Over,
    weighed: Weighed,
    j: int,
    option: int,
    quarters: int,
    beyond: Number,
    place: Whole,
    amount: Number,
) -> float:
    """Return what the distance of limits would gain by an option of job j."""
    size, change = 0, 0.0
    if option < quarters * taken.days.shape[1]:
        size = taken_by(taken, over, j, option, quarters, place, amount)
    for at in range(size):
        limit = place[at]
        change += far(weighed, limit, beyond[limit] + amount[at]) - far(
            weighed, limit, beyond[limit]
        )
    return change


def exchanged(
    rows: Rows, limits: Number, cost: Number, option: Whole, left: Left
) -> Iterator[Whole]:
    """Yield better and better programmes, until little is gained or time is out.

    Args:
        rows: Limits and own costs.
        limits: Prices of limits [L].
        cost: Of options under them; inf for those not to be used.
        option: To start from, int64[n].
        left: Seconds left.
    """
    option = option.astype(np.int64)
    taken, over = taken_of(rows, np.ones(len(option))), over_of(rows)
    weighed = Weighed(limits, rows.price - limits)
    beyond = np.asarray(rows.over @ rows.flows(option)) - rows.most
    near = near_of(cost, MARGIN, MOST)
    total = 0.0
    for turn in range(TURNS):
        if left() <= 0.0:
            break
        gained = exchange(taken, over, weighed, near, cost, TRIALS, turn, option, beyond)
        total += gained
        if gained > 0.0:
            yield option
        if turn >= LEAST_TURNS and gained < LITTLE * total:
            break
