"""The best two orders, one before and one after a signal, by units alone.

The first order, of N1 units, is the same whatever the signal says; the second, of N2(g) units, is
placed once its outcome g is known. What is lost falls into what no order reaches, what the first
alone reaches, the second alone, and both:

    V(N1) = c N1 + sum over g of [ K_g + F_g(N1) + min over N2 of ( p_g c N2 + S_g(N2)
            + B_g(N1 + N2) ) ]

with losses already weighed by the outcome's probability. This is two-stage stochastic programming
with recourse (J. R. Birge and F. Louveaux, Introduction to Stochastic Programming, 2011, chapter
4): nothing but enumeration of N1 and N2 is needed, for pools do not share anything but the price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Values that differ by less than this share count as equal.
EQUAL = 1e-9


class Losses(NamedTuple):
    """What is lost under one outcome, weighed by its probability; past its end a curve is flat."""

    chance: float
    """Probability of the outcome."""
    still: float
    """K: lost where no order is there."""
    first: Number
    """F: lost where the first order alone is there, by its units."""
    second: Number
    """S: lost where the second alone is there, by its units."""
    both: Number
    """B: lost where both are there, by the units of both together."""


class Orders(NamedTuple):
    """The value of every first order, and the best second orders after it."""

    first: Whole
    """int64[k]: units of the first order."""
    value: Number
    """float64[k]: expected cost at the price, and expected loss."""
    second: Whole
    """int64[outcomes, k]: units of the second order."""
    expected: Number
    """float64[k]: expected units of both orders."""


def sizes(least: int, most: int) -> Whole:
    """Return the units that an order may have: none, or from the least up.

    >>> sizes(3, 5), sizes(4, 2)
    (array([0, 3, 4, 5]), array([0, 4]))
    """
    least = max(1, least)
    return np.concatenate(([0], np.arange(least, max(least, most) + 1))).astype(np.int64)


def at(curve: Number, units: Whole) -> Number:
    """Return a curve at so many units; past its end it is flat."""
    return np.asarray(curve[np.minimum(units, len(curve) - 1)])


def two_orders(price: float, least: int, outcomes: Sequence[Losses]) -> Orders:
    """Return the value of every first order with the best second orders after it.

    Args:
        price: Of a unit, in what is lost.
        least: Fewest units in one order, if there are any.
        outcomes: What is lost under each outcome of the signal.

    A unit costs 1; without it 5 are lost. With equal chance the signal says that nothing is lost,
    so half the money can be saved by waiting where the second order comes in time:

    >>> said = [Losses(0.5, 0.0, np.zeros(1), np.zeros(1), np.array([2.5, 0.0])),
    ...         Losses(0.5, 0.0, np.zeros(1), np.zeros(1), np.zeros(1))]
    >>> two_orders(1.0, 1, said).value.tolist()
    [0.5, 1.0]
    """
    longest = max(max(len(one.first), len(one.both)) for one in outcomes)
    first = sizes(least, longest - 1)
    value = np.asarray(price * first, np.float64)
    expected = first.astype(np.float64)
    second = np.zeros((len(outcomes), len(first)), np.int64)
    for row, one in enumerate(outcomes):
        worth, units = _second(one.chance * price, least, one, first)
        value = value + one.still + at(one.first, first) + worth
        expected += one.chance * units
        second[row] = units
    return Orders(first, value, second, expected)


def best(value: Number, expected: Number, first: Whole) -> int:
    """Return the row of least value; of equal ones that of fewest units, then of most at first.

    What is ordered early is there in more months, and costs the same.
    """
    is_least = value <= value.min() + EQUAL * abs(float(value.min()))
    return int(np.lexsort((-first, np.round(expected, 6), ~is_least))[0])


def _second(price: float, least: int, one: Losses, first: Whole) -> tuple[Number, Whole]:
    """Return the least cost and loss after each first order, and the units that bring it."""
    if len(one.second) > 1:
        return _each(price, least, one, first)
    least = max(1, least)
    total = np.arange(max(int(first.max()) + least, len(one.both) - 1) + 1)
    worth, where = _least_from(price * total + at(one.both, total))
    without = at(one.both, first)
    more = worth[first + least] - price * first
    orders = more < without - EQUAL * np.abs(without)
    units = np.where(orders, where[first + least] - first, 0)
    return np.where(orders, more, without) + float(one.second[0]), units.astype(np.int64)


def _least_from(value: Number) -> tuple[Number, Whole]:
    """Return the least value from each row on, and the first row where it stands."""
    back = value[::-1]
    least = np.minimum.accumulate(back)
    row = np.maximum.accumulate(np.where(back == least, np.arange(len(back)), 0))
    return least[::-1], (len(back) - 1 - row)[::-1].astype(np.int64)


def _each(price: float, least: int, one: Losses, first: Whole) -> tuple[Number, Whole]:
    worth, units = np.empty(len(first)), np.empty(len(first), np.int64)
    for row, n in enumerate(first.tolist()):
        second = sizes(least, max(len(one.second), len(one.both) - n) - 1)
        value = price * second + at(one.second, second) + at(one.both, n + second)
        found = int(np.argmax(value <= value.min() + EQUAL * abs(float(value.min()))))
        worth[row], units[row] = value[found], second[found]
    return worth, units
