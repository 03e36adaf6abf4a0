"""Carry losses of deliveries through all tiers: an AND-OR graph of step functions over days.

A *node* is an item that someone receives. Its *deliveries* are alternatives (OR, by share); a
delivery needs other nodes (AND). With c the delivery's own share left, a the least share left of
the nodes it needs, and b days of normal supply in finished stock:

    out(t) = c(t)                while finished stock lasts; it drains at max(0, c - a) a day
    out(t) = min(c(t), a(t))     after; nothing fills the stock up again
    A(t)   = min(1, sum of share * out over the deliveries that count)

so that with a full loss a delivery falls at min(own cut, cut of its needs + b), and a partial loss
makes the stock last longer; a cut of the delivery itself spares its stock. A delivery that is not
yet approved counts only `qualification_days` after its node's first fall. Nodes that need each
other in a circle take the greatest solution: a circle loses nothing by itself. Lead factors take
the largest along needs and the smallest over deliveries that still give something; price factors
stay where they arise.

Where c is known only between two bounds, so is A. At the most a delivery gives by the upper c, and
its stock drains by the lower one, for what else may be cut would spare it; at the least the other
way round. Each is a pass of its own (`reach_bound`), and every c between the bounds, however it
changes over time, stays between them (by induction over time: out rises in c, a and stock, and the
drain rises in c and falls in a). Approvals are left aside here: see `reach_bound`.

The pass is driven by events in time order; at each instant the greatest solution is found again
only where something changed. What falls by less than 1e-13 is not carried on.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.greatest import least_price, lift, lower, spread_lead
from keepline.maths.tiers import TOLD, Course, Graph, Laws, State, fresh, set_out, settle

if TYPE_CHECKING:
    from keepline.maths.tiers import Ints

SAME_TIME = 1e-9
STOCK_OUT, APPROVED = 0, 1
Alarm = tuple[float, int, int, int]


class Agenda(NamedTuple):
    """Hold the steps of all laws in order of time, and whom each concerns.

    Attributes:
        order: int64[s]; the steps by rising time.
        owner: int64[s]; the law of each step.
        first: int64[l + 1]; deliveries of law k are first[k] up to the next.
        members: int64[]; these deliveries.
    """

    order: Ints
    owner: Ints
    first: Ints
    members: Ints


@inner
def agenda_of(laws: Laws) -> Agenda:
    """Return what changes by law, in order of time."""
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
    owner = np.empty(laws.time.size, np.int64)
    for k in range(count):
        owner[laws.first[k] : laws.first[k + 1]] = k
    return Agenda(np.argsort(laws.time, kind="mergesort"), owner, first, members)


@inner
def next_time(laws: Laws, agenda: Agenda, at: int) -> float:
    """Return when the next step of a law is due, infinite after the last."""
    return float(laws.time[agenda.order[at]]) if at < agenda.order.size else np.inf


@inner
def take_laws(
    graph: Graph,
    state: State,
    laws: Laws,
    agenda: Agenda,
    at: int,
    t: float,
    dirty: list[int],
    rising: list[int],
) -> int:
    """Give deliveries what their laws leave from now on; return the next step to come."""
    while next_time(laws, agenda, at) <= t + SAME_TIME:
        s = agenda.order[at]
        k = agenda.owner[s]
        for j in agenda.members[agenda.first[k] : agenda.first[k + 1]]:
            if laws.left[s] > state.own[j]:
                rising.append(graph.node[j])
            state.own[j] = laws.left[s]
            state.own_lead[j] = laws.lead[s]
            state.own_price[j] = laws.price[s]
            dirty.append(j)
        at += 1
    return at


@inner
def take_draws(
    state: State, laws: Laws, agenda: Agenda, at: int, t: float, redrawn: list[int]
) -> int:
    """Set by how much stocks are drawn upon from now on; return the next step to come."""
    while next_time(laws, agenda, at) <= t + SAME_TIME:
        s = agenda.order[at]
        k = agenda.owner[s]
        for j in agenda.members[agenda.first[k] : agenda.first[k + 1]]:
            state.drawn[j] = laws.left[s]
            if state.stock[j] > 0.0:
                redrawn.append(j)
        at += 1
    return at


@inner
def take_alarm(
    graph: Graph,
    state: State,
    alarm: Alarm,
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


@inner
def set_alarms(
    graph: Graph,
    state: State,
    t: float,
    changed: list[int],
    fallen: list[int],
    alarms: list[Alarm],
) -> None:
    """Foresee when stocks run out and when alternatives are approved."""
    for j in changed:
        if state.stock[j] > 0.0:
            settle(state, j, t)
            state.drain[j] = max(0.0, state.drawn[j] - state.needs_left[j])
            state.version[j] += 1
            if state.drain[j] > 0.0:
                out_at = t + max(state.stock[j], 0.0) / state.drain[j]
                heapq.heappush(alarms, (out_at, STOCK_OUT, j, state.version[j]))
    for i in fallen:
        for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
            if not state.counts[j]:
                heapq.heappush(alarms, (t + graph.qualification_days[j], APPROVED, j, 0))


@inner
def solve_instant(
    graph: Graph,
    state: State,
    t: float,
    dirty: list[int],
    rising: list[int],
    redrawn: list[int],
    alarms: list[Alarm],
    has_lead: bool,
) -> list[int]:
    """Find what all nodes have from this instant on; return the nodes it may have changed."""
    lifted = lift(graph, state, rising)
    changed = redrawn.copy()
    for j in dirty:
        changed.append(j)
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


@inner
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
    return reach_bound(graph, laws, laws, end)


@compiled
def reach_bound(graph: Graph, laws: Laws, draws: Laws, end: float) -> Course:
    """Return a bound on what is left of every node, where laws are known between two bounds.

    With the upper law first and the lower one second nothing that lies between them leaves more
    on any day; the other way round nothing leaves less. This holds where no alternative waits for
    approval; such a one counts from the fall that this same pass finds.

    Args:
        graph: Who needs what, as in :func:`reach`.
        laws: What each delivery gives by itself: the bound of the side that is asked for.
        draws: By what its stock drains: the bound of the other side.
        end: Days; nothing from that time on is worked out.
    """
    state = fresh(graph)
    agenda, drawing = agenda_of(laws), agenda_of(draws)
    has_lead = bool(np.any(laws.lead != 1.0))
    alarms = [(0.0, 0, 0, 0)]
    alarms.clear()
    node, time = [0], [0.0]
    left, lead, price = [0.0], [0.0], [0.0]
    at = drawn = 0
    while True:
        t = min(next_time(laws, agenda, at), next_time(draws, drawing, drawn))
        if len(alarms) > 0:
            t = min(t, alarms[0][0])
        if t >= end or t == np.inf:
            break
        dirty, rising, redrawn = [0], [0], [0]
        dirty.clear()
        rising.clear()
        redrawn.clear()
        at = take_laws(graph, state, laws, agenda, at, t, dirty, rising)
        drawn = take_draws(state, draws, drawing, drawn, t, redrawn)
        while len(alarms) > 0 and alarms[0][0] <= t + SAME_TIME:
            take_alarm(graph, state, heapq.heappop(alarms), t, dirty, rising)
        touched = solve_instant(graph, state, t, dirty, rising, redrawn, alarms, has_lead)
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
