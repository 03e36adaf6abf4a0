"""What is bought in the end, how near the best it is, and what stops buying more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.allocate import least_loss
from keepline.maths.lastbuy import buy_within
from keepline.maths.lastbuy_ground import ROUNDING, Case, Kind, used
from keepline.stock.limited import EFFORT, choose_limited
from keepline.stock.points import is_held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.lastbuy import LastBuy
    from keepline.model.policy import Policy
    from keepline.stock.choose import Chosen
    from keepline.stock.ground import Delivery
    from keepline.stock.judge import Course, Judge
    from keepline.stock.limited import Limited
    from keepline.stock.limits import Ordering
    from keepline.stock.offers import Offers

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

WORDS = {
    Kind.BUDGET: "budget",
    Kind.QUARTER_BUDGET: "quarter budget",
    Kind.CAPACITY: "supplier capacity",
    Kind.STORAGE: "storage",
}
MINIMUM_ORDER = "minimum order"


class Step(NamedTuple):
    """Tell a pool's service lost as it is, and with a step of units fewer and more."""

    units: int
    lost: float
    fewer: float | None
    more: float


@dataclass(frozen=True)
class Decided:
    """Hold the orders and what explains them.

    Attributes:
        offers: Every pool in the months that decide.
        deliveries: Each pool's orders.
        planned: What they bring.
        cost: Of all of them.
        lost: Service lost in the months that decide.
        bound: No purchases of that cost within the limits leave less.
        price: Service lost that one more currency unit would save.
        steps: Each pool's last and next units.
        gain_per_cost: Service lost that each pool's last units save, per currency unit [pools].
        bound_by: What stops buying more of each pool.
        cost_to_target: What meeting the service target costs; None when no money can.
    """

    offers: Offers
    deliveries: list[Delivery]
    planned: list[Course]
    cost: float
    lost: float
    bound: float
    price: float
    steps: Sequence[Step]
    gain_per_cost: Number
    bound_by: Sequence[str]
    cost_to_target: float | None


def decide(
    judge: Judge, policy: Policy, chosen: Chosen, ordering: Ordering, order_by: Number
) -> Decided:
    """Order all on the first day where the limits let it through, else over the quarters.

    Args:
        judge: Judges a choice.
        policy: Service target and budget.
        chosen: What would be ordered on the first day.
        ordering: When orders may be placed, and the limits.
        order_by: Last useful day to order [pools].
    """
    first = None
    if ordering.lets_through(judge.pools, chosen.units):
        first = at_once(judge, policy, chosen)
        if not may_renew(judge, policy, first):
            return first
    found = choose_limited(judge, policy, chosen, ordering, order_by)
    decided = _over_quarters(judge, chosen, ordering, found)
    if found.is_reached:
        return replace(decided, cost_to_target=decided.cost)
    if first is not None:
        is_better = _lacks(judge, policy, decided) < _lacks(judge, policy, first)
        return decided if is_better else first
    if ordering.has_only_quarters():
        return decided
    # money aside, suppliers and depots may still let the target be reached
    free = ordering.without_money()
    if free.lets_through(judge.pools, chosen.units):
        return decided
    unbounded = replace(policy, budget=replace(policy.budget, stock=None, per_quarter=None))
    rich = choose_limited(judge, unbounded, replace(chosen, bound_by="target"), free, order_by)
    return replace(decided, cost_to_target=rich.cost() if rich.is_reached else None)


def may_renew(judge: Judge, policy: Policy, first: Decided) -> bool:
    """Tell whether the target is missed and orders of later quarters could renew what expires."""
    expires = any(view.keeps_days < judge.horizon_days for view in judge.views)
    return expires and not is_held(judge, policy, first.deliveries)


def _lacks(judge: Judge, policy: Policy, decided: Decided) -> float:
    """Return how far the months fall below the target or, where none is asked, service lost."""
    if policy.service.availability is None:
        return judge.service_lost(decided.planned, judge.dates.share)
    by_month = judge.by_month(decided.planned)
    return float(np.maximum(0.0, policy.service.availability - by_month).sum())


