"""The shipped network swapped down to the caps of January 2020, as its operator was told to."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from keepline import swap
from keepline.crews.aside import clock
from keepline.model.network import Network, complete
from keepline.model.policy import policy_from

BY = dt.date(2023, 1, 28)
CAP = {"vendors": "high_risk", "at_most": 0.35, "by": BY}
RULES = [
    {**CAP, "id": "sites", "metric": "sites",
     "where": {"technology": ["5G-RAN"], "function": "access"}},
    {**CAP, "id": "traffic", "metric": "traffic",
     "where": {"technology": ["5G-RAN"], "function": "access"}},
]  # fmt: skip


@pytest.fixture
def here(operator):
    """Return the network of one operator, as it is read."""
    start, end = dt.date(2020, 6, 22), dt.date(2023, 12, 31)
    return Network("uk", "GBP", start, end, "modelled", complete(operator))


def test_the_operator_of_the_shipped_network_keeps_both_caps_at_the_least(here):
    asked = policy_from(
        {"service": {"availability": 0.9}, "rules": RULES,
         "budget": {"discount_rate": 0.035, "per_quarter": 45e6}}
    )  # fmt: skip
    task = swap.task_of(here, asked)
    found = swap.swapping_of(task, swap.search(task, clock(6.0)))
    one = found.summary
    assert one["is_within"]
    # 1,500 sites of 5G, 814 of them Huawei's: 525 may stay and 289 at least must go
    assert len(task.problem.jobs) == 814
    assert one["sites"] >= 289
    on = found.tables["compliance"].filter((pl.col("on") == BY) & (pl.col("scope") == "operator"))
    assert on["is_met"].to_list() == [True, True]
    assert on["counted"][0] == 814 - one["sites"]
    # every site costs the same, so the least money is the fewest sites, discounted once
    each = found.tables["programme"]["cost"][0]
    assert one["cost"] == pytest.approx(each * one["sites"])
    assert one["bound"] <= one["objective"] <= one["bound"] * 1.001
    days = found.tables["programme"]["swap_on"]
    assert days.max() <= dt.date(2022, 12, 31)
