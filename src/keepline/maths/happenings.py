"""State of one pool in one replication, and what each kind of event does to it.

The functions here run once an event. They are compiled without reference counts (see
``lean``) and may not allocate; so the store of lanes is grown by the caller, between events.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths import pooling, queues, streams
from keepline.maths.compiled import inner, lean
from keepline.maths.pooling import Arrivals, Block, Laws, Pool
from keepline.maths.queues import Lanes

REPAIRED: Final = 0
NEW: Final = 1
ARRIVAL: Final = 2
REMOVAL: Final = 3
PARCELS: Final = 4  # and on: a lane for each ship time; then the period's end; then the line
AHEAD: Final = 16  # draws made together, which the processor can work on side by side
_GUIDES: Final = 256  # a power of two, so that scaling a draw by it is exact

CENTRE: Final = 0
SHORT: Final = 1
IS_TOUCHED: Final = 2
EVENTS_SO_FAR: Final = 3
REMOVALS_SO_FAR: Final = 4
LOST_SO_FAR: Final = 5
ARRIVED_SO_FAR: Final = 6
NEXT_ARRIVAL: Final = 7
PERIOD: Final = 8
LEFT_SO_FAR: Final = 9
WHOLES: Final = 10


class Site(NamedTuple):
    """State of one pool in one replication, with what never changes in it."""

    net: NDArray[np.int64]  # stock less backorders; at the centre less its own waiting demands
    since: NDArray[np.float64]  # when net last changed
    area: NDArray[np.float64]  # unit-days short in this period
    whole: NDArray[np.int64]
    first_short: NDArray[np.float64]
    drawn: NDArray[np.float64]  # gap, place and fate of the next few removals, each 0 to 1
    lane: NDArray[np.int64]  # of parcels to each location
    ladder: NDArray[np.float64]  # running sum of rates
    guide: NDArray[np.int64]  # where on the ladder to start (Chen and Asau 1974)


class Run(NamedTuple):
    """What one replication runs under."""

    pool: Pool
    laws: Laws
    arrivals: Arrivals
    edges: NDArray[np.float64]
    law: int
    factor: float  # by which the rates of this replication are multiplied
    returned_share: float
    is_exponential: bool
    seed: int
    stream: int
    replication: int
    waiting: int  # the lane of demands that wait at the centre
    end: int  # the lane of the period's end


@inner
def site_of(pool: Pool) -> tuple[Site, int]:
    """Lay out a pool; also give how many lanes of parcels it needs."""
    locations = pool.rate.size
    lane = np.empty(locations, np.int64)
    parcels = 0
    for location in range(locations):
        lane[location] = PARCELS + parcels
        for other in range(1, location):
            if pool.ship_days[other] == pool.ship_days[location]:
                lane[location] = lane[other]
        if location > 0 and lane[location] == PARCELS + parcels:
            parcels += 1
    ladder = np.cumsum(pool.rate)
    guide = np.empty(_GUIDES, np.int64)
    for step in range(_GUIDES):
        level = ladder[-1] * (step / _GUIDES)
        guide[step] = np.searchsorted(ladder, level, side="right")
    site = Site(
        np.empty(locations, np.int64),
        np.empty(locations),
        np.empty(locations),
        np.empty(WHOLES, np.int64),
        np.empty(1),
        np.empty((3, AHEAD)),
        lane,
        ladder,
        guide,
    )
    return site, parcels


@lean
def changed(site: Site, location: int, now: float, step: int) -> None:
    """Raise or lower the net stock of a location, and book the unit-days short until now."""
    net = site.net[location]
    if net < 0:
        days = now - site.since[location]
        if days > 0.0:
            site.area[location] -= net * days
            site.first_short[0] = min(site.first_short[0], site.since[location])
        site.whole[SHORT] += net
        site.whole[IS_TOUCHED] = 1
    site.since[location] = now
    net += step
    site.net[location] = net
    if net < 0:
        site.whole[SHORT] -= net


@lean
def shipped(run: Run, site: Site, lanes: Lanes, location: int, now: float) -> None:
    """Send a unit from the centre to where it was demanded."""
    if location == 0:
        changed(site, 0, now, 1)
    else:
        queues.push(lanes, site.lane[location], now + run.pool.ship_days[location], location)


@lean
def centre_received(run: Run, site: Site, lanes: Lanes, now: float) -> None:
    """Serve the first demand in the centre's line, or put the unit on its shelf."""
    if lanes.first[run.waiting] != queues.NONE:
        shipped(run, site, lanes, queues.pop(lanes, run.waiting), now)
    else:
        site.whole[CENTRE] += 1


