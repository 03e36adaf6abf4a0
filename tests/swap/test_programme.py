"""The programme of swaps, from a network and a policy to swaps with their days."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline import swap
from keepline.crews.aside import clock
from keepline.model.network import complete
from keepline.model.policy import policy_from
from keepline.model.results import RESULTS
from keepline.planning.audited import hold

BEGIN = dt.date(2023, 4, 1)
ENDS = [dt.date(2023, 6, 30), dt.date(2023, 9, 30), dt.date(2023, 12, 31)]
CAP = {"vendors": "high_risk", "metric": "sites", "at_most": 0.35,
       "where": {"technology": ["5G-RAN"], "function": "access"},
       "by": dt.date(2023, 9, 30)}  # fmt: skip
CREWS = ({"region": "r", "crew_days_per_quarter": 100.0},)
COMES = ({"part_id": "hw", "by_part_id": "nokia"}, {"part_id": "hw", "by_part_id": "new"})


def offer(to: str = "nokia", cost: float = 10.0, days: float = 2.0, **more: Any) -> dict[str, Any]:
    return {"from_supplier_id": "hw", "technology": "5G-RAN", "to_supplier_id": to,
            "cost_per_site": cost, "crew_days_per_site": days,
            "units_harvested_share": 0.5, **more}  # fmt: skip


def policy(*rules: Any, **more: Any) -> Any:
    listed = [{"id": f"r{number}", **one} for number, one in enumerate(rules)]
    return policy_from({"service": {"availability": 0.9}, "rules": listed, **more})


def found(network: Any, asked: Any, worth: Any = None, seconds: float = 20.0) -> swap.Swapping:
    task = swap.task_of(network, asked, worth)
    got = swap.swapping_of(task, swap.search(task, clock(seconds)))
    # the audit, which shares nothing with it, finds only what it says itself
    hold(network, asked, got.tables)
    return got


@pytest.fixture
def plain(make):
    """Return what makes a network of sites, the first of them high-risk, with offers and crews."""

    def plain_of(bad: int, good: int, **more: Any) -> Any:
        names = [f"s{n:02}" for n in range(bad + good)]
        units = [(one, "hw" if n < bad else "nokia", 2) for n, one in enumerate(names)]
        tables = {"swaps": [offer()], "crews": CREWS, "replacements": COMES} | more
        sites = tables.pop("sites", {})
        return make({one: sites.get(one, {}) for one in names}, units, start=BEGIN, **tables)

    return plain_of


def rows(table: pl.DataFrame, **which: Any) -> list[dict[str, Any]]:
    return [
        row for row in table.iter_rows(named=True)
        if all(row[key] == value for key, value in which.items())
    ]  # fmt: skip


def test_exactly_the_cap_is_left_and_the_tables_are_as_declared(plain):
    got = found(plain(9, 11), policy(CAP))
    programme = got.tables["programme"]
    assert len(programme) == 2  # 7 of 20 are 35 %
    assert got.summary["is_within"]
    row = rows(got.tables["compliance"], on=ENDS[1])[0]
    assert (row["value"], row["is_met"]) == (0.35, True)
    assert programme["cost"].sum() == 20.0
    assert programme["units_harvested"].to_list() == [1.0, 1.0]
    assert set(programme["why"]) == {"r0"}
    # bought as late as allowed where money counts less later, and no later
    later = found(plain(9, 11), policy(CAP, budget={"discount_rate": 0.1}))
    assert set(later.tables["programme"]["quarter"]) == {dt.date(2023, 7, 1)}
    assert all(ENDS[0] < day <= ENDS[1] for day in later.tables["programme"]["swap_on"])
    for name, table in got.tables.items():
        RESULTS[name].validate(table, cast=False)


def test_a_deadline_inside_a_quarter_binds_at_the_end_before(plain):
    rule = {**CAP, "by": dt.date(2023, 9, 29)}
    got = found(plain(9, 11), policy(rule, budget={"discount_rate": 0.1}))
    assert set(got.tables["programme"]["quarter"]) == {BEGIN}
    assert all(row["is_met"] for row in rows(got.tables["compliance"], force="hard"))


def test_the_programme_fed_back_is_judged_the_same(plain):
    network, asked = plain(9, 11), policy(CAP)
    got = found(network, asked)
    fed = complete({"programme": got.tables["programme"]})["programme"]
    again = swap.comply(replace(network, tables={**network.tables, "programme": fed}),
                        asked.rules, ENDS)  # fmt: skip
    assert again.compliance.equals(got.tables["compliance"])
    # and a network that has a programme is planned anew
    anew = found(got.network, asked)
    assert anew.tables["programme"].equals(got.tables["programme"])


@pytest.mark.parametrize("seed", range(4))
def test_a_small_programme_is_the_best_of_all(make, seed):
    draw = np.random.default_rng(seed)
    names = [f"s{n}" for n in range(4)]
    sites = {one: {"region": ("r", "q")[n % 2],
                   "traffic": float(draw.integers(1, 5)) + 0.1 * (seed % 2)}
             for n, one in enumerate([*names, "good"])}  # fmt: skip
    offers = [offer("nokia", 10.0, 2.0, supplier_sites_per_quarter=1.0), offer("old", 13.0, 1.0)]
    days = {"r": float(draw.integers(2, 5)), "q": float(draw.integers(2, 5))}
    network = make(
        sites, [*((one, "hw") for one in names), ("good", "nokia")], start=BEGIN, swaps=offers,
        crews=[{"region": key, "crew_days_per_quarter": n} for key, n in days.items()],
        replacements=[*COMES, {"part_id": "hw", "by_part_id": "old"}],
        suppliers=[{"supplier_id": one, "name": one, "country": "FI", "is_high_risk": one == "hw"}
                   for one in ("hw", "nokia", "old")],
        parts={"old": {"supplier_id": "old"}},
    )  # fmt: skip
    limit = float(draw.choice([0.2, 0.3, 0.5]))
    rule = {**CAP, "metric": "traffic", "at_most": limit, "by": ENDS[2]}
    rate, most = 0.2, 25.0
    got = found(network, policy(rule, budget={"discount_rate": rate, "per_quarter": most}))

    weight = [sites[one]["traffic"] for one in names]
    whole = sum(row["traffic"] for row in sites.values())
    middles = [45.5, 91 + 46.0, 183 + 46.0]
    factor = [(1 + rate) ** (-day / 365.25) for day in middles]
    best = np.inf
    for choice in itertools.product(range(7), repeat=4):
        done = [(job, one // 2, one % 2) for job, one in enumerate(choice) if one < 6]
        left = sum(weight[job] for job, one in enumerate(choice) if one == 6)
        crew = {key: [0.0] * 3 for key in days}
        money, nokia = [0.0] * 3, [0] * 3
        for job, q, k in done:
            crew[("r", "q")[job % 2]][q] += (2.0, 1.0)[k]
            money[q] += (10.0, 13.0)[k]
            nokia[q] += k == 0
        is_kept = left <= limit * whole + 1e-9 and max(money) <= most and max(nokia) <= 1
        if is_kept and all(max(crew[key]) <= days[key] for key in days):
            best = min(best, sum(f * m for f, m in zip(factor, money, strict=True)))
    if np.isinf(best):
        assert got.summary["is_impossible"]
    else:
        assert got.summary["is_within"]
        assert got.summary["cost_discounted"] == pytest.approx(best, rel=1e-6)
        assert got.summary["bound"] <= best * (1 + 1e-9)
    for row in got.tables["programme_limits"].iter_rows(named=True):
        assert row["excess"] == 0.0 or not got.summary["is_within"]


def test_nothing_is_swapped_where_nothing_has_to_be(plain):
    none = {**CAP, "where": {"technology": ["6G-RAN"]}}
    for network, rule in ((plain(7, 13), CAP), (plain(9, 11), none)):
        got = found(network, policy(rule))
        assert got.tables["programme"].is_empty()
        assert got.summary["is_within"]
        assert (got.summary["cost"], got.summary["gap"]) == (0.0, 0.0)


def test_without_crews_the_collision_is_named_with_what_mends_it(plain):
    got = found(plain(9, 11, crews=[]), policy(CAP))
    assert got.summary["is_impossible"]
    assert not got.summary["is_within"]
    ways = got.tables["programme_relaxations"]
    crews = rows(ways, way="crews")
    assert sum(row["change"] for row in crews) == pytest.approx(4.0)
    assert {row["limit"] for row in crews} == {"crews"}
    assert "crew days more in r" in crews[0]["what"]
    # the cap would have to let 2 more stay, in both quarters at whose end it holds
    assert {row["change"] for row in rows(ways, way="cap")} == {2.0}
    assert all(row["is_certified"] for row in ways.iter_rows(named=True))


def test_where_offers_differ_each_kind_of_limit_is_told_by_itself(make):
    parts = {"hw": {"supplier_id": "hw"}, "hw4": {"supplier_id": "hw", "technology": "4G-RAN"}}
    units = [("s0", "hw"), ("s1", "hw4"), ("s2", "hw")]
    network = make(
        {f"s{n}": {} for n in range(3)}, units, parts, start=BEGIN,
        crews=[{"region": "r", "crew_days_per_quarter": 2.0}],
        swaps=[offer(), offer() | {"technology": "4G-RAN"}],
    )  # fmt: skip
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "by": ENDS[1]}
    got = found(network, policy(gone))
    assert not got.summary["is_within"]
    ways = got.tables["programme_relaxations"]
    # three jobs of 2 days and 4 days by then: 2 days more, or one job a quarter later, are enough
    assert sum(row["change"] for row in rows(ways, way="crews")) == 2.0
    assert sum(row["sites"] * row["change"] for row in rows(ways, way="day")) == 1.0


def test_what_nothing_is_offered_for_is_told(plain):
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "by": ENDS[1]}
    got = found(plain(2, 2, swaps=[]), policy(gone, CAP))
    told = got.tables["unoffered"]
    assert rows(told, rule_id="r0")[0]["sites"] == 2
    assert "no row of swaps" in told["what"][0]
    assert rows(got.tables["programme_relaxations"])[0]["limit"] == "cap"
    assert not got.summary["is_within"]


def test_who_is_banned_is_not_given_anything(plain):
    swaps = [offer("zte", 1.0), offer("nokia", 50.0)]
    got = found(plain(9, 11, swaps=swaps), policy(CAP))
    assert set(got.tables["programme"]["to_supplier_id"]) == {"nokia"}
    ban = {"kind": "purchase_ban", "vendors": ["nokia"], "from": BEGIN}
    got = found(plain(9, 11), policy({**CAP, "at_most": 0.1}, ban))
    assert got.tables["programme"].is_empty()
    assert "rules ban all that is offered instead: nokia (r1)" in set(
        got.tables["unoffered"]["what"]
    )


def test_an_operators_own_offer_and_crews_come_first(plain):
    swaps = [offer(cost=5.0), offer(cost=9.0, days=3.0, operator_id="a")]
    crews = [*CREWS, {"region": "r", "operator_id": "a", "crew_days_per_quarter": 4.0}]
    got = found(plain(9, 11, swaps=swaps, crews=crews), policy(CAP))
    assert got.tables["programme"]["cost"].to_list() == [9.0, 9.0]
    assert got.tables["programme"]["crew_days"].to_list() == [3.0, 3.0]
    # 4 days a quarter are one such site a quarter
    assert got.tables["programme"]["quarter"].n_unique() == 2
    limits = rows(got.tables["programme_limits"], limit="crews", quarter=dt.date(2023, 7, 1))
    assert [(row["place"], row["most"]) for row in limits] == [("r, a", 4.0)]


def test_no_supplier_gets_more_than_its_share(plain):
    swaps = [offer("nokia", 10.0), offer("new", 30.0)]
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "by": ENDS[1]}
    network = plain(6, 4, swaps=swaps)
    network = replace(network, tables={**network.tables, "suppliers": network["suppliers"].
                      with_columns(is_unassessed=pl.lit(value=False))})  # fmt: skip
    by_policy = found(network, policy(gone, swaps={"most_share": 0.6}))
    rule = {"vendors": {"each": "any"}, "metric": "sites", "at_most": 0.6,
            "where": {"technology": ["5G-RAN"]}, "by": ENDS[1]}  # fmt: skip
    by_rule = found(network, policy(gone, rule))
    for got in (by_policy, by_rule):
        to = dict(got.tables["programme"].group_by("to_supplier_id").len().rows())
        assert to == {"nokia": 2, "new": 4}
        assert got.summary["is_within"]
    assert all(row["is_met"] for row in rows(by_rule.tables["compliance"], on=ENDS[2]))
    share = rows(by_policy.tables["programme_limits"], limit="share", quarter=dt.date(2023, 10, 1))
    assert [(row["used"], row["most"]) for row in share] == [(6.0, 6.0)]


def test_a_second_maker_is_left_something_where_a_rule_asks_for_two(plain):
    swaps = [offer("nokia", 10.0), offer("old", 30.0)]
    suppliers = [{"supplier_id": one, "name": one, "country": "FI", "is_high_risk": one == "hw"}
                 for one in ("hw", "nokia", "old")]  # fmt: skip
    comes = [*COMES, {"part_id": "hw", "by_part_id": "old"}]
    network = plain(3, 1, swaps=swaps, suppliers=suppliers, replacements=comes,
                    parts={"old": {"supplier_id": "old"}})  # fmt: skip
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "by": ENDS[1]}
    two = {"metric": "vendors", "at_least": 2, "where": {"technology": ["5G-RAN"]}}
    assert found(network, policy(gone)).summary["cost"] == 30.0
    got = found(network, policy(gone, two))
    assert got.summary["cost"] == 50.0
    assert {row["is_met"] for row in rows(got.tables["compliance"], rule_id="r1")} == {True}


def test_two_technologies_of_a_site_count_as_one(make):
    parts = {"hw": {"supplier_id": "hw"}, "hw4": {"supplier_id": "hw", "technology": "4G-RAN"}}
    units = [(f"s{n}", part) for n in range(3) for part in ("hw", "hw4")] + [("s3", "nokia")]
    comes = [{"part_id": part, "by_part_id": "nokia"} for part in ("hw", "hw4")]
    network = make(
        {f"s{n}": {} for n in range(4)}, units, parts, start=BEGIN, crews=CREWS,
        swaps=[offer(), offer(cost=4.0) | {"technology": "4G-RAN"}], replacements=comes,
    )  # fmt: skip
    rule = {"vendors": "high_risk", "metric": "sites", "at_most": 0.5, "by": ENDS[1]}
    got = found(network, policy(rule))
    assert got.summary["sites"] == 1
    assert got.summary["swaps"] == 2
    assert got.summary["cost"] == 14.0
    assert rows(got.tables["compliance"], on=ENDS[1])[0]["value"] == 0.5


def test_a_wish_is_kept_as_soon_as_limits_allow_and_a_priced_one_where_it_pays(plain):
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "by": ENDS[2]}
    money = {"discount_rate": 0.5}
    for more, quarter in (
        ({}, dt.date(2023, 10, 1)),
        ({"wherever_possible": ENDS[0]}, BEGIN),
        ({"wherever_possible": ENDS[0], "penalty": 0.01}, dt.date(2023, 10, 1)),
        ({"wherever_possible": ENDS[0], "penalty": 9.0}, BEGIN),
    ):
        got = found(plain(2, 2), policy({**gone, **more}, budget=money))
        assert set(got.tables["programme"]["quarter"]) == {quarter}, more
    cap = {**CAP, "at_most": 0.25, "by": ENDS[2], "wherever_possible": ENDS[0]}
    got = found(plain(2, 2), policy(cap, budget=money))
    assert set(got.tables["programme"]["quarter"]) == {BEGIN}


def test_a_rule_that_is_broken_already_is_kept_as_soon_as_limits_allow(plain):
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "from": dt.date(2020, 1, 28)}
    crews = [{"region": "r", "crew_days_per_quarter": 4.0}]
    got = found(plain(4, 2, crews=crews), policy(gone, budget={"discount_rate": 0.1}))
    assert got.summary["is_within"]
    by_quarter = dict(got.tables["programme"].group_by("quarter").len().rows())
    assert by_quarter == {BEGIN: 2, dt.date(2023, 7, 1): 2}


def test_nobody_works_while_there_is_a_freeze(plain):
    freeze = [{"from": dt.date(2023, 7, 1), "until": dt.date(2023, 8, 15)}]
    asked = policy(CAP, budget={"discount_rate": 0.3}, swaps={"freeze": freeze})
    got = found(plain(9, 11), asked)
    assert got.tables["programme"]["swap_on"].min() > dt.date(2023, 8, 15)
    most = rows(got.tables["programme_limits"], limit="crews", quarter=dt.date(2023, 7, 1))
    assert most[0]["most"] == pytest.approx(100.0 * 46 / 92)


def test_mobilising_gathers_a_region_in_one_quarter_and_counts(plain):
    crews = [{"region": "r", "crew_days_per_quarter": 8.0}]
    got = found(plain(9, 11, crews=crews), policy(CAP, swaps={"mobilisation_cost": 5.0}))
    assert got.tables["programme"]["quarter"].n_unique() == 1
    money = rows(got.tables["programme_limits"], limit="budget")
    assert money == []  # no budget, no row
    assert got.summary["objective"] > got.summary["cost_discounted"]


def test_sensitive_sites_come_first_and_the_busy_before_the_quiet(plain):
    sites = {"s00": {"traffic": 9.0}, "s01": {"is_sensitive": True}, "s02": {"traffic": 2.0}}
    gone = {"vendors": "high_risk", "metric": "units", "at_most": 0, "by": ENDS[2]}
    asked = policy(gone, budget={"discount_rate": 0.1}, swaps={"sensitive_first": True})
    got = found(plain(3, 1, sites=sites), asked)
    order = got.tables["programme"].sort("swap_on")
    assert order["site_id"].to_list() == ["s01", "s00", "s02"]
    assert order["quarter"].to_list() == [BEGIN, dt.date(2023, 10, 1), dt.date(2023, 10, 1)]


def test_units_that_are_worth_more_than_their_swap_go_by_themselves(plain):
    worth = pl.DataFrame({"part_id": ["hw"], "harvested": [8.0], "relieved": [2.0]})
    # 2 units, half of them harvested: 2 * (0.5 * 8 + 2) = 12 is more than 10
    got = found(plain(2, 2), policy({**CAP, "at_most": 1}), worth)
    assert got.summary["swaps"] == 2
    assert got.summary["objective"] < 0.0
    less = worth.with_columns(relieved=pl.lit(0.5))
    assert found(plain(2, 2), policy({**CAP, "at_most": 1}), less).summary["swaps"] == 0


@pytest.mark.parametrize(("days", "quarter"), [(2.0, 1), (4.0, 0), (1.0, None)])
def test_the_earliest_compliance_is_as_crews_allow(plain, days, quarter):
    """Two of nine have to go, each for two days of work; the plan has three quarters."""
    crews = [{"region": "r", "crew_days_per_quarter": days}]
    network, asked = plain(9, 11, crews=crews), policy({**CAP, "by": ENDS[2]})
    task = swap.task_of(network, asked)
    got = swap.swapping_of(task, swap.search(task, clock(20.0), is_soonest=True))
    hold(network, asked, got.tables)
    if quarter is None:
        assert got.summary["soonest_on"] is None
        assert got.tables["programme"].is_empty()
        return
    assert got.summary["soonest_on"] == ENDS[quarter]
    assert got.summary["impossible_before"] == (ENDS[quarter] if quarter else None)
    assert len(got.tables["programme"]) == 2
    assert max(got.tables["programme"]["swap_on"]) <= ENDS[quarter]
    kept = [row["is_met"] for row in rows(got.tables["compliance"], rule_id="r0")
            if row["on"] >= ENDS[quarter]]  # fmt: skip
    assert kept
    assert all(kept)
    assert got.summary["is_within"]


def test_what_must_go_goes_as_soon_as_crews_allow(plain):
    gone = {"kind": "exclude", "vendors": "high_risk", "by": ENDS[2]}
    network = plain(3, 2, crews=[{"region": "r", "crew_days_per_quarter": 4.0}])
    task = swap.task_of(network, policy(gone))
    got = swap.swapping_of(task, swap.search(task, clock(20.0), is_soonest=True))
    assert got.summary["soonest_on"] == ENDS[1]
    assert len(got.tables["programme"]) == 3
