"""Find what to buy: exact curves, the best choice, orders in time, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.model.calendar import month_edges
from keepline.model.moving import moves_table
from keepline.stock.answers import answered, saved_by_moves
from keepline.stock.collide import collisions
from keepline.stock.ground import Dates, view
from keepline.stock.judge import Judge
from keepline.stock.limits import Ordering
from keepline.stock.marginals import marginals_table
from keepline.stock.offers import CREW
from keepline.stock.points import days_held, frontier_points
from keepline.stock.relaxation import relaxations_table
from keepline.stock.tables import frontier_table, outlook_table, purchases_table

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from keepline.maths.crew import Crew
    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.stock.answers import Answer
    from keepline.stock.decided import Decided
    from keepline.stock.ground import View
    from keepline.stock.moves import Moving
    from keepline.stock.relaxation import Relaxation

    Number = NDArray[np.float64]


@dataclass(frozen=True)
class Stocked:
    """Hold what to buy and what it brings.

    Attributes:
        moves: The result table: what is carried before anything is bought.
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
            money no limit, in all or by quarter, after the same moves; None when no money can.
        moves_lost: Service lost, nothing bought and nothing moved, in the months that decide where
            nothing is moved.
        moves_left: The same with the moves.
        moves_bound: No placement of today's stock over the depots leaves less of it.
        cost_without_moves: What the purchases would cost with nothing moved, all ordered on the
            first day where the plan with moves is much cheaper than that.
    """

    moves: pl.DataFrame
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
    moves_lost: float
    moves_left: float
    moves_bound: float
    cost_without_moves: float


def plan_stock(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
    *,
    crew: Crew | None = None,
) -> Stocked:
    """Find what to carry between depots and what to buy for a network under a policy.

    Today's stock is first carried where it saves most, then units are bought. Minimises expected
    service lost, averaged over the months of the plan and the scenario's branches, exactly over
    both echelons (maths.md, sections 1, 2 and 4): the least cost for the service target or, where
    the stock budget does not reach it, the best for the budget. All is ordered on the first day
    unless that breaks a limit: money by quarter, what a part's sources deliver, room in depots.
    Then orders go over the quarters, by the last-time buy under limits (section 5), and are judged
    as exactly.

    Args:
        network: A checked network.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        places: How the units stand at sites, and what a programme of swaps changes.
        branches: The result table ``branches``.
        policy: Service target and budget.
        crew: Who works out the parts' curves; threads of this process unless given. No bit of the
            answer depends on it.

    Returns:
        What to buy and what it brings, with the certified gap.
    """
    settled = settle(network, pools, supply, places, branches, policy, crew)
    return told(network, branches, policy, settled)


def told(network: Network, branches: pl.DataFrame, policy: Policy, settled: Settled) -> Stocked:
    """Return decided orders as tables, with what they bring and what collides."""
    answer = settled.answer
    collided = collisions(
        answer.judge, policy, answer.chosen, settled.ordering, answer.order_by, answer.decided
    )
    return _stocked(network, branches, policy, settled, collided)


@dataclass(frozen=True)
class Settled:
    """Hold the orders of a plan and what they were decided with.

    Attributes:
        plain: What to buy with nothing moved.
        answer: What to buy with the moves.
        moving: The moves.
        ordering: When orders may be placed, and the limits.
    """

    plain: Answer
    answer: Answer
    moving: Moving
    ordering: Ordering

    @property
    def judge(self) -> Judge:
        """Return the judge of the stock once it is moved."""
        return self.answer.judge

    @property
    def decided(self) -> Decided:
        """Return the orders and what explains them."""
        return self.answer.decided


def settle(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
    crew: Crew | None = None,
) -> Settled:
    """Decide what to order for a network under a policy, without telling it as tables."""
    judge = judge_of(network, pools, supply, places, branches, policy, crew)
    return settled_by(network, judge, policy)


def judge_of(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
    crew: Crew | None = None,
) -> Judge:
    """Return the judge of a network's stock, with nothing moved or bought."""
    chances = np.array(branches["probability"].to_numpy(), np.float64)
    dates = Dates.of(np.array(month_edges(network.start, network.end)))

    base = places.base
    stands, units = (places, None) if base is None else (base.places, base.units)

    def views(dates: Dates) -> list[View]:
        return [view(pools, supply, chances, dates, pool, base) for pool in range(len(pools.part))]

    days = policy.service.survive_days
    lasting = views(dates.with_day(days)) if days is not None else []
    traffic = float(network["sites"]["traffic"].sum())
    return Judge(pools, stands, views(dates), dates, chances, traffic, lasting, crew or CREW, units)


def settled_by(network: Network, judge: Judge, policy: Policy) -> Settled:
    """Decide what to order for a network whose stock a judge judges."""
    ordering = Ordering.of(network, judge.pools, policy.budget)
    plain, answer, moving = answered(network, judge, policy, ordering)
    return Settled(plain, answer, moving, ordering)


def _stocked(
    network: Network,
    branches: pl.DataFrame,
    policy: Policy,
    settled: Settled,
    collided: list[Relaxation],
) -> Stocked:
    plain, answer, moving = settled.plain, settled.answer, settled.moving
    before, judge, decided = plain.judge, answer.judge, answer.decided
    today, first_share = before.today(), plain.decided.offers.share
    pools, share, lost = before.pools, decided.offers.share, decided.lost
    deliveries, bounds = decided.deliveries, decided.bound_by
    months = judge.by_month(decided.planned)
    average = judge.average(judge.availability(decided.planned))
    held = days_held(judge, deliveries, policy)
    gains = decided.gain_per_cost / (judge.traffic or 1.0)
    names = branches["branch_id"].to_list()
    saved = saved_by_moves(network, plain, answer, moving)
    return Stocked(
        moves=moves_table(network, pools, moving.carried, saved, policy.budget.move_cost),
        purchases=purchases_table(network, pools, deliveries, answer.order_by, gains, bounds),
        outlook=outlook_table(network, names, pools, judge.views, today, decided.planned),
        marginals=marginals_table(network, pools, judge, decided, answer.order_by),
        frontier=frontier_table(
            [
                (decided.cost, float(months.min()), average, held, lost),
                *frontier_points(decided.offers, judge, policy),
            ]
        ),
        relaxations=relaxations_table(network, collided),
        today=before.by_month(today),
        planned=months,
        availability_today=before.average(before.availability(today)),
        availability_plan=average,
        service_lost_today=before.service_lost(today, share),
        service_lost_plan=lost,
        service_lost_bound=decided.bound,
        gap=(lost - decided.bound) / lost if lost > 0.0 else 0.0,
        is_target_met=answer.is_met,
        cost_to_target=decided.cost_to_target,
        moves_lost=before.service_lost(today, first_share),
        moves_left=judge.service_lost(judge.today(), first_share),
        moves_bound=moving.bound,
        cost_without_moves=plain.decided.cost,
    )
