"""Run the engines one after the other: what is lost, what to buy, how it plays out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline import impact, simulation, stock
from keepline.model import arrays
from keepline.model.mechanisms import Mechanisms
from keepline.model.plan import Plan, Provenance
from keepline.model.pooled import counted_as
from keepline.model.programme import with_programme
from keepline.model.signal import signal_of
from keepline.planning.assumptions import assumptions, simulated
from keepline.planning.audited import audited
from keepline.planning.grounded import Ground, grounded
from keepline.planning.jointly import may_swap, plan_jointly
from keepline.planning.ruled import assumed, ruled_tables, summary_with
from keepline.planning.telling import hashes_of, summary_of, tables_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import polars as pl

    from keepline.impact import Impact
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.planning.jointly import Joint, Search
    from keepline.simulation import Crew, Simulation
    from keepline.stock import Stocked, Waiting

    #: Told the name of each stage as it begins.
    Progress = Callable[[str], None]


PLAINLY = simulation.Effort()


class Course(NamedTuple):
    """Hold what a plan does: what it carries first, what it buys, and what it swaps."""

    moves: pl.DataFrame | None
    purchases: pl.DataFrame
    programme: pl.DataFrame | None = None


class _Decided(NamedTuple):
    """Hold what is swapped and bought, with what is lost and stood on under it.

    Attributes:
        found: What is lost, with the parts that are one.
        ground: What the stock was planned on.
        stocked: What is bought and moved.
        joint: Swaps and stock planned together; None where no swaps were planned.
    """

    found: Impact
    ground: Ground
    stocked: Stocked
    joint: Joint | None


def _silent(stage: str) -> None:
    """Tell nobody."""


def make_plan(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    *,
    version: str,
    seed: int = 0,
    replications: int = 200,
    effort: simulation.Effort = PLAINLY,
    mechanisms: Mechanisms | None = None,
    progress: Progress = _silent,
    search: Search | None = None,
) -> Plan:
    """Plan a network against a scenario under a policy.

    Swaps and stock are planned together where rules ask for swaps, the network has offers and no
    programme of its own, and somebody looks for programmes.

    Args:
        network: A checked network.
        scenario: What may happen; its names must be the network's.
        policy: What must hold.
        version: Keepline's version, for the provenance.
        seed: Seed of every random stream.
        replications: How many times the future is played through; with a precision, at most.
        effort: How precisely it is played, by whom, and where its blocks are kept; the crew works
            out the parts' curves too.
        mechanisms: Which mechanisms of the field are played: all of them unless given.
        progress: Told the name of each stage as it begins.
        search: How a programme of swaps is looked for; None to plan none.

    Returns:
        The plan with every result table that applies.

    Raises:
        InputError: When the scenario names what the network does not have.
        PlanError: When the scenario has more branches than can be told apart.
        Bug: When the plan does not hold against the tables as they were read.
    """
    progress("Find what is lost, and when")
    found, ground = _grounded(network, scenario, is_explained=True)
    progress("Find how long today's stock lasts")
    endurance = _lasting(found, ground, policy.service.confidence, seed)
    decided = _decided(network, found, ground, policy, search, effort.crew, progress)
    progress("Play today's course and the plan through")
    field = _field(mechanisms, decided.found, decided.ground, scenario)
    played = _played(
        decided.found, decided.ground, _course(decided.stocked), seed, replications, effort, field
    )
    summary = summary_of(network, scenario, policy, decided.found, decided.stocked, played)
    if decided.joint is not None:
        summary = replace(summary, **summary_with(decided.joint))
    hashes = hashes_of(network, scenario, policy)
    said = _said(network, scenario, policy, decided, endurance, field)
    made = Plan(
        summary,
        _tables(network, scenario, policy, decided, endurance, played, seed),
        Provenance(version=version, seed=seed, hashes=hashes, libraries={}, assumptions=said),
    )
    return audited(made, network, policy)


def _decided(
    network: Network,
    found: Impact,
    ground: Ground,
    policy: Policy,
    search: Search | None,
    crew: Crew | None,
    progress: Progress,
) -> _Decided:
    """Decide what is swapped and bought: together where swaps may be planned, else stock alone."""
    if search is not None and may_swap(network, policy):
        joint = plan_jointly(network, found, policy, search, crew, progress)
        if joint is not None:
            return _Decided(joint.best.found, joint.best.ground, joint.stocked(), joint)
    progress("Find what to buy, for where, by when")
    return _Decided(found, ground, _stocked(found, ground, policy, crew), None)


def _tables(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    decided: _Decided,
    endurance: pl.DataFrame,
    played: Simulation,
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return every result table: of losses, stock and play, and then of rules and swaps."""
    found, ground, stocked, joint = decided
    substitution = _substitution(network, found, ground, stocked)
    return {
        **tables_of(network, found, endurance, stocked, played, substitution),
        **ruled_tables(ground.original, policy, endurance, stocked, joint, scenario.slipping, seed),
    }


