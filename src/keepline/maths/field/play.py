"""Play a family for a block of replications; :mod:`keepline.maths.field` says what happens."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths import queues
from keepline.maths.compiled import compiled, inner, lean
from keepline.maths.doubt import factors_drawn
from keepline.maths.field import book, clock, failing, layout, record, shelves, supply, swaps
from keepline.maths.field.family import Coming, Family, Parts, Places, Rows, Settings, Stock
from keepline.maths.field.layout import Fixed, Log, Play, State
from keepline.maths.field.record import Record
from keepline.maths.held import held
from keepline.maths.pooling import Laws, plain, plain_laws
from keepline.maths.queues import Lanes

_FIRST_LINES = 1024


class _Drawn(NamedTuple):
    """What differs between the replications of a block."""

    law: NDArray[np.int64]  # [replications, P]
    factor: NDArray[np.float64]  # [replications, P]
    swap_day: NDArray[np.float64]  # [replications, W]


@lean
def _happens(play: Play, lane: int, now: float) -> None:
    """Let the next event happen."""
    at = play.fixed.at
    if lane >= at.shelf:
        if lane >= at.spoil:
            shelves.spoiled(play, lane - at.spoil, now)
        else:
            shelves.expired(play, lane - at.shelf, now)
    elif lane >= at.parcel:
        supply.parcel_received(play, lane, now)
    elif lane >= at.failure:
        failing.candidate(play, lane - at.failure, now)
    elif lane >= at.coming:
        if lane == at.coming:
            swaps.arrived(play, now)
        elif lane == at.harvest:
            swaps.harvested(play, now)
        else:
            swaps.swapped(play, now)
    elif lane >= at.repaired:
        failing.restored(play, lane, now)
    else:
        failing.shop_done(play, lane, now)


@lean
def _played(play: Play, kept: Record, replication: int) -> bool:
    """Play on to the last period's end, or until there is no room left; say which."""
    fixed, state = play.fixed, play.state
    lines = play.log.day.size - fixed.room
    while play.lanes.free[1] >= fixed.room and state.whole[layout.LOGGED] <= lines:
        lane = state.clock[clock.FIRST]
        now = play.lanes.due[lane]
        if lane == fixed.at.end:
            book.period_ended(play, kept, replication, now)
            if state.whole[layout.PERIOD] == fixed.edges.size - 1:
                return True
        else:
            _happens(play, lane, now)
    return False


@lean
def _stocked(play: Play) -> None:
    """Put the stock of day 0 on the shelves; lanes must have room for it."""
    fixed, state, stock = play.fixed, play.state, play.fixed.stock
    for batch in range(stock.part.size):
        part = stock.part[batch]
        cell = part * fixed.locations + stock.location[batch]
        units = stock.quantity[batch]
        play.tally[part, record.STARTED] += units
        state.cell[cell, layout.SHELF] += units
        state.part_whole[part, layout.IN_STORE] += units
        if fixed.settings.has_leaving:
            leave = max(stock.leave_day[state.part_whole[part, layout.LAW], batch], 0.0)
            for _ in range(units):
                clock.push(play, fixed.at.shelf + cell, leave, cell)


@lean
def _reset(play: Play, drawn: _Drawn, replication: int) -> None:
    """Empty a replication's state."""
    state = play.state
    state.cell[:] = 0
    state.stamp[:] = 0.0
    state.missing[:] = 0
    state.standing[:] = 0
    state.last_log[:] = -1
    state.part_whole[:] = 0
    state.part_day[:] = 0.0
    state.busy[:] = 0
    play.tally[:] = 0
    state.whole[layout.PERIOD] = -1
    for part in range(play.fixed.parts):
        state.part_whole[part, layout.LAW] = drawn.law[replication, part]
        state.part_day[part, layout.FACTOR] = drawn.factor[replication, part]
        state.part_day[part, layout.FIRST_SHORT] = np.inf
    clock.cleared(play)


