"""The simulation tells every month, is the same for any crew, and holds plans to their network."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.maths.pooling import Laws
from keepline.model.errors import InputError
from keepline.model.results import Simulated
from keepline.simulation import engine
from keepline.simulation.schedule import bought, schedule

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def plan(two: Any) -> Any:
    return two.plan(availability=0.97).purchases


@pytest.fixture(scope="module")
def played(two: Any, plan: Any) -> Any:
    return two.play(plan, replications=250, threads=2)


def test_every_measure_month_course_and_operator(played: Any) -> None:
    table = played.simulated
    Simulated.validate(table)
    keys = table.select("measure", "operator_id", "course", "month").rows()
    months = table["month"].unique().sort().to_list()
    assert len(months) == 10
    expected = itertools.product(
        ("availability", "units_short"),
        (None, "idle", "one", "two"),
        ("today", "plan", "difference"),
        months,
    )
    assert sorted(keys, key=str) == sorted(expected, key=str)
    assert (table["replications"] == 250).all()
    assert played.replications == 250
    assert (table["low"] <= table["mean"]).all()
    assert (table["mean"] <= table["high"]).all()


def figures(played: Any, measure: str, operator: str | None, course: str) -> np.ndarray:
    return np.array(
        played.simulated.filter(
            pl.col("measure") == measure,
            pl.col("operator_id").eq_missing(pl.lit(operator, pl.String)),
            pl.col("course") == course,
        )["mean"]
    )


@pytest.mark.parametrize("course", ["today", "plan", "difference"])
def test_units_short_of_operators_add_up(played: Any, course: str) -> None:
    each = [figures(played, "units_short", one, course) for one in ("one", "two", "idle")]
    # sums are kept to the nearest 2**-16 of a unit
    assert sum(each) == pytest.approx(figures(played, "units_short", None, course), abs=1e-4)


def test_an_operator_that_has_nothing_loses_nothing(played: Any) -> None:
    assert (figures(played, "availability", "idle", "today") == 1.0).all()


def test_an_operator_alone_is_as_in_company(two: Any, played: Any) -> None:
    """All traffic of a tree counts, also of depots that name no operator."""
    today = figures(played, "availability", "one", "today")
    units_short = figures(played, "units_short", "one", "today")
    # 8 units at traffic 8: a unit short of 8 is an eighth of the traffic
    assert today == pytest.approx(1.0 - units_short / 8.0, abs=1e-5)


def test_the_difference_is_plan_less_today(played: Any) -> None:
    for measure, operator in itertools.product(("availability", "units_short"), (None, "two")):
        plan, today, less = (
            figures(played, measure, operator, one) for one in ("plan", "today", "difference")
        )
        assert less == pytest.approx(plan - today, abs=1e-4)
    assert played.difference.mean == pytest.approx(played.plan.mean - played.today.mean)


def test_the_same_failures_make_the_difference_sharp(played: Any) -> None:
    wide = played.today.high - played.today.low
    assert played.difference.low > 0.0
    assert played.difference.high - played.difference.low < 1.5 * wide
    table = played.simulated.filter(
        (pl.col("measure") == "units_short") & pl.col("operator_id").is_null()
    ).with_columns(width=pl.col("high") - pl.col("low"))
    last = table.filter(pl.col("month") == pl.col("month").max())
    width = dict(last.select("course", "width").iter_rows())
    # without the same failures the variances would add up
    assert width["difference"] ** 2 < 0.97 * (width["today"] ** 2 + width["plan"] ** 2)


def test_a_small_purchase_shows_far_below_the_noise(case: Callable[..., Any]) -> None:
    """One unit more of forty: the difference is far sharper than either course."""
    found = case(
        {"p": {"failures_per_year": 2.0, "repair_share": 1.0, "repair_days": 300.0}},
        {"c": {}},
        {"s": {"depot_id": "c", "traffic": 40.0}},
        [("s", "p", 40)],
        [("c", "p", 20)],
    )
    one = found.plan(survive_days=366.0, confidence=1 - 1e-15, stock=100.0).purchases
    assert one["quantity"].sum() == 1
    played = found.play(one, replications=200)
    widths = [x.high - x.low for x in (played.today, played.plan, played.difference)]
    assert widths[2] < 0.4 * min(widths[:2])
    assert played.difference.low > 0.0


@pytest.mark.parametrize(("threads", "block"), [(1, 100), (3, 100), (2, 7), (2, 250), (1, 249)])
def test_crew_and_block_change_no_bit(
    two: Any, plan: Any, played: Any, threads: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BLOCK", block)
    again = two.play(plan, replications=250, threads=threads)
    assert again.simulated.equals(played.simulated)
    assert (again.today, again.plan, again.difference) == (
        played.today,
        played.plan,
        played.difference,
    )


def test_a_seed_decides_all(two: Any, played: Any) -> None:
    other = two.play(replications=250, seed=1)
    again = two.play(replications=250, seed=0)
    assert other.today != again.today == played.today
    assert again.plan is again.difference is None
    assert set(again.simulated["course"]) == {"today"}


def test_a_plan_that_buys_nothing_changes_nothing(two: Any, plan: Any) -> None:
    played = two.play(plan.clear(), replications=20)
    less = played.simulated.filter(course="difference")
    assert (less.select("mean", "low", "high") == 0.0).to_numpy().all()
    assert (played.difference.mean, played.difference.low, played.difference.high) == (0, 0, 0)
    assert played.plan == played.today


@pytest.mark.parametrize(
    ("column", "value"), [("part_id", "unknown"), ("depot_id", "elsewhere"), ("depot_id", "c3")]
)
def test_a_plan_for_another_network_is_refused(
    two: Any, plan: Any, column: str, value: str
) -> None:
    other = plan.with_columns(pl.lit(value).alias(column))
    with pytest.raises(InputError, match=f"{value}.*network that the plan was made for") as caught:
        two.play(other, replications=2)
    assert caught.value.code == "IN-251"


def test_orders_are_thinned_and_purchases_are_whole(two: Any) -> None:
    start = two.network.start
    frame = pl.DataFrame(
        {
            "part_id": ["q", "q", "p"],
            "depot_id": ["c2", "c2", "d1"],
            "quantity": [5, 7, 9],
            "arrives_on": [start + dt.timedelta(days=day) for day in (79, 80, 123)],
        }
    )
    pools, laws = two.pools, Laws(*two.supply[1:])
    mine = bought(two.network, pools, frame)
    parts, depots = two.network["parts"]["part_id"], two.network["depots"]["depot_id"]
    for pool in range(len(pools.part)):
        name = parts[int(pools.part[pool])], depots[int(pools.root[pool])]
        comes = schedule(pools, laws, pool, mine[pool])
        cut = int(two.supply.law[pools.part[pool], 1])
        if name == ("q", "c2"):
            # an order due of 3 units on day 90 when half is left: 1; purchases: all or none
            assert comes.day.tolist() == [79.0, 80.0, 90.0]
            assert comes.quantity[cut].tolist() == [5, 0, 1]
            assert comes.quantity[0].tolist() == [5, 7, 3]
        elif name == ("p", "c1"):
            # on the depot's shelf on day 123 it passed the centre on day 119, before the cut
            assert comes.location.tolist() == [1, 1]
            assert comes.day.tolist() == [60.0, 123.0]
            assert comes.quantity[cut].tolist() == [2, 9]
        else:
            assert len(comes.day) == 0
