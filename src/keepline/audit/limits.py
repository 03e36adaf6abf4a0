"""Audit what a quarter holds: crews by region, new suppliers' sites, money."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from keepline.audit.finding import UNKNOWN, Finding, is_above, place_of
from keepline.audit.swaps import Offer, offer_for
from keepline.model.calendar import quarter_end, quarter_start

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from keepline.audit.ground import Ground, Swap
    from keepline.audit.swaps import _Key
    from keepline.model.network import Network
    from keepline.model.policy import Budget

    _Pool = tuple[str | None, str | None]


def audit_crews(
    network: Network, ground: Ground, swaps: Sequence[Swap], offers: Mapping[_Key, Offer]
) -> Iterator[Finding]:
    """Yield each region and quarter in which more work is planned than its crews can do.

    Work is that of the offer, or what the row says where there is none, else one day; it falls in
    the quarter of the swap. An operator's own crews work first, what is left goes to those of the
    region that work for all. Crews that are there for part of a quarter do that part of the work,
    by days. Where a network lists crews, but none for a region, it is not known who swaps there.
    """
    crews = _crews(network)
    if not crews:
        return
    work: dict[tuple[dt.date, str | None], dict[str | None, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for swap in swaps:
        site = ground.sites.get(swap.site_id)
        if site is not None:
            offer = offer_for(swap, ground, offers)
            days = swap.crew_days if offer is None else offer.crew_days
            quarter = quarter_start(swap.swap_on)
            work[quarter, site.region][site.operator_id].append(1.0 if days is None else days)
    for (quarter, region), by_operator in sorted(work.items(), key=str):
        yield from _of_region(network, crews, quarter, region, by_operator)


def _of_region(
    network: Network,
    crews: Mapping[_Pool, Sequence[tuple[float, dt.date | None, dt.date | None]]],
    quarter: dt.date,
    region: str | None,
    by_operator: Mapping[str | None, Sequence[float]],
) -> Iterator[Finding]:
    beyond: list[float] = []
    is_shared = (region, None) in crews
    for operator, days in by_operator.items():
        done = math.fsum(days)
        if not is_shared and (region, operator) not in crews:
            yield Finding(
                "crews", "no crews are listed for this region", place_of(region, operator),
                quarter=quarter, value=done, excess=done, unit="crew days", severity=UNKNOWN,
            )  # fmt: skip
            continue
        own = crews.get((region, operator), ()) if operator is not None else ()
        most = _capacity(network, own, quarter)
        if is_shared:
            beyond.append(max(0.0, done - most))
        elif is_above(done, most):
            yield _too_much("crews", place_of(region, operator), quarter, done, most, "crew days")
    shared = _capacity(network, crews.get((region, None), ()), quarter)
    if is_above(math.fsum(beyond), shared):
        yield _too_much("crews", place_of(region), quarter, math.fsum(beyond), shared, "crew days")


def _crews(
    network: Network,
) -> dict[_Pool, list[tuple[float, dt.date | None, dt.date | None]]]:
    found: dict[_Pool, list[tuple[float, dt.date | None, dt.date | None]]] = defaultdict(list)
    for region, operator, most, since, until in (
        network["crews"]
        .select("region", "operator_id", "crew_days_per_quarter", "from", "until")
        .iter_rows()
    ):
        found[region, operator].append((most, since, until))
    return dict(found)


def _capacity(
    network: Network,
    crews: Sequence[tuple[float, dt.date | None, dt.date | None]],
    quarter: dt.date,
) -> float:
    """Return the work that crews can do in a quarter, within the plan."""
    last = quarter_end(quarter)
    total = (last - quarter).days + 1
    found = []
    for most, since, until in crews:
        begins = max(quarter, network.start, since or network.start)
        ends = min(last, network.end, until or network.end)
        found.append(most * max(0, (ends - begins).days + 1) / total)
    return math.fsum(found)


def audit_suppliers(
    ground: Ground, swaps: Sequence[Swap], offers: Mapping[_Key, Offer]
) -> Iterator[Finding]:
    """Yield each offer and quarter in which more sites are swapped than the supplier can equip."""
    sites: dict[tuple[dt.date, _Key], set[str]] = defaultdict(set)
    for swap in swaps:
        offer = offer_for(swap, ground, offers)
        if offer is not None:
            key = (swap.from_supplier_id, swap.technology, swap.to_supplier_id, offer.operator_id)
            sites[quarter_start(swap.swap_on), key].add(swap.site_id)
    for (quarter, key), swapped in sorted(sites.items(), key=str):
        most = offers[key].most_sites
        if most is not None and is_above(len(swapped), most):
            old, technology, new, operator = key
            place = place_of(new, technology, old, operator)
            yield _too_much("supplier capacity", place, quarter, len(swapped), most, "sites")


def audit_money(
    budget: Budget,
    ground: Ground,
    swaps: Sequence[Swap],
    offers: Mapping[_Key, Offer],
    purchases: pl.DataFrame | None,
) -> Iterator[Finding]:
    """Yield where more money is spent than the policy allows: on stock, and in any quarter.

    A quarter's money is that of its orders and of its swaps; nothing is discounted.
    """
    spent: dict[dt.date, list[float]] = defaultdict(list)
    for swap in swaps:
        offer = offer_for(swap, ground, offers)
        cost = swap.cost if offer is None else offer.cost
        spent[quarter_start(swap.swap_on)].append(cost or 0.0)
    yield from _of_money(budget, spent, purchases)


def audit_budget(budget: Budget, purchases: pl.DataFrame) -> Iterator[Finding]:
    """Yield where more money is spent on purchases alone than the policy allows."""
    yield from _of_money(budget, defaultdict(list), purchases)


def _of_money(
    budget: Budget, spent: dict[dt.date, list[float]], purchases: pl.DataFrame | None
) -> Iterator[Finding]:
    if purchases is not None:
        for on, cost in purchases.select("order_on", "cost").iter_rows():
            spent[quarter_start(on)].append(cost)
        total = math.fsum(purchases["cost"])
        if budget.stock is not None and is_above(total, budget.stock):
            yield _too_much("stock budget", None, None, total, budget.stock, "currency")
    for quarter, costs in sorted(spent.items()):
        total = math.fsum(costs)
        if budget.per_quarter is not None and is_above(total, budget.per_quarter):
            yield _too_much("quarter budget", None, quarter, total, budget.per_quarter, "currency")


def _too_much(
    limit: str, place: str | None, quarter: dt.date | None, value: float, most: float, unit: str
) -> Finding:
    what = f"{value:,.6g} {unit} where {most:,.6g} may be"
    return Finding(
        limit, what, place, quarter=quarter, value=float(value), allowed=most,
        excess=float(value - most), unit=unit,
    )  # fmt: skip
