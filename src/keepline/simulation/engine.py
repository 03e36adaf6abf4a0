"""Play today's course and a plan on the very same failures, and state availability by month.

Every replication plays every branch of the scenario, so that no chance is left in which branch it
falls: a replication's value is the branches' values weighted by their probability. Pools are
independent given the branch, so each is played once for every law of supply that it meets.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from keepline.maths.blocks import blocks_of
from keepline.maths.crew import Threads, in_order
from keepline.simulation.block import play_block, play_job, setup_of
from keepline.simulation.controls import NOT_STEADIED, PILOT
from keepline.simulation.effort import Effort
from keepline.simulation.outcome import Outcome
from keepline.simulation.saved import played_or_saved
from keepline.simulation.stopping import STEP, expected, half_width, is_enough
from keepline.simulation.tell import interval_of, once_table, parts_table, simulated_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from keepline.maths.crew import Crew
    from keepline.maths.intervals import Moments
    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.network import Network
    from keepline.model.plan import Interval
    from keepline.simulation.block import Setup
    from keepline.simulation.controls import Steady
    from keepline.simulation.field import Field
    from keepline.simulation.outcome import Key
    from keepline.simulation.tell import Held

#: Replications played at once: enough to keep a kernel busy, few enough to keep memory flat.
BLOCK = 100
#: How it is carried out unless something else is asked for.
PLAINLY = Effort()


@dataclass(frozen=True)
class Simulation:
    """Hold what was played.

    Attributes:
        simulated: The result table ``simulated``.
        today: Average availability over the plan, today's course.
        plan: The same with the plan; None when only today's course was played.
        difference: Plan less today, on the same failures; None likewise.
        replications: How many.
        simulated_parts: The result table ``simulated_parts``; empty where only what the formulas
            assume was played.
        simulated_once: The result table ``simulated_once``, likewise.
        stopped_by: What ended it: ``precision`` when the intervals were as narrow as asked, else
            ``replications``.
        half_width: The widest half-width of these intervals, before they are cut to what is
            possible.
    """

    simulated: pl.DataFrame
    today: Interval
    plan: Interval | None
    difference: Interval | None
    replications: int
    simulated_parts: pl.DataFrame
    simulated_once: pl.DataFrame
    stopped_by: str = "replications"
    half_width: float = 0.0


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
    effort: Effort = PLAINLY,
    field: Field | None = None,
) -> Simulation:
    """Play the network many times, today's course and beside it a plan: its moves and purchases.

    The measures are ``availability`` (the product form of :mod:`keepline.maths.service` on the
    month's average backorders) and ``units_short`` (average units short in service), by month, for
    all and for each operator; with the field also all others of
    :mod:`keepline.model.simulated_results`.

    Args:
        network: A checked network.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        places: How the units stand at sites.
        branches: The result table ``branches``.
        purchases: The result table ``purchases``; None plays today's course alone.
        moves: The result table ``moves``, made before anything is bought; None for no moves.
        seed: Seed of every random stream, 0 or more.
        replications: How many, 2 or more; with a precision, how many at most.
        threads: How many threads, where no crew is given; as many as there are processors unless
            given. The figures are the same to the last bit for any number.
        effort: How precisely, by whom, and where blocks are kept.
        field: The mechanisms of the field that are played; None for what the formulas assume.

    Returns:
        The simulation.

    Raises:
        InputError: When the plan buys or moves what the network does not have.
        StoreError: When blocks cannot be kept, or workers are lost over and over.
    """
    setup = setup_of(network, pools, supply, places, branches, purchases, moves, seed, field)
    threads = threads or os.cpu_count() or 1
    steady = _steady(setup, threads)
    sums, stopped_by = _played(setup, steady, replications, threads, effort)
    found = steady.moments(sums.moments)
    held = [] if setup.base is None else setup.base.held_names()
    return _told(network, found, sums.replications, stopped_by, held)


def _told(
    network: Network,
    found: Mapping[Key, Moments],
    replications: int,
    stopped_by: str,
    held: Sequence[Held],
) -> Simulation:
    """Tell what was played as intervals and tables.

    Args:
        network: What was played.
        found: Moments by key.
        replications: How many there were.
        stopped_by: What ended them.
        held: Operator and part of each column of what is measured by part.
    """
    intervals = {
        str(key[-1]): interval_of(str(key[-1]), one)
        for key, one in found.items()
        if key[0] == "plan"
    }
    return Simulation(
        simulated=simulated_table(network, found),
        today=intervals["today"],
        plan=intervals.get("plan"),
        difference=intervals.get("difference"),
        replications=replications,
        stopped_by=stopped_by,
        half_width=half_width(Outcome(found)),
        simulated_parts=parts_table(network, found, replications),
        simulated_once=once_table(network, found, held),
    )


def _steady(setup: Setup, threads: int) -> Steady:
    """Play the pilot of a field, and learn from it how its controls count."""
    if setup.controls is None or setup.field is None:
        return NOT_STEADIED
    # controls know nothing of sites, parts and money: the pilot writes down none of them
    bare = replace(setup, field=replace(setup.field, has_log=False), base=None)
    return setup.controls.learned(play_block(bare, *PILOT, threads).moments)


def _played(
    setup: Setup, steady: Steady, most: int, threads: int, effort: Effort
) -> tuple[Outcome, str]:
    """Join blocks in their order until it is enough."""
    crew: Crew = Threads(1) if effort.crew is None else effort.crew
    # alone, the pools of a block share the threads; a worker of a crew has one
    act = partial(play_job, threads=threads if effort.crew is None else 1)
    blocks = _blocks(most)
    sums = Outcome()
    with closing(in_order(played_or_saved(crew, act, setup, blocks, effort))) as outcomes:
        for (first, count), outcome in zip(blocks, outcomes, strict=True):
            sums += outcome
            done = first + count
            widest = half_width(Outcome(steady.moments(sums.moments, "plan")))
            if is_enough(done, widest, effort.precision):
                effort.tell(done, done)
                return sums, "precision"
            effort.tell(done, expected(done, widest, effort.precision, most))
    return sums, "replications"


def _blocks(most: int) -> list[tuple[int, int]]:
    """Cut replications into blocks of which none goes over a step, at which it may be enough."""
    block = min(BLOCK, STEP)
    return [one for step in blocks_of(most, STEP) for one in blocks_of(step[1], block, step[0])]