@lean
def _opened(play: Play, drawn: _Drawn, replication: int) -> None:
    """Set a family to day 0: stock on the shelves, nothing under way."""
    fixed = play.fixed
    _reset(play, drawn, replication)
    _stocked(play)
    clock.set_due(play, fixed.at.end, fixed.edges[0])
    swaps.next_coming(play, 0)
    swaps.next_swap(play)
    for part in range(fixed.parts):
        if fixed.part_number[part, layout.RATE] > 0.0:
            failing.next_candidate(play, part, 0.0)
        if fixed.settings.has_leaving and fixed.part_number[part, layout.ATTRITION] > 0.0:
            shelves.hazard_drawn(play, part)
            shelves.recounted(play, part, 0.0, 0)


@lean
def _ran(play: Play, drawn: _Drawn, kept: Record, replication: int, is_new: bool) -> bool:
    """Play a replication on from day 0, or from where there was no room; say whether to its end."""
    here, records = held(play), held(kept)
    if is_new:
        _opened(here, held(drawn), replication)
    if not _played(here, records, replication):
        return False
    book.closed(here, records, replication)
    return True


@inner
def _swaps_ordered(fixed: Fixed, state: State, drawn: _Drawn, replication: int) -> int:
    """Set the days of each row, and put those that leave service in order; count them."""
    end = fixed.edges[fixed.edges.size - 1]
    leaving = 0
    for row in range(fixed.ladder.size):
        until = fixed.until_day[row]
        start = fixed.row_number[row, layout.FROM]
        if fixed.start_swap[row] >= 0:
            start = np.inf
            if fixed.settings.has_programme:
                start = drawn.swap_day[replication, fixed.start_swap[row]]
        if not fixed.settings.has_programme:
            until = np.inf if start <= 0.0 else -np.inf
        elif fixed.swap[row] >= 0:
            until = drawn.swap_day[replication, fixed.swap[row]]
        state.start[row] = start
        state.until[row] = until
        if max(start, 0.0) < until <= end:
            state.swap_order[leaving] = row
            leaving += 1
    if leaving > 1:
        rows, day = np.empty(leaving, np.int64), np.empty(leaving)
        for place in range(leaving):
            rows[place] = state.swap_order[place]
            day[place] = state.until[rows[place]]
        order = np.argsort(day, kind="mergesort")
        for place in range(leaving):
            state.swap_order[place] = rows[order[place]]
    return leaving


@inner
def _with_room(lanes: Lanes, log: Log, room: int, logged: int) -> tuple[Lanes, Log]:
    """Give the same with more room."""
    if lanes.free[1] < room:
        lanes = queues.grown(lanes)
    if logged > log.day.size - room:
        more = Log(np.empty(2 * log.day.size), np.empty((2 * log.day.size, 3), np.int64))
        for line in range(log.day.size):
            more.day[line] = log.day[line]
            for column in range(3):
                more.line[line, column] = log.line[line, column]
        log = more
    return lanes, log


@inner
def _record_of(fixed: Fixed, replications: int) -> Record:
    """Make room for the records of a block."""
    periods, parts, locations = fixed.edges.size - 1, fixed.parts, fixed.locations
    by_location = replications if fixed.settings.by_location else 0
    return Record(
        np.zeros((replications, periods, parts)),
        np.zeros((replications, periods, parts), np.int64),
        np.zeros((by_location, periods, parts, locations)),
        np.zeros((by_location, periods, parts, locations), np.int64),
        np.zeros((replications, periods, parts), np.int64),
        np.zeros((replications, parts)),
        np.zeros((replications, parts, locations), np.int64),
        np.zeros((replications, parts, record.COUNTS), np.int64),
        np.zeros(0, np.int64),
        np.zeros(0),
        np.zeros(0, np.int64),
        np.zeros(0, np.int64),
    )


@compiled
def _block(
    family: Family,
    laws: Laws,
    drawn: _Drawn,
    edges: NDArray[np.float64],
    settings: Settings,
    seed: int,
    first_replication: int,
) -> tuple[Record, Log, int]:
    """Play the replications of `play_family` one after another."""
    fixed = layout.laid_out(family, laws, edges, settings)
    state = layout.state_of(fixed)
    replications = drawn.law.shape[0]
    kept = _record_of(fixed, replications)
    slots = fixed.room + 64
    if settings.has_leaving:
        slots += family.stock.quantity.sum()
    lanes = queues.lanes_of(fixed.at.lanes, slots)
    lines = _FIRST_LINES + fixed.room
    log = Log(np.empty(lines), np.empty((lines, 3), np.int64))
    tally = layout.counts_of(fixed)
    logged = 0
    for replication in range(replications):
        state.whole[:] = 0
        state.whole[layout.SWAPS] = _swaps_ordered(fixed, state, drawn, replication)
        state.whole[layout.LOGGED] = logged
        is_new = True
        while True:  # asked for in one place: a place each would be compiled each
            play = Play(fixed, state, lanes, log, tally, seed, first_replication + replication)
            if _ran(play, drawn, kept, replication, is_new):
                break
            lanes, log = _with_room(lanes, log, fixed.room, state.whole[layout.LOGGED])
            is_new = False
        logged = state.whole[layout.LOGGED]
    return kept, log, logged


