"""Set what a programme harvests beside what stock must cover, by part and quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.model.calendar import month_starts, quarter_start
from keepline.model.programme import swapped

if TYPE_CHECKING:
    from keepline.impact import Impact
    from keepline.model.network import Network
    from keepline.stock import Settled

KEYS = ("part_id", "quarter")


def harvest_table(
    network: Network, found: Impact, settled: Settled, purchases: pl.DataFrame
) -> pl.DataFrame:
    """Return the table ``harvest``: parts that leave service, in every quarter of the plan.

    Args:
        network: With its programme, before parts that are one count as one.
        found: What is lost, and which parts are one.
        settled: The stock that was planned for it.
        purchases: The result table.
    """
    leaving = _leaving(network, found)
    parts = leaving["part_id"].unique()
    quarters = sorted({quarter_start(day) for day in month_starts(network.start, network.end)})
    every = pl.DataFrame({"part_id": parts}).join(pl.DataFrame({"quarter": quarters}), how="cross")
    tables = (
        _in_quarters(leaving, "gone", "quantity", "removed"),
        _in_quarters(leaving, "there", "usable", "harvested"),
        _needed(network, settled),
        _in_quarters(purchases, "arrives_on", "quantity", "bought"),
    )
    for table in tables:
        every = every.join(table, on=list(KEYS), how="left")
    numbers = ("removed", "harvested", "needed", "bought")
    return every.select(*KEYS, *(pl.col(one).fill_null(0.0) for one in numbers)).sort(KEYS)


def _leaving(network: Network, found: Impact) -> pl.DataFrame:
    """Return the rows that are taken out: part, units, usable units, day, day on a shelf."""
    programme = swapped(network)
    into = dict(found.pooled_parts.select("part_id", "counts_as").iter_rows())
    swaps = programme.swaps.with_columns(swap=pl.int_range(pl.len(), dtype=pl.Int64))
    rows = network["installed"][programme.taken["installed"]].select("part_id", "quantity")
    return (
        rows.hstack(programme.taken.select("swap"))
        .join(swaps.select("swap", "day", "lag", "harvested"), on="swap")
        .select(
            pl.col("part_id").replace(into),
            "quantity",
            usable=pl.col("quantity") * pl.col("harvested"),
            gone=_date(network, pl.col("day")),
            there=_date(network, pl.col("day") + pl.col("lag")),
        )
    )


def _date(network: Network, day: pl.Expr) -> pl.Expr:
    return pl.lit(network.start) + pl.duration(days=day.floor().cast(pl.Int64))


def _in_quarters(rows: pl.DataFrame, day: str, value: str, name: str) -> pl.DataFrame:
    """Return sums by part and quarter of a day."""
    return rows.group_by("part_id", quarter=pl.col(day).dt.truncate("1q")).agg(
        pl.col(value).sum().cast(pl.Float64).alias(name)
    )


def _needed(network: Network, settled: Settled) -> pl.DataFrame:
    """Return by how much what is outstanding grows in each quarter, over branches and depots.

    That is what fails and neither repair nor new supply restores. It is seen in the middle of the
    months: of each quarter, of its last.
    """
    judge = settled.judge
    months = month_starts(network.start, network.end)
    names = network["parts"]["part_id"]
    level: dict[str, np.ndarray] = {}
    for view in judge.views:
        found = view.removed.reshape(view.mean.shape) @ view.meeting.case_chance
        part = names[int(judge.pools.part[view.pool])]
        level[part] = level.get(part, np.zeros(len(months))) + found
    last = {quarter_start(day): row for row, day in enumerate(months)}
    rows = []
    for part, found in level.items():
        ends = np.array([found[row] for row in last.values()])
        grown = np.diff(ends, prepend=0.0)
        rows += [(part, day, max(0.0, float(one))) for day, one in zip(last, grown, strict=True)]
    schema = {"part_id": pl.String, "quarter": pl.Date, "needed": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
