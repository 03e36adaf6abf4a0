"""Make the tables of parts and installed units, and weigh each part by the service it carries."""

from __future__ import annotations

from functools import lru_cache
from io import StringIO

import numpy as np
import polars as pl

from keepline.packs.uk_2020 import figures


def read_text_table(file: str) -> pl.DataFrame:
    """Return a shipped table with every column as text; an empty cell is null."""
    return pl.read_csv(StringIO(figures.text_of(file)), infer_schema=False)


@lru_cache(maxsize=1)
def catalogue() -> pl.DataFrame:
    """Return the part types: part_id, name, supplier_id, technology, kind, role (all text)."""
    return read_text_table("parts.csv")


def installed_of(units: pl.DataFrame) -> pl.DataFrame:
    """Name the part of each line of units and say how many of them are spare in place.

    Args:
        units: site_id, role, maker, quantity, carried.

    Returns:
        site_id, part_id, quantity, spare_in_place, carried. Spare units are fewer than the units.
    """
    spare = pl.col("role").replace_strict(
        figures.numbers("spares_in_place"), default=0.0, return_dtype=pl.Float64
    )
    part = catalogue().select("part_id", "role", maker="supplier_id")
    named = units.join(part, on=["role", "maker"], how="left", maintain_order="left")
    return named.select(
        "site_id",
        "part_id",
        "quantity",
        spare_in_place=pl.min_horizontal(spare.cast(pl.Int64), pl.col("quantity") - 1),
        carried="carried",
    )


def parts_of(installed: pl.DataFrame) -> pl.DataFrame:
    """Return the parts table, each part with the figures of its kind and its weight.

    A part's weight is the traffic its units carry, divided by their number, times the share of it
    that is felt: every unit carries an equal part of what its layer carries at the site, and other
    bands, cells, paths or a spare in place take the rest. A part that stands nowhere yet weighs
    what its role weighs elsewhere.

    Args:
        installed: site_id, part_id, quantity, spare_in_place, carried.
    """
    return _weighed(installed).select(
        "part_id",
        "name",
        "supplier_id",
        "technology",
        _unit_cost().alias("unit_cost"),
        _of_kind("failures_per_year").alias("failures_per_year"),
        _of_kind("repair_share").alias("repair_share"),
        _repair_days().alias("repair_days"),
        pl.when(_of_kind("repair_share") > 0).then(pl.col("supplier_id")).alias("repairer_id"),
        _of_kind("lead_days").alias("lead_days"),
        _of_kind("minimum_order").cast(pl.Int64).alias("minimum_order"),
        _of_kind("volume_m3").alias("volume_m3"),
        (pl.col("carried_per_unit") * _of_kind("felt_share")).round(6).alias("weight"),
    )


def _weighed(installed: pl.DataFrame) -> pl.DataFrame:
    part_ids = catalogue()["part_id"].to_list()
    row_of = {part_id: row for row, part_id in enumerate(part_ids)}
    rows = installed["part_id"].replace_strict(row_of, return_dtype=pl.Int64).to_numpy()
    # summed in one order, whatever the number of threads, so that the same bytes come out
    sums = [
        np.bincount(rows, weights=installed[name].to_numpy(), minlength=len(part_ids))
        for name in ("carried", "quantity")
    ]
    joined = catalogue().with_columns(carried=sums[0], quantity=sums[1])
    of_part = pl.col("carried") / pl.col("quantity")
    of_role = (pl.col("carried").sum() / pl.col("quantity").sum()).over("role")
    found = pl.when(pl.col("quantity") > 0).then(of_part).otherwise(of_role)
    return joined.with_columns(carried_per_unit=found)


def _of_kind(name: str) -> pl.Expr:
    return pl.col("kind").replace_strict(figures.numbers(name), return_dtype=pl.Float64)


def _unit_cost() -> pl.Expr:
    rate = figures.number("gbp_per_usd")
    pounds = {kind: cost * rate for kind, cost in figures.numbers("unit_cost_usd").items()}
    cost = pounds | figures.numbers("unit_cost_gbp")
    return pl.col("kind").replace_strict(cost, return_dtype=pl.Float64).round(2)


def _repair_days() -> pl.Expr:
    days = figures.numbers("repair_days")
    usual = days.pop("default")
    return pl.col("supplier_id").replace_strict(days, default=usual, return_dtype=pl.Float64)
