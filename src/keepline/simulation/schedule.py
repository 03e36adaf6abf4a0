"""Bring orders due and a plan's purchases into the form that the kernel plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.arrivals import arriving, arriving_whole
from keepline.maths.pooling import Arrivals, Laws
from keepline.model.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.network import Network


def bought(
    network: Network, pools: Pools, purchases: pl.DataFrame
) -> list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]]:
    """Return each pool's purchases: location within the pool, day of arrival, quantity.

    Raises:
        InputError: When a purchase is for a part or a depot that the network does not have.
    """
    table = _located(network, pools, purchases).sort("pool", "day", "location")
    pool = table["pool"].to_numpy()
    edges = np.searchsorted(pool, np.arange(1, len(pools.part)))
    return list(
        zip(
            np.split(np.array(table["location"].to_numpy(), np.int64), edges),
            np.split(np.array(table["day"].to_numpy(), np.float64), edges),
            np.split(np.array(table["quantity"].to_numpy(), np.int64), edges),
            strict=True,
        )
    )


def schedule(
    pools: Pools,
    laws: Laws,
    pool: int,
    purchases: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]] | None,
) -> Arrivals:
    """Return what arrives in a pool, where and when, under every law of supply."""
    first, last = pools.first[pool], pools.first[pool + 1]
    due = slice(pools.due_first[first], pools.due_first[last])
    counts = np.diff(pools.due_first[first : last + 1])
    location = np.repeat(np.arange(last - first), counts)
    day, ship_days = pools.due_day[due], pools.ship_days[first:last]
    units_due, is_moved = pools.due_quantity[due], pools.due_is_moved[due]
    quantity = arriving(laws, day - ship_days[location], units_due, is_moved)
    if purchases is not None:
        bought_at, bought_on, units = purchases
        comes = arriving_whole(laws, bought_on - ship_days[bought_at], units)
        location = np.concatenate((location, bought_at))
        day = np.concatenate((day, bought_on))
        quantity = np.concatenate((quantity, comes), axis=1)
    order = np.argsort(day, kind="stable")
    return Arrivals(day[order], location[order].astype(np.int64), quantity[:, order])


def _located(network: Network, pools: Pools, purchases: pl.DataFrame) -> pl.DataFrame:
    sizes = np.diff(pools.first)
    pool = np.repeat(np.arange(len(sizes)), sizes)
    locations = pl.DataFrame(
        {
            "pool": pool,
            "location": np.arange(len(pool)) - pools.first[pool],
            "depot_id": network["depots"]["depot_id"].gather(pools.depot),
            "part_id": network["parts"]["part_id"].gather(pools.part[pool]),
        }
    )
    table = purchases.select(
        "part_id",
        "depot_id",
        "quantity",
        day=(pl.col("arrives_on") - network.start).dt.total_days().cast(pl.Float64),
    ).join(locations, on=["part_id", "depot_id"], how="left")
    lost = table.filter(pl.col("pool").is_null())
    if len(lost):
        raise InputError(
            f"The plan buys part {lost['part_id'][0]} for depot {lost['depot_id'][0]}, which this "
            "network does not hold. Give the network that the plan was made for.",
            code="IN-251",
        )
    return table
