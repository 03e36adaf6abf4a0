"""A control: a second figure of each replication whose true mean is known takes out chance.

With y measured and c the control, whose mean mu is known, y - b (c - mu) has the mean of y for any
b that does not depend on these replications; its variance is least for b = cov(y, c) / var(c). So b
is learned from other replications, a *pilot*, and the mean keeps its law: no regression, no bias,
and Student's interval as for any mean (Lavenberg and Welch 1981, Management Science 27(3), 322-335,
section 3, with known b).

Sums stay whole numbers: b and b mu are rounded to multiples of a power of two, and what is summed
up is exactly y - b c + b mu with these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.intervals import Moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST: Final = 1.1
"""A control that divides the pilot's variance by less than this is left out."""
_SLOPE_BITS: Final = 20


@dataclass(frozen=True)
class Pair:
    """Moments of a measure, of its control, and of their sum, all to the same places."""

    measure: Moments
    control: Moments
    both: Moments

    @classmethod
    def of(
        cls, measure: NDArray[np.float64], control: NDArray[np.float64], places: int = 20
    ) -> Pair:
        """Sum up a block of replications; both arrays float64[replications, ...]."""
        # rounded before they are added, so that the sum's squares give the products exactly
        one, other = (np.rint(np.ldexp(values, places)) for values in (measure, control))
        both = np.ldexp(one + other, -places)
        return cls(
            Moments.of(measure, places), Moments.of(control, places), Moments.of(both, places)
        )

    def __add__(self, other: Pair) -> Pair:
        """Join two sets of replications; the order does not matter."""
        return Pair(
            self.measure + other.measure, self.control + other.control, self.both + other.both
        )

    def slope(self, most: float = np.inf) -> NDArray[np.float64]:
        """Give the coefficient that a pilot teaches.

        Args:
            most: The coefficient is cut to between 0 and this: a pilot that saw few events must not
                blow the control up.

        Returns:
            cov / var(control) of each measure; 0 where the control would divide the variance by
            less than `LEAST`.
        """
        var_y, var_c = self.measure.variance(), self.control.variance()
        covariance = 0.5 * (self.both.variance() - var_y - var_c)
        safe_y, safe_c = (np.where(one > 0.0, one, 1.0) for one in (var_y, var_c))
        explained = np.clip(covariance * covariance / (safe_y * safe_c), 0.0, 1.0)
        is_worth = (var_y > 0.0) & (var_c > 0.0) & (LEAST * (1.0 - explained) <= 1.0)
        slope: NDArray[np.float64] = np.clip(covariance / safe_c, 0.0, most)
        return np.where(is_worth, slope, 0.0)

    def steadied(self, slope: NDArray[np.float64], exact: NDArray[np.float64]) -> Moments:
        """Give the moments of measure - slope * (control - exact).

        Args:
            slope: float64[...], learned from other replications than these.
            exact: float64[...], the true mean of the control.

        Returns:
            Moments, whose mean is that of the measure.
        """
        y, c, bits = self.measure, self.control, _SLOPE_BITS
        steps = _whole(np.ldexp(slope, bits))
        mean = _whole(np.ldexp(_floats(steps) * exact, y.places))
        products = (self.both.squares - y.squares - c.squares) // 2
        total = y.total * (1 << bits) - steps * c.total
        squares = (
            y.squares * (1 << 2 * bits) - 2 * (1 << bits) * steps * products
        ) + steps * steps * c.squares
        return Moments(
            y.count,
            np.asarray(total + y.count * mean, object),
            np.asarray(squares + 2 * mean * total + y.count * mean * mean, object),
            y.places + bits,
        )


def _whole(values: NDArray[np.float64]) -> NDArray[np.object_]:
    """Round to Python integers, which have no bounds."""
    rounded = np.rint(np.asarray(values, np.float64))
    found = np.empty(rounded.shape, object)
    found[...] = np.array([int(one) for one in rounded.ravel()], object).reshape(rounded.shape)
    return found


def _floats(values: NDArray[np.object_]) -> NDArray[np.float64]:
    return np.asarray(values, np.float64)
