"""Play today's course and a plan on the very same failures, and state availability by month.

Every replication plays every branch of the scenario, so that no chance is left in which branch it
falls: a replication's value is the branches' values weighted by their probability. Pools are
independent given the branch, so each is played once for every law of supply that it meets.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.pooling import Laws
from keepline.model.calendar import month_edges
from keepline.model.moving import Carried, carried_in, moved
from keepline.simulation.courses import Courses, measured, timelines
from keepline.simulation.play import Player
from keepline.simulation.schedule import bought
from keepline.simulation.tell import interval_of, simulated_table

if TYPE_CHECKING:
    import polars as pl

    from keepline.maths.intervals import Moments
    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.network import Network
    from keepline.model.plan import Interval

Key = TypeVar("Key")

#: Replications played at once: enough to keep a kernel busy, few enough to keep memory flat.
BLOCK = 100


@dataclass(frozen=True)
class Simulation:
    """Hold what was played.

    Attributes:
        simulated: The result table ``simulated``.
        today: Average availability over the plan, today's course.
        plan: The same with the plan; None when only today's course was played.
        difference: Plan less today, on the same failures; None likewise.
        replications: How many.
    """

    simulated: pl.DataFrame
    today: Interval
    plan: Interval | None
    difference: Interval | None
    replications: int


def run(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    purchases: pl.DataFrame | None = None,
    moves: pl.DataFrame | None = None,
    *,
    seed: int = 0,
    replications: int = 200,
    threads: int | None = None,
) -> Simulation:
    """Play the network many times, today's course and beside it a plan: its moves and purchases.

    The measures are ``availability`` (the product form of :mod:`keepline.maths.service` on the
    month's average backorders) and ``units_short`` (average units short in service), by month, for
    all and for each operator.

    Args:
        network: A checked network.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        places: How the units stand at sites.
        branches: The result table ``branches``.
        purchases: The result table ``purchases``; None plays today's course alone.
        moves: The result table ``moves``, made before anything is bought; None for no moves.
        seed: Seed of every random stream, 0 or more.
        replications: How many, 2 or more.
        threads: How many threads; as many as there are processors unless given. The figures are
            the same to the last bit for any number.

    Returns:
        The simulation.
    """
    lines = timelines(supply, branches)
    carried = Carried.nothing() if moves is None else carried_in(network, pools, moves)
    player = Player(
        pools=pools,
        moved=moved(pools, carried),
        places=places,
        laws=Laws(*supply[1:]),
        law=supply.law[:, lines.first],
        edges=np.array(month_edges(network.start, network.end)),
        purchases=None if purchases is None else bought(network, pools, purchases),
        seed=seed,
    )
    courses = Courses.of(network, pools, has_plan=purchases is not None)
    sums: dict[tuple[str, str | None, str], Moments] = {}
    whole: dict[str, Moments] = {}
    crew = threads or os.cpu_count() or 1
    for first, count in blocks_of(replications, BLOCK):
        jobs = [(pool, first, count) for pool in range(len(pools.part))]
        sheet = courses.sheet(len(lines.chance), count, len(player.edges) - 1)
        for pool, played in zip(range(len(jobs)), played_in_order(player, jobs, crew), strict=True):
            sheet.add(pool, played)
        by_month, over_plan = measured(courses, sheet, lines.chance, player.edges)
        _join(sums, by_month)
        _join(whole, over_plan)
    intervals = {course: interval_of(course, moments) for course, moments in whole.items()}
    return Simulation(
        simulated=simulated_table(network, sums),
        today=intervals["today"],
        plan=intervals.get("plan"),
        difference=intervals.get("difference"),
        replications=replications,
    )


def _join(sums: dict[Key, Moments], more: dict[Key, Moments]) -> None:
    """Add a block's moments to those of the blocks before."""
    for key, moments in more.items():
        sums[key] = sums[key] + moments if key in sums else moments