@lean
def _demanded(run: Run, site: Site, lanes: Lanes, location: int, now: float) -> None:
    """Take a unit from the location's shelf, or be short, and demand one from the centre."""
    if site.whole[CENTRE] > 0:
        site.whole[CENTRE] -= 1
        if location > 0:
            changed(site, location, now, -1)
            shipped(run, site, lanes, location, now)
    else:
        changed(site, location, now, -1)
        queues.push(lanes, run.waiting, now, location)


@lean
def arrived(run: Run, site: Site, lanes: Lanes, now: float) -> None:
    """Take in a scheduled arrival and set the clock for the next one."""
    row = site.whole[NEXT_ARRIVAL]
    location = run.arrivals.location[row]
    quantity = run.arrivals.quantity[run.law, row]
    if location > 0:
        changed(site, location, now, quantity)
    else:
        for _ in range(quantity):
            centre_received(run, site, lanes, now)
    site.whole[ARRIVED_SO_FAR] += quantity
    row += 1
    site.whole[NEXT_ARRIVAL] = row
    lanes.due[ARRIVAL] = run.arrivals.day[row] if row < run.arrivals.day.size else np.inf


@lean
def _step_at(laws: Laws, law: int, day: float) -> int:
    """Give the step of a law that holds on a day."""
    step = laws.first[law + 1] - 1
    while step > laws.first[law] and laws.start[step] > day:
        step -= 1
    return int(step)


@lean
def restored_on(run: Run, repair_days: float, fate: float, now: float) -> tuple[float, int]:
    """Give when the unit for one removed now is at the centre (or never), and by which lane."""
    laws, repaired = run.laws, run.pool.repair_share
    sent = _step_at(laws, run.law, now)
    if fate < repaired:
        back = now + repair_days
        left = laws.repair_left[sent]
        both = min(left, laws.repair_left[_step_at(laws, run.law, back)])
        share = (1.0 - run.returned_share) * both + run.returned_share * left
        return (back if fate < share * repaired else np.inf), REPAIRED
    back = now + run.pool.lead_days * laws.lead_factor[sent]
    share = min(laws.supply_share[sent], laws.supply_share[_step_at(laws, run.law, back)])
    return (back if fate - repaired < share * (1.0 - repaired) else np.inf), NEW


@lean
def _drawn_ahead(run: Run, site: Site) -> None:
    """Draw gap, place and fate of the next few removals."""
    for ahead in range(AHEAD):
        w0, w1, w2, w3 = streams.words_of(
            run.seed,
            run.stream,
            run.replication,
            streams.FAILURE,
            site.whole[REMOVALS_SO_FAR] + ahead,
        )
        site.drawn[0, ahead] = streams.share_of_two(w0, w1)
        site.drawn[1, ahead] = streams.share_of(w2)
        site.drawn[2, ahead] = streams.share_of(w3)


@lean
def next_removal(run: Run, site: Site, lanes: Lanes, now: float) -> None:
    """Set the clock for the next removal."""
    ahead = site.whole[REMOVALS_SO_FAR] % AHEAD
    if ahead == 0:
        _drawn_ahead(run, site)
    lanes.due[REMOVAL] = now - np.log(site.drawn[0, ahead]) / (run.factor * site.ladder[-1])


