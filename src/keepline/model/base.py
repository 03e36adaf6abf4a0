"""The installed base while a programme of swaps changes it: removals, units in service, harvest.

What is swapped out fails no more from its day on, and what comes fails from then on. Units taken
out come to a shelf once they are refurbished, each usable with the offer's share.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.model import arrays
from keepline.model.programme import swapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.arrays import Places, Pools
    from keepline.model.network import Network
    from keepline.model.programme import Swapped

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

#: A row that stands to the end, or has stood from before the plan.
_NEVER = np.inf


class Base(NamedTuple):
    """Hold what a programme changes at the locations of every pool; m locations, n pools.

    Attributes:
        first: Changes at location l are ``first[l]:first[l + 1]``, by day [m + 1].
        day: From when on [changes].
        rate: How many removals a day more there are; negative for fewer [changes].
        harvest_first: Where the harvests that come to each location begin, by day [m + 1].
        harvest_day: When they are on the shelf [harvests].
        harvest_units: Units taken out [harvests].
        harvest_usable: Of these, how many can be used on average [harvests].
        places: How the units stand at sites, groups with those that come; ``units`` are those of
            the fullest month.
        units: Units of each group in service, on average over each month [months, g].
    """

    first: Whole
    day: Number
    rate: Number
    harvest_first: Whole
    harvest_day: Number
    harvest_units: Whole
    harvest_usable: Number
    places: Places
    units: Number

    def is_moving(self, first: int, last: int) -> bool:
        """Tell whether anything changes at some locations, the last not counted."""
        changes = self.first[last] > self.first[first]
        return bool(changes or self.harvest_first[last] > self.harvest_first[first])


def base_of(
    network: Network, pools: Pools, pooled_parts: pl.DataFrame | None, edges: Number
) -> Base | None:
    """Return what a network's programme changes; None without a programme.

    Args:
        network: A checked network, before parts that are one count as one.
        pools: Its pools, with places for what the programme brings
            (`keepline.model.programme.with_places`), parts that are one counted as one.
        pooled_parts: The result table ``pooled_parts``.
        edges: Moments that part the plan into months, in days [months + 1].
    """
    if network["programme"].is_empty():
        return None
    found = swapped(network)
    rows = _rows(network, found, pooled_parts)
    spot = _spots(pools, len(network["depots"]), len(network["parts"]))
    location = spot[rows["part"].to_numpy(), rows["depot"].to_numpy()]
    first, day, rate = _changes(rows, location, len(pools.depot))
    places, units = _standing(rows, location, pools, edges)
    return Base(
        first, day, rate, *_harvests(rows, found, network, spot, len(pools.depot)), places, units
    )


def _rows(network: Network, found: Swapped, pooled_parts: pl.DataFrame | None) -> pl.DataFrame:
    """Return every row in service: part, depot, root, quantity, spare, rate, since, until, swap."""
    swap_day = found.swaps.select("day").with_row_index("swap").with_columns(
        pl.col("swap").cast(pl.Int64)
    )  # fmt: skip
    stands = (
        network["installed"]
        .select("site_id", "part_id", "quantity", spare="spare_in_place")
        .with_columns(installed=pl.int_range(pl.len(), dtype=pl.Int64))
        .join(found.taken, on="installed", how="left", maintain_order="left")
        .join(swap_day, on="swap", how="left", maintain_order="left")
        .with_columns(since=pl.lit(-_NEVER), until=pl.col("day").fill_null(_NEVER))
    )
    comes = (
        found.brought.join(swap_day, on="swap")
        .with_columns(since=pl.col("day"), until=pl.lit(_NEVER), installed=pl.lit(None, pl.Int64))
        .with_columns(swap=pl.lit(None, pl.Int64))
    )
    columns = ("site_id", "part_id", "quantity", "spare", "since", "until", "swap")
    rows = pl.concat([stands.select(columns), comes.select(columns)])
    return _numbered(network, rows, pooled_parts)


def _numbered(
    network: Network, rows: pl.DataFrame, pooled_parts: pl.DataFrame | None
) -> pl.DataFrame:
    """Return rows with their depot, its centre, the part as which theirs counts, and its rate."""
    parts = network["parts"].select("part_id", own=pl.int_range(pl.len(), dtype=pl.Int64))
    counts = np.arange(len(parts))
    if pooled_parts is not None and not pooled_parts.is_empty():
        row = dict(parts.iter_rows())
        for part, into in pooled_parts.select("part_id", "counts_as").iter_rows():
            counts[row[part]] = row[into]
    roots = arrays.roots(network)
    depots = network["depots"].select("depot_id", depot=pl.int_range(pl.len(), dtype=pl.Int64))
    found = (
        rows.join(
            network["sites"].select("site_id", "depot_id"), on="site_id", maintain_order="left"
        )
        .join(depots, on="depot_id", maintain_order="left")
        .join(parts, on="part_id", maintain_order="left")
    )
    own, depot = found["own"].to_numpy(), found["depot"].to_numpy()
    return found.with_columns(
        part=pl.Series(counts[own], dtype=pl.Int64),
        root=pl.Series(roots[depot], dtype=pl.Int64),
        rate=found["quantity"] * pl.Series(arrays.unit_rates(network)[own]),
    )


def _spots(pools: Pools, depots: int, parts: int) -> Whole:
    """Return the location of each part at each depot; -1 where there is none [parts, depots]."""
    found = np.full((parts, depots), -1)
    found[np.repeat(pools.part, np.diff(pools.first)), pools.depot] = np.arange(len(pools.depot))
    return found


def _changes(rows: pl.DataFrame, location: Whole, count: int) -> tuple[Whole, Number, Number]:
    until, since, rate = (rows[name].to_numpy() for name in ("until", "since", "rate"))
    goes, comes = np.isfinite(until), np.isfinite(since)
    at = np.concatenate((location[goes], location[comes]))
    day = np.concatenate((until[goes], since[comes]))
    change = np.concatenate((-rate[goes], rate[comes]))
    first, day, change = _by_location(at, day, change, count)
    return first, day, change


def _harvests(
    rows: pl.DataFrame, found: Swapped, network: Network, spot: Whole, count: int
) -> tuple[Whole, Number, Whole, Number]:
    """Return what comes to each location's shelf."""
    taken = rows.filter(pl.col("swap").is_not_null())
    swap = taken["swap"].to_numpy()
    row = {depot: index for index, depot in enumerate(network["depots"]["depot_id"])}
    said = np.array([row.get(one, -1) for one in found.swaps["harvest_depot_id"]], np.int64)
    home = np.where(said[swap] >= 0, said[swap], taken["root"].to_numpy())
    at = spot[taken["part"].to_numpy(), home]
    day = found.swaps["day"].to_numpy()[swap] + found.swaps["lag"].to_numpy()[swap]
    share = found.swaps["harvested"].to_numpy()[swap]
    units = np.array(taken["quantity"].to_numpy(), np.float64)
    some = (at >= 0) & (share > 0.0)
    first, days, usable = _by_location(at[some], day[some], (units * share)[some], count)
    _, _, whole = _by_location(at[some], day[some], units[some], count)
    return first, days, np.rint(whole).astype(np.int64), usable


