"""Spread orders over quarters, so that none costs more than a quarter may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.model.calendar import add_months, quarter_start
from keepline.stock.ground import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.stock.ground import View

    Number = NDArray[np.float64]

QUARTER_MONTHS = 3


@dataclass(frozen=True)
class Spread:
    """Hold the orders as they are placed.

    Attributes:
        deliveries: Each pool's units, with the days of order and arrival.
        dropped: Units that no quarter had money for in time [pools].
    """

    deliveries: list[Delivery]
    dropped: NDArray[np.int64]


def order_days(network: Network) -> list[float]:
    """Return the first day of the plan and of every later calendar quarter in it."""
    days = [0.0]
    first = add_months(quarter_start(network.start), QUARTER_MONTHS)
    while first <= network.end:
        days.append(network.day(first))
        first = add_months(first, QUARTER_MONTHS)
    return days


def spread(
    views: Sequence[View],
    wanted: Sequence[Delivery],
    costs: Number,
    order_by: Number,
    days: Sequence[float],
    per_quarter: float,
    minimum_order: NDArray[np.int64],
) -> Spread:
    """Place the most urgent orders first, as far as each quarter's money goes.

    Args:
        views: Each pool.
        wanted: Each pool's units, as if all were ordered on the first day.
        costs: Price of a unit [pools].
        order_by: Last day to order in time [pools]; the earliest goes first.
        days: The days on which orders may be placed, the first of each quarter.
        per_quarter: The most that a quarter may cost.
        minimum_order: Fewest units in one order [pools].
    """
    left = np.array([delivery.quantity.sum() for delivery in wanted])
    placed: list[list[tuple[float, int]]] = [[] for _ in views]
    urgency = np.argsort(order_by, kind="stable")
    for day in days:
        room = per_quarter
        for pool in urgency:
            if left[pool] == 0 or not _is_useful(views[pool], day):
                continue
            fits = int(room // costs[pool]) if costs[pool] > 0.0 else int(left[pool])
            units = int(min(left[pool], fits))
            least = int(minimum_order[pool])
            if 0 < left[pool] - units < least:
                # what is left for a later quarter must be an order of its own
                units = int(left[pool]) - least
            if units < least:
                continue
            placed[pool].append((day, units))
            left[pool] -= units
            room -= units * costs[pool]
    return Spread(
        [_delivery(view, wanted[view.pool], placed[view.pool]) for view in views],
        left.astype(np.int64),
    )


def _is_useful(view: View, day: float) -> bool:
    """Tell whether an order still comes before any cut and within the plan.

    On the first day even what comes late is worth ordering: that is what was chosen.
    """
    meeting = view.meeting
    is_in_time = meeting.arrival_day(day) < view.dates.length
    return day == 0.0 or (day <= meeting.last_order_day() and is_in_time)


def _delivery(view: View, wanted: Delivery, placed: Sequence[tuple[float, int]]) -> Delivery:
    """Fill the pool's locations in turn from each order, those nearest the sites first."""
    queue = list(zip(wanted.location, wanted.quantity, strict=True))
    rows: list[tuple[int, float, float, int]] = []
    for day, units in placed:
        room = units
        there = view.meeting.arrival_day(day)
        while room > 0:
            location, quantity = queue.pop()
            taken = min(room, int(quantity))
            arrives = there if location == 0 else float(np.ceil(there + view.ship_days[location]))
            rows.append((int(location), day, arrives, taken))
            room -= taken
            if quantity > taken:
                queue.append((location, quantity - taken))
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    return Delivery(
        np.array(columns[0], np.int64),
        np.array(columns[1], np.float64),
        np.array(columns[2], np.float64),
        np.array(columns[3], np.int64),
    )
