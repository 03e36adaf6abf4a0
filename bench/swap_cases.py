"""Make replacement programmes from a seed, as arrays."""

from __future__ import annotations

import numpy as np

from keepline.maths.swap.problem import (
    Budget,
    Caps,
    Limits,
    Problem,
    Shares,
    jobs_of,
)

QUARTERS, SUPPLIERS = 28, 3
REGIONS, OPERATORS = 12, 4
SEED = 20200714


def programme(n: int, seed: int = SEED, mobilise: float = 0.0) -> Problem:
    """Return a programme of n sites, all of them high-risk, 28 quarters and 3 suppliers.

    Crew days, cost and traffic of sites differ widely; large sites carry more traffic and cost
    more. Four operators are each held to 35 % of sites and of traffic from quarter 14, 15 % from
    quarter 21, and to 2 % in the last; every twelfth site is sensitive, and due by quarter 8.
    Crews could do about 1.45 times all the work; two quarters are half frozen; suppliers start
    small and grow; no supplier may have more than 45 % of sites of an operator.

    Args:
        n: Sites.
        seed: Of all draws.
        mobilise: Cost of mobilising in a cluster of about 50 sites, in mean costs of a site.
    """
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0.0, 0.45, n)
    traffic = size**1.3 * draw.lognormal(0.0, 0.5, n)
    premises = draw.lognormal(0.0, 0.8, n)
    maker = np.array([1.0, 1.06, 1.13])
    cost = 60_000.0 * size[:, None] * maker * draw.lognormal(0.0, 0.12, (n, SUPPLIERS))
    days = np.round(9.0 * size[:, None] ** 0.7 * draw.lognormal(0.0, 0.2, (n, SUPPLIERS)), 1)
    pool = draw.choice(REGIONS, n, p=draw.dirichlet(np.full(REGIONS, 8.0)))
    operator = draw.choice(OPERATORS, n, p=[0.35, 0.3, 0.2, 0.15])
    latest = np.where(draw.random(n) < 1 / 12, 8, QUARTERS)
    cost[draw.random((n, SUPPLIERS)) < [0.0, 0.05, 0.15]] = np.inf
    ramp = np.minimum(1.0, (np.arange(QUARTERS) + 2) / 8.0)
    season = 1.0 - 0.5 * np.isin(np.arange(QUARTERS), (5, 17))
    work = np.bincount(pool, days.mean(axis=1), REGIONS)
    crews = np.round(1.45 * work[:, None] * ramp * season / (ramp * season).sum())
    crews = np.maximum(crews, 40.0 * season)
    supply = np.ceil(np.outer([0.55, 0.5, 0.45], n * ramp / ramp.sum()))
    supply[2, :2] = 0.0
    mean = 60_000.0 * 1.12
    yearly = np.arange(0, QUARTERS, 4)
    budget = Budget(
        yearly, yearly + 3, np.round(1.4 * n * mean * np.add.reduceat(ramp, yearly) / ramp.sum())
    )
    clusters = max(1, n // 50)
    group = draw.integers(0, clusters, n)
    pool = np.where(mobilise > 0.0, group % REGIONS, pool)
    if mobilise > 0.0:
        work = np.bincount(pool, days.mean(axis=1), REGIONS)
        crews = np.maximum(
            np.round(1.45 * work[:, None] * ramp * season / (ramp * season).sum()), 40.0 * season
        )
    return Problem(
        jobs=jobs_of(
            cost,
            days,
            QUARTERS,
            pool=pool,
            latest=latest,
            due=np.where(latest < QUARTERS, 0, QUARTERS),
            late_cost=np.where(latest < QUARTERS, 200.0, 0.0),
            cluster=group if mobilise > 0.0 else np.full(n, -1),
        ),
        limits=Limits(crews, supply, budget, _caps(operator, traffic, premises), _shares(operator)),
        discount=1.035 ** (-np.arange(QUARTERS) / 4.0),
        worth=np.outer([1.0], 3_000.0 * (1.0 - np.arange(QUARTERS) / QUARTERS)),
        mobilise=np.full(clusters, mobilise * mean) if mobilise > 0.0 else np.zeros(0),
    )


def _caps(operator: np.ndarray, traffic: np.ndarray, premises: np.ndarray) -> Caps:
    falling = np.full(QUARTERS, np.inf)
    falling[14:21], falling[21:27], falling[27] = 0.35, 0.15, 0.02
    weights = [
        np.where(operator == one, metric, 0.0)
        for one in range(OPERATORS)
        for metric in (np.ones(len(operator)), traffic, premises)
    ]
    weight = np.array(weights)
    return Caps(weight, weight.sum(axis=1)[:, None] * falling)


def _shares(operator: np.ndarray) -> Shares:
    weight = np.array(
        [(operator == one).astype(float) for one in range(OPERATORS) for _ in range(SUPPLIERS)]
    )
    most = np.full((len(weight), QUARTERS), np.inf)
    most[:, -1] = np.floor(0.45 * weight.sum(axis=1))
    return Shares(np.tile(np.arange(SUPPLIERS), OPERATORS), weight, most)
