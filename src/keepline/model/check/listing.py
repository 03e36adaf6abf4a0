"""List bad cells one by one, each with its row, its text and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.check.mend import Fault, fault_of
from keepline.model.check.raw import LISTED, remainder
from keepline.model.declare import trait
from keepline.model.problems import Problem

if TYPE_CHECKING:
    import dataframely as dy

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems


def report_cells(
    raw: Raw, cells: pl.Series, bad: list[int], column: dy.Column, problems: Problems
) -> None:
    """Report bad cells one by one, each with its fault and how to mend it."""
    faults: dict[str, Fault] = {}
    totals: dict[str, int] = {}
    listed = bad[:LISTED]
    texts = cells.gather(listed).cast(pl.String).to_list()
    for row, text in zip(raw.rows(listed), texts, strict=True):
        if text not in faults:
            faults[text] = fault_of(text, column)
        fault = faults[text]
        totals[fault.code] = totals.get(fault.code, 0) + 1
        problems.add(
            Problem(
                raw.file,
                fault.code,
                fault.what,
                trait(column).expected,
                fault.mend,
                row=row,
                column=cells.name,
                value=text,
            )
        )
    most = max(totals, key=lambda code: totals[code], default="IN-104")
    remainder(problems, raw, cells.name, most, len(bad))


def report_empty(
    raw: Raw, name: str, bad: list[int], column: dy.Column, problems: Problems
) -> None:
    """Report cells that must be filled in and are not."""
    mend = f"Fill it in, such as {trait(column).example}"
    for row in raw.rows(bad[:LISTED]):
        what = "the cell is empty"
        problems.add(
            Problem(raw.file, "IN-101", what, trait(column).expected, mend, row=row, column=name)
        )
    remainder(problems, raw, name, "IN-101", len(bad))
