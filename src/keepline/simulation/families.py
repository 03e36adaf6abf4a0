"""Bring a network into the form that the field kernel plays: families of parts that meet in play.

A family is the parts of one central depot's tree that are joined by a substitute or by a workshop;
mostly a single part. What no mechanism joins is played apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.field.family import Family, Parts, Places, Rows
from keepline.maths.pooling import Laws
from keepline.model import arrays
from keepline.simulation.ground import Ground, depots_of_rows, ground_of, rows_of
from keepline.simulation.joined import Joined, Trees, counted_rows, joined
from keepline.simulation.shelves import coming_in, stock_on

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools, Supply
    from keepline.model.mechanisms import Mechanisms
    from keepline.model.network import Network
    from keepline.model.programme import Swapped
    from keepline.simulation.ground import Spans
    from keepline.simulation.play import Bought

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class FieldSetup(NamedTuple):
    """Hold every family, as today's course and as the plan plays it; f families.

    Attributes:
        ground: Who stands where.
        families: Today's course [f].
        planned: The plan's; None where it is today's, or where there is no plan [f].
        family_rows: For each row of a family, its row of ``ground`` [f].
        family_parts: Rows of the parts table; a pooled part by the one that is bought [f].
        family_pools: Rows of the pools, part by part [f].
        family_depots: Rows of the depots table, the central depot first [f].
        laws: Every law of supply.
        law: The law that each part follows in each timeline [parts, timelines].
        swap_day: Planned day of each swap [W].
    """

    ground: Ground
    families: tuple[Family, ...]
    planned: tuple[Family | None, ...]
    family_rows: tuple[Whole, ...]
    family_parts: tuple[Whole, ...]
    family_pools: tuple[Whole, ...]
    family_depots: tuple[Whole, ...]
    laws: Laws
    law: Whole
    swap_day: Number


class Course(NamedTuple):
    """Hold what a course has: pools with their stock, and what is bought for each."""

    pools: Pools
    purchases: list[Bought] | None


class _Table(NamedTuple):
    """Hold what the kernel wants to know of rows, whatever family they belong to [R]."""

    pool: Whole
    depot: Whole
    pace: Number
    harvested: Number
    lag: Number
    harvest_depot: Whole
    is_core: NDArray[np.bool_]


def field_setup(
    network: Network,
    original: Network,
    pooled_parts: pl.DataFrame | None,
    pools: Pools,
    supply: Supply,
    timelines: Whole,
    mechanisms: Mechanisms,
    planned: Course | None = None,
) -> FieldSetup:
    """Return a network's families, and the network's programme.

    Args:
        network: A checked network in which parts that are one count as one, with the places of
            what its programme brings (`keepline.model.programme.with_places`).
        original: The same before parts counted as one: by its parts sites are swapped.
        pooled_parts: The result table ``pooled_parts``; None where no parts are one.
        pools: The network's pools, with today's stock.
        supply: What is left of supply and repair.
        timelines: A branch of each timeline.
        mechanisms: Which ones are played: they say which parts meet.
        planned: The plan's course; None when there is no plan.
    """
    ground, spans, programme = ground_of(original)
    trees, join = Trees.of(network), joined(network, pools, mechanisms)
    as_part = counted_rows(network["parts"]["part_id"], pooled_parts)
    table = _table(network, original, as_part, pools, trees, ground, programme)
    laws = Laws(*supply[1:])
    family = join.family[table.pool]
    order = np.lexsort((np.arange(len(family)), table.pool, family))
    counts = np.bincount(family, minlength=len(join.pools))
    rows_by_family = np.split(order, np.cumsum(counts)[:-1])
    build = _Builder(trees, join, ground, spans, table, arrays.unit_rates(network), laws)
    families = tuple(
        build.family(number, rows, Course(pools, None))
        for number, rows in enumerate(rows_by_family[: len(join.pools)])
    )
    return FieldSetup(
        ground=ground,
        families=families,
        planned=tuple(
            None
            if planned is None or _is_same(pools, planned, mine)
            else build.stocked(family, mine, planned)
            for family, mine in zip(families, join.pools, strict=True)
        ),
        family_rows=tuple(rows_by_family[: len(join.pools)]),
        family_parts=tuple(pools.part[mine] for mine in join.pools),
        family_pools=join.pools,
        family_depots=tuple(trees.members[int(pools.root[mine[0]])] for mine in join.pools),
        laws=laws,
        law=supply.law[:, timelines],
        swap_day=spans.day,
    )


def _is_same(pools: Pools, planned: Course, mine: Whole) -> bool:
    """Tell whether a plan leaves the pools of a family as they are today."""
    for pool in mine:
        ends = pools.first[pool : pool + 2]
        at, due = slice(*ends), slice(*planned.pools.due_first[ends])
        if planned.purchases is not None and len(planned.purchases[pool][0]):
            return False
        if not np.array_equal(pools.on_hand[at], planned.pools.on_hand[at]):
            return False
        if planned.pools.due_is_moved[due].any():
            return False
    return True


def _table(
    network: Network,
    original: Network,
    as_part: Whole,
    pools: Pools,
    trees: Trees,
    ground: Ground,
    programme: Swapped,
) -> _Table:
    """Return what the kernel wants to know of each row."""
    depots = network["depots"]
    depot, part = depots_of_rows(network, ground), as_part[ground.row_part]
    numbers = np.full((len(depots), len(as_part)), -1)
    numbers[pools.root, pools.part] = np.arange(len(pools.part))
    ours, own = arrays.unit_rates(network)[part], arrays.unit_rates(original)[ground.row_part]
    pace = np.divide(own, ours, out=np.ones(len(ours)), where=ours > 0.0)
    harvested, lag = np.zeros(len(depot)), np.zeros(len(depot))
    home = trees.root[depot]
    taken, swap = (programme.taken[name].to_numpy() for name in ("installed", "swap"))
    harvested[taken] = programme.swaps["harvested"].to_numpy()[swap]
    lag[taken] = programme.swaps["lag"].to_numpy()[swap]
    to = _known(programme.swaps["harvest_depot_id"], depots["depot_id"])[swap]
    home[taken] = np.where(to >= 0, to, home[taken])
    is_core = (network["sites"]["function"] == "core").to_numpy()[ground.row_site]
    pool = numbers[trees.root[depot], part]
    return _Table(pool, depot, pace, harvested, lag, home, is_core)


def _known(cells: pl.Series, ids: pl.Series) -> Whole:
    """Return the row of the id that each cell names, -1 where it names none."""
    found = np.full(len(cells), -1)
    found[cells.is_not_null().to_numpy()] = rows_of(cells.drop_nulls(), ids)
    return found


class _Builder(NamedTuple):
    """Build families out of what is known of the whole network."""

    trees: Trees
    join: Joined
    ground: Ground
    spans: Spans
    table: _Table
    unit_rates: Number
    laws: Laws

    def family(self, number: int, rows: Whole, course: Course) -> Family:
        """Return a family with the stock of a course."""
        mine, pools, trees = self.join.pools[number], course.pools, self.trees
        depots = trees.members[int(pools.root[mine[0]])]
        keep = np.broadcast_to(trees.reserve[depots], (len(mine), len(depots))).copy()
        return Family(
            self._parts(mine, pools),
            Places(trees.ship_days[depots], trees.lateral_days[depots], keep),
            self._rows(mine, rows),
            stock_on(trees.spot, pools, mine, self.laws),
            coming_in(trees.spot, pools, mine, course.purchases, self.laws),
            self.join.at_once[number],
        )

    def stocked(self, family: Family, mine: Whole, course: Course) -> Family:
        """Return the same family with the stock of another course."""
        spot, pools = self.trees.spot, course.pools
        return family._replace(
            stock=stock_on(spot, pools, mine, self.laws),
            coming=coming_in(spot, pools, mine, course.purchases, self.laws),
        )

    def _parts(self, mine: Whole, pools: Pools) -> Parts:
        stand_in = [self.join.substitutes[pool] for pool in mine]
        counts = [len(others) for others in stand_in]
        others = np.array([other for several in stand_in for other in several], np.int64)
        return Parts(
            rate=self.unit_rates[pools.part[mine]],
            rate_shape=pools.rate_shape[mine],
            repair_share=pools.repair_share[mine],
            repair_days=pools.repair_days[mine],
            lead_days=pools.lead_days[mine],
            returned_share=pools.returned_share[mine],
            shop=self.join.shop[mine],
            shelf_life=pools.keeping.shelf_life[mine],
            attrition=pools.keeping.attrition[mine],
            stream=mine,
            substitute_first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            substitute=np.searchsorted(mine, others),
        )

    def _rows(self, mine: Whole, rows: Whole) -> Rows:
        ground, table, spot = self.ground, self.table, self.trees.spot
        part = np.searchsorted(mine, table.pool[rows])
        return Rows(
            part=part,
            location=spot[table.depot[rows]],
            quantity=ground.row_quantity[rows],
            spare=ground.row_spare[rows],
            priority=ground.site_traffic[ground.row_site[rows]],
            is_core=table.is_core[rows],
            from_day=np.zeros(len(rows)),
            until_day=np.full(len(rows), np.inf),
            swap=self.spans.swap[rows],
            harvest_yield=table.harvested[rows],
            harvest_lag=table.lag[rows],
            harvest_location=spot[table.harvest_depot[rows]],
            harvest_part=part,
            start_swap=self.spans.start_swap[rows],
            pace=table.pace[rows],
        )
