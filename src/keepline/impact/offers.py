"""Lay out who can deliver what, and what each item needs, as arrays in one fixed order.

Items are numbered: parts by id, components by id, one stand-in for bills of material that are not
recorded, then the repair of each part and the software of each part.

What is not recorded stands as a delivery by an unknown supplier: the whole of a component without
sources, and the rest where the shares of the approved sources add up to less than 1. For a part
that rest comes from its manufacturer, unless the manufacturer has a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.model.owners import Holdings, holdings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDING: Final = 1e-9
_OFFER: Final = pl.Schema(
    {
        "item": pl.Int64,
        "supplier": pl.Int64,
        "maker": pl.Int64,
        "share": pl.Float64,
        "buffer_days": pl.Float64,
        "qualification_days": pl.Float64,
        "country": pl.String,
        "technology_origin": pl.String,
    }
)


@dataclass(frozen=True)
class Offers:
    """Hold all deliveries that exist, and all needs.

    Attributes:
        parts: The parts by id, with their row numbers `item` and `maker`.
        components: The components by id, with their item numbers.
        suppliers: The suppliers by id; two more numbers follow: unknown, and nobody.
        offer: A row per delivery, sorted by item: item, supplier, maker (whom the needs serve
            beside the supplier), share, buffer_days, qualification_days, country,
            technology_origin.
        first_offer: int64[items + 1]; deliveries of item i are first_offer[i] up to the next.
        first_need: int64[items + 1]; needs of item i likewise.
        need: The items needed.
        need_quantity: How many of each go into one item.
        operator_countries: Where the operators' networks stand; None where that is not known.
        holdings: Who owns how much of whom.
        likenesses: Who may be meant by a name; None where nobody was screened.
    """

    parts: pl.DataFrame
    components: pl.DataFrame
    suppliers: pl.DataFrame
    offer: pl.DataFrame
    first_offer: Ints
    first_need: Ints
    need: Ints
    need_quantity: Floats = field(default_factory=lambda: np.empty(0))
    operator_countries: tuple[str | None, ...] = (None,)
    holdings: Holdings | None = None
    likenesses: pl.DataFrame | None = None

    @property
    def unknown(self) -> int:
        """Return the number of the supplier that nobody has recorded."""
        return self.suppliers.height

    @property
    def nobody(self) -> int:
        """Return the number that stands for no supplier at all: the operator itself."""
        return self.suppliers.height + 1

    @property
    def unrecorded(self) -> int:
        """Return the item that stands for a bill of material that is not recorded."""
        return self.parts.height + self.components.height

    @property
    def first_repair(self) -> int:
        """Return the item that is the repair of the first part."""
        return self.unrecorded + 1

    @property
    def first_software(self) -> int:
        """Return the item that is the software of the first part."""
        return self.first_repair + self.parts.height

    @property
    def items(self) -> int:
        """Return how many items there are."""
        return self.first_software + self.parts.height


def offers_of(network: Network) -> Offers:
    """Return the deliveries and needs of a network; the order of its rows does not matter."""
    suppliers = network["suppliers"].sort("supplier_id")
    numbers = suppliers.select("supplier_id", supplier=pl.row_index().cast(pl.Int64))
    parts = (
        network["parts"]
        .sort("part_id")
        .with_columns(item=pl.row_index().cast(pl.Int64))
        .join(numbers.rename({"supplier": "maker"}), "supplier_id", "left", maintain_order="left")
    )
    components = (
        network["components"]
        .sort("component_id")
        .with_columns(item=pl.row_index().cast(pl.Int64) + parts.height)
    )
    bare = Offers(parts, components, suppliers, pl.DataFrame(), *(np.empty(0, np.int64),) * 3)
    sources = _sources(network, bare, numbers)
    offer = (
        pl.concat(
            [
                sources,
                _rests(bare, sources),
                _repairs(bare, sources, numbers),
                _software(bare, sources),
                _unrecorded(bare),
            ]
        )
        .join(
            suppliers.select(
                pl.col("country").alias("seat"), supplier=pl.row_index().cast(pl.Int64)
            ),
            "supplier",
            "left",
        )
        .with_columns(country=pl.coalesce("country", "seat"))
        .drop("seat")
        .sort("item", "supplier", "share")
    )
    needs = _needs(network, bare)
    return Offers(
        parts,
        components,
        suppliers,
        offer,
        _first(offer["item"], bare.items),
        _first(needs["item"], bare.items),
        needs["need"].to_numpy().copy(),
        needs["quantity"].to_numpy().copy(),
        tuple(network["operators"]["country"].unique().sort()) or (None,),
        holdings_of(suppliers, network["holdings"]),
        network.screening.likenesses if network.screening else None,
    )


def _first(items: pl.Series, count: int) -> Ints:
    starts = np.searchsorted(items.to_numpy(), np.arange(count + 1))
    return starts.astype(np.int64)


def _fit(rows: pl.DataFrame) -> pl.DataFrame:
    filled = {
        "share": 1.0,
        "buffer_days": 0.0,
        "qualification_days": 0.0,
        "country": None,
        "technology_origin": None,
    }
    missing = [
        pl.lit(value).alias(name) for name, value in filled.items() if name not in rows.columns
    ]
    return rows.with_columns(missing).select(
        pl.col(name).cast(kind) for name, kind in _OFFER.items()
    )


def _sources(network: Network, bare: Offers, numbers: pl.DataFrame) -> pl.DataFrame:
    named = pl.concat(
        [
            bare.components.select("item", pl.lit(bare.nobody).alias("maker"), id="component_id"),
            bare.parts.select("item", pl.col("maker").cast(pl.Int32), id="part_id"),
        ]
    )
    waits = pl.when("is_qualified").then(0.0).otherwise(pl.col("qualification_days"))
    return _fit(
        network["sources"]
        .join(named, left_on="item_id", right_on="id")
        .join(numbers, "supplier_id")
        .with_columns(qualification_days=waits)
    )


def _rests(bare: Offers, sources: pl.DataFrame) -> pl.DataFrame:
    """Return deliveries of what the approved sources of an item do not account for."""
    counted = sources.group_by("item").agg(
        pl.col("share").filter(pl.col("qualification_days") <= 0.0).sum().alias("known"),
        (pl.col("supplier") == pl.col("maker")).any().alias("is_listed"),
    )
    items = pl.concat(
        [
            bare.parts.select("item", "maker"),
            bare.components.select("item", pl.lit(bare.nobody, pl.Int64).alias("maker")),
        ]
    )
    is_part = pl.col("item") < bare.parts.height
    rest = items.join(counted, "item", "left").with_columns(
        share=1.0 - pl.col("known").fill_null(0.0),
        supplier=pl.when(is_part & ~pl.col("is_listed").fill_null(False))
        .then("maker")
        .otherwise(bare.unknown),
    )
    return _fit(rest.filter(pl.col("share") > ROUNDING))


def _repairs(bare: Offers, sources: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    repaired = (
        bare.parts.filter(pl.col("repair_share") > 0.0)
        .join(numbers, left_on="repairer_id", right_on="supplier_id", how="left")
        .with_columns(supplier=pl.col("supplier").fill_null(bare.nobody))
    )
    return _service(bare, repaired, sources, bare.first_repair)


def _software(bare: Offers, sources: pl.DataFrame) -> pl.DataFrame:
    served = bare.parts.with_columns(supplier="maker")
    return _service(bare, served, sources, bare.first_software)


def _service(
    bare: Offers, rows: pl.DataFrame, sources: pl.DataFrame, first_item: int
) -> pl.DataFrame:
    # where it is made and with whose technology is known only from a row of sources
    facts = sources.select("item", "supplier", "country", "technology_origin")
    return _fit(
        rows.select("item", "supplier")
        .join(facts, ["item", "supplier"], "left")
        .with_columns(item=pl.col("item") + first_item, maker=pl.lit(bare.nobody))
    )


def _unrecorded(bare: Offers) -> pl.DataFrame:
    row = {"item": [bare.unrecorded], "supplier": [bare.unknown], "maker": [bare.nobody]}
    return _fit(pl.DataFrame(row))


def _needs(network: Network, bare: Offers) -> pl.DataFrame:
    components = bare.components.select("component_id", "item")
    named = pl.concat(
        [components.rename({"component_id": "id"}), bare.parts.select(id="part_id", item="item")]
    )
    known = (
        network["bom"]
        .join(named, left_on="item_id", right_on="id")
        .join(components.rename({"item": "need"}), left_on="needs_id", right_on="component_id")
        .group_by("item", "need")
        .agg(pl.col("quantity").sum())
    )
    unmapped = bare.parts.select("item").join(known, "item", "anti")
    needs = pl.concat(
        [
            known,
            unmapped.with_columns(
                need=pl.lit(bare.unrecorded, pl.Int64), quantity=pl.lit(None, pl.Float64)
            ),
        ]
    )
    of_parts = needs.filter(pl.col("item") < bare.parts.height)
    services = [
        of_parts.with_columns(pl.col("item") + first)
        for first in (bare.first_repair, bare.first_software)
    ]
    return pl.concat([needs, *services]).sort("item", "need")
