"""What comes on set days: arrivals; rows that leave service, and what is harvested from them."""

import numpy as np

from keepline.maths import streams
from keepline.maths.compiled import lean, lean_entry
from keepline.maths.field import book, clock, layout, lines, record, supply
from keepline.maths.field.layout import Play

CHUNK = 512  # units drawn at once: half to this power is still a number


@lean_entry
def fit_units(share: float, units: int, chance: float) -> int:
    """Give the least number whose binomial distribution function reaches a share.

    Args:
        share: Between 0 and 1; a random number gives a binomial one.
        units: How many trials, at most 512.
        chance: Of each, 0 to 1.

    By inversion (Devroye 1986, X.4.1), from the end where the chances are not below a half. Of
    three fair coins none shows heads with chance 1/8, at most one with 1/2:

    >>> [fit_units(share, 3, 0.5) for share in (0.1, 0.13, 0.49, 0.51, 0.9)]
    [0, 1, 1, 2, 3]
    """
    if chance > 0.5:
        return units - fit_few(1.0 - share, units, 1.0 - chance)
    return fit_few(share, units, chance)


@lean
def fit_few(share: float, units: int, chance: float) -> int:
    """As `fit_units`, for a chance of at most a half."""
    if chance <= 0.0:
        return 0
    mass = (1.0 - chance) ** units
    odds = chance / (1.0 - chance)
    below, found = mass, 0
    while below < share and found < units:
        mass *= odds * (units - found) / (found + 1)
        found += 1
        below += mass
    return found


@lean
def _harvested(play: Play, row: int, units: int) -> int:
    """Draw how many of a row's units are fit for stock."""
    fixed = play.fixed
    part = fixed.row_index[row, layout.PART]
    number = row - fixed.part_index[part, layout.FIRST_ROW]
    fit, drawn = 0, 0
    while drawn < units:
        w0, w1, _, _ = streams.words_of(
            play.seed,
            fixed.part_index[part, layout.STREAM],
            play.replication,
            streams.HARVEST,
            number + (drawn // CHUNK << 32),
        )
        many = min(units - drawn, CHUNK)
        fit += fit_units(streams.share_of_two(w0, w1), many, fixed.row_number[row, layout.YIELD])
        drawn += many
    return fit


@lean
def _retired(play: Play, row: int) -> int:
    """Take what stands in a row out of service; give how many units."""
    fixed, state = play.fixed, play.state
    part = fixed.row_index[row, layout.PART]
    units = fixed.row_index[row, layout.QUANTITY] - state.missing[row]
    own = units
    first = fixed.part_index[part, layout.FIRST_SUBSTITUTE]
    for at in range(fixed.stands):
        standing = state.standing[row, at]
        if standing > 0:
            play.tally[fixed.substitute[first + at], record.RETIRED] += standing
            own -= standing
            state.standing[row, at] = 0
    play.tally[part, record.RETIRED] += own
    return int(units)


@lean
def swapped(play: Play, now: float) -> None:
    """Let the next row leave service, and set the clock for the one after."""
    fixed, state = play.fixed, play.state
    row = state.swap_order[state.whole[layout.NEXT_SWAP]]
    part, location = fixed.row_index[row, layout.PART], fixed.row_index[row, layout.LOCATION]
    units = _retired(play, row)
    cell = part * fixed.locations + location
    gone = lines.rows_gone(play, row, cell)
    if gone > 0:
        book.changed(play, cell, part, now, -gone)
        book.missed(play, row, now, -gone)
        supply.ordered(play, part, location, now, -gone)
    if fixed.settings.has_harvest:
        fit = _harvested(play, row, units)
        if fit > 0:
            due = now + fixed.row_number[row, layout.LAG]
            clock.push(play, fixed.at.harvest, due, fit * fixed.ladder.size + row)
    play.tally[part, record.EVENTS] += 1
    state.whole[layout.NEXT_SWAP] += 1
    next_swap(play)


@lean
def next_swap(play: Play) -> None:
    """Set the clock for the next row that leaves service."""
    state = play.state
    at = state.whole[layout.NEXT_SWAP]
    due = np.inf
    if at < state.whole[layout.SWAPS]:
        due = state.until[state.swap_order[at]]
    clock.set_due(play, play.fixed.at.swap, due)


@lean
def harvested(play: Play, now: float) -> None:
    """Take in what was harvested from a row."""
    fixed = play.fixed
    entry = clock.pop(play, fixed.at.harvest)
    row, units = entry % fixed.ladder.size, entry // fixed.ladder.size
    part = fixed.row_index[row, layout.HARVEST_PART]
    play.tally[part, record.HARVESTED] += units
    play.tally[part, record.EVENTS] += 1
    supply.received(play, part, fixed.row_index[row, layout.HARVEST_LOCATION], units, now)


@lean
def arrived(play: Play, now: float) -> None:
    """Take in a scheduled arrival and set the clock for the next one."""
    coming = play.fixed.coming
    at = play.state.whole[layout.NEXT_COMING]
    part = coming.part[at]
    units = coming.quantity[play.state.part_whole[part, layout.LAW], at]
    play.tally[part, record.ARRIVED] += units
    play.tally[part, record.EVENTS] += 1
    supply.received(play, part, coming.location[at], units, now)
    next_coming(play, at + 1)


@lean
def next_coming(play: Play, at: int) -> None:
    """Set the clock for a scheduled arrival."""
    coming = play.fixed.coming
    play.state.whole[layout.NEXT_COMING] = at
    due = coming.day[at] if at < coming.day.size else np.inf
    clock.set_due(play, play.fixed.at.coming, due)
