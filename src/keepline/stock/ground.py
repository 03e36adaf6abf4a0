"""See each pool at every date under every law of supply that its part meets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.arrivals import arriving_whole
from keepline.maths.descent import Cells
from keepline.maths.doubt import CERTAIN, Nodes, nodes_for
from keepline.maths.measures import cell_measures
from keepline.maths.outstanding import supply_flow
from keepline.maths.pooling import WHOLE, Laws
from keepline.stock.demand import demand_of
from keepline.stock.leaving import Leaving, leaving_of
from keepline.stock.lying import stock_of
from keepline.stock.moving_base import MovingBase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow
    from keepline.model.arrays import Pools, Supply
    from keepline.model.base import Base

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: All cells of a view.
EVERY: Final = slice(None)


@dataclass(frozen=True)
class Dates:
    """Hold the dates at which stock is judged.

    Attributes:
        day: The middle of each month of the plan, in days [dates].
        share: The month's share of the plan; adds up to 1 [dates].
        length: Days of the whole plan.
    """

    day: Number
    share: Number
    length: float

    @classmethod
    def of(cls, edges: Number) -> Dates:
        """Take the middle of each period between the edges."""
        days = np.diff(edges)
        return cls(edges[:-1] + days / 2.0, days / days.sum(), float(edges[-1]))

    def with_day(self, day: float) -> Dates:
        """Return the same dates and one day more, of no weight; a day past the plan is its end."""
        days = np.union1d(self.day, min(day, self.length))
        share = np.zeros(len(days))
        share[np.searchsorted(days, self.day)] = self.share
        return Dates(days, share, self.length)


@dataclass(frozen=True)
class Delivery:
    """Hold units bought for a pool: for which location, ordered when, there when, how many."""

    location: Whole
    order_day: Number
    day: Number
    quantity: Whole

    @classmethod
    def none(cls) -> Delivery:
        """Return nothing bought."""
        return cls(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int64))


@dataclass(frozen=True)
class Meeting:
    """Hold the laws of supply that a pool's part meets over the scenario's branches.

    Where the failure rate is uncertain, every law stands once for each node of the rate: these are
    the pool's *cases*, law by law.

    Attributes:
        every: All laws.
        laws: Those of the part, as rows of all laws; each as often as there are nodes [cases].
        chance: Probability of each law [laws].
        branch: Which of them holds in each branch [branches].
        lead_days: From order to the centre's shelf.
        nodes: Of the failure rate.
    """

    every: Laws
    laws: Whole
    chance: Number
    branch: Whole
    lead_days: float
    nodes: Nodes = CERTAIN

    @property
    def case_chance(self) -> Number:
        """Return the probability of each case [cases]."""
        return np.outer(self.chance, self.nodes.weight).ravel()

    def by_law(self, values: Number) -> Number:
        """Return the mean over the nodes of what is given by case: [..., cases] to [..., laws]."""
        each = values.reshape((*values.shape[:-1], len(self.chance), len(self.nodes.weight)))
        return np.asarray(each @ self.nodes.weight)

    def doubted(self, nodes: Nodes) -> Meeting:
        """Return the same with nodes of an uncertain failure rate."""
        laws = np.repeat(self.laws, len(nodes.weight))
        return replace(self, laws=laws, nodes=nodes)

    @classmethod
    def of(cls, pools: Pools, supply: Supply, chances: Number, pool: int) -> Meeting:
        """Gather the laws of a pool's part; like branches count as one law."""
        laws, branch = np.unique(supply.law[pools.part[pool]], return_inverse=True)
        chance = np.bincount(branch, chances, len(laws)).astype(np.float64)
        lead_days = float(pools.lead_days[pool])
        return cls(Laws(*supply[1:]), laws, chance, branch.astype(np.int64), lead_days)

    def arrival_day(self, order_day: float) -> float:
        """Return the whole day by which an order is on the centre's shelf.

        The longest lead time in force under any law counts.
        """
        return float(math.ceil(order_day + self._lead(order_day)))

    def last_order_day(self) -> float:
        """Return the last day on which an order still arrives before any cut; inf for never cut.

        Where no order arrives in time the day is before the plan's first.
        """
        cut = self.first_cut()
        if cut == np.inf:
            return np.inf
        rows = [range(self.every.first[law], self.every.first[law + 1]) for law in self.laws]
        steps = sorted({float(self.every.start[row]) for found in rows for row in found})
        until = cut
        for begin in reversed([max(step, 0.0) for step in steps if step < cut]):
            last = math.floor(min(until - 1.0, cut - 1.0 - self._lead(begin)))
            if last >= begin:
                return float(last)
            until = begin
        return float(math.floor(cut - 1.0 - self._lead(0.0)))

    def first_cut(self) -> float:
        """Return the first day on which supply is not whole under some law; inf for never."""
        days = [np.inf]
        for law in self.laws:
            at = slice(self.every.first[law], self.every.first[law + 1])
            days.extend(self.every.start[at][self.every.supply_share[at] < WHOLE][:1])
        return float(min(days))

    def _lead(self, order_day: float) -> float:
        factors = [self.every.lead_factor[self._step(law, order_day)] for law in self.laws]
        return self.lead_days * float(max(factors))

    def _step(self, law: int, day: float) -> int:
        first, last = self.every.first[law], self.every.first[law + 1]
        row = np.searchsorted(self.every.start[first:last], day, side="right") - 1
        return int(first + max(row, 0))


