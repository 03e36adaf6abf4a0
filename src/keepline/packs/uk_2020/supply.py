"""Make the tables of who supplies what out of what."""

from __future__ import annotations

import polars as pl

from keepline.packs.uk_2020 import figures
from keepline.packs.uk_2020.parts import catalogue, read_text_table

_COMPONENT = "component:"


def suppliers() -> pl.DataFrame:
    """Return the suppliers of every tier with their owners."""
    return read_text_table("suppliers.csv").with_columns(
        owner_share=pl.col("owner_share").cast(pl.Float64),
        is_high_risk=pl.col("is_high_risk") == "true",
    )


def components() -> pl.DataFrame:
    """Return what parts, and other components, are made of."""
    return read_text_table("components.csv")


def bom() -> pl.DataFrame:
    """Return the needs of every part (by its role and maker) and of every component."""
    needs = read_text_table("needs.csv").with_columns(quantity=pl.col("quantity").cast(pl.Float64))
    own = needs.filter(pl.col("role").str.starts_with(_COMPONENT)).select(
        "needs_id", "quantity", item_id=pl.col("role").str.strip_prefix(_COMPONENT)
    )
    part = catalogue().select("role", "supplier_id", item_id="part_id")
    of_parts = part.join(needs, on="role", how="inner", maintain_order="left_right").filter(
        (pl.col("maker") == "*") | (pl.col("maker") == pl.col("supplier_id"))
    )
    columns = ("item_id", "needs_id", "quantity")
    return pl.concat([of_parts.select(columns), own.select(columns)])


def sources(installed: pl.DataFrame) -> pl.DataFrame:
    """Return who delivers each part and component.

    A maker's works deliver a part in their shares; what they can deliver to this network in a
    month is a share of its installed base.

    Args:
        installed: part_id, quantity.
    """
    of_components = _typed(read_text_table("sources.csv")).with_columns(
        capacity_per_month=pl.lit(None, dtype=pl.Float64)
    )
    base = installed.group_by("part_id").agg(pl.col("quantity").sum())
    works = _typed(read_text_table("factories.csv"))
    in_all = pl.max_horizontal(
        pl.col("quantity").fill_null(0) * figures.number("capacity_share_per_month"),
        figures.number("capacity_least"),
    )
    of_parts = (
        catalogue()
        .select("part_id", maker="supplier_id")
        .join(works, on="maker", how="inner", maintain_order="left_right")
        .join(base, on="part_id", how="left", maintain_order="left")
        .with_columns(
            item_id="part_id",
            capacity_per_month=(pl.col("share") * in_all).ceil(),
            lead_days=pl.lit(0.0),
            is_qualified=pl.lit(True),
            qualification_days=pl.lit(0.0),
        )
    )
    columns = [
        "item_id", "supplier_id", "share", "capacity_per_month", "lead_days", "buffer_days",
        "country", "technology_origin", "is_qualified", "qualification_days",
    ]  # fmt: skip
    return pl.concat([of_parts.select(columns), of_components.select(columns)])


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    wanted = ("share", "lead_days", "buffer_days", "qualification_days")
    present = [name for name in wanted if name in table.columns]
    table = table.with_columns(pl.col(present).cast(pl.Float64))
    if "is_qualified" in table.columns:
        table = table.with_columns(is_qualified=pl.col("is_qualified") == "true")
    return table
