"""Simulate the lines whose days the bounds leave open: pooled ones first, then depots, cheap first.

Every replication runs the events of the simulation under one branch's law, drawn by probability.
A game's stream is named by part, operator and central depot, and its locations and laws are put in
an order of their own, so that neither the order of rows nor the number of threads changes a figure.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.arrivals import arriving
from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.pooling import Arrivals, Laws, Pool
from keepline.maths.survival_play import Watched, watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from keepline.maths.survival import Lines
    from keepline.model.arrays import Pools
    from keepline.model.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: How many times a line is played: 95 % of 1,000 is known to within 1.4 %.
REPLICATIONS: Final = 1_000
BLOCK: Final = 250
#: Removals played at most in one pass, so that a large network does not wait for its figures.
MOST_REMOVALS: Final = 12_000_000


class Seat(NamedTuple):
    """Say which row of the table a location of a game answers."""

    row: int
    location: int


@dataclass(frozen=True)
class Game:
    """Hold a pool to be played for some rows.

    Attributes:
        pool: The pool, or a line's pools as one location.
        laws: The laws that it meets.
        chance: Their probabilities [laws].
        law_numbers: Their numbers among all laws [laws].
        arrivals: Orders due.
        returned_share: Chance that what is in repair at a cut comes back.
        stream: Number of its stream of random numbers.
        seats: The rows that it answers.
        is_pooled: Whether it is one location for all.
        name: What tells it apart.
    """

    pool: Pool
    laws: Laws
    chance: Floats
    law_numbers: tuple[int, ...]
    arrivals: Arrivals
    returned_share: float
    stream: int
    seats: tuple[Seat, ...]
    is_pooled: bool
    name: tuple[str, ...]

    def removals(self, until: float) -> float:
        """Return the removals to expect in all replications up to a day."""
        return float(self.pool.rate.sum()) * until * REPLICATIONS


@dataclass(frozen=True)
class Table:
    """Hold from what games are laid out.

    Attributes:
        network: Gives names.
        pools: Every pool.
        laws: Every law.
        rows: The rows, with `pools` and `locations`.
        lines: The rows as lines.
        comes: Units of each order due that arrive under each law.
        seed: Seed of every stream.
    """

    network: Network
    pools: Pools
    laws: Laws
    rows: pl.DataFrame
    lines: Lines
    comes: Ints
    seed: int


def games(table: Table, wanted: Sequence[int]) -> list[Game]:
    """Return the games that answer the rows wanted, in the order in which they are played.

    A row that pools centres with different lead times is not played; its bounds stand.
    """
    depots: list[str | None] = table.rows["depot_id"].to_list()
    pooled = [_pooled_game(table, row) for row in wanted if depots[row] is None]
    of_pool: dict[int, list[int]] = {}
    for row in wanted:
        if depots[row] is not None:
            of_pool.setdefault(int(table.rows["pools"][row][0]), []).append(row)
    trees = [_tree_game(table, pool, rows) for pool, rows in of_pool.items()]
    found = [game for game in (*pooled, *trees) if game is not None]
    return sorted(found, key=lambda game: (not game.is_pooled, game.removals(1.0), game.name))


def play(
    table: Table,
    chosen: Sequence[Game],
    until: Mapping[int, float],
    begin: Mapping[int, float] | None,
    threads: int,
) -> Iterator[tuple[Game, Watched]]:
    """Play games as far as the most removals allow.

    Args:
        table: What they were laid out from.
        chosen: The games, those to be played first at the head.
        until: The day to which each row is played.
        begin: The day from which each row's most units short are counted; None for first
            shortages alone.
        threads: How many threads; the figures are the same for any number.

    Yields:
        Each game played, with what was seen in all its replications.
    """
    left = float(MOST_REMOVALS)
    taken = []
    for game in chosen:
        left -= game.removals(max(until[seat.row] for seat in game.seats))
        if left >= 0.0:
            taken.append(game)

    def one(job: tuple[Game, tuple[int, int]]) -> Watched:
        game, block = job
        end = max(until[seat.row] for seat in game.seats)
        window = None
        if begin is not None:
            window = np.full((2, len(game.pool.rate)), end)
            for seat in game.seats:
                window[:, seat.location] = begin[seat.row], until[seat.row]
        return watch(
            game.pool, game.laws, game.chance, game.arrivals, end, window, game.returned_share,
            table.seed, game.stream, block,
        )  # fmt: skip

    blocks = blocks_of(REPLICATIONS, BLOCK)
    jobs = [(game, block) for game in taken for block in blocks]
    seen = played_in_order(one, jobs, threads)
    for game in taken:
        parts = [next(seen) for _ in blocks]
        yield game, Watched(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _pooled_game(table: Table, row: int) -> Game | None:
    lines = table.lines
    own = slice(lines.first_pool[row], lines.first_pool[row + 1])
    rate = lines.rate[own]
    leads = lines.lead_days[own][rate > 0.0]
    if len(np.unique(leads)) != 1:
        return None
    due = slice(lines.first_due[row], lines.first_due[row + 1])
    names = ("pooled", table.rows["part_id"][row], table.rows["operator_id"][row] or "")
    pool = Pool(
        np.array([np.sort(rate).sum()]),
        np.zeros(1),
        lines.central[row : row + 1],
        lines.repair_share[own][0],
        lines.repair_days[own][0],
        leads[0],
        float(table.pools.rate_shape[table.rows["pools"][row][0]]),
    )
    comes = table.comes[:, lines.order[due]]
    place = np.zeros(due.stop - due.start, np.int64)
    return _game(table, row, pool, (lines.due_day[due], place, comes), (Seat(row, 0),), names)


def _tree_game(table: Table, number: int, rows: Sequence[int]) -> Game:
    pools = table.pools
    names = table.network["depots"]["depot_id"].to_list()
    first, last = pools.first[number], pools.first[number + 1]
    # the centre first, then by name
    order = np.array(
        [first, *sorted(range(first + 1, last), key=lambda at: names[pools.depot[at]])], np.int64
    )
    place_of = {int(location): place for place, location in enumerate(order)}
    due = slice(pools.due_first[first], pools.due_first[last])
    counts = np.diff(pools.due_first[first : last + 1])
    place = np.repeat([place_of[at] for at in range(first, last)], counts).astype(np.int64)
    day = pools.due_day[due]
    comes = arriving(table.laws, day - pools.ship_days[order][place], pools.due_quantity[due])
    pool = Pool(
        pools.rate[order],
        pools.ship_days[order],
        pools.on_hand[order],
        pools.repair_share[number],
        pools.repair_days[number],
        pools.lead_days[number],
        pools.rate_shape[number],
    )
    seats = tuple(Seat(row, place_of[int(table.rows["locations"][row][0])]) for row in rows)
    name = ("tree", table.rows["part_id"][rows[0]], names[pools.root[number]])
    return _game(table, rows[0], pool, (day, place, comes), seats, name)


def _game(
    table: Table,
    row: int,
    pool: Pool,
    due: tuple[Floats, Ints, Ints],
    seats: tuple[Seat, ...],
    name: tuple[str, ...],
) -> Game:
    lines, laws = table.lines, table.laws
    of_line = slice(lines.first_law[row], lines.first_law[row + 1])
    steps = {int(law): slice(laws.first[law], laws.first[law + 1]) for law in lines.law[of_line]}
    chances = dict.fromkeys(lines.law[of_line].tolist(), 0.0)
    for law, part in zip(lines.law[of_line].tolist(), lines.chance[of_line].tolist(), strict=True):
        chances[law] += part
    # by what they say, for their numbers follow the order of rows
    order = sorted(
        chances.items(),
        key=lambda pair: [values[steps[pair[0]]].tolist() for values in laws[1:]],
    )
    chosen = [law for law, _ in order]
    lengths = [steps[law].stop - steps[law].start for law in chosen]
    day, place, comes = due
    by_day = np.lexsort((place, day))
    return Game(
        pool=pool,
        laws=Laws(
            np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            *(np.concatenate([values[steps[law]] for law in chosen]) for values in laws[1:]),
        ),
        chance=np.array([chance for _, chance in order]),
        law_numbers=tuple(chosen),
        arrivals=Arrivals(day[by_day], place[by_day], comes[chosen][:, by_day]),
        returned_share=float(lines.returned_share[lines.first_pool[row]]),
        stream=zlib.crc32("\x1f".join(("endurance", *name)).encode()),
        seats=seats,
        is_pooled=len(pool.rate) == 1 and name[0] == "pooled",
        name=name,
    )
