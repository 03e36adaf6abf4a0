"""Failures, and what becomes of failed units: repair shops, orders for scrapped ones."""

import numpy as np

from keepline.maths import queues, streams
from keepline.maths.compiled import lean
from keepline.maths.field import clock, layout, record, supply
from keepline.maths.field.layout import Fixed, Play


@lean
def _drawn_ahead(play: Play, part: int) -> None:
    """Draw gap, place and fate of the next few candidates."""
    drawn = play.state.drawn
    first = play.state.part_whole[part, layout.DRAWS]
    stream = play.fixed.part_index[part, layout.STREAM]
    for ahead in range(layout.AHEAD):
        w0, w1, w2, w3 = streams.words_of(
            play.seed, stream, play.replication, streams.FAILURE, first + ahead
        )
        drawn[part, 0, ahead] = streams.share_of_two(w0, w1)
        drawn[part, 1, ahead] = streams.share_of(w2)
        drawn[part, 2, ahead] = streams.share_of(w3)


@lean
def next_candidate(play: Play, part: int, now: float) -> None:
    """Set the clock for the next candidate of a part."""
    ahead = play.state.part_whole[part, layout.DRAWS] & layout.AHEAD - 1
    if ahead == 0:
        _drawn_ahead(play, part)
    rate = play.state.part_day[part, layout.FACTOR] * play.fixed.part_number[part, layout.RATE]
    gap = -np.log(play.state.drawn[part, 0, ahead]) / rate
    clock.set_due(play, play.fixed.at.failure + part, now + gap)


@lean
def _row_of(fixed: Fixed, part: int, share: float) -> int:
    """Give the row of a candidate: the first whose running units are above the draw."""
    index = fixed.part_index[part]
    row = fixed.guide[index[layout.FIRST_GUIDE] + int(share * index[layout.GUIDES])]
    level = share * fixed.part_number[part, layout.UNITS]
    while fixed.ladder[row] <= level:
        row += 1
    return int(row)


@lean
def _place_in(fixed: Fixed, part: int, share: float, row: int) -> int:
    """Give which unit of its row a candidate meets."""
    level = share * fixed.part_number[part, layout.UNITS]
    before = 0.0
    if row > fixed.part_index[part, layout.FIRST_ROW]:
        before = fixed.ladder[row - 1]
    return max(int((level - before) / fixed.row_number[row, layout.PACE]), 0)


@lean
def _failed_unit(play: Play, row: int, part: int, place: int) -> int:
    """Give the part of the unit at a place of a row: units that stand in come after missing ones.

    One that stands in leaves the row.
    """
    fixed, state = play.fixed, play.state
    ahead = place - state.missing[row]
    if ahead < 0:
        return part
    for at in range(fixed.stands):
        if ahead < state.standing[row, at]:
            state.standing[row, at] -= 1
            return int(fixed.substitute[fixed.part_index[part, layout.FIRST_SUBSTITUTE] + at])
        ahead -= state.standing[row, at]
    return part


@lean
def candidate(play: Play, part: int, now: float) -> None:
    """Let a candidate be a failure or not, and draw the next one."""
    fixed, state = play.fixed, play.state
    draw = state.part_whole[part, layout.DRAWS]
    ahead = draw & layout.AHEAD - 1
    share, fate = state.drawn[part, 1, ahead], state.drawn[part, 2, ahead]
    row = _row_of(fixed, part, share)
    if state.start[row] <= now < state.until[row]:
        unit, is_missing = part, False
        if fixed.settings.is_finite or fixed.stands > 0:
            place = _place_in(fixed, part, share, row)
            is_missing = fixed.settings.is_finite and place < state.missing[row]
            if fixed.stands > 0 and not is_missing:
                unit = _failed_unit(play, row, part, place)
        if not is_missing:
            play.tally[part, record.REMOVALS] += 1
            play.tally[part, record.EVENTS] += 1
            play.tally[unit, record.FAILED] += 1
            supply.needed(play, row, now)
            _sent_off(play, unit, part, draw, fate, now)
    state.part_whole[part, layout.DRAWS] = draw + 1
    next_candidate(play, part, now)


@lean
def _step_at(play: Play, part: int, day: float) -> int:
    """Give the step of a part's law that holds on a day."""
    laws, law = play.fixed.laws, play.state.part_whole[part, layout.LAW]
    step = laws.first[law + 1] - 1
    while step > laws.first[law] and laws.start[step] > day:
        step -= 1
    return int(step)


