"""Swaps and stock planned together, held against every programme of small networks."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline import impact, stock, swap
from keepline.crews.aside import clock
from keepline.model.calendar import quarter_start
from keepline.model.network import Network, complete
from keepline.model.policy import Policy, policy_from
from keepline.model.programme import with_programme
from keepline.model.scenario import scenario_from
from keepline.planning.grounded import grounded
from keepline.planning.jointly import Joint, Search, objective, plan_jointly

if TYPE_CHECKING:
    from collections.abc import Iterator

START, END = dt.date(2020, 1, 1), dt.date(2020, 12, 31)
QUARTERS = [dt.date(2020, month, 1) for month in (1, 4, 7, 10)]
SCENARIO: dict[str, Any] = {
    "name": "cut",
    "events": [{"id": "cut", "probability": 1.0, "from": dt.date(2020, 4, 1),
                "hits": {"suppliers": ["hw"]}, "effect": {"supply": "stop", "repair": "stop"}}],
}  # fmt: skip


def seek(task: swap.Task, seconds: float) -> swap.Found:
    return swap.search(task, clock(seconds))


def silent(_: str) -> None:
    """Tell nobody."""


def network(bad: int, harvest: float = 0.8, crews: float = 2.0) -> Network:
    """Return sites of one high-risk supplier and as many of another."""
    sites = [f"s{n}" for n in range(2 * bad)]
    tables: dict[str, list[dict[str, Any]]] = {
        "operators": [{"operator_id": "a", "name": "a"}],
        "suppliers": [
            {"supplier_id": "hw", "name": "Huawei", "country": "CN", "is_high_risk": True},
            {"supplier_id": "fi", "name": "Nokia", "country": "FI"},
        ],
        "depots": [{"depot_id": "c", "operator_id": "a", "ship_days": 1.0}],
        "parts": [
            {"part_id": "old", "name": "old", "supplier_id": "hw", "technology": "5G-RAN",
             "unit_cost": 40.0, "failures_per_year": 0.6, "lead_days": 30.0, "repair_share": 0.3,
             "repair_days": 20.0},
            {"part_id": "new", "name": "new", "supplier_id": "fi", "technology": "5G-RAN",
             "unit_cost": 30.0, "failures_per_year": 0.2, "lead_days": 30.0, "repair_share": 0.9,
             "repair_days": 20.0},
        ],
        "sites": [{"site_id": one, "operator_id": "a", "region": "r", "function": "access",
                   "depot_id": "c", "traffic": 1.0 + n} for n, one in enumerate(sites)],
        "installed": [{"site_id": one, "part_id": "old" if n < bad else "new", "quantity": 6}
                      for n, one in enumerate(sites)],
        "stock": [{"depot_id": "c", "part_id": "old", "on_hand": 2}],
        "replacements": [{"part_id": "old", "by_part_id": "new", "ratio": 1.0}],
        "swaps": [{"from_supplier_id": "hw", "technology": "5G-RAN", "to_supplier_id": "fi",
                   "cost_per_site": 90.0, "crew_days_per_site": 1.0,
                   "units_harvested_share": harvest}],
        "crews": [{"region": "r", "crew_days_per_quarter": crews}],
    }  # fmt: skip
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    return Network("test", "EUR", START, END, "made up", complete(frames))


def policy(at_most: float, **budget: Any) -> Policy:
    cap = {"id": "cap", "vendors": "high_risk", "metric": "sites", "at_most": at_most,
           "where": {"technology": ["5G-RAN"]}, "by": dt.date(2020, 12, 31)}  # fmt: skip
    service = {"availability": 0.97}
    return policy_from({"service": service, "rules": [cap], "budget": {"discount_rate": 0.3,
                                                                       **budget}})  # fmt: skip


def planned(here: Network, asked: Policy) -> Joint:
    found = impact.find(here, scenario_from(SCENARIO))
    joint = plan_jointly(here, found, asked, Search(seek, 8.0), None, silent)
    assert joint is not None
    return joint


def programmes(here: Network, bad: int, most: int, a_quarter: int) -> Iterator[Network]:
    """Yield the network with every programme that keeps the cap and the crews."""
    for when in itertools.product([*range(4), None], repeat=bad):
        if when.count(None) > most or any(when.count(q) > a_quarter for q in range(4)):
            continue
        rows = [
            {"site_id": f"s{n}", "from_supplier_id": "hw", "technology": "5G-RAN",
             "to_supplier_id": "fi", "swap_on": QUARTERS[q], "quarter": QUARTERS[q],
             "units_harvested_share": here["swaps"]["units_harvested_share"][0],
             "refurbish_days": 30.0, "cost": 90.0}
            for n, q in enumerate(when) if q is not None
        ]  # fmt: skip
        yield with_programme(here, pl.DataFrame(rows)) if rows else here


@pytest.mark.parametrize(("bad", "most", "harvest"), [(3, 1, 0.8), (3, 2, 0.0), (3, 2, 1.0)])
def test_no_programme_with_its_stock_is_below_the_bound(bad, most, harvest):
    here, asked = network(bad, harvest), policy(most / (2 * bad) + 0.001)
    joint = planned(here, asked)
    assert joint.bound is not None
    lost = joint.best.settled.decided.lost
    share = joint.best.settled.decided.offers.share
    task = swap.task_of(here, asked)
    discount = dict(zip(task.quarters.starts, task.problem.discount, strict=True))
    found = impact.find(here, scenario_from(SCENARIO))
    seen = 0
    for one in programmes(here, bad, most, 2):
        cost = sum(90.0 * discount[quarter_start(day)] for day in one["programme"]["swap_on"])
        lost_impact, ground = grounded(one, found)
        judge = stock.judge_of(
            ground.network, ground.pools, ground.supply, ground.places, lost_impact.branches, asked
        )
        names = one["parts"]["part_id"].gather(judge.pools.part).to_list()
        # any number of units, ordered on the first day, that leaves no more service lost
        for units in itertools.product(range(0, 39, 3), (0, 3)):
            row = dict(zip(("old", "new"), units, strict=True))
            bought = [row[name] for name in names]
            courses = judge.courses(
                [view.ordered(np.array([n])) for view, n in zip(judge.views, bought, strict=True)]
            )
            left = judge.service_lost(courses, share)
            total = cost + float(judge.pools.cost @ np.array(bought))
            if left <= lost:
                seen += 1
                assert total >= joint.bound - 1e-6
    assert seen
    assert objective(joint.best.swapping) + joint.best.stock_cost >= joint.bound - 1e-6


@pytest.mark.parametrize("harvest", [0.0, 0.5, 1.0])
def test_joint_is_never_dearer_than_any_separate_planner(harvest):
    joint = planned(network(4, harvest), policy(0.25))
    table = joint.baselines
    cost = dict(table.select("course", "total_cost").iter_rows())
    met = dict(table.select("course", "target_met").iter_rows())
    assert met["joint"]
    assert cost["joint"] == min(cost[name] for name in cost if met[name])
    assert cost["with harvest"] <= cost["falling base"] <= cost["today's base"]
    assert (table["extra_cost"] == table["total_cost"] - cost["joint"]).all()
    assert joint.gap is not None
    assert 0.0 <= joint.gap < 1.0
    if harvest:
        # sites that leave feed the shelf: a planner for today's base buys what is not needed
        assert cost["joint"] < cost["with harvest"] < cost["today's base"]


def test_swaps_and_orders_share_a_quarters_money():
    joint = planned(network(4), policy(0.25, per_quarter=190.0))
    assert joint.best.swapping is not None
    spent: dict[dt.date, float] = {}
    for day, cost in joint.best.swapping.tables["programme"].select("swap_on", "cost").iter_rows():
        spent[quarter_start(day)] = spent.get(quarter_start(day), 0.0) + cost
    for day, cost in joint.stocked().purchases.select("order_on", "cost").iter_rows():
        spent[quarter_start(day)] = spent.get(quarter_start(day), 0.0) + cost
    assert max(spent.values()) <= 190.0
    assert joint.best.settled.answer.is_met


def test_nothing_to_swap_is_no_joint_plan():
    here = network(3)
    found = impact.find(here, scenario_from(SCENARIO))
    kept = replace(policy(0.9), rules=())
    assert plan_jointly(here, found, kept, Search(seek, 1.0), None, silent) is None
