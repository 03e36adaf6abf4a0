"""How sure a simulated figure is: means with their intervals, from sums that are exact.

Sums are kept in whole numbers: each value is rounded to a multiple of 2**-``places`` and added as
an integer of any length. Adding integers is exact in any order, so a mean and its interval have
the same bits whatever the blocks, threads or workers, and the variance loses nothing to
cancellation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from keepline.maths.quantiles import normal_quantile, t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HALF_BITS = 22
_LARGEST = 2.0**44


@dataclass(frozen=True)
class Interval:
    """Means with the ends of their intervals."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float
    """Chance that the interval holds the true mean, 0 to 1."""
    replications: int

    def covers(self, value: NDArray[np.float64] | float) -> NDArray[np.bool_]:
        """Say of each mean whether its interval holds a value."""
        return np.asarray((self.low <= value) & (value <= self.high))


@dataclass(frozen=True)
class Moments:
    """Count, sum and sum of squares of values seen, exactly, for an array of measures."""

    count: int
    total: NDArray[np.object_]
    """Python integers: sum of values, in units of 2**-places."""
    squares: NDArray[np.object_]
    """Python integers: sum of squared values, in units of 2**(-2 places)."""
    places: int

    @classmethod
    def of(cls, values: NDArray[np.float64], places: int = 20) -> Moments:
        """Sum up a block of replications.

        Args:
            values: float64[replications, ...], each below 2**(44 - places) in size.
            places: Binary places kept: the unit is 2**-places (1e-6 for 20); below 0 for large
                values, see `places_for`.

        Returns:
            Moments of the measures ``values.shape[1:]``.

        Raises:
            OverflowError: A value is not finite or too large for these places.
        """
        scaled = np.rint(np.ldexp(values, places))
        if not np.all(np.abs(scaled) < _LARGEST):
            raise OverflowError(f"a value is not below 2**{44 - places}: keep fewer places")
        whole = scaled.astype(np.int64)
        high, low = whole >> _HALF_BITS, whole & ((1 << _HALF_BITS) - 1)
        total = _added(high, low, np.zeros_like(high), _HALF_BITS, 0, 0)
        squares = _added(high * high, high * low, low * low, 2 * _HALF_BITS, _HALF_BITS + 1, 0)
        return cls(len(values), total, squares, places)

    def __add__(self, other: Moments) -> Moments:
        """Join two sets of replications; the order does not matter."""
        if self.places != other.places:
            raise ValueError(f"moments kept to {self.places} and {other.places} places")
        return Moments(
            self.count + other.count,
            np.asarray(self.total + other.total, object),
            np.asarray(self.squares + other.squares, object),
            self.places,
        )

    def mean(self) -> NDArray[np.float64]:
        """Give the mean of each measure."""
        return _scaled(self.total, self.count, self.places)

    def variance(self) -> NDArray[np.float64]:
        """Give the unbiased variance of each measure; at least two replications are needed."""
        spread = self.squares * self.count - self.total * self.total
        return _scaled(spread, self.count * (self.count - 1), 2 * self.places)

    def interval(self, level: float = 0.95) -> Interval:
        """Give each mean with its interval, mean +- t sqrt(variance / count) (Student 1908)."""
        half = t_quantile(0.5 + 0.5 * level, self.count - 1) * np.sqrt(self.variance() / self.count)
        mean = self.mean()
        return Interval(mean, mean - half, mean + half, level, self.count)


def _added(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    third: NDArray[np.int64],
    first_bits: int,
    second_bits: int,
    third_bits: int,
) -> NDArray[np.object_]:
    """Sum three arrays over replications, each times a power of two, into Python integers."""
    parts = (first, first_bits), (second, second_bits), (third, third_bits)
    sums = [_whole_sum(part) * (1 << bits) for part, bits in parts]
    return np.asarray(sums[0] + sums[1] + sums[2], object)


def _whole_sum(part: NDArray[np.int64]) -> Any:
    """Sum over replications without overflow: 2**44 at most each, a few thousand at a time."""
    sums = [part[row : row + 4096].sum(axis=0) for row in range(0, len(part), 4096)]
    return sum((np.asarray(rows).astype(object) for rows in sums), np.zeros(part.shape[1:], object))


def _floats(numerator: NDArray[np.object_], denominator: int) -> NDArray[np.float64]:
    """Divide integers, rounded once."""
    whole = np.asarray(numerator, object)
    divided = [int(value) / denominator for value in whole.ravel()]
    return np.array(divided, np.float64).reshape(whole.shape)


