"""The least service lost with N more units of one part, over every way to place them.

A *cell* is one date under one law of supply, with a weight (probability times weight of the
date). Units bought go to the centre (d0 of them) or to a depot (d_j each) on top of the stock
that is there anyway, and count in a cell only where they have arrived. The objective is

    F(d0, d) = sum over cells c of weight_c * sum over depots j of EBO_cj(s0_cj + d0, s_cj + d_j).

For a given d0 the depots separate and each is convex in d_j, so marginal allocation is optimal
(C. C. Sherbrooke, 1968; B. Fox, 1966), and E*(N) = min over d0 of F(d0, best d with N - d0).
All d0 are tried, in one pass downward (`descent`). Levels are kept as far as their expected
backorders pass 1e-14, so the result is E*(N) to about 1e-11 units per cell, with no other cap on
stock levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import echelon
from keepline.maths.compiled import compiled, inner, lean, lean_entry
from keepline.maths.descent import Cells, Stream, prepare, sweep_all
from keepline.maths.marginal import Heap, allocate_marginally, give_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = -1
BLOCK_CELLS = 100_000
FOLLOW = 0.1  # and to this share of what units saved at the d0 before
FURTHER = 16.0  # depots are followed to a gain so many times below the least


@inner
def start_pass(
    cells: Cells, most: int
) -> tuple[Stream, NDArray[np.float64], NDArray[np.int64], float, int]:
    """Return the stream, what cells that d0 never touches add up to, and the greatest d0."""
    m = cells.f.shape[1]
    stream = prepare(cells, most)
    widest = 1
    last = 0
    for i in range(stream.depot.size):
        if stream.is_open[i]:
            widest = max(widest, stream.first[i + 1] - stream.first[i] - stream.stock[i])
        if stream.is_moved[i]:
            last = max(last, stream.d0[i])
    if most >= 0:
        last = min(last, most)
    curves = np.zeros((1, m, widest + 1))
    reach = np.zeros((1, m), np.int64)
    constant = np.zeros(1)
    sweep_all(stream, False, 0, curves, reach, constant)
    return stream, curves[0], reach[0], constant[0], last


class Envelope(NamedTuple):
    """The least of F over d0 at each N, and how far each d0 was followed."""

    best: NDArray[np.float64]  # [N] least so far
    centre: NDArray[np.int64]  # [N] its d0
    ended: NDArray[np.int64]  # [d0] the greatest N looked at
    value: NDArray[np.float64]  # [d0] F there
    slope: NDArray[np.float64]  # [d0] the most that a unit more at a depot saves there
    least: NDArray[np.float64]  # [d0] of F + price * N over every N


@lean
def keep_better(
    constant: float,
    d0: int,
    saved: NDArray[np.float64],
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    found: Envelope,
) -> int:
    """Keep what one d0 makes better; return how many depot units the last of these has, or -1."""
    value = constant
    for j in range(reach.size):
        value += curves[j, 0] if reach[j] > 0 else 0.0
    best, centre = found.best, found.centre
    last = -1
    for k in range(saved.size + 1):
        if value < best[d0 + k]:
            best[d0 + k], centre[d0 + k] = value, d0
            last = k
        if k < saved.size:
            value = max(0.0, value - saved[k])
    found.ended[d0], found.value[d0] = d0 + saved.size, value
    return last


@lean
def least_at_price(
    curves: NDArray[np.float64], reach: NDArray[np.int64], constant: float, price: float
) -> float:
    """Return the least of what is lost plus price * units, over all units of the depots."""
    total = constant
    for j in range(reach.size):
        k = 0
        while k < reach[j]:
            following = curves[j, k + 1] if k + 1 < reach[j] else 0.0
            if curves[j, k] - following < price:
                break
            k += 1
        total += price * k + (curves[j, k] if k < reach[j] else 0.0)
    return total


@compiled
def envelope(cells: Cells, most: int, price: float, follow: float) -> Envelope:
    """Try every d0, and follow each as far as it is likely to matter.

    Args:
        cells: One pool.
        most: Greatest number of units, or `ALL`.
        price: What a unit must save; 0: each d0 is followed to its end.
        follow: A d0 is followed until a unit saves less than this share of what the last unit
            saved that made the d0 before it better than others (and less than a share of the
            price); 0: of the price alone.
    """
    stream, still, still_reach, still_constant, last = start_pass(cells, most)
    m = cells.f.shape[1]
    block = max(1, min(32, BLOCK_CELLS // still.size, last + 1))
    curves = np.empty((block, m, still.shape[1]))
    reach, constant = np.empty((block, m), np.int64), np.empty(block)
    taken, heap = np.empty(m, np.int64), Heap(np.empty(m), np.empty(m, np.int64))
    nought = np.zeros(last + 1)
    least_gain = price / FURTHER if price > 0.0 else -np.inf
    stop, saved = least_gain, np.empty(0)
    found = Envelope(saved, np.empty(0, np.int64), taken, nought, nought, nought)
    for top in range(last, -1, -block):
        rows = min(block, top + 1)
        curves[:], reach[:], constant[:] = still, still_reach, still_constant
        sweep_all(stream, True, top, curves[:rows], reach, constant)
        if top == last:
            size = (most if most >= 0 else last + np.maximum(reach[0], 0).sum()) + 1
            saved = np.empty(size)
            found = Envelope(
                np.full(size, np.inf),
                np.zeros(size, np.int64),
                np.zeros(last + 1, np.int64),
                nought,
                nought.copy(),
                nought.copy(),
            )
        for b in range(rows):
            d0 = top - b
            room = saved[: size - 1 - d0]
            units = give_units(curves[b], reach[b], stop, heap, taken, room)
            k = keep_better(constant[b], d0, room[:units], curves[b], reach[b], found)
            if price > 0.0:
                is_done = units == np.maximum(reach[b], 0).sum()
                found.slope[d0] = 0.0 if is_done else stop
                found.least[d0] = price * d0 + least_at_price(
                    curves[b], reach[b], constant[b], price
                )
                if k > 0:
                    stop = max(least_gain, follow * room[k - 1])
    best, centre = found.best, found.centre
    for k in range(1, best.size):
        if best[k] >= best[k - 1]:
            best[k], centre[k] = best[k - 1], centre[k - 1] + 1
    return found


@compiled
def frontier(cells: Cells, most: int = ALL) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the least objective for every number of units bought, and how many go to the centre.

    Args:
        cells: One pool.
        most: Greatest number of units; `ALL` goes on until no unit saves anything.

    Returns:
        E*(N) and its d0 for N = 0..most; float64[most + 1], int64[most + 1]. E* falls, but
        is mostly not convex. `split` gives the depots' units.
    """
    found = envelope(cells, most, 0.0, 0.0)
    return found.best, found.centre


