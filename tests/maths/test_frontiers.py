"""Many pools in one call against one pool at a time, whatever the chunks and threads."""

import numpy as np
import pytest

from keepline.maths.descent import Cells
from keepline.maths.frontier import frontier, steady_frontier
from keepline.maths.frontiers import ManyCells, frontiers, pool_of, steady_pools


def drawn(seed: int, cells: int | None = None) -> Cells:
    """Draw cells that mix stocks, laws, weights and arrivals."""
    stream = np.random.default_rng(seed)
    n, m = cells or int(stream.integers(1, 7)), int(stream.integers(1, 6))
    shape = (n, m)
    ship = stream.choice([0.0, 0.4, 2.0], m)
    return Cells(
        weight=stream.random(n) * (stream.random(n) > 0.1),
        m0=stream.uniform(0, 20.0, shape) * (stream.random(shape) > 0.1),
        s0=stream.integers(0, 3, shape),
        at_centre=stream.random(shape) < 0.7,
        a=np.outer(stream.choice([0.5, 1.0], n), ship),
        s=stream.integers(0, 2, shape),
        at_depot=stream.random(shape) < 0.7,
        f=stream.dirichlet(np.ones(m), n),
    )


def joined(pools: list[Cells]) -> ManyCells:
    """Put pools one after the other."""

    def starts(counts: list[int]) -> np.ndarray:
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

    columns = {
        name: np.concatenate([getattr(pool, name).ravel() for pool in pools])
        for name in Cells._fields
    }
    return ManyCells(
        first_cell=starts([pool.weight.size for pool in pools]),
        first_depot=starts([pool.f.shape[1] for pool in pools]),
        first=starts([pool.m0.size for pool in pools]),
        **columns,
    )


def test_a_pool_comes_back_as_it_went_in() -> None:
    pools = [drawn(seed) for seed in range(5)]
    for i, pool in enumerate(pools):
        for name, column in pool_of(joined(pools), i)._asdict().items():
            assert (column == getattr(pool, name)).all()


@pytest.mark.parametrize(("threads", "chunk"), [(1, 100), (2, 3), (2, 1)])
def test_many_pools_are_each_pool_alone(threads: int, chunk: int) -> None:
    pools = [drawn(seed) for seed in range(20)]
    first, value, centre = frontiers(
        lambda start, size: joined(pools[start : start + size]),
        np.zeros(20),
        np.zeros(20, np.int64),
        threads,
        chunk,
    )
    for i, pool in enumerate(pools):
        best, at_centre = frontier(pool)
        assert (value[first[i] : first[i + 1]] == best).all()
        assert (centre[first[i] : first[i + 1]] == at_centre).all()


def test_steady_pools_are_the_steady_state() -> None:
    stream = np.random.default_rng(4)
    rates = stream.random((6, 4)) * 0.3
    rates[2] = 0.0
    ship, resupply = np.array([0.0, 1.0, 2.5, 4.0]), stream.uniform(5.0, 60.0, 6)
    many = steady_pools(rates, ship, resupply)
    for i in range(6):
        alone, _ = steady_frontier(rates[i], ship, resupply[i])
        best, _ = frontier(pool_of(many, i))
        assert best == pytest.approx(alone, abs=1e-12)


def test_no_pools_have_no_curves() -> None:
    first, value, centre = frontiers(lambda *_: joined([]), np.zeros(0), np.zeros(0, np.int64))
    assert first.tolist() == [0]
    assert value.size == centre.size == 0
