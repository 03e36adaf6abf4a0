"""See one pool while a programme changes its base: what fails where, and what is harvested.

Of n units taken out, each usable with a chance p, all n count as stock on the day they are
refurbished, and Poisson(n (1 - p)) of them as outstanding for ever: a Poisson number is greater in
the convex order than the sum of as many chances, so that no backorder is told too low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.moving_base import Clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow
    from keepline.model.arrays import Pools
    from keepline.model.base import Base

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Harvest:
    """Hold what is harvested to a location's shelf: units by day, and the useless among them."""

    day: Number
    units: Whole
    useless: Number

    def by(self, day: Number) -> Whole:
        """Return the units there by each day, the useless counted."""
        sums = np.concatenate(([0], np.cumsum(self.units)))
        return np.asarray(sums[np.searchsorted(self.day, day, side="right")], np.int64)

    def useless_by(self, day: Number) -> Number:
        """Return how many of them are useless on average."""
        sums = np.concatenate(([0.0], np.cumsum(self.useless)))
        return np.asarray(sums[np.searchsorted(self.day, day, side="right")])


@dataclass(frozen=True)
class MovingBase:
    """Hold how the base of one pool changes.

    Attributes:
        clock: Removals by day at every location together.
        clocks: Those of each location [m].
        harvests: What comes to each location's shelf [m].
    """

    clock: Clock
    clocks: Sequence[Clock]
    harvests: Sequence[Harvest]

    @classmethod
    def of(cls, base: Base, pools: Pools, pool: int, length: float) -> MovingBase | None:
        """Return how the base of a pool changes; None where it does not.

        Args:
            base: What the programme changes.
            pools: Every pool.
            pool: The pool's row.
            length: Days of the plan.
        """
        first, last = int(pools.first[pool]), int(pools.first[pool + 1])
        if not base.is_moving(first, last):
            return None
        mine = slice(base.first[first], base.first[last])
        order = np.argsort(base.day[mine], kind="stable")
        rate = float(pools.rate[first:last].sum())
        clock = Clock.of(rate, base.day[mine][order], base.rate[mine][order], length)
        clocks, harvests = [], []
        for row in range(first, last):
            own = slice(base.first[row], base.first[row + 1])
            clocks.append(Clock.of(float(pools.rate[row]), base.day[own], base.rate[own], length))
            comes = slice(base.harvest_first[row], base.harvest_first[row + 1])
            units, usable = base.harvest_units[comes], base.harvest_usable[comes]
            harvests.append(Harvest(base.harvest_day[comes], units, units - usable))
        return cls(clock, clocks, harvests)

    def means(self, flows: Sequence[Flow], day: Number, ships: Number) -> Number:
        """Return what is outstanding at the centre a ship time ago [dates, laws, m]."""
        found = np.empty((len(day), len(flows), len(ships)))
        for row, flow in enumerate(flows):
            for location, ship in enumerate(ships):
                found[:, row, location] = self.clock.outstanding(flow, day - ship)
        return found

    def shares(self, flows: Sequence[Flow], day: Number, ships: Number) -> Number:
        """Return each location's share of what is outstanding a ship time ago [dates, laws, m].

        The centre serves in order, so that its last backorders decide; their mix is taken to be
        that of all that is outstanding. With rates in constant proportion that is exact.
        """
        own = np.empty((len(day), len(flows), len(ships), len(ships)))
        for row, flow in enumerate(flows):
            for ship in np.unique(ships):
                at = np.flatnonzero(ships == ship)
                for location, clock in enumerate(self.clocks):
                    own[:, row, at, location] = clock.outstanding(flow, day - ship)[:, None]
        total = own.sum(axis=3)
        mine = own[:, :, np.arange(len(ships)), np.arange(len(ships))]
        return np.asarray(np.divide(mine, total, out=np.zeros_like(mine), where=total > 0.0))

    def on_the_way(self, day: Number, ships: Number) -> Number:
        """Return the removals within each location's ship time [dates, m]."""
        pairs = zip(self.clocks, ships, strict=True)
        return np.stack(
            [clock.since(np.maximum(day - ship, 0.0), day) for clock, ship in pairs], axis=1
        )

    def useless(self, day: Number, ships: Number) -> tuple[Number, Number]:
        """Return the useless units harvested: to the centre a ship time ago, and to each depot."""
        centre = np.stack([self.harvests[0].useless_by(day - ship) for ship in ships], axis=1)
        depots = np.stack([one.useless_by(day) for one in self.harvests], axis=1)
        depots[:, 0] = 0.0
        return centre, depots

    def harvested(self, day: Number, ships: Number) -> tuple[Whole, Whole]:
        """Return the units harvested: to the centre a ship time ago, and to each depot."""
        centre = np.stack([self.harvests[0].by(day - ship) for ship in ships], axis=1)
        depots = np.stack([one.by(day) for one in self.harvests], axis=1)
        depots[:, 0] = 0
        return centre, depots
