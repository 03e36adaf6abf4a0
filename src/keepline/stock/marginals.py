"""Show why each part is bought as it is: what one unit more or fewer would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.echelon import METRIC, VARI_METRIC
from keepline.maths.measures import cell_backorders
from keepline.maths.pooling import WHOLE
from keepline.model.arrays import rate_of
from keepline.model.calendar import DAYS_PER_YEAR, date_of
from keepline.model.results import Marginals
from keepline.stock.rates import interval_of

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.stock.decided import Decided
    from keepline.stock.ground import Meeting, View
    from keepline.stock.judge import Judge

    Number = NDArray[np.float64]


def marginals_table(
    network: Network, judge: Judge, decided: Decided, order_by: Number
) -> pl.DataFrame:
    """Return the table ``marginals``: a row for every pool.

    Args:
        network: Names and the first day.
        judge: Every pool at every date.
        decided: The orders and what explains them.
        order_by: Last useful day to order [pools].
    """
    rows = [
        {
            **_stands(network, judge, view),
            **_around(network, judge, view, order_by[view.pool]),
            **_steps(decided, view.pool),
            **_cross_checks(judge, decided, view),
            "bought": int(decided.deliveries[view.pool].quantity.sum()),
            "bound_by": decided.bound_by[view.pool],
            "price": decided.price,
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
        **_failures(part),
        "removals_per_year": float(pools.rate[at].sum()) * DAYS_PER_YEAR,
        "repair_share": float(pools.repair_share[pool]),
        "repair_days": float(pools.repair_days[pool]),
        "returned_share": float(pools.returned_share[pool]),
        "lead_days": float(pools.lead_days[pool]),
        "unit_cost": float(pools.cost[pool]),
        "on_hand": int(pools.on_hand[at].sum()),
        "due": int(pools.due_quantity[pools.due_first[at.start] : pools.due_first[at.stop]].sum()),
    }


def _failures(part: dict[str, object]) -> dict[str, float]:
    """Tell the failure rate, and between which it lies with 95 %."""
    rate = rate_of(part)
    low, high = interval_of(rate.per_year, rate.shape)
    return {
        "failures_per_year": rate.per_year,
        "failures_per_year_low": low,
        "failures_per_year_high": high,
    }


def _around(network: Network, judge: Judge, view: View, order_by: float) -> dict[str, object]:
    """Tell when supply and repair are cut, and what is outstanding at the end."""
    meeting, start = view.meeting, network.start
    return {
        "supply_cut_on": _date(meeting.first_cut(), start),
        "repair_cut_on": _date(_repair_cut(meeting), start),
        "order_by": date_of(order_by, start),
        "outstanding_at_end": float(view.mean[-1] @ meeting.case_chance)
        if len(judge.dates.day)
        else 0.0,
    }


def _steps(decided: Decided, pool: int) -> dict[str, object]:
    """Tell the service lost with the units chosen, with one step fewer and with one step more."""
    step = decided.steps[pool]
    return {
        "step": step.units,
        "service_lost": step.lost,
        "service_lost_fewer": step.fewer,
        "service_lost_more": step.more,
    }


def _cross_checks(judge: Judge, decided: Decided, view: View) -> dict[str, object]:
    """Tell the service lost with the units chosen by the approximations that others use."""
    cells = decided.offers.views[view.pool].cells
    stock = view.stock_with(decided.deliveries[view.pool])
    weight = float(judge.pools.weight[view.pool])
    return {
        f"service_lost_{name}": weight * float(cells.weight @ cell_backorders(cells, *stock, law))
        for name, law in (("metric", METRIC), ("vari_metric", VARI_METRIC))
    }


def _repair_cut(meeting: Meeting) -> float:
    days = [np.inf]
    for law in meeting.laws:
        at = slice(meeting.every.first[law], meeting.every.first[law + 1])
        days.extend(meeting.every.start[at][meeting.every.repair_left[at] < WHOLE][:1])
    return float(min(days))


def _date(day: float, start: dt.date) -> dt.date | None:
    return date_of(day, start) if np.isfinite(day) else None
