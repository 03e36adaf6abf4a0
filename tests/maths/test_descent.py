"""The pass from one central stock to the next against the law worked out anew at each."""

import numpy as np
import pytest

from keepline.maths import echelon
from keepline.maths.descent import Cells, prepare, sweep_all, upper_level
from keepline.maths.poisson import tail


@pytest.mark.parametrize(
    ("m0", "a", "f"), [(0.3, 1.0, 1.0), (40.0, 3.0, 0.2), (40.0, 0.0, 0.5), (3000.0, 9.0, 0.05)]
)
def test_every_level_at_every_central_stock_is_the_law(m0: float, a: float, f: float) -> None:
    one = np.ones((1, 1), np.bool_)
    none = np.zeros((1, 1), np.int64)
    cells = Cells(
        np.ones(1), np.array([[m0]]), none, one, np.array([[a]]), none, one, np.array([[f]])
    )
    stream = prepare(cells, -1)
    levels = int(stream.first[1])
    start = upper_level(m0)
    curves = np.zeros((start + 1, 1, levels))
    reach = np.zeros((start + 1, 1), np.int64)
    sweep_all(stream, True, start, curves, reach, np.zeros(start + 1))
    for row in np.linspace(0, start, 6).astype(int):
        for s in (0, 1, levels // 4, levels // 2, levels - 1):
            expected = echelon.depot_ebo(m0, int(start - row), a, f, s)
            assert curves[row, 0, s] == pytest.approx(expected, rel=1e-9, abs=1e-11)


def test_the_start_is_beyond_all_but_a_trillionth() -> None:
    for mean in np.logspace(-6, 6, 60):
        assert tail(float(mean), upper_level(float(mean))) < 1e-12
