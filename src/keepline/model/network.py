"""The network: what we have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from keepline.model.declare import trait
from keepline.model.inputs import INPUTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from keepline.model.screening import Screening


@dataclass(frozen=True)
class Network:
    """Hold a checked network: its settings and every declared table.

    Attributes:
        name: What it is called.
        currency: ISO 4217 code of all money in it.
        start: First day of the plan; day 0 inside.
        end: Last day of the plan.
        source: Where its figures come from, as every output repeats.
        tables: A frame for every name of ``INPUTS``, empty where the network has none.
        hashes: SHA-256 of every file it was read from, by file name.
        screening: Who of its suppliers may be listed, or meant by names that a scenario uses; None
            where nobody was screened.
    """

    name: str
    currency: str
    start: dt.date
    end: dt.date
    source: str
    tables: Mapping[str, pl.DataFrame]
    hashes: Mapping[str, str] = field(default_factory=dict)
    screening: Screening | None = None

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.tables[table]

    @property
    def horizon_days(self) -> float:
        """Return how many days the plan has, first and last counted."""
        return float((self.end - self.start).days + 1)

    def day(self, date: dt.date) -> float:
        """Return a date as days since the plan's first day."""
        return float((date - self.start).days)


def complete(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return a frame for every declared table, empty ones added, columns in declared order.

    Columns that a frame lacks are added: filled with their default, or empty.
    """
    return {name: _fitted(name, tables.get(name)) for name in INPUTS}


def _fitted(name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    schema = INPUTS[name]
    if frame is None:
        return pl.DataFrame(schema.create_empty())
    columns = []
    for column_name, column in schema.columns().items():
        if column_name in frame.columns:
            filled = pl.col(column_name).cast(column.dtype)
        else:
            filled = pl.lit(None, dtype=column.dtype).alias(column_name)
        default = trait(column).default
        columns.append(filled if default is None else filled.fill_null(default))
    return frame.select(columns)
