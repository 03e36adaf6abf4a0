"""The shelves: units come, are taken, and leave unused on their day or because they go bad."""

import numpy as np

from keepline.maths import queues, streams
from keepline.maths.compiled import lean
from keepline.maths.field import clock, layout, record
from keepline.maths.field.family import CORE_FIRST
from keepline.maths.field.layout import Play


@lean
def is_free(play: Play, part: int, location: int, is_core: int) -> bool:
    """Tell whether a unit may be taken from a shelf."""
    cell = part * play.fixed.locations + location
    units = play.state.cell[cell, layout.SHELF]
    if is_core == 0 and play.fixed.settings.allocation == CORE_FIRST:
        return bool(units > play.fixed.keep[cell])
    return bool(units > 0)


@lean
def put(play: Play, part: int, location: int, now: float) -> None:
    """Put a unit on a shelf, to keep for its shelf life."""
    cell = part * play.fixed.locations + location
    if play.fixed.settings.has_leaving:
        recounted(play, part, now, 1)
        leave = now + play.fixed.part_number[part, layout.LIFE]
        clock.push(play, play.fixed.at.shelf + cell, leave, cell)
    play.state.cell[cell, layout.SHELF] += 1


@lean
def take(play: Play, part: int, location: int, now: float) -> None:
    """Take the unit that leaves first from a shelf."""
    cell = part * play.fixed.locations + location
    if play.fixed.settings.has_leaving:
        recounted(play, part, now, -1)
        clock.pop(play, play.fixed.at.shelf + cell)
    play.state.cell[cell, layout.SHELF] -= 1


@lean
def recounted(play: Play, part: int, now: float, step: int) -> None:
    """Change how many units are in store, and with it when the next one goes bad.

    What is left of an exponential draw is used up at the rate of all units in store.
    """
    rate = play.fixed.part_number[part, layout.ATTRITION]
    whole, day = play.state.part_whole[part], play.state.part_day[part]
    stored = whole[layout.IN_STORE]
    whole[layout.IN_STORE] = stored + step
    if rate > 0.0:
        used = rate * stored * (now - day[layout.STORE_SINCE])
        day[layout.HAZARD_LEFT] = max(day[layout.HAZARD_LEFT] - used, 0.0)
        day[layout.STORE_SINCE] = now
        due = np.inf
        if stored + step > 0:
            due = now + day[layout.HAZARD_LEFT] / (rate * (stored + step))
        clock.set_due(play, play.fixed.at.spoil + part, due)


@lean
def hazard_drawn(play: Play, part: int) -> None:
    """Draw how much hazard the units in store bear until the next one goes bad."""
    w0, w1, _, _ = streams.words_of(
        play.seed,
        play.fixed.part_index[part, layout.STREAM],
        play.replication,
        streams.STORE,
        play.state.part_whole[part, layout.SPOILS],
    )
    play.state.part_day[part, layout.HAZARD_LEFT] = -np.log(streams.share_of_two(w0, w1))


@lean
def expired(play: Play, cell: int, now: float) -> None:
    """Let the first unit of a shelf leave on its day."""
    part = cell // play.fixed.locations
    take(play, part, cell % play.fixed.locations, now)
    play.tally[part, record.EXPIRED] += 1
    play.tally[part, record.EVENTS] += 1


@lean
def spoiled(play: Play, part: int, now: float) -> None:
    """Let one of the units in store go bad, any of them alike."""
    state, locations = play.state, play.fixed.locations
    _, _, w2, _ = streams.words_of(
        play.seed,
        play.fixed.part_index[part, layout.STREAM],
        play.replication,
        streams.STORE,
        state.part_whole[part, layout.SPOILS],
    )
    stored = state.part_whole[part, layout.IN_STORE]
    ahead = min(int(streams.share_of(w2) * stored), stored - 1)
    cell = part * locations
    while ahead >= state.cell[cell, layout.SHELF]:
        ahead -= state.cell[cell, layout.SHELF]
        cell += 1
    queues.take_out(play.lanes, play.fixed.at.shelf + cell, ahead)
    clock.told(play, play.fixed.at.shelf + cell)
    state.cell[cell, layout.SHELF] -= 1
    state.part_whole[part, layout.SPOILS] += 1
    recounted(play, part, now, -1)
    hazard_drawn(play, part)
    recounted(play, part, now, 0)
    play.tally[part, record.SPOILED] += 1
    play.tally[part, record.EVENTS] += 1
