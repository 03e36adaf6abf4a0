"""The kernel against a replay of the same draws by another road, and laws of order and units.

The replay has no clock and no queue: the n-th demand at the centre ships at the later of its own
time and the time of the n-th unit supplied, and units short are counted between breakpoints.
"""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.maths import pooling
from keepline.maths.events import simulate_block
from keepline.maths.pooling import Arrivals, Laws, Pool
from keepline.maths.streams import FAILURE, REPAIR, share_of, share_of_two, words_of

SEED, STREAM = 20, 9
END = 30.0
DAYS = st.sampled_from([0.0, 0.5, 2.0, 3.25, 9.0])


@st.composite
def laws(draw, kinds):
    """Draw step functions of what is left, the first from day 0."""
    count = draw(st.lists(st.integers(1, 3), min_size=kinds, max_size=kinds))
    steps = sum(count)
    shares = st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=steps, max_size=steps)
    factors = st.lists(st.sampled_from([0.5, 1.0, 2.5]), min_size=steps, max_size=steps)
    start = [10.0 * k for steps_of in count for k in range(steps_of)]
    return Laws(
        np.cumsum([0, *count]),
        np.array(start),
        np.array(draw(shares)),
        np.array(draw(factors)),
        np.array(draw(shares)),
    )


@st.composite
def cases(draw):
    """Draw a small pool, its arrivals and the laws it runs under."""
    locations = draw(st.integers(1, 4))
    several = {"min_size": locations, "max_size": locations}
    pool = Pool(
        np.array(draw(st.lists(st.sampled_from([0.0, 0.05, 0.3, 1.0]), **several))),
        np.array(draw(st.lists(DAYS, **several))),
        np.array(draw(st.lists(st.integers(0, 3), **several))),
        draw(st.sampled_from([0.0, 0.4, 1.0])),
        draw(DAYS),
        draw(DAYS),
    )
    orders = draw(st.integers(0, 3))
    days = sorted(draw(st.lists(st.floats(0.0, 35.0), min_size=orders, max_size=orders)))
    places = st.integers(0, locations - 1)
    quantity = np.array(
        draw(st.lists(st.integers(0, 4), min_size=2 * orders, max_size=2 * orders)), np.int64
    ).reshape(2, orders)
    arrivals = Arrivals(
        np.array(days),
        np.array(draw(st.lists(places, min_size=orders, max_size=orders)), np.int64),
        quantity,
    )
    edges = np.array([draw(st.sampled_from([0.0, 5.0])), 12.0, 20.0, END])
    return (
        pool,
        draw(laws(2)),
        arrivals,
        edges,
        draw(st.sampled_from([0.0, 0.5, 1.0])),
        draw(st.booleans()),
    )


def played(case, replications=6, first=0, by_location=True, **changed):
    pool, law_steps, arrivals, edges, returned, exponential = case
    pool = pool._replace(**changed)
    law = np.arange(first, first + replications) % 2
    return simulate_block(
        pool, law_steps, law, arrivals, edges, SEED, STREAM, first, returned, exponential,
        by_location,
    )  # fmt: skip


def replayed(case, replication):
    """Work out one replication from its draws alone."""
    pool, _, arrivals, edges, _, _ = case
    law = replication % 2
    removals, supplied, lost = failures(case, law, replication)
    come = arrivals.day <= END
    quantity = np.where(come, arrivals.quantity[law], 0)
    places = range(pool.rate.size)
    centre = [0.0] * int(pool.on_hand[0]) + [back for back in supplied if back <= END]
    for day, place, units in zip(arrivals.day, arrivals.location, quantity, strict=True):
        centre += [day] * int(units if place == 0 else 0)
    centre.sort()
    shipped = [max(u, at) for (u, _), at in zip(removals, centre, strict=False)]
    steps = [[(0.0, int(pool.on_hand[j]) if j else 0)] for j in places]
    for u, j in removals:
        steps[j].append((u, -1))
    parcels = received = 0
    for (_, j), sent in zip(removals, shipped, strict=False):
        reached = sent + (pool.ship_days[j] if j else 0.0)
        steps[j] += [(reached, 1)] if reached <= END else []
        parcels += reached > END
        received += bool(j) and reached <= END
    for day, place, units in zip(arrivals.day, arrivals.location, quantity, strict=True):
        steps[place] += [(day, int(units))] if place > 0 else []
    short = [short_of(step) for step in steps]
    starts = [a for spans in short for a, b, units in spans if units and b > a]
    days = [
        [sum(units * max(min(b, high) - max(a, low), 0.0) for a, b, units in spans)
         for spans in short]
        for low, high in pairwise(edges)
    ]  # fmt: skip
    at_end = [[last_before(spans, high) for spans in short] for high in edges[1:]]
    on_hand = len(centre) - len(shipped)
    on_hand += sum(max(sum(n for _, n in step), 0) for step in steps[1:])
    return {
        "removals": len(removals), "lost": lost, "arrived": int(quantity.sum()),
        "on_hand": on_hand, "pending": sum(back > END for back in supplied),
        "parcels": parcels, "days": np.array(days), "at_end": np.array(at_end),
        "first": min(starts, default=np.inf),
        "events": len(removals) + sum(back <= END for back in supplied) + received + sum(come),
    }  # fmt: skip


