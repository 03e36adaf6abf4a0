"""A policy's rules are read word by word; whatever is wrong with them is one clear line."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
import yaml

from keepline.formats.settings import read_policy
from keepline.model.errors import InputError
from keepline.model.network import Network, complete
from keepline.model.policy import Rule, policy_from
from keepline.model.policy_names import check_policy
from keepline.model.policy_packs import pack_from
from keepline.model.policy_rulekinds import RULE_KEYS, RULE_KINDS

CASES = yaml.safe_load(
    (Path(__file__).parent / "wrong_policy_rules.yaml").read_text(encoding="utf-8")
)
BY = dt.date(2023, 1, 28)
DAY = dt.timedelta(days=1)


def read(place: Path, text: str, packs=None):
    file = place / "policy.yaml"
    file.write_text("service: {availability: 0.9}\n" + text, encoding="utf-8")
    return read_policy(file, packs)


def one(**keys) -> Rule:
    """Return one rule."""
    said = {"service": {"availability": 0.9}, "rules": [{"id": "a", **keys}]}
    (rule,) = policy_from(said).rules
    return rule


@pytest.mark.parametrize("case", CASES, ids=[case["rule"] for case in CASES])
def test_each_wrong_rule_is_told(tmp_path, case):
    with pytest.raises(InputError) as caught:
        read(tmp_path, f"rules:\n- {case['rule']}\n")
    told = [str(problem) for problem in caught.value.problems or []]
    assert told == [line.replace("{kinds}", ", ".join(RULE_KINDS)) for line in case["lines"]]


def test_every_problem_of_every_rule_is_told_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path, "rules:\n- {id: a, kind: capp}\n- {id: a, vendors: high_risk}\n- {x: 1}\n")
    codes = [problem.code for problem in caught.value.problems or []]
    assert codes == ["IN-360", "IN-360", "IN-311", "IN-360", "IN-301", "IN-300"]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({"vendors": "high_risk", "metric": "sites", "at_most": 0.35}, "cap"),
        ({"vendors": "high_risk", "schedule": [{"from": BY, "at_most": 0.1}]}, "cap"),
        ({"vendors": "high_risk", "metric": "units", "at_most": 0}, "exclude"),
        ({"vendors": "high_risk", "at_most": 0.0, "by": BY}, "remove"),
        ({"metric": "vendors", "at_least": 2}, "min_vendors"),
        ({"metric": "days_of_cover", "at_least": 365}, "endurance"),
        ({"document": "plan", "every_days": 365}, "report"),
        ({"kind": "cap", "vendors": "high_risk", "at_most": 0}, "cap"),
    ],
)
def test_the_kind_may_be_left_out_where_other_keys_give_it_away(keys, kind):
    assert one(**keys).kind == kind


def test_a_rule_keeps_its_keys_as_they_are_written():
    rule = one(vendors={"each": ["hw"]}, at_most=0.35, by=BY, law="the law",
               where={"installed_after": BY}, exemptions=[{"until": BY}])  # fmt: skip
    assert rule.terms["by"] == "2023-01-28"
    assert rule.law == "the law"
    assert json.loads(json.dumps(rule.terms)) == rule.terms


def test_limits_are_the_decimals_that_were_written():
    assert one(vendors="high_risk", at_most=0.35).limit_on(BY) == Fraction(7, 20)
    rule = one(vendors="high_risk", schedule=[{"from": BY, "at_most": 0.3},
                                              {"from": BY + DAY, "at_most": 0.1}])  # fmt: skip
    assert [rule.limit_on(day) for day in (BY - DAY, BY, BY + DAY)] == [
        Fraction(3, 10), Fraction(3, 10), Fraction(1, 10)]  # fmt: skip
    assert one(kind="duty").limit_on(BY) is None


def test_a_rule_without_a_day_always_holds():
    assert one(vendors="high_risk", at_most=0.35).force_on(dt.date(1900, 1, 1)) == "hard"


def test_packs_and_own_rules():
    pack = pack_from(
        {"id": "p", "what": "a pack", "rules": [
            {"id": "a", "vendors": "high_risk", "at_most": 0.35},
            {"id": "b", "vendors": "high_risk", "at_most": 0, "from": BY},
        ]}
    )  # fmt: skip
    assert [rule.pack for rule in pack.rules] == ["p", "p"]
    said = {"service": {"availability": 0.9}, "packs": ["p"],
            "rules": [{"id": "c", "kind": "duty"},
                      {"id": "a", "vendors": ["hw"], "at_most": 0.1}]}  # fmt: skip
    rules = policy_from(said, packs=lambda: {"p": pack}).rules
    assert [(rule.rule_id, rule.pack) for rule in rules] == [("a", ""), ("b", "p"), ("c", "")]
    assert rules[0].limit_on(BY) == Fraction(1, 10)


def test_a_pack_that_does_not_ship_is_told(tmp_path):
    pack = pack_from({"id": "uk-2020-01", "what": "w", "rules": []})
    with pytest.raises(InputError) as caught:
        read(tmp_path, "packs: [uk-2020]\n", lambda: {"uk-2020-01": pack})
    assert [str(problem) for problem in caught.value.problems or []] == [
        (
            'policy.yaml row 2, column packs: no pack of rules "uk-2020" ships. Expected a '
            "shipped pack. Did you mean uk-2020-01? [IN-364]"
        )
    ]


def test_two_packs_with_a_rule_of_the_same_id_are_told():
    rules = [{"id": "a", "kind": "duty"}]
    shipped = {one: pack_from({"id": one, "what": one, "rules": rules}) for one in "pq"}
    said = {"service": {"availability": 0.9}, "packs": ["p", "q"]}
    with pytest.raises(InputError) as caught:
        policy_from(said, packs=lambda: shipped)
    assert [problem.code for problem in caught.value.problems or []] == ["IN-311"]
    assert policy_from({**said, "rules": rules}, packs=lambda: shipped).rules[0].pack == ""


def small() -> Network:
    tables = {
        "suppliers": [{"supplier_id": "hw", "name": "Huawei Ltd.", "country": "CN",
                       "aliases": "Huawei"}],
        "depots": [{"depot_id": "d", "ship_days": 1.0}],
        "sites": [{"site_id": "x", "region": "North", "function": "access", "depot_id": "d"}],
        "parts": [{"part_id": "p", "name": "p", "supplier_id": "hw", "technology": "5G-RAN",
                   "unit_cost": 1.0, "failures_per_year": 0.1, "lead_days": 1.0}],
        "installed": [{"site_id": "x", "part_id": "p", "quantity": 1}],
    }  # fmt: skip
    frames = complete({name: pl.DataFrame(rows) for name, rows in tables.items()})
    return Network("n", "EUR", dt.date(2020, 1, 1), BY, "", frames)


WHERE = "policy.yaml row 3, column rules.0."
NAMES = (
    ("{id: a, vendors: [huawei], at_most: 0.1, where: {technology: 5G-RAN, region: North}}", ""),
    (
        "{id: a, vendors: [hawei], at_most: 0.1}",
        (
            f'{WHERE}vendors: no supplier "hawei" in the network. Expected a vendor of the '
            "network. "
            "Did you mean huawei or huawei ltd.? [IN-365]"
        ),
    ),
    (
        "{id: a, vendors: [zte], at_most: 0.1}",
        f'{WHERE}vendors: no supplier "zte" in the network. [IN-366]',
    ),
    (
        "{id: a, vendors: [hw], at_most: 0.1, where: {technology: 4G-RAN}}",
        f'{WHERE}where.technology: nothing in the network is "4G-RAN". [IN-366]',
    ),
    (
        "{id: a, vendors: [hw], at_most: 0.1, where: {technology: 5G-RNA}}",
        (
            f'{WHERE}where.technology: nothing in the network is "5G-RNA". Expected a '
            "technology of "
            "the network. Did you mean 5G-RAN? [IN-365]"
        ),
    ),
)


@pytest.mark.parametrize(("rule", "line"), NAMES)
def test_names_are_held_against_the_network(tmp_path, rule, line):
    policy = read(tmp_path, f"rules:\n- {rule}\n")
    found = check_policy(policy, small())
    assert [str(problem) for problem in found] == [line][: bool(line)]
    assert found.count == (1 if "IN-365" in line else 0)


def test_every_key_belongs_to_some_kind():
    assert {key for kind in RULE_KINDS.values() for key in kind.keys} <= set(RULE_KEYS)
    for kind in RULE_KINDS.values():
        assert {key for choice in kind.needs for key in choice} <= set(kind.keys)
