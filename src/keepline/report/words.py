"""Write figures, dates and lists as a reader expects them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

#: Narrow no-break space: separates thousands and stands before units, and never breaks a line.
THIN = "\u202f"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_DECIMALS = 9
SMALL = 1e-5
LEAST_UNITS = 0.001


def date(day: dt.date) -> str:
    """Write a date without any room for doubt.

    >>> import datetime as dt
    >>> date(dt.date(2020, 9, 4))
    '4\u00a0Sep\u00a02020'
    """
    return f"{day.day}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}"


def month(day: dt.date) -> str:
    """Write the month of a date, such as Sep 2020."""
    return f"{MONTHS[day.month - 1]}\u00a0{day.year}"


def count(value: float, decimals: int = 0) -> str:
    """Write a number with thin separators.

    >>> count(1234567).replace(THIN, "_")
    '1_234_567'
    """
    return f"{value:,.{decimals}f}".replace(",", THIN).replace("-", "\u2212")


def brief(value: float, digits: int = 3) -> str:
    """Write a number to so many significant digits, and never less than its whole part.

    >>> brief(88.43), brief(0.012345), brief(0.0)
    ('88.4', '0.0123', '0')
    """
    if value == 0.0:
        return "0"
    return count(value, max(0, min(MOST_DECIMALS, digits - 1 - math.floor(math.log10(abs(value))))))


def few(value: float) -> str:
    """Write an expected number of units; what is too small to matter is told as such.

    >>> few(88.43), few(0.0), few(3e-9)
    ('88.4', '0', 'under 0.001')
    """
    return f"under {LEAST_UNITS}" if 0.0 < value < LEAST_UNITS else brief(value)


def amount(value: float) -> str:
    """Write units or days: whole ones as such, expected ones to three digits.

    >>> amount(28.0), amount(30.41), amount(3e-9)
    ('28', '30.4', 'under 0.001')
    """
    return count(value) if value == round(value) else few(value)


def exact(value: float) -> str:
    """Write a number of a table: six significant digits, and all of its whole part.

    >>> exact(0.25), exact(3200.0).replace(THIN, "_"), exact(2.1e-10)
    ('0.25', '3_200', '2.1e-10')
    """
    if not math.isfinite(value):
        return str(value)
    if value != 0.0 and abs(value) < SMALL:
        return f"{value:.3g}"
    return _trimmed(brief(value, 6))


def counted(value: float, one: str, many: str | None = None) -> str:
    """Write a number with its noun.

    >>> counted(1, "part"), counted(2, "part"), counted(0, "day")
    ('1 part', '2 parts', '0 days')
    """
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def survival(days: float, plan_days: float) -> str:
    """Write the days of survival asked for; past the plan's last day nothing can be judged.

    >>> survival(540, 730)
    '540 days of survival'
    >>> survival(900, 730)
    '900 days of survival, judged over the 730 days of the plan'
    """
    said = f"{counted(days, 'day')} of survival"
    if days <= plan_days:
        return said
    return f"{said}, judged over the {counted(plan_days, 'day')} of the plan"


def money(value: float, currency: str) -> str:
    """Write money, in whole units from 1,000 upwards and with two decimals below.

    >>> money(1234567.2, "GBP").replace(THIN, "_").replace(chr(160), " ")
    'GBP 1_234_567'
    """
    decimals = 0 if abs(value) >= 1000 or value == int(value) else 2  # noqa: PLR2004
    return f"{currency}\u00a0{count(value, decimals)}"


def short_money(value: float, currency: str) -> str:
    """Write money to three digits, in thousands, millions or billions.

    >>> short_money(12_345_678, "GBP").replace(chr(160), " ")
    'GBP 12.3 million'
    """
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{currency}\u00a0{brief(value / size)}\u00a0{word}"
    return money(value, currency)


def percent(share: float, least: int = 1) -> str:
    """Write a share of a whole, with at least so many decimals where it has them.

    >>> percent(0.85).replace(THIN, " "), percent(0.0004).replace(THIN, " "), percent(1)
    ('85 %', '0.04 %', '100\u202f%')
    """
    hundredths = 100.0 * share
    if abs(hundredths - round(hundredths)) < 5e-3 and round(hundredths) not in {0, 100}:  # noqa: PLR2004
        return f"{count(round(hundredths))}{THIN}%"
    if hundredths in {0.0, 100.0}:
        return f"{count(hundredths)}{THIN}%"
    small = min(abs(hundredths), abs(100.0 - hundredths))
    decimals = least if small >= 0.1 else _decimals(small)  # noqa: PLR2004
    return f"{_trimmed(count(hundredths, decimals))}{THIN}%"


def availability(share: float) -> str:
    """Write an availability with two significant digits of what is missing to 100 %.

    Never rounds up to 100 %, so that a service that falls short is seen to fall short.

    >>> availability(0.99953).replace(THIN, " "), availability(0.9), availability(1.0)
    ('99.953 %', '90.00\u202f%', '100\u202f%')
    """
    missing = 100.0 * (1.0 - share)
    if missing <= 10.0**-MOST_DECIMALS:
        return f"100{THIN}%"
    return f"{_floored(100.0 * share, max(2, _decimals(missing)))}{THIN}%"


def goal(share: float) -> str:
    """Write an availability asked for, without idle zeros.

    >>> goal(0.9995).replace(THIN, " ")
    '99.95 %'
    """
    return f"{_trimmed(count(100.0 * share, MOST_DECIMALS))}{THIN}%"


def _decimals(small: float) -> int:
    return min(MOST_DECIMALS, 1 - math.floor(math.log10(small))) if small > 0 else 0


def _floored(value: float, decimals: int) -> str:
    written = f"{value:.{decimals}f}"
    if float(written) >= 100.0:  # noqa: PLR2004 - percent
        return f"{100.0 - 10.0**-decimals:.{decimals}f}"
    return written


def _trimmed(written: str) -> str:
    return written.rstrip("0").rstrip(".") if "." in written else written


def listed(words: Sequence[str], most: int = 0) -> str:
    """Join words as a sentence does, naming at most so many (0 for all) and counting the rest.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c"], 1)
    ('a, b and c', 'a and 2 more')
    """
    shown = list(words)
    if most and len(shown) > most:
        shown = [*shown[:most], f"{count(len(words) - most)} more"]
    if len(shown) <= 1:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def capital(sentence: str) -> str:
    """Begin with a capital letter and leave the rest alone."""
    return sentence[:1].upper() + sentence[1:]
