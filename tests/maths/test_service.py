"""Sherbrooke's availability, with and without spares in place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepline.maths.service import availability, share_without_service


def _one_group_a_pool(quantities: list[int], sites: int) -> tuple[np.ndarray, ...]:
    quantity = np.array(quantities, np.int64)
    units = quantity.astype(float) * sites
    first = np.arange(len(quantities) + 1, dtype=np.int64)
    return units, first, quantity, np.zeros(len(quantities), np.int64)


def test_product_form_of_sherbrooke():
    # case A16: 200 systems with 1, 2 and 4 units of three parts
    units, first, quantity, spare = _one_group_a_pool([1, 2, 4], 200)
    short = np.array([[0.0751410096, 0.2554809666, 0.2822057073]])
    found = availability(short, units, np.ones(3), first, quantity, spare, units, 200.0)
    assert found[0] == pytest.approx(0.9969398258, abs=1e-9)


def test_nothing_short_is_full_service():
    units, first, quantity, spare = _one_group_a_pool([3], 10)
    found = availability(np.zeros((2, 1)), units, np.ones(1), first, quantity, spare, units, 10.0)
    assert found.tolist() == [1.0, 1.0]


def test_everything_short_is_no_service_and_no_nan():
    units, first, quantity, spare = _one_group_a_pool([3], 10)
    short = np.array([[30.0], [45.0]])
    found = availability(short, units, np.ones(1), first, quantity, spare, units, 10.0)
    assert (found < 1e-30).all()
    assert np.isfinite(found).all()


@pytest.mark.parametrize(("quantity", "spare"), [(4, 1), (9, 2), (16, 15), (3, 3)])
def test_spares_in_place_by_enumeration(quantity: int, spare: int):
    missing = 0.13
    expected = sum(
        max(count - spare, 0)
        * math.comb(quantity, count)
        * missing**count
        * (1 - missing) ** (quantity - count)
        for count in range(quantity + 1)
    )
    found = share_without_service(missing, quantity, spare)
    assert found == pytest.approx(expected / quantity, rel=1e-12, abs=1e-15)


def test_a_spare_in_place_never_hurts():
    shares = [share_without_service(0.3, 6, spare) for spare in range(8)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 0.3
    assert shares[-1] == 0.0
