"""Turn step functions over moments into step functions over whole days, by the worst of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

TOLERANCE = 1e-6
Level = tuple[float, float, float]


@inner
def worse(one: Level, other: Level) -> Level:
    """Return the least share left, the largest lead factor and the largest price factor of two."""
    return min(one[0], other[0]), max(one[1], other[1]), max(one[2], other[2])


@compiled
def worst_by_day(
    first: Ints, time: Floats, left: Floats, lead: Floats, price: Floats
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Return the days on which the worst of the day changes, for each of several courses.

    A loss within a day counts from that day; a recovery within a day counts from the next one.

    Args:
        first: int64[k + 1]; the steps of course i are first[i] up to the next, by rising time.
        time: float64[]; moments, in days. Before its first step a course is whole (1, 1, 1).
        left: float64[]; share left from the moment on.
        lead: float64[]; lead factor.
        price: float64[]; price factor.

    Returns:
        Course, day, share left, lead factor and price factor of every change.
    """
    course, day = [0], [0]
    levels = [(1.0, 1.0, 1.0)]
    for i in range(first.size - 1):
        told = before = (1.0, 1.0, 1.0)
        s = first[i]
        while s < first[i + 1]:
            today = math.floor(time[s] + TOLERANCE)
            worst = before
            while s < first[i + 1] and math.floor(time[s] + TOLERANCE) == today:
                before = (left[s], lead[s], price[s])
                # what changes at the very start of the day leaves no trace of what was before
                worst = before if time[s] <= today + TOLERANCE else worse(worst, before)
                s += 1
            if worst != told:
                course.append(i)
                day.append(today)
                levels.append(worst)
                told = worst
            is_last = s == first[i + 1] or math.floor(time[s] + TOLERANCE) > today + 1
            if is_last and before != told:
                course.append(i)
                day.append(today + 1)
                levels.append(before)
                told = before
    values = np.array(levels)
    return (
        np.array(course[1:], np.int64),
        np.array(day[1:], np.int64),
        values[1:, 0].copy(),
        values[1:, 1].copy(),
        values[1:, 2].copy(),
    )
