"""What a pool's stock brings in every cell: backorders and the chance that any unit is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled
from keepline.maths.echelon import depot_ebo, depot_measures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.descent import Cells


@compiled
def cell_measures(cells: Cells, s0: NDArray[np.int64], s: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for each cell, expected backorders and the chance that any unit is short.

    Backorders are exact (the two-echelon law of :mod:`keepline.maths.echelon`). The chance is an
    upper bound, the sum of the depots' exact chances cut at 1 (Boole's inequality): depots share
    the centre's shortage, so that their joint law has no closed form when ship times differ.

    Args:
        cells: One pool; its own stock is not looked at.
        s0: Stock of the centre a ship time ago [n, m].
        s: Stock of the depot at the date; 0 for the centre's own customers [n, m].

    Returns:
        float64[n, 2]: backorders over all depots, chance from 0 to 1.
    """
    found = np.zeros((cells.weight.size, 2))
    for c in range(cells.weight.size):
        for j in range(cells.f.shape[1]):
            if cells.f[c, j] <= 0.0:
                continue
            short, _, chance = depot_measures(
                cells.m0[c, j], s0[c, j], cells.a[c, j], cells.f[c, j], s[c, j]
            )
            found[c, 0] += short
            found[c, 1] = min(1.0, found[c, 1] + chance)
    return found


@compiled
def cell_backorders(
    cells: Cells, s0: NDArray[np.int64], s: NDArray[np.int64], law: int
) -> NDArray[np.float64]:
    """Return each cell's expected backorders by a named law.

    Args:
        cells: One pool; its own stock is not looked at.
        s0: Stock of the centre a ship time ago [n, m].
        s: Stock of the depot at the date; 0 for the centre's own customers [n, m].
        law: `echelon.EXACT`, or as a cross-check `echelon.METRIC` or `echelon.VARI_METRIC`.

    Returns:
        float64[n], over all depots.
    """
    found = np.zeros(cells.weight.size)
    for c in range(cells.weight.size):
        if cells.weight[c] > 0.0:
            for j in range(cells.f.shape[1]):
                if cells.f[c, j] > 0.0:
                    found[c] += depot_ebo(
                        cells.m0[c, j], s0[c, j], cells.a[c, j], cells.f[c, j], s[c, j], law
                    )
    return found
