"""How much to buy once, and how long it lasts, when demand is a mixture of Poisson laws.

Each branch of a scenario gives a mean; the branch is not known when the order is placed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keepline.maths import poisson
from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@compiled
def mixed_cdf(means: NDArray[np.float64], probabilities: NDArray[np.float64], stock: int) -> float:
    """Return the probability that demand is at most `stock`, over branches.

    Args:
        means: Expected demand in each branch; float64[w].
        probabilities: Of the branches, summing to 1; float64[w].
        stock: Units.
    """
    total = 0.0
    for w in range(means.size):
        total += probabilities[w] * poisson.cdf(means[w], stock)
    return total


@compiled
def mixed_ebo(means: NDArray[np.float64], probabilities: NDArray[np.float64], stock: int) -> float:
    """Return the expected units short with `stock`, over branches; as `mixed_cdf`."""
    total = 0.0
    for w in range(means.size):
        total += probabilities[w] * poisson.ebo(means[w], stock)
    return total


@compiled
def mixed_quantile(
    means: NDArray[np.float64], probabilities: NDArray[np.float64], confidence: float
) -> int:
    """Return the fewest units that meet demand with the confidence asked for.

    Args:
        means: Expected demand in each branch; float64[w].
        probabilities: Of the branches, summing to 1; float64[w].
        confidence: 0 to 1; 1 is taken as 1 - 1e-15, for no finite stock is certain.

    Cut-off at 6 or 12 months or never, 2 removals a month for 24 months:

    >>> import numpy as np
    >>> means, chances = np.array([42.3, 30.9, 8.1]), np.array([0.5, 0.3, 0.2])
    >>> [mixed_quantile(means, chances, c) for c in (0.8, 0.9, 0.95, 0.99)]
    [44, 48, 51, 56]
    """
    wanted = min(confidence, 1.0 - 1e-15)
    low, high = -1, 0
    for w in range(means.size):
        if probabilities[w] > 0.0:
            high = max(high, poisson.quantile(means[w], wanted))
    while high - low > 1:
        middle = (low + high) // 2
        if mixed_cdf(means, probabilities, middle) >= wanted:
            high = middle
        else:
            low = middle
    return high


@compiled
def final_order_cost(
    means: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    shortage_cost: float,
    leftover_cost: float,
    units: int,
) -> float:
    """Return the expected cost of being short or of units left over, for a last order of `units`.

    Args:
        means: Expected demand in each branch; float64[w].
        probabilities: Of the branches, summing to 1; float64[w].
        shortage_cost: Of a unit short.
        leftover_cost: Of a unit left over.
        units: Size of the order.

    >>> import numpy as np
    >>> round(final_order_cost(np.array([6.0]), np.array([1.0]), 4.0, 1.0, 8), 9)
    3.570106946
    """
    short = mixed_ebo(means, probabilities, units)
    mean = 0.0
    for w in range(means.size):
        mean += probabilities[w] * means[w]
    return shortage_cost * short + leftover_cost * (units - mean + short)


@compiled
def final_order(
    means: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    shortage_cost: float,
    leftover_cost: float,
) -> int:
    """Return the last order of least expected cost (the newsvendor's, over branches).

    The fewest units S with P(demand <= S) >= shortage_cost / (shortage_cost + leftover_cost).

    Args:
        means: Expected demand in each branch; float64[w].
        probabilities: Of the branches, summing to 1; float64[w].
        shortage_cost: Of a unit short, 0 or more.
        leftover_cost: Of a unit left over, 0 or more.

    Source: L. V. Snyder and Z.-J. M. Shen (2019), Fundamentals of Supply Chain Theory, example 4.7.

    >>> import numpy as np
    >>> final_order(np.array([6.0]), np.array([1.0]), 4.0, 1.0)
    8
    """
    if shortage_cost <= 0.0:
        return 0
    return mixed_quantile(means, probabilities, shortage_cost / (shortage_cost + leftover_cost))


@compiled
def endurable_mean(stock: int, confidence: float) -> float:
    """Return the greatest expected demand that `stock` meets with the confidence asked for.

    It is the (1 - confidence) quantile of Gamma(stock + 1, 1). A part without resupply that is
    removed `rate` times a day holds endurable_mean / rate days at that confidence; with resupply,
    until its expected outstanding units pass it (an upper bound until the last return).

    Args:
        stock: Units, 0 or more; below 0 nothing is endured.
        confidence: 0 to 1; 1 gives 0, 0 gives infinity.

    Nine units, two removals a month, 95 %:

    >>> round(endurable_mean(9, 0.95) / 2.0, 7)
    2.7127028
    """
    if stock < 0 or confidence >= 1.0:
        return 0.0
    if confidence <= 0.0:
        return math.inf
    low, high = 0.0, stock + 1.0
    while poisson.cdf(high, stock) > confidence:
        low, high = high, 2.0 * high
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in {low, high} or high - low <= 1e-14 * high:
            break
        if poisson.tail(middle, stock) <= 1.0 - confidence:
            low = middle
        else:
            high = middle
    return low
