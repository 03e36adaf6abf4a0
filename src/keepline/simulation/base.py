"""What the measures of every block stand on: names, prices, quarters, and how large figures are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.model.arrays import roots
from keepline.model.calendar import DAYS_PER_YEAR, month_edges, quarter_start
from keepline.simulation.outages import Sites
from keepline.simulation.tell import quarters_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.simulation.ground import Ground

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

#: Of what is expected to be spent or lie on shelves, figures are sure to be below so many times.
AMPLE = 16.0


class Place(NamedTuple):
    """Say where a family stands in the network.

    Attributes:
        parts: Row of the parts table of each of its parts [P].
        depots: Row of the depots table of each of its locations, the centre first [L].
    """

    parts: Whole
    depots: Whole


@dataclass(frozen=True)
class Base:
    """Hold what the measures of every block stand on.

    Attributes:
        sites: Sweeps outage logs.
        places: Where each family stands.
        operators: Ids by row of `Ground`; None for sites without one.
        regions: Names, likewise.
        technologies: Names, likewise.
        part_ids: Of the parts table.
        depot_ids: Of the depots table.
        unit_cost: Of each part.
        owners: Whose central depots there are, in order.
        owner: Row of ``owners`` of each depot's tree [depots].
        held: Row of ``owners`` and row of the parts table of all that is held somewhere, in order.
        courses: The courses played.
        chance: Probability of each timeline [timelines].
        edges: Moments that part the plan into months [months + 1].
        quarter: The quarter of each month, counted from 0 [months].
        planned: What the courses' own orders cost [courses, owners + 1, quarters].
        most_traffic: Traffic-days are no more than this.
        most_money: Nor is money than this.
        most_units: Nor units.
    """

    sites: Sites
    places: tuple[Place, ...]
    operators: tuple[str | None, ...]
    regions: tuple[str, ...]
    technologies: tuple[str, ...]
    part_ids: tuple[str, ...]
    depot_ids: tuple[str, ...]
    unit_cost: Number
    owners: tuple[str | None, ...]
    owner: Whole
    held: tuple[tuple[int, int], ...]
    courses: tuple[str, ...]
    chance: Number
    edges: Number
    quarter: Whole
    planned: Number
    most_traffic: float
    most_money: float
    most_units: float

    def held_names(self) -> list[tuple[str | None, str]]:
        """Return operator and part of all that is held."""
        return [(self.owners[owner], self.part_ids[part]) for owner, part in self.held]


def base_of(
    network: Network,
    ground: Ground,
    places: Sequence[Place],
    courses: tuple[str, ...],
    chance: Number,
    purchases: pl.DataFrame | None = None,
) -> Base:
    """Return what measures stand on.

    Args:
        network: A checked network, in which parts that are one count as one.
        ground: Who stands where.
        places: Where each family stands.
        courses: The courses played, today's first.
        chance: Probability of each timeline.
        purchases: The result table ``purchases`` of the second course.
    """
    depots, parts = network["depots"], network["parts"]
    root = roots(network)
    named = depots["operator_id"].gather(root).to_list()
    owners = tuple(sorted(set(named), key=lambda name: (name is None, name or "")))
    owner = np.array([owners.index(name) for name in named], np.int64)
    held = {(int(owner[one.depots[0]]), int(part)) for one in places for part in one.parts}
    months = quarters_of(network)
    quarters = list(dict.fromkeys(months))
    planned = np.zeros((len(courses), len(owners) + 1, len(quarters)))
    if purchases is not None:
        at = dict(zip(depots["depot_id"].to_list(), owner.tolist(), strict=True))
        for depot, day, cost in _orders(network, purchases).iter_rows():
            quarter = quarters.index(min(max(quarter_start(day), quarters[0]), quarters[-1]))
            planned[1, [at[depot], -1], quarter] += cost
    units, money = _most(network, 0 if purchases is None else int(purchases["quantity"].sum()))
    return Base(
        sites=Sites.of(ground),
        places=tuple(places),
        operators=ground.operators,
        regions=ground.regions,
        technologies=ground.technologies,
        part_ids=tuple(parts["part_id"]),
        depot_ids=tuple(depots["depot_id"]),
        unit_cost=np.array(parts["unit_cost"].to_numpy(), np.float64),
        owners=owners,
        owner=owner,
        held=tuple(sorted(held)),
        courses=courses,
        chance=chance,
        edges=np.array(month_edges(network.start, network.end)),
        quarter=np.array([quarters.index(one) for one in months], np.int64),
        planned=planned,
        most_traffic=float(ground.site_traffic.sum()) * network.horizon_days,
        most_money=money + float(planned.sum()),
        most_units=units,
    )


def _orders(network: Network, purchases: pl.DataFrame) -> pl.DataFrame:
    """Return depot, day of ordering and cost; what is not told is the arrival and the price."""
    parts = network["parts"].select("part_id", price="unit_cost")
    priced = purchases.join(parts, on="part_id", how="left", maintain_order="left")
    known = set(purchases.columns)
    return priced.select(
        "depot_id",
        "order_on" if "order_on" in known else "arrives_on",
        "cost" if "cost" in known else pl.col("quantity") * pl.col("price"),
    )


def _most(network: Network, bought: int) -> tuple[float, float]:
    """Return what no replication's units on shelves, nor its money, come near to."""
    years = network.horizon_days / DAYS_PER_YEAR
    parts = network["parts"].select("part_id", "unit_cost", "failures_per_year")
    price = float(parts["unit_cost"].max() or 0.0)  # type: ignore[arg-type]
    standing = network["installed"].join(parts, on="part_id")
    often = (1.0 + years * standing["failures_per_year"]) * standing["quantity"]
    stored = float(network["stock"]["on_hand"].sum())
    stored += float(network["orders"]["quantity"].sum()) + bought
    units = AMPLE * (float(often.sum()) + stored + 1.0)
    return units, AMPLE * (float((often * standing["unit_cost"]).sum()) + price * (stored + 1.0))
