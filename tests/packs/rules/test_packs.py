"""Every pack loads, and holds what its sources say: limits, days, marks."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from keepline import face
from keepline.model.policy_rulekinds import RULE_KINDS
from keepline.packs import rules, uk_2020

PACKS = face.rule_packs()
RULES = {rule.rule_id: rule for pack in PACKS.values() for rule in pack.rules}
SHARE = Fraction(35, 100)


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def test_the_packs_that_ship():
    assert tuple(PACKS) == rules.NAMES == (
        "uk-2020-01", "uk-2020-07", "uk-dvd-2022", "uk-cop-2022", "de-2024", "us-scrp",
        "eu-toolbox",
    )  # fmt: skip
    for name, pack in PACKS.items():
        assert pack.pack_id == name
        assert pack.rules
        assert f"`{name}`" in rules.sources()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_has_its_law_its_source_and_its_mark(rule):
    assert rule.law
    assert rule.terms.get("source"), rule.rule_id
    assert rule.mark in ("V", "P", "U")
    assert rule.terms.get("kind") in RULE_KINDS
    assert sum(rule in pack.rules for pack in PACKS.values()) == 1


# rule, kind, mark, limit, metric, from, wherever possible, by
FACTS = [
    ("UK20-1", "cap", "V", SHARE, "sites", "", "", "2023-01-28"),
    ("UK20-2", "cap", "V", SHARE, "traffic", "", "", "2023-01-28"),
    ("UK20-3", "cap", "V", SHARE, "premises", "", "", "2023-01-28"),
    ("UK20-4", "exclude", "V", 0, "units", "2020-01-28", "", ""),
    ("UK20-5", "exclude", "V", 0, "units", "2020-01-28", "", ""),
    ("UK20-6", "exclude", "V", 0, "units", "2020-01-28", "", ""),
    ("UK20-7", "exclude", "V", 0, "units", "2020-01-28", "", ""),
    ("UK20-8", "min_vendors", "U", 2, "vendors", "2020-01-28", "", ""),
    ("UK20-9", "duty", "V", None, "", "2020-01-28", "", ""),
    ("UK-JUL", "purchase_ban", "V", 0, "units", "2020-12-31", "", ""),
    ("UK-JUL2", "remove", "V", 0, "units", "", "", "2027-12-31"),
    ("UK-NOV", "installation_ban", "V", 0, "units", "2021-09-30", "", ""),
    ("DVD-0", "installation_ban", "V", 0, "units", "2022-10-13", "", ""),
    ("DVD-1", "remove", "V", 0, "units", "", "", "2027-12-31"),
    ("DVD-2", "remove", "V", 0, "units", "", "2023-01-28", "2023-12-31"),
    ("DVD-3", "cap", "V", SHARE, "premises", "", "", "2023-10-31"),
    ("DVD-4", "cap", "P", SHARE, "sites", "", "", "2023-07-31"),
    ("DVD-5", "remove", "V", 0, "units", "", "", "2023-01-28"),
    ("DVD-6", "installation_ban", "V", 0, "units", "2022-10-13", "", ""),
    ("DVD-7", "remove", "P", 0, "units", "", "", "2025-12-31"),
    ("DVD-8", "duty", "U", None, "", "", "", ""),
    ("TSA-pen", "duty", "V", None, "", "", "", ""),
    ("REG-7", "duty", "V", None, "", "2022-10-01", "", ""),
    ("REG-7(5)", "report", "U", None, "", "2022-10-01", "", ""),
    ("REG-3(3)(f)", "duty", "V", None, "", "2022-10-01", "", ""),
    ("COP-M8.05", "report", "V", None, "", "", "", ""),
    ("COP-M10.01/.43", "duty", "V", None, "", "", "", ""),
    ("COP-M10.42", "duty", "V", None, "", "", "", ""),
    ("COP-M4.03/.04/M14.01", "duty", "V", None, "", "", "", ""),
    ("COP-M10.19", "report", "V", None, "", "", "", ""),
    ("COP-M21.06", "duty", "V", None, "", "", "", ""),
    ("COP-date-1", "duty", "V", None, "", "2024-03-31", "", ""),
    ("COP-date-2", "duty", "V", None, "", "2025-03-31", "", ""),
    ("COP-date", "duty", "V", None, "", "", "", "2027-03-31"),
    ("OFC", "duty", "V", None, "", "2024-09-06", "", ""),
    ("EU-TB", "duty", "V", None, "", "2020-01-29", "", ""),
    ("EU-TB-SM03", "exclude", "V", 0, "units", "2020-01-29", "", ""),
    ("EU-TB-SM05", "min_vendors", "V", 2, "vendors", "2020-01-29", "", ""),
    ("EU-TB-SM06", "duty", "V", None, "", "2020-01-29", "", ""),
    ("EU-TB-TM08", "duty", "V", None, "", "2020-01-29", "", ""),
    ("EU-TB-TM11", "report", "V", None, "", "2020-01-29", "", ""),
    ("EU-CSA2", "duty", "P", None, "", "", "", ""),
    ("DE-1", "remove", "V", 0, "units", "", "", "2026-12-31"),
    ("DE-2", "replace_software", "V", 0, "units", "", "", "2029-12-31"),
    ("DE-2-transport", "replace_software", "V", 0, "units", "", "", "2029-12-31"),
    ("FR", "duty", "P", None, "", "", "", ""),
    ("US-1", "remove", "V", 0, "units", "", "", ""),
]


@pytest.mark.parametrize("fact", FACTS, ids=[fact[0] for fact in FACTS])
def test_limits_and_days_are_those_of_the_sources(fact):
    name, kind, mark, limit, metric, begins, wish, by = fact
    rule = RULES[name]
    assert (rule.kind, rule.mark, rule.metric) == (kind, mark, metric)
    assert rule.limit_on(dt.date(2024, 1, 1)) == limit
    assert (rule.begins, rule.wherever_possible, rule.by) == (day(begins), day(wish), day(by))


def test_nothing_else_ships():
    assert set(RULES) == {fact[0] for fact in FACTS}


def test_whose_equipment_and_where():
    assert {RULES[name].vendors.who for name in RULES if name.startswith("UK20-")} == {
        "high_risk", "any"}  # fmt: skip
    for name in ("UK-JUL", "UK-JUL2", "UK-NOV", "DVD-0", "DVD-1", "DVD-3", "DVD-6"):
        assert RULES[name].vendors.names == ("huawei",)
    for name in ("DE-1", "DE-2", "US-1"):
        assert RULES[name].vendors.names == ("huawei", "zte")
    core = (
        "AUSF AMF UDSF NEF I-NEF NRF NSSF PCF SMF UDM UDR UPF UCMF AF 5G-EIR NWDAF CHF SCP SEPP "
        "N3IWF TNGF W-AGF"
    )
    assert RULES["UK20-5"].where.words("network_function") == tuple(core.split())
    assert RULES["UK20-6"].where.words("network_function") == ("HSS", "PGW", "PCRF")
    assert len(RULES["UK20-4"].where.words("network_function")) == 13
    assert RULES["DVD-6"].where.flags == (("is_sanctions_affected", True),)
    assert RULES["US-1"].within == ("first-disbursement", 12)
    assert not RULES["US-1"].is_dated
    assert RULES["COP-M8.05"].every_days == 365


def test_what_was_not_verified_is_marked_so():
    assert {name for name, rule in RULES.items() if rule.mark == "U"} == {
        "UK20-8", "DVD-8", "REG-7(5)"}  # fmt: skip


@pytest.mark.parametrize("size", ["operator", "national"])
def test_the_shipped_policies_stand_on_the_pack(size, tmp_path):
    place = tmp_path / "policy.yaml"
    place.write_text(uk_2020.policy(size), encoding="utf-8")
    found = {rule.rule_id: rule for rule in face.read_policy(place).rules}
    pack = {rule.rule_id for rule in PACKS["uk-2020-01"].rules}
    assert set(found) == pack | {"UK20-1-4G"}
    own = {name for name, rule in found.items() if not rule.pack}
    assert own == {"UK20-1-4G", "UK20-4", "UK20-5", "UK20-7"}
    assert all(found[name].reading for name in own)
    for name in ("UK20-4", "UK20-5"):
        rule = found[name]
        assert (rule.wherever_possible, rule.by) == (dt.date(2023, 1, 28), dt.date(2023, 12, 31))
    assert found["UK20-7"].by == dt.date(2023, 1, 28)
