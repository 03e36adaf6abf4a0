"""What every pool could buy: its exact curve of units short by units bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.allocate import Curves, Frontier, merged_frontier
from keepline.maths.blocks import played_in_order
from keepline.maths.frontier import ALL, frontier, split
from keepline.stock.ground import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.stock.ground import View

    Whole = NDArray[np.int64]

THREADS = 2


@dataclass(frozen=True)
class Offers:
    """Hold every pool's curve and how its units are best placed.

    Attributes:
        views: Each pool at every date.
        share: Weight of each date [dates].
        curves: Expected units short by units bought, for all pools.
        centre: Units for the centre at each N, aligned with ``curves.value``.
        frontier: The corners of least service lost against cost.
    """

    views: Sequence[View]
    share: NDArray[np.float64]
    curves: Curves
    centre: Whole
    frontier: Frontier

    @classmethod
    def of(cls, pools: Pools, unweighted: Sequence[View], share: NDArray[np.float64]) -> Offers:
        """Work out every pool's curve, until one more unit saves nothing.

        Args:
            pools: Every pool.
            unweighted: Each pool at every date.
            share: Weight of each date; adds up to 1 [dates].
        """
        views = [view.weighted(share) for view in unweighted]
        found = list(played_in_order(_curve, views, THREADS))
        lengths = [len(value) for value, _ in found]
        curves = Curves(
            first=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            value=np.concatenate([np.empty(0), *(value for value, _ in found)]),
            cost=pools.cost,
            weight=pools.weight,
            minimum_order=pools.minimum_order,
        )
        centre = np.concatenate([np.empty(0, np.int64), *(centre for _, centre in found)])
        return cls(views, share, curves, centre, merged_frontier(curves))

    def placed(self, units: Whole) -> list[Delivery]:
        """Return each pool's units where they do most good, ordered on the first day."""
        return [self._placed(view, int(units[view.pool])) for view in self.views]

    def at_centre(self, view: View, units: int) -> Delivery:
        """Return a pool's units all for the centre, ordered on the first day."""
        there = view.meeting.arrival_day(0.0)
        rows = 1 if units else 0
        return Delivery(
            np.zeros(rows, np.int64),
            np.zeros(rows),
            np.full(rows, there),
            np.full(rows, units, np.int64),
        )

    def _placed(self, view: View, units: int) -> Delivery:
        last = self.curves.first[view.pool + 1] - 1
        row = self.curves.first[view.pool] + units
        if units == 0 or row > last:
            # beyond the curve's end nothing more is saved: the centre is as good as any place
            return self.at_centre(view, units)
        at_centre = int(self.centre[row])
        each = split(view.cells, units, at_centre)
        each[0] = units - each[1:].sum()
        location = np.nonzero(each)[0].astype(np.int64)
        there = view.meeting.arrival_day(0.0)
        day = np.where(location == 0, there, np.ceil(there + view.ship_days[location]))
        return Delivery(location, np.zeros(len(location)), day, each[location])


def _curve(view: View) -> tuple[NDArray[np.float64], Whole]:
    if not view.cells.f.any():
        return np.zeros(1), np.zeros(1, np.int64)
    value, centre = frontier(view.cells, ALL)
    return value, centre
