"""Judge points of the cost-against-survival frontier exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.stock.survive import first_failing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.policy import Policy
    from keepline.stock.ground import Delivery
    from keepline.stock.judge import Judge
    from keepline.stock.offers import Offers

    Point = tuple[float, float, float, float, float]

#: Points beside the plan's own and the budget's.
POINTS = 12
#: The frontier is shown down to this share of today's service lost.
LEAST_SHARE = 1e-4


def frontier_points(offers: Offers, judge: Judge, policy: Policy) -> list[Point]:
    """Return points as (cost, worst month, average, days held, service lost).

    Corners of the frontier, each the best that its money can buy, from nothing bought to almost no
    service lost, evenly in orders of magnitude of service lost; and the best for the stock budget.
    """
    corners = offers.frontier
    levels = corners.loss[0] * np.geomspace(1.0, LEAST_SHARE, POINTS)
    rows = np.unique(np.searchsorted(-corners.loss, -levels, side="left"))
    rows = np.minimum(rows, len(corners.pool))
    choices = [offers.at_corner(int(row)) for row in np.unique(rows)]
    budget = policy.budget.stock
    if budget is not None and budget < offers.curves.cost @ choices[-1]:
        choices.append(offers.within(budget))
    return [_point(offers, judge, policy, units) for units in choices]


def days_held(judge: Judge, deliveries: Sequence[Delivery], policy: Policy) -> float:
    """Return the days for which the service target holds at every look; the plan's length if all.

    The target is the availability over branches or, where days of survival are asked for, every
    pool's chance of covering what is outstanding. Looks are the middles of months, and the last
    day of survival that is asked for; the days are those of the last look before the first that
    fails.
    """
    held = judge.horizon_days
    service = policy.service
    if service.availability is not None:
        found = judge.by_month(judge.courses(deliveries))
        held = min(held, _held(judge, judge.dates.day, _first(found < service.availability)))
    if service.survive_days is not None:
        for view, delivery in zip(judge.lasting, deliveries, strict=True):
            failing = first_failing(view, delivery, service.confidence)
            held = min(held, _held(judge, view.dates.day, failing))
    return held


def is_held(judge: Judge, policy: Policy, deliveries: Sequence[Delivery]) -> bool:
    """Tell whether purchases hold the policy's service target at every look it asks for."""
    service = policy.service
    if service.availability is not None:
        found = judge.by_month(judge.courses(deliveries))
        if (found < service.availability).any():
            return False
    days = service.survive_days
    return days is None or all(
        first_failing(view, delivery, service.confidence)
        >= np.searchsorted(view.dates.day, days, side="right")
        for view, delivery in zip(judge.lasting, deliveries, strict=True)
    )


def _held(judge: Judge, day: NDArray[np.float64], failing: int) -> float:
    if failing == len(day):
        return judge.horizon_days
    return float(day[failing - 1]) if failing else 0.0


def _point(offers: Offers, judge: Judge, policy: Policy, units: NDArray[np.int64]) -> Point:
    deliveries = offers.placed(units)
    courses = judge.courses(deliveries)
    return (
        float(judge.pools.cost @ units),
        float(judge.by_month(courses).min()),
        judge.average(judge.availability(courses)),
        days_held(judge, deliveries, policy),
        judge.service_lost(courses, offers.share),
    )


def _first(fails: NDArray[np.bool_]) -> int:
    found = np.nonzero(fails)[0]
    return int(found[0]) if len(found) else len(fails)
