"""Unfold items into nodes, one for each set of companies that wait for the item downstream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.tiers import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.impact.hits import Tests
    from keepline.impact.offers import Offers

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

#: Bits of a word in which which events hit a delivery is packed.
_WORD = 62


@dataclass(frozen=True)
class Unfolded:
    """Hold the graph of all paths to the operator.

    Attributes:
        graph: Nodes and deliveries for the kernel.
        item: int64[nodes]; the item of each node.
        offer: int64[deliveries]; the delivery of the network that it stands for.
        tops: For each mode the node of every part, -1 where a part has none.
        sure: For each delivery the number of the set of events that hit it for sure.
        possible: The same, with what lifts events only where it does so for sure.
        maybe: The same for those that hit it perhaps (the sure ones among them). Events that lift
            others stand the other way round: in `sure` where they hit perhaps, in `maybe` for sure.
        sets: The sets of events; number 0 is the empty one.
    """

    graph: Graph
    item: Ints
    offer: Ints
    tops: dict[str, Ints]
    sure: Ints
    possible: Ints
    maybe: Ints
    sets: tuple[tuple[int, ...], ...]


@dataclass
class _Contexts:
    """Number the sets of marks that companies on a path may have together."""

    marks: Flags
    fading: Flags
    rows: list[Flags] = field(default_factory=list)
    numbers: dict[bytes, int] = field(default_factory=dict)
    joined: dict[tuple[int, int, bool], int] = field(default_factory=dict)

    def number(self, row: Flags) -> int:
        """Return the number of a set of marks, a new one when it is new."""
        key = row.tobytes()
        if key not in self.numbers:
            self.numbers[key] = len(self.rows)
            self.rows.append(row)
        return self.numbers[key]

    def join(self, context: Ints, signature: Ints, *, is_next: bool = False) -> Ints:
        """Return the contexts after more companies have joined the path.

        One that receives next takes the place of the one that did so before.
        """
        pairs, back = np.unique(context * len(self.marks) + signature, return_inverse=True)
        out = np.empty(len(pairs), np.int64)
        for place, pair in enumerate(pairs.tolist()):
            one, other = divmod(pair, len(self.marks))
            key = (one, other, is_next)
            if key not in self.joined:
                kept = self.rows[one] & ~self.fading if is_next else self.rows[one]
                self.joined[key] = self.number(kept | self.marks[other])
            out[place] = self.joined[key]
        return out[back]


@dataclass
class _Nodes:
    """Number the nodes: pairs of item and context, in the order in which they are met."""

    items: int
    item: list[Ints] = field(default_factory=list)
    context: list[Ints] = field(default_factory=list)
    count: int = 0
    known: dict[int, Ints] = field(default_factory=dict)

    def number(self, item: Ints, context: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the node of each pair; then the items and contexts of those that are new."""
        node = np.empty(len(item), np.int64)
        new_items, new_contexts = [], []
        for one in np.unique(context).tolist():
            mine = context == one
            if one not in self.known:
                self.known[one] = np.full(self.items, -1)
            known = self.known[one]
            wanted = item[mine]
            new = np.unique(wanted[known[wanted] < 0])
            known[new] = np.arange(self.count, self.count + len(new))
            self.count += len(new)
            node[mine] = known[wanted]
            new_items.append(new)
            new_contexts.append(np.full(len(new), one))
        none = np.empty(0, np.int64)
        fresh = np.concatenate([none, *new_items]), np.concatenate([none, *new_contexts])
        self.item.append(fresh[0])
        self.context.append(fresh[1])
        return node, *fresh


