"""Read a network and a finished programme into plain records, one for each unit row and swap."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from keepline.audit.meaning import Meant
    from keepline.model.network import Network
    from keepline.model.policy_where import Where


class Site(NamedTuple):
    """Hold what rules may ask of a site and its operator; None is not recorded."""

    site_id: str | None
    operator_id: str | None
    region: str | None
    function: str | None
    is_sensitive: bool | None
    country: str | None
    tier: int | None


class Part(NamedTuple):
    """Hold what rules may ask of a part; None is not recorded."""

    part_id: str
    supplier_id: str
    technology: str
    functions: frozenset[str] | None
    is_sanctions_affected: bool | None


class Item(NamedTuple):
    """Hold units of one part at one site: from when they stand there, and on which day they go."""

    part_id: str
    quantity: int
    installed_on: dt.date | None
    managed_by_id: str | None
    since: dt.date | None = None
    until: dt.date | None = None
    by_plan: bool = False

    def stands_on(self, day: dt.date) -> bool:
        """Tell whether they stand on a day; the day of a swap counts as after it."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)


class Swap(NamedTuple):
    """Hold a row of a programme; figures that it does not say are None."""

    site_id: str
    from_supplier_id: str
    technology: str
    to_supplier_id: str | None
    swap_on: dt.date
    cost: float | None
    crew_days: float | None
    quarter: dt.date | None
    units_harvested_share: float | None
    units_harvested: float | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what is swapped: a supplier's equipment of a technology at a site."""
        return self.site_id, self.from_supplier_id, self.technology


class Ground(NamedTuple):
    """Hold a network's tables as records.

    Attributes:
        sites: By id.
        parts: By id.
        items: What stands at each site, and what the programme brings, by site.
        operators: Whom rules may be addressed to.
        countries: Of each operator, with its tier.
        removed: Units that each swap takes out.
        scoped: What was found where a rule looks, for the next that looks at the same.
    """

    sites: Mapping[str, Site]
    parts: Mapping[str, Part]
    items: Mapping[str, Sequence[Item]]
    operators: Sequence[str | None]
    countries: Mapping[str | None, tuple[str | None, int | None]]
    removed: Mapping[tuple[str, str, str], int]
    scoped: dict[Where, list[tuple[str, list[tuple[Item, Meant]]]]]


def swaps_of(programme: pl.DataFrame) -> list[Swap]:
    """Return the rows of a programme; columns that it lacks are not said."""
    rows = programme.rows(named=True)
    return [Swap(*(row.get(name) for name in Swap._fields)) for row in rows]  # type: ignore[arg-type]


def ground_of(network: Network, swaps: Sequence[Swap]) -> Ground:
    """Return a network as records, as a programme changes it.

    What a swap takes out are the rows of installed at the site of that supplier and technology.
    What it brings are the parts of the new supplier that replacements names for them, units times
    ratio, rounded half up. Of swaps that stand twice the first day counts.
    """
    countries = _operators(network)
    only = network["operators"]["operator_id"][0] if len(network["operators"]) == 1 else None
    sites = _sites(network, countries, only)
    parts = _parts(network)
    first: dict[tuple[str, str, str], Swap] = {}
    for swap in sorted(swaps, key=lambda one: one.swap_on):
        first.setdefault(swap.key, swap)
    by_part: dict[tuple[str, str | None], list[tuple[str, float]]] = defaultdict(list)
    for part_id, by_part_id, ratio in (
        network["replacements"].select("part_id", "by_part_id", "ratio").iter_rows()
    ):
        by_part[part_id, parts[by_part_id].supplier_id].append((by_part_id, ratio))
    swapped_at = {swap.site_id for swap in first.values()}
    items: dict[str, list[Item]] = defaultdict(list)
    removed: dict[tuple[str, str, str], int] = defaultdict(int)
    alike: dict[tuple[object, ...], Item] = {}  # the same record serves all sites that have it
    for site_id, part_id, quantity, installed_on, managed_by_id in (
        network["installed"]
        .select("site_id", "part_id", "quantity", "installed_on", "managed_by_id")
        .iter_rows()
    ):
        here, known = items[site_id], None
        if site_id in swapped_at:
            part = parts[part_id]
            known = first.get((site_id, part.supplier_id, part.technology))
        until = None if known is None else known.swap_on
        said = (part_id, quantity, installed_on, managed_by_id, None, until)
        if said not in alike:
            alike[said] = Item(*said)
        here.append(alike[said])
        if known is not None:
            removed[known.key] += quantity
            here += _brought(known, quantity, by_part.get((part_id, known.to_supplier_id), ()))
    return Ground(sites, parts, items, list(countries), countries, removed, {})


def _brought(swap: Swap, quantity: int, by_part: Sequence[tuple[str, float]]) -> Iterator[Item]:
    to, on = swap.to_supplier_id, swap.swap_on
    for part_id, ratio in by_part:
        units = math.floor(quantity * ratio + 0.5)
        if units:
            yield Item(part_id, units, on, to, on, None, True)


def _operators(network: Network) -> dict[str | None, tuple[str | None, int | None]]:
    listed = network["operators"].select("operator_id", "country", "tier").rows()
    found: dict[str | None, tuple[str | None, int | None]] = {
        one: (country, tier) for one, country, tier in listed
    }
    if len(found) == 1:
        return found  # a site need not say whose it is
    for one in network["sites"]["operator_id"].unique(maintain_order=True):
        found.setdefault(one, (None, None))
    return found


def _sites(
    network: Network,
    countries: Mapping[str | None, tuple[str | None, int | None]],
    only: str | None,
) -> dict[str, Site]:
    columns = ("site_id", "operator_id", "region", "function", "is_sensitive")
    found = {}
    for site_id, named, region, function, is_sensitive in (
        network["sites"].select(columns).iter_rows()
    ):
        operator = named or only
        country, tier = countries.get(operator, (None, None))
        found[site_id] = Site(site_id, operator, region, function, is_sensitive, country, tier)
    return found


def _parts(network: Network) -> dict[str, Part]:
    columns = (
        "part_id", "supplier_id", "technology", "network_function", "is_sanctions_affected",
    )  # fmt: skip
    found = {}
    for part_id, supplier_id, technology, said, affected in (
        network["parts"].select(columns).iter_rows()
    ):
        functions = None
        if said is not None:
            functions = frozenset(one.strip().lower() for one in said.split(";"))
        found[part_id] = Part(part_id, supplier_id, technology, functions, affected)
    return found
