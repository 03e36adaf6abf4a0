"""What is written down as a replication runs: units short, outages, periods, where units are."""

import numpy as np

from keepline.maths import queues
from keepline.maths.compiled import lean
from keepline.maths.field import clock, layout, record
from keepline.maths.field.layout import Play
from keepline.maths.field.record import Record


@lean
def changed(play: Play, cell: int, part: int, now: float, step: int) -> None:
    """Let more or fewer rows wait at a location, and book the unit-days short until now."""
    state = play.state
    waiting = state.cell[cell, layout.WAITING]
    if waiting > 0:
        since = state.stamp[cell, layout.SINCE]
        if now > since:
            state.stamp[cell, layout.AREA] += waiting * (now - since)
            state.part_day[part, layout.FIRST_SHORT] = min(
                state.part_day[part, layout.FIRST_SHORT], since
            )
    state.part_whole[part, layout.IS_TOUCHED] = 1
    state.part_whole[part, layout.SHORT] += step
    state.stamp[cell, layout.SINCE] = now
    state.cell[cell, layout.WAITING] = waiting + step


@lean
def missed(play: Play, row: int, now: float, step: int) -> None:
    """Let more or fewer units be missing from a row, and log what that changes beyond its spare."""
    state = play.state
    missing = state.missing[row]
    state.missing[row] = missing + step
    if play.fixed.settings.has_log:
        spare = play.fixed.row_index[row, layout.SPARE]
        was, out = max(missing - spare, 0), max(missing + step - spare, 0)
        if was != out:
            _logged(play, row, now, out)


@lean
def _logged(play: Play, row: int, now: float, out: int) -> None:
    """Write a line; a change at the very moment of the row's line before takes its place."""
    log, state = play.log, play.state
    at = state.last_log[row]
    if at < 0 or log.day[at] != now:
        at = state.whole[layout.LOGGED]
        state.whole[layout.LOGGED] = at + 1
        state.last_log[row] = at
        log.day[at] = now
        log.line[at, 0] = play.replication
        log.line[at, 1] = row
    log.line[at, 2] = out


@lean
def period_ended(play: Play, kept: Record, replication: int, now: float) -> None:
    """Write down the period that ends, and set the clock for the next end."""
    fixed, state = play.fixed, play.state
    period = state.whole[layout.PERIOD]
    for part in range(fixed.parts):
        whole = state.part_whole[part]
        if period >= 0:
            kept.ordered[replication, period, part] = whole[layout.NEW_ORDERS]
        whole[layout.NEW_ORDERS] = 0
        if whole[layout.IS_TOUCHED] or whole[layout.SHORT]:
            _written(play, kept, replication, part, now)
            whole[layout.IS_TOUCHED] = 0
    period += 1
    state.whole[layout.PERIOD] = period
    is_more = period + 1 < fixed.edges.size
    clock.set_due(play, fixed.at.end, fixed.edges[period + 1] if is_more else np.inf)


@lean
def _written(play: Play, kept: Record, replication: int, part: int, now: float) -> None:
    """Write down a part's period."""
    state, locations = play.state, play.fixed.locations
    period = state.whole[layout.PERIOD]
    total = 0.0
    for location in range(locations):
        cell = part * locations + location
        changed(play, cell, part, now, 0)
        area = state.stamp[cell, layout.AREA]
        state.stamp[cell, layout.AREA] = 0.0
        total += area
        if period >= 0 and kept.location_days.size:
            kept.location_days[replication, period, part, location] = area
            short = state.cell[cell, layout.WAITING]
            kept.location_short[replication, period, part, location] = short
    if period >= 0:
        kept.backorder_days[replication, period, part] = total
        kept.short_at_end[replication, period, part] = state.part_whole[part, layout.SHORT]


@lean
def _counted_in_service(play: Play, end: float) -> None:
    """Count the units that have come into service and those that are in service at the end."""
    fixed, state = play.fixed, play.state
    for row in range(fixed.ladder.size):
        start = max(state.start[row], 0.0)
        until = state.until[row]
        if not (start <= end and start < until):
            continue
        part = fixed.row_index[row, layout.PART]
        quantity = fixed.row_index[row, layout.QUANTITY]
        play.tally[part, record.ENTERED] += quantity
        if until > end:
            own = quantity - state.missing[row]
            first = fixed.part_index[part, layout.FIRST_SUBSTITUTE]
            for at in range(fixed.stands):
                if state.standing[row, at]:
                    units = state.standing[row, at]
                    play.tally[fixed.substitute[first + at], record.INSTALLED] += units
                    own -= units
            play.tally[part, record.INSTALLED] += own


@lean
def _counted_under_way(play: Play) -> None:
    """Count what is in repair, on order and in transit at the end."""
    fixed, lanes, tally = play.fixed, play.lanes, play.tally
    for part in range(fixed.parts):
        tally[part, record.REPAIRING] += queues.length(lanes, fixed.at.repaired + part)
        tally[part, record.ORDERED] += queues.length(lanes, fixed.at.new + part)
    for lane in range(fixed.at.shop, fixed.at.repaired):
        slot = lanes.first[lane]
        while slot != queues.NONE:
            tally[lanes.place[slot] >> 1, record.REPAIRING] += 1
            slot = lanes.after[slot]
    for lane in range(fixed.at.queue, fixed.at.lanes):
        slot = lanes.first[lane]
        while slot != queues.NONE:
            tally[lanes.place[slot] % fixed.parts, record.QUEUED] += 1
            slot = lanes.after[slot]
    for lane in range(fixed.at.parcel, fixed.at.shelf):
        slot = lanes.first[lane]
        while slot != queues.NONE:
            part = lanes.place[slot] >> layout.PART_BITS & layout.PART_MASK
            tally[part, record.IN_TRANSIT] += 1
            slot = lanes.after[slot]


@lean
def closed(play: Play, kept: Record, replication: int) -> None:
    """Write down where every unit is at the end."""
    fixed, state, tally = play.fixed, play.state, play.tally
    _counted_in_service(play, fixed.edges[fixed.edges.size - 1])
    _counted_under_way(play)
    for part in range(fixed.parts):
        for location in range(fixed.locations):
            cell = part * fixed.locations + location
            kept.on_hand[replication, part, location] = state.cell[cell, layout.SHELF]
            tally[part, record.ON_HAND] += state.cell[cell, layout.SHELF]
            tally[part, record.BACKORDERS] += state.cell[cell, layout.WAITING]
        kept.first_short_day[replication, part] = state.part_day[part, layout.FIRST_SHORT]
        for column in range(record.COUNTS):
            kept.counts[replication, part, column] = tally[part, column]
