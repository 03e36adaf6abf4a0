"""Read a CSV file into texts, each with the row that an editor shows.

Polars reads the file at once; that no row has too few cells is seen from the number of commas. A
file for which the counts do not add up is read again row by row, which is slower and says where.
Rows are counted in lines of the file: a cell that holds a line break takes two.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl

from keepline.formats.bytesin import text_of
from keepline.formats.celltexts import CellTexts
from keepline.formats.guard import guarded
from keepline.formats.quotes import Quotes, look_at_quotes
from keepline.model.check.raw import LISTED, Raw, quoted, remainder
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Separators that other programs write instead of the comma.
OTHERS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
#: Bytes from which on numbers are read as numbers at once.
LARGE: Final = 2**20
#: Cells of a column that may be empty or wrong without reading the whole column again.
SOME: Final = 1_000
_BLOCK: Final = 65_536
_NUMBERS: Final = (dy.Int64, dy.Float64)
_FIGURE: Final = re.compile(r"[+-]?(0|[1-9]\d*)", re.ASCII)
_UNNAMED: Final = "\0"
_REPEATED: Final = "\1"


def read_csv(content: bytes, name: str, file: str, problems: Problems) -> Raw | None:
    """Return a table's texts, or report why there is no table in the file.

    Args:
        content: The file's bytes.
        name: The declared table.
        file: The file's name for the report.
        problems: Where every problem goes.
    """
    if not content[:4096].strip() and not content.strip():
        problems.add(
            Problem(
                file, "IN-206", "the file is empty", "a header and rows", "Fill it, or remove it"
            )
        )
        return None
    body = text_of(content, file, problems, "CSV")
    if body is None:
        return None
    if b"\r" in body and b"\n" not in body:
        body = body.replace(b"\r", b"\n")
    header = _header(body, name, file, problems)
    if header is None:
        return None
    raw = _at_once(body, header, name, file, problems)
    if raw is None:
        raw = _row_by_row(body, header, name, file, problems)
    return raw


def _header(body: bytes, name: str, file: str, problems: Problems) -> list[str] | None:
    start = len(body) - len(body.lstrip(b"\r\n"))
    first = body[start : start + 65_536].decode("utf-8", "ignore")
    try:
        header = next(csv.reader(io.StringIO(first, newline=""), strict=True), [])
    except csv.Error as error:
        what = f"the header cannot be read: {error}"
        problems.add(Problem(file, "IN-220", what, "names of columns, with commas between", row=1))
        return None
    names = [one.strip() for one in header]
    if names and names[0].startswith("sep="):
        what = f"the first row is {quoted(names[0])}, a note to a spreadsheet"
        problems.add(Problem(file, "IN-214", what, "the names of the columns", "Remove it", row=1))
        return None
    for sign, words in OTHERS.items():
        parts = {one.strip(' "') for one in ",".join(header).split(sign)}
        if len(parts) > 1 and len(parts & set(INPUTS[name].columns())) > 1:
            what = f"the columns are separated by {words}"
            mend = "Save it with commas, and with a point in figures (12.5)"
            problems.add(Problem(file, "IN-214", what, "commas", mend, row=1))
            return None
    return without_repeats(names, file, problems)


def without_repeats(names: list[str], file: str, problems: Problems) -> list[str]:
    """Report columns that stand twice; return names that tell all columns apart."""
    seen: dict[str, int] = {}
    out = []
    for position, name in enumerate(names, start=1):
        if name and name in seen:
            what = f"the column {quoted(name)} stands twice, as column {seen[name]} and {position}"
            problems.add(
                Problem(file, "IN-211", what, "each column once", "Remove one", 1, name, name)
            )
        sign = _UNNAMED if not name else _REPEATED if name in seen else ""
        out.append(f"{sign}{position}" if sign else name)
        seen.setdefault(name, position)
    return out


def used_columns(
    frame: pl.DataFrame, header: Sequence[str], file: str, problems: Problems
) -> pl.DataFrame:
    """Return the columns that have a name of their own; tell of filled ones without a name."""
    for position, name in enumerate(header, start=1):
        if name.startswith(_UNNAMED) and name in frame.columns:
            cells = frame[name].str.strip_chars().replace("", None)
            if cells.null_count() < cells.len():
                what = f"column {position} has no name in the header and is not used"
                problems.add(Problem(file, "IN-210", what, row=1, is_notice=True))
    return frame.select([one for one in header if not one.startswith((_UNNAMED, _REPEATED))])


def _at_once(
    body: bytes, header: list[str], name: str, file: str, problems: Problems
) -> Raw | None:
    # None means that something about the rows needs a closer look
    lead = len(body) - len(body.lstrip(b"\r\n")) if body[:1] in b"\r\n" else 0
    if body.endswith((b"\n\n", b"\n\r\n")):
        body = body.rstrip(b"\r\n")
    quotes = look_at_quotes(body)
    early = _read_early(header, name) if quotes.is_plain and len(body) >= LARGE else {}
    kinds = dict.fromkeys(header, pl.String()) | early
    frame = guarded(lambda: pl.read_csv(body, schema=kinds, ignore_errors=bool(early)))
    if frame is None or _may_be_short(body, frame, quotes):
        return None
    first = body.count(b"\n", 0, lead) + 2
    frame = _mostly_empty_as_texts(frame, body)
    texts = CellTexts(body[lead:], header) if early else None
    frame = used_columns(frame, header, file, problems)
    has_spaces = b" " in body or b"\t" in body or not body.isascii()
    is_tidy = not has_spaces and not quotes.may_be_empty
    return Raw(name, file, frame, _line_finder(frame, quotes, first), texts=texts, is_tidy=is_tidy)


def _read_early(header: Sequence[str], name: str) -> dict[str, pl.DataType]:
    # in a large file numbers are read as such at once; what cannot be is looked at again as text
    columns = INPUTS[name].columns()
    return {
        label: columns[label].dtype
        for label in header
        if label in columns and isinstance(columns[label], _NUMBERS)
    }


def _mostly_empty_as_texts(frame: pl.DataFrame, body: bytes) -> pl.DataFrame:
    most = max(SOME, frame.height // 10)
    for position, (label, kind) in enumerate(frame.schema.items()):
        if kind != pl.String and frame[label].null_count() > most:
            again = pl.read_csv(body, columns=[position], infer_schema=False)
            frame = frame.with_columns(again.to_series().alias(label))
    return frame


def _may_be_short(body: bytes, frame: pl.DataFrame, quotes: Quotes) -> bool:
    # a row that lacks cells has nothing in its last one, and a blank line nothing in any
    if not frame.height or not frame.to_series(-1).null_count():
        return False
    if frame.select(pl.all_horizontal(pl.all().is_null()).any()).item():
        return True
    inside = quotes.commas
    if inside is None:
        header = sum(one.count(",") for one in frame.columns)
        counts = frame.select(pl.all().str.count_matches(",", literal=True).sum()).row(0)
        inside = header + sum(counts)
    total = int(np.count_nonzero(np.frombuffer(body, np.uint8) == ord(",")))
    return total - inside != (frame.width - 1) * (frame.height + 1)


def _line_finder(
    frame: pl.DataFrame, quotes: Quotes, first: int
) -> Callable[[Sequence[int]], Sequence[int]]:
    if not quotes.may_break:
        return lambda positions: [first + position for position in positions]
    cached: list[pl.Series] = []

    def rows(positions: Sequence[int]) -> list[int]:
        if not cached:
            breaks = pl.all().str.count_matches("\n", literal=True).fill_null(0)
            inside = frame.select(pl.sum_horizontal(breaks).cum_sum().shift(1, fill_value=0))
            cached.append(inside.to_series())
        return [first + position + cached[0][position] for position in positions]

    return rows


def _row_by_row(
    body: bytes, header: list[str], name: str, file: str, problems: Problems
) -> Raw | None:
    kept, spoilt, lines = _Chunks(header), _Chunks(header), array("q")
    width, ragged = len(header), 0
    try:
        for line, cells in _records(body):
            if len(cells) == width:
                kept.add(cells)
                lines.append(line)
                continue
            ragged += 1
            spoilt.add([*cells, *[""] * width][:width])
            if ragged <= LISTED:
                problems.add(_ragged(name, file, line, cells, header))
    except _Broken as error:
        problems.add(_unreadable(file, error.line, str(error)))
        return None
    frame = used_columns(kept.frame(), header, file, problems)
    known = used_columns(spoilt.frame(), header, file, Problems())
    out = Raw(name, file, frame, lambda found: [lines[one] for one in found], known)
    remainder(problems, out, "", "IN-102", ragged)
    return out


class _Broken(Exception):  # noqa: N818 - it never leaves this file
    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


def _records(body: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
    before, seen_header = 0, False
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cells) or (len(cells) == 1 and not cells[0].strip()):
                continue
            if seen_header:
                yield line, cells
            seen_header = True
    except csv.Error as error:
        raise _Broken(str(error), before + 1) from error


class _Chunks:
    """Turn rows into a frame a block at a time, for Python's lists take much room."""

    def __init__(self, header: list[str]) -> None:
        self.schema = dict.fromkeys(header, pl.String)
        self.rows: list[list[str]] = []
        self.frames = [pl.DataFrame(schema=self.schema)]

    def add(self, row: list[str]) -> None:
        self.rows.append(row)
        if len(self.rows) >= _BLOCK:
            self._flush()

    def frame(self) -> pl.DataFrame:
        self._flush()
        return pl.concat(self.frames)

    def _flush(self) -> None:
        self.frames.append(pl.DataFrame(self.rows, schema=self.schema, orient="row"))
        self.rows = []


