"""The quarters of a programme: their days, what of them is worked, and what money counts then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.model.calendar import DAYS_PER_YEAR, add_months, quarter_end, quarter_start
from keepline.swap.engine import deadlines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.model.policy_swaps import Freeze

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Quarters:
    """Hold the calendar quarters that a plan touches.

    Attributes:
        starts: First day of each calendar quarter.
        ends: Last day of each that is in the plan.
        worked: Days of each in the plan on which somebody works.
        length: Days of each calendar quarter, in or out of the plan.
    """

    starts: tuple[dt.date, ...]
    ends: tuple[dt.date, ...]
    worked: tuple[tuple[dt.date, ...], ...]
    length: tuple[int, ...]

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(self.starts)

    def part(self, q: int, since: dt.date | None = None, until: dt.date | None = None) -> float:
        """Return which part of a quarter is worked between two days, both counted."""
        first, last = since or dt.date.min, until or dt.date.max
        return sum(first <= day <= last for day in self.worked[q]) / self.length[q]

    def discount(self, rate: float, start: dt.date) -> NDArray[np.float64]:
        """Return what money of each quarter counts today: of the middle of its days in the plan."""
        middles = [
            ((max(first, start) - start).days + (last - start).days + 1) / 2.0
            for first, last in zip(self.starts, self.ends, strict=True)
        ]
        return np.asarray((1.0 + rate) ** (-np.array(middles) / DAYS_PER_YEAR))

    def in_plan(self, q: int, start: dt.date) -> float:
        """Return which part of a quarter is in the plan."""
        return ((self.ends[q] - max(self.starts[q], start)).days + 1) / self.length[q]

    def moments(self, rule: Rule) -> list[tuple[int, dt.date]]:
        """Return the days on which a rule may ask something else, each with its quarter.

        A day belongs to the last quarter that ends on it or before: what must hold on it has to
        hold when that quarter ends. Days before the first end are left to the first.
        """
        days = deadlines(rule)
        found = []
        for q, end in enumerate(self.ends):
            later = self.ends[q + 1] if q + 1 < self.count else end + _DAY
            found += [(q, end), *((q, day) for day in days if end < day < later)]
        return found


def quarters_of(network: Network, freeze: Sequence[Freeze] = ()) -> Quarters:
    """Return the quarters of a network's plan.

    >>> from keepline.model.network import Network
    >>> net = Network("n", "EUR", dt.date(2020, 6, 22), dt.date(2020, 8, 1), "", {})
    >>> found = quarters_of(net)
    >>> found.ends, round(found.part(0), 4), round(found.part(1), 4)
    ((datetime.date(2020, 6, 30), datetime.date(2020, 8, 1)), 0.0989, 0.3478)
    """
    starts, day = [], quarter_start(network.start)
    while day <= network.end:
        starts.append(day)
        day = add_months(day, 3)
    ends = [min(quarter_end(one), network.end) for one in starts]
    worked = []
    for first, last in zip(starts, ends, strict=True):
        since = max(first, network.start)
        days = [since + _DAY * n for n in range((last - since).days + 1)]
        worked.append(tuple(d for d in days if not any(f.begins <= d <= f.until for f in freeze)))
    length = tuple((quarter_end(one) - one).days + 1 for one in starts)
    return Quarters(tuple(starts), tuple(ends), tuple(worked), length)
