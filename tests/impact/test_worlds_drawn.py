"""Losses in drawn worlds: hand-made graphs, and agreement with the branches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline.impact import draw, find
from keepline.impact.chances import chances_of
from keepline.maths.outcomes import beginnings
from keepline.model.branches import branches
from keepline.model.errors import PlanError
from keepline.model.network import Network
from keepline.model.results import RESULTS
from keepline.model.scenario import Scenario, scenario_from

Make = Callable[..., Network]
START = dt.date(2020, 6, 22)
STOP = {"effect": {"supply": "stop", "repair": {"stop_after_days": 60}}}
TREE: list[dict[str, Any]] = [
    {
        "id": "rule", "probability": 0.7, "hits": {"suppliers": ["fab"]}, **STOP,
        "from": {"earliest": "2020-07-01", "likely": "2020-09-01", "latest": "2021-03-01"},
    },
    {
        "id": "answer", "if": ["rule"], "lag_days": 45, "probability": 0.5,
        "hits": {"suppliers": ["mill"]}, **STOP,
    },
    {
        "id": "quake", "cause": "earth", "probability": 0.3, "from": "2021-01-10",
        "hits": {"suppliers": ["mill"]}, **STOP,
    },
    {
        "id": "wave", "cause": "earth", "probability": 0.2, "unless": ["answer"],
        "from": {dt.date(2021, 2, 1): 0.5, dt.date(2021, 5, 1): 0.3},
        "hits": {"suppliers": ["shop"]}, **STOP,
    },
]  # fmt: skip
GRAPH: dict[str, Any] = {
    "parts": {
        "P": {"supplier_id": "maker", "repair_share": 0.5, "repairer_id": "shop"},
        "Q": {"supplier_id": "maker"},
    },
    "suppliers": {"maker": "DE", "fab": "TW", "mill": "KR", "shop": "US"},
    "components": {"ic": "advanced-ic", "ram": "memory", "die": "die"},
    "bom": [("P", "ic"), ("P", "ram"), ("ic", "die"), ("Q", "ram")],
    "sources": [
        {"item_id": "ic", "supplier_id": "maker", "buffer_days": 30.0},
        {"item_id": "die", "supplier_id": "fab"},
        {"item_id": "ram", "supplier_id": "mill", "buffer_days": 10.0},
        {"item_id": "ram", "supplier_id": "fab"},
    ],
}


def tree(*events: dict[str, Any]) -> Scenario:
    return scenario_from({"name": "t", "events": list(events)})


def test_drawn_worlds_agree_with_the_branches(make: Make) -> None:
    """The interval at 99.99 % holds the branches' probability, for every part, mode and month."""
    network, scenario = make(**GRAPH), tree(*TREE)
    drawn, found = draw(network, scenario, 4096, seed=5), find(network, scenario)
    for name in ("loss_chances", "loss_chances_by_month"):
        RESULTS[name].validate(getattr(drawn, name))
    assert drawn.left_out == ()
    by_branch = found.losses.join(found.branches, "branch_id")
    seen = 0
    for row in drawn.loss_chances_by_month.iter_rows(named=True):
        after = (row["month"] + dt.timedelta(days=32)).replace(day=1)
        lost_on = pl.col(f"{row['mode']}_lost_on")
        mine = by_branch.filter(pl.col("part_id") == row["part_id"], lost_on < after)
        exact = float(mine["probability"].sum())
        spread = 3.9 * np.sqrt(exact * (1.0 - exact) / 4096)
        assert abs(row["probability"] - exact) <= spread + 1e-9, row
        assert row["low"] <= row["probability"] <= row["high"]
        seen += 0.0 < exact < 1.0
    assert seen > 20
    lost = set(by_branch["part_id"])
    assert set(drawn.loss_chances["part_id"]) == lost


def test_beginnings_agree_with_the_branches(make: Make) -> None:
    """Every timeline that is drawn is a branch, and comes as often as it should."""
    scenario, worlds = tree(*TREE), 20_000
    begins = beginnings(chances_of(scenario.events, START), 3, 0, worlds)
    known = {
        tuple(
            next((span.began for span in one.timeline if span.event_id == event.event_id), np.inf)
            for event in scenario.events
        ): one.probability
        for one in branches(scenario, START)
    }
    ways, counts = np.unique(begins, axis=1, return_counts=True)
    told = {tuple(way): count for way, count in zip(ways.T.tolist(), counts, strict=True)}
    assert set(told) <= set(known)
    for way, chance in known.items():
        spread = 4.5 * np.sqrt(chance * (1.0 - chance) / worlds) + 1.0 / worlds
        assert abs(told.get(way, 0) / worlds - chance) <= spread


