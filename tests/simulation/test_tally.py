"""The measures of sites, parts and money, worked out again from the kernel's records."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.maths.blocks import blocks_of
from keepline.maths.field.record import HARVESTED, imbalance
from keepline.model.results import RESULTS
from keepline.simulation import Field
from keepline.simulation.block import play_block, setup_of
from keepline.simulation.outcome import Outcome
from keepline.simulation.tell import once_table, parts_table, simulated_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.simulation.block import Setup
    from keepline.simulation.field_player import FieldPlayed

COUNT = 40
PARTS = {
    "p": {"failures_per_year": 2.0, "unit_cost": 7.0},
    "q": {"failures_per_year": 1.0, "technology": "4G", "repair_share": 0.0, "lead_days": 20.0},
    "r": {"failures_per_year": 0.01, "technology": "4G"},
}
SITES = {
    "s": {"depot_id": "d", "traffic": 3.0, "operator_id": "one", "region": "N"},
    "t": {"depot_id": "c", "traffic": 2.0, "operator_id": "one", "region": "S"},
    "u": {"depot_id": "e", "traffic": 1.5, "operator_id": "two", "region": "S"},
}
STANDS = [("s", "p", 2), ("s", "q", 1), ("t", "p", 3, 1), ("u", "q", 2), ("u", "r", 1)]
CHANCE = (0.4, 0.6)


@pytest.fixture(scope="module")
def two(case: Callable[..., Any]) -> Any:
    """Two operators, two regions, two technologies; the first part is cut in one branch."""
    return case(
        PARTS,
        {
            "c": {"operator_id": "one"},
            "d": {"parent_id": "c", "ship_days": 3.0, "operator_id": "one"},
            "e": {"operator_id": "two"},
        },
        SITES,
        STANDS,
        [("c", "p", 1), ("d", "p", 1), ("e", "q", 1), ("e", "r", 9)],
        [],
        [("p", 1, "supply", 60, 0.0), ("p", 1, "repair", 60, 0.0)],
        CHANCE,
        days=120,
    )


@pytest.fixture(scope="module")
def purchases(two: Any) -> pl.DataFrame:
    """Two orders, one before the plan's second quarter and one in it."""
    start = two.network.start
    return pl.DataFrame(
        {
            "part_id": ["p", "q"],
            "depot_id": ["c", "e"],
            "quantity": [3, 2],
            "order_on": [start, start + dt.timedelta(days=92)],
            "arrives_on": [start + dt.timedelta(days=30), start + dt.timedelta(days=112)],
            "cost": [21.0, 200.0],
        }
    )


@pytest.fixture(scope="module")
def setup(two: Any, purchases: pl.DataFrame) -> Setup:
    return setup_of(
        two.network, two.pools, two.supply, two.places, two.branches, purchases, None, 3, Field()
    )


@pytest.fixture(scope="module")
def whole(setup: Setup) -> Outcome:
    return play_block(setup, 0, COUNT)


@pytest.fixture(scope="module")
def families(setup: Setup) -> list[FieldPlayed]:
    assert setup.field is not None
    return list(setup.field.block(0, COUNT))


@pytest.fixture(scope="module")
def once(two: Any, setup: Setup, whole: Outcome) -> pl.DataFrame:
    assert setup.base is not None
    return once_table(two.network, whole.moments, setup.base.held_names())


def figure(table: pl.DataFrame, measure: str, course: str = "today", **marks: Any) -> float:
    """Return the mean of one row; marks that are not told are empty."""
    keys = {"operator_id", "part_id", "quarter", "region", "technology", "month"} & set(
        table.columns
    )
    told = {key: marks.get(key) for key in keys}
    here = pl.all_horizontal(pl.col(key).eq_missing(one) for key, one in told.items())
    found = table.filter(here, measure=measure, course=course)
    assert len(found) == 1, (measure, course, marks, len(found))
    return float(found["mean"][0])


