"""Reach the terminal, whatever stands behind it: a screen, a file, a pipe that has gone away."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from typing import IO, Final, cast

from rich.console import Console

#: Columns where there is no terminal to ask.
COLUMNS: Final = 100
#: What stands in for a sign that an encoding lacks.
PLAIN: Final = {"\u202f": " ", "\u2212": "-"}
_REPLACE: Final = "keepline-plain"


class Terminal(Console):
    """Print as rich does, but go on in silence when the reader has gone away, as ``| head`` does.

    The command then still ends with its own exit code.
    """

    def on_broken_pipe(self) -> None:
        """Print no more, and let the command end as it would have."""
        self.quiet = True
        mute(self.file)


def terminal(*, is_error: bool = False) -> Terminal:
    """Return a terminal as wide as the screen, or of 100 columns where there is none."""
    found = Terminal(stderr=is_error, highlight=False)
    if found.is_terminal:
        return found
    return Terminal(stderr=is_error, highlight=False, width=COLUMNS)


def mute(stream: IO[str]) -> None:
    """Let whatever else is written to a stream, the last flush of Python too, go nowhere."""
    # a stream of a test has no file descriptor
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def calm() -> None:
    """Mute each output that takes nothing more, as on a full disk."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            mute(stream)


def speak_any_encoding() -> None:
    """Write a plain sign where the encoding of the output lacks one, instead of failing."""
    codecs.register_error(_REPLACE, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_REPLACE)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    found = cast("UnicodeEncodeError", error)
    lacking = found.object[found.start : found.end]
    return "".join(PLAIN.get(sign, "?") for sign in lacking), found.end
