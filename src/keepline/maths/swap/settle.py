"""A whole programme near the prices: each job where it fits, moved one by one.

Under prices y a programme's distance from the bound is

    sum over jobs of (its option's cost under y - the cheapest one's)
    + sum over limits of (price beyond - y) x what is beyond, or y x what is left unused

exactly. Jobs start at their cheapest option and move, those first that lose least, as long as that
distance falls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner
from keepline.maths.swap.curvature import Over, taken_by
from keepline.maths.swap.smooth import Taken, taken_of

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows

#: Moves that lose more than these, one after the other, wait for the next round.
LOSSES = (1e-4, 5e-4, 2e-3, 0.01, 0.05, 0.3, np.inf)
#: Dearer moves are only made where something goes beyond a limit.
LITTLE = 2e-3
#: Jobs after which is looked whether anything still does.
EVERY = 64
PASSES = 4
#: Part of the jobs that makes another pass worth while.
FEW = 1e-3


class Weighed(NamedTuple):
    """Prices of limits, as the kernel takes them."""

    below: Number  # [L] of one unit unused
    beyond: Number  # [L] of one unit beyond


def settled(rows: Rows, limits: Number, cost: Number, option: Whole | None = None) -> Whole:
    """Return an option of each job.

    Args:
        rows: Limits and own costs.
        limits: Prices of limits [L].
        cost: Of options under them, float64[n, options]; inf for those not to be used.
        option: To start from; the cheapest ones where it is not given.
    """
    if option is None:
        option = cost.argmin(axis=1)
    option = option.astype(np.int64)
    taken = taken_of(rows, np.ones(len(option)))
    over = over_of(rows)
    beyond = np.asarray(rows.over @ rows.flows(option)) - rows.most
    weighed = Weighed(limits, rows.price - limits)
    order = np.random.default_rng(0).permutation(len(option))
    for loss in LOSSES:
        if loss > LITTLE and not (beyond > 1e-9).any():
            break
        for _ in range(PASSES):
            moved = settle(taken, over, weighed, cost, loss, order, option, beyond)
            if moved <= FEW * len(order):
                break
    return option


def over_of(rows: Rows) -> Over:
    """Return limits by flow, every one in its own place."""
    by_flow = rows.over.tocsc()
    return Over(
        rows.first,
        by_flow.indptr.astype(np.int64),
        by_flow.indices.astype(np.int64),
        by_flow.data,
        np.arange(len(rows.most)),
    )


@compiled
def settle(
    taken: Taken,
    over: Over,
    weighed: Weighed,
    cost: Number,
    loss: float,
    order: Whole,
    option: Whole,
    beyond: Number,
) -> int:
    """Move each job once to where the distance is least; return how many moved.

    Args:
        taken: What jobs take.
        over: Limits by flow.
        weighed: Prices.
        cost: Of options under prices, float64[n, options].
        loss: Options that are dearer than the cheapest by more are not looked at.
        order: In which jobs move.
        option: Of each job, changed.
        beyond: Of each limit, what is beyond it (negative: unused), changed.
    """
    moved, quarters = 0, (cost.shape[1] - 1) // taken.days.shape[1]
    place, amount = np.empty(beyond.shape[0], np.int64), np.empty(beyond.shape[0])
    near = np.empty(cost.shape[1], np.int64)
    for turn in range(len(order)):
        if loss > LITTLE and turn % EVERY == 0 and beyond.max() <= 1e-9:
            break
        j = order[turn]
        least, here = np.inf, option[j]
        for o in range(cost.shape[1]):
            least = min(least, cost[j, o])
        count = 0
        for o in range(cost.shape[1]):
            if o != here and cost[j, o] <= least + loss:
                near[count] = o
                count += 1
        if count == 0:
            continue
        near[count] = here
        shift(taken, over, j, here, quarters, -1.0, beyond, place, amount)
        best, chosen = np.inf, here
        for o in near[: count + 1]:
            worth = cost[j, o]
            size = 0
            if o < cost.shape[1] - 1:
                size = taken_by(taken, over, j, o, quarters, place, amount)
            for at in range(size):
                limit, much = place[at], amount[at]
                worth += far(weighed, limit, beyond[limit] + much) - far(
                    weighed, limit, beyond[limit]
                )
            if worth < best - 1e-12 or (o == here and worth <= best + 1e-12):
                best, chosen = worth, o
        option[j] = chosen
        moved += chosen != here
        shift(taken, over, j, chosen, quarters, 1.0, beyond, place, amount)
    return moved


@inner
def far(weighed: Weighed, limit: int, beyond: float) -> float:
    """Return what a limit adds to the distance."""
    if beyond > 0.0:
        return float(beyond * weighed.beyond[limit])
    return float(-beyond * weighed.below[limit])


@inner
def shift(
    taken: Taken,
    over: Over,
    j: int,
    option: int,
    quarters: int,
    sign: float,
    beyond: Number,
    place: Whole,
    amount: Number,
) -> None:
    """Add or take away what an option of job j takes."""
    if option < quarters * taken.days.shape[1]:
        size = taken_by(taken, over, j, option, quarters, place, amount)
        for at in range(size):
            beyond[place[at]] += sign * amount[at]
