"""Stock carried between depots on the plan's first day, and the pools that it leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.model.calendar import date_of
from keepline.model.errors import InputError
from keepline.model.results import Moves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.network import Network

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class Carried(NamedTuple):
    """Hold stock carried from one location to another on the first day; k rows.

    Attributes:
        origin: Row of the location that it leaves, in all pools [k].
        target: Row of the location that it goes to [k].
        day: When it is there [k].
        quantity: How many units [k].
    """

    origin: Whole
    target: Whole
    day: Number
    quantity: Whole

    @classmethod
    def nothing(cls) -> Carried:
        """Return no moves."""
        none = np.empty(0, np.int64)
        return cls(none, none, np.empty(0), none)


def days_on_the_way(network: Network, pools: Pools, origin: Whole, target: Whole) -> Number:
    """Return the whole days that stock is on its way between locations of one part [k].

    It goes to the centre, and from there to the other depot; to another tree through both centres,
    with the days of receipt of the centre that receives it.

    Args:
        network: Its depots.
        pools: Every pool.
        origin: Rows of locations [k].
        target: Rows of locations [k].
    """
    pool = np.repeat(np.arange(len(pools.part)), np.diff(pools.first))
    receipt = np.array(network["depots"]["ship_days"].to_numpy(), np.float64)
    days = pools.ship_days[origin] + pools.ship_days[target]
    enters = pool[origin] != pool[target]
    return np.asarray(np.ceil(days + np.where(enters, receipt[pools.root[pool[target]]], 0.0)))


def moved(pools: Pools, carried: Carried) -> Pools:
    """Return the pools as the moves leave them: the stock that goes is gone, and due elsewhere.

    Args:
        pools: Every pool, with today's stock where it lies.
        carried: The moves.
    """
    if not len(carried.quantity):
        return pools
    on_hand = pools.on_hand.copy()
    np.subtract.at(on_hand, carried.origin, carried.quantity)
    location = np.repeat(np.arange(len(on_hand)), np.diff(pools.due_first))
    location = np.concatenate((location, carried.target))
    day = np.concatenate((pools.due_day, carried.day))
    units = np.concatenate((pools.due_quantity, carried.quantity))
    is_moved = np.concatenate((pools.due_is_moved, np.ones(len(carried.day), np.bool_)))
    order = np.lexsort((is_moved, day, location))
    counts = np.bincount(location, minlength=len(on_hand))
    return pools._replace(
        on_hand=on_hand,
        due_first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        due_day=day[order],
        due_quantity=units[order].astype(np.int64),
        due_is_moved=is_moved[order],
    )


def moves_table(
    network: Network, pools: Pools, carried: Carried, saved: Number, unit_cost: float
) -> pl.DataFrame:
    """Return the table ``moves``.

    Args:
        network: Names and the first day.
        pools: Every pool.
        carried: The moves.
        saved: Service lost that each saves [k].
        unit_cost: What carrying a unit costs.
    """
    pool = np.repeat(np.arange(len(pools.part)), np.diff(pools.first))
    depots = network["depots"]["depot_id"]
    frame = pl.DataFrame(
        {
            "part_id": network["parts"]["part_id"].gather(pools.part[pool[carried.origin]]),
            "from_depot_id": depots.gather(pools.depot[carried.origin]),
            "to_depot_id": depots.gather(pools.depot[carried.target]),
            "quantity": carried.quantity,
            "arrives_on": [date_of(day, network.start) for day in carried.day.tolist()],
            "cost": carried.quantity * unit_cost,
            "service_saved": saved,
        },
        schema_overrides={"arrives_on": pl.Date},
    )
    return frame.select(list(Moves.columns())).sort("part_id", "from_depot_id", "to_depot_id")


def carried_in(network: Network, pools: Pools, moves: pl.DataFrame) -> Carried:
    """Return a plan's moves as rows of locations.

    Args:
        network: The network that the plan was made for.
        pools: Its pools.
        moves: The result table ``moves``.

    Raises:
        InputError: When the network does not hold the stock that the plan moves.
    """
    pool = np.repeat(np.arange(len(pools.part)), np.diff(pools.first))
    held = pl.DataFrame(
        {
            "part_id": network["parts"]["part_id"].gather(pools.part[pool]),
            "depot_id": network["depots"]["depot_id"].gather(pools.depot),
            "location": np.arange(len(pool)),
        }
    )
    found = moves.sort("part_id", "from_depot_id", "to_depot_id")
    for end in ("from", "to"):
        there = held.rename({"depot_id": f"{end}_depot_id", "location": end})
        found = found.join(
            there, on=["part_id", f"{end}_depot_id"], how="left", maintain_order="left"
        )
    unknown = found.filter(pl.col("from").is_null() | pl.col("to").is_null())
    _refuse(unknown)
    days = (found["arrives_on"] - network.start).dt.total_days()
    carried = Carried(
        np.array(found["from"].to_numpy(), np.int64),
        np.array(found["to"].to_numpy(), np.int64),
        np.array(days.to_numpy(), np.float64),
        np.array(found["quantity"].to_numpy(), np.int64),
    )
    _refuse(found.filter(moved(pools, carried).on_hand[carried.origin] < 0))
    return carried


def _refuse(lacking: pl.DataFrame) -> None:
    if len(lacking):
        row = lacking.row(0, named=True)
        raise InputError(
            f"The plan moves part {row['part_id']} from depot {row['from_depot_id']} to "
            f"{row['to_depot_id']}, which this network's stock does not allow. Give the network "
            "that the plan was made for.",
            code="IN-251",
        )
