"""Turn moments into the result table ``simulated``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.calendar import month_starts
from keepline.model.plan import Interval
from keepline.model.results import Simulated

if TYPE_CHECKING:
    import datetime as dt

    from keepline.maths.intervals import Moments
    from keepline.model.network import Network


def interval_of(moments: Moments) -> Interval:
    """Return the mean of a single measure with its 95 % interval."""
    found = moments.interval()
    return Interval(float(found.mean), float(found.low), float(found.high))


def simulated_table(
    network: Network, found: dict[tuple[str, str | None, str], Moments]
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
    return pl.DataFrame(
        {
            "measure": [measure] * len(months),
            "operator_id": pl.Series([operator] * len(months), dtype=pl.String),
            "course": [course] * len(months),
            "month": months,
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "replications": [moments.count] * len(months),
        }
    )
