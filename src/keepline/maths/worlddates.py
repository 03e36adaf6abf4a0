"""Find from when nodes are lost in each of many worlds, a bit a world.

The rules are those of :mod:`keepline.maths.lossdates`, in every world at once: what happens on one
day in many worlds is carried through the tiers once, as a row of bits. Only what the wanted nodes
stand on is looked at. Exact: dates are those of one pass a world.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.compiled import compiled, inner, lean
from keepline.maths.order import needed_by
from keepline.maths.tiers import TOLD, Graph
from keepline.maths.worlds import WORLDS_A_WORD, Sweep, weigh_in_worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.maths.tiers import Flags, Floats, Ints
    from keepline.maths.worlds import Ask, Rows


_NONE: Final = np.uint64(0)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_ONE: Final = np.uint64(1)


class DatedCuts(NamedTuple):
    """Hold when deliveries are cut, in which worlds: one entry a set of events and date.

    Attributes:
        time: float64[k]; days, rising.
        set: int64[k]; the set of events.
        row: uint64[k, words]; the worlds in which that set cuts first on that day.
        hit: int64[d]; the set that hits each delivery, 0 for none.
    """

    time: Floats
    set: Ints
    row: Rows
    hit: Ints


class Tiers(NamedTuple):
    """Hold the present of a block of worlds."""

    slot: Ints  # [d]: where the delivery's row stands; 0, a row of nought, before any loss
    row: Rows  # [deliveries lost, words]
    lost: Rows  # [n, words]
    is_due: Flags  # [n]
    due: Ints  # [n]: nodes whose deliveries have changed
    used: Ints  # [2]: how many of them; how many slots are taken
    sweep: Sweep  # room for one node, as in the pass without dates


def dated_cuts(begins: Floats, sets: Sequence[Sequence[int]], hit: Ints) -> DatedCuts:
    """Return the cuts that events bring, each from its first day on for good.

    Args:
        begins: float64[events, worlds]; the day on which each event begins, infinite where it does
            not happen; before day 0 counts as day 0. Worlds come in multiples of 64.
        sets: Sets of event numbers, the first one empty.
        hit: int64[d]; the set that hits each delivery.

    Returns:
        The cuts, in order of time.
    """
    entries: list[tuple[float, int, Rows]] = []
    for number, members in enumerate(sets):
        if not members:
            continue
        first = np.maximum(begins[list(members)].min(axis=0), 0.0)
        days = np.unique(first[np.isfinite(first)]).tolist()
        entries += [(day, number, packed(first == day)) for day in days]
    entries.sort(key=lambda one: one[:2])
    words = begins.shape[1] // WORLDS_A_WORD
    return DatedCuts(
        np.array([day for day, _, _ in entries]),
        np.array([number for _, number, _ in entries], np.int64),
        np.array([row for _, _, row in entries], np.uint64).reshape(len(entries), words),
        hit,
    )


def packed(flags: Flags) -> Rows:
    """Pack flags, worlds last, into words: world w is bit w % 64 of word w // 64.

    >>> packed(np.arange(64) < 2)
    array([3], dtype=uint64)
    """
    if flags.shape[-1] % WORLDS_A_WORD:
        raise ValueError(f"{flags.shape[-1]} worlds are no multiple of {WORLDS_A_WORD}")
    eights = np.packbits(flags, axis=-1, bitorder="little")
    return np.ascontiguousarray(eights).view("<u8").astype(np.uint64)


def world_dates(
    graph: Graph, cuts: DatedCuts, ask: Ask, nodes: Ints, threads: int = 1, block: int = 8
) -> Floats:
    """Return from when nodes are lost in each world.

    Args:
        graph: Who needs what.
        cuts: When deliveries are cut, in which worlds.
        ask: What nodes ask for, and which deliveries count.
        nodes: int64[m]; the nodes to tell of, each once.
        threads: How many threads; each holds a block of worlds of its own.
        block: Words a block. Neither threads nor blocks change a date.

    Returns:
        float64[m, worlds]; days, infinite where a node is not lost.

    Time: each user of each node, once a day on which the node is lost in any world of a block.
    Memory: a bit a node and world, and one a delivery that is lost and world.
    """
    is_needed = needed_by(graph, nodes)
    place = np.full(graph.first_delivery.size - 1, -1)
    place[nodes] = np.arange(len(nodes))

    def play(job: tuple[int, int]) -> Floats:
        first, words = job
        row = np.ascontiguousarray(cuts.row[:, first : first + words])
        return carry_dates(graph, cuts._replace(row=row), ask, is_needed, place, len(nodes))

    jobs = blocks_of(cuts.row.shape[1], block)
    parts = list(played_in_order(play, jobs, threads, ahead=1))
    return np.concatenate([np.zeros((len(nodes), 0)), *parts], axis=1)


@compiled
def carry_dates(
    graph: Graph, cuts: DatedCuts, ask: Ask, is_needed: Flags, place: Ints, wanted: int
) -> Floats:
    """Take all cuts, and all stock that runs out, in order of time."""
    words = cuts.row.shape[1]
    first, member = _hit_by_set(graph, cuts, ask, is_needed)
    run = _fresh(graph, words)
    dates = np.full((wanted, words * WORLDS_A_WORD), np.inf)
    fall, falls = np.empty((64, words), np.uint64), 0
    waiting = [(0.0, 0, 0)]
    waiting.clear()
    at = 0
    while at < cuts.time.size or len(waiting) > 0:
        if len(waiting) > 0 and (at == cuts.time.size or waiting[0][0] < cuts.time[at]):
            t, j, k = heapq.heappop(waiting)
            lose_delivery(graph, run, j, fall, k)
        else:
            t = cuts.time[at]
            for m in range(first[cuts.set[at]], first[cuts.set[at] + 1]):
                lose_delivery(graph, run, member[m], cuts.row, at)
            at += 1
        while run.used[0] > 0:
            run.used[0] -= 1
            i = run.due[run.used[0]]
            if falls == fall.shape[0]:
                fall = _doubled(fall)
            if not lose_node(graph, ask, run, i, fall, falls):
                continue
            if place[i] >= 0:
                note(dates, place[i], t, fall, falls)
            for e in range(graph.first_user[i], graph.first_user[i + 1]):
                j = graph.user[e]
                if not ask.counts[j] or not is_needed[graph.node[j]]:
                    continue
                if graph.buffer_days[j] <= 0.0:
                    lose_delivery(graph, run, j, fall, falls)
                else:
                    heapq.heappush(waiting, (t + graph.buffer_days[j], j, falls))
            falls += 1
    return dates


@inner
def _hit_by_set(graph: Graph, cuts: DatedCuts, ask: Ask, is_needed: Flags) -> tuple[Ints, Ints]:
    """Return the deliveries that each set of events hits and that matter, as first and members."""
    sets = max(np.max(cuts.hit) if cuts.hit.size > 0 else 0, 0)
    if cuts.set.size > 0:
        sets = max(sets, np.max(cuts.set))
    first = np.zeros(sets + 2, np.int64)
    for j in range(cuts.hit.size):
        if cuts.hit[j] > 0 and ask.counts[j] and is_needed[graph.node[j]]:
            first[cuts.hit[j] + 1] += 1
    first = np.cumsum(first)
    place, member = first.copy(), np.empty(first[-1], np.int64)
    for j in range(cuts.hit.size):
        if cuts.hit[j] > 0 and ask.counts[j] and is_needed[graph.node[j]]:
            member[place[cuts.hit[j]]] = j
            place[cuts.hit[j]] += 1
    return first, member


@inner
def _fresh(graph: Graph, words: int) -> Tiers:
    n, d = graph.first_delivery.size - 1, graph.node.size
    most = np.max(graph.first_delivery[1:] - graph.first_delivery[:-1]) if n > 0 else 0
    sweep = Sweep(
        np.zeros((0, words), np.uint64), np.zeros(0, np.bool_), np.zeros(0, np.bool_),
        np.zeros((most, words), np.uint64), np.zeros(words, np.uint64),
    )  # fmt: skip
    # memory that is never touched is never taken
    return Tiers(
        np.zeros(d, np.int64), np.zeros((d + 1, words), np.uint64), np.zeros((n, words), np.uint64),
        np.zeros(n, np.bool_), np.empty(n, np.int64), np.array([0, 1]), sweep,
    )  # fmt: skip


@inner
def _doubled(rows: Rows) -> Rows:
    more = np.empty((2 * rows.shape[0], rows.shape[1]), np.uint64)
    more[: rows.shape[0]] = rows
    return more


@lean
def lose_delivery(graph: Graph, run: Tiers, j: int, rows: Rows, k: int) -> None:
    """Lose a delivery in the worlds of a row; its node is due when any of them is new."""
    slot = run.slot[j]
    is_new = False
    for w in range(rows.shape[1]):
        is_new = is_new or (rows[k, w] & ~run.row[slot, w]) != _NONE
    if not is_new:
        return
    if slot == 0:
        slot = run.used[1]
        run.slot[j] = slot
        run.used[1] += 1
    for w in range(rows.shape[1]):
        run.row[slot, w] |= rows[k, w]
    i = graph.node[j]
    if not run.is_due[i]:
        run.is_due[i] = True
        run.due[run.used[0]] = i
        run.used[0] += 1


@lean
def lose_node(graph: Graph, ask: Ask, run: Tiers, i: int, rows: Rows, k: int) -> bool:
    """Put the worlds in which a node is now lost, and was not before, into a row; is there any?"""
    run.is_due[i] = False
    first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
    is_plain = True
    for w in range(rows.shape[1]):
        run.sweep.new[w] = _ALL
    for j in range(first, last):
        if ask.counts[j]:
            is_plain = is_plain and graph.share[j] >= ask.least[i] - TOLD
            for w in range(rows.shape[1]):
                run.sweep.here[j - first, w] = run.row[run.slot[j], w]
                run.sweep.new[w] &= run.sweep.here[j - first, w]
    if not is_plain:
        weigh_in_worlds(graph, ask, run.sweep, i)
    is_any = False
    for w in range(rows.shape[1]):
        rows[k, w] = run.sweep.new[w] & ~run.lost[i, w]
        run.lost[i, w] |= rows[k, w]
        is_any = is_any or rows[k, w] != _NONE
    return is_any


@lean
def note(dates: Floats, place: int, t: float, rows: Rows, k: int) -> None:
    """Note the day for the worlds of a row."""
    for w in range(rows.shape[1]):
        for bit in range(WORLDS_A_WORD):
            if rows[k, w] & (_ONE << np.uint64(bit)) != _NONE:
                dates[place, w * WORLDS_A_WORD + bit] = t
