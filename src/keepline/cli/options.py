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
MostReplications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        min=2,
        help="How many times the future is played through: 200. With --precision, how many times "
        "at most: 10,000.",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        metavar="P",
        help="Stop when the 95 % intervals of average availability are no wider than P either "
        "side, such as 0.0001.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        metavar="N",
        help="Let N processes of this machine do the work. No figure depends on it.",
    ),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Let a Dask cluster do the work: tcp://HOST:PORT of its scheduler, or local. No "
        "figure depends on it.",
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        "--save",
        metavar="DIR",
        help="Keep what is played in DIR as it finishes: the same command, run again after a kill, "
        "goes on from there.",
    ),
]
Replications = Annotated[
    int,
    typer.Option(
        "--replications", "-n", min=2, help="How many times the future is played through."
    ),
]
SwapSeconds = Annotated[
    float,
    typer.Option(
        "--seconds", min=1.0, max=86_400.0, help="Take the best programmes of swaps found by then."
    ),
]
NoSwaps = Annotated[
    bool, typer.Option("--no-swaps", help="Plan stock alone, whatever rules ask to be swapped.")
]
