"""What the engine expects of every part, month and branch is the exact law at mid-month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.model.results import Frontier, Outlook, Purchases

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def wide(case: Callable[..., Any]) -> Any:
    """A deep tree, orders due at both echelons, a dip, a cut and longer lead times."""
    return case(
        {
            "p": {"failures_per_year": 0.9, "repair_share": 0.6, "lead_days": 33.5},
            "q": {"failures_per_year": 0.4, "repair_share": 0.0, "lead_days": 20.0},
        },
        {
            "c": {"ship_days": 2.0},
            "d": {"parent_id": "c", "ship_days": 3.0},
            "deep": {"parent_id": "d", "ship_days": 4.5},
        },
        {"s1": "c", "s2": "d", "s3": "deep"},
        [("s1", "p", 4), ("s2", "p", 9), ("s3", "p", 6), ("s2", "q", 8), ("s3", "q", 5)],
        [("c", "p", 2), ("deep", "p", 1), ("d", "q", 1), ("d", "q", 1, "maker")],
        [("c", "p", 3, 100), ("deep", "p", 5, 80), ("c", "q", 2, 45), ("d", "q", 4, -9)],
        [
            ("p", 0, "supply", 75, 0.6, 1.5),
            ("p", 0, "repair", 90, 0.25),
            ("p", 0, "repair", 200, 1.0),
            ("p", 1, "supply", 50, 0.0, 2.0),
            ("q", 1, "supply", 30, 0.0),
        ],
        (0.5, 0.3, 0.2),
        days=250,
    )


def bought_of(found: Any, part: str, purchases: pl.DataFrame) -> tuple[Any, ...]:
    rows = purchases.filter(part_id=part).select("depot_id", "quantity", "arrives_on")
    return tuple((d, n, float((at - found.network.start).days)) for d, n, at in rows.iter_rows())


def test_the_outlook_is_the_exact_law(wide: Any, slow: Any, months: Any) -> None:
    plan = wide.plan(availability=0.9)
    assert len(plan.purchases) > 0
    middles = months(wide)
    assert len(plan.outlook) == 2 * len(middles) * 3
    for row in plan.outlook.iter_rows(named=True):
        one, branch = slow(wide, row["part_id"]), int(row["branch_id"][1:])
        month = (row["month"].year - 2020) * 12 + row["month"].month - 1
        day = middles[month]
        assert row["outstanding"] == pytest.approx(one.mean(branch, day), rel=1e-9)
        bought = bought_of(wide, row["part_id"], plan.purchases)
        for word, stock in (("", ()), ("_planned", bought)):
            found = one.short(branch, day, stock).values()
            short, chance = sum(x for x, _ in found), sum(x for _, x in found)
            assert row[f"backorders{word}"] == pytest.approx(short, rel=1e-9, abs=1e-12)
            expected = min(chance, 1.0)
            assert row[f"stockout_probability{word}"] == pytest.approx(expected, abs=1e-10)


def test_availability_is_the_product_over_parts(wide: Any, slow: Any, months: Any) -> None:
    plan = wide.plan(availability=0.9)
    chances = wide.branches["probability"].to_numpy()
    for day, found in zip(months(wide), plan.today, strict=True):
        log = np.zeros(3)
        for part in ("p", "q"):
            one = slow(wide, part)
            base = one.installed
            for branch in range(3):
                short = sum(ebo for ebo, _ in one.short(branch, day).values())
                log[branch] += base / 3.0 * np.log1p(-short / base)
        assert found == pytest.approx(float(np.exp(log) @ chances), rel=1e-9)


def test_every_table_meets_its_declaration(wide: Any) -> None:
    plan = wide.plan(availability=0.9, stock=900.0, per_quarter=500.0)
    Purchases.validate(plan.purchases)
    Outlook.validate(plan.outlook)
    Frontier.validate(plan.frontier)


def test_sherbrooke_at_two_hundred_sites(case: Callable[..., Any]) -> None:
    """Case A16: 200 systems hold 1, 2 and 4 units; means 2, 5, 9; stock 4, 7, 12."""
    sites = {f"s{n}": "c" for n in range(200)}
    kinds = {"a": (1, 2.0, 4), "b": (2, 5.0, 7), "d": (4, 9.0, 12)}
    # steady from day 40 on: repair in 40 days, nothing scrapped
    parts = {
        part: {
            "failures_per_year": mean / 40.0 * 365.25 / (200 * held),
            "repair_share": 1.0,
            "repair_days": 40.0,
        }
        for part, (held, mean, _) in kinds.items()
    }
    installed = [(site, part, held) for site in sites for part, (held, _, _) in kinds.items()]
    stock = [("c", part, units) for part, (_, _, units) in kinds.items()]
    plan = case(parts, {"c": {}}, sites, installed, stock, days=366).plan(availability=0.5)
    assert plan.today[2:] == pytest.approx(np.full(10, 0.9969398258), abs=1e-9)
    short = plan.outlook.filter(pl.col("month") == pl.col("month").max())
    expected = [0.0751410096, 0.2554809666, 0.2822057073]
    assert short.sort("part_id")["backorders"].to_list() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("month", "short"),
    [
        (6, (0.01379356, 0.06397342, 0.09735804)),
        (12, (0.83329994, 1.78416303, 4.51730351)),
        (24, (4.22582914, 7.70020885, 18.8800001)),
    ],
)
def test_two_echelons_when_repair_is_cut(
    case: Callable[..., Any], month: int, short: tuple[float, ...]
) -> None:
    """Case A11, so scaled that the middle of November, day 320, is the month asked for."""
    days = 320.0 / month
    units = {"d1": 3, "d2": 5, "d3": 12}
    ships = (0.25 * days, 0.5 * days, 0.5 * days)
    depots: dict[str, dict[str, Any]] = {"c": {}}
    depots |= {
        one: {"parent_id": "c", "ship_days": ship} for one, ship in zip(units, ships, strict=True)
    }
    part = {
        "failures_per_year": 0.1 / days * 365.25,
        "repair_share": 0.9,
        "repair_days": 2.0 * days,
    }
    found = case(
        {"p": part},
        depots,
        {f"s-{one}": one for one in units},
        [(f"s-{one}", "p", many) for one, many in units.items()],
        [("c", "p", 6), ("d1", "p", 1), ("d2", "p", 1), ("d3", "p", 2)],
        cuts=[("p", 0, "supply", 0, 0.0), ("p", 0, "repair", int(6 * days), 0.0)],
    )
    plan = found.plan(availability=0.0)
    november = plan.outlook.filter(pl.col("month").dt.month() == 11)
    assert november["backorders"].to_list() == pytest.approx([sum(short)], abs=5e-7)
    assert plan.purchases.is_empty()
    Purchases.validate(plan.purchases)


def test_a_finite_base_is_short_of_fewer_units(case: Any) -> None:
    """Ten units without spares, nothing comes back: each is missing once it has failed."""
    said = {"p": {"failures_per_year": 0.5, "repair_share": 0.0, "lead_days": 900.0}}
    one = case(said, {"c": {}}, {"s": "c"}, [("s", "p", 10)])
    outlook = one.plan(availability=0.1).outlook
    last = outlook.row(-1, named=True)
    years = (366 - 31 / 2) / 365.25
    assert last["backorders"] == pytest.approx(10 * 0.5 * years)
    assert last["backorders_finite"] == pytest.approx(10 * -np.expm1(-0.5 * years), rel=1e-3)
    assert last["backorders_planned_finite"] <= last["backorders_planned"]
