"""What waiting is worth, against every pair of orders there is, each judged slowly on its own."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from keepline.model.errors import PlanError
from keepline.model.policy import Budget, Policy, Service
from keepline.model.signal import Signal
from keepline.stock import weigh_waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

START = dt.date(2020, 1, 1)
#: Beyond all reach, so that the budget alone decides, over all months alike.
FOR_EVER = {"survive_days": 92, "confidence": 1.0 - 1e-15}
MONTHS = np.array([31.0, 29.0, 31.0]) / 91.0
MOST = 9
ONE = {"c": {"ship_days": 1.0}}
TWO = {**ONE, "d": {"parent_id": "c", "ship_days": 6.0}}


def weighed(found: Any, happens: Sequence[bool], day: int, **said: Any) -> Any:
    """Weigh waiting for what tells some branches apart."""
    budget = {key: said.pop(key) for key in ("stock", "per_quarter") if key in said}
    known_on = START + dt.timedelta(days=day)
    signal = Signal("event", known_on, tuple(happens), 0.5, known_on, known_on)
    return weigh_waiting(
        found.network,
        found.pools,
        found.supply,
        found.places,
        found.branches,
        Policy(Service(**{**FOR_EVER, **said}), Budget(**budget)),
        signal,
    )


def rows(found: Any) -> dict[str, dict[str, Any]]:
    return {row["strategy"]: row for row in found.waiting.iter_rows(named=True)}


def random_case(case: Callable[..., Any], seed: int, depots: Any, **said: Any) -> Any:
    """One part, three months, three branches: cuts, slow leads, supply that comes back."""
    draw = np.random.default_rng(seed)
    part = {
        "unit_cost": 100.0,
        "failures_per_year": float(draw.uniform(0.5, 1.5)),
        "repair_share": float(draw.choice([0.0, 0.6])),
        "repair_days": float(draw.integers(10, 40)),
        "lead_days": float(draw.integers(5, 20)),
        "weight": float(draw.uniform(0.5, 2.0)),
        **said,
    }
    cuts = []
    for branch in range(3):
        day = int(draw.integers(15, 70))
        kind = draw.integers(0, 4)
        if kind == 0:
            cuts.append(("p", branch, "supply", day, 0.0))
        elif kind == 1:
            cuts += [("p", branch, "supply", 5, 0.0), ("p", branch, "supply", 30, 1.0)]
        elif kind == 2:
            cuts.append(("p", branch, "supply", int(draw.integers(0, 30)), 1.0, 2.0))
        if draw.uniform() < 0.5:
            cuts.append(("p", branch, "repair", day, 0.0))
    installed = [(f"s{depot}", "p", int(draw.integers(6, 14))) for depot in depots]
    sites = {f"s{depot}": depot for depot in depots}
    stock = [("c", "p", int(draw.integers(0, 2)))]
    return case({"p": part}, depots, sites, installed, stock, (), cuts, (0.5, 0.3, 0.2), days=91)


class Enumerated:
    """The value of every pair of orders of the one part, in service lost, by direct judgement."""

    def __init__(self, found: Any, slow: Any, months: Any, happens: Any, day: int, price: float):
        self.found, self.judge = found, slow(found, "p")
        self.days, self.price = months(found), price
        self.outcomes = [np.array(happens), ~np.array(happens)]
        self.chances = found.branches["probability"].to_numpy()
        self.day = day
        self.memory: dict[Any, float] = {}

    def arrival(self, day: float, among: Any) -> float:
        lead = self.judge.part["lead_days"] + self.found.network["depots"]["ship_days"][0]
        factor = max(self.judge.left(int(w), "supply", day)[1] for w in np.nonzero(among)[0])
        return float(np.ceil(day + lead * factor))

    def lost(self, row: int, first: tuple[int, ...], second: tuple[int, ...]) -> float:
        """Return the service lost under an outcome, weighed by its probability."""
        key = row, first, second
        if key not in self.memory:
            days = self.arrival(0.0, [True] * 3), self.arrival(self.day, self.outcomes[row])
            bought = [
                (depot, units, there if ship == 0.0 else float(np.ceil(there + ship)))
                for there, each in zip(days, (first, second), strict=True)
                for (depot, ship), units in zip(self.judge.ships.items(), each, strict=True)
            ]
            self.memory[key] = sum(
                weight
                * self.chances[w]
                * sum(short for short, _ in self.judge.short(int(w), day, tuple(bought)).values())
                for day, weight in zip(self.days, MONTHS, strict=True)
                for w in np.nonzero(self.outcomes[row])[0]
            )
        return float(self.judge.part["weight"] * self.memory[key])

    def chance(self, row: int) -> float:
        return float(self.chances @ self.outcomes[row])

    def after(self, row: int, first: tuple[int, ...], orders: Any) -> float:
        """Return the least that a second order and its loss come to."""
        return min(
            self.chance(row) * self.price * sum(second) + self.lost(row, first, second)
            for second in orders
        )

    def values(self, orders: Sequence[tuple[int, ...]]) -> dict[str, float]:
        none = orders[0]
        assert not any(none)
        both = (0, 1)
        return {
            "buy now": min(
                self.price * sum(first) + sum(self.lost(g, first, none) for g in both)
                for first in orders
            ),
            "wait": sum(self.after(g, none, orders) for g in both),
            "some now": min(
                self.price * sum(first) + sum(self.after(g, first, orders) for g in both)
                for first in orders
            ),
            "knew already": sum(
                min(
                    self.chance(g) * self.price * sum(first) + self.after(g, first, orders)
                    for first in orders
                )
                for g in both
            ),
        }


HAPPENS = ((True, False, False), (False, True, False), (True, False, True))


@pytest.mark.parametrize("seed", range(9))
@pytest.mark.parametrize("minimum", [1, 3])
def test_the_four_values_are_those_of_every_pair_of_orders(
    case: Callable[..., Any], slow: Any, months: Any, seed: int, minimum: int
) -> None:
    found = random_case(case, seed, ONE, minimum_order=minimum)
    happens, day = HAPPENS[seed % 3], 10 + 5 * (seed % 5)
    told = weighed(found, happens, day, stock=400.0)
    slowly = Enumerated(found, slow, months, happens, day, 100.0 / told.price)
    orders = [(0,), *((units,) for units in range(minimum, MOST + minimum))]
    values = slowly.values(orders)
    for strategy, row in rows(told).items():
        value = row["total"] / told.price
        assert value == pytest.approx(values[strategy], rel=1e-8), strategy
        assert row["total_low"] == pytest.approx(row["total"], rel=1e-8)
    assert told.is_exact
    now, some = rows(told)["buy now"], rows(told)["some now"]
    assert told.value_of_waiting == pytest.approx(now["total"] - some["total"], abs=1e-5)
    # most of what could be bought was looked at
    assert max(now["units_now"], some["units_now"] + some["units_if"]) < MOST


@pytest.mark.parametrize("seed", range(4))
def test_placed_orders_lie_between_the_bound_and_the_best_placement(
    case: Callable[..., Any], slow: Any, months: Any, seed: int
) -> None:
    found = random_case(case, 20 + seed, TWO, failures_per_year=0.5)
    happens, day = HAPPENS[seed % 3], 15
    told = weighed(found, happens, day, stock=300.0)
    slowly = Enumerated(found, slow, months, happens, day, 100.0 / told.price)
    orders = [each for each in product(range(5), repeat=2) if sum(each) < 5]
    values = slowly.values(orders)
    by = {strategy: row["total"] / told.price for strategy, row in rows(told).items()}
    low = rows(told)["some now"]["total_low"] / told.price
    assert by["buy now"] == pytest.approx(values["buy now"], rel=1e-8)
    assert by["wait"] == pytest.approx(values["wait"], rel=1e-8)
    assert low <= values["some now"] * (1.0 + 1e-8)
    assert by["some now"] >= values["some now"] * (1.0 - 1e-8)
    assert by["some now"] <= values["some now"] * 1.01
    assert by["knew already"] <= values["knew already"] * (1.0 + 1e-8)


@pytest.mark.parametrize("seed", range(8))
def test_knowing_is_best_and_waiting_for_all_or_nothing_never_is(
    case: Callable[..., Any], seed: int
) -> None:
    found = random_case(case, 40 + seed, TWO if seed % 2 else ONE)
    told = weighed(found, HAPPENS[seed % 3], 8 * seed, stock=300.0)
    by = {strategy: row["total"] for strategy, row in rows(told).items()}
    assert by["knew already"] <= rows(told)["some now"]["total_low"] * (1.0 + 1e-12)
    assert rows(told)["some now"]["total_low"] <= by["some now"]
    assert by["some now"] <= min(by["buy now"], by["wait"]) * (1.0 + 1e-9)
    for row in rows(told).values():
        assert all(np.isfinite(value) for value in row.values() if isinstance(value, float))
        spent = row["cost_now"] + row["cost_after"]
        assert row["total"] == pytest.approx(spent + row["service_lost"] * told.price, rel=1e-9)
    parts = told.waiting_parts
    assert parts["value_of_waiting"].sum() == pytest.approx(told.value_of_waiting, rel=1e-6)
    assert parts["cost_of_waiting"].sum() == pytest.approx(told.cost_of_waiting, rel=1e-6)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two strategies order the same; what bounds them may still differ."""
    figures = set(one) - {"strategy", "law", "total_low"}
    return all(one[name] == pytest.approx(other[name], rel=1e-9) for name in figures)


