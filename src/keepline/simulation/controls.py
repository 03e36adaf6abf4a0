"""Controls of the field's measures: the same failures played as the formulas assume.

What the formulas assume has an exact mean (:mod:`keepline.maths.average_backorders`), and it rises
and falls with what the field plays, so it takes chance out of availability and units short
(:mod:`keepline.maths.control`). The coefficients are learned from a pilot: replications of their
own, with numbers that no run reaches, which count for nothing else.

Of a large network only the pools that weigh most are controls, as many as are soon worked out;
pools whose units leave the shelf have no exact mean and are none.

Keys of sums: ("paired", part, span, measure, operator, course), where part is one of a
:class:`keepline.maths.control.Pair`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.average_backorders import average_backorders
from keepline.maths.control import Pair
from keepline.simulation.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from keepline.maths.intervals import Moments
    from keepline.simulation.courses import Courses
    from keepline.simulation.outcome import Key
    from keepline.simulation.play import Player

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

#: The pilot: number of its first replication, and how many it has.
PILOT: Final = (2**31, 50)
#: Places of a pool looked at in a month under a law; so many are worked out in seconds.
MOST_WORK: Final = 20_000
#: Coefficients are cut to so many times that of a control which is the measure itself.
MOST_SLOPE: Final = 1.5
#: Binary places kept of availability and its control, and of units short.
SHARE_PLACES: Final = 34
UNITS_PLACES: Final = 16
_PARTS: Final = ("measure", "control", "both")


@dataclass(frozen=True)
class Controls:
    """Hold which pools are controls, and what they amount to on average.

    Attributes:
        pools: Rows of the pools.
        courses: Whose pools are whose, and which courses are played.
        weight: Traffic lost while one unit of the pool is missing, for each of ``pools``.
        chance: Probability of each timeline.
        edges: Moments that part the plan into months.
        short: Exact average units short of each [courses, timelines, months, pools].
    """

    pools: Whole
    courses: Courses
    weight: Number
    chance: Number
    edges: Number
    short: Number

    @classmethod
    def of(cls, player: Player, courses: Courses, chance: Number) -> Controls:
        """Choose the pools that are controls, and work out what they amount to."""
        chosen = _chosen(player)
        several = [(player.pools, None)]
        if player.purchases is not None:
            several.append((player.moved, player.purchases))  # type: ignore[arg-type]
        short = np.zeros((len(several), len(chance), len(player.edges) - 1, len(chosen)))
        for course, (pools, purchases) in enumerate(several):
            for at, pool in enumerate(chosen):
                mine = None if purchases is None else purchases[pool]
                comes = schedule(pools, player.laws, int(pool), mine)
                laws = player.law[player.pools.part[pool]]
                known = {
                    int(law): average_backorders(
                        player.pool_of(pools, int(pool)),
                        player.laws,
                        int(law),
                        comes,
                        player.edges,
                        float(pools.returned_share[pool]),
                    )
                    for law in np.unique(laws)
                }
                for timeline, law in enumerate(laws):
                    short[course, timeline, :, at] = known[int(law)]
        return cls(chosen, courses, player.pools.weight[chosen], chance, player.edges, short)

    def exact(self) -> dict[Key, Number]:
        """Return the true mean of each control."""
        found: dict[Key, Number] = {}
        for span, measure, operator, rows in self._kinds():
            series = self._mixed(self.short[:, :, np.newaxis], measure, span, rows)[:, 0]
            for course, values in self._by_course(series):
                found[span, measure, operator, course] = values
        return found

    def paired(
        self, play: Callable[[tuple[int, int, int]], Number], first: int, count: int,
        measured: Mapping[Key, Number],
    ) -> dict[Key, Moments]:  # fmt: skip
        """Play the controls of a block, and pair them with what the field gave.

        Args:
            play: Gives a pool's units short [courses, timelines, replications, months].
            first: Number of the first replication.
            count: How many.
            measured: The field's values of each measure [replications, ...].
        """
        played = [play((int(pool), first, count)) for pool in self.pools]
        shape = (len(self.courses.names), len(self.chance), count, len(self.edges) - 1, 0)
        short = np.stack(played, axis=-1) if played else np.zeros(shape)
        found: dict[Key, Moments] = {}
        for span, measure, operator, rows in self._kinds():
            series = self._mixed(short, measure, span, rows)
            for course, values in self._by_course(series):
                key = (span, measure, operator, course)
                places = UNITS_PLACES if measure == "units_short" else SHARE_PLACES
                pair = Pair.of(measured[key], values, places)
                for part in _PARTS:
                    found["paired", part, *key] = getattr(pair, part)
        return found

    def learned(self, pilot: Mapping[Key, Moments]) -> Steady:
        """Return what steadies figures, with coefficients that a pilot teaches."""
        exact = self.exact()
        slope = {key: _pair(pilot, key).slope(self._most(key)) for key in exact}
        return Steady({key: (slope[key], exact[key]) for key in exact if slope[key].any()})

    def _most(self, key: Key) -> float:
        """Return the most that a coefficient may be."""
        if key[1] == "units_short":
            return MOST_SLOPE
        traffic = next(traffic for _, name, traffic in self._groups() if name == key[2])
        return MOST_SLOPE * self._scale(traffic) / traffic if traffic > 0.0 else 0.0

    def _scale(self, traffic: float) -> float:
        """Return what the control of availability is divided by, so that it stays small."""
        return max(traffic, float(self.weight.sum()), 1.0)

    def _groups(self) -> list[tuple[Whole, str | None, float]]:
        """Return columns of ``pools``, name and traffic of all, and of each operator."""
        group, traffic = self.courses.group[self.pools], self.courses.traffic
        names = self.courses.operators
        every = [(np.arange(len(self.pools)), None, float(traffic.sum()))]
        return every + [
            (np.flatnonzero(group == row), name, float(traffic[row]))
            for row, name in enumerate(names)
            if name is not None and len(names) > 1
        ]

    def _kinds(self) -> list[tuple[str, str, str | None, tuple[Whole, float]]]:
        found: list[tuple[str, str, str | None, tuple[Whole, float]]] = []
        for rows, name, traffic in self._groups():
            found.append(("month", "availability", name, (rows, traffic)))
            found.append(("month", "units_short", name, (rows, traffic)))
            if name is None:
                found.append(("plan", "availability", None, (rows, traffic)))
        return found

    def _mixed(self, short: Number, measure: str, span: str, rows: tuple[Whole, float]) -> Number:
        """Return a control [courses, replications, months, or none over the whole plan].

        Args:
            short: Units short [courses, timelines, replications, months, pools].
            measure: Units short, or availability: then it is minus the traffic lost.
            span: Each month, or the whole plan.
            rows: Columns of the pools that count, and the traffic of their operators.
        """
        columns, traffic = rows
        total = np.zeros((short.shape[0], *short.shape[2:4]))
        # one after the other, so that a replication's value has the same bits in any block
        for timeline, chance in enumerate(self.chance):
            for at in columns:
                factor = (
                    1.0 if measure == "units_short" else -self.weight[at] / self._scale(traffic)
                )
                total += chance * factor * short[:, timeline, :, :, at]
        if span == "month":
            return total
        share, average = np.diff(self.edges) / np.diff(self.edges).sum(), np.zeros(total.shape[:2])
        for month, part in enumerate(share):
            average += part * total[:, :, month]
        return average

    def _by_course(self, series: Number) -> list[tuple[str, Number]]:
        found = list(zip(self.courses.names, series, strict=True))
        return [*found, ("difference", series[1] - series[0])] if len(series) > 1 else found


@dataclass(frozen=True)
class Steady:
    """Hold coefficient and true mean of each control that is worth it, by the measure's key."""

    known: Mapping[Key, tuple[Number, Number]]

    def moments(self, found: Mapping[Key, Moments], span: str | None = None) -> dict[Key, Moments]:
        """Return moments of which those that have a control are steadied by it.

        Args:
            found: Of replications that the pilot did not see.
            span: Only measures of this span are given; None for all.
        """
        made = {
            key: one for key, one in found.items() if key[0] != "paired" and span in (None, key[0])
        }
        for key, (slope, exact) in self.known.items():
            if key in made:
                made[key] = _pair(found, key).steadied(slope, exact)
        return made


