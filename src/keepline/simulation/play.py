"""Play one pool for a block of replications, today's course and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.events import simulate_block
from keepline.maths.pooling import Pool
from keepline.maths.service import log_service
from keepline.simulation.schedule import schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.pooling import Arrivals, Laws
    from keepline.model.arrays import Places, Pools

    Number = NDArray[np.float64]
    Bought = tuple[NDArray[np.int64], Number, NDArray[np.int64]]


class Played(NamedTuple):
    """Hold what a pool gave in each course [courses, timelines, replications, months]."""

    short: Number
    log_service: Number


@dataclass(frozen=True)
class Player:
    """Play pools; a call takes (pool, first replication, how many).

    Attributes:
        pools: Every pool.
        places: How their units stand at sites.
        laws: Every law of supply.
        law: The law that a part follows in each timeline [parts, timelines].
        edges: Moments that part the plan into months [months + 1].
        purchases: Each pool's purchases; None when there is no plan.
        seed: Seed of every stream.
    """

    pools: Pools
    places: Places
    laws: Laws
    law: NDArray[np.int64]
    edges: Number
    purchases: list[Bought] | None
    seed: int

    def __call__(self, job: tuple[int, int, int]) -> Played:
        """Play one pool; the same bits on any thread and in any order."""
        pool, first, count = job
        today = self._course(pool, first, count, None)
        if self.purchases is None:
            return Played(*(values[np.newaxis] for values in today))
        mine = self.purchases[pool]
        # where nothing is bought the plan is today's course: the same failures, the same stock
        planned = self._course(pool, first, count, mine) if len(mine[0]) else today
        return Played(*(np.stack(both) for both in zip(today, planned, strict=True)))

    def _course(
        self, pool: int, first: int, count: int, purchases: Bought | None
    ) -> tuple[Number, Number]:
        arrivals = schedule(self.pools, self.laws, pool, purchases)
        laws = self.law[self.pools.part[pool]]
        by_law = {law: self._law(pool, law, first, count, arrivals) for law in np.unique(laws)}
        short, log_sum = zip(*(by_law[law] for law in laws), strict=True)
        return np.stack(short), np.stack(log_sum)

    def _law(
        self, pool: int, law: int, first: int, count: int, arrivals: Arrivals
    ) -> tuple[Number, Number]:
        block = simulate_block(
            self._pool(pool),
            self.laws,
            np.full(count, law),
            arrivals,
            self.edges,
            self.seed,
            pool,
            first,
            float(self.pools.returned_share[pool]),
            False,
            False,
        )
        short = block.backorder_days / np.diff(self.edges)
        groups = slice(self.places.first[pool], self.places.first[pool + 1])
        lost = log_service(
            short,
            self.pools.installed[pool],
            self.pools.weight[pool],
            self.places.quantity[groups],
            self.places.spare[groups],
            self.places.units[groups],
        )
        return short, lost

    def _pool(self, pool: int) -> Pool:
        at = slice(self.pools.first[pool], self.pools.first[pool + 1])
        return Pool(
            self.pools.rate[at],
            self.pools.ship_days[at],
            self.pools.on_hand[at],
            self.pools.repair_share[pool],
            self.pools.repair_days[pool],
            self.pools.lead_days[pool],
            self.pools.rate_shape[pool],
        )
