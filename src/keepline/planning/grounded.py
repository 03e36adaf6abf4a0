"""What stock, endurance and simulation stand on, once it is known what is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.model import arrays
from keepline.model.base import base_of
from keepline.model.calendar import month_edges
from keepline.model.pooled import pooled_network, pooled_pools
from keepline.model.programme import with_places
from keepline.model.substitution import pooled_parts

if TYPE_CHECKING:
    from keepline.impact import Impact
    from keepline.model.network import Network


@dataclass(frozen=True)
class Ground:
    """Hold what stock, endurance and simulation stand on: parts that are one count as one.

    The network as it was given is ``original``: by its parts a programme swaps.
    """

    network: Network
    pools: arrays.Pools
    supply: arrays.Supply
    places: arrays.Places
    original: Network


def grounded(network: Network, found: Impact) -> tuple[Impact, Ground]:
    """Return what stock stands on, given what is lost, and that with the parts that are one."""
    supply = arrays.supply(network, found.cuts, found.branches)
    found = replace(found, pooled_parts=pooled_parts(network, supply.law))
    whole = with_places(network)
    pooled = pooled_network(whole, found.pooled_parts)
    pools = pooled_pools(whole, pooled, found.pooled_parts)
    edges = np.array(month_edges(network.start, network.end))
    base = base_of(network, pools, found.pooled_parts, edges)
    places = arrays.places(pooled, pools)._replace(base=base)
    return found, Ground(pooled, pools, supply, places, network)
