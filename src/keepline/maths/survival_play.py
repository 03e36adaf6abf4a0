"""Play a pool until it is short: when each location first is, and how far it falls behind.

The events are those of the simulation (`happenings`), with the same streams of random numbers; only
what is looked at differs. A location is short from the moment a unit is missing there for any
length of time. A line that pools locations is played as one location that holds all its stock.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths import happenings, queues
from keepline.maths.compiled import compiled, lean
from keepline.maths.doubt import factors_drawn
from keepline.maths.happenings import Run, Site
from keepline.maths.pooling import Arrivals, Laws, Pool, plain, plain_laws
from keepline.maths.queues import Lanes
from keepline.maths.streams import BRANCH, uniforms

_FIRST_SLOTS = 64


class Watched(NamedTuple):
    """Hold what a block of replications showed.

    Attributes:
        law: The law that each replication ran under [replications].
        first_short_day: When each location was first short, infinite if never [replications, m].
        worst: The most units it was short at once within its window [replications, m].
    """

    law: NDArray[np.int64]
    first_short_day: NDArray[np.float64]
    worst: NDArray[np.int64]


@lean
def _noted(
    site: Site,
    clock: float,
    now: float,
    window: NDArray[np.float64],
    first: NDArray[np.float64],
    worst: NDArray[np.int64],
) -> int:
    """Write down who is short between two events; return how many have not been so far."""
    unhurt = 0
    for location in range(first.size):
        if site.net[location] < 0:
            first[location] = min(first[location], clock)
            if window[0, location] < now and clock < window[1, location]:
                worst[location] = max(worst[location], -site.net[location])
        if first[location] == np.inf and site.ladder[location] > (
            site.ladder[location - 1] if location > 0 else 0.0
        ):
            unhurt += 1
    return unhurt


@lean
def _watched(
    run: Run,
    site: Site,
    lanes: Lanes,
    clock: NDArray[np.float64],
    is_to_the_end: bool,
    window: NDArray[np.float64],
    first: NDArray[np.float64],
    worst: NDArray[np.int64],
) -> bool:
    """Play on to the end, or until nobody is left to be first short, or the lanes are full."""
    while lanes.free[1] >= 2:
        lane, now = 0, lanes.due[0]
        for other in range(1, run.end + 1):
            if lanes.due[other] < now:
                lane, now = other, lanes.due[other]
        if now > clock[0]:
            if site.whole[happenings.SHORT] > 0:
                unhurt = _noted(site, clock[0], now, window, first, worst)
                if unhurt == 0 and not is_to_the_end:
                    return True
            clock[0] = now
        if lane == run.end:
            return True
        if lane == happenings.REMOVAL:
            happenings.removed(run, site, lanes, now)
        elif lane == happenings.ARRIVAL:
            happenings.arrived(run, site, lanes, now)
        elif lane < happenings.ARRIVAL:
            queues.pop(lanes, lane)
            happenings.centre_received(run, site, lanes, now)
        else:
            happenings.changed(site, queues.pop(lanes, lane), now, 1)
    return False


@compiled
def _play(
    pool: Pool,
    laws: Laws,
    law: NDArray[np.int64],
    factor: NDArray[np.float64],
    arrivals: Arrivals,
    until: float,
    window: NDArray[np.float64],
    is_to_the_end: bool,
    returned_share: float,
    seed: int,
    stream: int,
    first_replication: int,
) -> Watched:
    watched = Watched(
        law,
        np.full((law.size, pool.rate.size), np.inf),
        np.zeros((law.size, pool.rate.size), np.int64),
    )
    site, parcels = happenings.site_of(pool)
    end = happenings.PARCELS + parcels
    lanes = queues.lanes_of(end + 2, _FIRST_SLOTS)
    edges, clock = np.array([until]), np.zeros(1)
    for row in range(law.size):
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
        happenings.opened(run, site, lanes)
        clock[0] = 0.0
        first, worst = watched.first_short_day[row], watched.worst[row]
        while not _watched(run, site, lanes, clock, is_to_the_end, window, first, worst):
            lanes = queues.grown(lanes)
    return watched


def watch(
    pool: Pool,
    laws: Laws,
    chance: NDArray[np.float64],
    arrivals: Arrivals,
    until: float,
    window: NDArray[np.float64] | None,
    returned_share: float,
    seed: int,
    stream: int,
    replications: tuple[int, int],
) -> Watched:
    """Play replications of a pool and see when its locations are short.

    Each replication runs under a law of its own, drawn by its probability, so that replications
    are independent and alike.

    Args:
        pool: The pool; location 0 is the centre.
        laws: What is left of supply and repair.
        chance: Probability of each law; they add up to 1 [laws].
        arrivals: Orders due, in order of day.
        until: The day to which is played.
        window: Days from and to which the most units short are counted [2, m]; when None, a
            replication ends as soon as every location that has removals has been short.
        returned_share: Chance that what is in repair at a cut comes back, 0 to 1.
        seed: Seed of the whole run.
        stream: Number of the stream, below 2**32.
        replications: Number of the first replication, and how many.

    Returns:
        What was seen; the same bits whatever the blocks.

    One unit, a removal in 100 days and nothing back: short from the second removal on, after 200
    days in the mean, here within a tenth.

    >>> from keepline.maths.pooling import NO_ARRIVALS
    >>> cut = Laws(np.array([0, 1]), np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1))
    >>> pool = Pool(np.array([0.01]), np.zeros(1), np.ones(1, np.int64), 0.0, 1.0, 1.0)
    >>> seen = watch(pool, cut, np.ones(1), NO_ARRIVALS, 1e5, None, 0.0, 7, 0, (0, 1000))
    >>> bool(abs(seen.first_short_day.mean() / 200 - 1) < 0.1)
    True
    """
    first, count = replications
    plain_pool, plain_laws, plain_arrivals = _allplain(pool, laws, arrivals)
    return _play(
        plain_pool,
        plain_laws,
        _laws_drawn(chance, seed, stream, first, count),
        factors_drawn(pool.rate_shape, int(seed), int(stream), int(first), int(count)),
        plain_arrivals,
        float(until),
        np.full((2, len(pool.rate)), np.inf) if window is None else plain(window, np.float64),
        window is not None,
        float(returned_share),
        int(seed),
        int(stream),
        int(first),
    )


def _allplain(pool: Pool, laws: Laws, arrivals: Arrivals) -> tuple[Pool, Laws, Arrivals]:
    return (
        Pool(
            plain(pool.rate, np.float64),
            plain(pool.ship_days, np.float64),
            plain(pool.on_hand, np.int64),
            float(pool.repair_share),
            float(pool.repair_days),
            float(pool.lead_days),
            float(pool.rate_shape),
        ),
        plain_laws(laws),
        Arrivals(
            plain(arrivals.day, np.float64),
            plain(arrivals.location, np.int64),
            plain(arrivals.quantity, np.int64),
        ),
    )


def _laws_drawn(
    chance: NDArray[np.float64], seed: int, stream: int, first: int, count: int
) -> NDArray[np.int64]:
    ladder = np.cumsum(chance)
    drawn = uniforms(seed, stream, first, count, BRANCH, 0) * ladder[-1]
    likely = int(np.flatnonzero(chance)[-1])
    drawn_law = np.minimum(np.searchsorted(ladder, drawn, side="right"), likely)
    return np.asarray(drawn_law, np.int64)
