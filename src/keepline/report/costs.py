"""Draw what money buys: the frontier of cost against survival, and the purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from keepline.report.look import (
    COURSES,
    INK,
    MUTED,
    PAPER,
    WIDTH,
    part_labels,
    rows,
    supplier_colour,
    supplier_labels,
    target_line,
)
from keepline.report.tally import part_names, spending_by_month, spending_by_part, table
from keepline.report.words import availability, counted, date, goal, short_money

if TYPE_CHECKING:
    from keepline.model.plan import Plan
    from keepline.report.look import Layers

MOST_PARTS: Final = 25
PURCHASES_WIDTH: Final = 290
BAR_STEP: Final = 18
MOST_LEVEL_LABELS: Final = 8
MOST_TICKS: Final = 12
SIZES: Final = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
#: From this ratio of what is missing to 100 %, a log axis tells 99.9 % and 99.99 % apart.
LOG_FROM_RATIO: Final = 8.0
MISSING_TICK: Final = "format(100 * (1 - datum.value), '.7~g') + '\u202f%'"
SHAPES: Final = alt.Scale(domain=["today", "plan"], range=["square", "circle"])


def frontier_rows(plan: Plan) -> pl.DataFrame:
    """Return the frontier's points: budget, availability, missing (1 - availability), days."""
    return (
        table(plan, "frontier")
        .sort("budget", "point")
        .select("point", "budget", "availability", "survive_days")
        .with_columns((1.0 - pl.col("availability")).alias("missing"))
    )


def mark_rows(plan: Plan) -> list[dict[str, Any]]:
    """Return today's point and the plan's, as the summary has them."""
    summary = plan.summary
    return [
        {
            "budget": budget,
            "missing": 1.0 - share,
            "availability": share,
            "note": f"{word} {availability(share)}",
            "course": course,
        }
        for course, word, budget, share in (
            ("today", "today", 0.0, summary.availability_worst_today),
            ("plan", "the plan", summary.purchase_cost, summary.availability_worst_plan),
        )
    ]


def frontier_chart(plan: Plan) -> alt.VConcatChart | None:
    """Draw the best availability, and the days of survival, that each sum of money buys."""
    frame = frontier_rows(plan)
    if frame.is_empty():
        return None
    most = max(float(frame["budget"].max() or 0.0), plan.summary.purchase_cost)  # type: ignore[arg-type]
    return alt.vconcat(
        _availability_panel(plan, frame, most), _days_panel(plan, frame, most), spacing=22
    )


def _money_axis(plan: Plan, most: float, word: str, ticks: int = 8) -> dict[str, Any]:
    """Return title, scale and axis of a channel that shows money, in the size that suits it."""
    size, name = next(((s, n) for s, n in SIZES if most >= s), (1.0, ""))
    said = " ".join(one for one in (plan.summary.currency, name) if one)
    return {
        "title": f"{word} ({said})",
        "scale": alt.Scale(domain=[0, most or 1.0], nice=False),
        "axis": alt.Axis(labelExpr=f"format(datum.value / {size:.0f}, ',~g')", tickCount=ticks),
    }


def _availability_panel(plan: Plan, frame: pl.DataFrame, most: float) -> Layers:
    marks, target = mark_rows(plan), plan.summary.availability_target
    asked = [] if target is None else [target]
    missing = [
        *frame["missing"],
        *(mark["missing"] for mark in marks),
        *(1.0 - one for one in asked),
    ]
    is_log = min(missing) > 0 and max(missing) > LOG_FROM_RATIO * min(missing)
    across = alt.X("budget:Q", **_money_axis(plan, most, "Money spent on stock"))
    up = alt.Y(
        "missing:Q",
        title="Availability in the worst month",
        scale=alt.Scale(type="log" if is_log else "linear", reverse=True, nice=is_log, zero=False),
        axis=alt.Axis(labelExpr=MISSING_TICK, values=_missing_ticks(missing))
        if is_log
        else alt.Axis(labelExpr=MISSING_TICK, tickCount=6),
    )
    line = alt.Chart(rows(frame)).mark_line(
        color=MUTED, strokeWidth=2, point={"size": 14, "color": MUTED}
    )
    spots = alt.Chart(rows(marks))
    layers: list[alt.Chart] = [line.encode(x=across, y=up, order="budget:Q")]
    if target is not None:
        layers += target_line(1.0 - target, f"target {goal(target)}", up, "missing")
    shape = alt.Color("course:N", scale=COURSES, legend=None)
    layers += [
        spots.mark_point(size=110, filled=True, opacity=1, stroke=PAPER, strokeWidth=1.5).encode(
            x=across, y=up, color=shape, shape=alt.Shape("course:N", scale=SHAPES, legend=None)
        ),
        spots.transform_filter("datum.course == 'today'")
        .mark_text(align="left", dx=10, dy=14, color=INK)
        .encode(x=across, y=up, text="note:N"),
        spots.transform_filter("datum.course == 'plan'")
        .mark_text(align="left", dx=8, dy=16, color=INK)
        .encode(x=across, y=up, text="note:N"),
    ]
    return alt.layer(*layers).properties(width=WIDTH - 90, height=240)


