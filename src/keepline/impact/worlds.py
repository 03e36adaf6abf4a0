"""Find how probably parts lose something, and when, in worlds drawn at random."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.impact.chances import chances_of
from keepline.impact.hits import tests_of
from keepline.impact.offers import offers_of
from keepline.impact.paths import unfold
from keepline.impact.timelines import acting_of, acts_of, steps_of
from keepline.maths.days import TOLERANCE
from keepline.maths.intervals import share_interval
from keepline.maths.lossdates import asked_for, counting
from keepline.maths.outcomes import beginnings
from keepline.maths.worlddates import dated_cuts, world_dates
from keepline.maths.worlds import WORLDS_A_WORD, Ask
from keepline.model.branches import spans_of
from keepline.model.calendar import month_edges, month_starts
from keepline.model.results import CERTAINTIES, MODES, RESULTS
from keepline.model.scenario import check_against

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from keepline.impact.paths import Unfolded
    from keepline.model.event import Change, Event
    from keepline.model.network import Network
    from keepline.model.scenario import Scenario

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

TENTHS: Final = (10, 50, 90)
GONE: Final = 1e-12


@dataclass(frozen=True)
class Drawn:
    """Hold what parts lose in worlds drawn at random.

    Attributes:
        worlds: How many were drawn.
        loss_chances: How probably each part loses something within the plan, and when.
        loss_chances_by_month: The same by the end of each month.
        left_out: In sentences, what whole losses for good leave out; empty where every world is
            exact.
    """

    worlds: int
    loss_chances: pl.DataFrame
    loss_chances_by_month: pl.DataFrame
    left_out: tuple[str, ...]


def draw(network: Network, scenario: Scenario, worlds: int = 1024, seed: int = 0) -> Drawn:
    """Draw when events begin, in many worlds, and find when parts fall short in each.

    Losses are whole and for good: a delivery is lost when nothing is left of it, and an item when
    any of its normal supply is missing. What that leaves out is told.

    Args:
        network: What there is.
        scenario: What may happen.
        worlds: How many worlds; rounded up to a multiple of 64.
        seed: Seed of every draw.

    Raises:
        InputError: When the scenario names what the network does not have.
    """
    check_against(scenario, network).raise_if_any()
    offers = offers_of(network)
    unfolded = unfold(offers, tests_of(scenario, offers))
    worlds = math.ceil(max(worlds, 1) / WORLDS_A_WORD) * WORLDS_A_WORD
    begins = beginnings(chances_of(scenario.events, network.start), seed, 0, worlds)
    play = _Play(network, scenario.events, unfolded, begins)
    chances: list[tuple[object, ...]] = []
    months: list[tuple[object, ...]] = []
    names = offers.parts["part_id"].to_list()
    for mode in MODES:
        before: Floats | None = None
        for certainty in CERTAINTIES:
            parts, dates = play.dates(mode, certainty)
            for place, part in enumerate(parts.tolist()):
                mine = dates[place]
                is_old = before is not None and np.array_equal(before[place], mine)
                if np.isfinite(mine).any() and not is_old:
                    key = (names[part], mode, certainty)
                    chances.append((*key, *_chance(mine, network.start)))
                    months += [(*key, *row) for row in _by_month(mine, network)]
            before = dates
    return Drawn(
        worlds,
        _declared("loss_chances", chances),
        _declared("loss_chances_by_month", months),
        left_out(scenario.events, unfolded),
    )


@dataclass(frozen=True)
class _Play:
    """Hold the drawn beginnings of events [events, worlds], and carry them to the parts."""

    network: Network
    events: Sequence[Event]
    unfolded: Unfolded
    begins: Floats

    def dates(self, mode: str, certainty: str) -> tuple[Ints, Floats]:
        """Return the parts that receive a mode, and the day of its loss in each world."""
        unfolded, graph = self.unfolded, self.unfolded.graph
        if mode == "software":
            graph = graph._replace(buffer_days=np.zeros_like(graph.buffer_days))
        hits = (unfolded.sure, unfolded.possible, unfolded.maybe)
        hit = hits[CERTAINTIES.index(certainty)]
        used = np.unique(hit)
        cut_on = np.array([self._cut_on(mode, unfolded.sets[one]) for one in used.tolist()])
        # each set of events stands for itself from here on; the empty one first, as it must
        sets: list[tuple[int, ...]] = [()] + [(place,) for place in range(len(used))]
        place_of = np.searchsorted(used, hit) + 1
        cuts = dated_cuts(cut_on, sets, place_of.astype(np.int64))
        top = unfolded.tops[mode]
        parts = np.flatnonzero(top >= 0)
        ask = Ask(asked_for(graph, 1.0), counting(graph))
        found = world_dates(graph, cuts, ask, top[parts])
        return parts, np.where(found < self.network.horizon_days, found, np.inf)

    def _cut_on(self, mode: str, members: tuple[int, ...]) -> Floats:
        """Return the day from which nothing is left of what a set of events hits, by world."""
        mine = [one for one in members if self.events[one].change(mode) is not None]
        cut_on = np.full(self.begins.shape[1], np.inf)
        if mine:
            ways, way_of = np.unique(self.begins[mine], axis=1, return_inverse=True)
            days = [self._cut_by(mode, mine, way) for way in ways.T.tolist()]
            cut_on = np.array(days)[way_of.reshape(-1)]
        return cut_on

    def _cut_by(self, mode: str, members: Sequence[int], begins: Sequence[float]) -> float:
        start = self.network.start
        spans = [
            span
            for one, day in zip(members, begins, strict=True)
            if math.isfinite(day)
            for span in spans_of(self.events[one], start + dt.timedelta(days=day), start)
        ]
        acts = acts_of(acting_of(spans, self.events, mode), self.events, members)
        steps = steps_of([act for of_event in acts.values() for act in of_event])
        return next((day for day, (left, _, _) in steps if left <= GONE), math.inf)


def _chance(dates: Floats, start: dt.date) -> tuple[object, ...]:
    """Return probability, low, high; and for each tenth the date with its interval; and worlds."""
    worlds = len(dates)
    whole = share_interval(np.array([np.isfinite(dates).sum()]), worlds)
    ordered, told = np.sort(dates), list[dt.date | None]()
    for tenth in TENTHS:
        hits = math.ceil(tenth * worlds / 100)
        # the dates whose ranks bound the share: what may be the tenth of all that could be drawn
        ranks = share_interval(np.array([hits]), worlds)
        low = max(math.floor(float(ranks.low[0]) * worlds), 1)
        high = min(math.ceil(float(ranks.high[0]) * worlds), worlds)
        told += [_date(ordered[rank - 1], start) for rank in (hits, low, high)]
    share = (float(whole.mean[0]), float(whole.low[0]), float(whole.high[0]))
    return (*share, *told, worlds)


def _by_month(dates: Floats, network: Network) -> Iterable[tuple[object, ...]]:
    edges = np.array(month_edges(network.start, network.end)[1:])
    hits = (dates[:, None] < edges - TOLERANCE).sum(axis=0).astype(np.int64)
    shares = share_interval(hits, len(dates))
    return zip(
        month_starts(network.start, network.end),
        shares.mean.tolist(),
        shares.low.tolist(),
        shares.high.tolist(),
        strict=True,
    )


def _date(day: float, start: dt.date) -> dt.date | None:
    return start + dt.timedelta(days=math.floor(day + TOLERANCE)) if math.isfinite(day) else None


def _declared(table: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in RESULTS[table].columns().items()}
    found = pl.DataFrame(rows, schema, orient="row")
    order = [
        pl.col(name).replace_strict(words, range(len(words)), return_dtype=pl.Int64)
        for name, words in (("mode", MODES), ("certainty", CERTAINTIES))
    ]
    return found.sort("part_id", *order, maintain_order=True)


def left_out(events: Sequence[Event], unfolded: Unfolded) -> tuple[str, ...]:
    """Say what whole losses for good leave out of these events and this graph."""
    used = sorted({one for members in unfolded.sets for one in members})
    changes = [(events[one], change) for one in used for _, change in events[one].effect]
    said = []
    partial = _named(event for event, change in changes if _is_partial(change))
    if partial:
        said.append(f"{partial}: shares left or let through are not counted as losses.")
    ending = _named(
        event
        for event, change in changes
        if event.lifts
        or (
            (change.capacity < 1.0 or change.stop_after_days is not None)
            and (event.until or event.suspended)
        )
    )
    if ending:
        said.append(f"{ending}: a loss that ends or eases again counts as one that stays.")
    counts = unfolded.graph.qualification_days <= 0.0
    if not counts.all():
        said.append("Sources that are not approved yet count as if they never were.")
    if (unfolded.graph.share[counts] < 1.0 - TOLERANCE).any():
        said.append(
            "What falls short in part counts as lost to those who need it: dates behind it are at "
            "the soonest."
        )
    return tuple(said)


def _is_partial(change: Change) -> bool:
    return 0.0 < change.capacity < 1.0


def _named(events: Iterable[Event]) -> str:
    return ", ".join(dict.fromkeys(event.event_id for event in events))
