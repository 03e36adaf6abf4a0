"""What the simulation saw, in words: means, intervals, parts that run short first."""

import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from keepline.model.results import RESULTS
from keepline.report.judged import by_quarter, first_short, in_all, judged_tables

NBSP, THIN = "\u00a0", "\u202f"


def row(measure, course, mean, low, high, **marks):
    named = {"operator_id": None, "part_id": None, "quarter": None, **marks}
    ends = {"mean": mean, "low": low, "high": high, "replications": 40}
    return {"measure": measure, **named, "course": course, **ends}


ROWS = [
    row("traffic_served", "today", 0.9, 0.88, 0.92),
    row("traffic_served", "plan", 0.99, 0.985, 0.995),
    row("traffic_served", "difference", 0.09, 0.08, 0.1),
    row("traffic_served", "today", 0.5, 0.4, 0.6, operator_id="ee"),
    row("longest_outage", "today", 40.0, 35.0, 45.0),
    row("stock_left_value", "difference", -1500.0, -1600.0, -1400.0),
    row("spend", "today", 10.0, 9.0, 11.0, quarter=dt.date(2020, 7, 1)),
    row("spend", "today", 20.0, 19.0, 21.0, quarter=dt.date(2020, 4, 1)),
    row("first_short_day", "today", 90.0, 80.0, 100.0, part_id="late"),
    row("short_share", "today", 0.5, 0.4, 0.6, part_id="late"),
    row("first_short_day", "today", 30.0, 20.0, 40.0, part_id="<early>"),
    row("short_share", "today", 0.9, 0.8, 1.0, part_id="<early>"),
    row("first_short_day", "today", 100.0, 100.0, 100.0, part_id="never"),
    row("short_share", "today", 0.0, 0.0, 0.0, part_id="never"),
]


@pytest.fixture
def once():
    schema = RESULTS["simulated_once"].create_empty().schema
    return pl.DataFrame(ROWS, schema=schema)


def test_figures_stand_with_their_intervals_and_units(once):
    lines = {one.what: one for one in in_all(once, "EUR")}
    served = lines["Traffic served, average over the plan"]
    assert served.today == f"90.00{THIN}% (88.00{THIN}% to 92.00{THIN}%)"
    assert served.difference == "9.00 points (8.00 to 10.0)"
    assert lines["Longest outage of a site, whole or in part"].today.startswith("40.0 days (35.0")
    value = lines["Value of the stock left at the end"]
    assert value.difference.startswith("\u2212EUR")
    assert value.today == ""


def test_quarters_come_in_order(once):
    assert [one.what for one in by_quarter(once, "EUR")] == [
        f"Quarter from Apr{NBSP}2020",
        f"Quarter from Jul{NBSP}2020",
    ]


def test_parts_that_run_short_first_come_first(once):
    assert first_short(once)["part_id"].to_list() == ["<early>", "late"]
    assert first_short(once.clear()).is_empty()


def test_the_report_shows_them_and_trusts_no_name(once):
    parts = pl.DataFrame(
        {
            "part_id": ["late", "<early>"],
            "name": ["Late", "<b>Early</b>"],
            "supplier_id": ["a", "a"],
        }
    )
    tables = {"simulated_once": once, "parts": parts}
    plan = SimpleNamespace(tables=tables, summary=SimpleNamespace(currency="EUR"))
    page = judged_tables(plan)
    assert page.count("<table") == 3
    assert "With the plan" in page
    assert "<b>Early" not in page
    assert judged_tables(SimpleNamespace(tables={}, summary=plan.summary)) == ""
