"""Write one result table as a sheet: typed cells, notes on the headers, filter, widths."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from keepline.model.declare import trait
from keepline.model.results import RESULTS

if TYPE_CHECKING:
    import polars as pl

#: Excel's own limits.
MOST_ROWS: Final = 1_048_576
MOST_TEXT: Final = 32_767
#: Rows after the header that a totals line under the purchases needs.
SPARE_ROWS: Final = 4
LEAST_WIDTH: Final = 9
MOST_WIDTH: Final = 60
MEASURED_ROWS: Final = 500
TOTALLED: Final = ("quantity", "cost")


@dataclass(frozen=True)
class Formats:
    """Hold the cell formats that all sheets of a workbook share."""

    title: Any
    head: Any
    strong: Any
    text: Any
    wrapped: Any
    quiet: Any
    whole: Any
    whole_left: Any
    number: Any
    number_left: Any
    share: Any
    precise_share: Any
    money: Any
    money_left: Any
    date: Any
    date_left: Any
    total: Any

    def of(self, value: object, *, is_wrapped: bool = False) -> Any:
        """Return the format that suits a value."""
        if isinstance(value, dt.date):
            return self.date_left if is_wrapped else self.date
        if isinstance(value, float):
            return self.number
        if isinstance(value, int):
            return self.whole
        return self.wrapped if is_wrapped else self.text


def formats_of(file: Any) -> Formats:
    """Return the formats of a workbook."""
    left = {"align": "left", "valign": "top"}
    return Formats(
        title=file.add_format({"bold": True, "font_size": 16}),
        head=file.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        strong=file.add_format({"bold": True, "valign": "top"}),
        text=file.add_format({"num_format": "@", "valign": "top"}),
        wrapped=file.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        quiet=file.add_format({"font_color": "#5b5e63", "valign": "top"}),
        whole=file.add_format({"num_format": "#,##0"}),
        whole_left=file.add_format({"num_format": "#,##0", **left}),
        number=file.add_format({"num_format": "#,##0.0###"}),
        number_left=file.add_format({"num_format": "#,##0.0###", **left}),
        share=file.add_format({"num_format": "0.0##%"}),
        precise_share=file.add_format({"num_format": "0.00####%", **left}),
        money=file.add_format({"num_format": "#,##0.00"}),
        money_left=file.add_format({"num_format": "#,##0.00", **left}),
        date=file.add_format({"num_format": "d mmm yyyy", "align": "left"}),
        date_left=file.add_format({"num_format": "d mmm yyyy", **left}),
        total=file.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
    )


def is_too_long(frame: pl.DataFrame) -> bool:
    """Tell whether a table has more rows than a sheet holds."""
    return len(frame) + SPARE_ROWS > MOST_ROWS


def put(sheet: Any, row: int, column: int, value: object, kind: Any) -> None:
    """Write a value by its own type: text as text, never as a formula, link or number."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, kind)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, kind)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, kind)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, column, value, kind)
    else:
        sheet.write_string(row, column, str(value)[:MOST_TEXT], kind)


def table_sheet(file: Any, formats: Formats, name: str, frame: pl.DataFrame) -> None:
    """Add a table as a sheet of its own, under its own name."""
    sheet = file.add_worksheet(name)
    _head(sheet, formats, name, frame)
    for position, column in enumerate(frame.columns):
        kind = _format(formats, name, column, frame.schema[column])
        for row, value in enumerate(frame[column].to_list(), start=1):
            put(sheet, row, position, value, kind)
        sheet.set_column(position, position, _width(frame, column))
    if name == "purchases" and len(frame):
        _totals(sheet, formats, frame)


def _head(sheet: Any, formats: Formats, name: str, frame: pl.DataFrame) -> None:
    declared = RESULTS[name].columns() if name in RESULTS else {}
    for position, column in enumerate(frame.columns):
        sheet.write_string(0, position, column, formats.head)
        if column in declared:
            unit = trait(declared[column]).unit
            note = (declared[column].description or "") + (f"\nUnit: {unit}" if unit else "")
            sheet.write_comment(0, position, note, {"x_scale": 1.6, "y_scale": 0.7})
    sheet.freeze_panes(1, 0)
    if frame.columns:
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _format(formats: Formats, name: str, column: str, kind: pl.DataType) -> Any:
    unit = ""
    if name in RESULTS and column in RESULTS[name].columns():
        unit = trait(RESULTS[name].columns()[column]).unit
    if kind.is_temporal():
        return formats.date
    if kind.is_integer():
        return formats.whole
    if not kind.is_numeric():
        return formats.text
    if column.endswith("cost") or unit == "currency":
        return formats.money
    return formats.share if unit == "share" else formats.number


def _width(frame: pl.DataFrame, column: str) -> float:
    shown = frame[column].head(MEASURED_ROWS)
    if shown.dtype.is_float():
        longest = 14
    elif shown.dtype.is_temporal():
        longest = 12
    else:
        longest = max((len(str(value)) for value in shown if value is not None), default=0)
    return min(MOST_WIDTH, max(LEAST_WIDTH, len(column) + 3, longest + 2))


def _totals(sheet: Any, formats: Formats, frame: pl.DataFrame) -> None:
    """Sum what the filter leaves visible, two rows under the table and outside of it."""
    line = len(frame) + 2
    sheet.write_string(line, 0, "Total of the visible rows", formats.total)
    for position, column in enumerate(frame.columns):
        if column in TOTALLED:
            letter = chr(ord("A") + position)
            formula = f"=SUBTOTAL(109,{letter}2:{letter}{len(frame) + 1})"
            sheet.write_formula(line, position, formula, formats.total, frame[column].sum())
