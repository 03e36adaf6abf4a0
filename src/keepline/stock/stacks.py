"""A part's stock in all depots of an operator: where it lies, and where it would best lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.measures import cell_measures
from keepline.maths.moving import best_places, placements
from keepline.stock.tranches import shared_out
from keepline.stock.windows import subset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.descent import Cells
    from keepline.model.arrays import Pools
    from keepline.model.network import Network
    from keepline.stock.ground import View

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Carrying a unit is reckoned at this share of the price of a new one, if it costs no more.
LEAST_COST = 0.05
#: What a unit that is carried must save where money can do nothing, in units short.
LEAST_SAVED = 0.01
#: What no unit ever saves, in units short: at this price none is carried.
FORBIDDING = 2.0


@dataclass(frozen=True)
class Stack:
    """Hold a part's pools whose stock may be carried from one to another: those of an operator.

    Attributes:
        views: The pools, with the weights of dates that decide.
        cells: What decides backorders at those dates, with the stock as it lies.
        order: Locations of each pool in an order that no order of rows changes; the centre first.
        price: What a unit that is carried must save, in units short.
        may_enter: Whether stock of other trees may come into a pool's.
    """

    views: Sequence[View]
    cells: Sequence[Cells]
    order: Sequence[Whole]
    price: float
    may_enter: Sequence[bool]

    def is_reached(self, view: View) -> bool:
        """Tell whether what is ordered on the first day is there in every cell that decides."""
        weighs = view.cells.weight > 0.0
        at_depot = view.cells.at_depot[weighs, 1:]
        return bool(view.cells.at_centre[weighs].all() and at_depot.all())


def stacks_of(
    network: Network,
    pools: Pools,
    views: Sequence[View],
    move_cost: float,
    price: float,
    room: Number,
) -> list[Stack]:
    """Put together the pools of each part and operator.

    A unit that is carried must save what the money for it, spent on new stock, would save: its
    cost, and no less than a share of the price of a new unit (`LEAST_COST`).

    Args:
        network: Names and depots.
        pools: Every pool.
        views: Each pool at every date, weighted.
        move_cost: What carrying a unit costs.
        price: Service lost that one more currency unit spent on stock would save.
        room: Left in each tree, in m3, by the row of its centre [depots].
    """
    owners = network["depots"]["operator_id"].gather(pools.root).to_list()
    rank = network["depots"]["depot_id"].rank("ordinal").to_numpy().astype(np.int64)
    together: dict[tuple[int, str | None], list[View]] = {}
    for view in views:
        together.setdefault((int(pools.part[view.pool]), owners[view.pool]), []).append(view)
    found = []
    for mine in together.values():
        mine.sort(key=lambda view: rank[pools.root[view.pool]])
        found.append(
            Stack(
                mine,
                [subset(view.cells, view.cells.weight > 0.0) for view in mine],
                [_by_name(pools, rank, view.pool) for view in mine],
                _price(pools, mine[0].pool, move_cost, price),
                [not np.isfinite(room[pools.root[view.pool]]) for view in mine],
            )
        )
    return found


def _by_name(pools: Pools, rank: Whole, pool: int) -> Whole:
    depots = pools.depot[pools.first[pool] + 1 : pools.first[pool + 1]]
    return np.concatenate(([0], 1 + np.argsort(rank[depots]))).astype(np.int64)


def _price(pools: Pools, pool: int, move_cost: float, price: float) -> float:
    """Return what a unit of a part must save to be carried, in units short."""
    cost, weight = float(pools.cost[pool]), float(pools.weight[pool])
    # a unit that costs no less to carry than to buy is better bought
    if weight <= 0.0 or move_cost >= cost > 0.0 or (move_cost > 0.0 and cost == 0.0):
        return FORBIDDING
    needs = price * max(move_cost, LEAST_COST * cost) / weight
    return min(FORBIDDING, needs) if needs > 0.0 else LEAST_SAVED


@dataclass(frozen=True)
class Shelves:
    """Hold where a stack's units lie, and what is lost for every number of them at their best.

    Attributes:
        stack: The pools.
        here: Where today's stock lies, by location of each pool.
        best: The least sum of units short and price times units carried away, of each pool, by
            units that lie there.
        centre: How many of these serve at the centre.
        least: The least units short.
    """

    stack: Stack
    here: Sequence[Whole]
    best: Sequence[Number]
    centre: Sequence[Whole]
    least: Sequence[Number]

    @classmethod
    def of(cls, pools: Pools, stack: Stack, bought: Whole) -> Shelves:
        """Work out every pool's curves.

        Args:
            pools: Every pool.
            stack: Some of them.
            bought: Units bought at most [pools].
        """
        here = [
            pools.on_hand[pools.first[view.pool] : pools.first[view.pool + 1]]
            for view in stack.views
        ]
        most = sum(
            int(at.sum() + bought[view.pool]) for at, view in zip(here, stack.views, strict=True)
        )
        found = [
            placements(_freed(cells, at, order), at[order], stack.price, most)
            for cells, at, order in zip(stack.cells, here, stack.order, strict=True)
        ]
        return cls(
            stack,
            here,
            best=[best for best, _, _ in found],
            centre=[centre for _, centre, _ in found],
            least=[least for _, _, least in found],
        )

    def may_move(self) -> bool:
        """Tell whether there is anything that could be carried."""
        has_stock = any(at.any() for at in self.here)
        is_one_place = len(self.here) == 1 and len(self.here[0]) == 1
        return has_stock and not is_one_place and self.stack.price < FORBIDDING

    def short_today(self) -> float:
        """Return the units short with the stock as it lies."""
        return sum(
            float(cells.weight @ cell_measures(cells, cells.s0, cells.s)[:, 0])
            for cells in self.stack.cells
        )

    def places(self, bought: Sequence[int]) -> tuple[list[Whole], list[Whole]]:
        """Return where today's stock is to lie, and where units go that are bought as well.

        What leaves its place is what is too much there once units are bought; it goes where some
        lack it then, and first where they lack it with nothing bought.

        Args:
            bought: Units that are bought as well, of each pool.
        """
        stock = sum(int(at.sum()) for at in self.here)
        alone = self._best(stock)
        if not any(bought):
            return alone, [np.zeros_like(at) for at in alone]
        then = np.concatenate(self._best(stock + sum(bought)))
        stays = np.minimum(np.concatenate(self.here), then)
        lacks = then - stays
        first = np.minimum(lacks, np.maximum(np.concatenate(alone) - stays, 0))
        comes = shared_out(stock - int(stays.sum()), first, lacks)
        edges = np.cumsum([len(at) for at in self.here])[:-1]
        return np.split(stays + comes, edges), np.split(lacks - comes, edges)

    def bound(self) -> float:
        """Return the least units short wherever today's stock lies, nothing bought."""
        return _shared(self.least, sum(int(at.sum()) for at in self.here))[1]

    def _best(self, units: int) -> list[Whole]:
        """Return where so many units best lie, at the price of carrying them."""
        stack = self.stack
        curves = [
            best if may or len(self.here) == 1 else _no_more_than(best, int(at.sum()))
            for best, at, may in zip(self.best, self.here, stack.may_enter, strict=True)
        ]
        each, _ = _shared(curves, units)
        places = []
        for n, centre, cells, at, order in zip(
            each, self.centre, stack.cells, self.here, stack.order, strict=True
        ):
            most = len(centre) - 1
            free = _freed(cells, at, order)
            found = np.empty(len(at), np.int64)
            found[order] = best_places(free, at[order], stack.price, most, n, int(centre[n]))
            places.append(found)
        return places


