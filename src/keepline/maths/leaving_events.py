"""Event by event simulation of one pool whose units leave the shelves unless they are used.

As :mod:`keepline.maths.events`, and besides:

- Every unit on a shelf has a day on which it leaves: a restored, arriving or shipped one a shelf
  life after its coming to that shelf; those of day 0 the day of their batch.
- The unit that leaves soonest is used, or shipped, first.
- A unit that leaves is not replaced; nobody orders for it.
- Units in store go bad with a rate each, whichever they are.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths import happenings, pooling, queues, streams
from keepline.maths.compiled import compiled, lean
from keepline.maths.doubt import factors_drawn
from keepline.maths.happenings import Run, Site
from keepline.maths.pooling import (
    Arrivals,
    Block,
    Laws,
    Pool,
    plain,
    plain_arrivals,
    plain_laws,
    plain_pool,
)
from keepline.maths.queues import Lanes

_FIRST_SLOTS = 64


class Kept(NamedTuple):
    """How long units keep."""

    life: float
    """Days that a unit keeps on a shelf; infinite for without limit."""
    attrition: float
    """Rate at which a unit in store goes bad, per day."""
    location: NDArray[np.int64]
    """int64[batches]: where the units of day 0 lie."""
    leave: NDArray[np.float64]
    """float64[batches, laws]: day on which what is left of them leaves."""
    quantity: NDArray[np.int64]
    """int64[batches]: units."""


class _Store(NamedTuple):
    """The shelves among the lanes: that of a location is ``first + location``; then the clock."""

    kept: Kept
    first: int
    clock: int
    room: int  # free slots that one event may take
    draws: NDArray[np.int64]  # [1] of units that go bad


@lean
def _put(store: _Store, lanes: Lanes, location: int, now: float) -> None:
    queues.push(lanes, store.first + location, now + store.kept.life, location)


@lean
def _received(store: _Store, site: Site, lanes: Lanes, location: int, now: float) -> None:
    """Take a unit in at a depot."""
    happenings.changed(site, location, now, 1)
    if site.net[location] > 0:
        _put(store, lanes, location, now)


@lean
def _used(store: _Store, site: Site, lanes: Lanes, location: int, now: float) -> None:
    """Take a unit from a depot's shelf, or be short."""
    if site.net[location] > 0 and location > 0:
        queues.pop(lanes, store.first + location)
    happenings.changed(site, location, now, -1)


@lean
def _centre_received(run: Run, store: _Store, site: Site, lanes: Lanes, now: float) -> None:
    """Serve the first demand in the centre's line, or put the unit on its shelf."""
    if lanes.first[run.waiting] != queues.NONE:
        happenings.shipped(run, site, lanes, queues.pop(lanes, run.waiting), now)
    else:
        site.whole[happenings.CENTRE] += 1
        _put(store, lanes, 0, now)


@lean
def _arrived(run: Run, store: _Store, site: Site, lanes: Lanes, now: float) -> None:
    """Take in a scheduled arrival and set the clock for the next one."""
    row = site.whole[happenings.NEXT_ARRIVAL]
    location = run.arrivals.location[row]
    quantity = run.arrivals.quantity[run.law, row]
    for _ in range(quantity):
        if location > 0:
            _received(store, site, lanes, location, now)
        else:
            _centre_received(run, store, site, lanes, now)
    site.whole[happenings.ARRIVED_SO_FAR] += quantity
    row += 1
    site.whole[happenings.NEXT_ARRIVAL] = row
    is_more = row < run.arrivals.day.size
    lanes.due[happenings.ARRIVAL] = run.arrivals.day[row] if is_more else np.inf


