from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from keepline.maths import pooling
from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.events import simulate_block
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Arrivals, Laws, Pool

MONTHS = np.arange(13) * 30.0


def pool_of(rate, ship_days, on_hand, repair_share=0.8, repair_days=20.0, lead_days=45.0):
    return Pool(np.array(rate), np.array(ship_days), np.array(on_hand), repair_share, repair_days,
                lead_days)  # fmt: skip


BUSY = pool_of([0.05, 0.2, 0.3], [0.0, 2.0, 4.0], [8, 1, 2])


def played(pool, replications=50, first=0, laws=FULL_SUPPLY, arrivals=NO_ARRIVALS, edges=MONTHS,
           seed=1, stream=0, by_location=False):  # fmt: skip
    law = np.zeros(replications, np.int64)
    return simulate_block(pool, laws, law, arrivals, edges, seed, stream, first, 0.0, False,
                          by_location)  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("size", [7, 50])
def test_threads_and_blocks_give_the_same_bits(threads, size):
    whole = played(BUSY, 100)
    blocks = played_in_order(
        lambda job: played(BUSY, job[1], job[0]).backorder_days, blocks_of(100, size), threads
    )
    assert np.array_equal(np.concatenate(list(blocks)), whole.backorder_days)


def test_blocks_may_be_played_in_any_order():
    with ThreadPoolExecutor(2) as crew:
        played_backwards = list(crew.map(lambda row: played(BUSY, 1, row), range(9, -1, -1)))
    together = np.concatenate([block.backorder_days for block in played_backwards[::-1]])
    assert np.array_equal(together, played(BUSY, 10).backorder_days)


def test_seed_and_stream_change_the_draws():
    base = played(BUSY).counts[:, pooling.REMOVALS]
    assert not np.array_equal(base, played(BUSY, seed=2).counts[:, pooling.REMOVALS])
    assert not np.array_equal(base, played(BUSY, stream=1).counts[:, pooling.REMOVALS])


def test_nothing_fails_at_rate_nought():
    block = played(pool_of([0.0, 0.0], [0.0, 3.0], [2, 1]))
    assert not block.backorder_days.any()
    assert not block.counts[:, pooling.EVENTS].any()
    assert (block.counts[:, pooling.ON_HAND] == 3).all()
    assert np.isinf(block.first_short_day).all()


def test_ample_stock_is_never_short():
    block = played(pool_of([0.0, 0.2, 0.3], [0.0, 2.0, 4.0], [0, 10_000, 10_000]))
    assert not block.backorder_days.any()
    assert block.counts[:, pooling.REMOVALS].sum() > 1000


def test_repair_and_transport_in_no_time_leave_no_one_short():
    block = played(pool_of([0.1, 0.4], [0.0, 0.0], [0, 0], 1.0, 0.0, 0.0))
    assert not block.backorder_days.any()
    assert np.isinf(block.first_short_day).all()


def test_without_stock_or_restoration_every_removal_stays_short():
    dead = Laws(np.array([0, 1]), np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1))
    block = played(pool_of([0.1, 0.4], [0.0, 1.0], [0, 0]), laws=dead, by_location=True)
    removals = block.counts[:, pooling.REMOVALS]
    assert np.array_equal(block.counts[:, pooling.BACKORDERS], removals)
    assert np.array_equal(block.counts[:, pooling.LOST], removals)
    assert np.array_equal(block.short_at_end[:, -1].sum(axis=1), removals)
    assert np.all(np.diff(block.short_at_end.sum(axis=2), axis=1) >= 0)


def test_arrival_at_a_depot_serves_its_backorders_and_its_orders_still_come():
    """One depot without stock, 3 days from a centre that has plenty."""
    pool = pool_of([0.0, 0.5], [0.0, 3.0], [500, 0], 0.0, 0.0, np.inf)
    arrivals = Arrivals(np.array([100.0]), np.array([1]), np.array([[5]]))
    edges = np.array([0.0, 100.0, 300.0])
    block = played(pool, 200, arrivals=arrivals, edges=edges)
    counts = block.counts
    assert (counts[:, pooling.ARRIVED] == 5).all()
    shelf = 500 - counts[:, pooling.REMOVALS]
    depot = counts[:, pooling.ON_HAND] - shelf
    assert np.array_equal(depot - counts[:, pooling.BACKORDERS] + counts[:, pooling.IN_TRANSIT],
                          np.full(200, 5))  # fmt: skip
    assert block.backorder_days[:, 0].mean() == pytest.approx(1.5 * 100, rel=0.1)
    assert block.backorder_days[:, 1].mean() < 2.0


def test_orders_under_a_law_arrive_as_that_law_has_it():
    arrivals = Arrivals(np.array([10.0]), np.array([0]), np.array([[4], [0]]))
    laws = Laws(np.array([0, 1, 2]), np.zeros(2), np.ones(2), np.ones(2), np.ones(2))
    law = np.array([0, 1, 1, 0])
    block = simulate_block(BUSY, laws, law, arrivals, MONTHS, 1, 0, 0, 0.0, False, False)
    assert list(block.counts[:, pooling.ARRIVED]) == [4, 0, 0, 4]


def test_read_only_and_strided_arrays_are_taken():
    frozen = np.array([[0.05, 9.0], [0.2, 9.0], [0.3, 9.0]])[:, 0]
    frozen.flags.writeable = False
    pool = BUSY._replace(rate=frozen)
    assert np.array_equal(played(pool).backorder_days, played(BUSY).backorder_days)


def test_play_before_the_first_edge_is_not_counted():
    late = played(BUSY, edges=np.array([90.0, 120.0])).backorder_days
    assert np.allclose(late[:, 0], played(BUSY).backorder_days[:, 3], rtol=1e-12)


def test_store_grows_with_what_is_under_way():
    """Thousands of demands wait at the centre at once."""
    block = played(pool_of([0.0, 20.0], [0.0, 1.0], [0, 0], 1.0, 1000.0, 1.0), 3)
    assert (block.counts[:, pooling.PENDING] > 5000).all()
    assert np.array_equal(block.counts[:, pooling.PENDING], block.counts[:, pooling.BACKORDERS])
