"""Find the greatest solution of a supply graph at one instant, where something has changed."""

from __future__ import annotations

import numpy as np

from keepline.maths.compiled import inner
from keepline.maths.tiers import CARRIED, TOLD, Graph, State, note_fall, set_out, sum_of_shares


@inner
def lift(graph: Graph, state: State, rising: list[int]) -> list[int]:
    """Put every node that the rising ones may raise back to whole; return those nodes.

    From there the pass comes down to the greatest solution; coming up from below it would leave
    a circle at nought for ever.
    """
    lifted = [0]
    lifted.clear()
    while len(rising) > 0:
        i = rising.pop()
        if state.is_reset[i] or state.left[i] >= 1.0:
            continue
        state.is_reset[i] = True
        state.left[i] = 1.0
        lifted.append(i)
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            rising.append(graph.node[graph.user[e]])  # noqa: PERF401 -- the compiler has no extend
    for i in lifted:
        state.is_reset[i] = False
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            j = graph.user[e]
            least = 1.0
            for f in range(graph.first_need[j], graph.first_need[j + 1]):
                least = min(least, state.left[graph.need[f]])
            state.needs_left[j] = least
            set_out(state, j)
    return lifted


@inner
def lower(
    graph: Graph, state: State, t: float, queue: list[int], touched: list[int], changed: list[int]
) -> list[int]:
    """Bring the queued nodes, and all they carry along, down to the greatest solution.

    Fills `touched` with nodes to tell of and `changed` with deliveries whose needs fell; returns
    the nodes that fell for the first time.
    """
    fallen = [0]
    fallen.clear()
    for i in queue:
        state.is_queued[i] = True
    head = 0
    while head < len(queue):
        i = queue[head]
        head += 1
        state.is_queued[i] = False
        if not state.is_touched[i]:
            state.is_touched[i] = True
            touched.append(i)
        total = sum_of_shares(graph, state, i)
        if total >= state.left[i] - CARRIED:
            continue
        if state.fell[i] == np.inf:
            # before the node's own new level stands, so that it cannot be given as its own reason
            note_fall(graph, state, i, t)
            fallen.append(i)
        state.left[i] = total
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            j = graph.user[e]
            if total >= state.needs_left[j]:
                continue
            state.needs_left[j] = total
            if state.stock[j] > 0.0:
                changed.append(j)
            if set_out(state, j) < 0.0 and not state.is_queued[graph.node[j]]:
                state.is_queued[graph.node[j]] = True
                queue.append(graph.node[j])
        if head > 1_000_000 and 2 * head > len(queue):
            # a circle that converges slowly must not fill the memory
            del queue[:head]
            head = 0
    return fallen


@inner
def spread_lead(graph: Graph, state: State, touched: list[int]) -> None:
    """Find the least lead factors again of the touched nodes and of all that use them."""
    region = touched.copy()
    head = 0
    while head < len(region):
        i = region[head]
        head += 1
        if state.is_reset[i]:
            continue
        state.is_reset[i] = True
        state.lead[i] = 1.0
        if not state.is_touched[i]:
            state.is_touched[i] = True
            touched.append(i)
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            region.append(graph.node[graph.user[e]])
    queue = touched.copy()
    for i in touched:
        state.is_reset[i] = False
        state.is_queued[i] = True
    head = 0
    while head < len(queue):
        i = queue[head]
        head += 1
        state.is_queued[i] = False
        best = least_lead(graph, state, i)
        if best <= state.lead[i]:
            continue
        state.lead[i] = best
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            k = graph.node[graph.user[e]]
            if not state.is_queued[k]:
                state.is_queued[k] = True
                queue.append(k)


@inner
def least_lead(graph: Graph, state: State, i: int) -> float:
    """Return the smallest lead factor over a node's deliveries that still give something."""
    best = np.inf
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        if state.counts[j] and graph.share[j] * state.out[j] > TOLD:
            longest = state.own_lead[j]
            for e in range(graph.first_need[j], graph.first_need[j + 1]):
                longest = max(longest, state.lead[graph.need[e]])
            best = min(best, longest)
    return 1.0 if best == np.inf else best


@inner
def least_price(graph: Graph, state: State, i: int) -> float:
    """Return the smallest price factor over a node's deliveries that still give something."""
    best = np.inf
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        if state.counts[j] and graph.share[j] * state.out[j] > TOLD:
            best = min(best, state.own_price[j])
    return 1.0 if best == np.inf else best
