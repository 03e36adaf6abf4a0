"""The only place where engines meet: they hand one another declared tables."""

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
    "lost_and_left",
    "make_plan",
    "play",
    "replay_history",
    "take_stock",
    "weigh_waiting",
]
