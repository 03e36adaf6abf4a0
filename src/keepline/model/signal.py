"""What one may wait for: whether an event happens, and the day on which that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepline.model.branches import branches
from keepline.model.calendar import date_of
from keepline.model.errors import InputError, PlanError
from keepline.model.fields import nearest

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.scenario import Scenario


@dataclass(frozen=True)
class Signal:
    """Hold whether an event happens, branch by branch, and when that is known.

    Attributes:
        event_id: The event.
        known_on: The day on which it is known whether it happens.
        happens: Whether it happens in each branch, in the order of the branches.
        chance: Probability that it happens.
        first_on: The earliest day on which it may begin.
        last_on: The latest day on which it may begin.
    """

    event_id: str
    known_on: dt.date
    happens: tuple[bool, ...]
    chance: float
    first_on: dt.date
    last_on: dt.date


def signal_of(
    scenario: Scenario, start: dt.date, event_id: str, known_on: dt.date | None = None
) -> Signal:
    """Return what is known once it is known whether an event happens.

    Args:
        scenario: What may happen.
        start: The plan's first day.
        event_id: The event that one may wait for.
        known_on: When it is known whether it happens; without it, the earliest day on which the
            event begins in any branch.

    Raises:
        InputError: When the scenario has no such event.
        PlanError: When the event happens in every branch or in none, so that nothing is learnt.
    """
    known = [event.event_id for event in scenario.events]
    if event_id not in known:
        hint = nearest(event_id, known) or _listing(known)
        raise InputError(f"The scenario has no event {event_id}. {hint}", code="IN-253")
    found = branches(scenario, start)
    begins = [[span.began for span in one.timeline if span.event_id == event_id] for one in found]
    days = [min(one) for one in begins if one]
    if not days or len(days) == len(found):
        word = "every branch" if days else "no branch"
        raise PlanError(
            f"The event {event_id} happens in {word} of the scenario, so waiting for it tells "
            "nothing. Name an event that may happen or not.",
            "KL-036",
        )
    first_on = date_of(min(days), start)
    chance = sum(one.probability for one, days_in in zip(found, begins, strict=True) if days_in)
    return Signal(
        event_id=event_id,
        known_on=known_on or first_on,
        happens=tuple(bool(one) for one in begins),
        chance=chance,
        first_on=first_on,
        last_on=date_of(max(days), start),
    )


def _listing(known: list[str]) -> str:
    return f"It has {', '.join(known)}." if known else "It has no events at all."
