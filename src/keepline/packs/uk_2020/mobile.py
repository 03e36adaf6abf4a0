"""Stand each operator's mobile sites at shared positions; give them makers and traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.packs.uk_2020 import figures, traffic
from keepline.packs.uk_2020.places import positions, squares
from keepline.packs.uk_2020.shares import counts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LEGACY: Final = "2G-3G-RAN"
FOURTH: Final = "4G-RAN"
FIFTH: Final = "5G-RAN"
#: Operators whose 2G and 3G equipment stands at their sites; Three's 3G is EE's (MBNL).
WITH_LEGACY: Final = ("ee", "vodafone", "o2")


def mobile_sites(operator_id: str, seed: int) -> pl.DataFrame:
    """Return the mobile sites of an operator, busiest first.

    Args:
        operator_id: ``ee``, ``vodafone``, ``three`` or ``o2``.
        seed: Seed of the network.

    Returns:
        The columns of the positions, and site_id, traffic, rank (0 = busiest), has_legacy, has_5g,
        maker (2G to 4G), maker_5g.
    """
    chosen = positions()[_shared_positions(operator_id, seed)]
    chosen = chosen[_busiest_first(chosen, figures.stream(seed, "traffic", operator_id))]
    count = chosen.height
    top = figures.number("busy_sites") / figures.number("busy_sites_of")
    spread = traffic.spread_of(top, figures.number("busy_traffic_share"))
    maker = _makers(chosen, figures.numbers(f"ran_makers.{operator_id}"), seed, operator_id)
    rank = pl.int_range(count, dtype=pl.Int64)
    return chosen.with_columns(
        site_id=pl.format(f"{operator_id}-{{}}", (rank + 1).cast(pl.String).str.zfill(5)),
        traffic=np.round(traffic.by_rank(count, spread), 6),
        rank=rank,
        has_legacy=pl.lit(operator_id in WITH_LEGACY),
        has_5g=rank < figures.whole(f"fiveg_sites.{operator_id}"),
        maker=maker,
        maker_5g=_makers_5g(operator_id, maker),
    )


def split_of(site_has_legacy: bool, site_has_4g: bool, site_has_5g: bool) -> Mapping[str, float]:
    """Return how a site's traffic divides over its technologies; the shares add up to 1."""
    name = "traffic_split_5g" if site_has_5g else "traffic_split_4g"
    present = {LEGACY: site_has_legacy, FOURTH: site_has_4g, FIFTH: site_has_5g}
    split = {key: share for key, share in figures.numbers(name).items() if present[key]}
    return {key: share / sum(split.values()) for key, share in split.items()}


def traffic_by_technology(sites: pl.DataFrame) -> pl.DataFrame:
    """Return the volume of each technology at the sites that have 5G: site_id, technology, volume.

    At the others all of a site's traffic is on what stands there before 5G.
    """
    fifth = sites.filter("has_5g")
    if fifth.is_empty():
        return pl.DataFrame(schema={"site_id": pl.String, "technology": pl.String, "volume": float})
    split = split_of(bool(fifth["has_legacy"][0]), True, True)
    return pl.concat(
        fifth.select(
            "site_id", technology=pl.lit(technology), volume=(pl.col("traffic") * share).round(6)
        )
        for technology, share in split.items()
    )


def _shared_positions(operator_id: str, seed: int) -> NDArray[np.int64]:
    """Return rows of the positions where an operator stands.

    MBNL (EE, Three) holds the first of a random order of all positions, CTIL (Vodafone, O2) the
    last; together they use every position, and where they meet all four stand.
    """
    order = figures.stream(seed, "sharing").permutation(positions().height)
    count = figures.whole(f"mobile_sites.{operator_id}")
    if operator_id in {"vodafone", "o2"}:
        return order[-count:]
    held = order[: figures.whole("mobile_sites.ee")]
    if operator_id == "three":
        held = held[positions()["has_4g"].to_numpy()[held]]
    return held[:count]


def _busiest_first(chosen: pl.DataFrame, random: np.random.Generator) -> NDArray[np.int64]:
    noise = random.normal(0.0, figures.number("density_noise"), chosen.height)
    score = np.log(chosen["density"].to_numpy()) + noise
    # a site that still lacks 4G is a quiet one
    return np.lexsort((-score, ~chosen["has_4g"].to_numpy()))


def _makers(
    sites: pl.DataFrame, shares: Mapping[str, float], seed: int, operator_id: str
) -> NDArray[np.str_]:
    side = figures.number("maker_area_km")
    square = squares(sites["easting"].to_numpy(), sites["northing"].to_numpy(), side)
    pull = figures.numbers("maker_city_pull").get(operator_id, 0.0)
    in_square = np.bincount(square)
    chance = figures.stream(seed, "makers", operator_id).normal(0.0, 1.0, len(in_square))
    order = np.argsort((chance - pull * np.log(in_square))[square], kind="stable")
    counts = counts_of(shares, sites.height)
    maker = np.empty(sites.height, dtype="<U16")
    maker[order] = np.repeat(list(counts), list(counts.values()))
    return maker


def _makers_5g(operator_id: str, maker: NDArray[np.str_]) -> NDArray[np.str_]:
    name = f"fiveg_makers.{operator_id}"
    if name not in figures.figures():
        return maker
    (only,) = figures.numbers(name)
    return np.full(len(maker), only)
