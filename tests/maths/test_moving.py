"""Best places against every placement there is, judged by direct convolution."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from keepline.maths.descent import Cells
from keepline.maths.frontier import objective
from keepline.maths.moving import best_places, placements


def cells(rng: np.random.Generator, m: int, n: int) -> Cells:
    """Return cells in which every unit is free to lie anywhere; orders due stand there already."""
    shares = rng.random(m) * (rng.random(m) < 0.8)
    f = shares / shares.sum() if shares.sum() > 0.0 else shares
    due = rng.integers(0, 2, (n, m))
    due[:, 0] = 0
    at_depot = np.ones((n, m), np.bool_)
    at_depot[:, 0] = False
    a = rng.random((n, m)) * 2.0 * (f > 0.0)
    a[:, 0] = 0.0
    weight = rng.random(n)
    return Cells(
        weight / weight.sum(),
        rng.random((n, m)) * 5.0,
        rng.integers(0, 2, (n, m)),
        np.ones((n, m), np.bool_),
        a,
        due,
        at_depot,
        np.tile(f, (n, 1)),
    )


def every_placement(
    found: Cells, here: np.ndarray, price: float, units: int
) -> tuple[float, float]:
    """Return the least loss with carrying at its price, and the least loss."""
    m = len(here)
    sums, least = np.inf, np.inf
    for below in product(range(units + 1), repeat=m - 1):
        if sum(below) > units:
            continue
        places = np.array([units - sum(below), *below])
        depots = places.copy()
        depots[0] = 0
        lost = objective(found, int(places[0]), depots)
        least = min(least, lost)
        sums = min(sums, lost + price * np.maximum(here - places, 0).sum())
    return sums, least


@pytest.mark.parametrize("seed", range(40))
def test_no_placement_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 4))
    found = cells(rng, m, int(rng.integers(1, 4)))
    here = rng.integers(0, 4, m)
    price = float(rng.choice([0.0, 0.01, 0.1, 0.5, 2.0]))
    stock = int(here.sum())
    best, centre, least = placements(found, here, price, stock + 2)
    for units in (max(0, stock - 1), stock, stock + 2):
        sums, lowest = every_placement(found, here, price, units)
        assert best[units] == pytest.approx(sums, abs=1e-10)
        assert least[units] == pytest.approx(lowest, abs=1e-10)
        places = best_places(found, here, price, stock + 2, units, int(centre[units]))
        assert places.sum() == units
        assert (places >= 0).all()
        depots = places.copy()
        depots[0] = 0
        lost = objective(found, int(places[0]), depots)
        away = int(np.maximum(here - places, 0).sum())
        assert lost + price * away == pytest.approx(sums, abs=1e-10)


def test_at_a_price_that_nothing_saves_all_stay() -> None:
    rng = np.random.default_rng(5)
    found, here = cells(rng, 3, 2), np.array([2, 0, 3])
    _, centre, _ = placements(found, here, 2.0, 5)
    assert best_places(found, here, 2.0, 5, 5, int(centre[5])).tolist() == [2, 0, 3]


def test_without_stock_there_is_one_placement() -> None:
    found, here = cells(np.random.default_rng(1), 2, 1), np.zeros(2, np.int64)
    best, centre, least = placements(found, here, 0.1, 0)
    assert best[0] == pytest.approx(objective(found, 0, here))
    assert least[0] == best[0]
    assert best_places(found, here, 0.1, 0, 0, int(centre[0])).tolist() == [0, 0]
