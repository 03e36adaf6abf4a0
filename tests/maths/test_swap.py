from dataclasses import replace

import numpy as np
import pytest

from keepline.maths.swap.climb import Climb
from keepline.maths.swap.groups import grouped, labels, needs, ranked
from keepline.maths.swap.judge import judged
from keepline.maths.swap.master import all_of
from keepline.maths.swap.pricing import priced
from keepline.maths.swap.problem import (
    Budget,
    Caps,
    Limits,
    Problem,
    Shares,
    jobs_of,
    no_budget,
    no_caps,
    no_shares,
)
from keepline.maths.swap.rows import rows_of
from keepline.maths.swap.solve import solve

from .swap_reference import check, drawn, every_programme, penalty_of, within

QUARTERS = 12


def plain(n, caps, crews=np.inf, cost=1_000.0, **others):
    jobs = jobs_of(np.full((n, 1), cost), np.ones((n, 1)), QUARTERS, **others)
    limits = Limits(
        np.full((1, QUARTERS), crews),
        np.full((1, QUARTERS), np.inf),
        no_budget(),
        caps,
        no_shares(n, QUARTERS),
    )
    return Problem(jobs, limits, 0.99 ** np.arange(QUARTERS), np.zeros((1, QUARTERS)))


def capped(weight, limit, quarter=QUARTERS - 1):
    most = np.full((1, QUARTERS), np.inf)
    most[0, quarter:] = limit
    return Caps(np.asarray(weight, float)[None], most)


