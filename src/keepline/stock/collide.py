"""Why a plan misses its service target: which limits collide, and the least that mends it.

Every limit that could matter is raised alone until orders meet the target when they are judged as
the plan itself is: between what certainly does not do and what is enough. Where none does alone,
as few sorts of limits as are found to do are raised together; where even all are not enough, no
money can mend it, and what comes too late is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy_ground import NONE, case_of
from keepline.maths.lastbuy_relax import is_beyond
from keepline.stock.knobs import knobs
from keepline.stock.points import is_held
from keepline.stock.reachable import targets
from keepline.stock.smaller_orders import minimum_orders
from keepline.stock.together import raised_together
from keepline.stock.too_late import too_late
from keepline.stock.trial import Trial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.lastbuy import LastBuy
    from keepline.model.policy import Policy
    from keepline.stock.choose import Chosen
    from keepline.stock.decided import Decided
    from keepline.stock.judge import Judge
    from keepline.stock.knobs import Knob
    from keepline.stock.limits import Ordering
    from keepline.stock.relaxation import Relaxation
    from keepline.stock.trial import Tried

    Number = NDArray[np.float64]

#: Looks at a limit between what does not do and what does, and how near they need to come.
LOOKS, CLOSE = 14, 1e-3
#: Pools up to which orders are taken to come in few steps.
FEW = 24
#: Limits looked into, those that hold back most first; those of them that are looked into in
#: earnest; and quarters of each.
MOST_KNOBS, IN_EARNEST, MOST_QUARTERS = 24, 4, 4


def collisions(
    judge: Judge,
    policy: Policy,
    chosen: Chosen,
    ordering: Ordering,
    order_by: Number,
    decided: Decided,
) -> list[Relaxation]:
    """Return what limits would have to be for the service target; nothing where it is met.

    Args:
        judge: Judges a choice.
        policy: Service target and budget.
        chosen: What would be ordered on the first day.
        ordering: When orders may be placed, and the limits.
        order_by: Last useful day to order [pools].
        decided: The plan.
    """
    if is_held(judge, policy, decided.deliveries):
        return []
    trial = Trial.of(judge, policy, chosen, ordering, order_by)
    tried = trial.at(trial.ordering.limits)
    if chosen.for_target is None:
        found = too_late(judge, policy)
    else:
        found = [*_alone(trial, tried), *minimum_orders(trial)]
        found = sorted(found, key=_size) or raised_together(trial)
    return [*found, *targets(trial, decided.deliveries, tried)]


def _alone(trial: Trial, tried: Tried) -> list[Relaxation]:
    """Return the limits that mend it alone; a quarter's only where that of all quarters does."""
    if tried.bought is None:
        return []
    wholes, quarters = _colliding(trial, tried.bought)
    found: list[Relaxation] = []
    for place, whole in enumerate(wholes[:MOST_KNOBS]):
        one = (
            _least(trial, whole, tried, place < IN_EARNEST)
            if _may_mend(trial, tried.bought, whole)
            else None
        )
        if one is None:
            continue
        found.append(one)
        alike = [knob for knob in quarters if knob[:2] == whole[:2]]
        for knob in alike[:MOST_QUARTERS]:
            by_quarter = (
                _least(trial, knob, tried) if _may_mend(trial, tried.bought, knob) else None
            )
            found += [by_quarter] if by_quarter is not None else []
    return found


def _size(one: Relaxation) -> tuple[bool, float]:
    """Return how large a change is: limits on all quarters first, then by their share."""
    return one.day != NONE, abs(one.change) / one.now if one.now > 0.0 else np.inf


def _colliding(trial: Trial, bought: LastBuy) -> tuple[list[Knob], list[Knob]]:
    """Return the limits that hold something back, those that do most first: whole, and by quarter.

    A limit is left out where it has room for another order of everything and no price.
    """
    held = {knob: _rows(bought, knob) for knob in knobs(trial.ordering)}
    price = np.array([one.price for one in bought.limits])
    right = np.array([one.limit for one in bought.limits])
    tight = _tight(trial, bought)
    worth = {
        knob: -float((price * right)[rows].sum())
        for knob, rows in held.items()
        if rows and tight[rows].any()
    }
    found = sorted(worth, key=worth.__getitem__)
    return (
        [knob for knob in found if knob.quarter == NONE],
        [knob for knob in found if knob.quarter != NONE],
    )