def served(families: list[FieldPlayed], course: int, timeline: int, begin: float, end: float,
           region: str | None = None, technology: str | None = None) -> float:  # fmt: skip
    """Return traffic lost on average over days, hour by hour on a fine grid of moments."""
    moments = np.arange(begin + 0.005, end, 0.01)
    lost = np.zeros(len(moments))
    for replication in range(COUNT):
        out = np.zeros((len(STANDS), len(moments)), np.int64)
        for family in families:
            record = family.records[course][timeline]
            mine = record.log_replication == replication
            for day, row, units in zip(record.log_day[mine], record.log_row[mine],
                                       record.log_out[mine], strict=True):  # fmt: skip
                out[row, moments >= day] = units
        for site, said in SITES.items():
            rows = [
                row for row, one in enumerate(STANDS)
                if one[0] == site
                and technology in (None, PARTS[one[1]].get("technology", "5G-RAN"))
            ]  # fmt: skip
            if region in (None, said["region"]):
                # every part has the weight 1
                lost += np.minimum(out[rows].sum(axis=0), said["traffic"])
    return float(lost.mean() / COUNT)


@pytest.mark.parametrize(
    ("marks", "traffic"),
    [
        ({}, 6.5),
        ({"region": "S"}, 3.5),
        ({"technology": "4G"}, 4.5),
        ({"technology": "5G-RAN"}, 5.0),
    ],
)
def test_traffic_served_is_what_a_fine_grid_of_moments_sees(
    two: Any, whole: Outcome, families: list[FieldPlayed], marks: dict[str, str], traffic: float
) -> None:
    table = simulated_table(two.network, whole.moments)
    for course, name in enumerate(("today", "plan")):
        lost = [served(families, course, timeline, 60, 91, **marks) for timeline in (0, 1)]
        expected = 1.0 - (0.4 * lost[0] + 0.6 * lost[1]) / traffic
        got = figure(table, "traffic_served", name, month=dt.date(2020, 3, 1), **marks)
        assert got == pytest.approx(expected, abs=2e-3)


def test_first_shortages_stock_and_money_are_those_of_the_records(
    two: Any, setup: Setup, families: list[FieldPlayed], once: pl.DataFrame
) -> None:
    assert setup.field is not None
    by_part = {
        (two.network["parts"]["part_id"][int(setup.field.setup.family_parts[one.family][0])],
         len(setup.field.setup.family_depots[one.family])): one
        for one in families
    }  # fmt: skip
    p = by_part["p", 2]
    first = [np.minimum(record.first_short_day[:, 0], 120.0) for record in p.records[1]]
    mark = {"operator_id": "one", "part_id": "p"}
    days = 0.4 * first[0].mean() + 0.6 * first[1].mean()
    assert figure(once, "first_short_day", "plan", **mark) == pytest.approx(days)
    share = 0.4 * (first[0] < 120).mean() + 0.6 * (first[1] < 120).mean()
    assert figure(once, "short_share", "plan", **mark) == pytest.approx(share)
    left = [record.on_hand[:, 0].sum(axis=1).mean() for record in p.records[1]]
    units = 0.4 * left[0] + 0.6 * left[1]
    assert figure(once, "stock_left", "plan", **mark) == pytest.approx(units)
    assert figure(once, "stock_left_value", "plan", **mark) == pytest.approx(7.0 * units)
    spent = 0.0
    for record, chance in zip(p.records[1], CHANCE, strict=True):
        spent += chance * 7.0 * record.ordered[:, :3, 0].sum() / COUNT
    q = by_part["q", 2]  # of operator one; it is scrapped, and ordered anew
    spent += 100.0 * q.records[1][0].ordered[:, :3, 0].sum() / COUNT
    quarter = {"operator_id": "one", "quarter": dt.date(2020, 1, 1)}
    assert figure(once, "spend", "plan", **quarter) == pytest.approx(spent + 21.0)
    assert figure(once, "spend", "today", **quarter) == pytest.approx(
        figure(once, "spend", "plan", **quarter) - 21.0, abs=10.0
    )
    second = {"operator_id": "two", "quarter": dt.date(2020, 4, 1)}
    assert figure(once, "spend", "difference", **second) == pytest.approx(200.0)


