"""Where units ordered on one day are there, and how long an order may be put off for nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.arrivals import arriving_whole
from keepline.maths.pooling import WHOLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.stock.ground import Meeting, View

    Flags = NDArray[np.bool_]


class Sight(NamedTuple):
    """Hold where a unit ordered on one day is there, cell by cell."""

    day: float
    at_centre: Flags
    at_depot: Flags
    anywhere: Flags


def sight(view: View, arrival: float) -> Sight:
    """Return where units that reach the centre on a day are there, where they come at all.

    Args:
        view: The pool.
        arrival: The day.
    """
    meeting, ships = view.meeting, view.ship_days
    day = np.repeat(view.dates.day, len(meeting.laws))[:, None]
    whole = arriving_whole(meeting.every, np.array([arrival]), np.ones(1, np.int64))
    comes = np.tile(whole[meeting.laws], (len(view.dates.day), 1)) > 0
    at_centre = comes & (arrival <= day - ships[None, :])
    at_depot = comes & (np.ceil(arrival + ships)[None, :] <= day)
    at_depot[:, 0] = False
    served = (view.cells.f > 0.0).any(axis=0)
    anywhere = np.asarray((at_centre | at_depot)[:, served].any(axis=1))
    return Sight(arrival, at_centre, at_depot, anywhere)


def free_until(view: View, first: Sight) -> float | None:
    """Return the last day to which a first-day order may be put off without any loss.

    Up to that day an order is there in every month that decides, at every place and under every
    law, in which one of the first day is.

    Args:
        view: The pool, with the weights of the dates that decide.
        first: Where units ordered on the first day are there.
    """
    meeting = view.meeting
    latest, found = _latest(view, first), 0.0
    if latest == math.inf:
        return None
    latest = min(latest, _next_cut(view, first) - 1.0)
    steps = _steps(meeting)
    for begin, end in zip(steps, [*steps[1:], math.inf], strict=True):
        wait = meeting.arrival_day(begin) - begin
        if not first.day <= begin + wait <= latest:
            break
        # orders are placed on whole days, so that all within a step take as long
        found = min(math.floor(latest - wait), end - 1.0)
        if found < end - 1.0:
            break
    return min(found, view.dates.length - 1.0)


def _latest(view: View, first: Sight) -> float:
    """Return the last day at the centre that is as good as the first order's; inf for any."""
    weighs = (view.cells.weight > 0.0)[:, None] & (view.cells.f > 0.0)
    day = np.repeat(view.dates.day, len(view.meeting.laws))[:, None]
    ships = view.ship_days[None, :]
    central = np.where(first.at_centre & weighs, np.floor(day - ships), np.inf)
    # it is at a depot on the first whole day after it was sent and shipped
    depot = np.where(first.at_depot & weighs, np.floor(np.floor(day) - ships), np.inf)
    return float(min(central.min(initial=np.inf), depot.min(initial=np.inf)))


def _next_cut(view: View, first: Sight) -> float:
    """Return the first day from which an order is lost where the first day's was not."""
    meeting, days = view.meeting, [math.inf]
    whole = arriving_whole(meeting.every, np.array([first.day]), np.ones(1, np.int64))[:, 0] > 0
    for law in meeting.laws[whole[meeting.laws]]:
        at = slice(meeting.every.first[law], meeting.every.first[law + 1])
        start, share = meeting.every.start[at], meeting.every.supply_share[at]
        days.extend(start[(start > first.day) & (share < WHOLE)][:1].tolist())
    return min(days)


def _steps(meeting: Meeting) -> list[float]:
    """Return the days on which something changes under some law of the part, from day 0."""
    rows = [
        meeting.every.start[meeting.every.first[law] : meeting.every.first[law + 1]]
        for law in meeting.laws
    ]
    return sorted({max(0.0, float(math.ceil(day))) for day in np.concatenate(rows)})
