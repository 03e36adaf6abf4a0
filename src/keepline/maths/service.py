"""The service that a network gives while units are missing.

Sherbrooke's product form (C. C. Sherbrooke, *Optimal Inventory Modeling of Systems*, 2nd ed.,
2004): A = prod_i (1 - EBO_i / (N Z_i))^Z_i, with N systems that hold Z_i units of part i. Here a
network's sites differ, so N Z_i is the installed base and the power Z_i is weight_i * units / T,
with T the whole traffic; with weight 1 and traffic 1 a site that is his form to the letter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def share_without_service(missing: float, quantity: int, spare: int) -> float:
    """Return the share of a site's units whose absence costs service.

    With K of the ``quantity`` units missing, K ~ Binomial(quantity, missing), service is lost for
    K - spare of them when that is positive: E[max(K - spare, 0)] / quantity. Without spares in
    place that is ``missing`` itself.

    Args:
        missing: Probability that a unit is missing, 0..1.
        quantity: Units at the site.
        spare: Units that may fail before service is lost.

    >>> round(share_without_service(0.1, 2, 1), 6)  # both missing: 0.01 of the time, one unit short
    0.005
    """
    if spare <= 0 or missing <= 0.0:
        return missing
    if spare >= quantity:
        return 0.0
    if missing >= 1.0:
        return (quantity - spare) / quantity
    odds = missing / (1.0 - missing)
    log_pmf = quantity * math.log1p(-missing)
    lost = 0.0
    for count in range(1, quantity + 1):
        log_pmf += math.log(odds * (quantity - count + 1) / count)
        if count > spare:
            lost += (count - spare) * math.exp(log_pmf)
    return lost / quantity


@njit(cache=True)
def availability(
    backorders: NDArray[np.float64],
    installed: NDArray[np.float64],
    weight: NDArray[np.float64],
    first: NDArray[np.int64],
    quantity: NDArray[np.int64],
    spare: NDArray[np.int64],
    units: NDArray[np.float64],
    traffic: float,
) -> NDArray[np.float64]:
    """Return the share of traffic in service at each of several dates.

    Args:
        backorders: Units short in service, by date and pool [dates, n].
        installed: Units in service of each pool [n].
        weight: Traffic lost while one unit is missing [n].
        first: Groups of like site rows of pool i are ``first[i]:first[i + 1]`` [n + 1].
        quantity: Units at each site of the group [g].
        spare: Units that may fail there before service is lost [g].
        units: Units of the group over all its sites [g].
        traffic: The whole network's traffic, over 0.

    Returns:
        Availability by date, 0..1 [dates].
    """
    dates, pools = backorders.shape
    result = np.empty(dates)
    for date in range(dates):
        log_sum = 0.0
        for pool in range(pools):
            if installed[pool] <= 0.0 or backorders[date, pool] <= 0.0:
                continue
            missing = min(backorders[date, pool] / installed[pool], 1.0)
            for group in range(first[pool], first[pool + 1]):
                lost = share_without_service(missing, quantity[group], spare[group])
                if lost >= 1.0:
                    lost = 1.0 - 1e-12  # all units gone: the product form wants a number
                log_sum += weight[pool] * units[group] / traffic * math.log1p(-lost)
        result[date] = math.exp(log_sum)
    return result
