"""Every kind of rule is audited by its own arithmetic, on its own days."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from keepline.audit import judged_days

START, END = dt.date(2020, 6, 22), dt.date(2021, 12, 31)
CAP = {"metric": "sites", "at_most": 0.5, "where": {"technology": ["5G"]}}


def days(rows):
    return [(row["place"], row["on"], row["severity"]) for row in rows]


def test_a_cap_must_hold_on_its_day_and_a_swap_on_that_day_counts(kit):
    by = kit.policy({**CAP, "at_most": 0.34, "by": dt.date(2021, 3, 31)})
    # two of the three sites of operator a must go, and one of b's two
    late = [kit.swap("s1"), kit.swap("s2", "2021-04-01"), kit.swap("s4")]
    told = kit.found(kit.network(), *late, by=by)
    assert days(told) == [("a / 5G", dt.date(2021, 3, 31), "breach")]
    (row,) = told
    assert (row["value"], row["allowed"], row["unit"]) == (2 / 3, 0.34, "sites")
    assert row["excess"] == pytest.approx(2 - 0.34 * 3)
    in_time = [late[0], kit.swap("s2", "2021-03-31"), late[2]]
    assert kit.found(kit.network(), *in_time, by=by) == []


def test_exactly_at_the_limit_is_kept(kit):
    # b has one of two sites; 0.7 of 7.0 is not a tenth in binary numbers
    ask = {**CAP, "where": {"operator": "b"}}
    assert kit.found(kit.network(), by=kit.policy(ask)) == []
    assert kit.found(kit.network(), by=kit.policy({**ask, "at_most": 0.49})) != []
    sites = [
        row | {"traffic": 0.7 if row["site_id"] == "s4" else 6.3}
        for row in kit.network()["sites"].rows(named=True)
    ]
    net = kit.network(sites=sites)
    by = {**ask, "metric": "traffic", "at_most": 0.1}
    assert kit.found(net, by=kit.policy(by)) == []
    assert kit.found(net, by=kit.policy({**by, "at_most": 0.0999999999}))


@pytest.mark.parametrize(
    ("metric", "value"), [("sites", 3 / 5), ("traffic", 9 / 15), ("premises", 3 / 5),
                          ("units", 12 / 18)]
)  # fmt: skip
def test_every_metric_counts_its_own(kit, metric, value):
    # s1 is swapped: two units of the good maker come for four
    ask = {"metric": metric, "at_most": 0.1, "scope": "national"}
    told = kit.found(kit.network(), kit.swap("s1"), by=kit.policy(ask))
    (last,) = [row for row in told if row["on"] == END]
    assert last["place"] is None
    if metric == "traffic":
        value = (2 + 3 + 4) / 15
    assert last["value"] == pytest.approx(value, abs=1e-15)


def test_traffic_by_technology_goes_before_that_of_the_site(kit):
    net = kit.network(traffic=[{"site_id": "s4", "technology": "5G", "volume": 1.0}])
    ask = {**CAP, "metric": "traffic", "at_most": 0.1, "where": {"technology": ["5G"],
                                                                "operator": "b"}}  # fmt: skip
    told = kit.found(net, by=kit.policy(ask))
    assert told[0]["value"] == pytest.approx(1 / 6)


def test_vendors_each_and_together(kit):
    installed = [
        {"site_id": f"s{one}", "part_id": part, "quantity": 1}
        for one, part in enumerate(("old-part", "older-part", "good-part", "good-part"), 1)
    ]
    net = kit.network(installed=installed)
    ask = {"metric": "sites", "at_most": 0.4, "scope": "national"}
    assert kit.found(net, by=kit.policy({**ask, "vendors": {"each": ["old", "older"]}})) == []
    together = kit.policy({**ask, "vendors": {"together": ["old", "older"]}})
    assert kit.found(net, by=together)[0]["value"] == 0.5
    named = kit.policy({**ask, "at_most": 0.2, "vendors": {"each": "high_risk"}})
    assert {row["place"] for row in kit.found(net, by=named)} == {"old", "older"}


def test_what_is_not_known_is_not_safe(kit):
    installed = [{"site_id": "s1", "part_id": one, "quantity": 1} for one in ("who-part",)]
    net = kit.network(installed=installed)
    ask = {"kind": "exclude", "where": {"operator": "a"}}
    assert {row["severity"] for row in kit.found(net, by=kit.policy(ask))} == {"unknown"}
    assert kit.found(net, by=kit.policy({**ask, "unknown": "spared"})) == []


def test_wherever_possible_is_late_and_hard_is_broken(kit):
    by = kit.policy({
        "kind": "remove", "metric": "units", "where": {"operator": "b"},
        "wherever_possible": dt.date(2020, 9, 30), "by": dt.date(2021, 12, 31),
    })  # fmt: skip
    told = kit.found(kit.network(), by=by)
    assert {row["severity"] for row in told if row["on"] < END} == {"late"}
    assert [row["severity"] for row in told if row["on"] == END] == ["breach"]
    assert min(row["on"] for row in told) == dt.date(2020, 9, 30)
    assert kit.found(kit.network(), kit.swap("s4"), by=by) == []


def test_a_schedule_falls_step_by_step(kit):
    steps = [
        {"from": dt.date(2020, 10, 1), "at_most": 0.5}, {"from": dt.date(2021, 7, 1), "at_most": 0},
    ]  # fmt: skip
    by = kit.policy({"metric": "sites", "schedule": steps, "where": {"operator": "b"}})
    told = kit.found(kit.network(), kit.swap("s4", "2021-07-02"), by=by)
    assert days(told) == [("b", dt.date(2021, 7, 1), "breach")]
    assert kit.found(kit.network(), kit.swap("s4", "2021-07-01"), by=by) == []


def test_what_is_exempt_is_so_until_its_last_day(kit):
    by = kit.policy({
        "kind": "exclude", "where": {"operator": "b"},
        "exemptions": [{"where": {"site": "s4"}, "until": dt.date(2021, 2, 14)}],
    })  # fmt: skip
    told = kit.found(kit.network(), by=by)
    assert min(row["on"] for row in told) == dt.date(2021, 2, 15)
    assert kit.found(kit.network(), kit.swap("s4", "2021-02-15"), by=by) == []


def test_software_may_be_replaced_alone(kit):
    said = {"kind": "replace_software", "where": {"site": "s1"}}
    for manager, severity in (("old", "breach"), (None, "unknown"), ("good", None)):
        rows = [{"site_id": "s1", "part_id": "old-part", "quantity": 1, "managed_by_id": manager}]
        told = kit.found(kit.network(installed=rows), by=kit.policy(said))
        assert {row["severity"] for row in told} == ({severity} if severity else set())


def test_so_many_vendors_must_stand(kit):
    by = kit.policy({"kind": "min_vendors", "at_least": 2, "where": {"operator": "a"},
                     "vendors": None})  # fmt: skip
    assert {row["place"] for row in kit.found(kit.network(), by=by)} == {"a"}
    told = kit.found(kit.network(), kit.swap("s1", "2020-07-01"), by=by)
    assert {row["on"] for row in told} == {START, dt.date(2020, 6, 30)}
    rows = [{"site_id": "s1", "part_id": one, "quantity": 1} for one in ("old-part", "who-part")]
    told = kit.found(kit.network(installed=rows), by=by)
    assert {row["severity"] for row in told} == {"unknown"}


def bought(on: dt.date, part: str = "old") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "part_id": [f"{part}-part"], "depot_id": ["centre"], "supplier_id": [part],
            "order_on": [on], "order_by": [on], "arrives_on": [on + dt.timedelta(days=40)],
            "quantity": [5], "unit_cost": [10.0], "cost": [50.0],
        }
    )  # fmt: skip


def test_a_ban_on_purchases_counts_its_days(kit):
    by = kit.policy({"kind": "purchase_ban", "from": dt.date(2020, 9, 15)})
    net = kit.network()
    assert kit.found(net, by=by) == []
    assert kit.found(net, by=by, purchases=bought(dt.date(2020, 9, 14))) == []
    assert kit.found(net, by=by, purchases=bought(dt.date(2020, 9, 15), "good")) == []
    (row,) = kit.found(net, by=by, purchases=bought(dt.date(2020, 9, 15)))
    assert (row["severity"], row["value"], row["by_plan"]) == ("breach", 5.0, True)
    (row,) = kit.found(net, by=by, purchases=bought(dt.date(2020, 9, 15), "new"))
    assert row["severity"] == "unknown"


def test_a_ban_on_installation_looks_at_swaps_and_at_what_was_there(kit):
    by = kit.policy({"kind": "installation_ban", "from": dt.date(2020, 7, 1), "vendors": ["good"]})
    told = kit.found(kit.network(crews=[]), kit.swap("s1", "2020-06-30"), by=by)
    assert told == []
    rows = kit.found(kit.network(), kit.swap("s1"), by=by)
    assert [(row["value"], row["by_plan"]) for row in rows] == [(2.0, True)]
    early = kit.policy(
        {"kind": "installation_ban", "from": dt.date(2020, 6, 1), "vendors": ["good"]}
    )
    (row,) = kit.found(kit.network(), by=early)
    assert (row["severity"], row["by_plan"]) == ("unknown", False)


def test_reports_grow_old(kit):
    by = kit.policy({"kind": "report", "document": "review", "every_days": 365, "vendors": None,
                     "where": {"operator": "a"}})  # fmt: skip
    told = kit.found(kit.network(), by=by)
    assert {row["what"] for row in told} == {"no review is on record"}
    assert not any(row["by_plan"] for row in told)
    net = kit.network(documents=[{"document": "review", "dated_on": dt.date(2020, 9, 30)}])
    told = kit.found(net, by=by)
    assert {row["on"] for row in told} == {START, dt.date(2020, 6, 30), END}


@pytest.mark.parametrize(("low", "severity"), [(90.0, None), (89.0, "breach"), (None, "unknown")])
def test_stock_must_last(kit, low, severity):
    by = kit.policy({"kind": "endurance", "at_least": 90, "vendors": None,
                     "where": {"operator": "a"}})  # fmt: skip
    lasting = pl.DataFrame(
        {
            "part_id": ["old-part"], "operator_id": ["a"], "depot_id": [None],
            "survive_days_low": [low], "survive_days_high": [low], "is_beyond_end": [False],
        },
        schema_overrides={"survive_days_low": pl.Float64, "survive_days_high": pl.Float64},
    )  # fmt: skip
    told = kit.found(kit.network(), by=by, endurance=lasting)
    assert [row["severity"] for row in told] == ([severity] if severity else [])


def test_a_duty_is_never_judged(kit):
    by = kit.policy({"kind": "duty", "vendors": None})
    assert kit.found(kit.network(), by=by) == []


def test_a_rule_is_looked_at_on_its_days_and_at_every_quarters_end(kit):
    rule = kit.policy({**CAP, "by": dt.date(2021, 1, 28)}).rules[0]
    ends = ["2020-06-30", "2020-09-30", "2020-12-31", "2021-03-31", "2021-06-30", "2021-09-30"]
    wanted = {START, END, dt.date(2021, 1, 28), *map(dt.date.fromisoformat, ends)}
    assert judged_days(rule, kit.network()) == sorted(wanted)
    beyond = kit.policy({**CAP, "by": dt.date(2027, 12, 31)}).rules[0]
    assert dt.date(2027, 12, 31) not in judged_days(beyond, kit.network())
