"""Say which dated events ship with Keepline, and what of them a network does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.cli.printing import sentences, table
from keepline.model.parties import suppliers_by_word
from keepline.model.ruleevents import events_of
from keepline.model.scenario import Scenario, check_against
from keepline.report import words

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.library import Library
    from keepline.model.network import Network
    from keepline.model.problems import Problem

ABSENT: Final = "IN-356"
MARKS: Final = {"V": "read", "P": "partly read", "U": "not verified"}


def listed(
    library: Library, as_of: dt.date | None, network: Network | None
) -> list[dict[str, object]]:
    """Return the events known on a day, each with what a network does not have of it."""
    rows: list[dict[str, object]] = []
    for entry in library.entries.values():
        if as_of and entry.on > as_of:
            continue
        row: dict[str, object] = {
            "id": entry.entry_id,
            "on": entry.on,
            "what": entry.told(as_of),
            "source": entry.source,
            "mark": entry.mark,
            "note": entry.note,
        }
        if network is not None:
            rules = tuple(
                rule for rule in library.rules_of([entry.entry_id])
                if rule.place[1] == entry.entry_id
            )  # fmt: skip
            known = Scenario(entry.entry_id, events_of(rules, ()), rules=rules)
            row["not_in_network"] = _absent(network, known)
        rows.append(row)
    return rows


def _absent(network: Network, scenario: Scenario) -> list[str]:
    """Return the companies and goods of the library's rules that a network does not have."""
    notices = check_against(scenario, network).notices
    known = suppliers_by_word(network["suppliers"])
    named = [
        one
        for rule in scenario.rules
        if rule.place[:1] == ("library",)
        for one in rule.forms()[-1][1].parties
        if one.strip().casefold() not in known
    ]
    return list(dict.fromkeys([*named, *(one.value for one in notices if _is_named(one))]))


def _is_named(notice: Problem) -> bool:
    key = notice.column.rpartition(".")[2]
    return notice.code == ABSENT and key in ("parties", "goods", "kinds", "items")


def print_events(
    rows: list[dict[str, object]], as_of: dt.date | None, network: Network | None
) -> None:
    """Print the events as a table."""
    columns = {"date": "left", "event": "left", "what happened": "left", "source": "left"}
    if network is not None:
        columns["not in this network"] = "left"
    cells = []
    for row in rows:
        source = f"{row['source']} ({MARKS[str(row['mark'])]})"
        line = [str(row["on"]), str(row["id"]), str(row["what"]), source]
        absent = row.get("not_in_network")
        cells.append([*line, ", ".join(absent)] if isinstance(absent, list) else line)
    title = f"Dated events known on {words.date(as_of)}" if as_of else "Dated events"
    table(f"{title}: {len(rows)}", columns, cells)
    sentences(["A scenario takes them by id: library: [ID, ...], or library: all."])


def print_absent(network: Network, scenario: Scenario) -> None:
    """Say what the scenario takes from the library and the network does not have."""
    absent = _absent(network, scenario)
    if absent:
        sentences([f"Named by the library of events and not in this network: {', '.join(absent)}."])
