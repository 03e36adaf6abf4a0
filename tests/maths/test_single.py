from __future__ import annotations

import math

import numpy as np
import pytest

from keepline.maths.lossdates import asked_for, counting, loss_dates
from keepline.maths.single import Labels, by_label, cut_by, one_label, single_losses
from keepline.maths.tiers import Graph
from keepline.maths.worlds import Ask

INF = math.inf


def random_case(seed: int) -> tuple[Graph, Labels, Ask]:
    """Return a small graph with circles, shares, missing needs, and up to two labels a delivery."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(1, 9))
    node = np.repeat(np.arange(n), draw.integers(0, 4, n))
    d = len(node)
    counts = draw.integers(0, 3, d)
    need = draw.integers(0, n, counts.sum())
    graph = Graph(
        np.searchsorted(node, np.arange(n + 1)),
        node,
        draw.choice([0.3, 0.5, 1.0], d),
        draw.choice([0.0, 0.5, 10.0, 30.0], d),
        draw.choice([0.0, 40.0], d, p=[0.85, 0.15]),
        np.concatenate([[0], np.cumsum(counts)]),
        need,
        np.concatenate([[0], np.cumsum(np.bincount(need, minlength=n))]),
        np.repeat(np.arange(d), counts)[np.argsort(need, kind="stable")],
    )
    count = int(draw.integers(1, 5))
    of_each = [draw.permutation(count)[: draw.integers(0, 3)] for _ in range(d)]
    first = np.cumsum([0] + [len(one) for one in of_each])
    label = np.concatenate([np.empty(0, np.int64), *of_each])
    least = draw.choice([1e-6, 0.4, 0.6, 1.0], n)
    return graph, Labels(first, label, count), Ask(least, counting(graph, seed % 3 == 0))


def slow_dates(graph: Graph, labels: Labels, ask: Ask, lost: int) -> list[float]:
    """Go round all nodes until nothing changes any more, with one label lost on day 0."""
    n = len(graph.first_delivery) - 1
    dates = [INF] * n
    while True:
        new = []
        for i in range(n):
            falls = []
            for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
                own = labels.label[labels.first[j] : labels.first[j + 1]]
                needs = graph.need[graph.first_need[j] : graph.first_need[j + 1]]
                days = [0.0] if lost in own else []
                days += [dates[need] + graph.buffer_days[j] for need in needs]
                if ask.counts[j]:
                    falls.append((min(days, default=INF), graph.share[j]))
            small = [
                day
                for day, _ in falls
                if day < INF and sum(s for at, s in falls if at > day) < ask.least[i] - 1e-9
            ]
            new.append(min(small, default=INF))
        if new == dates:
            return dates
        dates = new


def table(graph: Graph, labels: Labels, ask: Ask, end: float = INF) -> np.ndarray:
    n = len(graph.first_delivery) - 1
    found = single_losses(graph, labels, ask, end)
    days = np.full((labels.total, n), INF)
    days[found.label, np.repeat(np.arange(n), np.diff(found.first))] = found.days
    assert len(found.label) == np.isfinite(days).sum()
    return days


@pytest.mark.parametrize("start", range(0, 3000, 500))
def test_single_losses_are_those_of_a_slow_fixpoint_a_label(start):
    for seed in range(start, start + 500):
        graph, labels, ask = random_case(seed)
        days = table(graph, labels, ask)
        for one in range(labels.total):
            assert days[one].tolist() == slow_dates(graph, labels, ask, one), seed


def test_single_losses_are_those_of_one_pass_a_label():
    for seed in range(1000):
        graph, labels, ask = random_case(seed)
        end = (INF, 35.0)[seed % 2]
        days = table(graph, labels, ask, end)
        for one in range(labels.total):
            alone = loss_dates(graph, cut_by(labels, np.array([one])), *ask, end).time
            assert np.array_equal(days[one], alone), seed


def test_losses_turn_round_by_label():
    for seed in range(100):
        graph, labels, ask = random_case(seed)
        found = single_losses(graph, labels, ask)
        n = len(graph.first_delivery) - 1
        nodes = np.arange(n)[::-1].copy()
        first, place, days = by_label(found, nodes, labels.total)
        turned = np.full((labels.total, n), INF)
        for one in range(labels.total):
            mine = slice(first[one], first[one + 1])
            assert np.all(np.diff(place[mine]) > 0)
            turned[one, nodes[place[mine]]] = days[mine]
        assert np.array_equal(turned, table(graph, labels, ask))


def test_two_sources_in_one_country_are_lost_with_it_and_not_with_either_supplier():
    """A part from two makers who both need one chip; both makers and the chip's sit in country 0.

    The first maker holds 30 days of stock, the second 90.
    """
    graph = Graph(
        np.array([0, 2, 3]), np.array([0, 0, 1]), np.ones(3), np.array([30.0, 90.0, 0.0]),
        np.zeros(3), np.array([0, 1, 2, 2]), np.array([1, 1]), np.array([0, 0, 2]),
        np.array([0, 1]),
    )  # fmt: skip
    ask = Ask(asked_for(graph), counting(graph))
    by_supplier = single_losses(graph, one_label(np.array([0, 1, 2]), 3), ask)
    assert by_supplier.first.tolist() == [0, 1, 2]
    assert by_supplier.label.tolist() == [2, 2]
    assert by_supplier.days.tolist() == [90.0, 0.0]
    by_country = single_losses(graph, one_label(np.array([0, 0, 0]), 1), ask)
    assert by_country.days.tolist() == [0.0, 0.0]
    assert one_label(np.array([-1, 0, -1]), 1).first.tolist() == [0, 0, 1, 1]
    nobody = single_losses(graph, one_label(np.array([-1, -1, -1]), 1), ask)
    assert nobody.first.tolist() == [0, 0, 0]
