"""What a score means, and how often that is wrong, as measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Band:
    """Hold a band of scores, and its errors as ``bench/screen.py`` measured them.

    Attributes:
        name: What it is called.
        least: The least score in it.
        found: Share of listed names, misspelt or otherwise written, that score so or higher
            against themselves.
        strangers: Share of other companies, themselves on a list that is held out, that score so
            or higher against any listed name.
    """

    name: str
    least: float
    found: float
    strangers: float


MATCH: Final = Band("match", 0.88, 0.867, 0.022)
REVIEW: Final = Band("review", 0.70, 0.936, 0.099)
CLEAR: Final = Band("clear", 0.0, 1.0, 1.0)


def band_of(score: float) -> str:
    """Return the band of a score.

    >>> band_of(0.95), band_of(0.8), band_of(0.2)
    ('match', 'review', 'clear')
    """
    return next(band.name for band in (MATCH, REVIEW, CLEAR) if score >= band.least)
