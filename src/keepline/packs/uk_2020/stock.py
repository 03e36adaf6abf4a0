"""Place depots, today's stock and the orders under way."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.packs.uk_2020 import figures
from keepline.packs.uk_2020.parts import catalogue
from keepline.packs.uk_2020.places import nearest, to_metres

if TYPE_CHECKING:
    from collections.abc import Iterator


def central_id(operator_id: str) -> str:
    """Return the id of an operator's central depot."""
    return f"{operator_id}-central"


def regional_id(operator_id: str, region: str) -> str:
    """Return the id of an operator's depot in a region.

    >>> regional_id("ee", "South East")
    'ee-south-east'
    """
    return f"{operator_id}-{region.lower().replace(' ', '-')}"


def depots(operator_id: str, name: str) -> pl.DataFrame:
    """Return an operator's central depot and its regional ones."""
    central = (central_id(operator_id), f"{name} central depot", None, "central", "")
    regional = (
        (
            regional_id(operator_id, region),
            f"{name} depot {region}",
            central[0],
            "regional",
            region,
        )
        for region in figures.names("depot_regions", operator_id)
    )
    return pl.DataFrame(
        [_depot(operator_id, *row) for row in (central, *regional)],
        schema_overrides={"parent_id": pl.String},
    )


def _depot(
    operator_id: str, depot_id: str, name: str, parent_id: str | None, level: str, region: str
) -> dict[str, object]:
    town = ("region_towns", region) if region else ("central_towns", operator_id)
    latitude, longitude = figures.place(*town)
    far = figures.numbers("ship_days_far")
    return {
        "depot_id": depot_id,
        "operator_id": operator_id,
        "name": name,
        "parent_id": parent_id,
        "latitude": latitude,
        "longitude": longitude,
        "ship_days": far.get(region, figures.number("ship_days", level)),
        "capacity_m3": figures.number("depot_capacity_m3", level),
    }


def serving_depots(operator_id: str, sites: pl.DataFrame) -> list[str]:
    """Return for each site the operator's nearest regional depot."""
    regions = figures.names("depot_regions", operator_id)
    towns = [to_metres(*figures.place("region_towns", region)) for region in regions]
    rows = nearest(sites["easting"].to_numpy(), sites["northing"].to_numpy(), towns)
    ids = [regional_id(operator_id, region) for region in regions]
    return [ids[row] for row in rows]


def stock(
    operator_id: str, installed: pl.DataFrame, sites: pl.DataFrame, seed: int
) -> pl.DataFrame:
    """Return today's stock of one operator.

    Of each part a share of the operator's installed base is held, never less than one unit; each
    regional depot holds its part of what is not central, rounded down, and the centre holds the
    rest.

    Args:
        operator_id: The operator.
        installed: site_id, part_id, quantity.
        sites: site_id, operator_id, depot_id.
        seed: Seed of the network.

    Returns:
        depot_id, part_id, on_hand, owner, stock_share (drawn, by part).
    """
    own = sites.filter(pl.col("operator_id") == operator_id).select("site_id", "depot_id")
    base = (
        installed.join(own, on="site_id", how="inner")
        .group_by("part_id", "depot_id")
        .agg(installed=pl.col("quantity").sum())
        .join(_stock_shares(operator_id, seed), on="part_id")
        .with_columns(is_regional=pl.col("depot_id") != central_id(operator_id))
    )
    held = pl.col("installed") * pl.col("stock_share")
    regional = base.filter("is_regional").select(
        "part_id",
        "depot_id",
        on_hand=(held * (1 - figures.number("stock_central_share"))).floor().cast(pl.Int64),
    )
    whole = base.group_by("part_id").agg(
        installed=pl.col("installed").sum(), stock_share=pl.col("stock_share").first()
    )
    whole = whole.with_columns(whole=pl.max_horizontal(held.round(), 1.0).cast(pl.Int64))
    away = regional.group_by("part_id").agg(away=pl.col("on_hand").sum())
    central = whole.join(away, on="part_id", how="left").select(
        "part_id",
        depot_id=pl.lit(central_id(operator_id)),
        on_hand=pl.col("whole") - pl.col("away").fill_null(0),
    )
    return (
        pl.concat([central, regional.select(central.columns)])
        .filter(pl.col("on_hand") > 0)
        .join(whole.select("part_id", "stock_share"), on="part_id")
        .join(_owners(operator_id), on="part_id")
        .sort("part_id", "depot_id")
        .select("depot_id", "part_id", "on_hand", "owner", "stock_share")
    )


def orders(operator_id: str, held: pl.DataFrame) -> pl.DataFrame:
    """Return the orders under way: for the parts with the thinnest stock, due at the centre."""
    thinnest = (
        held.group_by("part_id")
        .agg(pl.col("stock_share").first(), on_hand=pl.col("on_hand").sum())
        .sort("stock_share", "part_id")
        .head(figures.whole("orders_parts"))
    )
    due = [figures.date("start") + dt.timedelta(days=day) for day in _due_days(thinnest.height)]
    share = figures.number("orders_share")
    return thinnest.select(
        "part_id",
        depot_id=pl.lit(central_id(operator_id)),
        quantity=(pl.col("on_hand") * share).ceil().cast(pl.Int64),
        due_on=pl.Series(due, dtype=pl.Date),
    )


def _due_days(count: int) -> Iterator[float]:
    days = figures.several("orders_due_days")
    return (days[row % len(days)] for row in range(count))


def _stock_shares(operator_id: str, seed: int) -> pl.DataFrame:
    low, high = figures.several("stock_share")
    drawn = figures.stream(seed, "stock", operator_id).uniform(low, high, catalogue().height)
    return catalogue().select("part_id", stock_share=pl.Series(np.round(drawn, 4)))


def _owners(operator_id: str) -> pl.DataFrame:
    kinds = figures.names("vendor_owned", operator_id)
    maker = pl.when(pl.col("kind").is_in(kinds)).then(pl.col("supplier_id"))
    return catalogue().select("part_id", owner=maker)
