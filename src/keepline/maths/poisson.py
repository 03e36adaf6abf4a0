"""Poisson laws of units outstanding, and their gamma mixtures, exact to the last few digits.

Every function takes `spread`, the variance divided by the mean: 1 is the Poisson law, more is
the negative binomial law that a gamma-distributed (uncertain) failure rate gives. Both share one
recursion, p(k+1) / p(k) = (mean + k (spread - 1)) / (spread (k + 1)), summed outward from the
level asked for, so that all terms are positive and no tail is a difference of near-equal numbers.

Relative accuracy is about 1e-12 for means and levels from 0 to 1e6 (values under 1e-300 are 0).
"""

from __future__ import annotations

import math

from keepline.maths.compiled import compiled, inner

NEGLIGIBLE = 1e-18
LEAST_SPREAD = 1.0 + 1e-12
LEAST_MEAN = 1e-290
LEAST_TERM = 1e-300  # a smaller one may round up to itself for ever


@inner
def stirling_error(x: float) -> float:
    """Return log Gamma(x+1) less Stirling's formula (x + 1/2) log x - x + log(2 pi)/2; x > 0."""
    if x < 16.0:
        return math.lgamma(x + 1.0) - (x + 0.5) * math.log(x) + x - 0.5 * math.log(2.0 * math.pi)
    y = 1.0 / (x * x)
    series = 1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188))))
    return series / x


@inner
def deviance(x: float, m: float) -> float:
    """Return x log(x/m) + m - x without cancellation (Loader, 2000, section 5); x, m > 0."""
    if abs(x - m) >= 0.1 * (x + m):
        return x * math.log(x / m) + m - x
    v = (x - m) / (x + m)
    total = (x - m) * v
    term = 2.0 * x * v
    for j in range(1, 1000):
        term *= v * v
        following = total + term / (2 * j + 1)
        if following == total:
            break
        total = following
    return total


@inner
def mixed_pmf(mean: float, k: float, spread: float) -> float:
    """Return the negative binomial probability of k units; mean > 0, k >= 0, spread > 1."""
    r = mean / (spread - 1.0)
    if k == 0.0:
        return math.exp(-r * math.log(spread))
    if r < LEAST_MEAN:
        return 0.0
    n = r + k
    exponent = stirling_error(n) - stirling_error(r) - stirling_error(k)
    exponent -= deviance(r, n / spread) + deviance(k, n * (1.0 - 1.0 / spread))
    return r / n * math.sqrt(n / (2.0 * math.pi * r * k)) * math.exp(exponent)


@compiled
def pmf(mean: float, count: int, spread: float = 1.0) -> float:
    """Return the probability of exactly `count` units.

    Args:
        mean: Expected units, 0 or more.
        count: Units; below 0 the probability is 0.
        spread: Variance divided by mean, 1 or more.

    Source: C. Loader (2000), Fast and Accurate Computation of Binomial Probabilities.

    >>> round(pmf(10.0, 11), 10)
    0.1137363961
    >>> pmf(0.0, 0)
    1.0
    """
    if count < 0:
        return 0.0
    if mean <= 0.0:
        return 1.0 if count == 0 else 0.0
    k = float(count)
    if spread <= LEAST_SPREAD:
        if count == 0:
            return math.exp(-mean)
        return math.exp(-stirling_error(k) - deviance(k, mean)) / math.sqrt(2.0 * math.pi * k)
    return mixed_pmf(mean, k, spread)


@inner
def upper_sums(mean: float, level: int, spread: float) -> tuple[float, float, float]:
    """Return P(X > level), E[(X-level)^+] and E[((X-level)^+)^2]; accurate for level >= mean."""
    term = pmf(mean, level + 1, spread)
    first = second = zeroth = 0.0
    k = level + 1.0
    while term > LEAST_TERM:
        over = k - level
        zeroth += term
        first += over * term
        second += over * over * term
        if over * over * term <= NEGLIGIBLE * second:
            break
        term *= (mean + k * (spread - 1.0)) / (spread * (k + 1.0))
        k += 1.0
    return zeroth, first, second


