"""Bans on purchase and installation, days that stock lasts, reports that are due, duties."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from keepline.swap import due_days, told_by_part

START = dt.date(2020, 6, 22)
BAN = dt.date(2020, 12, 31)
DAY = dt.timedelta(days=1)
BUY = {"kind": "purchase_ban", "vendors": ["hw"], "from": BAN, "where": {"technology": ["5G-RAN"]}}
PUT = {**BUY, "kind": "installation_ban"}
OLD = {"old": {"supplier_id": "hw", "technology": "4G-RAN"}}


def orders(*rows: tuple[str, dt.date, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(part, "d", day, units) for part, day, units in rows],
        schema={"part_id": pl.String, "depot_id": pl.String, "order_on": pl.Date,
                "quantity": pl.Int64},
        orient="row",
    )  # fmt: skip


def test_purchases_are_banned_from_the_day_itself(make, judge, one_row):
    network = make({"x": {}}, [("x", "hw")], OLD)
    bought = orders(("hw", BAN - DAY, 1), ("hw", BAN, 2), ("hw", BAN + DAY, 4), ("nokia", BAN, 8),
                    ("old", BAN, 16))  # fmt: skip
    found = judge(network, BUY, purchases=bought, days=[BAN + DAY])
    told = {row["on"]: (row["value"], row["is_met"]) for row in found.compliance.rows(named=True)}
    assert told == {START: (0, True), BAN: (2, False), BAN + DAY: (6, False)}
    last = found.breaches.filter(pl.col("on") == BAN + DAY).sort("happened_on")
    assert last.select("depot_id", "happened_on", "units", "part_ids").rows() == [
        ("d", BAN, 2, "hw"), ("d", BAN + DAY, 4, "hw")]  # fmt: skip


def test_a_ban_ends_and_spares_what_is_exempt(make, judge, one_row):
    network = make({"x": {}}, [("x", "hw")])
    rule = {**BUY, "until": BAN + DAY,
            "exemptions": [{"where": {"part": "hw"}, "until": BAN}]}  # fmt: skip
    bought = orders(("hw", BAN, 1), ("hw", BAN + DAY, 2), ("hw", BAN + 2 * DAY, 4))
    found = judge(network, rule, purchases=bought, days=[BAN + 3 * DAY])
    assert one_row(found, on=BAN + 3 * DAY)["value"] == 2
    assert one_row(found, on=BAN + 3 * DAY)["force"] == "ended"


def test_purchases_that_are_not_known_are_not_judged(make, judge, one_row):
    row = one_row(judge(make({"x": {}}, [("x", "hw")]), BUY), on=BAN)
    assert (row["standing"], row["is_met"]) == ("not judged", None)
    assert "give a plan" in row["what"]


def test_where_a_purchase_will_stand_is_not_known(make, judge, one_row):
    rule = {**BUY, "where": {"function": "core"}}
    found = judge(make({"x": {}}, [("x", "hw")]), rule, purchases=orders(("hw", BAN, 3)))
    row = one_row(found, on=BAN)
    assert (row["value"], row["value_known"], row["standing"]) == (3, 0, "unknown")


def test_installations_of_the_tables_and_of_the_programme(make, judge, one_row):
    units = [("x", "hw", 2, {"installed_on": BAN}), ("y", "hw", 4, {"installed_on": BAN - DAY}),
             ("z", "zte", 8)]  # fmt: skip
    swap = [{"site_id": "z", "from_supplier_id": "zte", "technology": "5G-RAN",
             "to_supplier_id": "hw", "swap_on": dt.date(2021, 3, 1)}]  # fmt: skip
    network = make(
        {one: {} for one in "xyz"}, units, start=dt.date(2021, 1, 1), programme=swap,
        replacements=[{"part_id": "zte", "by_part_id": "hw"}],
    )  # fmt: skip
    found = judge(network, PUT, days=[dt.date(2021, 2, 28), dt.date(2021, 3, 1)])
    assert one_row(found, on=dt.date(2021, 2, 28))["value"] == 2
    assert one_row(found, on=dt.date(2021, 3, 1))["value"] == 10
    last = found.breaches.filter(pl.col("on") == dt.date(2021, 3, 1))
    assert set(last["site_id"]) == {"x", "z"}


def test_units_without_a_day_may_be_new_where_the_ban_had_begun(make, judge, one_row):
    before = one_row(judge(make({"x": {}}, [("x", "hw")]), PUT), on=START)
    assert (before["value"], before["is_met"]) == (0, True)
    later = make({"x": {}}, [("x", "hw", 3)], start=dt.date(2021, 1, 1))
    row = one_row(judge(later, PUT))
    assert (row["value"], row["value_known"], row["standing"]) == (3, 0, "unknown")
    assert one_row(judge(later, {**PUT, "unknown": "spared"}))["is_met"]


def endurance(*rows: tuple[str, str | None, float, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [(part, operator, None, low, low + 10, over) for part, operator, low, over in rows],
        schema={"part_id": pl.String, "operator_id": pl.String, "depot_id": pl.String,
                "survive_days_low": pl.Float64, "survive_days_high": pl.Float64,
                "is_beyond_end": pl.Boolean},
        orient="row",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "is_beyond", "standing"),
    [(365.0, False, "met"), (364.0, False, "unknown"), (300.0, False, "broken"),
     (300.0, True, "unknown"), (1288.0, True, "met")],
)  # fmt: skip
def test_the_part_that_lasts_the_shortest_decides(make, judge, one_row, low, is_beyond, standing):
    network = make({"x": {}}, [("x", "hw"), ("x", "nokia")])
    rule = {"metric": "days_of_cover", "at_least": 365}
    table = endurance(("nokia", "a", 900.0, False), ("hw", "a", low, is_beyond),
                      ("zte", "a", 1.0, False))  # fmt: skip
    row = one_row(judge(network, rule, endurance=table))
    expected = min(low, 900.0)
    assert (row["standing"], row["value"]) == (standing, expected)
    assert row["slack"] == expected - 365
    row = one_row(judge(network, rule))
    assert (row["standing"], row["is_met"]) == ("not judged", None)
    assert "keepline plan" in row["what"]


def test_endurance_of_a_technology_or_a_maker(make, judge, one_row):
    network = make({"x": {}}, [("x", "hw"), ("x", "old")], OLD)
    table = endurance(("hw", "a", 400.0, False), ("old", "a", 10.0, False))
    rule = {"metric": "days_of_cover", "at_least": 365}
    five = {**rule, "where": {"technology": ["5G-RAN"]}}
    assert one_row(judge(network, five, endurance=table))["is_met"]
    nokia = {**rule, "vendors": ["nokia"]}
    assert one_row(judge(network, nokia, endurance=table))["standing"] == "nothing in scope"


def test_parts_whose_endurance_is_not_known_are_not_taken_to_last(make, judge, one_row):
    network = make({"x": {}}, [("x", "hw"), ("x", "nokia")])
    rule = {"metric": "days_of_cover", "at_least": 365}
    row = one_row(judge(network, rule, endurance=endurance(("hw", "a", 400.0, False))))
    assert (row["value"], row["standing"], row["is_met"]) == (400.0, "unknown", False)
    row = one_row(judge(network, rule, endurance=endurance(("zte", "a", 400.0, False))))
    assert (row["value"], row["standing"], row["is_met"]) == (None, "unknown", False)
    # parts that are planned as one last as that one does
    pooled = pl.DataFrame({"part_id": ["hw", "nokia"], "counts_as": ["hw", "hw"]})
    table = told_by_part(endurance(("hw", "a", 400.0, False)), pooled)
    assert one_row(judge(network, rule, endurance=table))["is_met"]


def test_a_report_is_due_so_many_days_after_the_last(make, judge, one_row):
    last = dt.date(2020, 3, 31)
    rule = {"document": "assessment", "every_days": 365}
    papers = [{"document": "assessment", "dated_on": last, "operator_id": "a"},
              {"document": "assessment", "dated_on": dt.date(2022, 1, 1), "operator_id": "a"},
              {"document": "other", "dated_on": START}]  # fmt: skip
    network = make({"x": {}}, [("x", "hw")], documents=papers)
    due = last + dt.timedelta(days=365)
    found = judge(network, rule, days=[due, due + DAY])
    row = one_row(found, on=due)
    assert (row["value"], row["limit"], row["is_met"], row["due_on"]) == (365, 365, True, due)
    row = one_row(found, on=due + DAY)
    assert (row["slack"], row["is_met"], row["standing"]) == (-1, False, "broken")


def test_without_a_document_a_report_is_missing(make, judge, one_row):
    begins = dt.date(2020, 10, 1)
    rule = {"kind": "report", "document": "plan", "from": begins}
    found = judge(make({"x": {}}, [("x", "hw")]), rule)
    row = one_row(found, on=begins)
    assert (row["is_met"], row["due_on"], row["force"]) == (False, begins, "hard")
    assert row["what"] == "no plan is on record"
    # one for all operators, of any age
    papers = [{"document": "plan", "dated_on": dt.date(2001, 1, 1), "operator_id": None}]
    found = judge(make({"x": {}}, [("x", "hw")], documents=papers), rule)
    assert one_row(found, on=begins)["is_met"]


def test_the_days_on_which_reports_fall_due(rules_of):
    (rule,) = rules_of({"document": "p", "every_days": 100, "from": dt.date(2020, 1, 1)})
    last = dt.date(2020, 5, 1)
    assert due_days(rule, last, START, dt.date(2020, 12, 31)) == [
        dt.date(2020, 8, 9), dt.date(2020, 11, 17)]  # fmt: skip
    assert due_days(rule, None, START, dt.date(2020, 12, 31)) == [
        START, dt.date(2020, 9, 30)]  # fmt: skip
    (once,) = rules_of({"kind": "report", "document": "p"})
    assert due_days(once, None, START, dt.date(2021, 1, 1)) == [START]
    assert due_days(once, last, START, dt.date(2021, 1, 1)) == []


def test_a_duty_is_told_with_its_day(make, judge, one_row):
    by = dt.date(2027, 3, 31)
    row = one_row(judge(make({"x": {}}, [("x", "hw")]), {"kind": "duty", "by": by}), on=by)
    assert (row["standing"], row["is_met"], row["due_on"]) == ("not judged", None, by)
