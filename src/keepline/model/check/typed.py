"""Take columns that come with types, as Parquet's do, into the declared ones without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dataframely as dy
import polars as pl

from keepline.model.check.listing import report_cells
from keepline.model.check.raw import positions
from keepline.model.declare import trait
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems


def from_types(raw: Raw, cells: pl.Series, column: dy.Column, problems: Problems) -> pl.Series:
    """Return a typed column in its declared type, or an all-null one after reporting why not.

    Whole numbers may come as floats, dates as moments at midnight, numbers as decimals; texts may
    not come as numbers, for these have lost their leading zeros.
    """
    kind = cells.dtype
    if kind == pl.Null:
        return cells.cast(column.dtype)
    wanted = column.dtype
    if isinstance(column, dy.Bool | dy.String) or not _fits(kind, column):
        if kind == wanted:
            return cells
        what = f"the column holds {_kind_in_words(kind)}"
        mend = f"Write it as {_kind_in_words(wanted)}"
        problems.add(
            Problem(
                raw.file, "IN-217", what, trait(column).expected, mend, column=cells.name,
                value=str(kind),
            )
        )  # fmt: skip
        return pl.Series(cells.name, [None] * cells.len(), dtype=pl.Null)
    out = cells.cast(wanted, strict=False)
    lost = out.is_null() & cells.is_not_null()
    if isinstance(column, dy.Int64 | dy.Date):
        lost |= (out.cast(kind, strict=False) != cells).fill_null(value=False)
    if lost.any():
        report_cells(raw, cells, positions(lost), column, problems)
        out = pl.select(pl.when(~lost).then(out).alias(cells.name)).to_series()
    return out


def _fits(kind: pl.DataType, column: dy.Column) -> bool:
    if isinstance(column, dy.Int64 | dy.Float64):
        return kind.is_numeric()
    return isinstance(kind, pl.Date | pl.Datetime)


def _kind_in_words(kind: pl.DataType) -> str:
    words = {
        pl.String: "text",
        pl.Boolean: "true or false",
        pl.Date: "dates",
        pl.Datetime: "dates with a time",
    }
    if kind.is_integer():
        return "whole numbers"
    return "numbers" if kind.is_numeric() else words.get(kind.base_type(), str(kind))
