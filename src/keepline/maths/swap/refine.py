"""A programme made better: some jobs let go and put back exactly, again and again.

A few hundred jobs are freed, those whose next option is hardly dearer, near limits that leave
something unused; an integer programme with their true figures places them anew while all others
stay. Whatever it finds is judged again before it counts.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from keepline.maths.swap.exchange import near_of
from keepline.maths.swap.groups import nearest
from keepline.maths.swap.judge import Judged, judged, opened_by
from keepline.maths.swap.master import Items, picked

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.maths.swap.pricing import Priced
    from keepline.maths.swap.problem import Left, Number, Whole
    from keepline.maths.swap.rows import Rows


#: Options looked at: how much dearer than the cheapest, how many, and of how many jobs fewer.
NEAR, MOST, MANY, FEWER = 0.02, 12, 40_000, 6
#: Jobs freed at a time, up to how many times as many after failures, and how far from the best of
#: them chance may go.
FREED, WIDER, SPREAD = 100, 5, 0.7
#: Seconds of one integer programme of so many jobs, and how many run at the same time.
SECONDS, TOGETHER = 0.7, 2


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
        left: Seconds left.
    """

    rows: Rows
    found: Priced
    cost: Number
    option: Whole
    judged: Judged
    left: Left

    def __post_init__(self) -> None:
        rows = self.rows
        self._most = MOST if len(self.option) <= MANY else FEWER
        self._near = near_of(self.cost, NEAR, self._most)
        self._job = np.repeat(np.arange(len(self.option)), np.diff(self._near.first))
        taken = rows.entries(self._job, self._near.option)
        shape = (len(self._job), int(rows.first[-1]))
        use = sparse.csr_matrix((taken.amount, (taken.pair, taken.flow)), shape)
        self._use = sparse.csc_matrix(use @ rows.over.T)

    def run(
        self, enough: float, tries: int | None, on_better: Callable[[Whole, Judged], None]
    ) -> None:
        """Refine until the objective is not above ``enough``, or time is out.

        Args:
            enough: Objective to stop at.
            tries: Stop after so many programmes without a gain; None: go on.
            on_better: Gets every better programme.
        """
        draw = np.random.default_rng(0 if tries is None else 1)
        failed = 0
        with ThreadPoolExecutor(TOGETHER) as pool:
            while self.left() > 0.0 and self.judged.objective > enough:
                wider = min(WIDER, 1 + failed // (2 * TOGETHER))
                free = self._apart(draw, wider * FREED)
                is_better = False
                for found in list(pool.map(self._placed_anew, free)):
                    if found is not None and self._is_better(*found):
                        on_better(self.option, self.judged)
                        is_better = True
                failed = 0 if is_better else failed + len(free)
                if tries is not None and failed >= tries:
                    break

    def _apart(self, draw: np.random.Generator, count: int) -> list[Whole]:
        """Return sets of jobs to free at the same time; no job is in two of them."""
        found: list[Whole] = []
        for _ in range(TOGETHER):
            chosen = self._chosen(draw, count)
            for other in found:
                chosen = np.setdiff1d(chosen, other)
            if len(chosen):
                found.append(chosen)
        return found

    def _chosen(self, draw: np.random.Generator, count: int) -> Whole:
        """Return jobs to free: those that change some limit's use at the least loss.

        The limit is drawn by what it adds to the distance from the bound; half of the jobs would
        take more of it, half less.
        """
        n, rows = len(self.option), self.rows
        wasted = unused(rows, self.found, self.option)
        random = draw.choice(n, min(n, count), replace=False)
        if not wasted.sum() > 0.0:
            return np.sort(random)
        limit = int(draw.choice(len(wasted), p=wasted / wasted.sum()))
        taken = rows.entries(np.arange(n), self.option)
        over = np.asarray(rows.over[[limit]].todense())[0]
        now = np.bincount(taken.pair, taken.amount * over[taken.flow], n)
        use = np.asarray(self._use[:, [limit]].todense())[:, 0] - now[self._job]
        here = self.cost[np.arange(n), self.option]
        loss = np.maximum(self._near.cost - here[self._job], 0.0) + 1e-5
        score = loss / np.maximum(np.abs(use), 1e-9) * draw.lognormal(0.0, SPREAD, len(use))
        chosen = [random[: count // 6]]
        for is_side in (use > 1e-9, use < -1e-9):
            side = np.nonzero(is_side)[0]
            chosen.append(self._job[side[np.argsort(score[side])[: count // 2]]])
        return np.unique(np.concatenate(chosen))

    def _placed_anew(self, free: Whole) -> tuple[Whole, Whole] | None:
        """Return jobs with their new options, all others where they are; None where none is found.

        The solver lets other threads work meanwhile.
        """
        cost = self.cost[free].copy()
        at = np.arange(len(free))
        here = self.option[free]
        # where a job stands now must stay possible
        cost[at, here] = np.minimum(cost[at, here], cost.min(axis=1))
        columns = nearest(cost, cost.min(axis=1), NEAR, self._most)
        known = np.nonzero(columns.option == here[columns.item])[0]
        items = part_of(self.rows, free, self.option)
        seconds = SECONDS * max(1.0, len(free) / FREED)
        answer = picked(items, columns, min(seconds, self.left()), known)
        if not len(answer.column):
            return None
        return free[columns.item[answer.column]], columns.option[answer.column]

    def _is_better(self, jobs: Whole, to: Whole) -> bool:
        """Place jobs anew if the programme is then better, whatever was placed meanwhile."""
        option = self.option.copy()
        option[jobs] = to
        figures = judged(self.rows, option)
        if figures.objective >= self.judged.objective - 1e-9:
            return False
        self.option, self.judged = option, figures
        return True
