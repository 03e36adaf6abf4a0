"""Tell which files of a folder, or sheets of a workbook, are which tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from keepline.model.check.raw import quoted
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.problems import Problems

SUFFIXES: Final = (".csv", ".parquet")
#: How alike a name must be to that of an absent table to count as a misspelling of it.
NEAR: Final = 0.8


@dataclass
class Found:
    """Say where tables stand.

    Attributes:
        tables: The file or sheet of every table that was found.
        unread: Tables that are there in some way that cannot be used.
    """

    tables: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


def tables_in_folder(names: Sequence[str], problems: Problems) -> Found:
    """Return which file holds which table; report misspelt names and tables that stand twice."""
    found, others = Found(), []
    for file in names:
        path = PurePath(file)
        if path.suffix.lower() not in SUFFIXES or file.startswith((".", "~")):
            continue
        if path.stem not in INPUTS:
            others.append(file)
        elif path.stem in found.tables:
            what = f"the table {path.stem} stands in {found.tables[path.stem]} too"
            mend = "Remove one of the two"
            problems.add(Problem(file, "IN-215", what, "one file for each table", mend))
        else:
            found.tables[path.stem] = file
    _sort_out(others, "", found, problems)
    return found


def tables_in_workbook(sheets: Sequence[str], file: str, problems: Problems) -> Found:
    """Return which sheet holds which table; report misspelt names."""
    found = Found({sheet: sheet for sheet in sheets if sheet in INPUTS})
    _sort_out([one for one in sheets if one not in INPUTS], file, found, problems)
    return found


def _sort_out(others: Sequence[str], book: str, found: Found, problems: Problems) -> None:
    absent = [name for name in INPUTS if name not in found.tables]
    noun = "sheet" if book else "file"
    for name in others:
        stem, suffix = (name, "") if book else (PurePath(name).stem, PurePath(name).suffix)
        file = f"{book} sheet {name}" if book else name
        near = get_close_matches(_plain(stem), absent, n=1, cutoff=NEAR)
        if near:
            absent.remove(near[0])
            found.unread.add(near[0])
            what = f"{quoted(stem)} is not the name of a table, and {near[0]} is missing"
            mend = f"Name the {noun} {near[0]}{suffix}"
            problems.add(Problem(file, "IN-204", what, "", mend))
        else:
            what = f"the {noun} is not used: no table is called {quoted(stem)}"
            problems.add(Problem(file, "IN-205", what, is_notice=True))


def _plain(stem: str) -> str:
    return stem.strip().casefold().replace(" ", "_").replace("-", "_")
