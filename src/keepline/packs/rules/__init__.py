"""Packs of rules on whose equipment may stand where: British, German, US, European; data only.

Each pack is a YAML file of rules with their law, source and mark; ``SOURCES.md`` says how they
were read.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

#: The packs, in the order of their days.
NAMES: Final = (
    "uk-2020-01", "uk-2020-07", "uk-dvd-2022", "uk-cop-2022", "de-2024", "us-scrp", "eu-toolbox",
)  # fmt: skip

__all__ = ["NAMES", "file", "sources", "text"]


def file(name: str) -> str:
    """Return the file of a pack."""
    return f"{name}.yaml"


def text(name: str) -> str:
    """Return the text of a pack, as YAML."""
    return files(__package__).joinpath(file(name)).read_text(encoding="utf-8")


def sources() -> str:
    """Return the text that says where the rules were read."""
    return files(__package__).joinpath("SOURCES.md").read_text(encoding="utf-8")
