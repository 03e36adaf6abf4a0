"""Forget what was not yet known on a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from keepline.model.event import Event, Suspension


def known_events(
    events: Iterable[Event], day: dt.date, *, is_part: bool = False
) -> tuple[Event, ...]:
    """Return the events that were known on a day, with the suspensions known by then.

    An event without a day of becoming known is a planner's supposition and stays, unless it waits
    for one that is not known yet. What is told of unknown events beside that (that one must not
    happen, that one is lifted) is left out; an event that would lift nothing goes with it.

    Args:
        events: The events.
        day: The day.
        is_part: Whether the events may name others that are not given here.
    """
    kept = {
        event.event_id: replace(
            event, suspended=tuple(one for one in event.suspended if _is_known(one, event, day))
        )
        for event in events
        if event.known_on is None or event.known_on <= day
    }
    if is_part:
        return tuple(kept.values())
    while lost := [one for one in kept.values() if _hangs_in_the_air(one, kept)]:
        for event in lost:
            del kept[event.event_id]
    return tuple(
        replace(
            event,
            bars=tuple(one for one in event.bars if one in kept),
            lifts=tuple(one for one in event.lifts if one in kept),
        )
        for event in kept.values()
    )


def _hangs_in_the_air(event: Event, kept: dict[str, Event]) -> bool:
    is_waiting = any(one not in kept for one in event.needs)
    return is_waiting or (bool(event.lifts) and not any(one in kept for one in event.lifts))


def _is_known(pause: Suspension, event: Event, day: dt.date) -> bool:
    if pause.known_on is None and event.known_on is None:
        return True  # supposed, as the event is
    return (pause.known_on or pause.first) <= day
