"""Say what is wrong with a cell that could not be read, and what to write instead."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dataframely as dy

from keepline.model.check.raw import quoted
from keepline.model.declare import is_required, trait

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE: Final = frozenset(("nan", "inf", "infinity"))
_NOTHING: Final = frozenset(
    ("", "-", "\u2013", "\u2014", "?", "n/a", "na", "none", "null", "nil", "unknown", "tbd")
)
_YES: Final = frozenset(("yes", "y", "1", "1.0", "t", "x", "on", "ja", "oui", "si", "wahr", "vrai"))
_NO: Final = frozenset(("no", "n", "0", "0.0", "f", "off", "nein", "non", "falsch", "faux"))
_SPACES: Final = re.compile(r"(?<=\d)[\s_'\u2019\u00a0\u202f](?=\d)")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_LONGEST: Final = 40
_INT64: Final = 2**63 - 1
#: Day 0 of the dates of Excel, which counts a 29 February 1900 that never was.
_EXCEL_START: Final = dt.date(1899, 12, 30)
_EXCEL_DAYS: Final = range(20_000, 80_000)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what is wrong with one text: the code of its page, the words, the way out."""

    code: str
    what: str
    mend: str = ""


def fault_of(text: str, column: dy.Column) -> Fault:
    """Return what is wrong with a cell's text, given what it should have been."""
    kinds: dict[type[dy.Column], Callable[[str, dy.Column], Fault]] = {
        dy.Int64: _number_fault,
        dy.Float64: _number_fault,
        dy.Bool: _bool_fault,
        dy.Date: _date_fault,
    }
    return kinds[type(column)](text, column)


def _or_leave_empty(mend: str, text: str, column: dy.Column) -> str:
    if mend:
        return mend
    if text.casefold() in _NOTHING or text.casefold().lstrip("+-") in _NOT_FINITE:
        given = trait(column).default
        if given is not None:
            return f"Leave the cell empty for {given}"
        return "Fill in the figure" if is_required(column) else "Leave the cell empty"
    return ""


def _number_fault(text: str, column: dy.Column) -> Fault:
    is_whole = isinstance(column, dy.Int64)
    shown = quoted(text)
    if text.casefold().lstrip("+-") in _NOT_FINITE:
        return Fault("IN-107", f"{shown} is not a finite number", _or_leave_empty("", text, column))
    if not _NUMBER.fullmatch(text):
        mend = " or ".join(_numbers_meant(text, is_whole))
        mend = _or_leave_empty(f"Write {mend}" if mend else "", text, column)
        return Fault("IN-104", f"{shown} is not a number", mend)
    value = float(text)
    if is_whole and math.isfinite(value) and not value.is_integer():
        floor = math.floor(value)
        return Fault("IN-106", f"{shown} is not a whole number", f"Write {floor} or {floor + 1}")
    return _bound_fault(shown, value, column)


def _bound_fault(shown: str, value: float, column: dy.Column) -> Fault:
    assert isinstance(column, dy.Int64 | dy.Float64)  # noqa: S101
    if column.min is not None and value < column.min:
        return Fault("IN-105", f"{shown} is below {column.min:g}")
    if column.max is not None and value > column.max:
        is_percent = trait(column).unit == "share" and 1 < value <= 100  # noqa: PLR2004
        mend = f"Write {value / 100:g} if {value:g} per cent is meant" if is_percent else ""
        return Fault("IN-105", f"{shown} is above {column.max:g}", mend)
    if isinstance(column, dy.Float64) and math.isinf(value):
        return Fault("IN-107", f"{shown} is too large to be a finite number")
    if abs(value) > _INT64:
        return Fault("IN-105", f"{shown} is above {_INT64}")
    return Fault("IN-106", f"{shown} is not written as a whole number", f"Write {int(value)}")


def _numbers_meant(text: str, is_whole: bool) -> list[str]:
    if len(text) > _LONGEST or text.startswith("#"):
        return []
    plain = _SPACES.sub("", text.replace("\u2212", "-"))
    percent = plain.rstrip().endswith("%")
    found = re.search(r"[+-]?\d[\d.,]*([eE][+-]?\d+)?", plain)
    if not found or re.search(r"\d", plain[found.end() :]):
        return []
    readings = [reading for reading in _readings(found.group()) if _NUMBER.fullmatch(reading)]
    if percent:
        return [f"{float(reading) / 100:g}" for reading in readings]
    if is_whole:
        # a figure that reads as a count of thousands is one; else what stands before the comma
        readings = [reading.partition(".")[0] for reading in readings[:1]]
    return readings


def _readings(figure: str) -> list[str]:
    figure = figure.rstrip(".,")
    if "," in figure and "." in figure:
        decimal, thousands = (",", ".") if figure.rfind(",") > figure.rfind(".") else (".", ",")
        return [figure.replace(thousands, "").replace(decimal, ".")]
    if _THOUSANDS.fullmatch(figure):
        whole = figure.replace(",", "")
        return [whole] if figure.count(",") > 1 else [whole, figure.replace(",", ".")]
    if figure.count(",") == 1:
        return [figure.replace(",", ".")]
    return [figure.replace(".", "")] if figure.count(".") > 1 else [figure]


def _bool_fault(text: str, column: dy.Column) -> Fault:
    plain = text.casefold()
    mend = "Write true" if plain in _YES else "Write false" if plain in _NO else ""
    return Fault(
        "IN-108", f"{quoted(text)} is not true or false", _or_leave_empty(mend, text, column)
    )


def _date_fault(text: str, column: dy.Column) -> Fault:
    meant = sorted({date.isoformat() for date in _dates_meant(text)})
    mend = _or_leave_empty(f"Write {' or '.join(meant)}" if meant else "", text, column)
    is_iso = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)
    what = "is no day of the calendar from 1900 to 2199" if is_iso else "is not a date"
    return Fault("IN-109", f"{quoted(text)} {what}", mend)


def _dates_meant(text: str) -> list[dt.date]:
    if len(text) > _LONGEST:
        return []
    plain = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", "", text.strip())
    if re.fullmatch(r"\d{5}(\.0*)?", plain, re.ASCII) and int(float(plain)) in _EXCEL_DAYS:
        return [_EXCEL_START + dt.timedelta(days=int(float(plain)))]
    if re.fullmatch(r"\d{8}", plain, re.ASCII):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    words = [one for one in re.split(r"[\s./,-]+", plain) if one]
    if len(words) != 3:  # noqa: PLR2004
        return []
    numbers = [_day_number(word) for word in words]
    named = [index for index, word in enumerate(words) if word[0].isalpha()]
    if None in numbers or len(named) > 1:
        return []
    a, b, c = (number or 0 for number in numbers)
    if len(words[0]) == 4:  # noqa: PLR2004
        orders = [(a, b, c)]
    elif len(words[2]) == 4:  # noqa: PLR2004
        orders = (
            [(c, b, a)] if named == [1] else [(c, a, b)] if named == [0] else [(c, b, a), (c, a, b)]
        )
    else:
        return []
    return [date for order in orders if (date := _date(*order)) is not None]


def _day_number(word: str) -> int | None:
    if re.fullmatch(r"\d{1,4}", word, re.ASCII):
        return int(word)
    month = word[:3].casefold()
    return _MONTHS.index(month) + 1 if month in _MONTHS else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
