"""Find what every single loss takes: of each supplier, country, site or technology, with dates.

What can be lost at a stroke is a *label*; a delivery carries those on which it stands. If all
deliveries of one label are cut at day 0 and nothing else is, a delivery is lost under the labels

    D(delivery) = {own labels: 0} with the union, over the nodes it needs, of D(node) + b

where a union takes the earlier day and b is the days of finished stock, and a node under the labels
under which the shares left add up to less than it asks for; where each delivery alone is enough,

    D(node) = intersection of D(delivery) over its deliveries, with the latest day.

Sets start empty and only grow, and days only fall, so that nodes in a circle lose nothing by
themselves; the result is that of one pass of :mod:`keepline.maths.lossdates` a label. Sets are
sparse: a node with two sources that have nothing in common has an empty one.

What is not told: a loss of some share that leaves enough, and alternatives approved later. Ask for
a share of 1 to see every label that touches a node at all; take alternatives out, or as if approved
already, for the days at the soonest and for losses that no approval mends
(:func:`keepline.maths.lossdates.counting`). A label that matters is played by
:mod:`keepline.maths.reach`, which knows shares over time and approvals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner, lean
from keepline.maths.order import needs_first
from keepline.maths.tiers import TOLD, Graph

if TYPE_CHECKING:
    from keepline.maths.tiers import Flags, Floats, Ints
    from keepline.maths.worlds import Ask


class Labels(NamedTuple):
    """Hold on what deliveries stand.

    Attributes:
        first: int64[d + 1]; labels of delivery j are first[j] up to the next, each named once.
        label: int64[]; from 0 to total - 1.
        total: How many labels there are.
    """

    first: Ints
    label: Ints
    total: int


class Singles(NamedTuple):
    """Hold under which labels nodes are lost.

    Attributes:
        first: int64[n + 1]; losses of node i are first[i] up to the next.
        label: int64[]; the label lost, rising within a node.
        days: float64[]; how long after that loss the node is lost.
    """

    first: Ints
    label: Ints
    days: Floats


class Scratch(NamedTuple):
    """Hold what is known of labels while one node is worked out."""

    mark: Ints  # [2, labels]: the turn in which a label was met
    days: Floats  # [2, labels]
    met: Ints  # [2, labels]: the labels met, in that order
    each: Floats  # [deliveries, labels]: days by delivery, for nodes whose shares are weighed
    turn: Ints  # [1]


class Sets(NamedTuple):
    """Hold the sets of all nodes: set i is begin[i] up to begin[i] + size[i] of the entries."""

    is_any: Flags  # [n]: what is asked most, in the least room
    begin: Ints
    size: Ints
    room: Ints
    label: Ints
    days: Floats


def one_label(label: Ints, count: int) -> Labels:
    """Return the labels of deliveries with one each; -1 for none."""
    has = label >= 0
    first = np.concatenate([[0], np.cumsum(has)]).astype(np.int64)
    return Labels(first, np.ascontiguousarray(label[has], dtype=np.int64), count)


def cut_by(labels: Labels, lost: Ints, day: float = 0.0) -> Floats:
    """Return when deliveries are cut if some labels are lost on one day: float64[d]."""
    is_lost = np.zeros(labels.total, np.bool_)
    is_lost[lost] = True
    owner = np.repeat(np.arange(labels.first.size - 1), np.diff(labels.first))
    cut = np.full(labels.first.size - 1, np.inf)
    cut[owner[is_lost[labels.label]]] = day
    return cut


def by_label(singles: Singles, nodes: Ints, count: int) -> tuple[Ints, Ints, Floats]:
    """Turn losses round: which of some nodes each label takes.

    Args:
        singles: Losses by node.
        nodes: int64[m]; the nodes to tell of.
        count: How many labels there are.

    Returns:
        int64[count + 1], where the losses of each label begin; int64[], places in ``nodes``, rising
        within a label; float64[], days.
    """
    sizes = singles.first[nodes + 1] - singles.first[nodes]
    place = np.repeat(np.arange(len(nodes)), sizes)
    start = np.repeat(singles.first[nodes] - (np.cumsum(sizes) - sizes), sizes)
    entry = np.arange(len(place)) + start
    order = np.argsort(singles.label[entry], kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(singles.label[entry], minlength=count))])
    return first.astype(np.int64), place[order], singles.days[entry][order]


def single_losses(graph: Graph, labels: Labels, ask: Ask, end: float = np.inf) -> Singles:
    """Return under which labels each node is lost, and how many days after.

    Args:
        graph: Who needs what.
        labels: On what deliveries stand.
        ask: What nodes ask for, and which deliveries count.
        end: Days; losses from that time on are left out.

    Returns:
        Losses by node. A node no delivery of which is lost is not lost, whatever it asks for.

    Time: one look at all deliveries and needs, then again at those whose sets change round a
    circle; a look costs the size of the sets. Memory: two numbers for each node and label lost.
    """
    return _singles(graph, needs_first(graph), labels, ask, end)


@compiled
def _singles(graph: Graph, order: Ints, labels: Labels, ask: Ask, end: float) -> Singles:
    n = graph.first_delivery.size - 1
    is_plain, most = _plain(graph, ask)
    tables = (2, labels.total)
    scratch = Scratch(
        np.zeros(tables, np.int64), np.zeros(tables), np.zeros(tables, np.int64),
        np.empty((most, labels.total)), np.zeros(1, np.int64),
    )  # fmt: skip
    sets = Sets(
        np.zeros(n, np.bool_), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64),
        np.empty(n + 16, np.int64), np.empty(n + 16),
    )  # fmt: skip
    is_due = np.ones(n, np.bool_)
    used, is_settled = 0, False
    while not is_settled:
        is_settled = True
        for i in order:
            if not is_due[i]:
                continue
            is_due[i] = False
            if is_plain[i]:
                count = meet(graph, labels, ask, sets, scratch, i, end)
            else:
                count = weigh(graph, labels, ask, sets, scratch, i, end)
            if is_same(sets, scratch, i, count):
                continue
            is_settled = False
            if count > sets.room[i]:
                if used + 2 * count > sets.label.size:
                    sets = _grown(sets, used, 2 * count)
                sets.begin[i], sets.room[i] = used, count if sets.room[i] == 0 else 2 * count
                used += sets.room[i]
            keep(graph, sets, scratch, is_due, i, count)
    return _in_order(sets)


@inner
def _plain(graph: Graph, ask: Ask) -> tuple[Flags, int]:
    """Say which nodes have only deliveries of which each is enough, and the size of the others."""
    n = graph.first_delivery.size - 1
    is_plain = np.ones(n, np.bool_)
    for j in range(graph.node.size):
        if ask.counts[j] and graph.share[j] < ask.least[graph.node[j]] - TOLD:
            is_plain[graph.node[j]] = False
    most = 0
    for i in range(n):
        if not is_plain[i]:
            most = max(most, graph.first_delivery[i + 1] - graph.first_delivery[i])
    return is_plain, most


@inner
def _grown(sets: Sets, used: int, more: int) -> Sets:
    label = np.empty(2 * (sets.label.size + more), np.int64)
    days = np.empty(label.size)
    label[:used] = sets.label[:used]
    days[:used] = sets.days[:used]
    return Sets(sets.is_any, sets.begin, sets.size, sets.room, label, days)


@inner
def _in_order(sets: Sets) -> Singles:
    """Return the sets one after another, each by rising label."""
    first = np.zeros(sets.size.size + 1, np.int64)
    first[1:] = np.cumsum(sets.size)
    label, days = np.empty(first[-1], np.int64), np.empty(first[-1])
    for i in range(sets.size.size):
        if sets.size[i] == 0:
            continue
        entries = slice(sets.begin[i], sets.begin[i] + sets.size[i])
        order = np.argsort(sets.label[entries], kind="mergesort")
        label[first[i] : first[i + 1]] = sets.label[entries][order]
        days[first[i] : first[i + 1]] = sets.days[entries][order]
    return Singles(first, label, days)


@lean
def unite(
    graph: Graph, labels: Labels, sets: Sets, scratch: Scratch, side: int, j: int, end: float
) -> int:
    """Put the labels under which a delivery is lost on one side; return how many they are."""
    scratch.turn[0] += 1
    turn, count = scratch.turn[0], 0
    if end > 0.0:
        for e in range(labels.first[j], labels.first[j + 1]):
            scratch.mark[side, labels.label[e]] = turn
            scratch.days[side, labels.label[e]] = 0.0
            scratch.met[side, count] = labels.label[e]
            count += 1
    for e in range(graph.first_need[j], graph.first_need[j + 1]):
        i = graph.need[e]
        if not sets.is_any[i]:
            continue
        for s in range(sets.begin[i], sets.begin[i] + sets.size[i]):
            days, one = sets.days[s] + graph.buffer_days[j], sets.label[s]
            if days >= end:
                continue
            if scratch.mark[side, one] != turn:
                scratch.mark[side, one] = turn
                scratch.days[side, one] = days
                scratch.met[side, count] = one
                count += 1
            elif days < scratch.days[side, one]:
                scratch.days[side, one] = days
    return count


@lean
def meet(
    graph: Graph, labels: Labels, ask: Ask, sets: Sets, scratch: Scratch, i: int, end: float
) -> int:
    """Intersect the sets of a node's deliveries on side 0; return how many labels are left."""
    count, is_begun = 0, False
    for j in range(graph.first_delivery[i], graph.first_delivery[i + 1]):
        if not ask.counts[j]:
            continue
        if not is_begun:
            is_begun = True
            count = unite(graph, labels, sets, scratch, 0, j, end)
        else:
            unite(graph, labels, sets, scratch, 1, j, end)
            both = 0
            for k in range(count):
                one = scratch.met[0, k]
                if scratch.mark[1, one] == scratch.turn[0]:
                    scratch.met[0, both] = one
                    both += 1
                    scratch.days[0, one] = max(scratch.days[0, one], scratch.days[1, one])
            count = both
        if count == 0:
            return 0
    return count


