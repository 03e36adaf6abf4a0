"""Lanes: many waiting lines in order of time, in one store that grows as a whole.

A *lane* holds things that happen at a time at a place: repaired units on their way back, parcels
to depots of one ship time, demands waiting at the centre. Most lanes fill in order of time (every
repair takes as long), so a new entry goes to the end at once; one that is due earlier (a new unit
ordered when lead times were shorter) walks forward from the end to its place. Entries due at the
same time keep the order in which they came.

All lanes are doubly linked through one set of arrays with a list of free slots, so memory follows
what is under way and nothing else.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import compiled, lean, lean_entry

NONE = -1


class Lanes(NamedTuple):
    """Lines of things under way, each in order of time."""

    due: NDArray[np.float64]
    """float64[lanes]: time of the first entry of each lane, infinite when empty."""
    first: NDArray[np.int64]
    """int64[lanes]: slot of the first entry."""
    last: NDArray[np.int64]
    """int64[lanes]: slot of the last entry."""
    time: NDArray[np.float64]
    """float64[slots]: when the entry is due, days."""
    place: NDArray[np.int64]
    """int64[slots]: where, a location of the pool."""
    after: NDArray[np.int64]
    """int64[slots]: slot of the next entry of the lane, or of the next free slot."""
    before: NDArray[np.int64]
    """int64[slots]: slot of the entry before."""
    free: NDArray[np.int64]
    """int64[2]: first free slot, number of free slots."""


@compiled
def lanes_of(lanes: int, slots: int) -> Lanes:
    """Make empty lanes over a store of some slots."""
    made = Lanes(
        np.full(lanes, np.inf),
        np.full(lanes, NONE, np.int64),
        np.full(lanes, NONE, np.int64),
        np.empty(slots),
        np.empty(slots, np.int64),
        np.arange(1, slots + 1),
        np.empty(slots, np.int64),
        np.zeros(2, np.int64),
    )
    made.after[slots - 1] = NONE
    made.free[1] = slots
    return made


@lean_entry
def clear(lanes: Lanes) -> None:
    """Empty every lane, whole lines at a time."""
    for lane in range(lanes.due.size):
        if lanes.first[lane] != NONE:
            lanes.after[lanes.last[lane]] = lanes.free[0]
            lanes.free[0] = lanes.first[lane]
        lanes.first[lane] = NONE
        lanes.last[lane] = NONE
        lanes.due[lane] = np.inf
    lanes.free[1] = lanes.time.size


@lean_entry
def length(lanes: Lanes, lane: int) -> int:
    """Count the entries of a lane."""
    entries = 0
    slot = lanes.first[lane]
    while slot != NONE:
        entries += 1
        slot = lanes.after[slot]
    return entries


@compiled
def grown(lanes: Lanes) -> Lanes:
    """Give the same lanes over twice as many slots."""
    old = lanes.time.size
    made = Lanes(
        lanes.due,
        lanes.first,
        lanes.last,
        np.empty(2 * old),
        np.empty(2 * old, np.int64),
        np.empty(2 * old, np.int64),
        np.empty(2 * old, np.int64),
        lanes.free,
    )
    # slot by slot: to put an array into a slice costs seconds of compiling its error message
    for slot in range(old):
        made.time[slot] = lanes.time[slot]
        made.place[slot] = lanes.place[slot]
        made.after[slot] = lanes.after[slot]
        made.before[slot] = lanes.before[slot]
    for slot in range(old, 2 * old):
        made.after[slot] = slot + 1
    made.after[2 * old - 1] = lanes.free[0]
    made.free[0] = old
    made.free[1] += old
    return made


@lean_entry
def push(lanes: Lanes, lane: int, time: float, place: int) -> None:
    """Put an entry in its place in a lane; there must be a free slot."""
    slot = lanes.free[0]
    lanes.free[0] = lanes.after[slot]
    lanes.free[1] -= 1
    lanes.time[slot] = time
    lanes.place[slot] = place
    ahead = lanes.last[lane]
    while ahead != NONE and lanes.time[ahead] > time:
        ahead = lanes.before[ahead]
    follower = lanes.after[ahead] if ahead != NONE else lanes.first[lane]
    lanes.before[slot] = ahead
    lanes.after[slot] = follower
    if ahead == NONE:
        lanes.first[lane] = slot
        lanes.due[lane] = time
    else:
        lanes.after[ahead] = slot
    if follower == NONE:
        lanes.last[lane] = slot
    else:
        lanes.before[follower] = slot


@lean
def take_out(lanes: Lanes, lane: int, ahead: int) -> None:
    """Take the entry with so many ahead of it out of a lane."""
    slot = lanes.first[lane]
    for _ in range(ahead):
        slot = lanes.after[slot]
    leader, follower = lanes.before[slot], lanes.after[slot]
    if leader == NONE:
        pop(lanes, lane)
        return
    lanes.after[leader] = follower
    if follower == NONE:
        lanes.last[lane] = leader
    else:
        lanes.before[follower] = leader
    lanes.after[slot] = lanes.free[0]
    lanes.free[0] = slot
    lanes.free[1] += 1


@lean_entry
def pop(lanes: Lanes, lane: int) -> int:
    """Take the first entry out of a lane that is not empty, and give its place."""
    slot = lanes.first[lane]
    follower = lanes.after[slot]
    lanes.first[lane] = follower
    if follower == NONE:
        lanes.last[lane] = NONE
        lanes.due[lane] = np.inf
    else:
        lanes.before[follower] = NONE
        lanes.due[lane] = lanes.time[follower]
    lanes.after[slot] = lanes.free[0]
    lanes.free[0] = slot
    lanes.free[1] += 1
    return int(lanes.place[slot])
