"""What every pool loses between one order's arrival and the next, by units ordered so far.

A cell (a date under a law of supply) belongs to the last order that has come under that law by
then. What it loses depends on the units of that order and of those before it alone, taken to lie
where they do most good and to reach every depot as early as any order does: a lower bound, exact
where a pool is one place. What a cut loses on its way is counted under the laws that lose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.arrivals import arriving_whole
from keepline.maths.descent import Cells
from keepline.maths.frontier import ALL, frontier, split
from keepline.maths.measures import cell_measures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.stock.ground import View

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

TO_NO_ORDER = -1


@dataclass(frozen=True)
class Windows:
    """Hold one pool's windows, one for each day of order.

    Attributes:
        is_open: Whether an order of that day comes in any branch within the plan [quarters].
        cells: What decides backorders in each window.
        value: Units short by units ordered so far, in each window.
        centre: How many of these belong to the centre.
        lost: Units short in cells that no order reaches.
    """

    is_open: NDArray[np.bool_]
    cells: list[Cells]
    value: list[Number]
    centre: list[Whole]
    lost: float

    @classmethod
    def of(cls, view: View, order_day: Number) -> Windows:
        """Cut a pool's cells into windows.

        Args:
            view: The pool, with the weights of dates that decide.
            order_day: Days of order, rising [quarters].
        """
        arrival, comes = arrivals(view, order_day)
        is_open = comes.any(axis=0) & (arrival < view.dates.length)
        window, at_centre, at_depot = _reached(view, arrival, comes)
        reached = view.choice._replace(at_centre=at_centre, at_depot=at_depot)
        weighs = view.choice.weight > 0.0
        nothing = subset(reached, weighs & (window == TO_NO_ORDER))
        cells = [subset(reached, weighs & (window == k)) for k in range(len(order_day))]
        curves = [_curve(one) for one in cells]
        short = cell_measures(nothing, nothing.s0, nothing.s)[:, 0]
        return cls(
            is_open,
            cells,
            [value for value, _ in curves],
            [centre for _, centre in curves],
            float(nothing.weight @ short),
        )

    def best_places(self, quarter: int, units: int) -> Whole | None:
        """Return where so many units do most good in a window; None where it bears no weight.

        Args:
            quarter: The window's.
            units: Ordered so far.
        """
        cells, centre = self.cells[quarter], self.centre[quarter]
        if len(centre) == 1:
            return None
        useful = min(units, len(centre) - 1)
        each = split(cells, useful, int(centre[useful]))
        each[0] = units - each[1:].sum()
        return each

    def best_after(self, quarter: int, units: int) -> Whole:
        """Return where units do most good in all windows from one on, taken together [m].

        Args:
            quarter: The first window's.
            units: Ordered in all.
        """
        cells = Cells._make(
            np.concatenate(column) for column in zip(*self.cells[quarter:], strict=True)
        )
        each = np.zeros(cells.f.shape[1], np.int64)
        if len(cells.weight) and cells.f.any():
            _, centre = frontier(cells, units)
            each = split(cells, units, int(centre[units]))
        each[0] = units - each[1:].sum()
        return each


def arrivals(view: View, order_day: Number) -> tuple[Number, NDArray[np.bool_]]:
    """Return when orders are at the centre, and under which laws they come [laws, quarters]."""
    arrival = np.array([view.meeting.arrival_day(float(day)) for day in order_day])
    whole = arriving_whole(view.meeting.every, arrival, np.ones(len(arrival), np.int64))
    return arrival, whole[view.meeting.laws] > 0


def _reached(
    view: View, arrival: Number, comes: NDArray[np.bool_]
) -> tuple[Whole, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return each cell's window, and where any order is there, for the centre and the depots."""
    laws = len(view.meeting.laws)
    day = np.repeat(view.dates.day, laws)
    comes_in = np.tile(comes, (len(view.dates.day), 1))
    ships, served = view.ship_days, (view.cells.f > 0.0).any(axis=0)
    nearest = float(ships[served].min()) if served.any() else 0.0
    # what was bought longer ago than it keeps counts for nothing
    keeps = day[:, None] < arrival[None, :] + view.keeps_days
    is_there = comes_in & (arrival[None, :] + nearest <= day[:, None]) & keeps
    last = len(arrival) - 1 - np.argmax(is_there[:, ::-1], axis=1)
    window = np.where(is_there.any(axis=1), last, TO_NO_ORDER)
    at_centre = np.zeros(view.cells.at_centre.shape, np.bool_)
    at_depot = np.zeros(view.cells.at_depot.shape, np.bool_)
    for k, there in enumerate(arrival):
        fresh = comes_in[:, [k]] & keeps[:, [k]]
        at_centre |= fresh & (there <= day[:, None] - ships[None, :])
        at_depot |= fresh & (np.ceil(there + ships)[None, :] <= day[:, None])
    at_depot[:, 0] = False
    return window, at_centre, at_depot


def subset(cells: Cells, chosen: NDArray[np.bool_]) -> Cells:
    """Return some of a pool's cells."""
    return Cells._make(np.ascontiguousarray(column[chosen]) for column in cells)


def _curve(cells: Cells) -> tuple[Number, Whole]:
    if not len(cells.weight) or not cells.f.any():
        return np.zeros(1), np.zeros(1, np.int64)
    value, centre = frontier(cells, ALL)
    return value, centre
