"""The unit of time is a matter of taste: all days times k and rates over k change no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.maths import echelon, outstanding
from keepline.maths.events import simulate_block
from keepline.maths.pooling import Arrivals, Laws, Pool
from keepline.model.calendar import month_edges
from keepline.model.policy import Budget, Policy, Service
from keepline.stock.choose import choose
from keepline.stock.ground import Dates, view
from keepline.stock.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable

few = settings(deadline=None, max_examples=15, derandomize=True)
some = settings(deadline=None, max_examples=60, derandomize=True)
SHARE = st.sampled_from([0.0, 0.4, 1.0])


@some
@given(
    st.lists(st.floats(0.0, 2.0), min_size=1, max_size=4), st.floats(0.0, 30.0), SHARE, SHARE,
    st.floats(1.0, 60.0), st.integers(0, 9), st.sampled_from([1 / 24, 1 / 30.4375, 7.0]),
)  # fmt: skip
def test_units_short_over_two_echelons(
    rates: list[float], repair: float, kept: float, left: float, day: float, s0: int, k: float
) -> None:
    def short(unit: float) -> np.ndarray:
        law = (np.array([0.0, 11.0]) * unit, np.array([1.0, left]), np.array([1.0, 1.5]))
        flow = outstanding.supply_flow(*law, np.array([1.0, 0.0]), kept, repair * unit, 8.0 * unit,
                                       0.5)  # fmt: skip
        rate = np.array(rates) / unit
        ship = (1.0 + np.arange(rate.size)) * unit
        stocks = np.arange(rate.size)
        return echelon.transient_measures(rate, ship, flow, s0, stocks, day * unit)

    assert short(k) == pytest.approx(short(1.0), rel=1e-8, abs=1e-10)


@few
@given(st.integers(0, 9), st.integers(0, 2**32), st.booleans(), st.sampled_from([0.25, 8.0]))
def test_every_path_of_the_simulation(
    units: int, seed: int, is_exponential: bool, k: float
) -> None:
    """With a power of two nothing is rounded: the same failures, k times as late, to the bit."""

    def played(unit: float) -> Any:
        rate, ship = np.array([0.1, 0.3, 0.6]) / unit, np.array([0.0, 2.0, 3.5]) * unit
        pool = Pool(rate, ship, np.array([units, 1, 2]), 0.7, 9.0 * unit, 6.0 * unit)
        laws = Laws(np.array([0, 2]), np.array([0.0, 40.0]) * unit, np.array([1.0, 0.3]),
                    np.array([1.0, 1.5]), np.array([1.0, 0.0]))  # fmt: skip
        due = Arrivals(np.array([20.0, 50.0]) * unit, np.array([0, 2]), np.array([[3, 1]]))
        dates = np.array([0.0, 30.0, 60.0, 90.0]) * unit
        return simulate_block(pool, laws, np.zeros(20, np.int64), due, dates, seed, 0, 0, 0.0,
                              is_exponential, True)  # fmt: skip

    one, other = played(1.0), played(k)
    assert np.array_equal(other.short_at_end, one.short_at_end)
    assert np.array_equal(other.first_short_day, one.first_short_day * k)
    assert other.backorder_days == pytest.approx(one.backorder_days * k, rel=1e-12)


@st.composite
def networks(draw: Any) -> dict[str, Any]:
    """Return a network in whole days, so that days times a whole number are whole too."""
    days = st.integers(0, 5).map(float)
    parts: dict[str, dict[str, Any]] = {}
    for name in ("p", "q"):
        parts[name] = {
            "unit_cost": draw(st.sampled_from([10.0, 35.0])),
            "failures_per_year": draw(st.floats(0.0, 40.0)),
            "repair_share": draw(SHARE),
            "repair_days": draw(days),
            "lead_days": draw(days),
            "returned_share": draw(SHARE),
        }
        if draw(st.booleans()):
            seen = {
                "units_seen": 20.0,
                "hours_seen": 300.0,
                "failures_seen": draw(st.integers(0, 9)),
            }
            parts[name] |= seen
    depots = {
        "c": {"ship_days": draw(days)},
        "d": {"parent_id": "c", "ship_days": draw(days)},
        "e": {"parent_id": "d", "ship_days": draw(days)},
    }
    units, at = st.integers(1, 9), st.integers(-3, 9)
    return {
        "parts": parts,
        "depots": depots,
        "sites": {"s": {"depot_id": "d", "traffic": 9.0}, "t": {"depot_id": "e", "traffic": 5.0}},
        "installed": [(site, part, draw(units)) for site in "st" for part in "pq"],
        "stock": [(depot, part, draw(st.integers(0, 1))) for depot in "cde" for part in "pq"],
        "orders": [("d", "p", draw(units), draw(at))],
        "cuts": [
            (part, branch, mode, draw(at), draw(st.sampled_from([0.0, 0.5])), 1.0)
            for part in "pq"
            for branch, mode in ((0, "supply"), (1, "repair"))
            if draw(st.booleans())
        ],
        "chances": (0.25, 0.75),
    }


def stretched(said: dict[str, Any], k: int) -> dict[str, Any]:
    """Return the same network with all days times k and all rates over k."""
    times = dict.fromkeys(("repair_days", "lead_days", "ship_days", "hours_seen"), float(k))
    times["failures_per_year"] = 1.0 / k

    def longer(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {
            one: {name: v * times[name] if name in times else v for name, v in row.items()}
            for one, row in rows.items()
        }

    return said | {
        "parts": longer(said["parts"]),
        "depots": longer(said["depots"]),
        "orders": [(*first, day * k) for *first, day in said["orders"]],
        "cuts": [(*cut[:3], cut[3] * k, *cut[4:]) for cut in said["cuts"]],
    }


POLICIES = st.sampled_from(
    [
        {"availability": 0.9},
        {"availability": 0.97, "stock": 90.0},
        {"survive_days": 7.0, "confidence": 0.9},
    ]
)


@few
@given(networks(), POLICIES, st.integers(4, 10), st.sampled_from([2, 3]))
def test_a_plan_within_one_month(
    case: Callable[..., Any], said: dict[str, Any], policy: dict[str, Any], days: int, k: int
) -> None:
    """The calendar does not stretch, so that both plans lie within the first month."""
    plan = case(**said, days=days).plan(**policy)
    longer = dict(policy)
    if "survive_days" in longer:
        longer["survive_days"] *= k
    other = case(**stretched(said, k), days=days * k).plan(**longer)
    assert other.today == pytest.approx(plan.today, abs=1e-9)
    assert other.planned == pytest.approx(plan.planned, abs=1e-7)
    assert other.is_target_met == plan.is_target_met
    assert other.cost_to_target == plan.cost_to_target
    assert other.purchases["cost"].sum() == plan.purchases["cost"].sum()
    for column in ("outstanding", "backorders", "stockout_probability", "backorders_planned"):
        ours, theirs = (found.outlook[column].to_numpy() for found in (plan, other))
        assert theirs == pytest.approx(ours, abs=1e-7), column


@few
@given(networks(), st.sampled_from([{}, {"stock": 70.0}]), st.sampled_from([2, 5]))
def test_a_choice_over_many_months(
    case: Callable[..., Any], said: dict[str, Any], budget: dict[str, float], k: int
) -> None:
    """Months as long as one likes: the judge and the choice know no calendar."""
    found, other = case(**said), case(**stretched(said, k))
    policy = Policy(Service(availability=0.93), Budget(**budget))
    edges = np.array(month_edges(found.network.start, found.network.end)) / 20.0
    one, two = judge(found, np.ceil(edges)), judge(other, np.ceil(edges) * k)
    assert two.by_month(two.today()) == pytest.approx(one.by_month(one.today()), abs=1e-9)
    mine, theirs = choose(one, policy), choose(two, policy)
    assert theirs.cost_to_target == mine.cost_to_target
    assert found.pools.cost @ theirs.units == found.pools.cost @ mine.units


def judge(found: Any, edges: np.ndarray) -> Judge:
    """Judge a case at the middles between edges."""
    dates, chances = Dates.of(edges), np.array(found.branches["probability"])
    pools, supply = found.pools, found.supply
    views = [view(pools, supply, chances, dates, pool) for pool in range(len(pools.part))]
    return Judge(pools, found.places, views, dates, chances, 14.0)
