"""What one family of parts is to the field kernel: arrays in.

A *family* is the parts of one central depot's tree that meet in play: joined by a one-way
substitute or by a shared repair shop; mostly a single part. Location 0 is the centre. Letters in
shapes: P parts, L locations, R rows, S shops, B batches, N arrivals, W swaps.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

FIRST_COME: Final = 0
"""Whoever has waited longest is served first."""
BY_TRAFFIC: Final = 1
"""The row of the highest priority is served first; then whoever has waited longest."""
CORE_FIRST: Final = 2
"""Core rows are served first; others leave the reserve (`Places.keep`) on the shelf."""


_NO_SWAPS: Final = np.empty(0, np.int64)
_EVEN: Final = np.empty(0)


class Parts(NamedTuple):
    """The parts of a family."""

    rate: NDArray[np.float64]
    """float64[P]: failures per unit in service and day."""
    rate_shape: NDArray[np.float64]
    """float64[P]: shape of the gamma law of the failure rate; infinite where it is certain."""
    repair_share: NDArray[np.float64]
    """float64[P]: share of failed units that are sent to repair, the others are scrapped."""
    repair_days: NDArray[np.float64]
    """float64[P]: days that a unit is in repair, once a shop has taken it."""
    lead_days: NDArray[np.float64]
    """float64[P]: days until the new unit for a scrapped one is at the centre."""
    returned_share: NDArray[np.float64]
    """float64[P]: chance that what is in repair at a cut comes back."""
    shop: NDArray[np.int64]
    """int64[P]: the repair shop, a row of `Shops`; -1 for one that is never full."""
    shelf_life: NDArray[np.float64]
    """float64[P]: days that a unit keeps on a shelf, from its coming to that shelf; infinite."""
    attrition: NDArray[np.float64]
    """float64[P]: rate at which a unit on a shelf goes bad, per day."""
    stream: NDArray[np.int64]
    """int64[P]: number of the part's stream of random numbers, below 2**32: the number of the
    pool in the network, so that failures are the same in every course and setting."""
    substitute_first: NDArray[np.int64]
    """int64[P + 1]: the substitutes of part p are ``substitute[first[p]:first[p + 1]]``."""
    substitute: NDArray[np.int64]
    """int64[...]: parts that may stand in, in the order in which they are tried."""


class Places(NamedTuple):
    """The locations of the centre's tree."""

    ship_days: NDArray[np.float64]
    """float64[L]: days from the centre; not used for location 0."""
    lateral_days: NDArray[np.float64]
    """float64[L]: days for a parcel from any sibling; infinite: none is sent there. The centre
    gets none and sends none."""
    keep: NDArray[np.int64]
    """int64[P, L]: units that a lender, or a demand that is not of core rows, leaves behind."""


class Rows(NamedTuple):
    """The installed base: a row is the units of one part at one site, all alike."""

    part: NDArray[np.int64]
    """int64[R]"""
    location: NDArray[np.int64]
    """int64[R]: the location that serves the site."""
    quantity: NDArray[np.int64]
    """int64[R]: units installed."""
    spare: NDArray[np.int64]
    """int64[R]: units that may be missing before service suffers (spare in place)."""
    priority: NDArray[np.float64]
    """float64[R]: what `BY_TRAFFIC` ranks by, the traffic of the site."""
    is_core: NDArray[np.bool_]
    """bool[R]"""
    from_day: NDArray[np.float64]
    """float64[R]: first day in service; 0 or less for what stands on day 0."""
    until_day: NDArray[np.float64]
    """float64[R]: day on which the row leaves service; infinite for never."""
    swap: NDArray[np.int64]
    """int64[R]: column of `swap_day` that holds the row's last day instead; -1 for none."""
    harvest_yield: NDArray[np.float64]
    """float64[R]: chance that a unit taken out is fit for stock, 0 to 1."""
    harvest_lag: NDArray[np.float64]
    """float64[R]: days from leaving service until harvested units reach their shelf."""
    harvest_location: NDArray[np.int64]
    """int64[R]: where they go."""
    harvest_part: NDArray[np.int64]
    """int64[R]: the part as which they count there; mostly that of the row."""
    start_swap: NDArray[np.int64] = _NO_SWAPS
    """int64[R]: column of `swap_day` that holds the row's first day instead; -1 for none.
    Empty: none for all rows."""
    pace: NDArray[np.float64] = _EVEN
    """float64[R]: failures of a unit there against the part's rate, 0 or more. Empty: 1 for
    all rows."""


class Stock(NamedTuple):
    """Units on the shelves on day 0, in batches."""

    part: NDArray[np.int64]
    """int64[B]"""
    location: NDArray[np.int64]
    """int64[B]"""
    quantity: NDArray[np.int64]
    """int64[B]"""
    leave_day: NDArray[np.float64]
    """float64[laws, B]: day on which what is left of it leaves, under each law; infinite."""


class Coming(NamedTuple):
    """Units that come on given days (orders due, purchases), after thinning, in order of day."""

    day: NDArray[np.float64]
    """float64[N]: when, in rising order, 0 or later."""
    part: NDArray[np.int64]
    """int64[N]"""
    location: NDArray[np.int64]
    """int64[N]: where."""
    quantity: NDArray[np.int64]
    """int64[laws, N]: units, under each law."""


class Family(NamedTuple):
    """All of a family."""

    parts: Parts
    places: Places
    rows: Rows
    stock: Stock
    coming: Coming
    at_once: NDArray[np.int64]
    """int64[S]: units that each repair shop works on at the same time, 1 or more."""


class Settings(NamedTuple):
    """Which mechanisms are played; the defaults are what the formulas assume: none."""

    allocation: int = FIRST_COME
    """`FIRST_COME`, `BY_TRAFFIC` or `CORE_FIRST`."""
    is_finite: bool = False
    """A missing unit cannot fail; else failures do not care how many units are missing."""
    has_programme: bool = False
    """Rows come into service and leave it; else those of day 0 serve for ever, others never."""
    has_harvest: bool = False
    """Units that leave service are harvested; needs `has_programme`."""
    has_spares: bool = False
    """Units missing within a row's spare are no outage; else every missing unit is."""
    has_substitutes: bool = False
    """Parts may stand in for others."""
    has_lateral: bool = False
    """Depots lend to siblings."""
    has_shops: bool = False
    """Repair shops may be full."""
    has_leaving: bool = False
    """Units leave the shelves: shelf life and attrition."""
    has_rates: bool = False
    """Failure rates are drawn anew in each replication where they are uncertain."""
    has_log: bool = False
    """Also write the outage log."""
    by_location: bool = False
    """Also give unit-days and units short by location."""
