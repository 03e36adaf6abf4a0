"""Put the nodes of a supply graph in an order in which a pass over all of them settles soonest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    from keepline.maths.tiers import Flags, Graph, Ints


@compiled
def needs_first(graph: Graph) -> Ints:
    """Return all nodes so that each stands after the nodes it needs, as far as that is easy.

    Nodes that are numbered from the top down or from the bottom up, but for one need in twenty,
    are taken by number, for neighbours lie side by side in memory: that is worth more than some
    passes less. Others are walked (``walked``). The order decides how long a pass takes, never
    what it finds.

    Returns:
        int64[n].

    Time: one look at each need.
    """
    n = graph.first_delivery.size - 1
    up, down = 0, 0
    for i in range(n):
        first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
        for e in range(graph.first_need[first], graph.first_need[last]):
            up += graph.need[e] < i
            down += graph.need[e] > i
    if 20 * up >= 19 * (up + down):
        return np.arange(n)
    if 20 * down >= 19 * (up + down):
        return np.arange(n - 1, -1, -1)
    return walked(graph)


@compiled
def walked(graph: Graph) -> Ints:
    """Return all nodes so that each stands after the nodes it needs, as far as circles allow.

    The order of leaving in a depth-first walk along needs: only a need that closes a circle stands
    after its user. A pass in this order settles what stands on no circle at once, and the rest in
    few passes more (Hecht and Ullman 1975, SIAM Journal on Computing 4(4)).

    Returns:
        int64[n].
    """
    n = graph.first_delivery.size - 1
    order, way, at = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    is_seen = np.zeros(n, np.bool_)
    done = 0
    for root in range(n):
        if is_seen[root]:
            continue
        is_seen[root] = True
        depth = 0
        way[0] = root
        at[0] = graph.first_need[graph.first_delivery[root]]
        while depth >= 0:
            # the needs of a node's deliveries stand one after another
            last = graph.first_need[graph.first_delivery[way[depth] + 1]]
            here = at[depth]
            while here < last and is_seen[graph.need[here]]:
                here += 1
            at[depth] = here + 1
            if here == last:
                order[done] = way[depth]
                done += 1
                depth -= 1
                continue
            i = graph.need[here]
            is_seen[i] = True
            depth += 1
            way[depth] = i
            at[depth] = graph.first_need[graph.first_delivery[i]]
    return order


@compiled
def needed_by(graph: Graph, nodes: Ints) -> Flags:
    """Say which nodes these ones stand on, themselves among them: bool[n]."""
    is_needed = np.zeros(graph.first_delivery.size - 1, np.bool_)
    queue = np.empty(is_needed.size, np.int64)
    count = 0
    for i in nodes:
        if not is_needed[i]:
            is_needed[i] = True
            queue[count] = i
            count += 1
    head = 0
    while head < count:
        i = queue[head]
        head += 1
        first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
        for e in range(graph.first_need[first], graph.first_need[last]):
            if not is_needed[graph.need[e]]:
                is_needed[graph.need[e]] = True
                queue[count] = graph.need[e]
                count += 1
    return is_needed
