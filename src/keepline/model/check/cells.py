"""Read cells as what they are declared to be; keep the text of those that are not.

All cells are read at once by column; only where the count of failures is not zero are the rows
sought. Spaces around a cell are no part of it. An empty cell is null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from keepline.model.check.listing import report_cells, report_empty
from keepline.model.check.raw import Raw, positions
from keepline.model.check.typed import from_types
from keepline.model.check.words import check_words
from keepline.model.declare import is_required

if TYPE_CHECKING:
    from keepline.model.declare import Table
    from keepline.model.problems import Problems

#: Whole numbers up to here are exact when written with a point, as ``12.0``.
EXACT: Final = 2**53
_WHOLE: Final = r"^[+-]?\d+\.0*$"
_DATE: Final = r"^\d{4}-\d{2}-\d{2}$"
_FIRST_DAY, _LAST_DAY = pl.date(1900, 1, 1), pl.date(2199, 12, 31)


def check_cells(raw: Raw, schema: type[Table], problems: Problems) -> pl.DataFrame:
    """Return a table's cells in their declared types; those with a problem become null.

    Args:
        raw: The table as it was read, declared columns only.
        schema: Its declaration.
        problems: Where every bad cell goes.

    Returns:
        A frame as high as ``raw.frame``.
    """
    columns = {name: schema.columns()[name] for name in raw.frame.columns}
    texts = [name for name in columns if raw.frame[name].dtype == pl.String]
    cells = raw.frame if raw.is_tidy else _tidy(raw.frame, texts)
    typed = cells.select(_read(name, columns[name], name in texts) for name in columns)
    out = [
        _checked(raw, cells[name], typed[name], column, problems)
        for name, column in columns.items()
    ]
    return pl.DataFrame([_known_in_order(one) for one in out]) if out else pl.DataFrame()


def _known_in_order(cells: pl.Series) -> pl.Series:
    # most tables come sorted by their first id; Polars finds different ids faster when told so
    is_id = cells.dtype == pl.String
    return cells.set_sorted() if is_id and cells.is_sorted() else cells


def _tidy(cells: pl.DataFrame, texts: list[str]) -> pl.DataFrame:
    if not texts or not cells.height:
        return cells
    cells = cells.with_columns(pl.col(texts).str.strip_chars())
    counts = cells.select((pl.col(texts).str.len_bytes() == 0).sum()).row(0)
    empty = [name for name, count in zip(texts, counts, strict=True) if count]
    return cells.with_columns(
        pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)).alias(name) for name in empty
    )


def _read(name: str, column: dy.Column, is_text: bool) -> pl.Expr:
    cell = pl.col(name)
    if not is_text or isinstance(column, dy.String):
        return cell
    if isinstance(column, dy.Bool):
        low = cell.str.to_lowercase()
        return pl.when(low == "true").then(True).when(low == "false").then(False).alias(name)
    if isinstance(column, dy.Date):
        return cell.str.to_date("%Y-%m-%d", strict=False)
    return cell.cast(column.dtype, strict=False)


def _checked(
    raw: Raw, cells: pl.Series, typed: pl.Series, column: dy.Column, problems: Problems
) -> pl.Series:
    name = cells.name
    if raw.texts is not None and cells.dtype != pl.String:
        return _checked_early(raw, cells, column, problems)
    if cells.dtype != pl.String:
        typed = from_types(raw, cells, column, problems)
        if typed.dtype == pl.Null:
            return typed.cast(column.dtype)
    elif isinstance(column, dy.String):
        typed = check_words(raw, cells, column, problems)
    else:
        if isinstance(column, dy.Date):
            typed = _real_dates(cells, typed)
        if typed.null_count() > cells.null_count():
            typed = _mended_or_reported(raw, cells, typed, column, problems)
    if is_required(column) and cells.null_count():
        report_empty(raw, name, positions(cells.is_null()), column, problems)
    return _within_bounds(raw, cells, typed, column, problems)


def _real_dates(cells: pl.Series, typed: pl.Series) -> pl.Series:
    # the reader of dates takes 2020-9-4 and 99999-01-01 too
    frame = pl.DataFrame({"cell": cells, "typed": typed})
    is_real = pl.col("cell").str.contains(_DATE) & pl.col("typed").is_between(_FIRST_DAY, _LAST_DAY)
    return frame.select(pl.when(is_real).then("typed").alias(cells.name)).to_series()


def _mended_or_reported(
    raw: Raw, cells: pl.Series, typed: pl.Series, column: dy.Column, problems: Problems
) -> pl.Series:
    bad = positions(typed.is_null() & cells.is_not_null())
    if isinstance(column, dy.Int64):
        # 12.0 is how a spreadsheet or pandas writes a 12 in a column with empty cells
        frame = pl.DataFrame({"cell": cells.gather(bad), "at": bad})
        value = pl.col("cell").cast(pl.Float64, strict=False)
        is_whole = pl.col("cell").str.contains(_WHOLE) & (value.abs() <= EXACT)
        good = frame.filter(is_whole).select("at", value.cast(pl.Int64))
        typed = typed.clone().scatter(good["at"], good["cell"])
        bad = frame.filter(~is_whole)["at"].to_list()
    if bad:
        report_cells(raw, cells, bad, column, problems)
    return typed


def _checked_early(raw: Raw, typed: pl.Series, column: dy.Column, problems: Problems) -> pl.Series:
    # numbers that were read as such: only the doubtful cells are looked at again, as texts
    kept = _keeps_bounds(typed, column)
    is_doubtful = typed.is_null() if kept is None else typed.is_null() | ~kept
    doubtful = positions(is_doubtful)
    if not doubtful or raw.texts is None:
        return typed
    again = pl.Series(typed.name, raw.texts(typed.name, doubtful), dtype=pl.String).to_frame()
    sub = Raw(raw.name, raw.file, again, lambda at: raw.rows([doubtful[one] for one in at]))
    cells = _tidy(again, [typed.name])
    read = cells.select(_read(typed.name, column, is_text=True)).to_series()
    mended = _checked(sub, cells[typed.name], read, column, problems)
    return typed.clone().scatter(doubtful, mended)


def _keeps_bounds(typed: pl.Series, column: dy.Column) -> pl.Series | None:
    """Return which numbers keep their bounds, or None when all do."""
    if not isinstance(column, dy.Int64 | dy.Float64) or typed.null_count() == typed.len():
        return None
    low, high = column.min, column.max
    is_low = low is not None and typed.min() < low  # type: ignore[operator]
    is_high = high is not None and typed.max() > high  # type: ignore[operator]
    must_end = isinstance(column, dy.Float64) and not column.allow_inf
    if not is_low and not is_high and not (must_end and not typed.is_finite().all()):
        return None
    keeps = pl.lit(value=True)
    if low is not None:
        keeps &= pl.col("typed") >= low
    if high is not None:
        keeps &= pl.col("typed") <= high
    if must_end:
        keeps &= pl.col("typed").is_finite()
    return typed.to_frame("typed").select(keeps.alias("kept")).to_series()


def _within_bounds(
    raw: Raw, cells: pl.Series, typed: pl.Series, column: dy.Column, problems: Problems
) -> pl.Series:
    kept = _keeps_bounds(typed, column)
    if kept is None:
        return typed
    report_cells(raw, cells, positions(~kept), column, problems)
    return pl.select(pl.when(kept).then(typed).alias(typed.name)).to_series()
