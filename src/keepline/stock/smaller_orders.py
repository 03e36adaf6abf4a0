"""How much smaller suppliers' minimum orders would have to be for a missed target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.stock.offers import Offers
from keepline.stock.relaxation import Relaxation
from keepline.stock.survive import needed_by_window
from keepline.stock.tranches import Tranches

if TYPE_CHECKING:
    from keepline.stock.trial import Trial, Tried

#: The share of all minimum orders that may stay is told to 1 in so many.
STEPS = 32
#: Every look works all curves out anew: not done for more pools than these.
MOST_POOLS = 500


def minimum_orders(trial: Trial) -> list[Relaxation]:
    """Return the share of all minimum orders that may stay; nothing where no share mends it.

    Args:
        trial: The plan's limits and target.
    """
    least = trial.judge.pools.minimum_order
    if not (least > 1).any() or len(least) > MOST_POOLS:
        return []
    if not _at(trial, 0).is_held:
        return []
    low, high, ruled_out = 0, STEPS, None
    if trial.rules_out(trial.ordering.limits):
        ruled_out = STEPS
    while high - low > 1:
        middle = (low + high) // 2
        tried = _at(trial, middle)
        if tried.is_held:
            low = middle
        else:
            high = middle
            # what rules an order out rules out all that are larger
            ruled_out = middle if tried.is_ruled_out else ruled_out
    most = None if ruled_out is None else ruled_out / STEPS
    return [Relaxation("minimum orders", "share", 1.0, most, low / STEPS)]


def _at(trial: Trial, step: int) -> Tried:
    """Return orders where so many parts of every minimum order stay."""
    pools = trial.judge.pools
    least = np.maximum(1, np.ceil(pools.minimum_order * (step / STEPS))).astype(np.int64)
    judge = replace(trial.judge, pools=pools._replace(minimum_order=least))
    share = trial.tranches.offers.share
    offers = Offers.of(judge.pools, judge.views, share, judge.crew)
    needed = needed_by_window(judge, trial.policy.service, trial.ordering.day)
    tranches = Tranches.of(judge.pools, offers, trial.ordering, needed)
    return trial.other(judge, trial.policy, trial.chosen, tranches).at(trial.ordering.limits)
