"""How many more units, bought at the start, make stock last to a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled, inner
from keepline.maths.survival_bounds import first_doubtful_days, first_failing_days
from keepline.maths.survival_lines import Lines, chances_at, flows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow
    from keepline.maths.pooling import Laws

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NO_NUMBER = -1


class MoreUnits(NamedTuple):
    """Hold how many more units lines need.

    Attributes:
        units: The fewest with which the upper bound reaches the day; `NO_NUMBER` where none do.
        is_sure: Whether the lower bound reaches it with them, so that they are exactly the fewest.
    """

    units: Ints
    is_sure: NDArray[np.bool_]


@inner
def holds(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, more: int, to: int, asked: Floats
) -> bool:
    """Return whether a line may hold to a day with so many more units.

    The day itself is looked at first, which costs little and mostly decides.
    """
    lines.more[i] = more
    found = bool(chances_at(lines, comes, flows, i, to).sum() >= asked[0])
    if found:
        found = bool(first_failing_days(lines, comes, flows, i, asked, to)[0][0] > to)
    lines.more[i] = 0
    return found


@compiled
def fewest_more(
    lines: Lines,
    laws: Laws,
    comes: Ints,
    rows: Ints,
    until: Ints,
    confidence: float,
) -> MoreUnits:
    """Return the fewest more units with which lines hold to a day at a confidence.

    They arrive on `lines.more_day` under the laws of `lines.is_more_whole`. More units than are
    removed up to the day are of no use, which ends the search.

    Args:
        lines: What must be served; `more` is 0 before and after, and written to in between.
        laws: What is left of supply and repair.
        comes: Units of each order due that arrive under each law [laws, orders].
        rows: The lines that ask [q].
        until: The day to which each is to hold [q].
        confidence: Probability with which nothing must be short.

    Returns:
        Units of each line that asks [q].
    """
    found = MoreUnits(np.full(rows.size, NO_NUMBER), np.ones(rows.size, np.bool_))
    asked = np.array([confidence])
    for q in range(rows.size):
        i, to = rows[q], until[q]
        flows = flows_of(lines, laws, i)
        removed = lines.rate[lines.first_pool[i] : lines.first_pool[i + 1]].sum() * to
        least, most = -1, poisson.quantile(removed, 1.0) + 1
        if not holds(lines, comes, flows, i, most, to, asked):
            continue
        while most - least > 1:
            middle = (least + most) // 2
            if holds(lines, comes, flows, i, middle, to, asked):
                most = middle
            else:
                least = middle
        found.units[q] = most
        lines.more[i] = most
        none = np.empty(0, np.int64)
        doubtful = first_doubtful_days(lines, comes, flows, i, asked, to, none)[0][0]
        found.is_sure[q] = doubtful > to
        lines.more[i] = 0
    return found
