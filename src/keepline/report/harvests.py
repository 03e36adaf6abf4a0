"""Draw and list what a programme harvests of each part, against what stock must cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt
import polars as pl

from keepline.report.look import INK, PAPER, PLANNED, clean, rows, told_apart
from keepline.report.markup import element, escape, grid
from keepline.report.periods import periods
from keepline.report.swaps import in_periods
from keepline.report.tally import part_names, table
from keepline.report.timetable import period_axis
from keepline.report.words import amount, count, counted, few

if TYPE_CHECKING:
    from keepline.model.plan import Plan
    from keepline.report.look import Layers
    from keepline.report.periods import Period

MOST_PANELS: Final = 6
MOST_ROWS: Final = 20
MOST_QUARTERS: Final = 32
PANEL: Final = 310
#: From panel to panel, which must hold the titles, axes and labels between them.
SPACING: Final[dict[str, float]] = {"row": 66, "column": 74}
HEIGHT: Final = 120
#: Units short by less than this are none: it is rounding.
IN_TIME: Final = 1e-9
BOUGHT: Final = "#e69f00"
KINDS: Final = ("harvested", "bought", "needed (line)")


def harvest_by_part(plan: Plan) -> pl.DataFrame:
    """Return part_id and sums of removed, harvested, needed, bought; the largest harvest first.

    Parts of which nothing is taken out of service are left out.
    """
    sums = pl.col("removed", "harvested", "needed", "bought").sum()
    return (
        table(plan, "harvest")
        .group_by("part_id")
        .agg(sums)
        .filter(pl.col("removed") + pl.col("harvested") > 0)
        .sort("harvested", "removed", "part_id", descending=[True, True, False])
    )


def harvest_words(plan: Plan) -> list[str]:
    """Return in a sentence what is harvested, and for how many parts that is enough, and in time.

    In time means that up to the end of every quarter as much has come as stock had to cover.
    """
    every = harvest_by_part(plan).filter(pl.col("harvested") > 0)
    if every.is_empty():
        return []
    enough = every.filter(pl.col("harvested") >= pl.col("needed"))["part_id"]
    ahead = (pl.col("harvested").cum_sum() - pl.col("needed").cum_sum()).min() >= -IN_TIME
    in_time = int(
        table(plan, "harvest")
        .filter(pl.col("part_id").is_in(enough.to_list()))
        .sort("part_id", "quarter")
        .group_by("part_id")
        .agg(ahead.alias("is_ahead"))["is_ahead"]
        .sum()
    )
    units = few(float(every["harvested"].sum()))
    said = (
        f"Swaps bring {units} units of {counted(len(every), 'part')} to the shelf that serve as "
        "spares."
    )
    if enough.is_empty():
        return [f"{said} Of none is that as much as stock must cover over the plan."]
    of, when = count(len(enough)), count(in_time) if in_time else "none"
    said += f" Of {of} that is no less than stock must cover over the plan; quarter by quarter it "
    return [f"{said}comes in time for {when}."]


def harvest_rows(plan: Plan) -> pl.DataFrame:
    """Return the bars: part_id, label, period, harvested, bought, needed; the largest parts."""
    largest = harvest_by_part(plan).filter(pl.col("harvested") > 0)["part_id"].head(MOST_PANELS)
    labels = told_apart(part_names(plan))
    found = in_periods(table(plan, "harvest"), _shown(plan))
    sums = pl.col("harvested", "bought", "needed").sum()
    kept = found.filter(pl.col("part_id").is_in(largest.to_list()))
    named = pl.Series("label", [labels.get(one, clean(one)) for one in largest], dtype=pl.String)
    return (
        pl.DataFrame({"part_id": largest, "label": named})
        .join(kept.group_by("part_id", "period", maintain_order=True).agg(sums), on="part_id",
              maintain_order="left")
    )  # fmt: skip


def _shown(plan: Plan) -> list[Period]:
    days = table(plan, "harvest")["quarter"]
    return periods(days.min(), days.max(), MOST_QUARTERS)  # type: ignore[arg-type]


def harvest_chart(plan: Plan) -> alt.ConcatChart | None:
    """Draw a panel a part: bars of units harvested and bought, the need as a line."""
    if table(plan, "harvest").is_empty():
        return None
    frame = harvest_rows(plan)
    if frame.is_empty():
        return None
    shown = [one.name for one in _shown(plan)]
    panels = [
        _panel(part, shown)
        for part in frame.partition_by("part_id", maintain_order=True)
    ]  # fmt: skip
    return alt.concat(*panels, columns=min(2, len(panels)), bounds="flush", spacing=SPACING)


def _panel(part: pl.DataFrame, shown: list[str]) -> Layers:
    step = PANEL / len(shown)
    across = period_axis(shown, "bottom", step)
    most = part.select((pl.col("harvested") + pl.col("bought")).max(), pl.col("needed").max())
    scale = alt.Scale(domain=[0, (max(most.row(0)) or 1.0) * 1.05], nice=False)
    up = alt.Y(
        "top:Q", title="units", scale=scale, axis=alt.Axis(tickCount=4, format=",~r", minExtent=40)
    )
    harvested, sum_ = pl.col("harvested"), pl.col("harvested") + pl.col("bought")
    bars = pl.concat(
        [
            part.select("period", kind=pl.lit(KINDS[0]), foot=pl.lit(0.0), top=harvested),
            part.select("period", kind=pl.lit(KINDS[1]), foot=harvested, top=sum_),
        ]
    ).filter(pl.col("top") > pl.col("foot"))
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(KINDS), range=[PLANNED, BOUGHT, INK]),
        legend=alt.Legend(title=None, orient="top", symbolType="square"),
    )
    need = alt.Chart(rows(part.select("period", top="needed")))
    layers = [
        alt.Chart(rows(bars))
        .mark_bar(stroke=INK, strokeWidth=0.4, width={"band": 0.8})
        .encode(x=across, y=up, y2="foot:Q", color=colour),
        # a rim of paper, so that the line stands out from the bars in black and white too
        need.mark_line(color=PAPER, strokeWidth=3.2).encode(x=across, y=up),
        need.mark_line(color=INK, strokeWidth=1.6, point={"size": 14, "color": INK})
        .encode(x=across, y=up),
    ]  # fmt: skip
    name = alt.Title(part["label"][0], limit=PANEL, offset=8, frame="group")
    return alt.layer(*layers).properties(width=PANEL, height=HEIGHT, title=name)


def harvest_table(plan: Plan) -> str:
    """Return what is removed, harvested, bought and needed of each part; nothing without any."""
    every, names = harvest_by_part(plan), part_names(plan)
    if every.is_empty():
        return ""
    cells = [
        [
            escape(names.get(row["part_id"], row["part_id"])),
            element("code", escape(row["part_id"])),
            *(amount(row[one]) for one in ("removed", "harvested", "bought", "needed")),
        ]
        for row in every.head(MOST_ROWS).iter_rows(named=True)
    ]
    caption = "Units over the whole plan, the largest harvest first"
    if len(every) > MOST_ROWS:
        caption += f": {MOST_ROWS} of {count(len(every))}; all stand in tables/harvest.csv"
    headings = ["Part", "Number", "Leave service", "Harvested", "Bought", "Stock must cover"]
    return grid(headings, cells, [False, False, *[True] * 4], caption, ("harvest",))
