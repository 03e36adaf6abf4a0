from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import Any

import numpy as np
import pytest

from keepline.model.branches import NEVER_ENDS, Branch, branches
from keepline.model.errors import PlanError
from keepline.model.scenario import scenario_from

START = dt.date(2020, 6, 22)


def tree(*events: dict[str, Any]) -> tuple[Branch, ...]:
    return branches(scenario_from({"name": "n", "events": list(events)}), START)


def event(event_id: str, day: int | None = 0, **more: Any) -> dict[str, Any]:
    date = {} if day is None else {"from": START + dt.timedelta(days=day)}
    return {"id": event_id, **date, **more}


def days(branch: Branch) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for span in branch.timeline:
        found.setdefault(span.event_id, []).append((span.on, span.off))
    return found


def test_an_empty_scenario_is_one_branch() -> None:
    (only,) = tree()
    assert (only.branch_id, only.probability, only.timeline) == ("b1", 1.0, ())
    assert only.what == "no event"


def test_the_example_has_five_branches() -> None:
    found = tree(
        event("fdpr", 84, probability=0.85),
        {"id": "licence", "from": "2020-11-15", "if": "fdpr", "probability": 0.25},
        event("retaliation", None, **{"if": "fdpr"}, lag_days=90, probability=0.1),
    )
    assert [one.branch_id for one in found] == ["b1", "b2", "b3", "b4", "b5"]
    assert [one.probability for one in found] == pytest.approx(
        [0.85 * 0.75 * 0.9, 0.85 * 0.25 * 0.9, 0.15, 0.85 * 0.75 * 0.1, 0.85 * 0.25 * 0.1]
    )
    assert found[0].what == "fdpr from 14 Sep 2020; no licence; no retaliation"
    assert days(found[4]) == {
        "fdpr": [(84.0, NEVER_ENDS)],
        "licence": [(146.0, NEVER_ENDS)],
        "retaliation": [(174.0, NEVER_ENDS)],
    }


def test_of_a_date_and_a_lag_the_later_holds() -> None:
    early = tree(event("a", 50), event("b", 10, **{"if": "a"}, lag_days=5))
    assert days(early[0])["b"] == [(55.0, NEVER_ENDS)]
    late = tree(event("a", 50), event("b", 90, **{"if": "a"}, lag_days=5))
    assert days(late[0])["b"] == [(90.0, NEVER_ENDS)]
    both = tree(event("a", 50), event("c", 70), event("b", None, **{"if": ["a", "c"]}, lag_days=1))
    assert days(both[0])["b"] == [(71.0, NEVER_ENDS)]


def test_unless_bars_an_event() -> None:
    found = tree(event("a", probability=0.3), event("b", unless="a"))
    assert [(one.probability, sorted(days(one))) for one in found] == [(0.7, ["b"]), (0.3, ["a"])]


def test_events_of_one_cause_share_one_draw() -> None:
    found = tree(
        event("a", probability=0.6, cause="election"),
        event("b", probability=0.2, cause="election"),
        event("c", probability=0.5),
    )
    chances = {tuple(sorted(days(one))): one.probability for one in found}
    # u <= 0.2: both; u <= 0.6: a alone; b never without a
    assert chances == pytest.approx(
        {
            ("a", "b", "c"): 0.1,
            ("a", "b"): 0.1,
            ("a", "c"): 0.2,
            ("a",): 0.2,
            ("c",): 0.2,
            (): 0.2,
        }
    )


def test_a_cause_is_drawn_once_even_when_a_condition_stands_between() -> None:
    found = tree(
        event("a", probability=0.5, cause="x"),
        event("gate", probability=0.5),
        event("b", probability=0.5, cause="x", **{"if": "gate"}),
    )
    chances = {tuple(sorted(days(one))): one.probability for one in found}
    expected = {("a", "b", "gate"): 0.25, ("a",): 0.25, ("gate",): 0.25, (): 0.25}
    assert chances == pytest.approx(expected)


def test_a_law_of_dates_may_leave_room_for_never() -> None:
    law = {"2020-07-01": 0.5, "2020-08-01": 0.3}
    found = tree({"id": "a", "from": law, "probability": 0.5})
    assert [one.probability for one in found] == pytest.approx([0.6, 0.25, 0.15])
    assert found[0].what == "no a"


def test_ends_and_suspensions_make_stretches() -> None:
    pauses = [
        {"from": "2020-06-27", "until": "2020-06-30"},
        {"from": "2020-07-10", "until": "2020-07-11"},
    ]
    (only,) = tree(event("a", 0, until="2020-07-10", suspended=pauses))
    assert days(only) == {"a": [(0.0, 5.0), (9.0, 18.0)]}
    assert only.what == "a from 22 Jun 2020 until 26 Jun 2020 and from 1 Jul 2020 until 9 Jul 2020"
    assert {span.began for span in only.timeline} == {0.0}


