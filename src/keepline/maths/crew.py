"""Who does the work: one contract for this process, a pool of processes and a cluster.

A crew is given what to do, what all jobs share, and the jobs. It hands on each outcome with the
number of its job as it comes; `in_order` puts them in the order of the jobs. As an outcome depends
on its job and on what is shared alone, whoever played it, the sequence has the same bits for every
crew. The crews of several processes stand outside the engines, in :mod:`keepline.crews`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from keepline.maths.blocks import played_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


class Crew(Protocol):
    """Play jobs, wherever that is."""

    def play(
        self, act: Callable[[Shared, Job], Outcome], shared: Shared, jobs: Iterable[Job]
    ) -> Iterator[tuple[int, Outcome]]:
        """Play every job and give its number with its outcome, as they come.

        Only so many jobs are taken ahead of the first one unfinished, so that memory does not
        follow their number. Closing the iterator leaves what is still to be played.

        Args:
            act: What to do; for other processes a function of a module, or a ``partial`` of one.
            shared: What every job needs; it reaches each worker once.
            jobs: The jobs; taken one by one, as room comes.
        """
        ...


@dataclass(frozen=True)
class Threads:
    """Play jobs on threads of this process.

    Attributes:
        count: How many threads, 1 or more; with one, a job begins when the one before is handed on.
    """

    count: int = 1

    def play(
        self, act: Callable[[Shared, Job], Outcome], shared: Shared, jobs: Iterable[Job]
    ) -> Iterator[tuple[int, Outcome]]:
        """Play every job, in order.

        >>> list(Threads(2).play(lambda shared, job: shared + job, 10, [1, 2]))
        [(0, 11), (1, 12)]
        """
        one = partial(act, shared)
        if self.count == 1:
            return enumerate(map(one, jobs))
        return enumerate(played_in_order(one, jobs, self.count))


def in_order(found: Iterable[tuple[int, Outcome]]) -> Generator[Outcome]:
    """Give outcomes in the order of their jobs, holding back what came too early.

    >>> list(in_order([(1, "b"), (0, "a"), (2, "c")]))
    ['a', 'b', 'c']
    """
    early: dict[int, Outcome] = {}
    due = 0
    for number, outcome in found:
        early[number] = outcome
        while due in early:
            yield early.pop(due)
            due += 1