def failures(case, law, replication):
    """Give removals (time, location), the times units are restored, and how many never are."""
    pool, law_steps, _, _, returned, exponential = case
    rows = slice(law_steps.first[law], law_steps.first[law + 1])
    start, supply, factor, repair = (column[rows] for column in law_steps[1:])

    def at(column, day):
        return column[np.searchsorted(start, day, side="right") - 1]

    removals, supplied, lost, now = [], [], 0, 0.0
    running = np.cumsum(pool.rate)
    while running[-1] > 0.0:
        k = len(removals)
        w0, w1, w2, w3 = words_of(SEED, STREAM, replication, FAILURE, k)
        now -= np.log(share_of_two(w0, w1)) / running[-1]
        if now > END:
            break
        removals.append((now, int(np.searchsorted(running, share_of(w2) * running[-1], "right"))))
        fate = share_of(w3)
        if fate < pool.repair_share:
            days = pool.repair_days
            if exponential:
                v0, v1, _, _ = words_of(SEED, STREAM, replication, REPAIR, k)
                days *= -np.log(share_of_two(v0, v1))
            back, left = now + days, at(repair, now)
            chance = (1 - returned) * min(left, at(repair, back)) + returned * left
            restored = fate / pool.repair_share < chance
        else:
            back = now + pool.lead_days * at(factor, now)
            chance = min(at(supply, now), at(supply, back))
            restored = (fate - pool.repair_share) / (1 - pool.repair_share) < chance
        supplied += [back] if restored else []
        lost += not restored
    return removals, supplied, lost


def short_of(step):
    """Give (from, to, units short) between changes of a location's net stock."""
    spans, net = [], 0
    times = sorted({at for at, _ in step} | {END})
    for low, high in zip(times, [*times[1:], END], strict=True):
        net = sum(n for at, n in step if at <= low)
        spans.append((low, high, max(-net, 0)))
    return spans


def last_before(spans, day):
    return next(units for low, _, units in reversed(spans) if low <= day)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_kernel_gives_what_a_replay_of_the_draws_gives(case):
    block = played(case)
    for row in range(6):
        expected = replayed(case, row)
        counts = block.counts[row]
        assert counts[pooling.EVENTS] == expected["events"]
        assert counts[pooling.REMOVALS] == expected["removals"]
        assert counts[pooling.LOST] == expected["lost"]
        assert counts[pooling.ARRIVED] == expected["arrived"]
        assert counts[pooling.ON_HAND] == expected["on_hand"]
        assert counts[pooling.PENDING] == expected["pending"]
        assert counts[pooling.IN_TRANSIT] == expected["parcels"]
        assert np.array_equal(block.short_at_end[row], expected["at_end"])
        assert np.allclose(block.location_days[row], expected["days"], rtol=1e-12, atol=1e-11)
        assert np.allclose(block.first_short_day[row], expected["first"], rtol=1e-14)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_unit_is_somewhere(case):
    block = played(case, replications=20)
    counts = block.counts
    working_less_installed = -counts[:, pooling.BACKORDERS]
    elsewhere = (
        counts[:, pooling.ON_HAND]
        + counts[:, pooling.IN_TRANSIT]
        + counts[:, pooling.PENDING]
        + counts[:, pooling.LOST]
    )
    came = case[0].on_hand.sum() + counts[:, pooling.ARRIVED]
    assert np.array_equal(working_less_installed + elsewhere, came)
    assert np.array_equal(counts[:, pooling.BACKORDERS], block.short_at_end[:, -1].sum(axis=1))
    assert np.allclose(block.location_days.sum(axis=2), block.backorder_days)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 3), st.integers(1, 3))
def test_more_stock_is_never_worse_on_any_path(case, place, units):
    place = min(place, case[0].rate.size - 1)
    more = case[0].on_hand.copy()
    more[place] += units
    before, after = played(case, 20), played(case, 20, on_hand=more)
    assert np.all(after.location_days <= before.location_days + 1e-9)
    assert np.all(after.short_at_end <= before.short_at_end)
    assert np.all(after.first_short_day >= before.first_short_day)
    assert np.array_equal(before.counts[:, pooling.REMOVALS], after.counts[:, pooling.REMOVALS])


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(1, 12))
def test_any_cut_into_blocks_gives_the_same_bits(case, size):
    whole = played(case, 12)
    parts = [played(case, min(size, 12 - first), first) for first in range(0, 12, size)]
    for column, pieces in zip(whole, zip(*parts, strict=True), strict=True):
        assert np.array_equal(column, np.concatenate(pieces))


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(1, 4))
def test_a_location_where_nothing_fails_changes_no_path(case, at):
    pool = case[0]
    at = min(at, pool.rate.size)
    wider = {
        "rate": np.insert(pool.rate, at, 0.0),
        "ship_days": np.insert(pool.ship_days, at, 7.0),
        "on_hand": np.insert(pool.on_hand, at, 2),
    }
    arrivals = case[2]
    moved = arrivals._replace(location=arrivals.location + (arrivals.location >= at))
    before = played(case)
    after = played((pool, case[1], moved, *case[3:]), **wider)
    assert np.array_equal(np.delete(after.location_days, at, axis=2), before.location_days)
    assert not after.location_days[:, :, at].any()
    assert np.array_equal(after.counts[:, pooling.EVENTS], before.counts[:, pooling.EVENTS])
