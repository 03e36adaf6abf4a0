"""Each loss adds up along its path, and each remedy that is told breaks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.property.test_impact import network, random_scenario, random_tables

from keepline.impact import Impact, find
from keepline.impact.remedies import with_second
from keepline.maths.reach import reach
from keepline.maths.tiers import Graph, Laws
from keepline.model.network import Network
from keepline.model.results import RESULTS
from keepline.model.scenario import scenario_from

Make = Callable[..., Network]
START = dt.date(2020, 6, 22)
EVENT = {
    "id": "cut",
    "from": "2020-07-02",
    "hits": {"suppliers": ["fab"]},
    "effect": {"supply": {"stop_after_days": 5}, "repair": {"stop_after_days": 5}},
}
CHAIN: dict[str, Any] = {
    "parts": {"P": {"supplier_id": "maker", "repair_share": 0.5, "repairer_id": "shop"}},
    "suppliers": {"maker": "DE", "fab": "TW", "shop": "DE", "other": "KR", "boards": "JP"},
    "components": {"ic": "advanced-ic", "board": "board"},
    "bom": [("P", "board"), ("board", "ic")],
    "sources": [
        {"item_id": "ic", "supplier_id": "fab"},
        {"item_id": "board", "supplier_id": "boards", "buffer_days": 30.0},
        {"item_id": "P", "supplier_id": "maker", "buffer_days": 12.5},
    ],
}


def why(network: Network, *events: dict[str, Any]) -> Impact:
    scenario = scenario_from({"name": "test", "events": list(events)})
    return find(network, scenario, is_explained=True)


def chain(make: Make, *more: dict[str, Any], **changes: Any) -> Network:
    return make(**{**CHAIN, "sources": [*CHAIN["sources"], *more], **changes})


def add_up(found: Impact) -> None:
    """Check that on every path the days lead from the event to the date in losses."""
    for name in ("loss_steps", "remedies"):
        RESULTS[name].validate(getattr(found, name))
    steps = found.loss_steps
    for path in steps.partition_by("part_id", "branch_id", "mode", "certainty"):
        rows = path.sort("step").to_dicts()
        assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["happens"] == "cut" for row in rows] == [True] + [False] * (len(rows) - 1)
        for row, before in zip(rows, [None, *rows], strict=False):
            added = row["wait_days"] + row["stock_days"] + row["others_days"]
            assert row["from_day"] + added == pytest.approx(row["day"], abs=1e-6)
            if before:
                assert row["from_day"] == before["day"]
        last = rows[-1]
        assert last["item_id"] == last["part_id"]
        loss = found.losses.row(
            by_predicate=(pl.col("part_id") == last["part_id"])
            & (pl.col("branch_id") == last["branch_id"]),
            named=True,
        )
        if loss["certainty"] == last["certainty"]:
            assert loss[f"{last['mode']}_lost_on"] == last["falls_on"]


def test_the_days_of_a_chain_add_up(make: Make) -> None:
    found = why(chain(make), EVENT)
    add_up(found)
    steps = found.loss_steps.filter(mode="supply").to_dicts()
    told = [(row["item_id"], row["supplier_id"], row["happens"], row["day"]) for row in steps]
    assert told == [
        ("ic", "fab", "cut", 15.0),
        ("board", "boards", "stock used up", 45.0),
        ("P", "maker", "stock used up", 57.5),
    ]
    added = [(row["wait_days"], row["stock_days"], row["others_days"]) for row in steps]
    assert added == [(5.0, 0.0, 0.0), (0.0, 30.0, 0.0), (0.0, 12.5, 0.0)]
    assert {row["from_day"] for row in steps} == {10.0, 15.0, 45.0}
    # repair stands on the same board, and keeps no stock of its own
    repair = found.loss_steps.filter(mode="repair").to_dicts()
    assert [(row["supplier_id"], row["day"]) for row in repair] == [
        ("fab", 15.0),
        ("boards", 45.0),
        ("shop", 45.0),
    ]


def test_an_event_from_before_the_plan_waits_for_the_first_day(make: Make) -> None:
    early = {**EVENT, "from": "2020-06-02", "effect": {"supply": "stop"}}
    first = why(chain(make), early).loss_steps.row(0, named=True)
    assert (first["from_day"], first["wait_days"], first["day"]) == (-20.0, 20.0, 0.0)


def test_a_partial_loss_makes_stock_last_longer_in_the_steps(make: Make) -> None:
    found = why(chain(make), {**EVENT, "effect": {"supply": {"capacity": 0.5}}})
    add_up(found)
    steps = found.loss_steps.to_dicts()
    assert [row["stock_days"] for row in steps] == [0.0, 60.0, 25.0]
    assert [row["share_left"] for row in steps] == [0.5, 0.5, 0.5]


def test_other_sources_bridge_days_in_the_steps(make: Make) -> None:
    other = {"item_id": "ic", "supplier_id": "other"}
    later = {"id": "later", "from": "2020-08-01", "hits": {"suppliers": ["other"]}}
    network = chain(make, other)
    assert why(network, EVENT).loss_steps.is_empty()
    found = why(network, EVENT, {**later, "effect": {"supply": "stop"}})
    add_up(found)
    first = found.loss_steps.row(0, named=True)
    assert (first["event_id"], first["day"]) in (("cut", 40.0), ("later", 40.0))
    assert first["wait_days"] + first["others_days"] == 40.0 - first["from_day"]


def test_what_would_break_a_path(make: Make) -> None:
    spare = {
        "item_id": "ic", "supplier_id": "other", "is_qualified": False, "qualification_days": 90.0,
    }  # fmt: skip
    network = chain(make, spare)
    found = why(network, EVENT)
    add_up(found)
    rows = found.remedies.filter(mode="supply").to_dicts()
    told = {(row["action"], row["item_id"], row["supplier_id"]): row for row in rows}
    # where there is another source, no second one is looked for
    assert set(told) == {
        ("qualify", "ic", "other"),
        ("hold", "ic", "boards"),
        ("hold", "board", "maker"),
    }
    approve = told["qualify", "ic", "other"]
    assert (approve["days"], approve["needed_on"]) == (90.0, START + dt.timedelta(15))
    assert approve["begin_by"] == START + dt.timedelta(15 - 90)
    assert not approve["is_in_time"]
    assert approve["lost_on"] == START + dt.timedelta(57)
    assert approve["lost_on_with"] is None
    # the ic is short from day 15 until it is approved on day 105; 30 days are held already
    assert told["hold", "ic", "boards"]["days"] == 60.0
    # the board is short from day 45 to day 105; 12.5 days are held already
    assert told["hold", "board", "maker"]["days"] == 48.0
    assert {row["lost_on_with"] for row in rows} == {None}


def test_each_remedy_holds_when_the_network_has_it(make: Make) -> None:
    """Write every remedy into the tables, and find the losses again."""
    spare = {
        "item_id": "ic", "supplier_id": "other", "is_qualified": False, "qualification_days": 90.0,
    }  # fmt: skip
    later = {"id": "later", "from": "2021-02-01", "hits": {"suppliers": ["other"]}}
    events = [EVENT, {**later, "effect": {"supply": "stop"}}]
    network = chain(make, spare)
    rows = why(network, *events).remedies.filter(mode="supply").to_dicts()
    assert {row["action"] for row in rows} == {"qualify", "hold"}
    for row in rows:
        sources = network["sources"]
        if row["action"] == "qualify":
            mine = pl.col("supplier_id") == row["supplier_id"]
            changed = sources.with_columns(is_qualified=mine | pl.col("is_qualified"))
        else:
            mine = pl.col("supplier_id") == row["supplier_id"]
            more = pl.when(mine).then(row["days"]).otherwise(0.0)
            changed = sources.with_columns(buffer_days=pl.col("buffer_days") + more)
        mended = replace(network, tables={**network.tables, "sources": changed})
        lost = why(mended, *events).losses
        lost_on = lost["supply_lost_on"][0] if len(lost) else None
        assert lost_on == row["lost_on_with"], row
        assert lost_on is None or lost_on > row["lost_on"]


def test_a_single_source_asks_for_a_second_one(make: Make) -> None:
    found = why(chain(make), EVENT)
    rows = found.remedies.filter(mode="supply").to_dicts()
    second = next(row for row in rows if row["action"] == "second source")
    assert (second["item_id"], second["supplier_id"], second["days"]) == ("ic", None, None)
    assert (second["needed_on"], second["lost_on_with"]) == (START + dt.timedelta(15), None)
    # the loss is for good, and stock to the plan's end takes 730 - 15 - 30 days
    hold = next(row for row in rows if (row["action"], row["item_id"]) == ("hold", "ic"))
    assert (hold["days"], hold["days_gained"]) == (685.0, 730 - 57)


def test_a_remedy_that_another_path_undoes_is_not_told(make: Make) -> None:
    twice = {**EVENT, "hits": {"suppliers": ["fab", "boards"]}, "effect": {"supply": "stop"}}
    found = why(chain(make), twice)
    add_up(found)
    actions = {(row["action"], row["item_id"]) for row in found.remedies.to_dicts()}
    # the board is cut itself: neither a second source of ic nor more of it helps
    assert actions == {("hold", "board")}


def test_a_second_source_is_not_cut_for_whom_it_is_made(make: Make) -> None:
    """What is made for the listed maker is cut; a second source buys as the other maker does."""
    network = make(
        {"P": {"supplier_id": "listed"}, "Q": {"supplier_id": "free"}},
        {"listed": "CN", "free": "FI", "fab": "TW"},
        {"ic": "advanced-ic"},
        [("P", "ic"), ("Q", "ic")],
        [{"item_id": "ic", "supplier_id": "fab"}],
    )
    ban = {**EVENT, "hits": {"suppliers": ["listed"]}, "effect": {"supply": "stop"}}
    rows = why(network, ban).remedies.to_dicts()
    told = [(row["part_id"], row["action"], row["item_id"], row["lost_on_with"]) for row in rows]
    assert told == [("P", "second source", "P", None)]


def test_nothing_is_explained_unless_asked(make: Make) -> None:
    found = find(chain(make), scenario_from({"name": "test", "events": [EVENT]}))
    assert found.loss_steps.is_empty()
    assert found.remedies.is_empty()


def test_steps_add_up_on_random_networks() -> None:
    for seed in range(30):
        found = find(network(random_tables(seed)), random_scenario(seed), is_explained=True)
        add_up(found)
        for row in found.remedies.to_dicts():
            assert row["days_gained"] > 0


def test_a_second_source_stands_beside_the_first() -> None:
    """A node of one delivery that needs another: cut, it lives on through the second source."""
    graph = Graph(
        np.array([0, 1, 2]), np.array([0, 1]), np.ones(2), np.array([5.0, 0.0]), np.zeros(2),
        np.array([0, 1, 1]), np.array([1]), np.array([0, 0, 1]), np.array([0]),
    )  # fmt: skip
    one = (np.ones(1), np.ones(1))
    laws = Laws(np.array([0, -1]), np.array([0, 1]), np.array([3.0]), np.zeros(1), *one)
    assert reach(graph, laws, 100.0).fell.tolist() == [3.0, np.inf]
    doubled, same = with_second(graph, laws, np.array([0]))
    assert doubled.first_delivery.tolist() == [0, 2, 3]
    assert doubled.need.tolist() == [1, 1]
    assert reach(doubled, same, 100.0).fell.tolist() == [np.inf, np.inf]
    # what both need still takes both
    late = Laws(np.array([0, 0]), np.array([0, 1]), np.array([3.0]), np.zeros(1), *one)
    assert reach(*with_second(graph, late, np.array([0])), 100.0).fell.tolist() == [3.0, 3.0]