@dataclass(frozen=True)
class View:
    """See one pool in cells: dates and, within a date, the cases that its part meets.

    Attributes:
        pool: Its row.
        dates: When it is seen.
        meeting: The laws.
        ship_days: Days from the centre to each location [m].
        cells: What decides backorders, with today's stock and orders due, and where a unit ordered
            on the first day has arrived; weights are probability times the date's share.
        mean: Units outstanding at the centre [dates, cases].
        moving: How a programme changes the base; None where none does.
        leaving: What may leave the shelves unused; None where nothing can within the plan.
        expected: The cells with what is gone on average taken off; None where nothing leaves.
    """

    pool: int
    dates: Dates
    meeting: Meeting
    ship_days: Number
    cells: Cells
    mean: Number
    moving: MovingBase | None = None
    leaving: Leaving | None = None
    expected: Cells | None = None

    @property
    def is_moving(self) -> bool:
        """Tell whether a programme changes the base."""
        return self.moving is not None

    @property
    def removed(self) -> Number:
        """Return what was removed and is outstanding at the centre [n]."""
        if self.moving is None:
            return self.mean.ravel()
        useless = self.moving.useless(self.dates.day, self.ship_days)[0][:, 0]
        return np.asarray(np.maximum(0.0, self.mean - useless[:, None]).ravel())

    @property
    def choice(self) -> Cells:
        """Return the cells by which the optimiser chooses."""
        return self.cells if self.expected is None else self.expected

    @property
    def keeps_days(self) -> float:
        """Return the days that a unit bought keeps."""
        return np.inf if self.leaving is None else self.leaving.shelves.life

    def for_ever(self) -> View:
        """Return the same view with nothing that leaves the shelves."""
        return replace(self, leaving=None, expected=None)

    def weighted(self, share: Number) -> View:
        """Return the same view with other weights of the dates [dates]."""
        weight = np.outer(share, self.meeting.case_chance).ravel()
        expected = None if self.expected is None else self.expected._replace(weight=weight)
        return replace(self, cells=self.cells._replace(weight=weight), expected=expected)

    def measures(self, delivery: Delivery, chosen: Flags | slice = EVERY) -> Number:
        """Return units short and the chance of any with purchases, in each of some cells [k, 2].

        Exact but for the chance over several depots, an upper bound; where units may leave the
        shelves, as `Leaving.is_exact` tells, both are upper bounds.
        """
        s0, s = (units[chosen] for units in self.stock_with(delivery))
        cells = Cells._make(column[chosen] for column in self.cells)
        if self.leaving is None:
            return np.asarray(cell_measures(cells, s0, s))
        day, law, factor = _seen(self.dates, self.meeting)
        seen = (day[chosen], law[chosen], factor[chosen])
        return self.leaving.measures(cells, (s0, s), seen, delivery)

    def measures_pooled(self, delivery: Delivery) -> Number:
        """Return the same with all stock in one place, for the units outstanding at the centre."""
        s0, s = self.stock_with(delivery)
        stock = (s0[:, :1] + s.sum(axis=1, keepdims=True), np.zeros((len(s0), 1), np.int64))
        none = np.zeros((len(s0), 1))
        no = np.zeros((len(s0), 1), np.bool_)
        cells = Cells(
            self.cells.weight, self.mean.reshape(-1, 1).copy(), stock[0], no, none, stock[1], no,
            np.ones((len(s0), 1)),
        )  # fmt: skip
        if self.leaving is None:
            return np.asarray(cell_measures(cells, *stock))
        place = replace(delivery, location=np.zeros_like(delivery.location))
        return self.leaving.pooled().measures(cells, stock, _seen(self.dates, self.meeting), place)

    def ordered(self, units: Whole) -> Delivery:
        """Return units for each location [m], ordered on the first day."""
        location = np.nonzero(units)[0].astype(np.int64)
        there = self.meeting.arrival_day(0.0)
        day = np.where(location == 0, there, np.ceil(there + self.ship_days[location]))
        return Delivery(location, np.zeros(len(location)), day, units[location])

    def plenty(self) -> Delivery:
        """Return more units for every location than can ever be missed."""
        most = float(self.mean.max() + self.cells.a.max())
        return self.ordered(np.full(len(self.ship_days), int(most + 12.0 * most**0.5) + 30))

    def stock_with(self, delivery: Delivery) -> tuple[Whole, Whole]:
        """Return the cells' central and depot stock with purchases added."""
        centre_day = delivery.day - self.ship_days[delivery.location]
        comes = arriving_whole(self.meeting.every, centre_day, delivery.quantity)
        units = np.tile(comes[self.meeting.laws], (len(self.dates.day), 1))
        cell_day = np.repeat(self.dates.day, len(self.meeting.laws))
        s0, s = self.cells.s0.copy(), self.cells.s.copy()
        for order, location in enumerate(delivery.location):
            there = delivery.day[order]
            if location == 0:
                seen = there <= cell_day[:, None] - self.ship_days[None, :]
                s0 += units[:, order, None] * seen
            else:
                s[:, location] += units[:, order] * (there <= cell_day)
        return s0, s


