"""An uncertain rate: the nodes mix to the negative binomial law, the draws to the gamma law."""

import math

import numpy as np
import pytest
from scipy import stats

from keepline.maths import poisson
from keepline.maths.doubt import (
    CERTAIN,
    NEAR,
    factor_quantile,
    factors_drawn,
    furthest,
    gauss_nodes,
    nodes_for,
)


@pytest.mark.parametrize("shape", [0.5, 2.5, 40.5, 3000.5])
@pytest.mark.parametrize("count", [4, 16, 64])
def test_nodes_are_exact_for_powers(shape: float, count: int) -> None:
    factor, weight = gauss_nodes(shape, count)
    assert weight.sum() == pytest.approx(1.0, abs=1e-14)
    for power in range(1, 6):
        exact = math.prod(1.0 + k / shape for k in range(power))
        assert weight @ factor**power == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize(("shape", "mean"), [(0.5, 0.7), (5.5, 5.0), (20.5, 30.0), (100.5, 90.0)])
def test_backorders_are_those_of_the_negative_binomial(shape: float, mean: float) -> None:
    factor, weight = nodes_for(shape, mean)
    law = stats.nbinom(shape, shape / (shape + mean))
    for stock in range(int(mean + 6 * law.std())):
        level = np.arange(stock)
        exact = mean - stock + ((stock - level) * law.pmf(level)).sum()
        mixed = sum(w * poisson.ebo(mean * f, stock) for f, w in zip(factor, weight, strict=True))
        assert mixed == pytest.approx(exact, abs=2 * NEAR * max(1.0, mean))
    assert furthest(mean, shape, factor, weight) <= NEAR * max(1.0, mean)


def test_a_certain_rate_needs_one_node() -> None:
    assert nodes_for(math.inf, 100.0) is CERTAIN
    assert nodes_for(2.5, 0.0) is CERTAIN


def test_the_draws_follow_the_gamma_law_whatever_the_block() -> None:
    drawn = factors_drawn(2.5, 1, 3, 0, 4000)
    apart = [factors_drawn(2.5, 1, 3, first, 1000) for first in range(0, 4000, 1000)]
    assert (drawn == np.concatenate(apart)).all()
    assert stats.kstest(drawn * 2.5, stats.gamma(2.5).cdf).pvalue > 0.01
    assert (factors_drawn(math.inf, 7, 3, 0, 5) == 1.0).all()
    assert (factors_drawn(2.5, 8, 3, 0, 5) != drawn[:5]).all()


def test_the_quantile_of_a_certain_rate_is_the_rate() -> None:
    assert factor_quantile(math.inf, 0.9) == 1.0
    assert factor_quantile(0.5, 0.5) == pytest.approx(stats.gamma(0.5).ppf(0.5) / 0.5)
