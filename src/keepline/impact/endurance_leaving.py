"""Endurance where units may leave the shelves: a lower bound that does without them.

Up to the day before the first unit may leave, all is as if none ever did. From then on the lower
bound counts as never there what may leave within the plan; the upper bound takes it to stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.arrivals import leaving_days

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from keepline.maths.pooling import Laws
    from keepline.maths.survival import Lasting
    from keepline.model.arrays import Pools, Supply

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Leavers(NamedTuple):
    """Hold which lines lose units that are not used, and what is left without those.

    Attributes:
        rows: The lines, by row of the table [q].
        first_day: Day on which the first unit of each may leave [q].
        pools: Every pool without the units on hand that may leave within the plan.
        comes: Units of each order due that arrive and stay, under each law [laws, orders].
    """

    rows: Ints
    first_day: Floats
    pools: Pools
    comes: Ints


def leavers_of(
    rows: pl.DataFrame, pools: Pools, supply: Supply, laws: Laws, comes: Ints, end: float
) -> Leavers:
    """Find the lines whose units may leave within the plan.

    Args:
        rows: The lines, with `pools` and `locations`.
        pools: Every pool.
        supply: Which laws each part meets.
        laws: What is left of supply and repair.
        comes: Units of each order due that arrive under each law [laws, orders].
        end: The plan's last moment.
    """
    kept, locations = pools.keeping, len(pools.depot)
    of_pool = np.repeat(np.arange(len(pools.part)), np.diff(pools.first))
    life = np.where(kept.attrition > 0.0, 0.0, kept.shelf_life)[of_pool]
    place = np.repeat(np.arange(locations), np.diff(kept.first))
    leave = np.minimum(
        leaving_days(laws, kept.leave_day, kept.is_lent), life[place][:, None]
    )  # fmt: skip
    meets = np.zeros((len(pools.part), len(laws.first) - 1), np.bool_)
    for pool, part in enumerate(pools.part):
        meets[pool, supply.law[part]] = True
    soonest = np.where(meets[of_pool[place]], leave, np.inf).min(axis=1, initial=np.inf)
    goes = soonest < end
    on_hand = pools.on_hand.copy()
    np.subtract.at(on_hand, place[goes], kept.quantity[goes])
    of_order = np.repeat(np.arange(locations), np.diff(pools.due_first))
    stays = pools.due_day + life[of_order] >= end
    # restored units keep as long as any
    first = np.where(life < end, life, np.inf)
    np.minimum.at(first, place[goes], soonest[goes])
    found = np.array([_first_day(first, pools, row) for row in rows["locations"].to_list()])
    which = np.flatnonzero(np.isfinite(found)) if len(found) else np.empty(0, np.int64)
    return Leavers(
        which, found[which], pools._replace(on_hand=on_hand), np.where(stays[None, :], comes, 0)
    )


def _first_day(first: Floats, pools: Pools, locations: list[int]) -> float:
    """Return when the first unit of a line may leave: its own locations' and its centre's."""
    centre = pools.first[np.searchsorted(pools.first, locations[0], side="right") - 1]
    return float(min(first[centre], first[locations].min()))


def narrowed(bounds: Lasting, without: Lasting, leavers: Leavers) -> Lasting:
    """Return bounds that hold whether units leave or not.

    Args:
        bounds: Those of all lines with units that stay.
        without: Those of the lines concerned without the units that may leave.
        leavers: The lines concerned.
    """
    least, hold = bounds.least.copy(), bounds.least_hold.copy()
    short, rows = bounds.short.copy(), leavers.rows
    before = np.maximum(0.0, np.ceil(leavers.first_day) - 1.0).astype(np.int64)
    least[rows] = np.maximum(np.minimum(least[rows], before[:, None]), without.least)
    hold[rows] = without.least_hold
    short[rows] = without.short
    return bounds._replace(least=least, least_hold=hold, short=short)
