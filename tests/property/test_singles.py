"""Every single loss against scenarios that stop one thing, on random small networks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.impact import Singles, find, find_singles
from keepline.model import arrays
from keepline.model.event import Hits
from keepline.model.network import Network, complete
from keepline.model.scenario import scenario_from

START, END = dt.date(2020, 6, 22), dt.date(2021, 6, 21)
SEEDS = st.integers(0, 2**32 - 1)
OFTEN = settings(max_examples=10, deadline=None)
STOP = {"supply": "stop", "repair": "stop", "software": "stop"}
MAKERS = ["m0", "m1", "m2", "m3"]


@dataclass(frozen=True)
class Made:
    network: Network
    turned: Network


def random_network(seed: int) -> Made:
    """Make a network with circles, shares, approvals to come and missing facts, in two orders."""
    rng = np.random.default_rng(seed)
    components = [f"c{k}" for k in range(5)]
    parts = [f"P{k}" for k in range(4)]
    part_rows = [
        {
            "part_id": one,
            "name": one,
            "supplier_id": str(rng.choice(MAKERS)),
            "technology": "IP",
            "unit_cost": 1.0,
            "failures_per_year": 0.1,
            "lead_days": 1.0,
            "repair_share": float(rng.choice([0.0, 0.5])),
            "repairer_id": str(rng.choice(MAKERS)) if rng.random() < 0.5 else None,
        }
        for one in parts
    ]
    bom = [(item, need) for item in [*parts, *components] for need in components
           if rng.random() < 0.25]  # fmt: skip
    sources = []
    for item in [*components, *parts]:
        for maker in rng.choice(MAKERS, int(rng.integers(0, 3)), replace=False):
            approved = item in parts or rng.random() < 0.8
            owner = next((one["supplier_id"] for one in part_rows if one["part_id"] == item), maker)
            sources.append(
                {
                    "item_id": item,
                    "supplier_id": owner,
                    "share": float(rng.choice([1.0, 0.5])),
                    "buffer_days": float(rng.choice([0, 20, 90.5])),
                    "country": rng.choice(["CN", "KR", None]),
                    "technology_origin": rng.choice(["US", "US;NL", None]),
                    "is_qualified": approved,
                    "qualification_days": 0.0 if approved else 60.0,
                }
            )
    types = {"country": pl.String, "technology_origin": pl.String}
    sites = [("s1", 3.0), ("s2", 1.5), ("s3", 0.25)]
    frames = {
        "suppliers": pl.DataFrame(
            {"supplier_id": MAKERS, "name": MAKERS, "country": ["CN", "US", "KR", "CN"]}
        ),
        "parts": pl.DataFrame(part_rows, infer_schema_length=None),
        "components": pl.DataFrame({"component_id": components, "name": components, "kind": "ic"}),
        "depots": pl.DataFrame({"depot_id": ["d"], "ship_days": [0.0]}),
        "sites": pl.DataFrame(
            [{"site_id": one, "region": "r", "function": "access", "depot_id": "d", "traffic": two}
             for one, two in sites]
        ),
        "installed": pl.DataFrame(
            [{"site_id": site, "part_id": one, "quantity": int(rng.integers(1, 9))}
             for site, _ in sites for one in parts if rng.random() < 0.5]
            or [{"site_id": "s1", "part_id": "P0", "quantity": 1}]
        ),
    }  # fmt: skip
    if bom:
        frames["bom"] = pl.DataFrame(bom, schema=["item_id", "needs_id"], orient="row")
    if sources:
        unique = pl.DataFrame(sources, infer_schema_length=None, schema_overrides=types)
        frames["sources"] = unique.unique(["item_id", "supplier_id"], maintain_order=True)
    turned = {one: frame.sample(fraction=1, shuffle=True, seed=7) for one, frame in frames.items()}
    straight = Network("n", "GBP", START, END, "", complete(frames))
    return Made(straight, replace(straight, tables=complete(turned)))


def look(network: Network, worst: int = 999, pairs: bool = False) -> Singles:
    return find_singles(network, arrays.pools(network), worst, 0.95, pairs)


def stopped(network: Network, *hits: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the losses and cuts of a scenario that stops things on the first day."""
    events = [
        {"id": f"e{number}", "from": START, "hits": {"countries": ["XK"]}, "effect": STOP}
        for number in range(len(hits))
    ]
    scenario = scenario_from({"name": "n", "events": events})
    # companies that make or deliver are named by rules alone, so the selectors are set here
    named = tuple(
        replace(event, hits=Hits(**{name: tuple(words) for name, words in one.items()}))
        for event, one in zip(scenario.events, hits, strict=True)
    )
    found = find(network, replace(scenario, events=named))
    return found.losses, found.cuts


