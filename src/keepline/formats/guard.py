"""Call an outside reader on bytes of which nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def guarded(read: Callable[[], T]) -> T | None:
    """Return what a reader makes of a file, or None when it fails, however it fails.

    Readers written in Rust answer some broken files with a panic, which Python sees as an
    exception outside ``Exception``; it means no more here than any other failure to read.
    """
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        return None
