"""What one limit would have to be for the service target to be met, and the table of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from keepline.model.calendar import date_of
from keepline.model.limit_results import Relaxations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.network import Network

NONE = -1


class Relaxation(NamedTuple):
    """Tell what a limit would have to be; rows of the table ``relaxations`` are made from these."""

    limit: str
    unit: str
    now: float
    at_least: float | None = None
    enough: float | None = None
    is_alone: bool = True
    part: int = NONE  # row of the parts table
    depot: int = NONE  # row of the depots table
    day: float = NONE  # on which the quarter begins, in days of the plan

    @property
    def change(self) -> float:
        """Return how far the limit is from what it would have to be."""
        to = self.at_least if self.enough is None else self.enough
        return 0.0 if to is None else to - self.now


def relaxations_table(network: Network, found: Sequence[Relaxation]) -> pl.DataFrame:
    """Return the table ``relaxations``, in the order in which the rows are to be read."""
    parts, depots = network["parts"]["part_id"], network["depots"]["depot_id"]
    rows = [
        {
            "limit": one.limit,
            "part_id": parts[one.part] if one.part != NONE else None,
            "depot_id": depots[one.depot] if one.depot != NONE else None,
            "quarter": date_of(one.day, network.start) if one.day != NONE else None,
            "is_alone": one.is_alone,
            "limit_now": one.now,
            "at_least": one.at_least,
            "enough": one.enough,
            "change": one.change,
            "unit": one.unit,
        }
        for one in found
    ]
    kinds = {name: column.dtype for name, column in Relaxations.columns().items()}
    return pl.DataFrame(rows, schema=kinds)
