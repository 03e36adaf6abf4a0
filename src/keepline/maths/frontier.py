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

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths import echelon
from keepline.maths.compiled import compiled
from keepline.maths.descent import Cells, Stream, prepare, sweep_all
from keepline.maths.marginal import allocate_marginally

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = -1
BLOCK_CELLS = 100_000


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
        E*(N) and its d0 for N = 0..most; float64[most + 1], int64[most + 1]. E* falls, but
        is mostly not convex. `split` gives the depots' units.
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
