"""Turn moments into the result tables of the simulation."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from keepline.model.calendar import month_starts, quarter_start
from keepline.model.plan import Interval
from keepline.model.simulated_results import Simulated, SimulatedOnce, SimulatedParts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from keepline.maths.intervals import Moments
    from keepline.model.declare import Table
    from keepline.model.network import Network
    from keepline.simulation.outcome import Key

    #: Operator and part of what is held.
    Held = tuple[str | None, str]
    Columns = dict[str, list[Any]]

#: What is a share; the other measures have no upper bound. None is under 0, but a difference.
SHARES = ("availability", "traffic_served", "short_share")


def interval_of(course: str, moments: Moments) -> Interval:
    """Return the mean availability of a course over the plan with its 95 % interval."""
    mean, low, high = _possible("availability", course, moments)
    return Interval(float(mean), float(low), float(high))


def _possible(measure: str, course: str, moments: Moments) -> list[NDArray[np.float64]]:
    """Return means and their intervals' ends, cut to what is possible: the true mean lies there.

    What a control steadies may come out a little beyond.
    """
    found = moments.interval()
    most = 1.0 if measure in SHARES else np.inf
    least = -most if course == "difference" else 0.0
    return [np.clip(one, least, most) for one in (found.mean, found.low, found.high)]


def quarters_of(network: Network) -> list[dt.date]:
    """Return the first day of the quarter of each month that the plan touches."""
    return [quarter_start(month) for month in month_starts(network.start, network.end)]


def simulated_table(network: Network, found: Mapping[Key, Moments]) -> pl.DataFrame:
    """Return the table, a row for each measure, operator, region, technology, course and month.

    Args:
        network: Gives the months.
        found: Moments by key; those by month are taken, see :mod:`keepline.simulation.tally`.
    """
    months = month_starts(network.start, network.end)
    frames = []
    for key, moments in found.items():
        if key[0] == "month":
            _, measure, operator, course, *rest = key
            region, technology = rest or (None, None)
            marks = {
                "measure": measure,
                "operator_id": operator,
                "course": course,
                "month": months,
                "region": region,
                "technology": technology,
            }
            frames.append(_rows(marks, str(measure), str(course), moments))
    return _table(Simulated, frames)


def parts_table(network: Network, found: Mapping[Key, Moments], replications: int) -> pl.DataFrame:
    """Return units short by part, depot and month.

    Args:
        network: Gives the months.
        found: Moments by key; a block in which no unit was short has none.
        replications: How many were played.
    """
    months = month_starts(network.start, network.end)
    frames = []
    for key, moments in sorted(found.items(), key=lambda one: [part or "" for part in one[0]]):
        if key[0] == "short":
            _, part, depot, course = key
            marks = {"part_id": part, "depot_id": depot, "course": course, "month": months}
            # where none was short the values are 0, which changes no sum
            whole = replace(moments, count=replications)
            frames.append(_rows(marks, "units_short", str(course), whole))
    return _table(SimulatedParts, frames)


def once_table(
    network: Network, found: Mapping[Key, Moments], held: Sequence[Held]
) -> pl.DataFrame:
    """Return what is measured once for the plan, or by quarter.

    Args:
        network: Gives the quarters.
        found: Moments by key.
        held: Operator and part of each column of what is measured by part.
    """
    quarters = list(dict.fromkeys(quarters_of(network)))
    owner, part = [one for one, _ in held], [one for _, one in held]
    several = owner if len(set(owner)) > 1 else [None] * len(owner)
    frames = []
    for key, moments in found.items():
        if key[0] in ("once", "quarter", "parts"):
            span, measure, operator, course = key
            marks = {
                "measure": measure,
                "operator_id": several if span == "parts" else operator,
                "part_id": part if span == "parts" else None,
                "quarter": quarters if span == "quarter" else None,
                "course": course,
            }
            frames.append(_rows(marks, str(measure), str(course), moments))
    made = _table(SimulatedOnce, frames)
    # nothing is harvested where nothing is swapped
    is_nothing = (pl.col("mean") == 0.0).all().over("measure", "part_id", "operator_id")
    return made.filter(~((pl.col("measure") == "harvested") & is_nothing))


def _rows(marks: Mapping[str, Any], measure: str, course: str, moments: Moments) -> Columns:
    """Return a row for each figure, with its marks, as columns."""
    mean, low, high = _possible(measure, course, moments)
    count = int(np.size(mean))
    columns = {
        name: list(one) if isinstance(one, list) else [one] * count for name, one in marks.items()
    }
    figures = {"mean": mean, "low": low, "high": high}
    columns |= {name: np.atleast_1d(one).tolist() for name, one in figures.items()}
    return columns | {"replications": [moments.count] * count}


def _table(kind: type[Table], pieces: Sequence[Columns]) -> pl.DataFrame:
    """Put rows together in the declared shape."""
    return pl.DataFrame(
        {
            name: pl.Series(name, list(chain.from_iterable(one[name] for one in pieces)), dtype)
            for name, dtype in kind.create_empty().schema.items()
        }
    )