NOT_STEADIED: Final = Steady({})


def _pair(found: Mapping[Key, Moments], key: Key) -> Pair:
    return Pair(*(found["paired", part, *key] for part in _PARTS))


def _chosen(player: Player) -> Whole:
    """Return the pools that weigh most of those with an exact mean, as many as are worked out."""
    pools, months = player.pools, len(player.edges) - 1
    exact = np.array(
        [
            not any(player.leaves(one, pool) for one in (pools, player.moved))
            for pool in range(len(pools.part))
        ],
        np.bool_,
    )
    places = np.add.reduceat(pools.rate > 0.0, pools.first[:-1]) if len(pools.part) else np.zeros(0)
    removals = np.add.reduceat(pools.rate, pools.first[:-1]) if len(pools.part) else np.zeros(0)
    laws = np.array([len(np.unique(player.law[part])) for part in pools.part], np.int64)
    is_some = exact & (removals > 0.0)
    order = np.flatnonzero(is_some)[np.argsort(-(removals * pools.weight)[is_some], kind="stable")]
    # a rate that is uncertain is looked at for several rates
    nodes = np.where(np.isfinite(pools.rate_shape[order]), 8, 1)
    # today's figures must not depend on whether a plan is played beside them
    work = np.cumsum(places[order] * laws[order] * nodes) * months
    return np.sort(order[work <= MOST_WORK])
