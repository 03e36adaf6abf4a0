"""Show the stages of a long job as they run, each with the time it took."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from keepline.cli.terminal import terminal

if TYPE_CHECKING:
    from types import TracebackType

    from rich.status import Status


def lasting(seconds: float) -> str:
    """Return a time in words.

    >>> lasting(8.2), lasting(400), lasting(7300)
    ('8 s', '7 min', '2.0 h')
    """
    if seconds < 99.5:  # noqa: PLR2004 - what is easily grasped in seconds
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{seconds / 3600:.1f} h"


class Stages:
    """Print a line a stage; on a terminal the running one turns.

    Call it with the name of each stage as it begins. It prints to standard error, so that standard
    output holds nothing but the answer.
    """

    def __init__(self, *, is_silent: bool = False) -> None:
        self._is_silent = is_silent
        self._console = terminal(is_error=True)
        self._stage = ""
        self._began = 0.0
        self._status: Status | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, stage: str) -> None:
        """Begin a stage, and so end the one before."""
        if self._is_silent:
            return
        self._end()
        self._stage = stage
        self._began = time.perf_counter()
        if self._console.is_terminal:
            self._status = self._console.status(f"{stage} ...")
            self._status.start()

    def count(self, done: int, total: int) -> None:
        """Say on a terminal how far the running stage is, and what time is left."""
        if self._status is not None and done:
            took = time.perf_counter() - self._began
            left = lasting(took * (max(total, done) - done) / done)
            self._status.update(f"{self._stage}: {done:,} of {max(total, done):,}, {left} left")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end(has_failed=error is not None)

    def _end(self, *, has_failed: bool = False) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        if self._stage and not has_failed:
            took = time.perf_counter() - self._began
            self._console.print(f"[green]done[/green]  {self._stage:<44}{took:6.1f} s")
        self._stage = ""
