"""Let a process of its own work, hear what it finds, and stop it when time is out or by hand."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from keepline.crews.worker import sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

READY, SENT, DONE, FAILED = "ready", "sent", "done", "failed"
#: How it may have ended: by itself, by the clock, by hand, or it was lost.
WHOLE, LATE, STOPPED, LOST = "whole", "late", "stopped", "lost"
#: Seconds that a process may take to start, which are not those of the work.
STARTING: Final = 120.0


def heard_aside(
    act: Callable[[Any, Callable[[], float], Callable[[Any], None]], None],
    brief: Any,
    seconds: float,
    grace: float,
    hear: Callable[[Any], None],
    prepare: Callable[[], None] | None = None,
) -> str:
    """Have ``act(brief, left, send)`` done in a process of its own; return how that ended.

    Args:
        act: A function of a module; ``left()`` tells it how many seconds it has, and whatever it
            hands to ``send`` is heard here at once.
        brief: What it works on.
        seconds: It has, counted from its start.
        grace: Seconds after those when it is ended.
        hear: Takes what it sends.
        prepare: A function of a module that is done before the time begins.

    Raises:
        Exception: What the work itself raised.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(
        target=_work, args=(there, act, brief, seconds, prepare), daemon=True, name="keepline-aside"
    )
    try:
        with _deaf():
            process.start()
        there.close()
        return _listen(here, seconds + grace, hear)
    except KeyboardInterrupt:
        return STOPPED
    finally:
        process.kill()
        process.join()
        process.close()
        here.close()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that starts meanwhile inherit that a Ctrl-C is none of its business."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _listen(line: Connection, seconds: float, hear: Callable[[Any], None]) -> str:
    stop_at = time.monotonic() + STARTING
    while line.poll(max(0.0, stop_at - time.monotonic())):
        try:
            kind, what = line.recv()
        except (EOFError, OSError):
            return LOST
        if kind == READY:
            stop_at = time.monotonic() + seconds
        elif kind == SENT:
            hear(what)
        elif kind == FAILED:
            raise what
        else:
            return WHOLE
    return LATE


def clock(seconds: float) -> Callable[[], float]:
    """Return what tells how many of so many seconds are left from now on."""
    stop_at = time.monotonic() + seconds
    return lambda: stop_at - time.monotonic()


def _work(line: Connection, act: Any, brief: Any, seconds: float, prepare: Any) -> None:
    # the process that asked decides what a Ctrl-C means; it ends this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # the one who asked may be gone at any moment
    with contextlib.suppress(BrokenPipeError, OSError):
        try:
            if prepare is not None:
                prepare()
            line.send((READY, None))
            act(brief, clock(seconds), lambda what: line.send((SENT, what)))
        except OSError:
            raise
        except Exception as error:
            line.send((FAILED, sendable(error)))
            return
        line.send((DONE, None))