@lean_entry
def is_complete(found: Envelope, units: int, price: float) -> bool:
    """Tell whether no d0, followed further, could come below the best up to N = `units`.

    Beyond its end a convex curve saves at most its slope a unit, and it is nowhere below the line
    of its least at the price.
    """
    for d0 in range(found.ended.size):
        ended, value, slope = found.ended[d0], found.value[d0], found.slope[d0]
        for k in range(ended + 1, units + 1):
            line = max(value - slope * (k - ended), found.least[d0] - price * k)
            if line < found.best[k]:
                return False
    return True


@compiled
def frontier_until(
    cells: Cells, least_gain: float, least_units: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the frontier as far as it is worth buying at a price.

    Args:
        cells: One pool.
        least_gain: What a unit must save, the price; 0 goes on until no unit saves anything.
        least_units: Fewest units that may be bought, if any are.

    Returns:
        As `frontier`, up to the N (not below `least_units`, if the frontier is so long) of least
        E*(N) + least_gain N. At this or a higher price no greater N is better, so the lower hull
        so far is that of the whole. Every E*(N) is exact: each d0 is followed as far as is likely
        to matter, and all of them further if that cannot be shown to be enough.
    """
    price, follow = max(0.0, least_gain), FOLLOW
    while True:
        found = envelope(cells, ALL, price, follow)
        if least_gain <= 0.0:
            return found.best, found.centre
        units = min(max(0, least_units), found.best.size - 1)
        for k in range(units + 1, found.best.size):
            if found.best[k] + least_gain * k < found.best[units] + least_gain * units:
                units = k
        if price <= 0.0 or is_complete(found, units, price):
            return found.best[: units + 1], found.centre[: units + 1]
        price, follow = (price, 0.0) if follow > 0.0 else (0.0, 0.0)


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
    sweep_all(stream, True, centre, curves, reach.reshape((1, reach.size)), np.array([constant]))
    taken = np.zeros(cells.f.shape[1], np.int64)
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
        for j in range(cells.f.shape[1]):
            s0 = cells.s0[c, j] + (centre if cells.at_centre[c, j] else 0)
            s = cells.s[c, j] + (depots[j] if cells.at_depot[c, j] else 0)
            expected = echelon.depot_ebo(cells.m0[c, j], s0, cells.a[c, j], cells.f[c, j], s)
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
    f = np.zeros((1, m))
    at_depot = np.empty((1, m), np.bool_)
    for j in range(m):
        a[0, j] = rates[j] * ship_days[j]
        f[0, j] = rates[j] / total if total > 0.0 else 0.0
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
