"""Say what a plan advises in short, and judge it by what was known only later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.arrivals import arriving_whole
from keepline.model.moving import carried_in, moves_table
from keepline.stock.answers import with_stock_moved
from keepline.stock.engine import judge_of, settle, settled_by
from keepline.stock.ground import Delivery
from keepline.stock.tables import purchases_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.moving import Carried
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.stock.judge import Judge

    Number = NDArray[np.float64]


@dataclass(frozen=True)
class Advice:
    """Hold what a plan advises.

    Attributes:
        moves: The result table ``moves``.
        purchases: The result table ``purchases``.
        availability_today: Expected availability in the worst month, nothing moved or bought.
        availability_planned: The same with the plan.
        is_target_met: Whether the plan meets the service target.
    """

    moves: pl.DataFrame
    purchases: pl.DataFrame
    availability_today: float
    availability_planned: float
    is_target_met: bool


@dataclass(frozen=True)
class Verdict:
    """Hold what acting on a plan's first day does under what really happens.

    Attributes:
        availability_advised: Expected availability in the worst month with what was advised.
        availability_reachable: No orders of the first day reach more in the worst month, after the
            plan's moves or none.
        cost_to_target: What meeting the target costs; None when no money can.
        too_late: Parts, by row, of which a unit ordered on the first day does not arrive whole.
    """

    availability_advised: float
    availability_reachable: float
    cost_to_target: float | None
    too_late: tuple[int, ...]


def advise(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
) -> Advice:
    """Return what `plan_stock` advises, without telling why.

    Args:
        network: A checked network.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        places: How the units stand at sites.
        branches: The result table ``branches``.
        policy: Service target and budget.
    """
    settled = settle(network, pools, supply, places, branches, policy)
    before, judge, decided = settled.plain.judge, settled.judge, settled.decided
    carried = settled.moving.carried
    gains = decided.gain_per_cost / (judge.traffic or 1.0)
    saved = np.zeros(len(carried.quantity))
    return Advice(
        moves=moves_table(network, before.pools, carried, saved, policy.budget.move_cost),
        purchases=purchases_table(
            network, before.pools, decided.deliveries, settled.answer.order_by, gains,
            decided.bound_by,
        ),
        availability_today=_worst(before, [Delivery.none()] * len(before.views)),
        availability_planned=_worst(judge, decided.deliveries),
        is_target_met=settled.answer.is_met,
    )  # fmt: skip


def look_back(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
    advice: Advice,
) -> Verdict:
    """Judge a plan by what really happened, and what acting on its first day could still do.

    The plan's moves and orders are placed as they were advised; orders that reach the centre when
    supply is short come as far as it is left. What the network as it is planned in truth has no
    place for (a part that was planned as one with another and no longer is) counts for nothing.

    Args:
        network: The network, parts that are one in truth counted as one.
        pools: Its pools.
        supply: What is left of supply and repair in truth, in every branch that is still open.
        places: How the units stand at sites.
        branches: The result table ``branches`` of the truth.
        policy: Service target and budget.
        advice: The plan, made with that day's knowledge.
    """
    judge = judge_of(network, pools, supply, places, branches, policy)
    held = _places(network, pools)
    moved = with_stock_moved(judge, _carried(network, judge, held, advice.moves))
    # moves help where orders come too late
    reachable = max(_worst(one, [view.plenty() for view in one.views]) for one in (judge, moved))
    target = policy.service.availability
    cost = None
    if target is None or reachable >= target:
        settled = settled_by(network, judge, policy)
        cost = settled.decided.cost_to_target
    return Verdict(
        availability_advised=_worst(moved, _deliveries(network, held, judge, advice.purchases)),
        availability_reachable=reachable,
        cost_to_target=cost,
        too_late=_too_late(judge),
    )


def _worst(judge: Judge, deliveries: Sequence[Delivery]) -> float:
    return float(judge.by_month(judge.courses(deliveries)).min())


def _carried(network: Network, judge: Judge, places: pl.DataFrame, moves: pl.DataFrame) -> Carried:
    """Return the moves that the network has places and stock for."""
    for end in ("from_depot_id", "to_depot_id"):
        moves = moves.join(
            places, left_on=["part_id", end], right_on=["part_id", "depot_id"], how="semi"
        )
    key = ["part_id", "from_depot_id"]
    stock = places.select("part_id", from_depot_id="depot_id", held="on_hand")
    units, held = pl.col("quantity"), pl.col("held")
    kept = pl.min_horizontal(units, (held - units.cum_sum().over(key) + units).clip(0))
    moves = moves.join(stock, key).with_columns(quantity=kept).filter(units > 0).drop("held")
    return carried_in(network, judge.pools, moves)


def _places(network: Network, pools: Pools) -> pl.DataFrame:
    sizes = np.diff(pools.first)
    pool = np.repeat(np.arange(len(sizes)), sizes)
    return pl.DataFrame(
        {
            "part_id": network["parts"]["part_id"].gather(pools.part[pool]),
            "depot_id": network["depots"]["depot_id"].gather(pools.depot),
            "pool": pool,
            "location": np.arange(len(pool)) - pools.first[pool],
            "on_hand": pools.on_hand,
        },
        schema_overrides={"pool": pl.Int64, "location": pl.Int64},
    )


def _deliveries(
    network: Network, places: pl.DataFrame, judge: Judge, purchases: pl.DataFrame
) -> list[Delivery]:
    days = {
        name: (pl.col(name) - network.start).dt.total_days().cast(pl.Float64)
        for name in ("order_on", "arrives_on")
    }
    found = purchases.with_columns(**days).join(places, ["part_id", "depot_id"])
    by_pool = {key[0]: rows for key, rows in found.partition_by("pool", as_dict=True).items()}
    placed = []
    for view in judge.views:
        rows = by_pool.get(view.pool)
        if rows is None:
            placed.append(Delivery.none())
            continue
        location, quantity = (np.array(rows[one], np.int64) for one in ("location", "quantity"))
        ordered, there = (np.array(rows[one], np.float64) for one in days)
        placed.append(Delivery(location, ordered, there, quantity))
    return placed


def _too_late(judge: Judge) -> tuple[int, ...]:
    """Return the parts of which a unit ordered on the first day does not arrive under some law."""
    found = set()
    for view in judge.views:
        there = np.array([view.meeting.arrival_day(0.0)])
        comes = arriving_whole(view.meeting.every, there, np.ones(1, np.int64))
        if (comes[view.meeting.laws] == 0).any():
            found.add(int(judge.pools.part[view.pool]))
    return tuple(sorted(found))
