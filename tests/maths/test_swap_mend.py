from dataclasses import replace

import numpy as np
import pytest

from keepline.maths.swap.mend import SMALL, mend, mended
from keepline.maths.swap.problem import (
    Caps,
    Limits,
    Problem,
    jobs_of,
    no_budget,
    no_shares,
)
from keepline.maths.swap.soonest import soonest

from .swap_reference import check, within

QUARTERS = 4


def tight(n=8, crews=1.0, cap=2.0, latest=QUARTERS):
    jobs = jobs_of(
        np.linspace(10.0, 20.0, n)[:, None],
        np.ones((n, 1)),
        QUARTERS,
        latest=np.full(n, latest),
    )
    most = np.full((1, QUARTERS), np.inf)
    most[0, 2:] = cap
    limits = Limits(
        np.full((1, QUARTERS), crews),
        np.full((1, QUARTERS), np.inf),
        no_budget(),
        Caps(np.ones((1, n)), most),
        no_shares(n, QUARTERS),
    )
    return Problem(jobs, limits, 0.97 ** np.arange(QUARTERS), np.zeros((1, QUARTERS)))


def test_what_collides_is_named_with_its_amount():
    # six of eight must be swapped in three quarters, and one can be in each
    found = mend(tight(), within(20.0))
    ways = {way.gives: way for way in found.ways}
    assert found.is_impossible
    assert not found.is_possible
    assert set(ways) == {"crews", "caps", "any"}
    assert ways["crews"].excess.amount.sum() == pytest.approx(3.0)
    assert ways["crews"].at_least == pytest.approx(3.0, abs=1e-4)
    # one quarter later one more is done: three too many, then two
    assert ways["caps"].excess.quarter.tolist() == [2, 3]
    assert ways["caps"].excess.amount.tolist() == pytest.approx([3.0, 2.0])


def test_what_is_let_through_really_mends_it():
    problem = tight()
    for way in mend(problem, within(20.0)).ways:
        eased = mended(problem, way.excess)
        _, excess, late = check(eased, way.programme.quarter, way.programme.supplier)
        assert excess == {}
        assert late == 0
        again = mend(eased, within(10.0))
        assert again.is_possible
        assert not again.is_impossible


def test_dates_can_be_what_gives_way():
    problem = tight(n=3, crews=1.0, cap=3.0, latest=1)
    ways = {way.gives: way for way in mend(problem, within(20.0)).ways}
    assert ways["late"].excess.late.sum() == 1
    assert ways["late"].is_enough
    assert ways["crews"].excess.amount.sum() == pytest.approx(1.0)


def test_what_can_be_kept_needs_no_mending():
    found = mend(tight(crews=2.0), within(10.0))
    assert found.is_possible
    assert found.ways == ()


def test_the_soonest_quarter_is_that_of_the_crews():
    # six have to go, two a quarter
    found = soonest(tight(crews=2.0), np.array([True]), within(30.0))
    assert (found.quarter, found.not_before) == (2, 2)
    assert found.programme.is_within
    assert (found.programme.quarter <= 2).sum() == 6
    assert soonest(tight(crews=3.0), np.array([True]), within(30.0)).quarter == 1
    assert soonest(tight(crews=0.0), np.array([True]), within(30.0)).programme is None


def test_costs_do_not_matter_to_what_must_give_way():
    problem = tight()
    dear = replace(problem, jobs=replace(problem.jobs, cost=problem.jobs.cost * 1e6))
    one, other = mend(problem, within(20.0)), mend(dear, within(20.0))
    assert [way.at_most for way in one.ways] == pytest.approx([way.at_most for way in other.ways])
    assert all(way.at_least > SMALL for way in other.ways)


def test_a_supplier_that_is_closed_to_a_job_stays_closed():
    problem = tight()
    cost = np.column_stack((problem.jobs.cost[:, 0], np.full(8, 15.0)))
    cost[:4, 0], cost[4:, 1] = np.inf, np.inf
    jobs = replace(problem.jobs, cost=cost, crew_days=np.ones((8, 2)))
    supply = np.full((2, QUARTERS), np.inf)
    split = replace(problem, jobs=jobs, limits=replace(problem.limits, supply=supply))
    one, other = mend(problem, within(20.0)), mend(split, within(20.0))
    assert [way.at_most for way in other.ways] == pytest.approx([way.at_most for way in one.ways])
    for way in other.ways:
        done = way.programme.supplier >= 0
        assert np.isfinite(cost[done, way.programme.supplier[done]]).all()
