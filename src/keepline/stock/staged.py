"""The best orders of one pool on two days, the second knowing the outcome of a signal.

Four ways are compared: all on the first day, all once the outcome is known, some on each, and,
as a bound, both with the outcome known from the first day. By units alone (each part of the loss
placed best on its own) the last two are lower bounds. What is told is placed: a first order where
it does most good, and after it the second one exactly, for each outcome apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.descent import Cells
from keepline.maths.frontier import ALL, frontier, split
from keepline.maths.measures import cell_measures
from keepline.maths.two_orders import EQUAL, Losses, Orders, at, best, sizes, two_orders
from keepline.stock.ground import Delivery
from keepline.stock.sight import Sight, free_until, sight
from keepline.stock.windows import subset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from keepline.stock.ground import View

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: First orders that are placed and judged, those of the least lower bound.
LOOKS = 8


@dataclass(frozen=True)
class Question:
    """Hold what is asked of a pool.

    Attributes:
        view: The pool, with the weights of the dates that decide.
        happens: The branches of each outcome of the signal [outcomes, branches].
        chances: Probability of each branch.
        day: The day of the second order.
        price: Of a unit, in service lost.
        weight: Service lost while one unit is short.
        least: Fewest units in one order, if there are any.
    """

    view: View
    happens: Flags
    chances: Number
    day: float
    price: float
    weight: float
    least: int

    def cells(self, chance: Number) -> Cells:
        """Return the pool's cells, weighed with the part's weight and each law's chance [laws]."""
        # the weights of the dates stand in the view's cells, together with probability
        view, total = self.view, self.view.meeting.chance
        share = np.divide(chance, total, out=np.zeros(len(total)), where=total > 0.0)
        share = np.repeat(share, len(view.meeting.nodes.weight))
        weight = view.cells.weight.reshape(view.mean.shape) * share * self.weight
        return view.cells._replace(weight=np.ascontiguousarray(weight.ravel()))


@dataclass(frozen=True)
class Way:
    """Hold one way to order a pool's units.

    Attributes:
        value: Expected cost at the price, and expected service lost.
        first: Units of the first order by location; alike under every outcome [m].
        second: Of the second, under each outcome [outcomes, m].
    """

    value: float
    first: Whole
    second: Whole


@dataclass(frozen=True)
class Staged:
    """Hold a pool's ways.

    Attributes:
        now: All on the first day: exact.
        wait: All once the outcome is known: exact.
        staged: Some on each day: the best that was found.
        staged_low: No orders on the two days are worth less.
        known_low: Nor, with the outcome known from the first day, than this.
        known: Units on the first day and on the second, under each outcome [outcomes, 2].
        arrival: When units are at the centre: those of the first day, and of the second under each
            outcome [1 + outcomes].
        free_until: Last day to which the first order may be put off without losing any service in
            the months that decide; None where it is there in none of them.
    """

    now: Way
    wait: Way
    staged: Way
    staged_low: float
    known_low: float
    known: Whole
    arrival: Number
    free_until: float | None

    def delivery(self, view: View, way: Way, outcome: int, day: float) -> Delivery:
        """Return the orders of a way under an outcome; the second ones are placed on the day."""
        each = (way.first, way.second[outcome])
        rows = [
            (np.nonzero(units)[0], ordered, there, units)
            for units, ordered, there in zip(
                each, (0.0, day), self.arrival[[0, 1 + outcome]], strict=True
            )
        ]
        location = np.concatenate([one[0] for one in rows]).astype(np.int64)
        ordered = np.concatenate([np.full(len(one[0]), one[1]) for one in rows])
        there = np.concatenate([np.full(len(one[0]), one[2]) for one in rows])
        units = np.concatenate([one[3][one[0]] for one in rows]).astype(np.int64)
        day_there = np.where(location == 0, there, np.ceil(there + view.ship_days[location]))
        return Delivery(location, ordered, day_there, units)