def _scaled(numerator: NDArray[np.object_], denominator: int, places: int) -> NDArray[np.float64]:
    """Divide integers in units of 2**-places, rounded once."""
    if places >= 0:
        return _floats(numerator, denominator << places)
    return _floats(np.asarray(numerator * (1 << -places), object), denominator)


def places_for(most: float, finest: int = 40) -> int:
    """Give the most binary places with which values can be summed up.

    Args:
        most: No value, nor a difference of two, is above this in size.
        finest: No more places are given.

    >>> places_for(1.0), places_for(366.0), places_for(1e15)
    (40, 34, -7)
    """
    return min(finest, 43 - max(0, math.frexp(most)[1]))


def difference(plan: NDArray[np.float64], today: NDArray[np.float64], places: int = 20) -> Moments:
    """Sum up plan less today's course, replication by replication.

    Under common random numbers the two courses of a replication rise and fall together, so their
    difference varies less than either: its interval is narrower than that of two separate means.

    Args:
        plan: float64[replications, ...].
        today: float64 of the same shape, the same replications.
        places: As for ``Moments.of``.

    Returns:
        Moments of the difference.
    """
    return Moments.of(plan - today, places)


@dataclass(frozen=True)
class Controlled:
    """Moments of a measure, of a control whose true mean is known, and of their sum."""

    measure: Moments
    control: Moments
    both: Moments

    @classmethod
    def of(
        cls, measure: NDArray[np.float64], control: NDArray[np.float64], places: int = 20
    ) -> Controlled:
        """Sum up a block of replications; both arrays float64[replications, ...]."""
        return cls(
            Moments.of(measure, places),
            Moments.of(control, places),
            Moments.of(measure + control, places),
        )

    def __add__(self, other: Controlled) -> Controlled:
        """Join two sets of replications; the order does not matter."""
        return Controlled(
            self.measure + other.measure, self.control + other.control, self.both + other.both
        )

    def interval(self, true_mean: NDArray[np.float64], level: float = 0.95) -> Interval:
        """Give the measure's mean, corrected by how far the control came out from its true mean.

        mean(y) - b (mean(c) - E c) with b = cov(y, c) / var(c); variance var(y) (1 - r**2)
        (n - 1) / (n - 2), times 1/n + (mean(c) - E c)**2 / ((n - 1) var(c)), as in regression.

        Source: Lavenberg and Welch (1981), Management Science 27(3), equations 5 to 8.

        Args:
            true_mean: float64[...], the known mean of the control.
            level: Chance that the interval holds the true mean; three replications are needed.
        """
        count = self.measure.count
        var_y, var_c = self.measure.variance(), self.control.variance()
        covariance = 0.5 * (self.both.variance() - var_y - var_c)
        safe = np.where(var_c > 0.0, var_c, 1.0)
        slope = np.where(var_c > 0.0, covariance / safe, 0.0)
        off = self.control.mean() - true_mean
        left = np.maximum(var_y - slope * covariance, 0.0) * (count - 1) / (count - 2)
        around = np.where(var_c > 0.0, off * off / ((count - 1) * safe), 0.0)
        half = t_quantile(0.5 + 0.5 * level, count - 2) * np.sqrt(left * (1.0 / count + around))
        mean = self.measure.mean() - slope * off
        return Interval(mean, mean - half, mean + half, level, count)


def share_interval(hits: NDArray[np.int64], replications: int, level: float = 0.95) -> Interval:
    """Give the share of replications in which something happened, with its interval.

    Args:
        hits: int64[...], in how many replications it happened.
        replications: Of how many, 1 or more.
        level: Chance that the interval holds the true share.

    Returns:
        The share and the score interval, which stays between 0 and 1 and is sound for few hits.

    Source: E. B. Wilson (1927), JASA 22, 209-212. Newcombe (1998), Statistics in Medicine 17,
    table I, method 3: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0 to 0.1611.

    >>> made = share_interval(np.array([81]), 263)
    >>> round(float(made.low[0]), 4), round(float(made.high[0]), 4)
    (0.2553, 0.3662)
    """
    z = normal_quantile(0.5 + 0.5 * level)
    share = np.asarray(hits, np.float64) / replications
    centre = (share + z * z / (2 * replications)) / (1 + z * z / replications)
    inside = share * (1 - share) / replications + (z / (2 * replications)) ** 2
    half = z * np.sqrt(inside) / (1 + z * z / replications)
    low = np.where(share == 0.0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(share == 1.0, 1.0, np.minimum(centre + half, 1.0))
    return Interval(share, low, high, level, replications)
