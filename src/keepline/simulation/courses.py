"""Add pools up to networks: all of it and each operator's, today's course and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.intervals import Moments, difference
from keepline.maths.service import availability
from keepline.model.arrays import roots

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools, Supply
    from keepline.model.network import Network
    from keepline.simulation.outcome import Key
    from keepline.simulation.play import Played

    Number = NDArray[np.float64]

#: Binary places kept: of an availability 1e-12, of units short 1e-5.
AVAILABILITY_PLACES = 40
UNITS_PLACES = 16


class Timelines(NamedTuple):
    """Hold the branches that differ for any part.

    Attributes:
        first: A branch of each timeline [timelines].
        chance: Probability of the timeline [timelines].
    """

    first: NDArray[np.int64]
    chance: Number


def timelines(supply: Supply, branches: pl.DataFrame) -> Timelines:
    """Return the distinct timelines of a scenario, like branches taken together."""
    _, first, group = np.unique(supply.law, axis=1, return_index=True, return_inverse=True)
    chance = np.bincount(group.ravel(), branches["probability"].to_numpy(), len(first))
    return Timelines(first.astype(np.int64), chance.astype(np.float64))


@dataclass
class Sheet:
    """Gather the sums over pools of each group [groups, courses, timelines, rows, months]."""

    group: NDArray[np.int64]
    short: Number
    log_service: Number

    def add(self, pool: int, played: Played) -> None:
        """Add a pool to its operator's sums."""
        self.short[self.group[pool]] += played.short
        self.log_service[self.group[pool]] += played.log_service


@dataclass(frozen=True)
class Courses:
    """Hold whose pools are whose, and how much traffic each operator carries.

    Attributes:
        operators: Each operator's id; None where the network names none.
        traffic: Its sites' traffic.
        group: The operator, by row, of each pool.
        names: The courses played.
    """

    operators: tuple[str | None, ...]
    traffic: Number
    group: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, network: Network, pools: Pools, *, has_plan: bool) -> Courses:
        """Group a network's pools and sites by the operator of their central depot."""
        depots = network["depots"]
        owners = depots["operator_id"].gather(pools.root).to_list()
        owner_of = depots["operator_id"].gather(roots(network))
        sites = network["sites"].join(
            depots.select("depot_id", owner=owner_of), on="depot_id", maintain_order="left"
        )
        found = {*owners, *sites["owner"]}
        operators = tuple(sorted(found, key=lambda name: (name is None, name or "")))
        row = {name: index for index, name in enumerate(operators)}
        traffic = np.zeros(len(operators))
        for name, volume in sites.select("owner", "traffic").iter_rows():
            traffic[row[name]] += volume
        return cls(
            operators=operators,
            traffic=traffic,
            group=np.array([row[name] for name in owners], np.int64),
            names=("today", "plan") if has_plan else ("today",),
        )

    def sheet(self, timelines: int, rows: int, months: int) -> Sheet:
        """Return an empty sheet for a block of replications."""
        shape = (len(self.operators), len(self.names), timelines, rows, months)
        return Sheet(self.group, np.zeros(shape), np.zeros(shape))


def measured(
    courses: Courses,
    sheet: Sheet,
    chance: Number,
    edges: Number,
    kept: dict[Key, Number] | None = None,
) -> dict[Key, Moments]:
    """Return the moments of every measure by month, and of availability over the whole plan.

    Args:
        courses: Whose pools are whose, and which courses were played.
        sheet: The sums over pools.
        chance: Probability of each timeline.
        edges: Moments that part the plan into months.
        kept: Takes the values of each replication too, by key; None where nobody asks for them.
    """
    found: dict[Key, Moments] = {}
    days = np.diff(edges)
    share = days / days.sum()
    for operator, rows, traffic in _groups(courses):
        in_service = _mixed(availability(_summed(sheet.log_service, rows), traffic), chance)
        short = _mixed(_summed(sheet.short, rows), chance)
        _note(found, ("month", "availability", operator), courses, in_service, AVAILABILITY_PLACES)
        _note(found, ("month", "units_short", operator), courses, short, UNITS_PLACES)
        _keep(kept, ("month", "availability", operator), courses, in_service)
        _keep(kept, ("month", "units_short", operator), courses, short)
        if operator is None:
            average = _weighted(np.moveaxis(in_service, -1, 0), share)
            _note(found, ("plan", "availability", None), courses, average, AVAILABILITY_PLACES)
            _keep(kept, ("plan", "availability", None), courses, average)
    return found


def _keep(target: dict[Key, Number] | None, what: Key, courses: Courses, values: Number) -> None:
    """Keep the values of each replication where they are asked for."""
    if target is not None:
        target |= {(*what, name): one for name, one in zip(courses.names, values, strict=True)}
        if len(courses.names) > 1:
            target[*what, "difference"] = values[1] - values[0]


def _groups(courses: Courses) -> list[tuple[str | None, list[int], float]]:
    """Return all operators together first, then each where there are several."""
    count = len(courses.operators)
    whole: list[tuple[str | None, list[int], float]] = [
        (None, list(range(count)), float(courses.traffic.sum()))
    ]
    if count <= 1:
        return whole
    each = [
        (name, [row], float(courses.traffic[row]))
        for row, name in enumerate(courses.operators)
        if name is not None
    ]
    return whole + each


def _mixed(values: Number, chance: Number) -> Number:
    """Weight timelines by probability: [courses, timelines, rows, ...] to [courses, rows, ...]."""
    return _weighted(np.moveaxis(values, 1, 0), chance)


def _weighted(values: Number, weights: Number) -> Number:
    """Add up along the first axis, each times its weight, one after the other.

    A matrix product would be free to add in an order that depends on how many replications there
    are; this way a replication's value has the same bits in any block.
    """
    total = np.zeros(values.shape[1:])
    for value, weight in zip(values, weights, strict=True):
        total += weight * value
    return total


def _summed(values: Number, rows: list[int]) -> Number:
    """Add up some groups, one after the other."""
    return _weighted(values[rows], np.ones(len(rows)))


def _note(
    target: dict[Key, Moments],
    what: Key,
    courses: Courses,
    values: Number,
    places: int,
) -> None:
    for course, series in zip(courses.names, values, strict=True):
        target[*what, course] = Moments.of(series, places)
    if len(courses.names) > 1:
        target[*what, "difference"] = difference(values[1], values[0], places)
