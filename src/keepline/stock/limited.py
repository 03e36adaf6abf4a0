"""Choose orders under limits: over several quarters, for the target or the best there is.

The optimiser of the last-time buy finds the cheapest orders for a level of service lost in the
months that decide; the level that meets the target in every month is closed in on, and every look
is judged exactly with its units where they lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy import LastBuy, buy_within, cheapest
from keepline.maths.lastbuy_exact import Effort
from keepline.maths.lastbuy_ground import losses
from keepline.stock.choose import CLOSE, LIFTED, ROUNDING
from keepline.stock.offers import Offers
from keepline.stock.points import is_held
from keepline.stock.survive import needed_by_window
from keepline.stock.timing import timed
from keepline.stock.tranches import Tranches, brought_forward

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.lastbuy_ground import Case
    from keepline.model.policy import Policy
    from keepline.stock.choose import Chosen
    from keepline.stock.ground import Delivery
    from keepline.stock.judge import Judge
    from keepline.stock.limits import Ordering

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Times that the months that decide are looked for anew, and looks at a level in each.
ROUNDS, LOOKS = 3, 6
#: Looks are quick; small networks get the optimum at the level found in the end.
QUICK, EFFORT = Effort(pools=0), Effort(pools=24, nodes=300, seconds=20.0)


@dataclass(frozen=True)
class Limited:
    """Hold orders within the limits.

    Attributes:
        tranches: What could be ordered when, judged in the months that decide.
        units: Orders in lots [pools, quarters].
        deliveries: The same with places.
        bought: The optimiser's last answer: prices of the limits.
        is_reached: Whether the service target is met.
    """

    tranches: Tranches
    units: Whole
    deliveries: list[Delivery]
    bought: LastBuy
    is_reached: bool

    def cost(self) -> float:
        """Return what the orders cost."""
        return float((self.tranches.orderable.cost * self.units).sum())


@dataclass(frozen=True)
class _Ask:
    """Hold what is asked, alike in every round."""

    judge: Judge
    policy: Policy
    ordering: Ordering
    urgency: Whole

    def orders(self, tranches: Tranches, case: Case, bought: LastBuy) -> Limited:
        """Return orders brought forward, placed and judged."""
        units = brought_forward(case, bought.units, self.urgency)
        units = timed(tranches, case, units)
        placed = tranches.placed(units)
        return Limited(tranches, units, placed, bought, is_held(self.judge, self.policy, placed))

    def by_month(self, found: Limited) -> Number:
        return self.judge.by_month(self.judge.courses(found.deliveries))


def choose_limited(
    judge: Judge, policy: Policy, chosen: Chosen, ordering: Ordering, order_by: Number
) -> Limited:
    """Choose orders that keep every limit.

    Args:
        judge: Judges a choice.
        policy: Service target and budget.
        chosen: What would be ordered on the first day without limits on when.
        ordering: When orders may be placed, and the limits.
        order_by: Last useful day to order [pools]; the earliest is ordered first.
    """
    ask = _Ask(judge, policy, ordering, np.argsort(order_by, kind="stable"))
    pools, share = judge.pools, chosen.offers.share
    if chosen.bound_by == "budget":
        tranches = Tranches.of(pools, chosen.offers, ordering)
        bought = buy_within(tranches.orderable, tranches.limits, EFFORT)
        return ask.orders(tranches, tranches.case(), bought)
    needed = needed_by_window(judge, policy.service, ordering.day)
    if policy.service.availability is None:
        return _to_survive(ask, Tranches.of(pools, chosen.offers, ordering, needed))
    offers = Offers.of(pools, judge.views, judge.dates.share, judge.crew)
    best = _most(ask, Tranches.of(pools, offers, ordering, needed))
    reach = ask.by_month(best)
    for turn in range(ROUNDS):
        offers = Offers.of(pools, judge.views, share, judge.crew) if turn else chosen.offers
        tranches = Tranches.of(pools, offers, ordering, needed)
        most = _most(ask, tranches)
        aim = _aim(judge, policy.service.availability, np.maximum(reach, ask.by_month(most)))
        found = _closed_in(ask, tranches, most, chosen, aim)
        if (turn == 0 and not best.is_reached) or _is_better(ask, found, best):
            best = found
        slack = ask.by_month(found) - aim
        # months that fail are weighed next time, or else the one that decided though it was not
        fails = (slack < 0.0) | (slack == slack.min())
        if not (fails & (share == 0.0) & np.isfinite(slack)).any():
            break
        share = np.where(fails & (share == 0.0) & np.isfinite(slack), share.max(), share)
        share = share / share.sum()
    return best


def _most(ask: _Ask, tranches: Tranches) -> Limited:
    """Return the orders that leave least service lost within the limits."""
    bought = buy_within(tranches.orderable, tranches.limits, QUICK)
    return ask.orders(tranches, tranches.case(), bought)


def _to_survive(ask: _Ask, tranches: Tranches) -> Limited:
    """Return the cheapest orders with which fewest units are missing for survival."""
    case = tranches.case()
    within = buy_within(tranches.orderable, tranches.limits, QUICK)
    # one unit missing counts more than all service lost
    level = tranches.missing * (within.loss // (tranches.missing or 1.0) + 0.5)
    bought = cheapest(case, max(level, within.loss), EFFORT)
    return ask.orders(tranches, case, bought if bought.is_reached else within)


def _aim(judge: Judge, target: float, most: Number) -> Number:
    """Return the availability asked of every month; minus infinity where nothing is.

    That is the target or, where the limits do not let it be reached, nearly all they let through.
    """
    today = judge.by_month(judge.today())
    lifted = np.where(most - today > ROUNDING, today + LIFTED * (most - today), -np.inf)
    return np.where(today >= target, -np.inf, np.where(most >= target, target, lifted))


def _closed_in(
    ask: _Ask, tranches: Tranches, most: Limited, chosen: Chosen, aim: Number
) -> Limited:
    """Return the cheapest orders found whose availability is never under the aim."""

    def missed(found: Limited) -> float:
        return float((aim - ask.by_month(found)).max(initial=-np.inf))

    case = tranches.case()
    loss = float(losses(case, most.units).sum())
    base = tranches.missing * (loss // tranches.missing) if tranches.missing else 0.0
    nothing = np.zeros_like(most.units)
    # nothing bought loses all service, and no fewer units are missed for survival
    if missed(most) > 0.0:
        return most
    above = base + _service_lost(tranches, nothing), missed(_none(tranches, most))
    if above[1] <= 0.0 and base == 0.0 and not tranches.missing:
        return _none(tranches, most)
    below, best = (loss, missed(most)), most
    allowed = 1.0 - float(aim.max(initial=-np.inf))
    free = base + _service_lost(tranches, _at_once(tranches, chosen.units))
    for look in range(LOOKS):
        level = free if look == 0 and below[0] < free < above[0] else _between(below, above, look)
        bought = cheapest(case, level, QUICK)
        if not bought.is_reached:
            break
        found = ask.orders(tranches, case, bought)
        short = missed(found)
        if short > 0.0:
            above = level, short
            continue
        below = level, short
        best = found if found.cost() <= best.cost() else best
        if np.isfinite(short) and -short <= CLOSE * allowed:
            break
    exact = cheapest(case, below[0], EFFORT)
    if exact.is_reached and exact.cost < best.cost():
        found = ask.orders(tranches, case, exact)
        return found if missed(found) <= 0.0 else best
    return best


def _between(below: tuple[float, float], above: tuple[float, float], look: int) -> float:
    width = above[0] - below[0]
    if look % 2 or not (np.isfinite(below[1]) and np.isfinite(above[1])) or above[1] <= 0.0:
        return below[0] + 0.5 * width
    share = -below[1] / (above[1] - below[1])
    return below[0] + width * min(max(share * (1.0 - CLOSE / 2.0), 0.02), 0.98)


def _none(tranches: Tranches, like: Limited) -> Limited:
    nothing = np.zeros_like(like.units)
    return Limited(tranches, nothing, tranches.placed(nothing), like.bought, False)


def _at_once(tranches: Tranches, units: Whole) -> Whole:
    found = np.zeros(tranches.orderable.most.shape, np.int64)
    found[:, 0] = -(-units // tranches.lot)
    return found


def _service_lost(tranches: Tranches, units: Whole) -> float:
    """Return what orders lose by the curves, units missing for survival left out."""
    return sum(tranches.curve_loss(pool, row) for pool, row in enumerate(units))


def _is_better(ask: _Ask, one: Limited, other: Limited) -> bool:
    """Tell whether orders meet the target sooner or, where both do, cost less."""
    if one.is_reached and other.is_reached:
        return one.cost() < other.cost()
    if one.is_reached != other.is_reached:
        return one.is_reached
    target = ask.policy.service.availability or 0.0
    lacks = [float(np.maximum(0.0, target - ask.by_month(each)).sum()) for each in (one, other)]
    return lacks[0] < lacks[1]
