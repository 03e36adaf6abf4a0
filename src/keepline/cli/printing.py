"""Print answers as words and small tables, or as JSON for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl
    from rich.console import Console

    from keepline.model.errors import KeeplineError
    from keepline.model.problems import Problem

#: Rows of a table that are printed; the rest stands in the files.
ROWS_SHOWN = 12


def console(*, is_error: bool = False) -> Console:
    """Return a console that wraps to the terminal, or to 100 columns where there is none."""
    from rich.console import Console

    found = Console(stderr=is_error, highlight=False)
    return found if found.is_terminal else Console(stderr=is_error, highlight=False, width=100)


def as_json(value: object) -> None:
    """Print a value as JSON, dates as ISO text."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str, allow_nan=False))


def rows_of(table: pl.DataFrame) -> list[dict[str, object]]:
    """Return a table as a list of rows for JSON."""
    return [dict(row) for row in table.iter_rows(named=True)]


def sentences(lines: Iterable[str]) -> None:
    """Print sentences, a blank line before the first."""
    target = console()
    target.print()
    for line in lines:
        target.print(line, markup=False)


def table(title: str, columns: Mapping[str, str], rows: Iterable[Iterable[str]]) -> None:
    """Print a small table.

    Args:
        title: What it shows.
        columns: Heading of each column and how it is set: ``left`` or ``right``.
        rows: The cells, as text.
    """
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for heading, side in columns.items():
        grid.add_column(heading, justify="right" if side == "right" else "left")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    target = console()
    target.print()
    target.print(grid)


def error(found: KeeplineError, *, is_json: bool) -> None:
    """Print an error: each problem as a line, or everything as JSON."""
    problems = getattr(found, "problems", None)
    if is_json:
        listed = [_plain(problem) for problem in problems] if problems else []
        as_json({"error": {"code": found.code, "message": found.message, "problems": listed}})
        return
    if problems:
        for line in problems.lines():
            typer.echo(line, err=True)
    ending = "" if f"[{found.code}]" in found.message else f" [{found.code}]"
    typer.echo(f"{found.message}{ending}", err=True)


def _plain(problem: Problem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in problem.__slots__}
