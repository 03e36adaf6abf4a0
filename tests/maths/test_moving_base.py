"""Units outstanding while removals change, held against a steady base and against sums."""

from __future__ import annotations

import numpy as np
import pytest

from keepline.maths.moving_base import Clock
from keepline.maths.outstanding import Flow, outstanding_means, supply_flow

STEPS = (np.array([0.0, 200.0]), np.array([1.0, 0.0]), np.ones(2), np.array([1.0, 0.4]))


def flow() -> Flow:
    return supply_flow(*STEPS, 0.7, 60.0, 90.0, 0.5)


def test_a_steady_clock_is_the_steady_law():
    days = np.array([-5.0, 0.0, 3.0, 59.5, 150.0, 260.0, 400.0])
    clock = Clock.of(0.8, np.empty(0), np.empty(0), 400.0)
    assert clock.outstanding(flow(), days) == pytest.approx(outstanding_means(0.8, flow(), days))
    assert clock.by(days) == pytest.approx(0.8 * np.maximum(days, 0.0))
    assert clock.least_rate() == pytest.approx(0.8)


@pytest.mark.parametrize("seed", range(12))
def test_changes_are_summed_day_by_day(seed):
    rng = np.random.default_rng(seed)
    day = np.sort(rng.uniform(-20.0, 420.0, 6))
    change = rng.uniform(0.0, 0.2, 6) * np.where(rng.random(6) < 0.5, 1.0, -0.5)
    clock = Clock.of(1.0, day, change, 400.0)
    width = 0.01
    left = np.arange(0.0, 400.0, width) + width / 2.0
    rate = 1.0 + (change[None, :] * (day[None, :] <= left[:, None])).sum(axis=1)
    segments = flow()
    for at in (30.0, 155.5, 270.0, 399.0):
        back = np.zeros(len(left))
        for begin, end, share, delay in zip(*segments, strict=True):
            back += share * ((begin <= left) & (left < end) & (left + delay <= at))
        expected = float((rate * (1.0 - back))[left < at].sum() * width)
        assert clock.outstanding(segments, np.array([at]))[0] == pytest.approx(expected, abs=0.03)
    assert clock.since(np.array([50.0]), np.array([60.0]))[0] == pytest.approx(
        float(rate[(left > 50.0) & (left < 60.0)].sum() * width), abs=0.02
    )


def test_a_base_that_leaves_fails_no_more():
    clock = Clock.of(0.1, np.array([100.0]), np.array([-0.1]), 400.0)
    nothing = Flow(*(np.empty(0) for _ in range(4)))
    found = clock.outstanding(nothing, np.array([50.0, 100.0, 399.0]))
    assert found == pytest.approx([5.0, 10.0, 10.0])
    assert clock.least_rate() == pytest.approx(0.0)
