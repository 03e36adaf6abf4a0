"""What a finite installed base takes off expected backorders: a missing unit cannot fail.

With b(t) backorders of an endless base and f(t) of one of n units that fail at rate phi each,
removals run at phi (n - units missing), so that phi f(u) a day fewer happen at u; each is missed
at t if it would still be outstanding, with probability q(u, t):

    f(t) = b(t) - phi integral_0^t f(u) q(u, t) du.

Exact for one place where nothing comes back, before or after: there min(outstanding, stock) is the
same for both, every removal fewer is a unit less short, and f is b with its growth discounted,
f(t) = integral exp(-phi (t - u)) db(u). Where units come back it is an approximation, below b and
near it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow

    Number = NDArray[np.float64]


@inner
def unrestored(flow: Flow, removed: float, day: float) -> float:
    """Return the chance that a removal is still outstanding on a day."""
    left = 1.0
    for k in range(flow.start.size):
        if flow.start[k] <= removed < flow.end[k] and removed + flow.delay[k] <= day:
            left -= flow.share[k]
    return max(0.0, left)


@compiled
def finite_backorders(short: Number, day: Number, flow: Flow, failure_rate: float) -> Number:
    """Return the expected backorders of a finite installed base.

    Args:
        short: Expected backorders of an endless base [dates].
        day: The dates, rising, in days; before the first nothing is short at day 0 [dates].
        flow: Restorations of removed units (`outstanding.supply_flow`).
        failure_rate: Removals per installed unit and day.

    Returns:
        float64[dates], between 0 and `short`; by the trapezoidal rule between the dates.

    Ten units without a spare, one failure a unit in 1,000 days, nothing comes back: after 1,000
    days 10 (1 - exp(-1)) = 6.32 are missing, not 10.

    >>> from keepline.maths.outstanding import Flow
    >>> nothing = Flow(np.empty(0), np.empty(0), np.empty(0), np.empty(0))
    >>> day = np.arange(1.0, 1001.0)
    >>> round(float(finite_backorders(day / 100.0, day, nothing, 0.001)[-1]), 4)
    6.3212
    """
    found = np.zeros(short.size)
    for k in range(short.size):
        taken = 0.0
        before = 0.0
        for j in range(k):
            following = day[j + 1]
            width = 0.5 * (following - before)
            taken += width * found[j] * unrestored(flow, day[j], day[k])
            before = day[j]
        step = 0.5 * (day[k] - (day[k - 1] if k > 0 else 0.0))
        value = (short[k] - failure_rate * taken) / (1.0 + failure_rate * step)
        found[k] = min(short[k], max(0.0, value))
    return found
