"""A public list of sanctioned or restricted parties, as declared tables.

Whatever format a list was published in, it becomes five tables: who is listed, under which names,
at which addresses, by which numbers, and who holds whom.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.declare import Table, choice, country_code, day, fraction, identifier, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from keepline.model.problems import Problem

#: What a listed party may be.
KINDS: Final = ("organisation", "person", "vessel", "aircraft", "unknown")
#: How a party uses a name, the strongest first.
USES: Final = ("primary", "alias", "former", "weak alias")
_DIGITS: Final = 12


class Entries(Table):
    """A party on the list."""

    entry_id = identifier(
        "The entry, by the publisher's own number if it has one.", "7157", key=True
    )
    kind = choice("What the party is.", KINDS)
    countries = country_code(
        "Countries it is said to belong to; empty when none is said.", "CN;HK", optional=True,
        is_list=True,
    )  # fmt: skip
    programmes = text(
        "Programmes or regimes under which it is listed.", "SDGT;IFSR", optional=True, is_list=True
    )
    source = text(
        "The list inside a consolidated list; empty when the list is one.",
        "Entity List (EL) - Bureau of Industry and Security",
        optional=True,
    )
    listed_on = day("Since when it is listed; empty when not said.", "2019-05-16", optional=True)
    ends_on = day("The last day of the listing; empty for no end.", "2026-12-14", optional=True)
    remarks = text("All else that the list says of it.", "Linked To: ROSTEC", optional=True)
    url = text("Where it is explained.", "https://www.bis.gov/entity-list", optional=True)


class Names(Table):
    """A name of a listed party, letter by letter as the list writes it."""

    entry_id = identifier("The entry.", "7157", key=True, references="entries.entry_id")
    name = text("The name.", "Huawei Technologies Co., Ltd.", key=True)
    use = choice("How the party uses it.", USES)


class Addresses(Table):
    """A place that a list gives for a party."""

    entry_id = identifier("The entry.", "7157", references="entries.entry_id")
    address = text("Street and all that is no town.", "Bantian", optional=True)
    city = text("The town.", "Shenzhen", optional=True)
    country = country_code("The country; empty when not known.", "CN", optional=True)


class Identifiers(Table):
    """A number by which others know a listed party."""

    entry_id = identifier("The entry.", "7157", references="entries.entry_id")
    kind = text("What kind of number, in the list's words.", "Tax ID No.")
    value = text("The number.", "5030056754")


class ListedHoldings(Table):
    """A share of one party that another holds, as a list says."""

    owner_entry_id = identifier("Who holds it.", "7157", key=True)
    held_entry_id = identifier("Who is held.", "7158", key=True)
    share = fraction("How much of it; empty when not known.", "0.5", optional=True)


#: The tables of a list, by name.
LIST_TABLES: Final[Mapping[str, type[Table]]] = {
    "entries": Entries,
    "names": Names,
    "addresses": Addresses,
    "identifiers": Identifiers,
    "holdings": ListedHoldings,
}


@dataclass(frozen=True)
class PartyList:
    """Hold one list as it was published; its rows are sorted, however they came.

    Attributes:
        list_id: A short name in small letters, such as ``ofac-sdn``.
        title: Its name in full.
        publisher: Who publishes it.
        licence: Under what terms it may be used.
        format: The format it was read from, such as ``ofac-csv``.
        published: The day for which it stands; None when nothing says so.
        sha256: The SHA-256 of each file that was read, by the file's name.
        is_partial: Whether it holds only a part of what the publisher lists.
        entries: Who is listed (table ``Entries``).
        names: Under which names (``Names``).
        addresses: Where (``Addresses``).
        identifiers: By which numbers (``Identifiers``).
        holdings: Who holds whom (``ListedHoldings``); mostly empty.
        notices: What is worth knowing of how it was read.
    """

    list_id: str
    title: str
    publisher: str
    licence: str
    format: str
    published: dt.date | None
    sha256: Mapping[str, str]
    is_partial: bool
    entries: pl.DataFrame
    names: pl.DataFrame
    addresses: pl.DataFrame
    identifiers: pl.DataFrame
    holdings: pl.DataFrame
    notices: tuple[Problem, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        for name, frame in self.tables.items():
            object.__setattr__(self, name, frame.sort(frame.columns, nulls_last=False))

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the five tables by name."""
        return {name: getattr(self, name) for name in LIST_TABLES}

    @property
    def version(self) -> str:
        """Return what tells this list from any other day's: its date and its content.

        The names of the files do not matter, nor their order.
        """
        joined = "\n".join(sorted(self.sha256.values()))
        digits = hashlib.sha256(joined.encode()).hexdigest()[:_DIGITS]
        return f"{self.published.isoformat()}+{digits}" if self.published else digits


def empty_table(name: str) -> pl.DataFrame:
    """Return a table of a list with no rows, its columns in their types."""
    columns = LIST_TABLES[name].columns()
    return pl.DataFrame(schema={label: column.dtype for label, column in columns.items()})


def of_names(list_id: str, names: Iterable[str]) -> PartyList:
    """Return a list of companies by their names alone; a name in small letters is its entry."""
    told = {one.casefold(): one for one in sorted(names)}
    tables = {name: empty_table(name) for name in LIST_TABLES}
    entries = pl.DataFrame({"entry_id": list(told), "kind": ["organisation"] * len(told)})
    called = pl.DataFrame({"entry_id": list(told), "name": list(told.values())})
    return PartyList(
        list_id=list_id,
        title=f"Names of the {list_id}",
        publisher="",
        licence="",
        format="names",
        published=None,
        sha256={"names": hashlib.sha256("\n".join(told).encode()).hexdigest()},
        is_partial=False,
        entries=pl.concat([tables["entries"], entries], how="diagonal"),
        names=pl.concat(
            [tables["names"], called.with_columns(use=pl.lit("primary"))], how="diagonal"
        ),
        addresses=tables["addresses"],
        identifiers=tables["identifiers"],
        holdings=tables["holdings"],
    )