@lean
def _removed(run: Run, store: _Store, site: Site, lanes: Lanes, now: float) -> None:
    """Let a unit fail: use another, demand one from the centre, send the failed one off."""
    ahead = site.whole[happenings.REMOVALS_SO_FAR] % happenings.AHEAD
    location = happenings.place_of(site, site.drawn[1, ahead])
    if site.whole[happenings.CENTRE] > 0:
        site.whole[happenings.CENTRE] -= 1
        queues.pop(lanes, store.first)
        if location > 0:
            _used(store, site, lanes, location, now)
            happenings.shipped(run, site, lanes, location, now)
    else:
        _used(store, site, lanes, location, now)
        queues.push(lanes, run.waiting, now, location)
    back, lane = happenings.restored_on(run, run.pool.repair_days, site.drawn[2, ahead], now)
    if back < np.inf:
        queues.push(lanes, lane, back, 0)
    else:
        site.whole[happenings.LOST_SO_FAR] += 1
    site.whole[happenings.REMOVALS_SO_FAR] += 1
    happenings.next_removal(run, site, lanes, now)


@lean
def _left(site: Site, location: int, now: float) -> None:
    """Count a unit that has left its shelf."""
    if location > 0:
        happenings.changed(site, location, now, -1)
    else:
        site.whole[happenings.CENTRE] -= 1
    site.whole[happenings.LEFT_SO_FAR] += 1


@lean
def _on_shelf(site: Site, location: int) -> int:
    if location == 0:
        return int(site.whole[happenings.CENTRE])
    return int(max(site.net[location], 0))


@lean
def _clock_set(run: Run, store: _Store, site: Site, lanes: Lanes, now: float) -> None:
    """Set the clock for the next unit that goes bad; anew after every event, without memory."""
    total = 0
    for location in range(site.net.size):
        total += _on_shelf(site, location)
    lanes.due[store.clock] = np.inf
    if total > 0:
        w0, w1, _, _ = streams.words_of(
            run.seed, run.stream, run.replication, streams.STORE, store.draws[0]
        )
        gap = -np.log(streams.share_of_two(w0, w1)) / (store.kept.attrition * total)
        lanes.due[store.clock] = now + gap


@lean
def _gone_bad(run: Run, store: _Store, site: Site, lanes: Lanes, now: float) -> None:
    """Let one of the units in store go bad, any of them alike."""
    total = 0
    for location in range(site.net.size):
        total += _on_shelf(site, location)
    _, _, w2, _ = streams.words_of(
        run.seed, run.stream, run.replication, streams.STORE, store.draws[0]
    )
    ahead = min(int(streams.share_of(w2) * total), total - 1)
    location = 0
    while ahead >= _on_shelf(site, location):
        ahead -= _on_shelf(site, location)
        location += 1
    queues.take_out(lanes, store.first + location, ahead)
    _left(site, location, now)


@lean
def _next_lane(run: Run, store: _Store, lanes: Lanes) -> int:
    lane = 0
    for other in range(1, store.clock + 1):
        if lanes.due[other] < lanes.due[lane] and other != run.waiting:
            lane = other
    return lane


@lean
def _played(run: Run, store: _Store, site: Site, lanes: Lanes, block: Block, row: int) -> bool:
    """Play on to the last period's end, or until the store of lanes is full; say which."""
    while lanes.free[1] >= store.room:
        lane = _next_lane(run, store, lanes)
        now = lanes.due[lane]
        if lane == run.end:
            happenings.period_ended(run, site, lanes, block, row, now)
            if site.whole[happenings.PERIOD] == run.edges.size - 1:
                return True
            continue
        site.whole[happenings.EVENTS_SO_FAR] += 1
        if lane == happenings.REMOVAL:
            _removed(run, store, site, lanes, now)
        elif lane == happenings.ARRIVAL:
            _arrived(run, store, site, lanes, now)
        elif lane < happenings.ARRIVAL:
            queues.pop(lanes, lane)
            _centre_received(run, store, site, lanes, now)
        elif lane < run.end:
            _received(store, site, lanes, queues.pop(lanes, lane), now)
        elif lane < store.clock:
            _left(site, queues.pop(lanes, lane), now)
        else:
            _gone_bad(run, store, site, lanes, now)
        if store.kept.attrition > 0.0:
            store.draws[0] += 1
            _clock_set(run, store, site, lanes, now)
    return False


