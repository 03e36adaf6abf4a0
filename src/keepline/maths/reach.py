"""Carry losses of deliveries through all tiers: an AND-OR graph of step functions over days.

A *node* is an item that someone receives. Its *deliveries* are alternatives (OR, by share); a
delivery needs other nodes (AND). With c the delivery's own share left, a the least share left of
the nodes it needs, and b days of normal supply in finished stock:

    out(t) = c(t)                while finished stock lasts; it drains at max(0, c - a) a day
    out(t) = min(c(t), a(t))     after; nothing fills the stock up again
    A(t)   = min(1, sum of share * out over the deliveries that count)

so that with a full loss a delivery falls at min(own cut, cut of its needs + b), and a partial loss
makes the stock last longer. A delivery that is not yet approved counts only `qualification_days`
after its node's first fall. Nodes that need each other in a circle take the greatest solution:
a circle loses nothing by itself. Lead factors take the largest along needs and the smallest over
deliveries that still give something; price factors stay where they arise.

The pass is driven by events in time order; at each instant the greatest solution is found again
only where something changed. What falls by less than 1e-10 is not carried on.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

CARRIED = 1e-10
TOLD = 1e-9
SAME_TIME = 1e-9
STOCK_OUT, APPROVED = 0, 1


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


@compiled
def fresh(graph: Graph) -> State:
    """Return the state in which everything is whole."""
    n = graph.first_delivery.size - 1
    d = graph.node.size
    return State(
        np.ones(n), np.ones(n), np.ones(n), np.ones(n), np.ones(n), np.ones(n),
        np.full(n, np.inf), np.full(n, -1), np.full(n, -1),
        np.ones(d), np.ones(d), np.ones(d), np.ones(d), np.ones(d),
        graph.qualification_days <= 0.0, graph.buffer_days.copy(), np.zeros(d), np.zeros(d),
        np.zeros(d, np.int64), np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_),
    )  # fmt: skip


@compiled
def sum_of_shares(graph: Graph, state: State, i: int) -> float:
    """Return A of a node from what its deliveries give."""
    total = 0.0
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        if state.counts[j]:
            total += graph.share[j] * state.out[j]
    return 1.0 if total > 1.0 - TOLD else total


@compiled
def set_out(state: State, j: int) -> float:
    """Set what a delivery gives from its own share, its needs and its stock; return the change."""
    before = state.out[j]
    if state.stock[j] > 0.0:
        state.out[j] = state.own[j]
    else:
        state.out[j] = min(state.own[j], state.needs_left[j])
    return float(state.out[j] - before)


@compiled
def settle(state: State, j: int, t: float) -> None:
    """Draw the delivery's stock down to the present."""
    if state.stock[j] > 0.0:
        state.stock[j] -= state.drain[j] * (t - state.settled[j])
        state.settled[j] = t


@compiled
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
    if state.own[j] > state.needs_left[j]:
        least = 2.0
        for e in range(graph.first_need[j], graph.first_need[j + 1]):
            if state.left[graph.need[e]] < least:
                least = state.left[graph.need[e]]
                state.by_need[i] = graph.need[e]


@compiled
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
            rising.append(graph.node[graph.user[e]])
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


@compiled
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
        state.left[i] = total
        if state.fell[i] == np.inf:
            note_fall(graph, state, i, t)
            fallen.append(i)
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            j = graph.user[e]
            if total >= state.needs_left[j]:
                continue
            state.needs_left[j] = total
            changed.append(j)
            if set_out(state, j) < 0.0 and not state.is_queued[graph.node[j]]:
                state.is_queued[graph.node[j]] = True
                queue.append(graph.node[j])
        if head > 1_000_000 and 2 * head > len(queue):
            # a circle that converges slowly must not fill the memory
            del queue[:head]
            head = 0
    return fallen


@compiled
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


@compiled
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


@compiled
def least_price(graph: Graph, state: State, i: int) -> float:
    """Return the smallest price factor over a node's deliveries that still give something."""
    best = np.inf
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        if state.counts[j] and graph.share[j] * state.out[j] > TOLD:
            best = min(best, state.own_price[j])
    return 1.0 if best == np.inf else best


@compiled
def by_law(laws: Laws) -> tuple[Ints, Ints]:
    """Return the deliveries of each law, as first[l + 1] and deliveries[]."""
    count = laws.first.size - 1
    first = np.zeros(count + 1, np.int64)
    for k in laws.law:
        if k >= 0:
            first[k + 1] += 1
    first = np.cumsum(first)
    place = first.copy()
    members = np.empty(first[count], np.int64)
    for j in range(laws.law.size):
        k = laws.law[j]
        if k >= 0:
            members[place[k]] = j
            place[k] += 1
    return first, members


@compiled
def take_law_step(
    graph: Graph,
    state: State,
    laws: Laws,
    s: int,
    members: Ints,
    t: float,
    dirty: list[int],
    rising: list[int],
) -> None:
    """Give the deliveries of a law the values of one of its steps."""
    for j in members:
        settle(state, j, t)
        if laws.left[s] > state.own[j]:
            rising.append(graph.node[j])
        state.own[j] = laws.left[s]
        state.own_lead[j] = laws.lead[s]
        state.own_price[j] = laws.price[s]
        dirty.append(j)


