"""Which parts may stand in for which: chains of parts, and parts that are one in all but name.

A part that may stand in for another, which may stand in for a third, may stand in for the third.
Parts that may stand in for each other, directly or through others, are a *class*. Classes that hang
together are a *chain*: *nested* when of any two classes one may stand in for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.model import arrays
from keepline.model.results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network

    Edges = Mapping[str, Iterable[str]]

#: What parts that are planned as one may differ in. A column not named here must agree, whatever it
#: says; how supply and repair are cut, for which makers and repairers count, is compared as a law.
MAY_DIFFER: Final = (
    "part_id",
    "name",
    "supplier_id",
    "repairer_id",
    "technology",
    "unit_cost",
    "minimum_order",
    "failures_per_year",
)


@dataclass(frozen=True)
class Chain:
    """Hold parts that hang together by standing in for one another.

    Attributes:
        classes: Its classes, each in order of number; a class stands before those that it may
            stand in for.
        kind: two-way (one class), one-way (a part that may stand in for another), nested, or mixed
            (of some two classes neither may stand in for the other).
    """

    classes: tuple[tuple[str, ...], ...]
    kind: str

    @property
    def members(self) -> tuple[str, ...]:
        """Return all of its parts."""
        return tuple(part for one in self.classes for part in one)

    @property
    def name(self) -> str:
        """Return it in signs: > may stand in for what follows, = for each other.

        >>> Chain((("a",), ("b", "c")), "nested").name
        'a > b = c'
        """
        between = " , " if self.kind == "mixed" else " > "
        return between.join(" = ".join(one) for one in self.classes).replace(" , ", ", ")


def in_force(network: Network) -> pl.DataFrame:
    """Return the substitutes that hold from the plan's first day on; later ones do not count."""
    since = pl.col("since")
    return network["substitutes"].filter(since.is_null() | (since <= network.start))


def chains(network: Network) -> list[Chain]:
    """Return every chain of parts, in order of its first part's number."""
    edges: dict[str, set[str]] = {}
    pairs = in_force(network).select("part_id", "replaces_id").unique()
    for part, replaced in sorted(pairs.iter_rows()):
        edges.setdefault(part, set()).add(replaced)
        edges.setdefault(replaced, set())
    class_of = _classes(edges)
    below = {one: {class_of[other] for part in one for other in edges[part]} - {one}
             for one in class_of.values()}  # fmt: skip
    found = [_chain(together, below) for together in _together(below)]
    return sorted(found, key=lambda chain: min(chain.members))


