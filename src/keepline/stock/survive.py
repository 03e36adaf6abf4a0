"""Units that let every part survive so many days at a confidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.poisson import cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.policy import Service
    from keepline.stock.ground import Delivery, View
    from keepline.stock.judge import Judge

    Whole = NDArray[np.int64]


def chance_of_covering(view: View, delivery: Delivery) -> NDArray[np.float64]:
    """Return the probability that a pool's stock covers what is outstanding, by date.

    All of the pool's stock counts wherever it lies, and ship times do not (the pooled law of
    endurance); branches are mixed.

    Args:
        view: The pool.
        delivery: What is bought for it.
    """
    at_centre = replace(
        delivery,
        location=np.zeros_like(delivery.location),
        day=np.floor(delivery.day - view.ship_days[delivery.location] + 1e-9),
    )
    s0, s = view.stock_with(at_centre)
    stock = (s0[:, 0] + s.sum(axis=1)).reshape(view.mean.shape)
    covers = np.array(
        [
            [cdf(mean, units) for mean, units in zip(means, row, strict=True)]
            for means, row in zip(view.mean, stock, strict=True)
        ]
    )
    return np.asarray(covers @ view.meeting.case_chance)


def first_failing(view: View, delivery: Delivery, confidence: float) -> int:
    """Return the first date, by its row, at which the stock does not cover; their count if none."""
    fails = np.nonzero(chance_of_covering(view, delivery) < confidence)[0]
    return int(fails[0]) if len(fails) else len(view.dates.day)


def units_to_survive(judge: Judge, days: float, confidence: float) -> tuple[Whole, bool]:
    """Return the fewest units with which every pool covers at each date up to a day.

    Returns:
        Units of every pool, and whether all of them hold. Dates that no number of units can hold,
        because they would arrive too late, ask for none.
    """
    found = np.zeros(len(judge.lasting), np.int64)
    can_last = True
    for view in judge.lasting:
        units, holds = _fewest(view, days, confidence)
        can_last = can_last and holds
        least = int(judge.pools.minimum_order[view.pool])
        found[view.pool] = max(units, least) if units else 0
    return found, can_last


def _fewest(view: View, days: float, confidence: float) -> tuple[int, bool]:
    wanted = int(np.searchsorted(view.dates.day, days, side="right"))

    def fails(units: int) -> NDArray[np.bool_]:
        bought = np.zeros(len(view.ship_days), np.int64)
        bought[0] = units
        return chance_of_covering(view, view.ordered(bought))[:wanted] < confidence

    enough = int(view.mean.max() + 12.0 * np.sqrt(view.mean.max()) + 30.0)
    beyond_help = fails(enough)
    if not (fails(0) & ~beyond_help).any():
        return 0, not beyond_help.any()
    low, high = 0, enough
    while high - low > 1:
        middle = (low + high) // 2
        if (fails(middle) & ~beyond_help).any():
            low = middle
        else:
            high = middle
    return high, not beyond_help.any()


def needed_by_window(
    judge: Judge, service: Service, order_day: NDArray[np.float64]
) -> Whole | None:
    """Return the units that must have been ordered by each window for survival [pools, quarters].

    What is asked of a date is asked of the last order that is at the centre by then under every
    law; None where the policy asks for no survival.

    Args:
        judge: Every pool at the dates at which survival is judged.
        service: The service target.
        order_day: Days of order, rising [quarters].
    """
    if service.survive_days is None:
        return None
    found = np.zeros((len(judge.lasting), len(order_day)), np.int64)
    for view in judge.lasting:
        arrival = np.array([view.meeting.arrival_day(float(day)) for day in order_day])
        arrival = np.where(order_day > max(view.meeting.last_order_day(), 0.0), np.inf, arrival)
        dates = int(np.searchsorted(view.dates.day, service.survive_days, side="right"))
        for k, there in enumerate(arrival):
            # up to the last date before the next order comes
            following = arrival[k + 1] if k + 1 < len(arrival) else np.inf
            last = int(np.searchsorted(view.dates.day, following, side="left"))
            if there < np.inf and min(dates, last) > 0:
                day = float(view.dates.day[min(dates, last) - 1])
                found[view.pool, k] = _fewest(view, day, service.confidence)[0]
    return found
