"""Days of survival: the stock covers what is outstanding at the confidence, at every date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(("confidence", "units"), [(0.8, 44), (0.9, 48), (0.95, 51), (0.99, 56)])
def test_last_time_buy_before_an_uncertain_cut(
    case: Callable[..., Any], confidence: float, units: int
) -> None:
    """Case A12, a month being 15 days: repair ends after 6 or 12 months, or never."""
    part = {"repair_share": 0.95, "repair_days": 45.0, "lead_days": 0.0}
    part["failures_per_year"] = 2.0 / 15.0 / 10 * 365.25
    found = case(
        {"p": part},
        {"c": {}},
        {"s": "c"},
        [("s", "p", 10)],
        # a unit bought on the first day comes, scrap of later days is not replaced
        cuts=[
            ("p", 0, "supply", 1, 0.0),
            ("p", 1, "supply", 1, 0.0),
            ("p", 2, "supply", 1, 0.0),
            ("p", 0, "repair", 90, 0.0),
            ("p", 1, "repair", 180, 0.0),
        ],
        chances=(0.5, 0.3, 0.2),
        days=366,
    )
    plan = found.plan(survive_days=360, confidence=confidence)
    # the scrap of the first day alone is replaced: a fifteenth of 0.1 units
    assert plan.purchases["quantity"].to_list() == [units]
    assert plan.purchases["bound_by"].to_list() == ["survival"]
    assert plan.is_target_met
    assert plan.cost_to_target == units * 100.0
    short_of_money = found.plan(survive_days=360, confidence=confidence, stock=(units - 1) * 100.0)
    assert not short_of_money.is_target_met
    assert short_of_money.cost_to_target == units * 100.0
    assert short_of_money.purchases["cost"].sum() <= (units - 1) * 100.0


@pytest.mark.parametrize("days", [10.0, 45.5, 80.0, 91.0, 500.0])
def test_the_day_itself_is_looked_at(case: Callable[..., Any], slow: Any, days: float) -> None:
    """The fewest units that cover at every date up to the very day, not the middle of its month."""
    found = case(
        {"p": {"failures_per_year": 4.0, "repair_share": 0.5, "lead_days": 0.0}},
        {"c": {}, "d": {"parent_id": "c", "ship_days": 5.0}},
        {"s": "d", "t": "c"},
        [("s", "p", 12), ("t", "p", 8)],
        cuts=[("p", 0, "supply", 20, 0.0)],
        chances=(0.6, 0.4),
        days=91,
    )
    plan = found.plan(survive_days=days, confidence=0.9)
    bought = int(plan.purchases["quantity"].sum())
    one = slow(found, "p")
    looks = [x / 2 for x in range(1, int(2 * min(days, 91)) + 1)]

    def covers(units: int) -> bool:
        return all(
            0.6 * stats.poisson.cdf(units, one.mean(0, day))
            + 0.4 * stats.poisson.cdf(units, one.mean(1, day))
            >= 0.9
            for day in looks
        )

    assert covers(bought)
    assert not covers(bought - 1)
    assert plan.is_target_met
    held = plan.frontier.filter(budget=bought * 100.0)["survive_days"].max()
    assert held >= min(days, 91.0)


def test_what_comes_too_late_is_still_worth_buying(case: Callable[..., Any]) -> None:
    """No order arrives in the first 100 days; later dates are covered all the same."""
    found = case(
        {"p": {"failures_per_year": 5.0, "repair_share": 0.0, "lead_days": 100.0}},
        {"c": {}},
        {"s": "c"},
        [("s", "p", 20)],
        cuts=[("p", 0, "supply", 150, 0.0)],
    )
    plan = found.plan(survive_days=366, confidence=0.95)
    assert not plan.is_target_met
    assert plan.cost_to_target is None
    assert plan.frontier["survive_days"].max() == 0.0
    bought = int(plan.purchases["quantity"].sum())
    # after the cut what failed in the last 266 days of 366, and 100 days on order before it
    mean = 5.0 / 365.25 * 20 * (366 - 50)
    assert stats.poisson.cdf(bought, mean) >= 0.95 > stats.poisson.cdf(bought - 1, mean)


def test_a_stock_lasts_as_the_gamma_law_says(case: Callable[..., Any]) -> None:
    """Case A13: nine units at two a month, here of 30 days, are enough for 2.71 months in 95 %."""
    part = {"failures_per_year": 2.0 / 30.0 / 10 * 365.25, "repair_share": 0.0}
    lasting = case(
        {"p": part}, {"c": {}}, {"s": "c"}, [("s", "p", 10)], [("c", "p", 9)],
        cuts=[("p", 0, "supply", 0, 0.0)],
    )  # fmt: skip
    for days, is_met in ((2.7127 * 30, True), (2.7128 * 30, False)):
        plan = lasting.plan(survive_days=days, confidence=0.95)
        assert plan.is_target_met == is_met
        assert plan.purchases.is_empty()
