"""When enough is played: the intervals of average availability are as narrow as asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.quantiles import t_quantile

if TYPE_CHECKING:
    from keepline.maths.intervals import Moments
    from keepline.simulation.outcome import Outcome

#: Whether it is enough is asked after every so many replications, whatever the blocks.
STEP = 100
#: No fewer are played: before, a variance says too little to be stopped by.
LEAST = 200
LEVEL = 0.95


def half_width(found: Outcome) -> float:
    """Return the widest half-width of the intervals of average availability over the plan.

    Half-width = t(0.975, n - 1) sqrt(variance / n), of each course and of their difference.
    """
    averages = [one for key, one in found.moments.items() if key[0] == "plan"]
    return max((_half(one) for one in averages), default=0.0)


def _half(moments: Moments) -> float:
    quantile = t_quantile(0.5 + 0.5 * LEVEL, moments.count - 1)
    return float(quantile * np.sqrt(moments.variance() / moments.count))


def expected(count: int, widest: float, precision: float | None, most: int) -> int:
    """Return how many replications it will take: the half-width falls with the root of them.

    Args:
        count: Played so far.
        widest: The widest half-width so far.
        precision: The half-width that is asked for; None for all.
        most: No more are played.

    >>> expected(200, 0.02, 0.01, 10_000), expected(200, 0.02, 0.001, 10_000)
    (800, 10000)
    """
    if precision is None or not math.isfinite(widest):
        return most
    if widest <= precision:
        return min(max(count, LEAST), most)
    needed = count * (widest / precision) ** 2
    return most if needed >= most else min(most, STEP * math.ceil(needed / STEP))


def is_enough(count: int, widest: float, precision: float | None) -> bool:
    """Tell whether to stop after so many replications."""
    return precision is not None and count >= LEAST and count % STEP == 0 and widest <= precision
