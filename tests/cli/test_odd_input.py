"""Odd figures through the real commands: an answer with a number in every place, or clear words."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model.results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Change = tuple[str, str, str]
LATER: Change = ("scenario.yaml", "2020-10-01", "2022-06-21")
SEEN = (
    ("parts.csv", ",lead_days", ",lead_days,units_seen,hours_seen,failures_seen"),
    ("parts.csv", "45,maker,60", "45,maker,60,1,1,0"),
    ("parts.csv", "60,,60", "60,,60,1,1,0"),
)


def column(name: str, value: str) -> list[Change]:
    """Return the changes that give both parts a column more."""
    return [
        ("parts.csv", ",lead_days", f",lead_days,{name}"),
        ("parts.csv", "45,maker,60", f"45,maker,60,{value}"),
        ("parts.csv", "60,,60", f"60,,60,{value}"),
    ]


def service(said: str) -> list[Change]:
    """Return the changes that give the policy another target and no budget."""
    return [
        ("policy.yaml", "{availability: 0.98, confidence: 0.95}", said),
        ("policy.yaml", "budget: {stock: 400_000}", ""),
    ]


def budget(said: str) -> list[Change]:
    """Return the change of the policy's budget."""
    return [("policy.yaml", "{stock: 400_000}", said)]


ODD: dict[str, list[Change]] = {
    "rates of zero": [("parts.csv", "3200,0.2", "3200,0"), ("parts.csv", "900,0.1", "900,0")],
    "a part installed nowhere": [
        ("parts.csv", "1e5,Line", "x9,Spare,other,IP,5,0.1,0,60,,60\n1e5,Line"),
        ("stock.csv", "centre,1e5", "centre,x9,7\ncentre,1e5"),
    ],
    "a target of 1": service("{availability: 1.0}"),
    "a target of 0": service("{availability: 0}"),
    "survival past the plan": service("{survive_days: 9999}"),
    "survival of no day": service("{survive_days: 0}"),
    "a budget of 0": budget("{stock: 0}"),
    "a budget of 0 a quarter": budget("{per_quarter: 0}"),
    "no money at all": budget("{stock: 0, per_quarter: 0}"),
    "a cut before the start": [("scenario.yaml", "2020-10-01", "2019-01-01")],
    "a cut on the last day": [LATER],
    "shorter than any lead time": [("network.yaml", "2022-06-21", "2020-07-05")],
    "one day": [("network.yaml", "2022-06-21", "2020-06-22"), LATER],
    "units for nothing": [("parts.csv", "3200", "0"), ("parts.csv", "900", "0")],
    "weights of 0": column("weight", "0"),
    "an order larger than all": column("minimum_order", "1000000000"),
    # a shorter plan, for so wide a law of the rate takes long
    "nothing seen in an hour": [*SEEN, ("network.yaml", "2022-06-21", "2020-12-31")],
    "nothing seen of a rate of 0": [*SEEN, ("parts.csv", "3200,0.2", "3200,0")],
    "a target of 1 and rates of zero": [
        ("parts.csv", "3200,0.2", "3200,0"),
        ("parts.csv", "900,0.1", "900,0"),
        *service("{availability: 1.0}"),
    ],
    "no lead time": [("parts.csv", "45,maker,60", "0,maker,0"), ("parts.csv", "60,,60", "0,,0")],
    "a lead time of centuries": [("parts.csv", "45,maker,60", "45,maker,1e6")],
    "no room": [
        *column("volume_m3", "1"),
        ("depots.csv", "ship_days", "ship_days,capacity_m3"),
        ("depots.csv", "ee,,1", "ee,,1,0"),
        ("depots.csv", "centre,2", "centre,2,0"),
    ],
    "no event is likely": [("scenario.yaml", "probability: 0.8", "probability: 0")],
}
#: What may be empty: what is not asked for, not lost, or cannot be had.
MAY_BE_EMPTY = {
    "cost_to_target", "first_order_by", "first_loss_on", "availability_target", "budget_stock",
    "survive_target_days", "programme_first_on", "programme_last_on", "programme_gap",
    "joint_cost", "joint_bound", "joint_gap",
}  # fmt: skip


def empty_columns() -> set[str]:
    """Return the columns of result tables that are declared to hold empty cells."""
    found = set()
    for declared in RESULTS.values():
        found |= {name for name, one in declared.columns().items() if one.nullable}
    return found


def places(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a JSON answer with the name it stands under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, name)
    else:
        yield name, value


def is_whole(answer: Any) -> bool:
    """Check an answer: numbers are finite, nothing promised is empty, shares are shares."""
    empty = MAY_BE_EMPTY | empty_columns()
    for name, value in places(answer):
        assert value is not None or name in empty, name
        if isinstance(value, float):
            assert math.isfinite(value), name
        if name.startswith(("availability_", "probability", "gap")) and value is not None:
            assert 0.0 <= value <= 1.0, (name, value)
    return True


