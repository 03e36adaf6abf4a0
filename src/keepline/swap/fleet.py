"""What stands in a network, with all that a rule may ask of it, and from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from keepline.model.programme import swapped

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.network import Network


class Fleet(NamedTuple):
    """Hold what stands in a network, and what rules measure it by.

    Attributes:
        units: site_id, part_id, quantity, installed_on, managed_by_id, since_on, until_on, and the
            columns of site, part and operator that a rule may ask for. A row stands from since_on
            (empty: from the first day) and leaves on until_on (empty: never).
        sites: site_id, operator_id, traffic, premises.
        traffic: site_id, technology, volume, where it is known by technology.
        operators: operator_id, country, tier; one without an id where sites name none.
        suppliers: supplier_id, name, aliases, is_high_risk, is_unassessed, is_unknown.
        seen_on: The day on which the tables say what stands there.
        is_steady: Whether nothing changes after that day.
    """

    units: pl.DataFrame
    sites: pl.DataFrame
    traffic: pl.DataFrame
    operators: pl.DataFrame
    suppliers: pl.DataFrame
    seen_on: dt.date
    is_steady: bool

    def standing(self, day: dt.date) -> pl.DataFrame:
        """Return the units that stand on a day; on the day of a swap the new ones do."""
        if self.is_steady:
            return self.units
        return self.units.filter(
            (pl.col("since_on").is_null() | (pl.col("since_on") <= day))
            & (pl.col("until_on").is_null() | (pl.col("until_on") > day))
        )


def fleet_of(network: Network) -> Fleet:
    """Return what stands in a network, with what its programme of swaps takes out and brings."""
    operators = _operators(network)
    placed = _rows(network)
    units = (
        placed.join(_part_columns(network), on="part_id", how="left", maintain_order="left")
        .join(site_columns(network), on="site_id", how="left", maintain_order="left")
        .join(operators, on="operator_id", how="left", maintain_order="left", nulls_equal=True)
    )
    return Fleet(
        units,
        network["sites"].select("site_id", "operator_id", "traffic", "premises"),
        network["traffic"].select("site_id", "technology", "volume"),
        operators,
        network["suppliers"].select(
            "supplier_id", "name", "aliases", "is_high_risk", "is_unassessed", "is_unknown"
        ),
        network.start,
        network["programme"].is_empty(),
    )


def bought_units(network: Network, purchases: pl.DataFrame) -> pl.DataFrame:
    """Return what is ordered as rows like those of a fleet, with order_on and depot_id.

    Where it will stand is not known, so columns of sites are empty.
    """
    parts = _part_columns(network)
    depots = network["depots"].select("depot_id", _owner(network))
    empty = {
        name: pl.lit(None, dtype)
        for name, dtype in site_columns(network).schema.items()
        if name != "operator_id"
    }
    return (
        purchases.select("part_id", "depot_id", "quantity", "order_on")
        .join(parts, on="part_id", how="left", maintain_order="left")
        .join(depots, on="depot_id", how="left", maintain_order="left")
        .join(_operators(network), on="operator_id", how="left", nulls_equal=True)
        .with_columns(
            **empty,
            installed_on=pl.col("order_on"),
            managed_by_id=pl.lit(None, pl.String),
        )
    )


def _operators(network: Network) -> pl.DataFrame:
    listed = network["operators"].select("operator_id", "country", "tier")
    named = network["sites"].select("operator_id").unique()
    unlisted = named.join(listed, on="operator_id", how="anti", nulls_equal=True)
    if len(listed) == 1 and unlisted["operator_id"].to_list() == [None]:
        return listed
    return pl.concat([listed, unlisted], how="diagonal").sort("operator_id", nulls_last=True)


def site_columns(network: Network) -> pl.DataFrame:
    """Return what rules may ask of a site, and whose it is."""
    return network["sites"].select("site_id", _owner(network), "region", "function", "is_sensitive")


def _owner(network: Network) -> pl.Expr:
    """Return whose a site or depot is; in a network of one operator it need not say."""
    listed = network["operators"]["operator_id"]
    only = listed[0] if len(listed) == 1 else None
    return pl.coalesce("operator_id", pl.lit(only, pl.String)).alias("operator_id")


def _part_columns(network: Network) -> pl.DataFrame:
    return network["parts"].select(
        "part_id", "supplier_id", "technology", "network_function", "is_sanctions_affected"
    )


def _rows(network: Network) -> pl.DataFrame:
    installed = network["installed"].select(
        "site_id", "part_id", "quantity", "installed_on", "managed_by_id"
    )
    never = pl.lit(None, pl.Date)
    if network["programme"].is_empty():
        return installed.with_columns(since_on=never, until_on=never)
    found = swapped(network)
    days = network["programme"].select(
        "swap_on", "to_supplier_id", swap=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    leaves = found.taken.join(days, on="swap").select("installed", until_on="swap_on")
    stays = (
        installed.with_columns(installed=pl.int_range(pl.len(), dtype=pl.Int64), since_on=never)
        .join(leaves, on="installed", how="left", maintain_order="left")
        .drop("installed")
    )
    comes = found.brought.join(days, on="swap", maintain_order="left").select(
        "site_id", "part_id", "quantity", installed_on="swap_on",
        managed_by_id="to_supplier_id", since_on="swap_on", until_on=never,
    )  # fmt: skip
    return pl.concat([stays, comes], how="vertical_relaxed")
