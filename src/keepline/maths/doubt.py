"""An uncertain failure rate: gamma-distributed, as a few rates with probabilities, or drawn.

Given the rate, everything is as for a certain one; so a law is computed for each of a few *nodes*
and mixed by their weights. Gauss's rule for the gamma law makes the mixture exact for polynomials;
how far it is from the exact law, the negative binomial, is measured where that is known (one place)
and the number of nodes is chosen by it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled
from keepline.maths.streams import RATE, uniforms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = NDArray[np.float64]

#: Numbers of nodes tried, the fewest first.
COUNTS = (4, 8, 16, 32, 64)
#: Units by which expected backorders may be wrong, for each unit of the mean.
NEAR = 1e-7
#: A node that adds less than this to the probability and to the mean is left out: it changes no
#: digit, and at hundreds of times the mean rate it would cost more time than all others.
NOTHING = 1e-16


class Nodes(NamedTuple):
    """Hold rates in place of a gamma law of mean 1, with their probabilities [k]."""

    factor: Number
    weight: Number


CERTAIN = Nodes(np.ones(1), np.ones(1))
"""A rate that is certain."""


def gauss_nodes(shape: float, count: int) -> Nodes:
    """Return Gauss's nodes for a gamma law of mean 1.

    They are the eigenvalues of the tridiagonal matrix of the generalised Laguerre polynomials.

    Args:
        shape: Of the gamma law, above 0.
        count: How many nodes.

    Source: G. H. Golub and J. H. Welsch (1969), Calculation of Gauss Quadrature Rules, Mathematics
    of Computation 23(106).

    Exact for the square of the rate, whose mean is 1 + 1 / shape:

    >>> factor, weight = gauss_nodes(12.5, 4)
    >>> round(float(weight @ factor), 12), round(float(weight @ factor**2), 12)
    (1.0, 1.08)
    """
    k = np.arange(count)
    beside = np.sqrt(k[1:] * (k[1:] + shape - 1.0))
    values, vectors = np.linalg.eigh(np.diag(2.0 * k + shape) + np.diag(beside, 1), UPLO="U")
    weight = vectors[0] ** 2
    return Nodes(np.maximum(values, 0.0) / shape, weight / weight.sum())


@compiled
def furthest(mean: float, shape: float, factor: Number, weight: Number) -> float:
    """Return the most by which expected backorders at one place are wrong with nodes.

    Against the negative binomial law, over every stock from none to where one in 1e-9 is short.

    Args:
        mean: Units outstanding, at the mean rate.
        shape: Of the gamma law of the rate.
        factor: The nodes.
        weight: Their weights.
    """
    spread = 1.0 + mean / shape
    most = poisson.quantile(mean, 1.0 - 1e-9, spread) + 1
    step = max(1, most // 64)
    worst = 0.0
    for stock in range(0, most + 1, step):
        mixed = 0.0
        for k in range(factor.size):
            mixed += weight[k] * poisson.ebo(mean * factor[k], stock)
        worst = max(worst, abs(mixed - poisson.ebo(mean, stock, spread)))
    return worst


def nodes_for(shape: float, mean: float) -> Nodes:
    """Return the fewest nodes with which expected backorders are right to 1e-7 of the mean.

    Where 64 are not enough (a mean much larger than the failures that taught the rate), 64 are
    taken; `furthest` tells what they miss.

    Args:
        shape: Of the gamma law of the rate; infinite where it is certain.
        mean: The most units ever outstanding at one place, at the mean rate.
    """
    if math.isinf(shape) or mean <= 0.0:
        return CERTAIN
    for count in COUNTS:
        nodes = gauss_nodes(shape, count)
        nodes = _material(nodes)
        if furthest(mean, shape, *nodes) <= NEAR * max(1.0, mean):
            break
    return nodes


def _material(nodes: Nodes) -> Nodes:
    """Return the nodes that change a digit of the mixture."""
    counts = nodes.weight * np.maximum(nodes.factor, 1.0) > NOTHING
    weight = nodes.weight[counts]
    return Nodes(nodes.factor[counts], weight / weight.sum())


def factors_drawn(
    shape: float, seed: int, stream: int, first_replication: int, replications: int
) -> Number:
    """Draw what each replication multiplies the rate by: a gamma law of mean 1.

    Args:
        shape: Of the gamma law; infinite gives ones.
        seed: Seed of the whole run, 0 or more.
        stream: Number of the pool's stream.
        first_replication: Number of the first replication.
        replications: How many.

    Returns:
        float64[replications].
    """
    if math.isinf(shape):
        return np.ones(replications)
    from scipy.special import gammaincinv  # noqa: PLC0415 - slow to load, and seldom needed

    share = uniforms(seed, stream, first_replication, replications, RATE, 0)
    drawn: Number = gammaincinv(shape, share) / shape
    return np.maximum(drawn, 1e-300)


def factor_quantile(shape: float, share: float) -> float:
    """Return what the rate is under, as a multiple of its mean, with a probability.

    Args:
        shape: Of the gamma law; infinite gives 1.
        share: The probability, between 0 and 1.

    The 95 % quantile of a chi-square law with 25 degrees of freedom is 37.652:

    >>> round(25.0 * factor_quantile(12.5, 0.95), 3)
    37.652
    """
    if math.isinf(shape):
        return 1.0
    from scipy.special import gammaincinv  # noqa: PLC0415

    return float(gammaincinv(shape, share) / shape)
