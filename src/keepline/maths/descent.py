"""Expected backorders of every stock level of every depot, for one central unit less at a time.

With s0 at the centre, s at depot j, g_s0(s) = E[(X_j - s)^+; X0 > s0] and p = P(X0 = s0 + 1),

    g_s0(s) = (1 - f) h(s) + f h(s - 1),   h(s) = g_{s0+1}(s) + p E[(Poisson(a) - s)^+],
    EBO(s0, s) = g_s0(s) + P(X0 <= s0) E[(Poisson(a) - s)^+],

because one of the X0 - s0 units backordered is the depot's with chance f. This starts where g is 0
and costs two multiplications a level; all terms are positive, so that nothing cancels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled

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
    f: NDArray[np.float64]  # [m] share of all removals


class Stream(NamedTuple):
    """State of the downward pass; cell i = c * m + j, level k of it at first[i] + k."""

    first: NDArray[np.int64]  # [n m + 1]
    g: NDArray[np.float64]  # [2, levels] now and before, by turns
    turn: NDArray[np.int64]  # [n m] which row of g is now
    top: NDArray[np.int64]  # [n m] levels that bear weight
    alone: NDArray[np.float64]  # [levels] E[(Poisson(a) - k)^+]
    mixed: NDArray[np.float64]  # [levels] (1 - f) alone(k) + f alone(k - 1)
    ends: NDArray[np.int64]  # [n m] levels of alone that bear weight
    at: NDArray[np.int64]  # [n m] s0 now
    over: NDArray[np.float64]  # [n m] P(X0 > at)
    p: NDArray[np.float64]  # [n m] P(X0 = at)


@compiled
def upper_level(mean: float) -> int:
    """Return a level that Poisson(mean) passes with chance under 1e-12 (Cornish and Fisher)."""
    return int(mean + 7.2 * math.sqrt(mean) + 9.7) if mean > 0.0 else 0


@compiled
def level_room(cells: Cells, c: int, j: int, most: int) -> int:
    """Return how many stock levels of depot j can ever matter in cell c."""
    if not cells.at_depot[c, j]:
        room = cells.s[c, j] + 1
    else:
        backordered = max(0, upper_level(cells.m0[c, j]) - cells.s0[c, j])
        mean = cells.f[j] * backordered
        reach = min(backordered, int(mean + 9.0 * math.sqrt(mean * (1.0 - cells.f[j])) + 30.0))
        room = upper_level(cells.a[c, j]) + reach + 2
        if most >= 0:
            room = min(room, cells.s[c, j] + most + 2)
    return int(max(2, room))


@compiled
def prepare(cells: Cells, most: int) -> Stream:
    """Return the state of the pass with s0 so high that the centre never runs short."""
    n, m = cells.m0.shape
    first = np.zeros(n * m + 1, np.int64)
    for i in range(n * m):
        first[i + 1] = first[i] + level_room(cells, i // m, i % m, most)
    alone = np.zeros(first[-1])
    mixed = np.zeros(first[-1])
    ends = np.ones(n * m, np.int64)
    at = np.empty(n * m, np.int64)
    over = np.zeros(n * m)
    p = np.zeros(n * m)
    for i in range(n * m):
        a, f, m0 = cells.a[i // m, i % m], cells.f[i % m], cells.m0[i // m, i % m]
        here = alone[first[i] : first[i + 1]]
        last = min(here.size - 1, upper_level(a))
        expected, beyond = poisson.ebo(a, last), poisson.tail(a, last)
        px = poisson.pmf(a, last)
        for k in range(last, -1, -1):
            here[k] = expected
            beyond = min(1.0, beyond + px)
            expected += beyond
            px = px * k / a if a > 0.0 and px > 0.0 else poisson.pmf(a, k - 1)
        while ends[i] < here.size and here[ends[i]] > NEGLIGIBLE:
            ends[i] += 1
        for k in range(1, ends[i] + 1 if ends[i] < here.size else ends[i]):
            mixed[first[i] + k] = (1.0 - f) * here[k] + f * here[k - 1]
        at[i] = upper_level(m0)
        p[i] = poisson.pmf(m0, at[i])
    turn = np.zeros(n * m, np.int64)
    return Stream(
        first, np.zeros((2, first[-1])), turn, ends.copy(), alone, mixed, ends, at, over, p
    )


@compiled
def lower_by_one(
    old: NDArray[np.float64],
    new: NDArray[np.float64],
    mixed: NDArray[np.float64],
    f: float,
    p: float,
    top: int,
) -> int:
    """Write g for one central unit less into new[1:]; return how many levels bear weight."""
    kept = 1.0 - f
    reach = min(top + 1, new.size)
    for k in range(1, reach):
        new[k] = kept * old[k] + f * old[k - 1]
    if p > 0.0:
        for k in range(1, mixed.size):
            new[k] += p * mixed[k]
    if reach > top:
        if new[top] > NEGLIGIBLE:
            return reach
        new[top] = 0.0
    return top


@compiled
def sweep(
    cells: Cells,
    stream: Stream,
    c: int,
    j: int,
    d0: int,
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    constant: NDArray[np.float64],
) -> None:
    """Bring one cell down through a block of d0 and add it to its depot's curve over d_j at each.

    Row b of `curves` (float64[block, m, levels]), `reach` (levels that bear weight) and `constant`
    (what no d_j changes) stands for d0 - b units at the centre.
    """
    i = c * cells.f.size + j
    low, high = stream.first[i], stream.first[i + 1]
    f, m0, weight, s = cells.f[j], cells.m0[c, j], cells.weight[c], cells.s[c, j]
    old, new = stream.g[stream.turn[i], low:high], stream.g[1 - stream.turn[i], low:high]
    ends, top, at, over, p = (
        stream.ends[i],
        stream.top[i],
        stream.at[i],
        stream.over[i],
        stream.p[i],
    )
    alone = stream.alone[low : low + ends]
    mixed = stream.mixed[low : min(low + ends + 1, high)]
    is_open = cells.at_depot[c, j]
    for b in range(curves.shape[0]):
        target = cells.s0[c, j] + (d0 - b if cells.at_centre[c, j] else 0)
        while at > target:
            top = lower_by_one(old, new, mixed, f, p, top)
            new[0] = old[0] + p * alone[0] + f * (over + p)
            old, new = new, old
            stream.turn[i] = 1 - stream.turn[i]
            over = min(1.0, over + p)
            p = p * at / m0 if m0 > 0.0 else 0.0
            at -= 1
        safe = weight * (1.0 - over)
        if is_open:
            row = curves[b, j]
            add_shifted(row, old[:top], s, weight)
            add_shifted(row, alone, s, safe)
            reach[b, j] = max(reach[b, j], min(row.size, max(top, ends) - s))
        else:
            constant[b] += weight * old[s] if s < top else 0.0
            constant[b] += safe * alone[s] if s < ends else 0.0
    stream.top[i], stream.at[i], stream.over[i], stream.p[i] = top, at, over, p


@compiled
def add_shifted(
    row: NDArray[np.float64], levels: NDArray[np.float64], shift: int, weight: float
) -> None:
    """Add weight * levels[shift:] to the row."""
    if shift < levels.size:
        shifted = levels[shift:]
        for k in range(min(shifted.size, row.size)):
            row[k] += weight * shifted[k]


@compiled
def sweep_all(
    cells: Cells,
    stream: Stream,
    is_moved: bool,
    d0: int,
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    constant: NDArray[np.float64],
) -> None:
    """Sweep all cells whose centre does (or does not) receive purchases; as `sweep`."""
    for j in range(cells.f.size):
        for c in range(cells.weight.size):
            if cells.at_centre[c, j] == is_moved and cells.weight[c] > 0.0:
                sweep(cells, stream, c, j, d0, curves, reach, constant)
