"""Write the sections of the board report that show what is lost, what lasts and what to buy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count as numbers
from typing import TYPE_CHECKING

import polars as pl

from keepline.report import swapping
from keepline.report.charts import endurance_chart, endurance_rows, losses_chart
from keepline.report.costs import frontier_chart, purchases_chart, spending_chart
from keepline.report.courses import availability_chart, backorders_chart
from keepline.report.drawing import inline
from keepline.report.judged import judged_tables
from keepline.report.lasting import lasting_table
from keepline.report.listings import (
    branches_table,
    endurance_table,
    losses_table,
    orders_table,
    regions_table,
    suppliers_table,
)
from keepline.report.markup import element, escape, paragraph, refs
from keepline.report.places import map_chart
from keepline.report.standing import standing_table
from keepline.report.tally import endurance_by_part, table
from keepline.report.words import counted, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import altair as alt

    from keepline.model.plan import Plan


@dataclass(frozen=True)
class Picture:
    """Hold what a chart needs to stand on the page.

    Attributes:
        key: A name that no other picture has.
        title: What it shows, as its heading.
        caption: How to read it, in plain text; also read aloud in place of the drawing.
        tables: The result tables whose figures it draws.
        draw: Returns the chart, or None when there is nothing to draw.
        without: What to say when there is nothing to draw.
    """

    key: str
    title: str
    caption: str
    tables: tuple[str, ...]
    draw: Callable[[Plan], alt.TopLevelMixin | None]
    without: str


class Pictures:
    """Number the pictures of one page in the order in which they stand."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._numbers: Iterator[int] = numbers(1)

    def figure(self, picture: Picture) -> str:
        """Return a picture as a figure of the page, or a sentence when it would be empty."""
        chart = picture.draw(self.plan)
        if chart is None:
            return paragraph(picture.without) if picture.without else ""
        number = next(self._numbers)
        drawn = inline(chart, f"chart-{picture.key}", picture.title, picture.caption)
        name = paragraph(f"Chart {number}. {picture.title}", class_="name")
        caption = element("figcaption", escape(picture.caption) + refs(picture.tables))
        return element("figure", name + drawn + caption, id=f"figure-{picture.key}")


def losses(pictures: Pictures) -> str:
    """Return what may be lost, by maker and over time, and the scenario's branches."""
    plan = pictures.plan
    picture = Picture(
        "losses",
        "Share of each manufacturer's installed units that is cut off",
        "Expected over the branches of the scenario: a unit counts with the probability that its "
        "part has lost new supply, repair or software updates by that date, and with the share "
        "that is lost. Manufacturers that lose nothing are not drawn.",
        ("cuts", "branches", "endurance"),
        losses_chart,
        "Nothing is cut off in any branch of the scenario.",
    )
    return pictures.figure(picture) + losses_table(plan) + branches_table(plan)


def endurance(pictures: Pictures) -> str:
    """Return how long today's stock lasts, by part and by maker."""
    plan = pictures.plan
    every, shown = len(endurance_by_part(plan)), len(endurance_rows(plan))
    rest = every - shown
    more = f" The other {counted(rest, 'part')} last longer and stand in the table." if rest else ""
    picture = Picture(
        "endurance",
        "How long today's stock of each part lasts",
        f"Each bar ends on the day to which a part lasts at {percent(plan.summary.confidence)} "
        "confidence, for the operator that runs short first. Its colour is the manufacturer's. "
        "A black tick marks the first day on which the part's new supply is cut in any branch, "
        f"the dashed line the first cut of all.{more}",
        ("endurance", "losses"),
        endurance_chart,
        "There is no stock whose endurance could be shown.",
    )
    return (
        pictures.figure(picture)
        + endurance_table(plan)
        + lasting_table(plan)
        + standing_table(plan)
    )


def frontier(pictures: Pictures) -> str:
    """Return what survival and availability each sum of money buys."""
    picture = Picture(
        "frontier",
        "Cost against availability and survival",
        "Each point is the best that this much money for stock can do. The square is today's "
        "course, the circle the chosen plan, the dashed lines the policy's targets.",
        ("frontier", "summary"),
        frontier_chart,
        "No frontier was computed.",
    )
    return pictures.figure(picture)


def purchases(pictures: Pictures) -> str:
    """Return what to buy, from whom, by when and for how much."""
    plan = pictures.plan
    bought = table(plan, "purchases")
    if bought.is_empty():
        return paragraph("The plan buys nothing.")
    by_part = Picture(
        "purchases",
        "What to buy, the dearest parts first",
        "Cost of all units of a part, how many they are, and the last day on which ordering the "
        "first of them still brings them in time.",
        ("purchases",),
        purchases_chart,
        "",
    )
    by_month = Picture(
        "spending",
        "What is ordered in each month",
        "Cost of the orders by the month in which the plan places them.",
        ("purchases",),
        spending_chart,
        "All orders are placed in a single month.",
    )
    return (
        suppliers_table(plan)
        + pictures.figure(by_part)
        + pictures.figure(by_month)
        + orders_table(plan, bought)
    )


def service(pictures: Pictures) -> str:
    """Return how the network does month by month, today's course beside the plan."""
    plan = pictures.plan
    simulated = Picture(
        "availability",
        "Simulated availability, month by month",
        "Mean of the replications, with the 95 % interval as a band: dashed on today's course, "
        "solid with the plan. The dashed black line is the target. Where the plan would look "
        "flat beside today's course it is drawn once more, enlarged.",
        ("simulated",),
        availability_chart,
        "No simulation was run: the availability above is computed, not simulated.",
    )
    short = Picture(
        "backorders",
        "Units expected to be short, month by month",
        "Computed: units that have failed and cannot be replaced, over all parts, the branches "
        "mixed by their probability; in the middle of each month.",
        ("outlook", "branches"),
        backorders_chart,
        "No outlook by month was computed.",
    )
    return pictures.figure(simulated) + judged_tables(plan) + pictures.figure(short)


def programme(pictures: Pictures) -> str:
    """Return what is swapped and how the rules are kept; empty where there is neither."""

    def drawn(
        key: str,
        title: str,
        caption: str,
        tables: tuple[str, ...],
        draw: Callable[[Plan], alt.TopLevelMixin | None],
    ) -> str:
        return pictures.figure(Picture(key, title, caption, tables, draw, ""))

    return swapping.section(pictures.plan, drawn)


def sites(pictures: Pictures) -> str:
    """Return the map of the sites."""
    plan = pictures.plan
    exposed = table(plan, "exposure")
    unplaced = len(exposed.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null()))
    missing = (
        f" {counted(unplaced, 'site')} without coordinates cannot be shown." if unplaced else ""
    )
    picture = Picture(
        "map",
        "Where units are without new supply",
        "Sites gathered into square cells: the area of a circle is the cell's busy-hour traffic, "
        "its shade the share of the cell's units without new supply, each counted with the "
        "probability and the share of its loss, darker for more. North is up; the scale holds in "
        f"the middle of the map.{missing}",
        ("exposure",),
        map_chart,
        "No site has coordinates: there is no map to draw.",
    )
    return pictures.figure(picture) + regions_table(exposed)
