"""Find what a named company owns, through chains of owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl
    from numpy.typing import NDArray

ROUNDING = 1e-12


def owned(
    suppliers: pl.DataFrame, named: Collection[str], owned_share: float | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which suppliers count as named.

    A company counts when those that count hold at least `owned_share` of it; so a chain is
    followed link by link, and a holder that counts passes on the whole of what it holds (the
    rule of the US Bureau of Industry and Security and of OFAC for affiliates of listed parties).

    Args:
        suppliers: The table of suppliers.
        named: Ids that count of themselves.
        owned_share: The share, above 0; None when nothing owned counts.

    Returns:
        Two flags a supplier: counts for sure, and may count. They differ where the share that an
        owner holds is not recorded.
    """
    sure = suppliers["supplier_id"].is_in(list(named)).to_numpy().copy()
    if owned_share is None:
        return sure, sure.copy()
    row_of = {one: row for row, one in enumerate(suppliers["supplier_id"])}
    rows = [row_of.get(one, -1) if one else -1 for one in suppliers["owner_id"]]
    owner = np.array(rows, np.int64)
    held = suppliers["owner_share"].cast(float).fill_null(np.nan).to_numpy()
    enough = held >= owned_share - ROUNDING
    return (
        _closed(sure, owner, enough),
        _closed(sure, owner, enough | np.isnan(held)),
    )


def _closed(
    counts: NDArray[np.bool_], owner: NDArray[np.int64], enough: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    follows = enough & (owner >= 0)
    while True:
        grown = counts | (follows & counts[owner])
        if np.array_equal(grown, counts):
            return grown
        counts = grown
