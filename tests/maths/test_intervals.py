import numpy as np
import pytest
from scipy import stats

from keepline.maths.intervals import Controlled, Moments, difference, share_interval


def sample(rows=300, seed=5):
    return np.random.default_rng(seed).gamma(2.0, 3.0, (rows, 4)) - 3.0


def test_mean_variance_and_interval_agree_with_an_independent_library():
    values = sample()
    made = Moments.of(values, places=30)
    interval = made.interval(0.9)
    assert made.mean() == pytest.approx(values.mean(axis=0), rel=1e-8)
    assert made.variance() == pytest.approx(values.var(axis=0, ddof=1), rel=1e-8)
    low, high = stats.t.interval(0.9, 299, values.mean(axis=0), stats.sem(values, axis=0))
    assert interval.low == pytest.approx(low, rel=1e-7)
    assert interval.high == pytest.approx(high, rel=1e-7)


def test_any_cut_and_order_gives_the_same_bits():
    values = sample(301)
    whole = Moments.of(values)
    for cut in ([1, 7, 150], [100], [50, 51, 52, 300]):
        parts = [Moments.of(part) for part in np.split(values, cut)]
        joined = parts[-1]
        for part in parts[:-1]:
            joined = part + joined
        assert np.array_equal(joined.mean(), whole.mean())
        assert np.array_equal(joined.variance(), whole.variance())


def test_nothing_is_lost_to_cancellation():
    values = 1e6 + np.tile([0.0, 0.25, 0.5], 5_000)
    made = Moments.of(values, places=20)
    assert made.variance() == pytest.approx(np.var([0.0, 0.25, 0.5]) * 15_000 / 14_999, rel=1e-14)
    assert made.mean() == 1e6 + 0.25


def test_values_too_large_for_the_places_are_refused():
    with pytest.raises(OverflowError, match="fewer places"):
        Moments.of(np.array([2.0**25]), places=20)
    with pytest.raises(OverflowError):
        Moments.of(np.array([np.nan]))
    with pytest.raises(ValueError, match="20 and 21 places"):
        _ = Moments.of(np.ones(2), 20) + Moments.of(np.ones(2), 21)


def test_interval_covers_as_often_as_it_says():
    generator = np.random.default_rng(11)
    covered = sum(
        bool(Moments.of(generator.exponential(2.0, 400)).interval(0.95).covers(2.0))
        for _ in range(1000)
    )
    assert 925 <= covered <= 970


def test_difference_of_paired_courses_is_narrower():
    generator = np.random.default_rng(2)
    weather = generator.normal(0.0, 10.0, (500, 2))
    today, plan = weather + 5.0, weather + 3.0 + generator.normal(0.0, 0.1, (500, 2))
    made = difference(plan, today).interval(0.999)
    assert made.covers(-2.0).all()
    apart = Moments.of(plan).interval(0.999)
    assert np.all(made.high - made.low < 0.05 * (apart.high - apart.low))


def test_control_narrows_and_still_covers():
    generator = np.random.default_rng(8)
    covered, ratio = 0, []
    for _ in range(400):
        control = generator.poisson(4.0, 60).astype(float)
        measure = 2.0 * control + generator.normal(0.0, 1.0, 60)
        halves = Controlled.of(measure[:25], control[:25]) + Controlled.of(
            measure[25:], control[25:]
        )
        made = halves.interval(np.array(4.0), 0.95)
        covered += bool(made.covers(8.0))
        plain = halves.measure.interval(0.95)
        ratio.append((made.high - made.low) / (plain.high - plain.low))
    assert 362 <= covered <= 395
    assert np.mean(ratio) < 0.35


def test_control_that_never_varies_changes_nothing():
    values = sample()
    made = Controlled.of(values, np.ones_like(values)).interval(np.ones(4))
    assert np.array_equal(made.mean, Moments.of(values).mean())


@pytest.mark.parametrize(("hits", "of"), [(81, 263), (15, 148), (0, 20), (1, 29), (29, 29)])
def test_share_interval_agrees_with_an_independent_library(hits, of):
    made = share_interval(np.array([hits]), of)
    other = stats.binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert made.low[0] == pytest.approx(other.low, rel=1e-12, abs=1e-15)
    assert made.high[0] == pytest.approx(other.high, rel=1e-12)
