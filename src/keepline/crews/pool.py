"""A crew of processes on this machine.

Each worker is a process of its own, started afresh (``spawn``, the same on every system), with one
line to this one. What all jobs share goes down each line once. A worker that dies closes its line;
its job is given to another, and a new worker takes its place.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
from collections import Counter, deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Self, TypeVar

from keepline.crews.worker import JOB, SHARED, serve
from keepline.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Outcome = TypeVar("Outcome")

#: Jobs taken ahead of the first one unfinished, for each worker.
AHEAD = 8
#: How often a job may end its worker before it is the job's fault.
CHANCES = 3


@dataclass
class _Worker:
    process: SpawnProcess
    line: Connection
    #: The round whose shared part it has; 0 for none.
    ticket: int = 0
    #: The round and the number of the job it is at.
    at: tuple[int, int] | None = None


class _Round:
    """Know which jobs of one round are to be played, are being played, and are done."""

    def __init__(self, ticket: int, brief: bytes, jobs: Iterable[Any], ahead: int) -> None:
        self.ticket, self.brief = ticket, brief
        self._jobs = enumerate(jobs)
        self._ahead = ahead
        self._held: dict[int, Any] = {}
        self._again: deque[int] = deque()
        self._losses: Counter[int] = Counter()
        self._has_more = True

    @property
    def is_over(self) -> bool:
        return not self._held and not self._has_more

    def next(self) -> tuple[int, Any] | None:
        """Return a job to be played; None where there is none for now."""
        if self._again:
            number = self._again.popleft()
            return number, self._held[number]
        if self._has_more and self._has_room():
            taken = next(self._jobs, None)
            if taken is None:
                self._has_more = False
                return None
            self._held[taken[0]] = taken[1]
            return taken
        return None

    def done(self, number: int) -> None:
        del self._held[number]

    def lost(self, number: int) -> None:
        """Have a job played again.

        Raises:
            StoreError: When it has ended too many workers.
        """
        self._losses[number] += 1
        if self._losses[number] >= CHANCES:
            raise StoreError(
                f"Job {number + 1} ended the process that worked on it {CHANCES} times; often the "
                "machine is short of memory. Ask for fewer workers.",
                "KL-055",
            )
        self._again.append(number)

    def _has_room(self) -> bool:
        newest = max(self._held, default=-1)
        return not self._held or newest - min(self._held) < self._ahead


class Pool:
    """Play jobs on processes of this machine; started when the first job comes.

    Args:
        count: How many workers, 1 or more.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._workers: list[_Worker] = []
        self._ticket = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def processes(self) -> list[int]:
        """Return the number that the system gives each worker."""
        return [one.process.pid or 0 for one in self._workers]

    def play(
        self, act: Callable[[Shared, Job], Outcome], shared: Shared, jobs: Iterable[Job]
    ) -> Iterator[tuple[int, Outcome]]:
        """Play every job and give its number with its outcome, as they come.

        Raises:
            StoreError: When a job ends its worker over and over.
        """
        self._ticket += 1
        brief = pickle.dumps((SHARED, self._ticket, act, shared), protocol=5)
        turn = _Round(self._ticket, brief, jobs, AHEAD * self.count)
        while len(self._workers) < self.count:
            self._workers.append(_started())
        while True:
            for row in range(len(self._workers)):
                self._give(turn, row)
            if turn.is_over:
                return
            yield from self._heard(turn)

    def close(self) -> None:
        """Let every worker go, whatever it is at."""
        for worker in self._workers:
            worker.line.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.process.close()
        self._workers.clear()

    def _give(self, turn: _Round, row: int) -> None:
        """Give a worker that is free its next job, and before it what it lacks."""
        worker = self._workers[row]
        if worker.at is not None:
            return
        job = turn.next()
        if job is None:
            return
        worker.at = turn.ticket, job[0]
        # one that is gone is found out when it is listened to
        with contextlib.suppress(OSError):
            if worker.ticket != turn.ticket:
                worker.line.send_bytes(turn.brief)
                worker.ticket = turn.ticket
            worker.line.send((JOB, turn.ticket, *job))

    def _heard(self, turn: _Round) -> Iterator[tuple[int, Any]]:
        """Listen until some worker answers or is lost; give it its next job, then the outcome."""
        lines = [one.line for one in self._workers if one.at is not None]
        for line in wait(lines):
            row = next(i for i, one in enumerate(self._workers) if one.line is line)
            try:
                ticket, number, outcome, error = self._workers[row].line.recv()
            except (EOFError, OSError):
                self._replace(turn, row)
                continue
            self._workers[row].at = None
            if ticket != turn.ticket:
                continue  # of a round that nobody waits for any more
            if error is not None:
                raise error
            turn.done(number)
            self._give(turn, row)
            yield number, outcome

    def _replace(self, turn: _Round, row: int) -> None:
        gone = self._workers[row]
        gone.line.close()
        gone.process.join()
        gone.process.close()
        self._workers[row] = _started()
        if gone.at is not None and gone.at[0] == turn.ticket:
            turn.lost(gone.at[1])


def _started() -> _Worker:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True, name="keepline-worker")
    process.start()
    there.close()  # so that the line closes when the worker is gone
    return _Worker(process, here)
