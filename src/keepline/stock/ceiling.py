"""The most availability that service lost leaves: what a target allows to be lost at the most.

In a month, under a branch, Sherbrooke's product is at most exp(-x), x the service lost as a share
of traffic. Purchases keep x between what it is with more units than can be missed and what it is
today; and where the mix over the branches is to be at least A, no branch can lose more than what
the others, at their best, make up for. Over that range the convex exp(-x) lies below its chord:

    A <= base - slope E[x],

so that a target of A cannot be held while more than traffic * (base - A) / slope is lost. Units at
sites with spares in place never raise the product above 1 and are left out of x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.stock.windows import arrivals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.stock.judge import Course, Judge

    Number = NDArray[np.float64]

#: Past so many units short per unit installed, the product no longer falls below exp(-x).
MOST_SHORT = 27.0


@dataclass(frozen=True)
class Ceiling:
    """Bound availability from above by the service lost.

    Attributes:
        least: Share of traffic lost with more units than can be missed [dates, branches].
        most: The same today, which no purchase raises [dates, branches].
        chances: Probability of each branch.
        traffic: The whole network's.
        weight: Traffic lost while one unit is missing, as far as sites without spares in place are
            concerned [pools].
    """

    least: Number
    most: Number
    chances: Number
    traffic: float
    weight: Number

    @classmethod
    def of(cls, judge: Judge, order_day: Number) -> Ceiling | None:
        """Gather the two ends; None where they would not be those of every plan.

        That is so where more is short than can be, and where an order of a later day comes sooner,
        or under a law under which the first day's does not.

        Args:
            judge: Judges purchases.
            order_day: Days of order, the plan's first day before the others [quarters].
        """
        today = judge.today()
        weight = _bare(judge)
        if judge.traffic <= 0.0 or not weight.any() or not comes_first(judge, order_day):
            return None
        for view, course in zip(judge.views, today, strict=True):
            if (course.short > MOST_SHORT * judge.installed(view.pool)[:, None]).any():
                return None
        plenty = judge.courses([view.plenty() for view in judge.views])
        most = _lost(judge, weight, today)
        least = np.minimum(_lost(judge, weight, plenty), most)
        return cls(least, most, judge.chances, judge.traffic, weight)

    def most_lost(self, target: float, share: Number) -> float:
        """Return the service lost above which some month falls below a target.

        Args:
            target: Availability asked of every month.
            share: Weight of each date [dates].
        """
        base, slope = self._line(target)
        allowed = np.minimum((base - target) / slope, self.most @ self.chances)
        return float(self.traffic * (share @ allowed))

    def best(self, lost: float, reached: float, share: Number) -> float:
        """Return what availability in the worst month is at the most while so much is lost.

        Args:
            lost: Service lost, at the least.
            reached: An availability in the worst month that can be had.
            share: Weight of each date [dates].
        """
        base, slope = self._line(reached)
        gentlest = float(slope[share > 0.0].min(initial=np.inf))
        return max(reached, min(1.0, float(share @ base) - gentlest * lost / self.traffic))

    def _line(self, reached: float) -> tuple[Number, Number]:
        """Return base and slope of the line above every plan that reaches an availability."""
        least, chances = self.least, self.chances
        best = np.exp(-least)
        others = (best @ chances)[:, None] - best * chances
        with np.errstate(divide="ignore", invalid="ignore"):
            # a little less than what is asked for, so that rounding rules nothing out
            left = np.where(chances > 0.0, (reached - 1e-9 - others) / chances, 0.0)
            most = np.minimum(self.most, np.where(left > 0.0, -np.log(left), np.inf))
        width = np.maximum(0.0, most - least)
        # where nothing can change any slope will do, and the steepest stands back
        wide = np.where(width > 0.0, width, 1.0)
        slope = np.where(width > 0.0, best * -np.expm1(-wide) / wide, 1.0)
        gentlest = slope[:, chances > 0.0].min(axis=1)
        return best @ chances + gentlest * (least @ chances), gentlest


def comes_first(judge: Judge, order_day: Number) -> bool:
    """Tell whether no later order comes sooner or where the first day's order does not."""
    for view in judge.views:
        there, comes = arrivals(view, order_day)
        if (there < there[0]).any() or (comes & ~comes[:, :1]).any():
            return False
    return True


def _bare(judge: Judge) -> Number:
    """Return every pool's weight times the share of its units at sites without spares in place.

    Where a programme changes that share, the least of any month.
    """
    share = np.zeros(len(judge.pools.part))
    for view in judge.views:
        groups = judge.groups(view.pool)
        units = judge.places.units[None, groups] if judge.units is None else judge.units[:, groups]
        bare = np.where(judge.places.spare[groups] > 0, 0.0, units).sum(axis=1)
        every = units.sum(axis=1)
        # where nothing stands nothing can be missing
        found = np.divide(bare, every, out=np.ones(len(every)), where=every > 0.0)
        share[view.pool] = min(1.0, float(found.min(initial=1.0)))
    return np.asarray(judge.pools.weight * share)


def _lost(judge: Judge, weight: Number, courses: Sequence[Course]) -> Number:
    """Return the share of traffic lost at every date in every branch [dates, branches]."""
    found = np.zeros((len(judge.dates.day), len(judge.chances)))
    for view, course in zip(judge.views, courses, strict=True):
        found += weight[view.pool] * course.short[:, view.meeting.branch]
    return found / judge.traffic
