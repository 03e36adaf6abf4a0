"""The simulation and the exact law agree on a whole plan: cut, branches, orders due, purchases.

The exact figures are those of the slow judge, day by day, averaged over each month as the
simulation does. Every part's weight times its units is the traffic, so that a site's service falls
by a unit's share with each unit short, and the expected product over independent parts is the
product of their expected shares.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable

REPLICATIONS = 3000
CHANCES = (0.35, 0.45, 0.2)
#: The table's intervals are of 95 %; so much wider they are of 99 % and of 99.9 %.
TO_99, TO_999 = 2.5758 / 1.96, 3.2905 / 1.96


@pytest.fixture(scope="module")
def found(case: Callable[..., Any]) -> Any:
    parts = {
        "p": {"failures_per_year": 1.1, "repair_share": 0.7, "lead_days": 40.0, "weight": 1.0},
        "q": {"failures_per_year": 0.8, "repair_share": 0.0, "lead_days": 25.0, "weight": 2.0},
    }
    return case(
        parts,
        {
            "c": {"ship_days": 1.0},
            "d": {"parent_id": "c", "ship_days": 3.0},
            "e": {"parent_id": "d", "ship_days": 4.5},
        },
        {
            "s1": {"depot_id": "d", "traffic": 12.0},
            "s2": {"depot_id": "e", "traffic": 6.0},
            "s3": {"depot_id": "c", "traffic": 2.0},
        },
        [("s1", "p", 12), ("s2", "p", 5), ("s3", "p", 3), ("s1", "q", 6), ("s2", "q", 4)],
        [("c", "p", 3), ("d", "p", 1), ("c", "q", 1), ("e", "q", 1)],
        [("c", "p", 2, 70), ("d", "q", 4, 110), ("e", "p", 1, 130)],
        [
            ("p", 0, "supply", 100, 0.0),
            ("p", 0, "repair", 120, 0.0),
            ("q", 0, "supply", 95, 0.5, 1.5),
            ("p", 1, "supply", 60, 0.6, 2.0),
            ("p", 1, "repair", 150, 0.4),
            ("p", 1, "supply", 200, 1.0),
        ],
        CHANCES,
        days=274,
    )


@pytest.fixture(scope="module")
def plan(found: Any) -> Any:
    return found.plan(availability=0.97, stock=2500.0)


def short_by_month(found: Any, judge: Any, part: str, purchases: pl.DataFrame) -> np.ndarray:
    """Return the average units short of a part in every month and branch."""
    rows = purchases.filter(part_id=part).select("depot_id", "quantity", "arrives_on")
    start = found.network.start
    bought = tuple((d, n, float((at - start).days)) for d, n, at in rows.iter_rows())
    one = judge(found, part)
    days = int(found.network.horizon_days)
    months = [(start + dt.timedelta(days=day)).month - 1 for day in range(days)]
    by_day = np.array(
        [
            [sum(x for x, _ in one.short(w, day + 0.5, bought).values()) for w in range(3)]
            for day in range(days)
        ]
    )
    return np.array([by_day[np.equal(months, month)].mean(axis=0) for month in range(9)])


@pytest.fixture(scope="module")
def exact(found: Any, plan: Any, slow: Any) -> dict[tuple[str, str], np.ndarray]:
    """Return the exact units short and availability, by month, of both courses."""
    told = {}
    for course, bought in (("today", plan.purchases.clear()), ("plan", plan.purchases)):
        short = {part: short_by_month(found, slow, part, bought) for part in ("p", "q")}
        told["units_short", course] = sum(short.values()) @ np.array(CHANCES)
        service = np.prod([1.0 - short[part] / slow(found, part).installed for part in short], 0)
        told["availability", course] = service @ np.array(CHANCES)
    for measure in ("units_short", "availability"):
        told[measure, "difference"] = told[measure, "plan"] - told[measure, "today"]
    return told


@pytest.fixture(scope="module")
def played(found: Any, plan: Any) -> Any:
    return found.play(plan.purchases, replications=REPLICATIONS, seed=4)


def test_the_plan_is_worth_playing(plan: Any) -> None:
    assert plan.purchases["quantity"].sum() >= 8
    assert plan.purchases["depot_id"].n_unique() >= 2
    assert plan.planned.min() > plan.today.min() + 0.1


@pytest.mark.parametrize("course", ["today", "plan", "difference"])
@pytest.mark.parametrize("measure", ["units_short", "availability"])
def test_intervals_hold_the_exact_figures(
    played: Any, exact: Any, measure: str, course: str
) -> None:
    rows = played.simulated.filter(measure=measure, course=course).sort("month")
    mean, high = rows["mean"].to_numpy(), rows["high"].to_numpy()
    off = np.abs(exact[measure, course] - mean) / np.maximum(high - mean, 1e-12)
    # nine months of one run lie near together: they miss together
    assert (off <= TO_999).all()
    assert (off <= TO_99).sum() >= 8
    assert np.all(high - mean < 0.06 * max(1.0, exact[measure, course].max()))


def test_the_middle_of_a_month_stands_for_its_average(plan: Any, exact: Any) -> None:
    """What the stock engine tells of a month is its middle: near the average, not at it."""
    for told, course in ((plan.today, "today"), (plan.planned, "plan")):
        average = exact["availability", course]
        # where purchases arrive or stock runs out within the month the middle is off most
        assert np.abs(told - average).max() < 0.03
        assert np.abs(told - average).mean() < 0.01


def test_both_engines_thin_the_same_way(found: Any, plan: Any, slow: Any) -> None:
    """A purchase that comes in the middle of a dip to 60 % comes not at all in that branch."""
    arrives = found.network.start + dt.timedelta(days=95)
    late = plan.purchases.filter(part_id="p").with_columns(arrives_on=pl.lit(arrives))
    again = found.play(late, replications=REPLICATIONS, seed=4)
    rows = again.simulated.filter(measure="units_short", course="difference").sort("month")
    mean, high = rows["mean"].to_numpy(), rows["high"].to_numpy()
    assert (mean[:3] == 0.0).all()
    exact = short_by_month(found, slow, "p", late) - short_by_month(found, slow, "p", late.clear())
    assert (exact[:, 1] == 0.0).all()
    assert (exact[4:, 0] < 0.0).all()
    off = np.abs(exact @ np.array(CHANCES) - mean)
    assert (off <= TO_999 * np.maximum(high - mean, 1e-12)).all()


#: As many replications as are played unless it is said.
SEEDS, USUAL = 200, 200
#: So much wider is a 99 % interval of Student's than a 95 % one.
STUDENT_99 = float(stats.t.ppf(0.995, USUAL - 1) / stats.t.ppf(0.975, USUAL - 1))
#: Misses of 99 % intervals are Binomial(200, 0.01), 2 on average; more than 7 have a chance of
#: 0.11 %, so that among the four intervals below any has more with a chance of at most 0.5 %.
MOST_MISSES = 7


def test_the_bound_on_misses_is_the_binomial_laws() -> None:
    assert stats.binom.sf(MOST_MISSES, SEEDS, 0.01) < 0.005 / 4
    assert stats.binom.sf(MOST_MISSES - 1, SEEDS, 0.01) > 0.005 / 4


def test_of_200_seeds_about_198_cover(found: Any, plan: Any, exact: Any) -> None:
    """Calibration of a whole plan: three branches, two parts, cuts, orders due and purchases."""
    days = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30])
    courses = ("today", "plan", "difference")
    truth = [float(exact["availability", one] @ days / days.sum()) for one in courses]
    truth.append(float(exact["units_short", "plan"][6]))
    misses = np.zeros(4, np.int64)
    for seed in range(SEEDS):
        one = found.play(plan.purchases, replications=USUAL, seed=seed, threads=1)
        row = one.simulated.filter(measure="units_short", course="plan").sort("month").row(
            6, named=True
        )  # fmt: skip
        told = [(one.mean, one.high) for one in (one.today, one.plan, one.difference)]
        told.append((row["mean"], row["high"]))
        misses += [
            abs(mean - true) > STUDENT_99 * (high - mean)
            for (mean, high), true in zip(told, truth, strict=True)
        ]
    assert (misses <= MOST_MISSES).all(), misses
    # intervals that are far too wide would never miss
    assert misses.sum() > 0
