"""Units short of a chain against the sum over all joint states, each solved as a flow."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linear_sum_assignment

from keepline.maths.substitution import chain_short, shorts

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 14


def fewest_short(out: Sequence[int], stock: Sequence[int], may: np.ndarray) -> int:
    """Return the fewest units short in a state: every missing unit is matched with a spare.

    Args:
        out: Units outstanding of each part.
        stock: Units of each.
        may: Whether a part of the row may stand for the one of the column.
    """
    wants = [part for part, units in enumerate(out) for _ in range(units)]
    has = [part for part, units in enumerate(stock) for _ in range(units)]
    if not wants or not has:
        return len(wants)
    served = np.array([[may[spare, want] for want in wants] for spare in has], float)
    rows, columns = linear_sum_assignment(-served)
    return len(wants) - round(served[rows, columns].sum())


def expected(mean: Sequence[float], stock: Sequence[int], may: np.ndarray) -> float:
    total = 0.0
    laws = [stats.poisson.pmf(np.arange(MOST), one) for one in mean]
    for out in itertools.product(range(MOST), repeat=len(mean)):
        chance = np.prod([law[units] for law, units in zip(laws, out, strict=True)])
        if chance > 1e-11:
            total += chance * fewest_short(out, stock, may)
    return total


@pytest.mark.parametrize(
    ("mean", "stock"), [((1.2, 0.8), (2, 1)), ((0.4, 1.5), (3, 0)), ((1.6, 0.0), (0, 2))]
)
def test_a_pair_is_the_best_match_in_every_state(mean, stock):
    one_way = np.triu(np.ones((2, 2), bool))
    apart, chain, pooled = (one[0] for one in shorts(np.array([mean]), np.array([stock])))
    assert chain == pytest.approx(expected(mean, stock, one_way), abs=1e-7)
    assert apart == pytest.approx(expected(mean, stock, np.eye(2, dtype=bool)), abs=1e-7)
    assert pooled == pytest.approx(expected(mean, stock, np.ones((2, 2), bool)), abs=1e-7)


def test_three_in_a_chain_are_the_best_match_in_every_state():
    mean, stock = (0.5, 0.9, 0.4), (2, 0, 1)
    nested = np.triu(np.ones((3, 3), bool))
    found = chain_short(np.array(mean), np.array(stock))
    assert found == pytest.approx(expected(mean, stock, nested), abs=1e-6)


means = st.lists(st.floats(0.0, 60.0), min_size=1, max_size=5)
stocks = st.lists(st.integers(0, 80), min_size=5, max_size=5)


@given(means, stocks)
@settings(max_examples=150)
def test_pooled_is_least_and_apart_is_most(mean, stock):
    mean_of, stock_of = np.array([mean]), np.array([stock[: len(mean)]])
    apart, chain, pooled = (one[0] for one in shorts(mean_of, stock_of))
    room = 1e-10 * (1.0 + apart)
    assert -room <= pooled - room <= chain <= apart + room
    # of what stands further down nothing reaches a part further up
    assert chain >= chain_short(mean_of[0][:1], stock_of[0][:1]) - room


@given(means, stocks, st.integers(0, 4))
@settings(max_examples=60)
def test_one_more_unit_never_hurts_and_helps_most_at_the_top(mean, stock, where):
    at, has = where % len(mean), np.array(stock[: len(mean)])
    before = chain_short(np.array(mean), has)
    gains = []
    for place in (0, at):
        more = has.copy()
        more[place] += 1
        gains.append(before - chain_short(np.array(mean), more))
    room = 1e-10 * (1.0 + before)
    assert gains[0] >= gains[1] - room >= -2 * room


def test_more_outstanding_than_any_stock_is_short_by_the_difference():
    found = chain_short(np.array([50_000.0, 3.0]), np.array([4, 0]))
    assert found == pytest.approx(49_999.0, rel=1e-12)


def test_nothing_fails_and_nothing_is_short():
    assert chain_short(np.zeros(3), np.zeros(3, np.int64)) == 0.0
    assert chain_short(np.empty(0), np.empty(0, np.int64)) == 0.0
