"""The library of dated events: what happened, with its source, as rules a scenario may take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from keepline.model.fields import Fields, nearest
from keepline.model.problems import Problems
from keepline.model.rule import Rule, rule_from
from keepline.model.rulekinds import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from keepline.model.fields import Path

_KEYS: Final = ("id", "on", "what", "later", "source", "link", "mark", "note", "rules", "amends")
_NAMING: Final = ("if", "unless", "rules")


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one dated event of the library.

    Attributes:
        entry_id: Its id, by which a scenario takes it.
        on: The day on which it became known.
        what: What happened.
        source: Where that was read.
        link: Where it can be read, when that is known.
        mark: V read in the source, P partly read or secondary, U not verified or assumed.
        note: What is our reading, or where sources disagree.
        rules: What it says, as rules.
        amends: What it changes in rules of earlier events.
        later: What became of it, each with the day on which that became known.
    """

    entry_id: str
    on: dt.date
    what: str
    source: str
    link: str = ""
    mark: str = "P"
    note: str = ""
    rules: tuple[Mapping[str, object], ...] = ()
    amends: tuple[Mapping[str, object], ...] = ()
    later: tuple[tuple[dt.date, str], ...] = ()

    def told(self, day: dt.date | None = None) -> str:
        """Return what happened, and what became of it as far as was known on a day."""
        known = [what for on, what in self.later if day is None or on <= day]
        return "; ".join([self.what, *known])


@dataclass(frozen=True)
class Library:
    """Hold the dated events, in the order of their days."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def with_all_named(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the named entries, and those whose rules they build on, in order of days."""
        home = {
            str(rule["id"]): entry.entry_id
            for entry in self.entries.values()
            for rule in entry.rules
        }
        wanted: set[str] = set()
        open_ids = list(names)
        while open_ids:
            one = open_ids.pop()
            if one not in wanted:
                wanted.add(one)
                open_ids += [home[rule] for rule in _named_by(self.entries[one]) if rule in home]
        return tuple(one for one in self.entries if one in wanted)

    def rules_of(self, names: Iterable[str]) -> tuple[Rule, ...]:
        """Return the rules of some entries as these entries have left them."""
        chosen = [self.entries[one] for one in self.with_all_named(names)]
        later: dict[str, list[object]] = {}
        for entry in chosen:
            for change in entry.amends:
                told = {key: value for key, value in change.items() if key != "rule"}
                later.setdefault(str(change["rule"]), []).append({"on": entry.on, **told})
        found = []
        for entry in chosen:
            for number, rule in enumerate(entry.rules):
                values = _filled(entry, rule, later.get(str(rule["id"]), []))
                problems = Problems()
                path = ("library", entry.entry_id, number)
                made = rule_from(Fields(values, "library", problems, path))
                problems.raise_if_any()
                assert made is not None  # noqa: S101 - without it there is a problem
                found.append(made)
        return tuple(found)


def _filled(entry: Entry, rule: Mapping[str, object], later: list[object]) -> Mapping[str, object]:
    told = cast("list[object]", rule.get("amended") or [])
    told_on = (
        {}
        if {"announced", "published", "known_on", "windows"} & set(rule)
        else {"announced": entry.on}
    )
    shared = {"what": entry.what, "source": entry.source, "mark": entry.mark}
    amended = {"amended": [*told, *later]} if told or later else {}
    return {**shared, **told_on, **rule, **amended}


def _named_by(entry: Entry) -> list[str]:
    named = [str(change["rule"]) for change in entry.amends]
    for rule in entry.rules:
        for key in _NAMING:
            said = rule.get(key) or []
            named += [str(one) for one in (said if isinstance(said, list) else [said])]
    return named


def library_from(
    values: Mapping[str, object], file: str = "library", lines: Mapping[Path, int] | None = None
) -> Library:
    """Make the library from what its file says.

    Raises:
        InputError: With every problem, when there is any.
    """
    problems = Problems()
    top = Fields(values, file, problems, (), lines or {})
    top.only(("events",))
    entries: dict[str, Entry] = {}
    for fields in top.each("events"):
        fields.only(_KEYS)
        on, mark = fields.date("on"), fields.text("mark", "P")
        if not fields.has("on"):
            fields.report("on", "IN-300", "on is missing", "a date", "Add on")
        if mark not in MARKS:
            fields.report("mark", "IN-355", f'"{mark}" is no mark', "one of " + ", ".join(MARKS))
        entry = Entry(
            fields.text("id"), on or dt.date.min, fields.text("what"), fields.text("source"),
            fields.text("link", ""), mark, fields.text("note", ""),
            tuple(one.values for one in fields.each("rules")),
            tuple(one.values for one in fields.each("amends")),
            tuple(
                (one.date("on") or dt.date.max, one.text("what")) for one in fields.each("later")
            ),
        )  # fmt: skip
        if entry.entry_id in entries:
            fields.report("id", "IN-320", f'the event "{entry.entry_id}" stands twice')
        entries[entry.entry_id] = entry
    problems.raise_if_any()
    return Library(dict(sorted(entries.items(), key=lambda one: one[1].on)))


def taken_from(top: Fields, library: Callable[[], Library] | None) -> tuple[Rule, ...]:
    """Return the rules that a scenario takes from the library; report unknown events."""
    names = top.texts("library")
    if not names:
        return ()
    known = library() if library else Library()
    if names == ("all",):
        return known.rules_of(known.entries)
    for one in names:
        if one not in known.entries:
            what = f'no event "{one}" in the library'
            mend = nearest(one, known.entries) or "keepline events lists them"
            top.report("library", "IN-354", what, "ids of its events, or all", mend)
    return known.rules_of(one for one in names if one in known.entries)
