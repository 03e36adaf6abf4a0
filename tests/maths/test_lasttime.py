"""Last orders and endurance over branches, against enumeration."""

import math

import numpy as np
import pytest
from scipy import stats

from keepline.maths import lasttime

MEANS = np.array([42.3, 30.9, 8.1])
CHANCES = np.array([0.5, 0.3, 0.2])


def test_the_order_of_least_cost_is_found_among_all() -> None:
    for shortage, leftover in ((10.0, 1.0), (1.0, 1.0), (1.0, 50.0), (3.0, 0.7)):
        costs = [
            lasttime.final_order_cost(MEANS, CHANCES, shortage, leftover, units)
            for units in range(120)
        ]
        assert lasttime.final_order(MEANS, CHANCES, shortage, leftover) == int(np.argmin(costs))


def test_the_cost_of_an_order_is_its_expectation() -> None:
    demand = np.arange(200)
    chance = sum(p * stats.poisson.pmf(demand, m) for m, p in zip(MEANS, CHANCES, strict=True))
    expected = (chance * (4 * np.maximum(demand - 31, 0) + 2 * np.maximum(31 - demand, 0))).sum()
    found = lasttime.final_order_cost(MEANS, CHANCES, 4.0, 2.0, 31)
    assert found == pytest.approx(float(expected), rel=1e-10)


def test_the_quantile_is_the_first_stock_that_is_enough() -> None:
    for confidence in (0.01, 0.2, 0.5, 0.9, 0.999):
        stock = lasttime.mixed_quantile(MEANS, CHANCES, confidence)
        assert lasttime.mixed_cdf(MEANS, CHANCES, stock) >= confidence
        assert lasttime.mixed_cdf(MEANS, CHANCES, stock - 1) < confidence


def test_no_demand_needs_no_order() -> None:
    nothing, sure = np.zeros(1), np.ones(1)
    assert lasttime.mixed_quantile(nothing, sure, 0.99) == 0
    assert lasttime.mixed_quantile(nothing, sure, 1.0) == 0
    assert lasttime.final_order(nothing, sure, 10.0, 1.0) == 0
    assert lasttime.final_order(MEANS, CHANCES, 0.0, 1.0) == 0
    assert lasttime.final_order(MEANS, CHANCES, 0.0, 0.0) == 0


def test_free_leftovers_call_for_all_but_certainty() -> None:
    stock = lasttime.final_order(MEANS, CHANCES, 1.0, 0.0)
    assert lasttime.mixed_ebo(MEANS, CHANCES, stock) < 1e-12


def test_a_branch_without_chance_does_not_count() -> None:
    with_ghost = lasttime.mixed_quantile(np.array([5.0, 1e5]), np.array([1.0, 0.0]), 0.9)
    assert with_ghost == lasttime.mixed_quantile(np.array([5.0]), np.ones(1), 0.9)


@pytest.mark.parametrize("stock", [0, 1, 9, 300, 100_000])
@pytest.mark.parametrize("confidence", [0.001, 0.5, 0.95, 0.9999])
def test_endurable_mean_is_a_gamma_quantile(stock: int, confidence: float) -> None:
    expected = stats.gamma.ppf(1.0 - confidence, stock + 1)
    found = lasttime.endurable_mean(stock, confidence)
    assert found == pytest.approx(float(expected), rel=1e-8)


def test_endurance_has_its_limits() -> None:
    assert lasttime.endurable_mean(5, 1.0) == 0.0
    assert lasttime.endurable_mean(-1, 0.9) == 0.0
    assert math.isinf(lasttime.endurable_mean(5, 0.0))
