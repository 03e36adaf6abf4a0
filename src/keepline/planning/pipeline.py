"""Run the engines one after the other: what is lost, what to buy, how it plays out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline import impact, simulation, stock
from keepline.model import arrays
from keepline.model.base import base_of
from keepline.model.calendar import month_edges, month_starts
from keepline.model.mechanisms import Mechanisms
from keepline.model.plan import Plan, Provenance, Summary
from keepline.model.pooled import counted_as, pooled_network, pooled_pools
from keepline.model.programme import with_places
from keepline.model.signal import signal_of
from keepline.model.substitution import pooled_parts
from keepline.planning.assumptions import assumptions, simulated
from keepline.planning.audited import audited

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from keepline.impact import Impact
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.simulation import Crew, Simulation
    from keepline.stock import Stocked, Waiting

    #: Told the name of each stage as it begins.
    Progress = Callable[[str], None]


PLAINLY = simulation.Effort()


@dataclass(frozen=True)
class Ground:
    """Hold what stock, endurance and simulation stand on: parts that are one count as one.

    The network as it was given is ``original``: by its parts a programme swaps.
    """

    network: Network
    pools: arrays.Pools
    supply: arrays.Supply
    places: arrays.Places
    original: Network


class Course(NamedTuple):
    """Hold what a plan does: what it carries first, and what it buys."""

    moves: pl.DataFrame | None
    purchases: pl.DataFrame


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
) -> Plan:
    """Plan a network against a scenario under a policy.

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
    progress("Find what to buy, for where, by when")
    stocked = _stocked(found, ground, policy, effort.crew)
    progress("Play today's course and the plan through")
    field = _field(mechanisms, found, ground, scenario)
    played = _played(found, ground, _course(stocked), seed, replications, effort, field)
    made = Plan(
        summary=_summary(network, scenario, policy, found, stocked, played),
        tables=_tables(
            network,
            found,
            endurance,
            stocked,
            played,
            _substitution(network, found, ground, stocked),
        ),
        provenance=Provenance(
            version=version,
            seed=seed,
            hashes=_hashes(network, scenario, policy),
            libraries={},
            assumptions=(
                *assumptions(network, scenario, policy, found, endurance),
                simulated(field.mechanisms),
            ),
        ),
    )
    return audited(made, network, policy)


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


def grounded(network: Network, found: Impact) -> tuple[Impact, Ground]:
    """Return what stock stands on, given what is lost, and that with the parts that are one."""
    supply = arrays.supply(network, found.cuts, found.branches)
    found = replace(found, pooled_parts=pooled_parts(network, supply.law))
    whole = with_places(network)
    pooled = pooled_network(whole, found.pooled_parts)
    pools = pooled_pools(whole, pooled, found.pooled_parts)
    edges = np.array(month_edges(network.start, network.end))
    base = base_of(network, pools, found.pooled_parts, edges)
    places = arrays.places(pooled, pools)._replace(base=base)
    return found, Ground(pooled, pools, supply, places, network)


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


def _hashes(network: Network, scenario: Scenario, policy: Policy) -> dict[str, str]:
    """Return the hash of every input file; a name that stands twice says whose file it is."""
    out = dict(network.hashes)
    for whose, hashes in (("scenario", scenario.hashes), ("policy", policy.hashes)):
        for name, digest in hashes.items():
            out[f"{whose} {name}" if name in out else name] = digest
    return out


def _summary(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    found: Impact,
    stocked: Stocked,
    played: Simulation,
) -> Summary:
    sure = found.losses.filter(pl.col("certainty") == "sure")
    lost_on = pl.min_horizontal("supply_lost_on", "repair_lost_on", "software_lost_on")
    first_losses = sure.select(lost_on).to_series()
    months = month_starts(network.start, network.end)
    return Summary(
        network_name=network.name,
        currency=network.currency,
        start=network.start,
        end=network.end,
        source=network.source,
        scenario_name=scenario.name,
        policy_name=policy.name,
        confidence=policy.service.confidence,
        availability_target=policy.service.availability,
        survive_target_days=policy.service.survive_days,
        budget_stock=policy.budget.stock,
        parts=len(network["parts"]),
        units=int(network["installed"]["quantity"].sum()),
        sites=len(network["sites"]),
        operators=network["sites"]["operator_id"].n_unique() if len(network["sites"]) else 0,
        total_traffic=float(network["sites"]["traffic"].sum()),
        parts_lost=sure["part_id"].n_unique(),
        first_loss_on=first_losses.min(),  # type: ignore[arg-type]
        purchase_units=int(stocked.purchases["quantity"].sum()),
        purchase_cost=float(stocked.purchases["cost"].sum()),
        first_order_by=stocked.purchases["order_by"].min(),  # type: ignore[arg-type]
        availability_today=stocked.availability_today,
        availability_plan=stocked.availability_plan,
        worst_month_today=months[int(stocked.today.argmin())],
        worst_month_plan=months[int(stocked.planned.argmin())],
        availability_worst_today=float(stocked.today.min()),
        availability_worst_plan=float(stocked.planned.min()),
        service_lost_today=stocked.service_lost_today,
        service_lost_plan=stocked.service_lost_plan,
        service_lost_bound=stocked.service_lost_bound,
        gap=stocked.gap,
        target_met=stocked.is_target_met,
        cost_to_target=stocked.cost_to_target,
        simulated_today=played.today,
        simulated_plan=played.plan,
        simulated_difference=played.difference,
        replications=played.replications,
        move_units=int(stocked.moves["quantity"].sum()),
        move_parts=stocked.moves["part_id"].n_unique(),
        move_cost=float(stocked.moves["cost"].sum()),
        cost_without_moves=stocked.cost_without_moves,
        moves_lost=stocked.moves_lost,
        moves_left=stocked.moves_left,
        moves_bound=stocked.moves_bound,
        stopped_by=played.stopped_by,
    )


def _tables(
    network: Network,
    found: Impact,
    endurance: pl.DataFrame,
    stocked: Stocked,
    played: Simulation,
    substitution: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    return {
        "branches": found.branches,
        "losses": found.losses,
        "mapping": found.mapping,
        "loss_steps": found.loss_steps,
        "remedies": found.remedies,
        "cuts": found.cuts,
        "exposure": found.exposure,
        "endurance": endurance,
        "pooled_parts": found.pooled_parts,
        "substitution": substitution,
        "moves": stocked.moves,
        "purchases": stocked.purchases,
        "marginals": stocked.marginals,
        "outlook": stocked.outlook,
        "frontier": stocked.frontier,
        "relaxations": stocked.relaxations,
        "simulated": played.simulated,
        "simulated_parts": played.simulated_parts,
        "simulated_once": played.simulated_once,
        "parts": network["parts"],
        "suppliers": network["suppliers"].select("supplier_id", "name", "country", "is_high_risk"),
    }