@lean
def place_of(site: Site, share: float) -> int:
    """Give the location of a removal: the first whose running rate is above the draw."""
    level = share * site.ladder[-1]
    location = site.guide[int(share * _GUIDES)]
    while site.ladder[location] <= level:
        location += 1
    return int(location)


@lean
def removed(run: Run, site: Site, lanes: Lanes, now: float) -> None:
    """Let a unit fail: demand another, send the failed one off, draw the next removal."""
    ahead = site.whole[REMOVALS_SO_FAR] % AHEAD
    _demanded(run, site, lanes, place_of(site, site.drawn[1, ahead]), now)
    days = run.pool.repair_days
    if run.is_exponential:
        w0, w1, _, _ = streams.words_of(
            run.seed, run.stream, run.replication, streams.REPAIR, site.whole[REMOVALS_SO_FAR]
        )
        days *= -np.log(streams.share_of_two(w0, w1))
    back, lane = restored_on(run, days, site.drawn[2, ahead], now)
    if back < np.inf:
        queues.push(lanes, lane, back, 0)
    else:
        site.whole[LOST_SO_FAR] += 1
    site.whole[REMOVALS_SO_FAR] += 1
    next_removal(run, site, lanes, now)


@lean
def period_ended(run: Run, site: Site, lanes: Lanes, block: Block, row: int, now: float) -> None:
    """Write down the period that ends, and set the clock for the next end."""
    period = site.whole[PERIOD]
    if site.whole[IS_TOUCHED] or site.whole[SHORT]:
        total = 0.0
        for location in range(site.net.size):
            changed(site, location, now, 0)
            total += site.area[location]
            if period >= 0 and block.location_days.size:
                block.location_days[row, period, location] = site.area[location]
                block.short_at_end[row, period, location] = max(-site.net[location], 0)
            site.area[location] = 0.0
        if period >= 0:
            block.backorder_days[row, period] = total
        site.whole[IS_TOUCHED] = 0
    period += 1
    site.whole[PERIOD] = period
    lanes.due[run.end] = run.edges[period + 1] if period + 1 < run.edges.size else np.inf


@lean
def opened(run: Run, site: Site, lanes: Lanes) -> None:
    """Set a pool to day 0: stock on the shelves, nothing under way."""
    queues.clear(lanes)
    for location in range(1, site.net.size):
        site.net[location] = run.pool.on_hand[location]
    site.net[0] = 0
    site.since[:] = 0.0
    site.area[:] = 0.0
    site.whole[:] = 0
    site.whole[CENTRE] = run.pool.on_hand[0]
    site.whole[PERIOD] = -1
    site.first_short[0] = np.inf
    lanes.due[run.end] = run.edges[0]
    if run.arrivals.day.size:
        lanes.due[ARRIVAL] = run.arrivals.day[0]
    if site.ladder[-1] > 0.0:
        next_removal(run, site, lanes, 0.0)


@lean
def closed(run: Run, site: Site, lanes: Lanes, block: Block, row: int) -> None:
    """Write down where every unit is at the end."""
    counts = block.counts[row]
    counts[pooling.EVENTS] = site.whole[EVENTS_SO_FAR]
    counts[pooling.REMOVALS] = site.whole[REMOVALS_SO_FAR]
    counts[pooling.LOST] = site.whole[LOST_SO_FAR]
    counts[pooling.ARRIVED] = site.whole[ARRIVED_SO_FAR]
    counts[pooling.ON_HAND] = site.whole[CENTRE]
    counts[pooling.BACKORDERS] = site.whole[SHORT]
    counts[pooling.LEFT] = site.whole[LEFT_SO_FAR]
    for net in site.net:
        counts[pooling.ON_HAND] += max(net, 0)
    counts[pooling.PENDING] = queues.length(lanes, REPAIRED) + queues.length(lanes, NEW)
    in_transit = 0
    for lane in range(PARCELS, run.end):
        in_transit += queues.length(lanes, lane)
    counts[pooling.IN_TRANSIT] = in_transit
    block.first_short_day[row] = site.first_short[0]
