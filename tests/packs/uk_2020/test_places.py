from __future__ import annotations

import numpy as np
import pyproj
import pytest

from keepline.packs.uk_2020 import figures, places


def test_positions_are_those_published() -> None:
    positions = places.positions()
    assert positions.height == figures.whole("positions") == 29_004
    assert positions["has_4g"].sum() == figures.whole("positions_with_4g") == 26_340
    assert positions["postcode_sector"].n_unique() == 8_316
    assert positions.null_count().row(0) == (0,) * positions.width


def test_degrees_agree_with_the_register_of_coordinate_systems() -> None:
    sample = places.positions()[::500]
    to_degrees = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    longitude, latitude = to_degrees.transform(
        sample["easting"].to_numpy(), sample["northing"].to_numpy()
    )
    # 0.0001 degrees are 11 m of latitude: grid files and seven parameters differ by some metres
    np.testing.assert_allclose(sample["latitude"].to_numpy(), latitude, atol=1e-4)
    np.testing.assert_allclose(sample["longitude"].to_numpy(), longitude, atol=1.5e-4)


def test_metres_and_degrees_are_inverse() -> None:
    easting, northing = places.to_metres(51.5074, -0.1278)
    latitude, longitude = places.to_degrees(np.array([easting]), np.array([northing]))
    assert latitude[0] == pytest.approx(51.5074, abs=1e-5)
    assert longitude[0] == pytest.approx(-0.1278, abs=1e-5)


def test_a_region_holds_the_places_it_is_known_for() -> None:
    positions = places.positions()
    for sector, region in (("TS269", "North East"), ("KW", "Scotland North"), ("TR", "South West")):
        found = positions.filter(positions["postcode_sector"].str.starts_with(sector))
        assert set(found["region"]) == {region}
    assert positions["region"].n_unique() == 12


def test_nearest_takes_the_closest_town() -> None:
    easting, northing = np.array([0.0, 9.0]), np.array([0.0, 0.0])
    assert places.nearest(easting, northing, [(1.0, 0.0), (10.0, 0.0)]).tolist() == [0, 1]


def test_sensitive_positions_lie_within_the_radius() -> None:
    positions = places.positions()
    sensitive = positions.filter("is_sensitive")
    towns = [
        places.to_metres(*figures.place("sensitive_places", name))
        for name in figures.by_name("sensitive_places")
    ]

    def distance(frame: object) -> np.ndarray:
        x, y = frame["easting"].to_numpy(), frame["northing"].to_numpy()  # type: ignore[index]
        return np.min([np.hypot(x - east, y - north) for east, north in towns], axis=0)

    assert 0 < sensitive.height < 0.02 * positions.height
    assert distance(sensitive).max() <= 5_000
    assert distance(positions.filter(~positions["is_sensitive"])).min() > 5_000
