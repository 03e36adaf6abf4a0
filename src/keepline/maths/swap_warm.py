"""Solve a small programme of every kind of limit, so that what has to be compiled is compiled.

Compiling takes as long as a search does; whoever gives a search its time does this first.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from keepline.maths.swap.problem import Budget, Caps, Limits, Problem, Shares, jobs_of
from keepline.maths.swap.solve import solve

JOBS, QUARTERS, SUPPLIERS, POOLS = 240, 8, 2, 3
#: Looks at the clock after which the search ends.
LOOKS: Final = 60


def small() -> Problem:
    """Return a programme too large to be solved whole, with limits of every kind."""
    draw = np.random.default_rng(0)
    cost = draw.uniform(50.0, 150.0, (JOBS, SUPPLIERS))
    days = draw.uniform(1.0, 4.0, (JOBS, SUPPLIERS))
    weight = np.stack((np.ones(JOBS), draw.uniform(1.0, 9.0, JOBS)))
    falling = np.where(np.arange(QUARTERS) < QUARTERS // 2, np.inf, 0.3)
    every = np.arange(QUARTERS)
    limits = Limits(
        crews=np.full((POOLS, QUARTERS), 1.2 * days.mean() * JOBS / POOLS / QUARTERS),
        supply=np.full((SUPPLIERS, QUARTERS), 0.6 * JOBS / QUARTERS),
        budget=Budget(every, every, np.full(QUARTERS, 1.2 * cost.mean() * JOBS / QUARTERS)),
        caps=Caps(weight, weight.sum(axis=1)[:, None] * falling),
        shares=Shares(
            np.arange(SUPPLIERS), np.ones((SUPPLIERS, JOBS)),
            np.full((SUPPLIERS, QUARTERS), 0.6 * JOBS),
        ),
    )  # fmt: skip
    jobs = jobs_of(
        cost, days, QUARTERS, pool=draw.integers(0, POOLS, JOBS),
        kind=draw.integers(0, 2, JOBS), latest=np.where(draw.random(JOBS) < 0.1, 5, QUARTERS),
    )  # fmt: skip
    worth = np.outer([1.0, 2.0], np.linspace(5.0, 0.0, QUARTERS))
    discount = np.power(0.99, np.arange(QUARTERS, dtype=np.float64))
    return Problem(jobs, limits, discount, worth)


def warm() -> None:
    """Compile what a search needs; done already, it takes a second or two."""
    looks = iter(range(LOOKS, -1, -1))
    solve(small(), lambda: 0.01 * next(looks, 0), gap=0.0)
