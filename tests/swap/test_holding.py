"""From which day rules are kept when swaps slip, held against the judge of rules day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline import swap
from keepline.model.policy import policy_from
from keepline.model.slipping import NO_SLIPPING, Slipping
from keepline.planning.holding import branches_table

BEGIN, END = dt.date(2023, 4, 1), dt.date(2023, 12, 31)
DAY = dt.timedelta(days=1)
CAP: dict[str, Any] = {"id": "cap", "vendors": "high_risk", "metric": "traffic", "at_most": 0.3,
                       "by": dt.date(2023, 10, 20)}  # fmt: skip
GONE: dict[str, Any] = {"id": "gone", "kind": "exclude", "vendors": "high_risk",
                        "where": {"function": "core"}, "by": dt.date(2023, 9, 30)}  # fmt: skip


@pytest.fixture
def planned(make):
    """Return a network with a programme on given days, and the policy; a core site is among it."""

    def of(days: list[int | None]) -> tuple[Any, Any]:
        sites = {f"s{n}": {"traffic": 1.0 + n % 4, "function": "core" if n == 0 else "access"}
                 for n in range(2 * len(days))}  # fmt: skip
        units = [(one, "hw" if n < len(days) else "nokia", 1) for n, one in enumerate(sites)]
        offer = {"from_supplier_id": "hw", "technology": "5G-RAN", "to_supplier_id": "nokia",
                 "cost_per_site": 10.0, "crew_days_per_site": 1.0}  # fmt: skip
        programme = [
            {"site_id": f"s{n}", "from_supplier_id": "hw", "technology": "5G-RAN",
             "to_supplier_id": "nokia", "swap_on": BEGIN + day * DAY, "crew_days": 1.0}
            for n, day in enumerate(days) if day is not None
        ]  # fmt: skip
        network = make(
            sites, units, start=BEGIN, swaps=[offer], programme=programme,
            crews=[{"region": "r", "crew_days_per_quarter": 9.0}],
            replacements=[{"part_id": "hw", "by_part_id": "nokia"}],
        )  # fmt: skip
        asked = policy_from({"service": {"availability": 0.9}, "rules": [CAP, GONE]})
        return replace(network, end=END), asked

    return of


def shifted(network: Any, days: Any) -> Any:
    """Return the network with its swaps on other days; later than the plan is never."""
    rows = network["programme"].with_columns(
        swap_on=pl.Series([BEGIN + dt.timedelta(days=int(day)) for day in days])
    )
    return replace(network, tables={**network.tables, "programme": rows})


@pytest.mark.parametrize("seed", range(8))
def test_the_judge_agrees_on_the_first_day(planned, seed):
    rng = np.random.default_rng(seed)
    network, asked = planned([int(rng.integers(0, 260)) if n or seed % 3 else None
                              for n in range(6)])  # fmt: skip
    count = len(network["programme"])
    drawn = rng.integers(0, 330, (3, count)).astype(np.float64) + rng.random()
    task = swap.task_of(network, asked)
    days = swap.planned_days(task, network["programme"], drawn)
    duties = swap.duties_of(task)
    assert {duty.rule_id for duty in duties} == {"cap", "gone"}
    for row in range(3):
        # nothing changes but on the days of swaps
        around = {BEGIN + dt.timedelta(days=int(day) - n) for day in drawn[row] for n in (0, 1)}
        around |= {BEGIN, END, *(duty.on for duty in duties)}
        looked = sorted(day for day in around if BEGIN <= day <= END)
        judged = swap.comply(shifted(network, drawn[row]), asked.rules, looked).compliance
        for duty in duties:
            met = dict(judged.filter(rule_id=duty.rule_id).select("on", "value").iter_rows())
            most = 0.3 if duty.rule_id == "cap" else 0.0
            kept = [day for day in looked if met[day] <= most + 1e-12]
            since = swap.kept_from(duty, days[[row]])[0]
            first = BEGIN + dt.timedelta(days=max(0, int(since))) if np.isfinite(since) else None
            assert (kept[0] if kept else None) == (first if first and first <= END else None)
            over = swap.left_over(duty, days[[row]], network.day(duty.on))[0]
            assert (over > 0.0) == (met[duty.on] > most + 1e-12)


def test_days_come_off_the_slack_one_by_one(planned):
    network, asked = planned([10, 40, 80, 120, 150, 170])
    table = branches_table(network, asked, NO_SLIPPING)
    assert set(table["branch"]) == {"as planned"}
    assert (table["kept"] == 1.0).all()
    for row in table.iter_rows(named=True):
        for more, is_kept in ((row["slack_days"], 1.0), (row["slack_days"] + 1, 0.0)):
            late = Slipping(late_probability=1.0, late_days=float(more))
            found = branches_table(network, asked, late).filter(
                branch="funding late", rule_id=row["rule_id"]
            )
            assert found["kept"].to_list() == [is_kept]
            assert found["kept_low"].to_list() == found["kept_high"].to_list() == [is_kept]


def test_chance_is_drawn_and_mixed(planned):
    network, asked = planned([10, 40, 80, 120, 150, 170])
    slips = Slipping(late_probability=0.25, late_days=200.0, short_probability=0.5, short_share=0.9)
    table = branches_table(network, asked, slips, seed=3)
    assert table["branch"].to_list().count("all") == 2
    for rule in ("cap", "gone"):
        of = {row["branch"]: row for row in table.filter(rule_id=rule).iter_rows(named=True)}
        assert [of[name]["probability"] for name in ("funding on time", "funding late")] == [
            0.75,
            0.25,
        ]
        mixed = 0.75 * of["funding on time"]["kept"] + 0.25 * of["funding late"]["kept"]
        assert of["all"]["kept"] == pytest.approx(mixed)
        assert of["funding late"]["kept"] == 0.0
        assert of["all"]["kept_low"] <= of["all"]["kept"] <= of["all"]["kept_high"]
    assert table.equals(branches_table(network, asked, slips, seed=3))
    assert not table.equals(branches_table(network, asked, slips, seed=4))


def test_a_network_without_swaps_has_no_branches(planned):
    network, asked = planned([None] * 4)
    assert branches_table(network, asked, NO_SLIPPING).is_empty()
