"""Units on their way: demands at the centre, parcels, and who gets a unit that comes."""

import numpy as np

from keepline.maths import queues
from keepline.maths.compiled import lean
from keepline.maths.field import clock, layout, lines, record, shelves
from keepline.maths.field.family import CORE_FIRST
from keepline.maths.field.layout import Play

FROM_CENTRE = 0
FROM_SIBLING = 1


@lean
def _posted(play: Play, way: int, unit: int, part: int, location: int, now: float) -> None:
    """Send a parcel with a unit that answers a depot's demand for a part."""
    fixed = play.fixed
    entry = (part << layout.PART_BITS | unit) << layout.PART_BITS | location
    clock.push(play, fixed.parcel_lane[way, location], now + fixed.days[way, location], entry)
    play.state.cell[part * fixed.locations + location, layout.UNDER_WAY] += 1


@lean
def _sent(play: Play, unit: int, part: int, location: int, now: float) -> None:
    """Answer a demand for a part at the centre with a unit."""
    if location == 0:
        lines.row_served(play, part, 0, unit, now)
    else:
        _posted(play, FROM_CENTRE, unit, part, location, now)


@lean
def _lent(play: Play, part: int, location: int, now: float) -> bool:
    """Let the sibling with most to spare send a unit, if one can; say so."""
    fixed, state = play.fixed, play.state
    if fixed.days[FROM_SIBLING, location] == np.inf:
        return False
    lender, most = -1, 0
    for sibling in range(1, fixed.locations):
        cell = part * fixed.locations + sibling
        spare = state.cell[cell, layout.SHELF] - fixed.keep[cell]
        if spare > most and sibling != location:
            lender, most = sibling, spare
    if lender < 0:
        return False
    shelves.take(play, part, lender, now)
    _posted(play, FROM_SIBLING, part, part, location, now)
    play.tally[part, record.LENT] += 1
    cell = part * fixed.locations + lender
    if state.cell[cell, layout.OVER] > 0:
        state.cell[cell, layout.OVER] -= 1
    else:
        lines.demand_joins(play, part, lender, now)
    return True


@lean
def _demanded(play: Play, part: int, location: int, now: float) -> None:
    """Demand a unit from the centre: it sends one, or another, or a sibling does; or wait."""
    fixed = play.fixed
    if location > 0:
        cell = part * fixed.locations + location
        is_core = lines.has_core_claim(play, cell)
        if shelves.is_free(play, part, 0, is_core):
            shelves.take(play, part, 0, now)
            _posted(play, FROM_CENTRE, part, part, location, now)
            return
        if lines.is_needed(play, cell):
            if fixed.settings.has_substitutes:
                first = fixed.part_index[part, layout.FIRST_SUBSTITUTE]
                for at in range(first, fixed.part_index[part, layout.END_SUBSTITUTE]):
                    unit = fixed.substitute[at]
                    if shelves.is_free(play, unit, 0, is_core):
                        shelves.take(play, unit, 0, now)
                        _posted(play, FROM_CENTRE, unit, part, location, now)
                        return
            if fixed.settings.has_lateral and _lent(play, part, location, now):
                return
    lines.demand_joins(play, part, location, now)


@lean
def ordered(play: Play, part: int, location: int, now: float, step: int) -> None:
    """Let a location need units more (or fewer, if below 0) of a part than it has on order."""
    cell = part * play.fixed.locations + location
    state = play.state.cell
    state[cell, layout.OVER] -= step
    while state[cell, layout.OVER] < 0:
        state[cell, layout.OVER] += 1
        _demanded(play, part, location, now)
    while state[cell, layout.OVER] > 0 and state[cell, layout.IN_LINE] > 0:
        state[cell, layout.OVER] -= 1
        lines.demand_leaves(play, part, location, False)


