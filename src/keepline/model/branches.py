"""The branches of a scenario: every way in which its events may turn out, with its probability."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keepline.model.errors import PlanError
from keepline.model.scenario import in_order

if TYPE_CHECKING:
    from keepline.model.event import Event
    from keepline.model.scenario import Scenario

MOST_BRANCHES: Final = 4096
NEVER_ENDS: Final = math.inf
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Say when an event is in force.

    Attributes:
        event_id: The event.
        on: Its first day, as days since the plan's first (negative when it lies before).
        off: The day from which it is no longer in force; infinite when it stays.
        began: The event's very first day, from which delays of its effects count.
    """

    event_id: str
    on: float
    off: float
    began: float


@dataclass(frozen=True, slots=True)
class Branch:
    """Hold one way in which the scenario may turn out.

    Attributes:
        branch_id: b1 for the most probable, and so on.
        probability: Its probability.
        timeline: When which event is in force, in the order of the scenario's file.
        what: The same in words.
    """

    branch_id: str
    probability: float
    timeline: tuple[Span, ...]
    what: str


# For each event so far the date on which it begins, None when it does not happen; and for each
# cause drawn so far the cell of its draw.
_Dates = tuple["dt.date | None", ...]
_State = tuple[_Dates, tuple[tuple[str, int], ...]]


def branches(scenario: Scenario, start: dt.date) -> tuple[Branch, ...]:
    """Return the branches of a scenario, the most probable first.

    An event happens when its conditions hold, with its probability, on a date of its law; events
    of one cause share one draw. An event that would end before it begins does not happen.
    Branches with the same timeline are one. Probabilities add up to 1.

    Args:
        scenario: What may happen.
        start: The plan's first day: day 0 of the timelines.

    Returns:
        The branches; one, without any event, for an empty scenario.

    Raises:
        PlanError: When there are more than 4,096 of them.
    """
    ordered = in_order(scenario.events)
    states: dict[_State, float] = {((), ()): 1.0}
    for index, event in enumerate(ordered):
        states = _after(states, ordered, index)
        if len({dates for dates, _ in states}) > MOST_BRANCHES:
            raise PlanError(_too_many(ordered, event), "KL-035")
    timelines: dict[tuple[Span, ...], list[float]] = {}
    for (dates, _), probability in states.items():
        begins = {event.event_id: date for event, date in zip(ordered, dates, strict=True)}
        spans: list[Span] = []
        for event in scenario.events:
            spans += spans_of(event, begins[event.event_id], start)
        timelines.setdefault(tuple(spans), []).append(probability)
    found = sorted(
        ((math.fsum(chances), timeline) for timeline, chances in timelines.items()),
        key=lambda one: (-one[0], one[1]),
    )
    return tuple(
        Branch(f"b{number}", probability, timeline, _in_words(scenario, timeline, start))
        for number, (probability, timeline) in enumerate(found, 1)
    )


def has_too_many_branches(scenario: Scenario, start: dt.date) -> bool:
    """Tell whether a scenario has more branches than can be told apart."""
    try:
        branches(scenario, start)
    except PlanError:
        return True
    return False


def _after(
    states: dict[_State, float], ordered: tuple[Event, ...], index: int
) -> dict[_State, float]:
    event = ordered[index]
    following: dict[_State, float] = {}
    for (dates, cells), probability in states.items():
        for cell, draw_chance, happens_chance in _draws(event, ordered, dates, cells):
            kept = cells if cell < 0 else tuple(sorted({**dict(cells), event.cause: cell}.items()))
            begun = _beginnings(event, ordered, dates) if happens_chance > 0.0 else {}
            left = 1.0
            for date, chance in begun.items():
                share = chance * happens_chance
                left -= share
                _add(following, ((*dates, date), kept), probability * draw_chance * share)
            if left > 1e-15:  # noqa: PLR2004 -- rounding, not a branch
                _add(following, ((*dates, None), kept), probability * draw_chance * left)
    last = not any(later.cause == event.cause for later in ordered[index + 1 :])
    return _forget(following, event.cause) if event.cause and last else following


