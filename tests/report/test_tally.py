"""The sums behind charts and sentences equal sums made by hand from the tables."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from keepline.report import tally
from keepline.report.cells import EARTH_KM, cells

if TYPE_CHECKING:
    from keepline.model.plan import Plan


def lost_by_hand(plan: Plan, supplier: str, mode: str, on: dt.date) -> float:
    """Walk the cuts of every part and branch as the declaration of the table says."""
    chance = dict(plan.tables["branches"].select("branch_id", "probability").iter_rows())
    whole = plan.tables["endurance"].filter(pl.col("depot_id").is_null())
    total = lost = 0.0
    for row in whole.iter_rows(named=True):
        if row["supplier_id"] != supplier:
            continue
        total += row["installed"]
        for branch, probability in chance.items():
            changes = plan.tables["cuts"].filter(
                (pl.col("part_id") == row["part_id"]) & (pl.col("branch_id") == branch)
                & (pl.col("mode") == mode) & (pl.col("from_on") <= on)
            ).sort("from_on")  # fmt: skip
            left = changes["share_left"][-1] if len(changes) else 1.0
            lost += probability * (1.0 - left) * row["installed"]
    return lost / total


@pytest.mark.parametrize("mode", ["supply", "repair", "software"])
def test_lost_shares_follow_the_cuts(plan: Plan, mode: str) -> None:
    shares = tally.lost_shares(plan).filter(pl.col("mode") == mode)
    assert shares["on"][0] == plan.summary.start
    assert shares["on"][-1] == plan.summary.end
    for on, share in shares.select("on", "share").iter_rows():
        assert share == pytest.approx(lost_by_hand(plan, "huawei", mode, on), abs=1e-12)


def test_a_cut_before_the_first_day_counts_from_the_first_day(plan: Plan) -> None:
    early = plan.tables["cuts"].with_columns(pl.col("from_on").dt.offset_by("-3y"))
    shares = tally.lost_shares(replace(plan, tables={**plan.tables, "cuts": early}))
    start = shares.filter(pl.col("mode") == "supply", pl.col("on") == plan.summary.start)
    assert start["share"].to_list() == pytest.approx([0.6375 + 0.2125 * 0.6])


def test_a_cut_after_the_last_day_is_no_loss(plan: Plan) -> None:
    late = plan.tables["cuts"].with_columns(pl.col("from_on").dt.offset_by("9y"))
    assert tally.lost_shares(replace(plan, tables={**plan.tables, "cuts": late})).is_empty()


def test_depot_rows_are_not_counted_twice(national_plan: Plan) -> None:
    every = tally.endurance_by_part(national_plan)
    rows = national_plan.tables["endurance"]
    assert every["installed"].sum() == pytest.approx(rows["installed"].sum() / 2)
    assert every["pools"].unique().to_list() == [4]
    shortest = rows.group_by("part_id").agg(pl.col("survive_days").min()).sort("part_id")
    assert every.sort("part_id")["survive_days"].to_list() == shortest["survive_days"].to_list()


def test_spending_adds_up_to_the_purchases(plan: Plan) -> None:
    total = plan.tables["purchases"]["cost"].sum()
    for sums in (tally.spending_by_part, tally.spending_by_month, tally.spending_by_supplier):
        assert sums(plan)["cost"].sum() == pytest.approx(total)


def test_backorders_mix_the_branches(plan: Plan) -> None:
    chance = dict(plan.tables["branches"].select("branch_id", "probability").iter_rows())
    month = dt.date(2022, 1, 1)
    rows = plan.tables["outlook"].filter(pl.col("month") == month).iter_rows(named=True)
    expected = sum(chance[row["branch_id"]] * row["backorders"] for row in rows)
    found = tally.backorders_by_month(plan).filter(pl.col("month") == month)
    assert found["today"][0] == pytest.approx(expected)


def test_probability_of_a_loss_is_that_of_its_branches(plan: Plan) -> None:
    row = tally.losses_by_supplier(plan).row(0, named=True)
    assert row["supplier_id"] == "huawei"
    assert row["probability"] == pytest.approx(0.85)
    assert (row["parts"], row["unknown"]) == (13, 3)


def test_cells_keep_every_site_and_all_traffic(national_plan: Plan) -> None:
    found, sites = cells(national_plan), national_plan.tables["exposure"]
    assert len(found.cells) <= 2_500
    for column in ("traffic", "units", "units_lost_expected"):
        assert found.cells[column].sum() == pytest.approx(sites[column].sum())
    assert found.cells["sites"].sum() == len(sites)
    assert found.unplaced == 0


def test_cells_keep_distances(plan: Plan) -> None:
    pair = pl.DataFrame({"latitude": [52.0, 52.0, 52.2], "longitude": [-1.0, 0.0, -1.0]})
    sites = plan.tables["exposure"].head(3).with_columns(pair)
    found = cells(replace(plan, tables={"exposure": sites})).cells
    spots = found.sort("y_km", "x_km").select("x_km", "y_km").rows()
    degree = EARTH_KM * math.pi / 180
    east = spots[1][0] - spots[0][0]
    assert east == pytest.approx(degree * math.cos(math.radians(52.1)), abs=0.02)
    assert spots[2][1] - spots[0][1] == pytest.approx(0.2 * degree, abs=0.02)


def test_sites_without_coordinates_are_counted(plan: Plan) -> None:
    sites = plan.tables["exposure"].with_columns(pl.lit(None, dtype=pl.Float64).alias("latitude"))
    found = cells(replace(plan, tables={"exposure": sites}))
    assert (len(found.cells), found.unplaced) == (0, len(sites))


def test_an_empty_plan_has_empty_sums(empty_plan: Plan) -> None:
    for sums in (
        tally.endurance_by_part,
        tally.endurance_by_supplier,
        tally.lost_shares,
        tally.loss_days,
        tally.losses_by_supplier,
        tally.spending_by_part,
        tally.spending_by_month,
        tally.spending_by_supplier,
        tally.backorders_by_month,
        tally.simulated_availability,
    ):
        assert sums(empty_plan).is_empty()
