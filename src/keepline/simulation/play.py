"""Play one pool for a block of replications, today's course and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.arrivals import leaving_days
from keepline.maths.events import simulate_block
from keepline.maths.leaving_events import Kept, simulate_leaving
from keepline.maths.pooling import Pool
from keepline.maths.service import log_service
from keepline.simulation.schedule import schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.pooling import Arrivals, Block, Laws
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
        pools: Every pool, with the stock as it lies today.
        moved: The same once the plan's moves are made.
        places: How their units stand at sites.
        laws: Every law of supply.
        law: The law that a part follows in each timeline [parts, timelines].
        edges: Moments that part the plan into months [months + 1].
        purchases: Each pool's purchases; None when there is no plan.
        seed: Seed of every stream.
    """

    pools: Pools
    moved: Pools
    places: Places
    laws: Laws
    law: NDArray[np.int64]
    edges: Number
    purchases: list[Bought] | None
    seed: int

    def __call__(self, job: tuple[int, int, int]) -> Played:
        """Play one pool; the same bits on any thread and in any order."""
        pool, first, count = job
        today = self._course(self.pools, pool, first, count, None)
        if self.purchases is None:
            return Played(*(values[np.newaxis] for values in today))
        mine = self.purchases[pool]
        # where nothing is moved or bought the plan is today's course: the same failures and stock
        is_same = not len(mine[0]) and not self._is_moved(pool)
        planned = today if is_same else self._course(self.moved, pool, first, count, mine)
        return Played(*(np.stack(both) for both in zip(today, planned, strict=True)))

    def short(self, job: tuple[int, int, int]) -> Number:
        """Play one pool for its units short [courses, timelines, replications, months]."""
        return self(job).short

    def leaves(self, pools: Pools, pool: int) -> bool:
        """Tell whether units of a pool leave the shelf within the plan."""
        return self._kept(pools, pool) is not None

    @staticmethod
    def pool_of(pools: Pools, pool: int) -> Pool:
        """Return a pool as the kernel takes it."""
        return _pool(pools, pool)

    def _is_moved(self, pool: int) -> bool:
        """Tell whether moves touch a pool."""
        ends = self.pools.first[pool : pool + 2]
        at, due = slice(*ends), slice(*self.moved.due_first[ends])
        stays = np.array_equal(self.pools.on_hand[at], self.moved.on_hand[at])
        return not stays or bool(self.moved.due_is_moved[due].any())

    def _course(
        self, pools: Pools, pool: int, first: int, count: int, purchases: Bought | None
    ) -> tuple[Number, Number]:
        arrivals = schedule(pools, self.laws, pool, purchases)
        laws = self.law[self.pools.part[pool]]
        by_law = {
            law: self._law(pools, pool, law, first, count, arrivals) for law in np.unique(laws)
        }
        short, log_sum = zip(*(by_law[law] for law in laws), strict=True)
        return np.stack(short), np.stack(log_sum)

    def _law(
        self, pools: Pools, pool: int, law: int, first: int, count: int, arrivals: Arrivals
    ) -> tuple[Number, Number]:
        block = self._block(pools, pool, law, first, count, arrivals)
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

    def _block(
        self, pools: Pools, pool: int, law: int, first: int, count: int, arrivals: Arrivals
    ) -> Block:
        kept = self._kept(pools, pool)
        returned = float(self.pools.returned_share[pool])
        if kept is not None:
            return simulate_leaving(
                _pool(pools, pool),
                self.laws,
                np.full(count, law),
                arrivals,
                kept,
                self.edges,
                self.seed,
                pool,
                first,
                returned,
            )
        return simulate_block(
            _pool(pools, pool),
            self.laws,
            np.full(count, law),
            arrivals,
            self.edges,
            self.seed,
            pool,
            first,
            returned,
            False,
            False,
        )

    def _kept(self, pools: Pools, pool: int) -> Kept | None:
        """Return how long a pool's units keep; None where nothing leaves within the plan."""
        found = pools.keeping
        first, last = pools.first[pool], pools.first[pool + 1]
        batches = slice(found.first[first], found.first[last])
        leave = leaving_days(self.laws, found.leave_day[batches], found.is_lent[batches])
        life, attrition = float(found.shelf_life[pool]), float(found.attrition[pool])
        end = self.edges[-1]
        if attrition <= 0.0 and life >= end and not (leave < end).any():
            return None
        counts = np.diff(found.first[first : last + 1])
        location = np.repeat(np.arange(last - first), counts)
        return Kept(life, attrition, location, leave, found.quantity[batches])


def _pool(pools: Pools, pool: int) -> Pool:
    at = slice(pools.first[pool], pools.first[pool + 1])
    return Pool(
        pools.rate[at],
        pools.ship_days[at],
        pools.on_hand[at],
        pools.repair_share[pool],
        pools.repair_days[pool],
        pools.lead_days[pool],
        pools.rate_shape[pool],
    )