@compiled
def take_alarm(
    graph: Graph,
    state: State,
    alarm: tuple[float, int, int, int],
    t: float,
    dirty: list[int],
    rising: list[int],
) -> None:
    """Empty a stock that has run out, or let an approved delivery count."""
    _, kind, j, version = alarm
    if kind == APPROVED:
        state.counts[j] = True
        rising.append(graph.node[j])
        dirty.append(j)
    elif version == state.version[j]:
        state.stock[j] = 0.0
        state.settled[j] = t
        dirty.append(j)


@compiled
def set_alarms(
    graph: Graph,
    state: State,
    t: float,
    changed: list[int],
    fallen: list[int],
    alarms: list[tuple[float, int, int, int]],
) -> None:
    """Foresee when stocks run out and when alternatives are approved."""
    for j in changed:
        if state.stock[j] > 0.0:
            settle(state, j, t)
            state.drain[j] = max(0.0, state.own[j] - state.needs_left[j])
            state.version[j] += 1
            if state.drain[j] > 0.0:
                out_at = t + max(state.stock[j], 0.0) / state.drain[j]
                heapq.heappush(alarms, (out_at, STOCK_OUT, j, state.version[j]))
    for i in fallen:
        for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
            if not state.counts[j]:
                heapq.heappush(alarms, (t + graph.qualification_days[j], APPROVED, j, 0))


@compiled
def solve_instant(
    graph: Graph,
    state: State,
    t: float,
    dirty: list[int],
    rising: list[int],
    alarms: list[tuple[float, int, int, int]],
    has_lead: bool,
) -> list[int]:
    """Find what all nodes have from this instant on; return the nodes it may have changed."""
    lifted = lift(graph, state, rising)
    changed = dirty.copy()
    for i in lifted:
        for e in range(graph.first_user[i], graph.first_user[i + 1]):
            changed.append(graph.user[e])
    queue = lifted.copy()
    for i in lifted:
        state.is_queued[i] = True
    for j in dirty:
        set_out(state, j)
        if not state.is_queued[graph.node[j]]:
            state.is_queued[graph.node[j]] = True
            queue.append(graph.node[j])
    touched = [0]
    touched.clear()
    fallen = lower(graph, state, t, queue, touched, changed)
    set_alarms(graph, state, t, changed, fallen, alarms)
    if has_lead:
        spread_lead(graph, state, touched)
    return touched


@compiled
def is_news(graph: Graph, state: State, i: int) -> bool:
    """Tell whether a node differs from what was last told of it, and remember what it is now."""
    left = state.left[i] if state.left[i] > TOLD else 0.0
    state.price[i] = least_price(graph, state, i)
    news = (
        abs(left - state.told_left[i]) > TOLD
        or abs(state.lead[i] - state.told_lead[i]) > TOLD
        or abs(state.price[i] - state.told_price[i]) > TOLD
    )
    if news:
        state.told_left[i] = left
        state.told_lead[i] = state.lead[i]
        state.told_price[i] = state.price[i]
    return bool(news)


@compiled
def reach(graph: Graph, laws: Laws, end: float) -> Course:
    """Return what is left of every node over time.

    Args:
        graph: Who needs what. At each node the shares of deliveries that count from the start
            add up to 1 or more.
        laws: What is left of each delivery by itself.
        end: Days; nothing from that time on is worked out.

    Returns:
        The steps of all nodes that change, in order of time, and by what each first fell.

    Time: every edge is looked at once a change that passes it; memory: one pass holds about 30
    numbers a node and delivery.
    """
    state = fresh(graph)
    first_member, members = by_law(laws)
    owner = np.empty(laws.time.size, np.int64)
    for k in range(laws.first.size - 1):
        owner[laws.first[k] : laws.first[k + 1]] = k
    order = np.argsort(laws.time, kind="mergesort")
    has_lead = bool(np.any(laws.lead != 1.0))
    alarms = [(0.0, 0, 0, 0)]
    alarms.clear()
    node, time = [np.int64(0)], [0.0]
    left, lead, price = [0.0], [0.0], [0.0]
    at = 0
    while at < order.size or len(alarms) > 0:
        t = laws.time[order[at]] if at < order.size else np.inf
        if len(alarms) > 0:
            t = min(t, alarms[0][0])
        if t >= end:
            break
        dirty, rising = [0], [0]
        dirty.clear()
        rising.clear()
        while at < order.size and laws.time[order[at]] <= t + SAME_TIME:
            s = order[at]
            mine = members[first_member[owner[s]] : first_member[owner[s] + 1]]
            take_law_step(graph, state, laws, s, mine, t, dirty, rising)
            at += 1
        while len(alarms) > 0 and alarms[0][0] <= t + SAME_TIME:
            take_alarm(graph, state, heapq.heappop(alarms), t, dirty, rising)
        touched = solve_instant(graph, state, t, dirty, rising, alarms, has_lead)
        for i in touched:
            state.is_touched[i] = False
            if is_news(graph, state, i):
                node.append(i)
                time.append(t)
                left.append(state.told_left[i])
                lead.append(state.told_lead[i])
                price.append(state.told_price[i])
    return Course(
        np.array(node[1:], np.int64), np.array(time[1:]), np.array(left[1:]), np.array(lead[1:]),
        np.array(price[1:]), state.fell, state.by_delivery, state.by_need,
    )  # fmt: skip
