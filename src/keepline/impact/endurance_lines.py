"""Lay out what must be served: a line for each operator and part, and for each depot and part."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.arrivals import shares_at
from keepline.maths.doubt import CERTAIN, nodes_for
from keepline.maths.outstanding import most_outstanding, supply_flow
from keepline.maths.pooling import WHOLE
from keepline.maths.survival import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from keepline.maths.doubt import Nodes
    from keepline.maths.outstanding import Flow
    from keepline.maths.pooling import Laws
    from keepline.model.arrays import Pools, Supply
    from keepline.model.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def rows_of(network: Network, pools: Pools) -> pl.DataFrame:
    """Return a row per line: the pooled ones, then the depots that serve sites.

    Beside the names: `pools` and `locations`, row numbers in the arrays.
    """
    depots = network["depots"].select(
        "depot_id", "operator_id", depot=pl.row_index().cast(pl.Int64)
    )
    parts = network["parts"].select("part_id", "supplier_id", part=pl.row_index().cast(pl.Int64))
    of_pool = np.repeat(np.arange(len(pools.part)), np.diff(pools.first))
    places = (
        pl.DataFrame(
            {
                "pool": of_pool,
                "location": np.arange(len(pools.depot)),
                "part": pools.part[of_pool],
                "root": pools.root[of_pool],
                "depot": pools.depot,
                "on_hand": pools.on_hand,
                "rate": pools.rate,
            }
        )
        .join(parts, "part", maintain_order="left")
        .join(depots, "depot", maintain_order="left")
        .join(_installed(network), ["part_id", "depot_id"], "left", maintain_order="left")
        .with_columns(pl.col("installed").fill_null(0.0))
    )
    roots = depots.select(root="depot", owner="operator_id")
    pooled = (
        places.join(roots, "root", maintain_order="left")
        .group_by("part_id", "supplier_id", "owner", maintain_order=True)
        .agg(
            pl.col("pool").unique(maintain_order=True).alias("pools"),
            pl.col("location").alias("locations"),
            pl.col("on_hand", "installed").sum(),
        )
        .with_columns(depot_id=pl.lit(None, pl.String))
        .rename({"owner": "operator_id"})
    )
    single = places.filter(pl.col("rate") > 0.0).select(
        "part_id",
        "supplier_id",
        "operator_id",
        pl.concat_list("pool").alias("pools"),
        pl.concat_list("location").alias("locations"),
        "on_hand",
        "installed",
        "depot_id",
    )
    return pl.concat([pooled, single])


def _installed(network: Network) -> pl.DataFrame:
    return (
        network["installed"]
        .join(network["sites"].select("site_id", "depot_id"), "site_id")
        .group_by("part_id", "depot_id")
        .agg(pl.col("quantity").sum().cast(pl.Float64).alias("installed"))
    )


def lines_of(
    rows: pl.DataFrame,
    pools: Pools,
    supply: Supply,
    laws: Laws,
    probabilities: Floats,
    end: float,
) -> Lines:
    """Return the lines of the rows as arrays, with when one more unit for each would arrive.

    It is ordered on day 0 and reaches the centre after the longest lead time in force then, to the
    next whole day; a depot's travels on, to the next whole day again.
    """
    depot = np.array([one is not None for one in rows["depot_id"]], np.bool_)
    of_pools: list[list[int]] = rows["pools"].to_list()
    places: list[list[int]] = rows["locations"].to_list()
    first = np.array([one[0] for one in of_pools], np.int64)
    here = np.array([one[0] for one in places], np.int64)
    centre = pools.first[first]
    is_away = depot & (here != centre)
    total = np.add.reduceat(pools.rate, pools.first[:-1]) if len(pools.part) else np.empty(0)
    flat = np.array([pool for one in of_pools for pool in one], np.int64)
    doubts = _doubts(pools, supply, laws, end)
    first_law, law, chance, factor = _laws(pools.part[first], supply, probabilities, doubts)
    first_due, order, is_own = _due(places, depot, centre, pools)
    rate = pools.rate[here]
    starts = _starts([len(one) for one in of_pools])
    there = _first_arrivals(starts, pools.lead_days[flat], first_law, law, chance, laws)
    owner = np.repeat(np.arange(len(rows)), np.diff(first_law))
    more_day = np.where(is_away, np.ceil(there + pools.ship_days[here]), there)
    return Lines(
        first_pool=starts,
        rate=total[flat],
        repair_share=pools.repair_share[flat],
        repair_days=pools.repair_days[flat],
        returned_share=pools.returned_share[flat],
        lead_days=pools.lead_days[flat],
        first_law=first_law,
        law=law,
        chance=chance,
        factor=factor,
        own_rate=np.where(depot, rate, 0.0),
        share=np.where(depot, rate / np.where(depot, total[first], 1.0), 1.0),
        ship_days=np.where(is_away, pools.ship_days[here], 0.0),
        central=np.where(depot, pools.on_hand[centre], rows["on_hand"].to_numpy()),
        own=np.where(is_away, pools.on_hand[here], 0),
        first_due=first_due,
        due_day=pools.due_day[order],
        is_own=is_own,
        order=order,
        more=np.zeros(len(rows), np.int64),
        more_day=more_day,
        is_more_own=is_away,
        is_more_whole=shares_at(laws, there)[law, owner] >= WHOLE,
    )


def _first_arrivals(
    starts: Ints, lead_days: Floats, first_law: Ints, law: Ints, chance: Floats, laws: Laws
) -> Floats:
    """Return the day on which a unit ordered on day 0 is on the shelf of the nearest centre."""
    if len(starts) == 1:
        return np.empty(0)
    at_start = [
        laws.lead_factor[begin + np.searchsorted(laws.start[begin:end], 0.0, side="right") - 1]
        for begin, end in pairwise(laws.first)
    ]
    factor = np.where(chance > 0.0, np.array(at_start)[law], 0.0)
    longest = np.maximum.reduceat(factor, first_law[:-1])
    return np.asarray(np.ceil(np.minimum.reduceat(lead_days, starts[:-1]) * longest))


def _starts(counts: Sequence[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _doubts(pools: Pools, supply: Supply, laws: Laws, end: float) -> dict[int, Nodes]:
    """Return the nodes of every part's failure rate, fine enough for all its pools together."""
    doubted = np.flatnonzero(np.isfinite(pools.rate_shape))
    most: dict[int, float] = {}
    for pool in doubted.tolist():
        part = int(pools.part[pool])
        rate = float(pools.rate[pools.first[pool] : pools.first[pool + 1]].sum())
        means = [
            most_outstanding(rate, _flow(pools, laws, pool, int(law)), end)
            for law in np.unique(supply.law[part])
        ]
        most[part] = most.get(part, 0.0) + max(means)
    shapes = dict(zip(pools.part.tolist(), pools.rate_shape.tolist(), strict=True))
    return {part: nodes_for(shapes[part], mean) for part, mean in most.items()}


