"""With its mechanisms off the field kernel gives, network by network, what the pools by themselves
give; each mechanism changes the answer in the direction that it must."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from keepline.model.mechanisms import NAMES, Mechanisms
from keepline.model.slipping import Slipping
from keepline.simulation import Field
from keepline.simulation.block import setup_of

if TYPE_CHECKING:
    from collections.abc import Callable

#: The formulas' mechanisms, played by the field kernel: what it switches off changes nothing here.
OFF = Mechanisms().without(NAMES)
TREE = {
    "c": {"ship_days": 1.0},
    "n": {"ship_days": 3.0, "parent_id": "c"},
    "s": {"ship_days": 7.0, "parent_id": "c"},
}
SITES = {"a": "n", "b": "n", "d": "s", "e": "c"}


def two_parts(case: Callable[..., Any], **said: Any) -> Any:
    """Two parts in three depots, one cut in one branch, one order due."""
    return case(
        {
            "p": {"failures_per_year": 3.0, "repair_days": 30.0},
            "q": {"failures_per_year": 1.5, "repair_share": 0.3, "lead_days": 45.0},
        },
        **{
            "depots": TREE,
            "sites": SITES,
            "installed": [
                ("a", "p", 4), ("b", "p", 7), ("d", "p", 5), ("e", "p", 2),
                ("a", "q", 6), ("d", "q", 9),
            ],
            "stock": [("c", "p", 4), ("n", "p", 1), ("n", "q", 2), ("c", "q", 1)],
            "orders": [("s", "q", 3, 60)],
            "cuts": [
                ("p", 1, "supply", 60, 0.0), ("p", 1, "repair", 90, 0.0),
                ("q", 1, "supply", 100, 0.5, 2.0),
            ],
            "chances": (0.4, 0.6),
            "days": 240,
            **said,
        },
    )  # fmt: skip


def short_by_month(played: Any, measure: str = "units_short") -> Any:
    table = played.simulated
    return table.filter((table["measure"] == measure) & table["operator_id"].is_null()).sort(
        "month"
    )


def agree(one: Any, other: Any, measure: str) -> None:
    """Means lie within what two independent samples allow, at 99 % in all months together."""
    left, right = (short_by_month(found, measure) for found in (one, other))
    spread = 0.0
    for found in (left, right):
        half = (found["high"] - found["low"]).to_numpy() / 2.0 / 1.96
        spread = spread + half**2
    distance = (left["mean"] - right["mean"]).to_numpy() / np.sqrt(np.maximum(spread, 1e-18))
    # 8 months, two sides, 1 % in all: 3.42
    assert (np.abs(distance) < 3.42).all(), distance


@pytest.mark.parametrize("measure", ["units_short", "availability"])
def test_with_all_off_it_agrees_with_pools_by_themselves(
    case: Callable[..., Any], measure: str
) -> None:
    network = two_parts(case)
    alone = network.play(seed=3, replications=1500, threads=1)
    field = network.play(seed=4, replications=1500, threads=1, field=Field(OFF))
    assert float(short_by_month(alone)["mean"].max()) > 0.5
    agree(alone, field, measure)


def test_leaving_and_uncertain_rates_agree_too(case: Callable[..., Any]) -> None:
    seen = {"units_seen": 20.0, "hours_seen": 8766.0, "failures_seen": 30}
    network = case(
        {"p": {"failures_per_year": 2.0, "shelf_life_days": 50.0, **seen}},
        TREE,
        SITES,
        [("a", "p", 9), ("d", "p", 6)],
        [("c", "p", 6), ("n", "p", 2), ("n", "p", 3, "maker")],
        cuts=[("p", 0, "supply", 80, 0.0)],
        days=240,
    )
    alone = network.play(seed=5, replications=1500, threads=1)
    both = only("leaving", "uncertain_rates")
    field = network.play(seed=6, replications=1500, threads=1, field=both)
    agree(alone, field, "units_short")


def only(*names: str, allocation: str = "first") -> Field:
    """Ask for some mechanisms and no others."""
    off = [name for name in NAMES if name not in names]
    return Field(Mechanisms(allocation=allocation).without(off))


def mean_short(network: Any, field: Field, replications: int = 300) -> float:
    played = network.play(seed=1, replications=replications, threads=1, field=field)
    return float(short_by_month(played)["mean"].mean())


def test_missing_units_that_cannot_fail_leave_fewer_short(case: Callable[..., Any]) -> None:
    network = two_parts(case)
    assert mean_short(network, only("finite_base")) < 0.98 * mean_short(network, only())


def test_spares_in_place_save_service_and_no_units(case: Callable[..., Any]) -> None:
    network = two_parts(case, installed=[("a", "p", 4, 2), ("b", "p", 7, 3), ("d", "q", 9, 4)])
    played = [
        network.play(seed=1, replications=100, threads=1, field=field)
        for field in (only("spare_in_place"), only())
    ]
    assert played[0].today.mean > played[1].today.mean
    short = [short_by_month(one)["mean"] for one in played]
    assert short[0].equals(short[1])


def test_full_workshops_leave_more_short(case: Callable[..., Any]) -> None:
    shop = {"workshops": [{"repairer_id": None, "depot_id": "c", "at_once": 2}]}
    network = two_parts(case, more=shop)
    assert mean_short(network, only("repair_shops")) > 1.1 * mean_short(network, only())
    # room for all is no limit: the same units, and the same failures
    wide = {"workshops": [{"repairer_id": None, "depot_id": None, "at_once": 10_000}]}
    network = two_parts(case, more=wide)
    assert mean_short(network, only("repair_shops")) == pytest.approx(
        mean_short(network, only()), rel=1e-9
    )


def test_substitutes_leave_fewer_short(case: Callable[..., Any]) -> None:
    network = two_parts(
        case, substitutes=[("q", "p")], stock=[("c", "q", 40), ("n", "q", 10), ("s", "q", 10)]
    )
    assert mean_short(network, only("substitution")) < 0.8 * mean_short(network, only())


def test_depots_that_help_out_leave_fewer_short(case: Callable[..., Any]) -> None:
    helping = {**TREE, **{one: {**TREE[one], "lateral_days": 1.0} for one in ("n", "s")}}
    network = two_parts(case, depots=helping, stock=[("s", "p", 25), ("s", "q", 12)])
    assert mean_short(network, only("lateral")) < 0.95 * mean_short(network, only())


SUPPLIERS = [{"supplier_id": "new", "name": "New", "country": "SE"}]


def swapping(case: Callable[..., Any], on: str = "2020-02-10", **said: Any) -> Any:
    """One part of the old maker at three sites, swapped for one of the new maker's."""
    rows = [
        {"site_id": site, "from_supplier_id": "maker", "technology": "5G-RAN",
         "to_supplier_id": "new", "swap_on": dt.date.fromisoformat(on), **said}
        for site in ("a", "b", "d")
    ]  # fmt: skip
    return case(
        {"p": {"failures_per_year": 6.0}, "z": {"supplier_id": "new", "failures_per_year": 0.5}},
        TREE,
        {**{one: {"depot_id": "n", "region": "r"} for one in "ab"},
         "d": {"depot_id": "s", "region": "r"}, "e": {"depot_id": "c", "region": "r"}},
        [("a", "p", 4), ("b", "p", 6), ("d", "p", 5), ("e", "p", 3)],
        [("c", "p", 2)],
        cuts=[("p", 0, "supply", 0, 0.0), ("p", 0, "repair", 0, 0.0)],
        days=366,
        more={
            "suppliers": SUPPLIERS,
            "programme": rows,
            "replacements": [{"part_id": "p", "by_part_id": "z", "ratio": 1.5}],
        },
    )  # fmt: skip


