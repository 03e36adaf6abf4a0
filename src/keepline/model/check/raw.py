"""A table as it was read, before anything in it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keepline.model.problems import Problems

#: Cells of one column and kind that are listed one by one; the others are counted.
LISTED: Final = 10_000
#: Characters of a cell that a message repeats.
SHOWN: Final = 60


@dataclass(frozen=True)
class Raw:
    """Hold a table's cells as text (or as typed columns, where the file has types).

    Attributes:
        name: The declared table.
        file: The file or sheet, as the report calls it.
        frame: The cells; a text column holds what stands in the file, null where nothing does.
        rows: Turns positions in ``frame`` into rows as an editor shows them.
        spoilt: Rows with too many or too few cells: their ids count as known, no more.
        texts: Gives the texts of cells (column, positions) of number columns that a reader of texts
            has already turned into numbers, null where it could not; None when it has not.
        is_tidy: Whether it is certain that no text begins or ends with a space, or is empty.
    """

    name: str
    file: str
    frame: pl.DataFrame
    rows: Callable[[Sequence[int]], Sequence[int]]
    spoilt: pl.DataFrame = field(default_factory=pl.DataFrame)
    texts: Callable[[str, Sequence[int]], list[str]] | None = None
    is_tidy: bool = False


def quoted(value: str) -> str:
    r"""Return a cell as a message shows it: in quotes, cut short, without control characters.

    >>> print(quoted("ee" + chr(7)))
    "ee\x07"
    """
    cut = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return '"' + "".join(one if one.isprintable() else _escaped(one) for one in cut) + '"'


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def positions(mask: pl.Series) -> list[int]:
    """Return where a boolean column is true."""
    return mask.fill_null(value=False).arg_true().to_list()


def is_empty(raw: Raw, name: str) -> pl.Series:
    """Return whether each cell of a column is empty, be it of texts or of numbers."""
    cells = raw.frame[name]
    if cells.dtype == pl.String:
        return cells.is_null() | (cells.str.strip_chars() == "")
    empty = cells.is_null()
    if raw.texts is None or not empty.any():
        return empty
    nulls = positions(empty)
    held = [bool(text.strip()) for text in raw.texts(name, nulls)]
    return empty.scatter(pl.Series(nulls).filter(pl.Series(held)), values=False)


def remainder(problems: Problems, raw: Raw, column: str, code: str, total: int) -> None:
    """Count the cells beyond those that are listed, so that none is lost."""
    more = total - LISTED
    if more > 0:
        what = f"{more:,} more cells like these, not listed one by one"
        problems.add(Problem(raw.file, code, what, column=column, stands_for=more))
