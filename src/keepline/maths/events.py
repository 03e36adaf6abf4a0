"""Event by event simulation of one pool: one part in one central depot's tree.

What happens, and nothing else (the formulas of the exact law assume the same, so the two can be
held against each other):

- Units are removed at location j at rate lam_j, whatever is out of order (infinite population).
  Where the failure rate is uncertain, the rates of a replication share a gamma-distributed factor.
  Stock there replaces the unit at once, or the location is a unit short (a *backorder*).
- Every removal sends a demand to the centre, location 0, which serves first come, first served;
  a unit it ships reaches location j after ``ship_days[j]``. The centre's own removals wait in the
  same line and take no ship time.
- The failed unit goes into repair (``repair_share``) or is scrapped. Repair sent at u is back at
  the centre at u + R with probability (1 - rho) min(r(u), r(u + R)) + rho r(u), where r is the
  share of repair left and rho = ``returned_share`` (0: what is in repair at a cut is lost; 1: it
  comes back). For a scrapped unit a new one is ordered at once and is there at v = u + L f(u)
  with probability min(g(u), g(v)), where f is the lead factor and g the share of supply left.
  What is not restored stays outstanding for ever.
- Arrivals (orders due, purchases) come on given days. Those at a depot serve its backorders first;
  what it has ordered from the centre stays on order, so its stock position rises.

At day 0 stock is on hand and nothing is under way. Time is in days. Each kind of event has a lane
of its own (see ``queues``); the next event is the earliest head. What has no duration counts for
nothing: a unit missing from t to t was never short.
"""

import numpy as np
from numpy.typing import NDArray

from keepline.maths import happenings, pooling, queues
from keepline.maths.compiled import compiled, lean
from keepline.maths.doubt import factors_drawn
from keepline.maths.happenings import Run, Site
from keepline.maths.held import held
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


@lean
def _played(run: Run, site: Site, lanes: Lanes, block: Block, row: int) -> bool:
    """Play on to the last period's end, or until the store of lanes is full; say which."""
    while lanes.free[1] >= 2:
        lane, now = 0, lanes.due[0]
        for other in range(1, run.end + 1):
            if lanes.due[other] < now:
                lane, now = other, lanes.due[other]
        if lane == run.end:
            happenings.period_ended(run, site, lanes, block, row, now)
            if site.whole[happenings.PERIOD] == run.edges.size - 1:
                return True
            continue
        site.whole[happenings.EVENTS_SO_FAR] += 1
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


@lean
def _ran(run: Run, site: Site, lanes: Lanes, block: Block, row: int, is_new: bool) -> bool:
    """Play a replication on from day 0, or from where there was no room; say whether to its end."""
    here, there, lines, kept = held(run), held(site), held(lanes), held(block)
    if is_new:
        happenings.opened(here, there, lines)
    if not _played(here, there, lines, kept, row):
        return False
    happenings.closed(here, there, lines, kept, row)
    return True


@compiled
def _block(
    pool: Pool,
    laws: Laws,
    law: NDArray[np.int64],
    factor: NDArray[np.float64],
    arrivals: Arrivals,
    edges: NDArray[np.float64],
    seed: int,
    stream: int,
    first_replication: int,
    returned_share: float,
    is_exponential: bool,
    by_location: bool,
) -> Block:
    """Play the replications of ``simulate_block`` one after another."""
    replications, locations = law.size, pool.rate.size
    kept = replications if by_location else 0
    block = Block(
        np.zeros((replications, edges.size - 1)),
        np.empty(replications),
        np.empty((replications, pooling.COUNTS), np.int64),
        np.zeros((kept, edges.size - 1, locations)),
        np.zeros((kept, edges.size - 1, locations), np.int64),
    )
    site, parcels = happenings.site_of(pool)
    end = happenings.PARCELS + parcels
    lanes = queues.lanes_of(end + 2, _FIRST_SLOTS)
    for row in range(replications):
        run = Run(
            pool,
            laws,
            arrivals,
            edges,
            law[row],
            factor[row],
            returned_share,
            is_exponential,
            seed,
            stream,
            first_replication + row,
            end + 1,
            end,
        )
        is_new = True
        while True:  # asked for in one place: a place each would be compiled each
            if _ran(run, site, lanes, block, row, is_new):
                break
            lanes, is_new = queues.grown(lanes), False
    return block


def simulate_block(
    pool: Pool,
    laws: Laws,
    law: NDArray[np.int64],
    arrivals: Arrivals,
    edges: NDArray[np.float64],
    seed: int,
    stream: int,
    first_replication: int,
    returned_share: float,
    is_exponential: bool,
    by_location: bool,
) -> Block:
    """Play a block of replications of one pool, event by event.

    Args:
        pool: The pool: rates, ship days, stock, repair and lead times.
        laws: What is left of supply and repair over time.
        law: int64[replications], row of ``laws`` that each replication runs under.
        arrivals: Orders due and purchases, in order of day.
        edges: float64[periods + 1], rising, days 0 or later; measures start at the first edge
            (the play itself at day 0) and stop at the last.
        seed: Seed of the whole run, 0 or more.
        stream: Number of the pool's stream, below 2**32; the same under every plan.
        first_replication: Number of the first replication of the block.
        returned_share: Chance that what is in repair at a cut comes back (rho), 0 to 1.
        is_exponential: Draw repair times from an exponential law instead of the fixed days.
        by_location: Also keep unit-days and units short by location.

    Returns:
        The records of the block, a row for each replication, the same bits whatever the block.

    A depot without stock waits exactly the ship time for each unit (Little 1961): 1 a day
    for 4 days is 4 units short, here within a tenth over 2,000 days.

    >>> from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Pool
    >>> pool = Pool(np.array([0.0, 1.0]), np.array([0.0, 4.0]), np.array([99, 0]), 1.0, 5.0, 9.0)
    >>> block = simulate_block(pool, FULL_SUPPLY, np.zeros(1, np.int64), NO_ARRIVALS,
    ...                        np.array([100.0, 2100.0]), 7, 0, 0, 0.0, False, False)
    >>> bool(abs(block.backorder_days[0, 0] / 2000.0 - 4.0) < 0.4)
    True
    """
    return _block(
        plain_pool(pool),
        plain_laws(laws),
        plain(law, np.int64),
        factors_drawn(pool.rate_shape, int(seed), int(stream), int(first_replication), len(law)),
        plain_arrivals(arrivals),
        plain(edges, np.float64),
        int(seed),
        int(stream),
        int(first_replication),
        float(returned_share),
        bool(is_exponential),
        bool(by_location),
    )
