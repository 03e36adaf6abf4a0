from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from keepline.maths.lossdates import asked_for, counting, cuts_of, loss_dates
from keepline.maths.order import needed_by, needs_first, walked
from keepline.maths.outcomes import Chances, beginnings
from keepline.maths.reach import reach
from keepline.maths.tiers import Graph, Laws
from keepline.maths.worlddates import dated_cuts, packed, world_dates
from keepline.maths.worlds import Ask, Cuts, lost_shares, lost_worlds, rows_of_sets

INF = math.inf


def random_graph(seed: int, with_shares: bool = False) -> Graph:
    """Return a small graph with circles, self-needs, missing needs and unapproved deliveries."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(1, 9))
    node = np.repeat(np.arange(n), draw.integers(0, 4, n))
    d = len(node)
    counts = draw.integers(0, 3, d)
    need = draw.integers(0, n, counts.sum())
    user = np.repeat(np.arange(d), counts)[np.argsort(need, kind="stable")]
    late = draw.choice([0.0, 40.0], d, p=[0.85, 0.15]) if with_shares else np.zeros(d)
    return Graph(
        np.searchsorted(node, np.arange(n + 1)),
        node,
        draw.choice([0.3, 0.5, 1.0], d) if with_shares else np.ones(d),
        draw.choice([0.0, 0.5, 10.0, 30.0], d),
        late,
        np.concatenate([[0], np.cumsum(counts)]),
        need,
        np.concatenate([[0], np.cumsum(np.bincount(need, minlength=n))]),
        user,
    )


def random_cut(graph: Graph, seed: int, chance: float = 0.5) -> np.ndarray:
    draw = np.random.default_rng(seed + 10**6)
    d = graph.node.size
    return np.where(draw.random(d) < chance, draw.choice([0.0, 3.0, 3.25, 20.0, 47.0], d), INF)


def random_ask(graph: Graph, seed: int) -> Ask:
    draw = np.random.default_rng(seed + 2 * 10**6)
    least = draw.choice([1e-6, 0.4, 0.6, 1.0], graph.first_delivery.size - 1)
    return Ask(least, counting(graph))


def whole(graph: Graph) -> Ask:
    return Ask(asked_for(graph), counting(graph))


def slow_dates(graph: Graph, cut: np.ndarray, ask: Ask) -> list[float]:
    """Go round all nodes until nothing changes any more, from nothing lost."""
    n = len(graph.first_delivery) - 1
    dates = [INF] * n
    while True:
        new = []
        for i in range(n):
            falls = []
            for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
                needs = graph.need[graph.first_need[j] : graph.first_need[j + 1]]
                waits = [dates[need] + graph.buffer_days[j] for need in needs]
                if ask.counts[j]:
                    falls.append((min([cut[j], *waits]), graph.share[j]))
            small = [
                day
                for day, _ in falls
                if day < INF and sum(s for at, s in falls if at > day) < ask.least[i] - 1e-9
            ]
            new.append(min(small, default=INF))
        if new == dates:
            return dates
        dates = new


def laws_at(cut: np.ndarray) -> Laws:
    hit = np.flatnonzero(np.isfinite(cut))
    law = np.full(len(cut), -1)
    law[hit] = np.arange(len(hit))
    ones = np.ones(len(hit))
    return Laws(law, np.arange(len(hit) + 1), cut[hit], 0.0 * ones, ones, ones)


@pytest.mark.parametrize("start", range(0, 3000, 500))
def test_dates_are_those_of_a_slow_fixpoint(start):
    for seed in range(start, start + 500):
        graph = random_graph(seed, with_shares=True)
        cut, ask = random_cut(graph, seed), random_ask(graph, seed)
        found = loss_dates(graph, cut, *ask, INF)
        assert found.time.tolist() == slow_dates(graph, cut, ask), seed


def test_dates_are_those_of_the_full_pass_where_losses_are_whole():
    for seed in range(600):
        graph = random_graph(seed)
        cut = random_cut(graph, seed)
        course = reach(graph, laws_at(cut), 60.0)
        found = loss_dates(graph, cut, *whole(graph), 60.0)
        assert found.time == pytest.approx(course.fell, abs=1e-6), seed
        assert np.array_equal(found.time < INF, course.fell < INF)


def test_nodes_that_ask_for_all_fall_no_later_than_in_the_full_pass():
    for seed in range(600):
        graph = random_graph(seed, with_shares=True)
        graph = graph._replace(qualification_days=np.zeros(graph.node.size))
        enough = np.bincount(graph.node, graph.share, len(graph.first_delivery) - 1) >= 1.0
        if not np.all(enough | (np.diff(graph.first_delivery) == 0)):
            continue
        cut = random_cut(graph, seed)
        fell = reach(graph, laws_at(cut), 1e6).fell
        found = loss_dates(graph, cut, asked_for(graph, 1.0), counting(graph), 1e6)
        assert np.all(found.time <= fell + 1e-6), seed


def test_every_loss_has_its_reason():
    for seed in range(300):
        graph = random_graph(seed)
        cut = random_cut(graph, seed)
        found = loss_dates(graph, cut, *whole(graph), INF)
        for i in np.flatnonzero(found.time < INF):
            j = found.by_delivery[i]
            assert graph.node[j] == i
            by = found.by_need[j]
            began = cut[j] if by < 0 else found.time[by] + graph.buffer_days[j]
            assert found.time[i] == began


def test_days_beyond_the_buckets_are_kept_in_order():
    graph = random_graph(3)
    for seed in range(200):
        graph = random_graph(seed)
        cut = random_cut(graph, seed) * 1000.0 + 60_000.25
        found = loss_dates(graph, cut, *whole(graph), INF).time
        assert found.tolist() == slow_dates(graph, cut, whole(graph))


def test_cuts_of_laws_say_whether_they_tell_it_all():
    times, ones = np.array([5.0, 7.0, 9.0, 1.0]), np.ones(4)
    left = np.array([0.0, 0.5, 0.0, 0.0])
    laws = Laws(np.array([0, -1, 1]), np.array([0, 3, 4]), times, left, ones, ones)
    cut, is_plain = cuts_of(laws)
    assert cut.tolist() == [9.0, INF, 1.0]
    assert not is_plain
    assert cuts_of(laws_at(np.array([4.0, INF])))[1]


def test_orders_hold_every_node_and_walks_put_needs_first():
    for seed in range(200):
        graph = random_graph(seed)
        n = len(graph.first_delivery) - 1
        for order in (needs_first(graph), walked(graph)):
            assert sorted(order.tolist()) == list(range(n))
    line = Graph(np.arange(4), np.arange(3), np.ones(3), np.zeros(3), np.zeros(3),
                 np.array([0, 1, 1, 2]), np.array([2, 1]), np.array([0, 0, 1, 2]),
                 np.array([2, 0]))  # fmt: skip
    assert walked(line).tolist() == [1, 2, 0]
    assert needed_by(line, np.array([2])).tolist() == [False, True, True]


def random_events(graph: Graph, seed: int, worlds: int) -> tuple[np.ndarray, list, np.ndarray]:
    draw = np.random.default_rng(seed + 3 * 10**6)
    begins = draw.choice([0.0, 3.0, 3.25, 20.0], (4, worlds))
    begins[draw.random((4, worlds)) < 0.6] = INF
    sets = [(), (0,), (1, 2), (3,), (0, 3)]
    return begins, sets, draw.integers(0, len(sets), graph.node.size)


def cut_in(begins: np.ndarray, sets: list, hit: np.ndarray, world: int) -> np.ndarray:
    return np.array([min([begins[e, world] for e in sets[s]], default=INF) for s in hit])


@pytest.mark.parametrize("start", range(0, 100, 25))
def test_worlds_and_their_dates_are_those_of_one_pass_a_world(start):
    for seed in range(start, start + 25):
        graph = random_graph(seed, with_shares=True)
        begins, sets, hit = random_events(graph, seed, 128)
        ask = random_ask(graph, seed)
        nodes = np.arange(len(graph.first_delivery) - 1)[::-1].copy()
        cuts = Cuts(rows_of_sets(packed(begins < INF), sets), hit)
        rows = lost_worlds(graph, cuts, ask, nodes)
        dates = world_dates(graph, dated_cuts(begins, sets, hit), ask, nodes)
        slow = np.array([slow_dates(graph, cut_in(begins, sets, hit, w), ask) for w in range(128)])
        assert np.array_equal(dates, slow.T[nodes]), seed
        assert np.array_equal(rows, packed(dates < INF)), seed


def test_bits_and_dates_depend_on_neither_threads_nor_blocks():
    graph = random_graph(21, with_shares=True)
    begins, sets, hit = random_events(graph, 21, 64 * 19)
    ask, nodes = whole(graph), np.arange(len(graph.first_delivery) - 1)
    cuts = Cuts(rows_of_sets(packed(begins < INF), sets), hit)
    dated = dated_cuts(begins, sets, hit)
    rows, dates = lost_worlds(graph, cuts, ask, nodes), world_dates(graph, dated, ask, nodes)
    assert 0 < np.isfinite(dates).mean() < 1
    for threads, block in itertools.product((1, 2, 3), (1, 5, 64)):
        assert np.array_equal(lost_worlds(graph, cuts, ask, nodes, threads, block), rows)
        assert np.array_equal(world_dates(graph, dated, ask, nodes, threads, block), dates)


def test_worlds_without_any_event_lose_nothing():
    graph = random_graph(5)
    nodes = np.arange(len(graph.first_delivery) - 1)
    dated = dated_cuts(np.full((1, 64), INF), [(), (0,)], np.ones(graph.node.size, np.int64))
    assert np.all(world_dates(graph, dated, whole(graph), nodes) == INF)
    with pytest.raises(ValueError, match="no multiple of 64"):
        packed(np.zeros(63, np.bool_))


def test_shares_of_worlds_come_with_their_interval():
    rows = np.array([[3, 0], [0, 0]], np.uint64)
    made = lost_shares(rows)
    assert made.mean.tolist() == [2 / 128, 0.0]
    assert made.low[0] < 2 / 128 < made.high[0] < 0.06
    assert made.low[1] == 0.0


def chances(**given: object) -> Chances:
    """Three events: 0 on its own, 1 if 0, 2 unless 0; 0 and 2 of one cause where asked for."""
    plain = {
        "order": np.array([0, 1, 2]), "probability": np.array([0.3, 0.5, 0.6]),
        "cause": np.array([-1, -1, -1]), "first_if": np.array([0, 0, 1, 1]),
        "needs": np.array([0]), "first_unless": np.array([0, 0, 0, 1]), "bars": np.array([0]),
        "lag_days": np.array([0.0, 30.0, 0.0]), "first_date": np.array([0, 2, 2, 4]),
        "day": np.array([10.0, 20.0, 5.0, 50.0]), "chance": np.array([0.5, 0.5, 0.25, 0.25]),
        "last_day": np.array([INF, 45.0, INF]),
    }  # fmt: skip
    return Chances(**(plain | given))


def test_events_happen_as_often_as_their_probabilities_say():
    worlds = 64 * 2000
    begins = beginnings(chances(), 7, 0, worlds)
    happens = np.isfinite(begins)

    def near(share: float, true: float) -> bool:
        return abs(share - true) < 5 * math.sqrt(true * (1 - true) / worlds)

    assert near(happens[0].mean(), 0.3)
    # the second follows 30 days after day 10; from day 20 it would come after its last day
    assert near(happens[1].mean(), 0.3 * 0.5 * 0.5)
    assert set(begins[1][happens[1]]) == {40.0}
    # the third has a date in half of all cases
    assert near(happens[2].mean(), 0.7 * 0.6 * 0.5)
    assert not np.any(happens[0] & happens[2])
    assert near((begins[2] == 5.0).mean(), 0.7 * 0.6 * 0.25)


def test_events_of_one_cause_share_their_draw():
    worlds = 64 * 200
    shared = chances(cause=np.array([1, -1, 1]), first_unless=np.zeros(4, np.int64),
                     bars=np.zeros(0, np.int64), chance=np.array([0.5, 0.5, 0.5, 0.5]))  # fmt: skip
    happens = np.isfinite(beginnings(shared, 7, 0, worlds))
    # the likelier one happens whenever the other does
    assert np.all(happens[2] | ~happens[0])
    assert abs((happens[0] & happens[2]).mean() - 0.3) < 0.03


def test_draws_of_a_world_depend_on_its_number_alone():
    begins = beginnings(chances(), 7, 0, 256)
    assert np.array_equal(beginnings(chances(), 7, 100, 50), begins[:, 100:150])
    assert not np.array_equal(beginnings(chances(), 8, 0, 256), begins)
