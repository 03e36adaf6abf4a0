"""The scenario: what may happen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from keepline.model.event import Event, event_from
from keepline.model.fields import Fields, nearest
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from keepline.model.fields import Path
    from keepline.model.network import Network


@dataclass(frozen=True)
class Scenario:
    """Hold the events that may happen.

    Attributes:
        name: What the scenario is called.
        events: The events, in the order of the file.
        source: Where they come from.
        hashes: SHA-256 of the file it was read from.
        file: The file's name, for reports of problems.
        lines: The line of every key, where known.
    """

    name: str
    events: tuple[Event, ...] = ()
    source: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)
    file: str = field(default="scenario", compare=False)
    lines: Mapping[Path, int] = field(default_factory=dict, repr=False, compare=False)


def scenario_from(
    values: Mapping[str, object],
    file: str = "scenario",
    lines: Mapping[Path, int] | None = None,
    hashes: Mapping[str, str] | None = None,
) -> Scenario:
    """Make a scenario from the keys of its file.

    Args:
        values: What the file says.
        file: Its name for the report.
        lines: The line of each key, where known.
        hashes: SHA-256 of the file.

    Returns:
        The scenario.

    Raises:
        InputError: With every problem, when there is any.
    """
    problems = Problems()
    top = Fields(values, file, problems, (), lines or {})
    top.only(("name", "source", "events"))
    entries = top.each("events")
    events = tuple(event_from(entry) for entry in entries)
    _check_ids(entries, events)
    _check_conditions(entries, events)
    scenario = Scenario(
        name=top.text("name", file),
        events=events,
        source=top.text("source", ""),
        hashes=hashes or {},
        file=file,
        lines=lines or {},
    )
    problems.raise_if_any()
    return scenario


def _check_ids(entries: list[Fields], events: tuple[Event, ...]) -> None:
    seen = Counter[str]()
    for entry, event in zip(entries, events, strict=True):
        seen[event.event_id] += 1
        if seen[event.event_id] == 2:  # noqa: PLR2004 -- once is enough to say so
            what = f'the event "{event.event_id}" stands twice'
            entry.report("id", "IN-320", what, "one entry an event", "Rename one")


def _check_conditions(entries: list[Fields], events: tuple[Event, ...]) -> None:
    known = list(dict.fromkeys(event.event_id for event in events))
    for entry, event in zip(entries, events, strict=True):
        for key, named in (("if", event.needs), ("unless", event.bars)):
            for one in named:
                if one not in known:
                    what = f'no event "{one}" in this scenario'
                    entry.report(key, "IN-321", what, "the id of an event", nearest(one, known))
    try:
        in_order(events)
    except CycleError as error:
        loop = error.args[1]
        entry = entries[[event.event_id for event in events].index(loop[0])]
        what = "the conditions run in a circle: " + " -> ".join(loop)
        entry.report("if", "IN-322", what, "an order in which events can happen", "Cut the circle")


def in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return the events so that each stands after those it depends on.

    Raises:
        graphlib.CycleError: When they depend on one another in a circle.
    """
    known = {event.event_id: event for event in events}
    sorter = TopologicalSorter[str]()
    for event in events:
        sorter.add(event.event_id, *(one for one in event.needs + event.bars if one in known))
    return tuple(known[event_id] for event_id in sorter.static_order())


def check_against(scenario: Scenario, network: Network) -> Problems:
    """Check that what the scenario names stands in the network.

    An unknown supplier or item is an error. A kind, technology or country that no row has is an
    error when a known one is spelt nearly so (it would pass for safe); else it is a notice.

    Args:
        scenario: The scenario.
        network: The network it is to be used with.

    Returns:
        The problems, notices among them; ``raise_if_any`` raises those that matter.
    """
    problems = Problems()
    rolls = _Rolls(
        suppliers=_distinct(network["suppliers"]["supplier_id"]),
        items=_distinct(network["parts"]["part_id"], network["components"]["component_id"]),
        kinds=_distinct(network["components"]["kind"]),
        technologies=_distinct(network["parts"]["technology"]),
        countries=_distinct(network["suppliers"]["country"], network["sources"]["country"]),
        origins={
            code.strip()
            for cell in network["sources"]["technology_origin"].drop_nulls().unique()
            for code in cell.split(";")
        },
    )
    for index, event in enumerate(scenario.events):
        if event.hits is None:
            continue
        report = _Reporter(scenario, problems, index)
        hits = event.hits
        report.strict("suppliers", "supplier", hits.suppliers, rolls.suppliers, "IN-330")
        report.strict("suppliers_not", "supplier", hits.suppliers_not, rolls.suppliers, "IN-330")
        report.strict("items", "part or component", hits.items, rolls.items, "IN-331")
        report.lenient("kinds", "component is of kind", hits.kinds, rolls.kinds)
        report.lenient("technologies", "part has technology", hits.technologies, rolls.technologies)
        report.lenient("countries", "supplier or source is in", hits.countries, rolls.countries)
        report.lenient(
            "technology_origin", "source needs technology of", hits.technology_origin, rolls.origins
        )
    return problems


@dataclass(frozen=True)
class _Rolls:
    suppliers: set[str]
    items: set[str]
    kinds: set[str]
    technologies: set[str]
    countries: set[str]
    origins: set[str]


def _distinct(*columns: pl.Series) -> set[str]:
    return {value for column in columns for value in column.drop_nulls().unique()}


@dataclass(frozen=True)
class _Reporter:
    scenario: Scenario
    problems: Problems
    index: int

    def strict(self, key: str, noun: str, named: Iterable[str], known: set[str], code: str) -> None:
        """Report as errors the names that no row has."""
        for one in named:
            if one not in known:
                mend = nearest(one, sorted(known))
                self._add(key, code, f'no {noun} "{one}" in the network', mend, one, False)

    def lenient(self, key: str, verb: str, named: Iterable[str], known: set[str]) -> None:
        """Report names that no row has: errors when a known one is near, else notices."""
        for one in named:
            if one in known:
                continue
            # two letters are near to everything
            near = "" if len(one) <= 2 else nearest(one, sorted(known))  # noqa: PLR2004
            code = "IN-332" if near else "IN-333"
            self._add(key, code, f'no {verb} "{one}"', near, one, not near)

    def _add(self, key: str, code: str, what: str, mend: str, value: str, is_notice: bool) -> None:
        path: Path = ("events", self.index, "hits", key)
        line = next(
            (
                self.scenario.lines[path[:end]]
                for end in (4, 3, 2)
                if path[:end] in self.scenario.lines
            ),
            0,
        )
        column = ".".join(str(step) for step in path)
        self.problems.add(
            Problem(self.scenario.file, code, what, "", mend, line, column, value, is_notice)
        )
