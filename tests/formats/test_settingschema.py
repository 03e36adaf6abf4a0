"""The schemas of settings take what the reader takes, and refuse what it refuses."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from keepline.formats.settingschema import policy_schema, scenario_schema, settings_page
from keepline.formats.yamltext import parse_yaml
from keepline.model.errors import InputError
from keepline.model.policy import policy_from
from keepline.model.problems import Problems
from keepline.model.rulekinds import KINDS
from keepline.model.scenario import scenario_from
from keepline.packs import events, rules

WRONG = yaml.safe_load(
    (Path(__file__).parents[1] / "model" / "wrong_policy_rules.yaml").read_text(encoding="utf-8")
)
SMALL = Path(__file__).parents[1] / "small"
SCENARIO = Draft202012Validator(scenario_schema())
POLICY = Draft202012Validator(policy_schema())


def values(text: str) -> dict[str, Any]:
    found = parse_yaml(text.encode(), "t.yaml", Problems())
    assert found is not None
    return found.values


def plain(value: object) -> Any:
    """Return what JSON makes of a settings file: dates become text."""
    return json.loads(json.dumps(value, default=str))


def shipped(file: str) -> dict[str, Any]:
    return values((files("keepline.packs.uk_2020") / file).read_text(encoding="utf-8"))


def test_schemas_are_schemas():
    for one in (scenario_schema(), policy_schema()):
        Draft202012Validator.check_schema(one)


def test_shipped_files_pass():
    assert list(SCENARIO.iter_errors(plain(shipped("us-fdpr-2020-06-19.yaml")))) == []
    for file in ("policy.yaml", "policy-national.yaml"):
        assert list(POLICY.iter_errors(plain(shipped(file)))) == []
    small = values((SMALL / "scenario.yaml").read_text(encoding="utf-8"))
    assert list(SCENARIO.iter_errors(plain(small))) == []


PACKED = [rule for name in rules.NAMES for rule in values(rules.text(name))["rules"]]
SERVICE = {"service": {"availability": 0.9}}


@pytest.mark.parametrize("rule", PACKED, ids=[rule["id"] for rule in PACKED])
def test_every_rule_of_a_pack_passes(rule):
    assert list(POLICY.iter_errors(plain({**SERVICE, "rules": [rule]}))) == []


@pytest.mark.parametrize("case", WRONG, ids=[case["rule"] for case in WRONG])
def test_reader_and_schema_refuse_the_same_rules_of_a_policy(case):
    rule = plain(values(f"rule: {case['rule']}")["rule"])
    # a schema has no words for the order of days, and may pass over what a format says
    codes = {line.rpartition("[")[2].rstrip("]") for line in case["lines"]}
    if not codes <= {"IN-324", "IN-305"}:
        assert list(POLICY.iter_errors({**SERVICE, "rules": [rule]}))


RULES = [dict(rule) for entry in values(events.text())["events"] for rule in entry.get("rules", [])]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_every_rule_of_the_library_passes(rule):
    assert list(SCENARIO.iter_errors(plain({"rules": [rule]}))) == []


def listing(**changes: object) -> dict[str, Any]:
    rule = {"id": "a", "kind": "listing", "effective": "2020-01-01", "parties": ["x"], **changes}
    return {"name": "t", "rules": [{key: one for key, one in rule.items() if one is not None}]}


@pytest.mark.parametrize(
    "wrong",
    [
        listing(kind="listng"),
        listing(parties=None),
        listing(partys=["x"]),
        listing(owned_share=1.5),
        listing(owned_share=0),
        listing(countries=["China"]),
        listing(mark="X"),
        listing(owned_through="chains"),
        listing(effective={"2020-01-01": 2}),
        listing(effective={"earliest": "2020-01-01"}),
        listing(suspended=[{"until": "2020-01-01"}]),
        listing(amended=[{"on": "2020-02-01", "set": {"partys": ["y"]}}]),
        listing(effect={"supply": "halt"}),
        listing(effect={"supply": {"capacity": 2}}),
        {"evnts": []},
        {"events": [{"id": "a", "from": "2020-01-01", "hits": {"supplier": ["x"]}}]},
        {"rules": [{"id": "a", "kind": "general_licence", "rules": ["b"], "modes": ["spares"]}]},
        {"rules": [{"id": "a", "kind": "de_minimis", "effective": "2020-01-01",
                    "content_of": ["US"]}]},
    ],
)  # fmt: skip
def test_reader_and_schema_refuse_the_same(wrong):
    assert list(SCENARIO.iter_errors(wrong))
    with pytest.raises(InputError):
        scenario_from(copy.deepcopy(wrong))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"service": {}}, {"service": {"availability": 2}}, {"service": {"availabilty": 0.9}},
     {"service": {"availability": 0.9}, "rules": [{"law": "x"}]},
     {"service": {"availability": 0.9}, "rules": [{"id": "a", "metric": "site"}]}],
)  # fmt: skip
def test_reader_and_schema_refuse_the_same_policies(wrong):
    assert list(POLICY.iter_errors(wrong))
    with pytest.raises(InputError):
        policy_from(wrong)


def test_the_page_tells_every_kind_and_key():
    page = settings_page()
    for word, kind in KINDS.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{word}` |")]
        assert kind.what in row
        assert all(f"`{key}`" in row for key in kind.keys)
