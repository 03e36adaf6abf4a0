"""Gather sites into square cells of a map, so that a nation fits on a page."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report.tally import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.plan import Plan

EARTH_KM: Final = 6371.0088
SIDES_KM: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0)
MOST_CELLS: Final = 2_500
LEAST_CELLS_ACROSS: Final = 150


@dataclass(frozen=True)
class Cells:
    """Hold the cells of a map.

    Attributes:
        cells: x_km (east of the middle meridian), y_km (north of the equator), sites, and the sums
            of the columns asked for; one row a cell, at the centre of its sites.
        side_km: Side of a cell.
        middle_latitude: The latitude whose east-west scale the map keeps, in degrees.
        middle_longitude: The longitude that stands in the middle, in degrees.
        unplaced: Sites without coordinates, which no map can show.
    """

    cells: pl.DataFrame
    side_km: float
    middle_latitude: float
    middle_longitude: float
    unplaced: int


def cells(plan: Plan) -> Cells:
    """Return the sites of the exposure table in cells: traffic, units, those lost, share_lost."""
    found = in_cells(table(plan, "exposure"), ("traffic", "units", "units_lost_expected"))
    share = (
        pl.when(pl.col("units") > 0)
        .then(pl.col("units_lost_expected") / pl.col("units"))
        .otherwise(0.0)
    )
    return replace(found, cells=found.cells.with_columns(share.alias("share_lost")))


def in_cells(sites: pl.DataFrame, sums: Sequence[str], most: int = MOST_CELLS) -> Cells:
    """Return sites gathered into at most so many cells, the largest by the first sum first.

    Equirectangular projection with the east-west scale true at the middle latitude:
    x = R cos(middle latitude) (longitude - middle longitude), y = R latitude, R = 6371.0088 km.
    Source: J. P. Snyder (1987), Map Projections: A Working Manual, equations 12-1 and 12-2.

    Args:
        sites: latitude, longitude (degrees, may be empty) and the columns to sum up.
        sums: Names of those columns.
        most: Cells that there may be, where the widest cells allow it.
    """
    placed = sites.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())
    unplaced = len(sites) - len(placed)
    if placed.is_empty():
        return Cells(_gathered(_projected(placed, 0.0, 0.0), 1.0, sums), 1.0, 0.0, 0.0, unplaced)
    middle = placed.select(
        (pl.col("latitude", "longitude").min() + pl.col("latitude", "longitude").max()) / 2
    )
    latitude, longitude = middle.row(0)
    points = _projected(placed, latitude, longitude)
    wide = points.select(pl.col("x_km", "y_km").max() - pl.col("x_km", "y_km").min())
    least = max(wide.row(0)) / LEAST_CELLS_ACROSS
    for side in SIDES_KM:
        found = _gathered(points, side, sums)
        if side >= least and len(found) <= most:
            break
    return Cells(found, side, latitude, longitude, unplaced)


def _projected(sites: pl.DataFrame, latitude: float, longitude: float) -> pl.DataFrame:
    kilometres = EARTH_KM * math.pi / 180.0
    east = (pl.col("longitude") - longitude) * (kilometres * math.cos(math.radians(latitude)))
    return sites.with_columns(east.alias("x_km"), (pl.col("latitude") * kilometres).alias("y_km"))


def _gathered(points: pl.DataFrame, side: float, sums: Sequence[str]) -> pl.DataFrame:
    return (
        points.group_by(
            (pl.col("x_km") / side).floor().alias("column"),
            (pl.col("y_km") / side).floor().alias("row"),
        )
        .agg(
            pl.col("x_km", "y_km").mean().round(2),
            pl.len().alias("sites"),
            pl.col(list(sums)).sum(),
        )
        .sort(sums[0], "row", "column", descending=[True, False, False])
        .drop("row", "column")
    )
