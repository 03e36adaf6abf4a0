"""Rules are read word by word; whatever is wrong with them is one clear line with a code."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml

import keepline as kl
from keepline.formats.settings import read_scenario
from keepline.model.errors import InputError
from keepline.model.network import Network, complete
from keepline.model.rule import rule_from
from keepline.model.rulekinds import (
    ALWAYS,
    CHOICES,
    COUNTS,
    DAYS,
    KINDS,
    LISTS,
    SHARES,
    TEXTS,
    TIMES,
)
from keepline.model.scenario import Scenario, check_against, scenario_from

if TYPE_CHECKING:
    from keepline.model.problems import Problem

CASES = yaml.safe_load((Path(__file__).parent / "wrong_rules.yaml").read_text(encoding="utf-8"))
LISTING = """
- id: listing
  kind: listing
  effective: 2020-09-14
  parties: [huawei]
"""


def read(place: Path, text: str) -> Scenario:
    file = place / "scenario.yaml"
    file.write_text("name: t\n" + text, encoding="utf-8")
    return read_scenario(file, library=kl.library)


def problems(place: Path, text: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(place, text)
    return list(caught.value.problems or [])


@pytest.mark.parametrize("case", CASES, ids=[one["line"][-40:] for one in CASES])
def test_each_wrong_rule_is_a_clear_line(tmp_path, case):
    told = [str(one) for one in problems(tmp_path, f"rules:\n{case['rule']}\n")]
    # the exception names no rule of the file, which is a problem of its own
    assert [one for one in told if "[IN-352]" not in one] == [case["line"]]


def test_an_exception_to_a_rule_that_is_not_there(tmp_path):
    text = "rules:" + LISTING + "- {id: tgl, kind: general_licence, rules: [listin]}\n"
    assert [str(one) for one in problems(tmp_path, text)] == [
        (
            'scenario.yaml row 7, column rules.1.rules: no rule "listin" in this scenario. '
            "Expected the id of a rule. Did you mean listing? [IN-352]"
        )
    ]


def test_a_condition_on_what_is_not_there_and_a_rule_that_stands_twice(tmp_path):
    answer = "- {id: listing, kind: retaliation, if: listin, countries: [CN]}\n"
    told = problems(tmp_path, "rules:" + LISTING + answer)
    assert [one.code for one in told] == ["IN-320", "IN-321"]
    assert told[1].mend == "Did you mean listing?"


def test_a_circle_of_conditions_between_rules_and_events(tmp_path):
    text = "events: [{id: e, if: r}]\nrules: [{id: r, kind: retaliation, if: e, countries: [CN]}]\n"
    (told,) = problems(tmp_path, text)
    assert told.code == "IN-322"
    assert "run in a circle" in told.what


def test_a_library_event_that_is_not_there_names_the_nearest(tmp_path):
    (told,) = problems(tmp_path, "library: [us-fdpr-2020]\n")
    assert str(told).startswith(
        'scenario.yaml row 2, column library: no event "us-fdpr-2020" in the library. Expected ids '
        "of its events, or all. Did you mean us-fdpr-2020-0"
    )
    assert str(told).endswith("? [IN-354]")


def network() -> Network:
    tables = {
        "suppliers": [{"supplier_id": "huawei", "name": "H", "country": "CN"}],
        "components": [{"component_id": "ic", "name": "chip", "kind": "advanced-ic"}],
    }
    frames = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    day = dt.date(2020, 6, 22)
    return Network("n", "GBP", day, day, "", complete(frames))


@pytest.mark.parametrize(
    ("changes", "code", "mend"),
    [
        ({"parties": ["hauwei"]}, "IN-330", "Did you mean huawei?"),
        ({"goods": ["advanced_ic"]}, "IN-332", "Did you mean advanced-ic?"),
        ({"goods": ["gallium"]}, "IN-333", ""),
        ({"kinds": ["advanced_ic"]}, "IN-332", "Did you mean advanced-ic?"),
        ({"items": ["ik"]}, "IN-331", ""),
    ],
)
def test_names_that_the_network_lacks_stand_at_the_rule(changes, code, mend):
    rule = {"id": "a", "kind": "listing", "effective": dt.date(2020, 1, 1), "parties": ["huawei"]}
    scenario = scenario_from({"rules": [{**rule, **changes}]}, "s.yaml", {("rules", 0): 4})
    (found,) = check_against(scenario, network())
    (key,) = changes
    assert (found.code, found.row, found.column) == (code, 4, f"rules.0.{key}")
    assert found.mend == mend


def test_every_key_of_the_vocabulary_has_a_shape():
    special = {
        "amended", "effective", "revoked", "suspended", "windows", "renewal", "scope", "effect",
    }  # fmt: skip
    shaped = {*LISTS, *SHARES, *DAYS, *TEXTS, *COUNTS, *CHOICES, *special}
    keys = {key for kind in KINDS.values() for key in kind.keys} | set(ALWAYS) | set(TIMES)
    assert keys <= shaped
    assert all(kind.what.endswith(".") for kind in KINDS.values())
    assert rule_from.__doc__


def known_on(**values: Any) -> dt.date | None:
    rule = {"id": "a", "kind": "listing", "parties": ["x"], **values}
    (made,) = scenario_from({"rules": [rule]}).rules
    return made.known_on


def test_a_rule_is_known_from_the_earliest_of_its_days():
    may, june, july = dt.date(2020, 5, 15), dt.date(2020, 6, 1), dt.date(2020, 7, 1)
    assert known_on(announced=may, published=june, effective=july) == may
    assert known_on(effective=july) == july
    assert known_on(effective={"earliest": june, "likely": july, "latest": july}) == june
    assert known_on(effective={july: 0.5, june: 0.2}) == june
    assert known_on(announced=may, effective=july, known_on=june) == june
    event = {"id": "e", "from": july}
    rule = {"id": "a", "kind": "listing", "parties": ["x"], "if": "e"}
    (made,) = scenario_from({"events": [event], "rules": [rule]}).rules
    assert made.known_on is None
