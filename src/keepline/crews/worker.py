"""What a worker process does: take what all jobs share once, then play one job after the other."""

from __future__ import annotations

import contextlib
import pickle
import signal
from typing import TYPE_CHECKING, Any

from keepline.model.errors import Bug

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Marks a message that brings what all jobs share, or a job.
SHARED, JOB = "shared", "job"


def serve(line: Connection) -> None:
    """Play what comes down the line until it closes.

    Messages are (SHARED, ticket, act, shared) and (JOB, ticket, number, job); answers are
    (ticket, number, outcome, error), the last two one or the other None.
    """
    # the process that asked decides what a Ctrl-C means; it closes the line
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    act: Any = None
    shared: Any = None
    # the one who asked may be gone at any moment
    with contextlib.suppress(EOFError, OSError):
        while True:
            message = line.recv()
            if message[0] == SHARED:
                _, _, act, shared = message
                continue
            _, ticket, number, job = message
            outcome, failed = None, None
            try:
                outcome = act(shared, job)
            except Exception as error:
                failed = sendable(error)
            line.send((ticket, number, outcome, failed))


def sendable(error: Exception) -> Exception:
    """Return an error that another process can take, telling the same."""
    try:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, made just before
    except Exception:
        return Bug(f"A worker failed ({type(error).__name__}: {error}). Please report it.")
    return error if type(again) is type(error) else Bug(str(error))
