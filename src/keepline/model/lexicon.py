"""What words of company names mean, and how common they are: the ground of every comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a word may be in a company's name: its form in law, its trade, a place, a number, a word
#: that joins others, or what tells the company apart.
KINDS: Final = ("core", "legal", "trade", "place", "number", "stop")


@dataclass(frozen=True)
class Lexicon:
    """Hold the known words of company names.

    Attributes:
        phrases: Kind and meaning of words and phrases as they are written, in any script; words
            of one kind and meaning say the same (``LLC`` of ``GmbH`` and ``Ltd``).
        counts: In how many names of a reference list a word stands, folded to small ASCII.
        names: How many names that list has.
        sha256: Of the files that say so.
    """

    phrases: Mapping[str, tuple[str, str]]
    counts: Mapping[str, int]
    names: int
    sha256: str
