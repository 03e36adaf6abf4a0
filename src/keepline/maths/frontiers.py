"""The frontiers of many pools in one call.

Kernels are entered once for a large chunk of pools, and chunks run side by side on threads. What
a chunk needs is made when its turn comes, so memory follows the curves and not the cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.compiled import compiled
from keepline.maths.descent import Cells
from keepline.maths.frontier import frontier_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

THREADS = 2
CHUNK = 250


class ManyCells(NamedTuple):
    """Cells of many pools, one pool after the other; the arrays are those of `Cells`, flat."""

    first_cell: NDArray[np.int64]  # [pools + 1] cells of pool i are first_cell[i]:first_cell[i + 1]
    first_depot: NDArray[np.int64]  # [pools + 1]
    first: NDArray[np.int64]  # [pools + 1] of cells times depots, row by row
    weight: NDArray[np.float64]
    m0: NDArray[np.float64]
    s0: NDArray[np.int64]
    at_centre: NDArray[np.bool_]
    a: NDArray[np.float64]
    s: NDArray[np.int64]
    at_depot: NDArray[np.bool_]
    f: NDArray[np.float64]


if TYPE_CHECKING:
    #: Gives the cells of some pools: number of the first one, and how many.
    Make = Callable[[int, int], ManyCells]
    Found = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def steady_pools(
    rates: NDArray[np.float64], ship_days: NDArray[np.float64], resupply_days: NDArray[np.float64]
) -> ManyCells:
    """Return the cells of the steady state of many pools over the same depots, with no stock yet.

    Args:
        rates: Removals per day; float64[pools, m].
        ship_days: Days from the centre; float64[m]; 0 marks the centre's own customers.
        resupply_days: Days from a removal until the centre is made good; float64[pools].
    """
    pools, m = rates.shape
    total = rates.sum(axis=1)
    rows = np.arange(pools + 1, dtype=np.int64)
    none = np.zeros(pools * m, np.int64)
    return ManyCells(
        first_cell=rows,
        first_depot=rows * m,
        first=rows * m,
        weight=np.ones(pools),
        m0=np.repeat(total * resupply_days, m),
        s0=none,
        at_centre=np.ones(pools * m, np.bool_),
        a=(rates * ship_days).ravel(),
        s=none,
        at_depot=np.tile(ship_days > 0.0, pools),
        f=(rates / np.where(total > 0.0, total, 1.0)[:, None]).ravel(),
    )


@compiled
def pool_of(many: ManyCells, i: int) -> Cells:
    """Return the cells of pool i, in place."""
    n = many.first_cell[i + 1] - many.first_cell[i]
    m = many.first_depot[i + 1] - many.first_depot[i]
    low, high = many.first[i], many.first[i + 1]
    return Cells(
        many.weight[many.first_cell[i] : many.first_cell[i + 1]],
        many.m0[low:high].reshape((n, m)),
        many.s0[low:high].reshape((n, m)),
        many.at_centre[low:high].reshape((n, m)),
        many.a[low:high].reshape((n, m)),
        many.s[low:high].reshape((n, m)),
        many.at_depot[low:high].reshape((n, m)),
        many.f[low:high].reshape((n, m)),
    )


@compiled
def chunk_frontiers(
    many: ManyCells, least_gain: NDArray[np.float64], least_units: NDArray[np.int64]
) -> Found:
    """Return, pool after pool, the points of each curve, E*(N) and d0; as `frontier_until`."""
    pools = least_gain.size
    points = np.zeros(pools, np.int64)
    value = np.empty(64 * pools)
    centre = np.empty(64 * pools, np.int64)
    used = 0
    for i in range(pools):
        best, at_centre = frontier_until(pool_of(many, i), least_gain[i], least_units[i])
        if used + best.size > value.size:
            value = np.concatenate((value[:used], np.empty(used + 2 * best.size)))
            centre = np.concatenate((centre[:used], np.empty(used + 2 * best.size, np.int64)))
        value[used : used + best.size] = best
        centre[used : used + best.size] = at_centre
        points[i] = best.size
        used += best.size
    return points, value[:used].copy(), centre[:used].copy()


def frontiers(
    make: Make,
    least_gain: NDArray[np.float64],
    least_units: NDArray[np.int64],
    threads: int = THREADS,
    chunk: int = CHUNK,
) -> Found:
    """Return the curves of many pools as `allocate.Curves` holds them: first, value, centre.

    Args:
        make: Gives the cells of so many pools from a number on; called on the threads.
        least_gain: What a unit must save, one for each pool; 0 follows the curve to its end.
        least_units: Fewest units of each pool that may be bought, if any are.
        threads: How many; the curves are the same for any number.
        chunk: Pools worked on in one call.
    """

    def play(job: tuple[int, int]) -> Found:
        start, size = job
        at = slice(start, start + size)
        return chunk_frontiers(make(start, size), least_gain[at], least_units[at])

    found = list(played_in_order(play, blocks_of(least_gain.size, chunk), threads))
    points, value, centre = (
        np.concatenate([np.empty(0, kind), *(one[column] for one in found)])
        for column, kind in enumerate((np.int64, np.float64, np.int64))
    )
    return np.concatenate(([0], np.cumsum(points))).astype(np.int64), value, centre
