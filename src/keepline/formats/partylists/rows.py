"""Read the rows of a list that is text with separators, and tell what is broken in them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from keepline.model.check.raw import quoted
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keepline.model.problems import Problems

#: Spaces that stand around a cell and mean nothing; other invisible signs are kept.
SPACES: Final = " \t\r\n"
#: Bad rows told one by one; the others are counted.
TOLD: Final = 100
#: The longest cell, in characters; the reasons for one listing can be long.
_LONGEST: Final = 10_000_000
_FETCH: Final = "Fetch the file again"


class Row(NamedTuple):
    """Hold one row: where it stands and its cells by column."""

    line: int
    cells: Mapping[str, str]


def text_in(content: bytes, file: str, problems: Problems, encoding: str = "utf-8") -> str | None:
    """Return a list's text without a byte order mark, or report why there is none."""
    body = content.removeprefix(b"\xef\xbb\xbf")
    if not body.strip(b" \t\r\n\x1a"):
        problems.add(
            Problem(file, "IN-502", "the file is empty", "one listed party at least", _FETCH)
        )
        return None
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        row = body.count(b"\n", 0, error.start) + 1
        what = f"byte {error.start:,} (0x{body[error.start]:02x}) is not UTF-8"
        problems.add(Problem(file, "IN-503", what, "text in UTF-8", _FETCH, row=row))
        return None


def records_of(
    text: str, file: str, problems: Problems, delimiter: str = ",", first: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not blank, with its line; report where quotation marks break.

    Args:
        text: The list's text.
        file: Its name for the report.
        problems: Where every problem goes.
        delimiter: What parts the cells.
        first: The line in which the text begins.
    """
    before = csv.field_size_limit(_LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = first
    try:
        for cells in reader:
            if any(one.strip(SPACES) for one in cells):
                yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        is_open = "unexpected end" in str(error) or "field larger" in str(error)
        what = (
            "a quotation mark is opened here and never closed"
            if is_open
            else f"the quotation marks do not pair up ({error})"
        )
        problems.add(Problem(file, "IN-505", what, "a whole file", _FETCH, row=line))
    finally:
        csv.field_size_limit(before)
    if not text.endswith(("\n", "\r", "\x1a")):
        what = "the last row does not end with a line break; it may be cut off"
        problems.add(Problem(file, "IN-517", what, row=line, is_notice=True))


def headed_rows(
    text: str,
    file: str,
    problems: Problems,
    needed: Sequence[str],
    known: Sequence[str] = (),
    *,
    delimiter: str = ",",
    first: int = 1,
) -> list[Row]:
    """Return the rows below a header, whose columns may come in any order.

    Args:
        text: The list's text, from its header on.
        file: Its name for the report.
        problems: Where every problem goes.
        needed: Columns without which the list cannot be understood.
        known: Columns that may be there too.
        delimiter: What parts the cells.
        first: The line of the header.
    """
    found = records_of(text, file, problems, delimiter, first)
    _, header = next(found, (first, []))
    header = [one.strip(SPACES) for one in header]
    if not _is_header_sound(header, file, problems, needed, known, first):
        return []
    rows, ragged = [], _Ragged(file, problems)
    for line, cells in found:
        if len(cells) == len(header):
            rows.append(Row(line, dict(zip(header, cells, strict=True))))
        else:
            ragged.tell(line, cells, len(header))
    ragged.tell_rest()
    if not rows and not problems.count:
        what = "the file has a header and no rows"
        problems.add(Problem(file, "IN-502", what, "one listed party at least", _FETCH))
    return rows


def bare_rows(
    text: str, file: str, problems: Problems, width: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a list without a header, each with as many cells as it must have."""
    ragged = _Ragged(file, problems)
    for line, cells in records_of(text, file, problems):
        if cells == ["\x1a"]:  # how old programs marked the end of a file
            continue
        if len(cells) == width:
            yield line, cells
        else:
            ragged.tell(line, cells, width)
    ragged.tell_rest()


def _is_header_sound(
    header: Sequence[str],
    file: str,
    problems: Problems,
    needed: Sequence[str],
    known: Sequence[str],
    line: int,
) -> bool:
    expected = "the columns as published"
    missing = [one for one in needed if one not in header]
    for one in missing:
        what = f"the column {one} is missing"
        problems.add(Problem(file, "IN-506", what, expected, _FETCH, line, one))
    twice = sorted({one for one in header if header.count(one) > 1})
    for one in twice:
        what = f"the column {quoted(one)} stands twice"
        problems.add(Problem(file, "IN-506", what, expected, _FETCH, line, one))
    for one in header:
        if one not in needed and one not in known:
            what = f"the column {quoted(one)} is new; it is kept in the remarks"
            problems.add(Problem(file, "IN-507", what, row=line, column=one, is_notice=True))
    return not missing and not twice


class _Ragged:
    """Tell of rows with too few or too many cells, the first ones each by itself."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems, self.count = file, problems, 0

    def tell(self, line: int, cells: Sequence[str], width: int) -> None:
        self.count += 1
        if self.count <= TOLD:
            what = f"the row has {len(cells)} cell{'' if len(cells) == 1 else 's'}"
            value = ",".join(cells)[:200]
            self.problems.add(
                Problem(self.file, "IN-504", what, f"{width} cells", _FETCH, line, value=value)
            )

    def tell_rest(self) -> None:
        rest = self.count - TOLD
        if rest > 0:
            what = f"{rest:,} more rows have too few or too many cells"
            self.problems.add(Problem(self.file, "IN-504", what, mend=_FETCH, stands_for=rest))
