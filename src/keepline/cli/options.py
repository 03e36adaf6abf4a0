"""The arguments and options that several commands take, with their words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

NetworkPath = Annotated[
    Path,
    typer.Argument(
        metavar="NET",
        help="The network: a folder with network.yaml and a .csv or .parquet a table, or one "
        ".xlsx with a sheet a table.",
    ),
]
SCENARIO = typer.Option(
    "--scenario", "-s", metavar="S", help="What may happen: a YAML file of events."
)
ScenarioPath = Annotated[Path, SCENARIO]
PolicyPath = Annotated[
    Path,
    typer.Option(
        "--policy", "-p", metavar="P", help="What must hold: a YAML file of service and budget."
    ),
]
OutPath = Annotated[
    Path, typer.Option("--out", "-o", metavar="OUT", help="The folder to write the plan into.")
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Use only what was known on that day: later rules, amendments and suspensions are "
        "not seen.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of words.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        min=0,
        max=2**63 - 1,
        help="Seed of all randomness; the same seed, the same figures.",
    ),
]
SeedUnused = Annotated[
    int,
    typer.Option(
        "--seed",
        min=0,
        max=2**63 - 1,
        help="Taken so that every command takes it; this one draws nothing at random.",
    ),
]
Replications = Annotated[
    int,
    typer.Option(
        "--replications", "-n", min=2, help="How many times the future is played through."
    ),
]
