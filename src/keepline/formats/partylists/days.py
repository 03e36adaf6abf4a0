"""Read the dates of lists, each written its publisher's way."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_MONTHS: Final = {
    word: number
    for number, word in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
#: Years between which the dates of a list lie; a typing slip is mostly centuries away.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.+Z-]*)?", re.ASCII)
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})", re.ASCII)
_MONTH_FIRST: Final = re.compile(r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4})", re.ASCII)


def day_in(text: str, *, is_day_first: bool = False) -> dt.date | None:
    """Return the date that a text is, or None when it is none that a list may hold.

    Args:
        text: ``2019-05-16``, ``05/16/2019``, ``16-May-2019``, ``16 May 2019``, ``May 16, 2019``.
        is_day_first: Whether the day stands first where both come as numbers with a slash.

    >>> [str(day_in(one)) for one in ("10/16/2017", "March 12, 2021", "02-Oct-2026", "3017-08-22")]
    ['2017-10-16', '2021-03-12', '2026-10-02', 'None']
    """
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _SLASHED.fullmatch(text):
        month, day = (found[2], found[1]) if is_day_first else (found[1], found[2])
        return _day(found[3], month, day)
    if found := _DAY_FIRST.fullmatch(text):
        return _day(found[3], _MONTHS.get(found[2][:3].lower(), 0), found[1])
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(found[3], _MONTHS.get(found[1][:3].lower(), 0), found[2])
    return None


def _day(year: str, month: str | int, day: str) -> dt.date | None:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
