"""Units outstanding under steps of supply, against a fine sum over days of departure."""

import math

import numpy as np
import pytest

from keepline.maths import outstanding
from keepline.maths.outstanding import LOST, RETURNED


def summed(
    start: np.ndarray, left: np.ndarray, factor: np.ndarray, delay: float, kept: float, day: float
) -> float:
    """Add up what is restored over 20,000 days of departure, straight from the rule."""
    count = 20_000
    u = (np.arange(count) + 0.5) * day / count
    step = np.maximum(0, np.searchsorted(start, u, side="right") - 1)
    days = delay * factor[step]
    on_return = left[np.maximum(0, np.searchsorted(start, u + days, side="right") - 1)]
    share = kept * left[step] + (1.0 - kept) * np.minimum(left[step], on_return)
    return float((share * (u + days <= day)).sum() * day / count)


@pytest.mark.parametrize("seed", range(60))
def test_restored_days_follow_the_rule(seed: int) -> None:
    stream = np.random.default_rng(seed)
    steps = int(stream.integers(1, 5))
    start = np.sort(stream.uniform(0, 50, steps))
    start[0] = stream.choice([0.0, -3.0])
    left = stream.choice([0.0, 0.3, 0.7, 1.0], steps)
    factor = stream.choice([0.5, 1.0, 2.0, 3.0], steps)
    delay = float(stream.choice([0.0, 2.0, 7.0, 30.0]))
    kept = float(stream.choice([LOST, 0.4, RETURNED]))
    day = float(stream.uniform(0, 90))
    flow = outstanding.flow_of(start, left, factor, delay, 1.0, kept)
    found = outstanding.restored_days(flow, day)
    expected = summed(start, left, factor, delay, kept, day)
    assert found == pytest.approx(expected, abs=10 * day / 20_000)


@pytest.mark.parametrize("day", [0.0, 1.0, 5.9, 6.0, 8.0, 30.0])
@pytest.mark.parametrize("kept", [LOST, RETURNED])
def test_one_cut_gives_the_closed_form(day: float, kept: float) -> None:
    rate, repair, scrap, cut = 1.7, 2.0, 0.1, 6.0
    law = (np.array([0.0, cut]), np.zeros(2), np.ones(2), np.array([1.0, 0.0]))
    flow = outstanding.supply_flow(*law, 1.0 - scrap, repair, 3.0, kept)
    sent = min(day, cut) - repair if kept == LOST else min(cut, day - repair)
    expected = rate * day - (1.0 - scrap) * rate * max(sent, 0.0)
    assert outstanding.outstanding_mean(rate, flow, day) == pytest.approx(expected, abs=1e-12)


def test_full_supply_settles_at_the_mean_turnaround() -> None:
    law = (np.array([0.0]), np.ones(1), np.ones(1), np.ones(1))
    flow = outstanding.supply_flow(*law, 0.9, 60.0, 100.0, LOST)
    means = outstanding.outstanding_means(0.5, flow, np.array([0.0, 30.0, 100.0, 1000.0]))
    assert means.tolist() == pytest.approx([0.0, 15.0, 32.0, 32.0])


def test_a_licence_brings_supply_back_from_its_day_on() -> None:
    law = (np.array([0.0, 10.0, 20.0]), np.array([1.0, 0.0, 1.0]), np.ones(3), np.ones(3))
    flow = outstanding.supply_flow(*law, 0.0, 1.0, 4.0, LOST)
    # Orders of days 0 to 6 and from 20 on come; those of 6 to 20 do not.
    assert outstanding.restored_days(flow, 30.0) == pytest.approx(6.0 + 6.0)


def test_longer_lead_times_hold_for_what_is_ordered_after_the_step() -> None:
    law = (np.array([0.0, 10.0]), np.ones(2), np.array([1.0, 3.0]), np.ones(2))
    flow = outstanding.supply_flow(*law, 0.0, 1.0, 4.0, LOST)
    assert outstanding.restored_days(flow, 20.0) == pytest.approx(10.0)
    assert outstanding.restored_days(flow, 25.0) == pytest.approx(13.0)


def test_nothing_removed_or_no_time_passed_leaves_nothing_outstanding() -> None:
    law = (np.array([0.0]), np.zeros(1), np.ones(1), np.zeros(1))
    flow = outstanding.supply_flow(*law, 0.5, 60.0, 100.0, LOST)
    assert flow.start.size == 0
    assert outstanding.outstanding_mean(0.0, flow, 100.0) == 0.0
    assert outstanding.outstanding_mean(2.0, flow, -1.0) == 0.0
    assert outstanding.outstanding_mean(2.0, flow, 100.0) == 200.0
    assert not math.isnan(outstanding.outstanding_mean(0.0, flow, 0.0))
