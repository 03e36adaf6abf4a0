"""The programme: prices, a bound, a whole plan, and the plan made better until time is out.

1. Prices of the limits from groups of jobs, then from all of them (:mod:`.climb`).
2. The bound that they certify for single jobs (:mod:`.pricing`).
3. Each job where it fits under those prices (:mod:`.settle`), pairs exchanged (:mod:`.exchange`).
4. Some hundred jobs at a time placed anew exactly (:mod:`.refine`).

What is small is solved whole, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.swap.climb import Climb
from keepline.maths.swap.exchange import exchanged
from keepline.maths.swap.groups import (
    alike,
    everything,
    grouped,
    labels,
    nearest,
    needs,
    ranked,
)
from keepline.maths.swap.judge import Judged, judged, opened_by
from keepline.maths.swap.master import all_of, picked, relaxed
from keepline.maths.swap.mobilise import charged, closed, gathered, sharing
from keepline.maths.swap.pricing import Priced, options, priced
from keepline.maths.swap.problem import NONE, Problem, keeping
from keepline.maths.swap.refine import Refining
from keepline.maths.swap.rows import Rows, rows_of
from keepline.maths.swap.settle import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.maths.swap.problem import Left, Number, Whole

#: So many options together are solved whole.
WHOLE: Final = 3_000
GROUPS: Final = 800
#: Classes of jobs that are alike, and options of each, whose exact prices are looked for.
CLASSES, CLASS_OPTIONS = 1_000, 30
#: Smoothing in mean costs of a job, steps, and the gain below which a step is the last.
COARSE: Final = ((0.3, 12, 1e-3), (0.1, 12, 1e-3), (0.05, 12, 3e-4))
FINE: Final = (
    (0.02, 6, 1e-3),
    (0.006, 10, 1e-4),
    (0.002, 10, 1e-5),
    (0.0006, 10, 3e-6),
    (0.0002, 12, 1e-6),
    (0.00005, 12, 3e-7),
)
#: A first plan is made after this smoothing, for so many jobs at most.
EARLY, QUICK = 0.006, 20_000
#: Integer programmes without a gain after which pairs are exchanged.
TRIES: Final = 4
#: Turns of prices and parts of mobilising.
SHARINGS: Final = 5
#: Part of the time that prices may take.
PRICING: Final = 0.6


class Excess(NamedTuple):
    """What goes beyond each limit, in the problem's units."""

    kind: Whole  # as problem.KINDS
    row: Whole  # pool, supplier, window, rule or share
    quarter: Whole  # 0 for windows
    amount: Number
    price: Number  # of one unit beyond
    late: Whole  # quarters that each job is later than its latest [n]


class Values(NamedTuple):
    """What one more unit of each limit would save at most, in money, at the bound's prices."""

    kind: Whole
    row: Whole
    quarter: Whole
    value: Number


@dataclass(frozen=True)
class Solution:
    """A programme.

    Attributes:
        quarter: In which each job is swapped; Q where it stays, int64[n].
        supplier: To which; -1 where it stays, int64[n].
        cost: Discounted, with mobilising and lateness, less worth.
        penalty: What goes beyond limits, at its price.
        objective: Both together.
        bound: No programme's objective is lower.
        excess: What goes beyond which limit; no rows where all are kept.
        values: What more of a limit would save.
        is_best: Is it certified to be the best there is, but for rounding?
    """

    quarter: Whole
    supplier: Whole
    cost: float
    penalty: float
    objective: float
    bound: float
    excess: Excess
    values: Values
    is_best: bool = field(default=False)

    @property
    def gap(self) -> float:
        """Return how far the objective may be above the best, as a part of the bound."""
        apart = max(0.0, self.objective - self.bound)
        return apart / abs(self.bound) if self.bound else (0.0 if apart == 0.0 else np.inf)

    @property
    def is_within(self) -> bool:
        """Return whether all limits and dates are kept."""
        return not len(self.excess.amount) and not self.excess.late.any()


