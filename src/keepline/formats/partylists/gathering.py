"""Gather what a reader finds into the tables of a list, whatever order it is found in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.formats.partylists.countrywords import SAYS_NONE, code_of
from keepline.formats.partylists.days import day_in
from keepline.formats.partylists.rows import SPACES
from keepline.model.check.raw import quoted
from keepline.model.partylist import KINDS, LIST_TABLES, USES, empty_table
from keepline.model.problems import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from keepline.model.problems import Problems

_RANK: Final = {use: rank for rank, use in enumerate(USES)}


@dataclass(slots=True)
class _Draft:
    """Hold what rows said of one entry; several rows add up."""

    kinds: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    programmes: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    since: set[dt.date] = field(default_factory=set)
    until: set[dt.date | None] = field(default_factory=set)
    remarks: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)


class Gathered:
    """Gather entries, names, addresses, numbers and holdings.

    Args:
        problems: Where problems and notices go.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.published: dt.date | None = None
        self._drafts: dict[str, _Draft] = defaultdict(_Draft)
        self._names: dict[tuple[str, str], str] = {}
        self._addresses: set[tuple[str, str | None, str | None, str | None]] = set()
        self._identifiers: set[tuple[str, str, str]] = set()
        self._holdings: dict[tuple[str, str], float | None] = {}
        self._strange: dict[str, list[tuple[str, int, str]]] = defaultdict(list)

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._drafts

    def entry(
        self,
        entry_id: str,
        kind: str,
        *,
        countries: Iterable[str | None] = (),
        programmes: Iterable[str] = (),
        source: str = "",
        listed_on: dt.date | None = None,
        ends_on: dt.date | None = None,
        remarks: str = "",
        url: str = "",
    ) -> None:
        """Add an entry, or more of one that is there; empty texts say nothing."""
        draft = self._drafts[entry_id]
        draft.kinds.add(kind)
        draft.countries.update(one for one in countries if one)
        draft.programmes.update(
            trimmed.replace(";", ",") for one in programmes if (trimmed := one.strip(SPACES))
        )
        draft.until.add(ends_on)
        if listed_on:
            draft.since.add(listed_on)
        for said, place in ((source, draft.sources), (remarks, draft.remarks), (url, draft.urls)):
            if trimmed := said.strip(SPACES):
                place.add(trimmed)

    def belongs_to(self, entry_id: str, countries: Iterable[str | None]) -> None:
        """Add countries to an entry that is there."""
        self._drafts[entry_id].countries.update(one for one in countries if one)

    def name(self, entry_id: str, name: str, use: str = "primary") -> bool:
        """Add a name; of two uses of one name the stronger counts. Return whether it is one."""
        written = name.strip(SPACES)
        if not written:
            return False
        key = (entry_id, written)
        known = self._names.get(key)
        if known is None or _RANK[use] < _RANK[known]:
            self._names[key] = use
        return True

    def address(self, entry_id: str, address: str, city: str, country: str | None) -> None:
        """Add an address, unless all of it is empty."""
        street, town = address.strip(SPACES) or None, city.strip(SPACES) or None
        if street or town or country:
            self._addresses.add((entry_id, street, town, country))

    def identifier(self, entry_id: str, kind: str, value: str) -> None:
        """Add a number of an entry, unless it is empty."""
        words, number = kind.strip(SPACES), value.strip(SPACES)
        if words and number:
            self._identifiers.add((entry_id, words, number))

    def holding(self, owner: str, held: str, share: float | None) -> None:
        """Add a holding; of several shares of one pair the largest counts."""
        known = self._holdings.get((owner, held))
        shares = [one for one in (known, share) if one is not None]
        self._holdings[owner, held] = max(shares) if shares else None

    def country(self, word: str, file: str, row: int, column: str) -> str | None:
        """Return the code of a country; a word that is none is remembered for one notice."""
        plain = word.strip(SPACES)
        if not plain or plain.casefold() in SAYS_NONE:
            return None
        code = code_of(plain)
        if code is None:
            self._strange[plain].append((file, row, column))
        return code

    def day(
        self, text: str, file: str, row: int, column: str, *, is_day_first: bool = False
    ) -> dt.date | None:
        """Return a date; tell of a text that is none."""
        plain = text.strip(SPACES)
        found = day_in(plain, is_day_first=is_day_first) if plain else None
        if plain and found is None:
            self.notice("IN-513", f"{quoted(plain)} is no date of a list", file, row, column, plain)
        return found

    def appeared(self, day: dt.date | None) -> None:
        """Take a day on which the list was out already; the latest of them counts."""
        if day and (self.published is None or day > self.published):
            self.published = day

    def notice(
        self, code: str, what: str, file: str, row: int = 0, column: str = "", value: str = ""
    ) -> None:
        """Tell of what stops nothing."""
        self.problems.add(
            Problem(file, code, what, row=row, column=column, value=value, is_notice=True)
        )

    def nameless(self) -> list[str]:
        """Return the entries that have no name, in order."""
        return sorted(set(self._drafts) - {entry_id for entry_id, _ in self._names})

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the five tables, and tell of the countries that are not known."""
        for word, spots in sorted(self._strange.items()):
            file, row, column = min(spots)
            times = f" ({len(spots):,} times)" if len(spots) > 1 else ""
            what = f"{quoted(word)} is no country that is known{times}"
            self.notice("IN-512", what, file, row, column, word)
        self._strange.clear()
        rows: dict[str, list[tuple[object, ...]]] = {
            "entries": [_entry_row(entry_id, one) for entry_id, one in self._drafts.items()],
            "names": [(*key, use) for key, use in self._names.items()],
            "addresses": list(self._addresses),
            "identifiers": list(self._identifiers),
            "holdings": [(*key, share) for key, share in self._holdings.items()],
        }
        return {name: _frame(name, rows[name]) for name in LIST_TABLES}


def _entry_row(entry_id: str, draft: _Draft) -> tuple[object, ...]:
    kinds = draft.kinds - {"unknown"} or {"unknown"}
    # one row without an end lists the party for good, whatever the others say
    ends = [one for one in draft.until if one]
    return (
        entry_id,
        min(kinds, key=KINDS.index),
        ";".join(sorted(draft.countries)) or None,
        ";".join(sorted(draft.programmes)) or None,
        "; ".join(sorted(draft.sources)) or None,
        min(draft.since, default=None),
        None if None in draft.until or not ends else max(ends),
        "\n".join(sorted(draft.remarks)) or None,
        " ".join(sorted(draft.urls)) or None,
    )


def _frame(name: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    empty = empty_table(name)
    if not rows:
        return empty
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [
            pl.Series(label, list(cells), dtype=kind)
            for (label, kind), cells in zip(empty.schema.items(), columns, strict=True)
        ]
    )
