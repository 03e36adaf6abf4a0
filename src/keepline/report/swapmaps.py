"""Draw a programme on small maps, one a quarter or year: what is swapped by then, what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt
import polars as pl

from keepline.report.cells import in_cells
from keepline.report.look import INK, PLANNED, WIDTH, rows
from keepline.report.periods import Period, periods, thinned
from keepline.report.places import reach, scale_bar
from keepline.report.swaps import sites
from keepline.report.words import count, counted, date

if TYPE_CHECKING:
    from keepline.model.plan import Plan
    from keepline.report.cells import Cells

MOST_MAPS: Final = 12
#: Maps beside each other, by how many there are at most.
A_ROW: Final = ((8, 4), (10, 5), (MOST_MAPS, 6))
TALLEST: Final = 300
#: A narrower map has no room for its title.
LEAST_WIDTH: Final = 112
#: Cells of one map, so that twelve of them stay small.
MOST_CELLS: Final = 400
LEAST_CIRCLE: Final = 12.0
MOST_CIRCLE: Final = 260.0
GAP: Final = 16


def map_periods(plan: Plan) -> list[Period]:
    """Return the quarters or years at whose end a map is drawn, the last swap's among them."""
    days = sites(plan)["last"]
    if days.is_empty():
        return []
    found = periods(days.min(), days.max(), MOST_MAPS)  # type: ignore[arg-type]
    return thinned(found, MOST_MAPS)


def map_cells(plan: Plan) -> Cells:
    """Return the programme's sites in cells: sites, and done_0, done_1 ... by each map's day."""
    shown = map_periods(plan)
    done = [
        (pl.col("last") <= one.last).cast(pl.Int64).alias(f"done_{number}")
        for number, one in enumerate(shown)
    ]
    counted = sites(plan).with_columns(pl.lit(1, pl.Int64).alias("planned"), *done)
    names = ["planned", *(f"done_{number}" for number in range(len(shown)))]
    return in_cells(counted, names, MOST_CELLS)


def swap_maps(plan: Plan) -> alt.ConcatChart | None:
    """Draw a small map a period: a ring a cell for the sites to swap, filled as they are."""
    found, shown = map_cells(plan), map_periods(plan)
    if found.cells.is_empty():
        return None
    left, right = reach(found.cells["x_km"])
    low, high = reach(found.cells["y_km"])
    wide, tall = right - left, high - low
    beside = next(across for most, across in A_ROW if len(shown) <= most)
    scale = min((WIDTH / beside - GAP) / wide, TALLEST / tall)
    place: dict[str, alt.X | alt.Y] = {
        "x": alt.X("x_km:Q", scale=alt.Scale(domain=[left, right], nice=False), axis=None),
        "y": alt.Y("y_km:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=None),
    }
    most = int(found.cells["planned"].max())  # type: ignore[arg-type]
    largest = _largest(found, (scale * found.side_km) ** 2)
    maps = []
    for number, one in enumerate(shown):
        layers = _circles(found, number, most, largest, place)
        if number == 0:
            layers += scale_bar(left, low, wide, tall)
        named = _title(found, number, one, plan)
        maps.append(
            alt.layer(*layers).properties(
                width=max(LEAST_WIDTH, round(wide * scale)), height=round(tall * scale), title=named
            )
        )
    return alt.concat(*maps, columns=beside, spacing=GAP)


def _largest(found: Cells, area: float) -> float:
    """Return the area of the largest circle, so that nine in ten stay inside their own cell."""
    most, usual = found.cells["planned"].max(), found.cells["planned"].quantile(0.9)
    ratio = float(most) / float(usual) if most and usual else 1.0  # type: ignore[arg-type]
    return max(LEAST_CIRCLE, min(MOST_CIRCLE, ratio * max(area, LEAST_CIRCLE)))


def _title(found: Cells, number: int, one: Period, plan: Plan) -> alt.Title:
    done = int(found.cells[f"done_{number}"].sum())
    of = int(found.cells["planned"].sum())
    end = min(one.last, max(plan.summary.end, one.first))
    return alt.Title(
        f"by {date(end)}",
        subtitle=f"{count(done)} of {counted(of, 'site')}",
        subtitleColor=INK,
        offset=4,
    )


def _circles(
    found: Cells, number: int, most: int, largest: float, place: dict[str, alt.X | alt.Y]
) -> list[alt.Chart]:
    """Draw a ring for all sites of a cell and a disc for those swapped; area is their number."""
    done = pl.col(f"done_{number}")
    marks = found.cells.select("x_km", "y_km", "planned", done.alias("done"))
    size = {"scale": alt.Scale(domain=[0, most], range=[0, largest]), "legend": None}
    rings = alt.Chart(rows(marks.filter(pl.col("done") < pl.col("planned"))))
    discs = alt.Chart(rows(marks.filter(pl.col("done") > 0)))
    return [
        rings.mark_point(shape="circle", filled=False, stroke=INK, strokeWidth=0.5, opacity=1)
        .encode(size=alt.Size("planned:Q", **size), **place),  # type: ignore[arg-type]
        discs.mark_circle(color=PLANNED, opacity=1)
        .encode(size=alt.Size("done:Q", **size), **place),  # type: ignore[arg-type]
    ]  # fmt: skip
