"""Availability of the network from the expected backorders of its parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@compiled
def log_availability(
    backorders: NDArray[np.float64],
    installed: NDArray[np.float64],
    weight: NDArray[np.float64],
    traffic: float,
) -> float:
    """Return log A of Sherbrooke's product form, sum_i weight_i n_i / T log(1 - EBO_i / n_i).

    With weight 1 and T = N systems of Z_i units each it is A = prod_i (1 - EBO_i / (N Z_i))^Z_i.

    Args:
        backorders: EBO of each part, in units; float64[k]. At most n_i count.
        installed: n_i, units in service; float64[k]. A part installed nowhere bears nothing.
        weight: Traffic lost while one unit is missing; float64[k].
        traffic: T, all traffic; 0 or less gives 0 (nothing can be lost).

    Returns:
        log A, 0 or less; minus infinity where every unit of a part is missing.

    Source: C. C. Sherbrooke (2004), Optimal Inventory Modeling of Systems, 2nd ed., chapter 2.

    >>> import numpy as np
    >>> parts = np.array([[0.0751410096, 0.2554809666, 0.2822057073], [200.0, 400.0, 800.0]])
    >>> round(math.exp(log_availability(*parts, np.ones(3), 200.0)), 10)
    0.9969398258
    """
    if traffic <= 0.0:
        return 0.0
    total = 0.0
    for i in range(backorders.size):
        n = installed[i]
        if n > 0.0 and weight[i] > 0.0:
            missing = min(1.0, backorders[i] / n)
            total += weight[i] * n / traffic * math.log1p(-missing)
    return total
