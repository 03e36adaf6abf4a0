"""Units that let every part survive so many days at a confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.poisson import cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.stock.ground import Delivery, View
    from keepline.stock.offers import Offers

    Whole = NDArray[np.int64]


def chance_of_covering(view: View, delivery: Delivery) -> NDArray[np.float64]:
    """Return the probability that a pool's stock covers what is outstanding, by date.

    All of the pool's stock counts wherever it lies, and ship times do not (the pooled law of
    endurance); branches are mixed.

    Args:
        view: The pool.
        delivery: What is bought for it.
    """
    s0, s = view.stock_with(delivery)
    stock = (s0[:, 0] + s.sum(axis=1)).reshape(view.mean.shape)
    covers = np.array(
        [
            [cdf(mean, units) for mean, units in zip(means, row, strict=True)]
            for means, row in zip(view.mean, stock, strict=True)
        ]
    )
    return np.asarray(covers @ view.meeting.chance)


def first_failing(view: View, delivery: Delivery, confidence: float) -> int:
    """Return the first date, by its row, at which the stock does not cover; their count if none."""
    fails = np.nonzero(chance_of_covering(view, delivery) < confidence)[0]
    return int(fails[0]) if len(fails) else len(view.dates.day)


def units_to_survive(offers: Offers, days: float, confidence: float) -> tuple[Whole, bool]:
    """Return the fewest units with which every pool covers at each date up to a day.

    Returns:
        Units of every pool, and whether all of them hold; where no number of units can, because
        they would arrive too late, none are bought for it.
    """
    found = np.zeros(len(offers.views), np.int64)
    can_last = True
    for view in offers.views:
        units = _fewest(offers, view, days, confidence)
        can_last = can_last and units is not None
        found[view.pool] = units or 0
    return found, can_last


def _fewest(offers: Offers, view: View, days: float, confidence: float) -> int | None:
    wanted = int(np.searchsorted(view.dates.day, days, side="right"))

    def holds(units: int) -> bool:
        return first_failing(view, offers.at_centre(view, units), confidence) >= wanted

    enough = int(view.mean.max() + 12.0 * np.sqrt(view.mean.max()) + 30.0)
    if holds(0):
        return 0
    if not holds(enough):
        return None
    low, high = 0, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return max(high, int(offers.curves.minimum_order[view.pool]))