def medium(seed, n=400, mobilise=0.0):
    """Return a problem above what is solved whole, 8 quarters and 2 suppliers."""
    quarters, suppliers = 8, 2
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0.0, 0.4, n)
    cost = 100.0 * size[:, None] * draw.lognormal(0.0, 0.1, (n, suppliers))
    days = np.round(8.0 * size[:, None] ** 0.7 * draw.lognormal(0.0, 0.2, (n, suppliers)), 1)
    pool = draw.integers(0, 3, n)
    work = np.bincount(pool, days.mean(axis=1), 3)
    traffic = size * draw.lognormal(0.0, 0.5, n)
    weight = np.array([np.ones(n), traffic])
    most = np.full((2, quarters), np.inf)
    most[:, 4:6], most[:, 6:] = 0.5 * weight.sum(axis=1)[:, None], 0.2 * weight.sum(axis=1)[:, None]
    share = np.full((1, quarters), np.inf)
    share[0, -1] = np.floor(0.6 * n)
    cluster = pool + 3 * draw.integers(0, 4, n)
    return Problem(
        jobs_of(
            cost,
            days,
            quarters,
            pool=pool,
            latest=np.where(draw.random(n) < 0.05, 3, quarters),
            cluster=cluster if mobilise else np.full(n, -1),
        ),
        Limits(
            np.round(np.repeat(1.4 * work[:, None] / quarters, quarters, axis=1)),
            np.full((suppliers, quarters), np.ceil(0.9 * n / quarters)),
            Budget(np.array([0]), np.array([3]), np.array([0.6 * 100.0 * n])),
            Caps(weight, most),
            Shares(np.array([0]), np.ones((1, n)), share),
        ),
        0.98 ** np.arange(quarters),
        np.zeros((1, quarters)),
        np.full(12, mobilise) if mobilise else np.zeros(0),
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mobilise", [False, True])
def test_a_small_programme_is_the_best_of_all(seed, mobilise):
    problem = drawn(seed, mobilise=mobilise)
    found = solve(problem, within(20.0))
    best = np.inf
    for quarter, supplier in every_programme(problem):
        cost, excess, late = check(problem, quarter, supplier)
        best = min(best, cost + penalty_of(problem, excess, late))
    assert found.is_best
    assert found.objective == pytest.approx(best, rel=1e-6, abs=1e-5)
    assert found.bound <= best + 1e-9
    cost, excess, late = check(problem, found.quarter, found.supplier)
    assert found.cost == pytest.approx(cost)
    assert found.penalty == pytest.approx(penalty_of(problem, excess, late), abs=1e-6)
    rows = zip(found.excess.kind, found.excess.row, found.excess.quarter, strict=True)
    assert sorted(map(tuple, rows)) == sorted(excess)


@pytest.mark.parametrize("seed", range(4))
def test_any_prices_certify_a_bound(seed):
    problem = drawn(seed, mobilise=seed % 2 == 1)
    rows = rows_of(problem)
    draw = np.random.default_rng(seed)
    best = min(
        cost + penalty_of(problem, excess, late)
        for cost, excess, late in (
            check(problem, quarter, supplier) for quarter, supplier in every_programme(problem)
        )
    )
    for scale in (0.0, 0.1, 0.5, 2.0, 1e9):
        bound = priced(rows, scale * draw.exponential(1.0, len(rows.most))).bound
        assert bound * rows.money <= best + 1e-9 * abs(best)


@pytest.fixture(scope="module")
def larger():
    problem = medium(1)
    seen = []
    return problem, solve(problem, within(8.0), seen.append, gap=4e-3), seen


def test_a_larger_programme_is_near_its_bound(larger):
    problem, found, _ = larger
    cost, excess, late = check(problem, found.quarter, found.supplier)
    assert found.is_within
    assert excess == {}
    assert late == 0
    assert found.cost == pytest.approx(cost)
    assert found.bound <= found.cost
    assert found.gap < 0.02


def test_better_programmes_come_one_after_the_other(larger):
    _, found, seen = larger
    values = [one.objective for one in seen]
    assert values == sorted(values, reverse=True)
    assert values[-1] == found.objective


def test_no_random_programme_is_below_the_bound(larger):
    problem, found, _ = larger
    rows = rows_of(problem)
    draw = np.random.default_rng(2)
    for _ in range(200):
        option = draw.integers(0, rows.own.shape[1], len(rows.own))
        assert judged(rows, option).objective * rows.money >= found.bound


def test_the_order_of_jobs_does_not_matter():
    problem = drawn(11)
    order = np.random.default_rng(0).permutation(4)
    caps, shares = problem.limits.caps, problem.limits.shares
    other = replace(
        problem,
        jobs=problem.jobs.taken(order),
        limits=replace(
            problem.limits,
            caps=Caps(caps.weight[:, order], caps.most),
            shares=Shares(shares.supplier, shares.weight[:, order], shares.most),
        ),
    )
    assert solve(other, within(20.0)).objective == pytest.approx(
        solve(problem, within(20.0)).objective
    )


def test_mobilising_keeps_its_bound_below_and_pays_each_visit_once():
    problem = medium(3, mobilise=400.0)
    found = solve(problem, within(5.0), gap=1e-3)
    cost, excess, late = check(problem, found.quarter, found.supplier)
    assert found.cost == pytest.approx(cost)
    assert (excess == {} and late == 0) == found.is_within
    assert found.bound <= found.objective


def test_half_of_a_national_network_by_the_deadline():
    # 19,000 sites, 11,000 high-risk, at most 35 % of 19,000 are left
    n, most = 11_000, 0.35 * 19_000
    problem = plain(n, capped(np.ones(n), most), crews=500.0)
    found = solve(problem, within(30.0))
    assert (found.quarter < QUARTERS).sum() == 4_350
    assert found.is_within
    assert found.gap < 1e-6


def test_exactly_the_cap_complies():
    found = solve(plain(20, capped(np.ones(20), 0.35 * 20)), within(10.0))
    assert (found.quarter == QUARTERS).sum() == 7


def test_nothing_to_do_costs_nothing():
    found = solve(plain(50, capped(np.ones(50), 50.0)), within(10.0))
    assert (found.quarter == QUARTERS).all()
    assert (found.supplier == -1).all()
    assert (found.cost, found.penalty, found.bound, found.gap) == (0.0, 0.0, 0.0, 0.0)


def test_without_crews_nothing_is_swapped_and_the_cap_is_named():
    found = solve(plain(6, capped(np.ones(6), 2.0), crews=0.0), within(10.0))
    assert not found.is_within
    assert set(found.excess.kind.tolist()) <= {0, 3}
    assert found.bound > 0.0


def test_one_site():
    found = solve(plain(1, capped([1.0], 0.0, quarter=5)), within(10.0))
    assert found.quarter.tolist() == [5]
    assert found.cost == pytest.approx(1_000.0 * 0.99**5)


def test_no_jobs():
    found = solve(plain(0, no_caps(0, QUARTERS)), within(1.0))
    assert (len(found.quarter), found.cost, found.bound) == (0, 0.0, 0.0)


def test_a_job_that_no_supplier_can_do_stays_and_is_late():
    problem = plain(2, no_caps(2, QUARTERS), latest=np.array([3, QUARTERS]))
    problem = replace(problem, jobs=replace(problem.jobs, cost=np.array([[np.inf], [5.0]])))
    found = solve(problem, within(5.0))
    assert found.excess.late.tolist() == [QUARTERS - 3, 0]
    assert not found.is_within


def test_the_slope_is_that_of_the_smoothed_bound():
    rows = rows_of(medium(5, n=60))
    climb = Climb(all_of(rows), np.zeros(len(rows.most)), within(60.0))
    at = np.random.default_rng(0).uniform(0.0, 0.3, len(rows.most))
    value, slope = climb.value(at, 0.05)
    for limit in range(0, len(at), 7):
        step = np.zeros(len(at))
        step[limit] = 1e-5
        rise = climb.value(at + step, 0.05)[0] - climb.value(at - step, 0.05)[0]
        assert rise / 2e-5 == pytest.approx(slope[limit], rel=1e-3, abs=1e-3)
    assert value <= priced(rows, at).bound


def test_groups_take_what_their_jobs_take():
    rows = rows_of(medium(6, n=80))
    need = needs(rows)
    label, count = labels(need, ranked(need, rows.own.min(axis=1), 5))
    items = grouped(rows, label, count)
    assert items.count.sum() == 80
    option = np.full(count, 3)
    taken = items.rows.entries(np.arange(count), option)
    whole = np.bincount(taken.flow, taken.amount * items.count[taken.pair], int(rows.first[-1]))
    np.testing.assert_allclose(whole, rows.flows(np.full(80, 3)), atol=1e-9)
