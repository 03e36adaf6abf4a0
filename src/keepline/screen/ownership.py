"""Find whom the owners of suppliers concern: a listed party's hit is inherited by what it holds.

Half is enough (the rule of OFAC and of the Bureau of Industry and Security for affiliates): listed
owners of one list are added up, and a company that they hold to a half or more counts as listed
itself for what it holds in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.model.owners import Holdings, held_shares, holdings_of, owned

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

OWNED_SHARE: Final = 0.5


class Heir(NamedTuple):
    """A supplier that inherits a hit.

    Attributes:
        supplier_id: The supplier.
        owner_id: The listed one at the top of its heaviest chain.
        through: The chain in words, from the listed one on.
        share: What listed ones hold of it over all chains; None where a share is not recorded.
        is_sure: Whether the recorded shares of sure hits alone make up a half.
    """

    supplier_id: str
    owner_id: str
    through: str
    share: float | None
    is_sure: bool


class Owners:
    """Follow who holds whom among the suppliers of a network."""

    def __init__(self, suppliers: pl.DataFrame, holdings: pl.DataFrame) -> None:
        self._suppliers = suppliers
        self._ids: list[str] = suppliers["supplier_id"].to_list()
        self._row_of = {one: row for row, one in enumerate(self._ids)}
        self._holdings = holdings_of(suppliers, holdings)

    def heirs(self, sure: Collection[str], perhaps: Collection[str]) -> list[Heir]:
        """Return who inherits from suppliers that are listed, surely or perhaps.

        Args:
            sure: Suppliers that are most likely listed.
            perhaps: Suppliers that may be; `sure` among them.
        """
        counts, _ = self._owned(sure)
        _, may = self._owned(perhaps)
        named = self._flags(perhaps)
        shares = held_shares(named, self._holdings, self._holdings.known)
        found = []
        for row in np.flatnonzero(may & ~named):
            chain, is_recorded = self._chain(int(row), named, may)
            if chain:
                share = float(shares[row]) if is_recorded else None
                top = self._ids[chain[0][0]]
                through = self._told(chain, int(row))
                found.append(Heir(self._ids[row], top, through, share, bool(counts[row])))
        return found

    def _owned(self, ids: Collection[str]) -> tuple[Flags, Flags]:
        return owned(self._suppliers, sorted(ids), OWNED_SHARE, "links", self._holdings)

    def _flags(self, ids: Collection[str]) -> Flags:
        found = np.zeros(len(self._ids), np.bool_)
        found[[self._row_of[one] for one in ids]] = True
        return found

    def _chain(self, row: int, named: Flags, may: Flags) -> tuple[list[tuple[int, float]], bool]:
        """Return the heaviest chain up to a listed one, from its top down, with its shares."""
        holdings = self._holdings
        chain: list[tuple[int, float]] = []
        seen = {row}
        is_recorded = True
        while not named[row]:
            above = [
                int(one) for one in np.flatnonzero(holdings.held == row)
                if may[holdings.owner[one]] and int(holdings.owner[one]) not in seen
            ]  # fmt: skip
            if not above:
                return [], False
            best = max(above, key=lambda one: (_rank(holdings, one), -holdings.owner[one]))
            share = holdings.known[best]
            is_recorded &= share > 0.0
            row = int(holdings.owner[best])
            seen.add(row)
            chain.append((row, float(share) if share > 0.0 else float("nan")))
        return chain[::-1], is_recorded

    def _told(self, chain: list[tuple[int, float]], last: int) -> str:
        held = [*(row for row, _ in chain[1:]), last]
        told = self._ids[chain[0][0]]
        for (_, share), row in zip(chain, held, strict=True):
            shown = "? %" if np.isnan(share) else f"{share * 100:.4g} %"
            told += f" {shown} -> {self._ids[row]}"
        return told


def _rank(holdings: Holdings, one: int) -> float:
    return float(max(holdings.known[one], holdings.most[one]))
