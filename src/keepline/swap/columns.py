"""Jobs of a programme: what is swapped together at a site, and the ways in which it may be."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.swap.demands import Demands
    from keepline.swap.offers import Kind, Maker, Offer, Offers

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]
    #: What is bought in a way: a new supplier for each technology.
    Way = tuple[Maker, ...]

#: Ways of a job that are looked at, the cheapest of all.
MOST_WAYS: Final = 12


@dataclass(frozen=True)
class Columns:
    """Hold jobs and the ways in which each may be done; n jobs, K ways.

    Attributes:
        pieces: Of each job, in order.
        ways: Whose capacity each way takes.
        offers: For each job's kinds of pieces and way: the offer for each piece.
        kinds: The kinds of pieces of each job.
        cost: float64[n, K]; inf where a way is not for a job.
        crew_days: float64[n, K].
    """

    pieces: tuple[tuple[int, ...], ...]
    ways: tuple[Way, ...]
    offers: dict[tuple[tuple[Kind, ...], int], tuple[Offer, ...]]
    kinds: tuple[tuple[Kind, ...], ...]
    cost: Number
    crew_days: Number

    def parted(self, way: int, maker: Maker) -> float:
        """Return which part of a maker's capacity goes to a way.

        All of it where no other way takes it; else in proportion to the jobs that may take each.
        """
        able = np.isfinite(self.cost).sum(axis=0)
        sharing = [k for k, one in enumerate(self.ways) if maker in one]
        total = able[sharing].sum()
        return 1.0 if len(sharing) == 1 else float(able[way]) / max(1.0, float(total))


def columns_of(offers: Offers, demands: Demands, wanted: NDArray[np.bool_]) -> Columns:
    """Return the jobs of pieces that are wanted, those together that only count together.

    Args:
        offers: What may be swapped.
        demands: What rules ask for.
        wanted: Which pieces, bool[pieces].
    """
    pieces = _joined(demands.together, np.nonzero(wanted)[0])
    listed = list(offers.pieces.select("operator_id", "from_supplier_id", "technology").iter_rows())
    kinds = tuple(tuple(listed[piece] for piece in job) for job in pieces)
    ways: dict[Way, int] = {}
    chosen: dict[tuple[tuple[Kind, ...], int], tuple[Offer, ...]] = {}
    for kind in sorted(set(kinds), key=str):
        for taken in _ways(kind, offers):
            way = tuple(sorted({one.maker for one in taken}, key=str))
            chosen.setdefault((kind, ways.setdefault(way, len(ways))), taken)
    cost = np.full((len(pieces), len(ways)), np.inf)
    crew_days = np.ones_like(cost)
    at: dict[tuple[Kind, ...], list[int]] = {}
    for job, kind in enumerate(kinds):
        at.setdefault(kind, []).append(job)
    for (kind, number), taken in chosen.items():
        cost[at[kind], number] = sum(one.cost for one in taken)
        crew_days[at[kind], number] = sum(one.crew_days for one in taken)
    return Columns(pieces, tuple(ways), chosen, kinds, cost, crew_days)


def _ways(kind: Sequence[Kind], offers: Offers) -> list[tuple[Offer, ...]]:
    """Return the ways to do a job: one maker for each technology where that is possible."""
    every = list(itertools.product(*(offers.of[one] for one in kind)))
    technologies = len({one[2] for one in kind})
    tidy = [one for one in every if len({offer.maker for offer in one}) <= technologies]
    return sorted(tidy or every, key=lambda one: (sum(offer.cost for offer in one), str(one)))[
        :MOST_WAYS
    ]


def _joined(pairs: Sequence[tuple[int, int]], wanted: Whole) -> tuple[tuple[int, ...], ...]:
    above = {int(piece): int(piece) for piece in wanted}

    def top(piece: int) -> int:
        while above[piece] != piece:
            above[piece] = above[above[piece]]
            piece = above[piece]
        return piece

    for one, other in pairs:
        above.setdefault(one, one)
        above.setdefault(other, other)
        first, second = sorted((top(one), top(other)))
        above[second] = first
    jobs: dict[int, list[int]] = {}
    for piece in sorted(above):
        jobs.setdefault(top(piece), []).append(piece)
    return tuple(tuple(job) for job in jobs.values())
