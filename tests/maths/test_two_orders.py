"""Two orders by units against every pair of orders there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from keepline.maths.two_orders import Losses, best, sizes, two_orders

LONGEST = 7


def falling(draw, longest):
    """Return a curve that falls, as a loss does in units, and need not be convex."""
    steps = draw.exponential(1.0, int(draw.integers(0, longest)))
    return np.concatenate((np.cumsum(steps[::-1])[::-1], [0.0]))


def some_losses(draw, has_second):
    chances = draw.dirichlet(np.ones(int(draw.integers(1, 4))))
    return [
        Losses(
            chance,
            draw.uniform(),
            chance * falling(draw, LONGEST),
            chance * falling(draw, LONGEST if has_second else 1),
            chance * falling(draw, LONGEST),
        )
        for chance in chances
    ]


def slowly(price, outcomes, first, second):
    """Return cost and loss of one first order and a second under each outcome."""

    def at(curve, units):
        return curve[min(units, len(curve) - 1)]

    total = price * first
    for one, then in zip(outcomes, second, strict=True):
        total += one.chance * price * then + one.still
        total += at(one.first, first) + at(one.second, then) + at(one.both, first + then)
    return total


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("least", [1, 3, 9])
@pytest.mark.parametrize("has_second", [False, True])
def test_no_pair_of_orders_is_better(seed, least, has_second):
    draw = np.random.default_rng(seed)
    outcomes = some_losses(draw, has_second)
    price = float(draw.uniform(0.05, 1.0))
    found = two_orders(price, least, outcomes)
    may = [0, *range(least, LONGEST + least + 1)]
    for row, first in enumerate(found.first.tolist()):
        each = [
            min(slowly(price, [one], first, [then]) - price * first for then in may)
            for one in outcomes
        ]
        assert found.value[row] == pytest.approx(price * first + sum(each), rel=1e-12)
        told = found.second[:, row].tolist()
        assert all(then == 0 or then >= least for then in told)
        assert slowly(price, outcomes, first, told) == pytest.approx(found.value[row], rel=1e-12)
        expected = first + sum(o.chance * then for o, then in zip(outcomes, told, strict=True))
        assert found.expected[row] == pytest.approx(expected)
    wholly = min(slowly(price, outcomes, first, [0] * len(outcomes)) for first in may)
    assert found.value.min() <= wholly + 1e-12


@pytest.mark.parametrize("seed", range(6))
def test_knowing_first_is_never_worse_and_one_order_never_better(seed):
    draw = np.random.default_rng(100 + seed)
    outcomes = some_losses(draw, has_second=True)
    price = 0.2
    staged = two_orders(price, 1, outcomes).value
    known = sum(
        two_orders(price * one.chance, 1, [one._replace(chance=1.0)]).value.min()
        for one in outcomes
    )
    many = range(2 * LONGEST)
    now = min(slowly(price, outcomes, first, [0] * len(outcomes)) for first in many)
    assert known <= staged.min() + 1e-12
    assert staged.min() <= min(now, staged[0]) + 1e-12


def test_equal_orders_go_to_the_first_day_and_buy_no_more():
    # the second order does what the first does: nothing is learnt
    curve = np.array([4.0, 2.5, 1.2, 0.9, 0.9])
    none = np.zeros(1)
    same = [Losses(share, 0.0, none, none, share * curve) for share in (0.3, 0.7)]
    found = two_orders(1.0, 1, same)
    row = best(found.value, found.expected, found.first)
    assert found.first[row] == 2
    assert found.second[:, row].tolist() == [0, 0]


def test_every_size_of_an_order_is_none_or_large_enough():
    for least, most in product(range(4), range(6)):
        assert all(units == 0 or units >= least for units in sizes(least, most))
        assert sizes(least, most)[-1] >= least
