"""Draw a replay of history in one picture: what happened, what was advised, what was still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from keepline.report.drawing import svg
from keepline.report.look import (
    DASHES,
    INK,
    MUTED,
    PAPER,
    PLANNED,
    TODAY,
    WIDTH,
    clean,
    dates,
    rows,
)
from keepline.report.words import availability, date, goal, short_money

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from typing import Literal

    import polars as pl

    from keepline.report.look import Layers

    Row = Mapping[str, Any]

STEP: Final = 17
HEIGHT: Final = 150
LONGEST: Final = 62
ADVISED: Final = "advised, with the knowledge of the day"
HINDSIGHT: Final = "for the target, in hindsight"
BEST: Final = "best that orders of that day could reach"
AS_ADVISED: Final = "with what was advised that day"


def drawn(
    replay: pl.DataFrame, first: dt.date, last: dt.date, currency: str, target: float | None
) -> str:
    """Return the picture as a stand-alone SVG file.

    Three panels share the time: the events, each on a line of its own, filled where the advice
    changed; the money advised and the money that the target would have taken; and, in hindsight,
    the worst month with what was advised and at best.

    Args:
        replay: The result table.
        first: The first day.
        last: The last day.
        currency: ISO 4217 code.
        target: The availability asked for; None when none was.
    """
    told = replay.to_dicts()
    panels = [
        _events(told, first, last),
        _money(told, first, last, currency),
        _months(told, first, last, target),
    ]
    picture = alt.vconcat(*panels, spacing=22).resolve_scale(
        x="independent", color="independent", strokeDash="independent"
    )
    return svg(picture.properties(background=PAPER))


def _events(told: Sequence[Row], first: dt.date, last: dt.date) -> Layers:
    middle = first + (last - first) / 2
    marks = [
        {
            "on": row["on"],
            "line": number,
            "note": _note(row),
            "is_early": row["on"] <= middle,
            "is_change": bool(row["cost_change"] and abs(row["cost_change"]) >= 1.0),
        }
        for number, row in enumerate(told)
    ]
    base = alt.Chart(rows(marks))
    across = dates("on", "", first, last, is_labelled=False)
    down = alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[-0.7, len(told) - 0.3], reverse=True))
    layers: list[alt.Chart] = []
    sides: tuple[tuple[bool, Literal["left", "right"], int], ...]
    sides = ((True, "left", 9), (False, "right", -9))
    for is_early, align, dx in sides:
        side = base.transform_filter(alt.datum.is_early == is_early)
        layers.append(
            side.mark_text(align=align, dx=dx, baseline="middle", color=INK, fontSize=11.5).encode(
                x=across, y=down, text="note:N"
            )
        )
    for is_change, fill in ((True, INK), (False, PAPER)):
        layers.append(
            base.transform_filter(alt.datum.is_change == is_change)
            .mark_point(shape="circle", size=42, filled=False, fill=fill, stroke=INK, opacity=1)
            .encode(x=across, y=down)
        )
    title = _title("What became known (filled: the advice changed)")
    return alt.layer(*layers).properties(width=WIDTH, height=STEP * len(told) + 10, title=title)


def _note(row: Row) -> str:
    what = clean(row["what"])
    if len(what) > LONGEST:
        what = what[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " \u2026"
    return f"{date(row['on'])}: {what}"


def _money(told: Sequence[Row], first: dt.date, last: dt.date, currency: str) -> Layers:
    advised = [(row["on"], row["cost_advised"] / 1e6) for row in told]
    able = [
        (
            row["on"],
            None if row["cost_to_target_true"] is None else row["cost_to_target_true"] / 1e6,
        )
        for row in told
    ]
    most = max([value for _, value in (*advised, *able) if value is not None], default=0.0)
    up = _up(f"{currency} million", [0.0, (most or 1.0) * 1.12], ",.3~g")
    layers = _steps(
        {ADVISED: advised, HINDSIGHT: able},
        last,
        dates("on", "", first, last, is_labelled=False),
        up,
    )
    gone = next((row["on"] for row in told if row["cost_to_target_true"] is None), None)
    peak = max(told, key=lambda row: row["cost_advised"])
    notes = [
        {
            "on": peak["on"],
            "level": peak["cost_advised"] / 1e6,
            "note": short_money(peak["cost_advised"], currency),
        }
    ]
    layers.append(
        alt.Chart(rows(notes))
        .mark_text(align="left", baseline="bottom", dx=4, dy=-4, color=INK)
        .encode(x="on:T", y="level:Q", text="note:N")
    )
    if gone is not None:
        layers += _rule(gone, f"{date(gone)}: no money meets the target")
    return alt.layer(*layers).properties(
        width=WIDTH, height=HEIGHT, title=_title("Money for stock")
    )


def _rule(on: dt.date, note: str) -> list[alt.Chart]:
    mark = alt.Chart(rows([{"on": on, "note": note}]))
    return [
        mark.mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x="on:T"),
        mark.mark_text(align="left", baseline="top", dx=5, dy=2, color=INK).encode(
            x="on:T", y=alt.value(0), text="note:N"
        ),
    ]


def _months(told: Sequence[Row], first: dt.date, last: dt.date, target: float | None) -> Layers:
    best = [(row["on"], 100.0 * row["availability_reachable_true"]) for row in told]
    advised = [(row["on"], 100.0 * row["availability_worst_true"]) for row in told]
    levels = [value for _, value in (*best, *advised)]
    levels += [100.0 * target] if target is not None else []
    low, high = min(levels), max(levels)
    room = max(high - low, 1e-4) * 0.12
    up = _up("Availability, %", [max(0.0, low - room), min(100.0, high) + room], ".6~g")
    layers = _steps({AS_ADVISED: advised, BEST: best}, last, dates("on", "Date", first, last), up)
    if target is not None:
        line = alt.Chart(rows([{"level": 100.0 * target, "note": f"target {goal(target)}"}]))
        layers.append(line.mark_rule(color=INK, strokeDash=[4, 3]).encode(y="level:Q"))
        layers.append(
            line.mark_text(align="right", baseline="top", dx=-4, dy=4, color=INK).encode(
                x=alt.value(WIDTH), y="level:Q", text="note:N"
            )
        )
    layers.append(_ends(told))
    title = _title("Worst month, in hindsight, if acted then")
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=title)


def _ends(told: Sequence[Row]) -> alt.Chart:
    """Write the best that orders of the last day could reach at the end of its line."""
    row = told[-1]
    reach = row["availability_reachable_true"]
    note = [{"on": row["on"], "level": 100.0 * reach, "note": availability(reach)}]
    marks = alt.Chart(rows(note)).mark_text(
        align="right", baseline="bottom", dx=-2, dy=-4, color=INK
    )
    named: alt.Chart = marks.encode(x="on:T", y="level:Q", text="note:N")
    return named


def _up(title: str, domain: list[float], form: str) -> alt.Y:
    return alt.Y(
        "level:Q",
        title=title,
        scale=alt.Scale(domain=domain, nice=False, zero=False),
        axis=alt.Axis(format=form, tickCount=5),
    )


def _title(text: str) -> alt.Title:
    return alt.Title(text, offset=6)


def _steps(
    series: Mapping[str, list[tuple[dt.date, float | None]]],
    last: dt.date,
    across: alt.X,
    up: alt.Y,
) -> list[alt.Chart]:
    """Draw lines that hold from day to day; colour, dash and a legend tell them apart."""
    names = list(series)
    points = []
    for name, values in series.items():
        held = _held([*values, (last, values[-1][1])])
        points += [{"on": on, "level": level, "line": name} for on, level in held]
    lines = alt.Chart(rows(points))
    legend = alt.Legend(orient="top", title=None, symbolSize=260, symbolStrokeWidth=2.4)
    return [
        lines.mark_line(
            interpolate="step-after", strokeWidth=2.4, invalid="break-paths-show-domains"
        ).encode(
            x=across,
            y=up,
            color=alt.Color(
                "line:N", scale=alt.Scale(domain=names, range=[PLANNED, TODAY]), legend=legend
            ),
            strokeDash=alt.StrokeDash(
                "line:N", scale=alt.Scale(domain=names, range=[DASHES[0], DASHES[1]]), legend=legend
            ),
        )
    ]  # fmt: skip


def _held(values: list[tuple[dt.date, float | None]]) -> list[tuple[dt.date, float | None]]:
    """Let a value hold up to the day on which there is none."""
    found: list[tuple[dt.date, float | None]] = []
    for on, value in values:
        if value is None and found and found[-1][1] is not None:
            found.append((on, found[-1][1]))
        found.append((on, value))
    return found
