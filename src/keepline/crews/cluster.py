"""A crew on a cluster that Dask runs; ``local`` is one on this machine.

What all jobs share is a plugin of the workers: the scheduler hands it to each worker once, also to
one that joins later. A worker that is lost is Dask's to notice; its jobs are played again by the
others. Workers reduce: only a block's sums come back.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
import pickle
import threading
import uuid
from collections import Counter
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin, wait
from distributed import TimeoutError as TooLate

from keepline.crews.worker import sendable
from keepline.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Outcome = TypeVar("Outcome")

#: Jobs handed over ahead of the first one unfinished, for each thread of a worker.
AHEAD = 4
#: How often a job may be lost before it is given up.
CHANCES = 3
#: Seconds between looks at a cluster that says nothing, and how many looks may find no worker.
POLL, LOOKS = 5.0, 24
#: Seconds within which a scheduler answers.
ANSWERS = 30.0

#: On a worker: what the jobs of each round share, as bytes until the first job asks for it.
_BRIEFS: dict[str, Any] = {}
_ONE_AT_A_TIME = threading.Lock()


def programs() -> str:
    """Return the versions that decide the bits."""
    names = ("keepline", "numba", "numpy")
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


class Brief(WorkerPlugin):  # type: ignore[misc]
    """Bring what all jobs of a round share to a worker, and take it away again."""

    def __init__(self, ticket: str, content: bytes) -> None:
        self.ticket, self.content = ticket, content

    def setup(self, worker: object) -> None:  # noqa: ARG002 - as Dask calls it
        """Keep it as it came; it is unpacked by the first job."""
        _BRIEFS.setdefault(self.ticket, self.content)

    def teardown(self, worker: object) -> None:  # noqa: ARG002 - as Dask calls it
        """Forget it."""
        _BRIEFS.pop(self.ticket, None)


def one(ticket: str, asked_by: str, job: object) -> tuple[object, Exception | None]:
    """Play a job on a worker; an error of ours comes back as one, and is not tried again."""
    if asked_by != programs():
        said = f"A worker runs {programs()}, and here is {asked_by}. Install the same on both."
        return None, StoreError(said, "KL-056")
    with _ONE_AT_A_TIME:
        brief = _BRIEFS[ticket]
        if isinstance(brief, bytes):
            brief = _BRIEFS[ticket] = pickle.loads(brief)  # noqa: S301 - from our own scheduler
    act, shared = brief
    try:
        return act(shared, job), None
    except MemoryError:
        raise  # another worker may have more
    except Exception as error:
        return None, sendable(error)


class Cluster:
    """Play jobs on the workers of a Dask cluster.

    Args:
        client: A client of its scheduler.
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    @classmethod
    @contextlib.contextmanager
    def joined(cls, address: str, workers: int | None = None) -> Iterator[Cluster]:
        """Join a cluster, or start one on this machine, and leave it at the end.

        Raises:
            StoreError: When it does not answer, or has no worker.
        """
        with contextlib.ExitStack() as stack:
            try:
                target: object = address
                if address == "local":
                    # nothing listens beyond this machine
                    local = LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        processes=True,
                        host="127.0.0.1",
                        dashboard_address="127.0.0.1:0",  # any free port
                        silence_logs=logging.CRITICAL,
                    )
                    target = stack.enter_context(local)
                client = stack.enter_context(Client(target, timeout=ANSWERS))
                client.wait_for_workers(1, timeout=ANSWERS)
            except (OSError, TooLate, ValueError) as error:
                raise StoreError(
                    f"The cluster {address} does not answer, or has no worker. See that its "
                    "scheduler and its workers run.",
                    "KL-055",
                ) from error
            yield cls(client)

    def play(
        self, act: Callable[[Shared, Job], Outcome], shared: Shared, jobs: Iterable[Job]
    ) -> Iterator[tuple[int, Outcome]]:
        """Play every job and give its number with its outcome, as they come.

        Raises:
            StoreError: When the cluster is lost, has no worker for minutes, or runs another
                version.
        """
        ticket = f"keepline-{uuid.uuid4().hex}"
        brief = Brief(ticket, pickle.dumps((act, shared), protocol=5))
        turn = _Turn(self.client, ticket, jobs)
        try:
            self.client.register_plugin(brief, name=ticket)
            yield from turn.play()
        finally:
            turn.leave()


class _Turn:
    """Play one round of jobs."""

    def __init__(self, client: Client, ticket: str, jobs: Iterable[Any]) -> None:
        self._client, self._ticket = client, ticket
        self._jobs = enumerate(jobs)
        self._held: dict[int, Any] = {}
        self._at: dict[Any, int] = {}
        self._losses: Counter[int] = Counter()

    def play(self) -> Iterator[tuple[int, Any]]:
        """Give each number with its outcome, as they come."""
        looks = 0
        self._fill()
        while self._at:
            try:
                done = wait(list(self._at), timeout=POLL, return_when="FIRST_COMPLETED").done
            except TooLate:
                looks = 0 if self._workers() else looks + 1
                if looks >= LOOKS:
                    raise StoreError("The cluster has no worker any more.", "KL-055") from None
                continue
            except CancelledError:
                done = {future for future in self._at if future.done()}
            looks = 0
            found = [self._taken(future) for future in done]
            self._fill()
            yield from (pair for pair in found if pair is not None)

    def leave(self) -> None:
        """Take back what is not yet played."""
        with contextlib.suppress(OSError, CancelledError, TooLate):
            self._client.cancel(list(self._at))
        with contextlib.suppress(OSError, CancelledError, TooLate, ValueError):
            self._client.unregister_worker_plugin(self._ticket)

    def _fill(self) -> None:
        room = AHEAD * max(sum(self._workers().values()), 1)
        while not self._held or max(self._held) - min(self._held) < room:
            taken = next(self._jobs, None)
            if taken is None:
                return
            self._held[taken[0]] = taken[1]
            self._submit(taken[0])

    def _submit(self, number: int) -> None:
        future = self._client.submit(
            one, self._ticket, programs(), self._held[number], pure=False, priority=-number
        )
        self._at[future] = number

    def _taken(self, future: Any) -> tuple[int, Any] | None:
        """Take a future's outcome, or have its job played again where it was lost."""
        number = self._at.pop(future)
        try:
            outcome, error = future.result(timeout=ANSWERS)
        except (KilledWorker, CancelledError, OSError, TooLate) as lost:
            self._losses[number] += 1
            if self._losses[number] >= CHANCES or self._client.status != "running":
                raise StoreError(
                    f"Job {number + 1} was lost with its workers over and over, or the cluster "
                    f"is gone ({type(lost).__name__}).",
                    "KL-055",
                ) from lost
            self._submit(number)
            return None
        future.release()
        if error is not None:
            raise error
        del self._held[number]
        return number, outcome

    def _workers(self) -> dict[str, int]:
        """Return how many threads each worker has."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, TooLate, CancelledError) as error:
            raise StoreError("The cluster's scheduler does not answer.", "KL-055") from error
        return found