def test_an_event_suspended_when_it_begins_begins_after() -> None:
    pause = [{"from": "2020-06-01", "until": "2020-06-30"}]
    (only,) = tree(event("a", 0, suspended=pause))
    assert days(only) == {"a": [(9.0, NEVER_ENDS)]}
    (never,) = tree(event("a", 0, suspended=[{"from": "2020-06-01"}]), event("b", **{"if": "a"}))
    assert never.timeline == ()


def test_what_would_end_before_it_begins_does_not_happen() -> None:
    lagged = event("b", None, **{"if": "a"}, lag_days=30, until=START + dt.timedelta(days=10))
    (only,) = tree(event("a"), lagged)
    assert sorted(days(only)) == ["a"]


def test_dates_before_the_plan_are_kept() -> None:
    (only,) = tree(event("a", -40))
    assert days(only) == {"a": [(-40.0, NEVER_ENDS)]}


def test_the_same_timeline_is_one_branch() -> None:
    found = tree(
        event("a", 5, suspended=[{"from": START}], probability=0.5),
        event("b", 1, probability=0.5),
    )
    assert [one.probability for one in found] == [0.5, 0.5]


def test_too_many_branches_say_what_to_merge() -> None:
    events = [event(f"e{number}", probability=0.5) for number in range(13)]
    with pytest.raises(PlanError, match=r"more than 4,096 branches.*share a cause"):
        tree(*events)
    found = tree(*events[:12])
    assert len(found) == 4096
    assert math.fsum(one.probability for one in found) == pytest.approx(1.0, abs=1e-12)


def brute_force(events: list[dict[str, Any]]) -> dict[tuple[tuple[str, int], ...], float]:
    """Go through every outcome of every draw, in the order of the list."""
    causes = sorted({one["cause"] for one in events if "cause" in one})
    grid = 20  # probabilities are multiples of 1/20, so cells of a shared draw are too
    found: dict[tuple[tuple[str, int], ...], float] = {}
    axes: list[list[tuple[Any, float]]] = [
        [((cell + 1) / grid, 1 / grid) for cell in range(grid)] for _ in causes
    ]
    for one in events:
        p = one["probability"]
        axes.append([(0.0, 1.0)] if "cause" in one else [(0.0, p), (1.0, 1.0 - p)])
        axes.append(one["dates"])
    for outcome in itertools.product(*axes):
        chance = math.prod(weight for _, weight in outcome)
        draws = dict(zip(causes, outcome, strict=False))
        happened: dict[str, int] = {}
        for number, one in enumerate(events):
            own, law = outcome[len(causes) + 2 * number], outcome[len(causes) + 2 * number + 1]
            if "cause" in one:
                happens = draws[one["cause"]][0] <= one["probability"] + 1e-9
            else:
                happens = own[0] == 0.0
            allowed = all(x in happened for x in one["if"]) and not any(
                x in happened for x in one["unless"]
            )
            if happens and allowed:
                after = max((happened[x] + one["lag"] for x in one["if"]), default=-(10**6))
                happened[one["id"]] = max(law[0], after)
        key = tuple(sorted(happened.items()))
        found[key] = found.get(key, 0.0) + chance
    return {key: chance for key, chance in found.items() if chance > 1e-13}


@pytest.mark.parametrize("seed", range(40))
def test_branches_equal_an_enumeration_of_all_draws(seed: int) -> None:
    rng = np.random.default_rng(seed)
    events: list[dict[str, Any]] = []
    for number in range(4):
        before = [one["id"] for one in events]
        law = [(10, 0.25), (30, 0.75)] if rng.random() < 0.4 else [(int(rng.integers(60)), 1.0)]
        one = {
            "id": f"e{number}",
            "probability": float(rng.integers(1, 21)) / 20,
            "dates": law,
            "if": [x for x in before if rng.random() < 0.3],
            "unless": [x for x in before if rng.random() < 0.15],
            "lag": int(rng.integers(0, 30)),
        }
        if rng.random() < 0.5:
            one["cause"] = str(rng.choice(["x", "y"]))
        events.append(one)
    written = []
    for one in events:
        date = {(START + dt.timedelta(days=day)).isoformat(): p for day, p in one["dates"]}
        keys = {key: one[key] for key in ("id", "probability", "cause", "unless") if key in one}
        lag = {"if": one["if"], "lag_days": one["lag"]} if one["if"] else {}
        written.append({**keys, **lag, "from": date})
    order = rng.permutation(len(written))
    found = tree(*(written[k] for k in order))
    chances = {
        tuple(sorted((span.event_id, int(span.on)) for span in one.timeline)): one.probability
        for one in found
    }
    assert chances == pytest.approx(brute_force(events))
    assert math.fsum(chances.values()) == pytest.approx(1.0, abs=1e-12)
    assert [one.probability for one in found] == sorted(chances.values(), reverse=True)
