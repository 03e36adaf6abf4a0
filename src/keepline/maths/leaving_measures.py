"""Backorders where units may leave the shelves: exact at one place, else on the safe side.

At one place where nothing is restored all is exact, by the recursion of W(t), demand with what left
unused counted in: between days of leaving W grows by the removals, on each it is raised to C.

Elsewhere the law of units gone (:mod:`keepline.maths.leaving`) is mixed over the two-echelon law.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled, inner
from keepline.maths.echelon import depot_measures
from keepline.maths.leaving import (
    Batches,
    Shelves,
    gone_by,
    gone_law,
    in_steps,
    leaving_days,
)
from keepline.maths.outstanding import Flow, restored_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.descent import Cells

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]


@inner
def short_with_losses(
    m0: float,
    s0: int,
    a: float,
    f: float,
    s: int,
    centre: tuple[Whole, Number],
    depot: tuple[Whole, Number],
) -> tuple[float, float]:
    """Return at most a depot's expected backorders and its chance of one.

    Args:
        m0: As in `echelon.depot_measures`.
        s0: Stock of the centre, with what is gone.
        a: As in `echelon.depot_measures`.
        f: Likewise.
        s: Stock of the depot, with what is gone.
        centre: Law of units gone from the centre, in steps.
        depot: Law of units gone from the depot, in steps.
    """
    i = j = 0
    left0, left1 = centre[1][0], depot[1][0]
    beyond0, beyond1 = 1.0 - left0, 1.0 - left1
    expected, chance = 0.0, 1.0
    while True:
        weight = min(left0, left1)
        s0_left, s_left = max(0, s0 - centre[0][i]), max(0, s - depot[0][j])
        short, _, over = depot_measures(m0, s0_left, a, f, s_left)
        expected += weight * short
        # short only if it would be with so much gone, or if more is gone
        chance = min(chance, over + max(0.0, beyond0) + max(0.0, beyond1))
        left0, left1 = left0 - weight, left1 - weight
        if left0 <= left1:
            i += 1
            if i == centre[0].size:
                break
            left0 = centre[1][i]
            beyond0 -= left0
        else:
            j += 1
            if j == depot[0].size:
                break
            left1 = depot[1][j]
            beyond1 -= left1
    return expected, min(chance, expected)


@compiled
def alone_measures(
    batches: Batches, law: int, rate: float, stock: int, day: float
) -> tuple[float, float]:
    """Return exact expected backorders, and the chance of one, at one place without restoration.

    Args:
        batches: What comes to the place.
        law: The law of supply.
        rate: Removals per day.
        stock: Units that have come by the day.
        day: The date.

    Four units expire on day 10, three stay: E[(Y + (X - 4)^+ - 3)^+] with X ~ Poisson(2) removed
    before day 10 and Y ~ Poisson(4) after it.

    >>> there, leave = np.zeros(2), np.array([[10.0], [np.inf]])
    >>> two = Batches(np.zeros(2, np.int64), there, leave, np.array([[4], [3]]))
    >>> round(alone_measures(two, 0, 0.2, 7, 30.0)[0], 9)
    1.409001386
    >>> round(depot_measures(2.0, 4, 4.0, 1.0, 3)[0], 9)
    1.409001386
    """
    count = gone_by(batches, 0, law, day)
    net = np.zeros(max(count, stock) + poisson.quantile(rate * day, 1.0) + 2)
    net[0] = 1.0
    days = leaving_days(batches, 0, law, day)
    return short_beyond(net_demand(net, 0.0, days, batches, law, rate, day), stock)


@inner
def net_demand(
    net: Number, begin: float, days: Number, batches: Batches, law: int, rate: float, day: float
) -> Number:
    """Return the law of demand, what left unused counted in, at one place on a day.

    Args:
        net: The same on the first day; kept as long, so that it must have room for what comes.
        begin: The first day, from which on nothing is restored.
        days: Days of leaving.
        batches: What comes to the place.
        law: The law of supply.
        rate: Removals per day.
        day: The date.
    """
    before = begin
    for i in range(days.size):
        if days[i] < begin:
            continue
        net = _with_removals(net, rate * (days[i] - before))
        count = gone_by(batches, 0, law, days[i])
        net[count] = net[: count + 1].sum()
        net[:count] = 0.0
        before = days[i]
    return _with_removals(net, rate * (day - before))


@inner
def short_beyond(net: Number, stock: int) -> tuple[float, float]:
    """Return the mean of what passes the stock, and the chance that anything does."""
    expected = chance = 0.0
    for k in range(net.size - 1, stock, -1):
        expected += (k - stock) * net[k]
        chance += net[k]
    return expected, min(1.0, chance)


@inner
def since_restored(
    batches: Batches, law: int, rate: float, flow: Flow, shelves: Shelves, stock: int, day: float
) -> float:
    """Return at most expected backorders at one place, from its last restoration on exactly.

    Up to then, units outstanding and gone are taken as independent; then demand goes on as in
    `alone_measures`, with restored units gone as soon as any could be. Infinite where units are
    still restored, or go bad by chance.
    """
    first, last = math.inf, 0.0
    for g in range(flow.start.size):
        first = min(first, flow.start[g] + flow.delay[g])
        last = max(last, flow.end[g] + flow.delay[g])
    if last >= day or shelves.attrition > 0.0:
        return math.inf
    gone = gone_law(batches, 0, law, rate, flow, shelves, last)
    mean = rate * max(0.0, last - restored_days(flow, last))
    count = max(gone_by(batches, 0, law, day), stock)
    net = np.zeros(count + gone.size + poisson.quantile(rate * day, 1.0) + 2)
    net[: gone.size] = gone
    net = _with_removals(net, mean)
    days = leaving_days(batches, 0, law, day)
    if first + shelves.life <= day:
        days = np.unique(np.append(days, max(last, first + shelves.life)))
    return short_beyond(net_demand(net, last, days, batches, law, rate, day), stock)[0]


@inner
def _with_removals(net: Number, mean: float) -> Number:
    """Add Poisson removals to a law of net demand."""
    if mean <= 0.0:
        return net
    reach = min(net.size, poisson.quantile(mean, 1.0) + 1)
    found = np.zeros(net.size)
    for more in range(reach):
        p = poisson.pmf(mean, more)
        for k in range(net.size - more):
            found[k + more] += p * net[k]
    return found


@inner
def depot_flow(ship_days: float) -> Flow:
    """Return the flow of units to a depot that never lacks any: each a ship time after removal."""
    return Flow(np.zeros(1), np.full(1, np.inf), np.ones(1), np.full(1, ship_days))


@inner
def flow_under(flows: Flow, first: Whole, k: int) -> Flow:
    """Return the flow under one law."""
    at, end = first[k], first[k + 1]
    return Flow(flows.start[at:end], flows.end[at:end], flows.share[at:end], flows.delay[at:end])


@compiled
def is_exact(shelves: Shelves, flow: Flow, day: float) -> bool:
    """Tell whether the figures of a day are exact: one place, a steady rate, nothing restored."""
    return bool(
        shelves.is_steady
        and shelves.rate.size == 1
        and shelves.attrition <= 0.0
        and restored_days(flow, day) <= 0.0
    )


@inner
def mixed_measures(
    cells: Cells,
    c: int,
    s0: Whole,
    s: Whole,
    day: float,
    k: int,
    factor: float,
    shelves: Shelves,
    batches: Batches,
    back: Flow,
) -> tuple[float, float]:
    """Return at most a cell's expected backorders and chance of one: what is gone mixed over all.

    Args:
        cells: One pool.
        c: The cell.
        s0: Its stock of the centre a ship time ago, what is gone included [m].
        s: Its stock of the depot at the date, likewise [m].
        day: Its date.
        k: Its law, by its row in `batches`.
        factor: Its failure rate against the mean.
        shelves: Rates, ship days and how long units keep.
        batches: What comes to the shelves.
        back: Restorations to the centre under its law.
    """
    rate, ship, expected, at_most = shelves.rate.sum() * factor, -1.0, 0.0, 0.0
    centre = (np.zeros(1, np.int64), np.ones(1))
    nothing = (np.zeros(1, np.int64), np.ones(1))
    for j in range(s0.size):
        if cells.f[c, j] <= 0.0:
            continue
        if shelves.ship_days[j] != ship:
            ship = shelves.ship_days[j]
            before = max(0.0, day - ship)
            centre = in_steps(gone_law(batches, 0, k, rate, back, shelves, before))
        depot = nothing
        if j > 0:
            own = shelves.rate[j] * factor
            flow = depot_flow(ship)
            depot = in_steps(gone_law(batches, j, k, own, flow, shelves, day))
        short, chance = short_with_losses(
            cells.m0[c, j], s0[j], cells.a[c, j], cells.f[c, j], s[j], centre, depot
        )
        expected += short
        at_most = min(1.0, at_most + chance)
    return expected, at_most


@compiled
def measures_with_losses(
    cells: Cells,
    s0: Whole,
    s: Whole,
    day: Number,
    law: Whole,
    factor: Number,
    shelves: Shelves,
    batches: Batches,
    flows: Flow,
    first_flow: Whole,
) -> Number:
    """Return, for each cell, at most expected backorders and the chance that any unit is short.

    Args:
        cells: One pool.
        s0: Stock of the centre a ship time ago, what is gone included [n, m].
        s: Stock of the depot at the date, likewise [n, m].
        day: The cell's date [n].
        law: Its law, by its row in `batches` [n].
        factor: Its failure rate against the mean [n].
        shelves: Rates, ship days and how long units keep.
        batches: What comes to the shelves.
        flows: Restorations to the centre under all laws.
        first_flow: Those of law k are ``first_flow[k]:first_flow[k + 1]`` [k + 1].

    Returns:
        float64[n, 2], as `measures.cell_measures`; exact where `is_exact`.
    """
    n, m = s0.shape
    found = np.empty((n, 2))
    total = shelves.rate.sum()
    for c in range(n):
        k, rate = law[c], total * factor[c]
        back = flow_under(flows, first_flow, k)
        if is_exact(shelves, back, day[c]):
            found[c] = alone_measures(batches, k, rate, s0[c, 0], day[c])
            continue
        found[c] = mixed_measures(
            cells, c, s0[c], s[c], day[c], k, factor[c], shelves, batches, back
        )
        if m == 1 and shelves.is_steady:
            tighter = since_restored(batches, k, rate, back, shelves, s0[c, 0], day[c])
            found[c, 0] = min(found[c, 0], tighter)
            found[c, 1] = min(found[c, 1], tighter)
    return found


@compiled
def mean_losses(
    n: int,
    day: Number,
    law: Whole,
    factor: Number,
    shelves: Shelves,
    batches: Batches,
    flows: Flow,
    first_flow: Whole,
) -> tuple[Number, Number]:
    """Return the units gone, on average, from the centre a ship time ago and from the depot [n, m].

    Arguments as in `measures_with_losses`.
    """
    m = shelves.rate.size
    centre, depot = np.zeros((n, m)), np.zeros((n, m))
    total = shelves.rate.sum()
    for c in range(n):
        k, rate = law[c], total * factor[c]
        back = flow_under(flows, first_flow, k)
        for j in range(m):
            ship = shelves.ship_days[j]
            before = max(0.0, day[c] - ship)
            gone = gone_law(batches, 0, k, rate, back, shelves, before)
            centre[c, j] = (gone * np.arange(gone.size)).sum()
            if j > 0:
                own = shelves.rate[j] * factor[c]
                gone = gone_law(batches, j, k, own, depot_flow(ship), shelves, day[c])
                depot[c, j] = (gone * np.arange(gone.size)).sum()
    return centre, depot
