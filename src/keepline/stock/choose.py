"""Choose how many units of what: the least cost for the target, or the best for the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.stock.offers import Offers
from keepline.stock.points import is_held
from keepline.stock.survive import units_to_survive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.policy import Policy
    from keepline.stock.judge import Judge

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Times that the months that decide are looked for anew.
ROUNDS = 8
#: Factor by which the weight of a month that binds grows, and the least that is worth a round.
SHIFT, LEAST_SHIFT = 4.0, 1.3
#: Looks at a target before the nearest plan that meets it is taken.
LOOKS = 10
#: The target is met closely enough when so small a share of the allowed loss is left unused.
CLOSE = 1e-3
#: What is asked of a month that no money lifts to the target: so much of what money can add.
LIFTED = 0.99
#: An availability nearer to another is the same.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Chosen:
    """Hold the units chosen for every pool.

    Attributes:
        offers: What every pool could buy, judged in the months that decide.
        units: Units [pools].
        bound_by: What stops buying more: ``target``, ``survival`` or ``budget``.
        cost_to_target: What meeting the service target costs; None when no money can.
        for_target: The units that do so for that cost, whatever the budget; None when none can.
    """

    offers: Offers
    units: Whole
    bound_by: str
    cost_to_target: float | None
    for_target: Whole | None = None

    @property
    def gain_per_cost(self) -> Number:
        """Return the service lost that each pool's last units save, per currency unit."""
        return self.offers.gains(self.units)


def choose(judge: Judge, policy: Policy) -> Chosen:
    """Choose the units for a policy.

    Args:
        judge: Judges a choice.
        policy: Service target and budget.
    """
    service, budget = policy.service, policy.budget.stock
    is_reached, word = True, "target"
    if service.availability is not None:
        offers, units, is_reached = _for_availability(judge, service.availability)
    else:
        offers = Offers.of(judge.pools, judge.views, judge.dates.share, judge.crew)
        units = offers.nothing()
    if service.survive_days is not None:
        needed, can_last = units_to_survive(judge, service.survive_days, service.confidence)
        is_reached = is_reached and can_last
        word = "survival" if (needed > units).any() else word
        units = np.maximum(units, needed)
    cost = float(judge.pools.cost @ units)
    if budget is not None and cost > budget:
        limited = offers.within(budget)
        if not is_held(judge, policy, offers.placed(limited)):
            dear = (cost, units) if is_reached else (None, None)
            return Chosen(offers, limited, "budget", *dear)
        # the cheapest plan found for the target is not always the cheapest there is
        units, cost, is_reached = limited, float(judge.pools.cost @ limited), True
    reached = (cost, units) if is_reached else (None, None)
    return Chosen(offers, units, word, *reached)


def _for_availability(judge: Judge, target: float) -> tuple[Offers, Whole, bool]:
    """Return offers, the cheapest units found that hold the target in every month, and whether so.

    The optimiser weighs months. It begins with the month that is worst today; while another month
    falls below the target first, that one is weighed too, and where several bind the weights are
    moved towards the one that binds most. The cheapest plan seen is kept.
    """
    aim = _aim(judge, target)
    slack = judge.by_month(judge.today()) - aim
    weight, factor, month = np.zeros(len(aim)), SHIFT, int(np.argmin(slack))
    weight[month] = 1.0
    best: tuple[Offers, Whole, bool] | None = None
    for turn in range(ROUNDS):
        is_last_hope = turn == ROUNDS - 1 and best is not None and not best[2]
        share = judge.dates.share if is_last_hope else weight / weight.sum()
        offers = Offers.of(judge.pools, judge.views, share, judge.crew)
        units, is_met = _close_in(offers, judge, aim)
        if best is None or is_met > best[2] or (is_met and _cost(judge, units - best[1]) < 0.0):
            best = offers, units, is_met
        slack = _by_month(judge, offers, units) - aim
        # a month that fails although it is weighed can be lifted no further
        slack = np.where((weight > 0.0) & (slack < 0.0), np.inf, slack)
        month, before = int(np.argmin(slack)), month
        if not units.any() or (not is_met and slack[month] >= 0.0):
            break
        if weight[month] == 0.0:
            weight[month] = weight.max()
            continue
        factor = factor if month == before else factor**0.5
        if np.count_nonzero(weight) == 1 or factor < LEAST_SHIFT:
            break
        weight[month] *= factor
    assert best is not None  # noqa: S101 - the loop runs at least once
    offers, units, is_met = best
    return offers, units, is_met and bool((_by_month(judge, offers, units) >= target).all())


def _aim(judge: Judge, target: float) -> Number:
    """Return the availability asked of every month.

    That is the target or, where no money reaches it, nearly all that money can add. Nothing (minus
    infinity) is asked of a month that holds the target today, as no purchase ever lowers it, or in
    which money changes nothing.
    """
    today = judge.by_month(judge.today())
    most = judge.by_month(judge.courses([view.plenty() for view in judge.views]))
    lifted = np.where(most - today > ROUNDING, today + LIFTED * (most - today), -np.inf)
    aim = np.where(most - ROUNDING >= target, target, lifted)
    return np.where(today >= target, -np.inf, aim)


def _close_in(offers: Offers, judge: Judge, aim: Number) -> tuple[Whole, bool]:
    """Return the cheapest units found whose availability is never under the aim.

    Service lost, which the optimiser minimises, and availability in the worst month, which is
    asked for, fall and rise together but not by one factor; the level of service lost that meets
    the aim is closed in on from both sides, and every look is judged exactly.
    """
    corners = offers.frontier
    none = offers.nothing()
    above = float(corners.loss[0]), _missed(judge, offers, none, aim)
    if above[1] <= 0.0:
        return none, True
    best = offers.at_corner(len(corners.pool))
    below = float(corners.loss[-1]), _missed(judge, offers, best, aim)
    if below[1] > 0.0:
        return best, False
    allowed = 1.0 - float(aim.max())
    for look in range(LOOKS):
        share = -below[1] / (above[1] - below[1])
        # a little inside, so that the look meets the target more often than not
        lost = below[0] + (above[0] - below[0]) * share * (1.0 - CLOSE / 2.0)
        if look % 2:
            # where another month takes over, the straight line between two looks misleads
            lost = 0.5 * (above[0] + below[0])
        units = offers.leaving(lost)
        missed = _missed(judge, offers, units, aim)
        if missed > 0.0:
            above = lost, missed
            continue
        best, below = units, (lost, missed)
        if -missed <= CLOSE * allowed:
            break
    return best, True


def _missed(judge: Judge, offers: Offers, units: Whole, aim: Number) -> float:
    """Return how far the month that falls most below its aim does so; negative when none does."""
    return float((aim - _by_month(judge, offers, units)).max())


def _by_month(judge: Judge, offers: Offers, units: Whole) -> Number:
    return judge.by_month(judge.courses(offers.placed(units)))


def _cost(judge: Judge, units: Whole) -> float:
    return float(judge.pools.cost @ units)
