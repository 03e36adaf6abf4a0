"""Add families up to the measures of a block: by site, by part, by quarter.

Every measure is an expectation given a replication's failures: that of each timeline, weighted by
its probability. Everything is added up in the order of families and timelines, one after the other,
so that a replication's figure has the same bits in any block.

Keys of sums, each for a course (``today``, ``plan``, ``difference``):

- ("month", measure, operator, course): by month;
- ("month", measure, None, course, region, technology): likewise, one of the two named;
- ("once", measure, operator, course): one figure;
- ("quarter", "spend", operator, course): by quarter;
- ("parts", measure, None, course): by operator and part, in the order of `Base.held`;
- ("short", part, depot, course): average units short by month; a block in which none was short in
  any replication has no such key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.field.record import HARVESTED
from keepline.maths.intervals import Moments, difference, places_for
from keepline.simulation.outages import piece_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.field.record import Record
    from keepline.simulation.base import Base, Place
    from keepline.simulation.outages import Lost, Piece
    from keepline.simulation.outcome import Key

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

SHARE_PLACES = places_for(1.0)
UNITS_PLACES = 16


@dataclass
class Tally:
    """Gather what the families of a block gave.

    Attributes:
        base: What it stands on.
        first: Number of the first replication.
        count: How many replications.
        logs: What each family logged, by course and timeline.
        first_short: Day of the first shortage [courses, timelines, replications, held].
        left: Units left on the shelves [courses, replications, held].
        harvested: Units harvested, likewise.
        spend: Of reorders [courses, replications, owners + 1, quarters], all owners last.
        column: Where each owner and part stands among those held.
        found: The sums that are made.
    """

    base: Base
    first: int
    count: int
    logs: list[list[list[Piece]]]
    first_short: Number
    left: Number
    harvested: Number
    spend: Number
    column: dict[tuple[int, int], int]
    found: dict[Key, Moments] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Base, first: int, count: int) -> Tally:
        """Return empty sums for a block of replications."""
        courses, timelines, held = len(base.courses), len(base.chance), len(base.held)
        quarters, owners = base.planned.shape[2], len(base.owners) + 1
        return cls(
            base=base,
            first=first,
            count=count,
            logs=[[[] for _ in range(timelines)] for _ in range(courses)],
            first_short=np.full((courses, timelines, count, held), np.inf),
            left=np.zeros((courses, count, held)),
            harvested=np.zeros((courses, count, held)),
            spend=np.zeros((courses, count, owners, quarters)),
            column={one: row for row, one in enumerate(base.held)},
        )

    def add(self, place: Place, records: Sequence[Sequence[Record]]) -> None:
        """Add a family.

        Args:
            place: Where it stands.
            records: What it gave in each course and timeline [courses][timelines]; the rows of
                the outage log are those of `Ground`.
        """
        pieces: dict[int, Piece] = {}
        for course, by_timeline in enumerate(records):
            for timeline, record in enumerate(by_timeline):
                if id(record) not in pieces:
                    pieces[id(record)] = piece_of(record)
                self.logs[course][timeline].append(pieces[id(record)])
                self._held(course, timeline, place, record)
        self._short(place, records)

    def _held(self, course: int, timeline: int, place: Place, record: Record) -> None:
        """Add first shortages, stock left, units harvested and money spent."""
        base, chance = self.base, self.base.chance[timeline]
        owner = int(base.owner[place.depots[0]])
        for row, part in enumerate(place.parts):
            at = self.column[owner, int(part)]
            earliest = self.first_short[course, timeline, :, at]
            np.minimum(earliest, record.first_short_day[:, row], out=earliest)
            self.left[course, :, at] += chance * record.on_hand[:, row].sum(axis=1)
            self.harvested[course, :, at] += chance * record.counts[:, row, HARVESTED]
            for month, quarter in enumerate(base.quarter):
                cost = chance * base.unit_cost[part] * record.ordered[:, month, row]
                self.spend[course, :, owner, quarter] += cost
                self.spend[course, :, -1, quarter] += cost

    def _short(self, place: Place, records: Sequence[Sequence[Record]]) -> None:
        """Note units short by part and depot, where any is ever."""
        days = np.diff(self.base.edges)[:, np.newaxis, np.newaxis]
        mixed = np.stack(
            [
                _mixed([one.location_days / days for one in by_timeline], self.base.chance)
                for by_timeline in records
            ]
        )
        for row, location in np.argwhere(mixed.any(axis=(0, 1, 2))):
            part = self.base.part_ids[int(place.parts[row])]
            depot = self.base.depot_ids[int(place.depots[location])]
            series = mixed[:, :, :, row, location]
            self._note(("short", part, depot), series, UNITS_PLACES)

    def measured(self) -> dict[Key, Moments]:
        """Return the sums of every measure."""
        base = self.base
        lost = [
            [base.sites.lost(pieces, self.first, self.count, base.edges) for pieces in by_timeline]
            for by_timeline in self.logs
        ]
        self._sites(lost)
        self._outages(lost)
        self._parts()
        self._money()
        return self.found

    def _sites(self, lost: list[list[Lost]]) -> None:
        """Note traffic served, sites down and sites hit."""
        base = self.base
        count = places_for(float(max(1, len(base.sites.at.site_traffic))))
        kinds: list[list[tuple[str | None, ...]]] = [
            [(one,) for one in (*base.operators, None)],
            [(None, one, None) for one in base.regions],
            [(None, None, one) for one in base.technologies],
        ]
        share = np.diff(base.edges) / np.diff(base.edges).sum()
        for measure, places in (("served", SHARE_PLACES), ("down", count), ("hit", count)):
            for kind, names in enumerate(kinds[: len(getattr(lost[0][0], measure))]):
                mixed = np.stack(
                    [
                        _mixed([getattr(one, measure)[kind] for one in by_timeline], base.chance)
                        for by_timeline in lost
                    ]
                )
                for at, (operator, *rest) in enumerate(names):
                    if kind == 0 and self._is_left_out(base.operators, at):
                        continue
                    series = mixed[:, :, :, at]
                    key = ("month", _NAMES[measure], operator)
                    self._note(key, series, places, tuple(rest))
                    if kind == 0 and measure != "hit":
                        average = _mixed(list(np.moveaxis(series, -1, 0)), share)
                        self._note(("once", _NAMES[measure], operator), average, places)

    def _outages(self, lost: list[list[Lost]]) -> None:
        """Note the longest outages."""
        base, end = self.base, float(self.base.edges[-1])
        for measure, most in (
            ("longest", end),
            ("longest_lost", base.most_traffic),
            ("longest_down", end),
        ):
            mixed = np.stack(
                [
                    _mixed([getattr(one, measure) for one in by_timeline], base.chance)
                    for by_timeline in lost
                ]
            )
            for at, operator in enumerate((*base.operators, None)):
                if not self._is_left_out(base.operators, at):
                    key = ("once", _NAMES[measure], operator)
                    self._note(key, mixed[:, :, at], places_for(most))

    def _parts(self) -> None:
        """Note first shortages, stock left and units harvested: by part, by owner, in all."""
        base, end = self.base, float(self.base.edges[-1])
        cost = base.unit_cost[[part for _, part in base.held]]
        owner = np.array([row for row, _ in base.held], np.int64)
        units, money = places_for(base.most_units), places_for(base.most_money)
        self._note(
            ("parts", "first_short_day", None), self._firsts(self.first_short), places_for(end)
        )
        self._note(("parts", "short_share", None), self._shares(self.first_short), SHARE_PLACES)
        self._note(("parts", "stock_left", None), self.left, units)
        self._note(("parts", "stock_left_value", None), self.left * cost, money)
        self._note(("parts", "harvested", None), self.harvested, units)
        for at, name in enumerate((*base.owners, None)):
            if self._is_left_out(base.owners, at):
                continue
            mine = np.flatnonzero(owner == at) if at < len(base.owners) else np.arange(len(owner))
            first = self.first_short[..., mine].min(axis=-1, initial=np.inf)
            self._note(("once", "first_short_day", name), self._firsts(first), places_for(end))
            self._note(("once", "short_share", name), self._shares(first), SHARE_PLACES)
            left, value, harvested = (
                _mixed(list(np.moveaxis(values[..., mine], -1, 0)), np.ones(len(mine)))
                for values in (self.left, self.left * cost, self.harvested)
            )
            self._note(("once", "stock_left", name), left, units)
            self._note(("once", "stock_left_value", name), value, money)
            self._note(("once", "harvested", name), harvested, units)

    def _money(self) -> None:
        """Note what is spent by quarter."""
        base = self.base
        for at, name in enumerate((*base.owners, None)):
            if not self._is_left_out(base.owners, at):
                spent = self.spend[:, :, at] + base.planned[:, at][:, np.newaxis]
                self._note(("quarter", "spend", name), spent, places_for(base.most_money))

    def _firsts(self, days: Number) -> Number:
        """Return the days to the first shortage, no more than the plan has, timelines mixed."""
        within = np.minimum(days, self.base.edges[-1])
        return np.stack([_mixed(list(one), self.base.chance) for one in within])

    def _shares(self, days: Number) -> Number:
        """Return the share of timelines in which any unit is short before the plan's end."""
        is_short = (days < self.base.edges[-1]).astype(np.float64)
        return np.stack([_mixed(list(one), self.base.chance) for one in is_short])

    @staticmethod
    def _is_left_out(names: tuple[str | None, ...], at: int) -> bool:
        """Tell whether a group has no figures of its own: the only one, or one without a name."""
        return at < len(names) and (len(names) == 1 or names[at] is None)

    def _note(self, key: Key, values: Number, places: int, rest: Key = ()) -> None:
        """Note each course's values [courses, replications, ...], and their difference."""
        for course, series in zip(self.base.courses, values, strict=True):
            self.found[*key, course, *rest] = Moments.of(series, places)
        if len(self.base.courses) > 1:
            self.found[*key, "difference", *rest] = difference(values[1], values[0], places)


_NAMES = {
    "served": "traffic_served",
    "down": "sites_down",
    "hit": "sites_hit",
    "longest": "longest_outage",
    "longest_lost": "longest_outage_lost",
    "longest_down": "longest_down",
}


def _mixed(values: Sequence[Number], weights: Number) -> Number:
    """Add values up, each times its weight, one after the other: the same bits in any block."""
    total = np.zeros_like(values[0])
    for value, weight in zip(values, weights, strict=True):
        total += weight * value
    return total
