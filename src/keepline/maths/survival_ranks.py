"""Days held, read off simulated first shortages, with intervals by order statistics.

The number of n independent times at or before a law's p-quantile is Binomial(n, p), whatever the
law; so the l-th and the u-th smallest hold the quantile between them at least as surely as
1 - P(count < l) - P(count >= u).

Source: H. A. David and H. N. Nagaraja (2003), Order Statistics, third edition, section 7.1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVEL = 0.95
ROUNDING = 1e-9


def binomial_cdf(count: int, share: float) -> Floats:
    """Return P(X <= x) for x from 0 to `count`, X ~ Binomial(count, share).

    >>> binomial_cdf(2, 0.5).round(9).tolist()
    [0.25, 0.75, 1.0]
    """
    x = np.arange(count + 1)
    if share <= 0.0 or share >= 1.0:
        return np.asarray(x >= (0 if share <= 0.0 else count), np.float64)
    factorials = np.array([math.lgamma(k + 1.0) for k in range(count + 1)])
    logs = factorials[-1] - factorials - factorials[::-1]
    logs += x * math.log(share) + (count - x) * math.log1p(-share)
    return np.asarray(np.minimum(np.cumsum(np.exp(logs)), 1.0))


def rank_interval(count: int, share: float, level: float = LEVEL) -> tuple[int, int]:
    """Return the ranks, from 1, of the values that hold a quantile between them.

    Args:
        count: How many independent values there are.
        share: The quantile, 0 to 1.
        level: Chance that the interval holds it.

    Returns:
        The greatest l and the least u, each missing it with at most half of 1 - level; l is 0 and
        u is count + 1 where no value will do.

    The median of 10: the second and the ninth, which hold it with 97.9 % (David and Nagaraja,
    section 7.1).

    >>> rank_interval(10, 0.5)
    (2, 9)
    """
    miss = 0.5 * (1.0 - level)
    below = binomial_cdf(count, share)
    low = int(np.searchsorted(below, miss + ROUNDING * miss, side="right"))
    high = int(np.searchsorted(below, 1.0 - miss, side="left")) + 1
    return low, high


def held(first_short_day: Floats, confidence: float, end: int) -> tuple[int, int, int]:
    """Return the days held at a confidence, and the ends of their 95 % interval.

    The first failing day d is the first whole one by which more than 1 - confidence of all have
    been short.

    Args:
        first_short_day: When each replication was first short, infinite if never [replications].
        confidence: Probability with which nothing must be short, 0 to 1.
        end: Days of the plan, more than which none are held.

    Returns:
        Days, and those of the lower and the upper end.

    >>> held(np.array([2.5, 7.5, 9.5, 11.5]), 0.5, 10)
    (9, 0, 10)
    """
    ordered = np.sort(first_short_day)
    count = len(ordered)
    spared = count * (1.0 - confidence)
    rank = math.floor(spared + ROUNDING * max(1.0, spared)) + 1
    low, high = rank_interval(count, 1.0 - confidence)

    def days(which: int) -> int:
        if which < 1:
            return 0
        short_on = ordered[which - 1] if which <= count else math.inf
        return end if short_on > end else max(math.ceil(short_on) - 1, 0)

    at = days(rank)
    return at, min(days(low), at), max(days(high), at)


def enough(needed: Floats, confidence: float) -> tuple[float, float, float]:
    """Return the fewest units enough at a confidence, and the ends of their 95 % interval.

    Args:
        needed: Units that each replication needs, infinite where no number helps [replications].
        confidence: Share of replications that must have enough.

    Returns:
        Units, infinite where no number is enough.

    >>> enough(np.array([0.0, 1.0, 4.0, np.inf]), 0.75)
    (4.0, 0.0, inf)
    """
    ordered = np.sort(needed)
    count = len(ordered)
    rank = max(math.ceil(count * confidence - ROUNDING * count), 1)
    low, high = rank_interval(count, confidence)
    value = float(ordered[rank - 1])
    return (
        value,
        min(float(ordered[low - 1]) if low >= 1 else 0.0, value),
        max(float(ordered[high - 1]) if high <= count else math.inf, value),
    )
