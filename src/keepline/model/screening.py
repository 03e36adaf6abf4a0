"""What screening finds: which suppliers bear, or are owned by whoever bears, a listed name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.declare import (
    Table,
    choice,
    day,
    fraction,
    identifier,
    number,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

BANDS: Final = ("match", "review", "clear")
#: What a person has said of a candidate: nothing yet; the same party; another one; or something
#: that was said of what has changed since.
STANDINGS: Final = ("open", "confirmed", "cleared", "ask again")
COUNTRIES: Final = ("agrees", "differs", "unknown")


class Hits(Table):
    """A listed party that a supplier may be, or may be owned by."""

    supplier_id = identifier("The supplier.", "hisilicon", key=True)
    list_id = identifier("The list, by its short name.", "us-csl", key=True)
    entry_id = identifier("The entry on it.", "7157", key=True)
    through = text(
        "The owners by which the supplier is concerned, from the listed one on; empty where its "
        "own name is meant.",
        "huawei 100 % -> hisilicon",
        key=True,
        optional=True,
    )
    name = text("Which of the supplier's, or the owner's, names.", "Huawei Technologies Co., Ltd.")
    entry = text("The listed name nearest to it.", "Huawei Technologies Co., Ltd.")
    list_name = text("The list.", "Consolidated Screening List")
    list_version = text("Its version: its date and what tells its content.", "2025-03-01+1b2c")
    score = fraction("How alike the two are, word by word, with what else is known.", "0.97")
    band = choice(
        "What the score means: so alike that most are the same party; somebody should look; no "
        "more alike than strangers are.",
        BANDS,
    )
    standing = choice("What a person has said of it.", STANDINGS)
    reasons = text("Why: word by word, and what speaks for and against.", "huawei = huawei")
    country = choice("Whether the supplier's country is one of the entry's.", COUNTRIES)
    owned_share = fraction(
        "Share of it held by listed parties, summed over all chains; empty for its own name, or "
        "where no share is recorded.",
        "1.0",
        optional=True,
    )
    listed_on = day(
        "Since when the party is listed; empty when not said.", "2019-05-16", optional=True
    )
    ends_on = day("The last day of the listing; empty for no end.", "2026-12-14", optional=True)
    programmes = text("Programmes under which it is listed.", "SDGT", optional=True)
    traffic = number("Traffic of the sites where parts stand that need it.", "120.5", "traffic")
    units = whole("Installed units of those parts.", "98000", "units")


class Screened(Table):
    """A supplier that was screened."""

    supplier_id = identifier("The supplier.", "huawei", key=True)
    name = text("Its name.", "Huawei Technologies Co., Ltd.")
    band = choice("The strongest band of its candidates that nobody has cleared.", BANDS)
    open_hits = whole("Candidates that wait for a person.", "2", "candidates")
    confirmed_hits = whole("Candidates that a person has confirmed.", "1", "candidates")
    cleared_hits = whole("Candidates that a person has cleared.", "3", "candidates")
    best_score = fraction(
        "The highest score of its own names; empty without any candidate.", "0.97", optional=True
    )
    traffic = number("Traffic of the sites where parts stand that need it.", "120.5", "traffic")
    units = whole("Installed units of those parts.", "98000", "units")


#: What stands before a list's name where it is a word for companies.
LIST_WORD: Final = "list:"
#: The list of the companies that a scenario names; their names in small letters are its entries.
SCENARIO_LIST: Final = "scenario"
#: Who may be meant by a word that an event or a rule uses for a company.
LIKENESSES: Final = pl.Schema(
    {"word": pl.String, "supplier_id": pl.String, "is_confirmed": pl.Boolean}
)


@dataclass(frozen=True)
class Screening:
    """Hold what screening found, and how.

    Attributes:
        hits: Table ``hits``.
        screened: Table ``screened``.
        likenesses: Who may be meant by names that a scenario uses, and by the names of lists:
            word (in small letters), supplier_id, is_confirmed.
        lists: The version of every list, by its id.
        prints: The fingerprint of every entry that is told, by list and entry.
        notes: What a reader should know of the lists.
    """

    hits: pl.DataFrame
    screened: pl.DataFrame
    likenesses: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LIKENESSES))
    lists: Mapping[str, str] = field(default_factory=dict)
    prints: Mapping[tuple[str, str], str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def empty_hits() -> pl.DataFrame:
    """Return no hits."""
    return pl.DataFrame(Hits.create_empty())