def _ragged(name: str, file: str, line: int, cells: list[str], header: list[str]) -> Problem:
    width, count = len(header), len(cells)
    expected = f"{width} cells, as in the header"
    text = ",".join(cells)
    if count < width:
        what = f"the row has {count} cells; {header[count]} is the first that is missing"
        return Problem(file, "IN-103", what, expected, "Add the missing cells", line, value=text)
    figure = _split_figure(name, cells, header) if count == width + 1 else ""
    mend = "Remove a comma, or put the cell that holds one in quotation marks"
    if figure:
        mend += f"; a figure takes a point ({figure})"
    what = f"the row has {count} cells"
    return Problem(file, "IN-102", what, expected, mend, line, value=text)


def _split_figure(name: str, cells: list[str], header: list[str]) -> str:
    columns = INPUTS[name].columns()
    numbers = {label for label in header if isinstance(columns.get(label), _NUMBERS)}
    found = [
        f"{first}.{second}"
        for label, first, second in zip(header, cells, cells[1:], strict=False)
        if label in numbers and _FIGURE.fullmatch(first) and second.isdecimal()
    ]
    return found[0] if len(found) == 1 else ""


def _unreadable(file: str, line: int, reason: str) -> Problem:
    if "field larger" in reason or "unexpected end" in reason:
        what = "a quotation mark is opened here and never closed"
    else:
        what = f"the quotation marks do not pair up ({reason})"
    mend = 'Put a cell that holds " in quotation marks, and write "" for each inside'
    return Problem(file, "IN-220", what, "quotation marks around whole cells", mend, line)
