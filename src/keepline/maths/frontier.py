"""The least service lost with N more units of one part, over every way to place them.

A *cell* is one date under one law of supply, with a weight (probability times weight of the
date). Units bought go to the centre (d0 of them) or to a depot (d_j each) on top of the stock that is
there anyway, and count in a cell only where they have arrived. The objective is

    F(d0, d) = sum over cells c of weight_c * sum over depots j of EBO_cj(s0_cj + d0, s_cj + d_j).

For a given d0 the depots separate and each is convex in d_j, so marginal allocation is optimal for
that d0 (C. C. Sherbrooke, 1968; B. Fox, 1966), and E*(N) = min over d0 of F(d0, best d with N - d0).
All d0 are tried, in one pass downward, for EBO obeys a recursion in s0 that costs two
multiplications a level: with g_s0(s) = E[(X_j - s)^+; X0 > s0] and p = P(X0 = s0 + 1),

    g_s0(s) = (1 - f) h(s) + f h(s - 1),   h(s) = g_{s0+1}(s) + p E[(Poisson(a) - s)^+],
    EBO(s0, s) = g_s0(s) + P(X0 <= s0) E[(Poisson(a) - s)^+],

because one of the X0 - s0 units backordered is the depot's with chance f. All terms are positive:
nothing cancels. Levels are kept as far as their expected backorders pass 1e-14, so the result
is E*(N) to about 1e-11 units per cell, with no other cap on stock levels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import echelon, poisson
from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEGLIGIBLE = 1e-14
BLOCK_CELLS = 100_000
ALL = -1


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
    return max(2, room)


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
    """Write g for one unit of central stock less into new[1:]; return the levels that bear weight."""
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
    ends, top, at, over, p = stream.ends[i], stream.top[i], stream.at[i], stream.over[i], stream.p[i]
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
def sift(gains: NDArray[np.float64], depots: NDArray[np.int64], size: int, root: int) -> None:
    """Let the entry at `root` of a heap (greatest gain first) sink to its place."""
    gain, depot = gains[root], depots[root]
    child = 2 * root + 1
    while child < size:
        if child + 1 < size and gains[child + 1] > gains[child]:
            child += 1
        if gains[child] <= gain:
            break
        gains[root], depots[root] = gains[child], depots[child]
        root = child
        child = 2 * root + 1
    gains[root], depots[root] = gain, depot


@compiled
def allocate_marginally(
    curves: NDArray[np.float64], reach: NDArray[np.int64], room: int, taken: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give up to `room` units to depots, each where it saves most.

    Args:
        curves: float64[m, levels], convex and falling in the level.
        reach: Levels of each curve that bear weight; the next is 0.
        room: Units to give.
        taken: int64[m], zeros; receives the units of each depot.

    Returns:
        float64[k]: what each unit saves in turn, k <= room.
    """
    m = reach.size
    gains = np.empty(m)
    depots = np.empty(m, np.int64)
    size = 0
    total = 0
    for j in range(m):
        if reach[j] > 0:
            gains[size] = curves[j, 0] - (curves[j, 1] if reach[j] > 1 else 0.0)
            depots[size] = j
            size += 1
            total += reach[j]
    for root in range(size // 2 - 1, -1, -1):
        sift(gains, depots, size, root)
    saved = np.empty(min(room, total))
    for k in range(saved.size):
        j = depots[0]
        saved[k] = max(0.0, gains[0])
        taken[j] += 1
        d = taken[j]
        if d < reach[j]:
            gains[0] = curves[j, d] - (curves[j, d + 1] if d + 1 < reach[j] else 0.0)
        else:
            size -= 1
            gains[0], depots[0] = gains[size], depots[size]
        sift(gains, depots, size, 0)
    return saved


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


@compiled
def start_pass(
    cells: Cells, most: int
) -> tuple[Stream, NDArray[np.float64], NDArray[np.int64], float, int]:
    """Return the stream, what cells that d0 never touches add up to, and the greatest d0."""
    n, m = cells.m0.shape
    stream = prepare(cells, most)
    widest = 1
    last = 0
    for i in range(n * m):
        c, j = i // m, i % m
        if cells.at_depot[c, j]:
            widest = max(widest, stream.first[i + 1] - stream.first[i] - cells.s[c, j])
        if cells.at_centre[c, j]:
            last = max(last, stream.at[i] - cells.s0[c, j])
    if most >= 0:
        last = min(last, most)
    curves = np.zeros((1, m, widest + 1))
    reach = np.zeros((1, m), np.int64)
    constant = np.zeros(1)
    sweep_all(cells, stream, False, 0, curves, reach, constant)
    return stream, curves[0], reach[0], constant[0], last


@compiled
def keep_better(
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    constant: float,
    d0: int,
    best: NDArray[np.float64],
    centre: NDArray[np.int64],
) -> None:
    """Allocate to depots at one d0 and keep what is better than the best so far."""
    value = constant
    for j in range(reach.size):
        value += curves[j, 0] if reach[j] > 0 else 0.0
    taken = np.zeros(reach.size, np.int64)
    saved = allocate_marginally(curves, reach, best.size - 1 - d0, taken)
    for k in range(saved.size + 1):
        if value < best[d0 + k]:
            best[d0 + k], centre[d0 + k] = value, d0
        if k < saved.size:
            value = max(0.0, value - saved[k])


@compiled
def frontier(cells: Cells, most: int = ALL) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the least objective for every number of units bought, and how many go to the centre.

    Args:
        cells: One pool.
        most: Greatest number of units; `ALL` goes on until no unit saves anything.

    Returns:
        E*(N) and its d0 for N = 0..most; float64[most + 1], int64[most + 1]. E* falls but need not be
        convex (84 % of parts are not). `split` gives the depots' units.
    """
    stream, still, still_reach, still_constant, last = start_pass(cells, most)
    m = cells.f.size
    block = max(1, min(32, BLOCK_CELLS // still.size, last + 1))
    best = np.empty(0)
    centre = np.empty(0, np.int64)
    curves = np.empty((block, m, still.shape[1]))
    reach = np.empty((block, m), np.int64)
    constant = np.empty(block)
    for d0 in range(last, -1, -block):
        rows = min(block, d0 + 1)
        curves[:] = still
        reach[:] = still_reach
        constant[:] = still_constant
        sweep_all(cells, stream, True, d0, curves[:rows], reach, constant)
        if best.size == 0:
            size = (most if most >= 0 else last + reach[0].sum()) + 1
            best = np.full(size, np.inf)
            centre = np.zeros(size, np.int64)
        for b in range(rows):
            keep_better(curves[b], reach[b], constant[b], d0 - b, best, centre)
    for k in range(1, best.size):
        if best[k] >= best[k - 1]:
            best[k], centre[k] = best[k - 1], centre[k - 1] + 1
    return best, centre


@compiled
def split(cells: Cells, units: int, centre: int) -> NDArray[np.int64]:
    """Return how many of `units` go to each depot when `centre` of them go to the centre.

    Args:
        cells: One pool.
        units: Units bought, N.
        centre: d0 as `frontier` gives it for N.

    Returns:
        int64[m]; where no depot gains, units are left over, which belong to the centre.
    """
    stream, still, reach, constant, _ = start_pass(cells, units)
    curves = still.copy().reshape((1, still.shape[0], still.shape[1]))
    sweep_all(
        cells, stream, True, centre, curves, reach.reshape((1, reach.size)), np.array([constant])
    )
    taken = np.zeros(cells.f.size, np.int64)
    allocate_marginally(curves[0], reach, units - centre, taken)
    return taken


@compiled
def objective(cells: Cells, centre: int, depots: NDArray[np.int64]) -> float:
    """Return F(d0, d) by direct convolution, independent of the pass.

    Args:
        cells: One pool.
        centre: Units bought for the centre, d0.
        depots: Units bought for each depot; int64[m].
    """
    total = 0.0
    for c in range(cells.weight.size):
        for j in range(cells.f.size):
            s0 = cells.s0[c, j] + (centre if cells.at_centre[c, j] else 0)
            s = cells.s[c, j] + (depots[j] if cells.at_depot[c, j] else 0)
            expected = echelon.depot_ebo(cells.m0[c, j], s0, cells.a[c, j], cells.f[j], s)
            total += cells.weight[c] * expected
    return total


@compiled
def steady_cells(
    rates: NDArray[np.float64], ship_days: NDArray[np.float64], resupply_days: float
) -> Cells:
    """Return the one cell of the steady state, with no stock yet.

    Args:
        rates: Removals per day of each depot; float64[m].
        ship_days: Days from the centre; float64[m]; 0 marks the centre's own customers.
        resupply_days: Days from a removal until the centre is made good.
    """
    m = rates.size
    total = rates.sum()
    a = np.empty((1, m))
    f = np.zeros(m)
    at_depot = np.empty((1, m), np.bool_)
    for j in range(m):
        a[0, j] = rates[j] * ship_days[j]
        f[j] = rates[j] / total if total > 0.0 else 0.0
        at_depot[0, j] = ship_days[j] > 0.0
    none = np.zeros((1, m), np.int64)
    everywhere = np.ones((1, m), np.bool_)
    m0 = np.full((1, m), total * resupply_days)
    return Cells(np.ones(1), m0, none, everywhere, a, none, at_depot, f)


@compiled
def steady_frontier(
    rates: NDArray[np.float64],
    ship_days: NDArray[np.float64],
    resupply_days: float,
    most: int = ALL,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return least steady-state backorders for N units, and how many of them stand at the centre.

    Args:
        rates: Removals per day of each depot; float64[m].
        ship_days: Days from the centre; float64[m]; 0 marks the centre's own customers.
        resupply_days: Days from a removal until the centre is made good.
        most: Greatest number of units, or `ALL`.

    Two outlets of LINDO's METRIC model; with 4 units, 2 of them at the centre:

    >>> best, centre = steady_frontier(np.array([0.1, 0.1]), np.array([2.0, 2.0]), 14.0, 4)
    >>> round(float(best[4]), 8), int(centre[4])
    (0.52953045, 2)
    """
    return frontier(steady_cells(rates, ship_days, resupply_days), most)
