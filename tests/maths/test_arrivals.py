"""Which units still arrive: thinned orders, whole purchases."""

from __future__ import annotations

import numpy as np
import pytest

from keepline.maths.arrivals import arriving, arriving_whole, shares_at
from keepline.maths.pooling import FULL_SUPPLY, Laws

# law 0 is whole; law 1 keeps two thirds from day 30, nothing from day 60, all again from day 90
LAWS = Laws(
    np.array([0, 1, 5]),
    np.array([0.0, 0.0, 30.0, 60.0, 90.0]),
    np.array([1.0, 1.0, 2.0 / 3.0, 0.0, 1.0]),
    np.ones(5),
    np.ones(5),
)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (-5.0, 1.0),
        (0.0, 1.0),
        (29.99, 1.0),
        (30.0, 2 / 3),
        (59.5, 2 / 3),
        (60.0, 0.0),
        (1e3, 1.0),
    ],
)
def test_a_change_counts_from_its_first_moment(day: float, share: float) -> None:
    assert shares_at(LAWS, np.array([day]))[:, 0].tolist() == [1.0, share]


def test_days_may_come_in_any_order() -> None:
    assert shares_at(LAWS, np.array([61.0, 0.0, 31.0]))[1].tolist() == [0.0, 1.0, 2 / 3]


def test_orders_are_thinned_and_purchases_are_not() -> None:
    day, units = np.array([10.0, 40.0, 70.0, 100.0]), np.array([7, 7, 7, 7])
    assert arriving(LAWS, day, units).tolist() == [[7, 7, 7, 7], [7, 4, 0, 7]]
    assert arriving_whole(LAWS, day, units).tolist() == [[7, 7, 7, 7], [7, 0, 0, 7]]


@pytest.mark.parametrize("share", [1.0, 1.0 - 1e-10])
def test_a_share_within_rounding_of_one_is_whole(share: float) -> None:
    law = FULL_SUPPLY._replace(supply_share=np.array([share]))
    for which in (arriving, arriving_whole):
        assert which(law, np.zeros(1), np.array([3])).tolist() == [[3]]


def test_nothing_ordered_is_nothing_arriving() -> None:
    assert arriving(LAWS, np.empty(0), np.empty(0, np.int64)).shape == (2, 0)
    assert arriving_whole(LAWS, np.empty(0), np.empty(0, np.int64)).shape == (2, 0)
