"""Tell what hangs on a supplier: installed units, and traffic of the sites where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

    from keepline.model.network import Network


def stakes(network: Network, supplier_ids: Collection[str]) -> pl.DataFrame:
    """Return what stands on each of some suppliers: supplier_id, traffic, units.

    A part stands on its maker, its repairer, and whoever delivers it or anything in its bill of
    material, through all tiers, approved or not. The traffic is that of the sites where any such
    part stands, each site counted once.
    """
    wanted = pl.DataFrame({"supplier_id": sorted(supplier_ids)}, schema={"supplier_id": pl.String})
    parts = _parts_behind(network, wanted)
    installed = network["installed"].select("site_id", "part_id", "quantity")
    behind = installed.join(parts, "part_id")
    units = behind.group_by("supplier_id").agg(units=pl.col("quantity").sum().cast(pl.Int64))
    traffic = (
        behind.select("supplier_id", "site_id").unique()
        .join(network["sites"].select("site_id", "traffic"), "site_id")
        .group_by("supplier_id").agg(pl.col("traffic").sort().sum())
    )  # fmt: skip
    return (
        wanted.join(units, "supplier_id", "left")
        .join(traffic, "supplier_id", "left")
        .with_columns(pl.col("traffic", "units").fill_null(0))
        .sort("supplier_id")
    )


def _parts_behind(network: Network, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the parts that need each supplier: supplier_id, part_id."""
    parts = network["parts"]
    direct = [
        parts.select("supplier_id", item_id="part_id"),
        parts.filter(pl.col("repairer_id").is_not_null()).select(
            supplier_id="repairer_id", item_id="part_id"
        ),
        network["sources"].select("supplier_id", "item_id"),
    ]
    front = pl.concat(direct).join(wanted, "supplier_id", "semi").unique()
    found = front
    needs = network["bom"].select("item_id", "needs_id").unique()
    while front.height:
        # one tier up, without what is known already, so that circles end
        up = front.rename({"item_id": "needs_id"}).join(needs, "needs_id")
        front = up.select("supplier_id", "item_id").unique()
        front = front.join(found, ["supplier_id", "item_id"], "anti")
        found = pl.concat([found, front])
    return found.join(parts.select(item_id="part_id"), "item_id", "semi").select(
        "supplier_id", part_id="item_id"
    )
