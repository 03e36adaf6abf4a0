"""Orders over the quarters: what they lose by the windows' curves, and where their units go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.blocks import played_in_order
from keepline.maths.lastbuy_ground import (
    ROUNDING,
    UNLIMITED,
    Case,
    Limits,
    Orderable,
    case_of,
    is_kept,
    losses,
    used,
)
from keepline.stock.ground import Delivery
from keepline.stock.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.stock.ground import View
    from keepline.stock.limits import Ordering
    from keepline.stock.offers import Offers

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

THREADS = 2
#: What a unit missing for survival counts, against all service lost without purchases.
MISSING = 10.0


@dataclass(frozen=True)
class Tranches:
    """Hold what every pool could order in which quarter.

    Orders are in *lots*, as in :mod:`keepline.stock.offers`: where the fewest units in an order
    pass the end of every curve of the part, an order is that many units or nothing.

    Attributes:
        offers: The same pools with all ordered on the first day.
        windows: Each pool's windows.
        orderable: Their curves, in lots.
        limits: In lots.
        order_day: The days of order [quarters].
        lot: Units in a lot [pools].
        lost: Weighted service lost that no order reaches.
        missing: What one unit missing for survival adds to the loss; 0 where none is asked for.
    """

    offers: Offers
    windows: Sequence[Windows]
    orderable: Orderable
    limits: Limits
    order_day: Number
    lot: Whole
    lost: float
    missing: float
    _known: dict[tuple[int, bytes], float] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, pools: Pools, offers: Offers, ordering: Ordering, needed: Whole | None = None
    ) -> Tranches:
        """Work out every pool's curves.

        Args:
            pools: Every pool.
            offers: Each pool with the weights of dates that decide.
            ordering: When orders may be placed, and the limits.
            needed: Units asked for by each window for survival [pools, quarters].
        """

        def cut(view: View) -> Windows:
            return Windows.of(view, ordering.day)

        windows = list(played_in_order(cut, offers.views, THREADS))
        lot = _lots(pools, windows, needed)
        lost = [w * one.lost for w, one in zip(pools.weight, windows, strict=True)]
        missing = 0.0 if needed is None else MISSING * (_today(pools, windows) or 1.0)
        orderable = _orderable(pools, ordering, windows, lot, needed, missing)
        limits = _limits_in_lots(pools, ordering.limits, lot)
        return cls(offers, windows, orderable, limits, ordering.day, lot, sum(lost), missing)

    def case(self, budget: float | None = None) -> Case:
        """Return the limited choice for the kernels, within another budget if one is given."""
        limits = self.limits if budget is None else self.limits._replace(budget=budget)
        return case_of(self.orderable, limits)

    def within(self, pools: Pools, limits: Limits) -> Tranches:
        """Return the same within other limits, given in units."""
        return replace(self, limits=_limits_in_lots(pools, limits, self.lot))

    def without_needs(self, pools: Pools, ordering: Ordering) -> Tranches:
        """Return the same with nothing asked for survival."""
        if not self.missing:
            return self
        plain = _orderable(pools, ordering, self.windows, self.lot, None, 0.0)
        return replace(self, orderable=plain, missing=0.0)

    def for_ever(self, pools: Pools, ordering: Ordering) -> Tranches:
        """Return the same if nothing ever left the shelves unused; needs for survival left out."""
        offers = self.offers.for_ever(pools)
        return self if offers is self.offers else Tranches.of(pools, offers, ordering)

    def curve_loss(self, pool: int, units: Whole) -> float:
        """Return the weighted service lost of a pool by its curves.

        Args:
            pool: Its row.
            units: Ordered by quarter, in lots [quarters].
        """
        total = np.cumsum(units) * self.lot[pool]
        curves = self.windows[pool].value
        lost = sum(
            float(value[min(so_far, len(value) - 1)])
            for so_far, value in zip(total.tolist(), curves, strict=True)
        )
        return float(self.offers.curves.weight[pool]) * lost

    def placed(self, units: Whole) -> list[Delivery]:
        """Return each pool's orders with the places that their units go to.

        Args:
            units: Ordered by quarter, in lots [pools, quarters].
        """
        jobs = [(view, units[view.pool] * self.lot[view.pool]) for view in self.offers.views]
        return list(played_in_order(self._placed, jobs, THREADS, ahead=16))

    def short(self, view: View, units: Whole) -> float:
        """Return the units short of a pool in the dates that decide, judged.

        Args:
            view: The pool.
            units: Ordered by quarter, in lots [quarters].
        """
        key = view.pool, units.tobytes()
        if key not in self._known:
            self._known[key] = _short(view, self._placed((view, units * self.lot[view.pool])))
        return self._known[key]

    def _placed(self, job: tuple[View, Whole]) -> Delivery:
        """Place one order after the other, in the way that loses least of several."""
        view, units = job
        if not units.any():
            return Delivery.none()
        windows, bought = self.windows[view.pool], int(units.sum())
        ends = [self.offers.best_places(view, bought)]
        if units[0] == bought:
            return self._delivery(view, units, ends[0], None)
        ends.append(windows.best_after(int(np.nonzero(units)[0][-1]), bought))
        ways = {
            one.tobytes() + bytes([is_free]): self._delivery(view, units, one, is_free)
            for one in ends
            for is_free in (False, True)
        }
        return min(ways.values(), key=lambda delivery: _short(view, delivery))

    def _delivery(self, view: View, units: Whole, whole: Whole, is_free: bool | None) -> Delivery:
        """Share out one order after the other, towards where all units are to lie in the end.

        Args:
            view: The pool.
            units: Ordered by quarter.
            whole: Where all units are to lie.
            is_free: Whether a first order may take a place past that where it does most good by
                itself; None where all is ordered on the first day.
        """
        windows, ships = self.windows[view.pool], view.ship_days
        there = np.zeros(len(ships), np.int64)
        rows: list[tuple[Whole, Number, Number, Whole]] = []
        for quarter in np.nonzero(units)[0]:
            so_far = int(there.sum() + units[quarter])
            best = None if is_free is None else windows.best_places(int(quarter), so_far)
            wanted = whole if best is None else best if is_free else np.minimum(best, whole)
            each = shared_out(int(units[quarter]), wanted - there, whole - there)
            there = there + each
            location = np.nonzero(each)[0].astype(np.int64)
            order_day = float(self.order_day[quarter])
            arrival = view.meeting.arrival_day(order_day)
            day = np.where(location == 0, arrival, np.ceil(arrival + ships[location]))
            rows.append((location, np.full(len(location), order_day), day, each[location]))
        return Delivery(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def _short(view: View, delivery: Delivery) -> float:
    """Return the units short in the dates that decide."""
    weighs = view.cells.weight > 0.0
    return float(view.cells.weight[weighs] @ view.measures(delivery, weighs)[:, 0])


def _today(pools: Pools, windows: Sequence[Windows]) -> float:
    """Return the weighted service lost where nothing is ordered, as far as orders could save it."""
    return float(
        sum(
            weight * sum(float(value[0]) for value in one.value)
            for weight, one in zip(pools.weight, windows, strict=True)
        )
    )


def _lots(pools: Pools, windows: Sequence[Windows], needed: Whole | None) -> Whole:
    """Return the units of a lot, alike in all pools of a part, which share its supply."""
    longest = np.array([max(len(v) - 1 for v in one.value) for one in windows], np.int64)
    if needed is not None:
        longest = np.maximum(longest, needed.max(axis=1, initial=0))
    of_part = np.zeros(int(pools.part.max(initial=-1)) + 1, np.int64)
    np.maximum.at(of_part, pools.part, longest)
    return np.where(pools.minimum_order > of_part[pools.part], pools.minimum_order, 1)


def _limits_in_lots(pools: Pools, limits: Limits, lot: Whole) -> Limits:
    of_part = np.ones(len(limits.capacity), np.int64)
    of_part[pools.part] = lot
    return limits._replace(capacity=np.floor(limits.capacity / of_part[:, None] * (1.0 + ROUNDING)))


def _orderable(
    pools: Pools,
    ordering: Ordering,
    windows: Sequence[Windows],
    lot: Whole,
    needed: Whole | None,
    missing: float,
) -> Orderable:
    n, quarters = len(windows), len(ordering.day)
    wanted = np.zeros((n, quarters), np.int64) if needed is None else needed
    curves = [
        _in_lots(pools.weight[i] * value, int(lot[i]), int(wanted[i, k]), missing)
        for i, one in enumerate(windows)
        for k, value in enumerate(one.value)
    ]
    is_open = np.array([one.is_open for one in windows], np.bool_).reshape(n, quarters)
    return Orderable(
        first=np.cumsum([0, *(len(curve) for curve in curves)]).astype(np.int64),
        loss=np.concatenate([np.empty(0), *curves]),
        weight=np.ones(n),
        cost=np.repeat((pools.cost * lot)[:, None], quarters, axis=1),
        volume=ordering.volume * lot,
        supplier=pools.part,
        tree=pools.root,
        minimum_order=np.where(lot > 1, 1, pools.minimum_order),
        most=np.where(is_open, UNLIMITED, 0).astype(np.int64),
    )


def _in_lots(value: Number, lot: int, needed: int, missing: float) -> Number:
    """Return a curve by lots, with what every unit missing for survival adds to it."""
    if lot > 1:
        value, needed = value[[0, -1]] if len(value) > 1 else value, -(-needed // lot)
    if needed:
        more = np.maximum(0, needed - np.arange(max(len(value), needed + 1)))
        value = np.pad(value, (0, len(more) - len(value)), mode="edge") + missing * more
    return value


def shared_out(units: int, first: Whole, then: Whole) -> Whole:
    """Return units shared out over places, each to the place that lacks most.

    Args:
        units: How many.
        first: What each place lacks first; below 0 it has too many.
        then: What each lacks once nothing is lacked first; what is left over goes to the centre.
    """
    each = np.zeros(len(first), np.int64)
    for lacked in (first, then):
        lacks = np.maximum(lacked - each, 0)
        room = min(units - int(each.sum()), int(lacks.sum()))
        if room:
            # in proportion, and the last units by the largest remainder
            exact = lacks * (room / lacks.sum())
            given = np.floor(exact).astype(np.int64)
            rest = np.argsort(given - exact, kind="stable")[: room - int(given.sum())]
            given[rest] += 1
            each += given
    each[0] += units - each.sum()
    return each


def brought_forward(case: Case, units: Whole, urgency: Whole) -> Whole:
    """Return the same units ordered as early as the limits let them, the most urgent first.

    What is there earlier never loses more, and costs the same.

    Args:
        case: The limited choice.
        units: Orders within the limits [pools, quarters].
        urgency: Rows of the pools, the most urgent first.
    """
    found = units.copy()
    left = case.rows.right * (1.0 + ROUNDING / 2.0) - used(case.rows, found)
    for early in range(case.quarters):
        for pool in urgency:
            for late in np.nonzero(found[pool, early + 1 :])[0] + early + 1:
                moved = _movable(case, found, left, int(pool), early, int(late))
                if moved:
                    found[pool, early] += moved
                    found[pool, late] -= moved
                    take(case, left, int(pool), early, moved)
                    take(case, left, int(pool), int(late), -moved)
    assert is_kept(case, found)  # noqa: S101 - nothing is moved past a limit
    assert (losses(case, found) <= losses(case, units) * (1.0 + 1e-9) + 1e-12).all()  # noqa: S101
    return found


def _movable(case: Case, units: Whole, left: Number, pool: int, early: int, late: int) -> int:
    """Return how many units of a later order may as well be ordered earlier."""
    fits = int(case.most[pool, early] - units[pool, early])
    for row, use in zip(case.rows.row[pool, early], case.rows.use[pool, early], strict=True):
        # what is on all quarters together is not used anew
        if row >= 0 and case.rows.quarter[row] >= 0:
            fits = min(fits, int(max(0.0, left[row]) // use))
    there, least = int(units[pool, late]), int(case.least[pool])
    moved = min(fits, there)
    if 0 < there - moved < least:
        moved = there - least
    return moved if moved > 0 and units[pool, early] + moved >= least else 0


def take(case: Case, left: Number, pool: int, quarter: int, units: int) -> None:
    """Take what an order of units uses off what is left of every limit."""
    for row, use in zip(case.rows.row[pool, quarter], case.rows.use[pool, quarter], strict=True):
        if row >= 0:
            left[row] -= use * units
