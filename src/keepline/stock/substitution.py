"""Show what it is worth that parts stand in for one another, at least, at most and exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.maths.arrivals import arriving_whole
from keepline.maths.pooling import Laws
from keepline.maths.substitution import shorts
from keepline.model import arrays
from keepline.model.calendar import month_edges
from keepline.model.limit_results import Substitution
from keepline.model.simulated_results import COURSES
from keepline.model.substitution import chains
from keepline.stock.ground import Dates, Delivery, view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from keepline.model.arrays import Pools, Supply
    from keepline.model.network import Network
    from keepline.model.substitution import Chain
    from keepline.stock.ground import View

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

TODAY: Final = COURSES[0]


@dataclass(frozen=True)
class _Ground:
    """Hold what every chain stands on: the network as it is, nothing pooled."""

    network: Network
    pools: Pools
    supply: Supply
    chances: Number
    dates: Dates
    purchases: pl.DataFrame
    row: Mapping[str, int]

    def view(self, part: str, root: int) -> View | None:
        """Return a part as stock sees it in a central depot's tree; None where it is not there."""
        at = np.nonzero((self.pools.part == self.row[part]) & (self.pools.root == root))[0]
        if not len(at):
            return None
        return view(self.pools, self.supply, self.chances, self.dates, int(at[0]))


@dataclass(frozen=True)
class _Seen:
    """See a chain's parts in a tree: by date and by each way in which supply may turn out.

    Attributes:
        chance: Probability of each way [ways].
        mean: Units outstanding [dates, ways, parts].
        stock: Units, wherever they lie, by course [dates, ways, parts].
    """

    chance: Number
    mean: Number
    stock: Mapping[str, Whole]


def substitution(
    network: Network,
    pools: Pools,
    supply: Supply,
    branches: pl.DataFrame,
    pooled_parts: pl.DataFrame,
    purchases: pl.DataFrame,
) -> pl.DataFrame:
    """Find the expected units short of every chain with substitution, without, and all pooled.

    All stock of a central depot's tree counts wherever it lies; ship times do not. Of each part a
    Poisson number of units is outstanding, given the branch; branches are mixed. Then substitution
    is exact for two-way, one-way and nested chains (see :mod:`keepline.maths.substitution`), with a
    unit that stands in given back as soon as the other's own is there; of mixed chains only the
    bounds are known.

    Args:
        network: A checked network, nothing pooled.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        branches: The result table ``branches``.
        pooled_parts: The result table ``pooled_parts``.
        purchases: The result table ``purchases``.

    Returns:
        The result table ``substitution``: two rows, today's course and the plan, for every chain
        and central depot below which any of its parts stands, lies or is due. Chains with an
        uncertain failure rate are left out.
    """
    ground = _Ground(
        network,
        pools,
        supply,
        np.array(branches["probability"].to_numpy(), np.float64),
        Dates.of(np.array(month_edges(network.start, network.end))),
        purchases,
        {part: index for index, part in enumerate(network["parts"]["part_id"])},
    )
    as_which = dict(pooled_parts.select("part_id", "counts_as").iter_rows())
    rows = [
        row
        for chain in chains(network)
        if not _is_uncertain(ground, chain)
        for root in _roots(ground, chain)
        for row in _rows(ground, chain, root, _pooling(chain, as_which))
    ]
    schema = {name: column.dtype for name, column in Substitution.columns().items()}
    return pl.DataFrame(rows, schema=schema).sort("chain", "depot_id", "course")


def _is_uncertain(ground: _Ground, chain: Chain) -> bool:
    """Tell whether a failure rate of the chain is uncertain: its law is then not Poisson."""
    members = [ground.row[part] for part in chain.members]
    doubted = ground.pools.part[np.isfinite(ground.pools.rate_shape)]
    return bool(np.isin(members, doubted).any())


def _roots(ground: _Ground, chain: Chain) -> list[int]:
    members = [ground.row[part] for part in chain.members]
    return sorted(set(ground.pools.root[np.isin(ground.pools.part, members)].tolist()))


def _pooling(chain: Chain, as_which: Mapping[str, str]) -> str:
    """Tell whether a chain is planned as one part."""
    planned = {as_which.get(part, part) for part in chain.members}
    if len(planned) == len(chain.members):
        return "apart"
    return "as one" if len(planned) == 1 else "in part"