def answered(small: Any, tools: Any) -> dict[str, Any]:
    """Run the commands, and return their answers after a look at every figure."""
    of = (small.net, "-s", small.scenario)
    out = small.path / "out"
    asked: dict[str, tuple[object, ...]] = {
        "impact": ("impact", *of),
        "stock": ("stock", *small.all),
        "simulate": ("simulate", *of, *tools.few),
        "plan": ("plan", *small.all, "-o", out, *tools.few),
    }
    found = {}
    for name, words in asked.items():
        ended = tools.run(*words, "--json")
        assert ended.code == 0, (name, ended.out[-400:], ended.err[-400:])
        found[name] = ended.json
        assert is_whole(ended.json), name
    for file in (out / "tables").glob("*.parquet"):
        for column in pl.read_parquet(file).select(pl.selectors.float()):
            assert column.drop_nulls().is_finite().all(), (file.name, column.name)
    for words in (("stock", *small.all), ("explain", out, "02351234")):
        ended = tools.run(*words)
        assert ended.code == 0
        assert not {"nan", "inf", "none,", "null"} & set(ended.out.lower().split())
    json.loads((out / "plan.json").read_text(), parse_constant=pytest.fail)
    return found


@pytest.fixture
def odd(small: Any, tools: Any) -> Callable[[str], dict[str, Any]]:
    """Return what makes the small network odd, runs the commands on it, and checks the answers."""

    def made(name: str) -> dict[str, Any]:
        for change in ODD[name]:
            small.change(*change)
        return answered(small, tools)

    return made


@pytest.mark.parametrize("name", ODD)
def test_an_answer_in_every_place(name: str, odd: Any) -> None:
    found = odd(name)["stock"]
    cost, to_target = found["purchase_cost"], found["cost_to_target"]
    expected = EXPECTED.get(name)
    if expected:
        assert expected(found), found
    if found["is_target_met"]:
        assert to_target is not None
        assert to_target <= cost + 1e-6
    assert found["availability_plan"] >= found["availability_today"] - 1e-12
    assert found["service_lost_bound"] <= found["service_lost_plan"]


#: What an odd network or policy must be answered with, where one can say.
EXPECTED: dict[str, Callable[[dict[str, Any]], bool]] = {
    "rates of zero": lambda found: (
        found["availability_today"] == 1.0 and not found["purchases"] and found["is_target_met"]
    ),
    "a target of 1 and rates of zero": lambda found: (
        found["is_target_met"] and found["cost_to_target"] == 0.0
    ),
    "a target of 1": lambda found: not found["is_target_met"] and found["cost_to_target"] is None,
    "a target of 0": lambda found: found["is_target_met"] and not found["purchases"],
    "survival of no day": lambda found: found["is_target_met"] and not found["purchases"],
    "a budget of 0": lambda found: not found["purchases"] and found["cost_to_target"] > 0.0,
    "a budget of 0 a quarter": lambda found: not found["purchases"],
    "no money at all": lambda found: not found["purchases"],
    "shorter than any lead time": lambda found: not found["purchases"],
    "one day": lambda found: not found["purchases"],
    "units for nothing": lambda found: found["purchase_cost"] == 0.0 and found["is_target_met"],
    "weights of 0": lambda found: found["availability_today"] == 1.0,
    "an order larger than all": lambda found: not found["purchases"],
    "no room": lambda found: not found["purchases"],
}


def test_no_stock_at_all(small: Any, tools: Any) -> None:
    (small.path / "net" / "stock.csv").unlink()
    found = answered(small, tools)
    assert found["stock"]["purchases"]
    assert all(row["on_hand"] == 0 for row in found["impact"]["endurance"])


def test_one_site_one_part_one_depot(small: Any, tools: Any) -> None:
    for file in ("sites", "depots", "parts", "installed", "stock"):
        rows = (small.path / "net" / f"{file}.csv").read_text().splitlines(keepends=True)
        small.put(f"{file}.csv", "".join(rows[:2]))
    small.change("stock.csv", "02351234,6", "02351234,1")
    found = answered(small, tools)
    assert {row["depot_id"] for row in found["stock"]["purchases"]} == {"centre"}


def test_survival_past_the_plan_is_said_to_be_judged_within_it(small: Any, tools: Any) -> None:
    for change in ODD["survival past the plan"]:
        small.change(*change)
    said = " ".join(tools.run("stock", *small.all).out.split())
    assert "days of survival, judged over the 730 days of the plan" in said.replace("\u202f", " ")


def test_units_seen_for_no_time_are_an_error_in_words(small: Any, tools: Any) -> None:
    for change in ODD["nothing seen in an hour"]:
        small.change(*change)
    small.change("parts.csv", "60,1,1,0", "60,1,0,3")
    for command in ("stock", "impact"):
        words = small.all if command == "stock" else small.all[:3]
        ended = tools.run(command, *words)
        assert ended.code == 2
        assert "parts.csv row 2, column hours_seen" in ended.err
        assert "3 failures were seen in no time" in ended.err
        assert "[IN-120]" in ended.err
