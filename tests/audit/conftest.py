"""A small network with offers and crews, which a test may change before it audits a programme."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.audit import audit
from keepline.model.network import Network, complete
from keepline.model.policy import Policy, policy_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START, END = dt.date(2020, 6, 22), dt.date(2021, 12, 31)
COLUMNS = {
    "site_id": pl.String, "from_supplier_id": pl.String, "technology": pl.String,
    "to_supplier_id": pl.String, "swap_on": pl.Date, "cost": pl.Float64, "crew_days": pl.Float64,
    "quarter": pl.Date, "units_harvested": pl.Float64,
}  # fmt: skip


def network(**more: Sequence[Mapping[str, Any]]) -> Network:
    """Return four sites of two operators with old equipment, and a fifth of a good maker.

    Args:
        more: Rows that stand instead of those of a table.
    """
    part = {
        "technology": "5G", "unit_cost": 10.0, "failures_per_year": 0.1, "lead_days": 30.0,
        "minimum_order": 5,
    }  # fmt: skip
    tables: dict[str, Sequence[Mapping[str, Any]]] = {
        "operators": [{"operator_id": one, "name": one} for one in "ab"],
        "suppliers": [
            {"supplier_id": "old", "name": "Old", "country": "CN", "is_high_risk": True},
            {"supplier_id": "older", "name": "Older", "country": "CN", "is_high_risk": True},
            {"supplier_id": "good", "name": "Good", "country": "FI"},
            {"supplier_id": "fresh", "name": "Fresh", "country": "SE"},
            {"supplier_id": "new", "name": "New", "country": "US", "is_unassessed": True},
            {"supplier_id": "who", "name": "Not known", "country": "US", "is_unknown": True},
        ],
        "depots": [
            {"depot_id": "centre", "operator_id": "a", "ship_days": 1.0},
            {"depot_id": "branch", "operator_id": "a", "ship_days": 1.0, "parent_id": "centre"},
        ],
        "parts": [
            {"part_id": f"{one}-part", "name": one, "supplier_id": one, **part}
            for one in ("old", "older", "good", "fresh", "new", "who")
        ],
        "sites": [
            {"site_id": f"s{number}", "operator_id": "a" if number <= 3 else "b",
             "region": "north" if number <= 3 else "south", "function": "access",
             "traffic": float(number), "premises": 10.0, "depot_id": "centre"}
            for number in range(1, 6)
        ],
        "installed": [
            {"site_id": f"s{number}", "part_id": "old-part" if number <= 4 else "good-part",
             "quantity": 4}
            for number in range(1, 6)
        ],
        "stock": [{"depot_id": "centre", "part_id": "old-part", "on_hand": 6}],
        "replacements": [{"part_id": "old-part", "by_part_id": "good-part", "ratio": 0.5}],
        "swaps": [
            {"from_supplier_id": "old", "technology": "5G", "to_supplier_id": "good",
             "cost_per_site": 100.0, "crew_days_per_site": 5.0, "units_harvested_share": 0.5,
             "supplier_sites_per_quarter": 2.0},
        ],
        "crews": [
            {"region": "north", "operator_id": "a", "crew_days_per_quarter": 10.0},
            {"region": "south", "crew_days_per_quarter": 10.0},
        ],
        **more,
    }  # fmt: skip
    frames = {
        name: pl.DataFrame([dict(row) for row in rows], infer_schema_length=None)
        for name, rows in tables.items()
        if rows
    }
    return Network("test", "EUR", START, END, "made up", complete(frames))


def swap(site_id: str, on: str = "2020-08-03", **more: Any) -> dict[str, Any]:
    """Return a swap of the old equipment of a site for the good one."""
    return {
        "site_id": site_id, "from_supplier_id": "old", "technology": "5G",
        "to_supplier_id": "good", "swap_on": dt.date.fromisoformat(on), **more,
    }  # fmt: skip


def programme(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Return a programme."""
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in COLUMNS}, schema=COLUMNS)


def policy(*rules: Mapping[str, Any], **budget: float) -> Policy:
    """Return a policy of rules and a budget."""
    said = [{"id": f"r{number}", "vendors": "high_risk", **one} for number, one in enumerate(rules)]
    said = [{key: value for key, value in one.items() if key != "vendors" or value} for one in said]
    return policy_from({"service": {"availability": 0.9}, "budget": budget, "rules": said})


def found(
    net: Network, *rows: Mapping[str, Any], by: Policy | None = None, **more: Any
) -> list[dict[str, Any]]:
    """Return what an audit of a programme finds."""
    return audit(net, by or policy(), programme(*rows), **more).rows(named=True)


@pytest.fixture
def kit() -> SimpleNamespace:
    """Return what tests make networks, programmes and policies with."""
    return SimpleNamespace(
        network=network, swap=swap, programme=programme, policy=policy, found=found
    )
