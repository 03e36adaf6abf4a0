"""Write the plan as an Excel workbook: the answer, order lists, a sheet a table, provenance.

Text is always written as text: part numbers keep their zeros and nothing that begins with ``=``
is ever a formula. The only formulas are sums of purchases, so that a buyer who strikes a line
sees the total follow.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from keepline.model.results import RESULTS
from keepline.report.answer import answer
from keepline.report.orders import order_lists
from keepline.report.sheet import (
    Formats,
    formats_of,
    is_too_long,
    put,
    table_sheet,
)
from keepline.report.tally import table

if TYPE_CHECKING:
    from keepline.model.plan import Plan

NAMES: Final = ("parts", "suppliers")
MOST_PROPERTY: Final = 255
EPOCH: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - Excel's dates have no zone
OPTIONS: Final[dict[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Book:
    """Hold a workbook being written and the formats that all its sheets share."""

    file: Any
    formats: Formats
    plan: Plan


def sheets(plan: Plan) -> bytes:
    """Return the workbook.

    Args:
        plan: A finished plan. A table longer than a sheet (1,048,576 rows) is left out, and the
            sheet *summary* says so and names its CSV file.

    Returns:
        The .xlsx file; the same plan gives the same bytes.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as file:
        file.set_properties(
            {
                "title": plan.summary.network_name[:MOST_PROPERTY],
                "subject": plan.summary.scenario_name[:MOST_PROPERTY],
                "comments": plan.summary.source[:MOST_PROPERTY],
                "author": f"Keepline {plan.provenance.version}",
                "created": _created(plan.provenance.created),
            }
        )
        book = Book(file, formats_of(file), plan)
        _summary(book)
        order_lists(file, book.formats, plan)
        for name in (*RESULTS, *NAMES):
            if name in plan.tables and not is_too_long(plan.tables[name]):
                table_sheet(file, book.formats, name, plan.tables[name])
        _provenance(book)
    return target.getvalue()


def _created(text: str) -> dt.datetime:
    """Return when the plan was made; a fixed date when it does not say, never the clock's."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return EPOCH


def _summary(book: Book) -> None:
    sheet, formats = book.file.add_worksheet("summary"), book.formats
    summary = book.plan.summary
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    put(sheet, 0, 0, summary.network_name, formats.title)
    line = 1
    for name, value in (
        ("Scenario", summary.scenario_name),
        ("Policy", summary.policy_name),
        ("First day", summary.start),
        ("Last day", summary.end),
        ("Source", summary.source),
    ):
        put(sheet, line, 0, name, formats.strong)
        put(sheet, line, 1, value, formats.of(value, is_wrapped=True))
        line += 1
    line = _sentences(book, sheet, line + 1)
    line = _figures(book, sheet, line + 1)
    _left_out(book, sheet, line + 1)


def _sentences(book: Book, sheet: Any, line: int) -> int:
    put(sheet, line, 0, "The answer", book.formats.head)
    put(sheet, line, 1, "", book.formats.head)
    for sentence in answer(book.plan):
        line += 1
        put(sheet, line, 0, f"from {', '.join(sentence.tables)}", book.formats.quiet)
        put(sheet, line, 1, sentence.text, book.formats.wrapped)
    return line + 1


def _figures(book: Book, sheet: Any, line: int) -> int:
    summary, formats = book.plan.summary, book.formats
    put(sheet, line, 0, "Figures", formats.head)
    put(sheet, line, 1, "", formats.head)
    cost = f"Cost of the purchases ({summary.currency})"
    for name, value, kind in (
        ("Parts that may lose something", summary.parts_lost, formats.whole_left),
        ("First loss", summary.first_loss_on, formats.date_left),
        ("Availability today", summary.availability_today, formats.precise_share),
        ("Availability with the plan", summary.availability_plan, formats.precise_share),
        ("Worst month today", summary.worst_month_today, formats.date_left),
        ("Availability in it", summary.availability_worst_today, formats.precise_share),
        ("Worst month with the plan", summary.worst_month_plan, formats.date_left),
        ("Availability in it", summary.availability_worst_plan, formats.precise_share),
        ("Service lost today (traffic)", summary.service_lost_today, formats.number_left),
        ("Service lost with the plan (traffic)", summary.service_lost_plan, formats.number_left),
        ("Least service lost at that cost", summary.service_lost_bound, formats.number_left),
        ("Certified gap", summary.gap, formats.precise_share),
        ("Target met", "yes" if summary.target_met else "no", formats.wrapped),
    ):
        line += 1
        put(sheet, line, 0, name, formats.text)
        put(sheet, line, 1, value, kind)
    line += 1
    put(sheet, line, 0, cost, formats.text)
    rows = len(table(book.plan, "purchases"))
    column = chr(ord("A") + list(RESULTS["purchases"].columns()).index("cost"))
    total = f"=SUM(purchases!{column}2:{column}{rows + 1})"
    if rows and "purchases" in book.plan.tables and not is_too_long(book.plan.tables["purchases"]):
        sheet.write_formula(line, 1, total, formats.money_left, summary.purchase_cost)
    else:
        put(sheet, line, 1, summary.purchase_cost, formats.money_left)
    return line + 1


def _left_out(book: Book, sheet: Any, line: int) -> None:
    for name, frame in book.plan.tables.items():
        if is_too_long(frame):
            text = (
                f"{name} has {len(frame):,} rows, more than a sheet holds: see tables/{name}.csv."
            )
            put(sheet, line, 0, text, book.formats.quiet)
            line += 1


def _provenance(book: Book) -> None:
    sheet, formats, made = book.file.add_worksheet("provenance"), book.formats, book.plan.provenance
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    lines: list[tuple[str, object]] = [
        ("Source", book.plan.summary.source),
        ("Keepline", made.version),
        ("Seed", str(made.seed)),
        ("Made", made.created),
        ("Certified gap", book.plan.summary.gap),
        ("Replications", book.plan.summary.replications),
        *((f"Library {name}", version) for name, version in made.libraries.items()),
        *((f"SHA-256 of {name}", value) for name, value in sorted(made.hashes.items())),
        *(("Assumed", sentence) for sentence in made.assumptions),
    ]
    put(sheet, 0, 0, "What", formats.head)
    put(sheet, 0, 1, "Value", formats.head)
    for line, (name, value) in enumerate(lines, start=1):
        put(sheet, line, 0, name, formats.text)
        put(
            sheet,
            line,
            1,
            value,
            formats.precise_share if isinstance(value, float) else formats.wrapped,
        )
    sheet.freeze_panes(1, 0)
