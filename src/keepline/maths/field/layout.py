"""A family laid out for the kernel: few arrays, each packed by what is read together.

`Fixed` never changes in a block; `State` is set anew for each replication. A *cell* is a part at a
location, number ``part * locations + location``. A *lane* (see :mod:`keepline.maths.queues`) is a
line of things due, in order of time; the lanes of events come first, in the order in which things
of the same moment happen, then the lines that wait for something else than a day.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import inner
from keepline.maths.field.family import Coming, Family, Settings, Stock
from keepline.maths.field.record import COUNTS
from keepline.maths.pooling import Laws
from keepline.maths.queues import Lanes

AHEAD: Final = 16  # draws made together, which the processor can work on side by side; 2**k
PART_BITS: Final = 20  # of a part's or location's number in the entry of a parcel
PART_MASK: Final = 2**20 - 1

# columns of Fixed.part_number
UNITS: Final = 0
RATE: Final = 1
REPAIR_SHARE: Final = 2
REPAIR_DAYS: Final = 3
LEAD_DAYS: Final = 4
RETURNED_SHARE: Final = 5
LIFE: Final = 6
ATTRITION: Final = 7
# columns of Fixed.part_index
STREAM: Final = 0
SHOP: Final = 1
FIRST_ROW: Final = 2
FIRST_GUIDE: Final = 3
GUIDES: Final = 4
FIRST_SUBSTITUTE: Final = 5
END_SUBSTITUTE: Final = 6
FIRST_SERVED: Final = 7
END_SERVED: Final = 8
# columns of Fixed.row_index
PART: Final = 0
LOCATION: Final = 1
QUANTITY: Final = 2
SPARE: Final = 3
IS_CORE: Final = 4
HARVEST_LOCATION: Final = 5
HARVEST_PART: Final = 6
# columns of Fixed.row_number
FROM: Final = 0
PRIORITY: Final = 1
YIELD: Final = 2
LAG: Final = 3
PACE: Final = 4
# columns of State.cell
SHELF: Final = 0
WAITING: Final = 1  # units of rows that wait
UNDER_WAY: Final = 2  # parcels that answer the cell's demands
IN_LINE: Final = 3  # its demands in the centre's line
OVER: Final = 4  # units on order beyond the base stock
# columns of State.stamp
SINCE: Final = 0
AREA: Final = 1
# columns of State.part_whole
DRAWS: Final = 0
SHORT: Final = 1
IS_TOUCHED: Final = 2
SPOILS: Final = 3
IN_STORE: Final = 4
LAW: Final = 5
NEW_ORDERS: Final = 6
# columns of State.part_day
FACTOR: Final = 0
FIRST_SHORT: Final = 1
HAZARD_LEFT: Final = 2
STORE_SINCE: Final = 3
# State.whole
PERIOD: Final = 0
NEXT_COMING: Final = 1
NEXT_SWAP: Final = 2
SWAPS: Final = 3
LOGGED: Final = 4
WHOLES: Final = 5


class At(NamedTuple):
    """Number of the first lane of each kind."""

    shop: int
    repaired: int
    new: int
    coming: int
    harvest: int
    swap: int
    failure: int
    parcel: int
    shelf: int
    spoil: int
    end: int
    rows: int  # lines from here on
    centre: int
    queue: int
    lanes: int


class Fixed(NamedTuple):
    """What never changes in a block."""

    parts: int
    locations: int
    part_number: NDArray[np.float64]
    part_index: NDArray[np.int64]
    substitute: NDArray[np.int64]
    served: NDArray[np.int64]  # the other way: the parts that a part may stand in for
    ladder: NDArray[np.float64]  # running units of the rows of a part, by pace
    guide: NDArray[np.int64]  # where on the ladder to start (Chen and Asau 1974)
    row_index: NDArray[np.int64]
    row_number: NDArray[np.float64]
    until_day: NDArray[np.float64]
    swap: NDArray[np.int64]
    start_swap: NDArray[np.int64]
    stands: int  # most substitutes that a part has
    days: NDArray[np.float64]  # [2, L] of parcels from the centre, from a sibling
    parcel_lane: NDArray[np.int64]  # [2, L]
    keep: NDArray[np.int64]  # [cells]
    at_once: NDArray[np.int64]
    stock: Stock
    coming: Coming
    laws: Laws
    edges: NDArray[np.float64]
    settings: Settings
    room: int  # free slots that one event may take
    at: At


class State(NamedTuple):
    """What changes in a replication."""

    cell: NDArray[np.int64]  # [cells, 5]
    stamp: NDArray[np.float64]  # [cells, 2]
    missing: NDArray[np.int64]  # [R]
    standing: NDArray[np.int64]  # [R, stands] units of each substitute in the row
    start: NDArray[np.float64]  # [R]
    until: NDArray[np.float64]  # [R]
    swap_order: NDArray[np.int64]  # [R] rows that leave service, by day
    last_log: NDArray[np.int64]  # [R] the row's last line in the log, -1 for none
    drawn: NDArray[np.float64]  # [P, 3, AHEAD] gap, place and fate of the next candidates
    part_whole: NDArray[np.int64]  # [P, 7]
    part_day: NDArray[np.float64]  # [P, 4]
    busy: NDArray[np.int64]  # [S]
    whole: NDArray[np.int64]
    clock: NDArray[np.int64]  # a tournament of the lanes of events: [1] is the next


class Log(NamedTuple):
    """The outage log, with room for more."""

    day: NDArray[np.float64]
    line: NDArray[np.int64]  # [lines, 3] replication, row, units out


class Play(NamedTuple):
    """One replication, as it runs."""

    fixed: Fixed
    state: State
    lanes: Lanes
    log: Log
    tally: NDArray[np.int64]  # [P, COUNTS]
    seed: int
    replication: int


@inner
def _lanes_of(family: Family, settings: Settings, parcel_lane: NDArray[np.int64]) -> At:
    """Number the lanes; `parcel_lane` gets those of parcels, one for each number of days."""
    parts, locations = family.parts.rate.size, family.places.ship_days.size
    cells = parts * locations
    repaired = family.at_once.size if settings.has_shops else 0
    failure = repaired + 2 * parts + 3
    lane = failure + parts
    for way in range(2):
        days = family.places.ship_days if way == 0 else family.places.lateral_days
        start = lane
        for location in range(1, locations):
            parcel_lane[way, location] = -1
            for other in range(1, location):
                if days[other] == days[location]:
                    parcel_lane[way, location] = parcel_lane[way, other]
                    break
            if parcel_lane[way, location] < start:
                parcel_lane[way, location] = lane
                lane += 1
    shelf = lane
    spoil = shelf + (cells if settings.has_leaving else 0)
    end = spoil + (parts if settings.has_leaving else 0)
    rows = 2
    while rows < end + 1:
        rows *= 2
    return At(
        0,
        repaired,
        repaired + parts,
        repaired + 2 * parts,
        repaired + 2 * parts + 1,
        repaired + 2 * parts + 2,
        failure,
        failure + parts,
        shelf,
        spoil,
        end,
        rows,
        rows + cells,
        rows + 2 * cells,
        rows + 2 * cells + family.at_once.size,
    )


@inner
def _guided(family: Family, part_number: NDArray[np.float64], part_index: NDArray[np.int64],
            ladder: NDArray[np.float64]) -> NDArray[np.int64]:  # fmt: skip
    """Lay out the ladder of each part's rows, and give the guide to it."""
    rows, parts = family.rows, part_index.shape[0]
    guides = 0
    row = 0
    for part in range(parts):
        part_index[part, FIRST_ROW] = row
        units = 0.0
        while row < rows.part.size and rows.part[row] == part:
            units += rows.quantity[row] * rows.pace[row]
            ladder[row] = units
            row += 1
        part_number[part, UNITS] = units
        size = 64
        while size < 2 * (row - part_index[part, FIRST_ROW]):
            size *= 2
        part_index[part, FIRST_GUIDE] = guides
        part_index[part, GUIDES] = size
        guides += size
    guide = np.empty(guides, np.int64)
    for part in range(parts):
        first, size = part_index[part, FIRST_GUIDE], part_index[part, GUIDES]
        row = part_index[part, FIRST_ROW]
        for step in range(size):
            while (row + 1 < ladder.size and rows.part[row] == part
                   and ladder[row] <= part_number[part, UNITS] * (step / size)):  # fmt: skip
                row += 1
            guide[first + step] = row
    return guide


