"""Print answers as words and small tables, or as JSON for machines."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from keepline.model.errors import KeeplineError
    from keepline.model.problems import Problem

#: Rows of a table that are printed; the rest stands in the files.
ROWS_SHOWN = 12


def line(text: str, *, is_error: bool = False) -> None:
    """Print one text as it is, to a reader who may have gone away."""
    from keepline.cli.terminal import mute

    try:
        typer.echo(text, err=is_error)
    except BrokenPipeError:
        mute(sys.stderr if is_error else sys.stdout)


def as_json(value: object) -> None:
    """Print a value as JSON, dates as ISO text."""
    line(json.dumps(value, indent=2, ensure_ascii=False, default=str, allow_nan=False))


def rows_of(table: pl.DataFrame) -> list[dict[str, object]]:
    """Return a table as a list of rows for JSON."""
    return [dict(row) for row in table.iter_rows(named=True)]


def sentences(texts: Iterable[str], heading: str = "") -> None:
    """Print sentences, each from a new line, a blank line before the first.

    Args:
        texts: The sentences.
        heading: A short line above them, which sets them in; a list inside a sentence then goes on
            in a new line after each semicolon.
    """
    from keepline.cli.terminal import terminal

    target = terminal()
    target.print()
    if heading:
        target.print(heading, style="bold", markup=False)
    first, hanging = ("  ", "    ") if heading else ("", "")
    for text in texts:
        pieces = text.replace("; ", ";\n").split("\n") if heading else [text]
        indents = [first, *[hanging] * (len(pieces) - 1)]
        for indent, piece in zip(indents, pieces, strict=True):
            for row in _wrapped(piece, indent, hanging, target.width):
                target.print(row, markup=False, soft_wrap=True)


def _wrapped(text: str, indent: str, hanging: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(20, width),
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def unwrapped(texts: Iterable[str]) -> None:
    """Print lines that are to be copied (paths, commands), never broken."""
    from keepline.cli.terminal import terminal

    target = terminal()
    for text in texts:
        target.print(text, markup=False, soft_wrap=True)


def table(title: str, columns: Mapping[str, str], rows: Iterable[Iterable[str]]) -> None:
    """Print a small table.

    Args:
        title: What it shows.
        columns: Heading of each column and how it is set: ``left`` or ``right``.
        rows: The cells, as text.
    """
    from rich.table import Table
    from rich.text import Text

    from keepline.cli.terminal import terminal

    grid = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for heading, side in columns.items():
        grid.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    target = terminal()
    target.print()
    target.print(grid)


def error(found: KeeplineError, *, is_json: bool) -> None:
    """Print an error: each problem as a line, or everything as JSON."""
    problems = getattr(found, "problems", None)
    if is_json:
        listed = [plain(problem) for problem in problems] if problems else []
        as_json({"error": {"code": found.code, "message": found.message, "problems": listed}})
        return
    if problems:
        for text in problems.lines():
            line(text, is_error=True)
    ending = "" if f"[{found.code}]" in found.message else f" [{found.code}]"
    line(f"{found.message}{ending}", is_error=True)


def plain(problem: Problem) -> dict[str, object]:
    """Return a problem's fields, for JSON."""
    return {name: getattr(problem, name) for name in problem.__slots__}
