"""The gate from tables to arrays, against figures worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from keepline.model.arrays import roots

if TYPE_CHECKING:
    from collections.abc import Callable

TREE = {
    "north": {"operator_id": "one", "ship_days": 4.0},
    "leeds": {"operator_id": "one", "parent_id": "north", "ship_days": 2.0},
    "street": {"operator_id": "one", "parent_id": "leeds", "ship_days": 0.5},
    "south": {"operator_id": "two", "ship_days": 0.0},
    "bath": {"operator_id": "two", "parent_id": "south", "ship_days": 3.0},
}
SITES = {"s1": "leeds", "s2": "street", "s3": "north", "s4": "bath"}


@pytest.fixture(scope="module")
def two_trees(case: Callable[..., Any]) -> Any:
    return case(
        {"radio": {"failures_per_year": 0.73, "lead_days": 30.0}, "router": {}, "shelf": {}},
        TREE,
        SITES,
        [("s1", "radio", 10), ("s2", "radio", 5, 1), ("s3", "radio", 1), ("s4", "radio", 2)],
        [("leeds", "radio", 3), ("leeds", "radio", 2, "maker"), ("bath", "router", 7)],
        [("south", "shelf", 9, 20), ("north", "radio", 4, -3), ("leeds", "radio", 6, 50)],
    )


def test_a_pool_is_a_part_in_a_tree(two_trees: Any) -> None:
    pools, network = two_trees.pools, two_trees.network
    depots, parts = network["depots"]["depot_id"], network["parts"]["part_id"]
    named = [
        (depots[int(root)], parts[int(part)])
        for root, part in zip(pools.root, pools.part, strict=True)
    ]
    assert named == [
        ("north", "radio"),
        ("south", "radio"),
        ("south", "router"),
        ("south", "shelf"),
    ]
    at = [[depots[int(row)] for row in pools.depot[a:b]] for a, b in _spans(pools.first)]
    assert at == [["north", "leeds", "street"], ["south", "bath"], ["south", "bath"], ["south"]]
    assert pools.installed.tolist() == [16.0, 2.0, 0.0, 0.0]


def test_rates_ship_times_and_stock(two_trees: Any) -> None:
    pools = two_trees.pools
    a_unit = 0.73 / 365.25
    assert pools.rate[:5] == pytest.approx([a_unit, 10 * a_unit, 5 * a_unit, 0.0, 2 * a_unit])
    # a chain adds up; the centre's own receipt belongs to the lead time
    assert pools.ship_days[:5].tolist() == [0.0, 2.0, 2.5, 0.0, 3.0]
    assert pools.lead_days.tolist() == [34.0, 30.0, 60.0, 60.0]
    # units of every owner stand on one shelf
    assert pools.on_hand.tolist() == [0, 5, 0, 0, 0, 0, 7, 0]


def test_orders_due_stand_at_their_depot(two_trees: Any) -> None:
    pools = two_trees.pools
    found = [
        (row, int(day), int(units))
        for row, (a, b) in enumerate(_spans(pools.due_first))
        for day, units in zip(pools.due_day[a:b], pools.due_quantity[a:b], strict=True)
    ]
    # what was due before the plan begins is there on its first day
    assert found == [(0, 0, 4), (1, 50, 6), (7, 20, 9)]


def test_places_group_like_rows(two_trees: Any) -> None:
    places = two_trees.places
    assert places.first.tolist() == [0, 3, 4, 4, 4]
    assert places.quantity.tolist() == [1, 5, 10, 2]
    assert places.spare.tolist() == [0, 1, 0, 0]
    assert places.units.tolist() == [1.0, 5.0, 10.0, 2.0]


def test_like_sites_are_one_group(case: Callable[..., Any]) -> None:
    many = case(
        {"p": {}},
        {"c": {}},
        {f"s{n}": "c" for n in range(4)},
        [(f"s{n}", "p", 3) for n in range(4)],
    )
    assert many.places.quantity.tolist() == [3]
    assert many.places.units.tolist() == [12.0]


def test_roots_of_depots(two_trees: Any) -> None:
    assert roots(two_trees.network).tolist() == [0, 0, 0, 3, 3]


def _laws(found: Any) -> list[list[tuple[float, ...]]]:
    table = np.column_stack(found.supply[2:])
    return [[tuple(row) for row in table[a:b].tolist()] for a, b in _spans(found.supply.first)]


def _spans(first: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(first[:-1].tolist(), first[1:].tolist(), strict=True))


def _with(case: Callable[..., Any], *cuts: tuple[Any, ...], branches: int = 3) -> Any:
    parts: dict[str, dict[str, Any]] = {"p": {}, "q": {}}
    return case(parts, {"c": {}}, {"s": "c"}, [], cuts=cuts, chances=(1 / branches,) * branches)


def test_what_nothing_cuts_follows_the_full_law(case: Callable[..., Any]) -> None:
    found = _with(case)
    assert _laws(found) == [[(0.0, 1.0, 1.0, 1.0)]]
    assert found.supply.law.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_like_timelines_are_one_law(case: Callable[..., Any]) -> None:
    found = _with(
        case,
        ("q", 2, "supply", 30, 0.0),
        ("p", 0, "supply", 30, 0.0),
        ("p", 1, "supply", 31, 0.0),
    )
    law = found.supply.law
    assert law[0, 0] == law[1, 2] != law[0, 1]
    assert law[0, 2] == law[1, 0] == law[1, 1] == 0
    assert len(_laws(found)) == 3


def test_steps_gather_supply_and_repair(case: Callable[..., Any]) -> None:
    found = _with(
        case,
        ("p", 0, "repair", 60, 0.25),
        ("p", 0, "supply", 30, 0.5, 1.5),
        ("p", 0, "supply", 60, 0.0, 2.0),
        ("p", 0, "software", 10, 0.0),
        ("p", 0, "supply", 90, 1.0),
        ("p", 0, "repair", 120, 1.0),
    )
    assert _laws(found)[found.supply.law[0, 0]] == [
        (0.0, 1.0, 1.0, 1.0),
        (30.0, 0.5, 1.5, 1.0),
        (60.0, 0.0, 2.0, 0.25),
        (90.0, 1.0, 1.0, 0.25),
        (120.0, 1.0, 1.0, 1.0),
    ]


def test_of_changes_before_the_plan_the_last_holds(case: Callable[..., Any]) -> None:
    found = _with(
        case,
        ("p", 0, "supply", -10, 0.4),
        ("p", 0, "supply", -40, 0.0),
        ("p", 0, "supply", 5, 1.0),
    )
    assert _laws(found)[1] == [(0.0, 0.4, 1.0, 1.0), (5.0, 1.0, 1.0, 1.0)]


def test_a_network_of_nothing(case: Callable[..., Any]) -> None:
    empty = case({}, {}, {})
    assert empty.pools.part.tolist() == []
    assert empty.pools.first.tolist() == empty.places.first.tolist() == [0]
    assert empty.supply.law.shape == (0, 1)
