"""What may be ordered in which quarter: money, what suppliers can deliver, room in depots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy_ground import ROUNDING, Limits
from keepline.model import arrays
from keepline.model.calendar import add_months, date_of, month_edges, month_starts, quarter_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.network import Network
    from keepline.model.policy import Budget

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

QUARTER_MONTHS = 3


@dataclass(frozen=True)
class Ordering:
    """Hold when orders may be placed and what limits them.

    Attributes:
        day: The days of order, the first of each quarter [quarters].
        limits: On money; on each part's supply by quarter [parts, quarters]; on each tree's room
            [depots], by the row of its centre.
        volume: Of one unit, in m3 [pools].
        months: Of each quarter within the plan; one that is cut off counts in part [quarters].
    """

    day: Number
    limits: Limits
    volume: Number
    months: Number

    @classmethod
    def of(cls, network: Network, pools: Pools, budget: Budget) -> Ordering:
        """Gather the limits of a network and a budget.

        Args:
            network: Sources and depots.
            pools: Its pools.
            budget: Money, in all and by quarter.
        """
        day = np.array(order_days(network))
        bounds = arrays.bounds(network)
        months = _months(network, day)
        with np.errstate(invalid="ignore"):
            capacity = np.where(
                np.isfinite(bounds.per_month)[:, None],
                bounds.per_month[:, None] * months[None, :],
                np.inf,
            )
        left = [budget.left_in(date_of(one, network.start)) for one in day]
        limits = Limits(
            np.inf if budget.stock is None else budget.stock,
            np.array([np.inf if one is None else one for one in left]),
            capacity,
            bounds.room,
        )
        return cls(day, limits, bounds.volume[pools.part], months)

    def has_only_quarters(self) -> bool:
        """Tell whether money by quarter and in all are the only limits."""
        return not (np.isfinite(self.limits.capacity).any() or np.isfinite(self.limits.room).any())

    def without_money(self) -> Ordering:
        """Return the same with money without limit."""
        free = np.full(len(self.day), np.inf)
        return self.with_limits(self.limits._replace(budget=np.inf, quarter_budget=free))

    def with_limits(self, limits: Limits) -> Ordering:
        """Return the same within other limits."""
        return replace(self, limits=limits)

    def lets_through(self, pools: Pools, units: Whole) -> bool:
        """Tell whether units may all be ordered on the first day.

        Args:
            pools: Every pool.
            units: Of each [pools].
        """
        limits = self.limits
        of_parts = np.bincount(pools.part, units, len(limits.capacity))
        room = np.bincount(pools.root, self.volume * units, len(limits.room))
        spare = 1.0 + ROUNDING
        return bool(
            pools.cost @ units <= limits.quarter_budget[0] * spare
            and (of_parts <= limits.capacity[:, 0] * spare).all()
            and (room <= limits.room * spare).all()
        )


def order_days(network: Network) -> list[float]:
    """Return the first day of the plan and of every later calendar quarter in it."""
    days = [0.0]
    first = add_months(quarter_start(network.start), QUARTER_MONTHS)
    while first <= network.end:
        days.append(network.day(first))
        first = add_months(first, QUARTER_MONTHS)
    return days


def _months(network: Network, day: Number) -> Number:
    """Return how many months of each quarter lie in the plan; a month cut off counts in part."""
    edges = np.array(month_edges(network.start, network.end))
    lengths = [
        (add_months(first, 1) - first).days for first in month_starts(network.start, network.end)
    ]
    share = np.diff(edges) / np.array(lengths)
    quarter = np.searchsorted(day, edges[:-1], side="right") - 1
    return np.bincount(quarter, share, len(day)).astype(np.float64)
