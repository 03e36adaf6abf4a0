"""Stock while a programme changes the base, held against sums over both laws and against play."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from keepline import simulation
from keepline.model.mechanisms import Mechanisms

START = dt.date(2020, 1, 1)
YEAR = 365.25
CUT = [("old", 0, "supply", 0, 0.0), ("old", 0, "repair", 0, 0.0)]


def on(day: int) -> dt.date:
    return START + dt.timedelta(days=day)


def swap(site: str, day: int, share: float, **more: object) -> dict[str, object]:
    return {"site_id": site, "from_supplier_id": "maker", "technology": "5G-RAN",
            "to_supplier_id": "other", "swap_on": on(day), "refurbish_days": 20.0,
            "units_harvested_share": share, **more}  # fmt: skip


def tables(*swaps: dict[str, object]) -> dict[str, list[dict[str, object]]]:
    return {
        "suppliers": [{"supplier_id": "other", "name": "Other", "country": "FI"}],
        "replacements": [{"part_id": "old", "by_part_id": "new", "ratio": 1.0}],
        "programme": list(swaps),
    }


PARTS = {
    "old": {"failures_per_year": 1.5, "repair_share": 0.0},
    "new": {"supplier_id": "other", "failures_per_year": 0.5, "repair_share": 0.0,
            "lead_days": 20.0},
}  # fmt: skip


def middles(days: int) -> np.ndarray:
    months = [START, *(dt.date(2020, m, 1) for m in range(2, 13))]
    edges = [float((day - START).days) for day in months if (day - START).days < days]
    edges.append(float(days))
    return (np.array(edges[:-1]) + np.array(edges[1:])) / 2.0


@pytest.mark.parametrize("share", [1.0, 0.8, 0.0])
def test_one_place_follows_the_sums(case, share):
    found = case(
        PARTS, {"c": {}}, {"s1": "c", "s2": "c"}, [("s1", "old", 6), ("s2", "old", 4)],
        [("c", "old", 2)], cuts=CUT, days=366, more=tables(swap("s1", 100, share)),
    )  # fmt: skip
    outlook = found.plan(availability=0.0).outlook.filter(part_id="old").sort("month")
    x = np.arange(90)
    for day, row in zip(middles(366), outlook.iter_rows(named=True), strict=True):
        removed = 1.5 / YEAR * (6 * min(day, 100.0) + 4 * day)
        usable = stats.binom.pmf(np.arange(7), 6, share) if day >= 120.0 else np.eye(7)[0]
        law = stats.poisson.pmf(x, removed)
        exact = sum(
            chance * float(law @ np.maximum(x - 2 - units, 0))
            for units, chance in enumerate(usable)
        )
        assert row["outstanding"] >= removed - 1e-9
        # what cannot be used is reckoned on the safe side, and not far from it
        assert row["backorders"] >= exact - 1e-9
        assert row["backorders"] == pytest.approx(exact, abs=1e-9 if share in (0.0, 1.0) else 0.2)


def test_what_is_to_come_has_stock_bought_for_it(case):
    found = case(
        PARTS, {"c": {}}, {"s1": "c", "s2": "c"}, [("s1", "old", 40), ("s2", "old", 4)],
        [("c", "old", 60)], days=366, more=tables(swap("s1", 60, 1.0)),
    )  # fmt: skip
    made = found.plan(availability=0.99)
    assert set(made.purchases["part_id"]) == {"new"}
    assert made.is_target_met
    # and not a unit where nothing of it ever stands
    still = case(
        PARTS, {"c": {}}, {"s1": "c", "s2": "c"}, [("s1", "old", 40), ("s2", "old", 4)],
        [("c", "old", 60)], days=366,
    )  # fmt: skip
    assert "new" not in set(still.plan(availability=0.99).purchases["part_id"])


def test_service_is_of_the_units_that_stand(case):
    """All stands at one site until it is swapped for what never fails: then nothing is missing."""
    parts = {**PARTS, "new": {**PARTS["new"], "failures_per_year": 0.0}}
    found = case(
        parts, {"c": {}}, {"s1": "c"}, [("s1", "old", 10)], cuts=CUT, days=366,
        more=tables(swap("s1", 91, 0.0)),
    )  # fmt: skip
    today = found.plan(availability=0.0).today
    lost = 1.5 / YEAR * middles(366)
    # product form: units times log of the share that stands, over all traffic
    assert today[:3] == pytest.approx((1.0 - lost[:3]) ** 10)
    assert (today[3:] == 1.0).all()


def test_play_agrees_over_two_echelons(case):
    """Few units are missing when a site is swapped: those the law harvests, and play does not."""
    parts = {**PARTS, "old": {**PARTS["old"], "failures_per_year": 0.6}}
    found = case(
        parts, {"c": {}, "d": {"parent_id": "c", "ship_days": 6.0},
                "e": {"parent_id": "c", "ship_days": 15.0}},
        {"s1": "d", "s2": "e", "s3": "d"},
        [("s1", "old", 12), ("s2", "old", 9), ("s3", "old", 30)],
        [("c", "old", 5), ("d", "old", 1)], cuts=[("old", 0, "supply", 30, 0.0)], days=366,
        more=tables(swap("s1", 90, 0.7), swap("s2", 200, 0.9, harvest_depot_id="e")),
    )  # fmt: skip
    plays = replace(Mechanisms.formulas(), programme=True, harvest=True)
    played = found.play(replications=3000, field=simulation.Field(plays, found.network, None, None))
    outlook = found.plan(availability=0.0).outlook
    seen = played.simulated_parts.group_by("part_id", "month").agg(
        pl.col("mean").sum(), width=(pl.col("high") - pl.col("low")).sum()
    )
    # the law looks at the middle of a month, play averages: months of jumps are left out
    smooth = pl.col("month").dt.month().is_in([2, 3, 6, 9, 10, 11, 12])
    rows = outlook.filter(smooth).join(seen, on=["part_id", "month"])
    assert len(rows) == 14
    for row in rows.iter_rows(named=True):
        near = row["width"] + 0.04 * row["backorders"] + 0.02
        assert row["mean"] == pytest.approx(row["backorders"], abs=near), row
