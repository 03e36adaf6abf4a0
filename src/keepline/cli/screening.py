"""The commands on lists: screen, decide, decisions and lists, their words and options."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - typer reads the types when it runs
from pathlib import Path
from typing import Annotated

import typer

from keepline.cli.guard import guarded
from keepline.cli.options import AsJson, NetworkPath, SeedUnused  # noqa: TC001 - read when it runs

ListsFolder = Annotated[
    Path | None,
    typer.Option(
        "--lists",
        metavar="DIR",
        help="Where lists that were added are kept; else KEEPLINE_LISTS, or the folder of this "
        "user's data.",
        show_default=False,
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--list", metavar="NAME", help="Only this list; may be given repeatedly."),
]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="A list in a file, that is not kept; may be given repeatedly. Without --list it is "
        "then the only one.",
    ),
]
Named = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        metavar="SCENARIO",
        help="The scenario whose lists, and whose companies as the list `scenario`, are met.",
        show_default=False,
    ),
]


def screen(
    network: NetworkPath,
    only: Only = None,
    files: Files = None,
    scenario: Named = None,
    lists: ListsFolder = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT", help="The folder to write the tables into."),
    ] = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Screen every supplier, at every tier, against public lists: by its names and its owners.

    Names are compared word by word, whatever their script. What is a match or worth a look waits
    for a person, what would put most traffic at risk first; nothing is decided by itself. A
    supplier that a listed one holds to a half or more is told with the path.

    Example: keepline screen my-network --list us-csl
    """
    from keepline.cli import screened

    screened.screen(network, tuple(only or ()), tuple(files or ()), scenario, lists, out, as_json)


def decide(
    network: NetworkPath,
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="The supplier's id.")],
    list_id: Annotated[str, typer.Argument(metavar="LIST", help="The list's name.")],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="The entry's id on it.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="On what ground.")],
    confirm: Annotated[bool, typer.Option("--confirm", help="It is the listed party.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="It is another one.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what was said.")] = False,
    files: Files = None,
    scenario: Named = None,
    lists: ListsFolder = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Confirm or clear a candidate that screening found, and remember it.

    Who, when, why and what it looked like is written behind all earlier decisions, into
    decisions.jsonl in the network's folder (beside it for a workbook), which only grows. It is
    asked again only when the supplier's names, the entry or the band of the score change.

    Example: keepline decide my-network acme us-csl 7157 --clear --by me --why "other town"
    """
    from keepline.cli import screened
    from keepline.model.decisions import Candidate

    said = {"confirmed": confirm, "cleared": clear, "withdrawn": withdraw}
    screened.decide(
        network, Candidate(supplier, list_id, entry), [one for one, is_so in said.items() if is_so],
        by, why, tuple(files or ()), scenario, lists, as_json,
    )  # fmt: skip


def decisions(
    network: NetworkPath,
    target: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="A CSV to export them into."),
    ] = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """List what was decided on a network's candidates, and check that nothing was changed since.

    Example: keepline decisions my-network -o decisions.csv
    """
    from keepline.cli import screened

    screened.decisions(network, target, as_json)


def lists(
    add: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[add FILE...]",
            help="`add` and the files of one list; nothing to see which lists there are.",
            show_default=False,
        ),
    ] = None,
    folder: ListsFolder = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="With add: what to call the list."),
    ] = None,
    published: Annotated[
        dt.datetime | None,
        typer.Option(
            "--published",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="With add: of which day it is, where its content does not tell.",
        ),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="With add: it is known to be only a part.")
    ] = False,
    old: Annotated[bool, typer.Option("--old", help="With add: it is known to be old.")] = False,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """List the lists to screen with: how many entries, from when, and whether they are sound.

    With `add FILE...` a list is read, tested and kept: the US Consolidated Screening List (CSV,
    JSON), OFAC's sdn.csv with alt.csv and add.csv, BIS Denied Persons, FCC Covered List, the UK
    Sanctions List (XML, CSV), FollowTheMoney lines, or a CSV of names of your own. One that is old,
    has too few entries or does not find what it must is refused.

    Example: keepline lists add sdn.csv alt.csv add.csv
    """
    from keepline.cli import screened

    day = published.date() if published else None
    screened.lists(tuple(add or ()), folder, name, day, partial, old, as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (screen, decide, decisions, lists):
        app.command()(guarded(command))