def test_a_signal_without_effect_leaves_nothing_to_wait_for(case: Callable[..., Any]) -> None:
    part = {"failures_per_year": 1.0, "repair_share": 0.0, "lead_days": 10.0}
    cuts = [("p", branch, "supply", 60, 0.0) for branch in (0, 1)]
    found = case(
        {"p": part}, TWO, {"s": "d"}, [("s", "p", 12)], cuts=cuts, chances=(0.6, 0.4), days=91
    )
    told = weighed(found, (True, False), 5, stock=300.0)
    by = rows(told)
    assert same(by["some now"], by["buy now"])
    assert by["buy now"]["units_now"] > 0
    assert told.value_of_waiting == 0.0
    assert told.value_of_knowing == pytest.approx(0.0, abs=1e-3 * told.price)


def test_what_comes_after_the_cut_is_bought_now_or_never(case: Callable[..., Any]) -> None:
    part = {"failures_per_year": 1.0, "repair_share": 0.0, "lead_days": 20.0}
    cuts = [("p", branch, "supply", 30, 0.0) for branch in (0, 1)]
    cuts.append(("p", 0, "repair", 40, 0.0))
    found = case(
        {"p": part}, ONE, {"s": "c"}, [("s", "p", 12)], cuts=cuts, chances=(0.6, 0.4), days=91
    )
    told = weighed(found, (True, False), 20, stock=300.0)
    by = rows(told)
    assert same(by["some now"], by["buy now"])
    assert by["wait"]["units_after"] == 0.0
    assert told.cost_of_waiting > 0.0


