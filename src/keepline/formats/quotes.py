"""Look at the quotation marks of a CSV file: what stands inside them can look like structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Pairs of quotation marks up to which each is looked at.
FEW: Final = 10_000
_BEFORE: Final = (b"", b",", b"\n")
_AFTER: Final = (b"", b",", b"\n", b"\r")


@dataclass(frozen=True)
class Quotes:
    """Say what stands inside quotation marks.

    Attributes:
        commas: How many commas do; None when there are too many pairs to tell quickly.
        may_break: Whether a line break may stand in a cell.
        may_be_empty: Whether a pair may have nothing in it.
        is_plain: Whether every pair is known to stand around a whole cell of one line.
    """

    commas: int | None
    may_break: bool
    may_be_empty: bool
    is_plain: bool = False


def look_at_quotes(body: bytes) -> Quotes:
    r"""Return what stands inside the quotation marks of a CSV file.

    >>> look_at_quotes(b'a,b\n"1,5",""\n')
    Quotes(commas=1, may_break=False, may_be_empty=True, is_plain=True)
    """
    commas, may_break, may_be_empty, is_plain = 0, False, False, True
    at = body.find(b'"')
    for _ in range(FEW):
        if at < 0:
            return Quotes(commas, may_break, may_be_empty, is_plain and not may_break)
        end = body.find(b'"', at + 1)
        if end < 0:
            break
        commas += body.count(b",", at, end)
        may_break = may_break or b"\n" in body[at:end]
        may_be_empty = may_be_empty or end == at + 1
        is_plain = is_plain and body[at - 1 : at] in _BEFORE and body[end + 1 : end + 2] in _AFTER
        at = body.find(b'"', end + 1)
    return Quotes(None, may_break=True, may_be_empty=True)
