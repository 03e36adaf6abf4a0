"""Draw how the plan does beside today's course, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt
import polars as pl

from keepline.report.look import COURSES, INK, WIDTH, apart, dates, rows, target_line
from keepline.report.tally import backorders_by_month, simulated_availability
from keepline.report.words import goal

if TYPE_CHECKING:
    from keepline.model.plan import Plan
    from keepline.report.look import Layers

AVAILABILITY_TICK: Final = "format(100 * datum.value, '.7~g') + '\u202f%'"
ENLARGED_FROM: Final = 5.0
WHOLE_FROM: Final = 10.0
COURSE_WORDS: Final = {"today": "today's course", "plan": "with the plan"}


def availability_rows(plan: Plan) -> pl.DataFrame:
    """Return what the availability chart draws: course, month, mean, low, high."""
    frame = simulated_availability(plan).drop("replications")
    return frame.filter(pl.col("course").is_in(list(COURSE_WORDS)))


def availability_chart(plan: Plan) -> alt.VConcatChart | None:
    """Draw the simulated availability of each month, with its 95 % interval, of both courses.

    Where today's course falls so far that the plan's own line would look flat, the plan is drawn
    once more below, enlarged.
    """
    frame = availability_rows(plan)
    if frame.is_empty():
        return None
    panels = [_availability_panel(plan, frame, 230, "")]
    planned = frame.filter(pl.col("course") == "plan")
    if not planned.is_empty() and _reach(frame) > ENLARGED_FROM * _reach(planned):
        panels.append(_availability_panel(plan, planned, 150, "With the plan, enlarged"))
    return alt.vconcat(*panels, spacing=18)


def _reach(frame: pl.DataFrame) -> float:
    return float(frame["high"].max() or 0.0) - float(frame["low"].min() or 0.0)  # type: ignore[arg-type]


def _availability_panel(plan: Plan, frame: pl.DataFrame, height: int, title: str) -> Layers:
    up = alt.Y(
        "mean:Q",
        title="Availability",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(labelExpr=AVAILABILITY_TICK, tickCount=5),
    )
    base = alt.Chart(rows(frame.drop("mean")))
    band = base.mark_area(opacity=0.25, line=False).encode(
        x=_months(plan), y=alt.Y("low:Q"), y2="high:Q", color=_course_colour()
    )
    layers = [band, *_course_lines(plan, frame, up, "mean")]
    target = plan.summary.availability_target
    if target is not None:
        layers += target_line(target, f"target {goal(target)}", up, "mean")
    drawn = alt.layer(*layers).properties(width=WIDTH - 160, height=height)
    return drawn.properties(title=title) if title else drawn


def backorders_chart(plan: Plan) -> Layers | None:
    """Draw the units expected to be short each month, computed, of both courses."""
    wide = backorders_by_month(plan)
    if wide.is_empty():
        return None
    frame = wide.rename({"planned": "plan"}).unpivot(
        ["today", "plan"], index="month", variable_name="course", value_name="units"
    )
    axis = alt.Axis(format=",~f" if _most(frame) >= WHOLE_FROM else "~g", tickCount=5)
    up = alt.Y("units:Q", title="Units short in service, expected", axis=axis)
    return alt.layer(*_course_lines(plan, frame, up, "units")).properties(
        width=WIDTH - 160, height=200
    )


def _most(frame: pl.DataFrame) -> float:
    return float(frame["units"].max() or 0.0)  # type: ignore[arg-type]


def _months(plan: Plan) -> alt.X:
    first = plan.summary.start.replace(day=1)
    return dates("month", "Month", first, plan.summary.end.replace(day=1))


def _course_colour() -> alt.Color:
    return alt.Color("course:N", scale=COURSES, legend=None)


def _course_lines(plan: Plan, frame: pl.DataFrame, up: alt.Y, field: str) -> list[alt.Chart]:
    """Return a line a course (today's dashed) and its name at the right end of the line."""
    lines = alt.Chart(rows(frame))
    dash = alt.Scale(domain=["today", "plan"], range=[[6, 3], [1, 0]])
    last = frame.sort("month").group_by("course", maintain_order=True).last()
    low, high = frame[field].min(), frame[field].max()
    least = 0.07 * (float(high or 0.0) - float(low or 0.0))  # type: ignore[arg-type]
    ends = last.select("course", "month", field).with_columns(
        pl.Series("place", apart(last[field].to_list(), least), dtype=pl.Float64),
        pl.Series("note", [COURSE_WORDS[one] for one in last["course"]], dtype=pl.String),
    )
    return [
        lines.mark_line(strokeWidth=2.2).encode(
            x=_months(plan),
            y=up,
            color=_course_colour(),
            strokeDash=alt.StrokeDash("course:N", scale=dash, legend=None),
        ),
        alt.Chart(rows(ends))
        .mark_text(align="left", dx=7, color=INK)
        .encode(x="month:T", y="place:Q", text="note:N"),
    ]
