"""What a pool's stock brings in every cell, against laws summed term by term."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from keepline.maths.descent import Cells
from keepline.maths.measures import cell_measures


def _cells(m0: list[list[float]], a: list[list[float]], f: list[float]) -> Cells:
    shape = np.array(m0).shape
    none, everywhere = np.zeros(shape, np.int64), np.ones(shape, np.bool_)
    return Cells(
        np.ones(shape[0]),
        np.array(m0),
        none,
        everywhere,
        np.array(a),
        none,
        everywhere,
        np.tile(f, (shape[0], 1)),
    )


def test_depots_of_two_cells_by_summation() -> None:
    m0, a, f = [[3.0, 2.0], [9.0, 7.5]], [[0.4, 1.1], [0.4, 1.3]], [0.35, 0.65]
    s0, s = np.array([[2, 1], [2, 4]]), np.array([[1, 0], [2, 3]])
    found = cell_measures(_cells(m0, a, f), s0, s)
    units = np.arange(80)
    for c in range(2):
        short = chance = 0.0
        for j in range(2):
            late = stats.poisson.pmf(units, m0[c][j]) @ stats.binom.pmf(
                units[None, :], np.maximum(units - s0[c, j], 0)[:, None], f[j]
            )
            law = np.convolve(late, stats.poisson.pmf(units, a[c][j]))
            over = np.arange(len(law)) - s[c, j]
            short += law @ np.maximum(over, 0)
            chance += law @ (over > 0)
        assert found[c] == pytest.approx([short, min(chance, 1.0)], rel=1e-11)


def test_a_place_without_removals_is_never_short() -> None:
    none = np.zeros((1, 2), np.int64)
    found = cell_measures(_cells([[2.0, 2.0]], [[0.0, 5.0]], [1.0, 0.0]), none, none)
    # all removals are the centre's: X = X0, of mean 2
    assert found[0] == pytest.approx([2.0, 1.0 - np.exp(-2.0)])


def test_the_chance_is_cut_at_one() -> None:
    none = np.zeros((1, 3), np.int64)
    found = cell_measures(_cells([[30.0] * 3], [[1.0] * 3], [0.3, 0.3, 0.4]), none, none)
    assert found[0, 1] == 1.0
    assert found[0, 0] == pytest.approx(33.0)
