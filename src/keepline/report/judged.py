"""Tell what the simulation saw at sites, of parts and of money: each figure with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from keepline.model.simulated_results import COURSES, ONCE
from keepline.report.markup import escape, grid
from keepline.report.tally import part_names, table
from keepline.report.words import availability, brief, counted, month, percent, short_money

if TYPE_CHECKING:
    from keepline.model.plan import Plan

#: What is told of the whole plan, in this order.
SAID: Final = {
    "traffic_served": "Traffic served, average over the plan",
    "sites_down": "Sites without any service at a time",
    "longest_outage": "Longest outage of a site, whole or in part",
    "longest_outage_lost": "Traffic-days lost in it",
    "longest_down": "Longest time for which a site has no service",
    "first_short_day": "Days until any unit is short",
    "stock_left_value": "Value of the stock left at the end",
    "harvested": "Units harvested from swapped sites",
}
MOST_PARTS: Final = 20


class Line(NamedTuple):
    """Hold one line of a small table: what it is of, and each course's figure in words."""

    what: str
    today: str
    plan: str
    difference: str


def in_all(once: pl.DataFrame, currency: str) -> list[Line]:
    """Return what is told of the whole plan and all operators.

    Args:
        once: The result table ``simulated_once``.
        currency: Of all money.
    """
    whole = once.filter(
        pl.col("operator_id").is_null(), pl.col("part_id").is_null(), pl.col("quarter").is_null()
    )
    return [
        _line(said, whole.filter(measure=measure), measure, currency)
        for measure, said in SAID.items()
        if measure in whole["measure"]
    ]


def by_quarter(once: pl.DataFrame, currency: str) -> list[Line]:
    """Return what is spent in each quarter, all operators together."""
    spent = once.filter(pl.col("operator_id").is_null(), measure="spend").sort("quarter")
    return [
        _line(f"Quarter from {month(quarter)}", rows, "spend", currency)
        for (quarter,), rows in spent.group_by("quarter", maintain_order=True)
    ]


def first_short(once: pl.DataFrame) -> pl.DataFrame:
    """Return parts that may run short, those first that do so first on today's course.

    Returns:
        part_id, operator_id, and for each course played the days and the chance.
    """
    by_part = once.filter(
        pl.col("part_id").is_not_null(),
        pl.col("course") != COURSES[2],
        pl.col("measure").is_in(["first_short_day", "short_share"]),
    ).with_columns(column=pl.col("measure") + " " + pl.col("course"))
    if by_part.is_empty():
        return pl.DataFrame()
    keys = ["part_id", "operator_id"]
    wide = by_part.pivot("column", index=keys, values="mean", aggregate_function="first")
    found = wide.filter(pl.max_horizontal(pl.col("^short_share .*$")) > 0.0)
    return found.sort("first_short_day today", *keys, nulls_last=True)


def judged_tables(plan: Plan) -> str:
    """Return the small tables of the report; nothing where only the formulas' world was played."""
    once = table(plan, "simulated_once")
    if once.is_empty():
        return ""
    currency = plan.summary.currency
    return (
        _grid("What the simulation saw at sites", "Measure", in_all(once, currency))
        + _grid("Price of new units ordered, by quarter", "Quarter", by_quarter(once, currency))
        + _parts_grid(plan, first_short(once))
    )


def _grid(caption: str, first: str, lines: list[Line]) -> str:
    if not lines:
        return ""
    has_plan = any(one.plan for one in lines)
    headings = [first, "Today's course", *(["With the plan", "Difference"] if has_plan else [])]
    rows = [[escape(cell) for cell in one[: len(headings)]] for one in lines]
    sides = [False] + [True] * (len(headings) - 1)
    return grid(headings, rows, sides, f"{caption}, with 95 % intervals", ("simulated_once",))


def _parts_grid(plan: Plan, found: pl.DataFrame) -> str:
    if found.is_empty():
        return ""
    names, has_plan = part_names(plan), "short_share plan" in found.columns
    courses = COURSES[:2] if has_plan else COURSES[:1]
    has_several = found["operator_id"].n_unique() > 1
    headings = ["Part", *(["Operator"] if has_several else [])]
    for course in courses:
        said = "with the plan" if course == "plan" else "today's course"
        headings += [f"Days until short, {said}", f"Chance of it, {said}"]
    rows = []
    for row in found.head(MOST_PARTS).iter_rows(named=True):
        cells = [escape(names.get(row["part_id"], row["part_id"]))]
        cells += [escape(row["operator_id"] or "")] if has_several else []
        for course in courses:
            cells += [
                brief(row[f"first_short_day {course}"]),
                percent(row[f"short_share {course}"]),
            ]
        rows.append(cells)
    rest = len(found) - len(rows)
    more = f"; {counted(rest, 'part')} more in the table" if rest else ""
    caption = (
        "Parts that run short first. A replication without a shortage counts with the plan's "
        f"length{more}"
    )
    sides = [False] * (len(headings) - 2 * len(courses)) + [True] * (2 * len(courses))
    return grid(headings, rows, sides, caption, ("simulated_once", "parts"))


def _line(what: str, rows: pl.DataFrame, measure: str, currency: str) -> Line:
    told = {row["course"]: _interval(row, measure, currency) for row in rows.iter_rows(named=True)}
    return Line(what, *(told.get(course, "") for course in COURSES))


def _interval(row: dict[str, Any], measure: str, currency: str) -> str:
    """Write a mean and the ends of its interval."""
    unit, is_difference = ONCE[measure][0], row["course"] == COURSES[2]
    mean, low, high = (_figure(row[one], unit, currency, is_difference=is_difference)
                       for one in ("mean", "low", "high"))  # fmt: skip
    name = " points" if unit == "share" and is_difference else ""
    name = f" {unit}" if unit == "days" else name
    return f"{mean}{name} ({low} to {high})"


def _figure(value: float, unit: str, currency: str, *, is_difference: bool) -> str:
    if unit == "share":
        return brief(100.0 * value) if is_difference else availability(value)
    if unit == "currency":
        sign = "\u2212" if value < 0 else ""
        return sign + short_money(math.fabs(value), currency)
    return brief(value)