def solve(
    problem: Problem,
    left: Left,
    on_better: Callable[[Solution], None] | None = None,
    gap: float = 1e-4,
) -> Solution:
    """Return the programme of least cost that was found, with a certified bound.

    Args:
        problem: Jobs, limits and prices.
        left: Seconds left, as told by whoever holds a clock; stops where there are none.
        on_better: Gets every better programme as it is found.
        gap: To stop at, as a part of the bound.

    >>> from keepline.maths.swap.problem import *
    >>> jobs = jobs_of(np.array([[10.0], [20.0], [30.0]]), np.ones((3, 1)), 2)
    >>> caps = Caps(np.ones((1, 3)), np.array([[np.inf, 1.0]]))
    >>> supply = np.full((1, 2), np.inf)
    >>> limits = Limits(np.ones((1, 2)), supply, no_budget(), caps, no_shares(3, 2))
    >>> found = solve(Problem(jobs, limits, np.array([1.0, 0.9]), np.zeros((1, 2))), lambda: 5.0)
    >>> found.quarter.tolist(), round(found.cost, 6), round(found.bound, 3)
    ([0, 1, 2], 28.0, 28.0)
    """
    search = _Search(rows_of(problem, problem.prices is None), left, gap, on_better)
    if not search.run() and problem.prices is None:
        # what goes beyond limits counts in each quarter: all rows are needed
        search = _Search(rows_of(problem), left, gap, on_better)
        search.run()
    search.refine()
    return search.best()


