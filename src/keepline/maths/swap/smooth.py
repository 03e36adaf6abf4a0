"""Prices of the limits by climbing the smoothed bound.

The bound's sum of minima is smoothed to -t ln sum exp(-cost / t), which is below it and has a
gradient: what the jobs take, each spread over its cheapest options, less the limits (Y. Nesterov,
2005). It is climbed by L-BFGS-B (C. Zhu and others, 1997), with t falling in steps.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize

from keepline.maths.compiled import compiled
from keepline.maths.swap.problem import BUDGET, CAPS, CREWS, SHARES, SUPPLY

if TYPE_CHECKING:
    from keepline.maths.swap.master import Items
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows

#: Options dearer than the cheapest by so many t weigh nothing.
FAR = 14.0


class Taken(NamedTuple):
    """What jobs take, for the kernel; the fields as in Jobs and Rows, scaled."""

    count: Number
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


@compiled
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
    return least


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
        total += taken.count[j] * (least - t * np.log(weight))
        add_flows(taken, flows, j, cost, taken.count[j] / weight, by_quarter)
    return total


@compiled
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


@dataclass
class Climb:
    """Prices on their way up.

    Attributes:
        items: Jobs or groups.
        limits: Prices, float64[L].
        stop_at: Moment of ``time.perf_counter`` at which to stop.
    """

    items: Items
    limits: Number
    stop_at: float

    def __post_init__(self) -> None:
        self._taken = taken_of(self.items.rows, self.items.count)
        self._flow = np.zeros((2, int(self.items.rows.first[-1])))
        self._hands = ThreadPoolExecutor(2)
        size = np.abs(self.items.rows.most) + 1.0
        self._step = 1.0 / np.sqrt(size)

    def value(self, limits: Number, t: float) -> tuple[float, Number]:
        """Return the smoothed bound and its gradient."""
        rows = self.items.rows
        prices = by_kind(rows, np.asarray(rows.over.T @ limits))
        half = len(rows.own) // 2
        parts = ((0, half), (half, len(rows.own)))
        self._flow[:] = 0.0
        work = [
            self._hands.submit(smoothed, self._taken, prices, t, *part, by_kind(rows, flow))
            for part, flow in zip(parts, self._flow, strict=True)
        ]
        total = sum(one.result() for one in work)
        flow = self._flow.sum(axis=0)
        return total - float(limits @ rows.most), np.asarray(rows.over @ flow - rows.most)

    def climb(self, t: float, turns: int) -> float:
        """Climb with one t; return the smoothed bound reached."""
        if not len(self.limits):
            return self.value(self.limits, t)[0]

        def down(point: Number) -> tuple[float, Number]:
            value, slope = self.value(point * self._step, t)
            return -value, -slope * self._step

        def check(_: Number) -> None:
            if time.perf_counter() > self.stop_at:
                raise StopIteration

        found = minimize(
            down,
            self.limits / self._step,
            jac=True,
            method="L-BFGS-B",
            bounds=np.column_stack((np.zeros(len(self.limits)), self.items.rows.price / self._step)),
            callback=check,
            options={"maxiter": turns, "maxcor": 20, "ftol": 1e-9, "gtol": 1e-7, "maxls": 30},
        )
        self.limits = found.x * self._step
        return -float(found.fun)
