"""Find the date from which each node is lost, where losses are whole and for good.

A delivery is lost at T(delivery) = min(own cut, least T of the nodes it needs + b), b the days of
its finished stock. A node is lost at the first date when the shares of its deliveries that are not
lost yet add up to less than it asks for; where each alone is enough, T(node) = max of
T(delivery). Nothing comes back. Nodes that need each other in a circle lose nothing by themselves.

This is :mod:`keepline.maths.reach` where every loss is whole, without what partial losses, ends of
losses and late approvals cost there: only what is lost is looked at. Losses are taken in order of
time, so each is final when taken (Knuth 1977, "A generalization of Dijkstra's algorithm",
Information Processing Letters 6(1): stock is never negative, so no later loss can bring an earlier
one). Days are the buckets of the queue (Dial 1969, Communications of the ACM 12(11), algorithm
360); within a day losses are sorted.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner, lean
from keepline.maths.tiers import TOLD, Graph, Laws

if TYPE_CHECKING:
    from keepline.maths.tiers import Flags, Floats, Ints

ANYTHING: Final = 1e-6
"""What a node asks for that is lost only when nothing at all is left."""
_BUCKETS: Final = 65_536
_WHEN, _STOCK = 0, 1
_GONE: Final = -1.0


class LossDates(NamedTuple):
    """Hold from when nodes are lost, and by what.

    Attributes:
        time: float64[n]; days; infinite for a node that is not lost.
        by_delivery: int64[n]; the delivery by whose loss the node was lost, -1 for none.
        by_need: int64[d]; the node whose loss took the delivery, -1 where it was cut itself, or
            was not lost.
    """

    time: Floats
    by_delivery: Ints
    by_need: Ints


class Pass(NamedTuple):
    """Hold the present while a pass runs."""

    due: Floats  # [d, 2]: when the delivery is lost, as far as known; its stock, or that it is gone
    slack: Floats  # [n]: shares not lost, over what is asked for
    time: Floats
    by_delivery: Ints
    by_need: Ints
    head: Ints  # [buckets]: an entry, 2 j or 2 j + 1 of delivery j, -1 for none
    following: Ints  # [2 d]: the next entry of the bucket
    fallen: Ints  # [n]: nodes lost, in that order
    lost: Ints  # [1]: how many of them


def counting(graph: Graph, with_alternatives: bool = False) -> Flags:
    """Say which deliveries count: those that do from the start, or all as if approved already.

    bool[d].
    """
    if with_alternatives:
        return np.ones(graph.node.size, np.bool_)
    return np.asarray(graph.qualification_days <= 0.0)


def asked_for(graph: Graph, share: float = ANYTHING) -> Floats:
    """Say that all nodes ask for the same share of their normal supply: float64[n]."""
    return np.full(graph.first_delivery.size - 1, share)


def cuts_of(laws: Laws) -> tuple[Floats, bool]:
    """Return when each delivery is cut for good by its law, and whether that tells it all.

    Args:
        laws: What is left of deliveries by themselves.

    Returns:
        float64[d], the first date from which a law leaves nothing and never again anything,
        infinite where it always leaves something; and False where some law does more than one
        fall from whole to nothing: leaves a part, gives back, or changes lead times or prices.
    """
    count = laws.first.size - 1
    date, is_plain = np.full(count + 1, np.inf), True
    for k in range(count):
        steps = slice(int(laws.first[k]), int(laws.first[k + 1]))
        left = laws.left[steps]
        gone = int(np.flatnonzero(np.append(1.0, left) > 0.0)[-1])
        if gone < len(left):
            date[k] = laws.time[steps][gone]
        fall = np.array_equal(left, [0.0])
        changes = np.any((laws.lead[steps] != 1.0) | (laws.price[steps] != 1.0))
        is_plain = is_plain and bool(fall and not changes)
    # law -1 is the last place of the array: never
    return date[laws.law], is_plain


@compiled
def loss_dates(graph: Graph, cut: Floats, least: Floats, counts: Flags, end: float) -> LossDates:
    """Return from when each node is lost.

    Args:
        graph: Who needs what.
        cut: float64[d]; when each delivery is cut for good, infinite for never; what lies before
            day 0 counts from day 0.
        least: float64[n]; the share of normal supply under which a node is lost (``asked_for``).
        counts: bool[d]; which deliveries count (``counting``); others are as if not there.
        end: Days; nothing from that time on is worked out.

    Returns:
        Dates and reasons. A node no delivery of which is lost is not lost, whatever it asks for.

    Time: one look at each delivery, then only at what is lost and its users. Memory: some 7
    numbers a delivery and 3 a node.
    """
    run = started(graph, cut, least, counts, end)
    near = [(0.0, 0)]
    near.clear()
    for bucket in range(run.head.size):
        if run.head[bucket] < 0:
            continue
        times, members = unload(run, bucket)
        at = 0
        while at < members.size or len(near) > 0:
            if len(near) > 0 and (at == members.size or near[0][0] < times[at]):
                t, j = heapq.heappop(near)
            else:
                t, j = times[at], members[at]
                at += 1
            take(graph, run, j, t, end)
            # stock that runs out on the same day
            while run.head[bucket] >= 0:
                j = run.head[bucket] >> 1
                run.head[bucket] = run.following[run.head[bucket]]
                heapq.heappush(near, (run.due[j, _WHEN], j))
    return LossDates(run.time, run.by_delivery, run.by_need)


@inner
def started(graph: Graph, cut: Floats, least: Floats, counts: Flags, end: float) -> Pass:
    """Return the state before any loss, with all cuts in their buckets."""
    n, d = graph.first_delivery.size - 1, graph.node.size
    due, slack = np.empty((d, 2)), -least
    latest = 0.0
    for j in range(d):
        due[j, _STOCK] = graph.buffer_days[j]
        if not counts[j]:
            due[j, _WHEN] = -np.inf
            continue
        due[j, _WHEN] = max(cut[j], 0.0)
        slack[graph.node[j]] += graph.share[j]
        if due[j, _WHEN] < end:
            latest = max(latest, due[j, _WHEN])
    buckets = _BUCKETS if end > _BUCKETS else int(end) + 1
    run = Pass(
        due, slack, np.full(n, np.inf), np.full(n, -1), np.full(d, -1),
        np.full(buckets, -1), np.empty(2 * d, np.int64), np.empty(n, np.int64),
        np.zeros(1, np.int64),
    )  # fmt: skip
    for j in range(d):
        if counts[j] and due[j, _WHEN] < end:
            put(run, 2 * j, due[j, _WHEN])
    return run


@lean
def put(run: Pass, entry: int, t: float) -> None:
    """Put an entry into the bucket of its day; the last bucket takes all days beyond."""
    bucket = run.head.size - 1 if t >= run.head.size else int(t)
    run.following[entry] = run.head[bucket]
    run.head[bucket] = entry


@inner
def unload(run: Pass, bucket: int) -> tuple[Floats, Ints]:
    """Return the dates and deliveries of a bucket, sorted by date."""
    count, entry = 0, run.head[bucket]
    while entry >= 0:
        count += 1
        entry = run.following[entry]
    times, members = np.empty(count), np.empty(count, np.int64)
    entry, is_one = run.head[bucket], True
    for k in range(count):
        members[k] = entry >> 1
        times[k] = run.due[entry >> 1, _WHEN]
        is_one = is_one and times[k] == times[0]
        entry = run.following[entry]
    run.head[bucket] = -1
    if is_one:
        return times, members
    order = np.argsort(times, kind="mergesort")
    return times[order], members[order]


@lean
def take(graph: Graph, run: Pass, j: int, t: float, end: float) -> None:
    """Lose a delivery, and all that its loss takes at once."""
    if run.due[j, _STOCK] == _GONE or t > run.due[j, _WHEN]:
        return
    done = run.lost[0]
    lose(graph, run, j, t)
    while done < run.lost[0]:
        carry(graph, run, run.fallen[done], t, end)
        done += 1


@lean
def lose(graph: Graph, run: Pass, j: int, t: float) -> None:
    """Lose a delivery, and its node when too little is left."""
    run.due[j, _STOCK] = _GONE
    i = graph.node[j]
    run.slack[i] -= graph.share[j]
    if run.slack[i] < -TOLD and run.time[i] == np.inf:
        run.time[i] = t
        run.by_delivery[i] = j
        run.fallen[run.lost[0]] = i
        run.lost[0] += 1


@lean
def carry(graph: Graph, run: Pass, i: int, t: float, end: float) -> None:
    """Carry the loss of a node to the deliveries that need it, at once or when stock is out."""
    for e in range(graph.first_user[i], graph.first_user[i + 1]):
        j = graph.user[e]
        stock = run.due[j, _STOCK]
        if stock < 0.0 or t + stock >= run.due[j, _WHEN]:
            continue
        run.due[j, _WHEN] = t + stock
        run.by_need[j] = i
        if stock == 0.0:
            lose(graph, run, j, t)
        elif t + stock < end:
            put(run, 2 * j + 1, t + stock)
