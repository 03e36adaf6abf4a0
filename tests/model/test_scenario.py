from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
import yaml

from keepline.model.errors import InputError
from keepline.model.event import Change, Suspension, triangular
from keepline.model.network import Network, complete
from keepline.model.scenario import Scenario, check_against, scenario_from

EXAMPLE = """
name: US foreign-direct-product rule on Huawei, as seen on 19 June 2020
events:
  - id: fdpr
    what: supply is cut for items made with US technology for listed parties
    announced: 2020-05-15
    from: 2020-09-14            # or {earliest, likely, latest}, or {date: probability, ...}
    probability: 0.85
    hits: {suppliers: [huawei], owned_share: 0.5, kinds: [advanced-ic], technology_origin: [US]}
    effect: {supply: stop, repair: {stop_after_days: 180}, software: stop}
  - id: licence
    probability: 0.25
    if: fdpr
    from: 2020-11-15
    hits: {suppliers: [huawei], kinds: [memory]}
    effect: {supply: {capacity: 0.4}}
  - id: retaliation
    probability: 0.10
    if: fdpr
    lag_days: 90
    hits: {countries: [CN], suppliers_not: [huawei]}
    effect: {supply: {capacity: 0.5, lead_days: 1.5}}
"""
GOOD = {"id": "a", "from": "2020-09-14", "hits": {"items": ["P"]}, "effect": {"supply": "stop"}}


def read(*events: dict[str, Any]) -> Scenario:
    return scenario_from({"name": "n", "events": list(events)}, "s.yaml")


def codes(*events: dict[str, Any]) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(*events)
    assert caught.value.problems is not None
    return [problem.code for problem in caught.value.problems]


def test_the_example_of_the_documentation_loads_as_it_stands() -> None:
    scenario = scenario_from(yaml.safe_load(EXAMPLE), hashes={"s": "0"})
    fdpr, licence, retaliation = scenario.events
    assert fdpr.begins is not None
    assert fdpr.begins.dates == ((dt.date(2020, 9, 14), 1.0),)
    assert fdpr.announced == dt.date(2020, 5, 15)
    assert fdpr.hits is not None
    assert (fdpr.hits.suppliers, fdpr.hits.owned_share) == (("huawei",), 0.5)
    assert fdpr.change("repair") == Change(stop_after_days=180.0)
    assert fdpr.change("software") == Change(stop_after_days=0.0)
    assert licence.change("supply") == Change(capacity=0.4)
    assert licence.change("repair") is None
    assert (retaliation.needs, retaliation.lag_days, retaliation.begins) == (("fdpr",), 90, None)
    assert retaliation.change("supply") == Change(capacity=0.5, lead_factor=1.5)
    assert scenario.hashes == {"s": "0"}


def test_an_empty_scenario_is_a_scenario() -> None:
    assert scenario_from({"name": "nothing happens"}).events == ()


def test_date_laws() -> None:
    law = {dt.date(2021, 1, 1): 0.5, "2020-12-01": 0.25}
    listed = read({**GOOD, "from": law}).events[0].begins
    assert listed is not None
    assert listed.dates == ((dt.date(2020, 12, 1), 0.25), (dt.date(2021, 1, 1), 0.5))
    window = {"earliest": "2020-01-01", "likely": "2020-01-01", "latest": "2020-01-01"}
    fixed = read({**GOOD, "from": window}).events[0].begins
    assert fixed is not None
    assert [date for date, _ in fixed.dates] == [dt.date(2020, 1, 1)]


def test_the_triangular_law_is_cut_into_fifths_at_their_medians() -> None:
    start = dt.date(2020, 1, 1)
    days = [0, 30, 120]
    law = triangular(*(start + dt.timedelta(days=day) for day in days))
    # F^-1 by hand: sqrt(p * 120 * 30) up to p = 1/4, then 120 - sqrt((1 - p) * 120 * 90)
    found = [(date - start).days for date, _ in law.dates]
    assert found == [19, 33, 47, 63, 87]
    assert [chance for _, chance in law.dates] == pytest.approx([0.2] * 5)


def test_suspensions_and_conditions_are_read() -> None:
    pauses = [{"from": "2021-01-01", "until": "2021-02-01"}, {"from": "2020-12-01"}]
    event = {**GOOD, "id": "b", "suspended": pauses, "if": "a", "unless": ["c", "d"]}
    found = read(GOOD, event, {**GOOD, "id": "c"}, {**GOOD, "id": "d"}).events[1]
    assert found.suspended == (
        Suspension(dt.date(2020, 12, 1)),
        Suspension(dt.date(2021, 1, 1), dt.date(2021, 2, 1)),
    )
    assert (found.needs, found.bars) == (("a",), ("c", "d"))


