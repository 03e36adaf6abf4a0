"""Look for a programme, and where none keeps all limits for what must give way.

It is a module of its own so that another process can do it with nothing but arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.swap.mend import Mending, mend
from keepline.maths.swap.problem import CAPS, Problem
from keepline.maths.swap.solve import Excess, Solution, Values, solve
from keepline.maths.swap.soonest import Soonest, soonest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keepline.maths.swap.problem import Left

    #: Takes a better programme as soon as there is one, and in the end what must give way.
    Send = Callable[[Solution | Mending | Soonest], None]

#: Part of the time in which a programme is looked for; the rest is for what must give way, as long
#: as none is found that keeps all limits.
LOOKING: Final = 0.7
#: Gap to stop at.
GAP: Final = 1e-5


@dataclass(frozen=True)
class Brief:
    """Hold what is to be looked for, in a form that another process can take.

    Attributes:
        problem: The programme to be found.
        firm: The same without rules that are only wished for.
        wished: Rows of the problem's caps that are only wished for.
        is_soonest: Whether the earliest compliance is looked for, not the least cost.
    """

    problem: Problem
    firm: Problem
    wished: tuple[int, ...]
    is_soonest: bool = False


def look(brief: Brief, left: Left, send: Send) -> None:
    """Send every better programme, and where the best passes limits what must give way.

    Args:
        brief: What is to be looked for.
        left: Seconds left, as told by whoever holds a clock.
        send: Takes what is found as soon as it is.
    """
    if not len(brief.problem.jobs):
        send(nothing(brief.problem))
        return
    if brief.is_soonest:
        every = np.ones(len(brief.firm.limits.caps.weight), np.bool_)
        send(soonest(brief.firm, every, left))
        return
    kept = (1.0 - LOOKING) * left()
    is_good = False

    def until() -> float:
        # once all limits are kept nothing must give way, and the time for that is free
        return left() if is_good else left() - kept

    def hear(one: Solution) -> None:
        nonlocal is_good
        is_good = is_within(one, brief.wished)
        send(one)

    found = solve(brief.problem, until, hear, GAP)
    send(found)
    if not is_within(found, brief.wished):
        send(mend(brief.firm, left))


def is_within(found: Solution, wished: Iterable[int]) -> bool:
    """Tell whether a programme keeps all limits and days, those that are only wished for aside."""
    excess = found.excess
    is_wish = (excess.kind == CAPS) & np.isin(excess.row, list(wished))
    return bool(is_wish.all()) and not excess.late.any()


def is_impossible(problem: Problem, found: Solution) -> bool:
    """Tell whether the bound certifies that no programme keeps all limits and days.

    It does where it is higher than any programme may cost that keeps them: each job at its dearest,
    and every place mobilised for in every quarter. With prices of its own a limit may be passed,
    and nothing is certified.
    """
    if problem.prices is not None:
        return False
    jobs, count = problem.jobs, problem.quarters
    dearest = np.where(np.isfinite(jobs.cost), jobs.cost, 0.0).max(axis=1, initial=0.0)
    late = jobs.late_cost * np.maximum(0, count - jobs.due)
    most = dearest * problem.discount.max(initial=0.0) + late
    most += np.maximum(0.0, -problem.worth.min(axis=1, initial=0.0))[jobs.kind]
    fees = float(problem.mobilise.sum() * problem.discount.sum())
    return bool(found.bound > float(most.sum()) + fees)


def nothing(problem: Problem) -> Solution:
    """Return the programme of no jobs; what is over a cap all the same goes beyond it."""
    most = problem.limits.caps.most
    row, q = np.nonzero(most < 0.0)
    whole = np.zeros(0, np.int64)
    excess = Excess(np.full(len(row), CAPS), row, q, -most[row, q], np.zeros(len(row)), whole)
    none = Values(whole, whole, whole, np.zeros(0))
    return Solution(whole, whole, 0.0, 0.0, 0.0, 0.0, excess, none, is_best=True)
