"""Find what a scenario takes away, through all tiers, and how long today's stock then lasts."""

from keepline.impact.endurance import endurance
from keepline.impact.losses import Impact, find
from keepline.impact.singles import Singles, find_singles

__all__ = ["Impact", "Singles", "endurance", "find", "find_singles"]
