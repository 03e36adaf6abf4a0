"""At its limits the field with every mechanism on gives what needs no law at all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model.mechanisms import ALLOCATIONS, Mechanisms
from keepline.model.slipping import Slipping
from keepline.simulation import Field

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = 240
SITES = {
    "a": {"depot_id": "n", "traffic": 2.0, "region": "r"},
    "b": {"depot_id": "s", "traffic": 3.0, "function": "core", "region": "q"},
    "e": {"depot_id": "c", "traffic": 1.0, "region": "q"},
}
STANDS = [("a", "p", 6, 1), ("b", "p", 4), ("a", "q", 3), ("b", "q", 5), ("e", "p", 2)]
STOCK = [("c", "p", 3), ("n", "q", 2), ("s", "p", 1)]
SWAP = {
    "site_id": "a", "from_supplier_id": "maker", "technology": "5G-RAN",
    "to_supplier_id": "new", "swap_on": dt.date(2020, 4, 1), "units_harvested_share": 0.5,
}  # fmt: skip


@pytest.fixture(params=ALLOCATIONS)
def field(request: pytest.FixtureRequest) -> Field:
    """Return every mechanism, with each rule for who is served first."""
    return Field(Mechanisms(allocation=request.param), slipping=Slipping(0.5, 40.0))


def network(
    case: Callable[..., Any],
    part: dict[str, Any],
    stock: Any = STOCK,
    *,
    ship: float = 3.0,
    is_swapped: bool = True,
    at_once: int = 2,
) -> Any:
    """Make a network in which every mechanism may have something to do."""
    depots = {
        # without stock the first unit repaired would be held back for ever
        "c": {"reserve_for_core": 1 if stock else 0},
        "n": {"parent_id": "c", "ship_days": ship, "lateral_days": ship / 2.0},
        "s": {"parent_id": "c", "ship_days": ship, "lateral_days": ship / 2.0},
    }
    more: dict[str, Any] = {
        "suppliers": [{"supplier_id": "new", "name": "New", "country": "SE"}],
        "workshops": [{"repairer_id": None, "depot_id": "c", "at_once": at_once}],
    }
    if is_swapped:
        more |= {
            "programme": [SWAP],
            "replacements": [{"part_id": one, "by_part_id": "z", "ratio": 1.0} for one in "pq"],
        }
    parts = {
        "p": {"failures_per_year": 4.0, **part},
        "q": {"failures_per_year": 3.0, **part},
        "z": {"failures_per_year": 1.0, "supplier_id": "new", **part},
    }
    return case(parts, depots, SITES, STANDS, stock, substitutes=[("q", "p")], days=DAYS, more=more)


def monthly(played: Any, measure: str) -> pl.Series:
    found: pl.Series = played.simulated.filter(pl.col("measure") == measure)["mean"]
    assert len(found) > 0
    return found


def once(played: Any, measure: str) -> pl.DataFrame:
    found: pl.DataFrame = played.simulated_once.filter(pl.col("measure") == measure)
    assert len(found) > 0
    return found


def is_never_short(played: Any) -> None:
    """Nothing is ever out: every share is 1, every outage 0 long, to the last bit."""
    assert (played.today.low, played.today.mean, played.today.high) == (1.0, 1.0, 1.0)
    assert (monthly(played, "units_short") == 0.0).all()
    assert (monthly(played, "traffic_served") == 1.0).all()
    assert (monthly(played, "sites_hit") == 0.0).all()
    for measure in ("longest_outage", "longest_outage_lost", "longest_down", "short_share"):
        assert (once(played, measure)["mean"] == 0.0).all()
    assert (once(played, "first_short_day")["mean"] == DAYS).all()
    assert played.simulated_parts.is_empty()


def test_where_nothing_fails_nothing_is_short_spent_or_used(
    case: Callable[..., Any], field: Field
) -> None:
    still = network(case, {"failures_per_year": 0.0}, is_swapped=False)
    played = still.play(seed=1, replications=20, threads=1, field=field)
    is_never_short(played)
    assert (once(played, "spend")["mean"] == 0.0).all()
    left = once(played, "stock_left").filter(pl.col("part_id").is_null())
    assert left["mean"].to_list() == [float(sum(units for _, _, units in STOCK))]


def test_with_endless_stock_nothing_is_short(case: Callable[..., Any], field: Field) -> None:
    """Whatever is lost: here all that fails, for there is no repair and no new supply."""
    plenty = [(depot, part, 100_000) for depot in "cns" for part in "pqz"]
    played = network(case, {"repair_share": 1.0, "repair_days": 400.0}, plenty).play(
        seed=2, replications=20, threads=1, field=field
    )
    is_never_short(played)
    lost = once(played, "stock_left").filter(pl.col("part_id").is_null())["mean"][0]
    assert 0.0 < 900_000.0 - lost < 1_000.0


def test_where_repair_and_the_way_take_no_time_nothing_is_short(
    case: Callable[..., Any], field: Field
) -> None:
    """Not a single unit is in stock, and the workshop takes one at a time."""
    swift = network(
        case, {"repair_share": 1.0, "repair_days": 0.0}, (), ship=0.0, is_swapped=False, at_once=1
    )
    is_never_short(swift.play(seed=3, replications=20, threads=1, field=field))


def test_where_repair_takes_no_time_only_the_way_is_short(
    case: Callable[..., Any], field: Field
) -> None:
    """Then a unit is out for the way, and at the centre not at all: failures x days on the way."""
    away = network(case, {"repair_share": 1.0, "repair_days": 0.0}, (), is_swapped=False, at_once=1)
    played = away.play(seed=4, replications=200, threads=1, field=field)
    by_depot = played.simulated_parts.group_by("depot_id").agg(pl.col("mean").sum())
    assert set(by_depot["depot_id"]) == {"n", "s"}
    # a unit is up for 365.25 / rate days on average, then down for 3, unless one is lent
    standing = {("a", 4.0): 6, ("b", 4.0): 4, ("a", 3.0): 3, ("b", 3.0): 5}
    expected = sum(units * 3.0 / (3.0 + 365.25 / rate) for (_, rate), units in standing.items())
    short = monthly(played, "units_short")
    assert short[1:].mean() == pytest.approx(expected, rel=0.05)
