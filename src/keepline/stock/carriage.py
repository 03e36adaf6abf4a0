"""Carry a part's stock from depot to depot, time on the way judged exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.measures import cell_measures
from keepline.model.moving import Carried, days_on_the_way
from keepline.stock.windows import subset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.descent import Cells
    from keepline.model.arrays import Pools
    from keepline.model.network import Network
    from keepline.stock.ground import View
    from keepline.stock.stacks import Stack

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: So much more than what was asked for, as a share, is rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Carriage:
    """Hold flows between the locations of pools, numbered through them; k rows.

    Attributes:
        cells: What decides backorders in each pool, with the stock as it lies and units bought.
        cell_day: The day of each cell of a pool.
        ship_days: From each pool's centre to its locations.
        first: Locations of pool p are ``first[p]:first[p + 1]``.
        row: The row of each location in all pools.
        origin: Where each flow leaves [k].
        target: Where it goes [k].
        day: When it is there [k].
        quantity: Units [k].
    """

    cells: Sequence[Cells]
    cell_day: Sequence[Number]
    ship_days: Sequence[Number]
    first: Whole
    row: Whole
    origin: Whole
    target: Whole
    day: Number
    quantity: Whole

    @classmethod
    def of(
        cls,
        network: Network,
        pools: Pools,
        stack: Stack,
        here: Sequence[Whole],
        places: Sequence[Whole],
        buys: Sequence[Whole],
    ) -> Carriage:
        """Carry what lies in one place to where it is to lie, within a tree before between trees.

        Args:
            network: Its depots.
            pools: Every pool.
            stack: The pools that share stock.
            here: Where their stock lies, by location.
            places: Where it is to lie.
            buys: Where units are bought, on the first day.
        """
        views = stack.views
        cells = [_with_bought(view, units) for view, units in zip(views, buys, strict=True)]
        sizes = np.array([len(one) for one in here])
        first = np.concatenate(([0], np.cumsum(sizes)))
        row = np.concatenate(
            [np.arange(pools.first[view.pool], pools.first[view.pool + 1]) for view in views]
        )
        name = network["depots"]["depot_id"].gather(pools.depot[row]).to_list()
        order = sorted(range(len(row)), key=lambda at: name[at])
        excess = np.concatenate(here) - np.concatenate(places)
        tree = np.repeat(np.arange(len(views)), sizes)
        flows = []
        for pool in range(len(views)):
            flows += _flows(excess, [at for at in order if tree[at] == pool])
        flows += _flows(excess, order)
        origin, target, quantity = np.array(flows, np.int64).reshape(-1, 3).T
        return cls(
            cells,
            [_cell_days(view) for view in views],
            [view.ship_days for view in views],
            first,
            row,
            origin,
            target,
            days_on_the_way(network, pools, row[origin], row[target]),
            quantity,
        )

    def short(self) -> float:
        """Return the units short with the flows."""
        return sum(self._short(pool) for pool in range(len(self.cells)))

    def _short(self, pool: int) -> float:
        """Return the units short of a pool: stock leaves on the first day and comes on its day."""
        cells, ships, day = self.cells[pool], self.ship_days[pool], self.cell_day[pool]
        s0, s = cells.s0.copy(), cells.s.copy()
        first, last = self.first[pool], self.first[pool + 1]
        for origin, target, there, units in zip(
            self.origin, self.target, self.day, self.quantity, strict=True
        ):
            if origin == first:
                s0 -= units
            elif first < origin < last:
                s[:, origin - first] -= units
            if target == first:
                s0 += units * (there <= day[:, None] - ships[None, :])
            elif first < target < last:
                s[:, target - first] += units * (there <= day)
        return float(cells.weight @ cell_measures(cells, s0, s)[:, 0])

    def worth(self, price: float) -> Carriage:
        """Return the flows with what does not save the price of a unit taken back.

        Args:
            price: What a unit must save, in units short.
        """
        nothing = replace(self, quantity=np.zeros_like(self.quantity))
        found, lost = self, nothing.short()
        best = self.short() + price * int(self.quantity.sum())
        while True:
            tries = [found._with(flow, units) for flow, units in found._fewer()]
            sums = [one.short() + price * int(one.quantity.sum()) for one in tries]
            if not sums or min(sums) > best - ROUNDING * (1.0 + best):
                break
            best = min(sums)
            found = tries[sums.index(best)]
        return found if best <= lost - ROUNDING * lost else nothing

    def _fewer(self) -> list[tuple[int, int]]:
        """Return flows with fewer units to try: only where some unit comes late for a cell."""
        if not len(self.day) or self.day.max() <= self._least_day():
            return []
        return [
            (flow, fewer)
            for flow, units in enumerate(self.quantity.tolist())
            for fewer in sorted({0, units // 2, units - 1})
            if units > 0
        ]

    def _least_day(self) -> float:
        """Return the first day by which a unit must be there to be there in every cell."""
        return min(
            float(day.min() - ships.max())
            for day, ships in zip(self.cell_day, self.ship_days, strict=True)
        )

    def _with(self, flow: int, units: int) -> Carriage:
        quantity = self.quantity.copy()
        quantity[flow] = units
        return replace(self, quantity=quantity)

    def carried(self) -> Carried:
        """Return the flows as moves between rows of all pools."""
        kept = self.quantity > 0
        return Carried(
            self.row[self.origin[kept]],
            self.row[self.target[kept]],
            self.day[kept],
            self.quantity[kept],
        )


def _cell_days(view: View) -> Number:
    days = np.repeat(view.dates.day, len(view.meeting.laws))
    return np.asarray(days[view.cells.weight > 0.0])


def _with_bought(view: View, units: Whole) -> Cells:
    """Return the cells that decide, with units bought on the first day on top of today's stock."""
    s0, s = view.stock_with(view.ordered(units))
    return subset(view.cells._replace(s0=s0, s=s), view.cells.weight > 0.0)


def _flows(excess: Whole, among: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (from, to, units) from those that have too many to those that lack; takes them off."""
    found = []
    for origin in among:
        for target in among:
            units = int(min(max(0, excess[origin]), max(0, -excess[target])))
            if units:
                found.append((origin, target, units))
                excess[origin] -= units
                excess[target] += units
    return found
