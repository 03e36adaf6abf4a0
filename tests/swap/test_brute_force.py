"""Compliance equals a plain walk over every unit, on random networks."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

START = dt.date(2020, 6, 22)
HIGH = {"hw", "zte"}
DOUBT = {"new", "who"}
MAKERS = ("hw", "zte", "nokia", "new", "who")
TECHNOLOGIES = ("5G-RAN", "4G-RAN")


def drawn(seed: int) -> tuple[dict[str, Any], list[tuple[Any, ...]], dict[str, Any]]:
    rng = random.Random(seed)
    parts = {
        f"{maker}-{technology}": {"supplier_id": maker, "technology": technology}
        for maker in MAKERS for technology in TECHNOLOGIES
    }  # fmt: skip
    sites = {
        f"s{number}": {
            "operator_id": rng.choice("ab"),
            "function": rng.choice(["access", "access", "core"]),
            "region": rng.choice(["north", "south"]),
            "is_sensitive": rng.random() < 0.2,
            "traffic": rng.randint(0, 8) / 4,
            "premises": float(rng.randint(0, 9)),
        }
        for number in range(rng.randint(2, 12))
    }
    units = [
        (site, part, rng.randint(1, 5)) for site in sites for part in parts if rng.random() < 0.25
    ]
    # both operators stand there, so that both are told
    sites["a0"], sites["b0"] = ({**sites["s0"], "operator_id": one} for one in "ab")
    return sites, units, parts


def rule(seed: int) -> dict[str, Any]:
    rng = random.Random(seed + 1_000)
    where: dict[str, Any] = {}
    if rng.random() < 0.7:
        where["technology"] = rng.sample(TECHNOLOGIES, rng.randint(1, 2))
    if rng.random() < 0.5:
        where["function"] = rng.choice([["access"], ["core", "access"], ["core"]])
    if rng.random() < 0.3:
        where["region"] = "north"
    if rng.random() < 0.2:
        where["is_sensitive"] = True
    said: dict[str, Any] = {"vendors": "high_risk", "where": where}
    if rng.random() < 0.3:
        said["exemptions"] = [{"where": {"region": "south"}, "until": "2030-01-01"}]
    if rng.random() < 0.3:
        said["unknown"] = "spared"
    if rng.random() < 0.3:
        return {**said, "kind": "exclude"}
    metric = rng.choice(["sites", "traffic", "premises", "units"])
    return {**said, "metric": metric, "at_most": rng.choice([0.2, 0.25, 0.35, 0.5])}


def listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def expected(
    sites: dict[str, Any], units: list[tuple[Any, ...]], parts: dict[str, Any], said: dict[str, Any]
) -> dict[tuple[str, str | None], tuple[Fraction, bool]]:
    """Return value and verdict by operator and technology, one unit after another."""
    where = said["where"]
    spared = said.get("unknown") == "spared"
    is_cap = "at_most" in said
    counted: dict[tuple[str, str | None], dict[str, Fraction]] = defaultdict(dict)
    whole: dict[tuple[str, str | None], dict[str, Fraction]] = defaultdict(dict)
    for site_id, part_id, quantity in units:
        site, part = sites[site_id], parts[part_id]
        if any(
            key in where and (site | part)[key] not in listed(where[key])
            for key in ("technology", "function", "region", "is_sensitive")
        ):
            continue
        by_technology = is_cap and "technology" in where
        key = (site["operator_id"], part["technology"] if by_technology else None)
        weight = {
            "sites": 1, "traffic": site["traffic"], "premises": site["premises"]
        }.get(said.get("metric", "units"))  # fmt: skip
        meant = part["supplier_id"] in HIGH or (part["supplier_id"] in DOUBT and not spared)
        exempt = "exemptions" in said and site["region"] == "south"
        for table, counts in ((whole, True), (counted, meant and not exempt)):
            if counts and weight is None:
                before = table[key].get(site_id, Fraction(0))
                table[key][site_id] = before + quantity
            elif counts:
                table[key][site_id] = Fraction(weight)
    found = {}
    for key, sums in whole.items():
        part, total = sum(counted[key].values(), Fraction(0)), sum(sums.values(), Fraction(0))
        if not is_cap:
            found[key] = (part, part == 0)
        elif total == 0:
            found[key] = (Fraction(0), not counted[key])
        else:
            share = part / total
            found[key] = (share, share <= Fraction(Decimal(str(said["at_most"]))))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_compliance_equals_a_plain_walk(make, judge, seed):
    sites, units, parts = drawn(seed)
    said = rule(seed)
    found = judge(make(sites, units, parts, shuffle=seed), said)
    told = {
        (row["operator_id"], row["technology"]): row
        for row in found.compliance.rows(named=True)
        if row["scope"] == "operator" and row["on"] == START
    }
    walked = expected(sites, units, parts, said)
    assert walked.keys() <= told.keys()
    for key, row in told.items():
        if key not in walked:
            assert row["standing"] == "nothing in scope"
            assert row["is_met"]
            continue
        value, is_met = walked[key]
        assert row["is_met"] == is_met, (seed, said, row)
        if row["value"] is not None:
            assert row["value"] == pytest.approx(float(value), abs=1e-12)
    broken = {
        row["operator_id"] for row in told.values() if row["is_met"] is False and row["counted"]
    }
    today = found.breaches.filter(on=START)
    assert set(today["operator_id"]) == broken
