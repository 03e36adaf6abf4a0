"""How long each part lasts and what 90 more days cost, against the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from keepline.report import lasting
from keepline.report.words import count, money

if TYPE_CHECKING:
    from keepline.model.plan import Plan


def rows_of(plan: Plan) -> pl.DataFrame:
    whole = plan.tables["endurance"].filter(pl.col("depot_id").is_null())
    return whole.filter(~pl.col("is_beyond_end")).sort("survive_days")


def with_endurance(plan: Plan, **columns: pl.Expr | str | float | None) -> Plan:
    frame = plan.tables["endurance"]
    changed = [
        (one if isinstance(one, pl.Expr) else pl.lit(one)).cast(frame.schema[name]).alias(name)
        for name, one in columns.items()
    ]
    return replace(plan, tables={**plan.tables, "endurance": frame.with_columns(changed)})


def test_every_part_that_runs_short_has_its_days_and_its_price(plan: Plan) -> None:
    page = lasting.lasting_table(plan)
    rows = rows_of(plan)
    assert page.count("<tr>") == len(rows) + 1
    first = rows.row(0, named=True)
    assert count(int(first["survive_days"])) in page
    for row in rows.iter_rows(named=True):
        assert money(row["cost_for_90_days"], "GBP") in page


def test_the_interval_stands_beside_days_that_are_not_exact(plan: Plan) -> None:
    row = {"survive_days": 1412.0, "survive_days_low": 1398.0, "survive_days_high": 1412.0}
    assert lasting.days_held(row) == f"{count(1412)} ({count(1398)}\u2013{count(1412)})"
    simulated = with_endurance(plan, survive_days_low=pl.col("survive_days") - 5, law="simulated")
    assert lasting.lasting_table(simulated).count("\u2013") >= len(rows_of(plan))


def test_ninety_more_days_are_added_up(plan: Plan) -> None:
    rows = rows_of(plan)
    said = lasting.ninety_more(plan)
    assert money(float(rows["cost_for_90_days"].sum()), "GBP") in said
    assert f"{count(int(rows['units_for_90_days'].sum()))} units" in said.replace("\u00a0", " ")
    assert "too late" not in said


def test_what_comes_too_late_is_said(plan: Plan) -> None:
    late = with_endurance(
        plan,
        help="too late",
        units_for_90_days=None,
        units_for_90_days_low=None,
        units_for_90_days_high=None,
        cost_for_90_days=None,
    )
    said = lasting.ninety_more(late)
    assert said.endswith("no number of units helps: they would come too late.")
    assert lasting.lasting_table(late).count("too late") == len(rows_of(plan))


@pytest.mark.parametrize(
    ("units_law", "low", "high", "written"),
    [("exact", 7, 7, "7"), ("simulated", 5, 9, "7 (5\u20139)"), ("bound", 7, None, "at least 7")],
)
def test_units_say_how_sure_they_are(
    units_law: str, low: int, high: int | None, written: str
) -> None:
    row = {
        "units_for_90_days": 7,
        "units_for_90_days_low": low,
        "units_for_90_days_high": high,
        "units_law": units_law,
        "help": "units",
        "cost_for_90_days": 21_000.0,
    }
    assert lasting.more_days(row, "GBP") == (written, money(21_000.0, "GBP"))


def test_a_plan_whose_stock_lasts_says_nothing(plan: Plan) -> None:
    held = with_endurance(plan, is_beyond_end=pl.lit(value=True))
    assert lasting.lasting_table(held) == ""
    assert lasting.ninety_more(held) == ""
