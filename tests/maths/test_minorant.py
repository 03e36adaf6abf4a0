"""Planes below expected backorders, held against sums over the Poisson law."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from keepline.maths.minorant import at_least, backorders, intercept, plane, tangent


def summed(mean: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """Return E[(Poisson(mean) - stock)^+] by summing [stocks, means]."""
    x = np.arange(int(mean.max() + 12 * np.sqrt(mean.max()) + 40))
    law = stats.poisson.pmf(x[:, None], mean[None, :])
    return np.maximum(x[None, :] - stock[:, None], 0.0) @ law


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 90.0])
def test_backorders_and_chances_are_the_sums(mean):
    stock = np.arange(0.0, 120.0, 7.0)
    expected = summed(np.array([mean]), stock)[:, 0]
    assert backorders(np.full(len(stock), mean), stock) == pytest.approx(expected, abs=1e-10)
    found = at_least(np.full(len(stock), mean), stock)
    assert found == pytest.approx(stats.poisson.sf(stock - 1.0, mean), abs=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_no_plane_is_anywhere_above(seed):
    rng = np.random.default_rng(seed)
    most = float(rng.choice([0.4, 6.0, 80.0, 300.0]))
    least = float(rng.integers(0, int(most) + 2)) + rng.choice([0.0, 0.4])
    mean = rng.uniform(0.0, most)
    stock = least + float(rng.integers(0, int(2.0 * most) + 3))
    steep = at_least(np.array(mean), np.array(np.floor(stock)))
    flat = at_least(np.array(mean), np.array(np.floor(stock) + 1.0))
    beta = float(flat + rng.random() * (steep - flat))
    alpha = float(rng.choice([0.0, beta, float(steep), 1.0, rng.random()]))
    means, stocks = np.linspace(0.0, most, 60), np.arange(np.floor(least), 2.0 * most + 60.0)
    truth = summed(means, stocks)
    for kappa, slope in ((intercept(alpha, beta, most, least), alpha),
                         plane(mean, stock, beta, most, least)):  # fmt: skip
        below = kappa + slope * means[None, :] - beta * stocks[:, None]
        assert (truth >= below).all()
    fixed = summed(np.array([mean]), stocks)[:, 0]
    kappa = tangent(mean, beta, least)
    assert (fixed >= kappa - beta * stocks).all()
    # and it touches somewhere
    assert (fixed - kappa + beta * stocks).min() < 1e-8


def test_a_plane_without_slopes_says_nothing():
    assert intercept(0.0, 0.0, 10.0, 0.0) == pytest.approx(0.0, abs=1e-8)
