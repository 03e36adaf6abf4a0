"""Stock that expires, goes bad or is taken back: bought anew in time, and never counted twice."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PART = {"failures_per_year": 1.0, "repair_share": 0.0, "lead_days": 30.0}
ONE = {"c": {}}
SITE = {"s": {"depot_id": "c", "traffic": 20.0}}
CUT = [("p", 0, "supply", 365, 0.0)]


def one_place(case: Callable[..., Any], days: int = 731, **said: Any) -> Any:
    """Return eight units in one place, two spares, and supply cut after a year."""
    return case(
        {"p": {**PART, **said}}, ONE, SITE, [("s", "p", 8)], [("c", "p", 2)], cuts=CUT, days=days
    )


def tree(
    case: Callable[..., Any], *, days: int = 731, shuffle: int | None = None, **said: Any
) -> Any:
    part = {"failures_per_year": 0.5, "repair_share": 0.8, "repair_days": 40.0, "lead_days": 30.0}
    return case(
        {"p": {**part, **said}},
        {"c": {}, "d": {"parent_id": "c", "ship_days": 5.0}},
        {"s": {"depot_id": "c", "traffic": 20.0}, "t": {"depot_id": "d"}},
        [("s", "p", 8), ("t", "p", 8)],
        [("c", "p", 1), ("c", "p", 4, "maker"), ("d", "p", 3, "maker")],
        cuts=[("p", 1, "supply", 365, 0.0), ("p", 1, "repair", 400, 0.0)],
        chances=(0.4, 0.6),
        days=days,
        shuffle=shuffle,
    )


def test_a_part_that_keeps_half_a_year_is_bought_anew_before_the_cut(
    case: Callable[..., Any],
) -> None:
    found = one_place(case, shelf_life_days=180.0)
    keeps = one_place(case).plan(availability=0.97)
    plan = found.plan(availability=0.97)
    assert keeps.is_target_met
    assert set(keeps.purchases["order_on"]) == {dt.date(2020, 1, 1)}
    # what is bought last comes before the cut, and covers the months in which it keeps
    last = plan.purchases["arrives_on"].max()
    assert dt.date(2020, 9, 30) < last < dt.date(2020, 12, 31)
    months = dict(zip(plan.outlook["month"], plan.planned, strict=True))
    assert all(held > 0.97 for month, held in months.items() if last <= month < dt.date(2021, 4, 1))
    # nothing can be had after that, which is said
    assert months[dt.date(2021, 12, 1)] < 0.8
    assert not plan.is_target_met
    assert plan.cost_to_target is None
    assert plan.service_lost_plan < plan.service_lost_today
    assert 0.0 <= plan.service_lost_bound <= plan.service_lost_plan
    row = plan.marginals.row(0, named=True)
    assert row["leaves_from"] == dt.date(2020, 6, 29)
    assert row["law"] == "bound"


@pytest.mark.parametrize("said", [{"shelf_life_days": 180.0}, {"attrition_per_year": 0.3}, {}])
def test_the_play_lies_between_what_stays_for_ever_and_the_safe_law(
    case: Callable[..., Any], said: dict[str, Any]
) -> None:
    found = tree(case, **said)
    plan = found.plan(availability=0.99)
    assert plan.purchases["quantity"].sum() > 0
    played = found.play(plan.purchases, replications=1500, seed=3).simulated
    safe = by_month(found, plan)
    free = by_month(kept_for_ever(case, found), kept_for_ever(case, found).plan(availability=0.99))
    for course, column in (("today", "backorders"), ("plan", "backorders_planned")):
        rows = played.filter(measure="units_short", course=course).sort("month")
        low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
        # the middle of a month stands for its average
        slack = 0.02 + 0.1 * rows["mean"].to_numpy()
        assert (low - slack <= safe[column].to_numpy()).all()
        if course == "today":
            assert (free[column].to_numpy() <= high + slack).all()


def kept_for_ever(case: Callable[..., Any], found: Any) -> Any:
    """Return the same stock, all of it the operator's own and without limit of time."""
    tables = dict(found.network.tables)
    own = tables["stock"].with_columns(owner=pl.lit(None, pl.String))
    rows = [(row["depot_id"], row["part_id"], row["on_hand"])
            for row in own.group_by("depot_id", "part_id").agg(pl.col("on_hand").sum())
            .iter_rows(named=True)]  # fmt: skip
    part = tables["parts"].row(0, named=True)
    names = ("failures_per_year", "repair_share", "repair_days", "lead_days")
    return case(
        {"p": {name: part[name] for name in names}},
        {"c": {}, "d": {"parent_id": "c", "ship_days": 5.0}},
        {"s": {"depot_id": "c", "traffic": 20.0}, "t": {"depot_id": "d"}},
        [("s", "p", 8), ("t", "p", 8)],
        rows,
        cuts=[("p", 1, "supply", 365, 0.0), ("p", 1, "repair", 400, 0.0)],
        chances=(0.4, 0.6),
        days=731,
    )


