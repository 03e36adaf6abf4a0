"""Screen suppliers against public lists: names, candidates, scores with reasons, owners."""

from keepline.screen.bands import MATCH, REVIEW, Band, band_of
from keepline.screen.engine import name_prints, screen
from keepline.screen.finding import finder
from keepline.screen.matching import Matcher, Nearest
from keepline.screen.reasons import reasons

__all__ = [
    "MATCH",
    "REVIEW",
    "Band",
    "Matcher",
    "Nearest",
    "band_of",
    "finder",
    "name_prints",
    "reasons",
    "screen",
]
