"""The nodes and deliveries of a supply graph, and the present of each while losses pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

CARRIED = 1e-13
TOLD = 1e-9


class Graph(NamedTuple):
    """Hold who needs what: n nodes, d deliveries sorted by node, e needs.

    Attributes:
        first_delivery: int64[n + 1]; deliveries of node i are first_delivery[i] up to the next.
        node: int64[d]; the node that a delivery serves.
        share: float64[d]; its share of the node's normal supply.
        buffer_days: float64[d]; finished stock, in days of normal supply.
        qualification_days: float64[d]; 0 for a delivery that counts from the start.
        first_need: int64[d + 1]; needs of delivery j are first_need[j] up to the next.
        need: int64[e]; the nodes needed.
        first_user: int64[n + 1]; users of node i are first_user[i] up to the next.
        user: int64[e]; the deliveries that need the node.
    """

    first_delivery: Ints
    node: Ints
    share: Floats
    buffer_days: Floats
    qualification_days: Floats
    first_need: Ints
    need: Ints
    first_user: Ints
    user: Ints


class Laws(NamedTuple):
    """Hold what is left of deliveries by themselves: l step functions, shared by many deliveries.

    Attributes:
        law: int64[d]; the step function of a delivery, -1 for one that nothing touches.
        first: int64[l + 1]; steps of law k are first[k] up to the next, by rising time.
        time: float64[]; days; before the first step all is normal.
        left: float64[]; share left from that time on, 0 to 1.
        lead: float64[]; lead factor.
        price: float64[]; price factor.
    """

    law: Ints
    first: Ints
    time: Floats
    left: Floats
    lead: Floats
    price: Floats


class Course(NamedTuple):
    """Hold what becomes of the nodes; a node without a step stays whole.

    Attributes:
        node: int64[s]; steps in order of time.
        time: float64[s]; days.
        left: float64[s]; share left from then on.
        lead: float64[s]; lead factor, 1 where nothing is left.
        price: float64[s]; price factor, 1 where nothing is left.
        fell: float64[n]; when the node first fell below 1; infinite when it never did.
        by_delivery: int64[n]; the delivery by which it first fell, -1 when it never did.
        by_need: int64[n]; the node by which that delivery fell, -1 when it was cut itself.
    """

    node: Ints
    time: Floats
    left: Floats
    lead: Floats
    price: Floats
    fell: Floats
    by_delivery: Ints
    by_need: Ints


class State(NamedTuple):
    """Hold the present of every node and delivery while a pass runs."""

    left: Floats  # per node: A
    lead: Floats
    price: Floats
    told_left: Floats
    told_lead: Floats
    told_price: Floats
    fell: Floats
    by_delivery: Ints
    by_need: Ints
    own: Floats  # per delivery: c
    drawn: Floats  # the c by which its stock drains
    own_lead: Floats
    own_price: Floats
    needs_left: Floats  # a
    out: Floats
    counts: Flags
    stock: Floats
    drain: Floats
    settled: Floats
    version: Ints
    is_queued: Flags  # per node
    is_touched: Flags
    is_reset: Flags


@inner
def fresh(graph: Graph) -> State:
    """Return the state in which everything is whole."""
    n = graph.first_delivery.size - 1
    d = graph.node.size
    return State(
        np.ones(n), np.ones(n), np.ones(n), np.ones(n), np.ones(n), np.ones(n),
        np.full(n, np.inf), np.full(n, -1), np.full(n, -1),
        np.ones(d), np.ones(d), np.ones(d), np.ones(d), np.ones(d), np.ones(d),
        graph.qualification_days <= 0.0, graph.buffer_days.copy(), np.zeros(d), np.zeros(d),
        np.zeros(d, np.int64), np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_),
    )  # fmt: skip


@inner
def sum_of_shares(graph: Graph, state: State, i: int) -> float:
    """Return A of a node from what its deliveries give."""
    total = 0.0
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        if state.counts[j]:
            total += graph.share[j] * state.out[j]
    return 1.0 if total > 1.0 - TOLD else total


@inner
def set_out(state: State, j: int) -> float:
    """Set what a delivery gives from its own share, its needs and its stock; return the change."""
    before = state.out[j]
    if state.stock[j] > 0.0:
        state.out[j] = state.own[j]
    else:
        state.out[j] = min(state.own[j], state.needs_left[j])
    return float(state.out[j] - before)


@inner
def settle(state: State, j: int, t: float) -> None:
    """Draw the delivery's stock down to the present."""
    if state.stock[j] > 0.0:
        state.stock[j] -= state.drain[j] * (t - state.settled[j])
        state.settled[j] = t


@inner
def note_fall(graph: Graph, state: State, i: int, t: float) -> None:
    """Remember by what a node first fell: the delivery that loses most of its supply."""
    most = -1.0
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        loss = graph.share[j] * (1.0 - state.out[j])
        if state.counts[j] and loss > most:
            most = loss
            state.by_delivery[i] = j
    j = state.by_delivery[i]
    state.fell[i] = t
    if state.stock[j] <= 0.0 and state.own[j] > state.needs_left[j]:
        least = 2.0
        for e in range(graph.first_need[j], graph.first_need[j + 1]):
            if state.left[graph.need[e]] < least:
                least = state.left[graph.need[e]]
                state.by_need[i] = graph.need[e]
