"""Failures seen make a rate uncertain, and every figure of the plan knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from keepline import impact

if TYPE_CHECKING:
    from collections.abc import Callable

SEEN = {"units_seen": 40.0, "hours_seen": 8766.0, "failures_seen": 6}
PART = {"failures_per_year": 0.4, "repair_share": 0.0, "lead_days": 400.0}
SHAPE = 6.5
RATE = SHAPE / (40.0 + 0.5 / 0.4)


@pytest.fixture(scope="module")
def alone(case: Callable[..., Any]) -> Any:
    """One place, nothing comes back within the plan: what is outstanding is all that failed."""
    return case({"p": {**PART, **SEEN}}, {"c": {}}, {"s": "c"}, [("s", "p", 50)],
                [("c", "p", 4)], days=300)  # fmt: skip


def short(mean: float, stock: int) -> float:
    law = stats.nbinom(SHAPE, SHAPE / (SHAPE + mean))
    level = np.arange(stock)
    return float(mean - stock + ((stock - level) * law.pmf(level)).sum())


def test_the_rate_is_what_the_failures_teach(alone: Any) -> None:
    row = alone.plan(availability=0.5).marginals.row(0, named=True)
    assert row["failures_per_year"] == pytest.approx(RATE)
    gamma = stats.gamma(SHAPE, scale=RATE / SHAPE)
    assert row["failures_per_year_low"] == pytest.approx(gamma.ppf(0.025))
    assert row["failures_per_year_high"] == pytest.approx(gamma.ppf(0.975))


def test_backorders_follow_the_negative_binomial(alone: Any, months: Any) -> None:
    outlook = alone.plan(availability=0.5).outlook
    for row, day in zip(outlook.iter_rows(named=True), months(alone), strict=True):
        mean = 50 * RATE * day / 365.25
        assert row["outstanding"] == pytest.approx(mean)
        assert row["backorders"] == pytest.approx(short(mean, 4), abs=1e-5)
        law = stats.nbinom(SHAPE, SHAPE / (SHAPE + mean))
        assert row["stockout_probability"] == pytest.approx(law.sf(4), abs=1e-4)


def test_endurance_follows_the_negative_binomial(alone: Any) -> None:
    found = impact.endurance(alone.network, alone.pools, alone.supply, np.ones(1), 0.9)
    days = np.arange(301)
    mean = np.maximum(50 * RATE * days / 365.25, 1e-12)
    holds = stats.nbinom(SHAPE, SHAPE / (SHAPE + mean)).cdf(4)
    pooled = found.row(0, named=True)
    assert pooled["survive_days"] == days[holds >= 0.9].max()
    assert pooled["law"] == "exact"
    assert pooled["short_at_end"] == pytest.approx(short(mean[300], 4), abs=1e-5)
    assert pooled["holds_to_end"] == pytest.approx(holds[300], abs=1e-5)


@pytest.fixture(scope="module")
def tree(case: Callable[..., Any]) -> Callable[..., Any]:
    """A centre with two depots, cut within the plan; with what was seen or without."""

    def made(**seen: Any) -> Any:
        return case(
            {"p": {"failures_per_year": 0.5, "repair_share": 0.8, "repair_days": 30.0, **seen}},
            {"c": {}, "d": {"parent_id": "c", "ship_days": 5.0},
             "e": {"parent_id": "c", "ship_days": 9.0}},
            {"s": "d", "t": "e"},
            [("s", "p", 30), ("t", "p", 50)],
            [("c", "p", 5), ("d", "p", 2), ("e", "p", 3)],
            cuts=[("p", 1, "supply", 100, 0.0), ("p", 1, "repair", 150, 0.0)],
            chances=(0.4, 0.6),
            days=366,
        )  # fmt: skip

    return made


def test_uncertainty_costs_more_and_the_simulation_agrees(tree: Any, months: Any) -> None:
    seen = {"units_seen": 20.0, "hours_seen": 8766.0, "failures_seen": 10}
    rate = 10.5 / (20.0 + 1.0)
    doubtful, sure = tree(**seen), tree(failures_per_year=rate)
    one, other = (found.plan(availability=0.97) for found in (doubtful, sure))
    assert one.purchases["cost"].sum() > other.purchases["cost"].sum() > 0
    played = doubtful.play(one.purchases, replications=4000, seed=5).simulated
    expected = (
        one.outlook.join(doubtful.branches, on="branch_id")
        .group_by("month", maintain_order=True)
        .agg((sum_of * chance).sum() for sum_of, chance in _columns())
    )
    for course, column in (("today", "backorders"), ("plan", "backorders_planned")):
        rows = played.filter(measure="units_short", course=course).sort("month")
        wide = (rows["high"] - rows["low"]) * 1.3 + 0.02
        gaps = (rows["mean"] - expected[column]).abs()
        # the middle of a month stands for its average, but not in the month of a cut
        assert (gaps <= wide + 0.1 * rows["mean"]).all()


def _columns() -> list[tuple[Any, Any]]:
    return [(pl.col(name), pl.col("probability")) for name in ("backorders", "backorders_planned")]


def test_what_is_in_repair_at_a_cut_may_come_back(tree: Any) -> None:
    lost, half, back = (
        tree(returned_share=share).plan(availability=0.5).outlook.filter(branch_id="b1")
        for share in (0.0, 0.5, 1.0)
    )
    last = [found["outstanding"].to_numpy()[-1] for found in (lost, half, back)]
    # repair of 30 days was cut on day 150: what left from day 120 on is lost, or is not
    apart = 80 * 0.5 / 365.25 * 0.8 * 30
    assert last[0] - last[2] == pytest.approx(apart)
    assert last[1] == pytest.approx((last[0] + last[2]) / 2)
    before = [found["outstanding"].to_numpy()[3] for found in (lost, half, back)]
    assert before[0] == before[1] == before[2]


def test_endurance_and_simulation_know_the_share_that_comes_back(tree: Any) -> None:
    lost, back = tree(returned_share=0.0), tree(returned_share=1.0)
    chances = np.array([0.4, 0.6])
    short_at_end = [
        impact.endurance(one.network, one.pools, one.supply, chances, 0.9)["short_at_end"].sum()
        for one in (lost, back)
    ]
    assert short_at_end[0] > short_at_end[1] + 1.0
    played = [one.play(replications=400, seed=1).today.mean for one in (lost, back)]
    assert played[0] < played[1]
