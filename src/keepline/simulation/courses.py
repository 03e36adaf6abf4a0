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
    from keepline.simulation.play import Played

    Number = NDArray[np.float64]
    Key = tuple[str, str | None, str]

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
    courses: Courses, sheet: Sheet, chance: Number, edges: Number
) -> tuple[dict[Key, Moments], dict[str, Moments]]:
    """Return the moments of every measure by month, and of availability over the whole plan."""
    by_month: dict[Key, Moments] = {}
    days = np.diff(edges)
    over_plan: dict[str, Moments] = {}
    for operator, rows, traffic in _groups(courses):
        in_service = _mixed(availability(sheet.log_service[rows].sum(axis=0), traffic), chance)
        short = _mixed(sheet.short[rows].sum(axis=0), chance)
        _note(by_month, "availability", operator, courses, in_service, AVAILABILITY_PLACES)
        _note(by_month, "units_short", operator, courses, short, UNITS_PLACES)
        if operator is None:
            average = in_service @ (days / days.sum())
            whole: dict[Key, Moments] = {}
            _note(whole, "", None, courses, average, AVAILABILITY_PLACES)
            over_plan = {course: moments for (_, _, course), moments in whole.items()}
    return by_month, over_plan


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
    return np.asarray(np.tensordot(values, chance, axes=(1, 0)))


def _note(
    target: dict[Key, Moments],
    measure: str,
    operator: str | None,
    courses: Courses,
    values: Number,
    places: int,
) -> None:
    for course, series in zip(courses.names, values, strict=True):
        target[measure, operator, course] = Moments.of(series, places)
    if len(courses.names) > 1:
        target[measure, operator, "difference"] = difference(values[1], values[0], places)
