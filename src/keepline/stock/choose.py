"""Choose how many units of what: the least cost for the target, or the best for the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.allocate import last_gains, to_target, units_at, within_budget
from keepline.stock.offers import Offers
from keepline.stock.survive import units_to_survive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.policy import Policy
    from keepline.stock.judge import Judge

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Times that the months that decide are looked for anew.
ROUNDS = 4
#: Looks at a target before the nearest plan that meets it is taken.
LOOKS = 7
#: The target is met closely enough when so small a share of the allowed loss is left unused.
CLOSE = 1e-3


@dataclass(frozen=True)
class Chosen:
    """Hold the units chosen for every pool.

    Attributes:
        offers: What every pool could buy, judged in the months that decide.
        units: Units [pools].
        bound_by: What stops buying more: ``target``, ``survival`` or ``budget``.
        is_met: Whether the service target is met.
        cost_to_target: What meeting it costs; None when no money can.
    """

    offers: Offers
    units: Whole
    bound_by: str
    is_met: bool
    cost_to_target: float | None

    @property
    def gain_per_cost(self) -> Number:
        """Return the service lost that each pool's last units save, per currency unit."""
        return np.asarray(last_gains(self.offers.curves, self.units))


def choose(judge: Judge, policy: Policy) -> Chosen:
    """Choose the units for a policy.

    Args:
        judge: Judges a choice.
        policy: Service target and budget.
    """
    service, budget = policy.service, policy.budget.stock
    units = np.zeros(len(judge.views), np.int64)
    is_reached, word = True, "target"
    if service.availability is not None:
        offers, units, is_reached = _for_availability(judge, service.availability)
    else:
        offers = Offers.of(judge.pools, judge.views, judge.dates.share)
    if service.survive_days is not None:
        needed, can_last = units_to_survive(offers, service.survive_days, service.confidence)
        is_reached = is_reached and can_last
        word = "survival" if (needed > units).any() else word
        units = np.maximum(units, needed)
    cost = float(judge.pools.cost @ units)
    cost_to_target = cost if is_reached else None
    if budget is not None and cost > budget:
        best = within_budget(offers.curves, budget, offers.frontier)
        return Chosen(offers, best.units, "budget", False, cost_to_target)
    return Chosen(offers, units, word, is_reached, cost_to_target)


def _for_availability(judge: Judge, target: float) -> tuple[Offers, Whole, bool]:
    """Return offers, the cheapest units found that hold the target in every month, and whether so.

    The optimiser weighs months. It begins with the month that is worst today and, while another
    month falls below the target first, weighs that one too; the cheapest plan seen is kept.
    """
    month = int(np.argmin(judge.by_month(judge.today())))
    share = np.eye(len(judge.dates.day))[month]
    best: tuple[Offers, Whole, bool] | None = None
    for turn in range(ROUNDS):
        offers = Offers.of(judge.pools, judge.views, share)
        units, is_reached = _close_in(offers, judge, target)
        if best is None or (is_reached and judge.pools.cost @ (units - best[1]) < 0.0):
            best = offers, units, is_reached
        month = int(np.argmin(_by_month(judge, offers, units)))
        if share[month] > 0.0 or not units.any() or not is_reached:
            break
        share = (share * (turn + 1) + np.eye(len(share))[month]) / (turn + 2)
    assert best is not None  # noqa: S101 - the loop runs at least once
    return best


def _close_in(offers: Offers, judge: Judge, target: float) -> tuple[Whole, bool]:
    """Return the cheapest units found whose availability is never under the target.

    Service lost, which the optimiser minimises, and availability in the worst month, which is
    asked for, fall and rise together but not by one factor; the level of service lost that meets
    the target is closed in on from both sides, and every look is judged exactly.
    """
    corners, pools = offers.frontier, len(offers.views)
    allowed = 1.0 - target
    none = np.zeros(pools, np.int64)
    above = float(corners.loss[0]), _missed(judge, offers, none)
    if above[1] <= allowed:
        return none, True
    best = units_at(corners, len(corners.pool), pools)
    below = float(corners.loss[-1]), _missed(judge, offers, best)
    if below[1] > allowed:
        return best, False
    for _ in range(LOOKS):
        if allowed - below[1] <= CLOSE * allowed:
            break
        share = (allowed - below[1]) / (above[1] - below[1])
        # a little inside, so that the look meets the target more often than not
        lost = below[0] + (above[0] - below[0]) * share * (1.0 - CLOSE / 2.0)
        units = to_target(offers.curves, lost, corners).units
        missed = _missed(judge, offers, units)
        if missed <= allowed:
            best, below = units, (lost, missed)
        else:
            above = lost, missed
    return best, True


def _missed(judge: Judge, offers: Offers, units: Whole) -> float:
    """Return the expected share of traffic without service in the worst month."""
    return 1.0 - float(_by_month(judge, offers, units).min())


def _by_month(judge: Judge, offers: Offers, units: Whole) -> Number:
    return judge.by_month(judge.courses(offers.placed(units)))
