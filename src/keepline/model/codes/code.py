"""What every error code says on its page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Explain one error code.

    Attributes:
        code: The code, as it stands in brackets at the end of a line.
        title: What is wrong, in a few words.
        meaning: Why it matters and when it arises.
        example: A line as it is printed.
        mend: How to mend it.
    """

    code: str
    title: str
    meaning: str
    example: str
    mend: str