def view(
    pools: Pools, supply: Supply, chances: Number, dates: Dates, pool: int, base: Base | None = None
) -> View:
    """Return a pool as stock sees it.

    Args:
        pools: Every pool.
        supply: What is left of supply and repair in every branch.
        chances: Probability of each branch [branches].
        dates: When to look.
        pool: The pool's row.
        base: What a programme changes; None without one.
    """
    meeting = Meeting.of(pools, supply, chances, pool)
    flows = [flow_of(pools, meeting, int(law), pool) for law in meeting.laws]
    moving = None if base is None else MovingBase.of(base, pools, pool, dates.length)
    demand = demand_of(pools, pool, flows, dates.day, moving)
    mean = demand.mean
    leaving = leaving_of(pools, meeting, flows, pool, dates.length, moving)
    nodes = nodes_for(float(pools.rate_shape[pool]), float(mean[:, :, 0].max(initial=0.0)))
    meeting = meeting.doubted(nodes)
    mean = mean[:, :, None, :] * nodes.factor[:, None] + demand.useless[:, None, None, :]
    mean = mean.reshape(len(mean), -1, mean.shape[-1])
    ships = pools.ship_days[pools.first[pool] : pools.first[pool + 1]]
    day, cases = np.repeat(dates.day, len(meeting.laws)), len(meeting.laws)
    factor = np.tile(nodes.factor, len(day) // len(nodes.factor))
    at_centre, at_depot = _reach(meeting, ships, day)
    s0, s = stock_of(pools, meeting, pool, day, moving)
    cells = Cells(
        weight=np.outer(dates.share, meeting.case_chance).ravel(),
        m0=mean.reshape(-1, len(ships)),
        s0=s0,
        at_centre=at_centre,
        a=factor[:, None] * np.repeat(demand.on_the_way, cases, axis=0)
        + np.repeat(demand.useless_there, cases, axis=0),
        s=s,
        at_depot=at_depot,
        f=np.repeat(demand.share, len(nodes.factor), axis=1).reshape(-1, len(ships)),
    )
    central = np.ascontiguousarray(mean[:, :, 0])
    found = View(pool, dates, meeting, ships, cells, central, moving, leaving)
    if leaving is None:
        return found
    arrival = meeting.arrival_day(0.0)
    there = np.concatenate(([arrival], np.ceil(arrival + ships[1:])))
    return replace(found, expected=leaving.expected(cells, _seen(dates, meeting), there))


def _seen(dates: Dates, meeting: Meeting) -> tuple[Number, Whole, Number]:
    """Return each cell's day, law by its row among the part's, and factor of the failure rate."""
    nodes = len(meeting.nodes.weight)
    law = np.repeat(np.arange(len(meeting.chance)), nodes)
    factor = np.tile(meeting.nodes.factor, len(meeting.chance))
    count = len(dates.day)
    return np.repeat(dates.day, len(law)), np.tile(law, count), np.tile(factor, count)


def flow_of(pools: Pools, meeting: Meeting, law: int, pool: int) -> Flow:
    """Return how a pool's removed units are restored under a law."""
    steps = slice(meeting.every.first[law], meeting.every.first[law + 1])
    return supply_flow(
        meeting.every.start[steps],
        meeting.every.supply_share[steps],
        meeting.every.lead_factor[steps],
        meeting.every.repair_left[steps],
        float(pools.repair_share[pool]),
        float(pools.repair_days[pool]),
        meeting.lead_days,
        float(pools.returned_share[pool]),
    )


def restocked(seen: View, pools: Pools) -> View:
    """Return the same view with other stock and other arrivals due.

    Args:
        seen: The pool at every date.
        pools: Every pool, as the stock now lies.
    """
    day = np.repeat(seen.dates.day, len(seen.meeting.laws))
    s0, s = stock_of(pools, seen.meeting, seen.pool, day, seen.moving)
    return replace(seen, cells=seen.cells._replace(s0=s0, s=s))


def _reach(meeting: Meeting, ships: Number, day: Number) -> tuple[Flags, Flags]:
    """Mark the cells in which a unit ordered on the first day has arrived, at centre and depot."""
    there = meeting.arrival_day(0.0)
    units = arriving_whole(meeting.every, np.array([there]), np.ones(1, np.int64))
    comes = np.tile(units[meeting.laws, 0] > 0, len(day) // len(meeting.laws))
    at_centre = comes[:, None] & (there <= day[:, None] - ships[None, :])
    at_depot = comes[:, None] & (np.ceil(there + ships)[None, :] <= day[:, None])
    at_depot[:, 0] = False
    return at_centre, at_depot
