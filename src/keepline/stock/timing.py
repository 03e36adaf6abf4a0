"""Order what does not keep when it does most good: early enough, and no earlier than it keeps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lastbuy_ground import ROUNDING, used
from keepline.stock.tranches import take

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from keepline.maths.lastbuy_ground import Case
    from keepline.stock.tranches import Tranches

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Times that every pair of quarters is looked at.
PASSES = 4
#: A gain smaller than this share of the units short is none.
LEAST_GAIN = 1e-6


def timed(tranches: Tranches, case: Case, units: Whole) -> Whole:
    """Return the same units with the orders of parts that do not keep moved between quarters.

    A search by moves, each within the limits and judged with its units where they lie: units of one
    quarter's order go to another's as long as that leaves fewer short in the dates that decide.

    Args:
        tranches: What could be ordered when.
        case: The limited choice.
        units: Orders within the limits, in lots [pools, quarters].
    """
    found = units.copy()
    left = case.rows.right * (1.0 + ROUNDING / 2.0) - used(case.rows, found)
    for view in tranches.offers.views:
        if view.leaving is None or not found[view.pool].any():
            continue
        # for the optimiser an earlier order is never worse; here every open quarter counts
        most = tranches.orderable.most[view.pool]
        _settle(case, found[view.pool], left, view.pool, most, partial(tranches.short, view))
    return found


def _settle(
    case: Case,
    row: Whole,
    left: Number,
    pool: int,
    most: Whole,
    short: Callable[[Whole], float],
) -> None:
    """Move one pool's units between quarters, in place, while that helps."""
    now = short(row)
    for _ in range(PASSES):
        before = now
        for source in np.nonzero(row)[0]:
            for target in np.nonzero(most > 0)[0]:
                fits = int(most[target] - row[target]) if target != source else 0
                for units in _amounts(case, row, left, pool, (int(source), int(target)), fits):
                    tried = row.copy()
                    tried[source] -= units
                    tried[target] += units
                    lost = short(tried)
                    if lost < now * (1.0 - LEAST_GAIN):
                        row[:] = tried
                        take(case, left, pool, int(target), units)
                        take(case, left, pool, int(source), -units)
                        now = lost
                        break
        if now >= before * (1.0 - LEAST_GAIN):
            break


def _amounts(
    case: Case, row: Whole, left: Number, pool: int, move: tuple[int, int], fits: int
) -> list[int]:
    """Return how many units to try to move: as many as fit, half of them, a quarter, one."""
    source, target = move
    fits = min(int(row[source]), fits)
    for limit, use in zip(case.rows.row[pool, target], case.rows.use[pool, target], strict=True):
        # what is on all quarters together is not used anew
        if limit >= 0 and case.rows.quarter[limit] >= 0:
            fits = min(fits, int(max(0.0, left[limit]) // use))
    least = int(case.least[pool])
    tries = {fits, fits // 2, fits // 4, 1}
    return [
        units
        for units in sorted(tries, reverse=True)
        if 0 < units <= fits
        and (row[source] == units or row[source] - units >= least)
        and row[target] + units >= least
    ]
