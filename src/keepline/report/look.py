"""Give every chart one look: colours that colour-blind readers tell apart, ink, grid, letters.

Series differ by colour *and* by dash or label, so that a black-and-white print still reads.
Palette: M. Okabe and K. Ito (2008), Color Universal Design, without its yellow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from keepline.report.tally import endurance_by_supplier, makers, supplier_names
from keepline.report.words import THIN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from keepline.model.plan import Plan

INK: Final = "#111214"
MUTED: Final = "#5b5e63"
GRID: Final = "#e3e5e8"
PAPER: Final = "#fdfdfc"
TODAY: Final = "#d55e00"
PLANNED: Final = "#0072b2"
SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a5a44")
OTHER: Final = "#8c8f94"
DASHES: Final = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 2], [12, 3], [1, 3])
SHADES: Final = ("#f2f4f7", "#6baed6", "#1f67a8", "#08214d")
COURSES: Final = alt.Scale(domain=["today", "plan"], range=[TODAY, PLANNED])
Layers = alt.LayerChart | alt.FacetChart
LETTERS: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH: Final = 780
NUMBERS: Final[dict[str, Any]] = {
    "decimal": ".",
    "thousands": THIN,
    "grouping": [3],
    "currency": ["", ""],
    "percent": f"{THIN}%",
}

CONFIG: Final[dict[str, Any]] = {
    "aria": False,
    "background": "transparent",
    "font": LETTERS,
    "padding": 4,
    "axis": {
        "labelColor": MUTED,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "titleFontSize": 12.5,
        "labelFontSize": 12,
        "gridColor": GRID,
        "gridWidth": 0.7,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "titlePadding": 8,
    },
    "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
    "legend": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "labelFontSize": 11.5,
        "titleFontSize": 12,
        "titleLimit": 400,
        "labelLimit": 300,
    },
    "header": {"labelColor": INK, "labelFontSize": 12.5, "labelFontWeight": "bold"},
    "title": {"color": INK, "fontSize": 12.5, "anchor": "start", "fontWeight": "bold"},
    "text": {"color": INK, "fontSize": 12},
    "view": {"stroke": None},
}


def rows(frame: pl.DataFrame | Iterable[Mapping[str, object]]) -> alt.InlineData:
    """Return rows as a chart holds them: plain values, dates as ISO text."""
    listed = frame if not hasattr(frame, "to_dicts") else frame.to_dicts()
    return alt.InlineData(
        values=[{key: _plain(value) for key, value in row.items()} for row in listed]
    )


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def clean(text: str) -> str:
    """Return text without control and direction characters, which no line of a chart may hold."""
    return "".join(
        sign if sign.isprintable() or sign in " \u00a0\u202f" else "\ufffd" for sign in text
    )


def supplier_labels(plan: Plan) -> dict[str, str]:
    """Return how each maker is called, the id added where two share a name."""
    return told_apart({one: supplier_names(plan).get(one, one) for one in _ordered(plan)})


def part_labels(plan: Plan, names: Mapping[str, str]) -> dict[str, str]:
    """Return how each part is called: name and maker, the number added where two share both."""
    suppliers = supplier_labels(plan)
    called = {
        part: f"{names.get(part, part)} \u00b7 {suppliers.get(maker, maker)}"
        for part, maker in makers(plan).select("part_id", "supplier_id").iter_rows()
    }
    return told_apart(called)


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by key fit for a line of a chart, the key added where two are the same."""
    shown = {key: clean(name) for key, name in names.items()}
    counts: dict[str, int] = {}
    for name in shown.values():
        counts[name] = counts.get(name, 0) + 1
    return {
        key: name if counts[name] == 1 else f"{name} ({clean(key)})" for key, name in shown.items()
    }


def _ordered(plan: Plan) -> list[str]:
    by_units = endurance_by_supplier(plan).sort(
        "installed", "supplier_id", descending=[True, False]
    )
    known = by_units["supplier_id"].to_list()
    return known + [one for one in makers(plan)["supplier_id"].unique().sort() if one not in known]


def supplier_colour(plan: Plan, shown: Sequence[str], legend: alt.Legend | None) -> alt.Color:
    """Colour by maker, the same colour for a maker in every chart; the many small ones grey."""
    labels = supplier_labels(plan)
    fixed = dict(zip(labels.values(), _colours(), strict=False))
    return alt.Color(
        "supplier:N",
        scale=alt.Scale(domain=list(shown), range=[fixed.get(one, OTHER) for one in shown]),
        legend=legend,
    )


def _colours() -> Iterable[str]:
    yield from SERIES
    while True:
        yield OTHER


def dates(
    field: str, title: str, first: dt.date, last: dt.date, *, is_labelled: bool = True
) -> alt.X:
    """Lay dates along a chart, from the plan's first day to its last."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((one for one in (1, 2, 3, 6, 12) if months <= 9 * one), 24)
    return alt.X(
        f"{field}:T",
        title=title or None,
        scale=alt.Scale(type="utc", domain=[first.isoformat(), last.isoformat()], nice=False),
        axis=alt.Axis(
            format="%b %Y",
            tickCount={"interval": "month", "step": step},
            grid=True,
            labels=is_labelled,
            labelOverlap=True,
        ),
    )


def target_line(
    level: float, note: str, up: alt.Y, field: str, right_edge: float = 0.0
) -> list[alt.Chart]:
    """Draw a dashed line across a chart at a level of a field, with its name at an end of it.

    The name stands at the left end, or ends at ``right_edge`` pixels where that is given.
    """
    line = alt.Chart(rows([{field: level, "note": note}]))
    name = (
        line.mark_text(align="right", baseline="bottom", dx=-4, dy=-3, color=INK)
        if right_edge
        else line.mark_text(align="left", baseline="bottom", dx=6, dy=-3, color=INK)
    )
    return [
        line.mark_rule(color=INK, strokeDash=[4, 3]).encode(y=up),
        name.encode(x=alt.value(right_edge), y=up, text="note:N"),
    ]


def apart(levels: Sequence[float], least: float) -> list[float]:
    """Move labels off each other: keep their order, leave at least so much between any two.

    >>> apart([0.0, 0.1, 5.0], 1.0)
    [-0.45, 0.55, 5.0]
    """
    order = sorted(range(len(levels)), key=lambda index: levels[index])
    groups: list[tuple[float, list[int]]] = []
    for index in order:
        groups.append((levels[index], [index]))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], least):
            (_, last), (_, before) = groups.pop(), groups.pop()
            merged = before + last
            groups.append((sum(levels[one] for one in merged) / len(merged), merged))
    moved = [0.0] * len(levels)
    for centre, members in groups:
        for place, index in enumerate(members):
            moved[index] = round(centre + (place - (len(members) - 1) / 2) * least, 12)
    return moved


def _touch(low: tuple[float, list[int]], high: tuple[float, list[int]], least: float) -> bool:
    top = low[0] + (len(low[1]) - 1) / 2 * least
    bottom = high[0] - (len(high[1]) - 1) / 2 * least
    return bottom - top < least