def _freed(cells: Cells, here: Whole, order: Whole) -> Cells:
    """Return cells without the stock that lies there, in another order of locations.

    Every unit of it, and every unit bought, is free to lie anywhere.
    """
    s = cells.s.copy()
    s[:, 1:] -= here[1:]
    at_depot = np.ones_like(cells.at_depot)
    at_depot[:, 0] = False
    return cells._replace(
        m0=np.ascontiguousarray(cells.m0[:, order]),
        s0=np.ascontiguousarray(cells.s0[:, order] - here[0]),
        at_centre=np.ones_like(cells.at_centre),
        a=np.ascontiguousarray(cells.a[:, order]),
        s=np.ascontiguousarray(s[:, order]),
        at_depot=at_depot,
        f=np.ascontiguousarray(cells.f[:, order]),
    )


def _no_more_than(curve: Number, units: int) -> Number:
    return np.where(np.arange(len(curve)) > units, np.inf, curve)


def _shared(curves: Sequence[Number], most: int) -> tuple[list[int], float]:
    """Return how many of all units each pool has at the least sum of curves, and that sum."""
    total, ways = curves[0][: most + 1], []
    for curve in curves[1:]:
        sums, taken = np.empty(most + 1), np.empty(most + 1, np.int64)
        for n in range(most + 1):
            both = total[n::-1] + curve[: n + 1]
            taken[n] = np.argmin(both)
            sums[n] = both[taken[n]]
        ways.append(taken)
        total = sums
    left, units = most, []
    for taken in reversed(ways):
        units.append(int(taken[left]))
        left -= units[-1]
    return [left, *reversed(units)], float(total[most])