def _rows(bought: LastBuy, knob: Knob) -> list[int]:
    return [
        row
        for row, one in enumerate(bought.limits)
        if (one.kind, one.which) == (knob.kind, knob.which) and knob.quarter in (NONE, one.quarter)
    ]


def _tight(trial: Trial, bought: LastBuy) -> np.ndarray:
    """Tell of every limit whether it has a price or no room for one more order of something."""
    tranches = trial.tranches.within(trial.judge.pools, trial.ordering.limits)
    rows, least = tranches.case().rows, np.maximum(1, tranches.orderable.minimum_order)
    found = np.array([one.price > 0.0 for one in bought.limits], np.bool_)
    left = np.array([one.limit - one.used for one in bought.limits])
    # what cannot be ordered then takes nothing
    is_open = tranches.orderable.most > 0
    needs = rows.use * (least[:, None] * is_open)[:, :, None]
    for row in range(len(found)):
        found[row] |= bool((needs[rows.row == row] > left[row]).any())
    return found


def _may_mend(trial: Trial, bought: LastBuy, knob: Knob) -> bool:
    """Tell whether the prices of the other limits leave the target, or nearly so, within reach."""
    lifted = trial.tranches.within(trial.judge.pools, knob.raised(trial.ordering, np.inf))
    case = case_of(lifted.orderable, lifted.limits)
    price = np.array([one.price for one in bought.limits])
    kept = np.delete(price, _rows(bought, knob))
    return not is_beyond(case, kept, min(trial.allowed(), trial.near()))


def _least(trial: Trial, knob: Knob, first: Tried, is_earnest: bool = False) -> Relaxation | None:
    """Return what one limit alone would have to be; None where it does not mend it alone.

    Args:
        trial: The plan's limits and target.
        knob: The limit.
        first: The orders that lose least within the limits as they are.
        is_earnest: Whether to look again, and longer, where a quick look does not mend it.
    """
    ordering, pools = trial.ordering, trial.judge.pools
    lifted = knob.raised(ordering, np.inf)
    trial, tried = trial.best_at(lifted) if is_earnest else (trial, trial.at(lifted))
    now = knob.now(ordering)
    high = knob.used(pools, ordering, tried.units)
    if not tried.is_held or high <= now:
        return None
    low, orders = now, tried.deliveries
    is_fresh = len(pools.part) <= FEW
    for _ in range(LOOKS):
        if high - low <= CLOSE * high:
            break
        # what few pools take comes in steps: look right below before halving
        below = max((1.0 - CLOSE) * high, low)
        if is_fresh and any(
            one.rules_out(knob.raised(ordering, below)) for one in trial.certifying(orders)
        ):
            low = below
            break
        middle = 0.5 * (low + high)
        tried = trial.at(knob.raised(ordering, middle))
        if tried.is_held:
            high, orders = knob.used(pools, ordering, tried.units), tried.deliveries
        else:
            low = middle
        is_fresh = tried.is_held and len(pools.part) <= FEW
    by = [*trial.certifying(orders), *trial.certifying(first.deliveries)[1:]]
    every = [_certified(one, knob, now, low) for one in by]
    at_least = max((one for one in every if one is not None), default=None)
    return knob.told(ordering, at_least, high)


def _certified(trial: Trial, knob: Knob, low: float, high: float) -> float | None:
    """Return what a limit certainly must pass, between what it is and what does not do."""
    if not trial.rules_out(knob.raised(trial.ordering, low)):
        return None
    if trial.rules_out(knob.raised(trial.ordering, high)):
        return high
    for _ in range(LOOKS):
        if high - low <= CLOSE * high:
            break
        middle = 0.5 * (low + high)
        if trial.rules_out(knob.raised(trial.ordering, middle)):
            low = middle
        else:
            high = middle
    return low
