"""Sherbrooke's availability, with and without spares in place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepline.maths.service import availability, log_service, share_without_service


def _log(short: float, installed: float, quantity: int, weight: float = 1.0) -> np.ndarray:
    group = np.array([quantity], np.int64)
    none_spare = np.zeros(1, np.int64)
    return log_service(
        np.array([[short]]), installed, weight, group, none_spare, np.array([installed])
    )


def test_product_form_of_sherbrooke():
    # case A16: 200 systems with 1, 2 and 4 units of three parts
    short = {1: 0.0751410096, 2: 0.2554809666, 4: 0.2822057073}
    total = sum(_log(ebo, 200.0 * held, held) for held, ebo in short.items())
    assert availability(total, 200.0)[0, 0] == pytest.approx(0.9969398258, abs=1e-9)


def test_nothing_short_is_full_service():
    assert availability(_log(0.0, 30.0, 3), 10.0)[0, 0] == 1.0
    assert availability(_log(0.0, 0.0, 1), 10.0)[0, 0] == 1.0


@pytest.mark.parametrize("short", [30.0, 45.0])
def test_everything_short_is_no_service_and_no_nan(short: float):
    found = availability(_log(short, 30.0, 3), 10.0)[0, 0]
    assert 0.0 <= found < 1e-30


def test_no_traffic_loses_nothing():
    assert availability(_log(5.0, 30.0, 3), 0.0)[0, 0] == 1.0


def test_weight_is_the_traffic_lost_by_one_unit():
    # one of a million units missing: 1 - A is weight / traffic to first order
    lost = 1.0 - availability(_log(1.0, 1e6, 1, weight=0.25), 1000.0)[0, 0]
    assert lost == pytest.approx(0.25 / 1000.0, rel=1e-3)


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
