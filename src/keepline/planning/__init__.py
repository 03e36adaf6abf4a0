"""The only place where engines meet: they hand one another declared tables."""

from keepline.planning.pipeline import make_plan, play, take_stock

__all__ = ["make_plan", "play", "take_stock"]