def _missing_ticks(missing: list[float]) -> list[float]:
    ticks = [digit * 10.0**power for power in range(-12, 1) for digit in (1, 2, 5)]
    low, high = min(missing), max(missing)
    kept = [tick for tick in ticks if low / 2.5 <= tick <= high * 2.5]
    return kept if len(kept) <= MOST_TICKS else [tick for tick in kept if f"{tick:.0e}"[0] == "1"]


def _days_panel(plan: Plan, frame: pl.DataFrame, most: float) -> Layers:
    up = alt.Y("survive_days:Q", title="Days the target holds", axis=alt.Axis(tickCount=5))
    across = alt.X("budget:Q", **_money_axis(plan, most, "Money spent on stock"))
    line = alt.Chart(rows(frame)).mark_line(
        color=MUTED, strokeWidth=2, interpolate="step-after", point={"size": 14, "color": MUTED}
    )
    layers: list[alt.Chart] = [line.encode(x=across, y=up, order="budget:Q")]
    target = plan.summary.survive_target_days
    if target is not None:
        note = f"target {counted(target, 'day')}"
        layers += target_line(target, note, up, "survive_days")
    return alt.layer(*layers).properties(width=WIDTH - 90, height=150)


def purchase_rows(plan: Plan) -> pl.DataFrame:
    """Return the bars of the purchases chart: the dearest parts, at most 25."""
    labels, suppliers = part_labels(plan, part_names(plan)), supplier_labels(plan)
    bought, currency = spending_by_part(plan).head(MOST_PARTS), plan.summary.currency
    notes = [
        f"{short_money(cost, currency)}: {counted(quantity, 'unit')}, order by {date(by)}"
        for cost, quantity, by in bought.select("cost", "quantity", "order_by").iter_rows()
    ]
    made = [labels.get(one, one) for one in bought["part_id"]]
    sold = [suppliers.get(one, one) for one in bought["supplier_id"]]
    return bought.select("part_id", "quantity", "cost").with_columns(
        pl.Series("label", made, dtype=pl.String),
        pl.Series("supplier", sold, dtype=pl.String),
        pl.Series("note", notes, dtype=pl.String),
    )


def purchases_chart(plan: Plan) -> Layers | None:
    """Draw what is spent on each part, with the quantity and the last day to order."""
    frame = purchase_rows(plan)
    if frame.is_empty():
        return None
    most = float(frame["cost"].max())  # type: ignore[arg-type]
    base = alt.Chart(rows(frame))
    axis = alt.Axis(labelLimit=300, labelColor=INK)
    order = alt.Y("label:N", sort=frame["label"].to_list(), title=None, axis=axis)
    shown = frame["supplier"].unique(maintain_order=True).to_list()
    across = alt.X("cost:Q", **_money_axis(plan, most, "Cost", 5))
    return alt.layer(
        base.mark_bar(height={"band": 0.72}).encode(
            x=across, y=order, color=supplier_colour(plan, shown, None)
        ),
        base.mark_text(align="left", color=INK).encode(
            x=alt.value(PURCHASES_WIDTH + 8), y=order, text="note:N"
        ),
    ).properties(width=PURCHASES_WIDTH, height=BAR_STEP * len(frame))


def month_rows(plan: Plan) -> pl.DataFrame:
    """Return the bars of the spending chart: month, supplier (its name), cost, quantity."""
    suppliers = supplier_labels(plan)
    spent = spending_by_month(plan)
    named = pl.Series("supplier", [suppliers.get(one, one) for one in spent["supplier_id"]])
    return spent.with_columns(named.cast(pl.String))


def spending_chart(plan: Plan) -> Layers | None:
    """Draw what is ordered in each month; None when all is ordered in a single one."""
    frame = month_rows(plan)
    if frame["month"].n_unique() <= 1:
        return None
    months = frame.group_by("month").agg(pl.col("cost").sum()).sort("month")
    notes = [short_money(cost, plan.summary.currency) for cost in months["cost"]]
    sums = months.with_columns(pl.Series("note", notes))
    shown = frame["supplier"].unique().sort().to_list()
    most = float(sums["cost"].max())  # type: ignore[arg-type]
    width = max(320, min(WIDTH - 90, 90 * len(sums)))
    across = alt.X(
        "label:N",
        sort=None,
        title="Month of ordering",
        axis=alt.Axis(labelAngle=0 if len(sums) <= MOST_LEVEL_LABELS else -45),
    )
    named = pl.col("month").dt.strftime("%b %Y").alias("label")
    up = alt.Y("cost:Q", **_money_axis(plan, most * 1.1, "Cost", 5))
    legend = alt.Legend(title=None, orient="top") if len(shown) > 1 else None
    bars = alt.Chart(rows(frame.with_columns(named))).mark_bar(size=34)
    return alt.layer(
        bars.encode(x=across, y=up, color=supplier_colour(plan, shown, legend)),
        alt.Chart(rows(sums.with_columns(named)))
        .mark_text(baseline="bottom", dy=-4, color=INK)
        .encode(x=across, y=up, text="note:N"),
    ).properties(width=width, height=190)
