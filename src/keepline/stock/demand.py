"""What a pool's installed base asks for at every date, whether it stays as it is or moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.outstanding import outstanding_means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow
    from keepline.model.arrays import Pools
    from keepline.stock.moving_base import MovingBase

    Number = NDArray[np.float64]


class Demand(NamedTuple):
    """Hold what a pool's base asks for at every date; m locations.

    Attributes:
        mean: Removed units outstanding at the centre a ship time ago [dates, laws, m].
        share: Each location's share of them [dates, laws, m].
        on_the_way: Removals within the ship time [dates, m].
        useless: Units among those harvested to the centre by a ship time ago that are of no use, on
            average [dates, m].
        useless_there: The same at the depots [dates, m].
    """

    mean: Number
    share: Number
    on_the_way: Number
    useless: Number
    useless_there: Number


def demand_of(
    pools: Pools, pool: int, flows: Sequence[Flow], day: Number, moving: MovingBase | None
) -> Demand:
    """Return what a pool's base asks for.

    Args:
        pools: Every pool.
        pool: The pool's row.
        flows: How removed units are restored under each of the part's laws [laws].
        day: The dates.
        moving: How a programme changes the base; None where none does.
    """
    if moving is None:
        return _steady(pools, pool, flows, day)
    ships = pools.ship_days[pools.first[pool] : pools.first[pool + 1]]
    return _moving(moving, flows, day, ships)


def _steady(pools: Pools, pool: int, flows: Sequence[Flow], day: Number) -> Demand:
    """Return what a base that stays as it is asks for."""
    at = slice(pools.first[pool], pools.first[pool + 1])
    rates, ships = pools.rate[at], pools.ship_days[at]
    total = float(rates.sum())
    mean = np.empty((len(day), len(flows), len(ships)))
    for row, flow in enumerate(flows):
        for location, ship in enumerate(ships):
            mean[:, row, location] = outstanding_means(total, flow, day - ship)
    share = rates / total if total > 0.0 else np.zeros(len(rates))
    on_the_way = rates * np.minimum(day[:, None], ships[None, :])
    none = np.zeros_like(on_the_way)
    return Demand(mean, np.broadcast_to(share, mean.shape), on_the_way, none, none)


def _moving(moving: MovingBase, flows: Sequence[Flow], day: Number, ships: Number) -> Demand:
    """Return what a base that a programme changes asks for."""
    return Demand(
        moving.means(flows, day, ships),
        moving.shares(flows, day, ships),
        moving.on_the_way(day, ships),
        *moving.useless(day, ships),
    )