def prices_from_groups(rows: Rows, left: Left) -> Number:
    """Return prices of the limits from groups of jobs."""
    need = needs(rows)
    size = max(1, len(need) // GROUPS)
    cheapest = np.where(np.isfinite(rows.own), rows.own, np.inf).min(axis=1, initial=np.inf)
    label, count = labels(need, ranked(need, cheapest, size))
    climb = Climb(grouped(rows, label, count), np.zeros(len(rows.most)), left)
    for t, turns, close in COARSE:
        climb.climb(t, turns, close)
    return climb.limits


def prices_of_classes(rows: Rows, limits: Number, seconds: float) -> Number | None:
    """Return exact prices where jobs are of few classes, alike in everything; None elsewhere.

    Many jobs that are alike change over all at once, which the smoothed bound blurs.
    """
    label, count = alike(rows)
    if not 0 < count <= CLASSES or rows.mobilise.any():
        return None
    items = grouped(rows, label, count)
    cost = options(items.rows, np.asarray(rows.over.T @ limits))
    columns = nearest(cost, cost.min(axis=1), np.inf, CLASS_OPTIONS)
    found = relaxed(items, columns, seconds, "ipm")
    return None if found is None else found.limits


class _Search:
    """The best programme and the best bound so far."""

    def __init__(
        self,
        rows: Rows,
        left: Left,
        gap: float,
        on_better: Callable[[Solution], None] | None,
    ) -> None:
        self._rows, self._left, self._gap, self._on_better = rows, left, gap, on_better
        self._found = priced(rows, np.zeros(len(rows.most)))
        self._bound = self._found.bound
        self._is_best = False
        self._option = np.full(len(rows.own), rows.stay)
        self._judged = judged(rows, self._option)
        self._take(rows.own.argmin(axis=1))

    def run(self) -> bool:
        """Find prices and a first programme; return whether it keeps all limits."""
        rows, whole = self._rows, self._left()
        if np.isfinite(rows.own).sum() <= WHOLE and self._whole():
            return self.best().is_within
        left = keeping(self._left, (1.0 - PRICING) * whole)
        climb = Climb(all_of(rows), prices_from_groups(rows, left), left)
        for t, turns, close in FINE:
            climb.climb(t, turns, close)
            if t == EARLY and len(rows.own) <= QUICK:
                self._near(priced(rows, climb.limits))
        self._near(priced(rows, climb.limits), prices_of_classes(rows, climb.limits, 0.1 * whole))
        if rows.mobilise.any():
            self._share(climb.limits, left)
        return self.best().is_within

    def _share(self, limits: Number, left: Left) -> None:
        """Let prices and parts of mobilising follow each other, in turn."""
        found = priced(self._rows, limits)
        for _ in range(SHARINGS):
            if left() <= 0.0:
                break
            climb = Climb(all_of(sharing(self._rows, found)), found.limits, left)
            for t, turns, close in FINE[1:]:
                climb.climb(t, turns, close)
            found = priced(self._rows, climb.limits, found.least)
            self._near(found)

    def _take(self, option: Whole, figures: Judged | None = None) -> None:
        figures = figures or judged(self._rows, option)
        if figures.objective < self._judged.objective:
            self._option, self._judged = option.copy(), figures
            if self._on_better is not None:
                self._on_better(self.best())

    def _whole(self) -> bool:
        """Solve it whole; False where that was not finished."""
        items = all_of(self._rows)
        columns = everything(items)
        if len(self._option):
            answer = picked(items, columns, self._left())
            if not len(answer.column):
                return False
            option = columns.option[answer.column]
            self._take(option)
            self._is_best = answer.is_best
            # the solver's bound is exact but for its tolerances
            doubt = 1e-7 * (1.0 + abs(answer.bound))
            self._bound = max(self._bound, min(answer.bound, self._judged.objective) - doubt)
        return True

    def _near(self, found: Priced, other: Number | None = None) -> None:
        """Take the better of two prices with its bound, and a whole programme near it."""
        if other is not None:
            second = priced(self._rows, other)
            found = second if second.bound > found.bound else found
        if found.bound > self._bound:
            self._found, self._bound = found, found.bound
        if not self._rows.mobilise.any():
            self._take(settled(self._rows, found.limits, found.cost))
            return
        option = settled(self._rows, found.limits, gathered(self._rows, found))
        self._take(option)
        is_open = opened_by(self._rows, option).astype(bool)
        self._take(settled(self._rows, found.limits, charged(self._rows, found, is_open), option))

    def refine(self) -> None:
        """Make the programme better until it is good enough or time is out."""
        enough = self._bound + self._gap * abs(self._bound)
        if self._is_best or self._judged.objective <= enough:
            return
        cost = self._cost()
        for turns in (TRIES, None):
            refining = Refining(
                self._rows, self._found, cost, self._option, self._judged, self._left
            )
            refining.run(enough, turns, self._take)
            if turns is None or self._judged.objective <= enough:
                return
            for option in exchanged(self._rows, self._found.limits, cost, self._option, self._left):
                self._take(option)

    def _cost(self) -> Number:
        """Return costs of options under prices; with mobilising, of what is open only."""
        cost = self._found.cost
        if not self._rows.mobilise.any():
            return cost
        is_open = opened_by(self._rows, self._option).astype(bool)
        return closed(self._rows, cost, is_open)

    def best(self) -> Solution:
        """Return the best programme so far, in the problem's units."""
        rows, problem, money = self._rows, self._rows.problem, self._rows.money
        stays = self._option == rows.stay
        beyond = np.nonzero(self._judged.excess > 0.0)[0]
        prices = self._found.limits * money / rows.unit
        return Solution(
            quarter=np.where(stays, problem.quarters, self._option % problem.quarters),
            supplier=np.where(stays, NONE, self._option // problem.quarters),
            cost=(self._judged.objective - self._judged.penalty) * money,
            penalty=self._judged.penalty * money,
            objective=self._judged.objective * money,
            bound=min(self._bound, self._judged.objective) * money,
            excess=Excess(
                rows.kind[beyond],
                rows.at[beyond, 0],
                rows.at[beyond, 1],
                (self._judged.excess * rows.unit)[beyond],
                (rows.price * money / rows.unit)[beyond],
                self._judged.late,
            ),
            values=Values(rows.kind, rows.at[:, 0], rows.at[:, 1], prices),
            is_best=self._is_best,
        )
