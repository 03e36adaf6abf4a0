"""The simulation and the exact law agree on a course that begins with moves between depots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

#: The table's intervals are of 95 %; so much wider they are of 99.9 %.
TO_999 = 3.2905 / 1.96


@pytest.fixture(scope="module")
def found(case: Callable[..., Any]) -> Any:
    return case(
        {"p": {"failures_per_year": 1.1, "repair_share": 0.7, "lead_days": 40.0}},
        {
            "c": {"ship_days": 1.0},
            "d": {"parent_id": "c", "ship_days": 9.0},
            "e": {"parent_id": "c", "ship_days": 14.0},
        },
        {"s": "d", "t": "e", "u": "c"},
        [("s", "p", 9), ("t", "p", 2), ("u", "p", 3)],
        [("e", "p", 8), ("c", "p", 1)],
        [("c", "p", 2, 70)],
        [("p", 0, "supply", 80, 0.0), ("p", 0, "repair", 120, 0.0)],
        days=182,
    )


def test_units_short_by_month(found: Any, slow: Any) -> None:
    plan = found.plan(availability=0.9999, stock=0.0, move_cost=0.0)
    assert plan.moves["quantity"].sum() >= 3
    played = found.play(plan.purchases, moves=plan.moves, replications=4000, seed=3)
    judge = slow(found, "p")
    shelf = dict(judge.shelf)
    carried = []
    for row in plan.moves.iter_rows(named=True):
        shelf[row["from_depot_id"]] -= row["quantity"]
        day = float((row["arrives_on"] - found.network.start).days)
        carried.append((row["to_depot_id"], row["quantity"], day))
    courses = {"today": (judge.shelf, ()), "plan": (list(shelf.items()), tuple(carried))}
    for course, (lies, comes) in courses.items():
        judge.shelf = lies
        by_day = [
            sum(short for short, _ in judge.short(0, day + 0.5, comes).values())
            for day in range(182)
        ]
        edges = np.cumsum([31, 29, 31, 30, 31])
        exact = [float(month.mean()) for month in np.split(np.array(by_day), edges)]
        rows = played.simulated.filter(
            (pl.col("measure") == "units_short") & (pl.col("course") == course)
        ).sort("month")
        half = (rows["high"] - rows["low"]).to_numpy() / 2.0 * TO_999
        assert (np.abs(rows["mean"].to_numpy() - exact) <= half + 1e-6).all()
    judge.shelf = courses["today"][0]


def test_the_plan_is_played_with_its_moves(found: Any) -> None:
    plan = found.plan(availability=0.9999, stock=0.0, move_cost=0.0)
    played = found.play(plan.purchases, moves=plan.moves, replications=200)
    assert played.difference.low > 0.0
    still = found.play(plan.purchases, replications=200)
    assert still.difference.mean == 0.0
