"""The only place where engines meet: they hand one another declared tables."""

from keepline.planning.jointly import Search
from keepline.planning.losses import draw_losses, single_losses
from keepline.planning.pipeline import (
    Course,
    lost_and_left,
    make_plan,
    play,
    take_stock,
    weigh_waiting,
)
from keepline.planning.replay import Replay, replay_history

__all__ = [
    "Course",
    "Replay",
    "Search",
    "draw_losses",
    "lost_and_left",
    "make_plan",
    "play",
    "replay_history",
    "single_losses",
    "take_stock",
    "weigh_waiting",
]
