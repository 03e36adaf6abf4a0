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
from keepline.planning.replay import Replay, replay_history

__all__ = [
    "Course",
    "Replay",
    "draw_losses",
    "lost_and_left",
    "make_plan",
    "play",
    "replay_history",
    "single_losses",
    "take_stock",
    "weigh_waiting",
]
