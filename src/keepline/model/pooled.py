"""Write a network anew so that parts which are one in all but name are one part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.model import arrays

if TYPE_CHECKING:
    from keepline.model.arrays import Pools
    from keepline.model.network import Network


def pooled_network(network: Network, pooled_parts: pl.DataFrame) -> Network:
    """Return the network with every pooled part counted as the one that is bought for it.

    What is installed, in stock and on order moves to that part; its failures become the average
    over the installed units. The rows of parts stay, so that laws keep their place. Rows at a site
    are not added up: what stands in place as a spare there stays with its own units.

    Args:
        network: A checked network.
        pooled_parts: The result table ``pooled_parts``; with no rows the network is returned.
    """
    if pooled_parts.is_empty():
        return network
    tables = dict(network.tables)
    for name in ("installed", "stock", "orders"):
        tables[name] = counted_as(network[name], pooled_parts)
    tables["parts"] = _averaged(network["parts"], pooled_parts)
    return replace(network, tables=tables)


def counted_as(rows: pl.DataFrame, pooled_parts: pl.DataFrame) -> pl.DataFrame:
    """Return rows of which each names the part as which its part counts."""
    as_which = dict(pooled_parts.select("part_id", "counts_as").iter_rows())
    return rows.with_columns(pl.col("part_id").replace(as_which))


def _averaged(parts: pl.DataFrame, pooled_parts: pl.DataFrame) -> pl.DataFrame:
    """Return the parts, each one bought with the average failures of all that it counts for."""
    failures = pl.col("failures_per_year")
    rates = pooled_parts.join(parts.select("part_id", "failures_per_year"), on="part_id")
    known = rates.group_by("counts_as").agg(
        average=(failures * pl.col("installed")).sum() / pl.col("installed").sum(),
        # the same rate need not be averaged, and keeps every digit
        differ=(failures.n_unique() > 1) & (pl.col("installed").sum() > 0),
    )
    mean = known.filter("differ").select(part_id="counts_as", average="average")
    return parts.join(mean, on="part_id", how="left", maintain_order="left").with_columns(
        failures_per_year=pl.coalesce("average", "failures_per_year")
    ).drop("average")  # fmt: skip


def pooled_pools(network: Network, pooled: Network, pooled_parts: pl.DataFrame) -> Pools:
    """Return the pools of a pooled network, with each location's own rate of removals.

    Removals of several parts add up (Poisson); where the parts fail at different rates and stand
    side by side in different shares, the average rate would be wrong at every location.

    Args:
        network: The network as it is.
        pooled: The same with pooled parts counted as one.
        pooled_parts: The result table ``pooled_parts``.
    """
    pools = arrays.pools(pooled)
    if pooled_parts.is_empty():
        return pools
    rates = network["parts"].select("part_id", "failures_per_year")
    differing = (
        pooled_parts.join(rates, on="part_id")
        .group_by("counts_as")
        .agg(pl.col("failures_per_year").n_unique())
        .filter(pl.col("failures_per_year") > 1)["counts_as"]
    )
    if differing.is_empty():
        return pools
    row = {part: index for index, part in enumerate(network["parts"]["part_id"])}
    target = np.arange(len(row))
    for part, into in pooled_parts.select("part_id", "counts_as").iter_rows():
        if into in differing:
            target[row[part]] = row[into]
    own = arrays.pools(network)
    sums: dict[tuple[int, int], float] = {}
    parts = target[np.repeat(own.part, np.diff(own.first))]
    for part, depot, rate in zip(
        parts.tolist(), own.depot.tolist(), own.rate.tolist(), strict=True
    ):
        sums[part, depot] = sums.get((part, depot), 0.0) + rate
    places = np.repeat(pools.part, np.diff(pools.first))
    found = [sums.get(key, 0.0) for key in zip(places.tolist(), pools.depot.tolist(), strict=True)]
    return pools._replace(rate=np.array(found, np.float64))