def _flow(pools: Pools, laws: Laws, pool: int, law: int) -> Flow:
    at = slice(laws.first[law], laws.first[law + 1])
    return supply_flow(
        laws.start[at],
        laws.supply_share[at],
        laws.lead_factor[at],
        laws.repair_left[at],
        float(pools.repair_share[pool]),
        float(pools.repair_days[pool]),
        float(pools.lead_days[pool]),
        float(pools.returned_share[pool]),
    )


def _laws(
    part: Ints, supply: Supply, probabilities: Floats, doubts: Mapping[int, Nodes]
) -> tuple[Ints, Ints, Floats, Floats]:
    """Return the laws that each line's part meets, like branches taken together.

    Where the failure rate is uncertain each stands once for every node of the rate.
    """
    known: dict[int, tuple[Ints, Floats, Floats]] = {}
    for one in np.unique(part).tolist():
        laws, branch = np.unique(supply.law[one], return_inverse=True)
        chance = np.bincount(branch, probabilities, len(laws)).astype(np.float64)
        nodes = doubts.get(one, CERTAIN)
        known[one] = (
            np.repeat(laws, len(nodes.weight)),
            np.outer(chance, nodes.weight).ravel(),
            np.tile(nodes.factor, len(laws)),
        )
    found = [known[one] for one in part.tolist()]
    return (
        _starts([len(laws) for laws, _, _ in found]),
        np.concatenate([np.empty(0, np.int64), *(laws for laws, _, _ in found)]),
        np.concatenate([np.empty(0), *(chance for _, chance, _ in found)]),
        np.concatenate([np.empty(0), *(factor for _, _, factor in found)]),
    )


def _due(
    places: list[list[int]], depot: NDArray[np.bool_], centre: Ints, pools: Pools
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return the orders due of each line, and whether they arrive at the depot itself."""
    counts: list[int] = []
    order: list[int] = []
    is_own: list[bool] = []
    for line, locations in enumerate(places):
        centre_too = [int(centre[line])] if depot[line] and locations[0] != centre[line] else []
        before = len(order)
        for location in (*centre_too, *locations):
            mine = range(int(pools.due_first[location]), int(pools.due_first[location + 1]))
            order += mine
            is_own += [bool(centre_too) and location == locations[0]] * len(mine)
        counts.append(len(order) - before)
    return _starts(counts), np.array(order, np.int64), np.array(is_own, np.bool_)
