"""Turn shares into whole counts that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def whole_parts(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Divide a total into whole parts in proportion to weights, by largest remainder.

    >>> whole_parts(np.array([1.0, 2.0]), 100).tolist()
    [33, 67]
    """
    exact = weights / weights.sum() * total
    parts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    parts[np.argsort(parts - exact, kind="stable")[: total - int(parts.sum())]] += 1
    return parts


def counts_of(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """Divide a total over names in proportion to their shares.

    >>> counts_of({"huawei": 1, "ericsson": 2}, 100)
    {'huawei': 33, 'ericsson': 67}
    """
    parts = whole_parts(np.array(list(shares.values()), dtype=np.float64), total)
    return dict(zip(shares, parts.tolist(), strict=True))
