"""Have a programme looked for, and hold what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepline.maths.swap.mend import Mending
from keepline.maths.swap.soonest import Soonest
from keepline.maths.swap_search import Brief, look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keepline.maths.swap.problem import Left
    from keepline.maths.swap.solve import Solution
    from keepline.swap.building import Task


@dataclass(frozen=True)
class Found:
    """Hold what was found by the end.

    Attributes:
        solution: The best programme; None where there was no time for any.
        mending: What must give way; None where that was not looked for, or not finished.
        is_whole: Whether the search came to its own end.
        soonest: The earliest compliance; None where that was not looked for, or not finished.
    """

    solution: Solution | None
    mending: Mending | None
    is_whole: bool = True
    soonest: Soonest | None = None


def brief_of(task: Task, *, is_soonest: bool = False) -> Brief:
    """Return what is to be looked for: the least cost, or the earliest compliance."""
    wished = tuple(row for row, one in enumerate(task.demands.caps) if one.price is not None)
    return Brief(task.problem, task.firm, wished, is_soonest)


def found_of(sent: Iterable[Solution | Mending | Soonest], *, is_whole: bool = True) -> Found:
    """Return what was sent: the last programme, and what must give way."""
    solution, mending, earliest = None, None, None
    for one in sent:
        if isinstance(one, Mending):
            mending = one
        elif isinstance(one, Soonest):
            earliest, solution = one, one.programme
        else:
            solution = one
    return Found(solution, mending, is_whole, earliest)


def search(task: Task, left: Left, *, is_soonest: bool = False) -> Found:
    """Look for a programme in this process."""
    sent: list[Solution | Mending | Soonest] = []
    look(brief_of(task, is_soonest=is_soonest), left, sent.append)
    return found_of(sent)
