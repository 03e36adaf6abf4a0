"""A network becomes families: who stands where, what joins parts, what a programme brings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.maths.blocks import blocks_of
from keepline.maths.field.record import (
    ARRIVED,
    EXPIRED,
    HARVESTED,
    IN_TRANSIT,
    LENT,
    LOST,
    ORDERED,
    QUEUED,
    REPAIRING,
    RETIRED,
    SPOILED,
    SUBSTITUTED,
    imbalance,
)
from keepline.model import arrays
from keepline.model.mechanisms import NAMES, Mechanisms
from keepline.model.pooled import pooled_network, pooled_pools
from keepline.model.programme import swapped
from keepline.model.slipping import Slipping
from keepline.model.substitution import pooled_parts
from keepline.simulation import Field
from keepline.simulation.block import play_block, setup_of
from keepline.simulation.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

DEPOTS = {
    "n": {"ship_days": 2.0, "parent_id": "c", "lateral_days": 1.5},
    "c": {"ship_days": 1.0, "reserve_for_core": 3, "lateral_days": 9.0},
    "s": {"ship_days": 4.0, "parent_id": "n"},
    "x": {"ship_days": 0.0},
}
SITES = {
    "a": {"depot_id": "n", "traffic": 2.0, "region": "r"},
    "b": {"depot_id": "s", "traffic": 3.0, "function": "core", "region": "q"},
    "d": {"depot_id": "x", "region": "q"},
}
NEW = {"supplier_id": "new", "name": "New", "country": "SE"}


def swap(site: str, day: str = "2020-03-01", **said: Any) -> dict[str, Any]:
    return {
        "site_id": site, "from_supplier_id": "maker", "technology": "5G-RAN",
        "to_supplier_id": "new", "swap_on": dt.date.fromisoformat(day), **said,
    }  # fmt: skip


def whole(case: Callable[..., Any], **said: Any) -> Any:
    """Everything at once: substitutes, a workshop, a programme, laterals, shelf life, orders."""
    return case(
        {
            "p": {"failures_per_year": 4.0, "weight": 0.5},
            "q": {"failures_per_year": 3.0, "shelf_life_days": 200.0, "attrition_per_year": 0.3},
            "t": {"failures_per_year": 2.0, "supplier_id": "other", "technology": "IP"},
            "z": {"failures_per_year": 1.0, "supplier_id": "new"},
        },
        DEPOTS,
        SITES,
        [("a", "p", 6, 1), ("b", "p", 4), ("a", "q", 3), ("b", "t", 5), ("d", "p", 7)],
        [("c", "p", 3), ("n", "q", 2), ("x", "p", 2), ("c", "q", 2, "maker")],
        [("s", "p", 2, 40)],
        cuts=[("p", 1, "supply", 50, 0.0), ("q", 1, "repair", 100, 0.5)],
        chances=(0.5, 0.5),
        days=240,
        substitutes=[("q", "p")],
        **{
            "more": {
                "suppliers": [NEW, {**NEW, "supplier_id": "other"}],
                "workshops": [{"repairer_id": None, "depot_id": "c", "at_once": 3}],
                "programme": [swap("a", units_harvested_share=0.5), swap("d", "2020-05-01")],
                "replacements": [
                    {"part_id": "p", "by_part_id": "z", "ratio": 0.75},
                    {"part_id": "q", "by_part_id": "z", "ratio": 0.1},
                ],
            },
            **said,
        },
    )


def setup(found: Any, field: Field, purchases: Any = None, seed: int = 5) -> Any:
    return setup_of(
        found.network, found.pools, found.supply, found.places, found.branches, purchases, None,
        seed, field,
    )  # fmt: skip


def ids(found: Any, rows: Any) -> list[str]:
    return found.network["parts"]["part_id"].gather(rows).to_list()


def test_rows_of_the_ground_are_those_of_installed_then_what_comes(
    case: Callable[..., Any],
) -> None:
    found = whole(case)
    ground = setup(found, Field()).field.setup.ground
    sites = found.network["sites"]["site_id"].gather(ground.row_site).to_list()
    rows = list(zip(sites, ids(found, ground.row_part), ground.row_quantity, strict=True))
    assert rows[:5] == [("a", "p", 6), ("b", "p", 4), ("a", "q", 3), ("b", "t", 5), ("d", "p", 7)]
    # 6 * 0.75 = 4.5 is 5; 3 * 0.1 is none; 7 * 0.75 = 5.25 is 5
    assert rows[5:] == [("a", "z", 5), ("d", "z", 5)]
    assert ground.row_spare.tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert ground.row_weight.tolist() == [0.5, 0.5, 1.0, 1.0, 0.5, 1.0, 1.0]
    assert ground.regions == ("q", "r")
    carried = dict(zip(ground.technologies, ground.technology_traffic.T.tolist(), strict=True))
    assert carried == {"5G-RAN": [2.0, 3.0, 1.0], "IP": [0.0, 3.0, 0.0]}


def test_traffic_by_technology_is_that_of_its_table_where_it_is_told(
    case: Callable[..., Any],
) -> None:
    told = whole(case).network
    more = {"traffic": [{"site_id": "b", "technology": "IP", "volume": 0.4}]}
    found = whole(case, more=more)
    ground = setup(found, Field()).field.setup.ground
    column = ground.technologies.index("IP")
    assert ground.technology_traffic[:, column].tolist() == [0.0, 0.4, 0.0]
    assert len(told["traffic"]) == 0


def test_what_meets_in_play_is_a_family(case: Callable[..., Any]) -> None:
    found = whole(case)
    families = setup(found, Field()).field.setup
    together = [
        (ids(found, parts), found.network["depots"]["depot_id"].gather(depots).to_list())
        for parts, depots in zip(families.family_parts, families.family_depots, strict=True)
    ]
    # by the central depot: the workshop joins all there, none stands at the other one
    assert together == [(["p", "q", "t", "z"], ["c", "n", "s"]), (["p"], ["x"]), (["z"], ["x"])]
    first = families.families[0]
    assert first.at_once.tolist() == [3]
    assert first.parts.shop.tolist() == [0, 0, 0, 0]
    assert first.places.ship_days.tolist() == [0.0, 2.0, 6.0]
    assert first.places.lateral_days.tolist() == [np.inf, 1.5, np.inf]
    assert first.places.keep[0].tolist() == [3, 0, 0]
    assert first.parts.substitute_first.tolist() == [0, 1, 1, 1, 1]
    assert first.parts.substitute.tolist() == [1]
    apart = setup(found, Field(Mechanisms(repair_shops=False, substitution=False))).field.setup
    assert [len(parts) for parts in apart.family_parts] == [1] * 6


def test_rows_of_a_family_know_their_swaps(case: Callable[..., Any]) -> None:
    found = whole(case)
    families = setup(found, Field()).field.setup
    rows = families.families[0].rows
    assert families.family_rows[0].tolist() == [0, 1, 2, 3, 5]
    assert rows.swap.tolist() == [0, -1, 0, -1, -1]
    assert rows.start_swap.tolist() == [-1, -1, -1, -1, 0]
    assert rows.harvest_yield.tolist() == [0.5, 0.0, 0.5, 0.0, 0.0]
    assert rows.harvest_lag.tolist() == [30.0, 0.0, 30.0, 0.0, 0.0]
    assert rows.location.tolist() == [1, 2, 1, 2, 1]
    assert rows.is_core.tolist() == [False, True, False, True, False]
    assert rows.priority.tolist() == [2.0, 3.0, 2.0, 3.0, 2.0]
    assert families.swap_day.tolist() == [60.0, 121.0]
    # without a share of its own a swap has that of the offer, or 0.9
    assert families.families[1].rows.harvest_yield.tolist() == [0.9]


def test_an_offer_of_swaps_says_share_and_work(case: Callable[..., Any]) -> None:
    offer = {
        "from_supplier_id": "maker", "technology": "5G-RAN", "to_supplier_id": "new",
        "cost_per_site": 1.0, "crew_days_per_site": 6.0, "units_harvested_share": 0.3,
    }  # fmt: skip
    more = {"suppliers": [NEW, {**NEW, "supplier_id": "other"}], "swaps": [offer],
            "programme": [swap("a"), swap("d", crew_days=2.0, harvest_depot_id="x")]}  # fmt: skip
    swaps = swapped(whole(case, more=more).network).swaps
    assert swaps["harvested"].to_list() == [0.3, 0.3]
    assert swaps["work"].to_list() == [6.0, 2.0]
    assert swaps["harvest_depot_id"].to_list() == [None, "x"]


def test_every_unit_is_somewhere_with_every_mechanism_on(case: Callable[..., Any]) -> None:
    found = whole(case)
    bought = pl.DataFrame(
        {
            "part_id": ["p", "z"],
            "depot_id": ["n", "n"],
            "quantity": [3, 2],
            "arrives_on": [dt.date(2020, 2, 1), dt.date(2020, 4, 1)],
        }
    )
    for allocation in ("first", "traffic", "core"):
        field = Field(Mechanisms(allocation=allocation), slipping=Slipping(0.5, 40.0))
        player = setup(found, field, bought).field
        for played in replace(player, has_log=True).block(0, 20):
            for record in (one for course in played.records for one in course):
                assert (imbalance(record.counts) == 0).all()
                assert np.isin(record.log_row, player.setup.family_rows[played.family]).all()


def test_every_unit_is_somewhere_on_every_day(case: Callable[..., Any]) -> None:
    """A plan that ends on a day shows where every unit is on that day of a longer one."""
    field = Field(Mechanisms(allocation="core"), slipping=Slipping(0.5, 40.0))
    player = setup(whole(case), field).field
    moved = set()
    for day in range(3, 240, 6):
        for played in replace(player, edges=np.array([0.0, day + 0.5])).block(0, 8):
            for record in (one for course in played.records for one in course):
                assert (imbalance(record.counts) == 0).all(), day
                moved |= set(np.flatnonzero(record.counts.any(axis=(0, 1))).tolist())
    # in repair, queued, on order, under way, harvested, expired, gone bad, standing in, lent
    assert {REPAIRING, QUEUED, ORDERED, IN_TRANSIT, HARVESTED, EXPIRED, SPOILED, LOST} <= moved
    assert {SUBSTITUTED, LENT, RETIRED, ARRIVED} <= moved


def test_blocks_of_any_size_and_threads_give_the_same_sums(case: Callable[..., Any]) -> None:
    found = whole(case)
    slips = Slipping(0.5, 40.0, None, 0.4, 0.6)
    prepared = setup(found, Field(slipping=slips))
    at_once = play_block(prepared, 0, 30)
    joined = Outcome()
    for first, count in reversed(blocks_of(30, 7)):
        joined += play_block(prepared, first, count, threads=2)
    assert joined.moments.keys() == at_once.moments.keys()
    for key, one in joined.moments.items():
        assert (one.total == at_once.moments[key].total).all(), key
        assert (one.squares == at_once.moments[key].squares).all(), key


def test_a_plan_is_played_apart_only_where_it_does_something(case: Callable[..., Any]) -> None:
    found = whole(case)
    bought = pl.DataFrame(
        {
            "part_id": ["p"],
            "depot_id": ["x"],
            "quantity": [30],
            "arrives_on": [dt.date(2020, 1, 20)],
        }
    )
    prepared = setup(found, Field(), bought)
    assert [one is None for one in prepared.field.setup.planned] == [True, False, True]
    sums = play_block(prepared, 0, 40).moments
    short = sums["month", "units_short", None, "difference"].mean()
    # until the site is swapped on the first of May
    assert (short[2:4] < 0.0).all()
    assert (short[4:] == 0.0).all()


def test_what_decides_the_bits_tells_mechanisms_apart(case: Callable[..., Any]) -> None:
    found = whole(case)
    one = setup(found, Field()).decided_by()
    other = setup(found, Field(Mechanisms(lateral=False))).decided_by()
    formulas = setup(found, Field(Mechanisms.formulas())).decided_by()
    assert {key for key in one if one[key] != other[key]} == {"mechanisms"}
    assert formulas["mechanisms"] == "formulas"
    late = setup(found, Field(slipping=Slipping(0.5, 10.0))).decided_by()
    assert {key for key in one if one[key] != late[key]} == {"scenario"}


def test_parts_that_are_one_fail_at_their_own_rates(case: Callable[..., Any]) -> None:
    """Two makers' parts are played as one, and each row at its own part's rate."""
    found = case(
        {
            "p": {"failures_per_year": 6.0, "unit_cost": 90.0},
            "q": {"failures_per_year": 1.0, "technology": "other"},
        },
        {"c": {}, "n": {"parent_id": "c", "ship_days": 5.0}},
        {"a": "c", "b": "n"},
        [("a", "p", 5), ("b", "q", 20)],
        [("c", "p", 4)],
        cuts=[(part, 0, "repair", 0, 0.0) for part in "pq"],
        days=240,
        substitutes=[("p", "q"), ("q", "p")],
    )
    one = pooled_parts(found.network, found.supply.law)
    assert one["counts_as"].to_list() == ["p", "p"]
    pooled = pooled_network(found.network, one)
    pools = pooled_pools(found.network, pooled, one)
    played = []
    for field in (None, Field(Mechanisms().without(NAMES), found.network, one)):
        prepared = setup_of(
            pooled, pools, found.supply, arrays.places(pooled, pools), found.branches, None, None,
            9 if field else 8, field,
        )  # fmt: skip
        played.append(play_block(prepared, 0, 800).moments["month", "units_short", None, "today"])
    rows = prepared.field.setup.families[0].rows
    assert rows.pace.tolist() == pytest.approx([3.0, 0.5])
    alone, field = played
    spread = np.sqrt((alone.variance() + field.variance()) / 800)
    assert (np.abs(alone.mean() - field.mean()) < 3.4 * np.maximum(spread, 1e-9)).all()
