"""Published stock figures, found again by the whole path from tables to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

#: Nine line-replaceable units: base data of the course SF2863 at KTH.
REMOVALS = np.array([50, 40, 45, 50, 25, 48, 60, 35, 15]) / 1000
REPAIR_DAYS = (6, 8, 14, 25, 12, 18, 33, 8, 12)
COST = (12, 14, 21, 20, 11, 45, 75, 30, 22)


def nine(case: Callable[..., Any]) -> Any:
    """Return the nine, each one unit in service, spares to be had at once."""
    parts = {
        f"p{row}": {
            "failures_per_year": float(rate * 365.25),
            "repair_share": 1.0,
            "repair_days": float(days),
            "lead_days": 0.0,
            "unit_cost": float(cost),
        }
        for row, (rate, days, cost) in enumerate(zip(REMOVALS, REPAIR_DAYS, COST, strict=True))
    }
    return case(parts, {"c": {}}, {"s": "c"}, [("s", part, 1) for part in parts])


@pytest.mark.parametrize(
    ("budget", "lost"),
    [(100.0, 3.77551787), (150.0, 3.19699068), (350.0, 1.3375602), (500.0, 0.63191654)],
)
def test_nine_spares_are_bought_to_the_optimum(
    case: Callable[..., Any], budget: float, lost: float
) -> None:
    """The dynamic programme's figures; the corner of the hull below 500 is 36 % worse."""
    plan = nine(case).plan(availability=1.0, stock=budget)
    assert plan.service_lost_plan == pytest.approx(lost, abs=1e-6)
    assert plan.service_lost_bound == plan.service_lost_plan
    assert plan.gap == 0.0


def test_the_optimum_for_a_target_is_told_without_a_gap(case: Callable[..., Any]) -> None:
    plan = nine(case).plan(availability=0.5)
    assert plan.is_target_met
    assert plan.gap == 0.0
