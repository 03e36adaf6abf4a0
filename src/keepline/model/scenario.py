"""The scenario: what may happen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from keepline.model.event import Event, event_from
from keepline.model.fields import Fields, nearest
from keepline.model.knowledge import known_events
from keepline.model.library import taken_from
from keepline.model.parties import suppliers_by_word, words_of_goods
from keepline.model.problems import Problem, Problems
from keepline.model.rule import Rule, rule_from
from keepline.model.ruleevents import events_of
from keepline.model.slipping import NO_SLIPPING, Slipping, slipping_from

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from keepline.model.fields import Path
    from keepline.model.hits import Hits
    from keepline.model.library import Library
    from keepline.model.network import Network


SCENARIO_KEYS: Final = ("name", "source", "events", "rules", "library", "programme")


@dataclass(frozen=True)
class Scenario:
    """Hold the events that may happen.

    Attributes:
        name: What the scenario is called.
        events: The events, in the order of the file; those that rules stand for come last.
        source: Where they come from.
        hashes: SHA-256 of the file it was read from.
        file: The file's name, for reports of problems.
        lines: The line of every key, where known.
        rules: The rules, which stand among the events already.
        known_on: The day whose knowledge this is; None for all that the file says.
        slipping: What may make the programme of swaps slip.
    """

    name: str
    events: tuple[Event, ...] = ()
    source: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)
    file: str = field(default="scenario", compare=False)
    lines: Mapping[Path, int] = field(default_factory=dict, repr=False, compare=False)
    rules: tuple[Rule, ...] = ()
    known_on: dt.date | None = None
    slipping: Slipping = NO_SLIPPING

    def as_of(self, day: dt.date) -> Scenario:
        """Return the scenario as it was known on a day: nothing that became known later counts.

        Rules and events that were not known yet are gone, and so are amendments, suspensions and
        revocations. What is undecided keeps its probability.
        """
        rules = tuple(known for rule in self.rules if (known := rule.as_of(day)))
        written = known_events((one for one in self.events if _is_written(one)), day, is_part=True)
        events = known_events((*written, *events_of(rules, written)), day)
        known_on = min(day, self.known_on) if self.known_on else day
        return replace(self, events=events, rules=rules, known_on=known_on)


def scenario_from(
    values: Mapping[str, object],
    file: str = "scenario",
    lines: Mapping[Path, int] | None = None,
    hashes: Mapping[str, str] | None = None,
    library: Callable[[], Library] | None = None,
) -> Scenario:
    """Make a scenario from the keys of its file.

    Args:
        values: What the file says.
        file: Its name for the report.
        lines: The line of each key, where known.
        hashes: SHA-256 of the file.
        library: Fetches the library of dated events, when the file takes some from it.

    Returns:
        The scenario.

    Raises:
        InputError: With every problem, when there is any.
    """
    problems = Problems()
    top = Fields(values, file, problems, (), lines or {})
    top.only(SCENARIO_KEYS)
    entries = top.each("events")
    events = tuple(event_from(entry) for entry in entries)
    rule_entries = top.each("rules")
    found = [rule_from(entry) for entry in rule_entries]
    shipped = taken_from(top, library)
    rules = (*(one for one in found if one), *shipped)
    ids = {event.event_id for event in events} | {str(one.values["id"]) for one in shipped}
    ids |= {str(entry.values.get("id")) for entry in rule_entries}
    _check_ids([*entries, *rule_entries], [str(one.values["id"]) for one in shipped])
    _check_names([*entries, *rule_entries], sorted(ids))
    every = events if len(problems) else (*events, *events_of(rules, events))
    _check_circles([*entries, *rule_entries], every)
    scenario = Scenario(
        name=top.text("name", file),
        events=every,
        rules=rules,
        source=top.text("source", ""),
        hashes=hashes or {},
        file=file,
        lines=lines or {},
        slipping=slipping_from(top),
    )
    problems.raise_if_any()
    return scenario


def _is_written(event: Event) -> bool:
    return event.place[:1] not in (("rules",), ("library",))


def _check_ids(entries: list[Fields], shipped: list[str]) -> None:
    seen = Counter(shipped)
    for entry in entries:
        one = str(entry.values.get("id"))
        seen[one] += 1
        if seen[one] == 2:  # noqa: PLR2004 -- once is enough to say so
            noun = "rule" if entry.path[0] == "rules" else "event"
            what = f'the {noun} "{one}" stands twice'
            entry.report(
                "id",
                "IN-320",
                what,
                f"one entry {'a' if noun == 'rule' else 'an'} {noun}",
                "Rename one",
            )


def _check_names(entries: list[Fields], known: list[str]) -> None:
    for entry in entries:
        for key in ("if", "unless", "lifts", "rules"):
            for one in entry.texts(key) if entry.has(key) else ():
                if one in known:
                    continue
                noun, code = "event", "IN-321"
                if key in ("lifts", "rules"):
                    noun, code = "rule", "IN-352"
                what, expected = (
                    f'no {noun} "{one}" in this scenario',
                    f"the id of {'a' if noun == 'rule' else 'an'} {noun}",
                )
                entry.report(key, code, what, expected, nearest(one, known))


def _check_circles(entries: list[Fields], events: tuple[Event, ...]) -> None:
    try:
        in_order(events)
    except CycleError as error:
        loop = error.args[1]
        ids = [str(entry.values.get("id")) for entry in entries]
        at = next((one for one in loop if one in ids), None)
        what = "the conditions run in a circle: " + " -> ".join(loop)
        if at is not None:
            entries[ids.index(at)].report(
                "if", "IN-322", what, "an order in which events can happen", "Cut the circle"
            )


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
    rolls = _rolls(network)
    seen: set[tuple[object, ...]] = set()
    for event in scenario.events:
        if event.hits is not None:
            report = _Reporter(scenario, problems, event, seen)
            _check_hits(report, event.hits, rolls)
    _check_region(scenario, network, problems)
    return problems


def _check_region(scenario: Scenario, network: Network, problems: Problems) -> None:
    region = scenario.slipping.short_region
    known = sorted(_distinct(network["sites"]["region"]))
    if region is None or region in known:
        return
    path: Path = ("programme", "crews_short", "region")
    what = f'no site in region "{region}" in the network'
    mend = nearest(region, known) or f"There are {', '.join(known[:10])}"
    problems.add(
        Problem(
            scenario.file, "IN-357", what, "a region of the sites", mend,
            scenario.lines.get(path, 0), ".".join(map(str, path)), region,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class _Rolls:
    suppliers: set[str]
    words: set[str]
    items: set[str]
    goods: set[str]
    kinds: set[str]
    technologies: set[str]
    countries: set[str]
    origins: set[str]
    lists: set[str]


def _rolls(network: Network) -> _Rolls:
    suppliers, sources = network["suppliers"], network["sources"]
    parts, components = network["parts"], network["components"]
    return _Rolls(
        suppliers=_distinct(suppliers["supplier_id"]),
        words={*suppliers_by_word(suppliers), *_alike(network)},
        items=_distinct(parts["part_id"], components["component_id"]),
        goods=set(words_of_goods(components, parts)),
        kinds=_distinct(components["kind"]),
        technologies=_distinct(parts["technology"]),
        countries=_distinct(
            suppliers["country"], sources["country"], network["operators"]["country"]
        ),
        origins={
            code.strip()
            for cell in sources["technology_origin"].drop_nulls().unique()
            for code in cell.split(";")
        },
        lists=set(network.screening.lists) if network.screening else set(),
    )


def _alike(network: Network) -> set[str]:
    """Return the words that may stand for some supplier, as screening found."""
    found = network.screening
    return set(found.likenesses["word"]) if found else set()


def _distinct(*columns: pl.Series) -> set[str]:
    return {value for column in columns for value in column.drop_nulls().unique()}


def _check_hits(report: _Reporter, hits: Hits, rolls: _Rolls) -> None:
    # a rule names companies as its law does; an event names them by the network's ids
    known = rolls.suppliers if _is_written(report.event) else rolls.words
    for key in ("suppliers", "suppliers_not", "receivers", "makers"):
        report.strict(key, "supplier", getattr(hits, key), known, "IN-330")
    report.strict("lists", "list screened", hits.lists, rolls.lists, "IN-358")
    report.strict("items", "part or component", hits.items, rolls.items, "IN-331")
    report.lenient("goods", "part, component or kind is called", hits.goods, rolls.goods)
    report.lenient("kinds", "component is of kind", hits.kinds, rolls.kinds)
    report.lenient("technologies", "part has technology", hits.technologies, rolls.technologies)
    for key in ("countries", "countries_not", "destinations"):
        report.lenient(key, "supplier or source is in", getattr(hits, key), rolls.countries)
    origins = hits.technology_origin
    report.lenient("technology_origin", "source needs technology of", origins, rolls.origins)


@dataclass(frozen=True)
class _Reporter:
    scenario: Scenario
    problems: Problems
    event: Event
    seen: set[tuple[object, ...]]

    def strict(self, key: str, noun: str, named: Iterable[str], known: set[str], code: str) -> None:
        """Report as errors the names that no row has."""
        for one in named:
            if _word(one, known) not in known:
                mend = nearest(one, sorted(known))
                self._add(key, code, f'no {noun} "{one}" in the network', mend, one, False)

    def lenient(self, key: str, verb: str, named: Iterable[str], known: set[str]) -> None:
        """Report names that no row has: errors when a known one is near, else notices."""
        for one in named:
            if _word(one, known) in known:
                continue
            # two letters are near to everything
            near = "" if len(one) <= 2 else nearest(one, sorted(known))  # noqa: PLR2004
            code = "IN-332" if near else "IN-333"
            self._add(key, code, f'no {verb} "{one}"', near, one, not near)

    def _add(self, key: str, code: str, what: str, mend: str, value: str, is_notice: bool) -> None:
        place, lines = self.event.place, self.scenario.lines
        if place[:1] == ("library",):
            # the library speaks of the world: a network has a part of it
            code, mend, is_notice = "IN-356", "", True
        path: Path = (*place, "hits", key)
        if not _is_written(self.event):
            path = (*place, _RULE_KEYS.get(key, key))
        ends = [path[:end] for end in range(len(path), len(place) - 1, -1)]
        line = next((lines[one] for one in ends if one in lines), 0)
        column = ".".join(str(step) for step in path)
        if (path, code, value) in self.seen:
            return
        self.seen.add((path, code, value))
        self.problems.add(
            Problem(self.scenario.file, code, what, "", mend, line, column, value, is_notice)
        )


#: What a rule calls that which its events are given as selectors.
_RULE_KEYS: Final = {
    "suppliers": "parties", "receivers": "parties", "makers": "parties", "suppliers_not": "spared",
}  # fmt: skip


def _word(name: str, known: set[str]) -> str:
    return name if name in known else name.strip().casefold()
