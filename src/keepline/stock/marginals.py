"""Show why each part is bought as it is: what one unit more or fewer would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.pooling import WHOLE
from keepline.model.calendar import DAYS_PER_YEAR, date_of
from keepline.model.results import Marginals

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.stock.choose import Chosen
    from keepline.stock.ground import Meeting, View
    from keepline.stock.judge import Judge
    from keepline.stock.offers import Offers
    from keepline.stock.quarters import Spread

    Number = NDArray[np.float64]


def marginals_table(
    network: Network,
    judge: Judge,
    chosen: Chosen,
    orders: Spread,
    order_by: Number,
    bound_by: Sequence[str],
    cost: float,
) -> pl.DataFrame:
    """Return the table ``marginals``: a row for every pool.

    Args:
        network: Names and the first day.
        judge: Every pool at every date.
        chosen: The units chosen and the curves that they were chosen from.
        orders: The orders as they are placed.
        order_by: Last useful day to order [pools].
        bound_by: What stops buying more, of each pool.
        cost: What the purchases cost in all.
    """
    price = _price(chosen.offers, cost)
    rows = [
        {
            **_stands(network, judge, view),
            **_around(network, judge, view, order_by[view.pool]),
            **_steps(chosen.offers, view.pool, int(chosen.units[view.pool])),
            "bought": int(orders.deliveries[view.pool].quantity.sum()),
            "bound_by": bound_by[view.pool],
            "price": price,
        }
        for view in judge.views
    ]
    schema = {name: column.dtype for name, column in Marginals.columns().items()}
    return pl.DataFrame(rows, schema=schema)


def _stands(network: Network, judge: Judge, view: View) -> dict[str, object]:
    """Tell what stands in service and what fails."""
    pools, places, pool = judge.pools, judge.places, view.pool
    part = network["parts"].row(int(pools.part[pool]), named=True)
    root = network["depots"].row(int(pools.root[pool]), named=True)
    at = slice(pools.first[pool], pools.first[pool + 1])
    groups = slice(places.first[pool], places.first[pool + 1])
    return {
        "part_id": part["part_id"],
        "depot_id": root["depot_id"],
        "operator_id": root["operator_id"],
        "supplier_id": part["supplier_id"],
        "sites": round(float((places.units[groups] / places.quantity[groups]).sum())),
        "installed": float(pools.installed[pool]),
        "failures_per_year": part["failures_per_year"],
        "removals_per_year": float(pools.rate[at].sum()) * DAYS_PER_YEAR,
        "repair_share": float(pools.repair_share[pool]),
        "repair_days": float(pools.repair_days[pool]),
        "lead_days": float(pools.lead_days[pool]),
        "unit_cost": float(pools.cost[pool]),
        "on_hand": int(pools.on_hand[at].sum()),
        "due": int(pools.due_quantity[pools.due_first[at.start] : pools.due_first[at.stop]].sum()),
    }


def _around(network: Network, judge: Judge, view: View, order_by: float) -> dict[str, object]:
    """Tell when supply and repair are cut, and what is outstanding at the end."""
    meeting, start = view.meeting, network.start
    return {
        "supply_cut_on": _date(meeting.first_cut(), start),
        "repair_cut_on": _date(_repair_cut(meeting), start),
        "order_by": date_of(order_by, start),
        "outstanding_at_end": float(view.mean[-1] @ meeting.chance)
        if len(judge.dates.day)
        else 0.0,
    }


def _steps(offers: Offers, pool: int, units: int) -> dict[str, object]:
    """Tell the service lost with the units chosen, with one step fewer and with one step more."""
    first, last = offers.curves.first[pool : pool + 2]
    lot = int(offers.lot[pool])
    row = int(min(first + units // lot, last - 1))
    lost = offers.curves.weight[pool] * offers.curves.value[first:last]
    here = row - first
    return {
        "step": lot,
        "service_lost": float(lost[here]),
        "service_lost_fewer": float(lost[here - 1]) if here > 0 else None,
        "service_lost_more": float(lost[here + 1]) if row + 1 < last else float(lost[here]),
    }


def _price(offers: Offers, cost: float) -> float:
    """Return the service lost that one more currency unit would save, at the plan's cost."""
    corners = offers.frontier
    corner = int(np.searchsorted(corners.cost, cost, side="right")) - 1
    slope = corners.gain_per_cost[corner] if 0 <= corner < len(corners.pool) else 0.0
    return float(slope) if np.isfinite(slope) else 0.0


def _repair_cut(meeting: Meeting) -> float:
    days = [np.inf]
    for law in meeting.laws:
        at = slice(meeting.every.first[law], meeting.every.first[law + 1])
        days.extend(meeting.every.start[at][meeting.every.repair_left[at] < WHOLE][:1])
    return float(min(days))


def _date(day: float, start: dt.date) -> dt.date | None:
    return date_of(day, start) if np.isfinite(day) else None