def _draws(
    event: Event, ordered: tuple[Event, ...], dates: _Dates, cells: tuple[tuple[str, int], ...]
) -> list[tuple[int, float, float]]:
    """Return (cell of the cause, its probability, probability that the event happens in it)."""
    if not _may_happen(event, ordered, dates):
        return [(-1, 1.0, 0.0)]
    if not event.cause:
        return [(-1, 1.0, event.probability)]
    edges = sorted({one.probability for one in ordered if one.cause == event.cause} | {1.0})
    drawn = dict(cells).get(event.cause)
    if drawn is not None:
        return [(drawn, 1.0, float(edges[drawn] <= event.probability))]
    widths = [high - low for low, high in zip([0.0, *edges], edges, strict=False)]
    return [
        (cell, width, float(edges[cell] <= event.probability))
        for cell, width in enumerate(widths)
        if width > 0.0
    ]


def _may_happen(event: Event, ordered: tuple[Event, ...], dates: _Dates) -> bool:
    begins = {one.event_id: date for one, date in zip(ordered, dates, strict=False)}
    return all(begins[one] is not None for one in event.needs) and all(
        begins[one] is None for one in event.bars
    )


def _beginnings(event: Event, ordered: tuple[Event, ...], dates: _Dates) -> dict[dt.date, float]:
    """Return the dates on which the event may begin, given that it happens, and their chances."""
    begins = {one.event_id: date for one, date in zip(ordered, dates, strict=False)}
    after = [date for one in event.needs if (date := begins[one]) is not None]
    earliest = max(after) + dt.timedelta(days=event.lag_days) if after else dt.date.min
    law = event.begins.dates if event.begins else ((earliest, 1.0),)
    found: dict[dt.date, float] = {}
    for date, chance in law:
        first = max(date, earliest)
        if chance > 0.0 and _in_force(event, first):
            found[first] = found.get(first, 0.0) + chance
    return found


def _add(states: dict[_State, float], state: _State, probability: float) -> None:
    states[state] = states.get(state, 0.0) + probability


def _forget(states: dict[_State, float], cause: str) -> dict[_State, float]:
    kept: dict[_State, float] = {}
    for (dates, cells), probability in states.items():
        _add(kept, (dates, tuple(one for one in cells if one[0] != cause)), probability)
    return kept


def _in_force(event: Event, first: dt.date) -> list[tuple[dt.date, dt.date | None]]:
    """Return the stretches (first day, first day after or None) in which the event is in force."""
    end = _day_after(event.until)
    stretches = []
    for pause in event.suspended:
        if first < min(pause.first, end):
            stretches.append((first, min(pause.first, end)))
        first = max(first, _day_after(pause.last))
    if first < end:
        stretches.append((first, end))
    return [(on, None if off == dt.date.max else off) for on, off in stretches]


def _day_after(last: dt.date | None) -> dt.date:
    ends = last is not None and last < dt.date.max
    return last + dt.timedelta(days=1) if last and ends else dt.date.max


def spans_of(event: Event, begins: dt.date | None, start: dt.date) -> list[Span]:
    """Return when an event that begins on a date is in force; never, where it does not happen."""
    if begins is None:
        return []
    began = float((begins - start).days)
    return [
        Span(
            event.event_id,
            float((on - start).days),
            float((off - start).days) if off else NEVER_ENDS,
            began,
        )
        for on, off in _in_force(event, begins)
    ]


def _in_words(scenario: Scenario, timeline: tuple[Span, ...], start: dt.date) -> str:
    if not scenario.events:
        return "no event"
    clauses = []
    for event in scenario.events:
        if event.is_limb:
            continue
        spans = [span for span in timeline if span.event_id == event.event_id]
        stretches = [_stretch(span, start) for span in spans]
        told = f"{event.event_id} {' and '.join(stretches)}" if spans else f"no {event.event_id}"
        clauses.append(told)
    return "; ".join(clauses)


def _stretch(span: Span, start: dt.date) -> str:
    text = f"from {_written(span.on, start)}"
    return text if span.off == NEVER_ENDS else f"{text} until {_written(span.off - 1, start)}"


def _written(day: float, start: dt.date) -> str:
    # strftime would follow the reader's locale and make results differ from machine to machine
    date = start + dt.timedelta(days=day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _too_many(ordered: tuple[Event, ...], event: Event) -> str:
    counts = {one.event_id: len(one.begins.dates) if one.begins else 1 for one in ordered}
    most = sorted(counts, key=lambda one: -counts[one])[:3]
    named = ", ".join(f"{one} ({counts[one]} dates)" for one in most)
    return (
        f"The scenario has more than {MOST_BRANCHES:,} branches by the time {event.event_id} is "
        f"counted in. Give events fewer dates ({named}), let events that go together share a "
        "cause, or merge events that hit the same things. Losses can still be told by worlds "
        "drawn at random: keepline impact --worlds 1024"
    )
