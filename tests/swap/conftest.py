"""A few lines make a network with sites, units and rules for the tests of compliance."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model.network import Network, complete
from keepline.model.policy import policy_from
from keepline.swap import Complied, comply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from keepline.model.policy import Rule

START = dt.date(2020, 6, 22)
END = dt.date(2023, 12, 31)
PART: dict[str, Any] = {
    "technology": "5G-RAN", "unit_cost": 1.0, "failures_per_year": 0.1, "lead_days": 30.0,
}  # fmt: skip
SUPPLIERS: tuple[dict[str, Any], ...] = (
    {"supplier_id": "hw", "name": "Huawei Ltd.", "country": "CN", "aliases": "Huawei",
     "is_high_risk": True},
    {"supplier_id": "zte", "name": "ZTE", "country": "CN", "is_high_risk": True},
    {"supplier_id": "nokia", "name": "Nokia", "country": "FI"},
    {"supplier_id": "new", "name": "New", "country": "US", "is_unassessed": True},
    {"supplier_id": "who", "name": "Not known", "country": "US", "is_unknown": True},
)  # fmt: skip


def make(
    sites: Mapping[str, Mapping[str, Any]],
    installed: Iterable[Sequence[Any]],
    parts: Mapping[str, Mapping[str, Any]] | None = None,
    shuffle: int | None = None,
    start: dt.date = START,
    **more: Sequence[Mapping[str, Any]],
) -> Network:
    """Return a network; a part is named by its maker unless parts says otherwise.

    Args:
        sites: Columns that differ from an access site of operator a, by id.
        installed: (site, part, units = 1, columns = none).
        parts: Columns, by id.
        shuffle: Seed to change the order of every table's rows.
        start: First day.
        more: Rows of other tables.
    """
    listed = [tuple(one) for one in installed]
    known = {one["supplier_id"]: {"supplier_id": one["supplier_id"]} for one in SUPPLIERS}
    kinds = {**known, **(parts or {})}
    operators = sorted({row.get("operator_id", "a") for row in sites.values()} - {None})
    tables: dict[str, Sequence[Mapping[str, Any]]] = {
        "operators": [{"operator_id": one, "name": one} for one in operators],
        "suppliers": SUPPLIERS,
        "depots": [{"depot_id": "d", "ship_days": 1.0}],
        "parts": [{"part_id": one, "name": one, **PART, **row} for one, row in kinds.items()],
        "sites": [
            {"site_id": one, "operator_id": "a", "region": "r", "function": "access",
             "depot_id": "d", **row}
            for one, row in sites.items()
        ],
        "installed": [
            {"site_id": site, "part_id": part, "quantity": (rest or [1])[0],
             **(rest[1] if len(rest) > 1 else {})}
            for site, part, *rest in listed
        ],
        **more,
    }  # fmt: skip
    frames = complete(
        {
            name: pl.DataFrame([dict(row) for row in rows], infer_schema_length=None)
            for name, rows in tables.items()
            if rows
        }
    )
    if shuffle is not None:
        frames = {
            name: frame.sample(fraction=1.0, shuffle=True, seed=shuffle)
            if len(frame) > 1
            else frame
            for name, frame in frames.items()
        }
    return Network("test", "EUR", start, END, "made up", frames)


def rules_of(*rules: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return rules from their keys; an id and high-risk vendors are filled in."""
    said = [{"id": f"r{number}", **one} for number, one in enumerate(rules)]
    return policy_from({"service": {"availability": 0.9}, "rules": said}).rules


def judge(network: Network, *rules: Mapping[str, Any], **how: Any) -> Complied:
    """Judge a network against rules given by their keys."""
    return comply(network, rules_of(*rules), **how)


def one_row(found: Complied, **which: Any) -> dict[str, Any]:
    """Return the one row of compliance with these values."""
    rows = [
        row
        for row in found.compliance.iter_rows(named=True)
        if all(row[key] == value for key, value in which.items())
    ]
    assert len(rows) == 1, rows
    return rows[0]


@pytest.fixture(name="make")
def make_fixture() -> Callable[..., Network]:
    return make


@pytest.fixture(name="rules_of")
def rules_of_fixture() -> Callable[..., tuple[Rule, ...]]:
    return rules_of


@pytest.fixture(name="judge")
def judge_fixture() -> Callable[..., Complied]:
    return judge


@pytest.fixture(name="one_row")
def one_row_fixture() -> Callable[..., dict[str, Any]]:
    return one_row
