"""The command on swaps: its words and options."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the types when it runs
from typing import Annotated

import typer

from keepline.cli.options import (  # noqa: TC001 - read when it runs
    AsJson,
    NetworkPath,
    Seed,
    SwapSeconds,
)


def swap(
    network: NetworkPath,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", "-p", metavar="P",
            help="What must hold: a YAML file with rules, budget and swaps.",
        ),
    ] = None,
    packs: Annotated[
        list[str] | None,
        typer.Option(
            "--pack", metavar="NAME", help="A shipped pack of rules, too; may be given repeatedly."
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario", "-s", metavar="S",
            help="What may make swaps slip: the key programme of a scenario.",
        ),
    ] = None,
    soonest: Annotated[
        bool,
        typer.Option(
            "--soonest", help="Keep all rules as soon as crews, suppliers and money allow."
        ),
    ] = False,
    seconds: SwapSeconds = 30.0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT", help="The folder to write the tables into."),
    ] = None,
    as_json: AsJson = False,
    seed: Seed = 0,
) -> None:  # fmt: skip
    """Find which site is swapped in which quarter to which supplier, so that the rules are kept.

    The least discounted cost within crews, suppliers' capacity and budget, with a certified gap.
    Where it cannot be done, it says which limits collide and the least that must give way. What
    the new programme does is judged by the rules as keepline rules judges it. Ctrl-C leaves the
    best programme so far.

    Example: keepline swap my-network --policy policy.yaml -o my-programme
    """
    from keepline.cli import commands

    commands.swap(
        network, policy, tuple(packs or ()), seconds, out, as_json, soonest, scenario, seed
    )
