"""Follow losses back from a part to the event: the path in words, and its steps in days."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.impact.timelines import acts_of
from keepline.maths.days import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from keepline.impact.offers import Offers
    from keepline.impact.paths import Unfolded
    from keepline.impact.timelines import Act
    from keepline.maths.tiers import Course, Graph, Laws
    from keepline.model.branches import Span
    from keepline.model.event import Change, Event

    Ints = NDArray[np.int64]
    Acting = dict[int, list[tuple[Span, Change]]]
    Times = list[tuple[float, float]]

ARROW: Final = " -> "
ROUNDING: Final = 1e-9


class Step(NamedTuple):
    """Hold one step of a path: a node that falls short, by which delivery, and when.

    The day it falls is `from_day` + `wait_days` + `stock_days` + `others_days`.
    """

    node: int
    delivery: int
    happens: str
    from_day: float
    wait_days: float
    stock_days: float
    others_days: float
    fell: float
    left: float


@dataclass
class Routes:
    """Hold a pass, and tell by what each node first fell.

    Attributes:
        offers: Who can deliver what.
        unfolded: The graph of all paths.
        events: The events by number.
        graph: The graph as the pass saw it.
        laws: What was left of each delivery by itself.
        draws: The same as its stock is drawn on; that of the other side where facts are missing.
        course: What became of the nodes.
        hit: For each delivery the number of its set of events.
        acting: When each event is in force, and what it does.
    """

    offers: Offers
    unfolded: Unfolded
    events: Sequence[Event]
    graph: Graph
    laws: Laws
    draws: Laws
    course: Course
    hit: Ints
    acting: Acting
    _known: dict[int, tuple[str, str]] = field(default_factory=dict)
    _steps: dict[int, Step] = field(default_factory=dict)
    _order: tuple[Ints, Ints] | None = None

    def way(self, node: int) -> list[int]:
        """Return the nodes of the path: from the one that the event cut to this one."""
        way = [node]
        while (need := int(self.course.by_need[way[-1]])) >= 0:
            way.append(need)
        return way[::-1]

    def reason(self, node: int) -> tuple[str, str]:
        """Return the event by which a node first fell, and the path from it to the node."""
        way = [node]
        while way[-1] not in self._known and (need := int(self.course.by_need[way[-1]])) >= 0:
            way.append(need)
        for one in reversed(way):
            if one in self._known:
                continue
            need = int(self.course.by_need[one])
            event_id, before = self._known[need] if need >= 0 else (self._start(one),) * 2
            delivery = int(self.course.by_delivery[one])
            self._known[one] = event_id, before + ARROW + ARROW.join(self._labels(delivery))
        return self._known[node]

    def steps(self, node: int) -> list[Step]:
        """Return the steps of the path to a node, the event's cut first."""
        way = self.way(node)
        for one in way:
            if one not in self._steps:
                self._steps[one] = self._step(one)
        return [self._steps[one] for one in way]

    def item_of(self, node: int) -> str | None:
        """Return the id of a node's item, None for a bill of material that is not recorded."""
        offers, item = self.offers, int(self.unfolded.item[node])
        if item == offers.unrecorded:
            return None
        if item >= offers.first_repair:
            item = (item - offers.first_repair) % offers.parts.height
        if item < offers.parts.height:
            return str(offers.parts["part_id"][item])
        return str(offers.components["component_id"][item - offers.parts.height])

    def supplier_of(self, delivery: int) -> str | None:
        """Return who delivers, None for one that is not recorded or the operator itself."""
        supplier = int(self.offers.offer["supplier"][int(self.unfolded.offer[delivery])])
        if supplier >= self.offers.unknown:
            return None
        return str(self.offers.suppliers["supplier_id"][supplier])

    def lost_between(self, delivery: int, end: float) -> float:
        """Return the days of normal supply that what a delivery needs falls short of it."""
        return sum(
            (off - on) * max(0.0, own - needs)
            for on, off, own, needs in self._stretches(delivery, end)
        )

    def soonest_approval(self, node: int) -> float | None:
        """Return the days until the soonest source of a node not approved yet would count."""
        first, last = self.graph.first_delivery[node], self.graph.first_delivery[node + 1]
        waits = self.graph.qualification_days[first:last]
        return float(waits[waits > 0.0].min()) if (waits > 0.0).any() else None

    def _step(self, node: int) -> Step:
        course = self.course
        delivery, need = int(course.by_delivery[node]), int(course.by_need[node])
        fell = float(course.fell[node])
        left = next((left for _, left in self._course_of(node)), 0.0)
        if need < 0:
            act = self._act(delivery, fell)
            began = act.span.began if act else 0.0
            cut = min(fell, _cut_on(act, fell)) if act else fell
            return Step(
                node, delivery, "cut", began, cut - began, 0.0, _tidy(fell - cut), fell, left
            )
        before = float(course.fell[need])
        used_up = self._used_up(delivery, fell)
        stock = _tidy(min(max(used_up - before, 0.0), fell - before))
        happens = "stock used up" if stock > 0.0 else "need lost"
        others = _tidy(fell - before - stock)
        return Step(node, delivery, happens, before, 0.0, stock, others, fell, left)

    def _used_up(self, delivery: int, end: float) -> float:
        """Return the day on which a delivery's finished stock is used up, at the latest `end`."""
        stock = float(self.graph.buffer_days[delivery])
        if stock <= 0.0:
            return -math.inf
        for on, off, own, needs in self._stretches(delivery, end):
            drain = max(0.0, own - needs)
            if drain * (off - on) >= stock - ROUNDING:
                return on + stock / drain
            stock -= drain * (off - on)
        return end

    def _stretches(self, delivery: int, end: float) -> Iterator[tuple[float, float, float, float]]:
        """Yield (from, to, own share left, least share left of the needs) up to a day."""
        first, last = self.graph.first_need[delivery], self.graph.first_need[delivery + 1]
        needs = [self._course_of(int(need)) for need in self.graph.need[first:last]]
        draws, law = self.draws, int(self.draws.law[delivery])
        own: Times = []
        if law >= 0:
            mine = slice(draws.first[law], draws.first[law + 1])
            own = [*zip(draws.time[mine].tolist(), draws.left[mine].tolist(), strict=True)]
        days = {0.0, end, *(day for times in (own, *needs) for day, _ in times if 0.0 < day < end)}
        ordered = sorted(days)
        for on, off in pairwise(ordered):
            least = min((_at(times, on) for times in needs), default=1.0)
            yield on, off, _at(own, on), least

    def _course_of(self, node: int) -> Times:
        course = self.course
        if self._order is None:
            order = np.argsort(course.node, kind="stable")
            self._order = order, course.node[order]
        first, last = np.searchsorted(self._order[1], [node, node + 1])
        rows = self._order[0][first:last]
        return [*zip(course.time[rows].tolist(), course.left[rows].tolist(), strict=True)]

    def _start(self, node: int) -> str:
        act = self._act(int(self.course.by_delivery[node]), float(self.course.fell[node]))
        return act.span.event_id if act else ""

    def _act(self, delivery: int, day: float) -> Act | None:
        """Return what leaves least of a delivery at the moment of its fall."""
        now, least, found = day + TOLERANCE, math.inf, None
        for acts in acts_of(
            self.acting, self.events, self.unfolded.sets[self.hit[delivery]]
        ).values():
            for act in acts:
                if act.span.on <= now < act.span.off and act.share_at(now) < least:
                    least, found = act.share_at(now), act
        return found

    def _labels(self, delivery: int) -> tuple[str, str]:
        offers = self.offers
        item, supplier, *_ = offers.offer.row(int(self.unfolded.offer[delivery]))
        if supplier == offers.unknown:
            name = "unknown supplier"
        elif supplier == offers.nobody:
            name = "own workshop"
        else:
            name = offers.suppliers["supplier_id"][supplier]
        count = offers.parts.height
        if item < count:
            return name, offers.parts["part_id"][item]
        if item < offers.unrecorded:
            return name, offers.components["component_id"][item - count]
        if item == offers.unrecorded:
            return name, "bill of material not recorded"
        if item < offers.first_software:
            return f"repair by {name}", offers.parts["part_id"][item - offers.first_repair]
        return f"software by {name}", offers.parts["part_id"][item - offers.first_software]


def _at(times: Times, day: float) -> float:
    """Return the share left on a day, 1 before the first step."""
    left = 1.0
    for when, share in times:
        if when > day + ROUNDING:
            break
        left = share
    return left


def _cut_on(act: Act, fell: float) -> float:
    """Return the day from which an act has cut without a pause up to the fall."""
    edges = [act.span.on, *(edge for span, _ in act.lifts for edge in (span.on, span.off))]
    if act.change.stop_after_days is not None:
        edges.append(act.span.began + act.change.stop_after_days)
    found = fell
    for edge in sorted((max(0.0, one) for one in edges), reverse=True):
        if act.span.on - ROUNDING <= edge <= fell:
            if act.share_at(edge) >= 1.0 - ROUNDING:
                break
            found = edge
    return found


def _tidy(days: float) -> float:
    return 0.0 if abs(days) <= ROUNDING else days
