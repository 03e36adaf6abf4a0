"""Cut time into the quarters, or the years, that a picture of a programme shows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS: Final = 12
A_QUARTER: Final = 3


class Period(NamedTuple):
    """Hold a quarter or a year: its first day, its last day, and how it is called."""

    first: dt.date
    last: dt.date
    name: str


def quarter(day: dt.date) -> str:
    """Write the quarter of a date.

    >>> quarter(dt.date(2020, 8, 31))
    '2020\u00a0Q3'
    """
    return f"{day.year}\u00a0Q{(day.month + 2) // A_QUARTER}"


def begun(day: dt.date) -> dt.date:
    """Return the first day of a date's quarter."""
    return day.replace(month=(day.month - 1) // A_QUARTER * A_QUARTER + 1, day=1)


def _after(day: dt.date, months: int) -> dt.date:
    whole = day.year * MONTHS + day.month - 1 + months
    return dt.date(whole // MONTHS, whole % MONTHS + 1, 1)


def quarters(first: dt.date, last: dt.date) -> list[Period]:
    """Return every quarter from that of a day to that of another.

    >>> [one.name[-2:] for one in quarters(dt.date(2020, 6, 22), dt.date(2021, 1, 1))]
    ['Q2', 'Q3', 'Q4', 'Q1']
    """
    found, day = [], begun(first)
    while day <= last:
        after = _after(day, A_QUARTER)
        found.append(Period(day, after - dt.timedelta(days=1), quarter(day)))
        day = after
    return found


def years(first: dt.date, last: dt.date) -> list[Period]:
    """Return every year from that of a day to that of another."""
    return [
        Period(dt.date(year, 1, 1), dt.date(year, MONTHS, 31), str(year))
        for year in range(first.year, last.year + 1)
    ]


def periods(first: dt.date, last: dt.date, most: int) -> list[Period]:
    """Return quarters where there are at most so many, else years."""
    found = quarters(first, last)
    return found if len(found) <= most else years(first, last)


def thinned(found: Sequence[Period], most: int) -> list[Period]:
    """Return at most so many of the periods, evenly spread, the last one among them.

    >>> [one.name for one in thinned(years(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), 4)]
    ['2022', '2025', '2027', '2030']
    """
    if len(found) <= most:
        return list(found)
    step = len(found) / most
    return [found[round(step * (number + 1)) - 1] for number in range(most)]
