"""When a rule holds, for whom, what it spares, and what is not known."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from keepline.model.policy import policy_from
from keepline.swap import deadlines, limits, quarter_ends

START = dt.date(2020, 6, 22)
BY = dt.date(2023, 1, 28)
DAY = dt.timedelta(days=1)
CAP = {"vendors": "high_risk", "metric": "sites", "at_most": 0.35,
       "where": {"technology": ["5G-RAN"]}}  # fmt: skip
GONE = {"vendors": "high_risk", "metric": "units", "at_most": 0}
NETWORK = ({"x": {}, "y": {}}, [("x", "hw"), ("y", "nokia")])


def forces(found) -> dict[dt.date, str]:
    return dict(found.compliance.select("on", "force").iter_rows())


def test_days_are_inclusive(make, judge):
    days = [BY - DAY, BY, BY + DAY]
    found = forces(judge(make(*NETWORK), {**CAP, "by": BY}, days=days))
    assert [found[day] for day in days] == ["not yet", "hard", "hard"]
    until = {**CAP, "by": BY, "until": BY + DAY}
    days = [BY + DAY, BY + 2 * DAY]
    found = forces(judge(make(*NETWORK), until, days=days))
    assert [found[day] for day in days] == ["hard", "ended"]


def test_wherever_possible_comes_before_the_hard_day_with_its_price(make, judge, one_row):
    wish = dt.date(2022, 1, 1)
    rule = {**GONE, "by": BY, "wherever_possible": wish, "penalty": 1000.0}
    found = judge(make({"x": {}}, [("x", "hw", 3)]), rule, days=[BY - DAY])
    assert forces(found) == {
        START: "not yet", wish: "wherever possible", BY - DAY: "wherever possible", BY: "hard"
    }  # fmt: skip
    assert [one_row(found, on=day)["penalty"] for day in (START, wish, BY)] == [0, 3000, 0]
    # the view of the nation owes nothing beside its operators
    sites = {"x": {}, "y": {"operator_id": "b"}}
    both = judge(make(sites, [("x", "hw", 3), ("y", "hw")]), rule).compliance.filter(on=wish)
    assert both["penalty"].to_list() == [3000.0, 1000.0, 0.0]
    # only wished for: it never becomes hard
    soft = {**CAP, "wherever_possible": wish}
    assert forces(judge(make(*NETWORK), soft, days=[dt.date(2023, 12, 31)])) == {
        START: "not yet", wish: "wherever possible", dt.date(2023, 12, 31): "wherever possible"
    }  # fmt: skip


def test_a_schedule_falls_step_by_step(make, judge, rules_of, one_row):
    first, second = dt.date(2022, 1, 1), dt.date(2023, 1, 1)
    rule = {**CAP, "schedule": [{"from": first, "at_most": 0.5}, {"from": second, "at_most": 0.25}]}
    rule.pop("at_most")
    found = judge(make(*NETWORK), rule, days=[second - DAY])
    told = {row["on"]: (row["limit"], row["is_met"], row["force"])
            for row in found.compliance.rows(named=True)}  # fmt: skip
    assert told == {
        START: (0.5, True, "not yet"),
        first: (0.5, True, "hard"),
        second - DAY: (0.5, True, "hard"),
        second: (0.25, False, "hard"),
    }
    (one,) = rules_of(rule)
    assert limits(one, [second, first]).rows() == [(first, 0.5, "hard"), (second, 0.25, "hard")]
    assert deadlines(one) == [first, second]


def test_an_exemption_ends(make, judge, one_row):
    until = dt.date(2022, 6, 30)
    rule = {
        **GONE,
        "exemptions": [{"what": "permit", "where": {"region": "south"}, "until": until}],
    }
    network = make({"x": {"region": "south"}, "y": {}}, [("x", "hw", 2), ("y", "nokia")])
    found = judge(network, rule, days=[until])
    told = {row["on"]: row["value"] for row in found.compliance.rows(named=True)}
    assert told == {START: 0.0, until: 0.0, until + DAY: 2.0}
    assert found.breaches["on"].to_list() == [until + DAY]
    # exempt sites stay in the whole of a share
    exempt = [{"where": {"region": "south"}, "until": until}]
    row = one_row(judge(network, {**CAP, "exemptions": exempt}), on=START)
    assert (row["counted"], row["whole"]) == (0.0, 2.0)
    # an exemption that has not begun spares nothing
    later = [{"where": {"region": "south"}, "from": until, "until": until}]
    row = one_row(judge(network, {**CAP, "exemptions": later}), on=START)
    assert (row["counted"], row["whole"]) == (1.0, 2.0)


@pytest.mark.parametrize("maker", ["new", "who"])
def test_a_maker_of_whom_nothing_is_known_is_not_compliant_unless_declared(
    make, judge, one_row, maker
):
    network = make({"x": {}, "y": {}}, [("x", maker, 4), ("y", "nokia")])
    row = one_row(judge(network, CAP))
    assert (row["value"], row["value_known"]) == (0.5, 0.0)
    assert (row["standing"], row["is_met"]) == ("unknown", False)
    assert row["what"] == "it is not known whether 4 units are meant; they are counted"
    found = judge(network, CAP)
    assert found.breaches.select("site_id", "units", "units_unknown").rows() == [("x", 4, 4)]
    row = one_row(judge(network, {**CAP, "unknown": "spared"}))
    assert (row["value"], row["standing"], row["is_met"]) == (0.0, "met", True)
    # broken whatever is not known: broken
    row = one_row(judge(make({"x": {}, "y": {}}, [("x", maker), ("y", "hw")]), CAP))
    assert (row["value"], row["value_known"], row["standing"]) == (1.0, 0.5, "broken")


def test_named_vendors_doubt_only_makers_that_are_not_known(make, judge, one_row):
    network = make({"x": {}, "y": {}}, [("x", "new"), ("y", "who")])
    row = one_row(judge(network, {**CAP, "vendors": ["hw"]}))
    assert (row["value"], row["value_known"]) == (0.5, 0.0)


@pytest.mark.parametrize(
    ("recorded", "function", "value", "standing"),
    [
        ("UPF; smf", "core", 1.0, "broken"),
        ("HSS", "core", 0.0, "nothing in scope"),
        (None, "core", 1.0, "unknown"),
        (None, "access", 0.0, "nothing in scope"),
        ("upf", "access", 1.0, "broken"),
    ],
)
def test_network_functions(make, judge, one_row, recorded, function, value, standing):
    parts = {"p": {"supplier_id": "hw", "network_function": recorded}}
    network = make({"x": {"function": function}}, [("x", "p")], parts)
    row = one_row(judge(network, {**GONE, "where": {"network_function": ["UPF"]}}))
    assert (row["value"], row["standing"]) == (value, standing)


def test_a_rule_that_names_site_functions_doubts_what_stands_there(make, judge, one_row):
    parts = {"p": {"supplier_id": "hw"}}
    where = {"function": "transport", "network_function": ["intra-core-transmission"]}
    network = make({"x": {"function": "transport"}, "y": {}}, [("x", "p"), ("y", "p")], parts)
    row = one_row(judge(network, {**GONE, "where": where}))
    assert (row["value"], row["standing"]) == (1.0, "unknown")


@pytest.mark.parametrize(
    ("installed_on", "after", "value", "standing"),
    [
        (dt.date(2020, 3, 2), dt.date(2020, 3, 1), 1.0, "broken"),
        (dt.date(2020, 3, 1), dt.date(2020, 3, 1), 0.0, "nothing in scope"),
        (None, dt.date(2020, 3, 1), 1.0, "unknown"),
        # what the tables hold was not installed after their day
        (None, START, 0.0, "nothing in scope"),
    ],
)
def test_installed_after(make, judge, one_row, installed_on, after, value, standing):
    network = make({"x": {}}, [("x", "hw", 1, {"installed_on": installed_on})])
    row = one_row(judge(network, {**GONE, "where": {"installed_after": after}}))
    assert (row["value"], row["standing"]) == (value, standing)


@pytest.mark.parametrize(("affected", "standing"), [(True, "broken"), (None, "unknown"),
                                                    (False, "nothing in scope")])  # fmt: skip
def test_equipment_that_sanctions_affect(make, judge, one_row, affected, standing):
    parts = {"p": {"supplier_id": "hw", "is_sanctions_affected": affected}}
    network = make({"x": {}}, [("x", "p")], parts)
    row = one_row(judge(network, {**GONE, "where": {"is_sanctions_affected": True}}))
    assert row["standing"] == standing


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ({"is_sensitive": True}, 1.0),
        ({"is_sensitive": False}, 14.0),
        ({"region": ["south", "west"]}, 2.0),
        ({"site": ["y", "z"]}, 12.0),
        ({"function": ["core", "management"]}, 8.0),
        ({"part": "zte"}, 4.0),
        ({"operator": "a"}, 7.0),
        ({"operator": "b", "function": "core"}, 8.0),
        ({"country": "GB"}, 7.0),
        ({"tier": 2}, 8.0),
        ({}, 15.0),
    ],
)
def test_where(make, judge, where, value):
    sites = {
        "w": {"is_sensitive": True}, "x": {"region": "south"},
        "y": {}, "z": {"operator_id": "b", "function": "core"},
    }  # fmt: skip
    units = [("w", "hw"), ("x", "hw", 2), ("y", "zte", 4), ("z", "hw", 8), ("z", "nokia", 16)]
    operators = [{"operator_id": "a", "name": "A", "country": "GB", "tier": 1},
                 {"operator_id": "b", "name": "B", "country": "FR", "tier": 2}]  # fmt: skip
    found = judge(make(sites, units, operators=operators), {**GONE, "where": where})
    own = found.compliance.filter(pl.col("scope") == "operator")
    assert own["value"].sum() == value
    if set(where) & {"operator", "country", "tier"}:
        assert len(own) == 1  # others are not addressed


def test_an_operator_whose_country_is_not_known_is_addressed(make, judge, one_row):
    row = one_row(judge(make({"x": {}}, [("x", "hw")]), {**GONE, "where": {"country": "FR"}}))
    assert (row["value"], row["standing"]) == (1.0, "unknown")


def test_a_milestone_gives_the_day(make, judge, rules_of):
    rule = {"id": "r", "kind": "remove", "vendors": ["hw"], "within": {"of": "paid", "months": 12}}
    service = {"service": {"availability": 0.9}}
    (undated,) = rules_of(rule)
    assert (undated.is_dated, undated.force_on(BY)) == (False, "not dated")
    dated = {**service, "milestones": {"paid": dt.date(2021, 8, 31)}, "rules": [rule]}
    (one,) = policy_from(dated).rules
    assert one.by == dt.date(2022, 8, 31)
    assert [one.force_on(one.by - DAY), one.force_on(one.by)] == ["not yet", "hard"]


PROGRAMME = [
    {"site_id": "x", "from_supplier_id": "hw", "technology": "5G-RAN", "to_supplier_id": "nokia",
     "swap_on": dt.date(2020, 9, 30)},
    {"site_id": "y", "from_supplier_id": "hw", "technology": "5G-RAN",
     "swap_on": dt.date(2020, 10, 1)},
]  # fmt: skip


def test_a_programme_is_judged_at_the_end_of_every_quarter(make, judge):
    network = make(
        {one: {} for one in "xyz"},
        [("x", "hw", 3), ("y", "hw", 5), ("z", "nokia")],
        programme=PROGRAMME,
        replacements=[{"part_id": "hw", "by_part_id": "nokia", "ratio": 2.0}],
    )
    ends = quarter_ends(network)
    assert (ends[0], ends[1], ends[-1], len(ends)) == (
        dt.date(2020, 6, 30), dt.date(2020, 9, 30), dt.date(2023, 12, 31), 15
    )  # fmt: skip
    cap = {**CAP, "metric": "units"}
    found = judge(network, CAP, cap, days=[dt.date(2020, 9, 29)])
    by_day = {
        (row["rule_id"], row["on"]): (row["counted"], row["whole"])
        for row in found.compliance.rows(named=True)
    }
    days = [dt.date(2020, 9, 29), dt.date(2020, 9, 30), dt.date(2020, 12, 31)]
    # a site whose equipment goes and nothing comes is no longer in the whole
    assert [by_day["r0", day] for day in days] == [(2, 3), (1, 3), (0, 2)]
    assert [by_day["r1", day] for day in days] == [(8, 9), (5, 12), (0, 7)]
    assert by_day["r0", START] == (2, 3)


def test_the_order_of_rows_changes_nothing(make, judge):
    sites = {f"s{number}": {"traffic": 0.1 + 1.7 * number, "operator_id": "ab"[number % 2]}
             for number in range(40)}  # fmt: skip
    units = [(f"s{number}", ("hw", "nokia", "zte", "who")[number % 4], number + 1)
             for number in range(40)]  # fmt: skip
    rules = (CAP, {**CAP, "metric": "traffic"}, GONE, {"metric": "vendors", "at_least": 3},
             {**CAP, "vendors": {"each": "any"}})  # fmt: skip
    one = judge(make(sites, units), *rules)
    for seed in (1, 2, 3):
        other = judge(make(sites, units, shuffle=seed), *rules)
        assert one.compliance.equals(other.compliance)
        assert one.breaches.equals(other.breaches)