@lean
def _opened(run: Run, store: _Store, site: Site, lanes: Lanes) -> None:
    """Set a pool to day 0, with the units on its shelves; lanes must have room for them."""
    happenings.opened(run, site, lanes)
    for batch in range(store.kept.location.size):
        location = store.kept.location[batch]
        leave = store.kept.leave[batch, run.law]
        for _ in range(store.kept.quantity[batch]):
            queues.push(lanes, store.first + location, leave, location)
    store.draws[0] = 0
    if store.kept.attrition > 0.0:
        _clock_set(run, store, site, lanes, 0.0)


@compiled
def _block(
    pool: Pool,
    laws: Laws,
    law: NDArray[np.int64],
    factor: NDArray[np.float64],
    arrivals: Arrivals,
    kept: Kept,
    edges: NDArray[np.float64],
    seed: int,
    stream: int,
    first_replication: int,
    returned_share: float,
) -> Block:
    replications, locations = law.size, pool.rate.size
    block = Block(
        np.zeros((replications, edges.size - 1)),
        np.empty(replications),
        np.empty((replications, pooling.COUNTS), np.int64),
        np.zeros((0, edges.size - 1, locations)),
        np.zeros((0, edges.size - 1, locations), np.int64),
    )
    site, parcels = happenings.site_of(pool)
    end = happenings.PARCELS + parcels
    room = 2
    for row in range(arrivals.day.size):
        for one in range(arrivals.quantity.shape[0]):
            room = max(room, 2 + arrivals.quantity[one, row])
    store = _Store(kept, end + 2, end + 2 + locations, room, np.zeros(1, np.int64))
    slots = max(_FIRST_SLOTS, room + kept.quantity.sum())
    lanes = queues.lanes_of(store.clock + 1, slots)
    for row in range(replications):
        run = Run(
            pool,
            laws,
            arrivals,
            edges,
            law[row],
            factor[row],
            returned_share,
            False,
            seed,
            stream,
            first_replication + row,
            end + 1,
            end,
        )
        _opened(run, store, site, lanes)
        while not _played(run, store, site, lanes, block, row):
            lanes = queues.grown(lanes)
        happenings.closed(run, site, lanes, block, row)
    return block


def simulate_leaving(
    pool: Pool,
    laws: Laws,
    law: NDArray[np.int64],
    arrivals: Arrivals,
    kept: Kept,
    edges: NDArray[np.float64],
    seed: int,
    stream: int,
    first_replication: int,
    returned_share: float,
) -> Block:
    """Play a block of replications of one pool whose units may leave the shelves.

    Args:
        pool: The pool; its stock of day 0 is that of the batches.
        laws: As in `events.simulate_block`; so are what follows, but for `kept`.
        law: Row of ``laws`` that each replication runs under [replications].
        arrivals: Orders due and purchases, in order of day.
        kept: How long units keep.
        edges: Moments that part the periods [periods + 1].
        seed: Seed of the whole run.
        stream: Number of the pool's stream.
        first_replication: Number of the first replication of the block.
        returned_share: Chance that what is in repair at a cut comes back.

    Returns:
        The records of the block: the same failures as in `events.simulate_block`.

    Ten units of which none is ever used are gone after 30 days:

    >>> from keepline.maths.pooling import FULL_SUPPLY, LEFT, NO_ARRIVALS, Pool
    >>> pool = Pool(np.zeros(1), np.zeros(1), np.array([10]), 0.0, 5.0, 9.0)
    >>> ten = Kept(30.0, 0.0, np.zeros(1, np.int64), np.array([[30.0]]), np.array([10]))
    >>> block = simulate_leaving(pool, FULL_SUPPLY, np.zeros(1, np.int64), NO_ARRIVALS, ten,
    ...                          np.array([0.0, 60.0]), 7, 0, 0, 0.0)
    >>> int(block.counts[0, LEFT])
    10
    """
    return _block(
        plain_pool(pool),
        plain_laws(laws),
        plain(law, np.int64),
        factors_drawn(pool.rate_shape, int(seed), int(stream), int(first_replication), len(law)),
        plain_arrivals(arrivals),
        Kept(
            float(kept.life),
            float(kept.attrition),
            plain(kept.location, np.int64),
            plain(kept.leave, np.float64),
            plain(kept.quantity, np.int64),
        ),
        plain(edges, np.float64),
        int(seed),
        int(stream),
        int(first_replication),
        float(returned_share),
    )
