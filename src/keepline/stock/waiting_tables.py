"""Turn ways to wait into result tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from keepline.maths.two_orders import EQUAL
from keepline.model.calendar import date_of
from keepline.model.waiting_results import Waiting, WaitingParts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.network import Network
    from keepline.stock.staged import Staged

    Number = NDArray[np.float64]


class Told(NamedTuple):
    """Hold one strategy for all pools."""

    strategy: str
    first: Number
    """float64[pools]: units ordered on the first day, expected where they depend on the outcome."""
    second: Number
    """float64[outcomes, pools]: units ordered after it."""
    service_lost: float
    availability_worst: float | None
    total: float
    total_low: float

    @property
    def is_exact(self) -> bool:
        """Tell whether the total is the least there is."""
        return more(self.total, self.total_low) == 0.0


def more(value: float, other: float) -> float:
    """Return by how much a value is above another; what is no more than rounding is nothing."""
    return value - other if value - other > EQUAL * abs(value) else 0.0


def waiting_table(told: Sequence[Told], cost: Number, chance: Number) -> pl.DataFrame:
    """Return the table ``waiting``.

    Args:
        told: The strategies.
        cost: Of a unit [pools].
        chance: Of each outcome of the signal: it happens, it does not.
    """
    rows: list[dict[str, object]] = [
        {
            "strategy": one.strategy,
            "units_now": float(one.first.sum()),
            "cost_now": float(one.first @ cost),
            "units_if": float(one.second[0].sum()),
            "cost_if": float(one.second[0] @ cost),
            "units_if_not": float(one.second[1].sum()),
            "cost_if_not": float(one.second[1] @ cost),
            "units_after": float(chance @ one.second.sum(axis=1)),
            "cost_after": float(chance @ one.second @ cost),
            "service_lost": one.service_lost,
            "availability_worst": one.availability_worst,
            "total": one.total,
            "total_low": one.total_low,
            "law": "bound" if one.strategy == "knew already" or not one.is_exact else "exact",
        }
        for one in told
    ]
    return _declared(Waiting, rows)


def parts_table(
    network: Network, pools: Pools, found: Sequence[Staged], price: float
) -> pl.DataFrame:
    """Return the table ``waiting_parts``: a row for every pool.

    Args:
        network: Names and the first day.
        pools: Every pool.
        found: Each pool's ways.
        price: Service lost that a currency unit must save.
    """
    rows: list[dict[str, object]] = []
    for pool, one in enumerate(found):
        part = network["parts"].row(int(pools.part[pool]), named=True)
        root = network["depots"].row(int(pools.root[pool]), named=True)
        staged, day = one.staged, one.free_until
        rows.append(
            {
                "part_id": part["part_id"],
                "depot_id": root["depot_id"],
                "operator_id": root["operator_id"],
                "supplier_id": part["supplier_id"],
                "unit_cost": float(pools.cost[pool]),
                "units_all_now": int(one.now.first.sum()),
                "units_now": int(staged.first.sum()),
                "units_if": int(staged.second[0].sum()),
                "units_if_not": int(staged.second[1].sum()),
                "free_until": None if day is None else date_of(day, network.start),
                "value_of_waiting": more(one.now.value, staged.value) / price,
                "cost_of_waiting": more(one.wait.value, staged.value) / price,
                "law": "bound" if more(staged.value, one.staged_low) else "exact",
            }
        )
    return _declared(WaitingParts, rows).sort("part_id", "depot_id")


def _declared(table: type[Waiting | WaitingParts], rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in table.columns().items()}
    return pl.DataFrame(rows, schema=schema)
