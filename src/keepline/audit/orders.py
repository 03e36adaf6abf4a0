"""Audit what is bought and moved, and the totals that a plan tells of it."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from keepline.audit.finding import ROUNDING, Finding, is_above, place_of
from keepline.model.calendar import quarter_start

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    import polars as pl

    from keepline.model.network import Network
    from keepline.model.plan import Summary


def audit_purchases(network: Network, purchases: pl.DataFrame) -> Iterator[Finding]:
    """Yield what is wrong with purchases: what they name, their dates, units, prices and sizes.

    An order is what is bought of a part on a day for the depots of one tree; it is never smaller
    than the fewest units that the supplier takes an order for.
    """
    parts = {
        part: (supplier, cost, least)
        for part, supplier, cost, least in network["parts"]
        .select("part_id", "supplier_id", "unit_cost", "minimum_order")
        .iter_rows()
    }
    parents = dict(network["depots"].select("depot_id", "parent_id").iter_rows())
    sizes: dict[tuple[str, str, dt.date], int] = defaultdict(int)
    for row in purchases.rows(named=True):
        part_id, depot_id, on = row["part_id"], row["depot_id"], row["order_on"]
        place = place_of(part_id, depot_id)
        for what in _wrong(row, network, parts, parents):
            yield Finding("purchase", what, place, on=on, quarter=quarter_start(on))
        if part_id in parts and depot_id in parents:
            sizes[part_id, _root(depot_id, parents), on] += row["quantity"]
    for (part_id, root, on), units in sizes.items():
        least = parts[part_id][2]
        if 0 < units < least:
            what = f"{units} units are ordered, {least} is the least"
            yield Finding(
                "minimum order", what, place_of(part_id, root), None, on, quarter_start(on),
                float(units), float(least), float(least - units), "units",
            )  # fmt: skip


def _wrong(
    row: Mapping[str, object],
    network: Network,
    parts: Mapping[str, tuple[str, float, int]],
    parents: Mapping[str, str | None],
) -> Iterator[str]:
    part_id, units, price, cost = (row[one] for one in ("part_id", "quantity", "unit_cost", "cost"))
    if row["depot_id"] not in parents:
        yield f"there is no depot {row['depot_id']}"
    if part_id not in parts:
        yield f"there is no part {part_id}"
        return
    supplier, unit_cost, _ = parts[str(part_id)]
    if row["supplier_id"] != supplier:
        yield f"it is bought from {row['supplier_id']}, and {supplier} makes it"
    if not (isinstance(units, int) and units > 0):
        yield f"{units} units are no order"
    if not _are_equal(price, unit_cost):
        yield f"it is bought at {price}, its price is {unit_cost}"
    if not _are_equal(cost, float(units) * float(price)):  # type: ignore[arg-type]
        yield f"{units} units at {price} do not cost {cost}"
    on, by, there = (row[one] for one in ("order_on", "order_by", "arrives_on"))
    if not network.start <= on <= network.end:  # type: ignore[operator]
        yield f"it is ordered on {on}, outside the plan"
    if there < on:  # type: ignore[operator]
        yield f"it arrives on {there}, before it is ordered"
    if by < on:  # type: ignore[operator]
        yield f"it is ordered on {on}, after the last useful day {by}"


def _root(depot_id: str, parents: Mapping[str, str | None]) -> str:
    for _ in parents:  # a circle ends as well
        above = parents.get(depot_id)
        if above is None:
            break
        depot_id = above
    return depot_id


def _are_equal(one: object, other: object) -> bool:
    return math.isclose(
        float(one), float(other), rel_tol=ROUNDING, abs_tol=ROUNDING  # type: ignore[arg-type]
    )  # fmt: skip


def audit_moves(
    network: Network, moves: pl.DataFrame, move_cost: float, alike: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what is wrong with moves: what they name, and units that do not lie there.

    Args:
        network: The network.
        moves: The table of that name.
        move_cost: What carrying one unit costs.
        alike: As which part another counts, where they are one.
    """
    shelves: dict[tuple[str, str], int] = defaultdict(int)
    for depot_id, part_id, units in (
        network["stock"].select("depot_id", "part_id", "on_hand").iter_rows()
    ):
        shelves[depot_id, alike.get(part_id, part_id)] += units
    depots, parts = set(network["depots"]["depot_id"]), set(network["parts"]["part_id"])
    taken: dict[tuple[str, str], int] = defaultdict(int)
    for part_id, origin, target, units, there, cost in moves.select(
        "part_id", "from_depot_id", "to_depot_id", "quantity", "arrives_on", "cost"
    ).iter_rows():
        taken[origin, part_id] += units
        wrong = {
            f"there is no part {part_id}": part_id not in parts,
            f"there is no depot {origin}": origin not in depots,
            f"there is no depot {target}": target not in depots,
            "it stays where it is": origin == target,
            f"{units} units are no move": units <= 0,
            f"it arrives on {there}, before the plan begins": there < network.start,
            f"carrying {units} units does not cost {cost:g}": not _are_equal(
                cost, units * move_cost
            ),
        }
        for what, is_so in wrong.items():
            if is_so:
                yield Finding("move", what, place_of(part_id, origin, target))
    for (origin, part_id), units in taken.items():
        most = shelves[origin, part_id]
        if units > most:
            yield Finding(
                "move", f"{units} units are taken, {most} lie there", place_of(part_id, origin),
                value=float(units), allowed=float(most), excess=float(units - most), unit="units",
            )  # fmt: skip


def audit_totals(
    summary: Summary, purchases: pl.DataFrame, moves: pl.DataFrame
) -> Iterator[Finding]:
    """Yield the totals of a plan's summary that are not the sums of its tables."""
    for name, told, summed in (
        ("purchase_units", summary.purchase_units, sum(purchases["quantity"])),
        ("purchase_cost", summary.purchase_cost, math.fsum(purchases["cost"])),
        ("move_units", summary.move_units, sum(moves["quantity"])),
        ("move_parts", summary.move_parts, len(set(moves["part_id"]))),
        ("move_cost", summary.move_cost, math.fsum(moves["cost"])),
    ):
        if is_above(abs(told - summed), ROUNDING * abs(summed)):
            yield Finding(
                "total", f"{told:,.10g} is told, the rows add up to {summed:,.10g}", name,
                value=float(told), allowed=float(summed), excess=float(abs(told - summed)),
            )  # fmt: skip
    first = min(purchases["order_by"], default=None)
    if summary.first_order_by != first:
        what = f"{summary.first_order_by} is told, the first is {first}"
        yield Finding("total", what, "first_order_by")
