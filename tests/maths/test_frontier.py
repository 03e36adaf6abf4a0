"""The frontier of one pool against every placement, each valued by plain convolution."""

import itertools

import numpy as np
import pytest

from keepline.maths import echelon
from keepline.maths.descent import Cells
from keepline.maths.frontier import (
    ALL,
    envelope,
    frontier,
    frontier_until,
    is_complete,
    objective,
    split,
    steady_cells,
    steady_frontier,
)


def drawn(seed: int, mean: float, cells: int | None = None, depots: int | None = None) -> Cells:
    """Draw cells with gaps everywhere: no removals, no weight, purchases not there yet."""
    stream = np.random.default_rng(seed)
    n = cells or int(stream.integers(1, 4))
    m = depots or int(stream.integers(1, 4))
    shape = (n, m)
    share = stream.dirichlet(np.ones(m), n)
    if m > 1 and stream.random() < 0.2:
        share[:, 0] = 0.0
        share /= share.sum(axis=1, keepdims=True)
    if stream.random() < 0.5:  # the same at every date
        share[:] = share[0]
    return Cells(
        weight=stream.random(n) * (stream.random(n) > 0.1),
        m0=stream.uniform(0, mean, shape) * (stream.random(shape) > 0.1),
        s0=stream.integers(0, 3, shape),
        at_centre=stream.random(shape) < 0.7,
        a=stream.uniform(0, 2, shape) * (stream.random(shape) > 0.1),
        s=stream.integers(0, 3, shape),
        at_depot=stream.random(shape) < 0.7,
        f=share,
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_frontier_is_the_best_of_every_placement(seed: int) -> None:
    cells = drawn(seed, 6.0)
    most = 5
    expected = np.full(most + 1, np.inf)
    for units in itertools.product(range(most + 1), repeat=cells.f.shape[1] + 1):
        if sum(units) <= most:
            value = objective(cells, units[0], np.array(units[1:]))
            expected[sum(units)] = min(expected[sum(units)], value)
    best, _ = frontier(cells, most)
    assert best == pytest.approx(expected, rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("seed", range(25))
def test_the_split_attains_the_frontier(seed: int) -> None:
    cells = drawn(seed, 60.0)
    best, centre = frontier(cells)
    for units in np.random.default_rng(seed).integers(0, best.size, 4):
        depots = split(cells, int(units), int(centre[units]))
        assert centre[units] + depots.sum() <= units
        value = objective(cells, int(centre[units]), depots)
        assert value == pytest.approx(best[units], rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_the_whole_frontier_holds_every_shorter_one(seed: int) -> None:
    cells = drawn(seed, 20.0)
    whole, centre = frontier(cells)
    short, short_centre = frontier(cells, 12)
    shared = min(whole.size, short.size)
    assert whole[:shared] == pytest.approx(short[:shared], abs=1e-12)
    assert short[shared - 1 :] == pytest.approx(np.full(short.size - shared + 1, short[-1]))
    assert (np.diff(whole) <= 0).all()
    assert (centre <= np.arange(whole.size)).all()
    assert (short_centre <= np.arange(short.size)).all()


def test_after_a_total_loss_of_thousands_the_frontier_is_still_exact() -> None:
    cells = Cells(
        weight=np.array([0.7, 0.3]),
        m0=np.array([[2500.0, 2500.0], [900.0, 900.0]]),
        s0=np.zeros((2, 2), np.int64),
        at_centre=np.ones((2, 2), np.bool_),
        a=np.array([[0.0, 20.0], [0.0, 20.0]]),
        s=np.zeros((2, 2), np.int64),
        at_depot=np.array([[False, True], [False, True]]),
        f=np.array([[0.2, 0.8], [0.2, 0.8]]),
    )
    best, centre = frontier(cells)
    assert best[0] == pytest.approx(0.7 * 2520.0 + 0.3 * 920.0, rel=1e-12)
    assert best[-1] == pytest.approx(0.0, abs=1e-9)
    for units in (400, 900, 1800, 2500):
        value = objective(cells, int(centre[units]), split(cells, units, int(centre[units])))
        assert value == pytest.approx(best[units], rel=1e-10)


def test_the_steady_state_is_one_cell() -> None:
    rates, ship = np.array([0.05, 0.1, 0.2, 0.4]), np.array([2.0, 2.0, 4.0, 4.0])
    best, centre = steady_frontier(rates, ship, 10.0, 14)
    depots = split(steady_cells(rates, ship, 10.0), 14, int(centre[14]))
    expected = echelon.steady_ebo(rates, ship, 10.0, int(centre[14]), depots).sum()
    assert best[14] == pytest.approx(float(expected), rel=1e-10)
    assert best[14] <= 0.68411938


def test_central_customers_get_their_stock_at_the_centre() -> None:
    best, centre = steady_frontier(np.array([0.3, 0.0]), np.array([0.0, 2.0]), 10.0, 6)
    assert centre.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert best[4] == pytest.approx(echelon.depot_ebo(3.0, 4, 0.0, 1.0, 0))


def test_a_part_never_removed_costs_nothing_and_needs_nothing() -> None:
    best, centre = steady_frontier(np.zeros(2), np.array([0.0, 2.0]), 10.0, 3)
    assert best.tolist() == [0.0, 0.0, 0.0, 0.0]
    assert (centre <= np.arange(4)).all()
    whole, _ = steady_frontier(np.zeros(2), np.array([0.0, 2.0]), 10.0)
    assert not np.isnan(whole).any()
    assert whole.max() == 0.0


def test_what_cannot_arrive_saves_nothing() -> None:
    cells = drawn(3, 5.0, 2, 2)._replace(
        at_centre=np.zeros((2, 2), np.bool_), at_depot=np.zeros((2, 2), np.bool_)
    )
    best, _ = frontier(cells, 4)
    assert best == pytest.approx(np.full(5, best[0]))
    assert best[0] == pytest.approx(objective(cells, 0, np.zeros(2, np.int64)))
    assert split(cells, 4, 0).tolist() == [0, 0]


@pytest.mark.parametrize("least_gain", [0.0, 1e-6, 1e-3, 0.05, 1e300])
@pytest.mark.parametrize("least_units", [0, 4])
def test_a_frontier_that_ends_at_a_price_is_exact_and_holds_the_best(
    least_gain: float, least_units: int
) -> None:
    for seed in range(30):
        cells = drawn(seed, 30.0)
        whole, whole_centre = frontier(cells)
        best, centre = frontier_until(cells, least_gain, least_units)
        assert best == pytest.approx(whole[: best.size], abs=1e-12)
        assert centre.size == best.size
        assert best.size > min(least_units, whole.size - 1)
        if least_gain > 0.0:
            units = np.arange(min(least_units, whole.size - 1), whole.size)
            dearest = (whole[units] + least_gain * units).min()
            ended = best[-1] + least_gain * (best.size - 1)
            assert ended == pytest.approx(dearest, rel=1e-12)
        else:
            assert (best == whole).all()
            assert (centre == whole_centre).all()


def test_a_frontier_followed_too_short_is_found_out() -> None:
    found = envelope(drawn(2, 30.0, 2, 3), ALL, 0.05, 0.0)
    assert is_complete(found, 0, 0.05)
    assert not is_complete(found, found.best.size - 1, 0.05)
