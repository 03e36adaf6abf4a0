"""Say how much of the graph is recorded: what is not makes losses unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.model.loss_results import FACTS
from keepline.model.results import RESULTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.impact.offers import Offers
    from keepline.model.network import Network

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]


def mapping_of(network: Network, offers: Offers) -> pl.DataFrame:
    """Return the table `mapping`.

    A delivery that stands for what is not recorded counts as one of which nothing is known. A
    part is known in full where nothing that it stands on, through all tiers, lacks the fact.
    """
    parts, end = offers.parts.height, offers.unrecorded
    offer = offers.offer.filter(pl.col("item") < end)
    item = offer["item"].to_numpy()
    of_need = np.repeat(np.arange(offers.items), np.diff(offers.first_need))
    no_bill = np.zeros(offers.items, np.bool_)
    no_bill[of_need[offers.need == end]] = True
    is_open = offer["supplier"].to_numpy() == offers.unknown
    no_source = _items(offers, item[is_open])
    facts = [
        (no_bill[:parts], no_bill[:parts]),
        (no_source[parts:end], _above(offers, of_need, no_source)[:parts]),
    ]
    for column in ("country", "technology_origin"):
        is_missing = offer[column].is_null().to_numpy()
        lacking = _above(offers, of_need, _items(offers, item[is_missing]))
        facts.append((is_missing, lacking[:parts]))
    units = _units(network, offers)
    rows = [
        (
            fact,
            int((~lacks).sum()),
            len(lacks),
            _share(~lacks, np.ones(len(lacks))),
            _share(~above, np.ones(parts)),
            _share(~above, units),
        )
        for fact, (lacks, above) in zip(FACTS, facts, strict=True)
    ]
    columns = RESULTS["mapping"].columns()
    schema = {name: column.dtype for name, column in columns.items()}
    return pl.DataFrame(rows, schema, orient="row")


def _items(offers: Offers, item: Ints) -> Flags:
    found = np.zeros(offers.items, np.bool_)
    found[item] = True
    return found


def _above(offers: Offers, of_need: Ints, lacks: Flags) -> Flags:
    """Return the items that lack a fact, or stand on one that does."""
    while True:
        short = np.bincount(of_need[lacks[offers.need]], minlength=offers.items) > 0
        grown = lacks | short
        # what stands for a bill that is not recorded lacks whatever it is asked
        grown[offers.unrecorded] = True
        if np.array_equal(grown, lacks):
            return grown
        lacks = grown


def _units(network: Network, offers: Offers) -> NDArray[np.float64]:
    counted = network["installed"].group_by("part_id").agg(pl.col("quantity").sum())
    joined = offers.parts.join(counted, "part_id", "left", maintain_order="left")
    return joined["quantity"].fill_null(0).cast(pl.Float64).to_numpy().copy()


def _share(is_known: Flags, weight: NDArray[np.float64]) -> float | None:
    total = float(weight.sum())
    return float((is_known * weight).sum() / total) if total > 0.0 else None
