"""The main job as a command, and the same on the shipped network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keepline.cli.mechanics import (
    Allocation,
    Field,
    Formulas,
    Without,
)
from keepline.cli.options import (  # noqa: TC001 - read when it runs
    AsJson,
    AsOf,
    ClusterAddress,
    MostReplications,
    NetworkPath,
    NoSwaps,
    OutPath,
    PolicyPath,
    Precision,
    Replications,
    Save,
    ScenarioPath,
    Seed,
    SwapSeconds,
    Workers,
)  # fmt: skip


def plan(
    network: NetworkPath,
    scenario: ScenarioPath,
    policy: PolicyPath,
    out: OutPath,
    as_of: AsOf = None,
    replications: MostReplications = None,
    precision: Precision = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    save: Save = None,
    without: Without = None,
    formulas: Formulas = False,
    allocation: Allocation = None,
    seconds: SwapSeconds = 30.0,
    no_swaps: NoSwaps = False,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Do the main job: find the losses, plan swaps and stock together, simulate, write it down.

    OUT gets plan.json, tables/ (.csv and .parquet), plan.xlsx and report.html. An earlier plan in
    OUT stays as it was until the new one is whole. The simulation plays every mechanism that the
    network has figures for, unless it is switched off. Swaps are planned where the policy has rules
    and the network has offers to swap and no programme of its own; what is found hangs on the time
    that the search may take.

    Example: keepline plan my-network --scenario us-rule.yaml --policy policy.yaml -o my-plan
    """
    from keepline.cli import plans
    from keepline.cli.commands import How

    how = How(replications, precision, workers, cluster, save)
    field = Field(tuple(without or ()), formulas, allocation)
    given = None if no_swaps else seconds
    as_known = as_of.date() if as_of else None
    plans.plan(network, scenario, policy, out, as_known, how, seed, as_json, field, given)


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="OUT", help="The folder to write into.")
    ] = Path("keepline-demo"),
    size: Annotated[
        str,
        typer.Option(
            "--size", help="operator: one, 19,000 sites. national: four, about a million units."
        ),
    ] = "operator",
    network_only: Annotated[
        bool, typer.Option("--network-only", help="Write the network folder and stop.")
    ] = False,
    replications: Replications = 200,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Plan the shipped network uk-2020 against the US rule as seen on 19 June 2020.

    The network is modelled on public figures and is no operator's data. OUT gets the network, the
    scenario, the policy and the plan; run again, it writes them all anew. To start from the network
    and change it, write it elsewhere with --network-only: that replaces nothing.

    Example: keepline demo --network-only -o my-network
    """
    from keepline.cli import plans

    plans.demo(out, size, network_only, replications, seed, as_json)