@inner
def _served(family: Family, part_index: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the parts that each part may stand in for, in order of part."""
    parts = family.parts
    served = np.empty(parts.substitute.size, np.int64)
    found = 0
    for substitute in range(parts.rate.size):
        part_index[substitute, FIRST_SERVED] = found
        for part in range(parts.rate.size):
            first, end = parts.substitute_first[part], parts.substitute_first[part + 1]
            for at in range(first, end):
                if parts.substitute[at] == substitute:
                    served[found] = part
                    found += 1
        part_index[substitute, END_SERVED] = found
    return served


@inner
def _parts_of(family: Family, part_number: NDArray[np.float64],
              part_index: NDArray[np.int64]) -> int:  # fmt: skip
    """Pack what is known of the parts; give the most substitutes that one has."""
    parts = family.parts
    most = 0
    for part in range(parts.rate.size):
        part_number[part, REPAIR_SHARE] = parts.repair_share[part]
        part_number[part, REPAIR_DAYS] = parts.repair_days[part]
        part_number[part, LEAD_DAYS] = parts.lead_days[part]
        part_number[part, RETURNED_SHARE] = parts.returned_share[part]
        part_number[part, LIFE] = parts.shelf_life[part]
        part_number[part, ATTRITION] = parts.attrition[part]
        part_number[part, RATE] = parts.rate[part] * part_number[part, UNITS]
        part_index[part, STREAM] = parts.stream[part]
        part_index[part, SHOP] = parts.shop[part]
        part_index[part, FIRST_SUBSTITUTE] = parts.substitute_first[part]
        part_index[part, END_SUBSTITUTE] = parts.substitute_first[part + 1]
        most = max(most, parts.substitute_first[part + 1] - parts.substitute_first[part])
    return most


@inner
def _rows_of(family: Family, settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pack what is known of the rows."""
    rows = family.rows
    index = np.empty((rows.part.size, 8), np.int64)
    number = np.empty((rows.part.size, 5))
    for row in range(rows.part.size):
        index[row, PART] = rows.part[row]
        index[row, LOCATION] = rows.location[row]
        index[row, QUANTITY] = rows.quantity[row]
        index[row, SPARE] = rows.spare[row] if settings.has_spares else 0
        index[row, IS_CORE] = rows.is_core[row]
        index[row, HARVEST_LOCATION] = rows.harvest_location[row]
        index[row, HARVEST_PART] = rows.harvest_part[row]
        number[row, FROM] = rows.from_day[row]
        number[row, PRIORITY] = rows.priority[row]
        number[row, YIELD] = rows.harvest_yield[row]
        number[row, LAG] = rows.harvest_lag[row]
        number[row, PACE] = rows.pace[row]
    return index, number


@inner
def _units_at_once(family: Family, settings: Settings) -> int:
    """Give the most units that one event may bring."""
    most = np.int64(1)
    for units in family.coming.quantity.reshape(family.coming.quantity.size):
        most = max(most, units)
    if settings.has_programme:
        for units in family.rows.quantity:
            most = max(most, units)
    return int(most)


@inner
def laid_out(family: Family, laws: Laws, edges: NDArray[np.float64], settings: Settings) -> Fixed:
    """Lay a family out; its rows must stand in order of part."""
    parts, locations = family.parts.rate.size, family.places.ship_days.size
    part_number = np.empty((parts, 8))
    part_index = np.empty((parts, 9), np.int64)
    ladder = np.empty(family.rows.part.size)
    guide = _guided(family, part_number, part_index, ladder)
    most = _parts_of(family, part_number, part_index)
    row_index, row_number = _rows_of(family, settings)
    parcel_lane = np.zeros((2, locations), np.int64)
    at = _lanes_of(family, settings, parcel_lane)
    days = np.empty((2, locations))
    for location in range(locations):
        days[0, location] = family.places.ship_days[location]
        days[1, location] = family.places.lateral_days[location]
    return Fixed(
        parts,
        locations,
        part_number,
        part_index,
        family.parts.substitute,
        _served(family, part_index),
        ladder,
        guide,
        row_index,
        row_number,
        family.rows.until_day,
        family.rows.swap,
        family.rows.start_swap,
        most if settings.has_substitutes else 0,
        days,
        parcel_lane,
        family.places.keep.reshape(parts * locations),
        family.at_once,
        family.stock,
        family.coming,
        laws,
        edges,
        settings,
        8 + 4 * _units_at_once(family, settings),
        at,
    )


@inner
def state_of(fixed: Fixed) -> State:
    """Make room for the state of a replication."""
    cells, rows = fixed.parts * fixed.locations, fixed.ladder.size
    return State(
        np.zeros((cells, 5), np.int64),
        np.zeros((cells, 2)),
        np.zeros(rows, np.int64),
        np.zeros((rows, fixed.stands), np.int64),
        np.empty(rows),
        np.empty(rows),
        np.empty(rows, np.int64),
        np.empty(rows, np.int64),
        np.empty((fixed.parts, 3, AHEAD)),
        np.zeros((fixed.parts, 7), np.int64),
        np.zeros((fixed.parts, 4)),
        np.zeros(fixed.at_once.size, np.int64),
        np.zeros(WHOLES, np.int64),
        np.zeros(2 * fixed.at.rows, np.int64),
    )


@inner
def counts_of(fixed: Fixed) -> NDArray[np.int64]:
    """Make room for the counts of a replication."""
    return np.zeros((fixed.parts, COUNTS), np.int64)
