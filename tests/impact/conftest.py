from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.impact import Impact, find
from keepline.model.network import Network, complete
from keepline.model.scenario import check_against, scenario_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

START, END = dt.date(2020, 6, 22), dt.date(2022, 6, 21)


def build(
    parts: Mapping[str, Mapping[str, Any]],
    suppliers: Mapping[str, Any],
    components: Mapping[str, Any] | None = None,
    bom: Sequence[tuple[str, str]] = (),
    sources: Sequence[Mapping[str, Any]] = (),
    installed: Sequence[tuple[str, str, int]] = (),
    **more: Sequence[Mapping[str, Any]],
) -> Network:
    """Make a small network; a supplier is a country or a mapping, a component its kind."""
    part_rows = [
        {
            "part_id": part_id,
            "name": part_id,
            "technology": "5G-RAN",
            "unit_cost": 100.0,
            "failures_per_year": 0.1,
            "lead_days": 60.0,
            **said,
        }
        for part_id, said in parts.items()
    ]
    supplier_rows = [
        {"supplier_id": one, "name": one, **(said if isinstance(said, dict) else {"country": said})}
        for one, said in suppliers.items()
    ]
    component_rows = [
        {
            "component_id": one,
            "name": one,
            **(said if isinstance(said, dict) else {"kind": said}),
        }
        for one, said in (components or {}).items()
    ]
    sites = sorted({row[0] for row in installed} | {"s1"})
    tables = {
        "suppliers": supplier_rows,
        "parts": part_rows,
        "components": component_rows,
        "bom": [{"item_id": item, "needs_id": need} for item, need in bom],
        "sources": list(sources),
        "depots": [{"depot_id": "d", "ship_days": 0.0}],
        "sites": [
            {"site_id": one, "region": "r", "function": "access", "depot_id": "d"} for one in sites
        ],
        "installed": [
            {"site_id": site, "part_id": part, "quantity": count} for site, part, count in installed
        ],
        **{name: list(rows) for name, rows in more.items()},
    }
    frames = {
        name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items() if rows
    }
    return Network("test", "GBP", START, END, "made up", complete(frames))


def run_rules(
    network: Network,
    *rules: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]] = (),
    as_of: dt.date | None = None,
) -> Impact:
    """Find the impact of rules written as in a scenario file, as known on a day."""
    said = {"rules": [dict(one) for one in rules], "events": [dict(one) for one in events]}
    scenario = scenario_from({"name": "test", **said})
    check_against(scenario, network).raise_if_any()
    return find(network, scenario.as_of(as_of) if as_of else scenario)


def run(network: Network, *events: Mapping[str, Any]) -> Impact:
    """Find the impact of events written as in a scenario file."""
    scenario = scenario_from({"name": "test", "events": [dict(event) for event in events]})
    check_against(scenario, network).raise_if_any()
    return find(network, scenario)


@pytest.fixture
def make() -> Callable[..., Network]:
    return build


@pytest.fixture
def impact() -> Callable[..., Impact]:
    return run


@pytest.fixture
def ruled() -> Callable[..., Impact]:
    return run_rules
