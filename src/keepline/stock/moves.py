"""Which of today's stock to carry to another depot before anything is bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.allocate import Curves, merged_frontier, to_target, within_budget
from keepline.maths.blocks import played_in_order
from keepline.model.moving import Carried
from keepline.stock.carriage import Carriage
from keepline.stock.stacks import Shelves, stacks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.network import Network
    from keepline.stock.ground import View

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

THREADS = 2


@dataclass(frozen=True)
class Moving:
    """Hold what to carry, and what it can save at most.

    Attributes:
        carried: The moves.
        bound: No placement of today's stock leaves less service lost, nothing bought.
    """

    carried: Carried
    bound: float

    def only(self, pools: Pools, wanted: NDArray[np.bool_]) -> Moving:
        """Return the moves of some parts alone.

        Args:
            pools: Every pool.
            wanted: Whether a part is moved [parts].
        """
        pool = np.searchsorted(pools.first, self.carried.origin, side="right") - 1
        kept = wanted[pools.part[pool]]
        origin, target, day, quantity = self.carried
        carried = Carried(origin[kept], target[kept], day[kept], quantity[kept])
        return Moving(carried, self.bound)


class Plain(NamedTuple):
    """Hold the plan that moves nothing.

    Attributes:
        bought: Units [pools].
        short: Units short with them, in the months that decide [pools].
        is_met: Whether the service target is met.
        price: Service lost that one more currency unit would save.
    """

    bought: Whole
    short: Number
    is_met: bool
    price: float


def find_moves(
    network: Network,
    pools: Pools,
    views: Sequence[View],
    share: Number,
    plain: Plain,
    move_cost: float,
    room: Number,
) -> Moving:
    """Find what to carry on the first day.

    Which units leave their place is decided with what will be bought in place: the fewest units
    that leave as little service lost as the plan without moves (or, for the money, the best), all
    stock free to lie anywhere. Where these units go first is decided with nothing bought.

    Args:
        network: Names and depots.
        pools: Every pool.
        views: Each pool at every date.
        share: Weight of each date; adds up to 1 [dates].
        plain: The plan that moves nothing.
        move_cost: What carrying a unit costs.
        room: Left in each tree, in m3, by the row of its centre; stock enters no tree that has a
            limit from another [depots].
    """
    if not views:
        return Moving(Carried.nothing(), 0.0)
    weighted = [view.weighted(share) for view in views]
    stacks = stacks_of(network, pools, weighted, move_cost, plain.price, room)
    jobs = [(pools, stack, plain.bought) for stack in stacks]
    shelves = list(played_in_order(lambda job: Shelves.of(*job), jobs, THREADS))
    still = _still_bought(pools, shelves, plain)
    found = played_in_order(lambda one: _settled(network, pools, one, still), shelves, THREADS)
    bound = sum(float(pools.weight[one.stack.views[0].pool]) * one.bound() for one in shelves)
    every = [Carried.nothing(), *found]
    return Moving(Carried(*(np.concatenate(part) for part in zip(*every, strict=True))), bound)


def _still_bought(pools: Pools, shelves: Sequence[Shelves], plain: Plain) -> Whole:
    """Return the units of each pool that are still to be bought once all stock lies at its best.

    None where a purchase does not reach every date and law that decides: there today's stock is
    placed by itself.
    """
    n = len(pools.part)
    curves = [np.array([short]) for short in plain.short]
    for shelf in shelves:
        for view, here, best in zip(shelf.stack.views, shelf.here, shelf.best, strict=True):
            units = int(plain.bought[view.pool])
            if units == 0 or shelf.stack.is_reached(view):
                first = int(here.sum())
                curves[view.pool] = best[first : first + units + 1]
    bought = np.array([len(curve) - 1 for curve in curves], np.int64)
    offered = Curves(
        first=np.concatenate(([0], np.cumsum([len(one) for one in curves]))).astype(np.int64),
        value=np.concatenate(curves),
        cost=pools.cost,
        weight=pools.weight,
        minimum_order=np.ones(n, np.int64),
    )
    frontier = merged_frontier(offered)
    if plain.is_met:
        lost = float(pools.weight @ plain.short)
        return np.asarray(to_target(offered, lost, frontier).units)
    return np.asarray(within_budget(offered, float(pools.cost @ bought), frontier).units)


def _settled(network: Network, pools: Pools, shelves: Shelves, bought: Whole) -> Carried:
    """Return a stack's moves: those that are worth it, time on the way judged exactly."""
    if not shelves.may_move():
        return Carried.nothing()
    stack = shelves.stack
    places, buys = shelves.places([int(bought[view.pool]) for view in stack.views])
    carriage = Carriage.of(network, pools, stack, shelves.here, places, buys)
    return carriage.worth(stack.price).carried()
