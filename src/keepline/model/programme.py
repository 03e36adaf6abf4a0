"""What a programme of swaps takes out of service at sites, and what it brings into service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from keepline.model.network import Network

#: Share of removed units that can be used as spares, and work, where nothing says otherwise.
HARVESTED: Final = 0.9
WORK: Final = 1.0
_OFFER: Final = ("from_supplier_id", "technology")


class Swapped(NamedTuple):
    """Hold a network's programme, its swaps numbered as the rows of the table.

    Attributes:
        swaps: day, work, region, harvested (share), lag (days), harvest_depot_id; a row each.
        taken: installed (row of the table), swap; the rows that a swap takes out, each once.
        brought: swap, site_id, part_id, quantity, spare; what comes, in order of swap.
    """

    swaps: pl.DataFrame
    taken: pl.DataFrame
    brought: pl.DataFrame


def swapped(network: Network) -> Swapped:
    """Return what the programme of a network takes out and brings.

    What is taken out is every row of installed at the site whose part is of the supplier and the
    technology. What comes are the parts of the new supplier that replacements names for it: units
    times ratio, rounded half up, with its spare in place in the same ratio, but never all of it.

    Args:
        network: A checked network, before parts that are one count as one.
    """
    programme = network["programme"].with_columns(swap=pl.int_range(pl.len(), dtype=pl.Int64))
    maker = network["parts"].select(
        "part_id", from_supplier_id="supplier_id", technology="technology"
    )
    taken = (
        network["installed"]
        .with_columns(installed=pl.int_range(pl.len(), dtype=pl.Int64))
        .join(programme.select("site_id").unique(), on="site_id", how="semi")
        .join(maker, on="part_id")
        .join(
            programme.select("swap", "to_supplier_id", "site_id", *_OFFER),
            on=["site_id", *_OFFER],
        )
        .sort("swap", "installed")
    )
    return Swapped(_swaps(network, programme), taken.select("installed", "swap"),
                   _brought(network, taken))  # fmt: skip


def _swaps(network: Network, programme: pl.DataFrame) -> pl.DataFrame:
    sites = network["sites"].select("site_id", "region", "operator_id")
    rows = programme.join(sites, on="site_id", how="left", maintain_order="left")
    offers = network["swaps"].select(
        *_OFFER,
        "to_supplier_id",
        "operator_id",
        offered="units_harvested_share",
        asked="crew_days_per_site",
    )
    keys = [*_OFFER, "to_supplier_id"]
    own = offers.filter(pl.col("operator_id").is_not_null())
    shared = offers.filter(pl.col("operator_id").is_null()).drop("operator_id")
    found = rows.join(own, on=[*keys, "operator_id"], how="left", maintain_order="left").join(
        shared, on=keys, how="left", maintain_order="left", suffix="_by_all"
    )
    return found.select(
        "region",
        "operator_id",
        "harvest_depot_id",
        day=(pl.col("swap_on") - network.start).dt.total_days().cast(pl.Float64),
        work=pl.coalesce("crew_days", "asked", "asked_by_all", pl.lit(WORK)),
        harvested=pl.coalesce(
            "units_harvested_share", "offered", "offered_by_all", pl.lit(HARVESTED)
        ),
        lag="refurbish_days",
    )


def _brought(network: Network, taken: pl.DataFrame) -> pl.DataFrame:
    maker = network["parts"].select(by_part_id="part_id", to_supplier_id="supplier_id")
    units = (pl.col("quantity") * pl.col("ratio") + 0.5).floor().cast(pl.Int64)
    spare = (pl.col("spare_in_place") * pl.col("ratio") + 0.5).floor().cast(pl.Int64)
    return (
        taken.join(network["replacements"], on="part_id")
        .join(maker, on=["by_part_id", "to_supplier_id"])
        .sort("swap", "installed", "by_part_id")
        .with_columns(quantity=units, spare=spare)
        .filter(pl.col("quantity") > 0)
        .select(
            "swap",
            "site_id",
            "quantity",
            part_id="by_part_id",
            spare=pl.min_horizontal("spare", pl.col("quantity") - 1),
        )
    )


def with_programme(network: Network, rows: pl.DataFrame) -> Network:
    """Return a network with a programme of swaps; what it has already stays where none is given.

    Args:
        network: A checked network.
        rows: The table ``programme``, or a result table of that name.
    """
    if rows.is_empty():
        return network
    schema = network["programme"].schema
    given = [name for name in schema if name in rows.columns]
    found = rows.select(given).cast({name: schema[name] for name in given})
    programme = pl.concat([network["programme"].clear(), found], how="diagonal")
    return replace(network, tables={**network.tables, "programme": programme})


def with_places(network: Network) -> Network:
    """Return a network that holds places for what its programme brings, and for what it harvests.

    No units lie there on day 0 yet; stock can be bought for what is to come. Without a programme
    it is the same network.
    """
    if network["programme"].is_empty():
        return network
    stock, found = network["stock"], swapped(network)
    homes = found.swaps.select(depot_id="harvest_depot_id").with_columns(
        swap=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    taken = network["installed"][found.taken["installed"]].select("part_id")
    harvested = found.taken.hstack(taken).join(homes, on="swap").filter(
        pl.col("depot_id").is_not_null()
    )  # fmt: skip
    brought = found.brought.join(network["sites"].select("site_id", "depot_id"), on="site_id")
    places = (
        pl.concat([one.select("depot_id", "part_id") for one in (brought, harvested)])
        .unique(maintain_order=True)
        .join(stock, on=["depot_id", "part_id"], how="anti", maintain_order="left")
        .with_columns(on_hand=pl.lit(0, stock.schema["on_hand"]))
    )
    tables = dict(network.tables)
    tables["stock"] = pl.concat([stock, places], how="diagonal")
    return replace(network, tables=tables)
