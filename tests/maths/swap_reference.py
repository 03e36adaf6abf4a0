"""A programme judged from the raw arrays, and the best one by trying all, with no code of ours."""

from __future__ import annotations

import itertools
import time

import numpy as np

from keepline.maths.swap.problem import (
    Budget,
    Caps,
    Limits,
    Prices,
    Problem,
    Shares,
    jobs_of,
)


def within(seconds):
    """Return a clock that runs down from now."""
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def check(problem, quarter, supplier):
    """Return cost, penalty at the given prices, and excess as {(kind, row, quarter): amount}."""
    jobs, limits, quarters = problem.jobs, problem.limits, len(problem.discount)
    n = len(jobs.cost)
    cost, excess, late = 0.0, {}, 0.0
    crews = np.zeros(limits.crews.shape)
    supply = np.zeros(limits.supply.shape)
    money = np.zeros(quarters)
    visits = set()
    for j in range(n):
        q, k = int(quarter[j]), int(supplier[j])
        assert (q == quarters) == (k == -1)
        cost += jobs.late_cost[j] * max(0, q - jobs.due[j])
        late += max(0, q - jobs.latest[j])
        if q == quarters:
            continue
        assert q >= jobs.earliest[j]
        assert np.isfinite(jobs.cost[j, k])
        cost += jobs.cost[j, k] * problem.discount[q] - problem.worth[jobs.kind[j], q]
        crews[jobs.pool[j], q] += jobs.crew_days[j, k]
        supply[k, q] += jobs.supply[j]
        money[q] += jobs.cost[j, k]
        if jobs.cluster[j] >= 0 and len(problem.mobilise):
            visits.add((int(jobs.cluster[j]), q))
    for c, q in visits:
        cost += problem.mobilise[c] * problem.discount[q]
        money[q] += problem.mobilise[c]
    for p, q in np.ndindex(*crews.shape):
        excess[0, p, q] = crews[p, q] - limits.crews[p, q]
    for k, q in np.ndindex(*supply.shape):
        excess[1, k, q] = supply[k, q] - limits.supply[k, q]
    for b in range(len(limits.budget.most)):
        window = money[limits.budget.first[b] : limits.budget.last[b] + 1]
        excess[2, b, 0] = window.sum() - limits.budget.most[b]
    for r, q in np.ndindex(*limits.caps.most.shape):
        left = limits.caps.weight[r][np.asarray(quarter) > q].sum()
        excess[3, r, q] = left - limits.caps.most[r, q]
    for s, q in np.ndindex(*limits.shares.most.shape):
        given = (np.asarray(supplier) == limits.shares.supplier[s]) & (np.asarray(quarter) <= q)
        excess[4, s, q] = limits.shares.weight[s][given].sum() - limits.shares.most[s, q]
    excess = {key: value for key, value in excess.items() if value > 1e-7}
    return cost, excess, late


def penalty_of(problem, excess, late):
    """Return the price of an excess where every price is one figure."""
    prices = problem.prices
    each = (prices.crews, prices.supply, prices.budget, prices.caps, prices.shares)
    return sum(each[kind] * amount for (kind, _, _), amount in excess.items()) + prices.late * late


def every_programme(problem):
    quarters = len(problem.discount)
    n, suppliers = problem.jobs.cost.shape
    choices = [
        [(quarters, -1)]
        + [
            (q, k)
            for q in range(int(problem.jobs.earliest[j]), quarters)
            for k in range(suppliers)
            if np.isfinite(problem.jobs.cost[j, k])
        ]
        for j in range(n)
    ]
    for chosen in itertools.product(*choices):
        yield np.array([q for q, _ in chosen]), np.array([k for _, k in chosen])


def drawn(seed, n=4, mobilise=False, prices=True):
    """Return a small problem with every kind of limit, 3 quarters and 2 suppliers."""
    quarters, suppliers = 3, 2
    draw = np.random.default_rng(seed)
    cost = np.round(draw.uniform(5.0, 20.0, (n, suppliers)), 2)
    cost[draw.random((n, suppliers)) < 0.15] = np.inf
    days = np.round(draw.uniform(1.0, 5.0, (n, suppliers)), 1)
    latest = draw.choice([quarters, quarters, quarters - 1, 1], n)
    jobs = jobs_of(
        cost,
        days,
        quarters,
        pool=draw.integers(0, 2, n),
        supply=draw.choice([1.0, 1.0, 2.0], n),
        earliest=draw.choice([0, 0, 0, 1], n),
        latest=latest,
        due=draw.integers(0, quarters + 1, n),
        late_cost=np.round(draw.uniform(0.0, 2.0, n), 2),
        kind=draw.integers(0, 2, n),
        cluster=draw.integers(-1, 2, n) if mobilise else np.full(n, -1),
    )
    weight = np.array([np.ones(n), np.round(draw.lognormal(0.0, 0.7, n), 2)])
    weight[1][draw.random(n) < 0.3] = 0.0
    most = np.full((2, quarters), np.inf)
    most[0, 1:], most[1, -1] = np.floor(n * 0.6), round(0.3 * weight[1].sum(), 2)
    share_most = np.full((1, quarters), np.inf)
    share_most[0, -1] = max(1.0, n // 2)
    money = np.round(draw.uniform([10, 30], [30, 70]), 1)
    limits = Limits(
        np.round(draw.uniform(2.0, 8.0, (2, quarters)), 1),
        draw.choice([1.0, 2.0, 3.0, np.inf], (suppliers, quarters)),
        Budget(np.array([0, 0]), np.array([0, quarters - 1]), money),
        Caps(weight, most),
        Shares(np.array([0]), np.ones((1, n)), share_most),
    )
    return Problem(
        jobs,
        limits,
        0.95 ** np.arange(quarters),
        np.round(draw.uniform(0.0, 4.0, (2, quarters)), 2),
        np.array([3.0, 6.0]) if mobilise else np.zeros(0),
        Prices(7.0, 9.0, 1.5, 11.0, 8.0, 13.0) if prices else None,
    )
