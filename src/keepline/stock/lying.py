"""The stock of a pool at every date and law: what lies there, what is due, what is harvested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.arrivals import arriving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.stock.ground import Meeting
    from keepline.stock.moving_base import MovingBase

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]


def stock_of(
    pools: Pools, meeting: Meeting, pool: int, day: Number, moving: MovingBase | None
) -> tuple[Whole, Whole]:
    """Return stock with the orders due by then: the centre's a ship time ago, the depots' now.

    Args:
        pools: Every pool.
        meeting: The laws that the part meets.
        pool: The pool's row.
        day: Of each cell [n].
        moving: How a programme changes the base, with its harvests; None where none does.
    """
    first, last = pools.first[pool], pools.first[pool + 1]
    ships = pools.ship_days[first:last]
    central = _stock_at(pools, meeting, int(first), day[:, None] - ships[None, :])
    depots = [_stock_at(pools, meeting, row, day[:, None])[:, 0] for row in range(first, last)]
    depots[0] = np.zeros(len(day), np.int64)  # what lies at the centre counts as central stock
    there = np.ascontiguousarray(np.stack(depots, axis=1))
    if moving is None:
        return central, there
    to_centre, to_depots = moving.harvested(day, ships)
    return central + to_centre, there + to_depots


def _stock_at(pools: Pools, meeting: Meeting, location: int, day: Number) -> Whole:
    due = slice(pools.due_first[location], pools.due_first[location + 1])
    centre_day = pools.due_day[due] - pools.ship_days[location]
    units_due, is_moved = pools.due_quantity[due], pools.due_is_moved[due]
    comes = arriving(meeting.every, centre_day, units_due, is_moved)[meeting.laws]
    units = np.tile(comes, (len(day) // len(meeting.laws), 1))
    found = np.full(day.shape, pools.on_hand[location], np.int64)
    for order, there in enumerate(pools.due_day[due]):
        found += units[:, order, None] * (there <= day)
    return found
