"""keepline swap: the programme in words, as JSON and as tables; Ctrl-C keeps the best so far."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import polars as pl
import pytest

from keepline.model.results import RESULTS

SITES = 12
POLICY = """name: hold
service: {availability: 0.98}
budget: {per_quarter: 100_000, discount_rate: 0.035}
rules:
  - id: R1
    vendors: high_risk
    where: {technology: [5G-RAN]}
    metric: sites
    at_most: 0.35
    by: 2021-06-30
"""


@pytest.fixture
def asked(small):
    """Return a small network of which two thirds of the sites are to be swapped down to a cap."""
    small.change("suppliers.csv", "country,owner_id,owner_share", "country,is_high_risk")
    small.change("suppliers.csv", "CN,,", "CN,true")
    small.change("suppliers.csv", "FI,,", "FI,false")
    head = "site_id,operator_id,region,function,depot_id,traffic\n"
    rows = [f"s{n},ee,{'North' if n % 2 else 'South'},access,centre,{1 + n}" for n in range(SITES)]
    small.put("sites.csv", head + "\n".join(rows) + "\n")
    parts = (small.path / "net" / "parts.csv").read_text(encoding="utf-8")
    small.put("parts.csv", parts + "new,Radio,other,5G-RAN,3000,0.1,0,60,,60\n")
    units = [f"s{n},{'02351234' if n < 8 else 'new'},2" for n in range(SITES)]
    small.put("installed.csv", "site_id,part_id,quantity\n" + "\n".join(units) + "\n")
    small.put("replacements.csv", "part_id,by_part_id\n02351234,new\n")
    small.put("swaps.csv", "from_supplier_id,technology,to_supplier_id,cost_per_site,"
              "crew_days_per_site\nmaker,5G-RAN,other,10000,4\n")  # fmt: skip
    small.put("crews.csv", "region,crew_days_per_quarter\nNorth,4\nSouth,4\n")
    small.put("policy.yaml", POLICY)
    return small


def test_the_programme_is_printed_written_and_keeps_the_rules(asked, tools):
    ended = tools.run("swap", asked.net, "-p", asked.policy, "-o", "out", "--seconds", "20")
    assert ended.code == 0, ended.err
    for said in ("The programme by quarter", "Sites by region and quarter", "4 sites in 4 swaps",
                 "EUR\u00a040\u202f000", "Kept with this programme: R1."):  # fmt: skip
        assert said in ended.out
    told = json.loads((asked.path / "out" / "swap.json").read_text(encoding="utf-8"))
    assert told["summary"]["is_within"] is True
    assert told["rules"]["met"] == ["R1"]
    programme = pl.read_parquet(asked.path / "out" / "tables" / "programme.parquet")
    RESULTS["programme"].validate(programme, cast=False)
    assert len(programme) == 4
    # written into the network it is what keepline rules judges
    columns = ["site_id", "from_supplier_id", "technology", "to_supplier_id", "swap_on"]
    programme.select(columns).write_csv(asked.path / "net" / "programme.csv")
    judged = tools.run("rules", asked.net, "-p", asked.policy, "--on", "2021-06-30", "--json")
    last = [row for row in judged.json["compliance"] if row["on"] == "2021-06-30"]
    assert [(row["counted"], row["whole"], row["is_met"]) for row in last] == [(4.0, 12.0, True)]


def test_a_collision_is_told_with_what_mends_it(asked, tools):
    asked.put("crews.csv", "region,crew_days_per_quarter\nNorth,2\nSouth,2\n")
    ended = tools.run("swap", asked.net, "-p", asked.policy, "--seconds", "20")
    assert ended.code == 0, ended.err
    assert "What must give way" in ended.out
    assert "crew days more in" in ended.out
    assert "It is certified that no programme keeps all rules, dates and limits." in ended.out
    assert "Not kept on a day on which they must be: R1." not in ended.out  # it passes crews


def test_a_plan_of_another_kind_is_not_written_over(asked, tools):
    (asked.path / "out").mkdir()
    (asked.path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    ended = tools.run("swap", asked.net, "-p", asked.policy, "-o", "out")
    assert ended.code == 5
    assert "[KL-053]" in ended.err


def test_without_rules_it_asks_for_them(asked, tools):
    ended = tools.run("swap", asked.net)
    assert ended.code == 2
    assert "[IN-367]" in ended.err


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX knows them")
def test_a_real_stop_by_hand_leaves_a_programme_and_says_so(asked, tools):
    words = tools.command("swap", asked.net, "-p", asked.policy, "-o", "out", "--seconds", "60")
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        for line in job.stderr:
            if "what must be" in line:  # that is done, and the search begins
                break
        time.sleep(0.3)
        job.send_signal(signal.SIGINT)
        out, err = job.communicate(timeout=60)
    assert job.returncode == 0, err
    assert "Traceback" not in err
    assert "Stopped before" in out or "4 sites in 4 swaps" in out
    assert (asked.path / "out" / "swap.json").exists()


def test_the_earliest_compliance_is_said_with_what_may_slip(asked, tools):
    """One site a quarter and region: four in two quarters, the first of which is cut short."""
    asked.put("slips.yaml", "name: slips\nevents: []\nprogramme:\n"
              "  funding_late: {probability: 0.4, days: 400}\n")  # fmt: skip
    ended = tools.run("swap", asked.net, "-p", asked.policy, "--soonest", "--seconds", "20",
                      "--scenario", asked.path / "net" / "slips.yaml", "-o", "out")  # fmt: skip
    assert ended.code == 0, ended.err
    told = json.loads((asked.path / "out" / "swap.json").read_text(encoding="utf-8"))
    day = told["summary"]["soonest_on"]
    assert day <= "2021-06-30"
    assert "All rules can be kept from" in ended.out
    assert "With funding late (probability 40" in ended.out
    branches = pl.read_parquet(asked.path / "out" / "tables" / "programme_branches.parquet")
    RESULTS["programme_branches"].validate(branches, cast=False)
    by = {row["branch"]: row for row in branches.iter_rows(named=True)}
    assert by["as planned"]["kept"] == by["funding on time"]["kept"] == 1.0
    assert by["funding late"]["kept"] == 0.0
    assert by["all"]["kept"] == pytest.approx(0.6)


def test_a_plan_swaps_and_buys_together(asked, tools):
    ended = tools.run("plan", *asked.all, "-o", "out", *tools.few, "--seconds", "10")
    assert ended.code == 0, ended.err
    assert "What to swap, and how the rules are kept" in ended.out
    assert "Swaps, discounted, and stock cost" in ended.out
    tables = asked.path / "out" / "tables"
    for name in ("programme", "programme_limits", "programme_branches", "baselines", "harvest",
                 "compliance"):  # fmt: skip
        found = pl.read_parquet(tables / f"{name}.parquet")
        RESULTS[name].validate(found, cast=False)
        assert len(found)
    # the finished plan plays its programme again
    again = tools.run("simulate", asked.net, "-s", asked.scenario, "--plan", "out", *tools.few)
    assert again.code == 0, again.err
    alone = tools.run("plan", *asked.all, "-o", "alone", *tools.few, "--no-swaps")
    assert alone.code == 0, alone.err
    assert "Swap equipment at" in ended.out
    assert "Swap equipment at" not in alone.out
    assert not (asked.path / "alone" / "tables" / "programme.parquet").exists()
