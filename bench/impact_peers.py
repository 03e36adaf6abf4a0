"""The work of ``impact.py`` in networkx, rustworkx and SciPy, as far as each can do it.

A graph holds deliveries and nodes as vertices, edges along the flow of supply, and a last vertex
that points to all that is cut. Where a library does the whole work its answer is compared with
ours.
"""

from __future__ import annotations

import heapq
import math
import time
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import rustworkx as rx
from scipy import sparse
from scipy.sparse import csgraph

from impact import CHANCE, CUT, WORLDS, ask_of, begins_of, cuts_at, nodes_of, sets_of
from keepline.maths.lossdates import loss_dates
from keepline.maths.single import cut_by, one_label
from keepline.maths.worlddates import packed
from keepline.maths.worlds import Cuts, lost_worlds, rows_of_sets
from supply import supply

if TYPE_CHECKING:
    from supply import Supply

DATES, MANY, SINGLE = "loss dates", f"{WORLDS:,} worlds", "every supplier's loss"
ONLY_REACH = "all that a cut reaches: OR everywhere, so far too much is lost"
#: How many worlds and suppliers the slow ones do; the rest is reckoned.
WORLDS_DONE, SUPPLIERS_DONE, BLOCK = 4, 20, 64


def edges_from(made: Supply) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return from, to and days of all edges; delivery j is vertex n + j."""
    graph, n = made.graph, len(nodes_of(made))
    user = np.repeat(np.arange(graph.node.size), np.diff(graph.first_need))
    return (
        np.concatenate([graph.need, n + np.arange(graph.node.size)]),
        np.concatenate([n + user, graph.node]),
        np.concatenate([graph.buffer_days[user], np.zeros(graph.node.size)]),
    )


def loop(graph: nx.DiGraph, n: int, alternatives: list[int], cut: np.ndarray) -> dict[int, float]:
    """Carry losses with dates through a networkx graph, in plain loops over counters and a heap."""
    queue = [(float(cut[j]), n + int(j)) for j in np.flatnonzero(np.isfinite(cut))]
    heapq.heapify(queue)
    left: dict[int, int] = {}
    gone: dict[int, float] = {}
    while queue:
        t, vertex = heapq.heappop(queue)
        if vertex in gone:
            continue
        gone[vertex] = t
        for node in graph.successors(vertex):
            left[node] = left.get(node, alternatives[node]) - 1
            if left[node] == 0:
                gone[node] = t
                for user, days in graph.adj[node].items():
                    heapq.heappush(queue, (t + days["days"], user))
    return {vertex: t for vertex, t in gone.items() if vertex < n}


def in_networkx(edges: int) -> None:
    made = supply(edges)
    n, ask = len(nodes_of(made)), ask_of(made)
    graph = nx.DiGraph()
    source, target, days = edges_from(made)
    rows = zip(source.tolist(), target.tolist(), days.tolist(), strict=True)
    graph.add_weighted_edges_from(rows, weight="days")
    alternatives = np.diff(made.graph.first_delivery).tolist()
    cut = cuts_at(made, CUT)
    start = time.perf_counter()
    found = loop(graph, n, alternatives, cut)
    print(f"{DATES}|{time.perf_counter() - start}|the same, plain loops over its graph")
    exact = loss_dates(made.graph, cut, *ask, np.inf).time
    if found != {i: exact[i] for i in np.flatnonzero(np.isfinite(exact)).tolist()}:
        raise SystemExit("networkx and ours differ")
    begins = begins_of(CHANCE)
    start = time.perf_counter()
    for world in range(WORLDS_DONE):
        loop(graph, n, alternatives, np.where(made.event > 0, begins[made.event, world], np.inf))
    seconds = (time.perf_counter() - start) * WORLDS / WORLDS_DONE
    print(f"{MANY}|{seconds}|the same and dates, reckoned from {WORLDS_DONE} worlds")
    labels = one_label(made.supplier, int(made.supplier.max()) + 1)
    chosen = np.linspace(0, labels.total - 1, SUPPLIERS_DONE).astype(int)
    start = time.perf_counter()
    for one in chosen:
        loop(graph, n, alternatives, cut_by(labels, np.array([one])))
    seconds = (time.perf_counter() - start) * labels.total / SUPPLIERS_DONE
    print(f"{SINGLE}|{seconds}|the same, reckoned from {SUPPLIERS_DONE} suppliers")


def in_rustworkx(edges: int) -> None:
    made = supply(edges)
    source, target, days = edges_from(made)
    n = len(nodes_of(made))
    cut = cuts_at(made, CUT)
    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(n + made.graph.node.size + 1))
    graph.add_edges_from(list(zip(source.tolist(), target.tolist(), days.tolist(), strict=True)))
    last = n + made.graph.node.size
    hit = np.flatnonzero(np.isfinite(cut))
    graph.add_edges_from([(last, n + int(j), float(cut[j])) for j in hit])
    start = time.perf_counter()
    rx.descendants(graph, last)
    print(f"{DATES}|{time.perf_counter() - start}|{ONLY_REACH}; no dates (descendants)")
    start = time.perf_counter()
    rx.dijkstra_shortest_path_lengths(graph, last, float)
    print(f"{DATES}|{time.perf_counter() - start}|{ONLY_REACH}; earliest dates (Dijkstra)")


def in_scipy(edges: int) -> None:
    made = supply(edges)
    source, target, days = edges_from(made)
    n, d = len(nodes_of(made)), made.graph.node.size
    cut = cuts_at(made, CUT)
    hit = np.flatnonzero(np.isfinite(cut))
    # a day of nought would be no edge
    weight = np.concatenate([days, cut[hit]]) + 1e-9
    ends = np.concatenate([source, np.full(len(hit), n + d)]), np.concatenate([target, n + hit])
    whole = sparse.csr_array((weight, ends), (n + d + 1, n + d + 1))
    start = time.perf_counter()
    csgraph.breadth_first_order(whole, n + d, return_predecessors=False)
    print(f"{DATES}|{time.perf_counter() - start}|{ONLY_REACH}; no dates (breadth first)")
    start = time.perf_counter()
    csgraph.dijkstra(whole, indices=n + d)
    print(f"{DATES}|{time.perf_counter() - start}|{ONLY_REACH}; earliest dates (Dijkstra)")
    products(made, *matrices(made, source, target))


def matrices(
    made: Supply, source: np.ndarray, target: np.ndarray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return which nodes a delivery needs [d, n], and which deliveries a node has [n, d]."""
    n, d = len(nodes_of(made)), made.graph.node.size
    needs = made.graph.need.size
    ones = np.ones(needs, np.float32), np.ones(d, np.float32)
    return (
        sparse.csr_array((ones[0], (target[:needs] - n, source[:needs])), (d, n)),
        sparse.csr_array((ones[1], (made.graph.node, np.arange(d))), (n, d)),
    )