@pytest.mark.parametrize(
    ("until", "pauses", "last"),
    [
        (None, [], np.inf),
        ("2020-12-31", [], 192.0),
        # a pause that never ends is an end
        (None, [{"from": "2020-08-01"}], 39.0),
        ("2020-12-31", [{"from": "2020-12-01", "until": "2021-02-01"}], 161.0),
        ("2020-12-31", [{"from": "2020-10-01", "until": "2020-10-31"}], 192.0),
    ],
)
def test_the_last_day_on_which_an_event_can_begin(
    until: str | None, pauses: list[dict[str, str]], last: float
) -> None:
    event = {**TREE[2], "from": "2020-07-01", "suspended": pauses, "cause": ""}
    if until:
        event["until"] = until
    assert chances_of(tree(event).events, START).last_day.tolist() == [last]


def test_a_sure_event_is_lost_in_every_world_on_its_day(make: Make) -> None:
    sure = {"id": "x", "from": "2020-07-02", "hits": {"suppliers": ["fab"]}, **STOP}
    drawn = draw(make(**GRAPH), tree(sure), 100)
    assert drawn.worlds == 128
    row = drawn.loss_chances.row(0, named=True)
    assert (row["part_id"], row["mode"], row["certainty"]) == ("P", "supply", "sure")
    assert (row["probability"], row["high"]) == (1.0, 1.0)
    assert {row[f"lost_{tenth}_on"] for tenth in (10, 50, 90)} == {dt.date(2020, 8, 1)}
    assert len(drawn.loss_chances.filter(part_id="Q")) == 0


def test_dates_by_which_it_is_lost(make: Make) -> None:
    """Four dates, a fifth each, and a fifth never: the tenths stand on the first and third."""
    days = [dt.date(2020, 7, 2) + dt.timedelta(days=100 * k) for k in range(4)]
    event = {"id": "x", "from": dict.fromkeys(days, 0.2), "hits": {"suppliers": ["maker"]}, **STOP}
    network = make({"P": {"supplier_id": "maker"}}, {"maker": "DE"})
    row = draw(network, tree(event), 4096, seed=1).loss_chances.row(0, named=True)
    assert row["lost_10_on"] == days[0]
    assert row["lost_50_on"] == row["lost_50_low"] == row["lost_50_high"] == days[2]
    assert row["lost_90_on"] is None
    assert row["low"] < 0.8 < row["high"]


def test_the_seed_draws_the_worlds(make: Make) -> None:
    network, scenario = make(**GRAPH), tree(*TREE)
    one, same, other = (draw(network, scenario, 256, seed=seed) for seed in (1, 1, 2))
    assert one.loss_chances.equals(same.loss_chances)
    assert not one.loss_chances.equals(other.loss_chances)


def test_what_is_left_out_is_told(make: Make) -> None:
    half = {**TREE[2], "effect": {"supply": {"capacity": 0.5}}}
    ends = {**TREE[2], "id": "ends", "until": "2021-06-01"}
    spare = {
        "item_id": "die", "supplier_id": "shop", "is_qualified": False, "qualification_days": 9.0,
    }  # fmt: skip
    shared = {"item_id": "die", "supplier_id": "fab", "share": 0.4}
    rest = {"item_id": "die", "supplier_id": "mill", "share": 0.6}
    sources = [*(one for one in GRAPH["sources"] if one["item_id"] != "die"), spare, shared, rest]
    said = draw(make(**{**GRAPH, "sources": sources}), tree(half, ends), 64).left_out
    assert [text.split(":")[0].split(" ")[0] for text in said] == [
        "quake", "ends", "Sources", "What",
    ]  # fmt: skip


def test_an_exception_lifts_a_whole_loss_in_the_worlds_where_it_holds(make: Make) -> None:
    cut = {"id": "cut", "from": "2020-07-02", "hits": {"suppliers": ["maker"]}, **STOP}
    lift = {"id": "lift", "from": "2020-07-01", "probability": 0.5, "lifts": ["cut"]}
    network = make({"P": {"supplier_id": "maker"}}, {"maker": "DE"})
    row = draw(network, tree(cut, lift), 1024).loss_chances.row(0, named=True)
    assert row["low"] < 0.5 < row["high"]
    # a licence that ends gives the loss a later date
    ends = {**lift, "probability": 1.0, "until": "2020-12-31"}
    row = draw(network, tree(cut, ends), 64).loss_chances.row(0, named=True)
    assert (row["probability"], row["lost_50_on"]) == (1.0, dt.date(2021, 1, 1))


def test_more_branches_than_can_be_told_apart_are_drawn(make: Make) -> None:
    events = [
        {**TREE[2], "id": f"e{k}", "cause": "", "probability": 0.1, "from": START}
        for k in range(13)
    ]
    network = make({"P": {"supplier_id": "mill"}}, {"mill": "KR"})
    with pytest.raises(PlanError, match="--worlds"):
        find(network, tree(*events))
    row = draw(network, tree(*events), 1024).loss_chances.row(0, named=True)
    assert row["low"] < 1.0 - 0.9**13 < row["high"]
    empty = replace(network, tables={**network.tables})
    assert draw(empty, tree(), 64).loss_chances.is_empty()
