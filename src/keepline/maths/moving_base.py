"""Units outstanding while the installed base changes: removals as a function of time.

With Lambda(t) the removals expected by day t, what is outstanding is Poisson with mean

    m(t) = Lambda(t) - sum over segments of share * (Lambda(min(end, t - delay)) - Lambda(start))^+,

which is `outstanding` with the clock of removals in place of days (G. B. Crawford, 1981, Palm's
Theorem for Nonstationary Processes, RAND R-2750).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow

    Number = NDArray[np.float64]


class Clock(NamedTuple):
    """Removals expected by each of some days, linear in between; none before the first, 0.

    Attributes:
        day: Ascending, the first 0, the last beyond every day that is asked for [k].
        removed: Expected by then [k].
    """

    day: Number
    removed: Number

    @classmethod
    def of(cls, rate: float, day: Number, change: Number, length: float) -> Clock:
        """Return the clock of a rate that changes.

        Args:
            rate: Removals a day on day 0.
            day: On which it changes, ascending [c].
            change: By how much [c].
            length: Days that are asked for.

        >>> clock = Clock.of(2.0, np.array([10.0]), np.array([-1.5]), 20.0)
        >>> clock.by(np.array([5.0, 10.0, 20.0])).tolist()
        [10.0, 20.0, 25.0]
        """
        inside = (day > 0.0) & (day < length)
        days = np.concatenate(([0.0], day[inside], [length + 1.0]))
        rates = rate + change[day <= 0.0].sum() + np.concatenate(([0.0], np.cumsum(change[inside])))
        # what is taken away bit by bit must not leave less than nothing
        steps = np.maximum(rates, 0.0) * np.diff(days)
        return cls(days, np.concatenate(([0.0], np.cumsum(steps))))

    def by(self, day: Number) -> Number:
        """Return the removals expected by each day; 0 before day 0."""
        return np.interp(day, self.day, self.removed)

    def outstanding(self, flow: Flow, day: Number) -> Number:
        """Return the units outstanding on each of some days.

        Args:
            flow: How removed units are restored.
            day: Days since the empty pipeline; 0 or less gives 0.
        """
        found = self.by(day)
        begin = self.by(np.maximum(flow.start, 0.0))
        last = self.by(np.minimum(flow.end[:, None], day[None, :] - flow.delay[:, None]))
        found = found - flow.share @ np.maximum(last - begin[:, None], 0.0)
        return np.where(day > 0.0, np.maximum(found, 0.0), 0.0)

    def since(self, begin: Number, end: Number) -> Number:
        """Return the removals expected between days."""
        return self.by(end) - self.by(begin)

    def least_rate(self) -> float:
        """Return the least removals a day at any time."""
        return float((np.diff(self.removed) / np.diff(self.day)).min())