def test_totals_are_the_sums_of_operators(once: pl.DataFrame) -> None:
    for measure in ("stock_left", "stock_left_value", "sites_down"):
        both = [figure(once, measure, "plan", operator_id=one) for one in ("one", "two")]
        assert figure(once, measure, "plan") == pytest.approx(sum(both))
    longest = {name: figure(once, "longest_outage", "plan", operator_id=name)
               for name in ("one", "two", None)}  # fmt: skip
    assert longest[None] >= max(longest["one"], longest["two"])
    assert figure(once, "first_short_day") <= figure(once, "first_short_day", operator_id="two")


def test_the_difference_is_plan_less_today(once: pl.DataFrame) -> None:
    keys = ["measure", "operator_id", "part_id", "quarter"]
    wide = once.pivot("course", index=keys, values="mean")
    less = (wide["plan"] - wide["today"] - wide["difference"]).to_numpy()
    assert np.abs(less).max() < 1e-6


def test_units_short_by_depot_add_up_to_the_network(two: Any, setup: Setup, whole: Outcome) -> None:
    table = parts_table(two.network, whole.moments, COUNT)
    assert "r" not in table["part_id"]  # nine spares for one unit: never short
    sums = table.group_by("course", "month").agg(pl.col("mean").sum()).sort("course", "month")
    total = (
        simulated_table(two.network, whole.moments)
        .filter(pl.col("operator_id").is_null(), measure="units_short")
        .sort("course", "month")
    )
    assert sums["mean"].to_numpy() == pytest.approx(total["mean"].to_numpy(), abs=1e-4)
    assert setup.base is not None


@pytest.mark.parametrize("size", [1, 7, 39])
def test_blocks_of_any_size_join_to_the_same_sums(
    two: Any, setup: Setup, whole: Outcome, size: int
) -> None:
    joined = Outcome()
    for first, count in reversed(blocks_of(COUNT, size)):
        joined += Outcome.from_bytes(play_block(setup, first, count).to_bytes())
    assert joined.moments.keys() == whole.moments.keys()
    for key, one in whole.moments.items():
        other = joined.moments[key]
        assert (one.total == other.total).all(), key
        assert (one.squares == other.squares).all(), key
        # where no unit was short a block has no sum: the values are 0
        assert other.count == COUNT or (key[0] == "short" and other.count < COUNT), key
    one, other = (parts_table(two.network, it.moments, COUNT) for it in (whole, joined))
    assert one.equals(other)


def test_tables_are_as_declared(two: Any, purchases: pl.DataFrame) -> None:
    played = two.play(purchases, replications=20, field=Field(), threads=2)
    for name in ("simulated", "simulated_parts", "simulated_once"):
        table = getattr(played, name)
        assert RESULTS[name].is_valid(table), name
        assert table["replications"].unique().to_list() == [20]
        assert (table["low"] <= table["mean"]).all()
        assert (table["mean"] <= table["high"]).all()
    assert "harvested" not in played.simulated_once["measure"]


def test_without_the_field_only_what_the_formulas_tell(two: Any) -> None:
    played = two.play(replications=4)
    assert set(played.simulated["measure"]) == {"availability", "units_short"}
    assert len(played.simulated_parts) == len(played.simulated_once) == 0
    assert RESULTS["simulated"].is_valid(played.simulated)


def test_every_unit_is_somewhere(families: list[FieldPlayed]) -> None:
    for family in families:
        for record in (one for course in family.records for one in course):
            assert not imbalance(record.counts).any()
            assert not record.counts[..., HARVESTED].any()
