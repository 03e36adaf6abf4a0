"""The next event: a tournament of the lanes, and lanes that keep it up to date.

Of lanes due at the same moment the one of the lowest number wins. A lane's entry holds an integer
besides its time; what it means depends on the lane.
"""

from typing import Final

import numpy as np

from keepline.maths import queues
from keepline.maths.compiled import lean
from keepline.maths.field.layout import Play
from keepline.maths.queues import Lanes

FIRST: Final = 1


@lean
def told(play: Play, lane: int) -> None:
    """Play the tournament again where a lane has another day than before."""
    clock, due = play.state.clock, play.lanes.due
    node = (lane + play.fixed.at.rows) >> 1
    while node >= 1:
        left, right = clock[2 * node], clock[2 * node + 1]
        winner = left if due[left] <= due[right] else right
        if winner == clock[node] and winner != lane:
            return
        clock[node] = winner
        node >>= 1


@lean
def set_due(play: Play, lane: int, day: float) -> None:
    """Set the day of a lane that is a clock, without entries."""
    play.lanes.due[lane] = day
    told(play, lane)


@lean
def push(play: Play, lane: int, day: float, entry: int) -> None:
    """Put something into a lane of events."""
    was = play.lanes.due[lane]
    queues.push(play.lanes, lane, day, entry)
    if day < was:
        told(play, lane)


@lean
def pop(play: Play, lane: int) -> int:
    """Take the first entry out of a lane of events."""
    entry = queues.pop(play.lanes, lane)
    told(play, lane)
    return entry


@lean
def unlink(lanes: Lanes, lane: int, slot: int) -> None:
    """Take the entry of a slot out of a lane."""
    leader, follower = lanes.before[slot], lanes.after[slot]
    if slot == lanes.first[lane]:
        queues.pop(lanes, lane)
        return
    lanes.after[leader] = follower
    if follower == queues.NONE:
        lanes.last[lane] = leader
    else:
        lanes.before[follower] = leader
    lanes.after[slot] = lanes.free[0]
    lanes.free[0] = slot
    lanes.free[1] += 1


@lean
def cleared(play: Play) -> None:
    """Empty every lane and start the tournament anew."""
    queues.clear(play.lanes)
    clock, size = play.state.clock, play.fixed.at.rows
    for lane in range(size):
        clock[size + lane] = lane
    for node in range(size - 1, 0, -1):
        clock[node] = clock[2 * node]
    play.lanes.due[:] = np.inf
