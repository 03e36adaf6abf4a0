"""What a block of replications of one family gave, and where every unit is at the end."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

EVENTS: Final = 0
"""Failures, units back at the centre, parcels received, arrivals, swaps, units that left."""
REMOVALS: Final = 1
"""Failures at the part's rows, whatever part stood there."""
FAILED: Final = 2
"""Failed units of the part, wherever they stood."""
LOST: Final = 3
"""Failed units never restored: lost at a cut, or whose new unit never comes."""
STARTED: Final = 4
"""Units on the shelves on day 0."""
ENTERED: Final = 5
"""Units that stood in rows as these came into service, those of day 0 included."""
ARRIVED: Final = 6
"""Units that came by scheduled arrivals."""
HARVESTED: Final = 7
"""Harvested units that came."""
RETIRED: Final = 8
"""Units that stood in rows as these left service, harvested or not."""
INSTALLED: Final = 9
"""Units in service at the end, in rows of the part or standing in."""
ON_HAND: Final = 10
"""Units on the shelves at the end."""
BACKORDERS: Final = 11
"""Units missing from the part's rows at the end."""
REPAIRING: Final = 12
"""Units in repair at the end."""
QUEUED: Final = 13
"""Units that wait for a repair shop at the end."""
ORDERED: Final = 14
"""New units for scrapped ones, on order at the end and still to come."""
IN_TRANSIT: Final = 15
"""Units under way to a depot at the end."""
EXPIRED: Final = 16
"""Units that left a shelf on their day: expired, or taken back."""
SPOILED: Final = 17
"""Units that went bad on a shelf."""
SUBSTITUTED: Final = 18
"""Units missing from the part's rows that another part replaced."""
LENT: Final = 19
"""Units sent from one depot to another."""
COUNTS: Final = 20
"""How many counts a part of a replication has."""


class Record(NamedTuple):
    """The records of a block: a row for each replication."""

    backorder_days: NDArray[np.float64]
    """float64[replications, periods, P]: unit-days short, all locations."""
    short_at_end: NDArray[np.int64]
    """int64[replications, periods, P]: units short as a period ends."""
    location_days: NDArray[np.float64]
    """float64[replications, periods, P, L]: unit-days short; no rows unless asked for."""
    location_short: NDArray[np.int64]
    """int64[replications, periods, P, L]: units short as a period ends; likewise."""
    ordered: NDArray[np.int64]
    """int64[replications, periods, P]: new units ordered for scrapped ones that will come."""
    first_short_day: NDArray[np.float64]
    """float64[replications, P]: when a unit was first short, infinite if never."""
    on_hand: NDArray[np.int64]
    """int64[replications, P, L]: units on the shelves at the end."""
    counts: NDArray[np.int64]
    """int64[replications, P, COUNTS]: columns ``EVENTS``, ``REMOVALS``, ..."""
    log_replication: NDArray[np.int64]
    """int64[changes]: outage log: number of the replication (rising)."""
    log_day: NDArray[np.float64]
    """float64[changes]: when (rising within a replication, from day 0 on)."""
    log_row: NDArray[np.int64]
    """int64[changes]: the row of `Rows`."""
    log_out: NDArray[np.int64]
    """int64[changes]: units missing there beyond its spare, from then on."""


def imbalance(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the units that came from nowhere or are nowhere: 0, always.

    Every unit that stood in a row as it came into service, lay on a shelf on day 0, arrived or was
    harvested is in service, on a shelf, in repair, waiting for a shop, on order (in the place of a
    scrapped one), under way, lost, gone from the shelf, or left service.

    Args:
        counts: int64[..., COUNTS].

    Returns:
        int64[...].
    """
    came = (STARTED, ENTERED, ARRIVED, HARVESTED)
    there = (INSTALLED, ON_HAND, REPAIRING, QUEUED, ORDERED, IN_TRANSIT)
    gone = (LOST, EXPIRED, SPOILED, RETIRED)
    found: NDArray[np.int64] = counts[..., came].sum(-1) - counts[..., there + gone].sum(-1)
    return found
