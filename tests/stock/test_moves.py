"""Stock in the wrong depot is carried to where it saves most, before anything is bought."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from keepline.model.moving import carried_in, moved
from keepline.stock.stacks import LEAST_COST

if TYPE_CHECKING:
    from collections.abc import Callable

DEPOTS = {
    "c": {"operator_id": "one"},
    "d": {"operator_id": "one", "parent_id": "c", "ship_days": 2.0},
    "e": {"operator_id": "one", "parent_id": "c", "ship_days": 3.0},
}
SITES = {"s": "d", "t": "e", "u": "c"}
ROWS = ("part_id", "from_depot_id", "to_depot_id", "quantity")


def wrong_place(case: Callable[..., Any], **said: Any) -> Any:
    """Return a network all of whose stock lies in depot e, whose supply and repair are cut."""
    defaults = {
        "parts": {"p": {"failures_per_year": 0.5, "repair_share": 0.5}},
        "depots": DEPOTS,
        "sites": SITES,
        "installed": [("s", "p", 8), ("t", "p", 1), ("u", "p", 1)],
        "stock": [("e", "p", 6)],
        "cuts": [("p", 0, "supply", 90, 0.0), ("p", 0, "repair", 90, 0.0)],
    }
    return case(**(defaults | said))


def test_stock_goes_where_units_fail(case: Callable[..., Any]) -> None:
    found = wrong_place(case)
    plan = found.plan(availability=0.95, move_cost=0.0)
    without = found.plan(availability=0.95)
    assert plan.is_target_met
    assert plan.moves.filter(from_depot_id="e")["quantity"].sum() >= 3
    assert set(plan.moves["from_depot_id"]) == {"e"}
    assert plan.purchases["cost"].sum() < without.purchases["cost"].sum()
    assert plan.cost_without_moves == without.purchases["cost"].sum()
    assert plan.moves_bound <= plan.moves_left < plan.moves_lost
    assert plan.moves_lost == pytest.approx(without.service_lost_today)
    assert (plan.moves["service_saved"] > 0.0).all()
    assert not len(without.moves)


def test_moves_are_there_after_both_ship_times(case: Callable[..., Any]) -> None:
    moves = wrong_place(case).plan(availability=0.95, move_cost=0.0).moves
    days = {"c": 3, "d": 5}
    assert len(moves)
    for depot, there in moves.select("to_depot_id", "arrives_on").iter_rows():
        assert (there - dt.date(2020, 1, 1)).days == days[depot]


def judged(found: Any, slow: Any, months: Any, stock: dict[str, int], chances: Any) -> np.ndarray:
    """Return units short by month of a stock that lies so from the first day, slowly."""
    judge = slow(found, "p")
    shelf, judge.shelf = judge.shelf, list(stock.items())
    by_month = [
        sum(
            chance * sum(short for short, _ in judge.short(branch, day).values())
            for branch, chance in enumerate(chances)
        )
        for day in months(found)
    ]
    judge.shelf = shelf
    return np.array(by_month)


@pytest.mark.parametrize(
    "stock", [(6, 0, 0), (0, 6, 0), (0, 0, 6), (2, 0, 5), (0, 5, 1), (7, 7, 0)]
)
def test_no_placement_of_the_stock_is_better(
    case: Callable[..., Any], slow: Any, months: Any, stock: tuple[int, ...]
) -> None:
    """With no money, what is left after the moves against every placement of the stock."""
    found = wrong_place(
        case,
        parts={"p": {"failures_per_year": 0.8, "repair_share": 0.5}},
        stock=list(zip("cde", ("p",) * 3, stock, strict=True)),
    )
    plan = found.plan(availability=0.9999, stock=0.0, move_cost=0.0)
    decides = int(np.argmin(plan.today))
    units = sum(stock)
    placed = [
        {"c": c, "d": d, "e": units - c - d} for c in range(units + 1) for d in range(units + 1 - c)
    ]
    every = [judged(found, slow, months, one, (1.0,))[decides] for one in placed]
    assert plan.moves_bound == pytest.approx(min(every), abs=1e-9)
    assert plan.moves_lost == pytest.approx(
        judged(found, slow, months, dict(zip("cde", stock, strict=True)), (1.0,))[decides], abs=1e-9
    )
    # every unit carried saves its price, so that what is left is that price a unit above the least
    carried = int(plan.moves["quantity"].sum())
    assert plan.moves_left <= min(every) + units * 0.05
    after = dict(zip("cde", stock, strict=True))
    for _, origin, target, quantity in plan.moves.select(ROWS).iter_rows():
        after[origin] -= quantity
        after[target] += quantity
    assert min(after.values()) >= 0
    assert plan.moves_left == pytest.approx(
        judged(found, slow, months, after, (1.0,))[decides], abs=1e-9
    )
    assert bool(carried) == (plan.moves_left < plan.moves_lost)
    assert plan.moves_lost - plan.moves_left == pytest.approx(
        float(plan.moves["service_saved"].sum()), abs=1e-9
    )


def test_units_are_conserved_and_travel_one_way(case: Callable[..., Any]) -> None:
    found = wrong_place(case, stock=[("e", "p", 6), ("c", "p", 1)])
    moves = found.plan(availability=0.95, move_cost=0.0).moves
    pools = moved(found.pools, carried_in(found.network, found.pools, moves))
    assert pools.on_hand.sum() + pools.due_quantity.sum() == found.pools.on_hand.sum()
    assert (pools.on_hand >= 0).all()
    assert not set(moves["from_depot_id"]) & set(moves["to_depot_id"])


def test_a_cut_of_supply_does_not_stop_a_move(case: Callable[..., Any]) -> None:
    """Supply is cut from the first day; what is carried comes all the same, an order does not."""
    found = wrong_place(
        case,
        cuts=[("p", 0, "supply", 0, 0.0), ("p", 0, "repair", 0, 0.0)],
        orders=[("d", "p", 5, 20)],
    )
    plan = found.plan(availability=0.9, move_cost=0.0)
    assert not len(plan.purchases)
    assert len(plan.moves)
    assert plan.planned[-1] > plan.today[-1] + 0.1


def test_with_no_days_on_the_way_it_is_there_at_once(case: Callable[..., Any]) -> None:
    depots = {one: {**said, "ship_days": 0.0} for one, said in DEPOTS.items()}
    plan = wrong_place(case, depots=depots).plan(availability=0.95, move_cost=0.0)
    assert len(plan.moves)
    assert set(plan.moves["arrives_on"]) == {dt.date(2020, 1, 1)}
    # the centre serves all without delay: there is the one best place
    assert set(plan.moves["to_depot_id"]) <= {"c", "d"}


def test_a_depot_where_nothing_fails_gives_its_stock_away(case: Callable[..., Any]) -> None:
    found = wrong_place(case, installed=[("s", "p", 8), ("u", "p", 2)], stock=[("e", "p", 4)])
    plan = found.plan(availability=0.9999, stock=0.0, move_cost=0.0)
    assert plan.moves["quantity"].sum() == 4


@pytest.mark.parametrize(
    "said",
    [
        {"stock": []},
        {"sites": {"s": "c"}, "installed": [("s", "p", 8)], "depots": {"c": {}}, "stock": []},
        {
            "sites": {"s": "c"},
            "installed": [("s", "p", 8)],
            "depots": {"c": {}},
            "stock": [("c", "p", 3)],
        },
    ],
)
def test_without_stock_or_another_depot_nothing_moves(
    case: Callable[..., Any], said: dict[str, Any]
) -> None:
    plan = wrong_place(case, **said).plan(availability=0.95, move_cost=0.0)
    assert not len(plan.moves)
    assert plan.moves_left == plan.moves_lost


def test_where_the_target_is_met_nothing_moves(case: Callable[..., Any]) -> None:
    plan = wrong_place(case).plan(availability=0.01, move_cost=0.0)
    assert not len(plan.moves)
    assert not len(plan.purchases)


def test_what_comes_after_the_end_is_not_sent(case: Callable[..., Any]) -> None:
    depots = {**DEPOTS, "e": {**DEPOTS["e"], "ship_days": 400.0}}
    plan = wrong_place(case, depots=depots).plan(availability=0.95, move_cost=0.0)
    assert not len(plan.moves)


@pytest.mark.parametrize("cost", [99.0, 100.0, 1e6])
def test_what_costs_as_much_to_carry_as_to_buy_is_bought(
    case: Callable[..., Any], cost: float
) -> None:
    found = wrong_place(case)
    plan = found.plan(availability=0.95, move_cost=cost)
    assert plan.moves["cost"].sum() + plan.purchases["cost"].sum() <= plan.cost_without_moves
    assert cost < 100.0 or not len(plan.moves)


def test_a_dearer_move_must_save_more(case: Callable[..., Any]) -> None:
    found = wrong_place(case)
    units = [
        found.plan(availability=0.95, move_cost=cost).moves["quantity"].sum()
        for cost in (LEAST_COST * 100.0, 30.0, 100.0)
    ]
    assert units[0] >= units[1] >= units[2] == 0


def two_trees(case: Callable[..., Any], owner: str, **said: Any) -> Any:
    depots = {
        "c": {"operator_id": "one", "ship_days": 1.0},
        "d": {"operator_id": "one", "parent_id": "c", "ship_days": 2.0},
        "z": {"operator_id": owner, "ship_days": 4.0, **said},
    }
    return wrong_place(
        case,
        depots=depots,
        sites={"s": "d", "t": "z"},
        installed=[("s", "p", 1), ("t", "p", 9)],
        stock=[("d", "p", 7)],
    )


def test_between_trees_of_one_operator(case: Callable[..., Any]) -> None:
    plan = two_trees(case, "one").plan(availability=0.9, move_cost=0.0)
    row = plan.moves.row(0, named=True)
    assert (row["from_depot_id"], row["to_depot_id"]) == ("d", "z")
    # two days to the centre, and four of receipt at the other
    assert row["arrives_on"] == dt.date(2020, 1, 7)
    assert plan.purchases["cost"].sum() < plan.cost_without_moves


def test_never_between_operators_nor_into_limited_room(case: Callable[..., Any]) -> None:
    assert not len(two_trees(case, "two").plan(availability=0.9, move_cost=0.0).moves)
    full = two_trees(case, "one", capacity_m3=50.0)
    assert not len(full.plan(availability=0.9, move_cost=0.0).moves)


def test_the_order_of_rows_changes_nothing(case: Callable[..., Any]) -> None:
    depots = {**DEPOTS, "f": {**DEPOTS["d"]}}
    said = {
        "depots": depots,
        "sites": {**SITES, "v": "f"},
        "installed": [("s", "p", 5), ("t", "p", 1), ("v", "p", 5)],
        "stock": [("e", "p", 5), ("c", "p", 1)],
    }
    plans = [
        wrong_place(case, **said, shuffle=seed).plan(availability=0.95, move_cost=0.0)
        for seed in (None, 1, 2, 3)
    ]
    assert len(plans[0].moves)
    for plan in plans[1:]:
        assert plan.moves.select(ROWS).equals(plans[0].moves.select(ROWS))
        assert plan.purchases["cost"].sum() == plans[0].purchases["cost"].sum()


def test_limits_on_orders_are_kept_and_moves_make_it_no_dearer(case: Callable[..., Any]) -> None:
    found = wrong_place(case)
    plan = found.plan(availability=0.93, move_cost=0.0, per_quarter=300.0)
    without = found.plan(availability=0.93, per_quarter=300.0)
    assert plan.purchases["cost"].sum() <= without.purchases["cost"].sum()
    assert plan.is_target_met >= without.is_target_met