def fixpoint(need: sparse.csr_array, given: sparse.csr_array, cut: np.ndarray) -> np.ndarray:
    """Return which nodes are lost in each column, by products of sparse with dense matrices."""
    asked = given.sum(axis=1)[:, None] - 0.5
    lost = np.zeros((given.shape[0], cut.shape[1]), np.float32)
    before = -1.0
    while lost.sum(dtype=np.float64) > before:
        before = lost.sum(dtype=np.float64)
        gone = (cut | (need @ lost > 0.0)).astype(np.float32)
        lost = (given @ gone > asked).astype(np.float32)
    return lost > 0.0


def products(made: Supply, need: sparse.csr_array, given: sparse.csr_array) -> None:
    happens = np.isfinite(begins_of(CHANCE))
    happens[0] = False
    start = time.perf_counter()
    parts = [
        packed(fixpoint(need, given, happens[made.event, w : w + BLOCK]))
        for w in range(0, WORLDS, BLOCK)
    ]
    print(f"{MANY}|{time.perf_counter() - start}|the same, by rounds of sparse products")
    row = rows_of_sets(packed(happens), sets_of())
    exact = lost_worlds(made.graph, Cuts(row, made.event), ask_of(made), nodes_of(made))
    if not np.array_equal(np.concatenate(parts, axis=1), exact):
        raise SystemExit("SciPy and ours differ")
    total = int(made.supplier.max()) + 1
    start = time.perf_counter()
    fixpoint(need, given, made.supplier[:, None] == np.arange(BLOCK))
    seconds = (time.perf_counter() - start) * math.ceil(total / BLOCK)
    print(f"{SINGLE}|{seconds}|no dates, sparse products, reckoned from {BLOCK} suppliers")


KINDS = {"networkx": in_networkx, "rustworkx": in_rustworkx, "scipy": in_scipy}
