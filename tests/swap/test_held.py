"""Programmes are held to the raw tables by the audit: what they do not say is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline import swap
from keepline.crews.aside import clock
from keepline.model.errors import Bug
from keepline.model.policy import policy_from
from keepline.planning.audited import hold

BEGIN = dt.date(2023, 2, 10)
REGIONS = ("r", "s")


def drawn(make: Any, seed: int) -> tuple[Any, Any]:
    """Draw a network of two operators and regions with rules that may be impossible to keep."""
    rng = np.random.default_rng(seed)
    sites = {
        f"s{n}": {"operator_id": str(rng.choice(["a", "b"])), "region": str(rng.choice(REGIONS)),
                  "traffic": float(rng.integers(1, 9)),
                  "function": str(rng.choice(["access", "access", "core"]))}
        for n in range(14)
    }  # fmt: skip
    parts = {"hw": {"supplier_id": "hw"}, "hw4": {"supplier_id": "hw", "technology": "4G-RAN"}}
    units = [(one, str(rng.choice(["hw", "hw4", "nokia"])), int(rng.integers(1, 5)))
             for one in sites]  # fmt: skip
    offers = [
        {"from_supplier_id": "hw", "technology": technology, "to_supplier_id": to,
         "cost_per_site": float(rng.integers(5, 20)), "crew_days_per_site": rng.choice([1.0, 2.0]),
         "supplier_sites_per_quarter": int(rng.integers(2, 6)) if rng.random() < 0.4 else None}
        for technology in ("5G-RAN", "4G-RAN") for to in ("nokia", "new")
    ]  # fmt: skip
    crews = [{"region": one, "crew_days_per_quarter": float(rng.integers(1, 7))} for one in REGIONS]
    crews.append({"region": "r", "operator_id": "a", "crew_days_per_quarter": 3.0,
                  "from": dt.date(2023, 5, 1), "until": dt.date(2023, 9, 10)})  # fmt: skip
    network = make(sites, units, parts, start=BEGIN, swaps=offers, crews=crews)
    rules: list[dict[str, Any]] = [
        {"id": "cap", "kind": "cap", "vendors": "high_risk",
         "metric": str(rng.choice(["sites", "traffic", "units"])),
         "at_most": float(rng.choice([0.0, 0.1, 0.35])),
         "by": dt.date(2023, int(rng.integers(4, 12)), 15)},
        {"id": "core", "kind": "exclude", "vendors": "high_risk", "where": {"function": "core"},
         "by": dt.date(2023, 9, 30)},
    ]  # fmt: skip
    swaps: dict[str, Any] = {
        "freeze": [{"from": dt.date(2023, 6, 10), "until": dt.date(2023, 7, 9)}]
    }
    if rng.random() < 0.5:
        swaps["mobilisation_cost"] = 6.0
    if rng.random() < 0.5:
        swaps["most_share"] = 0.6
    budget = {"per_quarter": float(rng.integers(20, 90))} if rng.random() < 0.6 else {}
    return network, policy_from(
        {"service": {"availability": 0.9}, "rules": rules, "swaps": swaps, "budget": budget}
    )


def found(network: Any, asked: Any) -> swap.Swapping:
    task = swap.task_of(network, asked)
    return swap.swapping_of(task, swap.search(task, clock(6.0)))


@pytest.mark.parametrize("seed", range(16))
def test_what_is_found_says_all_that_it_passes(make, seed):
    network, asked = drawn(make, seed)
    got = found(network, asked)
    hold(network, asked, got.tables)


@pytest.fixture
def whole(make):
    """Return a network, its policy and a programme that keeps all."""
    sites = {f"s{n}": {} for n in range(10)}
    units = [(one, "hw" if n < 6 else "nokia", 2) for n, one in enumerate(sites)]
    offers = [{"from_supplier_id": "hw", "technology": "5G-RAN", "to_supplier_id": "nokia",
               "cost_per_site": 10.0, "crew_days_per_site": 2.0}]  # fmt: skip
    crews = [{"region": "r", "crew_days_per_quarter": 6.0}]
    network = make(sites, units, start=BEGIN, swaps=offers, crews=crews)
    rule = {"id": "cap", "kind": "cap", "vendors": "high_risk", "metric": "sites",
            "at_most": 0.2, "by": dt.date(2023, 12, 31)}  # fmt: skip
    asked = policy_from({"service": {"availability": 0.9}, "rules": [rule],
                         "budget": {"per_quarter": 40.0}})  # fmt: skip
    got = found(network, asked)
    assert got.summary["is_within"]
    return network, asked, dict(got.tables)


FAULTS = {
    "swapped twice": lambda rows: pl.concat([rows, rows.head(1)]),
    "left out": lambda rows: rows.tail(-3),
    "nothing of it stands there": lambda rows: rows.with_columns(site_id=pl.lit("s9")).head(1),
    "after the plan": lambda rows: rows.with_columns(swap_on=pl.lit(dt.date(2024, 3, 1))),
    "all at once": lambda rows: rows.with_columns(swap_on=pl.lit(dt.date(2023, 7, 1)),
                                                  quarter=pl.lit(dt.date(2023, 7, 1))),
    "too cheap": lambda rows: rows.with_columns(cost=pl.lit(1.0)),
    "nobody's offer": lambda rows: rows.with_columns(to_supplier_id=pl.lit("zte")),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_programme_that_is_tampered_with_is_refused(whole, fault):
    network, asked, tables = whole
    hold(network, asked, tables)
    tables["programme"] = FAULTS[fault](tables["programme"])
    with pytest.raises(Bug, match="does not keep its limits"):
        hold(network, asked, tables)


def test_what_is_said_to_be_passed_is_no_fault(whole):
    network, asked, tables = whole
    tight = policy_from({"service": {"availability": 0.9}, "budget": {"per_quarter": 10.0}})
    tight = replace(tight, rules=asked.rules)
    with pytest.raises(Bug, match="quarter budget"):
        hold(network, tight, tables)
    limits = tables["programme_limits"]
    is_money = pl.col("limit") == "budget"
    tables["programme_limits"] = limits.with_columns(
        excess=pl.when(is_money).then(30.0).otherwise(pl.col("excess"))
    )
    hold(network, tight, tables)
    # but not if it says less than it does
    tables["programme_limits"] = limits.with_columns(
        excess=pl.when(is_money).then(1.0).otherwise(pl.col("excess"))
    )
    with pytest.raises(Bug, match="quarter budget"):
        hold(network, tight, tables)