def cut_in_one(case: Callable[..., Any], **said: Any) -> Any:
    part = {"failures_per_year": 1.0, "repair_share": 0.0, "lead_days": 5.0, **said}
    cuts = [("p", 0, "supply", 60, 0.0)]
    return case(
        {"p": part}, ONE, {"s": "c"}, [("s", "p", 12)], cuts=cuts, chances=(0.5, 0.5), days=91
    )


def test_a_decision_in_time_is_waited_for(case: Callable[..., Any]) -> None:
    told = weighed(cut_in_one(case), (True, False), 2, availability=0.95, stock=1000.0)
    by = rows(told)
    assert told.value_of_waiting > 0.0
    assert by["some now"]["units_if"] > by["some now"]["units_if_not"]
    assert told.value_of_knowing >= told.value_of_waiting


def test_a_decision_after_the_end_is_not_waited_for(case: Callable[..., Any]) -> None:
    told = weighed(cut_in_one(case), (True, False), 200, stock=300.0)
    by = rows(told)
    assert same(by["some now"], by["buy now"])
    assert by["wait"]["units_after"] == 0.0


def test_a_decision_before_the_start_is_known_at_once(case: Callable[..., Any]) -> None:
    told = weighed(cut_in_one(case), (True, False), -30, stock=300.0)
    by = rows(told)
    assert told.day == 0.0
    assert by["wait"]["total"] == pytest.approx(by["some now"]["total"], rel=1e-9)
    assert by["some now"]["total"] == pytest.approx(by["knew already"]["total"], rel=1e-9)


def test_without_a_budget_for_anything_the_price_is_that_of_the_first_unit(
    case: Callable[..., Any],
) -> None:
    told = weighed(cut_in_one(case), (True, False), 10, stock=0.0)
    assert told.price > 0.0
    assert rows(told)["buy now"]["units_now"] == 0.0


def test_where_nothing_helps_there_is_nothing_to_weigh(case: Callable[..., Any]) -> None:
    with pytest.raises(PlanError, match="nothing to weigh") as error:
        weighed(cut_in_one(case, lead_days=400.0), (True, False), 10, stock=300.0)
    assert error.value.code == "KL-037"


def test_a_part_whose_loss_counts_nothing_is_not_bought(case: Callable[..., Any]) -> None:
    found = case(
        {
            "p": {"failures_per_year": 1.0, "repair_share": 0.0, "lead_days": 5.0},
            "q": {"failures_per_year": 1.0, "repair_share": 0.0, "weight": 0.0, "lead_days": 5.0},
        },
        ONE,
        {"s": "c"},
        [("s", "p", 12), ("s", "q", 12)],
        cuts=[("p", 0, "supply", 60, 0.0)],
        chances=(0.5, 0.5),
        days=91,
    )
    parts = weighed(found, (True, False), 10, stock=300.0).waiting_parts.filter(part_id="q")
    assert parts.select("units_all_now", "units_now", "units_if", "units_if_not").row(0) == (0,) * 4
