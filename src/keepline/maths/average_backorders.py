"""Expected units short of one pool, averaged over months: exact but for a quadrature.

At any moment the expected backorders are those of the exact two-echelon law
(:mod:`keepline.maths.echelon`). Between the moments at which stock comes or a flow of restorations
begins or ends they are an entire function of time, so Gauss's rule of a few points for each
stretch leaves no error that shows beside an interval of the simulation.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.doubt import nodes_for
from keepline.maths.echelon import depot_ebo
from keepline.maths.outstanding import most_outstanding, outstanding_mean, supply_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow
    from keepline.maths.pooling import Arrivals, Laws, Pool

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(8)


@inner
def _kinks(
    flow: Flow,
    day: NDArray[np.float64],
    location: NDArray[np.int64],
    edges: NDArray[np.float64],
    ship: float,
) -> NDArray[np.float64]:
    """Return the moments between which the backorders of a place are smooth, in order."""
    late = np.where(location == 0, ship, 0.0)
    begins, ends = flow.start + flow.delay + ship, flow.end + flow.delay + ship
    marks = np.concatenate((edges, np.array([ship]), begins, ends, day + late))
    return np.unique(marks[(marks >= edges[0]) & (marks <= edges[-1])])


@compiled
def _place_average(
    rate: NDArray[np.float64], ship: float, on_hand: NDArray[np.int64], flow: Flow,
    day: NDArray[np.float64], location: NDArray[np.int64], quantity: NDArray[np.int64],
    edges: NDArray[np.float64], place: int, points: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Return the expected unit-days short of a place in each period."""
    found = np.zeros(edges.size - 1)
    total = rate.sum()
    marks = _kinks(flow, day, location, edges, ship)
    for k in range(marks.size - 1):
        begin, end = marks[k], marks[k + 1]
        middle = 0.5 * (begin + end)
        period = np.searchsorted(edges, middle) - 1
        central, own = on_hand[0], 0 if place == 0 else on_hand[place]
        for row in range(day.size):
            if location[row] == 0 and day[row] + ship <= middle:
                central += quantity[row]
            elif location[row] == place and place > 0 and day[row] <= middle:
                own += quantity[row]
        # the law is as wide as the root of its mean: no stretch may step over it
        wide = 1.0 + math.sqrt(outstanding_mean(total, flow, end - ship))
        stretches = 1 + int(total * (end - begin) / (4.0 * wide))
        half = 0.5 * (end - begin) / stretches
        for stretch in range(stretches):
            for point in range(points.size):
                now = begin + half * (2 * stretch + 1 + points[point])
                m0 = outstanding_mean(total, flow, now - ship)
                a = rate[place] * min(max(now, 0.0), ship)
                short = depot_ebo(m0, central, a, rate[place] / total, own)
                found[period] += half * weights[point] * short
    return found


def _flow_of(pool: Pool, laws: Laws, law: int, returned_share: float) -> Flow:
    """Return what is restored to a pool under a law."""
    steps = slice(laws.first[law], laws.first[law + 1])
    return supply_flow(
        np.array(laws.start[steps], np.float64),
        np.array(laws.supply_share[steps], np.float64),
        np.array(laws.lead_factor[steps], np.float64),
        np.array(laws.repair_left[steps], np.float64),
        float(pool.repair_share),
        float(pool.repair_days),
        float(pool.lead_days),
        float(returned_share),
    )


def average_backorders(
    pool: Pool,
    laws: Laws,
    law: int,
    arrivals: Arrivals,
    edges: NDArray[np.float64],
    returned_share: float = 0.0,
) -> NDArray[np.float64]:
    """Return the expected units short of a pool, all locations, averaged over each period.

    What is played by :func:`keepline.maths.events.simulate_block` has this mean.

    Args:
        pool: The pool; its rate may be uncertain.
        laws: What is left of supply and repair over time.
        law: The law that it follows.
        arrivals: Units that come.
        edges: float64[periods + 1], rising, days 0 or later.
        returned_share: Chance that what is in repair at a cut comes back.

    Returns:
        float64[periods].

    The centre alone, nothing restored, one removal a day, no stock: 5 short on average in the
    first 10 days, 15 in the next 10.

    >>> from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Pool
    >>> alone = Pool(np.ones(1), np.zeros(1), np.zeros(1, np.int64), 0.0, 1.0, np.inf)
    >>> average_backorders(alone, FULL_SUPPLY, 0, NO_ARRIVALS, np.array([0.0, 10.0, 20.0])).round(9)
    array([ 5., 15.])
    """
    days = np.diff(edges)
    if pool.rate.sum() <= 0.0:
        return np.zeros(len(days))
    flow = _flow_of(pool, laws, law, returned_share)
    most = most_outstanding(float(pool.rate.sum()), flow, float(edges[-1]))
    nodes = nodes_for(float(pool.rate_shape), most)
    found = np.zeros(len(days))
    for factor, weight in zip(nodes.factor, nodes.weight, strict=True):
        for place in np.flatnonzero(pool.rate > 0.0):
            found += weight * _place_average(
                np.array(pool.rate * factor, np.float64),
                float(pool.ship_days[place]) if place else 0.0,
                np.array(pool.on_hand, np.int64),
                flow,
                np.array(arrivals.day, np.float64),
                np.array(arrivals.location, np.int64),
                np.array(arrivals.quantity[law], np.int64),
                np.array(edges, np.float64),
                int(place),
                _POINTS,
                _WEIGHTS,
            )
    return found / days