def at_once(judge: Judge, policy: Policy, chosen: Chosen) -> Decided:
    """Order all that was chosen on the first day, whatever the limits.

    Args:
        judge: Judges a choice.
        policy: Service target and budget.
        chosen: What is ordered.
    """
    offers, pools = chosen.offers, judge.pools
    best = 0.0
    if not _may_leave(judge):
        chosen, best = _bettered(judge, policy, chosen)
    deliveries = offers.placed(chosen.units)
    planned = judge.courses(deliveries)
    cost = float(np.dot(pools.cost, chosen.units)) if len(chosen.units) else 0.0
    lost = judge.service_lost(planned, offers.share)
    is_least = (chosen.units == pools.minimum_order) & (pools.minimum_order > 1)
    return Decided(
        offers=offers,
        deliveries=deliveries,
        planned=planned,
        cost=cost,
        lost=lost,
        bound=_bound(judge, offers, cost, lost, best),
        price=_price(offers, cost),
        steps=[
            _judged(judge, offers, planned, pool, _step(offers, pool, int(units)))
            for pool, units in enumerate(chosen.units)
        ],
        gain_per_cost=chosen.gain_per_cost,
        bound_by=[MINIMUM_ORDER if least else chosen.bound_by for least in is_least],
        cost_to_target=chosen.cost_to_target,
    )


def _bound(judge: Judge, offers: Offers, cost: float, lost: float, best: float) -> float:
    """Return what no purchases of that cost ordered on the first day leave less than."""
    if _may_leave(judge):
        return min(least_loss(offers.for_ever(judge.pools).frontier, cost), lost)
    return best if best < lost * (1.0 - ROUNDING) else lost


def _may_leave(judge: Judge) -> bool:
    """Tell whether units may leave some shelf unused: curves are then no bound."""
    return any(view.leaving is not None for view in judge.views)


