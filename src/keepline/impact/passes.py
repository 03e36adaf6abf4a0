"""Run losses through the tiers once for each mode and timeline that differs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.impact.timelines import acting_of, acts_of, laws_of, untouched
from keepline.maths.days import TOLERANCE, worst_by_day
from keepline.maths.reach import reach_bound
from keepline.model.results import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.impact.offers import Offers
    from keepline.impact.paths import Unfolded
    from keepline.maths.tiers import Course
    from keepline.model.branches import Branch, Span
    from keepline.model.event import Change, Event

    Acting = dict[int, list[tuple[Span, Change]]]

ARROW: Final = " -> "
STEPS: Final = pl.Schema(
    {
        "run": pl.Int64,
        "part": pl.Int64,
        "day": pl.Int64,
        "share_left": pl.Float64,
        "lead_factor": pl.Float64,
        "price_factor": pl.Float64,
    }
)
REASONS: Final = pl.Schema(
    {"run": pl.Int64, "part": pl.Int64, "event_id": pl.String, "path": pl.String}
)
USES: Final = pl.Schema(
    {"branch": pl.Int64, "mode": pl.String, "certainty": pl.String, "run": pl.Int64}
)


@dataclass
class Passes:
    """Run the passes of all branches, each that differs once, and gather what they say.

    Attributes:
        offers: Who can deliver what.
        unfolded: The graph of all paths.
        events: The events by number.
        end: Days of the plan.
    """

    offers: Offers
    unfolded: Unfolded
    events: Sequence[Event]
    end: float
    _runs: dict[tuple[str, str, tuple[Span, ...]], int] = field(default_factory=dict)
    _steps: list[pl.DataFrame] = field(default_factory=list)
    _reasons: list[pl.DataFrame] = field(default_factory=list)
    _uses: list[tuple[int, str, str, int]] = field(default_factory=list)

    def add(self, number: int, branch: Branch) -> None:
        """Work out a branch in all modes: what is lost for sure, and what is perhaps."""
        for mode in MODES:
            acting = acting_of(branch.timeline, self.events, mode)
            spans = tuple(span for pairs in acting.values() for span, _ in pairs)
            for certainty in ("sure", "unknown"):
                key = (mode, certainty, spans)
                if key not in self._runs:
                    self._runs[key] = len(self._runs)
                    self._run(self._runs[key], mode, certainty, acting)
                self._uses.append((number, mode, certainty, self._runs[key]))

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Return which run serves which branch; the steps by run; and the reasons by run."""
        return (
            pl.DataFrame(self._uses, schema=USES, orient="row"),
            pl.concat([STEPS.to_frame(), *self._steps]),
            pl.concat([REASONS.to_frame(), *self._reasons]),
        )

    def _run(self, run: int, mode: str, certainty: str, acting: Acting) -> None:
        unfolded = self.unfolded
        hit, other = unfolded.sure, unfolded.maybe
        if certainty != "sure":
            hit, other = other, hit
        laws = laws_of(acting, self.events, unfolded.sets, hit)
        if laws is None:
            return
        # what is perhaps cut spares stock: a loss is sure on the day to which that may put it off
        draws = laws_of(acting, self.events, unfolded.sets, other) or untouched(len(other))
        graph = unfolded.graph
        if mode == "software":
            # nobody keeps updates in store
            graph = graph._replace(buffer_days=np.zeros_like(graph.buffer_days))
        course = reach_bound(graph, laws, draws, self.end)
        top = unfolded.tops[mode]
        self._steps.append(_day_steps(run, top, course))
        lost = np.flatnonzero((top >= 0) & np.isfinite(course.fell[top]))
        reasons = _Reasons(self, course, hit, acting)
        told = [(run, part, *reasons.of(int(top[part]))) for part in lost.tolist()]
        self._reasons.append(pl.DataFrame(told, schema=REASONS, orient="row"))


def _day_steps(run: int, top: np.ndarray, course: Course) -> pl.DataFrame:
    part_of = np.full(len(course.fell), -1)
    received = np.flatnonzero(top >= 0)
    part_of[top[received]] = received
    mine = np.flatnonzero(part_of[course.node] >= 0)
    mine = mine[np.argsort(part_of[course.node[mine]], kind="stable")]
    parts, first = np.unique(part_of[course.node[mine]], return_index=True)
    place, day, left, lead, price = worst_by_day(
        np.append(first, len(mine)),
        course.time[mine],
        course.left[mine],
        course.lead[mine],
        course.price[mine],
    )
    columns = [np.full(len(day), run), parts[place], day, left, lead, price]
    return pl.DataFrame(dict(zip(STEPS, columns, strict=True)), schema=STEPS)


@dataclass
class _Reasons:
    passes: Passes
    course: Course
    hit: np.ndarray
    acting: Acting
    known: dict[int, tuple[str, str]] = field(default_factory=dict)

    def of(self, node: int) -> tuple[str, str]:
        """Return the event by which a node first fell, and the path from it to the node."""
        way = [node]
        while way[-1] not in self.known and (need := int(self.course.by_need[way[-1]])) >= 0:
            way.append(need)
        for one in reversed(way):
            if one in self.known:
                continue
            need = int(self.course.by_need[one])
            event_id, before = self.known[need] if need >= 0 else self._start(one)
            delivery = int(self.course.by_delivery[one])
            self.known[one] = event_id, before + ARROW + ARROW.join(self._labels(delivery))
        return self.known[node]

    def _start(self, node: int) -> tuple[str, str]:
        """Return the event that leaves least of the delivery at the moment of its fall."""
        delivery, day = self.course.by_delivery[node], float(self.course.fell[node])
        now = day + TOLERANCE
        least, by = math.inf, ""
        hit_by = self.passes.unfolded.sets[self.hit[delivery]]
        for acts in acts_of(self.acting, self.passes.events, hit_by).values():
            for act in acts:
                if act.span.on <= now < act.span.off and act.share_at(now) < least:
                    least, by = act.share_at(now), act.span.event_id
        return by, by

    def _labels(self, delivery: int) -> tuple[str, str]:
        offers = self.passes.offers
        item, supplier, *_ = offers.offer.row(int(self.passes.unfolded.offer[delivery]))
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
