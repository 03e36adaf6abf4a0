"""See what leaves a pool's shelves unless it is used: by age, by chance, or called back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.arrivals import arriving, arriving_whole, leaving_days
from keepline.maths.leaving import Batches, Shelves
from keepline.maths.leaving_measures import is_exact, mean_losses, measures_with_losses
from keepline.maths.outstanding import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.descent import Cells
    from keepline.maths.pooling import Laws
    from keepline.model.arrays import Pools
    from keepline.stock.ground import Delivery, Meeting
    from keepline.stock.moving_base import MovingBase

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Leaving:
    """Hold what may leave the shelves of one pool.

    Attributes:
        shelves: Rates, ship days, and how long units keep.
        batches: Units on hand and due, under each of the part's laws.
        flows: Restorations under the laws, one after the other.
        first_flow: Where those of each law begin [laws + 1].
        every: All laws.
        laws: Those of the part, as rows of all laws [laws].
    """

    shelves: Shelves
    batches: Batches
    flows: Flow
    first_flow: Whole
    every: Laws
    laws: Whole

    def measures(
        self,
        cells: Cells,
        stock: tuple[Whole, Whole],
        seen: tuple[Number, Whole, Number],
        delivery: Delivery,
    ) -> Number:
        """Return units short and the chance of any, in each cell, with purchases [n, 2].

        Args:
            cells: The pool's.
            stock: At the centre a ship time ago and at the depots, with all that ever came.
            seen: Day, law by its row, and factor of the failure rate of each cell.
            delivery: What is bought.
        """
        batches = self._with(delivery)
        s0, s = stock
        day, law, factor = seen
        return np.asarray(
            measures_with_losses(
                cells,
                s0,
                s,
                day,
                law,
                factor,
                self.shelves,
                batches,
                self.flows,
                self.first_flow,
            )
        )

    def expected(self, cells: Cells, seen: tuple[Number, Whole, Number], there: Number) -> Cells:
        """Return cells with the units gone on average taken off, purchases counted while they keep.

        The optimiser looks through these; what it chooses is judged by `measures`.

        Args:
            cells: The pool's.
            seen: Day, law by its row, and factor of the failure rate of each cell.
            there: When a unit ordered on the first day comes to each location [m].
        """
        gone, gone_away = mean_losses(
            len(cells.weight), *seen, self.shelves, self.batches, self.flows, self.first_flow
        )
        keeps = seen[0][:, None] < there[None, :] + self.shelves.life
        before = seen[0][:, None] - self.shelves.ship_days[None, :]
        return cells._replace(
            s0=np.maximum(0, cells.s0 - np.rint(gone).astype(np.int64)),
            s=np.maximum(0, cells.s - np.rint(gone_away).astype(np.int64)),
            at_centre=cells.at_centre & (before < there[0] + self.shelves.life),
            at_depot=cells.at_depot & keeps,
        )

    def pooled(self) -> Leaving:
        """Return the same with all locations taken as one."""
        rate = np.array([self.shelves.rate.sum()])
        place = np.zeros_like(self.batches.location)
        return replace(
            self,
            shelves=self.shelves._replace(rate=rate, ship_days=np.zeros(1)),
            batches=self.batches._replace(location=place),
        )

    def first_day(self) -> float:
        """Return the first day on which a unit on hand or due may leave, under some law."""
        if self.shelves.attrition > 0.0:
            return 0.0
        comes = self.batches.quantity > 0
        return float(self.batches.leave[comes].min(initial=np.inf))

    def is_exact(self, day: float) -> bool:
        """Tell whether the figures are exact up to a day, rather than on the safe side."""
        spans = zip(self.first_flow[:-1], self.first_flow[1:], strict=True)
        flows = [Flow(*(column[at:end] for column in self.flows)) for at, end in spans]
        return all(is_exact(self.shelves, flow, day) for flow in flows)

    def _with(self, delivery: Delivery) -> Batches:
        if not len(delivery.quantity):
            return self.batches
        place = np.minimum(delivery.location, len(self.shelves.rate) - 1)
        ships = self.shelves.ship_days[place]
        comes = arriving_whole(self.every, delivery.day - ships, delivery.quantity)
        leave = np.repeat((delivery.day + self.shelves.life)[:, None], len(self.laws), axis=1)
        more = Batches(place, delivery.day, leave, comes[self.laws].T)
        return _joined([self.batches, more])


def leaving_of(
    pools: Pools,
    meeting: Meeting,
    flows: Sequence[Flow],
    pool: int,
    end: float,
    moving: MovingBase | None = None,
) -> Leaving | None:
    """Return what may leave a pool's shelves within the plan; None where nothing can.

    Args:
        pools: Every pool.
        meeting: The laws of supply that the part meets, each once.
        flows: Restorations under each of them [laws].
        pool: The pool's row.
        end: The plan's last moment.
        moving: How a programme changes the base; what leaves is then counted at the least rate of
            removals that there ever is.
    """
    kept, first, last = pools.keeping, int(pools.first[pool]), int(pools.first[pool + 1])
    life, attrition = float(kept.shelf_life[pool]), float(kept.attrition[pool])
    on_hand = slice(kept.first[first], kept.first[last])
    of_batch = np.repeat(np.arange(last - first), np.diff(kept.first[first : last + 1]))
    lent = kept.is_lent[on_hand]
    leave = leaving_days(meeting.every, kept.leave_day[on_hand], lent)[:, meeting.laws]
    if attrition <= 0.0 and life >= end and not (leave < end).any():
        return None
    quantity = np.repeat(kept.quantity[on_hand][:, None], len(meeting.laws), axis=1)
    here = Batches(of_batch, np.zeros(len(of_batch)), leave, quantity)
    due = slice(pools.due_first[first], pools.due_first[last])
    place = np.repeat(np.arange(last - first), np.diff(pools.due_first[first : last + 1]))
    ships, day = pools.ship_days[first:last], pools.due_day[due]
    comes = arriving(meeting.every, day - ships[place], pools.due_quantity[due])[meeting.laws].T
    later = Batches(place, day, np.repeat((day + life)[:, None], len(meeting.laws), axis=1), comes)
    rates, batches = np.array(pools.rate[first:last]), [here, later]
    if moving is not None:
        rates = np.array([clock.least_rate() for clock in moving.clocks])
        batches.append(_harvested(moving, life, len(meeting.laws)))
    return Leaving(
        shelves=Shelves(rates, np.array(ships), life, attrition, moving is None),
        batches=_joined(batches),
        flows=Flow(*(np.concatenate(column) for column in zip(*flows, strict=True))),
        first_flow=np.cumsum([0, *(len(flow.start) for flow in flows)]).astype(np.int64),
        every=meeting.every,
        laws=meeting.laws,
    )


def _harvested(moving: MovingBase, life: float, laws: int) -> Batches:
    """Return what is harvested, which keeps as long as what is new."""
    place = np.repeat(np.arange(len(moving.harvests)), [len(one.day) for one in moving.harvests])
    day = np.concatenate([one.day for one in moving.harvests])
    units = np.concatenate([one.units for one in moving.harvests])
    leave = np.repeat((day + life)[:, None], laws, axis=1)
    return Batches(place, day, leave, np.repeat(units[:, None], laws, axis=1))


def _joined(parts: Sequence[Batches]) -> Batches:
    location, there, leave, quantity = zip(*parts, strict=True)
    return Batches(
        np.concatenate(location).astype(np.int64),
        np.concatenate(there).astype(np.float64),
        np.ascontiguousarray(np.concatenate(leave), dtype=np.float64),
        np.ascontiguousarray(np.concatenate(quantity), dtype=np.int64),
    )