def _bettered(judge: Judge, policy: Policy, chosen: Chosen) -> tuple[Chosen, float]:
    """Return the best units for what the chosen ones cost, and a bound below all such units.

    Where the search over the last of the money ends, as it does for small networks, the bound is
    the optimum itself. The chosen units stay where the best ones would miss the target they meet.
    """
    offers, pools = chosen.offers, judge.pools
    best = offers.best_for(float(np.dot(pools.cost, chosen.units)))
    units = best.units * offers.lot
    curves = offers.curves
    now = curves.value[
        np.minimum(curves.first[:-1] + chosen.units // offers.lot, curves.first[1:] - 1)
    ]
    if best.objective < float(curves.weight @ now) * (1.0 - ROUNDING) and (
        is_held(judge, policy, offers.placed(units))
        or not is_held(judge, policy, offers.placed(chosen.units))
    ):
        chosen = replace(chosen, units=units)
    return chosen, best.bound


def _judged(judge: Judge, offers: Offers, planned: Sequence[Course], pool: int, step: Step) -> Step:
    """Return a step from the service lost as judged, where the curve is not what is judged."""
    view = judge.views[pool]
    if view.leaving is None:
        return step
    short = offers.share @ planned[pool].short @ view.meeting.chance
    lost = float(judge.pools.weight[pool] * short)
    fewer = None if step.fewer is None else lost + step.fewer - step.lost
    return Step(step.units, lost, fewer, min(lost, max(0.0, lost + step.more - step.lost)))


def _step(offers: Offers, pool: int, units: int) -> Step:
    first, last = offers.curves.first[pool : pool + 2]
    lot = int(offers.lot[pool])
    row = int(min(first + units // lot, last - 1))
    lost = offers.curves.weight[pool] * offers.curves.value[first:last]
    here = row - first
    return Step(
        lot,
        float(lost[here]),
        float(lost[here - 1]) if here > 0 else None,
        float(lost[here + 1]) if row + 1 < last else float(lost[here]),
    )


def _price(offers: Offers, cost: float) -> float:
    """Return the service lost that one more currency unit would save, at the plan's cost."""
    corners = offers.frontier
    corner = int(np.searchsorted(corners.cost, cost, side="right")) - 1
    slope = corners.gain_per_cost[corner] if 0 <= corner < len(corners.pool) else 0.0
    return float(slope) if np.isfinite(slope) else 0.0


def _over_quarters(judge: Judge, chosen: Chosen, ordering: Ordering, found: Limited) -> Decided:
    tranches, offers, pools = found.tranches, found.tranches.offers, judge.pools
    planned = judge.courses(found.deliveries)
    cost, lost = found.cost(), judge.service_lost(planned, offers.share)
    plain = tranches.without_needs(pools, ordering).for_ever(pools, ordering)
    best = buy_within(plain.orderable, plain.limits._replace(budget=cost), EFFORT)
    steps = [_limited_step(judge, found, planned, pool) for pool in range(len(planned))]
    worth = np.array([(one.fewer or one.lost) - one.lost for one in steps])
    paid = pools.cost * np.array([one.units for one in steps], np.float64)
    return Decided(
        offers=offers,
        deliveries=found.deliveries,
        planned=planned,
        cost=cost,
        lost=lost,
        bound=min(plain.lost + best.bound, lost),
        price=sum(held.price for held in best.limits if held.kind == Kind.BUDGET),
        steps=steps,
        gain_per_cost=np.divide(worth, paid, out=np.zeros(len(steps)), where=paid > 0.0),
        bound_by=_bound_by(found, chosen.bound_by, pools.minimum_order),
        cost_to_target=chosen.cost_to_target,
    )


def _limited_step(judge: Judge, found: Limited, planned: Sequence[Course], pool: int) -> Step:
    """Tell what a lot fewer in the last order would lose, and one more in the first would save."""
    tranches, view = found.tranches, judge.views[pool]
    short = float(tranches.offers.share @ planned[pool].short @ view.meeting.chance)
    lost = float(judge.pools.weight[pool]) * short
    units = found.units[pool]
    here = tranches.curve_loss(pool, units)
    lot = np.zeros_like(units)
    fewer, ordered = None, np.nonzero(units)[0]
    if len(ordered):
        lot[ordered[-1]] = 1
        fewer = lost + tranches.curve_loss(pool, units - lot) - here
    lot = np.zeros_like(units)
    lot[np.argmax(tranches.orderable.most[pool] > 0)] = int(tranches.orderable.most[pool].any())
    more = max(0.0, lost + tranches.curve_loss(pool, units + lot) - here)
    return Step(int(tranches.lot[pool]), lost, fewer, min(lost, more))


def _bound_by(found: Limited, word: str, minimum_order: Whole) -> list[str]:
    """Return what stops buying more of each pool.

    A limit does where it leaves no room for one more order in any quarter; where the target is
    met, only if more room would have made meeting it cheaper.
    """
    case = found.tranches.case()
    left = case.rows.right * (1.0 + ROUNDING) - used(case.rows, found.units)
    price = _prices(case, found.bought)
    out = []
    for pool, units in enumerate(found.units):
        row = _stopping(case, pool, units, left, price)
        stops = row is not None and (not found.is_reached or price[row] > 0.0)
        is_least = int((units * found.tranches.lot[pool]).sum()) == minimum_order[pool] > 1
        if stops and row is not None:
            out.append(WORDS[Kind(int(case.rows.kind[row]))])
        else:
            out.append(MINIMUM_ORDER if is_least else word)
    return out


def _prices(case: Case, bought: LastBuy) -> Number:
    known = {(one.kind, one.which, one.quarter): one.price for one in bought.limits}
    keys = zip(case.rows.kind, case.rows.which, case.rows.quarter, strict=True)
    return np.array([known.get((Kind(int(k)), int(w), int(q)), 0.0) for k, w, q in keys])


def _stopping(case: Case, pool: int, units: Whole, left: Number, price: Number) -> int | None:
    """Return the row that stops one more order of a pool, None where none does in some quarter."""
    worst: tuple[float, int] | None = None
    for quarter in range(case.quarters):
        more = 1 if units[quarter] > 0 else int(case.least[pool])
        full = [
            (float(price[row] * use), int(row))
            for row, use in zip(
                case.rows.row[pool, quarter], case.rows.use[pool, quarter], strict=True
            )
            if row >= 0 and left[row] < more * use
        ]
        if full:
            worst = max(*full, worst or full[0])
        elif case.most[pool, quarter] > 0:
            return None
    return worst[1] if worst is not None else None
