"""Losses under rules equal a plain walk over every path, for sure and perhaps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.impact import find
from keepline.model.network import Network, complete
from keepline.model.scenario import scenario_from

START, END = dt.date(2020, 1, 1), dt.date(2020, 12, 31)
SUPPLIERS = {"a": "CN", "b": "US", "c": "TW", "d": "SE"}
CODES = ("CN", "US", "TW", "SE")


@dataclass(frozen=True)
class Case:
    """Parts P0, P1 of components c0..c4; each needs only those that come after it."""

    parts: dict[str, str]
    needs: dict[str, list[str]]
    sources: dict[str, list[dict[str, Any]]]
    operators: list[str | None]
    rules: list[dict[str, Any]]


def chosen(rng: np.random.Generator, among: tuple[str, ...], chance: float) -> list[str]:
    if rng.random() > chance:
        return []
    return sorted(set(rng.choice(among, size=rng.integers(1, 3)).tolist()))


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    items = ["P0", "P1", *(f"c{k}" for k in range(5))]
    needs = {
        one: [other for other in items[max(k + 1, 2) :] if rng.random() < 0.35]
        for k, one in enumerate(items)
    }
    for part in ("P0", "P1"):
        needs[part] = needs[part] or ["c4"]
    sources: dict[str, list[dict[str, Any]]] = {}
    for one in items:
        makers = sorted(set(rng.choice([*SUPPLIERS], size=2).tolist()))
        if one in ("P0", "P1") and rng.random() < 0.5:
            continue
        sources[one] = [
            {
                "item_id": one,
                "supplier_id": maker,
                "share": 1.0 / len(makers),
                "country": str(rng.choice(CODES)) if rng.random() < 0.5 else None,
                "technology_origin": str(rng.choice(CODES)) if rng.random() < 0.7 else None,
            }
            for maker in makers
        ]
    parts = {part: str(rng.choice([*SUPPLIERS])) for part in ("P0", "P1")}
    operators = [[None], ["SE"], ["US"], ["SE", "US"]][rng.integers(4)]
    return Case(parts, needs, sources, operators, random_rules(rng))


def random_rules(rng: np.random.Generator) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for number in range(rng.integers(1, 4)):
        rule: dict[str, Any] = {"id": f"r{number}", "effective": START}
        rule["effect"] = {"supply": "stop"}
        kinds = ["listing", "foreign_direct_product", "export_control"]
        rule["kind"] = str(rng.choice(kinds))
        rule["parties"] = chosen(rng, tuple(SUPPLIERS), 1.0 if rule["kind"] == "listing" else 0.5)
        rule["countries"] = chosen(rng, CODES, 1.0 if rule["kind"] == "export_control" else 0.5)
        rule["technology_origin"] = chosen(rng, CODES, 0.4)
        if rule["kind"] == "foreign_direct_product" and not rule["technology_origin"]:
            rule["technology_origin"] = ["US"]
        rule["destinations"] = chosen(rng, CODES, 0.3)
        rules.append({key: value for key, value in rule.items() if value})
    names = [rule["id"] for rule in rules]
    for number in range(rng.integers(0, 3)):
        scope = {
            "parties": chosen(rng, tuple(SUPPLIERS), 0.5),
            "technology_origin": chosen(rng, CODES, 0.4),
            "destinations": chosen(rng, CODES, 0.3),
        }
        rules.append(
            {
                "id": f"x{number}",
                "kind": "general_licence",
                "effective": START,
                "rules": sorted(set(rng.choice(names, size=2).tolist())),
                "scope": {key: value for key, value in scope.items() if value},
                "share": float(rng.choice([0.5, 1.0])),
            }
        )
    return rules


def network_of(case: Case) -> Network:
    tables = {
        "operators": [
            {"operator_id": f"o{k}", "name": "o", "country": code}
            for k, code in enumerate(case.operators)
        ],
        "suppliers": [
            {"supplier_id": one, "name": one.upper() * 3, "country": code}
            for one, code in SUPPLIERS.items()
        ],
        "parts": [
            {
                "part_id": part,
                "name": part,
                "supplier_id": maker,
                "technology": "IP",
                "unit_cost": 1.0,
                "failures_per_year": 0.1,
                "lead_days": 1.0,
            }
            for part, maker in case.parts.items()
        ],
        "components": [
            {"component_id": one, "name": one, "kind": "k"} for one in case.needs if one[0] == "c"
        ],
        "bom": [
            {"item_id": item, "needs_id": need}
            for item, needs in case.needs.items()
            for need in needs
        ],
        "sources": [row for rows in case.sources.values() for row in rows],
        "depots": [{"depot_id": "d", "ship_days": 0.0}],
        "sites": [{"site_id": "s", "region": "r", "function": "access", "depot_id": "d"}],
    }
    frames = {
        name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items() if rows
    }
    return Network("n", "GBP", START, END, "", complete(frames))


@dataclass(frozen=True)
class Way:
    """Who is further down the path: companies, the places they make things, and the next place."""

    companies: frozenset[str]
    places: frozenset[str | None]
    next_places: tuple[str | None, ...]


UNKNOWN = "?"


def among(values: list[str | None], wanted: list[str], is_all: bool) -> int:
    """Answer 2, 1 or 0: one of the values (or all of them) stands among those wanted."""
    said = [1 if one in (None, UNKNOWN) else 2 * (one in wanted) for one in values]
    return min(said, default=0) if is_all else max(said, default=0)


def hit(scope: dict[str, Any], offer: dict[str, Any], way: Way, operators: list[str | None],
        is_exported: bool) -> int:  # fmt: skip
    """Answer 2 when the scope surely takes in the delivery, 1 perhaps, 0 not."""
    said = [2]
    if scope.get("countries"):
        said.append(among([offer["country"]], scope["countries"], False))
    if scope.get("technology_origin"):
        said.append(among([offer["technology_origin"]], scope["technology_origin"], False))
    if scope.get("parties"):
        said.append(among([*way.companies], scope["parties"], False))
    if scope.get("destinations"):
        there = [among([*way.places], scope["destinations"], False)]
        all_there = among(operators, scope["destinations"], True)
        some_there = min(1, among(operators, scope["destinations"], False))
        said.append(max(*there, all_there if all_there == 2 else some_there))
    if is_exported:
        inside = among([*way.next_places], scope["countries"], True)
        some_inside = min(1, among([*way.next_places], scope["countries"], False))
        said.append(2 - max(inside if inside == 2 else 0, some_inside))
    return min(said)


def left_of(case: Case, item: str, way: Way, is_sure: bool) -> float:
    """Return what is left of an item on a way, by walking every path above it."""
    offers = [dict(row) for row in case.sources.get(item, [])]
    maker = case.parts.get(item)
    if not offers:
        offers = [{"supplier_id": maker, "share": 1.0, "country": None, "technology_origin": None}]
    total = 0.0
    for offer in offers:
        offer["country"] = offer["country"] or SUPPLIERS[offer["supplier_id"]]
        other = maker if maker and maker != offer["supplier_id"] else None
        receivers = replace(
            way,
            companies=way.companies | ({other} if other else set()),
            places=way.places | ({SUPPLIERS[other]} if other else set()),
        )
        left = own_left(case, offer, receivers, is_sure)
        beyond = Way(
            receivers.companies | {offer["supplier_id"]},
            receivers.places | {offer["country"]},
            (offer["country"],),
        )
        for need in case.needs[item]:
            left = min(left, left_of(case, need, beyond, is_sure))
        total += offer["share"] * left
    return min(1.0, total)


def own_left(case: Case, offer: dict[str, Any], way: Way, is_sure: bool) -> float:
    left = 1.0
    for rule in case.rules:
        if rule["kind"] == "general_licence":
            continue
        exported = rule["kind"] == "export_control"
        answer = hit(rule, offer, way, case.operators, exported)
        if answer >= (2 if is_sure else 1):
            free = [
                one["share"]
                for one in case.rules
                if rule["id"] in one.get("rules", [])
                and hit(one["scope"], offer, way, case.operators, False) >= (1 if is_sure else 2)
            ]
            left = min(left, max(free, default=0.0))
    return left


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_losses_equal_a_walk_over_every_path(seed: int) -> None:
    case = random_case(seed)
    scenario = scenario_from({"name": "t", "rules": case.rules})
    losses = find(network_of(case), scenario).losses
    told = {row["part_id"]: row for row in losses.iter_rows(named=True)}
    for part in case.parts:
        top = Way(frozenset(), frozenset(), tuple(case.operators))
        sure, maybe = (1.0 - left_of(case, part, top, flag) for flag in (True, False))
        row = told.get(part)
        if sure > 1e-9:
            assert row is not None
            assert row["certainty"] == "sure"
            assert abs(row["share_lost"] - sure) < 1e-9
        elif maybe > 1e-9:
            assert row is not None
            assert row["certainty"] in ("possible", "unknown")
            assert row["share_lost"] < maybe + 1e-9
        else:
            assert row is None
        if row is not None:
            assert abs(row["share_perhaps_lost"] - maybe) < 1e-9
        assert maybe >= sure - 1e-9
