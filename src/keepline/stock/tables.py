"""Turn what was chosen and judged into result tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.finite import finite_backorders
from keepline.model.calendar import date_of, month_starts
from keepline.model.results import Frontier, Outlook, Purchases
from keepline.stock.ground import flow_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.network import Network
    from keepline.stock.ground import Delivery, View
    from keepline.stock.judge import Course

    Number = NDArray[np.float64]


def purchases_table(
    network: Network,
    pools: Pools,
    deliveries: Sequence[Delivery],
    order_by: Number,
    gains: Number,
    bound_by: Sequence[str],
) -> pl.DataFrame:
    """Return the table ``purchases``.

    Args:
        network: Names and the first day.
        pools: Every pool.
        deliveries: Each pool's orders.
        order_by: Last useful day to order, of each pool [pools].
        gains: Availability that the last unit adds per currency unit [pools].
        bound_by: What stops buying more, of each pool.
    """
    counts = [len(delivery.quantity) for delivery in deliveries]
    pool = np.repeat(np.arange(len(counts)), counts)
    location = pools.first[pool] + _joined(deliveries, "location", np.int64)
    order_day = _joined(deliveries, "order_day", np.float64)
    parts = network["parts"][pools.part[pool]]
    last = np.maximum(order_by[pool], order_day)
    start = network.start
    frame = pl.DataFrame(
        {
            "part_id": parts["part_id"],
            "depot_id": network["depots"]["depot_id"].gather(pools.depot[location]),
            "supplier_id": parts["supplier_id"],
            "order_on": [date_of(day, start) for day in order_day],
            "order_by": [date_of(min(day, network.horizon_days - 1), start) for day in last],
            "arrives_on": [date_of(day, start) for day in _joined(deliveries, "day", np.float64)],
            "quantity": _joined(deliveries, "quantity", np.int64),
            "unit_cost": parts["unit_cost"],
            "gain_per_cost": gains[pool],
            "bound_by": [bound_by[row] for row in pool.tolist()],
        },
        schema_overrides={
            "bound_by": pl.String,
            **dict.fromkeys(("order_on", "order_by", "arrives_on"), pl.Date),
        },
    )
    costed = frame.with_columns(cost=pl.col("quantity") * pl.col("unit_cost"))
    return costed.select(list(Purchases.columns())).sort("order_by", "part_id", "depot_id")


def _joined(deliveries: Sequence[Delivery], column: str, kind: type[np.generic]) -> np.ndarray:
    return np.concatenate([getattr(one, column) for one in deliveries] or [[]]).astype(kind)


def outlook_table(
    network: Network,
    branch_ids: Sequence[str],
    pools: Pools,
    views: Sequence[View],
    today: Sequence[Course],
    planned: Sequence[Course],
) -> pl.DataFrame:
    """Return the table ``outlook``: every part in every month and branch, pools added up."""
    months = month_starts(network.start, network.end)
    parts = np.unique(pools.part)
    row = {part: index for index, part in enumerate(parts)}
    shape = (7, len(parts), len(months), len(branch_ids))
    sums = np.zeros(shape)
    for view, now, then in zip(views, today, planned, strict=True):
        branch = view.meeting.branch
        at = row[pools.part[view.pool]]
        outstanding = view.meeting.by_law(view.mean)
        finite = (of_finite_base(pools, view, course.short) for course in (now, then))
        figures = (outstanding, now.short, then.short, now.chance, then.chance, *finite)
        for index, figure in enumerate(figures):
            sums[index, at] += figure[:, branch]
    chances = np.minimum(sums[3:5], 1.0).reshape(2, -1)
    size = len(months) * len(branch_ids)
    return pl.DataFrame(
        {
            "part_id": network["parts"]["part_id"].gather(np.repeat(parts, size)),
            "branch_id": list(branch_ids) * (len(parts) * len(months)),
            "month": [month for month in months for _ in branch_ids] * len(parts),
            "outstanding": sums[0].ravel(),
            "backorders": sums[1].ravel(),
            "backorders_planned": sums[2].ravel(),
            "backorders_finite": sums[5].ravel(),
            "backorders_planned_finite": sums[6].ravel(),
            "stockout_probability": chances[0],
            "stockout_probability_planned": chances[1],
        },
        schema_overrides={"branch_id": pl.String, "month": pl.Date},
    ).select(list(Outlook.columns()))


def of_finite_base(pools: Pools, view: View, short: Number) -> Number:
    """Return a pool's units short where missing units cannot fail [dates, laws]."""
    removals = float(pools.rate[pools.first[view.pool] : pools.first[view.pool + 1]].sum())
    if not removals or not short.any() or view.is_moving:
        return short
    rate = removals / float(pools.installed[view.pool])
    laws = view.meeting.laws[:: len(view.meeting.nodes.weight)]
    columns = [
        finite_backorders(
            np.ascontiguousarray(column),
            view.dates.day,
            flow_of(pools, view.meeting, int(law), view.pool),
            rate,
        )
        for law, column in zip(laws, short.T, strict=True)
    ]
    return np.stack(columns, axis=1)


def frontier_table(points: Sequence[tuple[float, float, float, float, float]]) -> pl.DataFrame:
    """Return the table ``frontier`` from (budget, worst month, average, days, service lost)."""
    ordered = sorted(set(points))
    return pl.DataFrame(
        {
            "point": np.arange(1, len(ordered) + 1),
            "budget": [point[0] for point in ordered],
            "availability": [point[1] for point in ordered],
            "availability_average": [point[2] for point in ordered],
            "survive_days": [point[3] for point in ordered],
            "service_lost": [point[4] for point in ordered],
        }
    ).select(list(Frontier.columns()))
