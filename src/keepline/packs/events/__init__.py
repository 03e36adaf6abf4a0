"""Dated events of 2018 to 2026: export controls, bans, and the answers to them; data only.

``library.yaml`` holds them as rules, each with its dates and its source; ``SOURCES.md`` says how
they were read.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

FILE: Final = "library.yaml"

__all__ = ["FILE", "sources", "text"]


def text() -> str:
    """Return the text of the library, as YAML."""
    return files(__package__).joinpath(FILE).read_text(encoding="utf-8")


def sources() -> str:
    """Return the text that says where the events were read."""
    return files(__package__).joinpath("SOURCES.md").read_text(encoding="utf-8")
