"""Tell what the engines found as a plan: its short answer, its tables, its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.calendar import month_starts
from keepline.model.plan import Summary

if TYPE_CHECKING:
    from keepline.impact import Impact
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.simulation import Simulation
    from keepline.stock import Stocked


def hashes_of(network: Network, scenario: Scenario, policy: Policy) -> dict[str, str]:
    """Return the hash of every input file; a name that stands twice says whose file it is."""
    out = dict(network.hashes)
    for whose, hashes in (("scenario", scenario.hashes), ("policy", policy.hashes)):
        for name, digest in hashes.items():
            out[f"{whose} {name}" if name in out else name] = digest
    screened = network.screening
    return out | {
        f"list {one}": version for one, version in (screened.lists if screened else {}).items()
    }


def summary_of(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    found: Impact,
    stocked: Stocked,
    played: Simulation,
) -> Summary:
    """Return the short answer of a plan."""
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


def tables_of(
    network: Network,
    found: Impact,
    endurance: pl.DataFrame,
    stocked: Stocked,
    played: Simulation,
    substitution: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Return every result table of a plan, with names of parts and suppliers."""
    screened = network.screening
    named = {"hits": screened.hits, "screened": screened.screened} if screened else {}
    return {
        "branches": found.branches,
        **named,
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
