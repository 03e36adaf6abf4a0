"""Sum a programme of swaps up into what a chart or a sentence shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report.tally import supplier_names, table
from keepline.report.words import count, counted

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.plan import Plan
    from keepline.report.periods import Period

NOWHERE: Final = "no region"


def swaps(plan: Plan) -> pl.DataFrame:
    """Return the programme with the quarter of every swap, the first first."""
    begun = pl.col("swap_on").dt.truncate("1q")
    return (
        table(plan, "programme")
        .with_columns(pl.col("quarter").fill_null(begun))
        .sort("swap_on", "site_id", "technology", "from_supplier_id")
    )


def in_periods(found: pl.DataFrame, shown: list[Period]) -> pl.DataFrame:
    """Return swaps with the name of the period in which each is: period."""
    named = pl.DataFrame(
        {"first": [one.first for one in shown], "period": [one.name for one in shown]},
        schema={"first": pl.Date, "period": pl.String},
    )
    return found.sort("quarter").join_asof(
        named.sort("first"), left_on="quarter", right_on="first", strategy="backward"
    )


def by_region(plan: Plan, shown: list[Period]) -> pl.DataFrame:
    """Return region, period, sites: at which anything is swapped, each once in a period."""
    regions = table(plan, "exposure").select("site_id", "region")
    return (
        in_periods(swaps(plan), shown)
        .select("site_id", "period")
        .unique()
        .join(regions, on="site_id", how="left")
        .with_columns(pl.col("region").fill_null(NOWHERE))
        .group_by("region", "period")
        .agg(pl.len().cast(pl.Int64).alias("sites"))
        .sort("region", "period")
    )


def by_quarter(plan: Plan) -> pl.DataFrame:
    """Return quarter, sites (each once), swaps, crew_days, cost, units_harvested."""
    return (
        swaps(plan)
        .group_by("quarter")
        .agg(
            pl.col("site_id").n_unique().cast(pl.Int64).alias("sites"),
            pl.len().cast(pl.Int64).alias("swaps"),
            # what no row says is not 0
            *(
                pl.when(pl.col(one).count() > 0).then(pl.col(one).sum()).alias(one)
                for one in ("crew_days", "cost", "units_harvested")
            ),
        )
        .sort("quarter")
    )


def kinds(plan: Plan, most: int) -> dict[dt.date, list[str]]:
    """Return for each quarter its swaps by technology and who comes: the most frequent first.

    So many are told and the rest is counted.
    """
    names = supplier_names(plan)
    found = (
        swaps(plan)
        .group_by("quarter", "technology", "to_supplier_id")
        .len()
        .sort("len", "technology", "to_supplier_id", descending=[True, False, False])
    )
    said: dict[dt.date, list[str]] = {}
    rest: dict[dt.date, int] = {}
    for quarter, technology, to, number in found.iter_rows():
        told = said.setdefault(quarter, [])
        if len(told) < most:
            told.append(
                f"{count(number)} {technology}" + (f" to {names.get(to, to)}" if to else "")
            )
        else:
            rest[quarter] = rest.get(quarter, 0) + number
    return {
        quarter: [*told, *([counted(rest[quarter], "other")] if quarter in rest else [])]
        for quarter, told in said.items()
    }


def sites(plan: Plan) -> pl.DataFrame:
    """Return a row a site of the programme: longitude, latitude, and last, its last swap's day."""
    where = table(plan, "exposure").select("site_id", "latitude", "longitude")
    done = table(plan, "programme").group_by("site_id").agg(pl.col("swap_on").max().alias("last"))
    return done.join(where, on="site_id", how="left").sort("site_id")
