"""Find what a scenario takes away, through all tiers, and how long today's stock then lasts."""

from keepline.impact.endurance import endurance
from keepline.impact.losses import Impact, find
from keepline.impact.worlds import Drawn, draw

__all__ = ["Drawn", "Impact", "draw", "endurance", "find"]
