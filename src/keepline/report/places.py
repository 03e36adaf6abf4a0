"""Draw the sites on a map, gathered into cells: how much traffic, how much loses supply."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from keepline.report.cells import EARTH_KM, Cells, cells
from keepline.report.look import INK, MUTED, SHADES, rows

if TYPE_CHECKING:
    import polars as pl

    from keepline.model.plan import Plan
    from keepline.report.look import Layers

TALLEST: Final = 720
WIDEST: Final = 560
LEAST_KM: Final = 10.0
LEAST_CIRCLE: Final = 80.0
MOST_CIRCLE: Final = 1_200.0
DEGREE_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0)
BAR_KM: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)
TOP_SHARES: Final = (0.1, 0.25, 0.5, 1.0)
MOST_LINES: Final = 9
KM_A_DEGREE: Final = EARTH_KM * math.pi / 180.0


def map_chart(plan: Plan) -> Layers | None:
    """Draw a circle a cell: area by traffic, shade by the share of units without new supply."""
    found = cells(plan)
    if found.cells.is_empty():
        return None
    (left, right), (low, high) = reach(found.cells["x_km"]), reach(found.cells["y_km"])
    wide, tall = right - left, high - low
    scale = min(WIDEST / wide, TALLEST / tall)
    area = (scale * found.side_km) ** 2
    across = _axis("x_km", left, right, found.middle_longitude, _east_km(found), "Longitude")
    up = _axis("y_km", low, high, 0.0, KM_A_DEGREE, "Latitude")
    shade = alt.Color(
        "share_lost:Q",
        scale=alt.Scale(domain=[0, _darkest(found)], range=list(SHADES)),
        legend=alt.Legend(
            title="Units without new supply", format=".0%", orient="right", gradientLength=150
        ),
    )
    most = float(found.cells["traffic"].max())  # type: ignore[arg-type]
    size = alt.Size(
        "traffic:Q",
        scale=alt.Scale(domain=[0, most], range=[0, _largest(found, area)]),
        legend=alt.Legend(
            title="Traffic",
            orient="right",
            values=_sizes(most),
            symbolFillColor=MUTED,
            labelExpr="format(datum.value, ',.6~g')",
        ),
    )
    circles = (
        alt.Chart(rows(found.cells))
        .mark_circle(opacity=1, stroke=INK, strokeWidth=0.35)
        .encode(x=alt.X("x_km:Q", **across), y=alt.Y("y_km:Q", **up), color=shade, size=size)
    )
    drawn = [circles, *scale_bar(left, low, wide, tall)]
    return alt.layer(*drawn).properties(width=round(wide * scale), height=round(tall * scale))


def _darkest(found: Cells) -> float:
    """Return the round share that gets the darkest shade: the least one that none exceeds."""
    most = float(found.cells["share_lost"].max())  # type: ignore[arg-type]
    return next((one for one in TOP_SHARES if most <= one), 1.0)


def _largest(found: Cells, area: float) -> float:
    """Return the area of the largest circle, so that nine in ten stay inside their own cell."""
    most, usual = found.cells["traffic"].max(), found.cells["traffic"].quantile(0.9)
    ratio = float(most) / float(usual) if most and usual else 1.0  # type: ignore[arg-type]
    return max(LEAST_CIRCLE, min(MOST_CIRCLE, ratio * area))


def _sizes(most: float) -> list[float]:
    """Return three round volumes for the legend, the largest below the most."""
    if most <= 0:
        return [0.0]
    step = 10.0 ** math.floor(math.log10(most))
    largest = math.floor(most / step) * step
    return [largest / 10, largest / 2, largest]


def reach(column: pl.Series) -> tuple[float, float]:
    """Return where a map begins and ends, with some room around the outermost sites."""
    low, high = float(column.min()), float(column.max())  # type: ignore[arg-type]
    room = max(0.03 * (high - low), (LEAST_KM - (high - low)) / 2, 1.0)
    return low - room, high + room


def _east_km(found: Cells) -> float:
    return KM_A_DEGREE * math.cos(math.radians(found.middle_latitude))


def _axis(
    field: str, low: float, high: float, middle: float, km_a_degree: float, title: str
) -> dict[str, Any]:
    """Return an axis in degrees for a scale in kilometres: a thin line at every whole step."""
    first, last = middle + low / km_a_degree, middle + high / km_a_degree
    step = next((one for one in DEGREE_STEPS if (last - first) / one <= MOST_LINES), 90.0)
    count = range(math.ceil(first / step), math.floor(last / step) + 1)
    signs = ("E", "W") if field == "x_km" else ("N", "S")
    degree = f"({middle!r} + datum.value / {km_a_degree!r})"
    rounded = f"round({degree} / {step!r}) * {step!r}"
    sign = f"({rounded} > 0 ? ' {signs[0]}' : {rounded} < 0 ? ' {signs[1]}' : '')"
    return {
        "title": f"{title} (degrees, WGS 84)",
        "scale": alt.Scale(domain=[low, high], nice=False, zero=False),
        "axis": alt.Axis(
            values=[(one * step - middle) * km_a_degree for one in count],
            labelExpr=f"format(abs({rounded}), '~g') + '\u00b0' + {sign}",
            domain=False,
            ticks=False,
        ),
    }


def scale_bar(left: float, low: float, wide: float, tall: float) -> list[alt.Chart]:
    """Draw a bar of a round length into the lower left corner of a map, all in kilometres."""
    length = max((one for one in BAR_KM if one <= wide / 4), default=BAR_KM[0])
    x, y = left + 0.04 * wide, low + 0.025 * tall
    bar = alt.Chart(rows([{"from": x, "to": x + length, "y": y, "note": f"{length:,} km"}]))
    return [
        bar.mark_rule(color=INK, strokeWidth=2).encode(x="from:Q", x2="to:Q", y="y:Q"),
        bar.mark_text(align="left", baseline="bottom", dy=-4, color=INK).encode(
            x="from:Q", y="y:Q", text="note:N"
        ),
    ]
