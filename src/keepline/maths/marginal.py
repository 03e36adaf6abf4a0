"""Marginal allocation: each unit where it saves most, over convex falling curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, lean

if TYPE_CHECKING:
    from numpy.typing import NDArray


@lean
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


class Heap(NamedTuple):
    """Room to allocate in, which may be used again: what the next unit saves at each depot."""

    gains: NDArray[np.float64]  # [m]
    depots: NDArray[np.int64]  # [m]


@lean
def give_units(
    curves: NDArray[np.float64],
    reach: NDArray[np.int64],
    least_gain: float,
    heap: Heap,
    taken: NDArray[np.int64],
    saved: NDArray[np.float64],
) -> int:
    """Give units to depots, each where it saves most, while it saves `least_gain`.

    Args:
        curves: float64[m, levels], convex and falling in the level.
        reach: Levels of each curve that bear weight; the next is 0.
        least_gain: What a unit must save.
        heap: Room for m depots.
        taken: int64[m]; receives the units of each depot.
        saved: float64[room]; receives what each unit saves in turn.

    Returns:
        Units given, at most `room`.
    """
    gains, depots = heap
    size = 0
    for j in range(reach.size):
        taken[j] = 0
        gain = curves[j, 0] - (curves[j, 1] if reach[j] > 1 else 0.0)
        if reach[j] > 0 and gain >= least_gain:
            gains[size], depots[size] = gain, j
            size += 1
    for root in range(size // 2 - 1, -1, -1):
        sift(gains, depots, size, root)
    k = 0
    while k < saved.size and size > 0:
        j = depots[0]
        saved[k] = max(0.0, gains[0])
        k += 1
        taken[j] += 1
        d = taken[j]
        gain = curves[j, d] - (curves[j, d + 1] if d + 1 < reach[j] else 0.0)
        if d < reach[j] and gain >= least_gain:
            gains[0] = gain
        else:
            size -= 1
            gains[0], depots[0] = gains[size], depots[size]
        sift(gains, depots, size, 0)
    return k


@compiled
def allocate_marginally(
    curves: NDArray[np.float64], reach: NDArray[np.int64], room: int, taken: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give up to `room` units to depots, each where it saves most.

    Args:
        curves: float64[m, levels], convex and falling in the level.
        reach: Levels of each curve that bear weight; the next is 0.
        room: Units to give.
        taken: int64[m]; receives the units of each depot.

    Returns:
        float64[k]: what each unit saves in turn, k <= room.
    """
    heap = Heap(np.empty(reach.size), np.empty(reach.size, np.int64))
    saved = np.empty(min(room, np.maximum(reach, 0).sum()))
    return saved[: give_units(curves, reach, -np.inf, heap, taken, saved)]
