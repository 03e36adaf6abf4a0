"""Find what named companies own, through chains of owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.model.parties import named_suppliers

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDING: Final = 1e-12
#: Rounds after which shares that go round in a circle of owners are taken as they stand.
_MOST_ROUNDS: Final = 10_000


@dataclass(frozen=True)
class Holdings:
    """Hold who owns how much of whom: a company held, its owner, and the share, all by row.

    Attributes:
        held: int64[holdings]; the row of the company that is held.
        owner: int64[holdings]; the row of the company that holds.
        known: float64[holdings]; the share, 0 where it is not recorded.
        most: float64[holdings]; the share, where it is not recorded all that the others leave.
    """

    held: Ints
    owner: Ints
    known: Floats
    most: Floats


def holdings_of(suppliers: pl.DataFrame, more: pl.DataFrame | None = None) -> Holdings:
    """Return the holdings of a network.

    Args:
        suppliers: The table of suppliers, each with one owner at most.
        more: The table ``holdings``: further owners, where a company has several.
    """
    row_of = {one: row for row, one in enumerate(suppliers["supplier_id"])}
    said = [*suppliers.select("supplier_id", "owner_id", "owner_share").iter_rows()]
    if more is not None:
        said += [*more.select("supplier_id", "owner_id", "share").iter_rows()]
    told = [
        (row_of[company], row_of[owner], np.nan if share is None else share)
        for company, owner, share in said
        if company in row_of and owner in row_of
    ]
    held = np.array([one[0] for one in told], np.int64)
    owner = np.array([one[1] for one in told], np.int64)
    share = np.array([one[2] for one in told], np.float64)
    known = np.nan_to_num(share, nan=0.0)
    others = np.bincount(held, known, minlength=len(row_of))[held] if told else known
    most = np.where(np.isnan(share), np.clip(1.0 - others, 0.0, 1.0), known)
    return Holdings(held, owner, known, most)


class Counting(NamedTuple):
    """Which suppliers count as named, a flag each; every one contains the one before."""

    sure: Flags
    """Named, or owned by those for sure."""
    possible: Flags
    """The same if whoever a name may stand for is the one that is named."""
    maybe: Flags
    """The same with every share that is not recorded as large as it may be."""


def counting(
    suppliers: pl.DataFrame,
    named: Collection[str],
    owned_share: float | None,
    through: str = "links",
    holdings: Holdings | None = None,
    likenesses: pl.DataFrame | None = None,
) -> Counting:
    """Tell which suppliers count as named, with those that a name may stand for; see ``owned``.

    Args:
        suppliers: The table of suppliers.
        named: Those that count of themselves, by id, name or alias.
        owned_share: The share, above 0; None when nothing owned counts.
        through: ``links`` or ``products``.
        holdings: Who owns how much of whom; left out, the owners in the table of suppliers.
        likenesses: Who may be meant by a name (``LIKENESSES`` of keepline.model.screening): one
            that a person has confirmed is named, any other one may be.
    """
    ids = set(named_suppliers(suppliers, named))
    alike: set[str] = set()
    if likenesses is not None and named:
        words = {one.strip().casefold() for one in named}
        meant = likenesses.filter(likenesses["word"].is_in(sorted(words)))
        ids |= set(meant.filter(meant["is_confirmed"])["supplier_id"])
        alike = set(meant["supplier_id"])
    sure, may = (
        suppliers["supplier_id"].is_in(sorted(one)).to_numpy().copy() for one in (ids, ids | alike)
    )
    if owned_share is None or not may.any():
        return Counting(sure, may, may.copy())
    shares = holdings or holdings_of(suppliers)
    reached = _by_links if through == "links" else _by_products
    return Counting(
        reached(sure, shares, shares.known, owned_share),
        reached(may, shares, shares.known, owned_share),
        reached(may, shares, shares.most, owned_share),
    )


def owned(
    suppliers: pl.DataFrame,
    named: Collection[str],
    owned_share: float | None,
    through: str = "links",
    holdings: Holdings | None = None,
) -> tuple[Flags, Flags]:
    """Tell which suppliers count as named.

    ``links``: a company counts when those that count hold at least `owned_share` of it together; a
    holder that counts passes on the whole of what it holds (the rule of the US Bureau of Industry
    and Security and of OFAC for affiliates of listed parties). ``products``: shares multiply along
    a chain, the chains are summed, and a company counts when the sum is `owned_share` or more. Of
    a half of a half, links counts all, products a quarter.

    Args:
        suppliers: The table of suppliers.
        named: Those that count of themselves, by id, name or alias.
        owned_share: The share, above 0; None when nothing owned counts.
        through: ``links`` or ``products``.
        holdings: Who owns how much of whom; left out, the owners in the table of suppliers.

    Returns:
        Two flags a supplier: counts for sure, and may count. They differ where the share that an
        owner holds is not recorded.
    """
    found = counting(suppliers, named, owned_share, through, holdings)
    return found.sure, found.maybe


def _sums(counts: Floats, holdings: Holdings, shares: Floats) -> Floats:
    found = np.bincount(holdings.held, shares * counts[holdings.owner], minlength=len(counts))
    return found.astype(np.float64)


def _by_links(named: Flags, holdings: Holdings, shares: Floats, limit: float) -> Flags:
    counts = named
    while True:
        grown = counts | (_sums(counts.astype(float), holdings, shares) >= limit - ROUNDING)
        if np.array_equal(grown, counts):
            return grown
        counts = grown


def _by_products(named: Flags, holdings: Holdings, shares: Floats, limit: float) -> Flags:
    return named | (held_shares(named, holdings, shares) >= limit - ROUNDING)


def held_shares(named: Flags, holdings: Holdings, shares: Floats) -> Floats:
    """Return the share of each company that named ones hold: chains multiply, and add up.

    Args:
        named: bool[suppliers]; who counts of itself.
        holdings: Who owns how much of whom.
        shares: float64[holdings]; ``known`` or ``most`` of them.
    """
    held = named.astype(float)
    for _ in range(_MOST_ROUNDS):
        # shares only grow from round to round, and a chain of owners ends after as many rounds
        grown = np.where(named, 1.0, np.minimum(1.0, _sums(held, holdings, shares)))
        if np.abs(grown - held).max(initial=0.0) <= ROUNDING:
            break
        held = grown
    return grown
