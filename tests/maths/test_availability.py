"""Availability at its edges."""

import math

import numpy as np
import pytest

from keepline.maths.availability import log_availability


def test_systems_of_several_units_give_the_product_form() -> None:
    backorders = np.array([1.5, 0.4])
    units = np.array([2.0, 3.0])
    expected = (1 - 1.5 / 40) ** 2 * (1 - 0.4 / 60) ** 3
    found = log_availability(backorders, 20 * units, np.ones(2), 20.0)
    assert math.exp(found) == pytest.approx(expected, rel=1e-14)


def test_a_part_installed_nowhere_bears_nothing() -> None:
    nowhere = log_availability(np.array([3.0, 0.1]), np.array([0.0, 10.0]), np.ones(2), 10.0)
    assert nowhere == log_availability(np.array([0.1]), np.array([10.0]), np.ones(1), 10.0)


def test_a_part_all_missing_takes_the_network_down() -> None:
    found = log_availability(np.array([12.0]), np.array([10.0]), np.ones(1), 10.0)
    assert found == -math.inf
    assert math.exp(found) == 0.0


def test_no_parts_and_no_traffic_are_answers() -> None:
    nothing = np.zeros(0)
    assert log_availability(nothing, nothing, nothing, 5.0) == 0.0
    assert log_availability(np.ones(1), np.ones(1) * 2, np.ones(1), 0.0) == 0.0