def spread(first: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return, for rows of a table of lists, the row's place and the entry of every list element.

    >>> spread(np.array([0, 2, 2, 5]), np.array([2, 0]))
    (array([0, 0, 0, 1, 1]), array([2, 3, 4, 0, 1]))
    """
    counts = first[rows + 1] - first[rows]
    place = np.repeat(np.arange(len(rows)), counts)
    ends = np.cumsum(counts)
    entry = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    return place, entry + np.repeat(first[rows], counts)


def unfold(offers: Offers, tests: Tests) -> Unfolded:
    """Return the graph of all paths to the operator, with the events that hit each delivery.

    Only pairs of item and context that some part reaches become nodes.
    """
    signatures, supplier, maker = _signatures(offers, tests)
    contexts = _Contexts(signatures, tests.fading)
    empty = contexts.number(tests.operator)
    nodes = _Nodes(offers.items)
    received = np.ones(offers.items, np.bool_)
    received[offers.parts.height : offers.first_repair] = False
    # a part that is never repaired has no deliveries of repair
    item = np.flatnonzero(received & (np.diff(offers.first_offer) > 0))
    item, context = nodes.number(item, np.full(len(item), empty))[1:]
    node, taken, joined, waiting, need_count, need = [], [], [], [], [], []
    done = 0
    while len(item):
        place, offer = spread(offers.first_offer, item)
        # a part made under contract is made for the manufacturer in whose name it is sold
        waiting.append(contexts.join(context[place], maker[offer]))
        here = contexts.join(context[place], supplier[offer], is_next=True)
        beyond = contexts.join(here, maker[offer])
        of_offer, entry = spread(offers.first_need, item[place])
        wanted, item, context = nodes.number(offers.need[entry], beyond[of_offer])
        node.append(place + done)
        taken.append(offer)
        joined.append(here)
        need_count.append(np.bincount(of_offer, minlength=len(offer)))
        need.append(wanted)
        done = nodes.count - len(item)
    offer = np.concatenate(taken)
    graph = _graph(
        offers, nodes.count, np.concatenate(node), offer,
        np.concatenate(need_count), np.concatenate(need),
    )  # fmt: skip
    (sure, possible, maybe), sets = _sets(
        tests, offer, np.concatenate(joined), np.concatenate(waiting), np.array(contexts.rows)
    )
    top = nodes.known[empty]
    count = offers.parts.height
    tops = {
        "supply": top[:count],
        "repair": top[offers.first_repair : offers.first_software],
        "software": top[offers.first_software :],
    }
    return Unfolded(graph, np.concatenate(nodes.item), offer, tops, sure, possible, maybe, sets)


def _signatures(offers: Offers, tests: Tests) -> tuple[Flags, Ints, Ints]:
    """Return the sets of marks that differ, and which one each delivery's companies have.

    Returns:
        bool[signatures, marks]; int64[deliveries] for who delivers; the same for the maker whom
        the needs serve beside, which has no marks where there is none.
    """
    supplier = offers.offer["supplier"].to_numpy()
    maker = offers.offer["maker"].to_numpy()
    count = len(tests.places)
    pairs, pair_of = np.unique(supplier * count + tests.place_of, return_inverse=True)
    others, other_of = np.unique(
        np.where(maker == supplier, offers.nobody, maker), return_inverse=True
    )
    company, place = np.divmod(pairs, count)
    marks = np.concatenate(
        [
            tests.marks[company] | tests.places[place],
            (tests.marks[others] | tests.places[tests.seat_of[others]])
            & ~tests.fading
            & (others != offers.nobody)[:, None],
        ]
    )
    signatures, number = np.unique(marks, axis=0, return_inverse=True)
    number = number.reshape(-1)
    return signatures, number[: len(pairs)][pair_of], number[len(pairs) :][other_of]


def _graph(
    offers: Offers, nodes: int, node: Ints, offer: Ints, need_count: Ints, need: Ints
) -> Graph:
    first_need = np.concatenate([[0], np.cumsum(need_count)]).astype(np.int64)
    user = np.repeat(np.arange(len(offer)), need_count)[np.argsort(need, kind="stable")]
    table = offers.offer
    return Graph(
        first_delivery=np.searchsorted(node, np.arange(nodes + 1)).astype(np.int64),
        node=node,
        share=table["share"].to_numpy()[offer],
        buffer_days=table["buffer_days"].to_numpy()[offer],
        qualification_days=table["qualification_days"].to_numpy()[offer],
        first_need=first_need,
        need=need,
        first_user=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=nodes))]).astype(
            np.int64
        ),
        user=user.astype(np.int64),
    )


def _sets(
    tests: Tests, offer: Ints, context: Ints, before: Ints, rows: Flags
) -> tuple[tuple[Ints, Ints, Ints], tuple[tuple[int, ...], ...]]:
    """Return for each delivery its sets of events by number (sure, possible, perhaps); the sets."""
    events = len(tests.answers)
    packed = np.zeros((3, len(offer), events // _WORD + 1), np.int64)
    for event in range(events):
        bit = np.int64(1) << np.int64(event % _WORD)
        sure, maybe = tests.hit(event, rows)
        received_surely, received_perhaps = tests.received(event, rows)
        answer = tests.answers[event, offer]
        # 2 is a plain yes, 1 a fact that is missing
        is_sure = (answer == 2) & sure[context] & received_surely[before]  # noqa: PLR2004
        is_maybe = (answer >= 1) & maybe[context] & received_perhaps[before]
        # whoever a name may stand for is hit in the world in which it does
        is_possible = is_sure | (
            (answer == 2)  # noqa: PLR2004
            & tests.possibly(event, rows)[context]
            & tests.received_possibly(event, rows)[before]
        )
        if tests.is_lifting[event]:
            is_possible = is_sure
            # a loss is sure where no exception even perhaps applies
            is_sure, is_maybe = is_maybe, is_sure
        packed[0, :, event // _WORD] |= np.where(is_sure, bit, 0)
        packed[1, :, event // _WORD] |= np.where(is_possible, bit, 0)
        packed[2, :, event // _WORD] |= np.where(is_maybe, bit, 0)
    # the row of noughts makes sure that the empty set is number 0
    flat = np.concatenate([np.zeros((1, packed.shape[2]), np.int64), *packed])
    if flat.shape[1] == 1:  # the usual case, and much the faster way
        words, number = np.unique(flat[:, 0], return_inverse=True)
        words = words[:, None]
    else:
        words, number = np.unique(flat, axis=0, return_inverse=True)
    sets = tuple(
        tuple(event for event in range(events) if row[event // _WORD] >> event % _WORD & 1)
        for row in words.tolist()
    )
    number = number.reshape(-1).astype(np.int64)[1:].reshape(3, len(offer))
    return (number[0], number[1], number[2]), sets
