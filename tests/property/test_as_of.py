"""As-of never looks ahead: what becomes known later changes nothing that is found as of a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import keepline as kl
from keepline.model.branches import branches
from keepline.model.scenario import scenario_from

START = dt.date(2020, 1, 1)
AS_OF = START + dt.timedelta(days=100)
BEFORE = st.integers(0, 100).map(lambda day: START + dt.timedelta(days=day))
AFTER = st.integers(101, 400).map(lambda day: START + dt.timedelta(days=day))
ANY = st.one_of(BEFORE, AFTER)
CHANCES = st.sampled_from([0.25, 0.5, 1.0])


@st.composite
def listing(draw: st.DrawFn, name: str, known: st.SearchStrategy[dt.date]) -> dict[str, Any]:
    rule = {
        "id": name,
        "kind": "listing",
        "parties": ["x"],
        "announced": draw(known),
        "probability": draw(CHANCES),
    }
    rule["effective"] = rule["announced"] + dt.timedelta(days=draw(st.integers(0, 90)))
    return rule


def amendment(known: st.SearchStrategy[dt.date]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "on": known,
            "set": st.sampled_from(
                [{"goods": ["memory"]}, {"probability": 0.75}, {"owned_share": 0.5}]
            ),
        }
    )


@st.composite
def exception(
    draw: st.DrawFn, name: str, rules: list[str], known: st.SearchStrategy[dt.date]
) -> dict[str, Any]:
    on = draw(known)
    days = draw(st.integers(0, 200))
    until = {"expires": on + dt.timedelta(days=days)} if days > 50 else {}
    return {"id": name, "kind": "general_licence", "rules": rules, "effective": on, **until}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a scenario, and the same with things that became known after the day."""
    rules = [draw(listing(f"r{k}", ANY)) for k in range(draw(st.integers(1, 3)))]
    for rule in rules:
        rule["amended"] = draw(
            st.lists(amendment(ANY), max_size=2, unique_by=lambda one: one["on"])
        )
    names = [rule["id"] for rule in rules]
    rules.append(draw(exception("x0", names, ANY)))
    supposed = {
        "id": "s",
        "from": draw(ANY),
        "probability": 0.5,
        "if": draw(st.sampled_from(names)),
    }
    first = {"rules": rules, "events": [supposed]}
    more = [{**rule, "amended": list(rule.get("amended", []))} for rule in rules]
    for rule in more[:-1]:
        if draw(st.booleans()):
            rule["amended"].append(draw(amendment(AFTER)))
        if draw(st.booleans()):
            rule["suspended"] = [{"from": draw(AFTER)}]
        if draw(st.booleans()):
            on = max(rule["effective"], AS_OF) + dt.timedelta(days=draw(st.integers(1, 90)))
            rule["revoked"] = {"on": on, "known_on": draw(AFTER)}
    later = draw(listing("later", AFTER))
    more = [*more, later, draw(exception("x1", [*names, "later"], AFTER))]
    event = {"id": "e", "announced": draw(AFTER), "from": draw(AFTER)}
    waiting = {"id": "w", "from": draw(AFTER), "if": "later"}
    told = {**supposed, "unless": "later"}
    return first, {"rules": more, "events": [told, event, waiting]}


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_what_becomes_known_later_changes_nothing(pair: tuple[dict[str, Any], ...]) -> None:
    fewer, more = (scenario_from({"name": "t", **one}).as_of(AS_OF) for one in pair)
    assert fewer.events == more.events
    assert branches(fewer, START) == branches(more, START)


@settings(max_examples=60, deadline=None)
@given(pairs(), st.integers(0, 400), st.integers(0, 400))
def test_what_was_forgotten_stays_forgotten(
    pair: tuple[dict[str, Any], ...], one: int, other: int
) -> None:
    scenario = scenario_from({"name": "t", **pair[1]})
    days = [START + dt.timedelta(days=day) for day in (one, other)]
    least = scenario.as_of(min(days))
    for day, then in (days, days[::-1]):
        assert scenario.as_of(day).as_of(then).events == least.events
        assert scenario.as_of(day).as_of(then).known_on == min(days)


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_after_the_last_day_all_is_known(pair: tuple[dict[str, Any], ...]) -> None:
    scenario = scenario_from({"name": "t", **pair[1]})
    assert scenario.as_of(dt.date(2030, 1, 1)).events == scenario.events


def test_the_library_never_looks_ahead() -> None:
    library = kl.library()
    every = scenario_from({"name": "t", "library": "all"}, library=lambda: library)
    for entry in library.entries.values():
        day = entry.on - dt.timedelta(days=1)
        earlier = [one.entry_id for one in library.entries.values() if one.on <= day]
        if earlier:
            said = {"name": "t", "library": earlier}
            known = scenario_from(said, library=lambda: library).as_of(day)
            assert known.events == every.as_of(day).events
