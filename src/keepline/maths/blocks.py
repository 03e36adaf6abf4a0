"""Replications cut into blocks, and blocks played on threads but handed on in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


def blocks_of(replications: int, block: int, first: int = 0) -> list[tuple[int, int]]:
    """Cut replications into blocks.

    Args:
        replications: How many there are.
        block: How many a block holds at most, 1 or more.
        first: Number of the first one.

    Returns:
        For each block the number of its first replication and how many it holds.

    >>> blocks_of(5, 2)
    [(0, 2), (2, 2), (4, 1)]
    """
    last = first + replications
    return [(start, min(block, last - start)) for start in range(first, last, block)]


def played_in_order(
    play: Callable[[Job], Outcome], jobs: Iterable[Job], threads: int, ahead: int = 4
) -> Iterator[Outcome]:
    """Play jobs on threads and give their outcomes in the order of the jobs.

    At most ``threads * ahead`` outcomes are held at any time, so memory does not follow the
    number of jobs. With kernels that let go of the interpreter's lock the jobs run side by side;
    as each outcome depends on its job alone, the sequence is the same for any number of threads.

    Args:
        play: What to do with a job.
        jobs: The jobs; taken one by one, as room comes.
        threads: How many threads, 1 or more.
        ahead: How many jobs a thread may be ahead of the one to be handed on.

    Yields:
        The outcome of each job.

    >>> list(played_in_order(abs, [-3, 2, -1], threads=2))
    [3, 2, 1]
    """
    waiting: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(threads) as crew:
        try:
            for job in jobs:
                waiting.append(crew.submit(play, job))
                if len(waiting) >= threads * ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for left in waiting:
                left.cancel()