def _by_location(at: Whole, day: Number, value: Number, count: int) -> tuple[Whole, Number, Number]:
    """Return sums by location and day, and where each location's begin."""
    order = np.lexsort((day, at))
    at, day, value = at[order], day[order], value[order]
    is_new = np.ones(len(at), np.bool_)
    is_new[1:] = (np.diff(at) != 0) | (np.diff(day) != 0.0)
    begins = np.flatnonzero(is_new)
    sums = np.add.reduceat(value, begins) if len(value) else np.zeros(0)
    counts = np.bincount(at[begins], minlength=count)
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return first, day[begins].astype(np.float64), sums.astype(np.float64)


def _standing(
    rows: pl.DataFrame, location: Whole, pools: Pools, edges: Number
) -> tuple[Places, Number]:
    """Return how units stand at sites, and how many of each group in each month."""
    pool = np.repeat(np.arange(len(pools.part)), np.diff(pools.first))[location]
    quantity, spare = rows["quantity"].to_numpy(), rows["spare"].to_numpy()
    keys, group = np.unique(np.stack((pool, quantity, spare)), axis=1, return_inverse=True)
    group = group.ravel()
    since, until = rows["since"].to_numpy(), rows["until"].to_numpy()
    units = np.zeros((len(edges) - 1, keys.shape[1]))
    for month, (begin, end) in enumerate(pairwise(edges)):
        there = np.clip(np.minimum(until, end) - np.maximum(since, begin), 0.0, None)
        units[month] = np.bincount(group, quantity * (there / (end - begin)), keys.shape[1])
    counts = np.bincount(keys[0], minlength=len(pools.part))
    places = arrays.Places(
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        quantity=keys[1].astype(np.int64),
        spare=keys[2].astype(np.int64),
        units=units.max(axis=0, initial=0.0),
    )
    return places, units
