"""How long stock keeps, and whose it is: what leaves a shelf unless it is used before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.model.calendar import DAYS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.network import Network

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class Keeping(NamedTuple):
    """Hold what may leave the shelves; n pools, m locations, b batches on hand.

    Attributes:
        shelf_life: Days that a unit keeps from its coming to a shelf; infinite without limit [n].
        attrition: Share of the units in store that go bad, per day [n].
        first: Batches at location l are ``first[l]:first[l + 1]`` [m + 1].
        quantity: Units of the batch on day 0 [b].
        leave_day: Day on which what is left of it has expired; infinite for never [b].
        is_lent: Whether it is the vendor's, who takes it back when supply is cut [b].
    """

    shelf_life: Number
    attrition: Number
    first: Whole
    quantity: Whole
    leave_day: Number
    is_lent: NDArray[np.bool_]


def keeping(network: Network, parts: pl.DataFrame, locations: pl.DataFrame) -> Keeping:
    """Return what may leave the shelves.

    Args:
        network: The network.
        parts: A row of the parts table for every pool.
        locations: depot_id and part_id of every location, in order.
    """
    life = pl.col("shelf_life_days").fill_null(np.inf)
    own = network["operators"]["operator_id"].to_list()
    stock = (
        fresh_stock(network)
        .join(network["parts"].select("part_id", life=life), on="part_id")
        .select(
            "depot_id",
            "part_id",
            "on_hand",
            leave_day=pl.min_horizontal(
                (pl.col("expires_on") - network.start).dt.total_days().cast(pl.Float64), "life"
            ),
            is_lent=pl.col("owner").is_not_null() & ~pl.col("owner").is_in(own),
        )
    )
    found = (
        locations.select("depot_id", "part_id", location=pl.int_range(pl.len()))
        .join(stock, on=["depot_id", "part_id"])
        .filter(pl.col("on_hand") > 0)
        .sort("location", "leave_day", "is_lent", "on_hand")
    )
    counts = np.bincount(found["location"].to_numpy(), minlength=len(locations))
    return Keeping(
        shelf_life=np.array(parts.select(life).to_series().to_numpy(), np.float64),
        attrition=np.array(parts["attrition_per_year"].to_numpy(), np.float64) / DAYS_PER_YEAR,
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        quantity=np.array(found["on_hand"].to_numpy(), np.int64),
        leave_day=np.array(found["leave_day"].to_numpy(), np.float64),
        is_lent=np.array(found["is_lent"].to_numpy(), np.bool_),
    )


def fresh_stock(network: Network) -> pl.DataFrame:
    """Return the stock table without what expires on the plan's first day or before."""
    stock = network["stock"]
    return stock.filter(pl.col("expires_on").is_null() | (pl.col("expires_on") > network.start))
