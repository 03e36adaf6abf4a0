"""Properties of whole losses: more sources or more stock never bring a loss forward."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.maths.lossdates import asked_for, counting, loss_dates
from keepline.maths.single import Labels, one_label, single_losses
from keepline.maths.tiers import Graph
from keepline.maths.worlds import Ask, Cuts, lost_worlds

SEEDS = st.integers(0, 2**32 - 1)
OFTEN = settings(max_examples=150, deadline=None)
LABELS = 4


class Made:
    """A small random graph as lists, so that a delivery can be added."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.n = int(draw.integers(2, 8))
        self.node = sorted(draw.integers(0, self.n, draw.integers(1, 14)).tolist())
        self.needs = [draw.integers(0, self.n, draw.integers(0, 3)).tolist() for _ in self.node]
        self.stock = draw.choice([0.0, 7.0, 30.0], len(self.node)).tolist()
        self.label = draw.integers(0, LABELS, len(self.node)).tolist()

    def add(self, node: int, needs: list[int], label: int) -> None:
        """Add a delivery to a node that has one, after its others."""
        at = len(self.node) - self.node[::-1].index(node)
        self.node.insert(at, node)
        self.needs.insert(at, needs)
        self.stock.insert(at, 0.0)
        self.label.insert(at, label)

    def graph(self) -> Graph:
        need = np.array([one for needs in self.needs for one in needs], np.int64)
        counts = [len(needs) for needs in self.needs]
        user = np.repeat(np.arange(len(counts)), counts)[np.argsort(need, kind="stable")]
        node = np.array(self.node, np.int64)
        return Graph(
            np.searchsorted(node, np.arange(self.n + 1)), node, np.ones(len(node)),
            np.array(self.stock), np.zeros(len(node)), np.cumsum([0, *counts]), need,
            np.cumsum([0, *np.bincount(need, minlength=self.n)]), user,
        )  # fmt: skip

    def days(self) -> np.ndarray:
        """Return when each node is lost under each label."""
        graph = self.graph()
        labels: Labels = one_label(np.array(self.label), LABELS)
        found = single_losses(graph, labels, Ask(asked_for(graph), counting(graph)))
        days = np.full((LABELS, self.n), np.inf)
        days[found.label, np.repeat(np.arange(self.n), np.diff(found.first))] = found.days
        return days


@OFTEN
@given(SEEDS, SEEDS)
def test_one_more_source_never_brings_a_loss_forward(seed, other):
    made, draw = Made(seed), np.random.default_rng(other)
    before = made.days()
    node = int(draw.choice(made.node))
    made.add(node, draw.integers(0, made.n, 2).tolist(), int(draw.integers(0, LABELS)))
    assert np.all(made.days() >= before)


@OFTEN
@given(SEEDS, SEEDS)
def test_more_stock_never_brings_a_loss_forward(seed, other):
    made = Made(seed)
    before = made.days()
    made.stock[int(np.random.default_rng(other).integers(0, len(made.stock)))] += 10.0
    assert np.all(made.days() >= before)


@OFTEN
@given(SEEDS, SEEDS)
def test_one_more_cut_never_saves_a_node_and_no_cut_loses_none(seed, other):
    made, draw = Made(seed), np.random.default_rng(other)
    graph = made.graph()
    ask = asked_for(graph), counting(graph)
    cut = np.where(draw.random(len(made.node)) < 0.4, draw.integers(0, 60, len(made.node)), np.inf)
    more = np.minimum(cut, np.where(draw.random(len(cut)) < 0.2, 5.0, np.inf))
    first = loss_dates(graph, cut, *ask, np.inf).time
    assert np.all(loss_dates(graph, more, *ask, np.inf).time <= first)
    whole = loss_dates(graph, np.full(len(cut), np.inf), *ask, np.inf).time
    assert np.all(whole == np.inf)


@OFTEN
@given(SEEDS, SEEDS)
def test_a_world_with_more_events_loses_no_less(seed, other):
    made, draw = Made(seed), np.random.default_rng(other)
    graph = made.graph()
    row = draw.integers(0, 2**63, (4, 2), dtype=np.uint64)
    row[0] = 0
    hit = draw.integers(0, 4, len(made.node))
    ask = Ask(asked_for(graph), counting(graph))
    lost = lost_worlds(graph, Cuts(row, hit), ask, np.arange(made.n))
    row[1] |= draw.integers(0, 2**63, 2, dtype=np.uint64)
    more = lost_worlds(graph, Cuts(row, hit), ask, np.arange(made.n))
    assert np.all(lost & ~more == 0)
