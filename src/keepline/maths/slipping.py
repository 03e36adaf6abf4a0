"""When swaps take place in each replication, where funding is late or crews are short."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled
from keepline.maths.pooling import plain
from keepline.maths.streams import SLIP, share_of_two, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Work is done to within this share of a quarter's.
_SLACK = 1e-9


class Swaps(NamedTuple):
    """Planned swaps, by region and in each by day, and who does them."""

    day: NDArray[np.float64]
    """float64[W]: planned day."""
    work: NDArray[np.float64]
    """float64[W]: crew days that it takes."""
    first: NDArray[np.int64]
    """int64[G + 1]: swaps of region g are ``first[g]:first[g + 1]``, in order of day."""
    capacity: NDArray[np.float64]
    """float64[G, Q]: crew days of a region in a quarter; at least what is planned for it, and what
    any one swap takes."""
    edges: NDArray[np.float64]
    """float64[Q + 1]: days on which quarters begin, and on which the last one ends."""


class Slips(NamedTuple):
    """What may make them slip."""

    late_probability: float
    """That funding is late, in all regions together."""
    late_days: float
    """By how many days."""
    late_from: float
    """First planned day that it hits."""
    short_probability: NDArray[np.float64]
    """float64[G]: that a region's crews are short in a quarter, each quarter by itself."""
    short_share: float
    """Share of the quarter's crew days that are then missing."""


@compiled
def _slipped(
    swaps: Swaps, slips: Slips, seed: int, first_replication: int, replications: int
) -> NDArray[np.float64]:
    found = np.full((replications, swaps.day.size), np.inf)
    for row in range(replications):
        replication = first_replication + row
        w0, w1, _, _ = words_of(seed, 0, replication, SLIP, 0)
        late = slips.late_days if share_of_two(w0, w1) < slips.late_probability else 0.0
        for region in range(swaps.first.size - 1):
            at, end = swaps.first[region], swaps.first[region + 1]
            for quarter in range(swaps.edges.size - 1):
                begin, close = swaps.edges[quarter], swaps.edges[quarter + 1]
                w0, w1, _, _ = words_of(seed, 1 + region, replication, SLIP, quarter)
                left = swaps.capacity[region, quarter]
                if share_of_two(w0, w1) < slips.short_probability[region]:
                    left *= 1.0 - slips.short_share
                done = 0.0
                while at < end:
                    day = swaps.day[at] + (late if swaps.day[at] >= slips.late_from else 0.0)
                    if day >= begin:
                        # what lies before the first quarter is done already
                        if day >= close or done + swaps.work[at] > left * (1.0 + _SLACK):
                            break
                    elif quarter > 0:
                        if done + swaps.work[at] > left * (1.0 + _SLACK):
                            break
                        day = np.floor(begin + (close - begin) * done / left)
                    if day >= swaps.edges[0]:
                        done += swaps.work[at]
                    found[row, at] = day
                    at += 1
    return found


def slipped(
    swaps: Swaps, slips: Slips, seed: int, first_replication: int, replications: int
) -> NDArray[np.float64]:
    """Return the day of each swap in each replication [replications, W].

    Late funding shifts every swap that is planned for its day or later. Where a region's crews are
    short in a quarter, that quarter's crew days are cut by the share; swaps are done in the order
    of their days, and what does not fit stands at the front of the next quarter, spread over it as
    the work goes on; it may push what is planned there on again. What does not fit before the last
    quarter ends is not swapped within the plan: infinite.

    Args:
        swaps: What is planned.
        slips: What may happen.
        seed: Seed of the whole run.
        first_replication: Number of the first replication.
        replications: How many.

    Half of the crews are missing in both quarters. Four swaps of one crew day each are planned for
    the first quarter, which has four: two are done in it, two at the front of the second.

    >>> four = Swaps(np.array([10.0, 20.0, 30.0, 40.0]), np.ones(4), np.array([0, 4]),
    ...              np.full((1, 2), 4.0), np.array([0.0, 90.0, 180.0]))
    >>> half = Slips(0.0, 0.0, 0.0, np.ones(1), 0.5)
    >>> slipped(four, half, 7, 0, 1)
    array([[ 10.,  20.,  90., 135.]])

    With funding late by 30 days from day 30 on, and all crews there:

    >>> slipped(four, Slips(1.0, 30.0, 30.0, np.zeros(1), 0.0), 7, 0, 1)
    array([[10., 20., 60., 70.]])
    """
    return np.asarray(
        _slipped(
            Swaps(
                plain(swaps.day, np.float64),
                plain(swaps.work, np.float64),
                plain(swaps.first, np.int64),
                plain(swaps.capacity, np.float64),
                plain(swaps.edges, np.float64),
            ),
            Slips(
                float(slips.late_probability),
                float(slips.late_days),
                float(slips.late_from),
                plain(slips.short_probability, np.float64),
                float(slips.short_share),
            ),
            int(seed),
            int(first_replication),
            int(replications),
        )
    )
