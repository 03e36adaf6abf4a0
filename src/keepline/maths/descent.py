"""Expected backorders of every stock level of every depot, for one central unit less at a time.

With s0 at the centre, s at depot j, g_s0(s) = E[(X_j - s)^+; X0 > s0] and p = P(X0 = s0 + 1),

    g_s0(s) = (1 - f) h(s) + f h(s - 1),   h(s) = g_{s0+1}(s) + p E[(Poisson(a) - s)^+],
    EBO(s0, s) = g_s0(s) + P(X0 <= s0) E[(Poisson(a) - s)^+],

because one of the X0 - s0 units backordered is the depot's with chance f. This starts where g is 0
and costs two multiplications a level; all terms are positive, so that nothing cancels.

The recursion is linear, so the cells of one depot that have the same stock there run as one
*lane*: the sum of weight * g over them, each with its own p. What they share of alone(s) =
E[(Poisson(a) - s)^+] stands once for each distinct a, a *law* of the lane.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled, inner, lean, lean_entry
from keepline.maths.held import held

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEGLIGIBLE = 1e-14


class Cells(NamedTuple):
    """What decides backorders in n cells and m depots of one pool.

    The centre's own customers are a depot with a = 0, s = 0 and at_depot false throughout.
    """

    weight: NDArray[np.float64]  # [n] probability times weight of the date
    m0: NDArray[np.float64]  # [n, m] mean outstanding at the centre one ship time of j ago
    s0: NDArray[np.int64]  # [n, m] stock of the centre then, without purchases
    at_centre: NDArray[np.bool_]  # [n, m] whether a purchase was at the centre then
    a: NDArray[np.float64]  # [n, m] mean removals within the ship time
    s: NDArray[np.int64]  # [n, m] stock of the depot at the date, without purchases
    at_depot: NDArray[np.bool_]  # [n, m] whether a purchase for the depot is there at the date
    f: NDArray[np.float64]  # [n, m] share of what is outstanding at the centre then


class Stream(NamedTuple):
    """State of the downward pass; lanes by depot, laws by lane, cells by law."""

    depot: NDArray[np.int64]  # [lanes]
    share: NDArray[np.float64]  # [lanes] f
    stock: NDArray[np.int64]  # [lanes] s
    is_open: NDArray[np.bool_]  # [lanes] at_depot
    is_moved: NDArray[np.bool_]  # [lanes] at_centre
    first: NDArray[np.int64]  # [lanes + 1] level k of lane i is at first[i] + k
    g: NDArray[np.float64]  # [levels] sum of weight * g, nought from top on
    top: NDArray[np.int64]  # [lanes] levels that bear weight
    d0: NDArray[np.int64]  # [lanes] purchases at the centre now
    first_law: NDArray[np.int64]  # [lanes + 1]
    first_alone: NDArray[np.int64]  # [laws + 1] where a law's levels begin
    alone: NDArray[np.float64]  # E[(Poisson(a) - k)^+], nought from ends on
    mixed: NDArray[np.float64]  # (1 - f) alone(k) + f alone(k - 1)
    ends: NDArray[np.int64]  # [laws] levels of alone that bear weight
    safe: NDArray[np.float64]  # [laws] sum of weight * P(X0 <= s0 + d0)
    first_cell: NDArray[np.int64]  # [laws + 1]
    weight: NDArray[np.float64]  # [cells]
    m0: NDArray[np.float64]  # [cells]
    s0: NDArray[np.int64]  # [cells]
    upper: NDArray[np.int64]  # [cells] X0 that begins to bear weight
    over: NDArray[np.float64]  # [cells] P(X0 > s0 + d0)
    p: NDArray[np.float64]  # [cells] P(X0 = s0 + d0), once that is no more than upper


@compiled
def upper_level(mean: float) -> int:
    """Return a level that Poisson(mean) passes with chance under 1e-12 (Cornish and Fisher)."""
    return int(mean + 7.2 * math.sqrt(mean) + 9.7) if mean > 0.0 else 0


@inner
def level_room(cells: Cells, c: int, j: int, most: int) -> int:
    """Return how many stock levels of depot j can ever matter in cell c.

    What is outstanding there is at most Poisson(a + f m0), as if the centre had no stock; with
    stock, at most Poisson(a) and a binomial share of what the centre can lack.
    """
    if not cells.at_depot[c, j]:
        room = cells.s[c, j] + 1
    else:
        a, f, m0 = cells.a[c, j], cells.f[c, j], cells.m0[c, j]
        backordered = max(0, upper_level(m0) - cells.s0[c, j])
        mean = f * backordered
        reach = min(backordered, int(mean + 9.0 * math.sqrt(mean * (1.0 - f)) + 30.0))
        room = min(upper_level(a) + reach, upper_level(a + f * m0) + 3) + 2
        if most >= 0:
            room = min(room, cells.s[c, j] + most + 2)
    return int(max(2, room))


@inner
def beyond_level(a: float, level: int, px: float) -> tuple[float, float]:
    """Return P(X > level) and E[(X - level)^+] of Poisson(a), given px = P(X = level)."""
    beyond = expected = 0.0
    over = 1
    term = px * a / (level + 1)
    while over * term > 1e-18 * expected:
        beyond += term
        expected += over * term
        over += 1
        term *= a / (level + over)
    return beyond, expected


@inner
def backorders_alone(a: float, first: int, room: int, alone: NDArray[np.float64]) -> int:
    """Write E[(Poisson(a) - k)^+] into alone[first + k], k < room; return how many bear weight."""
    last = min(room - 1, upper_level(a))
    px = poisson.pmf(a, last)
    if last < a:
        beyond, expected = poisson.tail(a, last), poisson.ebo(a, last)
    else:
        beyond, expected = beyond_level(a, last, px)
    ends = 0
    for k in range(last, -1, -1):
        if expected > NEGLIGIBLE or k == 0:
            alone[first + k] = expected
            ends = max(ends, k + 1)
        beyond = min(1.0, beyond + px)
        expected += beyond
        px = px * k / a if a > 0.0 and px > 0.0 else poisson.pmf(a, k - 1)
    return ends


@inner
def is_alike(cells: Cells, j: int, c: int, other: int) -> bool:
    """Tell whether two cells of depot j belong to one lane."""
    return bool(
        cells.s[c, j] == cells.s[other, j]
        and cells.f[c, j] == cells.f[other, j]
        and cells.at_depot[c, j] == cells.at_depot[other, j]
        and cells.at_centre[c, j] == cells.at_centre[other, j]
    )


@inner
def lanes_of(cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return cells c * m + j that bear weight, by lane and law; where laws begin, and lanes."""
    n, m = cells.m0.shape
    entry = np.empty(n * m, np.int64)
    first_cell = np.zeros(n * m + 1, np.int64)
    first_law = np.zeros(n * m + 1, np.int64)
    used = laws = lanes = 0
    is_taken = np.empty(n, np.bool_)
    for j in range(m):
        is_taken[:] = cells.weight <= 0.0
        for c in range(n):
            if is_taken[c]:
                continue
            for law in range(c, n):
                if is_taken[law] or not is_alike(cells, j, c, law):
                    continue
                for k in range(law, n):
                    same = not is_taken[k] and cells.a[k, j] == cells.a[law, j]
                    if same and is_alike(cells, j, c, k):
                        is_taken[k] = True
                        entry[used] = k * m + j
                        used += 1
                laws += 1
                first_cell[laws] = used
            lanes += 1
            first_law[lanes] = laws
    return entry[:used], first_cell[: laws + 1], first_law[: lanes + 1]


