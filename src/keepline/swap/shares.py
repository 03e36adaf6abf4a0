"""Compare a share or a number with its limit: exactly where figures are whole."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Share of the whole by which a sum of numbers that are not whole may be off: far more than adding
#: them up can do, far less than any figure is known.
ROUNDING: Final = 1e-12
#: Beyond this a float no longer holds every whole number.
_EXACT_TO: Final = 2.0**53


class Compared(NamedTuple):
    """Hold how a measure stands against its limit.

    Attributes:
        value: The share, or the number; 0 where nothing is in scope.
        slack: The limit less the value.
        is_met: Whether it keeps the limit; exactly at the limit does.
        must_go: The least of the metric that has to go to keep it; whole where figures are.
    """

    value: float
    slack: float
    is_met: bool
    must_go: float


def of_share(counted: Sequence[float], whole: Sequence[float], limit: Fraction) -> Compared:
    """Compare the share that some figures make of others with a limit.

    Whole figures are compared as whole numbers with the limit as the decimal that was written, so
    that 35 of 100 is 35 % and complies. Other figures are added without loss, and may exceed the
    limit by 1e-12 of the whole.

    Args:
        counted: What counts, site by site.
        whole: What it is a share of, site by site.
        limit: The share at most.

    >>> of_share([1.0] * 35, [1.0] * 100, Fraction(7, 20))
    Compared(value=0.35, slack=0.0, is_met=True, must_go=0.0)
    >>> of_share([1.0] * 11_000, [1.0] * 19_000, Fraction(7, 20)).must_go
    4350.0
    """
    part, total = math.fsum(counted), math.fsum(whole)
    if total == 0.0:
        return Compared(0.0, float(limit), True, 0.0)
    is_whole = total <= _EXACT_TO and all(
        all(map(float.is_integer, map(float, figures))) for figures in (counted, whole)
    )
    exact = limit * Fraction(total)
    allowed = Fraction(math.floor(exact)) if is_whole else exact
    slack = float(limit - Fraction(part) / Fraction(total))
    over = Fraction(part) - allowed
    room = Fraction(0) if is_whole else Fraction(ROUNDING) * Fraction(total)
    is_met = over <= room
    return Compared(part / total, slack, is_met, 0.0 if is_met else float(over))


def of_number(counted: Sequence[float]) -> Compared:
    """Compare a number of which nothing may be left with zero.

    >>> of_number([2.0, 1.0])
    Compared(value=3.0, slack=-3.0, is_met=False, must_go=3.0)
    """
    part = math.fsum(counted)
    return Compared(part, 0.0 - part, part == 0.0, part)
