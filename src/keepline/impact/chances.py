"""Lay out what is known of a scenario's events as arrays, and draw when they begin."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.outcomes import Chances
from keepline.model.scenario import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from keepline.model.event import Event

    Ints = NDArray[np.int64]


def chances_of(events: Sequence[Event], start: dt.date) -> Chances:
    """Return the events of a scenario as arrays, by their places in its file.

    Args:
        events: The events.
        start: The plan's first day: day 0.
    """
    place = {event.event_id: number for number, event in enumerate(events)}
    causes = {cause: number for number, cause in enumerate(dict.fromkeys(_causes(events)))}
    dates = [event.begins.dates if event.begins else () for event in events]
    told = [one for law in dates for one in law]
    return Chances(
        order=np.array([place[one.event_id] for one in in_order(tuple(events))], np.int64),
        probability=np.array([one.probability for one in events], np.float64),
        cause=np.array([causes.get(one.cause, -1) for one in events], np.int64),
        first_if=_firsts(len(one.needs) for one in events),
        needs=np.array([place[need] for one in events for need in one.needs], np.int64),
        first_unless=_firsts(len(one.bars) for one in events),
        bars=np.array([place[bar] for one in events for bar in one.bars], np.int64),
        lag_days=np.array([one.lag_days for one in events], np.float64),
        first_date=_firsts(len(law) for law in dates),
        day=np.array([(day - start).days for day, _ in told], np.float64),
        chance=np.array([chance for _, chance in told], np.float64),
        last_day=np.array([_last_day(one, start) for one in events], np.float64),
    )


def _causes(events: Iterable[Event]) -> list[str]:
    return [event.cause for event in events if event.cause]


def _firsts(counts: Iterable[int]) -> Ints:
    return np.concatenate([[0], np.cumsum([*counts], dtype=np.int64)]).astype(np.int64)


def _last_day(event: Event, start: dt.date) -> float:
    """Return the last day on which an event can begin and still be in force some day."""
    never = dt.date.max
    end = event.until + dt.timedelta(days=1) if event.until and event.until < never else never
    for pause in sorted(event.suspended, key=lambda one: one.first, reverse=True):
        resumes = pause.last + dt.timedelta(days=1) if pause.last and pause.last < never else never
        if resumes >= end:
            end = min(end, pause.first)
    return math.inf if end == never else float((end - start).days - 1)
