"""Steps and remedies of a part in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from keepline.model.results import RESULTS
from keepline.report.routes import remedy, told_routes

if TYPE_CHECKING:
    from keepline.model.plan import Plan

DAY = dt.date(2020, 9, 14)
KEY = {"part_id": "P", "mode": "supply", "certainty": "sure"}


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {column: said.dtype for column, said in RESULTS[name].columns().items()}
    return pl.DataFrame(rows, schema)


def step(branch: str, number: int, item: str, who: str | None, **more: Any) -> dict[str, Any]:
    days = {"from_day": 0.0, "wait_days": 0.0, "stock_days": 0.0, "others_days": 0.0}
    return {
        **KEY, **days, "branch_id": branch, "step": number, "probability": 0.3, "event_id": "rule",
        "item_id": item, "supplier_id": who, "happens": "cut" if number == 1 else "need lost",
        "falls_on": DAY + dt.timedelta(days=30 * (number - 1)), **more,
    }  # fmt: skip


def plan_with(plan: Plan, with_remedy: bool) -> Plan:
    steps = [
        one
        for branch in ("b1", "b2")
        for one in (
            step(branch, 1, "ic", "fab"),
            step(branch, 2, "P", "maker", stock_days=12.5, others_days=17.5),
        )
    ]
    row = {
        **KEY, "branch_id": "b1", "rank": 1, "action": "qualify", "item_id": "ic",
        "supplier_id": "other", "days": 90.0, "needed_on": DAY, "is_in_time": False,
        "begin_by": DAY - dt.timedelta(90), "lost_on": DAY, "days_gained": 700,
    }  # fmt: skip
    tables = {
        **plan.tables,
        "loss_steps": frame("loss_steps", steps),
        "remedies": frame("remedies", [row] if with_remedy else []),
    }
    return replace(plan, tables=tables)


def test_branches_that_lose_it_in_the_same_way_are_told_once(plan: Plan) -> None:
    said = told_routes(plan_with(plan, with_remedy=False), "P")
    assert [one.topic for one in said] == ["path", "remedy"]
    text = said[0].text.replace("\u00a0", " ").replace("\u202f", " ")
    assert text == (
        "New supply (60 %): rule cuts ic from fab, 14 Sep 2020 \u2192 P from maker (12.5 days of "
        "stock + 17.5 days of other sources), 14 Oct 2020."
    )
    assert said[1].text == "New supply: no single remedy breaks this path."


def test_a_remedy_says_what_by_when_and_what_it_brings(plan: Plan) -> None:
    said = told_routes(plan_with(plan, with_remedy=True), "P")
    assert [one.topic for one in said] == ["path", "remedy", "path", "remedy"]
    assert said[1].text.replace("\u00a0", " ") == (
        "New supply: qualify other for ic, 90 days earlier (approval to begin by 16 Jun 2020, too "
        "late for that now): nothing is lost within the plan."
    )


def test_remedies_in_a_few_words() -> None:
    row = {"action": "second source", "item_id": "ic", "supplier_id": None, "days": None}
    assert remedy(row) == "find a second source of ic that the event does not hit"
    hold = {**row, "action": "hold", "days": 14.0}
    assert remedy(hold) == "hold 14 more days (2.0 weeks) of ic at the operator's own workshop"


def test_a_plan_without_steps_says_nothing(plan: Plan) -> None:
    assert told_routes(plan, "P") == []
