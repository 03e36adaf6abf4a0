"""Units that leave a shelf: exact where told, else never less than what play shows."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy import stats

from keepline.maths import leaving
from keepline.maths import leaving_measures as measures
from keepline.maths.descent import Cells
from keepline.maths.leaving import Batches, Shelves
from keepline.maths.outstanding import Flow, outstanding_mean

NONE = Flow(np.empty(0), np.empty(0), np.empty(0), np.empty(0))


def batches(*rows: tuple[float, float, int]) -> Batches:
    """Return batches at one place under one law: (day there, day of leaving, units)."""
    there, leave, units = zip(*rows, strict=True)
    return Batches(
        np.zeros(len(rows), np.int64),
        np.array(there, float),
        np.array(leave, float)[:, None],
        np.array(units, np.int64)[:, None],
    )


def short_once(
    draw: random.Random, rate: float, rows: list[tuple[float, float, int]], day: float,
    repair: tuple[float, float, float] | None = None, life: float = np.inf,
) -> int:  # fmt: skip
    """Play one place once, unit by unit: how many are short on a day.

    Args:
        draw: Random numbers.
        rate: Removals per day.
        rows: As in `batches`.
        day: The date.
        repair: Share restored, days it takes, day on which it ends.
        life: Days that a restored unit keeps.
    """
    come = [row for row in rows if row[0] <= day]
    happens = [(there, 0, leave) for there, leave, units in come for _ in range(units)]
    now = draw.expovariate(rate)
    while now < day:
        happens.append((now, 1, 0.0))
        if repair and draw.random() < repair[0] and now + repair[1] < min(repair[2], day):
            happens.append((now + repair[1], 0, now + repair[1] + life))
        now += draw.expovariate(rate)
    shelf: list[float] = []
    waiting = 0
    for now, is_removal, leave in sorted(happens):
        shelf = sorted(one for one in shelf if one > now)
        if is_removal:
            waiting += 1 - bool(shelf)
            shelf = shelf[1:]
        elif waiting:
            waiting -= 1
        else:
            shelf.append(leave)
    return waiting


def test_one_place_without_return_is_exact():
    rows = [(0.0, 10.0, 4), (0.0, 30.0, 2), (12.0, 42.0, 3), (35.0, 65.0, 2)]
    draw = random.Random(11)
    for day in (9.0, 20.0, 50.0, 80.0):
        stock = sum(units for there, _, units in rows if there <= day)
        expected, chance = measures.alone_measures(batches(*rows), 0, 0.2, stock, day)
        played = np.array([short_once(draw, 0.2, rows, day) for _ in range(20_000)])
        wide = 4.0 * played.std() / np.sqrt(len(played)) + 1e-3
        assert expected == pytest.approx(played.mean(), abs=wide)
        assert chance == pytest.approx((played > 0).mean(), abs=0.015)


def test_one_batch_follows_the_closed_form():
    """E[(Y + (X - 4)^+ - 3)^+], summed over both Poisson laws."""
    x, y = np.arange(60), np.arange(60)
    px, py = stats.poisson.pmf(x, 2.0), stats.poisson.pmf(y, 4.0)
    over = np.maximum(y[None, :] + np.maximum(x - 4, 0)[:, None] - 3, 0)
    found = measures.alone_measures(batches((0.0, 10.0, 4), (0.0, np.inf, 3)), 0, 0.2, 7, 30.0)
    assert found[0] == pytest.approx(px @ over @ py, rel=1e-12)
    assert found[1] == pytest.approx(px @ (over > 0) @ py, rel=1e-12)


def cells(rate: float, flow: Flow, days: np.ndarray, ships: np.ndarray, share: np.ndarray) -> Cells:
    m0 = np.array([[outstanding_mean(rate, flow, day - ship) for ship in ships] for day in days])
    a = rate * share * np.minimum(days[:, None], ships)
    shape = m0.shape
    none, no = np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    return Cells(
        np.full(len(days), 1.0 / len(days)),
        m0,
        none,
        no,
        a,
        none,
        no,
        np.tile(share, (len(days), 1)),
    )


def measured(
    rate: float, flow: Flow, days: np.ndarray, found: Batches, life: float = np.inf,
    attrition: float = 0.0, ships: tuple[float, ...] = (0.0,), share: tuple[float, ...] = (1.0,),
) -> np.ndarray:  # fmt: skip
    away, part = np.array(ships), np.array(share)
    seen = cells(rate, flow, days, away, part)
    s0 = np.zeros(seen.m0.shape, np.int64)
    s = np.zeros(seen.m0.shape, np.int64)
    for at, there, units in zip(found.location, found.there, found.quantity[:, 0], strict=True):
        if at == 0:
            s0 += units * (there <= days[:, None] - away)
        else:
            s[:, at] += units * (there <= days)
    shelves = Shelves(rate * part, away, life, attrition, True)
    law, one = np.zeros(len(days), np.int64), np.ones(len(days))
    first = np.array([0, len(flow.start)])
    return measures.measures_with_losses(seen, s0, s, days, law, one, shelves, found, flow, first)


REPAIR = Flow(np.zeros(1), np.array([90.0]), np.array([0.7]), np.array([10.0]))


def test_with_repair_it_is_never_less_than_what_play_shows():
    rows = [(0.0, 40.0, 5), (20.0, 60.0, 3), (70.0, 110.0, 4)]
    days = np.array([30.0, 45.0, 65.0, 100.0, 115.0, 150.0])
    bound = measured(0.2, REPAIR, days, batches(*rows), life=40.0)
    stays = [(there, np.inf, units) for there, _, units in rows]
    least = measured(0.2, REPAIR, days, batches(*stays))
    draw = random.Random(5)
    for i, day in enumerate(days):
        played = np.array([
            short_once(draw, 0.2, rows, day, (0.7, 10.0, 100.0), 40.0) for _ in range(6000)
        ])  # fmt: skip
        noise = 3.5 * played.std() / np.sqrt(len(played)) + 1e-3
        assert least[i, 0] - noise <= played.mean() <= bound[i, 0] + noise
        assert (played > 0).mean() <= bound[i, 1] + 0.02
    # since the last return all but the units gone before is exact: it is no loose bound
    assert bound[-1, 0] <= 1.5 * played.mean()


def test_nothing_that_leaves_is_the_law_as_it_was():
    days = np.array([30.0, 100.0])
    found = measured(0.2, REPAIR, days, batches((0.0, np.inf, 5)))
    for i, day in enumerate(days):
        mean = outstanding_mean(0.2, REPAIR, day)
        law = stats.poisson(mean).pmf(np.arange(80))
        assert found[i, 0] == pytest.approx(law @ np.maximum(np.arange(80) - 5, 0), rel=1e-9)
        assert found[i, 1] == pytest.approx(min(law[6:].sum(), found[i, 0]), rel=1e-9)


def test_backorders_fall_and_are_convex_in_stock_under_attrition():
    days = np.array([50.0, 200.0])
    short = np.array([
        measured(0.05, REPAIR, days, batches((0.0, np.inf, units)), attrition=0.002)[:, 0]
        for units in range(1, 14)
    ])  # fmt: skip
    assert (np.diff(short, axis=0) < 0.0).all()
    assert (np.diff(short, 2, axis=0) > -1e-9).all()
    # each unit survives on its own: the stock is binomial
    alive = stats.binom(5, np.exp(-0.002 * 200.0)).pmf(np.arange(6))
    law = stats.poisson(outstanding_mean(0.05, REPAIR, 200.0)).pmf(np.arange(80))
    over = np.maximum(np.arange(80)[None, :] - np.arange(6)[:, None], 0)
    assert short[4, 1] == pytest.approx(alive @ over @ law, rel=1e-9)


def test_scaling_time_changes_nothing():
    rows = [(0.0, 40.0, 5), (20.0, 60.0, 3)]
    days = np.array([30.0, 50.0, 80.0, 150.0])
    one = measured(0.2, REPAIR, days, batches(*rows), 40.0, 0.001, (0.0, 4.0), (0.4, 0.6))
    twice = Flow(2 * REPAIR.start, 2 * REPAIR.end, REPAIR.share, 2 * REPAIR.delay)
    later = batches(*((2 * there, 2 * leave, units) for there, leave, units in rows))
    other = measured(0.1, twice, 2 * days, later, 80.0, 0.0005, (0.0, 8.0), (0.4, 0.6))
    assert one == pytest.approx(other, rel=1e-9)


def test_a_law_in_steps_is_never_of_fewer_units():
    law = stats.binom(300, 0.4).pmf(np.arange(301))
    units, chance = leaving.in_steps(law)
    assert len(units) <= leaving.STEPS
    assert chance.sum() == pytest.approx(1.0)
    for level in range(301):
        assert chance[units >= level].sum() >= law[level:].sum() - 1e-9
