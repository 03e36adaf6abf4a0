"""Turn moments into the result table ``simulated``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.model.calendar import month_starts
from keepline.model.plan import Interval
from keepline.model.results import Simulated

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from keepline.maths.intervals import Moments
    from keepline.model.network import Network


#: The most that a measure can be; none is under 0, and a difference may be negative.
MOST = {"availability": 1.0, "units_short": np.inf}


def interval_of(course: str, moments: Moments) -> Interval:
    """Return the mean availability of a course over the plan with its 95 % interval."""
    found = moments.interval()
    low, high = _possible("availability", course, found.low, found.high)
    return Interval(float(found.mean), float(low), float(high))


def _possible(
    measure: str, course: str, low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cut an interval's ends to what is possible: the true mean lies there for certain."""
    most = MOST[measure]
    least = -most if course == "difference" else 0.0
    return np.maximum(low, least), np.minimum(high, most)


def simulated_table(
    network: Network, found: Mapping[tuple[str, str | None, str], Moments]
) -> pl.DataFrame:
    """Return the table, a row for each measure, operator, course and month.

    Args:
        network: Gives the months.
        found: Moments by month, by measure, operator (None for all) and course.
    """
    months = month_starts(network.start, network.end)
    frames = [
        _rows(months, measure, operator, course, moments)
        for (measure, operator, course), moments in found.items()
    ]
    return pl.concat(frames) if frames else pl.DataFrame(Simulated.create_empty())


def _rows(
    months: list[dt.date], measure: str, operator: str | None, course: str, moments: Moments
) -> pl.DataFrame:
    interval = moments.interval()
    low, high = _possible(measure, course, interval.low, interval.high)
    return pl.DataFrame(
        {
            "measure": [measure] * len(months),
            "operator_id": pl.Series([operator] * len(months), dtype=pl.String),
            "course": [course] * len(months),
            "month": months,
            "mean": interval.mean,
            "low": low,
            "high": high,
            "replications": [moments.count] * len(months),
        }
    )
