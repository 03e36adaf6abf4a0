"""A programme made better: some jobs let go and put back exactly, again and again.

A few hundred jobs are freed, those whose next option is hardly dearer, near limits that leave
something unused; an integer programme with their true figures places them anew while all others
stay. Whatever it finds is judged again before it counts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.swap.groups import nearest
from keepline.maths.swap.judge import Judged, judged, opened_by
from keepline.maths.swap.master import Columns, Items, picked

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.maths.swap.pricing import Priced
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows


def part_of(rows: Rows, free: Whole, option: Whole) -> Items:
    """Return some jobs as items, with all others fixed at their options."""
    fixed = option.copy()
    fixed[free] = rows.stay
    some = replace(
        rows,
        problem=replace(rows.problem, jobs=rows.problem.jobs.taken(free)),
        own=rows.own[free],
        cap=rows.cap[free],
        share=rows.share[free],
        late_price=rows.late_price[free],
    )
    opened = opened_by(rows, fixed).astype(bool)
    return Items(some, np.ones(len(free)), rows.flows(fixed), opened)


def unused(rows: Rows, found: Priced, option: Whole) -> Number:
    """Return what each limit adds to the distance from the bound, float64[L]."""
    beyond = np.asarray(rows.over @ rows.flows(option)) - rows.most
    return np.where(beyond > 0.0, beyond * (rows.price - found.limits), -beyond * found.limits)


@dataclass
class Refining:
    """A programme on its way down.

    Attributes:
        rows: Limits and own costs.
        found: Prices, and the bound they certify.
        cost: Of options under them; inf for those not to be used.
        option: Of each job, int64[n].
        judged: Its figures.
        stop_at: Moment of ``time.monotonic`` at which to stop.
    """

    rows: Rows
    found: Priced
    cost: Number
    option: Whole
    judged: Judged
    stop_at: float

    def run(self, enough: float, on_better: Callable[[Whole, Judged], None]) -> None:
        """Refine until the objective is not above ``enough``, or time is out."""
        draw = np.random.default_rng(1)
        size = SIZE
        while time.monotonic() < self.stop_at and self.judged.objective > enough:
            free = self._chosen(draw, size)
            if self._placed_anew(free):
                on_better(self.option, self.judged)

    def _chosen(self, draw: np.random.Generator, size: int) -> Whole:
        """Return jobs to free."""
        cost, n = self.cost, len(self.option)
        least = cost.min(axis=1)
        regret = cost[np.arange(n), self.option] - least
        wasted = unused(self.rows, self.found, self.option)
        taken = self.rows.entries(np.arange(n), self.option)
        by_flow = np.asarray(abs(self.rows.over).T @ wasted)
        weight = np.bincount(taken.pair, by_flow[taken.flow], n) + regret * 10.0
        near = np.partition(cost, 1, axis=1)[:, 1] - least
        score = draw.random(n) ** 2 * (weight + 1e-6) / (near + 1e-4)
        return np.sort(np.argsort(-score)[:size])

    def _placed_anew(self, free: Whole) -> bool:
        cost = self.cost[free].copy()
        at = np.arange(len(free))
        here = self.option[free]
        # where a job stands now must stay possible
        cost[at, here] = np.minimum(cost[at, here], cost.min(axis=1))
        columns = nearest(cost, cost.min(axis=1), NEAR, MOST)
        known = np.nonzero(columns.option == here[columns.item])[0]
        items = part_of(self.rows, free, self.option)
        left = self.stop_at - time.monotonic()
        answer = picked(items, columns, min(SECONDS, left), known)
        if not len(answer.column):
            return False
        option = self.option.copy()
        option[free[columns.item[answer.column]]] = columns.option[answer.column]
        figures = judged(self.rows, option)
        if figures.objective >= self.judged.objective - 1e-9:
            return False
        self.option, self.judged = option, figures
        return True


SIZE, NEAR, MOST, SECONDS = 250, 0.01, 8, 4.0