def test_a_programme_takes_the_old_out_and_its_harvest_serves_the_rest(
    case: Callable[..., Any],
) -> None:
    network = swapping(case)
    still = mean_short(network, only())
    swapped = mean_short(network, only("programme"))
    harvested = mean_short(network, only("programme", "harvest"))
    assert harvested < swapped < 0.6 * still


def test_a_programme_that_slips_does_less(case: Callable[..., Any]) -> None:
    network = swapping(case)
    slips = Slipping(1.0, 150.0)
    on_time = only("programme", "slipping")
    late = Field(on_time.mechanisms, slipping=slips)
    never_played = Field(on_time.mechanisms.without(["slipping"]), slipping=slips)
    assert mean_short(network, late) > 1.2 * mean_short(network, on_time)
    assert mean_short(network, never_played) == mean_short(network, on_time)


def test_core_sites_are_served_before_others(case: Callable[..., Any]) -> None:
    """A reserve for core sites costs the others, and first come knows of none."""
    sites = {
        "a": {"depot_id": "c", "operator_id": "x", "function": "core"},
        "b": {"depot_id": "c", "operator_id": "x"},
    }
    network = case(
        {"p": {"failures_per_year": 4.0, "repair_share": 1.0}},
        {"c": {"reserve_for_core": 2}},
        sites,
        [("a", "p", 5), ("b", "p", 15)],
        [("c", "p", 4)],
        days=240,
    )
    logs = {}
    for rule in ("first", "core", "traffic"):
        setup = setup_of(
            network.network, network.pools, network.supply, network.places, network.branches,
            None, None, 7, only(allocation=rule),
        )  # fmt: skip
        player = replace(setup.field, has_log=True)
        record = next(iter(player.block(0, 60))).records[0][0]
        core = network.network["installed"]["site_id"].to_list().index("a")
        logs[rule] = int((record.log_out[record.log_row == core] > 0).sum())
    assert logs["core"] < 0.5 * logs["first"]
