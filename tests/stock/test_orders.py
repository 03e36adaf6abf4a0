"""When to order, when it comes, and what a quarter may cost."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.maths.pooling import Laws
from keepline.stock.ground import Dates, Meeting

if TYPE_CHECKING:
    from collections.abc import Callable

DEPOTS = {"c": {"ship_days": 2.0}, "d": {"parent_id": "c", "ship_days": 3.0}}
BUSY = {"failures_per_year": 2.0, "repair_share": 0.0, "lead_days": 40.0}


def date(day: int) -> dt.date:
    return dt.date(2020, 1, 1) + dt.timedelta(days=day)


def test_order_by_and_arrival_by_hand(case: Callable[..., Any]) -> None:
    found = case(
        {"p": BUSY},
        DEPOTS,
        {"s": "d"},
        [("s", "p", 10)],
        cuts=[("p", 1, "supply", 100, 0.0)],
        chances=(0.5, 0.5),
    )
    bought = found.plan(availability=0.9).purchases
    assert set(bought["depot_id"]) == {"c", "d"}
    assert set(bought["order_on"]) == {date(0)}
    # 40 days of lead and 2 of receipt: ordered on day 57 it is there on day 99, before the cut
    assert set(bought["order_by"]) == {date(57)}
    there = dict(bought.select("depot_id", "arrives_on").iter_rows())
    assert there == {"c": date(42), "d": date(45)}
    assert (bought["cost"] == bought["quantity"] * bought["unit_cost"]).all()


@pytest.mark.parametrize("day", [42, 43])
def test_a_cut_on_the_day_of_arrival_comes_first(case: Callable[..., Any], day: int) -> None:
    found = case(
        {"p": BUSY}, DEPOTS, {"s": "c"}, [("s", "p", 10)], cuts=[("p", 0, "supply", day, 0.0)]
    )
    bought = found.plan(availability=0.9).purchases
    assert bought.is_empty() == (day == 42)
    if day == 43:
        assert bought["order_by"].to_list() == bought["order_on"].to_list() == [date(0)]


def test_where_nothing_is_cut_the_first_shortage_decides(case: Callable[..., Any]) -> None:
    found = case({"p": BUSY}, DEPOTS, {"s": "c"}, [("s", "p", 10)], [("c", "p", 4)])
    plan = found.plan(availability=0.99, confidence=0.95)
    short = plan.outlook.filter(pl.col("stockout_probability") > 0.05)["month"][0]
    assert short == dt.date(2020, 2, 1)
    # the middle of February is day 45.5, less 42 days
    assert set(plan.purchases["order_by"]) == {date(3)}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # (day, share left, lead factor)
        ([(0.0, 1.0, 1.0)], np.inf),
        ([(0.0, 1.0, 1.0), (100.0, 0.5, 1.0)], 89.0),
        ([(0.0, 1.0, 1.0), (80.0, 1.0, 3.0), (100.0, 0.0, 1.0)], 79.0),
        ([(0.0, 1.0, 1.0), (60.0, 1.0, 2.0), (100.0, 0.0, 1.0)], 79.0),
        ([(0.0, 1.0, 3.0), (50.0, 1.0, 1.0), (100.0, 0.0, 1.0)], 89.0),
        ([(0.0, 1.0, 1.0), (8.0, 0.0, 1.0)], -3.0),
        ([(0.0, 0.0, 1.0)], -11.0),
    ],
)
def test_the_last_day_to_order(steps: list[tuple[float, ...]], expected: float) -> None:
    start, share, lead = (np.array(column) for column in zip(*steps, strict=True))
    laws = Laws(np.array([0, len(steps)]), start, share, lead, np.ones(len(steps)))
    meeting = Meeting(laws, np.array([0]), np.ones(1), np.array([0]), 10.0)
    assert meeting.last_order_day() == expected
    if 0.0 <= expected < np.inf:
        assert meeting.arrival_day(expected) < meeting.first_cut()


def test_the_slowest_branch_decides_the_arrival(case: Callable[..., Any]) -> None:
    found = case(
        {"p": BUSY},
        DEPOTS,
        {"s": "c"},
        [("s", "p", 10)],
        cuts=[("p", 1, "supply", 0, 1.0, 1.5)],
        chances=(0.9, 0.1),
    )
    assert set(found.plan(availability=0.5).purchases["arrives_on"]) == {date(63)}


def test_days_with_one_more() -> None:
    dates = Dates.of(np.array([0.0, 31.0, 60.0]))
    more = dates.with_day(40.0)
    assert more.day.tolist() == [15.5, 40.0, 45.5]
    assert more.share.tolist() == [31 / 60, 0.0, 29 / 60]
    assert dates.with_day(15.5).day.tolist() == [15.5, 45.5]
    assert dates.with_day(900.0).day.tolist() == [15.5, 45.5, 60.0]


@pytest.mark.parametrize("per_quarter", [0.0, 99.0, 100.0, 350.0, 1e4])
@pytest.mark.parametrize("minimum", [1, 3, 4])
def test_no_quarter_costs_more_than_it_may(
    case: Callable[..., Any], per_quarter: float, minimum: int
) -> None:
    found = case(
        {"p": {**BUSY, "minimum_order": minimum}, "q": {**BUSY, "unit_cost": 30.0}},
        DEPOTS,
        {"s": "d", "t": "c"},
        [("s", "p", 5), ("t", "q", 5), ("t", "p", 4)],
        cuts=[("p", 0, "supply", 330, 0.0)],
        days=500,
    )
    plan = found.plan(availability=0.9, per_quarter=per_quarter)
    bought = plan.purchases
    quarters = bought.group_by(pl.col("order_on").dt.truncate("1q")).agg(pl.col("cost").sum())
    assert (quarters["cost"] <= per_quarter).all()
    orders = bought.filter(part_id="p").group_by("order_on").agg(pl.col("quantity").sum())
    assert (orders["quantity"] >= minimum).all()
    assert (bought["order_on"] <= bought["order_by"]).all()
    firsts = {dt.date(2020, 1, 1), *(dt.date(2020, m, 1) for m in (4, 7, 10)), dt.date(2021, 1, 1)}
    assert set(bought["order_on"]) <= firsts
    assert plan.is_target_met == bool((plan.planned >= 0.9).all())
    free = found.plan(availability=0.9)
    sums = [
        plan_.purchases.group_by("part_id", "depot_id").agg(pl.col("quantity").sum())
        for plan_ in (plan, free)
    ]
    both = sums[0].join(sums[1], on=["part_id", "depot_id"], suffix="_free")
    assert len(both) == len(sums[0])
    # more than without the limit is bought only to make up for what the quarters have no money for
    more = both.filter(pl.col("quantity") > pl.col("quantity_free"))
    assert more.is_empty() or "quarter budget" in plan.marginals["bound_by"].to_list()
    assert more.is_empty() or (plan.planned - free.planned).min() < 0.0
    if per_quarter == 1e4:
        assert plan.purchases.drop("bound_by").equals(free.purchases.drop("bound_by"))


def test_what_comes_late_does_not_meet_the_target(case: Callable[..., Any]) -> None:
    """All is bought in the end, but the first quarters had too little money for their months."""
    found = case(
        {"p": {**BUSY, "repair_share": 1.0, "repair_days": 90.0, "lead_days": 0.0}},
        {"c": {}},
        {"s": {"depot_id": "c", "traffic": 40.0}},
        [("s", "p", 40)],
        [("c", "p", 6)],
        days=731,
    )
    whole = found.plan(availability=0.99)
    assert whole.is_target_met
    late = found.plan(availability=0.99, per_quarter=float(whole.purchases["cost"].sum()) / 3)
    assert late.purchases["quantity"].sum() == whole.purchases["quantity"].sum()
    assert late.purchases["order_on"].n_unique() > 1
    assert not late.is_target_met
    assert (late.planned < 0.99).any()
    assert late.planned[-1] == pytest.approx(whole.planned[-1])
