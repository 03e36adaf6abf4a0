"""What one pool is to the simulation: numbers in, and the records it gives back."""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

EVENTS: Final = 0
"""Removals, units back at the centre, parcels received and scheduled arrivals."""
REMOVALS: Final = 1
"""Units removed because they failed."""
LOST: Final = 2
"""Failed units never restored: lost at a cut, or whose new unit never comes."""
ARRIVED: Final = 3
"""Units that came by scheduled arrivals."""
ON_HAND: Final = 4
"""Units on hand at the end, all locations."""
BACKORDERS: Final = 5
"""Units short at the end, all locations."""
PENDING: Final = 6
"""Units in repair or on order at the end that are still to reach the centre."""
IN_TRANSIT: Final = 7
"""Units under way from the centre to a depot at the end."""
LEFT: Final = 8
"""Units that left a shelf unused: expired, gone bad or taken back."""
COUNTS: Final = 9
"""How many counts a replication has."""


class Pool(NamedTuple):
    """One part in one central depot's tree; location 0 is the centre."""

    rate: NDArray[np.float64]
    """float64[locations]: removals per day at each location."""
    ship_days: NDArray[np.float64]
    """float64[locations]: days from the centre; not used for location 0."""
    on_hand: NDArray[np.int64]
    """int64[locations]: stock at day 0."""
    repair_share: float
    """Share of failed units that are sent to repair, the others are scrapped."""
    repair_days: float
    """Days from removal until a repaired unit is back at the centre (mean, if exponential)."""
    lead_days: float
    """Days from removal until the new unit for a scrapped one is at the centre."""
    rate_shape: float = math.inf
    """Shape of the gamma law of the failure rate; infinite where the rate is certain."""


class Laws(NamedTuple):
    """What is left of supply and repair over time, one step function for each law."""

    first: NDArray[np.int64]
    """int64[laws + 1]: steps of law k are ``first[k]:first[k + 1]``, in order of time."""
    start: NDArray[np.float64]
    """float64[steps]: first day of the step; the first of each law starts at 0 or before."""
    supply_share: NDArray[np.float64]
    """float64[steps]: share of new supply left, 0 to 1."""
    lead_factor: NDArray[np.float64]
    """float64[steps]: what lead times are multiplied by."""
    repair_left: NDArray[np.float64]
    """float64[steps]: share of repair left, 0 to 1."""


class Arrivals(NamedTuple):
    """Units that come on given days, after thinning, in order of day."""

    day: NDArray[np.float64]
    """float64[arrivals]: when, in rising order."""
    location: NDArray[np.int64]
    """int64[arrivals]: where."""
    quantity: NDArray[np.int64]
    """int64[laws, arrivals]: units, under each law."""


class Block(NamedTuple):
    """What a block of replications of one pool gave."""

    backorder_days: NDArray[np.float64]
    """float64[replications, periods]: unit-days short, all locations."""
    first_short_day: NDArray[np.float64]
    """float64[replications]: when a unit was first short, infinite if never."""
    counts: NDArray[np.int64]
    """int64[replications, COUNTS]: columns ``EVENTS``, ``REMOVALS``, ..."""
    location_days: NDArray[np.float64]
    """float64[replications, periods, locations]: unit-days short; no rows unless asked for."""
    short_at_end: NDArray[np.int64]
    """int64[replications, periods, locations]: units short as a period ends; likewise."""


WHOLE: Final = 1.0 - 1e-9
"""A share of supply from here on counts as all of it."""

FULL_SUPPLY: Final = Laws(
    np.array([0, 1], np.int64), np.zeros(1), np.ones(1), np.ones(1), np.ones(1)
)
"""The one law under which nothing is ever cut."""

NO_ARRIVALS: Final = Arrivals(np.empty(0), np.empty(0, np.int64), np.empty((1, 0), np.int64))
"""No arrivals, for one law."""


def thinned(quantity: NDArray[np.int64], share_left: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the units of each order that arrive when only a share of supply is left.

    A share of 1 - 1e-9 or more lets an order through whole, else floor(quantity * share) arrive.

    Args:
        quantity: int64[orders].
        share_left: float64[orders], share of supply left as the order is delivered.

    Returns:
        int64[orders].

    >>> thinned(np.array([10, 10, 10, 100]), np.array([1.0, 0.25, 0.0, 0.29]))
    array([10,  2,  0, 29])
    """
    # a hair more than the product, whose rounding must not cost a unit: 100 * 0.29 is 28.999...
    part = np.floor(quantity * share_left + 1e-9).astype(np.int64)
    return np.where(share_left >= WHOLE, quantity, part).astype(np.int64)


def plain(values: NDArray[Any], kind: type) -> NDArray[Any]:
    """Give a contiguous, writable array: one kind of array, so one compiled kernel."""
    return np.require(values, kind, ("C", "A", "W"))


def plain_pool(pool: Pool) -> Pool:
    """Give a pool as kernels take it: `plain` arrays, and numbers of one kind."""
    return Pool(
        plain(pool.rate, np.float64),
        plain(pool.ship_days, np.float64),
        plain(pool.on_hand, np.int64),
        float(pool.repair_share),
        float(pool.repair_days),
        float(pool.lead_days),
        float(pool.rate_shape),
    )


def plain_laws(laws: Laws) -> Laws:
    """Give laws as kernels take them."""
    return Laws(plain(laws.first, np.int64), *(plain(one, np.float64) for one in laws[1:]))


def plain_arrivals(arrivals: Arrivals) -> Arrivals:
    """Give arrivals as kernels take them."""
    return Arrivals(
        plain(arrivals.day, np.float64),
        plain(arrivals.location, np.int64),
        plain(arrivals.quantity, np.int64),
    )
