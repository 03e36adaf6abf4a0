"""Who waits: rows for a unit at their location, locations for a unit at the centre."""

import numpy as np

from keepline.maths import queues
from keepline.maths.compiled import lean
from keepline.maths.field import book, clock, layout, record
from keepline.maths.field.family import BY_TRAFFIC, CORE_FIRST, FIRST_COME
from keepline.maths.field.layout import Play


@lean
def row_joins(play: Play, row: int, part: int, location: int, now: float) -> None:
    """Let a row wait for a unit, in the order in which its location serves rows."""
    fixed = play.fixed
    cell = part * fixed.locations + location
    rank = 0.0
    if fixed.settings.allocation == BY_TRAFFIC:
        rank = -fixed.row_number[row, layout.PRIORITY]
    elif fixed.settings.allocation == CORE_FIRST:
        rank = 1.0 - fixed.row_index[row, layout.IS_CORE]
    queues.push(play.lanes, fixed.at.rows + cell, rank, row)
    book.changed(play, cell, part, now, 1)
    book.missed(play, row, now, 1)


@lean
def stands_in(play: Play, row: int, part: int, unit: int) -> None:
    """Note that a unit of another part stands in a row."""
    fixed = play.fixed
    at = fixed.part_index[part, layout.FIRST_SUBSTITUTE]
    first = at
    while fixed.substitute[at] != unit:
        at += 1
    play.state.standing[row, at - first] += 1
    play.tally[part, record.SUBSTITUTED] += 1


@lean
def row_served(play: Play, part: int, location: int, unit: int, now: float) -> None:
    """Give a unit, of the part or standing in, to the first row that waits at a location."""
    cell = part * play.fixed.locations + location
    row = queues.pop(play.lanes, play.fixed.at.rows + cell)
    book.changed(play, cell, part, now, -1)
    book.missed(play, row, now, -1)
    if unit != part:
        stands_in(play, row, part, unit)


@lean
def rows_gone(play: Play, row: int, cell: int) -> int:
    """Take a row out of the line of its location; give how many units it waited for."""
    lanes, lane = play.lanes, play.fixed.at.rows + cell
    found = 0
    slot = lanes.first[lane]
    while slot != queues.NONE:
        following = lanes.after[slot]
        if lanes.place[slot] == row:
            clock.unlink(lanes, lane, slot)
            found += 1
        slot = following
    return found


@lean
def is_needed(play: Play, cell: int) -> bool:
    """Tell whether a row waits at a location for which no parcel is under way."""
    state = play.state.cell
    return bool(state[cell, layout.WAITING] > state[cell, layout.UNDER_WAY])


@lean
def claim(play: Play, cell: int) -> float:
    """Give the rank of a location's demand at the centre, the highest first.

    That of the first row that waits, beyond those for which parcels are under way.
    """
    slot = play.lanes.first[play.fixed.at.rows + cell]
    for _ in range(play.state.cell[cell, layout.UNDER_WAY]):
        if slot == queues.NONE:
            break
        slot = play.lanes.after[slot]
    if play.fixed.settings.allocation == CORE_FIRST:
        if slot == queues.NONE:
            return 0.0
        return float(1.0 - play.lanes.time[slot])
    return -np.inf if slot == queues.NONE else float(-play.lanes.time[slot])


@lean
def has_core_claim(play: Play, cell: int) -> int:
    """Tell whether a location may have what the centre keeps for core rows."""
    if play.fixed.settings.allocation != CORE_FIRST:
        return 0
    return 1 if claim(play, cell) > 0.5 else 0


@lean
def demand_joins(play: Play, part: int, location: int, now: float) -> None:
    """Let a location's demand wait at the centre."""
    fixed = play.fixed
    lane = fixed.at.centre + part
    if fixed.settings.allocation != FIRST_COME:
        lane = fixed.at.centre + part * fixed.locations + location
    queues.push(play.lanes, lane, now, location)
    play.state.cell[part * fixed.locations + location, layout.IN_LINE] += 1


@lean
def demand_leaves(play: Play, part: int, location: int, is_served: bool) -> None:
    """Take a location's first demand out of the centre's line; its last one if not served."""
    fixed, lanes = play.fixed, play.lanes
    play.state.cell[part * fixed.locations + location, layout.IN_LINE] -= 1
    lane = fixed.at.centre + part
    if fixed.settings.allocation != FIRST_COME:
        lane = fixed.at.centre + part * fixed.locations + location
    slot = lanes.first[lane] if is_served else lanes.last[lane]
    while lanes.place[slot] != location:
        slot = lanes.after[slot] if is_served else lanes.before[slot]
    clock.unlink(lanes, lane, slot)


@lean
def best_demand(play: Play, part: int, is_for_row: bool) -> int:
    """Give the location that the centre serves next, or -1.

    Args:
        play: The replication.
        part: The part demanded.
        is_for_row: Only where a row waits for which no parcel is under way.
    """
    fixed, lanes = play.fixed, play.lanes
    if fixed.settings.allocation == FIRST_COME:
        slot = lanes.first[fixed.at.centre + part]
        while slot != queues.NONE:
            location = lanes.place[slot]
            if not is_for_row or is_needed(play, part * fixed.locations + location):
                return int(location)
            slot = lanes.after[slot]
        return -1
    best, highest, earliest = -1, -np.inf, np.inf
    for location in range(fixed.locations):
        cell = part * fixed.locations + location
        if play.state.cell[cell, layout.IN_LINE] == 0:
            continue
        if is_for_row and not is_needed(play, cell):
            continue
        rank = claim(play, cell)
        came = lanes.due[fixed.at.centre + cell]
        if best < 0 or rank > highest or (rank == highest and came < earliest):
            best, highest, earliest = location, rank, came
    return best
