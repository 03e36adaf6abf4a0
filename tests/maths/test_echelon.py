"""The two-echelon law against a plain convolution, and its cross-checks and edges."""

import numpy as np
import pytest
from scipy import stats

from keepline.maths import echelon, poisson
from keepline.maths.echelon import METRIC, VARI_METRIC


def convolved(m0: float, s0: int, a: float, f: float, s: int) -> float:
    """Mix binomial laws over X0 with scipy, then add the ship time."""
    x = np.arange(0, int(m0 + 12 * np.sqrt(m0) + 60))
    late = np.zeros(max(1, x[-1] - s0 + 1))
    for units, chance in zip(x, stats.poisson.pmf(x, m0), strict=True):
        short = max(0, units - s0)
        late[: short + 1] += chance * stats.binom.pmf(np.arange(short + 1), short, f)
    return sum(chance * poisson.ebo(a, int(s - b)) for b, chance in enumerate(late))


def drawn(seed: int) -> tuple[float, int, float, float, int]:
    stream = np.random.default_rng(seed)
    m0 = float(10 ** stream.uniform(-2, 2.2))
    s0 = int(max(0, m0 + stream.uniform(-8, 6) * np.sqrt(m0)))
    f = float(stream.choice([1.0, 0.01, stream.random()]))
    a = float(10 ** stream.uniform(-3, 2))
    s = int(stream.uniform(0, 1.3 * (a + f * max(m0 - s0, 0))) + stream.integers(0, 3))
    return m0, s0, a, f, s


@pytest.mark.parametrize("seed", range(40))
def test_the_law_equals_a_plain_convolution(seed: int) -> None:
    case = drawn(seed)
    assert echelon.depot_ebo(*case) == pytest.approx(convolved(*case), rel=1e-10, abs=1e-14)


def test_the_law_holds_at_a_mean_of_thousands() -> None:
    case = (4000.0, 3800, 25.0, 0.3, 90)
    assert echelon.depot_ebo(*case) == pytest.approx(convolved(*case), rel=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_measures_follow_from_the_whole_law(seed: int) -> None:
    m0, s0, a, f, s = drawn(seed)
    law = echelon.depot_law(m0, s0, a, f)
    units = np.arange(law.size)
    expected, fill_rate, backorder = echelon.depot_measures(m0, s0, a, f, s)
    assert law.sum() == pytest.approx(1.0, abs=1e-12)
    assert expected == pytest.approx(float((law * np.maximum(units - s, 0)).sum()), rel=1e-9)
    assert fill_rate == pytest.approx(float(law[:s].sum()), abs=1e-12)
    assert backorder == pytest.approx(float(law[s + 1 :].sum()), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_both_approximations_have_the_right_mean(seed: int) -> None:
    m0, s0, a, f, _ = drawn(seed)
    exact = echelon.depot_ebo(m0, s0, a, f, 0)
    for law in (METRIC, VARI_METRIC):
        assert echelon.depot_ebo(m0, s0, a, f, 0, law) == pytest.approx(exact, rel=1e-9)


def test_without_central_stock_the_law_is_poisson() -> None:
    for s in (0, 3, 9):
        expected = poisson.ebo(2.0 + 0.25 * 20.0, s)
        assert echelon.depot_ebo(20.0, 0, 2.0, 0.25, s) == pytest.approx(expected, rel=1e-12)


def test_with_endless_central_stock_only_the_ship_time_counts() -> None:
    assert echelon.depot_ebo(50.0, 10**6, 2.0, 0.25, 3) == poisson.ebo(2.0, 3)


def test_nothing_removed_is_nothing_short() -> None:
    assert echelon.depot_measures(0.0, 0, 0.0, 0.0, 0) == (0.0, 0.0, 0.0)
    assert echelon.depot_measures(0.0, 0, 0.0, 0.0, 1) == (0.0, 1.0, 0.0)
    nowhere = echelon.steady_ebo(np.zeros(2), np.ones(2), 5.0, 0, np.zeros(2, np.int64))
    assert nowhere.tolist() == [0.0, 0.0]


def test_a_total_loss_counts_every_removal() -> None:
    assert echelon.depot_ebo(1e5, 0, 0.0, 1.0, 0) == pytest.approx(1e5, rel=1e-12)
