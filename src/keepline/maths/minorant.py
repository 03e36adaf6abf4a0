"""Planes that lie below expected backorders, whatever is taken out of service and put on a shelf.

E(m, s) = E[(Poisson(m) - s)^+] is convex in the mean m and convex in the stock s, not in both
together. For slopes alpha in m and -beta in s the greatest plane below it, m in [0, M] and s >= s0,
has

    E(m, s) >= kappa + alpha m - beta s,
    kappa = min over s of E(m*(s), s) - alpha m*(s) + beta s,

with m*(s) where P(Poisson(m) >= s) = alpha, for at each s the function is convex in m. Between
whole s, E continued linearly lies above the plane as well. Where nothing can change the mean, the
tangent in s alone is such a plane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = NDArray[np.float64]

#: Stock levels looked at together before the best stretch is looked at one by one.
STRIDE: Final = 32
#: Taken off for rounding.
DOUBT: Final = 1e-9


def at_least(mean: Number, level: Number) -> Number:
    """Return P(Poisson(mean) >= level) of whole levels; 1 at 0."""
    found = special.gammainc(np.maximum(level, 1.0), mean)
    return np.asarray(np.where(level <= 0.0, 1.0, found))


def backorders(mean: Number, stock: Number) -> Number:
    """Return E[(Poisson(mean) - stock)^+] of whole stock.

    >>> round(float(backorders(np.array(4.0), np.array(4.0))), 4)
    0.7815
    """
    found = mean * at_least(mean, stock) - stock * at_least(mean, stock + 1.0)
    return np.maximum(found, 0.0)


#: Slopes in the mean that are tried.
SLOPES: Final = 7


def tangent(mean: float, beta: float, least: float) -> float:
    """Return the greatest kappa for which kappa - beta s is below E(mean, s) from a stock on.

    >>> mean, slope = 4.0, float(at_least(np.array(4.0), np.array(7.0)))
    >>> kappa = tangent(mean, slope, 0.0)
    >>> round(float(backorders(np.array(mean), np.array(6.0))) - (kappa - slope * 6.0), 6)
    0.0
    """
    low = float(np.floor(least))
    stock = np.arange(low, max(low, mean + 12.0 * np.sqrt(mean) + 20.0) + 1.0)
    found = float((backorders(np.full(len(stock), mean), stock) + beta * stock).min())
    return min(found, beta * float(stock[-1])) - DOUBT


def plane(mean: float, stock: float, beta: float, most: float, least: float) -> tuple[float, float]:
    """Return kappa and alpha of a plane of slope -beta in the stock, high where it is wanted.

    Slopes alpha are tried from beta, which asks for what is surely needed, to that of E itself,
    which also asks for what chance needs but may fall short of E far away.

    Args:
        mean: Where it is to be high.
        stock: Where it is to be high.
        beta: Slope against the stock, at least 0.
        most: The greatest mean.
        least: The least stock.
    """
    steep = float(at_least(np.array(mean), np.array(np.floor(stock))))
    found = [
        (intercept(alpha, beta, most, least), float(alpha))
        for alpha in np.linspace(min(beta, steep), max(beta, steep), SLOPES)
    ]
    return max(found, key=lambda one: one[0] + one[1] * mean)


def intercept(alpha: float, beta: float, most: float, least_stock: float) -> float:
    """Return the greatest kappa for which kappa + alpha m - beta s is below E(m, s).

    Args:
        alpha: Slope in the mean, 0..1.
        beta: Slope against the stock, at least 0.
        most: The greatest mean.
        least_stock: The least stock.

    """
    low = float(np.floor(least_stock))
    high = max(low, float(np.ceil(most + 12.0 * np.sqrt(most) + 20.0)))
    ends = np.unique(np.append(np.arange(low, high, STRIDE), high))
    found = _at(ends, alpha, beta, most)
    best = float(found.min())
    # beyond the last level what is short is nothing and the plane goes on falling
    beyond = beta * high - alpha * most
    # E falls and beta s rises along a stretch: no level of it is below its end less that rise
    could = found[1:] - beta * np.diff(ends) < best
    for begin, end in zip(ends[:-1][could], ends[1:][could], strict=True):
        best = min(best, float(_at(np.arange(begin, end), alpha, beta, most).min()))
    return min(best, beyond) - DOUBT


def _at(stock: Number, alpha: float, beta: float, most: float) -> Number:
    """Return the least over the mean of E - alpha m + beta s at each stock level."""
    touch = special.gammaincinv(np.maximum(stock, 1.0), alpha)
    mean = np.where(stock <= 0.0, 0.0, np.clip(touch, 0.0, most))
    return np.asarray(backorders(mean, stock) - alpha * mean + beta * stock)
