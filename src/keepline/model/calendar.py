"""Turn dates into days since the plan's first day, and back; walk over months and quarters."""

from __future__ import annotations

import datetime as dt

DAYS_PER_YEAR = 365.25


def date_of(day: float, start: dt.date) -> dt.date:
    """Return the date on which a moment falls.

    >>> date_of(84.0, dt.date(2020, 6, 22))
    datetime.date(2020, 9, 14)
    """
    return start + dt.timedelta(days=int(day // 1))


def add_months(date: dt.date, months: int) -> dt.date:
    """Return the first day of the month that lies so many months after the date's month.

    >>> add_months(dt.date(2020, 11, 30), 2)
    datetime.date(2021, 1, 1)
    """
    count = date.year * 12 + date.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def month_starts(start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the first day of every month that the plan touches.

    >>> month_starts(dt.date(2020, 6, 22), dt.date(2020, 8, 1))
    [datetime.date(2020, 6, 1), datetime.date(2020, 7, 1), datetime.date(2020, 8, 1)]
    """
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return [add_months(start, index) for index in range(months)]


def month_edges(start: dt.date, end: dt.date) -> list[float]:
    """Return the moments, in days, that part the plan into months: one more than there are months.

    The first edge is the plan's first day (0), the last one is the end of its last day.

    >>> month_edges(dt.date(2020, 6, 22), dt.date(2020, 8, 1))
    [0.0, 9.0, 40.0, 41.0]
    """
    inner = [float((month - start).days) for month in month_starts(start, end)[1:]]
    return [0.0, *inner, float((end - start).days + 1)]


def quarter_start(date: dt.date) -> dt.date:
    """Return the first day of the date's calendar quarter.

    >>> quarter_start(dt.date(2020, 6, 22))
    datetime.date(2020, 4, 1)
    """
    return dt.date(date.year, (date.month - 1) // 3 * 3 + 1, 1)


def months_later(date: dt.date, months: int) -> dt.date:
    """Return the same day of a later month, or that month's last day where it has no such day.

    >>> months_later(dt.date(2022, 7, 15), 12), months_later(dt.date(2020, 8, 31), 6)
    (datetime.date(2023, 7, 15), datetime.date(2021, 2, 28))
    """
    first, after = add_months(date, months), add_months(date, months + 1)
    return first.replace(day=min(date.day, (after - first).days))


def quarter_end(date: dt.date) -> dt.date:
    """Return the last day of the date's calendar quarter.

    >>> quarter_end(dt.date(2020, 6, 22))
    datetime.date(2020, 6, 30)
    """
    return add_months(quarter_start(date), 3) - dt.timedelta(days=1)
