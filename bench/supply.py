"""Make large supply graphs with tiers and circles from a seed, as arrays for the kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from keepline.maths.tiers import Graph

TIERS = 10
SEED = 20200622
#: Edges that one node brings along: 2.5 deliveries, each of 3.5 needs but in the lowest tier.
EDGES_A_NODE = 2.5 + 2.5 * 3.5 * (TIERS - 1) / TIERS
#: Shares of needs that lie further down than the next tier, and anywhere.
DEEPER, ANYWHERE = 0.2, 0.001
SUPPLIERS_A_NODE = 0.02
EVENTS = 200


class Supply(NamedTuple):
    """Hold a graph and what hits its deliveries.

    Attributes:
        graph: A tenth of the nodes in each tier, the top tier first; every delivery of a node
            alone is enough for it.
        supplier: int64[d]; a few suppliers deliver much, most of them little.
        event: int64[d]; the event that may cut the delivery, 0 for none.
    """

    graph: Graph
    supplier: np.ndarray
    event: np.ndarray


def edges_of(graph: Graph) -> int:
    """Return how many edges there are: from deliveries to their nodes, and to what they need."""
    return graph.node.size + graph.need.size


def supply(edges: int, seed: int = SEED, hit: float = 0.03, is_mixed: bool = False) -> Supply:
    """Return a graph of about so many edges.

    A fifth of the nodes have one delivery alone, the others two to four. Four needs in five lie in
    the next tier, the others further down, and one in a thousand lies anywhere, so that most of
    the nodes stand on circles. A third of the deliveries hold finished stock.

    Args:
        edges: How many edges.
        seed: Seed of all draws.
        hit: Share of deliveries that some event may cut.
        is_mixed: Number the nodes in any order, not by tier.
    """
    draw = np.random.default_rng(seed)
    n = round(edges / EDGES_A_NODE)
    label = draw.permutation(n) if is_mixed else np.arange(n)
    at = np.argsort(label)
    node = np.repeat(at, draw.choice(4, n, p=[0.2, 0.3, 0.3, 0.2])[at] + 1)
    tier = node * TIERS // n
    counts = np.where(tier < TIERS - 1, draw.integers(1, 7, node.size), 0)
    of_delivery = np.repeat(np.arange(node.size), counts)
    below = tier[of_delivery] + 1
    deeper = (draw.random(below.size) * (TIERS - below)).astype(int)
    below += np.where(draw.random(below.size) < DEEPER, deeper, 0)
    width = n // TIERS
    need = np.minimum(below * n // TIERS + draw.integers(0, width, below.size), n - 1)
    anywhere = draw.random(need.size) < ANYWHERE
    need[anywhere] = draw.integers(0, n, int(anywhere.sum()))
    d = node.size
    stock = np.where(draw.random(d) < 1 / 3, draw.choice([30.0, 60.0, 90.0, 180.0], d), 0.0)
    graph = graph_of(n, label[node], stock, counts, label[need])
    suppliers = max(10, int(SUPPLIERS_A_NODE * n))
    supplier = (suppliers * draw.random(d) ** 3).astype(np.int64)
    event = np.where(draw.random(d) < hit, draw.integers(1, EVENTS + 1, d), 0)
    return Supply(graph, supplier, event)


def graph_of(
    nodes: int, node: np.ndarray, buffer_days: np.ndarray, counts: np.ndarray, need: np.ndarray
) -> Graph:
    """Return the graph of deliveries sorted by node, and of all their needs one after another."""
    user = np.repeat(np.arange(node.size), counts)[np.argsort(need, kind="stable")]
    return Graph(
        first_delivery=np.searchsorted(node, np.arange(nodes + 1)).astype(np.int64),
        node=node.astype(np.int64),
        share=np.ones(node.size),
        buffer_days=buffer_days,
        qualification_days=np.zeros(node.size),
        first_need=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        need=need.astype(np.int64),
        first_user=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=nodes))]).astype(
            np.int64
        ),
        user=user.astype(np.int64),
    )
