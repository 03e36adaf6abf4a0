"""Find what would break the paths of losses, and try each remedy on the whole graph."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.days import TOLERANCE
from keepline.maths.reach import reach_bound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from keepline.impact.routes import Routes, Step
    from keepline.maths.tiers import Graph, Laws

    Ints = NDArray[np.int64]

#: Deliveries and needs that all passes with remedies may look at together.
MOST_EFFORT: Final = 30_000_000


class Remedy(NamedTuple):
    """Hold what a remedy does for one part: days since the plan's first."""

    part: int
    action: str
    item_id: str
    supplier_id: str | None
    days: float | None
    needed: int
    begin: int | None
    lost: int
    lost_with: int | None


@dataclass
class _Candidate:
    """Hold a remedy to be tried: what, on which deliveries, by when, and for which parts."""

    action: str
    item_id: str
    supplier_id: str | None
    deliveries: Ints
    days: float | None = None
    needed: float = math.inf
    parts: set[int] = field(default_factory=set)

    def serve(self, part: int, days: float | None, needed: float) -> None:
        """Note that the path of a part asks for it: so much, on that day."""
        self.parts.add(part)
        self.needed = min(self.needed, needed)
        if days is not None:
            self.days = max(self.days or 0.0, days)


@dataclass
class Trials:
    """Try remedies, pass after pass, as long as the effort allows.

    Attributes:
        end: Days of the plan.
        effort: What may still be looked at.
        untried: Remedies that there was no effort left for.
    """

    end: float
    effort: int = MOST_EFFORT
    untried: int = 0

    def remedies(self, routes: Routes, nodes: Mapping[int, int], mode: str) -> list[Remedy]:
        """Return what breaks the paths of some parts, given the node of each.

        Every remedy that is returned was tried: with it, and nothing else changed, the part's loss
        comes later or not at all within the plan.
        """
        found: list[Remedy] = []
        cost = len(routes.graph.node) + len(routes.graph.need) + 1
        candidates = _candidates(routes, nodes, mode, self.end)
        for one in sorted(candidates, key=lambda one: -len(one.parts)):
            if self.effort < cost:
                self.untried += 1
                continue
            self.effort -= cost
            course = reach_bound(*_applied(one, routes), self.end)
            for part in sorted(one.parts):
                lost = _day(routes.course.fell[nodes[part]])
                fell = float(course.fell[nodes[part]])
                lost_with = _day(fell) if math.isfinite(fell) else None
                if lost_with is None or lost_with > lost:
                    found.append(_remedy(one, part, lost, lost_with))
        return found


def _remedy(one: _Candidate, part: int, lost: int, lost_with: int | None) -> Remedy:
    needed = _day(one.needed)
    begin = None
    if one.action == "qualify":
        begin = math.floor(one.needed - (one.days or 0.0) + TOLERANCE)
    return Remedy(
        part, one.action, one.item_id, one.supplier_id, one.days, needed, begin, lost, lost_with
    )


def _candidates(
    routes: Routes, nodes: Mapping[int, int], mode: str, end: float
) -> list[_Candidate]:
    """Return what may break the paths: every source not approved, stock, and second sources."""
    found: dict[tuple[object, ...], _Candidate] = {}
    short: dict[int, float] = {}
    for part, node in nodes.items():
        before: Step | None = None
        for step in routes.steps(node):
            _add_sources(routes, found, part, step)
            if before is None:
                if mode != "software":
                    _add_second(routes, found, part, step)
            elif mode != "software":
                # nobody keeps updates in store
                if step.delivery not in short:
                    more = routes.lost_between(step.delivery, end)
                    more -= float(routes.graph.buffer_days[step.delivery])
                    short[step.delivery] = float(math.ceil(more - TOLERANCE))
                _add_stock(routes, found, part, (before, step), short[step.delivery])
            before = step
    return list(found.values())


def _add_sources(
    routes: Routes, found: dict[tuple[object, ...], _Candidate], part: int, step: Step
) -> None:
    item_id, graph = routes.item_of(step.node), routes.graph
    for delivery in range(graph.first_delivery[step.node], graph.first_delivery[step.node + 1]):
        days = float(graph.qualification_days[delivery])
        if days > 0.0 and item_id is not None:
            offer = int(routes.unfolded.offer[delivery])
            if ("qualify", offer) not in found:
                found["qualify", offer] = _Candidate(
                    "qualify", item_id, routes.supplier_of(delivery), _of_offer(routes, offer)
                )
            found["qualify", offer].serve(part, days, step.fell)


