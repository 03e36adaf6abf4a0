"""Say what a branch's timeline leaves of a delivery by itself, as steps over days."""

from __future__ import annotations

import math
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Act:
    """Hold one stretch in which an event acts on a delivery.

    Attributes:
        span: When it is in force.
        change: What it does.
        lifts: When events that lift it are in force, and the share that each lets through.
    """

    span: Span
    change: Change
    lifts: tuple[tuple[Span, float], ...] = ()

    def let_through(self, day: float) -> float:
        """Return the share of what is cut that exceptions let through on a day."""
        return max((share for span, share in self.lifts if span.on <= day < span.off), default=0.0)

    def share_at(self, day: float) -> float:
        """Return the share left on a day in force: own + (1 - own) x what is let through."""
        after = self.change.stop_after_days
        is_stopped = after is not None and day >= self.span.began + after
        own = 0.0 if is_stopped else self.change.capacity
        return own + (1.0 - own) * self.let_through(day)


def level_at(day: float, acts: Iterable[Act]) -> Level:
    """Return the share left, lead factor and price factor on a day.

    Where several events are in force the least share and the largest lead factor hold, and price
    factors multiply. An event that is lifted whole changes nothing.
    """
    left, lead, price = WHOLE
    for act in acts:
        if act.span.on <= day < act.span.off and act.let_through(day) < 1.0:
            left = min(left, act.share_at(day))
            lead = max(lead, act.change.lead_factor)
            price *= act.change.price_factor
    return left, lead, price


def steps_of(acting: Sequence[Act]) -> list[tuple[float, Level]]:
    """Return the steps (day, level) from day 0 on; what began before is in force from day 0."""
    days = {0.0}
    for act in acting:
        after = act.change.stop_after_days
        stop = act.span.began + after if after is not None else 0.0
        edges = [act.span.on, act.span.off, stop]
        edges += [day for span, _ in act.lifts for day in (span.on, span.off)]
        days |= {day for day in edges if 0.0 < day < math.inf}
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


def acts_of(
    acting: dict[int, list[tuple[Span, Change]]],
    events: Sequence[Event],
    hit_by: Sequence[int],
) -> dict[int, list[Act]]:
    """Return what a set of events does to a delivery, each with those of the set that lift it.

    Args:
        acting: When each event is in force, and what it does.
        events: The events by number.
        hit_by: The set of events, by number.
    """
    mine = [number for number in hit_by if number in acting]
    lifting = [number for number in mine if events[number].lifts]
    found: dict[int, list[Act]] = {}
    for number in mine:
        if not events[number].lifts:
            lifts = tuple(
                (span, change.capacity)
                for one in lifting
                if events[number].event_id in events[one].lifts
                for span, change in acting[one]
            )
            found[number] = [Act(span, change, lifts) for span, change in acting[number]]
    return found


def laws_of(
    acting: dict[int, list[tuple[Span, Change]]],
    events: Sequence[Event],
    sets: Sequence[tuple[int, ...]],
    hit: Ints,
) -> Laws | None:
    """Return the step functions of all deliveries, or None when nothing changes.

    Args:
        acting: When each event is in force, and what it does.
        events: The events by number.
        sets: Sets of events.
        hit: For each delivery the number of the set that hits it.
    """
    used, of_set = np.unique(hit, return_inverse=True)
    return _laws([acts_of(acting, events, sets[number]) for number in used.tolist()], of_set)


def sparing_laws_of(
    acting: dict[int, list[tuple[Span, Change]]],
    events: Sequence[Event],
    sets: Sequence[tuple[int, ...]],
    sure: Ints,
    maybe: Ints,
) -> Laws | None:
    """Return by how little stock may be drawn on before a loss that is told as sure.

    That is the law of all that may hit a delivery, but for what may stop it whole and for good: if
    that hits, nothing comes from that day on, and how much stock it spares does not matter.

    Args:
        acting: When each event is in force, and what it does.
        events: The events by number.
        sets: Sets of events.
        sure: For each delivery the number of the set that surely hits it.
        maybe: For each delivery the number of the set that may hit it.
    """
    pairs, of_pair = np.unique(np.stack([sure, maybe]), axis=1, return_inverse=True)
    acts = []
    for surely, perhaps in pairs.T.tolist():
        found = acts_of(acting, events, sets[perhaps])
        certain = acts_of(acting, events, sets[surely])
        acts.append(
            {
                number: mine
                for number, mine in found.items()
                if number in certain or not _is_stop_for_good(mine)
            }
        )
    return _laws(acts, of_pair.ravel())


def _is_stop_for_good(acts: Sequence[Act]) -> bool:
    """Say whether acts leave all until a day, and nothing from it on."""
    if len(acts) != 1 or acts[0].lifts or acts[0].span.off < math.inf:
        return False
    change = acts[0].change
    return change.capacity in (0.0, 1.0) and (
        change.capacity == 0.0 or change.stop_after_days is not None
    )


def _laws(acts: Sequence[dict[int, list[Act]]], law_of: Ints) -> Laws | None:
    """Return the step functions of deliveries, given what acts on each kind of them."""
    law_of_kind = np.full(len(acts), -1)
    first = [0]
    steps: list[tuple[float, Level]] = []
    for kind, of_events in enumerate(acts):
        mine = steps_of([act for of_event in of_events.values() for act in of_event])
        if mine:
            law_of_kind[kind] = len(first) - 1
            steps += mine
            first.append(len(steps))
    if not steps:
        return None
    levels = np.array([level for _, level in steps])
    return Laws(
        law_of_kind[law_of],
        np.array(first, np.int64),
        np.array([day for day, _ in steps]),
        levels[:, 0].copy(),
        levels[:, 1].copy(),
        levels[:, 2].copy(),
    )


def untouched(count: int) -> Laws:
    """Return the law of deliveries that nothing changes."""
    none = np.empty(0)
    return Laws(np.full(count, -1), np.zeros(1, np.int64), none, none, none, none)
