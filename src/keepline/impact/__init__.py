"""Find what a scenario takes away, through all tiers, and how long today's stock then lasts."""

from keepline.impact.endurance import endurance
from keepline.impact.losses import Impact, find
from keepline.impact.singles import Singles, find_singles
from keepline.impact.worlds import Drawn, draw

__all__ = ["Drawn", "Impact", "Singles", "draw", "endurance", "find", "find_singles"]
