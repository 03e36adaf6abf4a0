"""First shortages simulated, against the event kernel, published figures and brute force."""

from __future__ import annotations

import numpy as np
import pytest

from keepline.maths.events import simulate_block
from keepline.maths.intervals import share_interval
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Arrivals, Laws, Pool
from keepline.maths.survival_play import Watched, watch
from keepline.maths.survival_ranks import held, rank_interval

#: Supply and repair end on day 60; from then on nothing comes.
CUT = Laws(
    np.array([0, 2]),
    np.array([0.0, 60.0]),
    np.array([1.0, 0.0]),
    np.array([1.0, 1.0]),
    np.array([1.0, 0.0]),
)


def tree(central: int = 4, own: int = 2) -> Pool:
    return Pool(
        np.array([0.02, 0.1, 0.05]),
        np.array([0.0, 3.0, 5.0]),
        np.array([central, own, 1]),
        0.7,
        20.0,
        40.0,
    )


def due(quantity: int = 2) -> Arrivals:
    return Arrivals(np.array([10.0, 30.5]), np.array([0, 1]), np.array([[quantity, 1]]))


def seen(
    pool: Pool, arrivals: Arrivals, count: int, window: np.ndarray | None = None, seed: int = 3
) -> Watched:
    return watch(pool, CUT, np.ones(1), arrivals, 200.0, window, 0.0, seed, 9, (0, count))


def test_first_shortages_are_those_of_the_event_kernel() -> None:
    found = seen(tree(), due(), 300)
    edges = np.array([0.0, 200.0])
    law = np.zeros(300, np.int64)
    block = simulate_block(tree(), CUT, law, due(), edges, 3, 9, 0, 0.0, False, True)
    first = found.first_short_day.min(axis=1)
    assert np.array_equal(first, block.first_short_day)
    short = found.first_short_day <= 200.0
    assert np.array_equal(short, block.location_days[:, 0, :] > 0.0)
    assert 0.1 < short.mean() < 1.0


def test_a_window_changes_no_first_shortage_and_blocks_change_nothing() -> None:
    window = np.array([[0.0] * 3, [200.0] * 3])
    whole, watched = seen(tree(), due(), 200), seen(tree(), due(), 200, window)
    assert np.array_equal(whole.first_short_day, watched.first_short_day)
    parts = [
        watch(tree(), CUT, np.ones(1), due(), 200.0, None, 0.0, 3, 9, (first, 100))
        for first in (0, 100)
    ]
    joined = np.concatenate([part.first_short_day for part in parts])
    assert np.array_equal(joined, whole.first_short_day)


def test_case_a11_first_backorders() -> None:
    # rates a month, at days of 30; repair is cut at 6 months, what is in repair then is lost
    month = 30.0
    laws = Laws(
        np.array([0, 2]),
        np.array([0.0, 6.0 * month]),
        np.zeros(2),
        np.ones(2),
        np.array([1.0, 0.0]),
    )
    rates = np.array([0.0, 0.3, 0.5, 1.2]) / month
    ships = np.array([0.0, 0.25, 0.5, 0.5]) * month
    pool = Pool(rates, ships, np.array([6, 1, 1, 2]), 0.9, 2.0 * month, 1.0)
    count = 20_000
    found = watch(
        pool, laws, np.ones(1), NO_ARRIVALS, 24.0 * month, None, 0.0, 5, 2, (0, count)
    ).first_short_day.min(axis=1)
    for months, share in ((3, 0.5466), (6, 0.2768), (9, 0.0942), (12, 0.0088)):
        over = np.array(np.count_nonzero(found > months * month))
        ours = share_interval(over, count, 0.999)
        theirs = share_interval(np.array(round(share * 400_000)), 400_000, 0.999)
        assert ours.low <= theirs.high
        assert theirs.low <= ours.high
    mean = np.minimum(found / month, 24.0).mean()
    assert mean == pytest.approx(4.187, abs=4 * 3.0 / count**0.5)


def test_case_a13_days_and_their_interval() -> None:
    none = Laws(np.array([0, 1]), np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1))
    pool = Pool(np.array([0.002]), np.zeros(1), np.array([9]), 0.0, 1.0, 1.0)
    count = 4000
    first = watch(
        pool, none, np.ones(1), NO_ARRIVALS, 1e5, None, 0.0, 11, 4, (0, count)
    ).first_short_day[:, 0]
    assert first.mean() == pytest.approx(5000.0, abs=4 * 1581.0 / count**0.5)
    for confidence, days in ((0.95, 2712.7028), (0.5, 4834.3573)):
        at, low, high = held(first, confidence, 100_000)
        assert low < at < high
        ranks = rank_interval(count, 1.0 - confidence, 0.9999)
        ends = np.sort(first)[[ranks[0] - 1, ranks[1] - 1]]
        assert ends[0] <= days <= ends[1]
        assert ends[0] - 1 <= at <= ends[1]


def test_laws_are_drawn_by_probability_and_one_without_any_never() -> None:
    three = Laws(
        np.array([0, 1, 2, 3]), np.zeros(3), np.array([1.0, 0.0, 0.5]), np.ones(3), np.ones(3)
    )
    arrivals = NO_ARRIVALS._replace(quantity=np.empty((3, 0), np.int64))
    chance = np.array([0.3, 0.0, 0.7])
    found = watch(tree(), three, chance, arrivals, 10.0, None, 0.0, 1, 1, (0, 4000))
    counts = np.bincount(found.law, minlength=3)
    assert counts[1] == 0
    assert counts[0] / 4000 == pytest.approx(0.3, abs=4 * (0.21 / 4000) ** 0.5)


def test_the_worst_shortage_is_the_fewest_units_that_prevent_it() -> None:
    # units that come to depot 1 on day 50 prevent every shortage there from then on, and no fewer
    window = np.array([[0.0, 50.0, 0.0], [0.0, 160.0, 0.0]])
    found = seen(tree(), due(), 200, window)
    needed = found.worst[:, 1]
    before = found.first_short_day[:, 1] < 50.0
    assert needed[~before].max() > 3
    for units in (0, 1, 3, 5):
        more = Arrivals(
            np.array([10.0, 30.5, 50.0]), np.array([0, 1, 1]), np.array([[2, 1, units]])
        )
        first = seen(tree(), more, 200).first_short_day[:, 1]
        assert np.array_equal(first[~before] > 160.0, needed[~before] <= units)


def test_a_pool_without_removals_is_never_short() -> None:
    idle = tree()._replace(rate=np.zeros(3))
    found = watch(idle, FULL_SUPPLY, np.ones(1), NO_ARRIVALS, 50.0, None, 0.0, 1, 1, (0, 5))
    assert np.all(np.isinf(found.first_short_day))


def test_a_location_without_removals_keeps_nobody_waiting() -> None:
    idle = tree(0, 0)._replace(rate=np.array([0.0, 0.5, 0.0]))
    found = seen(idle, NO_ARRIVALS, 20)
    assert np.all(found.first_short_day[:, 1] < 200.0)
    assert np.all(np.isinf(found.first_short_day[:, [0, 2]]))


def test_ranks_hold_a_simulated_quantile_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    low, high = rank_interval(200, 0.05)
    drawn = np.sort(rng.random((2000, 200)), axis=1)
    inside = (drawn[:, low - 1] <= 0.05) & (drawn[:, high - 1] > 0.05)
    assert inside.mean() > 0.95 - 4 * (0.0475 / 2000) ** 0.5
