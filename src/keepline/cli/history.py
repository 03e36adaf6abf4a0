"""The command that replays history: its words and its options, and what it prints."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - typer reads the types when it runs
from pathlib import Path  # noqa: TC003
from typing import Annotated

import typer

_DAY = ["%Y-%m-%d"]


def replay(
    network: Annotated[
        Path, typer.Argument(metavar="NET", help="The network: a folder, or one .xlsx.")
    ],
    first: Annotated[
        dt.datetime,
        typer.Option("--from", formats=_DAY, metavar="DATE", help="The first day."),
    ],
    last: Annotated[
        dt.datetime,
        typer.Option(
            "--to", formats=_DAY, metavar="DATE", help="The last day; hindsight knows what it knew."
        ),
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario", "-s", metavar="S",
            help="What happened: a YAML file. Without it, all dated events that ship.",
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", "-p", metavar="P",
            help="What must hold: a YAML file. Without it, availability 99.95 % in every month.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="OUT", help="The folder to write the tables and the chart into."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for machines instead of words.")
    ] = False,
    seed: Annotated[  # noqa: ARG001 - every command takes a seed
        int,
        typer.Option(
            "--seed", min=0, max=2**63 - 1,
            help="Taken so that every command takes it; this one draws nothing at random.",
        ),
    ] = 0,
) -> None:  # fmt: skip
    """Replay history: what would have been advised on each day, and what waiting cost.

    On every day on which a dated event became known, changed or ended, the network is planned with
    that day's knowledge, as if the plan began then; and each plan is judged by what was known in
    the end. OUT gets replay.json, tables/ and replay.svg, one chart that tells it.

    Example: keepline replay my-network --from 2019-05-16 --to 2026-11-01 -o my-replay
    """
    from keepline.cli import commands

    commands.replay(network, scenario, policy, first.date(), last.date(), out, as_json)
