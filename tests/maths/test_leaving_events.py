"""Stock that leaves its shelf, played: every unit accounted for, and the exact law within reach."""

from __future__ import annotations

import numpy as np
import pytest

from keepline.maths import pooling
from keepline.maths.events import simulate_block
from keepline.maths.intervals import Moments
from keepline.maths.leaving import Batches
from keepline.maths.leaving_events import Kept, simulate_leaving
from keepline.maths.leaving_measures import alone_measures
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Arrivals, Laws, Pool

CUT = Laws(np.array([0, 1]), np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1))
TREE = Pool(np.array([0.1, 0.2, 0.3]), np.array([0.0, 3.0, 5.0]), np.array([6, 3, 4]), 0.7, 20.0,
            30.0)  # fmt: skip
DUE = Arrivals(np.array([40.0, 60.0]), np.array([0, 2]), np.array([[5, 3]]))
EDGES = np.linspace(0.0, 300.0, 11)


def kept(pool: Pool, life: float, attrition: float = 0.0) -> Kept:
    m = len(pool.rate)
    return Kept(life, attrition, np.arange(m), np.full((m, 1), life), pool.on_hand)


def test_what_never_leaves_is_played_to_the_bit_as_before():
    law = np.zeros(50, np.int64)
    one = simulate_block(TREE, FULL_SUPPLY, law, DUE, EDGES, 3, 1, 0, 0.5, False, False)
    other = simulate_leaving(TREE, FULL_SUPPLY, law, DUE, kept(TREE, np.inf), EDGES, 3, 1, 0, 0.5)
    for mine, theirs in zip(one[:3], other[:3], strict=True):
        assert np.array_equal(mine, theirs)
    assert (one.counts[:, pooling.LEFT] == 0).all()


@pytest.mark.parametrize(("life", "attrition"), [(25.0, 0.0), (np.inf, 0.01), (50.0, 0.005)])
def test_every_unit_is_somewhere(life: float, attrition: float) -> None:
    law = np.zeros(200, np.int64)
    block = simulate_leaving(
        TREE, FULL_SUPPLY, law, DUE, kept(TREE, life, attrition), EDGES, 3, 1, 0, 0.5
    )
    column = block.counts.T
    assert column[pooling.LEFT].mean() > 1.0
    came = 13 + column[pooling.ARRIVED] + column[pooling.REMOVALS] - column[pooling.LOST]
    # a removal puts one unit in service; what is restored is one that was removed
    went = column[pooling.REMOVALS] - column[pooling.BACKORDERS] + column[pooling.LEFT]
    there = column[pooling.ON_HAND] + column[pooling.IN_TRANSIT] + column[pooling.PENDING]
    assert np.array_equal(came, went + there)
    plain = simulate_block(TREE, FULL_SUPPLY, law, DUE, EDGES, 3, 1, 0, 0.5, False, False)
    # the same failures, and never fewer short
    assert np.array_equal(plain.counts[:, pooling.REMOVALS], column[pooling.REMOVALS])
    assert (block.backorder_days >= plain.backorder_days - 1e-9).all()


def test_one_place_follows_the_exact_law():
    pool = Pool(np.array([0.2]), np.zeros(1), np.array([6]), 0.0, 1.0, 1.0)
    due = Arrivals(np.array([12.0]), np.zeros(1, np.int64), np.array([[3]]))
    leave = np.array([[10.0], [30.0]])
    mine = Kept(25.0, 0.0, np.zeros(2, np.int64), leave, np.array([4, 2]))
    days = np.array([8.0, 20.0, 35.0, 60.0])
    edges = np.sort(np.concatenate((days - 1e-3, days)))
    block = simulate_leaving(pool, CUT, np.zeros(40_000, np.int64), due, mine, edges, 9, 2, 0, 0.0)
    made = Moments.of(block.backorder_days[:, ::2] / 1e-3).interval(0.99)
    found = Batches(np.zeros(3, np.int64), np.array([0.0, 0.0, 12.0]),
                    np.array([[10.0], [30.0], [37.0]]), np.array([[4], [2], [3]]))  # fmt: skip
    for i, day in enumerate(days):
        exact = alone_measures(found, 0, 0.2, 6 + 3 * (day >= 12.0), day)[0]
        assert made.low[i] - 2e-3 <= exact <= made.high[i] + 2e-3


def test_units_of_no_use_decay_at_their_rate():
    idle = Pool(np.array([0.0, 0.0]), np.array([0.0, 2.0]), np.array([30, 20]), 0.0, 1.0, 1.0)
    mine, edges = kept(idle, np.inf, 0.01), np.array([0.0, 70.0])
    law = np.zeros(2000, np.int64)
    block = simulate_leaving(idle, CUT, law, NO_ARRIVALS, mine, edges, 4, 0, 0, 0.0)
    alive = Moments.of(block.counts[:, pooling.ON_HAND].astype(float)).interval(0.99)
    assert alive.covers(50.0 * np.exp(-0.7))
