"""The limits that could be raised, one by one: what each is, and what orders take of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.lastbuy_ground import NONE, Kind, Limits
from keepline.stock.relaxation import Relaxation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.stock.limits import Ordering

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]


WORDS = {
    Kind.BUDGET: "stock budget",
    Kind.QUARTER_BUDGET: "quarter budget",
    Kind.CAPACITY: "supplier capacity",
    Kind.STORAGE: "storage",
}


class Knob(NamedTuple):
    """Name a limit that a planner could raise.

    A budget is in currency, a capacity in units a month (in units where it is of one quarter),
    storage in m3 beside today's stock.
    """

    kind: Kind
    which: int = NONE  # row of the part or of the central depot
    quarter: int = NONE  # NONE: every quarter, or the whole plan

    def told(
        self,
        ordering: Ordering,
        at_least: float | None,
        enough: float,
        is_alone: bool = True,
    ) -> Relaxation:
        """Return what the limit would have to be as a row of the result."""
        is_of_part, is_quarter = self.kind == Kind.CAPACITY, self.quarter != NONE
        units = "units" if is_quarter else "units a month"
        return Relaxation(
            WORDS[self.kind],
            units if is_of_part else "m3" if self.kind == Kind.STORAGE else "currency",
            self.now(ordering),
            at_least,
            enough,
            is_alone,
            part=self.which if is_of_part else NONE,
            depot=self.which if self.kind == Kind.STORAGE else NONE,
            day=float(ordering.day[self.quarter]) if is_quarter else NONE,
        )

    def now(self, ordering: Ordering) -> float:
        """Return what the limit is."""
        limits, k = ordering.limits, max(self.quarter, 0)
        if self.kind == Kind.BUDGET:
            found = limits.budget
        elif self.kind == Kind.QUARTER_BUDGET:
            found = float(limits.quarter_budget[k])
        elif self.kind == Kind.STORAGE:
            found = float(limits.room[self.which])
        else:
            found = float(limits.capacity[self.which, k])
            found = found if self.quarter != NONE else found / float(ordering.months[k])
        return max(0.0, found)

    def raised(self, ordering: Ordering, to: float) -> Limits:
        """Return all limits with this one raised."""
        limits = ordering.limits
        at = slice(None) if self.quarter == NONE else slice(self.quarter, self.quarter + 1)
        if self.kind == Kind.BUDGET:
            return limits._replace(budget=max(limits.budget, to))
        if self.kind == Kind.QUARTER_BUDGET:
            money = limits.quarter_budget.copy()
            money[at] = np.maximum(money[at], to)
            return limits._replace(quarter_budget=money)
        if self.kind == Kind.STORAGE:
            room = limits.room.copy()
            room[self.which] = max(room[self.which], to)
            return limits._replace(room=room)
        capacity = limits.capacity.copy()
        each = ordering.months if self.quarter == NONE else np.ones(len(ordering.months))
        with np.errstate(invalid="ignore"):
            capacity[self.which, at] = np.fmax(capacity[self.which, at], to * each[at])
        return limits._replace(capacity=capacity)

    def used(self, pools: Pools, ordering: Ordering, units: Whole) -> float:
        """Return what orders take of the limit, in its unit.

        Args:
            pools: Every pool.
            ordering: When orders may be placed.
            units: Ordered [pools, quarters].
        """
        at = slice(None) if self.quarter == NONE else slice(self.quarter, self.quarter + 1)
        if self.kind == Kind.BUDGET:
            return float(pools.cost @ units.sum(axis=1))
        if self.kind == Kind.QUARTER_BUDGET:
            return float((pools.cost @ units)[at].max())
        if self.kind == Kind.STORAGE:
            own = pools.root == self.which
            return float(ordering.volume[own] @ units[own].sum(axis=1))
        taken = units[pools.part == self.which].sum(axis=0)
        each = ordering.months if self.quarter == NONE else np.ones(len(ordering.months))
        return float((taken / each)[at].max())


def knobs(ordering: Ordering) -> list[Knob]:
    """Return every limit that is set: as a whole, and by quarter where it is on quarters."""
    limits = ordering.limits
    found = [Knob(Kind.BUDGET)] if np.isfinite(limits.budget) else []
    if np.isfinite(limits.quarter_budget).any():
        found.append(Knob(Kind.QUARTER_BUDGET))
    parts = np.nonzero(np.isfinite(limits.capacity).any(axis=1))[0]
    found += [Knob(Kind.CAPACITY, int(part)) for part in parts]
    found += [Knob(Kind.STORAGE, int(tree)) for tree in np.nonzero(np.isfinite(limits.room))[0]]
    if len(ordering.day) > 1:
        quarters = np.nonzero(np.isfinite(limits.quarter_budget))[0]
        found += [Knob(Kind.QUARTER_BUDGET, NONE, int(quarter)) for quarter in quarters]
        by_part = np.argwhere(np.isfinite(limits.capacity))
        found += [Knob(Kind.CAPACITY, int(part), int(quarter)) for part, quarter in by_part]
    return found
