"""Share traffic out over sites: a lognormal law through one published point."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NORMAL = NormalDist()


def spread_of(top_share: float, traffic_share: float) -> float:
    """Return the lognormal spread under which the busiest sites carry what they are said to.

    The busiest share p of a lognormal population carries ``Phi(sigma - z)``, z = Phi^-1(1 - p), of
    the whole; solved for sigma.

    Args:
        top_share: Share of sites that are busiest (0 to 1).
        traffic_share: Share of traffic they carry (0 to 1).

    Returns:
        Standard deviation of the logarithm of traffic.

    Source: J. Aitchison and J. A. C. Brown (1957), The Lognormal Distribution, section 11.2.

    >>> round(spread_of(1500 / 19000, 0.25), 4)
    0.7377
    """
    return _NORMAL.inv_cdf(1 - top_share) + _NORMAL.inv_cdf(traffic_share)


def by_rank(sites: int, spread: float) -> NDArray[np.float64]:
    """Return traffic by rank, busiest first, with mean 1.

    The first r of n sites carry exactly what the law gives to the share r/n.

    Args:
        sites: How many sites.
        spread: Standard deviation of the logarithm of traffic.

    Returns:
        float64[sites], falling.

    >>> traffic = by_rank(19000, spread_of(1500 / 19000, 0.25))
    >>> round(float(traffic[:1500].sum() / traffic.sum()), 9)
    0.25
    """
    carried = np.ones(sites + 1)
    carried[0] = 0.0
    carried[1:-1] = [
        _NORMAL.cdf(spread - _NORMAL.inv_cdf(1 - rank / sites)) for rank in range(1, sites)
    ]
    return np.diff(carried) * sites