def staged(asked: Question) -> Staged:
    """Find a pool's ways.

    Args:
        asked: The pool, the signal and the price.
    """
    pool = _Pool.of(asked)
    bound = two_orders(asked.price, asked.least, pool.losses)
    known = [two_orders(asked.price * one.chance, asked.least, [_sure(one)]) for one in pool.losses]
    rows = [best(one.value, one.expected, one.first) for one in known]
    wait, now = pool.after(pool.nothing()), pool.now()
    # what the second order adds to all that would be ordered now
    ways = [wait, now, pool.after(now.first)]
    low = float(bound.value.min())
    for row in _first_looks(bound):
        if bound.value[row] > min(way.value for way in ways) * (1.0 + EQUAL):
            break
        ways.extend(pool.after(first) for first in pool.places(int(bound.first[row])))
        if min(way.value for way in ways) <= low * (1.0 + EQUAL):
            break
    return Staged(
        now=now,
        wait=wait,
        staged=_least(ways, pool.joint),
        staged_low=min(low, *(way.value for way in ways)),
        known_low=min(
            float(sum(one.value[row] for one, row in zip(known, rows, strict=True))), low
        ),
        known=np.array(
            [(one.first[row], one.second[0, row]) for one, row in zip(known, rows, strict=True)]
        ),
        arrival=np.array([pool.first.day, *(one.day for one in pool.second)]),
        free_until=free_until(asked.view, pool.first),
    )


def _first_looks(bound: Orders) -> Whole:
    """Return the rows of the bound to be placed, the best one first."""
    first = best(bound.value, bound.expected, bound.first)
    rest = np.argsort(bound.value, kind="stable")
    return np.concatenate(([first], rest[rest != first]))[:LOOKS]


def _least(ways: Sequence[Way], joint: Number) -> Way:
    """Return the best way; of equal ones that of fewest units, then of most on the first day."""
    chance = joint.sum(axis=1)
    first = np.array([int(way.first.sum()) for way in ways])
    second = np.array([float(chance @ way.second.sum(axis=1)) for way in ways])
    return ways[best(np.array([way.value for way in ways]), first + second, first)]


def _sure(one: Losses) -> Losses:
    """Return the losses of an outcome that is known: its second order costs what the first does."""
    return one._replace(chance=1.0)


@dataclass(frozen=True)
class _Pool:
    """Hold a pool with its two orders in sight.

    Attributes:
        asked: The question.
        joint: Probability of each law together with each outcome [outcomes, laws].
        first: Where the first order is there.
        second: Where the second is there, under each outcome.
        losses: What is lost under each outcome, by units.
    """

    asked: Question
    joint: Number
    first: Sight
    second: Sequence[Sight]
    losses: Sequence[Losses]

    @classmethod
    def of(cls, asked: Question) -> _Pool:
        view, meeting = asked.view, asked.view.meeting
        joint = np.stack(
            [
                np.bincount(meeting.branch, asked.chances * happens, len(meeting.chance)).astype(
                    np.float64
                )
                for happens in asked.happens
            ]
        )
        first = sight(view, meeting.arrival_day(0.0))
        second = []
        for chance in joint:
            # who knows the outcome knows which lead times are in question
            is_met = np.repeat(chance > 0.0, len(meeting.nodes.weight))
            told = replace(meeting, laws=meeting.laws[is_met])
            second.append(sight(view, told.arrival_day(asked.day)))
        losses = [
            _losses(float(chance.sum()), asked.cells(chance), first, then)
            for chance, then in zip(joint, second, strict=True)
        ]
        return cls(asked, joint, first, second, losses)

    def nothing(self) -> Whole:
        return np.zeros(len(self.asked.view.ship_days), np.int64)

    def now(self) -> Way:
        """Return the best with all ordered on the first day."""
        asked = self.asked
        cells = self._seen(asked.cells(self.joint.sum(axis=0)))
        value, each = _best_units(cells, asked.price, asked.least)
        return Way(value, each, np.zeros((len(self.joint), len(each)), np.int64))

    def after(self, first: Whole) -> Way:
        """Return the best second orders after a first one that lies where it lies.

        Args:
            first: Units by location [m].
        """
        asked, value = self.asked, self.asked.price * int(first.sum())
        second = np.zeros((len(self.joint), len(first)), np.int64)
        for row, (chance, then) in enumerate(zip(self.joint, self.second, strict=True)):
            cells = asked.cells(chance)
            cells = cells._replace(
                s0=cells.s0 + int(first[0]) * self.first.at_centre,
                s=cells.s + first[None, :] * self.first.at_depot,
                at_centre=then.at_centre,
                at_depot=then.at_depot,
            )
            price = asked.price * float(chance.sum())
            worth, second[row] = _best_units(cells, price, asked.least)
            value += worth
        return Way(value, first, second)

    def places(self, units: int) -> Iterator[Whole]:
        """Return where so many units of the first order may lie: in the long run, or till then."""
        seen = self._seen(self.asked.cells(self.joint.sum(axis=0)))
        yield _placed(seen, units)
        if units and seen.f.shape[1] > 1:
            late = [one.anywhere for one in self.second]
            alone = np.concatenate([self.first.anywhere & ~one for one in late])
            both = [self._seen(self.asked.cells(chance)) for chance in self.joint]
            yield _placed(subset(joined(both), alone), units)

    def _seen(self, cells: Cells) -> Cells:
        return cells._replace(at_centre=self.first.at_centre, at_depot=self.first.at_depot)


