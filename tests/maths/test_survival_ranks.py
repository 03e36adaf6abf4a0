"""Quantiles of simulated days by order statistics, against scipy's binomial and enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from keepline.maths.survival_ranks import binomial_cdf, enough, held, rank_interval


@pytest.mark.parametrize(("count", "share"), [(10, 0.5), (1000, 0.05), (1000, 0.01), (7, 0.999)])
def test_the_binomial_law_is_scipys(count: int, share: float) -> None:
    expected = stats.binom.cdf(np.arange(count + 1), count, share)
    assert binomial_cdf(count, share) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("count", [1, 5, 59, 60, 1000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.05, 0.5, 0.99, 1.0])
def test_ranks_are_the_closest_that_miss_with_a_fortieth_at_most(count: int, share: float) -> None:
    low, high = rank_interval(count, share)
    at_most = stats.binom(count, share).cdf
    assert 0 <= low < high <= count + 1
    assert low == 0 or at_most(low - 1) <= 0.025 + 1e-12
    assert at_most(low) > 0.025 - 1e-12
    assert high == count + 1 or 1.0 - at_most(high - 1) <= 0.025 + 1e-12


def test_days_held_count_only_whole_days_before_too_many_are_short() -> None:
    first = np.array([3.2, 5.0, 5.1, 9.7, math.inf, math.inf, math.inf, math.inf, 40.0, 50.0])
    for confidence in (0.95, 0.9, 0.75, 0.6, 0.5):
        days, low, high = held(first, confidence, 30)
        by_day = [float((first > day).mean()) for day in range(31)]
        failing = next((d for d, p in enumerate(by_day) if p < confidence - 1e-12), 31)
        assert days == failing - 1
        assert low <= days <= high <= 30


def test_enough_is_the_fewest_that_serve_the_share_asked_for() -> None:
    needed = np.array([0.0, 2.0, 2.0, 5.0, 7.0, math.inf, 1.0, 0.0, 0.0, 0.0])
    for confidence in (0.5, 0.7, 0.8, 0.9):
        units, low, high = enough(needed, confidence)
        fewest = next(n for n in range(10) if (needed <= n).mean() >= confidence - 1e-12)
        assert units == fewest
        assert low <= units <= high
    assert enough(needed, 0.95)[0] == math.inf
