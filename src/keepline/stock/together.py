"""Raise several limits together where none of them mends a missed target alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy_ground import NONE, Kind
from keepline.stock.knobs import knobs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from keepline.maths.lastbuy_ground import Limits
    from keepline.stock.knobs import Knob
    from keepline.stock.limits import Ordering
    from keepline.stock.relaxation import Relaxation
    from keepline.stock.trial import Trial

#: The order in which sorts of limits are put back: money is the first that may stay raised.
PUT_BACK = (Kind.STORAGE, Kind.CAPACITY, Kind.QUARTER_BUDGET, Kind.BUDGET)
#: Looks at each limit, how near they need to come, and limits that are looked at.
LOOKS, CLOSE, MOST_LOWERED = 10, 1e-3, 12


def raised_together(trial: Trial) -> list[Relaxation]:
    """Return limits that mend it when all of them are raised; nothing where none are found to.

    Args:
        trial: The plan's limits and target.
    """
    ordering, pools = trial.ordering, trial.judge.pools
    raised = {knob.kind for knob in knobs(ordering)}
    at, tried = trial.best_at(_lifted(ordering, raised))
    if not tried.is_held:
        return []
    for kind in PUT_BACK:
        if kind in raised:
            other, found = trial.best_at(_lifted(ordering, raised - {kind}))
            if found.is_held:
                raised, at, tried = raised - {kind}, other, found
    every = [knob for knob in knobs(ordering) if knob.kind in raised and knob.quarter == NONE]
    now = {knob: knob.now(ordering) for knob in every}
    need = {knob: knob.used(pools, ordering, tried.units) for knob in every}
    need = {knob: to for knob, to in need.items() if to > now[knob]}
    need = _lowered(at, now, need)
    return [
        knob.told(ordering, None, to, is_alone=len(need) == 1)
        for knob, to in need.items()
        if to > now[knob]
    ]


def _lowered(
    trial: Trial, now: Mapping[Knob, float], enough: Mapping[Knob, float]
) -> dict[Knob, float]:
    """Return limits lowered one after the other, each as far as the others as they are allow."""
    found = dict(enough)
    for knob in list(found)[:MOST_LOWERED]:
        low = now[knob]
        for _ in range(LOOKS):
            middle = 0.5 * (low + found[knob])
            tried = trial.at(_all_raised(trial.ordering, {**found, knob: middle}))
            if tried.is_held:
                found[knob] = knob.used(trial.judge.pools, trial.ordering, tried.units)
            else:
                low = middle
            if found[knob] - low <= CLOSE * found[knob]:
                break
    return found


def _lifted(ordering: Ordering, kinds: Collection[Kind]) -> Limits:
    """Return the limits of which some sorts are lifted whole."""
    return _all_raised(ordering, {k: np.inf for k in knobs(ordering) if k.kind in kinds})


def _all_raised(ordering: Ordering, to: Mapping[Knob, float]) -> Limits:
    limits = ordering
    for knob, most in to.items():
        limits = limits.with_limits(knob.raised(limits, most))
    return limits.limits