def _chain(
    together: set[tuple[str, ...]], below: Mapping[tuple[str, ...], set[tuple[str, ...]]]
) -> Chain:
    """Return classes as a chain, the first one that may stand in for others first."""
    sorter = TopologicalSorter[tuple[str, ...]]()
    for one in together:
        sorter.add(one)
        for other in below[one]:
            sorter.add(other, one)
    sorter.prepare()
    order: list[tuple[str, ...]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    # an order is total when each stands in for the next directly
    is_nested = all(after in below[one] for one, after in pairwise(order))
    if len(order) == 1:
        kind = "two-way"
    elif not is_nested:
        kind = "mixed"
    else:
        kind = "one-way" if sum(map(len, order)) == 2 else "nested"  # noqa: PLR2004
    return Chain(tuple(order), kind)


def _classes(edges: Edges) -> dict[str, tuple[str, ...]]:
    """Return the class of each part: parts that reach each other (Kosaraju 1978; Sharir 1981)."""
    back: dict[str, set[str]] = {part: set() for part in edges}
    for part, others in edges.items():
        for other in others:
            back[other].add(part)
    seen: set[str] = set()
    left = [part for start in edges for part in _reached(start, edges, seen)]
    class_of: dict[str, tuple[str, ...]] = {}
    seen = set()
    for start in reversed(left):
        one = tuple(sorted(_reached(start, back, seen)))
        class_of |= dict.fromkeys(one, one)
    return class_of


def _reached(start: str, edges: Edges, seen: set[str]) -> list[str]:
    """Return what is reached from a part and not seen before, each after all that it leads to."""
    if start in seen:
        return []
    seen.add(start)
    order, path = [], [(start, iter(sorted(edges[start])))]
    while path:
        part, others = path[-1]
        for other in others:
            if other not in seen:
                seen.add(other)
                path.append((other, iter(sorted(edges[other]))))
                break
        else:
            order.append(part)
            path.pop()
    return order


def _together(
    below: Mapping[tuple[str, ...], set[tuple[str, ...]]],
) -> list[set[tuple[str, ...]]]:
    """Return the classes that hang together, whichever way they stand in."""
    beside: dict[tuple[str, ...], set[tuple[str, ...]]] = {one: set(below[one]) for one in below}
    for one, others in below.items():
        for other in others:
            beside[other].add(one)
    found, seen = [], set[tuple[str, ...]]()
    for start in below:
        todo, group = [start], set[tuple[str, ...]]()
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                group.add(one)
                todo += beside[one]
        found += [group] if group else []
    return found


def counts_as(network: Network, law: NDArray[np.int64]) -> dict[str, str]:
    """Return which parts are planned as one with another, and as which.

    Parts of a class are one in all but name when they agree in everything that decides how they
    come back, lie in store and are missed, and meet the same law of supply in every branch. They
    count as the one that is bought: the cheapest, if no other may be bought in smaller orders and
    its sources deliver without limit; where there is no such one, each stays a part of its own.

    Args:
        network: A checked network.
        law: The law of supply that a part follows in a branch [parts, branches].

    Returns:
        For every part of such a group, also the one bought, the part as which it counts.
    """
    row = {part: index for index, part in enumerate(network["parts"]["part_id"])}
    unlimited = np.isinf(arrays.bounds(network).per_month)
    found: dict[str, str] = {}
    for chain in chains(network):
        for group in _alike(network, chain, law, row):
            best = _bought(network, group, unlimited, row)
            if len(group) > 1 and best is not None:
                found |= dict.fromkeys(group, best)
    return found


def _alike(
    network: Network, chain: Chain, law: NDArray[np.int64], row: Mapping[str, int]
) -> list[list[str]]:
    """Return the parts of a chain's classes, those that are alike together."""
    same = network["parts"].drop(MAY_DIFFER)
    groups: dict[tuple[object, ...], list[str]] = {}
    for one in chain.classes:
        for part in one:
            # rates learned apart are uncertain apart: such a part stays on its own
            alone = part if same["failures_seen"][row[part]] is not None else ""
            key = (one, alone, same.row(row[part]), law[row[part]].tobytes())
            groups.setdefault(key, []).append(part)
    return list(groups.values())


def _bought(
    network: Network, group: Sequence[str], unlimited: NDArray[np.bool_], row: Mapping[str, int]
) -> str | None:
    """Return the part whose offer is the best in every way; None where there is no such one."""
    rows = network["parts"].select("unit_cost", "minimum_order")
    offers = sorted((*rows.row(row[part]), part) for part in group)
    fewest = min(units for _, units, _ in offers)
    cheapest = [offer for offer in offers if offer[0] == offers[0][0]]
    best = [part for _, units, part in cheapest if units == fewest and unlimited[row[part]]]
    return best[0] if best else None


def pooled_parts(network: Network, law: NDArray[np.int64]) -> pl.DataFrame:
    """Return the result table ``pooled_parts``.

    Args:
        network: A checked network.
        law: The law of supply that a part follows in a branch [parts, branches].
    """
    found = counts_as(network, law)
    columns = RESULTS["pooled_parts"].columns()
    told = pl.DataFrame(
        {"part_id": list(found), "counts_as": list(found.values())},
        schema={"part_id": pl.String, "counts_as": pl.String},
    )
    for table, column, named in (
        ("installed", "quantity", "installed"),
        ("stock", "on_hand", "on_hand"),
        ("orders", "quantity", "due"),
    ):
        sums = network[table].group_by("part_id").agg(pl.col(column).sum().alias(named))
        told = told.join(sums, on="part_id", how="left")
    return told.select(
        pl.col(name).fill_null(0).cast(column.dtype) if column.dtype.is_numeric() else pl.col(name)
        for name, column in columns.items()
    ).sort("counts_as", "part_id")
