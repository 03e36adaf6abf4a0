"""Read an Excel workbook: a sheet for every table and a sheet ``network`` of keys and values.

Cells become the text that a person sees: a whole number loses its ``.0``, a date its midnight.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl
import python_calamine

from keepline.formats.csvtext import used_columns, without_repeats
from keepline.formats.guard import guarded
from keepline.formats.sheeterrors import error_cells
from keepline.model.check.raw import Raw, quoted
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta

#: The largest workbook that is opened, in bytes unpacked.
LARGEST: Final = 4 * 2**30
_EXACT: Final = 2**53


@dataclass(frozen=True)
class Workbook:
    """Hold what was found in a workbook.

    Attributes:
        file: Its name for the report.
        sheets: The cells of every sheet, by name, as rows.
        errors: Where a formula failed: sheet to (row, column) to the error shown.
    """

    file: str
    sheets: Mapping[str, Sequence[Sequence[Cell]]]
    errors: Mapping[str, Mapping[tuple[int, int], str]] = field(default_factory=dict)

    def name_of(self, sheet: str) -> str:
        """Return a sheet's name as the report calls it."""
        return f"{self.file} sheet {sheet}"


def open_workbook(content: bytes, file: str, problems: Problems) -> Workbook | None:
    """Return every sheet's cells, or report why the file is no workbook that can be read."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        what, mend = (
            "the workbook is encrypted, or in the old .xls format",
            "Save it as plain .xlsx",
        )
        problems.add(Problem(file, "IN-218", what, "a workbook in .xlsx", mend))
        return None
    size = guarded(lambda: _unpacked(content))
    if size is not None and size > LARGEST:
        what = f"the workbook unpacks to {size:,} bytes, more than {LARGEST:,}"
        problems.add(Problem(file, "IN-219", what, mend="Use a folder of CSV or Parquet files"))
        return None
    sheets = None if size is None else guarded(lambda: _sheets(content))
    if sheets is None:
        what = "the workbook is broken, or not a workbook at all"
        mend = "Open it in a spreadsheet program and save it as .xlsx"
        problems.add(Problem(file, "IN-218", what, "a workbook in .xlsx", mend))
        return None
    return Workbook(file, sheets, guarded(lambda: error_cells(content)) or {})


def _unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(member.file_size for member in archive.infolist())


def _sheets(content: bytes) -> dict[str, list[list[Cell]]]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def read_sheet(book: Workbook, sheet: str, name: str, problems: Problems) -> Raw | None:
    """Return a table's texts from its sheet, or report why there is none.

    Args:
        book: The workbook.
        sheet: The sheet.
        name: The declared table.
        problems: Where every problem goes.
    """
    file = book.name_of(sheet)
    rows = book.sheets[sheet]
    filled = [number for number, row in enumerate(rows) if any(_text(cell).strip() for cell in row)]
    if not filled:
        problems.add(
            Problem(file, "IN-206", "the sheet is empty", "a header and rows", "Fill or remove it")
        )
        return None
    top = filled[0]
    header = without_repeats([_text(cell).strip() for cell in rows[top]], file, problems)
    body = filled[1:]
    failed = book.errors.get(sheet, {})
    frame = pl.DataFrame(
        {label: _column(rows, body, position, failed) for position, label in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )
    frame = used_columns(frame, header, file, problems)
    return Raw(name, file, frame, lambda found: [body[one] + 1 for one in found])


def _column(
    rows: Sequence[Sequence[Cell]],
    body: Sequence[int],
    position: int,
    failed: Mapping[tuple[int, int], str],
) -> list[str]:
    texts = [_text(rows[number][position]) for number in body]
    if failed:
        return [
            failed.get((number + 1, position + 1), text)
            for number, text in zip(body, texts, strict=True)
        ]
    return texts


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) <= _EXACT else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def sheet_settings(book: Workbook, sheet: str, problems: Problems) -> dict[str, object]:
    """Return the keys and values of the sheet ``network``: keys in column A, values in B.

    A date cell is a date, a whole number is one; a key without a value counts as absent.
    """
    found: dict[str, object] = {}
    for number, row in enumerate(book.sheets[sheet], start=1):
        key = _text(row[0]).strip() if row else ""
        value = _setting(row[1]) if len(row) > 1 else None
        if not key or (number == 1 and key == "key"):
            continue
        if key in found:
            what = f"the key {quoted(key)} stands twice"
            problems.add(
                Problem(
                    book.name_of(sheet),
                    "IN-342",
                    what,
                    "each key once",
                    "Remove one",
                    number,
                    "A",
                    key,
                )
            )
        found.setdefault(key, value)
    return found


def _setting(cell: Cell) -> object:
    if isinstance(cell, str):
        text = cell.strip()
        return int(text) if text.isdecimal() and len(text) == 1 else text or None
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
