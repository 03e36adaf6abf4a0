"""Find how much of an item's value comes from some countries: bounds, where facts are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.impact.offers import Offers
    from keepline.model.hits import Content

    Answers = NDArray[np.int8]
    Floats = NDArray[np.float64]

_ROUNDING = 1e-9


def content_shares(offers: Offers, origins: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return bounds on the share of the value of each delivery that comes from some countries.

    What is made in one of the countries counts whole. What is made elsewhere counts for its
    components: share = sum over needs of quantity x cost of one x its share, over the cost of the
    item. A component that several sources deliver has the least share of any at the bottom and
    the greatest at the top. Where a cost, a quantity of an unrecorded bill of material or a place
    of manufacture is missing, the bounds are as wide as what is known allows.

    Returns:
        The least and the greatest share, float64[deliveries].
    """
    made_in = offers.offer["country"].to_list()
    is_there = np.array([code in origins for code in made_in], np.bool_)
    is_nowhere = np.array([code is None for code in made_in], np.bool_)
    item = offers.offer["item"].to_numpy()
    of_need, weight, top_weight = _weights(offers)
    low, high = np.zeros(offers.items), np.ones(offers.items)
    while True:
        inside = np.bincount(of_need, weight * low[offers.need], minlength=offers.items)
        at_most = np.bincount(of_need, top_weight * high[offers.need], minlength=offers.items)
        at_least, at_most = np.minimum(inside, 1.0)[item], np.minimum(at_most, 1.0)[item]
        least = np.where(is_there, 1.0, at_least)
        greatest = np.where(is_there | is_nowhere, 1.0, at_most)
        new_low, new_high = _over_sources(offers, least, greatest)
        # both bounds hold after every round and only draw together; circles end by rounding
        if _is_near(new_low, low) and _is_near(new_high, high):
            return least, greatest
        low, high = new_low, new_high


def _weights(offers: Offers) -> tuple[np.ndarray, Floats, Floats]:
    """Return the item of each need, and the share of its value that the need makes: two bounds."""
    cost = np.full(offers.items, np.nan)
    cost[: offers.parts.height] = offers.parts["unit_cost"].cast(float).to_numpy()
    costs = offers.components["unit_cost"].cast(float).fill_null(np.nan).to_numpy()
    cost[offers.parts.height : offers.unrecorded] = costs
    for first in (offers.first_repair, offers.first_software):
        cost[first : first + offers.parts.height] = cost[: offers.parts.height]
    of_need = np.repeat(np.arange(offers.items), np.diff(offers.first_need))
    whole = cost[of_need]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = offers.need_quantity * cost[offers.need] / whole
    is_known = np.isfinite(share)
    return of_need, np.where(is_known, share, 0.0), np.where(is_known, share, 1.0)


def _over_sources(offers: Offers, least: Floats, greatest: Floats) -> tuple[Floats, Floats]:
    low, high = np.zeros(offers.items), np.ones(offers.items)
    filled = np.flatnonzero(np.diff(offers.first_offer) > 0)
    starts = offers.first_offer[filled]
    if len(filled):
        low[filled] = np.minimum.reduceat(least, starts)
        high[filled] = np.maximum.reduceat(greatest, starts)
    return low, high


def content_answers(offers: Offers, content: Content) -> Answers:
    """Tell for each delivery whether its content passes the limit: 2 yes, 1 not known, 0 no."""
    low, high = content_shares(offers, content.origins)
    edge = -_ROUNDING if content.is_inclusive else _ROUNDING
    return np.where(
        low > content.share + edge, 2, np.where(high > content.share + edge, 1, 0)
    ).astype(np.int8)


def _is_near(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max(initial=0.0) <= _ROUNDING * 1e-3)