def test_an_event_may_be_a_condition_only() -> None:
    assert read({"id": "vote", "from": "2020-09-14"}).events[0].hits is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"probability": 1.2}, "IN-304"),
        ({"probability": "likely"}, "IN-303"),
        ({"probabilty": 0.5}, "IN-301"),
        ({"from": None}, "IN-323"),
        ({"from": "soon"}, "IN-305"),
        ({"from": {"2020-09-14": 0.7, "2020-10-14": 0.4}}, "IN-325"),
        ({"from": {"2020-09-14": -0.1}}, "IN-304"),
        ({"from": {"sometime": 0.1, "2020-09-14": 0.5}}, "IN-305"),
        (
            {"from": {"earliest": "2021-01-01", "likely": "2020-01-01", "latest": "2022-01-01"}},
            "IN-324",
        ),
        ({"from": {"earliest": "2021-01-01", "latest": "2022-01-01"}}, "IN-300"),
        ({"until": "2020-09-13"}, "IN-324"),
        ({"suspended": [{"from": "2021-01-02", "until": "2021-01-01"}]}, "IN-324"),
        ({"suspended": [{"until": "2021-01-01"}]}, "IN-300"),
        ({"if": "b"}, "IN-321"),
        ({"unless": ["b"]}, "IN-321"),
        ({"if": "a"}, "IN-322"),
        ({"lag_days": 3}, "IN-329"),
        ({"hits": None}, "IN-327"),
        ({"effect": None}, "IN-327"),
        ({"hits": {"owned_share": 0.5}}, "IN-327"),
        ({"hits": {"suppliers": ["x"], "owned_share": 0}}, "IN-304"),
        ({"hits": {"countries": ["China"]}}, "IN-328"),
        ({"hits": {"kinds": ["fpga"], "technologies": ["5G-RAN"]}}, "IN-334"),
        ({"hits": {"kind": ["fpga"]}}, "IN-301"),
        ({"effect": {"supply": "stopp"}}, "IN-326"),
        ({"effect": {"supply": {}}}, "IN-326"),
        ({"effect": {"supply": {"stop": "yes"}}}, "IN-326"),
        ({"effect": {"supply": {"stop": True, "capacity": 0.5}}}, "IN-326"),
        ({"effect": {"supply": {"capacity": 1.5}}}, "IN-304"),
        ({"effect": {"supply": {"lead_days": 0.5}}}, "IN-304"),
        ({"effect": {"suply": "stop"}}, "IN-301"),
    ],
)
def test_each_fault_has_its_code(change: dict[str, Any], code: str) -> None:
    assert code in codes({**GOOD, **change})


def test_all_faults_are_gathered_and_name_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        read(GOOD, {**GOOD, "if": "aa", "efect": 1}, {"from": 3})
    problems = caught.value.problems
    assert problems is not None
    text = "\n".join(problems.lines())
    assert "Did you mean effect?" in text
    assert "Did you mean a?" in text
    assert {"IN-300", "IN-301", "IN-305", "IN-320", "IN-321"} <= {one.code for one in problems}


def test_a_circle_of_conditions_is_written_out() -> None:
    first = {**GOOD, "if": "b"}
    second = {**GOOD, "id": "b", "unless": "c"}
    third = {**GOOD, "id": "c", "if": "a"}
    with pytest.raises(InputError) as caught:
        read(first, second, third)
    assert "run in a circle" in str(next(iter(caught.value.problems or [])))


def network() -> Network:
    tables = {
        "suppliers": [{"supplier_id": "huawei", "name": "H", "country": "CN"}],
        "parts": [
            {
                "part_id": "P",
                "name": "P",
                "supplier_id": "huawei",
                "technology": "5G-RAN",
                "unit_cost": 1.0,
                "failures_per_year": 0.1,
                "lead_days": 1.0,
            }
        ],
        "components": [{"component_id": "ic", "name": "ic", "kind": "advanced-ic"}],
        "sources": [{"item_id": "ic", "supplier_id": "huawei", "technology_origin": "US; NL"}],
    }
    frames = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    day = dt.date(2020, 6, 22)
    return Network("n", "GBP", day, day, "", complete(frames))


def test_what_the_network_has_passes_the_check() -> None:
    hits = {
        "suppliers": ["huawei"],
        "kinds": ["advanced-ic"],
        "items": ["ic"],
        "countries": ["CN"],
        "technology_origin": ["NL"],
    }
    assert len(check_against(read({**GOOD, "hits": hits}), network())) == 0


@pytest.mark.parametrize(
    ("hits", "code", "is_notice", "mend"),
    [
        ({"suppliers": ["hauwei"]}, "IN-330", False, "Did you mean huawei?"),
        ({"suppliers_not": ["nokia"]}, "IN-330", False, ""),
        ({"items": ["ik"]}, "IN-331", False, ""),
        ({"kinds": ["advanced_ic"]}, "IN-332", False, "Did you mean advanced-ic?"),
        ({"kinds": ["memory"]}, "IN-333", True, ""),
        ({"technologies": ["5G-RANN"]}, "IN-332", False, "Did you mean 5G-RAN?"),
        ({"countries": ["RU"]}, "IN-333", True, ""),
        ({"technology_origin": ["JP"]}, "IN-333", True, ""),
    ],
)
def test_what_the_network_lacks_is_reported(
    hits: dict[str, list[str]], code: str, is_notice: bool, mend: str
) -> None:
    lines = {("events", 0, "hits"): 7}
    scenario = scenario_from({"events": [{**GOOD, "hits": hits}]}, "s.yaml", lines)
    problems = check_against(scenario, network())
    (found,) = problems
    assert (found.code, found.is_notice, found.row, found.file) == (code, is_notice, 7, "s.yaml")
    if mend:
        assert found.mend == mend
