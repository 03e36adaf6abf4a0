"""Every chart is a valid Vega-Lite chart and holds the figures of its table, no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.report import charts, costs, courses, places
from keepline.report.drawing import inline, spec, svg
from keepline.report.tally import lost_shares

from .drawn import drawn_rows

if TYPE_CHECKING:
    from keepline.model.plan import Plan

BUILDERS = {
    "endurance": charts.endurance_chart,
    "losses": charts.losses_chart,
    "frontier": costs.frontier_chart,
    "purchases": costs.purchases_chart,
    "spending": costs.spending_chart,
    "availability": courses.availability_chart,
    "backorders": courses.backorders_chart,
    "map": places.map_chart,
}


def rows_with(plan: Plan, name: str, *fields: str) -> list[dict[str, Any]]:
    chart = BUILDERS[name](plan)
    assert chart is not None
    sets = [rows for rows in drawn_rows(spec(chart)) if set(fields) <= set(rows[0])]
    assert sets
    return max(sets, key=len)


@pytest.mark.parametrize("name", BUILDERS)
def test_every_chart_is_valid_and_draws(plan: Plan, name: str) -> None:
    chart = BUILDERS[name](plan)
    assert chart is not None
    assert chart.to_dict(validate=True)["$schema"].endswith(".json")
    assert svg(chart).startswith("<svg")


@pytest.mark.parametrize("name", BUILDERS)
def test_no_rows_no_chart(empty_plan: Plan, name: str) -> None:
    assert BUILDERS[name](empty_plan) is None


def test_endurance_bars_equal_the_table(plan: Plan) -> None:
    table = plan.tables["endurance"].filter(pl.col("depot_id").is_null())
    short = table.filter(~pl.col("is_beyond_end")).sort("survive_days")
    bars = rows_with(plan, "endurance", "part_id", "until")
    assert [bar["part_id"] for bar in bars] == short["part_id"].to_list()
    assert [bar["survive_days"] for bar in bars] == short["survive_days"].to_list()
    assert [bar["until"] for bar in bars] == [on.isoformat() for on in short["until_on"]]


def test_endurance_marks_the_first_cut_of_each_part(plan: Plan) -> None:
    marks = rows_with(plan, "endurance", "label", "lost_on")
    first = plan.tables["losses"].group_by("part_id").agg(pl.col("supply_lost_on").min())
    assert len(marks) > 0
    assert {mark["lost_on"] for mark in marks} <= {on.isoformat() for on in first["supply_lost_on"]}


def test_loss_steps_equal_the_sums(plan: Plan) -> None:
    chart = charts.losses_chart(plan)
    assert chart is not None
    drawn = [
        (row["on"], row["share"])
        for rows in drawn_rows(spec(chart))
        for row in rows
        if "place" not in row
    ]
    sums = lost_shares(plan)
    expected = [(on.isoformat(), share) for on, share in sums.select("on", "share").iter_rows()]
    assert sorted(drawn) == sorted(expected)


def test_frontier_points_equal_the_table(plan: Plan) -> None:
    points = rows_with(plan, "frontier", "budget", "survive_days")
    table = plan.tables["frontier"]
    for column in ("budget", "availability", "survive_days"):
        assert [point[column] for point in points] == table[column].to_list()


def test_frontier_marks_today_and_the_plan(plan: Plan) -> None:
    today, planned = costs.mark_rows(plan)
    assert (today["budget"], today["availability"]) == (
        0.0,
        plan.summary.availability_worst_today,
    )
    assert planned["budget"] == plan.summary.purchase_cost
    assert planned["missing"] == pytest.approx(1 - plan.summary.availability_worst_plan)


def test_purchase_bars_equal_the_table(plan: Plan) -> None:
    bars = rows_with(plan, "purchases", "cost", "part_id")
    table = plan.tables["purchases"].group_by("part_id").agg(pl.col("cost", "quantity").sum())
    expected = {row["part_id"]: (row["cost"], row["quantity"]) for row in table.to_dicts()}
    assert {bar["part_id"]: (bar["cost"], bar["quantity"]) for bar in bars} == expected


def test_spending_bars_add_up(plan: Plan) -> None:
    bars = rows_with(plan, "spending", "supplier", "cost")
    assert sum(bar["cost"] for bar in bars) == pytest.approx(plan.summary.purchase_cost)


def test_one_month_of_orders_needs_no_chart_of_months(plan: Plan) -> None:
    bought = plan.tables["purchases"]
    one = {**plan.tables, "purchases": bought.filter(pl.col("order_on") == plan.summary.start)}
    assert costs.spending_chart(type(plan)(plan.summary, one, plan.provenance)) is None


def test_simulated_lines_equal_the_table(plan: Plan) -> None:
    lines = rows_with(plan, "availability", "mean", "low", "course")
    table = plan.tables["simulated"].filter(pl.col("course") != "difference")
    assert len(lines) == len(table)
    by_month = {(row["course"], row["month"].isoformat()): row for row in table.to_dicts()}
    for line in lines:
        row = by_month[line["course"], line["month"]]
        assert (line["mean"], line["low"], line["high"]) == (row["mean"], row["low"], row["high"])


def test_map_holds_all_traffic(plan: Plan) -> None:
    cells = rows_with(plan, "map", "traffic", "share_lost")
    table = plan.tables["exposure"]
    assert sum(cell["traffic"] for cell in cells) == pytest.approx(table["traffic"].sum())
    lost = table["units_lost_expected"].sum()
    assert sum(cell["units_lost_expected"] for cell in cells) == pytest.approx(lost)


def test_a_map_has_one_scale_for_both_directions(plan: Plan) -> None:
    chart = places.map_chart(plan)
    assert chart is not None
    drawn = spec(chart)
    circles = next(layer for layer in drawn["layer"] if layer["mark"]["type"] == "circle")
    spans = [circles["encoding"][axis]["scale"]["domain"] for axis in ("x", "y")]
    ratios = [size / (high - low) for size, (low, high) in
              zip((drawn["width"], drawn["height"]), spans, strict=True)]  # fmt: skip
    assert ratios[0] == pytest.approx(ratios[1], rel=0.01)


def test_a_drawing_is_named_and_keeps_its_ids_apart(plan: Plan) -> None:
    chart = charts.losses_chart(plan)
    assert chart is not None
    drawn = inline(chart, "one", "A & B", "what <it> shows")
    assert '<title id="one-title">A &amp; B</title>' in drawn
    assert '<desc id="one-about">what &lt;it&gt; shows</desc>' in drawn
    assert all(name.startswith("one-") for name in re.findall(r' id="([^"]*)"', drawn))
    assert "http" not in drawn
    assert "currentColor" in drawn


def test_a_series_is_told_apart_without_colour(plan: Plan) -> None:
    chart = courses.backorders_chart(plan)
    assert chart is not None
    lines = [one for one in spec(chart)["layer"] if one["mark"]["type"] == "line"]
    assert lines[0]["encoding"]["strokeDash"]["scale"]["range"] == [[6, 3], [1, 0]]