def hits_of(kind: str, label: str) -> dict[str, Any]:
    if kind == "site":
        maker, country = label.split(" / ")
        return {"makers": [maker], "countries": [country]}
    selector = {"supplier": "makers", "country": "countries", "technology": "technology_origin"}
    return {selector[kind]: [label]}


def day_of(date: dt.date | None) -> int | None:
    return None if date is None else (date - START).days


def gone_of(cuts: pl.DataFrame, mode: str = "supply") -> dict[str, int]:
    rows = cuts.filter(pl.col("mode") == mode, pl.col("share_left") < 1e-6)
    return {one: (day - START).days for one, day in
            rows.group_by("part_id").agg(pl.col("from_on").min()).rows()}  # fmt: skip


LABELS = [
    *(("supplier", one) for one in MAKERS),
    *(("country", one) for one in ("CN", "US", "KR")),
    *(("site", f"{one} / {country}") for one in MAKERS for country in ("CN", "US", "KR")),
    *(("technology", one) for one in ("US", "NL")),
]


@OFTEN
@given(SEEDS)
def test_it_is_what_a_scenario_that_stops_the_label_finds(seed: int) -> None:
    network = random_network(seed).network
    found = look(network)
    told = {(one["kind"], one["label"]): one for one in found.single_losses.to_dicts()}
    for kind, label in LABELS:
        losses, cuts = stopped(network, hits_of(kind, label))
        sure = losses.filter(certainty="sure")
        assert ((kind, label) in told) == (len(sure) > 0)
        if not len(sure):
            continue
        rows = found.single_losses_parts.filter(kind=kind, label=label)
        assert rows["part_id"].to_list() == sorted(losses["part_id"])
        for one in rows.to_dicts():
            loss = losses.row(by_predicate=pl.col("part_id") == one["part_id"], named=True)
            assert one["certainty"] == loss["certainty"]
            for mode in ("supply", "repair", "software"):
                assert one[f"{mode}_short_days"] == day_of(loss[f"{mode}_lost_on"])
            assert abs(one["share_lost"] - loss["share_lost"]) < 1e-12
        gone = gone_of(cuts)
        sure_rows = rows.filter(pl.col("supply_lost_days").is_not_null(), certainty="sure")
        assert dict(sure_rows.select("part_id", "supply_lost_days").rows()) == gone
        summary = told[kind, label]
        assert summary["parts_lost"] == len(gone)
        assert summary["first_lost_days"] == min(gone.values(), default=None)
        assert summary["parts_touched"] == len(sure) - len(gone)
        assert summary["repair_lost"] == len(gone_of(cuts, "repair"))
        assert summary["software_lost"] == len(gone_of(cuts, "software"))
        behind = network["installed"].filter(pl.col("part_id").is_in(list(gone)))
        assert summary["units"] == behind["quantity"].sum()
        sites = network["sites"].filter(pl.col("site_id").is_in(behind["site_id"].to_list()))
        assert summary["traffic"] == sites["traffic"].sum()


@OFTEN
@given(SEEDS, st.integers(1, 6))
def test_the_worst_are_the_first_of_all(seed: int, worst: int) -> None:
    network = random_network(seed).network
    every, some = look(network).single_losses, look(network, worst).single_losses
    assert some.equals(every.head(worst))
    order = [(-one["traffic"], -one["units"]) for one in every.to_dicts()]
    assert order == sorted(order)


@OFTEN
@given(SEEDS)
def test_pairs_are_what_two_stops_take_beyond_either(seed: int) -> None:
    network = random_network(seed).network
    found = look(network, 6, pairs=True)
    names = found.single_losses.select("kind", "label").rows()
    alone = {name: gone_of(stopped(network, hits_of(*name))[1]) for name in names}
    wanted = {}
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            both = gone_of(stopped(network, hits_of(*one), hits_of(*other))[1])
            more = {part: day for part, day in both.items()
                    if part not in alone[one] and part not in alone[other]}  # fmt: skip
            if more:
                wanted[one, other] = ("; ".join(sorted(more)), min(more.values()))
    keys = found.pair_losses.select("kind", "label", "other_kind", "other_label").rows()
    values = found.pair_losses.select("part_ids", "first_lost_days").rows()
    assert {(key[:2], key[2:]): value for key, value in zip(keys, values, strict=True)} == wanted


@OFTEN
@given(SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    made = random_network(seed)
    straight, turned = look(made.network, 9, True), look(made.turned, 9, True)
    for name in ("single_losses", "single_losses_parts", "pair_losses", "unmapped"):
        assert getattr(straight, name).equals(getattr(turned, name))