def _rows(ground: _Ground, chain: Chain, root: int, pooling: str) -> list[dict[str, object]]:
    seen = _see(ground, chain, root)
    depot = ground.network["depots"].row(root, named=True)
    is_known = chain.kind != "mixed"
    rows = []
    for course, stock in seen.stock.items():
        apart, known, pooled = _shorts(chain, seen, stock)
        rows.append(
            {
                "chain": chain.name,
                "members": "; ".join(chain.members),
                "depot_id": depot["depot_id"],
                "course": course,
                "operator_id": depot["operator_id"],
                "kind": chain.kind,
                "pooling": pooling,
                "law": "exact" if is_known else "bound",
                "short_apart": float(apart[-1]),
                "short": float(known[-1]) if is_known else None,
                "short_pooled": float(pooled[-1]),
                "worst_apart": float(apart.max()),
                "worst": float(known.max()) if is_known else None,
                "worst_pooled": float(pooled.max()),
            }
        )
    return rows


def _shorts(chain: Chain, seen: _Seen, stock: Whole) -> tuple[Number, Number, Number]:
    """Return the expected units short apart, with substitution, and pooled [dates] each.

    Parts of one class are one stock to the chain; apart, each part is on its own.
    """
    shape = seen.mean.shape[:2]
    parts = seen.mean.shape[2]
    sizes = [parts] if chain.kind == "mixed" else [len(one) for one in chain.classes]
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    apart, _, _ = shorts(seen.mean.reshape(-1, parts), stock.reshape(-1, parts))
    _, known, pooled = shorts(
        np.add.reduceat(seen.mean, first, axis=2).reshape(-1, len(sizes)),
        np.add.reduceat(stock, first, axis=2).reshape(-1, len(sizes)),
    )
    mixed = [np.asarray(one.reshape(shape) @ seen.chance) for one in (apart, known, pooled)]
    return mixed[0], mixed[1], mixed[2]


def _see(ground: _Ground, chain: Chain, root: int) -> _Seen:
    members = chain.members
    laws = ground.supply.law[[ground.row[part] for part in members]]
    # branches in which all of the parts meet the same laws count as one
    _, first, way = np.unique(laws, axis=1, return_index=True, return_inverse=True)
    shape = (len(ground.dates.day), len(first), len(members))
    mean, stock = np.zeros(shape), np.zeros(shape, np.int64)
    for index, part in enumerate(members):
        found = ground.view(part, root)
        if found is not None:
            law = found.meeting.branch[first]
            mean[:, :, index] = found.mean[:, law]
            stock[:, :, index] = _stock(found)[:, law]
    bought = _bought(ground, members, root, laws[:, first])
    chance = np.bincount(way.ravel(), ground.chances, len(first)).astype(np.float64)
    return _Seen(chance, mean, {TODAY: stock, COURSES[1]: stock + bought})


def _stock(found: View) -> Whole:
    """Return a part's units with the orders due by then, wherever they lie [dates, laws]."""
    s0, s = found.stock_with(Delivery.none())
    # the centre itself is no ship time away: its column is what lies there on the day
    return np.asarray((s0[:, 0] + s.sum(axis=1)).reshape(found.mean.shape))


def _bought(ground: _Ground, members: Sequence[str], root: int, laws: Whole) -> Whole:
    """Return the units bought that have arrived [dates, ways, parts].

    Args:
        ground: The purchases.
        members: The parts.
        root: The row of the central depot.
        laws: The law that each part meets each way [parts, ways].
    """
    network = ground.network
    depots = network["depots"].select(
        "depot_id",
        ship=pl.Series(arrays.ships(network)),
        root=pl.Series(arrays.roots(network)),
    )
    day = (pl.col("arrives_on") - network.start).dt.total_days().cast(pl.Float64)
    table = ground.purchases.join(depots.filter(root=root), on="depot_id").with_columns(day=day)
    every = Laws(*ground.supply[1:])
    found = np.zeros((len(ground.dates.day), laws.shape[1], len(members)), np.int64)
    for index, part in enumerate(members):
        mine = table.filter(part_id=part)
        there = np.array(mine["day"].to_numpy(), np.float64)
        ship = np.array(mine["ship"].to_numpy(), np.float64)
        units = np.array(mine["quantity"].to_numpy(), np.int64)
        comes = arriving_whole(every, there - ship, units)[laws[index]]
        has_come = there[None, :] <= ground.dates.day[:, None]
        found[:, :, index] = has_come.astype(np.int64) @ comes.T
    return found
