"""The command on rules: its words and options, and how a network stands against them, in words."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - typer reads the types when it runs
from pathlib import Path  # noqa: TC003
from typing import Annotated

import typer

from keepline.cli.options import AsJson, SeedUnused  # noqa: TC001 - read when it runs

_DAY = ["%Y-%m-%d"]


def rules(
    network: Annotated[
        Path | None,
        typer.Argument(
            metavar="[NET]",
            help="The network: a folder, or one .xlsx. Without it, rules are listed.",
            show_default=False,
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", "-p", metavar="P", help="Whose rules must hold: a YAML file of a policy."
        ),
    ] = None,
    packs: Annotated[
        list[str] | None,
        typer.Option(
            "--pack", metavar="NAME", help="A shipped pack of rules, too; may be given repeatedly."
        ),
    ] = None,
    on: Annotated[
        list[dt.datetime] | None,
        typer.Option(
            "--on", formats=_DAY, metavar="DATE",
            help="A further day to judge; may be given repeatedly.",
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="PLAN",
            help="A finished plan, whose purchases, endurance and swaps are judged.",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option("--top", min=0, metavar="N", help="Sites named for each rule; the rest is "
                     "counted."),
    ] = 3,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT", help="The folder to write the tables into."),
    ] = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:  # fmt: skip
    """Judge a network against rules on whose equipment may stand where, today and on each deadline.

    Caps by sites, traffic, premises and units, exclusions, removals, bans, numbers of vendors,
    days of cover and reports, with the slack and the sites that break them. What is not known
    counts against the operator, and is said. Not to comply is an answer: the exit code is 0.
    Without a network it lists the packs of rules that ship, each rule with its law and its mark.

    Example: keepline rules my-network --policy policy.yaml --on 2023-01-28
    """
    from keepline.cli import commands

    days = tuple(one.date() for one in on or ())
    commands.rules(network, policy, tuple(packs or ()), days, plan, top, out, as_json)
