"""The field kernel where something else is known: formulas, limits, queues, other kernels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import poisson

from keepline.maths import pooling
from keepline.maths.events import simulate_block
from keepline.maths.field import record
from keepline.maths.field.family import CORE_FIRST, Settings
from keepline.maths.field.play import play_family
from keepline.maths.finite import finite_backorders
from keepline.maths.intervals import Moments, difference
from keepline.maths.leaving_events import Kept, simulate_leaving
from keepline.maths.outstanding import Flow
from keepline.maths.poisson import ebo
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Arrivals, Laws, Pool
from keepline.maths.substitution import chain_short

from .field_families import random_case
from .field_trees import family_of, played, with_parts

FINITE = Settings(is_finite=True)
INSTALLED = [2, 8, 12]
TREE = Pool(0.05 * np.array(INSTALLED), np.array([0.0, 2.0, 5.0]), np.array([8, 1, 4]), 0.7, 20.0,
            30.0)  # fmt: skip
DUE = Arrivals(np.array([40.0, 60.0]), np.array([0, 2]), np.array([[5, 3], [2, 0]]))
CUT = Laws(np.array([0, 1, 3]), np.array([0.0, 0.0, 80.0]), np.array([1.0, 1.0, 0.4]),
           np.array([1.0, 1.0, 1.5]), np.array([1.0, 1.0, 0.3]))  # fmt: skip
DEAD = Laws(np.array([0, 1]), np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1))
EDGES = np.linspace(0.0, 300.0, 11)


def lone(rate, stock, repair_days=10.0, repair_share=1.0):
    """A centre without depots."""
    return Pool(np.array([rate]), np.zeros(1), np.array([stock]), repair_share, repair_days, np.inf)


@pytest.mark.parametrize("row_units", [None, 3, 1])
@pytest.mark.parametrize("shape", [math.inf, 4.0])
def test_without_mechanisms_it_plays_what_the_formulas_assume(row_units, shape):
    pool = TREE._replace(rate_shape=shape)
    law = np.arange(60) % 2
    one = simulate_block(pool, CUT, law, DUE, EDGES, 3, 0, 7, 0.4, False, True)
    family = family_of(pool, INSTALLED, DUE, 2, 0.4, row_units)
    other = played(family, EDGES, laws=CUT, law=law, first=7, seed=3,
                   settings=Settings(has_rates=True, by_location=True))  # fmt: skip
    assert np.allclose(one.backorder_days, other.backorder_days[..., 0], rtol=1e-9, atol=1e-9)
    assert np.allclose(one.location_days, other.location_days[:, :, 0], rtol=1e-9, atol=1e-9)
    assert np.array_equal(one.short_at_end, other.location_short[:, :, 0])
    for mine, theirs in (
        (pooling.EVENTS, record.EVENTS), (pooling.REMOVALS, record.REMOVALS),
        (pooling.LOST, record.LOST), (pooling.ARRIVED, record.ARRIVED),
        (pooling.ON_HAND, record.ON_HAND), (pooling.BACKORDERS, record.BACKORDERS),
        (pooling.IN_TRANSIT, record.IN_TRANSIT),
    ):  # fmt: skip
        assert np.array_equal(one.counts[:, mine], other.counts[:, 0, theirs])
    finite = np.isfinite(one.first_short_day)
    assert finite.any()
    assert np.allclose(one.first_short_day[finite], other.first_short_day[finite, 0])


def test_without_mechanisms_the_steady_state_is_the_exact_one():
    """One centre and 30 depots: 1.26796493 units short (Graves 1985, exact)."""
    rate = np.array([0.0] + [0.1] * 30)
    pool = Pool(rate, np.where(rate > 0, 2.0, 0.0), np.array([42] + [1] * 30), 1.0, 14.0, 0.0)
    family = family_of(pool, [0] + [10] * 30, row_units=2)
    short = played(family, [100.0, 400.0], 2000).backorder_days[:, 0] / 300.0
    assert Moments.of(short).interval(0.99).covers(1.26796493)


def test_shelf_life_alone_is_played_as_by_the_kernel_of_shelves():
    law = np.zeros(60, np.int64)
    pool = TREE._replace(on_hand=np.array([30, 10, 20]))
    kept = Kept(25.0, 0.0, np.arange(3), np.full((3, 1), 25.0), pool.on_hand)
    one = simulate_leaving(pool, FULL_SUPPLY, law, DUE, kept, EDGES, 3, 0, 0, 0.0)
    family = with_parts(family_of(pool, INSTALLED, DUE), shelf_life=25.0)
    family.stock.leave_day[:] = 25.0
    other = played(family, EDGES, 60, Settings(has_leaving=True), seed=3)
    assert np.allclose(one.backorder_days, other.backorder_days[..., 0], rtol=1e-9, atol=1e-9)
    assert np.array_equal(one.counts[:, pooling.LEFT], other.counts[:, 0, record.EXPIRED])
    assert one.counts[:, pooling.LEFT].sum() > 100


def test_units_in_store_go_bad_as_in_the_kernel_of_shelves():
    law = np.zeros(4000, np.int64)
    kept = Kept(np.inf, 0.01, np.arange(3), np.full((3, 1), np.inf), TREE.on_hand)
    one = simulate_leaving(TREE, FULL_SUPPLY, law, DUE, kept, EDGES, 3, 0, 0, 0.0)
    family = with_parts(family_of(TREE, INSTALLED, DUE), attrition=0.01)
    other = played(family, EDGES, 4000, Settings(has_leaving=True), seed=3)
    left = other.counts[:, 0, record.SPOILED] - one.counts[:, pooling.LEFT]
    assert Moments.of(left.astype(float)).interval(0.99).covers(0.0)
    apart = difference(other.backorder_days[..., 0], one.backorder_days).interval(0.999)
    assert apart.covers(0.0).all()


def test_what_never_fails_is_never_short():
    family = family_of(TREE._replace(rate=np.zeros(3)), INSTALLED)
    kept = played(family, EDGES, 20, FINITE._replace(has_log=True))
    assert not kept.backorder_days.any()
    assert np.isinf(kept.first_short_day).all()
    assert kept.log_day.size == 0
    assert (kept.counts[:, 0, record.EVENTS] == 0).all()
    assert (kept.on_hand[:, 0] == TREE.on_hand).all()


def test_ample_stock_is_never_short():
    family = family_of(TREE._replace(on_hand=np.array([5000, 5000, 5000])), INSTALLED)
    kept = played(family, EDGES, 20, FINITE._replace(has_log=True))
    assert kept.counts[:, 0, record.REMOVALS].sum() > 1000
    assert not kept.backorder_days.any()
    assert kept.log_day.size == 0


def test_repair_and_transport_in_no_time_leave_no_one_short():
    pool = TREE._replace(on_hand=np.zeros(3, np.int64), repair_share=1.0, repair_days=0.0,
                         ship_days=np.zeros(3))  # fmt: skip
    kept = played(family_of(pool, INSTALLED), EDGES, 20, FINITE)
    assert kept.counts[:, 0, record.REMOVALS].sum() > 1000
    assert not kept.backorder_days.any()
    assert np.isinf(kept.first_short_day).all()


def test_many_servers_are_as_good_as_no_limit():
    family = with_parts(family_of(TREE, INSTALLED, DUE, 2), shop=0)
    free = played(family, EDGES, 40, FINITE, CUT)
    served = played(family._replace(at_once=np.array([1000])), EDGES, 40,
                    FINITE._replace(has_shops=True), CUT)  # fmt: skip
    assert np.allclose(free.backorder_days, served.backorder_days, atol=1e-9)
    assert np.array_equal(free.on_hand, served.on_hand)


@pytest.mark.parametrize("share_on", [0.5, 1.0])
@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_the_same_bits_however_blocks_are_cut(seed, share_on):
    family, laws, law, swap_day, edges, settings, seed, _ = random_case(seed, share_on, 12)
    whole = play_family(family, laws, law, swap_day, edges, settings, seed, 3)
    for size in (1, 5):
        blocks = [play_family(family, laws, law[at : at + size], swap_day[at : at + size], edges,
                              settings, seed, 3 + at) for at in range(0, 12, size)]  # fmt: skip
        for name, mine in whole._asdict().items():
            pieces = np.concatenate([getattr(block, name) for block in blocks])
            assert np.array_equal(mine, pieces), name


def test_a_crowded_family_keeps_every_unit_in_sight():
    """Thousands of failures, more lines in the log than there is room for at first."""
    family, laws, law, swap_day, edges, settings, seed, first = random_case(36, 1.0, 20)
    crowded = family._replace(
        parts=family.parts._replace(rate=family.parts.rate * 20),
        rows=family.rows._replace(quantity=family.rows.quantity * 300),
        coming=family.coming._replace(quantity=family.coming.quantity * 200),
    )
    kept = play_family(crowded, laws, law, swap_day, edges, settings, seed, first)
    assert kept.counts[..., record.REMOVALS].sum() > 10_000
    assert kept.log_day.size > 10_000
    assert not record.imbalance(kept.counts).any()
    assert (kept.log_out >= 0).all()
    assert (kept.log_out <= crowded.rows.quantity[kept.log_row]).all()


def test_a_finite_base_without_stock_is_out_as_long_as_it_is_in_repair():
    """n units, each up for 1 / phi and in repair for R on average: n phi R / (1 + phi R) are out.

    Started with all up, the share out is at its limit once many cycles have passed.
    """
    units, rate, days = 6, 0.05, 10.0
    family = family_of(lone(rate * units, 0, days), [units])
    short = played(family, [500.0, 1500.0], 2000, FINITE).backorder_days[:, 0] / 1000.0
    expected = units * rate * days / (1.0 + rate * days)
    assert Moments.of(short).interval(0.99).covers(expected)


def test_a_finite_base_with_stock_follows_the_birth_and_death_process():
    """Insensitive to the law of the repair time (Kelly 1979): only its mean counts."""
    units, stock, rate, days = 6, 2, 0.08, 10.0
    weight = [1.0]
    for k in range(units + stock):
        weight.append(weight[-1] * rate * (units - max(k - stock, 0)) * days / (k + 1))
    chance = np.array(weight) / sum(weight)
    expected = float(chance @ np.maximum(np.arange(len(weight)) - stock, 0))
    family = family_of(lone(rate * units, stock, days), [units], row_units=1)
    short = played(family, [500.0, 1500.0], 2000, FINITE).backorder_days[:, 0] / 1000.0
    assert Moments.of(short).interval(0.99).covers(expected)


def test_a_finite_base_that_is_never_restored_follows_the_birth_process():
    units, stock, rate = 5, 3, 0.01
    states = units + stock + 1
    births = rate * np.minimum(units, units + stock - np.arange(states))
    moves = np.diag(births[:-1], 1) - np.diag(births)
    days = np.array([50.0, 150.0, 400.0])
    short = np.maximum(np.arange(states) - stock, 0)
    expected = [float(expm(moves * day)[0] @ short) for day in days]
    family = family_of(lone(rate * units, stock), [units], laws=1)
    edges = np.sort(np.concatenate((days - 1e-6, days)))
    kept = played(family, edges, 20_000, FINITE, DEAD)
    found = Moments.of(kept.short_at_end[:, ::2, 0].astype(float)).interval(0.99)
    assert found.covers(np.array(expected)).all()
    # the kernel of the formulas says the same: its rule is exact here
    grid = np.arange(1.0, 401.0)
    endless = [ebo(rate * units * day, stock) for day in grid]
    nothing = Flow(np.empty(0), np.empty(0), np.empty(0), np.empty(0))
    rule = finite_backorders(np.array(endless), grid, nothing, rate)
    assert rule[days.astype(int) - 1] == pytest.approx(expected, rel=2e-3)


def in_queue(load, servers):
    """Mean units in a queue of Poisson arrivals and fixed service (Crommelin 1932).

    After one service time the servers' units of now are gone, and those that came meanwhile are
    there: N(t + D) = max(N(t) - c, 0) + Poisson(load).
    """
    most = 400
    come = poisson.pmf(np.arange(most), load)
    law = come.copy()
    for _ in range(4000):
        left = np.concatenate(([law[: servers + 1].sum()], law[servers + 1 :]))
        law = np.convolve(left, come)[:most]
    return float(law @ np.arange(most))


def test_the_queue_of_one_server_is_that_of_pollaczek_and_khinchine():
    assert in_queue(0.8, 1) == pytest.approx(0.8 + 0.8**2 / (2 * 0.2), rel=1e-9)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (2, 1.5), (4, 3.0)])
def test_a_full_shop_is_a_queue_with_fixed_service(servers, load):
    """Without stock, the units short are those at the shop."""
    family = with_parts(family_of(lone(load / 10.0, 0, 10.0), [100]), shop=0)
    family = family._replace(at_once=np.array([servers]))
    kept = played(family, [1000.0, 5000.0], 6000, Settings(has_shops=True), seed=2)
    short = Moments.of(kept.backorder_days[:, 0] / 4000.0)
    assert short.interval(0.99).covers(in_queue(load, servers))


def twice(columns):
    return type(columns)(*(np.concatenate([column] * 2) for column in columns))


def test_what_stands_in_for_other_parts_meets_the_exact_law_of_the_chain():
    """All stock in one place, nothing restored: part 1 may stand in for part 2."""
    means, stock = np.array([3.0, 2.0]), np.array([5, 1])
    one = family_of(lone(means.sum() / 100.0, 0), [100])
    parts = twice(one.parts)
    parts = parts._replace(
        rate=means / 100.0 / 100.0,
        stream=np.array([0, 1]),
        substitute_first=np.array([0, 0, 1]),
        substitute=np.array([0]),
    )
    rows = twice(one.rows)._replace(part=np.arange(2))
    family = one._replace(
        parts=parts, rows=rows, places=one.places._replace(keep=np.zeros((2, 1), np.int64)),
        stock=type(one.stock)(np.arange(2), np.zeros(2, int), stock, np.full((1, 2), np.inf)),
    )  # fmt: skip
    kept = played(family, [0.0, 100.0], 20_000, Settings(has_substitutes=True), DEAD)
    short = kept.short_at_end[:, 0].sum(axis=1).astype(float)
    assert Moments.of(short).interval(0.99).covers(chain_short(means, stock))
    assert (kept.counts[:, 1, record.SUBSTITUTED] > 0).any()


def test_siblings_and_reserves_help_those_they_are_meant_for():
    """Same failures: lending leaves fewer short, a reserve leaves fewer core units short."""
    pool = TREE._replace(on_hand=np.array([0, 3, 3]), repair_days=60.0)
    family = family_of(pool, INSTALLED, row_units=2)
    alone = played(family, EDGES, 200)
    near = family._replace(places=family.places._replace(lateral_days=np.full(3, 0.5)))
    lent = played(near, EDGES, 200, Settings(has_lateral=True))
    assert lent.counts[..., record.LENT].sum() > 100
    assert difference(lent.backorder_days.sum((1, 2)), alone.backorder_days.sum((1, 2))).interval(
        0.99).high < 0.0  # fmt: skip
    core = family._replace(
        rows=family.rows._replace(is_core=np.arange(len(family.rows.part)) % 4 == 0),
        places=family.places._replace(keep=np.ones((1, 3), np.int64)),
    )
    both = [played(core, EDGES, 200, Settings(allocation=rule, has_log=True))
            for rule in (0, CORE_FIRST)]  # fmt: skip
    days = [core_days(kept, core.rows.is_core) for kept in both]
    assert days[1] < 0.7 * days[0]


def core_days(kept, is_core):
    """Unit-days out at core rows, from the log."""
    total, last = 0.0, {}
    lines = zip(kept.log_replication, kept.log_day, kept.log_row, kept.log_out, strict=True)
    for replication, day, row, out in lines:
        if is_core[row]:
            since, was = last.get((replication, row), (0.0, 0))
            total += was * (day - since)
            last[replication, row] = (day, out)
    return total + sum(out * (EDGES[-1] - day) for day, out in last.values())


def test_the_log_adds_up_to_the_unit_days_short():
    family = family_of(TREE, INSTALLED, row_units=3)
    kept = played(family, EDGES, 50, FINITE._replace(has_log=True))
    everything = core_days(kept, np.ones(len(family.rows.part), bool))
    assert everything == pytest.approx(kept.backorder_days.sum(), rel=1e-9)
    assert not NO_ARRIVALS.day.size
