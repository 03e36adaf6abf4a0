"""Have a programme looked for, and hold what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepline.maths.swap.mend import Mending
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
    """

    solution: Solution | None
    mending: Mending | None
    is_whole: bool = True


def brief_of(task: Task) -> Brief:
    """Return what is to be looked for."""
    wished = tuple(row for row, one in enumerate(task.demands.caps) if one.price is not None)
    return Brief(task.problem, task.firm, wished)


def found_of(sent: Iterable[Solution | Mending], *, is_whole: bool = True) -> Found:
    """Return what was sent: the last programme, and what must give way."""
    solution, mending = None, None
    for one in sent:
        if isinstance(one, Mending):
            mending = one
        else:
            solution = one
    return Found(solution, mending, is_whole)


def search(task: Task, left: Left) -> Found:
    """Look for a programme in this process."""
    sent: list[Solution | Mending] = []
    look(brief_of(task), left, sent.append)
    return found_of(sent)
