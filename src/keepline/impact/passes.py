"""Run losses through the tiers once for each mode and timeline that differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.impact.routes import Routes
from keepline.impact.timelines import acting_of, laws_of, sparing_laws_of, untouched
from keepline.maths.days import worst_by_day
from keepline.maths.reach import reach_bound
from keepline.model.results import CERTAINTIES, MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.impact.explained import Explained
    from keepline.impact.offers import Offers
    from keepline.impact.paths import Unfolded
    from keepline.maths.tiers import Course
    from keepline.model.branches import Branch, Span
    from keepline.model.event import Change, Event

    Ints = NDArray[np.int64]
    Acting = dict[int, list[tuple[Span, Change]]]

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
        explained: Takes what explains each loss; None when that is not wanted.
    """

    offers: Offers
    unfolded: Unfolded
    events: Sequence[Event]
    end: float
    explained: Explained | None = None
    _likes: dict[str, str] = field(default_factory=dict)
    _runs: dict[tuple[str, str, tuple[Span, ...]], int] = field(default_factory=dict)
    _steps: list[pl.DataFrame] = field(default_factory=list)
    _reasons: list[pl.DataFrame] = field(default_factory=list)
    _uses: list[tuple[int, str, str, int]] = field(default_factory=list)

    def add(self, number: int, branch: Branch) -> None:
        """Work out a branch in all modes: what is lost for sure, and what is perhaps."""
        same = self._same()
        for mode in MODES:
            acting = acting_of(branch.timeline, self.events, mode)
            spans = tuple(span for pairs in acting.values() for span, _ in pairs)
            # parts are explained once, by what is surest
            told_before: set[int] = set()
            for certainty in CERTAINTIES:
                # where nothing is in doubt one pass serves all
                key = (mode, same[certainty], spans)
                if key not in self._runs:
                    self._runs[key] = len(self._runs)
                    self._run(self._runs[key], mode, certainty, acting, told_before)
                self._uses.append((number, mode, certainty, self._runs[key]))

    def _hits(self) -> dict[str, tuple[Ints, Ints]]:
        """Return for each certainty what hits a delivery, and what its stock is spared by.

        What is perhaps cut spares stock, so a loss is sure on the day to which that may put it
        off, and perhaps there on the day when it does not. A possible loss is that of a world in
        which no exception applies and nothing that is missing hits.
        """
        one = self.unfolded
        found = ((one.sure, one.maybe), (one.possible, one.possible), (one.maybe, one.sure))
        return dict(zip(CERTAINTIES, found, strict=True))

    def _same(self) -> dict[str, str]:
        """Return for each certainty the surest one for which events hit the very same."""
        if not self._likes:
            hits = self._hits()
            for name, pair in hits.items():
                alike = (one for one in hits if all(map(np.array_equal, hits[one], pair)))
                self._likes[name] = next(alike)
        return self._likes

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Return which run serves which branch; the steps by run; and the reasons by run."""
        return (
            pl.DataFrame(self._uses, schema=USES, orient="row"),
            pl.concat([STEPS.to_frame(), *self._steps]),
            pl.concat([REASONS.to_frame(), *self._reasons]),
        )

    def _run(
        self, run: int, mode: str, certainty: str, acting: Acting, told_before: set[int]
    ) -> None:
        unfolded = self.unfolded
        hit, other = self._hits()[certainty]
        laws = laws_of(acting, self.events, unfolded.sets, hit)
        if laws is None:
            return
        if certainty == "sure":
            drawn = sparing_laws_of(acting, self.events, unfolded.sets, hit, other)
        else:
            drawn = laws_of(acting, self.events, unfolded.sets, other)
        draws = drawn or untouched(len(other))
        graph = unfolded.graph
        if mode == "software":
            # nobody keeps updates in store
            graph = graph._replace(buffer_days=np.zeros_like(graph.buffer_days))
        course = reach_bound(graph, laws, draws, self.end)
        top = unfolded.tops[mode]
        self._steps.append(day_steps(run, top, course))
        lost = np.flatnonzero((top >= 0) & np.isfinite(course.fell[top]))
        routes = Routes(self.offers, unfolded, self.events, graph, laws, draws, course, hit, acting)
        told = [(run, part, *routes.reason(int(top[part]))) for part in lost.tolist()]
        self._reasons.append(pl.DataFrame(told, schema=REASONS, orient="row"))
        nodes = {part: int(top[part]) for part in lost.tolist() if part not in told_before}
        if self.explained is not None and nodes:
            self.explained.take(run, mode, routes, nodes)
        told_before.update(nodes)


def day_steps(run: int, top: np.ndarray, course: Course) -> pl.DataFrame:
    """Return the steps of the parts whose nodes are given, by day."""
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
