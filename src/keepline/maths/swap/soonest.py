"""The first quarter from which caps and removals can hold, within crews, suppliers and money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.swap.mend import SMALL, counting
from keepline.maths.swap.problem import Caps, Problem, keeping
from keepline.maths.swap.solve import Solution, solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.swap.problem import Left

#: Part of the time for the quarter; the rest is for a programme of little cost.
SEARCHING: Final = 0.7


@dataclass(frozen=True)
class Soonest:
    """The earliest compliance.

    Attributes:
        quarter: From the end of this quarter on the caps hold in the programme; Q: none was found.
        not_before: Certified impossible in every quarter before this one.
        programme: With which they do, at the least cost found; None where there is none.
    """

    quarter: int
    not_before: int
    programme: Solution | None


def soonest(problem: Problem, caps: NDArray[np.bool_], left: Left) -> Soonest:
    """Return the first quarter from which the last limits of some caps can hold.

    The later a cap has to hold, the easier: the quarter is found by halving. What was not solved
    in its time counts as not found, but only what is certified raises ``not_before``.

    Args:
        problem: Jobs and limits; prices are not looked at.
        caps: Which rules, bool[R].
        left: Seconds left, for all of it; three tenths of them for the programme's cost.
    """
    quarters = problem.quarters
    whole = left()
    each = SEARCHING * whole / max(1, int(np.ceil(np.log2(quarters + 1))))
    low, high, not_before, done = 0, quarters, 0, 0
    while low < high:
        middle = (low + high) // 2
        done += 1
        part = keeping(left, whole - done * each)
        found = solve(counting(held_from(problem, caps, middle), "any"), part, gap=1e-6)
        if found.is_within:
            high = middle
        else:
            low = middle + 1
            if found.bound > SMALL:
                not_before = low
    if high == quarters:
        return Soonest(quarters, not_before, None)
    wanted = replace(held_from(problem, caps, high), prices=None)
    programme = solve(wanted, keeping(left, 0.3 * (1.0 - SEARCHING) * whole))
    if not programme.is_within:
        # a dear search that ran out of time falls back to the one that keeps the limits
        programme = solve(counting(wanted, "any"), left, gap=1e-6)
    return Soonest(high, not_before, programme)


def held_from(problem: Problem, caps: NDArray[np.bool_], quarter: int) -> Problem:
    """Return the problem in which the last limits of caps hold from a quarter on, and none before.

    What must be swapped has to be by then.

    Args:
        problem: Jobs and limits.
        caps: Which rules, bool[R].
        quarter: At the end of which they hold first.
    """
    given = problem.limits.caps
    most = given.most.copy()
    most[caps, :quarter] = np.inf
    most[caps, quarter:] = given.most[caps, -1:]
    limits = replace(problem.limits, caps=Caps(given.weight, most))
    must = problem.jobs.latest < problem.quarters
    jobs = replace(problem.jobs, latest=np.where(must, quarter, problem.jobs.latest))
    return replace(problem, jobs=jobs, limits=limits)