@lean
def _wanted_by(play: Play, unit: int, location: int) -> int:
    """Give the part whose first row at a location gets a unit that comes there, or -1."""
    fixed, lanes = play.fixed, play.lanes
    cell = unit * fixed.locations + location
    is_kept = (
        fixed.settings.allocation == CORE_FIRST
        and play.state.cell[cell, layout.SHELF] + 1 <= fixed.keep[cell]
    )
    slot = lanes.first[fixed.at.rows + cell]
    if slot != queues.NONE and (not is_kept or lanes.time[slot] < 0.5):
        return unit
    if fixed.settings.has_substitutes:
        first = fixed.part_index[unit, layout.FIRST_SERVED]
        for at in range(first, fixed.part_index[unit, layout.END_SERVED]):
            part = fixed.served[at]
            slot = lanes.first[fixed.at.rows + part * fixed.locations + location]
            if slot != queues.NONE and (not is_kept or lanes.time[slot] < 0.5):
                return int(part)
    return -1


@lean
def depot_received(play: Play, unit: int, part: int, location: int, now: float) -> None:
    """Take a unit in at a depot, where it was to meet a demand for a part."""
    served = _wanted_by(play, unit, location)
    if served < 0:
        shelves.put(play, unit, location, now)
        served = unit
    else:
        lines.row_served(play, served, location, unit, now)
    if served != part:
        ordered(play, part, location, now, 1)
        ordered(play, served, location, now, -1)


@lean
def _centre_serves(play: Play, unit: int, part: int, is_for_row: bool, now: float) -> bool:
    """Let a unit that comes to the centre meet the best demand for a part; say whether it does."""
    fixed = play.fixed
    location = lines.best_demand(play, part, is_for_row)
    if location < 0:
        return False
    cell = unit * fixed.locations
    if (
        fixed.settings.allocation == CORE_FIRST
        and play.state.cell[cell, layout.SHELF] + 1 <= fixed.keep[cell]
        and not lines.has_core_claim(play, part * fixed.locations + location)
    ):
        return False
    lines.demand_leaves(play, part, location, True)
    _sent(play, unit, part, location, now)
    return True


@lean
def centre_received(play: Play, unit: int, now: float) -> None:
    """Take a unit in at the centre."""
    if _centre_serves(play, unit, unit, False, now):
        return
    fixed = play.fixed
    if fixed.settings.has_substitutes:
        first = fixed.part_index[unit, layout.FIRST_SERVED]
        for at in range(first, fixed.part_index[unit, layout.END_SERVED]):
            if _centre_serves(play, unit, fixed.served[at], True, now):
                return
    shelves.put(play, unit, 0, now)


@lean
def received(play: Play, unit: int, location: int, units: int, now: float) -> None:
    """Take in units that nobody had demanded."""
    for _ in range(units):
        if location > 0:
            depot_received(play, unit, unit, location, now)
        else:
            centre_received(play, unit, now)


@lean
def parcel_received(play: Play, lane: int, now: float) -> None:
    """Take a parcel in at its depot."""
    fixed = play.fixed
    entry = clock.pop(play, lane)
    location = entry & layout.PART_MASK
    unit = entry >> layout.PART_BITS & layout.PART_MASK
    part = entry >> 2 * layout.PART_BITS
    play.state.cell[part * fixed.locations + location, layout.UNDER_WAY] -= 1
    play.tally[unit, record.EVENTS] += 1
    depot_received(play, unit, part, location, now)


@lean
def needed(play: Play, row: int, now: float) -> None:
    """Replace a failed unit from a shelf of its location, or let the row wait."""
    fixed = play.fixed
    part, location = fixed.row_index[row, layout.PART], fixed.row_index[row, layout.LOCATION]
    is_core = fixed.row_index[row, layout.IS_CORE]
    if shelves.is_free(play, part, location, is_core):
        shelves.take(play, part, location, now)
        if location > 0:
            ordered(play, part, location, now, 1)
        return
    if fixed.settings.has_substitutes:
        first = fixed.part_index[part, layout.FIRST_SUBSTITUTE]
        for at in range(first, fixed.part_index[part, layout.END_SUBSTITUTE]):
            unit = fixed.substitute[at]
            if shelves.is_free(play, unit, location, is_core):
                shelves.take(play, unit, location, now)
                lines.stands_in(play, row, part, unit)
                if location > 0:
                    ordered(play, unit, location, now, 1)
                return
    lines.row_joins(play, row, part, location, now)
    ordered(play, part, location, now, 1)
