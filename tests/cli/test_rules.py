"""keepline rules: how a network stands against rules, in words, as JSON and as tables."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from keepline import face
from keepline.cli.rulebook import summary
from keepline.model.results import RESULTS

POLICY = """name: hold
service: {availability: 0.98}
rules:
  - id: R1
    law: the first law
    vendors: high_risk
    where: {technology: [5G-RAN], function: access}
    metric: sites
    at_most: 0.35
    by: 2021-06-30
  - id: R2
    law: the second law
    mark: U
    reading: A guess.
    vendors: high_risk
    where: {technology: [6G-RAN]}
    at_most: 0.35
  - id: R3
    vendors: [maker]
    metric: units
    at_most: 0
    by: 2021-12-31
    wherever_possible: 2021-01-01
  - {id: R4, metric: vendors, at_least: 2}
  - {id: R5, document: assessment, every_days: 365}
  - {id: R6, metric: days_of_cover, at_least: 90}
  - {id: R7, kind: purchase_ban, vendors: [maker], from: 2020-12-31}
"""


@pytest.fixture
def run(tools):
    """Return what runs a command."""
    return tools.run


@pytest.fixture
def ruled(small):
    """Return a small network whose maker is a high-risk vendor, with rules."""
    small.change("suppliers.csv", "country,owner_id,owner_share", "country,is_high_risk")
    small.change("suppliers.csv", "CN,,", "CN,true")
    small.change("suppliers.csv", "FI,,", "FI,false")
    small.put("policy.yaml", POLICY)
    return small


def test_it_says_how_the_network_stands(ruled, run):
    ended = run("rules", ruled.net, "-p", ruled.policy, "--on", "2021-06-29", "--top", "2")
    assert ended.code == 0, ended.err
    plain = ended.out.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2212", "-")
    for word in ("How Small stands, today being 22 Jun 2020", "100 %", "30 of 30", "-65 %",
                 "29 Jun 2021", "30 Jun 2021", "s0 (6), s1 (6) and 28 more", "-180",
                 "Not kept on a day on which they must be: 3 rules (R1, R3 and R5).",
                 "Kept on every day on which they must be: 1 rule (R4).",
                 "Met, for nothing is in scope: 1 rule (R2).",
                 "Not judged: 2 rules (R6 and R7).",
                 "The network's technologies are 5G-RAN and IP.",
                 "Not verified in the sources: R2.",
                 "Planner's reading of R2: A guess."):  # fmt: skip
        assert word in plain, word
    unframed = " ".join(re.sub(r"[│\s]+", " ", plain).split())
    assert "no assessment is on record" in unframed


def test_json_has_the_tables_and_the_rules(ruled, run):
    ended = run("rules", ruled.net, "-p", ruled.policy, "--json")
    told = ended.json
    by_id = {row["rule_id"]: row for row in told["compliance"] if row["force"] == "hard"}
    assert by_id["R1"]["value"] == 1.0
    assert (by_id["R1"]["counted"], by_id["R1"]["must_go"]) == (30, 20)
    assert by_id["R3"]["value"] == 180
    assert by_id["R6"]["standing"] == "not judged"
    assert "keepline plan" in by_id["R6"]["what"]
    assert told["summary"] == {
        "broken": ["R1", "R3", "R5"], "unknown": [], "wished": [], "met": ["R4"],
        "not judged": ["R6", "R7"], "nothing in scope": ["R2"],
    }  # fmt: skip
    assert [rule["id"] for rule in told["rules"]] == [f"R{number}" for number in range(1, 8)]
    assert len(told["breaches"]) == 30 * (2 + 3)  # R1 on two days, R3 on three


def test_the_tables_are_written_whole(ruled, run, tmp_path):
    out = tmp_path / "out"
    ended = run("rules", ruled.net, "-p", ruled.policy, "-o", str(out))
    assert ended.code == 0, ended.err
    for name in ("compliance", "breaches"):
        found = pl.read_parquet(out / "tables" / f"{name}.parquet")
        RESULTS[name].validate(found)
        assert (out / "tables" / f"{name}.csv").is_file()
    told = json.loads((out / "rules.json").read_text(encoding="utf-8"))
    assert told["policy"] == "hold"
    assert {"policy.yaml", "sites.csv"} <= set(told["hashes"])
    # again over the same folder, but over nothing that is not its own
    assert run("rules", ruled.net, "-p", ruled.policy, "-o", str(out)).code == 0
    (out / "mine.txt").write_text("mine")
    ended = run("rules", ruled.net, "-p", ruled.policy, "-o", str(out))
    assert (ended.code, "KL-053" in ended.err) == (5, True)


def test_a_pack_alone_is_enough(ruled, run):
    ended = run("rules", ruled.net, "--pack", "uk-2020-01", "--json")
    ids = [rule["id"] for rule in ended.json["rules"]]
    assert ids[:2] == ["UK20-1", "UK20-2"]
    both = run("rules", ruled.net, "-p", ruled.policy, "--pack", "uk-2020-01", "--json")
    assert [rule["id"] for rule in both.json["rules"]] == [f"R{one}" for one in range(1, 8)] + ids


def test_without_a_network_the_packs_are_listed(run):
    ended = run("rules")
    assert ended.code == 0
    for pack in face.rule_packs().values():
        assert pack.pack_id in ended.out
        for rule in pack.rules:
            assert rule.rule_id in ended.out
    listed = run("rules", "--pack", "de-2024", "--json").json
    assert [one["pack"] for one in listed] == ["de-2024"]
    assert listed[0]["rules"][0]["id"] == "DE-1"
    assert listed[0]["rules"][0]["mark"] == "V"


def test_a_policys_rules_are_listed(ruled, run):
    ended = run("rules", "-p", ruled.policy)
    assert ended.code == 0
    assert "the first law" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pack", "uk-2020"], "Did you mean"),
        ([], "Say which rules: --policy P, or --pack NAME."),
        (["--pack", "uk-2020-01", "--on", "2019-01-01"], "2019-01-01 lies before 2020-06-22"),
    ],
)
def test_what_is_not_clear_is_refused(ruled, run, words, said):
    ended = run("rules", ruled.net, *words)
    assert ended.code == 2
    assert said in ended.err


def test_a_word_nearly_of_the_network_is_refused(ruled, run):
    ruled.change("policy.yaml", "vendors: [maker]\n", "vendors: [makr]\n")
    ended = run("rules", ruled.net, "-p", ruled.policy)
    assert ended.code == 2
    assert "Did you mean maker" in ended.err
    assert "[IN-365]" in ended.err


def test_what_a_rule_names_and_the_network_lacks_is_noted(ruled, run):
    ended = run("rules", ruled.net, "--pack", "us-scrp")
    assert ended.code == 0
    assert 'no supplier "zte" in the network. [IN-366]' in ended.err


def test_a_policy_without_rules_is_said_to_have_none(ruled, run):
    ruled.put("policy.yaml", "service: {availability: 0.98}")
    ended = run("rules", ruled.net, "-p", ruled.policy)
    assert ended.code == 0
    assert "The policy has no rules, so nothing is judged." in ended.out


def test_a_plan_brings_its_purchases_and_its_endurance(ruled, run, plan_of):
    ended = run("rules", ruled.net, "-p", ruled.policy, "--plan", plan_of, "--json")
    told = ended.json
    rows = {(row["rule_id"], row["on"]): row for row in told["compliance"]}
    plan = face.load(plan_of)
    lasts = plan.tables["endurance"].filter(pl.col("depot_id").is_null())["survive_days_low"].min()
    assert rows["R6", "2020-06-22"]["value"] == lasts
    assert rows["R6", "2020-06-22"]["is_met"] == (lasts >= 90)
    banned = plan.tables["purchases"].filter(
        pl.col("part_id") == "02351234", pl.col("order_on") >= pl.date(2020, 12, 31)
    )
    last = max(on for rule, on in rows if rule == "R7")
    upto = banned.filter(pl.col("order_on") <= pl.lit(last).str.to_date())
    assert rows["R7", last]["value"] == upto["quantity"].sum()


def test_a_rule_kept_when_it_must_be_is_not_called_broken(ruled):
    swaps = "site_id,from_supplier_id,technology,swap_on\n" + "".join(
        f"s{number},maker,5G-RAN,2021-12-31\n" for number in range(30)
    )
    ruled.put("programme.csv", swaps)
    found = face.comply(ruled.net, ruled.policy)
    assert summary(found)["wished"] == ["R3"]
    assert "R1" in summary(found)["broken"]
    assert len(found.compliance.filter(rule_id="R4")) == 9 + 1  # quarters, and the first day