def by_month(found: Any, plan: Any) -> pl.DataFrame:
    chance = pl.col("probability")
    return (
        plan.outlook.join(found.branches, on="branch_id")
        .group_by("month", maintain_order=True)
        .agg((pl.col(one) * chance).sum() for one in ("backorders", "backorders_planned"))
    )


def test_where_nothing_is_restored_the_outlook_is_exact(case: Callable[..., Any]) -> None:
    found = one_place(case, shelf_life_days=100.0, lead_days=800.0, days=300)
    plan = found.plan(availability=0.5)
    assert plan.marginals["law"].to_list() == ["exact"]
    played = found.play(replications=6000, seed=1).simulated
    rows = played.filter(measure="units_short", course="today").sort("month")
    gap = np.abs(rows["mean"].to_numpy() - plan.outlook["backorders"].to_numpy())
    wide = (rows["high"] - rows["low"]).to_numpy()
    in_month = np.arange(len(gap)) != 3  # they expire within the fourth
    assert (gap <= wide + 0.01)[in_month].all()


def test_the_vendors_units_serve_until_supply_is_cut(case: Callable[..., Any]) -> None:
    found = tree(case)
    lent, own = found.plan(availability=0.5), kept_for_ever(case, found).plan(availability=0.5)
    for branch, day in (("b0", None), ("b1", dt.date(2020, 12, 31))):
        one, other = (
            each.outlook.filter(branch_id=branch)["backorders"].to_numpy() for each in (lent, own)
        )
        before = lent.outlook.filter(branch_id=branch)["month"] < (day or dt.date(2099, 1, 1))
        assert one[before.to_numpy()] == pytest.approx(other[before.to_numpy()], rel=1e-9)
        if day:
            assert (one >= other - 1e-12).all()
            assert one[-1] > other[-1] + 0.01


@pytest.mark.parametrize(
    "said", [{"shelf_life_days": 731.0}, {"shelf_life_days": 1e6}, {"attrition_per_year": 0.0}]
)
def test_what_outlasts_the_plan_changes_no_bit(
    case: Callable[..., Any], said: dict[str, float]
) -> None:
    one, other = one_place(case), one_place(case, **said)
    for asked in ({"availability": 0.97}, {"survive_days": 300.0}):
        mine, theirs = one.plan(**asked), other.plan(**asked)
        assert mine.purchases.equals(theirs.purchases)
        assert mine.outlook.equals(theirs.outlook)
        assert mine.marginals.equals(theirs.marginals)
        assert (mine.gap, mine.service_lost_bound) == (theirs.gap, theirs.service_lost_bound)
    played = [found.play(replications=50, seed=2).simulated for found in (one, other)]
    assert played[0].equals(played[1])


def test_what_has_expired_is_not_there(case: Callable[..., Any]) -> None:
    def made(*stock: tuple[Any, ...]) -> Any:
        return case({"p": PART}, ONE, SITE, [("s", "p", 8)], list(stock), cuts=CUT)

    gone = ("c", "p", 5, None, dt.date(2020, 1, 1))
    one, other = (made(("c", "p", 2), *more).plan(availability=0.9) for more in ((gone,), ()))
    assert one.outlook.equals(other.outlook)
    assert one.marginals["on_hand"].to_list() == [2]


def test_the_order_of_rows_changes_nothing(case: Callable[..., Any]) -> None:
    one = tree(case, days=400, shelf_life_days=200.0).plan(availability=0.98)
    other = tree(case, days=400, shelf_life_days=200.0, shuffle=7).plan(availability=0.98)
    assert one.purchases.equals(other.purchases)
    assert one.service_lost_plan == pytest.approx(other.service_lost_plan, rel=1e-12)


@pytest.mark.parametrize("life", [1.0, 45.0])
def test_what_hardly_keeps_gets_an_answer(case: Callable[..., Any], life: float) -> None:
    found = tree(case, days=400, shelf_life_days=life)
    for asked in (
        {"availability": 0.9},
        {"survive_days": 200.0},
        {"availability": 0.9, "stock": 300.0},
    ):
        plan = found.plan(**asked)
        assert np.isfinite(plan.planned).all()
        assert 0.0 <= plan.gap <= 1.0
        assert (plan.planned >= plan.today - 1e-9).all()
        assert plan.purchases["cost"].sum() <= asked.get("stock", np.inf)
