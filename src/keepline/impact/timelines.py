"""Say what a branch's timeline leaves of a delivery by itself, as steps over days."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.tiers import Laws

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from keepline.model.branches import Span
    from keepline.model.event import Change, Event

    Ints = NDArray[np.int64]
    Level = tuple[float, float, float]

WHOLE: Level = (1.0, 1.0, 1.0)


def level_at(day: float, acting: Iterable[tuple[Span, Change]]) -> Level:
    """Return the share left, lead factor and price factor on a day.

    Where several events are in force the least share and the largest lead factor hold, and price
    factors multiply.
    """
    left, lead, price = WHOLE
    for span, change in acting:
        if span.on <= day < span.off:
            left = min(left, share_at(day, span, change))
            lead = max(lead, change.lead_factor)
            price *= change.price_factor
    return left, lead, price


def share_at(day: float, span: Span, change: Change) -> float:
    """Return the share that one event in force leaves on a day."""
    after = change.stop_after_days
    return 0.0 if after is not None and day >= span.began + after else change.capacity


def steps_of(acting: Sequence[tuple[Span, Change]]) -> list[tuple[float, Level]]:
    """Return the steps (day, level) from day 0 on; what began before is in force from day 0."""
    days = {0.0}
    for span, change in acting:
        stop = span.began + change.stop_after_days if change.stop_after_days is not None else 0.0
        days |= {day for day in (span.on, span.off, stop) if 0.0 < day < math.inf}
    steps: list[tuple[float, Level]] = []
    level = WHOLE
    for day in sorted(days):
        new = level_at(day, acting)
        if new != level:
            steps.append((day, new))
            level = new
    return steps


def acting_of(
    timeline: Sequence[Span], events: Sequence[Event], mode: str
) -> dict[int, list[tuple[Span, Change]]]:
    """Return, for each event (by number) that changes a mode, when it does and how."""
    number_of = {event.event_id: number for number, event in enumerate(events)}
    acting: dict[int, list[tuple[Span, Change]]] = {}
    for span in timeline:
        number = number_of[span.event_id]
        change = events[number].change(mode)
        if change is not None:
            acting.setdefault(number, []).append((span, change))
    return acting


def laws_of(
    acting: dict[int, list[tuple[Span, Change]]], sets: Sequence[tuple[int, ...]], hit: Ints
) -> Laws | None:
    """Return the step functions of all deliveries, or None when nothing changes.

    Args:
        acting: When each event is in force, and what it does.
        sets: Sets of events.
        hit: For each delivery the number of the set that hits it.
    """
    law_of_set = np.full(len(sets), -1)
    first = [0]
    steps: list[tuple[float, Level]] = []
    for number in np.unique(hit).tolist():
        mine = steps_of([one for event in sets[number] for one in acting.get(event, ())])
        if mine:
            law_of_set[number] = len(first) - 1
            steps += mine
            first.append(len(steps))
    if not steps:
        return None
    levels = np.array([level for _, level in steps])
    return Laws(
        law_of_set[hit],
        np.array(first, np.int64),
        np.array([day for day, _ in steps]),
        levels[:, 0].copy(),
        levels[:, 1].copy(),
        levels[:, 2].copy(),
    )
