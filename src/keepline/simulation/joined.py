"""Which parts meet in play: trees of depots, substitutes, and workshops that parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.model import arrays
from keepline.model.substitution import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.arrays import Pools
    from keepline.model.mechanisms import Mechanisms
    from keepline.model.network import Network

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class Trees(NamedTuple):
    """Hold the trees of depots; each list is by row of the depots table.

    Attributes:
        root: Row of the central depot [depots].
        spot: Place in the tree: 0 for the centre, the others in order of row [depots].
        members: The depots of each central depot's tree, in order of place.
        ship_days: From the centre [depots].
        lateral_days: From another depot of the tree; infinite for a centre, or for none [depots].
        reserve: Units of each part kept back [depots].
    """

    root: Whole
    spot: Whole
    members: Mapping[int, Whole]
    ship_days: Number
    lateral_days: Number
    reserve: Whole

    @classmethod
    def of(cls, network: Network) -> Trees:
        """Return the trees of a network."""
        root, depots = arrays.roots(network), network["depots"]
        row = np.arange(len(root))
        order = np.lexsort((row, row != root, root))
        centres, first = np.unique(root[order], return_index=True)
        groups = np.split(order, first[1:])
        members = dict(zip(centres.tolist(), groups, strict=True))
        spot = np.empty(len(root), np.int64)
        for group in groups:
            spot[group] = np.arange(len(group))
        lateral = np.array(depots["lateral_days"].fill_null(np.inf).to_numpy(), np.float64)
        lateral[row == root] = np.inf
        reserve = np.array(depots["reserve_for_core"].to_numpy(), np.int64)
        return cls(root, spot, members, arrays.ships(network), lateral, reserve)


class Joined(NamedTuple):
    """Hold which pools make a family; n pools, f families.

    Attributes:
        family: Of each pool [n].
        pools: Of each family, in order [f].
        substitutes: For each pool the pools of the parts that may stand in, the nearest first [n].
        shop: Each pool's workshop in its family; -1 for one that is never full [n].
        at_once: Units that each of a family's workshops works on [f].
    """

    family: Whole
    pools: tuple[Whole, ...]
    substitutes: Sequence[Sequence[int]]
    shop: Whole
    at_once: tuple[Whole, ...]


def joined(network: Network, pools: Pools, mechanisms: Mechanisms) -> Joined:
    """Return the families that the mechanisms make of a network's pools.

    A part that may stand in for another, which may stand in for a third, may stand in for the
    third, after those that do so directly.

    Args:
        network: A checked network in which parts that are one count as one.
        pools: Its pools.
        mechanisms: Substitution and workshops join parts, where they are on.
    """
    count = len(pools.part)
    substitutes: Sequence[Sequence[int]] = [()] * count
    if mechanisms.substitution:
        substitutes = _substitutes(network, pools)
    number, room = np.full(count, -1), np.zeros(0, np.int64)
    if mechanisms.repair_shops:
        number, room = _workshops(network, pools)
    leader = np.arange(count)
    for pool, others in enumerate(substitutes):
        for other in others:
            _join(leader, pool, other)
    first_of: dict[int, int] = {}
    for pool in np.flatnonzero(number >= 0).tolist():
        _join(leader, first_of.setdefault(int(number[pool]), pool), pool)
    heads = np.array([_head(leader, pool) for pool in range(count)], np.int64)
    family = np.unique(heads, return_inverse=True)[1].astype(np.int64)
    order = np.argsort(family, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(family[order])) + 1) if count else []
    shop, at_once = np.full(count, -1), []
    for mine in groups:
        known, place = np.unique(number[mine], return_inverse=True)
        absent = int(len(known) > 0 and known[0] < 0)
        shop[mine] = place - absent
        at_once.append(room[known[absent:]])
    return Joined(family, tuple(groups), substitutes, shop, tuple(at_once))


def _head(leader: Whole, pool: int) -> int:
    while leader[pool] != pool:
        leader[pool] = leader[leader[pool]]
        pool = int(leader[pool])
    return pool


def _join(leader: Whole, one: int, other: int) -> None:
    """Let two pools have one leader, the lower number."""
    low, high = sorted((_head(leader, one), _head(leader, other)))
    leader[high] = low


def _substitutes(network: Network, pools: Pools) -> list[list[int]]:
    """Return for each pool those of the same tree that may stand in, the nearest first."""
    row = {part: index for index, part in enumerate(network["parts"]["part_id"])}
    direct: dict[int, list[int]] = {}
    for part, replaced in in_force(network).select("part_id", "replaces_id").iter_rows():
        if row[part] != row[replaced]:
            direct.setdefault(row[replaced], []).append(row[part])
    stand_in = {part: _reached(part, direct) for part in direct}
    pool_of = {
        key: pool
        for pool, key in enumerate(zip(pools.root.tolist(), pools.part.tolist(), strict=True))
    }
    return [
        [pool_of[root, other] for other in stand_in.get(part, ()) if (root, other) in pool_of]
        for root, part in zip(pools.root.tolist(), pools.part.tolist(), strict=True)
    ]


def _reached(part: int, direct: Mapping[int, list[int]]) -> list[int]:
    """Return all that may stand in for a part, by how many steps away they are."""
    found: list[int] = []
    step = [part]
    while step:
        step = [
            other
            for one in step
            for other in direct.get(one, ())
            if other != part and other not in found
        ]
        step = list(dict.fromkeys(step))
        found += step
    return found


def _workshops(network: Network, pools: Pools) -> tuple[Whole, Whole]:
    """Return the number of each pool's workshop, -1 for none, and the units each works on."""
    depots = network["depots"]["depot_id"].to_list()
    rows = network["workshops"].select("repairer_id", "depot_id", "at_once").rows()
    own = {(repairer, depot): units for repairer, depot, units in rows}
    repairers = network["parts"]["repairer_id"].gather(pools.part).to_list()
    number = np.full(len(pools.part), -1)
    room: list[int] = []
    known: dict[tuple[str | None, int], int] = {}
    for pool, repairer in enumerate(repairers if own else ()):
        root = int(pools.root[pool])
        units = own.get((repairer, depots[root]), own.get((repairer, None)))
        if units is None or pools.repair_share[pool] <= 0.0:
            continue
        if (repairer, root) not in known:
            known[repairer, root] = len(room)
            room.append(units)
        number[pool] = known[repairer, root]
    return number, np.array(room, np.int64)


def counted_rows(parts: pl.Series, pooled_parts: pl.DataFrame | None) -> Whole:
    """Return the row of the part as which each part counts [parts]."""
    as_which = np.arange(len(parts))
    if pooled_parts is None:
        return as_which
    row = {part: index for index, part in enumerate(parts)}
    for part, into in pooled_parts.select("part_id", "counts_as").iter_rows():
        as_which[row[part]] = row[into]
    return as_which
