"""The gate: a checked network becomes named tuples of dense arrays, all that ``maths`` sees.

Time is in days since the plan's first day, rates are per day, quantities are whole units. A *pool*
is one part in one central depot's tree; its *locations* are the centre (first) and the depots.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from keepline.model.calendar import DAYS_PER_YEAR
from keepline.model.evidence import HOURS_PER_YEAR, Rate, learned
from keepline.model.keeping import Keeping, fresh_stock, keeping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from keepline.model.base import Base
    from keepline.model.network import Network

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


RATE_COLUMNS: Final = ("failures_per_year", "units_seen", "hours_seen", "failures_seen")


class Pools(NamedTuple):
    """Hold every pool and its locations; n pools, m locations, k orders due.

    Attributes:
        part: Row of the part in the parts table [n].
        root: Row of the central depot in the depots table [n].
        first: Locations of pool i are ``first[i]:first[i + 1]``, the centre first [n + 1].
        depot: Row of the location's depot in the depots table [m].
        rate: Removals per day at the location [m].
        rate_shape: Shape of the gamma law of the part's failure rate; infinite where the rate is
            certain [n].
        ship_days: From the centre to the location; 0 at the centre [m].
        on_hand: Good units there on day 0 [m].
        repair_share: Share of removals that come back repaired [n].
        repair_days: From removal until back at the centre [n].
        returned_share: Chance that what is in repair when repair is cut comes back [n].
        lead_days: From order until on the centre's shelf [n].
        cost: Price of a new unit [n].
        installed: Units in service [n].
        weight: Traffic lost while one unit is missing [n].
        minimum_order: Fewest units in one order [n].
        due_first: Orders due at location l are ``due_first[l]:due_first[l + 1]`` [m + 1].
        due_day: When they arrive [k].
        due_quantity: How many [k].
        due_is_moved: Whether they are the network's own stock on its way, which comes whatever
            supply is cut, and no order [k].
        keeping: How long units keep, and which are the vendor's.
    """

    part: Whole
    root: Whole
    first: Whole
    depot: Whole
    rate: Number
    rate_shape: Number
    ship_days: Number
    on_hand: Whole
    repair_share: Number
    repair_days: Number
    returned_share: Number
    lead_days: Number
    cost: Number
    installed: Number
    weight: Number
    minimum_order: Whole
    due_first: Whole
    due_day: Number
    due_quantity: Whole
    due_is_moved: NDArray[np.bool_]
    keeping: Keeping


class Supply(NamedTuple):
    """Hold what is left of supply and repair over time, as step functions called laws.

    Attributes:
        law: The law that a part follows in a branch [parts, branches].
        first: Steps of law k are ``first[k]:first[k + 1]`` [laws + 1].
        start: First moment of each step; that of a law's first step is 0 [steps].
        supply_share: Share of new supply left [steps].
        lead_factor: Lead time against the normal one [steps].
        repair_left: Share of repair left [steps].
    """

    law: Whole
    first: Whole
    start: Number
    supply_share: Number
    lead_factor: Number
    repair_left: Number


class Places(NamedTuple):
    """Hold how a pool's units stand at sites: g groups of like rows of the installed table.

    Attributes:
        first: Groups of pool i are ``first[i]:first[i + 1]`` [n + 1].
        quantity: Units of the part at each such site [g].
        spare: How many of them may fail before service is lost [g].
        units: Units in all such sites together [g].
        base: What a programme of swaps changes, and how units then stand; None without one.
    """

    first: Whole
    quantity: Whole
    spare: Whole
    units: Number
    base: Base | None = None


class Bounds(NamedTuple):
    """Hold what suppliers can deliver and depots can hold; infinite where there is no limit.

    Attributes:
        per_month: Units that a part's qualified sources deliver in a month [parts].
        volume: Of one unit, in m3 [parts].
        room: Left beside today's stock in the depots of a central depot's tree, in m3; what is
            written at other depots means nothing [depots].
    """

    per_month: Number
    volume: Number
    room: Number


def pools(network: Network) -> Pools:
    """Return every pool that has installed units, stock or orders due.

    Depots deeper than the second echelon hang on the centre with the ship times of their chain
    added up (their parent's stock then no longer feeds them first: an approximation).
    """
    depots = _depots(network)
    rows = _locations(network, depots)
    keys = rows.select("root", "part").unique(maintain_order=True)
    counts = rows.group_by("root", "part", maintain_order=True).len()["len"].to_numpy()
    parts = keys.join(
        network["parts"].with_row_index("part").with_columns(pl.col("part").cast(pl.Int64)),
        on="part",
        how="left",
        maintain_order="left",
    )
    root_ship = keys.join(
        depots.select(root="depot", receipt="own_ship"), on="root", maintain_order="left"
    )
    installed = rows.group_by("root", "part", maintain_order=True).agg(pl.col("units").sum())
    rates = [_learned(*row) for row in parts.select(RATE_COLUMNS).iter_rows()]
    failures = np.repeat(np.array([rate.per_year for rate in rates]), counts)
    due_first, due_day, due_quantity = _due(network, rows)
    return Pools(
        part=_whole(keys, "part"),
        root=_whole(keys, "root"),
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        depot=_whole(rows, "depot"),
        rate=_number(rows, "units") * failures / DAYS_PER_YEAR,
        rate_shape=np.array([rate.shape for rate in rates]),
        ship_days=_number(rows, "ship"),
        on_hand=_whole(rows, "on_hand"),
        repair_share=_number(parts, "repair_share"),
        repair_days=_number(parts, "repair_days"),
        returned_share=_number(parts, "returned_share"),
        lead_days=_number(parts, "lead_days") + _number(root_ship, "receipt"),
        cost=_number(parts, "unit_cost"),
        installed=_number(installed, "units"),
        weight=_number(parts, "weight"),
        minimum_order=_whole(parts, "minimum_order"),
        due_first=due_first,
        due_day=due_day,
        due_quantity=due_quantity,
        due_is_moved=np.zeros(len(due_day), np.bool_),
        keeping=keeping(network, parts, rows),
    )


def rate_of(part: Mapping[str, Any]) -> Rate:
    """Return the failure rate of a row of the parts table, with what failures seen teach of it."""
    return _learned(*(part[column] for column in RATE_COLUMNS))


def unit_rates(network: Network) -> Number:
    """Return the failures of a unit of each part in service, per day [parts]."""
    rows = network["parts"].select(RATE_COLUMNS).iter_rows()
    return np.array([_learned(*row).per_year for row in rows]) / DAYS_PER_YEAR


def _learned(
    believed: float, units: float | None, hours: float | None, failures: int | None
) -> Rate:
    if units is None or hours is None or failures is None:
        return Rate(believed, math.inf)
    return learned(failures, units * hours / HOURS_PER_YEAR, believed)


def supply(network: Network, cuts: pl.DataFrame, branches: pl.DataFrame) -> Supply:
    """Return the laws of supply and repair that the cuts leave, one for each distinct timeline.

    Args:
        network: The network; gives the order of parts and day 0.
        cuts: A result table ``cuts``.
        branches: A result table ``branches``; gives the order of branches.
    """
    part_row = {part: row for row, part in enumerate(network["parts"]["part_id"])}
    branch_row = {branch: row for row, branch in enumerate(branches["branch_id"])}
    changes: dict[tuple[int, int], list[tuple[float, str, float, float]]] = {}
    wanted = cuts.filter(pl.col("mode") != "software").sort("from_on")
    for part, branch, mode, from_on, share, lead, _ in wanted.iter_rows():
        day = max(network.day(from_on), 0.0)
        key = (part_row[part], branch_row[branch])
        changes.setdefault(key, []).append((day, mode, share, lead))
    known: dict[tuple[_Step, ...], int] = {((0.0, 1.0, 1.0, 1.0),): 0}
    law = np.zeros((len(part_row), len(branch_row)), np.int64)
    for (part_index, branch_index), found in changes.items():
        steps = _steps(found)
        law[part_index, branch_index] = known.setdefault(steps, len(known))
    table = np.array([step for steps in known for step in steps])
    lengths = [len(steps) for steps in known]
    return Supply(
        law=law,
        first=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        start=table[:, 0].copy(),
        supply_share=table[:, 1].copy(),
        lead_factor=table[:, 2].copy(),
        repair_left=table[:, 3].copy(),
    )


def places(network: Network, pools: Pools) -> Places:
    """Return how each pool's units stand at sites, grouped by quantity and spare in place."""
    depots = _depots(network).select("depot_id", "root")
    part = network["parts"].select("part_id", part=pl.int_range(pl.len()))
    groups = (
        network["installed"]
        .join(network["sites"].select("site_id", "depot_id"), on="site_id")
        .join(depots, on="depot_id")
        .join(part, on="part_id")
        .group_by("root", "part", "quantity", "spare_in_place")
        .agg(pl.col("quantity").sum().alias("units"))
    )
    keys = pl.DataFrame({"root": pools.root, "part": pools.part}).with_row_index("pool")
    rows = keys.join(groups, on=["root", "part"]).sort("pool", "quantity", "spare_in_place")
    counts = np.bincount(rows["pool"].to_numpy(), minlength=len(keys))
    return Places(
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        quantity=_whole(rows, "quantity"),
        spare=_whole(rows, "spare_in_place"),
        units=_number(rows, "units"),
    )


def roots(network: Network) -> Whole:
    """Return the row of the central depot of every depot's tree [depots]."""
    return _whole(_depots(network), "root")


def ships(network: Network) -> Number:
    """Return the days from the centre's shelf to every depot; 0 for a centre [depots]."""
    return _number(_depots(network), "ship")


def bounds(network: Network) -> Bounds:
    """Return what limits deliveries and stock.

    A part without rows in the sources table, or of which one qualified source names no capacity, is
    delivered without limit; a tree of depots of which one names no capacity has room without limit.
    """
    parts = network["parts"].select("part_id", "volume_m3")
    able = (
        network["sources"]
        .with_columns(units=pl.col("capacity_per_month").fill_null(np.inf))
        .group_by("item_id")
        .agg(pl.col("units").filter("is_qualified").sum())
    )
    found = parts.join(
        able, left_on="part_id", right_on="item_id", how="left", maintain_order="left"
    )
    tree = _depots(network).with_columns(network["depots"]["capacity_m3"].fill_null(np.inf))
    lying = (
        network["stock"]
        .join(parts, on="part_id")
        .group_by("depot_id")
        .agg(lying=(pl.col("on_hand") * pl.col("volume_m3")).sum())
    )
    trees = (
        tree.join(lying, on="depot_id", how="left")
        .group_by("root")
        .agg(room=pl.col("capacity_m3").sum() - pl.col("lying").sum())
    )
    room = np.full(len(tree), np.inf)
    room[_whole(trees, "root")] = np.maximum(0.0, _number(trees, "room"))
    return Bounds(
        per_month=_number(found.with_columns(pl.col("units").fill_null(np.inf)), "units"),
        volume=_number(found, "volume_m3"),
        room=room,
    )


_Step = tuple[float, float, float, float]


def _steps(changes: list[tuple[float, str, float, float]]) -> tuple[_Step, ...]:
    supply_share = lead = repair = 1.0
    steps: dict[float, _Step] = {0.0: (0.0, 1.0, 1.0, 1.0)}
    for day, mode, share, factor in changes:
        if mode == "supply":
            supply_share, lead = share, factor
        else:
            repair = share
        steps[day] = (day, supply_share, lead, repair)
    return tuple(steps[day] for day in sorted(steps))


def _depots(network: Network) -> pl.DataFrame:
    """Return depots with their root and the days from the root's shelf."""
    table = network["depots"]
    row = {depot: index for index, depot in enumerate(table["depot_id"])}
    parents = [row.get(parent) if parent else None for parent in table["parent_id"]]
    ships = table["ship_days"].to_list()
    roots, totals = [], []
    for index in range(len(parents)):
        root, total = index, 0.0
        while (parent := parents[root]) is not None:
            total += ships[root]
            root = parent
        roots.append(root)
        totals.append(total)
    return table.select(
        "depot_id",
        depot=pl.int_range(pl.len(), dtype=pl.Int64),
        root=pl.Series(roots, dtype=pl.Int64),
        ship=pl.Series(totals, dtype=pl.Float64),
        own_ship="ship_days",
    )


def _locations(network: Network, depots: pl.DataFrame) -> pl.DataFrame:
    """Return one row a location, by root, part, and depot with the centre first."""
    part = network["parts"].select("part_id", part=pl.int_range(pl.len(), dtype=pl.Int64))
    places_of = depots.select("depot_id", "depot", "root", "ship")
    units = (
        network["installed"]
        .join(network["sites"].select("site_id", "depot_id"), on="site_id")
        .group_by("depot_id", "part_id")
        .agg(units=pl.col("quantity").sum())
    )
    stock = fresh_stock(network).group_by("depot_id", "part_id").agg(pl.col("on_hand").sum())
    due = network["orders"].select("depot_id", "part_id").unique()
    found = (
        pl.concat([frame.select("depot_id", "part_id") for frame in (units, stock, due)])
        .unique()
        .join(places_of, on="depot_id")
        .join(part, on="part_id")
    )
    centres = (
        found.select("root", "part", "part_id")
        .unique()
        .join(places_of.filter(pl.col("depot") == pl.col("root")), on="root")
        .select(found.columns)
    )
    return (
        pl.concat([found, centres])
        .unique()
        .join(units, on=["depot_id", "part_id"], how="left")
        .join(stock, on=["depot_id", "part_id"], how="left")
        .with_columns(pl.col("units", "on_hand").fill_null(0))
        .sort("root", "part", pl.col("depot") != pl.col("root"), "depot")
    )


def _due(network: Network, rows: pl.DataFrame) -> tuple[Whole, Number, Whole]:
    keys = rows.select("depot_id", "part_id").with_row_index("location")
    due = (
        keys.join(network["orders"], on=["depot_id", "part_id"])
        .filter(pl.col("quantity") > 0)
        .with_columns(day=(pl.col("due_on") - network.start).dt.total_days().clip(0))
        .sort("location", "day")
    )
    counts = np.bincount(due["location"].to_numpy(), minlength=len(keys))
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return first, _number(due, "day"), _whole(due, "quantity")


def _whole(frame: pl.DataFrame, column: str) -> Whole:
    # arrays that come from polars are read-only; compiled code wants its own
    return np.array(frame[column].to_numpy(), dtype=np.int64)


def _number(frame: pl.DataFrame, column: str) -> Number:
    return np.array(frame[column].to_numpy(), dtype=np.float64)
