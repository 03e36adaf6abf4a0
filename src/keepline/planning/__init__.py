"""The only place where engines meet: they hand one another declared tables."""

from keepline.planning.pipeline import (
    Course,
    draw_losses,
    lost_and_left,
    make_plan,
    play,
    single_losses,
    take_stock,
    weigh_waiting,
)

__all__ = [
    "Course",
    "draw_losses",
    "lost_and_left",
    "make_plan",
    "play",
    "single_losses",
    "take_stock",
    "weigh_waiting",
]
