"""Curvature of the smoothed bound, for Newton's steps.

With weights w of a job's options and what each takes of flows, a, the second derivative is
-(sum w a a' - (sum w a)(sum w a)') / t, added up over jobs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled
from keepline.maths.swap.smooth import Prices, Taken, option_costs

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole

#: Options of less weight are left out.
LIGHT = 1e-3


@compiled
def curved(
    taken: Taken, prices: Prices, first: Whole, t: float, begin: int, end: int, curve: Number
) -> None:
    """Add up the curvature of jobs begin..end-1 into float64[M, M], without the sign and 1 / t.

    Args:
        taken: What jobs take.
        prices: Of flows.
        first: First flow of each kind.
        t: Of the smoothing.
        begin: First job.
        end: One behind the last job.
        curve: Changed.
    """
    quarters, suppliers = prices.money.shape[1], taken.days.shape[1]
    options = suppliers * quarters + 1
    cost, by_quarter = np.empty(options), np.empty(quarters)
    mean = np.zeros(curve.shape[0])
    met = np.empty(curve.shape[0], np.int64)
    flow, amount = np.empty(curve.shape[0], np.int64), np.empty(curve.shape[0])
    for j in range(begin, end):
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
            size = taken_by(taken, first, j, o, quarters, flow, amount)
            times = taken.count[j] * part
            for one in range(size):
                for two in range(size):
                    curve[flow[one], flow[two]] += times * amount[one] * amount[two]
                if mean[flow[one]] == 0.0:
                    met[count] = flow[one]
                    count += 1
                mean[flow[one]] += part * amount[one]
        for one in range(count):
            times = taken.count[j] * mean[met[one]]
            for two in range(count):
                curve[met[one], met[two]] -= times * mean[met[two]]
        for one in range(count):
            mean[met[one]] = 0.0


@compiled
def taken_by(
    taken: Taken, first: Whole, j: int, option: int, quarters: int, flow: Whole, amount: Number
) -> int:
    """Fill the flows that an option of job j takes, and how much; return how many."""
    k, q = option // quarters, option % quarters
    flow[0], amount[0] = first[0] + taken.pool[j] * quarters + q, taken.days[j, k]
    flow[1], amount[1] = first[1] + option, taken.supply[j]
    flow[2], amount[2] = first[2] + q, taken.money[j, k]
    size = 0
    for at in range(3):
        if amount[at] > 0.0:
            flow[size], amount[size] = flow[at], amount[at]
            size += 1
    for at in range(taken.cap_first[j], taken.cap_first[j + 1]):
        if taken.cap[at] > 0.0:
            flow[size], amount[size] = first[3] + taken.cap_row[at] * quarters + q, taken.cap[at]
            size += 1
    for at in range(taken.share_first[j], taken.share_first[j + 1]):
        row = taken.share_row[at]
        if taken.share_supplier[row] == k and taken.share[at] > 0.0:
            flow[size], amount[size] = first[4] + row * quarters + q, taken.share[at]
            size += 1
    return size
