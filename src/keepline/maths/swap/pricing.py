"""What each option costs under prices of the limits, and the bound that prices certify.

For any prices y of the limits, 0 <= y <= the price of what goes beyond them, no programme costs
less than

    sum over jobs of (the cheapest option at own cost + y over @ what it takes) - y @ most

(weak duality; H. Everett, 1963). With mobilising, each job pays part of what its cluster's quarter
costs, all jobs of a cluster together never more than the whole of it (:mod:`.sharing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.swap.problem import BUDGET, CAPS, CREWS, SHARES, SUPPLY
from keepline.maths.swap.sharing import shared

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number
    from keepline.maths.swap.rows import Rows


class Priced(NamedTuple):
    """Options under prices.

    Attributes:
        bound: No programme costs less, scaled.
        cost: Of each option with what it takes, float64[n, K * Q + 1], mobilising left out.
        least: What each job pays at least, with its part of mobilising, float64[n].
        limits: The prices of the limits that were used, float64[L].
    """

    bound: float
    cost: Number
    least: Number
    limits: Number


def priced(rows: Rows, limits: Number, start: Number | None = None) -> Priced:
    """Return options under prices of the limits, and the bound they certify.

    Args:
        rows: Limits and own costs.
        limits: Prices [L]; what lies outside 0 and the price beyond is cut off.
        start: With mobilising: what each job might pay at least [n].
    """
    limits = np.clip(limits, 0.0, rows.price)
    flow = np.asarray(rows.over.T @ limits)
    cost = options(rows, flow)
    if rows.mobilise.any():
        least = shared(rows, cost, mobilising(rows, flow), start)
    else:
        least = cost.min(axis=1, initial=np.inf)
    right = float(limits @ rows.most)
    # floating-point sums are off by less than this
    doubt = 1e-12 * (float(np.abs(least).sum()) + float(limits @ np.abs(rows.most)))
    return Priced(float(least.sum()) - right - doubt, cost, least, limits)


def mobilising(rows: Rows, flow: Number) -> Number:
    """Return what mobilising costs under prices of the flows, float64[C, Q]."""
    first, last = rows.first[BUDGET], rows.first[BUDGET + 1]
    spent = rows.problem.mobilise[:, None] / rows.flow_unit[first:last]
    return np.asarray(rows.mobilise + spent * flow[first:last])


def options(rows: Rows, flow: Number) -> Number:
    """Return the cost of every option under prices of the flows, float64[n, K * Q + 1]."""
    problem, jobs, first = rows.problem, rows.problem.jobs, rows.first
    quarters = problem.quarters
    scaled = flow / rows.flow_unit
    kinds = [scaled[first[k] : first[k + 1]].reshape(-1, quarters) for k in range(len(first) - 1)]
    of_crews = kinds[CREWS][jobs.pool]
    of_caps = rows.cap @ flow[first[CAPS] : first[CAPS + 1]].reshape(-1, quarters)
    cost = rows.own.copy()
    for k in range(problem.suppliers):
        part = cost[:, k * quarters : (k + 1) * quarters]
        if rows.live[CREWS]:
            part += jobs.crew_days[:, k, None] * of_crews
        if rows.live[SUPPLY]:
            part += jobs.supply[:, None] * kinds[SUPPLY][k]
        if rows.live[BUDGET]:
            money = np.where(np.isfinite(jobs.cost[:, k]), jobs.cost[:, k], 0.0)
            part += money[:, None] * kinds[BUDGET][0]
        if rows.live[CAPS]:
            part += of_caps
        of = np.nonzero(problem.limits.shares.supplier == k)[0]
        if rows.live[SHARES] and len(of):
            weights = flow[first[SHARES] : first[SHARES + 1]].reshape(-1, quarters)
            part += rows.share[:, of] @ weights[of]
    return cost
