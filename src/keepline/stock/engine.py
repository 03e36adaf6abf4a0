"""Find what to buy: exact curves, the best choice, orders in time, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.model.calendar import month_edges
from keepline.stock.choose import choose
from keepline.stock.collide import collisions
from keepline.stock.decided import decide
from keepline.stock.ground import Dates, view
from keepline.stock.judge import Judge
from keepline.stock.limits import Ordering
from keepline.stock.marginals import marginals_table
from keepline.stock.points import days_held, frontier_points, is_held
from keepline.stock.relaxation import relaxations_table
from keepline.stock.tables import frontier_table, outlook_table, purchases_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.stock.choose import Chosen
    from keepline.stock.decided import Decided
    from keepline.stock.ground import View
    from keepline.stock.judge import Course
    from keepline.stock.relaxation import Relaxation

    Number = NDArray[np.float64]


@dataclass(frozen=True)
class Stocked:
    """Hold what to buy and what it brings.

    Attributes:
        purchases: The result table.
        outlook: The result table.
        marginals: The result table.
        frontier: The result table.
        relaxations: The result table.
        today: Expected availability by month, nothing bought.
        planned: The same with the purchases.
        availability_today: Average over the plan and the branches, nothing bought.
        availability_plan: The same with the purchases.
        service_lost_today: Expected traffic without service in the months that decide, each
            missing unit counted at its part's weight, nothing bought.
        service_lost_plan: The same with the purchases.
        service_lost_bound: No purchases of the same cost, ordered on the first day or, where limits
            forbid that, in any quarter within the limits, leave less.
        gap: How far the plan is above the bound, as a share of the plan's service lost.
        is_target_met: Whether the purchases, as they are ordered, meet the service target.
        cost_to_target: What meeting it costs; where the plan does not, what it would cost were
            money no limit, in all or by quarter; None when no money can.
    """

    purchases: pl.DataFrame
    outlook: pl.DataFrame
    marginals: pl.DataFrame
    frontier: pl.DataFrame
    relaxations: pl.DataFrame
    today: Number
    planned: Number
    availability_today: float
    availability_plan: float
    service_lost_today: float
    service_lost_plan: float
    service_lost_bound: float
    gap: float
    is_target_met: bool
    cost_to_target: float | None


def plan_stock(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
) -> Stocked:
    """Find what to buy for a network under a policy.

    Minimises expected service lost, averaged over the months of the plan and the scenario's
    branches, exactly over both echelons (maths.md, sections 1, 2 and 4): the least cost for the
    service target or, where the stock budget does not reach it, the best for the budget. All is
    ordered on the first day unless that breaks a limit: money by quarter, what a part's sources
    deliver, room in depots. Then orders go over the quarters, by the last-time buy under limits
    (section 5), and are judged as exactly.

    Args:
        network: A checked network.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        places: How the units stand at sites.
        branches: The result table ``branches``.
        policy: Service target and budget.

    Returns:
        What to buy and what it brings, with the certified gap.
    """
    settled = settle(network, pools, supply, places, branches, policy)
    collided = collisions(
        settled.judge,
        policy,
        settled.chosen,
        settled.ordering,
        settled.order_by,
        settled.decided,
    )
    return _stocked(network, branches, policy, settled, collided)


@dataclass(frozen=True)
class Settled:
    """Hold the orders of a plan and what they were decided with.

    Attributes:
        judge: Judges any purchases.
        chosen: What would be ordered on the first day.
        ordering: When orders may be placed, and the limits.
        decided: The orders and what explains them.
        order_by: Last useful day to order [pools].
        today: What today's stock brings.
    """

    judge: Judge
    chosen: Chosen
    ordering: Ordering
    decided: Decided
    order_by: Number
    today: list[Course]


def settle(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
) -> Settled:
    """Decide what to order for a network under a policy, without telling it as tables."""
    chances = np.array(branches["probability"].to_numpy(), np.float64)
    dates = Dates.of(np.array(month_edges(network.start, network.end)))

    def views(dates: Dates) -> list[View]:
        return [view(pools, supply, chances, dates, pool) for pool in range(len(pools.part))]

    days = policy.service.survive_days
    lasting = views(dates.with_day(days)) if days is not None else []
    traffic = float(network["sites"]["traffic"].sum())
    judge = Judge(pools, places, views(dates), dates, chances, traffic, lasting)
    today = judge.today()
    chosen = choose(judge, policy)
    order_by = _order_by(network, judge, today, policy.service.confidence)
    ordering = Ordering.of(network, pools, policy.budget)
    decided = decide(judge, policy, chosen, ordering, order_by)
    return Settled(judge, chosen, ordering, decided, order_by, today)


def _stocked(
    network: Network,
    branches: pl.DataFrame,
    policy: Policy,
    settled: Settled,
    collided: list[Relaxation],
) -> Stocked:
    judge, decided = settled.judge, settled.decided
    order_by, today = settled.order_by, settled.today
    pools, share, lost = judge.pools, decided.offers.share, decided.lost
    deliveries, bounds = decided.deliveries, decided.bound_by
    months = judge.by_month(decided.planned)
    average = judge.average(judge.availability(decided.planned))
    held = days_held(judge, deliveries, policy)
    gains = decided.gain_per_cost / (judge.traffic or 1.0)
    names = branches["branch_id"].to_list()
    return Stocked(
        purchases=purchases_table(network, pools, deliveries, order_by, gains, bounds),
        outlook=outlook_table(network, names, pools, judge.views, today, decided.planned),
        marginals=marginals_table(network, judge, decided, order_by),
        frontier=frontier_table(
            [
                (decided.cost, float(months.min()), average, held, lost),
                *frontier_points(decided.offers, judge, policy),
            ]
        ),
        relaxations=relaxations_table(network, collided),
        today=judge.by_month(today),
        planned=months,
        availability_today=judge.average(judge.availability(today)),
        availability_plan=average,
        service_lost_today=judge.service_lost(today, share),
        service_lost_plan=lost,
        service_lost_bound=decided.bound,
        gap=(lost - decided.bound) / lost if lost > 0.0 else 0.0,
        is_target_met=is_held(judge, policy, deliveries),
        cost_to_target=decided.cost_to_target,
    )


def _order_by(network: Network, judge: Judge, today: Sequence[Course], confidence: float) -> Number:
    """Return the last useful day to order each pool's units.

    That is the last day on which they still arrive before any branch cuts supply; where none does,
    before today's course first runs short at the confidence; else the plan's last day.
    """
    found = np.empty(len(today))
    for pool, (seen, course) in enumerate(zip(judge.views, today, strict=True)):
        last = seen.meeting.last_order_day()
        short = np.nonzero(course.chance @ seen.meeting.chance > 1.0 - confidence)[0]
        if not np.isfinite(last) and len(short):
            last = float(judge.dates.day[short[0]]) - seen.meeting.lead_days
        found[pool] = max(0.0, min(last, network.horizon_days - 1.0))
    return found
