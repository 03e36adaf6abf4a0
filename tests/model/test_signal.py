"""What is known once it is known whether an event happens."""

from __future__ import annotations

import datetime as dt

import pytest

from keepline.model.branches import branches
from keepline.model.errors import InputError, PlanError
from keepline.model.scenario import Scenario, scenario_from
from keepline.model.signal import signal_of

START = dt.date(2020, 6, 22)
EVENTS = [
    {"id": "rule", "from": "2020-09-14", "probability": 0.8},
    {
        "id": "licence",
        "if": "rule",
        "probability": 0.25,
        "from": {dt.date(2020, 11, 15): 0.5, dt.date(2021, 1, 1): 0.5},
    },
    {"id": "sure", "from": "2020-10-01"},
    {"id": "never", "unless": "sure", "from": "2020-10-01"},
]


@pytest.fixture
def scenario() -> Scenario:
    return scenario_from({"name": "test", "events": EVENTS})


def test_branches_are_told_apart_by_whether_it_happens(scenario: Scenario) -> None:
    found = signal_of(scenario, START, "licence")
    every = branches(scenario, START)
    assert len(every) == len(found.happens) == 4
    told = {one.what: happens for one, happens in zip(every, found.happens, strict=True)}
    assert all(happens == ("no licence" not in what) for what, happens in told.items())
    assert found.chance == pytest.approx(0.2)


def test_it_is_known_on_its_first_day_unless_another_is_named(scenario: Scenario) -> None:
    found = signal_of(scenario, START, "licence")
    assert found.known_on == found.first_on == dt.date(2020, 11, 15)
    assert found.last_on == dt.date(2021, 1, 1)
    day = dt.date(2020, 12, 1)
    assert signal_of(scenario, START, "licence", day).known_on == day


def test_an_unknown_event_names_the_nearest(scenario: Scenario) -> None:
    with pytest.raises(InputError, match=r"no event licences\. Did you mean licence\?") as error:
        signal_of(scenario, START, "licences")
    assert error.value.code == "IN-253"
    with pytest.raises(InputError, match="It has rule, licence, sure, never"):
        signal_of(scenario, START, "xyz")
    with pytest.raises(InputError, match="no events at all"):
        signal_of(Scenario("nothing"), START, "xyz")


@pytest.mark.parametrize(("event", "word"), [("sure", "every"), ("never", "no")])
def test_what_is_certain_tells_nothing(scenario: Scenario, event: str, word: str) -> None:
    with pytest.raises(PlanError, match=f"happens in {word} branch") as error:
        signal_of(scenario, START, event)
    assert error.value.code == "KL-036"
