"""Find what is lost in many worlds at once: a bit a world, 64 worlds a machine word.

In each world some deliveries are cut for good, by the events that happen there. A delivery is lost
when it is cut or any node it needs is lost (OR of rows of bits); a node is lost when the shares of
its deliveries that are left add up to less than it asks for; where each alone is enough, when all
are lost (AND of rows). Rows start at nought and only grow, so that nodes in a circle lose nothing
by themselves. Events are shared: what one of them cuts is cut together, so that no two deliveries
are taken for independent that are not.

Dates are in :mod:`keepline.maths.worlddates`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.compiled import compiled, lean
from keepline.maths.intervals import share_interval
from keepline.maths.order import needs_first
from keepline.maths.tiers import TOLD, Graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.intervals import Interval
    from keepline.maths.tiers import Flags, Floats, Ints

    Rows = NDArray[np.uint64]

WORLDS_A_WORD: Final = 64
_NONE: Final = np.uint64(0)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_ONE: Final = np.uint64(1)


class Cuts(NamedTuple):
    """Hold which deliveries are cut in which worlds.

    Attributes:
        row: uint64[sets, words]; the worlds in which any event of a set happens, world w in bit
            w % 64 of word w // 64; row 0 is nought.
        hit: int64[d]; the set of events that hit each delivery, 0 for none.
    """

    row: Rows
    hit: Ints


class Ask(NamedTuple):
    """Hold what nodes ask for.

    Attributes:
        least: float64[n]; the share of normal supply under which a node is lost.
        counts: bool[d]; which deliveries count; others are as if not there.
    """

    least: Floats
    counts: Flags


class Sweep(NamedTuple):
    """Hold the present of a block of worlds."""

    lost: Rows  # [n, words]
    is_lost: Flags  # [n]: in any world
    is_due: Flags  # [n]: something it stands on has changed
    here: Rows  # [deliveries of a node, words]: where each is lost
    new: Rows  # [words]


def rows_of_sets(event: Rows, sets: Sequence[Sequence[int]]) -> Rows:
    """Return the worlds in which any event of each set happens.

    Args:
        event: uint64[events, words]; the worlds in which each event happens.
        sets: Sets of event numbers.

    Returns:
        uint64[sets, words].
    """
    row = np.zeros((len(sets), event.shape[1]), np.uint64)
    for number, members in enumerate(sets):
        for one in members:
            row[number] |= event[one]
    return row


def lost_worlds(
    graph: Graph, cuts: Cuts, ask: Ask, nodes: Ints, threads: int = 1, block: int = 8
) -> Rows:
    """Return the worlds in which nodes are lost sooner or later.

    Args:
        graph: Who needs what.
        cuts: Which deliveries are cut in which worlds.
        ask: What nodes ask for.
        nodes: int64[m]; the nodes to tell of.
        threads: How many threads; each holds a block of worlds of its own.
        block: Words a block; 8 (512 worlds) make a node's row one line of the cache. Neither
            threads nor blocks change a bit.

    Returns:
        uint64[m, words]. A node no delivery of which is lost is not lost, whatever it asks for.

    Time: every need of what is lost in any world of a block, once a block and pass; passes are
    few (:func:`keepline.maths.order.needs_first`). Memory: a bit a node and world held at a time.
    """
    order = needs_first(graph)

    def play(job: tuple[int, int]) -> Rows:
        first, words = job
        part = Cuts(np.ascontiguousarray(cuts.row[:, first : first + words]), cuts.hit)
        return sweep(graph, order, part, ask)[nodes]

    jobs = blocks_of(cuts.row.shape[1], block)
    parts = list(played_in_order(play, jobs, threads, ahead=1))
    return np.concatenate([np.zeros((len(nodes), 0), np.uint64), *parts], axis=1)


def lost_shares(rows: Rows, level: float = 0.95) -> Interval:
    """Give the probability that each node is lost, from the worlds in which it is (Wilson).

    Args:
        rows: uint64[m, words], drawn worlds all of them.
        level: Chance that an interval holds the true probability.
    """
    hits = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    return share_interval(hits, rows.shape[1] * WORLDS_A_WORD, level)


@compiled
def sweep(graph: Graph, order: Ints, cuts: Cuts, ask: Ask) -> Rows:
    """Return the rows of all nodes: uint64[n, words]."""
    n, words = graph.first_delivery.size - 1, cuts.row.shape[1]
    most = np.max(graph.first_delivery[1:] - graph.first_delivery[:-1]) if n > 0 else 0
    run = Sweep(
        np.zeros((n, words), np.uint64), np.zeros(n, np.bool_), np.zeros(n, np.bool_),
        np.zeros((most, words), np.uint64), np.zeros(words, np.uint64),
    )  # fmt: skip
    for j in range(graph.node.size):
        if cuts.hit[j] > 0 and ask.counts[j]:
            run.is_due[graph.node[j]] = True
    is_settled = False
    while not is_settled:
        is_settled = settle_all(graph, order, cuts, ask, run)
    return run.lost


@lean
def settle_all(graph: Graph, order: Ints, cuts: Cuts, ask: Ask, run: Sweep) -> bool:
    """Take all nodes in order, once; tell whether none was due."""
    is_settled = True
    for i in order:
        if not run.is_due[i]:
            continue
        is_settled = False
        run.is_due[i] = False
        lose_in_worlds(graph, cuts, ask, run, i)
        is_new = False
        for w in range(run.new.size):
            if run.new[w] != run.lost[i, w]:
                is_new = True
                run.lost[i, w] = run.new[w]
        if is_new:
            run.is_lost[i] = True
            for e in range(graph.first_user[i], graph.first_user[i + 1]):
                run.is_due[graph.node[graph.user[e]]] = True
    return is_settled


@lean
def lose_in_worlds(graph: Graph, cuts: Cuts, ask: Ask, run: Sweep, i: int) -> None:
    """Find the worlds in which a node is lost, from those in which its deliveries are."""
    first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
    words, is_plain, is_served = run.new.size, True, False
    for j in range(first, last):
        if ask.counts[j]:
            is_served = True
            is_plain = is_plain and graph.share[j] >= ask.least[i] - TOLD
    for w in range(words):
        run.new[w] = _ALL if is_served else _NONE
    for j in range(first, last):
        if not ask.counts[j]:
            continue
        is_any = cut_in_worlds(graph, cuts, run, j, j - first)
        for w in range(words):
            run.new[w] &= run.here[j - first, w]
        if is_plain and not is_any:
            return
    if not is_plain:
        weigh_in_worlds(graph, ask, run, i)


@lean
def cut_in_worlds(graph: Graph, cuts: Cuts, run: Sweep, j: int, place: int) -> bool:
    """Set the worlds in which a delivery is lost; tell whether there is any."""
    words = run.new.size
    is_any = cuts.hit[j] > 0
    for w in range(words):
        run.here[place, w] = cuts.row[cuts.hit[j], w]
    for e in range(graph.first_need[j], graph.first_need[j + 1]):
        i = graph.need[e]
        if run.is_lost[i]:
            is_any = True
            for w in range(words):
                run.here[place, w] |= run.lost[i, w]
    return bool(is_any)


@lean
def weigh_in_worlds(graph: Graph, ask: Ask, run: Sweep, i: int) -> None:
    """Add to the worlds where all is lost those in which the shares left are too small."""
    first, last = graph.first_delivery[i], graph.first_delivery[i + 1]
    for w in range(run.new.size):
        some = _NONE
        for j in range(first, last):
            if ask.counts[j]:
                some |= run.here[j - first, w]
        some &= ~run.new[w]
        for bit in range(WORLDS_A_WORD):
            mask = _ONE << np.uint64(bit)
            if some & mask == _NONE:
                continue
            slack = -ask.least[i]
            for j in range(first, last):
                if ask.counts[j] and run.here[j - first, w] & mask == _NONE:
                    slack += graph.share[j]
            if slack < -TOLD:
                run.new[w] |= mask
