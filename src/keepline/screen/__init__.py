"""Compare company names: words of any script, candidates, scores with reasons, bands."""

from keepline.screen.bands import MATCH, REVIEW, Band, band_of
from keepline.screen.matching import Matcher, Nearest
from keepline.screen.reasons import reasons

__all__ = ["MATCH", "REVIEW", "Band", "Matcher", "Nearest", "band_of", "reasons"]
