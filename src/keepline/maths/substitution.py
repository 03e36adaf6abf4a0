"""Expected units short when parts stand in for one another, all stock in one place.

A *chain* is a list of parts of which each may stand in for all later ones. Of part k, X_k units are
outstanding (Poisson, independent) against a stock of s_k. Demand that may only be met by the first
k stocks is that of the first k parts, so that the fewest units short are

    max(0, max over k of sum over i <= k of (X_i - s_i))          (Hall 1935; Koenig 1931)

Serving each part's own demand first and handing what is left to the next part reaches it in every
state: L_k = (L_(k-1) + s_k - X_k)^+ is left and (X_k - s_k - L_(k-1))^+ are short, whose sum is
the maximum above (Lindley 1952). The sets of demands that can be met together are a transversal
matroid (Edmonds and Fulkerson 1965), in which every best set has the same size: whatever positive
weights the parts have, an allocation that loses least service leaves just as many units short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled
from keepline.maths.poisson import ebo, pmf

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A chance under which a state is left out; what all of them could add is far below 1e-12 units.
RARE = 1e-18


@compiled
def chain_short(mean: NDArray[np.float64], stock: NDArray[np.int64]) -> float:
    """Return the expected units short of a chain, all its parts together.

    Args:
        mean: Expected units outstanding of each part, 0 or more [parts].
        stock: Units of each, 0 or more; the first part may stand in for all others [parts].

    Part 1 may serve part 2; 3 and 2 units are outstanding, against stocks of 5 and 1:

    >>> round(chain_short(np.array([3.0, 2.0]), np.array([5, 1])), 8)
    0.50465456
    """
    left = np.ones(1)
    short = 0.0
    for part in range(mean.size):
        for units in range(left.size):
            if left[units] >= RARE:
                short += left[units] * ebo(mean[part], units + stock[part])
        if part + 1 < mean.size:
            left = handed_on(left, mean[part], stock[part])
    return short


@compiled
def handed_on(left: NDArray[np.float64], mean: float, stock: int) -> NDArray[np.float64]:
    """Return the law of what a part hands on, its own demand served first.

    Args:
        left: P(n units are handed to it), n = 0, 1, ... [most + 1].
        mean: Its expected units outstanding.
        stock: Its own units.

    >>> handed_on(np.array([1.0]), 0.0, 2).tolist()
    [0.0, 0.0, 1.0]
    """
    found = np.zeros(left.size + stock)
    chance = np.array([pmf(mean, count) for count in range(found.size)])
    likely = np.nonzero(chance >= RARE)[0]
    if likely.size == 0:  # far more is outstanding than there is
        found[0] = left.sum()
        return found
    for units in range(left.size):
        has = units + stock
        if left[units] >= RARE:
            for count in range(likely[0], min(has, likely[-1] + 1)):
                found[has - count] += left[units] * chance[count]
    found[0] = max(0.0, left.sum() - found.sum())
    return found


@compiled
def shorts(
    mean: NDArray[np.float64], stock: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the expected units short apart, in a chain and with all stock pooled [cases] each.

    Args:
        mean: Expected units outstanding [cases, parts].
        stock: Units, 0 or more [cases, parts].

    Pooled <= chain <= apart:

    >>> [round(float(x[0]), 8) for x in shorts(np.array([[3.0, 2.0]]), np.array([[5, 1]]))]
    [1.26995584, 0.50465456, 0.4932975]
    """
    cases, parts = mean.shape
    apart, chain, pooled = np.zeros(cases), np.zeros(cases), np.zeros(cases)
    for case in range(cases):
        for part in range(parts):
            apart[case] += ebo(mean[case, part], stock[case, part])
        chain[case] = chain_short(mean[case], stock[case])
        pooled[case] = ebo(mean[case].sum(), stock[case].sum())
    return apart, chain, pooled
