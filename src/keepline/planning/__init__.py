"""The only place where engines meet: they hand one another declared tables."""

from keepline.planning.pipeline import (
    lost_and_left,
    make_plan,
    play,
    take_stock,
    weigh_waiting,
)

__all__ = ["lost_and_left", "make_plan", "play", "take_stock", "weigh_waiting"]
