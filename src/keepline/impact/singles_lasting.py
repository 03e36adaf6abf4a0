"""Bound how long today's stock lasts when something is lost on the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.impact.endurance_leaving import leavers_of, narrowed
from keepline.impact.endurance_lines import lines_of, rows_of
from keepline.maths.arrivals import arriving
from keepline.maths.pooling import Laws
from keepline.maths.survival import lasting
from keepline.model import arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Pools, Supply
    from keepline.model.network import Network

    Ints = NDArray[np.int64]


class Lasts(NamedTuple):
    """Hold how long the stock of all parts touched lasts by one loss; None without any such.

    Attributes:
        at_least: Days surely held.
        at_most: Days held at most.
        part_id: The part that lasts the shortest, by the upper bound.
    """

    at_least: int | None = None
    at_most: int | None = None
    part_id: str | None = None


def lasts(
    network: Network,
    pools: Pools,
    steps: Sequence[pl.DataFrame],
    parts: Sequence[Sequence[str]],
    confidence: float,
) -> list[Lasts]:
    """Bound how long today's stock lasts, for several losses apart.

    Args:
        network: The network; gives names and dates.
        pools: Every pool.
        steps: For each loss, what it leaves of supply and repair: part_id, mode, day, share_left,
            lead_factor, price_factor.
        parts: The parts to tell of, for each loss.
        confidence: Probability with which nothing must be short.

    Returns:
        For each loss the days for which every line, an operator's depots pooled, is held.
    """
    branches = pl.DataFrame({"branch_id": [str(number) for number in range(len(steps))]})
    cuts = pl.concat(
        one.select(
            "part_id",
            pl.lit(str(number)).alias("branch_id"),
            "mode",
            (pl.lit(network.start) + pl.duration(days=pl.col("day"))).alias("from_on"),
            "share_left",
            "lead_factor",
            "price_factor",
        )
        for number, one in enumerate(steps)
    )
    supply = arrays.supply(network, cuts, branches)
    laws = Laws(supply.first, supply.start, supply.supply_share, supply.lead_factor,
                supply.repair_left)  # fmt: skip
    location_of = np.repeat(np.arange(len(pools.depot)), np.diff(pools.due_first))
    comes = arriving(laws, pools.due_day - pools.ship_days[location_of], pools.due_quantity)
    rows = rows_of(network, pools).with_row_index("line")
    rows = rows.filter(pl.col("depot_id").is_null())
    return [
        _least(
            network,
            pools,
            supply._replace(law=supply.law[:, [number]]),
            (laws, comes),
            rows.filter(pl.col("part_id").is_in(list(mine))),
            confidence,
        )
        for number, mine in enumerate(parts)
    ]


def _least(
    network: Network,
    pools: Pools,
    supply: Supply,
    flows: tuple[Laws, Ints],
    rows: pl.DataFrame,
    confidence: float,
) -> Lasts:
    if rows.is_empty():
        return Lasts()
    (laws, comes), end, surely = flows, network.horizon_days, np.ones(1)
    asked = np.array([confidence])
    lines = lines_of(rows, pools, supply, laws, surely, end)
    bounds = lasting(lines, laws, comes, asked, int(end))
    leavers = leavers_of(rows, pools, supply, laws, comes, end)
    if len(leavers.rows):
        which = rows["line"].to_numpy()[leavers.rows]
        some = rows_of(network, leavers.pools)[which]
        theirs = lines_of(some, leavers.pools, supply, laws, surely, end)
        left = lasting(theirs, laws, leavers.comes, asked, int(end))
        bounds = narrowed(bounds, left, leavers)
    least, most = bounds.least[:, 0], bounds.most[:, 0]
    worst = np.lexsort((rows["part_id"].to_numpy(), least, most))[0]
    return Lasts(int(least.min()), int(most.min()), rows["part_id"][int(worst)])