@inner
def lower_sums(mean: float, level: int, spread: float) -> tuple[float, float, float, float]:
    """Return sums of p, of (s-k)p, of (s-k)^2 p and of (k-mean)(s-k)p over k <= s = level.

    Accurate for level <= mean.
    """
    term = pmf(mean, level, spread)
    zeroth = first = second = crossed = 0.0
    k = float(level)
    while term > LEAST_TERM:
        under = level - k
        zeroth += term
        first += under * term
        second += under * under * term
        crossed += (k - mean) * under * term
        if k == 0.0 or (1.0 + under * under) * term <= NEGLIGIBLE * (zeroth + second):
            break
        term *= spread * k / (mean + (k - 1.0) * (spread - 1.0))
        k -= 1.0
    return zeroth, first, second, crossed


@compiled
def cdf(mean: float, count: int, spread: float = 1.0) -> float:
    """Return the probability of `count` units or fewer.

    >>> round(cdf(10.0, 11), 10), round(cdf(2.5, 3), 10)
    (0.6967761463, 0.7575761331)
    """
    if count < 0:
        return 0.0
    if mean <= 0.0:
        return 1.0
    if count < mean:
        return min(1.0, lower_sums(mean, count, spread)[0])
    return 1.0 - upper_sums(mean, count, spread)[0]


@compiled
def tail(mean: float, count: int, spread: float = 1.0) -> float:
    """Return the probability of more than `count` units, accurate however small it is.

    >>> f"{tail(1.0, 20):.6e}"
    '7.542625e-21'
    """
    if count < 0:
        return 1.0
    if mean <= 0.0:
        return 0.0
    if count < mean:
        return max(0.0, 1.0 - lower_sums(mean, count, spread)[0])
    return upper_sums(mean, count, spread)[0]


@compiled
def quantile(mean: float, share: float, spread: float = 1.0) -> int:
    """Return the fewest units that are enough with probability `share`.

    Args:
        mean: Expected units, 0 or more.
        share: Probability; 0 or less gives 0, and from 1 - 1e-17 on the level whose upper tail
            is under 1e-17, for no finite level is enough for certain.
        spread: Variance divided by mean, 1 or more.

    >>> quantile(6.0, 0.8), quantile(0.0, 0.99)
    (8, 0)
    """
    if mean <= 0.0 or share <= 0.0:
        return 0
    short = max(1.0 - share, 1e-17)
    high = int(mean) + 1
    while tail(mean, high, spread) > short:
        high = 2 * high + 8
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        if middle < mean:
            enough = cdf(mean, middle, spread) >= share
        else:
            enough = tail(mean, middle, spread) <= short
        if enough:
            high = middle
        else:
            low = middle
    return high


@compiled
def ebo(mean: float, stock: int, spread: float = 1.0) -> float:
    """Return the expected backorders E[max(X - stock, 0)].

    Args:
        mean: Expected units outstanding, 0 or more.
        stock: Units of stock; below 0 every unit outstanding and -stock more are backordered.
        spread: Variance divided by mean, 1 or more.

    Source: G. J. Feeney and C. C. Sherbrooke (1966), The (s-1, s) Inventory Policy under Compound
    Poisson Demand, Management Science 12(5); C. Palm (1938).

    >>> [round(ebo(mean, stock), 10) for mean, stock in ((10.0, 12), (2.5, 4), (0.8, 2))]
    [0.5309162537, 0.1707717428, 0.0581210995]
    """
    if mean <= 0.0:
        return float(max(-stock, 0))
    if stock <= 0:
        return mean - stock
    if stock < mean:
        return mean - stock + lower_sums(mean, stock, spread)[1]
    return upper_sums(mean, stock, spread)[1]


@compiled
def loss_variance(mean: float, stock: int, spread: float = 1.0) -> float:
    """Return the variance of the backorders max(X - stock, 0).

    Below the mean it is Var X + Var W + 2 Cov(X, W) with W = max(stock - X, 0), which keeps the
    digits that E[B^2] - E[B]^2 would lose.

    Source: S. C. Graves (1985), A Multi-Echelon Inventory Model for a Repairable Item with
    One-for-One Replenishment, Management Science 31(10).

    >>> round(loss_variance(2.8, 2), 8)
    1.83427151
    """
    if mean <= 0.0:
        return 0.0
    if stock <= 0:
        return mean * spread
    if stock < mean:
        _, first, second, crossed = lower_sums(mean, stock, spread)
        return mean * spread + (second - first * first) + 2.0 * crossed
    _, first, second = upper_sums(mean, stock, spread)
    return second - first * first
