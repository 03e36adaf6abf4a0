"""Draw what may be lost and how long today's stock lasts. Each builder holds only table figures.

Every builder takes a plan and returns a chart, or None when the tables hold nothing to draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt
import polars as pl

from keepline.report.look import (
    DASHES,
    INK,
    WIDTH,
    apart,
    dates,
    part_labels,
    rows,
    supplier_colour,
    supplier_labels,
)
from keepline.report.tally import (
    MODE_WORDS,
    endurance_by_part,
    loss_days,
    lost_shares,
    part_names,
)
from keepline.report.words import capital, counted, date

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.plan import Plan
    from keepline.report.look import Layers

MOST_BARS: Final = 45
LEAST_BARS: Final = 12
BARS_WIDTH: Final = 410
BAR_STEP: Final = 17
LOST_HEIGHT: Final = 110


def endurance_rows(plan: Plan) -> pl.DataFrame:
    """Return the bars of the endurance chart: parts that run short, the first 45 of them.

    Where fewer than 12 run short, the next ones that hold to the end stand below them.
    """
    labels = part_labels(plan, part_names(plan))
    suppliers = supplier_labels(plan)
    every = endurance_by_part(plan)
    short = min(MOST_BARS, len(every.filter(~pl.col("is_beyond_end"))))
    bars = every.sort("is_beyond_end", "survive_days", maintain_order=True).head(
        max(LEAST_BARS, short)
    )
    shown = [
        "holds to the end" if beyond else f"{counted(int(days), 'day')}, {date(on)}"
        for days, on, beyond in bars.select("survive_days", "until_on", "is_beyond_end").iter_rows()
    ]
    return bars.join(loss_days(plan), on="part_id", how="left", maintain_order="left").select(
        "part_id",
        pl.Series("label", [labels[one] for one in bars["part_id"]], dtype=pl.String),
        pl.Series("supplier", [suppliers[one] for one in bars["supplier_id"]], dtype=pl.String),
        pl.lit(plan.summary.start).alias("from"),
        pl.col("until_on").clip(upper_bound=plan.summary.end).alias("until"),
        "survive_days",
        pl.Series("shown", shown, dtype=pl.String),
        "lost_on",
    )


def endurance_chart(plan: Plan) -> Layers | None:
    """Draw a bar a part from the plan's first day to the day its stock falls short."""
    frame = endurance_rows(plan)
    if frame.is_empty():
        return None
    bars = alt.Chart(rows(frame.drop("lost_on")))
    order = alt.Y(
        "label:N",
        sort=frame["label"].to_list(),
        title=None,
        axis=alt.Axis(labelLimit=300, labelColor=INK),
    )
    across = dates("from", "Date until which today's stock lasts", *_span(plan))
    shown = frame["supplier"].unique(maintain_order=True).to_list()
    layers = [
        bars.mark_bar(height={"band": 0.72}).encode(
            x=across, x2="until:T", y=order, color=supplier_colour(plan, shown, None)
        ),
        bars.mark_text(align="left", color=INK).encode(
            x=alt.value(BARS_WIDTH + 8), y=order, text="shown:N"
        ),
        *_cut_marks(plan, frame, order),
    ]
    return alt.layer(*layers).properties(width=BARS_WIDTH, height=BAR_STEP * len(frame))


def _span(plan: Plan) -> tuple[dt.date, dt.date]:
    return plan.summary.start, plan.summary.end


def _cut_marks(plan: Plan, frame: pl.DataFrame, order: alt.Y) -> list[alt.Chart]:
    """Mark on each bar the first day its new supply is short, and across all the first of them."""
    end = plan.summary.end
    cut = frame.filter(pl.col("lost_on").is_not_null() & (pl.col("lost_on") <= end))
    everywhere = loss_days(plan).filter(pl.col("lost_on") <= end)
    if everywhere.is_empty():
        return []
    first = everywhere["lost_on"][0]
    mark = {"on": first, "note": f"first supply lost {date(first)}"}
    rule = alt.Chart(rows([mark]))
    marks = [
        rule.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="on:T"),
        rule.mark_text(align="left", baseline="bottom", dx=4, dy=-4, color=INK).encode(
            x="on:T", y=alt.value(0), text="note:N"
        ),
    ]
    if not cut.is_empty():
        ticks = alt.Chart(rows(cut.select("label", "lost_on")))
        marks.append(
            ticks.mark_tick(color=INK, thickness=2.5, height=BAR_STEP - 3).encode(
                x="lost_on:T", y=order
            )
        )
    return marks


def loss_rows(plan: Plan) -> pl.DataFrame:
    """Return the steps of the loss chart: supplier (its name), mode, on, share."""
    labels = supplier_labels(plan)
    steps = lost_shares(plan)
    return steps.with_columns(
        pl.Series("supplier", [labels[one] for one in steps["supplier_id"]], dtype=pl.String)
    ).select("supplier_id", "supplier", "mode", "on", "share")


def losses_chart(plan: Plan) -> alt.VConcatChart | None:
    """Draw the expected share of each maker's installed units that lost supply, repair, updates."""
    frame = loss_rows(plan)
    if frame.is_empty():
        return None
    shown = frame["supplier"].unique().sort().to_list()
    modes = [mode for mode in MODE_WORDS if mode in frame["mode"].to_list()]
    panels = [
        _lost_panel(plan, frame.filter(pl.col("mode") == mode), mode, shown, mode == modes[-1])
        for mode in modes
    ]
    return alt.vconcat(*panels, spacing=14)


def _lost_panel(
    plan: Plan, frame: pl.DataFrame, mode: str, shown: list[str], is_last: bool
) -> Layers:
    lines = alt.Chart(rows(frame.drop("supplier_id", "mode")))
    across = dates("on", "Date" if is_last else "", *_span(plan), is_labelled=is_last)
    last = frame.group_by("supplier", maintain_order=True).last()
    places = apart(last["share"].to_list(), 0.14)
    notes = last.select("supplier", "on", "share").with_columns(
        pl.Series("place", places, dtype=pl.Float64)
    )
    share = alt.Y(
        "share:Q",
        title="Units affected",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], domain=False),
    )
    drawn = lines.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
        x=across,
        y=share,
        color=supplier_colour(plan, shown, None),
        strokeDash=alt.StrokeDash(
            "supplier:N",
            scale=alt.Scale(domain=shown, range=[DASHES[i % 7] for i in range(len(shown))]),
            legend=None,
        ),
    )
    named = (
        alt.Chart(rows(notes))
        .mark_text(align="left", dx=7, color=INK, limit=180)
        .encode(
            x="on:T",
            y=alt.Y("place:Q", scale=alt.Scale(domain=[0, 1])),
            text="supplier:N",
        )
    )
    title = alt.Title(capital(MODE_WORDS[mode]), offset=6)
    return alt.layer(drawn, named).properties(width=WIDTH - 150, height=LOST_HEIGHT, title=title)
