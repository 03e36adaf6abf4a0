"""The options that say which mechanisms of the field a simulation plays."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, NamedTuple

import typer

from keepline.model.mechanisms import ALLOCATIONS, NAMES, Mechanisms

Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="NAME",
        help="Switch a mechanism off; may be given several times. NAME is one of "
        f"{', '.join(name.replace('_', '-') for name in NAMES)}.",
    ),
]
Formulas = Annotated[
    bool,
    typer.Option(
        "--formulas",
        help="Play what the formulas assume and nothing else: an endless installed base, no "
        "lateral help, no full workshops, no substitutes, no programme.",
    ),
]
Allocation = Annotated[
    str | None,
    typer.Option(
        "--allocation",
        metavar="RULE",
        help="Who is served first where units are short: first (come), traffic (the most of it), "
        "or core (core sites, for which depots keep reserve_for_core).",
    ),
]


class Field(NamedTuple):
    """Hold what was said of the mechanisms."""

    without: tuple[str, ...] = ()
    is_formulas: bool = False
    allocation: str | None = None

    def mechanisms(self) -> Mechanisms:
        """Return the mechanisms that are played.

        Raises:
            InputError: When there is no such mechanism or allocation.
        """
        found = Mechanisms.formulas() if self.is_formulas else Mechanisms()
        return replace(found, allocation=self.allocation or ALLOCATIONS[0]).without(self.without)


EVERYTHING = Field()
