"""Stand exchanges and the sites behind access: aggregation, transport, core, operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.packs.uk_2020 import figures
from keepline.packs.uk_2020.places import positions
from keepline.packs.uk_2020.shares import counts_of, whole_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The operator that has full fibre (Openreach is part of BT Group as EE is).
FIBRE_OPERATOR: Final = "ee"
_LETTERS: Final = {
    "aggregation": "a",
    "transport": "t",
    "core": "c",
    "management": "m",
    "interconnect": "i",
}
_MAKERS: Final = {
    "aggregation": "ip_makers",
    "transport": "optical_makers",
    "core": "core_makers",
}


def exchanges(seed: int) -> pl.DataFrame:
    """Return the head-end exchanges of full fibre.

    Returns:
        The columns of the positions, and site_id, maker, premises, traffic.
    """
    random = figures.stream(seed, "exchanges")
    count, total = figures.whole("exchanges"), figures.whole("premises")
    rows = np.sort(random.permutation(positions().height)[:count])
    chosen = positions()[rows]
    noise = random.normal(0.0, figures.number("premises_spread"), count)
    size = np.sqrt(chosen["density"].to_numpy()) * np.exp(noise)
    premises = whole_parts(size, total)
    number = pl.int_range(1, count + 1).cast(pl.String).str.zfill(4)
    return chosen.with_columns(
        site_id=pl.format(f"{FIBRE_OPERATOR}-x{{}}", number),
        name=pl.format("Head-end exchange {} ({})", number, "postcode_sector"),
        maker=_fibre_makers(premises, random),
        premises=premises,
        traffic=np.round(premises * figures.number("traffic_per_premises"), 6),
    )


def inner_sites(operator_id: str, seed: int) -> pl.DataFrame:
    """Return an operator's sites behind access, at positions in dense places.

    Returns:
        The columns of the positions, and site_id, function, maker.
    """
    return pl.concat(_inner(operator_id, function, seed) for function in _LETTERS)


def _inner(operator_id: str, function: str, seed: int) -> pl.DataFrame:
    count = figures.whole(f"{function}_sites", operator_id)
    random = figures.stream(seed, "inner", operator_id, function)
    density = positions()["density"].to_numpy().astype(np.float64)
    rows = random.choice(positions().height, count, replace=False, p=density / density.sum())
    number = pl.int_range(1, count + 1).cast(pl.String).str.zfill(3)
    makers = counts_of(_maker_shares(operator_id, function), count)
    return positions()[np.sort(rows)].with_columns(
        site_id=pl.format(f"{operator_id}-{_LETTERS[function]}{{}}", number),
        name=pl.format(f"{function.capitalize()} {{}}", number),
        function=pl.lit(function),
        maker=random.permutation(np.repeat(list(makers), list(makers.values()))),
    )


def _maker_shares(operator_id: str, function: str) -> dict[str, float]:
    if function == "interconnect":
        return figures.numbers("interconnect_makers")
    if function == "management":
        return {"hpe": 1.0}
    return figures.numbers(_MAKERS[function], operator_id)


def _fibre_makers(premises: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.str_]:
    """Deal exchanges out in random order until each maker has its share of the premises."""
    shares = figures.numbers("fttp_makers")
    ends = np.cumsum(list(shares.values())) / sum(shares.values())
    order = random.permutation(len(premises))
    reached = (np.cumsum(premises[order]) - premises[order] / 2) / premises.sum()
    which = np.empty(len(premises), dtype=np.int64)
    which[order] = np.minimum(np.searchsorted(ends, reached), len(ends) - 1)
    return np.array(list(shares))[which]
