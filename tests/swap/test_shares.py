"""What a rule counts, of what, and how it stands against the limit."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import polars as pl
import pytest

from keepline.model.results import RESULTS
from keepline.swap import fleet_of, of_number, of_share, weights

START = dt.date(2020, 6, 22)
CAP = {"vendors": "high_risk", "metric": "sites", "at_most": 0.35,
       "where": {"technology": ["5G-RAN"], "function": "access"}}  # fmt: skip


def many(bad: int, good: int) -> tuple[dict[str, dict[str, object]], list[tuple[str, str]]]:
    """Return sites and their units, the bad ones first."""
    names = [f"s{number:05}" for number in range(bad + good)]
    units = [(name, "hw" if number < bad else "nokia") for number, name in enumerate(names)]
    return {name: {} for name in names}, units


@pytest.mark.parametrize(
    ("bad", "good", "is_met", "must_go"),
    [(35, 65, True, 0), (36, 64, False, 1), (7, 13, True, 0), (0, 5, True, 0), (1, 0, False, 1)],
)
def test_exactly_at_the_limit_complies(make, judge, one_row, bad, good, is_met, must_go):
    row = one_row(judge(make(*many(bad, good)), CAP))
    assert (row["is_met"], row["must_go"]) == (is_met, must_go)
    assert row["standing"] == ("met" if is_met else "broken")
    assert (row["counted"], row["whole"]) == (bad, bad + good)
    assert row["value"] == bad / (bad + good)
    assert row["slack"] == pytest.approx(0.35 - row["value"], abs=1e-15)


def test_a_share_like_that_of_the_largest_british_operator(make, judge, one_row):
    # published: 19,000 sites, about 8,000 of them Nokia's; a cap of 35 % leaves 6,650
    sites, units = many(11_000, 8_000)
    found = judge(make(sites, units), {**CAP, "by": dt.date(2023, 1, 28)})
    row = one_row(found, on=dt.date(2023, 1, 28))
    assert (row["counted"], row["whole"], row["must_go"]) == (11_000, 19_000, 4_350)
    assert row["counted"] - row["must_go"] == 6_650
    assert (row["force"], row["standing"]) == ("hard", "broken")
    assert one_row(found, on=START)["force"] == "not yet"
    assert found.breaches.filter(pl.col("on") == dt.date(2023, 1, 28)).height == 11_000
    # 4,350 of them swapped that day comply, one fewer does not
    for swapped, is_met in ((4_350, True), (4_349, False)):
        programme = [
            {"site_id": f"s{number:05}", "from_supplier_id": "hw", "technology": "5G-RAN",
             "to_supplier_id": "nokia", "swap_on": dt.date(2023, 1, 28)}
            for number in range(swapped)
        ]  # fmt: skip
        replacements = [{"part_id": "hw", "by_part_id": "nokia"}]
        network = make(sites, units, programme=programme, replacements=replacements)
        row = one_row(judge(network, {**CAP, "by": dt.date(2023, 1, 28)}), on=dt.date(2023, 1, 28))
        assert (row["is_met"], row["whole"]) == (is_met, 19_000)
        assert row["counted"] == 11_000 - swapped


def test_the_traffic_cap_binds_first_where_busy_sites_are_high_risk(make, judge, one_row):
    # published: 1,500 of 19,000 sites (8 %) carry 25 % of traffic; here they are high-risk, and so
    # are as many others as bring the share of sites to 30 %
    busy, quiet, others = 1_500, 4_200, 13_300
    each = {"busy": 0.25 / busy, "quiet": 0.75 / (quiet + others)}
    names = [f"s{number:05}" for number in range(busy + quiet + others)]
    sites = {
        name: {"traffic": each["busy" if number < busy else "quiet"]}
        for number, name in enumerate(names)
    }
    units = [
        (name, "hw" if number < busy + quiet else "nokia") for number, name in enumerate(names)
    ]
    found = judge(make(sites, units), {**CAP, "id": "sites"},
                  {**CAP, "id": "traffic", "metric": "traffic"})  # fmt: skip
    by_site, by_traffic = (one_row(found, rule_id=one) for one in ("sites", "traffic"))
    assert by_site["value"] == pytest.approx(0.30)
    assert by_traffic["value"] == pytest.approx(0.25 + 0.75 * quiet / (quiet + others))
    assert (by_site["is_met"], by_traffic["is_met"]) == (True, False)


def test_a_site_counts_once_and_units_count_each(make, judge, one_row):
    sites = {"x": {"premises": 10.0}, "y": {"premises": 30.0}, "z": {"premises": 60.0}}
    units = [("x", "hw", 7), ("x", "zte", 1), ("x", "nokia", 2), ("y", "nokia", 10), ("z", "hw", 1)]
    found = judge(
        make(sites, units),
        *({**CAP, "id": one, "metric": one} for one in ("sites", "units", "premises")),
    )
    told = {
        row["rule_id"]: (row["counted"], row["whole"]) for row in found.compliance.rows(named=True)
    }
    assert told == {"sites": (2, 3), "units": (9, 21), "premises": (70, 100)}


def test_only_sites_with_the_technology_are_in_the_whole(make, judge, one_row):
    parts = {"old": {"supplier_id": "hw", "technology": "4G-RAN"}}
    units = [("x", "hw"), ("y", "nokia"), ("z", "old"), ("y", "old")]
    rule = {**CAP, "where": {"technology": ["5G-RAN", "4G-RAN"]}, "at_most": 0.5}
    found = judge(make({one: {} for one in "xyz"}, units, parts), rule)
    five, four = (one_row(found, technology=one) for one in ("5G-RAN", "4G-RAN"))
    assert (five["counted"], five["whole"], five["is_met"]) == (1, 2, True)
    assert (four["counted"], four["whole"], four["is_met"]) == (2, 2, False)
    # without a technology everything is one share
    row = one_row(judge(make({one: {} for one in "xyz"}, units, parts), {**rule, "where": {}}))
    assert (row["technology"], row["counted"], row["whole"]) == (None, 3, 3)


def test_traffic_is_that_of_the_technology_where_it_is_known(make, judge, one_row):
    sites = {"x": {"traffic": 5.0}, "y": {"traffic": 3.0}}
    units = [("x", "hw"), ("y", "nokia")]
    rule = {**CAP, "metric": "traffic"}
    row = one_row(judge(make(sites, units), rule))
    assert (row["counted"], row["whole"]) == (5.0, 8.0)
    known = [{"site_id": "x", "technology": "5G-RAN", "volume": 0.5},
             {"site_id": "x", "technology": "4G-RAN", "volume": 9.0}]  # fmt: skip
    row = one_row(judge(make(sites, units, traffic=known), rule))
    assert (row["counted"], row["whole"]) == (0.5, 3.5)


def test_sums_that_are_not_whole_may_be_off_by_nothing_that_matters(make, judge, one_row):
    # ten times 0.1 and so on: in binary neither side is exact, in decimals it is 35 % to the digit
    sites = {f"s{number:02}": {"traffic": 0.1} for number in range(20)}
    units = [(one, "hw" if number < 7 else "nokia") for number, one in enumerate(sites)]
    row = one_row(judge(make(sites, units), {**CAP, "metric": "traffic"}))
    assert row["is_met"]
    assert row["must_go"] == 0.0
    assert not of_share([0.7 + 1e-9], [2.0], Fraction(7, 20)).is_met


def test_each_and_together(make, judge, one_row):
    units = [("x", "hw"), ("y", "zte"), ("z", "nokia"), ("u", "nokia")]
    network = make({one: {} for one in "xyzu"}, units)
    rule = {**CAP, "at_most": 0.3}
    together = one_row(judge(network, {**rule, "vendors": {"together": ["Huawei", "zte"]}}))
    assert (together["vendors"], together["value"], together["is_met"]) == (None, 0.5, False)
    assert one_row(judge(network, {**rule, "vendors": ["hw", "zte"]}))["value"] == 0.5
    found = judge(network, {**rule, "vendors": {"each": ["Huawei", "zte"]}})
    assert {row["vendors"]: (row["value"], row["is_met"])
            for row in found.compliance.rows(named=True)} == {
        "hw": (0.25, True), "zte": (0.25, True)}  # fmt: skip
    # no new monoculture: any one supplier
    found = judge(network, {**rule, "vendors": {"each": "any"}})
    told = {row["vendors"]: row["value"] for row in found.compliance.rows(named=True)}
    assert told == {"hw": 0.25, "zte": 0.25, "nokia": 0.5}


def test_each_of_vendors_who_stand_nowhere_is_met_and_not_out_of_scope(make, judge, one_row):
    row = one_row(judge(make({"x": {}}, [("x", "nokia")]), {**CAP, "vendors": {"each": ["zte"]}}))
    assert (row["standing"], row["value"], row["whole"]) == ("met", 0.0, 1.0)


def test_a_technology_that_nobody_has_is_met_and_said(make, judge, one_row):
    rule = {**CAP, "where": {"technology": ["6G-RAN"]}}
    row = one_row(judge(make({"x": {}}, [("x", "hw")]), rule))
    assert (row["standing"], row["is_met"], row["slack"]) == ("nothing in scope", True, 0.35)
    assert row["what"] == "nothing in scope: no 6G-RAN"


def test_an_operator_who_complies_has_slack(make, judge, one_row):
    sites, units = many(1, 9)
    row = one_row(judge(make(sites, units), CAP))
    assert row["slack"] == pytest.approx(0.25)
    assert row["must_go"] == 0


def test_weights_that_are_not_recorded_do_not_make_a_rule_met(make, judge, one_row):
    rule = {**CAP, "metric": "premises"}
    row = one_row(judge(make({"x": {}, "y": {}}, [("x", "hw"), ("y", "nokia")]), rule))
    assert (row["standing"], row["is_met"], row["value"]) == ("unknown", False, None)
    row = one_row(judge(make({"x": {}, "y": {}}, [("x", "nokia"), ("y", "nokia")]), rule))
    assert (row["standing"], row["is_met"]) == ("met", True)


def test_several_metrics_are_several_rules(make, judge):
    sites = {"x": {"traffic": 9.0}, "y": {"traffic": 1.0}, "z": {"traffic": 1.0}}
    units = [("x", "hw"), ("y", "nokia"), ("z", "nokia")]
    found = judge(make(sites, units), CAP, {**CAP, "metric": "traffic"})
    assert found.compliance["is_met"].to_list() == [True, False]


def test_operators_are_judged_each_and_the_nation_is_a_view(make, judge, one_row):
    sites = {"x": {}, "y": {"operator_id": "b"}, "z": {"operator_id": "b"}}
    network = make(sites, [("x", "hw"), ("y", "nokia"), ("z", "nokia")])
    found = judge(network, CAP)
    assert one_row(found, operator_id="a")["is_met"] is False
    assert one_row(found, operator_id="b")["is_met"] is True
    view = one_row(found, scope="national")
    assert (view["operator_id"], view["value"], view["is_met"]) == (None, 1 / 3, True)
    assert found.breaches["operator_id"].to_list() == ["a"]
    # a rule of the nation is judged on all together, and on nobody alone
    rule = {**CAP, "scope": "national", "at_most": 0.3}
    row = one_row(judge(network, rule))
    assert (row["scope"], row["is_met"]) == ("national", False)
    assert judge(network, rule).breaches["site_id"].to_list() == ["x"]


def test_sites_that_name_no_operator_are_the_only_operators(make, judge, one_row):
    sites = {"x": {"operator_id": None}, "y": {"operator_id": None}}
    units = [("x", "hw"), ("y", "nokia")]
    row = one_row(judge(make(sites, units), CAP))
    assert (row["operator_id"], row["value"]) == (None, 0.5)
    row = one_row(judge(make(sites, units, operators=[{"operator_id": "a", "name": "A"}]), CAP))
    assert (row["operator_id"], row["value"]) == ("a", 0.5)


@pytest.mark.parametrize("kind", ["exclude", "remove"])
def test_nothing_may_be_left(make, judge, one_row, kind):
    rule = {"kind": kind, "vendors": "high_risk", "where": {"function": "core"},
            **({"by": dt.date(2023, 12, 31)} if kind == "remove" else {})}  # fmt: skip
    sites = {"c": {"function": "core"}, "x": {}}
    found = judge(make(sites, [("c", "hw", 3), ("x", "hw")]), rule)
    row = one_row(found, on=dt.date(2023, 12, 31) if kind == "remove" else START)
    assert (row["value"], row["slack"], row["must_go"]) == (3.0, -3.0, 3.0)
    assert (row["standing"], row["force"]) == ("broken", "hard")
    assert set(found.breaches["site_id"]) == {"c"}
    row = one_row(judge(make(sites, [("c", "nokia"), ("x", "hw")]), rule), on=row["on"])
    assert (row["standing"], row["slack"]) == ("met", 0.0)
    # traffic 0 hides nothing
    quiet = {"c": {"function": "core", "traffic": 0.0}}
    assert not one_row(judge(make(quiet, [("c", "hw")]), rule), on=row["on"])["is_met"]


def test_software_may_be_another_makers(make, judge, one_row):
    rule = {"kind": "replace_software", "vendors": ["hw"], "by": dt.date(2023, 12, 31)}
    units = [("x", "hw", 2, {"managed_by_id": "hw"}), ("y", "hw", 3, {"managed_by_id": "nokia"}),
             ("z", "nokia", 1, {"managed_by_id": "nokia"})]  # fmt: skip
    row = one_row(judge(make({one: {} for one in "xyz"}, units), rule), on=START)
    assert (row["value"], row["standing"]) == (2.0, "broken")
    unrecorded = [("x", "nokia", 2, {"managed_by_id": None}),
                  ("y", "nokia", 1, {"managed_by_id": "nokia"})]  # fmt: skip
    row = one_row(judge(make({"x": {}, "y": {}}, unrecorded), rule), on=START)
    assert (row["value"], row["standing"], row["is_met"]) == (2.0, "unknown", False)


def test_so_many_vendors_at_least(make, judge, one_row):
    rule = {"metric": "vendors", "at_least": 2, "where": {"technology": ["5G-RAN"]}}
    network = make({"x": {}, "y": {}}, [("x", "hw"), ("y", "hw")])
    row = one_row(judge(network, rule))
    assert (row["value"], row["slack"], row["is_met"]) == (1.0, -1.0, False)
    row = one_row(judge(make({"x": {}, "y": {}}, [("x", "hw"), ("y", "nokia")]), rule))
    assert (row["value"], row["slack"], row["is_met"]) == (2.0, 0.0, True)
    # who the second is must be known
    row = one_row(judge(make({"x": {}, "y": {}}, [("x", "hw"), ("y", "who")]), rule))
    assert (row["value"], row["standing"], row["is_met"]) == (1.0, "unknown", False)
    row = one_row(judge(network, {**rule, "where": {"technology": ["6G"]}}))
    assert (row["standing"], row["is_met"]) == ("nothing in scope", True)
    sites = {"x": {}, "y": {"operator_id": "b"}}
    found = judge(make(sites, [("x", "hw"), ("y", "nokia")]), rule)
    assert [row["is_met"] for row in found.compliance.rows(named=True)] == [False, False, True]


def test_the_weights_of_a_rule_are_for_whoever_plans(make, rules_of):
    sites = {"x": {"traffic": 2.0}, "y": {"traffic": 3.0}, "z": {"operator_id": "b"}}
    fleet = fleet_of(make(sites, [("x", "hw", 4), ("y", "nokia"), ("z", "hw")]))
    (rule,) = rules_of({**CAP, "metric": "traffic"})
    found = weights(rule, fleet, START)
    assert found.select("operator_id", "site_id", "whole", "counted").rows() == [
        ("a", "x", 2.0, 2.0), ("a", "y", 3.0, 0.0), ("b", "z", 1.0, 1.0)]  # fmt: skip


def test_tables_are_as_declared(make, judge):
    found = judge(make(*many(3, 2)), CAP, {"kind": "duty"},
                  {"vendors": "high_risk", "at_most": 0, "by": dt.date(2023, 1, 28)})  # fmt: skip
    RESULTS["compliance"].validate(found.compliance)
    RESULTS["breaches"].validate(found.breaches)


def test_a_number_is_met_when_nothing_is_left():
    assert of_number([]).is_met
    assert not of_number([1.0]).is_met
    assert of_share([], [], Fraction(1, 2)).is_met
