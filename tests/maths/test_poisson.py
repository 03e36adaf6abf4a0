"""Poisson and gamma-mixed laws against sums in sixty decimal digits, and at their edges."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from keepline.maths import poisson


def decimal_sums(mean: float, stock: int, spread: float) -> dict[str, float]:
    """Sum the law term by term in sixty digits."""
    with localcontext() as context:
        context.prec = 60
        m, v = Decimal(mean), Decimal(spread)
        term = (-m).exp() if spread == 1.0 else (-(m / (v - 1)) * v.ln()).exp()
        at = below = above = short = square = Decimal(0)
        last = int(max(mean, stock) + 60 * math.sqrt(max(mean, stock, 1) * spread) + 200 * spread)
        for k in range(last):
            if k == stock:
                at = term
            if k <= stock:
                below += term
            else:
                above += term
                short += (k - stock) * term
                square += (k - stock) ** 2 * term
            term = term * (m + k * (v - 1)) / (v * (k + 1))
        sums = {"pmf": at, "cdf": below, "tail": above, "ebo": short}
        sums["loss_variance"] = square - short * short
        return {name: float(value) for name, value in sums.items()}


def cases() -> list[tuple[float, int, float]]:
    stream = np.random.default_rng(20200619)
    drawn = []
    for k in range(40):
        spread = 1.0 if k % 2 else 1.0 + 10.0 ** stream.uniform(-3, 1)
        mean = 10.0 ** stream.uniform(-4, 3)
        stock = max(0, round(mean + stream.uniform(-9, 9) * math.sqrt(mean * spread)))
        drawn.append((float(mean), stock, float(spread)))
    return drawn


@pytest.mark.parametrize("name", ["pmf", "cdf", "tail", "ebo", "loss_variance"])
def test_every_law_agrees_with_sixty_digits(name: str) -> None:
    for mean, stock, spread in cases():
        expected = decimal_sums(mean, stock, spread)[name]
        found = getattr(poisson, name)(mean, stock, spread)
        assert found == pytest.approx(expected, rel=5e-12, abs=1e-300), (mean, stock, spread)


def test_far_tails_keep_their_digits() -> None:
    assert poisson.tail(1.0, 100) == pytest.approx(decimal_sums(1.0, 100, 1.0)["tail"], rel=1e-13)
    assert poisson.ebo(0.01, 30) == pytest.approx(decimal_sums(0.01, 30, 1.0)["ebo"], rel=1e-13)
    assert poisson.cdf(300.0, 40) == pytest.approx(decimal_sums(300.0, 40, 1.0)["cdf"], rel=1e-12)


def test_ebo_at_the_mean_is_mean_times_pmf() -> None:
    for mean in (1, 100, 10_000, 1_000_000):
        expected = mean * poisson.pmf(float(mean), mean)
        assert poisson.ebo(float(mean), mean) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("spread", [1.0, 1.0 + 1e-9, 1.5, 4.0])
@pytest.mark.parametrize("mean", [0.0, 5e-324, 1e-310, 1e-300, 1e-9, 1.0, 1e6])
@pytest.mark.parametrize("stock", [-3, 0, 1, 999_999, 1_000_000])
def test_nothing_is_ever_not_a_number(mean: float, stock: int, spread: float) -> None:
    found = poisson.ebo(mean, stock, spread)
    assert math.isfinite(found)
    assert found >= max(0.0, mean - stock) * (1 - 1e-12) - 1e-300
    assert 0.0 <= poisson.cdf(mean, stock, spread) <= 1.0
    assert 0.0 <= poisson.tail(mean, stock, spread) <= 1.0
    assert 0.0 <= poisson.loss_variance(mean, stock, spread) <= mean * spread * (1 + 1e-9)


def test_no_removals_need_no_stock() -> None:
    assert poisson.pmf(0.0, 0) == 1.0
    assert poisson.pmf(0.0, 1) == 0.0
    assert poisson.cdf(0.0, 0) == 1.0
    assert poisson.cdf(5.0, -1) == 0.0
    assert poisson.tail(5.0, -1) == 1.0
    assert poisson.ebo(0.0, 0) == 0.0
    assert poisson.ebo(0.0, -2) == 2.0
    assert poisson.quantile(0.0, 0.99) == 0


@pytest.mark.parametrize("spread", [1.0, 2.5])
@pytest.mark.parametrize("mean", [0.02, 0.7, 6.0, 250.0, 1e6])
@pytest.mark.parametrize("share", [0.001, 0.5, 0.95, 0.999999])
def test_quantile_is_the_first_level_that_is_enough(
    mean: float, share: float, spread: float
) -> None:
    level = poisson.quantile(mean, share, spread)
    assert poisson.cdf(mean, level, spread) >= share * (1 - 1e-12)
    assert poisson.cdf(mean, level - 1, spread) < share


def test_a_share_of_one_gives_a_level_that_is_all_but_certain() -> None:
    level = poisson.quantile(10.0, 1.0)
    assert poisson.tail(10.0, level) <= 1e-17 < poisson.tail(10.0, level - 1)
