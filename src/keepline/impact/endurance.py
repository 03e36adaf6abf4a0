"""Find how long today's stock of every part lasts, pooled and by depot, and what adds to it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.impact.endurance_figures import Figures, Units
from keepline.impact.endurance_leaving import leavers_of, narrowed
from keepline.impact.endurance_lines import lines_of, rows_of
from keepline.impact.endurance_play import Table, games, play
from keepline.maths.arrivals import arriving
from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.pooling import Laws
from keepline.maths.survival import Lasting, lasting
from keepline.maths.survival_units import MoreUnits, fewest_more
from keepline.model.results import RESULTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.impact.endurance_leaving import Leavers
    from keepline.model.arrays import Pools, Supply
    from keepline.model.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: How many days more the plan asks for.
MORE_DAYS: Final = 90
#: How many lines a thread takes at once.
CHUNK: Final = 32


def endurance(
    network: Network,
    pools: Pools,
    supply: Supply,
    probabilities: Floats,
    confidence: float,
    seed: int = 0,
    threads: int | None = None,
) -> pl.DataFrame:
    """Find for how many days today's stock, with orders due, covers every removal.

    A row without a depot pools all of an operator's depots: it counts stock wherever it lies and
    ignores ship times. A row of a depot follows the exact two-echelon law. Days are whole: on the
    day after them the chance that nothing has been short, mixed over branches, is under the
    confidence.

    Args:
        network: The network; gives names and dates.
        pools: Every pool.
        supply: What is left of supply and repair by branch.
        probabilities: Probability of each branch [branches].
        confidence: Probability with which nothing must be short.
        seed: Seed of every random stream.
        threads: How many threads; as many as there are processors unless given. The figures are
            the same for any number.

    Returns:
        A result table `endurance`. Its law is *exact* where a lower and an upper bound meet (see
        :mod:`keepline.maths.survival_bounds`), *simulated* where they lie so far apart that the
        line was played, *bound* where the days are the upper one of two bounds, both shown; the
        lower one where units may leave the shelves before they are used. Units
        for 90 more days are the fewest that bring the days of the row to 90 more, or to the plan's
        last day, counted only in branches in which they arrive whole.
    """
    crew = threads or os.cpu_count() or 1
    laws = Laws(supply.first, supply.start, supply.supply_share, supply.lead_factor,
                supply.repair_left)  # fmt: skip
    rows = rows_of(network, pools)
    lines = lines_of(rows, pools, supply, laws, probabilities, network.horizon_days)
    location_of = np.repeat(np.arange(len(pools.depot)), np.diff(pools.due_first))
    comes = arriving(laws, pools.due_day - pools.ship_days[location_of], pools.due_quantity)
    table = Table(network, pools, laws, rows, lines, comes, seed)
    end = int(network.horizon_days)
    asked = Figures.confidences(confidence)
    bounds = _bounds(table, asked, end, crew)
    leavers = leavers_of(rows, pools, supply, laws, comes, network.horizon_days)
    if len(leavers.rows):
        left = _leaving(table, leavers, supply, probabilities)
        bounds = narrowed(bounds, _bounds(left, asked, end, crew), leavers)
    stays = np.ones(len(rows), np.bool_)
    stays[leavers.rows] = False
    figures = Figures.of(bounds, end, stays)
    chosen = games(table, np.flatnonzero(figures.is_open() & stays).tolist())
    ends = dict.fromkeys(range(len(rows)), float(end))
    for game, seen in play(table, chosen, ends, None, crew):
        for row, location in game.seats:
            figures.learn(row, seen.first_short_day[:, location], confidence)
    units = _units(table, figures, stays, confidence, crew)
    return _told(table, figures, units)


def _leaving(table: Table, leavers: Leavers, supply: Supply, probabilities: Floats) -> Table:
    """Return the table of the rows whose units may leave the shelves, without those units."""
    network, pools = table.network, leavers.pools
    rows = rows_of(network, pools)[leavers.rows]
    lines = lines_of(rows, pools, supply, table.laws, probabilities, network.horizon_days)
    return replace(table, pools=pools, rows=rows, lines=lines, comes=leavers.comes)


def _bounds(table: Table, confidences: Floats, end: int, crew: int) -> Lasting:
    """Bound every line, a chunk of lines at a time."""

    def one(chunk: tuple[int, int]) -> Lasting:
        first, count = chunk
        return lasting(
            table.lines, table.laws, table.comes, confidences, end,
            (first, first + count),
        )  # fmt: skip

    # at least one chunk, so that a network without lines has its empty figures
    chunks = blocks_of(len(table.rows), CHUNK) or [(0, 0)]
    found = list(played_in_order(one, chunks, crew))
    return Lasting(*(np.concatenate(values) for values in zip(*found, strict=True)))


def _units(
    table: Table, figures: Figures, stays: NDArray[np.bool_], confidence: float, crew: int
) -> Units:
    """Find the units for 90 more days: by the bounds, and by playing where those leave it open."""
    asking = np.flatnonzero(figures.days < figures.end)
    until = np.minimum(figures.days + MORE_DAYS, figures.end)

    def one(chunk: tuple[int, int]) -> MoreUnits:
        mine = asking[chunk[0] : chunk[0] + chunk[1]]
        return fewest_more(table.lines, table.laws, table.comes, mine, until[mine], confidence)

    units = Units.empty(len(table.rows))
    chunks = blocks_of(len(asking), CHUNK)
    for (first, count), found in zip(chunks, played_in_order(one, chunks, crew), strict=True):
        mine = asking[first : first + count]
        units.learn_bound(mine, found._replace(is_sure=found.is_sure & stays[mine]))
    _play_units(table, units, until, stays, confidence, crew)
    pool = np.array([one[0] for one in table.rows["pools"].to_list()], np.int64)
    units.price(table.pools.cost[pool], table.pools.minimum_order[pool])
    return units


def _play_units(
    table: Table,
    units: Units,
    until: Ints,
    stays: NDArray[np.bool_],
    confidence: float,
    crew: int,
) -> None:
    """Play the lines whose units the bounds leave open, and see what each replication needs."""
    lines = table.lines
    # a centre's own units serve the depots too: only its bound is known
    is_central = table.rows["depot_id"].is_not_null().to_numpy() & ~lines.is_more_own
    wanted = np.flatnonzero(units.is_open() & ~is_central & stays).tolist()
    end = {row: float(until[row]) for row in wanted}
    begin = {row: float(lines.more_day[row]) for row in wanted}
    for game, seen in play(table, games(table, wanted), end, begin, crew):
        for row, location in game.seats:
            own = slice(lines.first_law[row], lines.first_law[row + 1])
            arrives = np.zeros(len(table.laws.first) - 1, np.bool_)
            arrives[lines.law[own]] = lines.is_more_whole[own]
            comes = arrives[np.array(game.law_numbers)][seen.law]
            short_on = seen.first_short_day[:, location]
            helped = np.where(
                comes & (short_on >= begin[row]), seen.worst[:, location].astype(float), np.inf
            )
            needed = np.where(short_on > end[row], 0.0, helped)
            units.learn_played(row, needed, confidence)


def _told(table: Table, figures: Figures, units: Units) -> pl.DataFrame:
    network = table.network
    found = table.rows.with_columns(*figures.columns(), *units.columns()).with_columns(
        until_on=pl.lit(network.start)
        + pl.duration(days=pl.min_horizontal("survive_days", pl.lit(figures.end - 1.0)))
    )
    columns = RESULTS["endurance"].columns()
    return found.sort("part_id", "operator_id", "depot_id").select(
        pl.col(name).cast(column.dtype) for name, column in columns.items()
    )
