"""What words of company names mean, and in how many names they stand; data only.

``lexicon.csv`` has forms in law, trades, places and numbers in many languages; ``counts.csv`` the
words of a public list with the number of names that they stand in; ``SOURCES.md`` where they are
from.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

LEXICON: Final = "lexicon.csv"
COUNTS: Final = "counts.csv"

__all__ = ["COUNTS", "LEXICON", "text"]


def text(name: str) -> str:
    """Return the text of one of the files."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
