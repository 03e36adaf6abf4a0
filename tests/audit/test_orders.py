"""Purchases, moves and totals are held against the tables; a plan that fails is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl
import pytest

from keepline import swap
from keepline.audit import (
    audit,
    audit_budget,
    audit_moves,
    audit_purchases,
    audit_totals,
    findings_of,
    undeclared,
)
from keepline.model.errors import Bug
from keepline.model.policy import Budget
from keepline.model.results import RESULTS
from keepline.planning.audited import audited, hold

ON, THERE = dt.date(2020, 8, 3), dt.date(2020, 9, 3)


@dataclass(frozen=True)
class Told:
    """The totals that a plan tells of the purchases and moves below."""

    purchase_units: int = 5
    purchase_cost: float = 50.0
    first_order_by: dt.date | None = ON
    move_units: int = 6
    move_parts: int = 1
    move_cost: float = 0.0


@dataclass(frozen=True)
class Made:
    """What the audit sees of a plan."""

    tables: dict[str, pl.DataFrame]
    summary: Told


def bought(*rows):
    plain = {
        "part_id": "old-part", "depot_id": "centre", "supplier_id": "old", "order_on": ON,
        "order_by": ON, "arrives_on": THERE, "quantity": 5, "unit_cost": 10.0, "cost": 50.0,
    }  # fmt: skip
    return pl.DataFrame([plain | row for row in rows])


def told(rows):
    return [row.what for row in rows]


def test_an_order_that_is_right_has_no_findings(kit):
    assert told(audit_purchases(kit.network(), bought({}))) == []


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"depot_id": "nowhere"}, "there is no depot nowhere"),
        ({"part_id": "nothing"}, "there is no part nothing"),
        ({"supplier_id": "good"}, "it is bought from good, and old makes it"),
        ({"quantity": 0, "cost": 0.0}, "0 units are no order"),
        ({"quantity": -5, "cost": -50.0}, "-5 units are no order"),
        ({"unit_cost": 9.0, "cost": 45.0}, "it is bought at 9.0, its price is 10.0"),
        ({"cost": 49.0}, "5 units at 10.0 do not cost 49.0"),
        ({"order_on": dt.date(2020, 6, 21)}, "it is ordered on 2020-06-21, outside the plan"),
        ({"arrives_on": dt.date(2020, 8, 2)}, "it arrives on 2020-08-02, before it is ordered"),
        (
            {"order_by": dt.date(2020, 8, 2)},
            "it is ordered on 2020-08-03, after the last useful day 2020-08-02",
        ),
    ],
)
def test_an_order_that_is_wrong_is_found(kit, row, what):
    assert told(audit_purchases(kit.network(), bought(row))) == [what]


def test_an_order_is_what_a_tree_of_depots_buys_on_a_day(kit):
    parts = [{"quantity": 3, "cost": 30.0}, {"quantity": 2, "cost": 20.0, "depot_id": "branch"}]
    assert told(audit_purchases(kit.network(), bought(*parts))) == []
    (row,) = audit_purchases(kit.network(), bought(parts[0]))
    assert (row.limit, row.place, row.excess) == ("minimum order", "old-part / centre", 2.0)
    later = parts[1] | {"order_on": dt.date(2020, 10, 1), "order_by": dt.date(2020, 10, 1),
                        "arrives_on": dt.date(2020, 11, 1)}  # fmt: skip
    found = list(audit_purchases(kit.network(), bought(parts[0], later)))
    assert [row.limit for row in found] == ["minimum order"] * 2


def test_money_is_counted_by_calendar_quarter():
    rows = bought({}, {"order_on": dt.date(2020, 9, 30)}, {"order_on": dt.date(2020, 10, 1)})
    assert list(audit_budget(Budget(stock=150.0, per_quarter=100.0), rows)) == []
    (row,) = audit_budget(Budget(per_quarter=99.0), rows)
    assert (row.limit, row.quarter, row.excess) == ("quarter budget", dt.date(2020, 7, 1), 1.0)
    (row,) = audit_budget(Budget(stock=149.5), rows)
    assert (row.limit, row.excess) == ("stock budget", 0.5)


def moved(**row):
    plain = {
        "part_id": "old-part", "from_depot_id": "centre", "to_depot_id": "branch", "quantity": 6,
        "arrives_on": ON, "cost": 12.0,
    }  # fmt: skip
    return pl.DataFrame([plain | row])


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"quantity": 7, "cost": 14.0}, "7 units are taken, 6 lie there"),
        ({"to_depot_id": "centre"}, "it stays where it is"),
        ({"to_depot_id": "nowhere"}, "there is no depot nowhere"),
        ({"quantity": 0, "cost": 0.0}, "0 units are no move"),
        ({"cost": 11.0}, "carrying 6 units does not cost 11"),
        ({"arrives_on": dt.date(2020, 6, 21)}, "it arrives on 2020-06-21, before the plan begins"),
    ],
)
def test_a_move_that_is_wrong_is_found(kit, row, what):
    assert told(audit_moves(kit.network(), moved(), 2.0, {})) == []
    assert told(audit_moves(kit.network(), moved(**row), 2.0, {})) == [what]


def test_parts_that_are_one_lie_on_one_shelf(kit):
    stock = [{"depot_id": "centre", "part_id": one, "on_hand": 3}
             for one in ("old-part", "older-part")]  # fmt: skip
    alike = {"older-part": "old-part"}
    assert told(audit_moves(kit.network(stock=stock), moved(), 2.0, alike)) == []
    assert told(audit_moves(kit.network(stock=stock), moved(), 2.0, {})) != []


def test_findings_meet_their_declaration(kit):
    ban = {"kind": "exclude", "metric": "units"}
    found = audit(kit.network(), kit.policy(ban), kit.programme(kit.swap("s9"), kit.swap("s5")))
    assert len(found) > 2
    RESULTS["findings"].validate(found)
    RESULTS["findings"].validate(findings_of([]))


LIMITS = {"limit": pl.String, "place": pl.String, "quarter": pl.Date, "excess": pl.Float64}


def passed(*rows):
    """Return what a plan says it passes."""
    return pl.DataFrame(rows, schema=LIMITS, orient="row")


def judged(net, by, *, is_met=None):
    """Return how a network stands against rules; with `is_met`, a table that says so of all."""
    rows = swap.comply(net, by.rules).compliance
    return rows if is_met is None else rows.with_columns(is_met=pl.lit(value=is_met))


def held(net, by, rows, limits=None, compliance=None):
    """Hold a programme to the tables; return what the audit finds all the same."""
    said = passed() if limits is None else limits
    told = judged(net, by) if compliance is None else compliance
    hold(net, by, {"programme": rows, "programme_limits": said, "compliance": told})
    return audit(net, by, rows)


def test_a_plan_may_pass_a_limit_that_it_says_it_passes(kit):
    rows = kit.programme(*(kit.swap(f"s{one}") for one in (1, 2, 3)))
    net, by = kit.network(), kit.policy()
    with pytest.raises(Bug, match=r"supplier capacity|crews") as refused:
        held(net, by, rows)
    assert "report it" in refused.value.message
    said = [("crews", "north, a", 5.0), ("supplier", "good, 5G", 1.0)]
    quarter = dt.date(2020, 7, 1)

    def declared(extra=0.0, on=quarter):
        return passed(*((limit, place, on, excess + extra) for limit, place, excess in said))

    assert len(held(net, by, rows, declared())) == 2
    assert len(held(net, by, rows, declared(0.01))) == 2
    others = (declared(on=dt.date(2020, 10, 1)), declared(on=None), declared()[:1], declared()[1:])
    for wrong in (declared(-0.01), *others):
        with pytest.raises(Bug):
            held(net, by, rows, wrong)


def test_a_plan_answers_for_what_it_can_do_something_about(kit):
    report = {"kind": "report", "document": "review", "every_days": 30, "vendors": None}
    late = {"kind": "remove", "wherever_possible": dt.date(2020, 9, 30),
            "by": dt.date(2022, 9, 30)}  # fmt: skip
    net, by = kit.network(), kit.policy(report, late)
    found = held(net, by, kit.programme())
    assert set(found["severity"]) == {"breach", "late"}
    assert undeclared(found).is_empty()


def test_a_rule_that_is_not_kept_has_to_be_said(kit):
    installed = [{"site_id": "s1", "part_id": "who-part", "quantity": 1}]
    report = {"kind": "report", "document": "review", "every_days": 30, "vendors": None}
    rule = {"kind": "exclude", "id": "x"}
    for net, by in (
        (kit.network(), kit.policy(report)),
        (kit.network(), kit.policy(rule)),
        (kit.network(installed=installed), kit.policy(rule)),  # what is not known is not safe
    ):
        assert len(held(net, by, kit.programme())) > 0
        with pytest.raises(Bug, match="rule: "):
            held(net, by, kit.programme(), compliance=judged(net, by, is_met=True))
    # a wish that comes late is no breach, whatever is said of it
    late = kit.policy({"kind": "remove", "wherever_possible": dt.date(2020, 9, 30),
                       "by": dt.date(2022, 9, 30)})  # fmt: skip
    met = judged(kit.network(), late, is_met=True)
    assert set(held(kit.network(), late, kit.programme(), compliance=met)["severity"]) == {"late"}


def test_a_plan_as_it_is_made_passes_and_one_that_was_changed_does_not(kit):
    tables = {
        "purchases": bought({}), "moves": moved(cost=0.0),
        "pooled_parts": pl.DataFrame(schema={"part_id": pl.String, "counts_as": pl.String}),
    }  # fmt: skip
    net = kit.network()
    plan = Made(tables, Told())
    assert audited(plan, net, kit.policy(stock=50.0)) is plan
    with pytest.raises(Bug, match="stock budget"):
        audited(plan, net, kit.policy(stock=40.0))
    for wrong in (
        {"purchase_units": 6}, {"purchase_cost": 51.0}, {"move_units": 5}, {"move_parts": 2},
        {"move_cost": 1.0}, {"first_order_by": THERE},
    ):  # fmt: skip
        assert len(list(audit_totals(replace(Told(), **wrong), *totals_of(tables)))) == 1
        with pytest.raises(Bug, match="total"):
            audited(Made(tables, replace(Told(), **wrong)), net, kit.policy())


def totals_of(tables):
    return tables["purchases"], tables["moves"]