@lean
def weigh(
    graph: Graph, labels: Labels, ask: Ask, sets: Sets, scratch: Scratch, i: int, end: float
) -> int:
    """Put the labels that leave a node too small a share on side 0; return how many they are."""
    first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
    scratch.turn[0] += 1
    turn, met = scratch.turn[0], 0
    for j in range(first, last):
        if not ask.counts[j]:
            continue
        for k in range(unite(graph, labels, sets, scratch, 1, j, end)):
            one = scratch.met[1, k]
            if scratch.mark[0, one] != turn:
                scratch.mark[0, one] = turn
                scratch.met[0, met] = one
                met += 1
                for place in range(last - first):
                    scratch.each[place, one] = np.inf
            scratch.each[j - first, one] = scratch.days[1, one]
    count = 0
    for k in range(met):
        one = scratch.met[0, k]
        days = too_small_from(graph, ask, scratch, i, one)
        if days < np.inf:
            scratch.met[0, count] = one
            scratch.days[0, one] = days
            count += 1
    return count


@lean
def too_small_from(graph: Graph, ask: Ask, scratch: Scratch, i: int, one: int) -> float:
    """Return the first day on which the shares left under a label are too small."""
    first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
    latest = -1.0
    while True:
        following = np.inf
        for place in range(last - first):
            days = scratch.each[place, one]
            if ask.counts[first + place] and latest < days < following:
                following = days
        if following == np.inf:
            return following
        slack = -ask.least[i]
        for place in range(last - first):
            if ask.counts[first + place] and scratch.each[place, one] > following:
                slack += graph.share[first + place]
        if slack < -TOLD:
            return following
        latest = following


@lean
def is_same(sets: Sets, scratch: Scratch, i: int, count: int) -> bool:
    """Tell whether a node's set is what it was; it never loses a label, so sizes and days tell."""
    if count != sets.size[i]:
        return False
    for s in range(sets.begin[i], sets.begin[i] + count):
        if scratch.days[0, sets.label[s]] != sets.days[s]:
            return False
    return True


@lean
def keep(graph: Graph, sets: Sets, scratch: Scratch, is_due: Flags, i: int, count: int) -> None:
    """Keep a node's new set; all that need the node are due again."""
    sets.is_any[i] = count > 0
    sets.size[i] = count
    for k in range(count):
        sets.label[sets.begin[i] + k] = scratch.met[0, k]
        sets.days[sets.begin[i] + k] = scratch.days[0, scratch.met[0, k]]
    for e in range(graph.first_user[i], graph.first_user[i + 1]):
        is_due[graph.node[graph.user[e]]] = True