def _sorted(rows: Rows) -> tuple[Rows, NDArray[np.int64]]:
    """Put rows in order of part; also give where each stood."""
    order = np.argsort(rows.part, kind="stable")
    whole, real = np.int64, np.float64
    kinds = (whole,) * 4 + (
        real,
        np.bool_,
        real,
        real,
        whole,
        real,
        real,
        whole,
        whole,
        whole,
        real,
    )
    filled = rows._replace(
        start_swap=rows.start_swap if rows.start_swap.size else np.full(len(order), -1),
        pace=rows.pace if rows.pace.size else np.ones(len(order)),
    )
    return Rows(*_made_plain(kinds, (column[order] for column in filled))), order


def _made_plain(kinds: tuple[type, ...], arrays: Iterable[NDArray[Any]]) -> list[NDArray[Any]]:
    """Make every array of the one kind that the kernel takes."""
    return [plain(array, kind) for array, kind in zip(arrays, kinds, strict=True)]


def _plain_family(family: Family, rows: Rows) -> Family:
    whole, real = np.int64, np.float64
    return Family(
        Parts(*_made_plain((real,) * 6 + (whole, real, real) + (whole,) * 3, family.parts)),
        Places(*_made_plain((real, real, whole), family.places)),
        rows,
        Stock(*_made_plain((whole,) * 3 + (real,), family.stock)),
        Coming(*_made_plain((real,) + (whole,) * 3, family.coming)),
        plain(family.at_once, whole),
    )


def _factors(
    parts: Parts, seed: int, first_replication: int, replications: int
) -> NDArray[np.float64]:
    """Draw what each replication multiplies each part's failure rate by [replications, P]."""
    return np.stack(
        [
            factors_drawn(float(shape), seed, int(stream), first_replication, replications)
            for shape, stream in zip(parts.rate_shape, parts.stream, strict=True)
        ],
        axis=1,
    )


def play_family(
    family: Family,
    laws: Laws,
    law: NDArray[np.int64],
    swap_day: NDArray[np.float64],
    edges: NDArray[np.float64],
    settings: Settings,
    seed: int,
    first_replication: int,
) -> Record:
    """Play a block of replications of one family, event by event.

    Args:
        family: Parts, places, rows, stock, arrivals and repair shops. All rows that a part has in
            any course, in the same order in each, so that failures are the same.
        laws: What is left of supply and repair over time.
        law: int64[replications, P], row of ``laws`` that each part follows in each replication.
        swap_day: float64[replications, W], last day in service of the rows of each swap.
        edges: float64[periods + 1], rising, days 0 or later; measures start at the first edge
            (the play itself, and the log, at day 0) and stop at the last.
        settings: The mechanisms that are played.
        seed: Seed of the whole run, 0 or more.
        first_replication: Number of the first replication of the block.

    Returns:
        The records of the block, the same bits however replications are cut into blocks.

    """
    rows, order = _sorted(family.rows)
    drawn = _Drawn(
        plain(law, np.int64),
        _factors(family.parts, int(seed), int(first_replication), len(law))
        if settings.has_rates
        else np.ones(law.shape),
        plain(swap_day, np.float64),
    )
    kept, log, logged = _block(
        _plain_family(family, rows),
        plain_laws(laws),
        drawn,
        plain(edges, np.float64),
        Settings(int(settings.allocation), *(bool(switch) for switch in settings[1:])),
        int(seed),
        int(first_replication),
    )
    line = log.line[:logged]
    return kept._replace(
        log_replication=line[:, 0].copy(),
        log_day=log.day[:logged].copy(),
        log_row=order[line[:, 1]],
        log_out=line[:, 2].copy(),
    )
