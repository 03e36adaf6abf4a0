"""Blocks join in any order, keep as bytes, go on where they were left, and stop when asked."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from keepline.maths.blocks import blocks_of
from keepline.maths.intervals import Moments
from keepline.simulation import Effort, courses
from keepline.simulation.block import play_block, setup_of
from keepline.simulation.outcome import Outcome
from keepline.simulation.stopping import LEAST, STEP, expected, half_width, is_enough

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keepline.simulation.block import Setup

SPANS = {"month", "plan"}


@pytest.fixture(scope="module")
def many(case: Callable[..., Any]) -> Any:
    """Five branches of odd chances and three operators: sums whose order could show."""
    parts = {f"p{i}": {"failures_per_year": 0.3 + 0.17 * i} for i in range(6)}
    sites = {f"s{i}": {"depot_id": f"c{i % 3}", "traffic": 1.1 + 0.7 * i} for i in range(7)}
    return case(
        parts,
        {f"c{i}": {"operator_id": f"o{i}"} for i in range(3)},
        sites,
        [(site, part, 2 + i) for i, site in enumerate(sites) for part in parts],
        [("c0", "p1", 2), ("c1", "p3", 4)],
        [],
        [(f"p{i}", b, "supply", 20 * b + 7 * i, 0.13 * b) for i in range(6) for b in range(1, 5)],
        (0.37, 0.11, 0.29, 0.07, 0.16),
        days=200,
    )


@pytest.fixture(scope="module")
def setup(many: Any) -> Setup:
    return setup_of(
        many.network, many.pools, many.supply, many.places, many.branches, None, None, seed=11
    )


@pytest.fixture(scope="module")
def whole(setup: Setup) -> Outcome:
    return play_block(setup, 0, 60)


@pytest.mark.parametrize("size", [1, 3, 7, 59, 60])
def test_blocks_of_any_size_and_order_join_to_the_same_sums(
    setup: Setup, whole: Outcome, size: int
) -> None:
    blocks = blocks_of(60, size)
    random.Random(size).shuffle(blocks)
    joined = Outcome()
    for first, count in blocks:
        joined += play_block(setup, first, count)
    assert joined.moments.keys() == whole.moments.keys()
    for key, one in joined.moments.items():
        other = whole.moments[key]
        assert one.count == other.count == 60, key
        assert one.places == other.places, key
        assert (one.total == other.total).all(), key
        assert (one.squares == other.squares).all(), key
        assert all(type(value) is int for value in one.total.ravel()), key


@pytest.mark.parametrize("timelines", [2, 5, 16])
def test_a_replication_has_the_same_value_in_any_company(timelines: int) -> None:
    """A matrix product adds in another order for other shapes: one value in fifty differs."""
    drawn = np.random.default_rng(timelines)
    values = 1.0 - 0.01 * drawn.random((2, timelines, 100, 18))
    chance = drawn.dirichlet(np.ones(timelines))
    whole = courses._mixed(values, chance)
    assert whole == pytest.approx(np.einsum("ctrm,t->crm", values, chance), abs=1e-14)
    for size in (1, 3, 50):
        for first, count in blocks_of(100, size):
            some = courses._mixed(values[:, :, first : first + count].copy(), chance)
            assert some.tobytes() == whole[:, first : first + count].tobytes()


def test_keys_say_span_measure_operator_and_course(whole: Outcome) -> None:
    assert {key[0] for key in whole.moments} == SPANS
    assert {key[2] for key in whole.moments} == {None, "o0", "o1", "o2"}
    assert ("plan", "availability", None, "today") in whole.moments
    assert whole.replications == 60
    assert Outcome().replications == 0


def test_bytes_give_the_same_outcome_back(whole: Outcome) -> None:
    again = Outcome.from_bytes(whole.to_bytes())
    assert again.to_bytes() == whole.to_bytes()
    for key, one in whole.moments.items():
        other = again.moments[key]
        assert (one.count, one.places) == (other.count, other.places)
        assert one.total.shape == other.total.shape
        assert (one.total == other.total).all()
        assert (one.interval().low == other.interval().low).all()


def test_sums_of_any_length_are_kept() -> None:
    huge = Moments(3, np.array([-(1 << 90)], object), np.array([1 << 200], object), 40)
    again = Outcome.from_bytes(Outcome({("a", None): huge}).to_bytes()).moments["a", None]
    assert (again.total[0], again.squares[0]) == (-(1 << 90), 1 << 200)


@pytest.mark.parametrize("cut", [b"", b"x", b"[]"])
def test_bytes_that_hold_no_outcome_are_refused(whole: Outcome, cut: bytes) -> None:
    with pytest.raises(ValueError, match="no outcome"):
        Outcome.from_bytes(cut)
    with pytest.raises(ValueError, match="no outcome"):
        Outcome.from_bytes(whole.to_bytes()[:-9])


class Kept:
    """Keep blocks in memory, and count what is asked."""

    def __init__(self) -> None:
        self.decided_by: Mapping[str, str] = {}
        self.blocks: dict[tuple[int, int], bytes] = {}
        self.written: list[tuple[int, int]] = []

    def open(self, decided_by: Mapping[str, str]) -> None:
        assert not self.decided_by or self.decided_by == decided_by
        self.decided_by = dict(decided_by)

    def read(self, first: int, count: int) -> bytes | None:
        return self.blocks.get((first, count))

    def write(self, first: int, count: int, content: bytes) -> None:
        self.blocks[first, count] = content
        self.written.append((first, count))


@pytest.mark.parametrize("lost", [set(), {0}, {1, 3}, {4}, {0, 1, 2, 3, 4}])
def test_what_is_kept_is_not_played_again(many: Any, lost: set[int]) -> None:
    store = Kept()
    once = many.play(replications=450, effort=Effort(store=store))
    assert len(store.written) == 5
    blocks = list(store.written)
    for row in lost:
        del store.blocks[blocks[row]]
    store.written.clear()
    again = many.play(replications=450, effort=Effort(store=store))
    assert store.written == [blocks[row] for row in sorted(lost)]
    assert again.simulated.equals(once.simulated)
    assert again.today == once.today


def test_what_is_kept_but_not_whole_is_played_again(many: Any) -> None:
    store = Kept()
    once = many.play(replications=300, effort=Effort(store=store))
    store.blocks[100, 100] = store.blocks[100, 100][:-5]
    store.written.clear()
    assert many.play(replications=300, effort=Effort(store=store)).today == once.today
    assert store.written == [(100, 100)]


def test_more_replications_go_on_from_those_that_are_kept(many: Any) -> None:
    store = Kept()
    many.play(replications=250, effort=Effort(store=store))
    store.written.clear()
    more = many.play(replications=400, effort=Effort(store=store))
    assert store.written == [(200, 100), (300, 100)]
    assert more.today == many.play(replications=400).today


def test_all_that_decides_a_bit_is_told_apart(many: Any, setup: Setup) -> None:
    def decided(pools: Any, supply: Any, seed: int, purchases: Any = None) -> dict[str, str]:
        return setup_of(
            many.network, pools, supply, many.places, many.branches, purchases, None, seed
        ).decided_by()

    def differs(other: dict[str, str]) -> set[str]:
        return {name for name, value in setup.decided_by().items() if other[name] != value}

    pools, supply = many.pools, many.supply
    assert differs(decided(pools, supply, 11)) == set()
    assert differs(decided(pools, supply, 12)) == {"seed"}
    rate = pools.rate.copy()
    rate[0] = np.nextafter(rate[0], 9.0)
    assert "network" in differs(decided(pools._replace(rate=rate), supply, 11))
    start = supply.start + (supply.start > 0.0)
    assert differs(decided(pools, supply._replace(start=start), 11)) == {"scenario"}
    bought = many.plan(availability=0.9).purchases
    assert differs(decided(pools, supply, 11, bought)) == {"plan"}


def test_it_stops_as_soon_as_it_is_precise_enough(many: Any) -> None:
    told: list[tuple[int, int]] = []
    effort = Effort(precision=0.004, tell=lambda *so_far: told.append(so_far))
    found = many.play(replications=20_000, effort=effort)
    assert found.stopped_by == "precision"
    assert found.half_width <= 0.004
    assert found.replications % STEP == 0
    assert LEAST <= found.replications < 20_000
    # the step before was not enough, unless it was too early to ask
    fewer = many.play(replications=found.replications - STEP)
    assert fewer.half_width > 0.004 or fewer.replications < LEAST
    # the same as if so many had been asked for
    same = many.play(replications=found.replications)
    assert same.simulated.equals(found.simulated)
    assert same.stopped_by == "replications"
    assert told[-1] == (found.replications, found.replications)
    assert [done for done, _ in told] == list(range(STEP, found.replications + 1, STEP))


def test_it_stops_at_the_most_replications(many: Any) -> None:
    found = many.play(replications=250, effort=Effort(precision=1e-9))
    assert (found.stopped_by, found.replications) == ("replications", 250)
    assert found.half_width > 1e-9


def test_the_half_width_is_that_of_the_interval(whole: Outcome) -> None:
    today = whole.moments["plan", "availability", None, "today"].interval()
    assert half_width(whole) == pytest.approx(float(today.high - today.low) / 2.0, rel=1e-9)


def test_nothing_that_varies_is_still_played_the_least_number_of_times() -> None:
    assert not is_enough(100, 0.0, 0.1)
    assert is_enough(200, 0.0, 0.1)
    assert not is_enough(250, 0.0, 0.1)
    assert not is_enough(200, 0.0, None)
    assert expected(100, 0.0, 0.1, 10_000) == 200
    assert expected(100, 0.3, None, 700) == 700
    assert expected(100, np.inf, 0.1, 700) == 700
