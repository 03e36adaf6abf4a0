"""Where the units of one part that lie there today would best lie, each unit carried at a price.

With h the stock that lies there, y where it is to lie and EBO as in `frontier`, the least of

    F(y) + price * sum over locations of max(0, h_l - y_l)

is found for every number of units: for a given number at the centre, a depot's curve over y_j
stays convex when price * max(0, h_j - y_j) is added, so that marginal allocation is optimal
(B. Fox, 1966), and all numbers at the centre are tried in one pass downward. Time on the way is
left out, which never makes the answer greater: it is a bound from below, reached where all units
have arrived by every date that counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, lean
from keepline.maths.descent import Cells, sweep_all
from keepline.maths.frontier import BLOCK_CELLS, start_pass
from keepline.maths.marginal import Heap, give_units

if TYPE_CHECKING:
    from numpy.typing import NDArray


@lean
def add_stays(
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    here: NDArray[np.int64],
    price: float,
    spare: int,
    wide: NDArray[np.float64],
    far: NDArray[np.int64],
) -> None:
    """Write the depots' curves with the price of what leaves them.

    Args:
        curves: float64[m, levels], what is lost by units at a depot.
        reach: Levels of each curve that bear weight; the next is 0.
        here: Units that lie there [m]; row 0 is the centre, which has no curve.
        price: Of a unit that leaves.
        spare: Units at the centre that lie there and that nobody needs; the last row is theirs.
        wide: float64[m + 1, levels]; receives the curves.
        far: int64[m + 1]; receives their levels.
    """
    m = reach.size
    far[0] = 0
    for j in range(1, m):
        far[j] = max(reach[j], here[j])
        for k in range(far[j]):
            lost = curves[j, k] if k < reach[j] else 0.0
            wide[j, k] = lost + price * max(0, here[j] - k)
    far[m] = spare
    for k in range(spare):
        wide[m, k] = price * (spare - k)


@lean
def keep_least(
    start: float,
    d0: int,
    saved: NDArray[np.float64],
    best: NDArray[np.float64],
    centre: NDArray[np.int64],
) -> None:
    """Keep what one d0 makes better; units past those that save anything cost nothing."""
    value = start
    for n in range(d0, best.size):
        if value < best[n]:
            best[n], centre[n] = value, d0
        if n - d0 < saved.size:
            value = max(0.0, value - saved[n - d0])


@lean
def at_no_units(start: float, curves: NDArray[np.float64], reach: NDArray[np.int64]) -> float:
    """Return what is lost with no unit at any depot."""
    for j in range(reach.size):
        if reach[j] > 0:
            start += curves[j, 0]
    return start


@compiled
def placements(
    cells: Cells, here: NDArray[np.int64], price: float, most: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the least of what is lost and what is carried, for every number of units.

    Args:
        cells: One pool without the units that may be carried, all of them free to lie anywhere.
        here: Where they lie today, the centre first; int64[m].
        price: What a unit that leaves its place must save at least, in units short.
        most: Greatest number of units.

    Returns:
        For N = 0..most: the least sum of units short and price times units carried away; how many
        units at the centre serve anybody; the least units short wherever the units lie.

    One depot with a removal a day, three days from the centre, where all 9 units lie; those are
    carried that save a tenth of a unit short each, P(X > 4) = 0.1847 but not P(X > 5) = 0.0839:

    >>> day = np.full((1, 2), 0.0)
    >>> cell = Cells(np.ones(1), day, day.astype(np.int64), np.ones((1, 2), np.bool_),
    ...              np.array([[0.0, 3.0]]), day.astype(np.int64),
    ...              np.array([[False, True]]), np.array([[0.0, 1.0]]))
    >>> here = np.array([9, 0])
    >>> best, centre, least = placements(cell, here, 0.1, 9)
    >>> round(float(best[9]), 4), round(float(least[9]), 4)
    (0.6346, 0.0015)
    >>> best_places(cell, here, 0.1, 9, 9, int(centre[9]))
    array([4, 5])
    """
    stream, still, still_reach, still_constant, last = start_pass(cells, most)
    m = cells.f.shape[1]
    block = max(1, min(32, BLOCK_CELLS // still.size, last + 1))
    curves = np.empty((block, m, still.shape[1]))
    reach, constant = np.empty((block, m), np.int64), np.empty(block)
    wide = np.zeros((m + 1, max(still.shape[1], here.max()) + 1))
    far, taken = np.empty(m + 1, np.int64), np.empty(m + 1, np.int64)
    heap = Heap(np.empty(m + 1), np.empty(m + 1, np.int64))
    saved = np.empty(most)
    best, centre = np.full(most + 1, np.inf), np.zeros(most + 1, np.int64)
    least, unused = np.full(most + 1, np.inf), np.zeros(most + 1, np.int64)
    for top in range(last, -1, -block):
        rows = min(block, top + 1)
        curves[:], reach[:], constant[:] = still, still_reach, still_constant
        sweep_all(stream, True, top, curves[:rows], reach, constant)
        for b in range(rows):
            d0 = top - b
            room = saved[: most - d0]
            spare = max(0, here[0] - last) if d0 == last else 0
            leaves = price * max(0, here[0] - d0) if d0 < last else 0.0
            add_stays(curves[b], reach[b], here, price, spare, wide, far)
            units = give_units(wide, far, -np.inf, heap, taken, room)
            start = at_no_units(constant[b] + leaves, wide, far)
            keep_least(start, d0, room[:units], best, centre)
            units = give_units(curves[b], reach[b], -np.inf, heap, taken, room)
            start = at_no_units(constant[b], curves[b], reach[b])
            keep_least(start, d0, room[:units], least, unused)
    return best, centre, least


@compiled
def best_places(
    cells: Cells, here: NDArray[np.int64], price: float, most: int, units: int, centre: int
) -> NDArray[np.int64]:
    """Return where the units lie, the centre first; what nobody needs lies at the centre.

    Args:
        cells: As for `placements`, and so are `here`, `price` and `most`.
        here: Where they lie today.
        price: What a unit that leaves its place must save.
        most: Greatest number of units.
        units: N.
        centre: What `placements` gives for N.
    """
    stream, still, reach, constant, last = start_pass(cells, most)
    m = cells.f.shape[1]
    curves = still.copy().reshape((1, still.shape[0], still.shape[1]))
    sweep_all(stream, True, centre, curves, reach.reshape((1, reach.size)), np.array([constant]))
    wide = np.zeros((m + 1, max(still.shape[1], here.max()) + 1))
    far, taken = np.empty(m + 1, np.int64), np.zeros(m + 1, np.int64)
    spare = max(0, here[0] - last) if centre == last else 0
    add_stays(curves[0], reach, here, price, spare, wide, far)
    heap = Heap(np.empty(m + 1), np.empty(m + 1, np.int64))
    give_units(wide, far, -np.inf, heap, taken, np.empty(units - centre))
    found = taken[:m].copy()
    found[0] = units - found[1:].sum()
    return found
