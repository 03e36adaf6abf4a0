"""Place sites and depots on the ground: British National Grid, WGS 84, regions, density."""

from __future__ import annotations

from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from pyproj import Transformer

from keepline.packs.uk_2020 import figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TO_WGS84: Final = (
    "+proj=pipeline "
    "+step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 "
    "+ellps=airy +step +proj=push +v_3 +step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 "
    "+s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
"""EPSG:27700 to EPSG:4326 by the seven parameters of EPSG:1314, good to about 5 m.

Spelt out so that the same bytes come out whether or not grid files are installed.
"""
_DECIMALS: Final = 5
_METRES_PER_KM: Final = 1000.0


@lru_cache(maxsize=1)
def _transformer() -> Transformer:
    return Transformer.from_pipeline(_TO_WGS84)


def to_degrees(
    easting: NDArray[np.float64], northing: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn metres of the British National Grid into latitude and longitude.

    >>> latitude, longitude = to_degrees(np.array([651409.0]), np.array([313177.0]))
    >>> round(float(latitude[0]), 3), round(float(longitude[0]), 3)
    (52.658, 1.716)

    Source: Ordnance Survey, A Guide to Coordinate Systems in Great Britain, Caister water tower
    (its ETRS89 position to 5 m).
    """
    longitude, latitude = _transformer().transform(easting, northing)
    return np.round(latitude, _DECIMALS), np.round(longitude, _DECIMALS)


def to_metres(latitude: float, longitude: float) -> tuple[float, float]:
    """Turn latitude and longitude into metres of the British National Grid."""
    easting, northing = _transformer().transform(longitude, latitude, direction="INVERSE")
    return float(easting), float(northing)


@lru_cache(maxsize=1)
def positions() -> pl.DataFrame:
    """Return the shipped positions, in the order of the file.

    Returns:
        Columns position (row number), postcode_sector, name, has_4g, easting, northing, latitude,
        longitude, region, density (positions in the same square), is_sensitive.
    """
    read = pl.read_csv(
        StringIO(figures.text_of("sites.csv")),
        schema_overrides={"easting": pl.Float64, "northing": pl.Float64},
    )
    easting, northing = read["easting"].to_numpy(), read["northing"].to_numpy()
    latitude, longitude = to_degrees(easting, northing)
    area = pl.col("postcode_sector").str.extract("^([A-Z]+)")
    return read.with_row_index("position").with_columns(
        position=pl.col("position").cast(pl.Int64),
        has_4g=pl.col("has_4g") == 1,
        latitude=latitude,
        longitude=longitude,
        region=area.replace_strict(_region_of_area()),
        density=_density(easting, northing),
        is_sensitive=_is_sensitive(easting, northing),
    )


def squares(
    easting: NDArray[np.float64], northing: NDArray[np.float64], side_km: float
) -> NDArray[np.int64]:
    """Return for each place the number of its square, counted from 0 over the squares in use."""
    side = side_km * _METRES_PER_KM
    corner = np.stack([np.floor(easting / side), np.floor(northing / side)], axis=1)
    _, square = np.unique(corner, axis=0, return_inverse=True)
    return np.asarray(square, dtype=np.int64).reshape(-1)


def nearest(
    easting: NDArray[np.float64], northing: NDArray[np.float64], towns: list[tuple[float, float]]
) -> NDArray[np.int64]:
    """Return for each place the row of the nearest town, given in metres."""
    far = np.stack([(easting - x) ** 2 + (northing - y) ** 2 for x, y in towns])
    return np.asarray(np.argmin(far, axis=0), dtype=np.int64)


def _region_of_area() -> dict[str, str]:
    regions = figures.by_name("postcode_areas")
    return {area: region for region in regions for area in figures.names("postcode_areas", region)}


def _density(easting: NDArray[np.float64], northing: NDArray[np.float64]) -> NDArray[np.int64]:
    square = squares(easting, northing, figures.number("density_cell_km"))
    return np.bincount(square)[square].astype(np.int64)


def _is_sensitive(easting: NDArray[np.float64], northing: NDArray[np.float64]) -> NDArray[np.bool_]:
    radius = figures.number("sensitive_radius_km") * _METRES_PER_KM
    within = np.zeros(len(easting), dtype=np.bool_)
    for name in figures.by_name("sensitive_places"):
        x, y = to_metres(*figures.place("sensitive_places", name))
        within |= (easting - x) ** 2 + (northing - y) ** 2 <= radius**2
    return within
