"""What every pool could buy: its exact curve of units short by units bought.

A curve ends where one more unit saves nothing. Where the fewest units in an order pass that end,
the pool's curve is in *lots*: nothing, or one whole order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.allocate import (
    Allocation,
    Curves,
    Frontier,
    last_gains,
    merged_frontier,
    to_target,
    units_at,
    within_budget,
)
from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.crew import Threads, in_order
from keepline.maths.frontier import ALL, frontier, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.crew import Crew
    from keepline.maths.descent import Cells
    from keepline.model.arrays import Pools
    from keepline.stock.ground import Delivery, View

    Whole = NDArray[np.int64]
    Curve = tuple[NDArray[np.float64], Whole]

THREADS = 2
#: Who works out curves unless somebody else is given.
CREW = Threads(THREADS)
#: Pools whose curves are one job: few enough to share work out evenly.
CHUNK = 8


@dataclass(frozen=True)
class Offers:
    """Hold every pool's curve and how its units are best placed.

    Attributes:
        views: Each pool at every date.
        share: Weight of each date [dates].
        curves: Expected units short by lots bought, for all pools.
        centre: Units for the centre at each N, aligned with ``curves.value``.
        lot: Units in a lot [pools].
        most: Units beyond which no more is saved [pools].
        frontier: The corners of least service lost against cost.
        crew: Who worked the curves out.
    """

    views: Sequence[View]
    share: NDArray[np.float64]
    curves: Curves
    centre: Whole
    lot: Whole
    most: Whole
    frontier: Frontier
    crew: Crew = CREW
    _deliveries: dict[int, tuple[int, Delivery]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        pools: Pools,
        unweighted: Sequence[View],
        share: NDArray[np.float64],
        crew: Crew = CREW,
    ) -> Offers:
        """Work out every pool's curve, until one more unit saves nothing.

        Where units may leave the shelves, those of today are counted with what is gone on average
        and purchases while they keep; `for_ever` gives the curves that bound every choice.

        Args:
            pools: Every pool.
            unweighted: Each pool at every date.
            share: Weight of each date; adds up to 1 [dates].
            crew: Who works the curves out; they have the same bits for any.
        """
        views = [view.weighted(share) for view in unweighted]
        found = _curves(views, crew)
        most = np.array([len(value) - 1 for value, _ in found], np.int64)
        lot = np.where(pools.minimum_order > most, pools.minimum_order, 1)
        found = [
            (value[[0, -1]], centre[[0, -1]]) if units > 1 else (value, centre)
            for (value, centre), units in zip(found, lot, strict=True)
        ]
        lengths = [len(value) for value, _ in found]
        curves = Curves(
            first=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            value=np.concatenate([np.empty(0), *(value for value, _ in found)]),
            cost=pools.cost * lot,
            weight=pools.weight,
            minimum_order=np.where(lot > 1, 1, pools.minimum_order),
        )
        centre = np.concatenate([np.empty(0, np.int64), *(centre for _, centre in found)])
        return cls(views, share, curves, centre, lot, most, merged_frontier(curves), crew)

    def for_ever(self, pools: Pools) -> Offers:
        """Return what could be bought if nothing ever left the shelves unused."""
        if all(view.leaving is None for view in self.views):
            return self
        return Offers.of(pools, [view.for_ever() for view in self.views], self.share, self.crew)

    def nothing(self) -> Whole:
        """Return no units of anything."""
        return np.zeros(len(self.views), np.int64)

    def at_corner(self, corner: int) -> Whole:
        """Return the units at a corner of the frontier; the last one saves all there is to save."""
        return units_at(self.frontier, corner, len(self.views)) * self.lot

    def within(self, budget: float) -> Whole:
        """Return the units that leave least service lost for the money."""
        return self.best_for(budget).units * self.lot

    def best_for(self, cost: float) -> Allocation:
        """Return what leaves least service lost for a cost, in lots, with its certified bound."""
        return within_budget(self.curves, cost, self.frontier)

    def leaving(self, service_lost: float) -> Whole:
        """Return the cheapest units that leave so little service lost."""
        return to_target(self.curves, service_lost, self.frontier).units * self.lot

    def gains(self, units: Whole) -> NDArray[np.float64]:
        """Return the service lost that each pool's last units save, per currency unit."""
        return np.asarray(last_gains(self.curves, units // self.lot))

    def placed(self, units: Whole) -> list[Delivery]:
        """Return each pool's units where they do most good, ordered on the first day."""
        jobs = [(view, int(units[view.pool])) for view in self.views]
        return list(played_in_order(self._placed, jobs, THREADS, ahead=16))

    def _placed(self, job: tuple[View, int]) -> Delivery:
        view, units = job
        known = self._deliveries.get(view.pool)
        if known is None or known[0] != units:
            known = units, view.ordered(self.best_places(view, units))
            self._deliveries[view.pool] = known
        return known[1]

    def best_places(self, view: View, units: int) -> Whole:
        """Return where a pool's units do most good when all are ordered on the first day [m]."""
        each = np.zeros(len(view.ship_days), np.int64)
        useful = min(units, int(self.most[view.pool]))
        if useful:
            first, last = self.curves.first[view.pool : view.pool + 2]
            row = min(first + useful, last - 1)
            each = split(view.choice, useful, int(self.centre[row]))
        # what saves nothing more may lie anywhere
        each[0] = units - each[1:].sum()
        return each


def _curves(views: Sequence[View], crew: Crew) -> list[Curve]:
    """Return every pool's curve, a few pools a job; a worker gets the cells of its pools alone."""
    jobs = (
        [view.choice for view in views[first : first + count]]
        for first, count in blocks_of(len(views), CHUNK)
    )
    return [one for found in in_order(crew.play(_curves_of, None, jobs)) for one in found]


def _curves_of(_: None, job: list[Cells]) -> list[Curve]:
    return [_curve(cells) for cells in job]


def _curve(cells: Cells) -> Curve:
    if not cells.f.any():
        return np.zeros(1), np.zeros(1, np.int64)
    value, centre = frontier(cells, ALL)
    return value, centre
