"""How much lower a missed target would have to be, the limits standing as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keepline.maths.lastbuy import buy_within
from keepline.stock.points import days_held, is_held
from keepline.stock.relaxation import Relaxation
from keepline.stock.survive import needed_by_window
from keepline.stock.tranches import Tranches
from keepline.stock.trial import EFFORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.policy import Policy
    from keepline.stock.ground import Delivery
    from keepline.stock.trial import Trial, Tried


def targets(trial: Trial, planned: Sequence[Delivery], tried: Tried) -> list[Relaxation]:
    """Return what the targets that are missed would have to be.

    Args:
        trial: The plan's limits and target.
        planned: The plan's orders.
        tried: The orders that lose least within the limits.
    """
    return [*_availability(trial, planned, tried), *_survival(trial, planned)]


def _availability(trial: Trial, planned: Sequence[Delivery], tried: Tried) -> list[Relaxation]:
    target, judge = trial.policy.service.availability, trial.judge
    if target is None:
        return []

    def worst(orders: Sequence[Delivery]) -> float:
        return float(judge.by_month(judge.courses(orders)).min())

    month = int(judge.by_month(judge.courses(tried.deliveries)).argmin())
    alone = trial.of_month(month).at(trial.ordering.limits).deliveries
    orders = max(planned, tried.deliveries, alone, key=worst)
    reached = worst(orders)
    if worst(planned) >= target or reached >= target:
        return []
    is_alone = is_held(judge, _asking(trial.policy, availability=reached), orders)
    return [
        Relaxation(
            "availability target", "share", target, _most(trial, orders, reached), reached, is_alone
        )
    ]


def _most(trial: Trial, orders: Sequence[Delivery], reached: float) -> float | None:
    """Return the availability that the limits certainly do not let any orders pass."""
    target, found = trial.policy.service.availability, []
    for one in trial.certifying(orders):
        tranches = one.tranches.without_needs(trial.judge.pools, trial.ordering)
        bound = buy_within(tranches.orderable, tranches.limits, EFFORT).bound + tranches.lost
        if one.ceiling is not None:
            share = tranches.offers.share
            found.append(one.ceiling.best(bound * (1.0 - 1e-9), reached, share))
    most = min(found, default=1.0)
    return most if target is not None and most < target else None


def _survival(trial: Trial, planned: Sequence[Delivery]) -> list[Relaxation]:
    judge, days = trial.judge, trial.policy.service.survive_days
    if days is None or not judge.lasting:
        return []
    only = _asking(trial.policy, survive_days=days, availability=None)
    if is_held(judge, only, planned):
        return []
    looks = [day for day in judge.lasting[0].dates.day.tolist() if day <= days]
    orders, reached = planned, days_held(judge, planned, only)
    low, high = 0, len(looks)
    while high - low > 1:
        middle = (low + high) // 2
        found = _to_survive(trial, looks[middle - 1])
        if found.is_held:
            low = middle
            if looks[middle - 1] > reached:
                orders, reached = found.deliveries, looks[middle - 1]
        else:
            high = middle
    policy = _asking(trial.policy, survive_days=reached)
    is_alone = is_held(judge, policy, orders)
    return [Relaxation("survival target", "days", days, None, min(reached, days), is_alone)]


def _to_survive(trial: Trial, days: float) -> Tried:
    """Return orders within the limits that survive so many days, if any are found."""
    pools, ordering = trial.judge.pools, trial.ordering
    policy = _asking(trial.policy, survive_days=days, availability=None)
    needed = needed_by_window(trial.judge, policy.service, ordering.day)
    tranches = Tranches.of(pools, trial.tranches.offers, ordering, needed)
    # what the first day would bring is for the whole target, and meets more than is asked here
    chosen = replace(trial.chosen, for_target=None)
    return trial.other(trial.judge, policy, chosen, tranches).at(ordering.limits)


def _asking(policy: Policy, **changed: Any) -> Policy:
    """Return the policy with another service target."""
    return replace(policy, service=replace(policy.service, **changed))
