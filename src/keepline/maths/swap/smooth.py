"""The smoothed bound and its slope.

The bound's sum of minima is smoothed to -t ln sum exp(-cost / t), which is below it and has a
gradient: what the jobs take, each spread over its cheapest options, less the limits (Y. Nesterov,
2005).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.swap.problem import BUDGET, CAPS, CREWS, SHARES, SUPPLY

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows

#: Options dearer than the cheapest by so many t weigh nothing.
FAR = 14.0


class Taken(NamedTuple):
    """What jobs take, for the kernel; the fields as in Jobs and Rows, scaled."""

    times: Number
    pool: Whole
    days: Number
    money: Number
    supply: Number
    own: Number
    cap_first: Whole
    cap_row: Whole
    cap: Number
    share_first: Whole
    share_row: Whole
    share: Number
    share_supplier: Whole


class Prices(NamedTuple):
    """Prices of flows, or flows: each [row, Q]."""

    crews: Number
    supply: Number
    money: Number
    caps: Number
    shares: Number


def taken_of(rows: Rows, count: Number) -> Taken:
    """Return what the kernel reads; items stand for so many jobs each."""
    jobs, unit, first = rows.problem.jobs, rows.flow_unit, rows.first
    is_able = np.isfinite(jobs.cost)
    return Taken(
        count,
        jobs.pool,
        np.ascontiguousarray(np.where(is_able, jobs.crew_days, 0.0) / _unit(unit, first, CREWS)),
        np.ascontiguousarray(np.where(is_able, jobs.cost, 0.0) / _unit(unit, first, BUDGET)),
        jobs.supply / _unit(unit, first, SUPPLY),
        rows.own,
        rows.cap.indptr.astype(np.int64),
        rows.cap.indices.astype(np.int64),
        rows.cap.data,
        rows.share.indptr.astype(np.int64),
        rows.share.indices.astype(np.int64),
        rows.share.data,
        rows.problem.limits.shares.supplier.astype(np.int64),
    )


def _unit(unit: Number, first: Whole, kind: int) -> float:
    return float(unit[first[kind]]) if first[kind + 1] > first[kind] else 1.0


def by_kind(rows: Rows, flow: Number) -> Prices:
    """Return what belongs to flows by kind, as tables by row and quarter."""
    quarters = rows.problem.quarters
    return Prices(
        *(
            flow[rows.first[k] : rows.first[k + 1]].reshape(-1, quarters)
            for k in (CREWS, SUPPLY, BUDGET, CAPS, SHARES)
        )
    )


@inner
def option_costs(taken: Taken, prices: Prices, j: int, of_caps: Number, cost: Number) -> float:
    """Fill the cost of each option of job j; return the least."""
    quarters, suppliers = prices.money.shape[1], taken.days.shape[1]
    of_caps[:] = 0.0
    for at in range(taken.cap_first[j], taken.cap_first[j + 1]):
        for q in range(quarters):
            of_caps[q] += taken.cap[at] * prices.caps[taken.cap_row[at], q]
    least = taken.own[j, suppliers * quarters]
    cost[suppliers * quarters] = least
    pool = taken.pool[j]
    for k in range(suppliers):
        days, money, supply = taken.days[j, k], taken.money[j, k], taken.supply[j]
        o = k * quarters
        for q in range(quarters):
            cost[o + q] = (
                taken.own[j, o + q]
                + days * prices.crews[pool, q]
                + supply * prices.supply[k, q]
                + money * prices.money[0, q]
                + of_caps[q]
            )
        for at in range(taken.share_first[j], taken.share_first[j + 1]):
            if taken.share_supplier[taken.share_row[at]] == k:
                for q in range(quarters):
                    cost[o + q] += taken.share[at] * prices.shares[taken.share_row[at], q]
        for q in range(quarters):
            least = min(least, cost[o + q])
    return float(least)


@compiled
def smoothed(taken: Taken, prices: Prices, t: float, begin: int, end: int, flows: Prices) -> float:
    """Return the sum over jobs of the smoothed least cost; add up what they take."""
    quarters, suppliers = prices.money.shape[1], taken.days.shape[1]
    cost, by_quarter = np.empty(suppliers * quarters + 1), np.empty(quarters)
    total = 0.0
    for j in range(begin, end):
        least = option_costs(taken, prices, j, by_quarter, cost)
        limit, weight = least + FAR * t, 0.0
        for o in range(suppliers * quarters + 1):
            cost[o] = np.exp((least - cost[o]) / t) if cost[o] < limit else 0.0
            weight += cost[o]
        total += taken.times[j] * (least - t * np.log(weight))
        add_flows(taken, flows, j, cost, taken.times[j] / weight, by_quarter)
    return float(total)


@inner
def add_flows(
    taken: Taken, flows: Prices, j: int, part: Number, times: float, by_quarter: Number
) -> None:
    """Add what so many times each part of the options of job j takes."""
    quarters, pool = flows.money.shape[1], taken.pool[j]
    by_quarter[:] = 0.0
    for k in range(taken.days.shape[1]):
        days, money, supply = taken.days[j, k], taken.money[j, k], taken.supply[j]
        o = k * quarters
        for q in range(quarters):
            if part[o + q] > 0.0:
                much = times * part[o + q]
                by_quarter[q] += much
                flows.crews[pool, q] += much * days
                flows.supply[k, q] += much * supply
                flows.money[0, q] += much * money
        for at in range(taken.share_first[j], taken.share_first[j + 1]):
            if taken.share_supplier[taken.share_row[at]] == k:
                for q in range(quarters):
                    much = times * part[o + q]
                    flows.shares[taken.share_row[at], q] += much * taken.share[at]
    for at in range(taken.cap_first[j], taken.cap_first[j + 1]):
        for q in range(quarters):
            flows.caps[taken.cap_row[at], q] += by_quarter[q] * taken.cap[at]
