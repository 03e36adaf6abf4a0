"""Hold what is known of each line's days and units, and put it into columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.maths.intervals import share_interval
from keepline.maths.survival_ranks import enough, held
from keepline.maths.survival_units import NO_NUMBER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.survival import Lasting
    from keepline.maths.survival_units import MoreUnits

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Chances at which the law of the days is told, in hundredths.
SHARES: Final = (50, 90, 99)
#: Bounds no further apart than this say more than a simulation would.
NEAR_DAYS: Final = 7
NEAR_SHARE: Final = 0.02
#: Shares that agree to within this are the same.
SAME_SHARE: Final = 1e-6

EXACT, BOUND, SIMULATED = "exact", "bound", "simulated"
NOT_NEEDED, BY_UNITS, TOO_LATE = "not needed", "units", "too late"


@dataclass
class Figures:
    """Hold how long each line lasts: at the stated confidence, at the shares, to the end.

    Attributes:
        end: Days of the plan.
        least: Days certain to be held, or the lower end of an interval [lines, 1 + shares].
        most: Days held at most, or the upper end of an interval [lines, 1 + shares].
        value: The days told [lines, 1 + shares].
        hold: Chance that it holds to the end: lower, told, upper [lines, 3].
        short: Expected units short at the end [lines].
        is_played: Whether the days told are simulated [lines, 1 + shares].
    """

    end: int
    least: Ints
    most: Ints
    value: Ints
    hold: Floats
    short: Floats
    is_played: NDArray[np.bool_]

    @staticmethod
    def confidences(confidence: float) -> Floats:
        """Return the chances for which days are wanted: the stated one, then the shares."""
        return np.array([confidence, *(share / 100.0 for share in SHARES)])

    @classmethod
    def of(cls, bounds: Lasting, end: int, stays: NDArray[np.bool_]) -> Figures:
        """Start from the two bounds; the upper one is told, the lower one where units may leave.

        Args:
            bounds: Of every line.
            end: Days of the plan.
            stays: Whether no unit of the line leaves its shelf but to be used [lines].
        """
        told = np.where(stays, bounds.most_hold, bounds.least_hold)
        return cls(
            end=end,
            least=bounds.least,
            most=bounds.most,
            value=np.where(stays[:, None], bounds.most, bounds.least),
            hold=np.column_stack((bounds.least_hold, told, bounds.most_hold)),
            short=bounds.short,
            is_played=np.zeros(bounds.most.shape, np.bool_),
        )

    @property
    def days(self) -> Ints:
        """Return the days told at the stated confidence [lines]."""
        return self.value[:, 0]

    def is_open(self) -> NDArray[np.bool_]:
        """Say of which lines the bounds lie so far apart that they are worth playing."""
        wide = (self.most - self.least > NEAR_DAYS).any(axis=1)
        return np.asarray(wide | (self.hold[:, 2] - self.hold[:, 0] > NEAR_SHARE))

    def learn(self, row: int, first_short_day: Floats, confidence: float) -> None:
        """Take in simulated first shortages of a line; what the bounds settle stays."""
        for at, chance in enumerate(self.confidences(confidence)):
            least, most = self.least[row, at], self.most[row, at]
            if most - least > NEAR_DAYS:
                days = np.clip(held(first_short_day, float(chance), self.end), least, most)
                self.value[row, at], self.least[row, at], self.most[row, at] = days
                self.is_played[row, at] = True
        low, _, high = self.hold[row]
        if high - low > NEAR_SHARE:
            over = np.array(np.count_nonzero(first_short_day > self.end))
            found = share_interval(over, len(first_short_day))
            ends = [float(x) for x in (found.low, found.mean, found.high)]
            self.hold[row] = np.clip(ends, low, high)

    def columns(self) -> list[pl.Series]:
        """Return the columns of the table that tell the days and their law."""
        is_same = self.least == self.most
        law = np.where(self.is_played, SIMULATED, np.where(is_same, EXACT, BOUND))
        others = law[:, 1:]
        some = (others == SIMULATED).any(axis=1)
        every = (others == EXACT).all(axis=1)
        days = {
            "survive_days": self.value[:, 0],
            "survive_days_low": self.least[:, 0],
            "survive_days_high": self.most[:, 0],
            **{f"survive_days_{share}": self.value[:, 1 + at] for at, share in enumerate(SHARES)},
        }
        hold = zip(("_low", "", "_high"), self.hold.T, strict=True)
        return [
            *(pl.Series(name, values.astype(np.float64)) for name, values in days.items()),
            *(pl.Series(f"holds_to_end{end}", values) for end, values in hold),
            pl.Series("law", law[:, 0]),
            pl.Series("shares_law", np.where(some, SIMULATED, np.where(every, EXACT, BOUND))),
            pl.Series("is_beyond_end", self.value[:, 0] >= self.end),
            pl.Series("short_at_end", self.short),
        ]


@dataclass
class Units:
    """Hold the units that each line needs for 90 more days.

    Attributes:
        help: What helps [lines].
        law: How the units are known; empty where none are needed [lines].
        count: Lower, told and upper number of units; NaN where there is none [lines, 3].
        cost: Of the units told [lines].
    """

    help: list[str]
    law: list[str | None]
    count: Floats
    cost: Floats

    @classmethod
    def empty(cls, lines: int) -> Units:
        """Start with lines that need none."""
        nothing = np.full(lines, np.nan)
        return cls([NOT_NEEDED] * lines, [None] * lines, np.full((lines, 3), np.nan), nothing)

    def learn_bound(self, rows: Ints, found: MoreUnits) -> None:
        """Take in what the bounds say of some lines."""
        for row, units, is_sure in zip(rows.tolist(), *found, strict=True):
            self.law[row] = EXACT if is_sure else BOUND
            self.help[row] = TOO_LATE if units == NO_NUMBER else BY_UNITS
            if units != NO_NUMBER:
                self.count[row] = units, units, units if is_sure else np.nan

    def is_open(self) -> NDArray[np.bool_]:
        """Say of which lines the units are not known for certain."""
        return np.array([law == BOUND for law in self.law], np.bool_)

    def learn_played(self, row: int, needed: Floats, confidence: float) -> None:
        """Take in the units that each replication of a line needs."""
        told, low, high = enough(needed, confidence)
        fewest = max(self.count[row, 0], 1.0)
        counts = np.maximum((low, told, high), fewest)
        self.law[row] = SIMULATED
        self.help[row] = BY_UNITS if np.isfinite(told) else TOO_LATE
        self.count[row] = (
            np.where(np.isfinite(counts), counts, np.nan) if np.isfinite(told) else np.nan
        )

    def price(self, unit_cost: Floats, minimum_order: Ints) -> None:
        """Raise the units to the least order that the supplier takes, and price them."""
        self.count = np.maximum(self.count, minimum_order[:, np.newaxis])
        self.cost = self.count[:, 1] * unit_cost

    def columns(self) -> list[pl.Series]:
        """Return the columns of the table that tell the units."""
        names = ("units_for_90_days_low", "units_for_90_days", "units_for_90_days_high")
        return [
            pl.Series("help", self.help, dtype=pl.String),
            pl.Series("units_law", self.law, dtype=pl.String),
            *(
                pl.Series(name, values).fill_nan(None)
                for name, values in zip(names, self.count.T, strict=True)
            ),
            pl.Series("cost_for_90_days", self.cost).fill_nan(None),
        ]