def _losses(chance: float, cells: Cells, first: Sight, second: Sight) -> Losses:
    """Part what is lost under one outcome by which of the orders is there."""
    one, other = first.anywhere, second.anywhere
    weighs = cells.weight > 0.0
    nothing = subset(cells, weighs & ~one & ~other)
    short = cell_measures(nothing, nothing.s0, nothing.s)[:, 0]

    def curve(chosen: Flags, at_centre: Flags, at_depot: Flags) -> Number:
        seen = cells._replace(at_centre=at_centre, at_depot=at_depot)
        return _curve(subset(seen, weighs & chosen))[0]

    return Losses(
        chance=chance,
        still=float(nothing.weight @ short),
        first=curve(one & ~other, first.at_centre, first.at_depot),
        second=curve(other & ~one, second.at_centre, second.at_depot),
        both=curve(
            one & other, first.at_centre | second.at_centre, first.at_depot | second.at_depot
        ),
    )


def joined(found: Sequence[Cells]) -> Cells:
    """Return the cells of one pool, one after the other."""
    return Cells._make(np.concatenate(column) for column in zip(*found, strict=True))


def _best_units(cells: Cells, price: float, least: int) -> tuple[float, Whole]:
    """Return the least of cost and units short over all units, and where the units lie."""
    seen = subset(cells, cells.weight > 0.0)
    value, centre = _curve(seen)
    units = sizes(least, len(value) - 1)
    worth = price * units + at(value, units)
    # the fewest of those that are equal
    row = int(np.argmax(worth <= worth.min() + EQUAL * abs(float(worth.min()))))
    return float(worth[row]), _split(seen, int(units[row]), centre)


def _placed(cells: Cells, units: int) -> Whole:
    """Return where so many units do most good [m]."""
    seen = subset(cells, cells.weight > 0.0)
    return _split(seen, units, _curve(seen)[1])


def _split(cells: Cells, units: int, centre: Whole) -> Whole:
    each = np.zeros(cells.f.shape[1], np.int64)
    useful = min(units, len(centre) - 1)
    if useful:
        each = split(cells, useful, int(centre[useful]))
    # what saves nothing more may lie anywhere
    each[0] = units - each[1:].sum()
    return each


def _curve(cells: Cells) -> tuple[Number, Whole]:
    if not len(cells.weight) or not cells.f.any():
        return np.zeros(1), np.zeros(1, np.int64)
    return frontier(cells, ALL)
