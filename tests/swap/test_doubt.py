"""Whatever turns out of what is not known, the share lies between the two that are told."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

CAP = {"vendors": "high_risk", "at_most": 0.35}
WHERE = {"where": {"is_sanctions_affected": True}}


def settled(parts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every way in which the makers and facts that are not known may turn out."""
    ways = []
    for part in parts.values():
        makers = ("hw", "nokia") if part["supplier_id"] == "who" else (part["supplier_id"],)
        affected = part["is_sanctions_affected"]
        states = (True, False) if affected is None else (affected,)
        ways.append([(maker, state) for maker in makers for state in states])
    return [
        {
            name: {"supplier_id": maker, "is_sanctions_affected": state}
            for name, (maker, state) in zip(parts, way, strict=True)
        }
        for way in itertools.product(*ways)
    ]


@pytest.mark.parametrize("metric", ["sites", "units", "traffic"])
@pytest.mark.parametrize("seed", range(4))
def test_the_share_lies_between_what_is_sure_and_what_may_be(make, judge, metric, seed):
    rng = random.Random(seed)
    parts = {
        f"p{number}": {
            "supplier_id": rng.choice(["hw", "nokia", "who"]),
            "is_sanctions_affected": rng.choice([True, True, None]),
        }
        for number in range(4)
    }
    sites = {f"s{number}": {"traffic": rng.randint(1, 9) / 4} for number in range(6)}
    units = [(site, part, rng.randint(1, 4)) for site in sites for part in parts
             if rng.random() < 0.4]  # fmt: skip
    rule = {**CAP, **WHERE, "metric": metric}
    (row,) = judge(make(sites, units, parts), rule).compliance.rows(named=True)
    shares = []
    for way in settled(parts):
        (one,) = judge(make(sites, units, way), rule).compliance.rows(named=True)
        shares.append(one["value"])
        assert one["value"] == one["value_known"]
    assert row["value_known"] - 1e-12 <= min(shares)
    assert max(shares) == pytest.approx(row["value"])


def test_an_exemption_in_doubt_spares_nothing_and_proves_nothing(make, judge, one_row):
    parts = {"p": {"supplier_id": "hw", "is_sanctions_affected": None}}
    exempt = [{"where": {"is_sanctions_affected": False}, "until": "2030-01-01"}]
    rule = {"vendors": "high_risk", "kind": "exclude", "exemptions": exempt}
    found = judge(make({"x": {}}, [("x", "p", 3)], parts), rule)
    row = found.compliance.row(0, named=True)
    assert (row["value"], row["value_known"], row["standing"]) == (3.0, 0.0, "unknown")
