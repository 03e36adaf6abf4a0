"""Write the section on the programme of swaps and the rules that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report.baselines import baseline_words, baselines_table
from keepline.report.harvests import harvest_chart, harvest_table, harvest_words
from keepline.report.limited import (
    collision_words,
    standing_table,
    standing_words,
    unoffered_table,
    ways_table,
)
from keepline.report.markup import element, escape, paragraph
from keepline.report.programmes import quarters_table, swap_words
from keepline.report.shares import MOST_PANELS, lines, shares_chart
from keepline.report.swapmaps import swap_maps
from keepline.report.swaps import by_region, sites
from keepline.report.timetable import MOST_ROWS, shown_periods, timetable_chart
from keepline.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt

    from keepline.model.plan import Plan

    #: Key, title, caption, tables, and what draws a picture: numbered where it stands.
    Drawn = Callable[
        [str, str, str, tuple[str, ...], Callable[[Plan], alt.TopLevelMixin | None]], str
    ]

TITLE: Final = "What is swapped, and how the rules are kept"


def section(plan: Plan, drawn: Drawn) -> str:
    """Return the section; empty where the plan has neither a programme nor rules."""
    return (
        _lines([*swap_words(plan), *standing_words(plan)])
        + _timetable(plan, drawn)
        + quarters_table(plan)
        + _maps(plan, drawn)
        + _shares(plan, drawn)
        + standing_table(plan)
        + unoffered_table(plan)
        + _under("What must give way", _lines(collision_words(plan)) + ways_table(plan))
        + _under("What swaps free for stock", _harvest(plan, drawn))
        + _under(
            "What planning swaps and stock together saves",
            _lines(baseline_words(plan)) + baselines_table(plan),
        )
    )


def _lines(said: list[str]) -> str:
    return "".join(paragraph(one) for one in said)


def _under(title: str, body: str) -> str:
    return element("h3", escape(title)) + body if body else ""


def _timetable(plan: Plan, drawn: Drawn) -> str:
    regions = by_region(plan, shown_periods(plan))["region"].n_unique()
    left_out = f" The {MOST_ROWS} regions with the most sites are shown." if (
        regions > MOST_ROWS) else ""  # fmt: skip
    return drawn(
        "timetable",
        "Sites swapped, by region and quarter",
        "The number in a cell is how many sites of the region have a swap in the quarter, each "
        "once, the shade darker for more; sums at the right and below. A site that is swapped in "
        f"two quarters counts in both.{left_out}",
        ("programme", "exposure"),
        timetable_chart,
    )


def _maps(plan: Plan, drawn: Drawn) -> str:
    where = sites(plan)
    unplaced = len(where.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null()))
    missing = (
        f" {counted(unplaced, 'site')} without coordinates cannot be shown." if unplaced else ""
    )
    return drawn(
        "swap-map",
        "Which sites are swapped by when",
        "The programme's sites gathered into square cells: the area of a ring is the number of "
        "sites to swap, the area of the disc in it the number whose last swap is done by that day; "
        f"where all are, the disc fills the ring. North is up.{missing}",
        ("programme", "exposure"),
        swap_maps,
    )


def _shares(plan: Plan, drawn: Drawn) -> str:
    rest = len(lines(plan)) - MOST_PANELS
    more = f" {counted(rest, 'further panel')} left out." if rest > 0 else ""
    return drawn(
        "shares",
        "What each rule measures as it falls, against its limit",
        "One panel a rule, and operator where there are several. The line with dots is what is "
        "measured on each day that is judged. The line without dots is the limit: solid while it "
        "must be kept, dashed while it should be if possible, dotted before it binds. A cross "
        "marks a day on which it must be kept and is not, a ring one on which it should be and is "
        f"not, a diamond one on which that is not known.{more}",
        ("compliance",),
        shares_chart,
    )


def _harvest(plan: Plan, drawn: Drawn) -> str:
    picture = drawn(
        "harvest",
        "Units harvested and bought against what stock must cover",
        "The parts of which most is harvested, by quarter: units from swapped sites that reach a "
        "shelf, units bought that arrive, and as a line the expected removals that neither repair "
        "nor new supply makes good. What is left over in a quarter serves the next ones.",
        ("harvest",),
        harvest_chart,
    )
    return _lines(harvest_words(plan)) + picture + harvest_table(plan)