def _said(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    decided: _Decided,
    endurance: pl.DataFrame,
    field: simulation.Field,
) -> tuple[str, ...]:
    """Say what is assumed: of losses and stock, of rules and swaps, and of what is played."""
    return (
        *assumptions(network, scenario, policy, decided.found, endurance),
        *assumed(decided.ground.original, policy, decided.joint),
        simulated(field.mechanisms),
    )


def take_stock(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    progress: Progress = _silent,
    crew: Crew | None = None,
) -> tuple[Impact, Stocked]:
    """Find what is lost and what to buy, without playing it through."""
    progress("Find what is lost, and when")
    found, ground = _grounded(network, scenario)
    progress("Find what to buy, for where, by when")
    return found, _stocked(found, ground, policy, crew)


def _stocked(found: Impact, ground: Ground, policy: Policy, crew: Crew | None) -> Stocked:
    return stock.plan_stock(
        ground.network,
        ground.pools,
        ground.supply,
        ground.places,
        found.branches,
        policy,
        crew=crew,
    )


def weigh_waiting(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    event_id: str,
    known_on: dt.date | None = None,
    progress: Progress = _silent,
) -> Waiting:
    """Find what waiting is worth until it is known whether an event happens."""
    signal = signal_of(scenario, network.start, event_id, known_on)
    progress("Find what is lost, and when")
    found, ground = _grounded(network, scenario)
    progress("Find what to buy before and after it is known")
    return stock.weigh_waiting(
        ground.network, ground.pools, ground.supply, ground.places, found.branches, policy, signal
    )


def play(
    network: Network,
    scenario: Scenario,
    plan: Course | None = None,
    *,
    seed: int = 0,
    replications: int = 200,
    effort: simulation.Effort = PLAINLY,
    mechanisms: Mechanisms | None = None,
    progress: Progress = _silent,
) -> Simulation:
    """Play today's course, and beside it a plan's moves and purchases when there are any.

    Every mechanism of the field is played unless others are named.
    """
    if plan is not None and plan.programme is not None:
        network = with_programme(network, plan.programme)
    progress("Find what is lost, and when")
    found, ground = _grounded(network, scenario)
    progress("Play the future through")
    field = _field(mechanisms, found, ground, scenario)
    return _played(found, ground, plan, seed, replications, effort, field)


def _field(
    mechanisms: Mechanisms | None, found: Impact, ground: Ground, scenario: Scenario
) -> simulation.Field:
    """Say what is played: every mechanism unless others are named."""
    on = mechanisms or Mechanisms()
    return simulation.Field(on, ground.original, found.pooled_parts, scenario.slipping)


def lost_and_left(
    network: Network,
    scenario: Scenario,
    confidence: float,
    *,
    seed: int = 0,
    progress: Progress = _silent,
) -> tuple[Impact, pl.DataFrame]:
    """Find what is lost, and how long today's stock lasts at a confidence."""
    progress("Find what is lost, and when")
    found, ground = _grounded(network, scenario, is_explained=True)
    progress("Find how long today's stock lasts")
    return found, _lasting(found, ground, confidence, seed)


def _lasting(found: Impact, ground: Ground, confidence: float, seed: int) -> pl.DataFrame:
    return impact.endurance(
        ground.network, ground.pools, ground.supply, _chances(found), confidence, seed=seed
    )


def _played(
    found: Impact,
    ground: Ground,
    plan: Course | None,
    seed: int,
    replications: int,
    effort: simulation.Effort,
    field: simulation.Field,
) -> Simulation:
    # a plan made when parts were not yet one names them all
    purchases = counted_as(plan.purchases, found.pooled_parts) if plan else None
    moves = counted_as(plan.moves, found.pooled_parts) if plan and plan.moves is not None else None
    return simulation.run(
        ground.network,
        ground.pools,
        ground.supply,
        ground.places,
        found.branches,
        purchases,
        moves,
        seed=seed,
        replications=replications,
        effort=effort,
        field=field,
    )


def _course(stocked: Stocked) -> Course:
    return Course(stocked.moves, stocked.purchases)


def _grounded(
    network: Network, scenario: Scenario, *, is_explained: bool = False
) -> tuple[Impact, Ground]:
    """Find what is lost, then which parts are one: that depends on what they lose."""
    return grounded(network, impact.find(network, scenario, is_explained=is_explained))


def _substitution(
    network: Network, found: Impact, ground: Ground, stocked: Stocked
) -> pl.DataFrame:
    return stock.substitution(
        network,
        ground.pools if found.pooled_parts.is_empty() else arrays.pools(network),
        ground.supply,
        found.branches,
        found.pooled_parts,
        stocked.purchases,
    )


def _chances(found: Impact) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(found.branches["probability"].to_numpy(), np.float64)
