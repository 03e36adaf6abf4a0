"""Learn a failure rate from what was seen, as a planner enters it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from keepline.maths.doubt import factor_quantile
from keepline.model.errors import InputError
from keepline.model.evidence import HOURS_PER_YEAR, learned

#: Ends of the interval in which an uncertain failure rate lies.
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class LearnedRate:
    """Hold a failure rate, and how uncertain it is.

    Attributes:
        failures_per_year: Expected failures per unit and year.
        low: The rate is under this with 2.5 %.
        high: The rate is over this with 2.5 %.
        shape: Of the gamma law of the rate; infinite where the rate is certain.
        mean_hours: Hours between failures of one unit at the expected rate.
        fit: Failures in 1e9 unit-hours at the expected rate.
    """

    failures_per_year: float
    low: float
    high: float
    shape: float
    mean_hours: float
    fit: float


def interval_of(per_year: float, shape: float) -> tuple[float, float]:
    """Return between which rates the rate lies with 95 %."""
    low, high = (per_year * factor_quantile(shape, share) for share in INTERVAL)
    return low, high


def learn_rate(
    units: float, hours: float, failures: int, believed: float | None = None
) -> LearnedRate:
    """Return the failure rate that failures seen teach, with its 95 % interval.

    Args:
        units: Units watched.
        hours: Hours for which each was watched, on average.
        failures: Failures seen among them.
        believed: Failures per unit and year believed before, worth half a failure; None for none.

    Raises:
        InputError: When nothing was watched and nothing believed, or failures contradict a rate
            of 0.

    Twelve failures among 2,000 units in a year of 8,766 hours; by the quantiles of the chi-square
    law with 25 degrees of freedom, 13.120 and 40.646, the rate lies between 0.0033 and 0.0102:

    >>> found = learn_rate(2000, 8766, 12)
    >>> [round(rate, 5) for rate in (found.failures_per_year, found.low, found.high)]
    [0.00625, 0.00328, 0.01016]
    """
    for name, value in (("units", units), ("hours", hours), ("failures", failures)):
        if not (value >= 0.0 and math.isfinite(value)):
            raise InputError(f"{name} is {value}; write a number, 0 or more.", code="IN-120")
    if believed is not None and not (believed >= 0.0 and math.isfinite(believed)):
        raise InputError(f"The rate believed is {believed}; write 0 or more.", code="IN-120")
    unit_years = units * hours / HOURS_PER_YEAR
    if believed == 0.0 and failures > 0:
        raise InputError(
            f"{failures} failures were seen of a part that is said never to fail. Give the rate "
            "that was believed before, above 0.",
            code="IN-120",
        )
    if believed is None and unit_years <= 0.0:
        raise InputError(
            "Nothing was watched: units times hours is 0. Give both, or a rate believed before.",
            code="IN-120",
        )
    per_year, shape = learned(failures, unit_years, believed)
    low, high = interval_of(per_year, shape)
    hours_between = HOURS_PER_YEAR / per_year if per_year > 0.0 else math.inf
    return LearnedRate(per_year, low, high, shape, hours_between, 1e9 / hours_between)
