"""Draw a programme as a timetable: how many sites are swapped in each region and quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt
import polars as pl

from keepline.report.look import GRID, INK, MUTED, SHADES, WIDTH, clean, rows
from keepline.report.periods import periods
from keepline.report.swaps import by_region, swaps
from keepline.report.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.plan import Plan
    from keepline.report.look import Layers
    from keepline.report.periods import Period

#: Quarters that fit beside each other with a number in each; more are gathered into years.
MOST_QUARTERS: Final = 32
MOST_ROWS: Final = 40
NAMES_WIDTH: Final = 170
WIDEST_CELL: Final = 62
ROW_STEP: Final = 24
LARGEST: Final = 12.0
SMALLEST: Final = 8.0
DIGIT: Final = 0.58
#: Letters on a cell are of the cell, not of the page: white from this share of the darkest on.
DARK_FROM: Final = 0.55
ON_LIGHT, ON_DARK = "#101113", "#ffffff"
#: Quarter over year, the year where it begins and at the first column.
TWO_LINES: Final = (
    "length(datum.label) < 5 ? datum.label : "
    "[slice(datum.label, 5), slice(datum.label, 6) == '1' || datum.index == 0 "
    "? slice(datum.label, 0, 4) : '']"
)
#: The same where columns are narrow: the year alone, where it begins.
ONE_LINE: Final = (
    "length(datum.label) < 5 || slice(datum.label, 6) == '1' ? slice(datum.label, 0, 4) : ''"
)


def shown_periods(plan: Plan) -> list[Period]:
    """Return the quarters, or the years, from the plan's first to that of the last swap."""
    days = swaps(plan)["quarter"]
    if days.is_empty():
        return []
    first, last = days.min(), days.max()
    return periods(min(plan.summary.start, first), last, MOST_QUARTERS)  # type: ignore[type-var,arg-type]


def timetable_rows(plan: Plan) -> pl.DataFrame:
    """Return the cells: region, period, sites; the smallest regions are left out past 40."""
    found = by_region(plan, shown_periods(plan))
    named = pl.Series("region", [clean(one) for one in found["region"]], dtype=pl.String)
    found = found.with_columns(named)
    largest = (
        found.group_by("region")
        .agg(pl.col("sites").sum())
        .sort("sites", "region", descending=[True, False])
        .head(MOST_ROWS)
    )
    return found.join(largest.select("region"), on="region", how="semi", maintain_order="left")


def timetable_chart(plan: Plan) -> Layers | None:
    """Draw a cell for each region and quarter: the number in it, darker for more."""
    frame = timetable_rows(plan)
    if frame.is_empty():
        return None
    shown = [one.name for one in shown_periods(plan)]
    step = min(WIDEST_CELL, (WIDTH - NAMES_WIDTH) / len(shown))
    most = int(frame["sites"].max())  # type: ignore[arg-type]
    noted = frame.with_columns(
        pl.Series("note", [count(one) for one in frame["sites"]], dtype=pl.String),
        is_dark=pl.col("sites") >= DARK_FROM * most,
    )
    regions = sorted(frame["region"].unique())
    across = period_axis(shown, "top")
    down = alt.Y(
        "region:N", sort=regions, title=None, axis=alt.Axis(labelColor=INK, labelLimit=160)
    )
    cells = alt.Chart(rows(noted))
    shade = alt.Color("sites:Q", scale=alt.Scale(domain=[0, most], range=list(SHADES)), legend=None)
    letters = alt.condition(alt.datum.is_dark, alt.value(ON_DARK), alt.value(ON_LIGHT))
    size = min(LARGEST, (step - 2) / (DIGIT * len(count(most))))
    drawn = [
        *_empty(shown, regions, across, down),
        cells.mark_rect(stroke=MUTED, strokeWidth=0.4).encode(x=across, y=down, color=shade),
        cells.mark_text(fontSize=size).encode(x=across, y=down, text="note:N", color=letters),
        *_sums(frame, shown, regions, step, size, across, down),
    ]
    return alt.layer(*drawn).properties(
        width=round(step * len(shown)), height=ROW_STEP * len(regions)
    )


def period_axis(shown: Sequence[str], orient: str, step: float = WIDEST_CELL) -> alt.X:
    """Lay quarters or years side by side, each year named where it begins."""
    narrow = 18
    return alt.X(
        "period:N",
        sort=list(shown),
        title=None,
        scale=alt.Scale(domain=list(shown), padding=0),
        axis=alt.Axis(
            orient=orient,  # type: ignore[arg-type]
            labelExpr=ONE_LINE if step < narrow else TWO_LINES,
            labelAngle=0,
            labelPadding=17 if orient == "top" and step >= narrow else 4,
            labelOverlap=step < narrow,
            ticks=False,
            domain=False,
            grid=False,
        ),
    )


def _empty(
    shown: Sequence[str], regions: Sequence[str], across: alt.X, down: alt.Y
) -> list[alt.Chart]:
    """Draw the cells in which nothing is swapped, so that the eye can follow a row."""
    every = [{"region": region, "period": period} for region in regions for period in shown]
    return [
        alt.Chart(rows(every))
        .mark_rect(fillOpacity=0, stroke=GRID, strokeWidth=0.7)
        .encode(x=across, y=down)
    ]


def _sums(
    frame: pl.DataFrame,
    shown: Sequence[str],
    regions: Sequence[str],
    step: float,
    size: float,
    across: alt.X,
    down: alt.Y,
) -> list[alt.Chart]:
    """Write the sums of rows at their right end and those of columns below."""
    right, below = round(step * len(shown)) + 8, ROW_STEP * len(regions) + 14
    by_row = frame.group_by("region", maintain_order=True).agg(pl.col("sites").sum())
    by_column = frame.group_by("period", maintain_order=True).agg(pl.col("sites").sum())
    at_end = [{"region": one, "note": count(sites)} for one, sites in by_row.iter_rows()]
    at_foot = [{"period": one, "note": count(sites)} for one, sites in by_column.iter_rows()]
    corner = [{"note": count(int(frame["sites"].sum()))}]
    bold = {"color": INK, "fontWeight": "bold"}
    widest = max(len(count(int(one))) for one in by_column["sites"])
    fits = (step - 2) / (DIGIT * widest) >= SMALLEST
    foot = (
        {"fontSize": min(size, (step - 2) / (DIGIT * widest))}
        if fits
        else {"fontSize": size, "angle": 270, "align": "right", "dx": 8}
    )
    return [
        alt.Chart(rows(at_end))
        .mark_text(align="left", **bold)  # type: ignore[arg-type]
        .encode(x=alt.value(right), y=down, text="note:N"),
        alt.Chart(rows(at_foot))
        .mark_text(**foot, **bold)  # type: ignore[arg-type]
        .encode(x=across, y=alt.value(below), text="note:N"),
        alt.Chart(rows(corner))
        .mark_text(align="left", **bold)  # type: ignore[arg-type]
        .encode(x=alt.value(right), y=alt.value(below), text="note:N"),
    ]
