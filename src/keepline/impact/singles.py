"""Find every single loss: each supplier, country, site and technology by itself, the worst first.

All labels are looked at at once (:mod:`keepline.maths.single`); that tells of which parts each can
take new supply at all, and so an upper bound on what stands behind them. Labels are then played
(:mod:`keepline.maths.reach`), the greatest bound first, until no bound left is above the last of
the worst found: the order and every figure are those of a scenario that stops the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.impact.singles_ground import Fallen, Ground
from keepline.impact.singles_lasting import lasts
from keepline.impact.singles_told import (
    Pair,
    Single,
    losses_of_parts,
    pairs_told,
    singles_told,
    unmapped_told,
)

if TYPE_CHECKING:
    from keepline.impact.singles_told import Flags, Key
    from keepline.model.arrays import Pools
    from keepline.model.network import Network


@dataclass(frozen=True)
class Singles:
    """Hold the worst single losses, as declared result tables.

    Attributes:
        single_losses: What each of the worst takes.
        single_losses_parts: What each part loses by each of them.
        pair_losses: What pairs of them take beside; no rows unless asked for.
        unmapped: How much of the network is not recorded.
    """

    single_losses: pl.DataFrame
    single_losses_parts: pl.DataFrame
    pair_losses: pl.DataFrame
    unmapped: pl.DataFrame


def find_singles(
    network: Network,
    pools: Pools,
    worst: int = 20,
    confidence: float = 0.95,
    with_pairs: bool = False,
) -> Singles:
    """Find what every single loss takes, and tell of the worst.

    Args:
        network: What there is.
        pools: Every pool of it, each part for itself.
        worst: How many single losses to tell of, at most.
        confidence: Probability with which stock must meet every first line.
        with_pairs: Whether to look for what two of the worst take together.

    Returns:
        Four result tables.
    """
    ground = Ground.of(network)
    found = _worst(ground, worst)
    parts = ground.offers.parts["part_id"]
    left = lasts(
        network,
        pools,
        [_named_steps(ground, one.sure) for one in found],
        [parts.filter(pl.Series(one.sure.touched)).to_list() for one in found],
        confidence,
    ) if found else []  # fmt: skip
    pairs = _pairs(ground, found) if with_pairs else []
    return Singles(
        singles_told(ground, found, left),
        losses_of_parts(ground, found),
        pairs_told(ground, pairs),
        unmapped_told(ground),
    )


class _Candidate(NamedTuple):
    """Hold a label that may take something, with the best that its place can be."""

    best: Key
    label: int


def _worst(ground: Ground, worst: int) -> list[Single]:
    """Return the worst labels, played; the greatest bound first, until none can be worse."""
    takes, soonest = ground.at_most()
    candidates = sorted(
        _Candidate(_key(ground, label, takes[label], float(soonest[label])), label)
        for label in range(len(takes))
    )
    found: list[Single] = []
    for best, label in candidates:
        if len(found) >= worst and found[worst - 1].key < best:
            break
        sure = ground.play(ground.named.cut([label]))
        if sure.touched.any():
            key = _key(ground, label, sure.lost, best[2])
            found.append(Single(label, key, sure, sure, sure.lost))
            found.sort(key=lambda one: one.key)
    return [_with_brackets(ground, one) for one in found[:worst]]


def _key(ground: Ground, label: int, parts: Flags, day: float) -> Key:
    """Return the place of a label that takes some parts; the least is the worst.

    The day is that of whole losses, which is known without playing: so labels that tie in traffic
    and units need not all be played.
    """
    traffic, units = ground.behind.weigh(parts)
    return -traffic, -units, day, int(ground.named.kind[label]), ground.named.label[label]


def _with_brackets(ground: Ground, one: Single) -> Single:
    """Add what approvals mend in the end, and what may be lost beside, as facts are missing."""
    surely, perhaps = (ground.named.cut([one.label], perhaps=by) for by in (False, True))
    approved = ground.play(surely, is_approved=True)
    is_same = np.array_equal(surely, perhaps)
    return one._replace(
        for_good=one.sure.lost & approved.lost,
        perhaps=one.sure if is_same else ground.play(perhaps),
    )


def _pairs(ground: Ground, found: list[Single]) -> list[Pair]:
    """Return the pairs that take what neither takes, the worst first."""
    pairs = []
    cuts = [ground.named.cut([one.label]) for one in found]
    for one, other in combinations(range(len(found)), 2):
        cut = cuts[one] | cuts[other]
        if np.array_equal(cut, cuts[one]) or np.array_equal(cut, cuts[other]):
            continue
        alone = found[one].sure.lost | found[other].sure.lost
        if not (ground.at_most_of(cut) & ~alone).any():
            continue
        played = ground.play(cut)
        more = played.lost & ~alone
        if more.any():
            traffic, units = ground.behind.weigh(more)
            first = float(played.gone[0][more].min())
            key = (-traffic, -units, first, one, other)
            pairs.append(Pair(key, found[one].label, found[other].label, more))
    return sorted(pairs, key=lambda pair: pair.key)


def _named_steps(ground: Ground, sure: Fallen) -> pl.DataFrame:
    numbered = ground.offers.parts.select("part_id", part="item")
    return sure.steps.join(numbered, "part", maintain_order="left")
