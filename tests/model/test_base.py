"""What a programme changes, held against a walk over days and rows."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from keepline.model import arrays
from keepline.model.base import base_of
from keepline.model.calendar import month_edges
from keepline.model.programme import with_places

START = dt.date(2020, 1, 1)
YEAR = 365.25


def on(day: int) -> dt.date:
    return START + dt.timedelta(days=day)


@pytest.fixture(scope="module")
def swapped_case(case):
    """Two sites of an old part; one is swapped on day 100, the other on day 40 with spares."""
    swaps = [
        {"site_id": "s1", "from_supplier_id": "maker", "technology": "5G-RAN",
         "to_supplier_id": "other", "swap_on": on(100), "refurbish_days": 20.0,
         "units_harvested_share": 0.5},
        {"site_id": "s2", "from_supplier_id": "maker", "technology": "5G-RAN",
         "to_supplier_id": "other", "swap_on": on(40), "refurbish_days": 10.0,
         "units_harvested_share": 1.0, "harvest_depot_id": "d"},
    ]  # fmt: skip
    return case(
        {"old": {"failures_per_year": 0.4}, "new": {"supplier_id": "other",
                                                    "failures_per_year": 0.1}},
        {"c": {}, "d": {"parent_id": "c", "ship_days": 3.0}},
        {"s1": "d", "s2": "c", "s3": "d"},
        [("s1", "old", 6), ("s2", "old", 4, 1), ("s3", "old", 2)],
        [("c", "old", 3)],
        days=200,
        more={
            "suppliers": [{"supplier_id": "other", "name": "Other", "country": "FI"}],
            "replacements": [{"part_id": "old", "by_part_id": "new", "ratio": 0.5}],
            "programme": swaps,
        },
    )  # fmt: skip


def test_removals_change_where_units_go_and_come(swapped_case):
    base = swapped_case.places.base
    names = swapped_case.network["parts"]["part_id"]
    depots = swapped_case.network["depots"]["depot_id"]
    pools = swapped_case.pools
    part = np.repeat(pools.part, np.diff(pools.first))
    found = {}
    for row in range(len(pools.depot)):
        at = slice(base.first[row], base.first[row + 1])
        key = names[int(part[row])], depots[int(pools.depot[row])]
        found[key] = [(float(d), round(float(r) * YEAR, 9)) for d, r in
                      zip(base.day[at], base.rate[at], strict=True)]  # fmt: skip
    assert found["old", "d"] == [(100.0, -2.4)]
    assert found["old", "c"] == [(40.0, -1.6)]
    assert found["new", "d"] == [(100.0, 0.3)]
    assert found["new", "c"] == [(40.0, 0.2)]


def test_harvest_comes_to_its_depot_once_refurbished(swapped_case):
    base, pools = swapped_case.places.base, swapped_case.pools
    names = swapped_case.network["parts"]["part_id"]
    depots = swapped_case.network["depots"]["depot_id"]
    part = np.repeat(pools.part, np.diff(pools.first))
    found = {
        (names[int(part[row])], depots[int(pools.depot[row])], float(day)): (int(units), usable)
        for row in range(len(pools.depot))
        for day, units, usable in zip(
            *(column[base.harvest_first[row] : base.harvest_first[row + 1]] for column in
              (base.harvest_day, base.harvest_units, base.harvest_usable)), strict=True)
    }  # fmt: skip
    assert found == {("old", "c", 120.0): (6, 3.0), ("old", "d", 50.0): (4, 4.0)}


def test_units_in_service_are_averages_over_each_month(swapped_case):
    base, pools = swapped_case.places.base, swapped_case.pools
    network = swapped_case.network
    edges = np.array(month_edges(network.start, network.end))
    names = network["parts"]["part_id"]
    stands = {
        "old": [(6, 0, 100), (4, 0, 40), (2, 0, None)],
        "new": [(3, 100, None), (2, 40, None)],
    }
    for pool, part in enumerate(pools.part):
        groups = slice(base.places.first[pool], base.places.first[pool + 1])
        found = base.units[:, groups].sum(axis=1)
        for month, (begin, end) in enumerate(pairwise(edges)):
            expected = sum(
                units * max(0.0, min(end, until or end) - max(begin, since)) / (end - begin)
                for units, since, until in stands[names[int(part)]]
            )
            assert found[month] == pytest.approx(expected)
    assert set(zip(base.places.quantity, base.places.spare, strict=True)) == {
        (6, 0), (4, 1), (2, 0), (3, 0), (2, 1)}  # fmt: skip


def test_parts_that_are_one_change_as_one(swapped_case):
    network = swapped_case.network
    pooled = pl.DataFrame({"part_id": ["old", "new"], "counts_as": ["new", "new"]})
    pools = swapped_case.pools
    edges = np.array(month_edges(network.start, network.end))
    base = base_of(network, pools, pooled, edges)
    assert base is not None
    row = network["parts"]["part_id"].to_list().index("new")
    mine = np.flatnonzero(np.repeat(pools.part, np.diff(pools.first)) == row)
    total = sum(base.rate[base.first[one] : base.first[one + 1]].sum() for one in mine)
    assert total * YEAR == pytest.approx(-2.4 - 1.6 + 0.3 + 0.2)


def test_without_a_programme_nothing_changes(case):
    plain = case({"p": {}}, {"c": {}}, {"s": "c"}, [("s", "p", 3)])
    edges = np.array(month_edges(plain.network.start, plain.network.end))
    assert base_of(plain.network, plain.pools, None, edges) is None
    assert with_places(plain.network) is plain.network
    assert arrays.places(plain.network, plain.pools).base is None