@lean
def _repaired_share(play: Play, unit: int, sent: float, back: float) -> float:
    """Give the chance that a unit sent to repair on a day comes back on another."""
    left = play.fixed.laws.repair_left[_step_at(play, unit, sent)]
    both = min(left, play.fixed.laws.repair_left[_step_at(play, unit, back)])
    returned = play.fixed.part_number[unit, layout.RETURNED_SHARE]
    return float((1.0 - returned) * both + returned * left)


@lean
def _sent_off(play: Play, unit: int, part: int, draw: int, fate: float, now: float) -> None:
    """Send a failed unit to repair, or scrap it and order a new one."""
    fixed, laws = play.fixed, play.fixed.laws
    number = fixed.part_number[unit]
    repaired = number[layout.REPAIR_SHARE]
    if fate < repaired:
        _to_shop(play, unit, part, draw, fate, now)
        return
    sent = _step_at(play, unit, now)
    back = now + number[layout.LEAD_DAYS] * laws.lead_factor[sent]
    share = min(laws.supply_share[sent], laws.supply_share[_step_at(play, unit, back)])
    if fate - repaired < share * (1.0 - repaired) and back < np.inf:
        clock.push(play, fixed.at.new + unit, back, unit)
        play.state.part_whole[unit, layout.NEW_ORDERS] += 1
    else:
        play.tally[unit, record.LOST] += 1


@lean
def _to_shop(play: Play, unit: int, part: int, draw: int, fate: float, now: float) -> None:
    """Send a failed unit to its repair shop."""
    fixed, number = play.fixed, play.fixed.part_number[unit]
    shop = fixed.part_index[unit, layout.SHOP]
    if fixed.settings.has_shops and shop >= 0:
        left = fixed.laws.repair_left[_step_at(play, unit, now)]
        if fate >= left * number[layout.REPAIR_SHARE]:
            play.tally[unit, record.LOST] += 1
        elif play.state.busy[shop] < fixed.at_once[shop]:
            _started(play, shop, unit, fate, now, now)
        else:
            entry = (draw * fixed.parts + part) * fixed.parts + unit
            queues.push(play.lanes, fixed.at.queue + shop, now, entry)
        return
    back = now + number[layout.REPAIR_DAYS]
    share = _repaired_share(play, unit, now, back)
    if fate < share * number[layout.REPAIR_SHARE] and back < np.inf:
        clock.push(play, fixed.at.repaired + unit, back, unit)
    else:
        play.tally[unit, record.LOST] += 1


@lean
def _started(play: Play, shop: int, unit: int, fate: float, sent: float, now: float) -> None:
    """Let a shop take a unit that was sent on a day."""
    number = play.fixed.part_number[unit]
    back = now + number[layout.REPAIR_DAYS]
    share = _repaired_share(play, unit, sent, back)
    is_back = 1 if fate < share * number[layout.REPAIR_SHARE] else 0
    play.state.busy[shop] += 1
    clock.push(play, play.fixed.at.shop + shop, back, 2 * unit + is_back)


@lean
def shop_done(play: Play, lane: int, now: float) -> None:
    """Let a shop finish a unit and take the next one."""
    fixed, lanes = play.fixed, play.lanes
    shop = lane - fixed.at.shop
    done = clock.pop(play, lane)
    play.state.busy[shop] -= 1
    queue = fixed.at.queue + shop
    if lanes.first[queue] != queues.NONE:
        sent = lanes.time[lanes.first[queue]]
        entry = queues.pop(lanes, queue)
        unit, both = entry % fixed.parts, entry // fixed.parts
        part, draw = both % fixed.parts, both // fixed.parts
        stream = fixed.part_index[part, layout.STREAM]
        _, _, _, w3 = streams.words_of(play.seed, stream, play.replication, streams.FAILURE, draw)
        _started(play, shop, unit, streams.share_of(w3), sent, now)
    play.tally[done >> 1, record.EVENTS] += 1
    if done & 1:
        supply.centre_received(play, done >> 1, now)
    else:
        play.tally[done >> 1, record.LOST] += 1


@lean
def restored(play: Play, lane: int, now: float) -> None:
    """Let a repaired or new unit come to the centre."""
    unit = clock.pop(play, lane)
    play.tally[unit, record.EVENTS] += 1
    supply.centre_received(play, unit, now)
