"""Marginal allocation against every split."""

import itertools

import numpy as np
import pytest

from keepline.maths.marginal import allocate_marginally


@pytest.mark.parametrize("seed", range(20))
def test_units_go_where_they_save_most(seed: int) -> None:
    stream = np.random.default_rng(seed)
    gains = -np.sort(-stream.random((3, 5)), axis=1)
    curves = np.concatenate((np.cumsum(gains[:, ::-1], axis=1)[:, ::-1], np.zeros((3, 1))), axis=1)
    for room in range(9):
        taken = np.zeros(3, np.int64)
        saved = allocate_marginally(curves, np.full(3, 5), room, taken)
        best = min(
            sum(curves[j, d] for j, d in enumerate(units))
            for units in itertools.product(range(6), repeat=3)
            if sum(units) <= room
        )
        assert curves[:, 0].sum() - saved.sum() == pytest.approx(best)
        assert sum(curves[j, d] for j, d in enumerate(taken)) == pytest.approx(best)
        assert (np.diff(saved) <= 1e-12).all()


def test_depots_that_gain_nothing_take_nothing() -> None:
    taken = np.zeros(2, np.int64)
    saved = allocate_marginally(np.zeros((2, 3)), np.zeros(2, np.int64), 4, taken)
    assert saved.size == 0
    assert taken.tolist() == [0, 0]
