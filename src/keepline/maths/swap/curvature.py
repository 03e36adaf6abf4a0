"""Curvature of the smoothed bound, for Newton's steps.

With weights w of a job's options and what each takes of the limits, a, the second derivative is
-(sum w a a' - (sum w a)(sum w a)') / t, added up over jobs. A part of the jobs is enough: it says
in which direction and about how far to step, and whether the step was good is seen from all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.swap.smooth import Prices, Taken, option_costs

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole

#: Options of less weight are left out.
LIGHT = 2e-3


class Over(NamedTuple):
    """Limits by flow."""

    first_flow: Whole  # of each kind [6]
    first: Whole  # [M + 1] limits of flow m are limit[first[m]:first[m + 1]]
    limit: Whole
    sign: Number
    place: Whole  # [L] place of a limit in the curvature, -1 where it is left out


@compiled
def curved(taken: Taken, prices: Prices, over: Over, t: float, jobs: Whole, curve: Number) -> int:
    """Add up the curvature of some jobs, without the sign and 1 / t; return the work it was.

    Args:
        taken: What jobs take.
        prices: Of flows.
        over: Limits by flow.
        t: Of the smoothing.
        jobs: Which.
        curve: float64[places, places], changed.
    """
    quarters, suppliers = prices.money.shape[1], taken.days.shape[1]
    options, places = suppliers * quarters + 1, curve.shape[0]
    cost, by_quarter = np.empty(options), np.empty(quarters)
    mean, is_met = np.zeros(places), np.zeros(places, np.bool_)
    met, place, amount = np.empty(places, np.int64), np.empty(places, np.int64), np.empty(places)
    work = 0
    for j in jobs:
        least = option_costs(taken, prices, j, by_quarter, cost)
        weight = 0.0
        for o in range(options):
            cost[o] = np.exp((least - cost[o]) / t)
            weight += cost[o]
        count = 0
        for o in range(options - 1):
            part = cost[o] / weight
            if part < LIGHT:
                continue
            size = taken_by(taken, over, j, o, quarters, place, amount)
            work += size * size
            for one in range(size):
                times = taken.times[j] * part * amount[one]
                for two in range(size):
                    curve[place[one], place[two]] += times * amount[two]
                if not is_met[place[one]]:
                    is_met[place[one]] = True
                    met[count] = place[one]
                    count += 1
                mean[place[one]] += part * amount[one]
        work += count * count
        for one in range(count):
            times = taken.times[j] * mean[met[one]]
            for two in range(count):
                curve[met[one], met[two]] -= times * mean[met[two]]
        for one in range(count):
            mean[met[one]], is_met[met[one]] = 0.0, False
    return work


@inner
def taken_by(
    taken: Taken, over: Over, j: int, option: int, quarters: int, place: Whole, amount: Number
) -> int:
    """Fill what an option of job j takes of the limits; return of how many."""
    k, q = option // quarters, option % quarters
    flow = over.first_flow
    size = put(over, flow[0] + taken.pool[j] * quarters + q, taken.days[j, k], 0, place, amount)
    size = put(over, flow[1] + option, taken.supply[j], size, place, amount)
    size = put(over, flow[2] + q, taken.money[j, k], size, place, amount)
    for at in range(taken.cap_first[j], taken.cap_first[j + 1]):
        m = flow[3] + taken.cap_row[at] * quarters + q
        size = put(over, m, taken.cap[at], size, place, amount)
    for at in range(taken.share_first[j], taken.share_first[j + 1]):
        row = taken.share_row[at]
        if taken.share_supplier[row] == k:
            size = put(over, flow[4] + row * quarters + q, taken.share[at], size, place, amount)
    return size


@inner
def put(over: Over, flow: int, much: float, size: int, place: Whole, amount: Number) -> int:
    """Put what so much of a flow is of its limits behind the first entries; return how many."""
    if much == 0.0:
        return size
    for at in range(over.first[flow], over.first[flow + 1]):
        here = over.place[over.limit[at]]
        if here >= 0:
            place[size], amount[size] = here, much * over.sign[at]
            size += 1
    return size
