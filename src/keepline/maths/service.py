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

from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


#: The most that may be missing, short of all.
ALL_GONE = 1.0 - 1e-12


@compiled
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


@compiled
def log_service(
    backorders: NDArray[np.float64],
    installed: float,
    weight: float,
    quantity: NDArray[np.int64],
    spare: NDArray[np.int64],
    units: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return traffic times the log of availability that one pool leaves.

    Add it over pools, divide by the whole traffic and take exp: that is the availability.

    Args:
        backorders: Units short in service [rows, dates].
        installed: Units in service.
        weight: Traffic lost while one unit is missing.
        quantity: Units at each site of a group of like sites [g].
        spare: Units that may fail there before service is lost [g].
        units: Units of the group over all its sites [g].

    Returns:
        Sum over groups of weight * units * log(1 - share without service) [rows, dates].
    """
    rows, dates = backorders.shape
    result = np.zeros((rows, dates))
    if installed <= 0.0:
        return result
    for row in range(rows):
        for date in range(dates):
            missing = min(max(backorders[row, date], 0.0) / installed, 1.0)
            if missing == 0.0:
                continue
            for group in range(len(quantity)):
                lost = share_without_service(missing, quantity[group], spare[group])
                # all units gone: the product form wants a number
                result[row, date] += weight * units[group] * math.log1p(-min(lost, ALL_GONE))
    return result


def availability(log_services: NDArray[np.float64], traffic: float) -> NDArray[np.float64]:
    """Return the share of traffic in service from the sum of the pools' ``log_service``.

    Without any traffic nothing can be lost: 1.
    """
    if traffic <= 0.0:
        return np.ones_like(log_services)
    return np.exp(log_services / traffic)