def _add_stock(
    routes: Routes,
    found: dict[tuple[object, ...], _Candidate],
    part: int,
    pair: tuple[Step, Step],
    days: float,
) -> None:
    need, step = pair
    offer = int(routes.unfolded.offer[step.delivery])
    item_id = routes.item_of(need.node)
    is_known = int(routes.offers.offer["supplier"][offer]) != routes.offers.unknown
    if days > 0.0 and is_known and item_id is not None:
        key = ("hold", offer, item_id)
        if key not in found:
            found[key] = _Candidate(
                "hold", item_id, routes.supplier_of(step.delivery), _of_offer(routes, offer)
            )
        found[key].serve(part, days, need.fell)


def _add_second(
    routes: Routes, found: dict[tuple[object, ...], _Candidate], part: int, step: Step
) -> None:
    item, graph = int(routes.unfolded.item[step.node]), routes.graph
    item_id = routes.item_of(step.node)
    alone = graph.first_delivery[step.node + 1] - graph.first_delivery[step.node] == 1
    if alone and item_id is not None:
        if ("second", item) not in found:
            nodes = np.flatnonzero(routes.unfolded.item == item)
            found["second", item] = _Candidate(
                "second source", item_id, None, graph.first_delivery[nodes]
            )
        found["second", item].serve(part, None, step.fell)


def _of_offer(routes: Routes, offer: int) -> Ints:
    return np.flatnonzero(routes.unfolded.offer == offer)


def _applied(one: _Candidate, routes: Routes) -> tuple[Graph, Laws, Laws]:
    """Return the graph and laws, of what is left and what stock is drawn by, with a remedy."""
    graph, laws, draws = routes.graph, routes.laws, routes.draws
    if one.action == "second source":
        serves = _best_served(routes)
        with_one, left = with_second(graph, laws, one.deliveries, serves)
        return with_one, left, with_second(graph, draws, one.deliveries, serves)[1]
    if one.action == "qualify":
        waits = graph.qualification_days.copy()
        waits[one.deliveries] = 0.0
        return graph._replace(qualification_days=waits), laws, draws
    stock = graph.buffer_days.copy()
    stock[one.deliveries] += one.days or 0.0
    return graph._replace(buffer_days=stock), laws, draws


def _best_served(routes: Routes) -> Ints:
    """Return for each node the one of the same item that falls last.

    What is made for a listed company is cut for it alone: a second source buys as the others do.
    """
    item, fell = routes.unfolded.item, routes.course.fell
    order = np.lexsort((np.arange(len(item)), -fell, item))
    _, first, number = np.unique(item[order], return_index=True, return_inverse=True)
    best = np.empty(len(item), np.int64)
    best[order] = order[first[number.reshape(-1)]]
    return best


def with_second(
    graph: Graph, laws: Laws, deliveries: Ints, serves: Ints | None = None
) -> tuple[Graph, Laws]:
    """Return the graph with a second source beside each of some deliveries.

    It can deliver the whole, needs the same, holds no stock, and no event hits it.

    Args:
        graph: Who needs what.
        laws: What is left of each delivery by itself.
        deliveries: Beside which.
        serves: For each node the one that the second source needs in its place.
    """
    counts = np.diff(graph.first_need)
    is_new = np.zeros(len(graph.node) + len(deliveries), np.bool_)
    at = np.sort(deliveries)
    is_new[at + 1 + np.arange(len(at))] = True
    old = np.cumsum(~is_new) - 1  # a new delivery stands behind the one it is beside
    first_need = np.concatenate([[0], np.cumsum(counts[old])]).astype(np.int64)
    entry = np.arange(first_need[-1]) - np.repeat(first_need[:-1], counts[old])
    need = graph.need[entry + np.repeat(graph.first_need[:-1][old], counts[old])]
    if serves is not None:
        need = np.where(np.repeat(is_new, counts[old]), serves[need], need)
    node = graph.node[old]
    nodes = len(graph.first_delivery) - 1
    user = np.repeat(np.arange(len(node)), counts[old])[np.argsort(need, kind="stable")]
    return graph._replace(
        first_delivery=np.searchsorted(node, np.arange(nodes + 1)).astype(np.int64),
        node=node,
        share=np.where(is_new, 1.0, graph.share[old]),
        buffer_days=np.where(is_new, 0.0, graph.buffer_days[old]),
        qualification_days=np.where(is_new, 0.0, graph.qualification_days[old]),
        first_need=first_need,
        need=need,
        first_user=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=nodes))]).astype(
            np.int64
        ),
        user=user.astype(np.int64),
    ), laws._replace(law=np.where(is_new, -1, laws.law[old]))


def _day(day: float) -> int:
    return math.floor(day + TOLERANCE)
