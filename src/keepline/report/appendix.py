"""Show the result tables themselves inside the page, so that every reference leads somewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from keepline.model.declare import trait
from keepline.model.results import RESULTS
from keepline.report.markup import element, escape, grid, paragraph
from keepline.report.words import count, counted, date, exact

if TYPE_CHECKING:
    import polars as pl

    from keepline.model.plan import Plan

MOST_ROWS: Final = 150
NAMES: Final = ("parts", "suppliers")
#: Tables to which the page refers, so that they have a place even when they were not computed.
CITED: Final = (
    "branches",
    "losses",
    "cuts",
    "exposure",
    "endurance",
    "moves",
    "purchases",
    "outlook",
    "frontier",
    "relaxations",
    "simulated",
    "simulated_once",
)
ABOUT_NAMES: Final = {
    "parts": "The parts that the other tables name.",
    "suppliers": "The suppliers that the other tables name.",
}


def cell(value: object) -> str:
    """Return a table's value as markup: dates in words, figures with thin separators."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return exact(value)
    return escape(date(value) if isinstance(value, dt.date) else value)


def appendix(plan: Plan) -> str:
    """Return every result table of the plan, folded; long ones cut with the file that has all."""
    known = [name for name in (*RESULTS, *NAMES) if name in plan.tables or name in CITED]
    return _summary(plan) + "".join(
        _table(name, plan.tables[name])
        if name in plan.tables
        else _folded(name, "not computed", paragraph("This plan has no such table."))
        for name in known
    )


def is_figure(kind: pl.DataType) -> bool:
    """Tell whether a column holds figures, which stand to the right."""
    return bool(kind.is_numeric())


def _table(name: str, frame: pl.DataFrame) -> str:
    units, meanings = _said(name)
    headings = [
        escape(column) + (f"<small>{escape(units[column])}</small>" if units.get(column) else "")
        for column in frame.columns
    ]
    cells = ([cell(value) for value in row] for row in frame.head(MOST_ROWS).iter_rows())
    numeric = [is_figure(kind) for kind in frame.dtypes]
    about = (RESULTS[name].__doc__ or "").split("\n")[0] if name in RESULTS else ABOUT_NAMES[name]
    cut = ""
    if len(frame) > MOST_ROWS:
        cut = paragraph(
            f"The first {MOST_ROWS} of {count(len(frame))} rows; all of them stand in "
            f"tables/{name}.csv."
        )
    columns = "".join(
        element("dt", element("code", escape(column))) + element("dd", escape(meaning))
        for column, meaning in meanings.items()
        if column in frame.columns
    )
    body = (
        paragraph(f"One row: {about}" if name in RESULTS else about)
        + cut
        + (grid(headings, cells, numeric, name) if len(frame) else paragraph("No rows."))
        + (element("h4", "Columns") + element("dl", columns) if columns else "")
    )
    return _folded(name, counted(len(frame), "row"), body)


def _folded(name: str, size: str, body: str) -> str:
    title = element("summary", f"{element('h3', escape(name))} {escape(size)}")
    return element("details", title + body, id=f"table-{name}")


def _said(name: str) -> tuple[dict[str, str], dict[str, str]]:
    if name not in RESULTS:
        return {}, {}
    columns = RESULTS[name].columns()
    units = {key: trait(column).unit for key, column in columns.items()}
    return units, {key: column.description or "" for key, column in columns.items()}


def _summary(plan: Plan) -> str:
    fields = asdict(plan.summary)
    rows = []
    for name, value in fields.items():
        if isinstance(value, dict):
            rows += [[f"{name}.{end}", cell(one)] for end, one in value.items()]
        else:
            rows.append([escape(name), cell(value) or "none"])
    body = paragraph("The short answer's figures, as plan.json holds them.")
    return _folded(
        "summary",
        counted(len(rows), "figure"),
        body + grid(["figure", "value"], rows, [False, False], "summary"),
    )
