"""What lies on the shelves of a family on day 0, and what comes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.arrivals import leaving_days
from keepline.maths.field.family import Coming, Stock
from keepline.simulation.schedule import schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.pooling import Laws
    from keepline.model.arrays import Pools
    from keepline.simulation.play import Bought

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


def stock_on(spot: Whole, pools: Pools, mine: Whole, laws: Laws) -> Stock:
    """Return a family's stock of day 0, batch by batch.

    Where moves have taken units away, those that keep longest are gone: the others are as they
    were, and no unit is used that is not there.

    Args:
        spot: Place of each depot in its tree [depots].
        pools: Pools with the stock of a course.
        mine: The family's pools.
        laws: Every law of supply.
    """
    kept = pools.keeping
    part, location, batch, quantity = [], [], [], []
    for place, pool in enumerate(mine):
        for at in range(pools.first[pool], pools.first[pool + 1]):
            left = int(pools.on_hand[at])
            # batches stand in the order in which they leave
            for one in range(kept.first[at], kept.first[at + 1]):
                units = min(left, int(kept.quantity[one]))
                left -= units
                if units:
                    part.append(place)
                    location.append(spot[pools.depot[at]])
                    batch.append(one)
                    quantity.append(units)
    chosen = np.array(batch, np.int64)
    leave = leaving_days(laws, kept.leave_day[chosen], kept.is_lent[chosen])
    return Stock(
        np.array(part, np.int64),
        np.array(location, np.int64),
        np.array(quantity, np.int64),
        np.ascontiguousarray(leave.T),
    )


def coming_in(
    spot: Whole, pools: Pools, mine: Whole, purchases: list[Bought] | None, laws: Laws
) -> Coming:
    """Return what comes to a family's shelves: orders due, moves under way, purchases.

    Args:
        spot: Place of each depot in its tree [depots].
        pools: Pools with the orders of a course.
        mine: The family's pools.
        purchases: Each pool's purchases; None for none.
        laws: Every law of supply.
    """
    found = [
        schedule(pools, laws, pool, None if purchases is None else purchases[pool]) for pool in mine
    ]
    day = np.maximum(np.concatenate([one.day for one in found]), 0.0)
    part = np.repeat(np.arange(len(mine)), [len(one.day) for one in found])
    depots = [
        pools.depot[pools.first[pool] + one.location] for pool, one in zip(mine, found, strict=True)
    ]
    location = spot[np.concatenate(depots)]
    quantity = np.concatenate([one.quantity for one in found], axis=1)
    order = np.argsort(day, kind="stable")
    return Coming(day[order], part[order], location[order], quantity[:, order])
