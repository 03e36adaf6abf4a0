"""Find the days on which something became known, changed or ended, in a scenario or the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from keepline.model.fields import as_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from keepline.model.library import Entry, Library
    from keepline.model.rule import Rule
    from keepline.model.scenario import Scenario


#: What is told of a first day on which nothing became known.
BEGINNING: Final = "the replay begins"


class Milestone(NamedTuple):
    """Hold what became known on a day: by the ids of what it is about, and in words."""

    on: dt.date
    event_ids: tuple[str, ...]
    what: str


def milestones(
    scenario: Scenario, library: Library, first: dt.date, last: dt.date
) -> tuple[Milestone, ...]:
    """Return the days from one to another on which a scenario's knowledge changed, in order.

    A day counts when an event or rule became known, was amended, suspended or revoked, or ends by
    what was known that day. What a scenario takes from the library is told in the library's words.
    The first day always counts: it is what later days are compared with.

    Args:
        scenario: All that is ever known.
        library: The library of dated events.
        first: The first day.
        last: The last day.
    """
    told: dict[dt.date, dict[str, str]] = {}
    for on, one, what in (*_of_library(scenario, library), *_of_scenario(scenario)):
        told.setdefault(on, {}).setdefault(one, what)
    ended = dict(_ends(scenario, last))
    for on, rules in ended.items():
        for one in rules:
            told.setdefault(on, {}).setdefault(one, f"{one} ends")
    told.setdefault(first, {})
    return tuple(
        Milestone(on, tuple(told[on]) or ("start",), "; ".join(told[on].values()) or BEGINNING)
        for on in sorted(told)
        if first <= on <= last
    )  # fmt: skip


def _of_library(scenario: Scenario, library: Library) -> Iterator[tuple[dt.date, str, str]]:
    taken = {str(rule.place[1]) for rule in scenario.rules if _is_shipped(rule)}
    changed = {
        (rule.rule_id, one.on) for rule in scenario.rules if _is_shipped(rule)
        for one in rule.amendments
    }  # fmt: skip
    for entry in library.entries.values():
        if entry.entry_id in taken or _amends_any(entry, changed):
            yield entry.on, entry.entry_id, entry.what
            for on, what in entry.later:
                yield on, entry.entry_id, f"{entry.entry_id}: {what}"


def _amends_any(entry: Entry, changed: set[tuple[str, dt.date]]) -> bool:
    return any(
        (str(one["rule"]), as_date(one.get("on")) or entry.on) in changed for one in entry.amends
    )


def _is_shipped(rule: Rule) -> bool:
    return rule.place[:1] == ("library",)


def _of_scenario(scenario: Scenario) -> Iterator[tuple[dt.date, str, str]]:
    """Yield what became known of the events and rules that the file itself holds."""
    for rule in scenario.rules:
        if not _is_shipped(rule):
            told = str(rule.values.get("what") or rule.says.what)
            for on, word in _changes(rule):
                yield on, rule.rule_id, f"{rule.rule_id}: {word}" if word else told
    for event in scenario.events:
        if event.place[:1] in (("rules",), ("library",)):
            continue
        if event.known_on:
            yield event.known_on, event.event_id, event.what or event.event_id
        for pause in event.suspended:
            known_on = pause.known_on or (pause.first if event.known_on else None)
            if known_on:
                yield known_on, event.event_id, f"{event.event_id}: suspended"


def _changes(rule: Rule) -> Iterator[tuple[dt.date, str]]:
    if rule.known_on:
        yield rule.known_on, ""
    for one in rule.amendments:
        yield one.known_on, "amended"
        yield from _told_in(one.values)
    yield from _told_in(rule.values)


def _told_in(values: Mapping[str, object]) -> Iterator[tuple[dt.date, str]]:
    for key, word in (("suspended", "suspended"), ("windows", "in force for a time")):
        for one in cast("list[Mapping[str, object]]", values.get(key) or []):
            on = as_date(one.get("known_on") or one.get("from"))
            if on:
                yield on, word
    revoked = values.get("revoked")
    if revoked is not None:
        told = revoked if isinstance(revoked, dict) else {"on": revoked}
        on = as_date(told.get("known_on") or told.get("on"))
        if on:
            yield on, "revoked"


def _ends(scenario: Scenario, last: dt.date) -> Iterator[tuple[dt.date, list[str]]]:
    """Yield the days on which something ends, by what was known on that very day."""
    days = {one.until for one in scenario.events if one.until}
    days |= {terms.until for rule in scenario.rules for _, terms in rule.forms() if terms.until}
    for day in sorted(one for one in days if one <= last):
        known = scenario.as_of(day)
        ends = [
            one.event_id for one in known.events
            if one.until == day and "/" not in one.event_id and one.event_id in _ids(scenario)
        ]  # fmt: skip
        if ends:
            yield day, ends


def _ids(scenario: Scenario) -> set[str]:
    written = {one.event_id for one in scenario.events if one.place[:1] == ("events",)}
    return {rule.rule_id for rule in scenario.rules} | written
