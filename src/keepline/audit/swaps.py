"""Audit a programme row by row: what is swapped stands there, and an offer covers it."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from keepline.audit.finding import ROUNDING, UNKNOWN, Finding, place_of
from keepline.model.calendar import quarter_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keepline.audit.ground import Ground, Swap
    from keepline.model.network import Network

_Key = tuple[str, str, str | None, str | None]


class Offer(NamedTuple):
    """Hold an offer to swap: for whom, what a site costs, and how many sites a quarter."""

    operator_id: str | None
    cost: float
    crew_days: float
    harvested_share: float
    most_sites: float | None


def offers_of(network: Network) -> dict[_Key, Offer]:
    """Return the offers by old supplier, technology, new supplier and operator (None: all)."""
    rows = network["swaps"].select(
        "from_supplier_id", "technology", "to_supplier_id", "operator_id", "cost_per_site",
        "crew_days_per_site", "units_harvested_share", "supplier_sites_per_quarter",
    ).iter_rows()  # fmt: skip
    return {(old, what, new, whose): Offer(whose, *rest) for old, what, new, whose, *rest in rows}


def offer_for(swap: Swap, ground: Ground, offers: Mapping[_Key, Offer]) -> Offer | None:
    """Return the offer that covers a swap: that of the site's operator, else one for all."""
    site = ground.sites.get(swap.site_id)
    if site is None:
        return None
    key = (swap.from_supplier_id, swap.technology, swap.to_supplier_id)
    return offers.get((*key, site.operator_id)) or offers.get((*key, None))


def audit_swaps(
    network: Network, ground: Ground, swaps: Sequence[Swap], offers: Mapping[_Key, Offer]
) -> Iterator[Finding]:
    """Yield what is wrong with rows of a programme.

    Args:
        network: Its dates and suppliers.
        ground: Its tables as records.
        swaps: The programme.
        offers: The offers of the network.
    """
    suppliers = set(network["suppliers"]["supplier_id"])
    for key, times in Counter(one.key for one in swaps).items():
        if times > 1:
            yield Finding(
                "swap", f"it is swapped {times} times", place_of(*key), value=float(times),
                allowed=1.0, excess=float(times - 1), unit="swaps",
            )  # fmt: skip
    for swap in swaps:
        for what in _wrong(swap, ground, suppliers, network):
            yield Finding("swap", what, place_of(*swap.key), on=swap.swap_on)
        yield from _by_offer(swap, ground, offer_for(swap, ground, offers))


def _wrong(swap: Swap, ground: Ground, suppliers: set[str], network: Network) -> Iterator[str]:
    if swap.site_id not in ground.sites:
        yield f"there is no site {swap.site_id}"
    elif swap.key not in ground.removed:
        yield f"no {swap.technology} of {swap.from_supplier_id} stands there"
    for one in (swap.from_supplier_id, swap.to_supplier_id):
        if one is not None and one not in suppliers:
            yield f"there is no supplier {one}"
    if not network.start <= swap.swap_on <= network.end:
        yield f"{swap.swap_on} is outside the plan ({network.start} to {network.end})"
    if swap.quarter is not None and swap.quarter != quarter_start(swap.swap_on):
        yield f"{swap.swap_on} is not in the quarter of {swap.quarter}"


def _by_offer(swap: Swap, ground: Ground, offer: Offer | None) -> Iterator[Finding]:
    """Yield where what is said of cost, work and harvest is not as the offer says."""
    if offer is None:
        # what goes without anything in its place is nobody's offer: its price is not known
        severity = UNKNOWN if swap.to_supplier_id is None else "breach"
        to = swap.to_supplier_id or "nothing"
        yield Finding(
            "offer", f"no offer swaps it for {to}", place_of(*swap.key), on=swap.swap_on,
            severity=severity,
        )  # fmt: skip
        return
    share = offer.harvested_share
    if swap.units_harvested_share is not None:
        share = swap.units_harvested_share
    harvested = share * ground.removed.get(swap.key, 0)
    for what, said, asked, unit in (
        ("cost", swap.cost, offer.cost, "currency"),
        ("work", swap.crew_days, offer.crew_days, "crew days"),
        ("harvest", swap.units_harvested, harvested, "units"),
    ):
        if said is not None and not math.isclose(said, asked, rel_tol=ROUNDING, abs_tol=ROUNDING):
            yield Finding(
                "offer", f"the {what} is {said:g}, by the offer it is {asked:g}",
                place_of(*swap.key), on=swap.swap_on,
                value=said, allowed=asked, excess=abs(said - asked), unit=unit,
            )  # fmt: skip