@inner
def lay_out(cells: Cells, most: int) -> tuple[Stream, NDArray[np.int64]]:
    """Return a stream of all lanes with nought at every level, and its cells, c * m + j."""
    entry, first_cell, first_law = lanes_of(cells)
    m = cells.f.shape[1]
    lanes, laws = first_law.size - 1, first_cell.size - 1
    first, first_alone = np.zeros(lanes + 1, np.int64), np.zeros(laws + 1, np.int64)
    lead, d0 = np.empty(lanes, np.int64), np.zeros(lanes, np.int64)
    m0, s0 = cells.m0.ravel()[entry], cells.s0.ravel()[entry]
    upper, p = np.empty(entry.size, np.int64), np.empty(entry.size)
    for lane in range(lanes):
        room = 2
        begin, end = first_cell[first_law[lane]], first_cell[first_law[lane + 1]]
        lead[lane] = entry[begin]
        for i in range(begin, end):
            room = max(room, level_room(cells, entry[i] // m, entry[i] % m, most))
            if i > 0 and m0[i] == m0[i - 1]:
                upper[i], p[i] = upper[i - 1], p[i - 1]
            else:
                upper[i] = upper_level(m0[i])
                p[i] = poisson.pmf(m0[i], upper[i])
            d0[lane] = max(d0[lane], upper[i] - s0[i])
        first[lane + 1] = first[lane] + room
        for law in range(first_law[lane], first_law[lane + 1]):
            first_alone[law + 1] = first_alone[law] + room
    stream = Stream(
        depot=lead % m,
        share=cells.f.ravel()[lead],
        stock=cells.s.ravel()[lead],
        is_open=cells.at_depot.ravel()[lead],
        is_moved=cells.at_centre.ravel()[lead],
        first=first,
        g=np.zeros(first[-1]),
        top=np.ones(lanes, np.int64),
        d0=d0,
        first_law=first_law,
        first_alone=first_alone,
        alone=np.zeros(first_alone[-1]),
        mixed=np.zeros(first_alone[-1]),
        ends=np.ones(laws, np.int64),
        safe=np.zeros(laws),
        first_cell=first_cell,
        weight=cells.weight[entry // m],
        m0=m0,
        s0=s0,
        upper=upper,
        over=np.zeros(entry.size),
        p=p,
    )
    return stream, entry


@compiled
def prepare(cells: Cells, most: int) -> Stream:
    """Return the state of the pass with s0 so high that the centre never runs short."""
    stream, entry = lay_out(cells, most)
    m = cells.f.shape[1]
    alone, mixed = stream.alone, stream.mixed
    for lane in range(stream.depot.size):
        j = stream.depot[lane]
        f = stream.share[lane]
        for law in range(stream.first_law[lane], stream.first_law[lane + 1]):
            low, high = stream.first_alone[law], stream.first_alone[law + 1]
            begin, end = stream.first_cell[law], stream.first_cell[law + 1]
            ends = backorders_alone(cells.a[entry[begin] // m, j], low, high - low, alone)
            for k in range(low + 1, min(low + ends + 1, high)):
                mixed[k] = (1.0 - f) * alone[k] + f * alone[k - 1]
            stream.ends[law] = ends
            stream.safe[law] = stream.weight[begin:end].sum()
            stream.top[lane] = max(stream.top[lane], ends)
    return stream


@lean
def lower_by_one(stream: Stream, lane: int, f: float, top: int) -> int:
    """Bring a lane down by one central unit; return how many levels then bear weight."""
    low, room = stream.first[lane], stream.first[lane + 1] - stream.first[lane]
    # indices that begin at nought need no test of their sign, so that loops run on vectors
    g, p, over = stream.g[low : low + room], stream.p, stream.over
    kept = 1.0 - f
    late = 0.0
    first_law, last_law = stream.first_law[lane], stream.first_law[lane + 1]
    for law in range(first_law, last_law):
        push = 0.0
        for i in range(stream.first_cell[law], stream.first_cell[law + 1]):
            at = stream.s0[i] + stream.d0[lane]
            if at <= stream.upper[i]:
                push += stream.weight[i] * p[i]
                over[i] = min(1.0, over[i] + p[i])
                late += stream.weight[i] * over[i]
                p[i] = p[i] * at / stream.m0[i] if at > 0 else 0.0
        stream.safe[law] = max(0.0, stream.safe[law] - push)
        begin, end = stream.first_alone[law], stream.first_alone[law + 1]
        mixed = stream.mixed[begin:end]
        if law == first_law:
            for k in range(min(top, room - 1), 0, -1):
                g[k] = kept * g[k] + f * g[k - 1] + push * mixed[k]
        elif push > 0.0:
            for k in range(1, min(stream.ends[law] + 1, room)):
                g[k] += push * mixed[k]
        g[0] += push * stream.alone[begin]
    g[0] += f * late
    stream.d0[lane] -= 1
    if top < room:
        if g[top] > NEGLIGIBLE:
            return top + 1
        g[top] = 0.0
    return top


@lean
def sweep(
    stream: Stream,
    lane: int,
    f: float,
    d0: int,
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    constant: NDArray[np.float64],
) -> None:
    """Bring one lane down through a block of d0 and add it to its depot's curve over d_j at each.

    Row b of `curves` (float64[block, m, levels]), `reach` (levels that bear weight) and `constant`
    (what no d_j changes) stands for d0 - b units at the centre.
    """
    j, s, top = stream.depot[lane], stream.stock[lane], stream.top[lane]
    g = stream.g[stream.first[lane] + s : stream.first[lane + 1]]
    for b in range(curves.shape[0]):
        target = d0 - b if stream.is_moved[lane] else 0
        while stream.d0[lane] > target:
            top = lower_by_one(stream, lane, f, top)
        levels = min(top - s, curves.shape[2])
        curve = curves[b, j]
        for law in range(stream.first_law[lane], stream.first_law[lane + 1]):
            safe = stream.safe[law]
            alone = stream.alone[stream.first_alone[law] + s : stream.first_alone[law + 1]]
            share = 1.0 if law == stream.first_law[lane] else 0.0
            if not stream.is_open[lane]:
                constant[b] += share * g[0] + safe * alone[0] if levels > 0 else 0.0
            elif share > 0.0:
                for k in range(levels):
                    curve[k] += g[k] + safe * alone[k]
            else:
                for k in range(min(stream.ends[law] - s, levels)):
                    curve[k] += safe * alone[k]
        if stream.is_open[lane]:
            reach[b, j] = max(reach[b, j], levels)
    stream.top[lane] = top


@lean_entry
def sweep_all(
    stream: Stream,
    is_moved: bool,
    d0: int,
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    constant: NDArray[np.float64],
) -> None:
    """Sweep all cells whose centre does (or does not) receive purchases; as `sweep`."""
    state = held(stream)
    for lane in range(stream.depot.size):
        if stream.is_moved[lane] == is_moved:
            sweep(state, lane, stream.share[lane], d0, curves, reach, constant)
