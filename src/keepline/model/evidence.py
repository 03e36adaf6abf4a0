"""What failures seen say of a failure rate: its mean, and how uncertain it is."""

from __future__ import annotations

import math
from typing import NamedTuple

from keepline.model.calendar import DAYS_PER_YEAR

HOURS_PER_YEAR = 24.0 * DAYS_PER_YEAR
#: Failures for which the rate that was believed before counts.
PRIOR_FAILURES = 0.5


class Rate(NamedTuple):
    """Hold a gamma law of a failure rate.

    Attributes:
        per_year: Its mean, failures per unit and year.
        shape: Of the gamma law; infinite where the rate is certain. The standard deviation is the
            mean divided by its square root.
    """

    per_year: float
    shape: float


def learned(failures: float, unit_years: float, believed: float | None = None) -> Rate:
    """Return the failure rate that failures seen teach.

    With a gamma law of shape 1/2 and the mean that was believed before (the constrained
    noninformative prior; without a belief, Jeffreys' prior), failures of a Poisson process give

        shape = failures + 1/2,    mean = shape / (unit_years + 1 / (2 believed)).

    Args:
        failures: Failures seen, 0 or more.
        unit_years: Units watched times years, 0 or more.
        believed: Failures per unit and year believed before; None for no belief; 0 is certain.

    Sources: C. L. Atwood (1996), Constrained noninformative priors in risk assessment, Reliability
    Engineering and System Safety 53(1); C. L. Atwood and others (2003), Handbook of Parameter
    Estimation for Probabilistic Risk Assessment, NUREG/CR-6823, section 6.2.2.

    Twelve failures among 2,000 units in a year, two in a hundred believed before:

    >>> found = learned(12, 2000.0, 0.02)
    >>> round(found.per_year, 6), found.shape
    (0.006173, 12.5)
    """
    if believed is not None and believed <= 0.0:
        return Rate(0.0, math.inf)
    shape = failures + PRIOR_FAILURES
    before = PRIOR_FAILURES / believed if believed is not None else 0.0
    if before + unit_years <= 0.0:
        return Rate(math.inf, shape)
    return Rate(shape / (before + unit_years), shape)
