"""A finite installed base: exact where nothing comes back, near the truth where units do."""

import heapq

import numpy as np
import pytest
from scipy.linalg import expm

from keepline.maths import poisson
from keepline.maths.finite import finite_backorders
from keepline.maths.outstanding import LOST, Flow, outstanding_means, supply_flow

NOTHING = Flow(np.empty(0), np.empty(0), np.empty(0), np.empty(0))


def birth(units: int, stock: int, rate: float, day: float) -> float:
    """Return the units missing of a pure birth process: failed units fail no more."""
    most = units + stock
    moves = np.zeros((most + 1, most + 1))
    for failed in range(most):
        speed = rate * min(units, most - failed)
        moves[failed, failed + 1], moves[failed, failed] = speed, -speed
    law = expm(moves * day)[0]
    return float(law @ np.maximum(np.arange(most + 1) - stock, 0))


@pytest.mark.parametrize(("units", "stock"), [(1, 0), (4, 0), (4, 2), (30, 5)])
def test_it_is_the_birth_process_where_nothing_comes_back(units: int, stock: int) -> None:
    rate, day = 0.001, np.linspace(2.0, 1000.0, 500)
    short = np.array([poisson.ebo(rate * units * at, stock) for at in day])
    found = finite_backorders(short, day, NOTHING, rate)
    for k in (50, 250, 499):
        assert found[k] == pytest.approx(birth(units, stock, rate, day[k]), rel=2e-5, abs=1e-9)


def played(units: int, stock: int, rate: float, repair: float, cut: float, days: np.ndarray,
           draw: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Return the units missing on some days of one play; repair works until the cut."""
    now, out, back, missing = 0.0, 0, [], np.zeros(days.size)
    at = 0
    while at < days.size:
        working = units - max(out - stock, 0)
        fails = now + draw.exponential(1.0 / (rate * working)) if working else np.inf
        following = min(fails, back[0] if back else np.inf)
        while at < days.size and days[at] < following:
            missing[at] = max(out - stock, 0)
            at += 1
        now = following
        if fails <= following:
            out += 1
            if now + repair < cut:
                heapq.heappush(back, now + repair)
        else:
            heapq.heappop(back)
            out -= 1
    return missing


def test_it_is_near_the_truth_with_repair_and_a_cut() -> None:
    units, stock, rate, repair, cut = 5, 1, 0.004, 60.0, 300.0
    day = np.linspace(5.0, 700.0, 140)
    flow = supply_flow(np.array([0.0, cut]), np.zeros(2), np.ones(2), np.array([1.0, 0.0]),
                       1.0, repair, 1.0, LOST)  # fmt: skip
    means = outstanding_means(rate * units, flow, day)
    short = np.array([poisson.ebo(mean, stock) for mean in means])
    found = finite_backorders(short, day, flow, rate)
    draw = np.random.default_rng(3)
    plays = np.array([played(units, stock, rate, repair, cut, day, draw) for _ in range(20_000)])
    truth, error = plays.mean(axis=0), plays.std(axis=0) / 20_000**0.5
    late = day > 450.0
    assert (short[late] > truth[late] * 1.2).all()  # the endless base overstates a lot here
    assert (np.abs(found - truth) <= 0.05 * truth + 4.0 * error + 1e-3).all()
    assert (found <= short).all()
