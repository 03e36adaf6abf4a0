"""When a programme's swaps take place in each replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.slipping import Slips, Swaps, slipped
from keepline.model.calendar import add_months, quarter_start

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.slipping import Slipping

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

_DAYS = 91.3125  # in a quarter, on average


class Schedule(NamedTuple):
    """Hold a programme's swaps and what may make them slip.

    Attributes:
        day: Planned day of each swap, in the order of the programme [W].
        order: Swaps by region and day: rows of ``day`` [W].
        swaps: The same as the kernel wants them; None where nothing slips.
        slips: What may happen; None likewise.
    """

    day: Number
    order: Whole
    swaps: Swaps | None
    slips: Slips | None

    def days(self, seed: int, first: int, count: int) -> Number:
        """Return the day of each swap in each replication of a block [count, W]."""
        if self.swaps is None or self.slips is None:
            return np.broadcast_to(self.day, (count, len(self.day)))
        found = np.empty((count, len(self.day)))
        found[:, self.order] = slipped(self.swaps, self.slips, seed, first, count)
        return found


def schedule_of(network: Network, swaps: pl.DataFrame, slipping: Slipping | None) -> Schedule:
    """Return a programme's swaps with the crews that do them.

    A region's crew days in a quarter are those of the table crews, of all operators together; but
    never fewer than what is planned for that quarter, nor than any one swap takes. A region without
    a row in crews has as many as its busiest quarter.

    Args:
        network: A checked network.
        swaps: Its swaps (`keepline.model.programme.Swapped`).
        slipping: What may make them slip; None when that is not played.
    """
    day = np.array(swaps["day"].to_numpy(), np.float64)
    if slipping is None or not slipping.is_possible or not len(day):
        return Schedule(day, np.arange(len(day)), None, None)
    regions = sorted(network["sites"]["region"].unique())
    row = {name: index for index, name in enumerate(regions)}
    region = np.array([row[name] for name in swaps["region"]], np.int64)
    order = np.lexsort((np.arange(len(day)), day, region))
    work = np.array(swaps["work"].to_numpy(), np.float64)
    edges = _quarters(network)
    first = np.searchsorted(region[order], np.arange(len(regions) + 1))
    capacity = _capacity(network, regions, edges)
    is_short = [slipping.short_region in (None, name) for name in regions]
    return Schedule(
        day=day,
        order=order,
        swaps=Swaps(
            day[order],
            work[order],
            first.astype(np.int64),
            _enough(capacity, day, work, region, edges),
            edges,
        ),
        slips=Slips(
            slipping.late_probability,
            slipping.late_days,
            network.day(slipping.late_from) if slipping.late_from else 0.0,
            np.where(is_short, slipping.short_probability, 0.0),
            slipping.short_share,
        ),
    )


def _quarters(network: Network) -> Number:
    """Return the days that part the plan into calendar quarters, the last one whole."""
    edges = [0.0]
    quarter = quarter_start(network.start)
    while edges[-1] < network.horizon_days:
        quarter = add_months(quarter, 3)
        edges.append(network.day(quarter))
    return np.array(edges)


def _capacity(network: Network, regions: list[str], edges: Number) -> Number:
    """Return the crew days of each region in each quarter by the table of crews."""
    found = np.zeros((len(regions), len(edges) - 1))
    row = {name: index for index, name in enumerate(regions)}
    for name, per_quarter, start, until in (
        network["crews"].select("region", "crew_days_per_quarter", "from", "until").iter_rows()
    ):
        if name not in row:
            continue
        begins = network.day(start) if start else -np.inf
        ends = network.day(until) + 1.0 if until else np.inf
        there = np.minimum(edges[1:], ends) - np.maximum(edges[:-1], begins)
        found[row[name]] += per_quarter * np.clip(there, 0.0, None) / _DAYS
    return found


def _enough(capacity: Number, day: Number, work: Number, region: Whole, edges: Number) -> Number:
    """Return crew days that suffice for the plan."""
    planned = np.zeros_like(capacity)
    quarter = np.searchsorted(edges, day, side="right") - 1
    inside = (quarter >= 0) & (quarter < planned.shape[1])
    np.add.at(planned, (region[inside], quarter[inside]), work[inside])
    largest = np.zeros(len(planned))
    np.maximum.at(largest, region, work)
    busiest = np.where(capacity.any(axis=1), 0.0, planned.max(axis=1))
    floor = np.maximum(largest, busiest)
    return np.maximum(np.maximum(capacity, planned), floor[:, None])
