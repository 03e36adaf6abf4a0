"""Check a network's settings: its name, currency, first and last day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keepline.model.countries import CURRENCIES
from keepline.model.fields import Fields, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.fields import Path
    from keepline.model.problems import Problems

#: The format of network folders that this version reads and writes.
FORMAT: Final = 1
KEYS: Final = ("format", "name", "currency", "start", "end", "source")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LONGEST_YEARS: Final = 50


@dataclass(frozen=True)
class Settings:
    """Hold what ``network.yaml`` says: see :class:`keepline.model.network.Network`."""

    name: str
    currency: str
    start: dt.date
    end: dt.date
    source: str


def check_settings(
    values: Mapping[str, object],
    file: str,
    problems: Problems,
    lines: Mapping[Path, int] | None = None,
) -> Settings:
    """Return a network's settings; everything that is wrong with them is reported.

    Args:
        values: The keys and values of ``network.yaml`` or of the sheet ``network``.
        file: Its name for the report.
        problems: Where every problem goes.
        lines: The line of every key, where known.
    """
    fields = Fields(values, file, problems, (), lines or {})
    fields.only(KEYS)
    _check_format(fields)
    currency = fields.text("currency")
    if fields.has("currency") and currency not in CURRENCIES:
        mend = f"Write {currency.upper()}" if currency.upper() in CURRENCIES else ""
        mend = mend or nearest(currency.upper(), sorted(CURRENCIES))
        what, expected = f'"{currency}" is not a currency', "a code of ISO 4217, such as GBP"
        fields.report("currency", "IN-344", what, expected, mend)
    start, end = _day(fields, "start"), _day(fields, "end")
    if start and end and end < start:
        what = f"end ({end}) is before start ({start})"
        fields.report("end", "IN-345", what, "the last day of the plan, on or after the first")
    elif start and end and (end - start).days > _LONGEST_YEARS * 366:
        what = f"the plan runs from {start} to {end}"
        fields.report("end", "IN-345", what, f"a plan of {_LONGEST_YEARS} years at most")
    fallback = dt.date(2000, 1, 1)
    name = fields.text("name")
    return Settings(name, currency, start or fallback, end or fallback, fields.text("source", ""))


def _check_format(fields: Fields) -> None:
    value = fields.values.get("format")
    if value is None:
        fields.report("format", "IN-343", "format is missing", str(FORMAT), f"Add format: {FORMAT}")
    elif value != FORMAT or isinstance(value, bool):
        what = f'the format "{value}" is not one that this version reads'
        fields.report("format", "IN-343", what, str(FORMAT), f"Write format: {FORMAT}")


def _day(fields: Fields, key: str) -> dt.date | None:
    if not fields.has(key):
        fields.report(key, "IN-300", f"{key} is missing", "a date such as 2020-06-22", f"Add {key}")
        return None
    value = fields.values[key]
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
        fields.report(key, "IN-305", f'"{value}" is not a date', "a date such as 2020-06-22")
        return None
    found = fields.date(key)
    if found and not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        expected = f"a date from {_FIRST_YEAR} to {_LAST_YEAR}"
        fields.report(key, "IN-304", f"{found} is out of bounds", expected)
        return None
    return found
