"""Build the network: every table of the data contract from the figures and one seed."""

from __future__ import annotations

from typing import Final, Literal, get_args

import polars as pl

from keepline.model.network import complete
from keepline.packs.uk_2020 import figures, parts, stock, supply, swaps
from keepline.packs.uk_2020.fixed import FIBRE_OPERATOR, exchanges, inner_sites
from keepline.packs.uk_2020.mobile import mobile_sites, traffic_by_technology
from keepline.packs.uk_2020.units import fibre_units, inner_units, mobile_units

Size = Literal["operator", "national"]

SEED: Final = 2020
NAMES: Final = {
    "ee": "BT Group (EE and Openreach)",
    "vodafone": "Vodafone UK",
    "three": "Three UK",
    "o2": "O2 UK",
}
_SITE_COLUMNS: Final = (
    "site_id", "operator_id", "name", "region", "latitude", "longitude", "function",
    "is_sensitive", "traffic", "premises", "depot_id",
)  # fmt: skip
_SERVED_BY_CENTRE: Final = ("core", "management", "interconnect")


def build(size: Size, seed: int = SEED) -> dict[str, pl.DataFrame]:
    """Return every table of the network, with the columns and types of ``model/inputs``.

    Args:
        size: ``operator`` for BT Group alone, ``national`` for all four operators.
        seed: Seed of everything drawn; the same seed gives the same bytes.

    Returns:
        A frame for every input table, by its name. The operator's sites and units are the same in
        both sizes.

    Raises:
        ValueError: When the size is not one of the two.
    """
    operators = _operators(size)
    built = [_operator(operator_id, seed) for operator_id in operators]
    sites = pl.concat([each["sites"] for each in built])
    carried = pl.concat([each["installed"] for each in built])
    held = {
        operator_id: stock.stock(operator_id, carried, sites, seed) for operator_id in operators
    }
    catalogue = parts.parts_of(carried)
    return complete(
        {
            "operators": pl.DataFrame(
                {
                    "operator_id": operators,
                    "name": [NAMES[key] for key in operators],
                    "country": ["GB"] * len(operators),
                }
            ),
            "suppliers": supply.suppliers(),
            "depots": pl.concat([stock.depots(key, NAMES[key]) for key in operators]),
            "sites": sites,
            "parts": catalogue,
            "installed": carried,
            "stock": pl.concat(list(held.values())),
            "orders": pl.concat([stock.orders(key, held[key]) for key in operators]),
            "substitutes": swaps.substitutes(),
            "components": supply.components(),
            "bom": supply.bom(),
            "sources": supply.sources(carried),
            "swaps": pl.concat([_swaps(key, catalogue, carried) for key in operators]),
            "crews": pl.concat([_crews(key, catalogue, carried, sites) for key in operators]),
            "replacements": swaps.replacements(),
            "traffic": pl.concat([each["traffic"] for each in built]),
        }
    )


def settings(size: Size) -> dict[str, object]:
    """Return what ``network.yaml`` says of the network.

    >>> settings("operator")["start"]
    datetime.date(2020, 6, 22)
    """
    operators = _operators(size)
    whose = NAMES[operators[0]] if size == "operator" else "the four British mobile operators"
    return {
        "format": 1,
        "name": f"UK 2020, {size}",
        "currency": "GBP",
        "start": figures.date("start"),
        "end": figures.date("end"),
        "source": (
            f"Modelled on public figures about {whose}, June 2020; it is no operator's data. "
            "Which equipment stands where, stocks, prices, failure rates and supply shares are "
            "assumed. Site positions: edwardoughton/cdcam (MIT, Edward Oughton and Tom Russell, "
            "2019), derived from Ofcom Sitefinder."
        ),
    }


def _operators(size: Size) -> list[str]:
    if size not in get_args(Size):
        raise ValueError(f'"{size}" is no size of this network: operator or national')
    return [FIBRE_OPERATOR] if size == "operator" else list(NAMES)


def _operator(operator_id: str, seed: int) -> dict[str, pl.DataFrame]:
    mobile = mobile_sites(operator_id, seed)
    inner = inner_sites(operator_id, seed)
    total = float(mobile["traffic"].sum())
    sites = [_sites(operator_id, mobile, "access"), _sites(operator_id, inner)]
    units = [mobile_units(operator_id, mobile), inner_units(operator_id, inner, total)]
    if operator_id == FIBRE_OPERATOR:
        heads = exchanges(seed)
        sites.insert(1, _sites(operator_id, heads, "access"))
        units.insert(1, fibre_units(heads))
    return {
        "sites": pl.concat(sites),
        "installed": parts.installed_of(pl.concat(units)),
        "traffic": traffic_by_technology(mobile),
    }


def _sites(operator_id: str, places: pl.DataFrame, function: str = "") -> pl.DataFrame:
    """Return rows of the sites table; what carries no users' traffic itself has traffic 0."""
    filled = places.with_columns(
        operator_id=pl.lit(operator_id),
        function=pl.lit(function) if function else pl.col("function"),
        traffic=pl.col("traffic") if "traffic" in places.columns else pl.lit(0.0),
        premises=pl.col("premises").cast(pl.Float64)
        if "premises" in places.columns
        else pl.lit(0.0),
        nearest_depot=pl.Series(stock.serving_depots(operator_id, places)),
    )
    depot = (
        pl.when(pl.col("function").is_in(_SERVED_BY_CENTRE))
        .then(pl.lit(stock.central_id(operator_id)))
        .otherwise("nearest_depot")
    )
    return filled.with_columns(depot_id=depot).select(_SITE_COLUMNS)


def _huawei_units(operator_id: str, catalogue: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    part = catalogue.filter(pl.col("supplier_id") == "huawei").select("part_id", "technology")
    return carried.filter(pl.col("site_id").str.starts_with(f"{operator_id}-")).join(
        part, on="part_id", how="inner", maintain_order="left"
    )


def _swaps(operator_id: str, catalogue: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    present = set(_huawei_units(operator_id, catalogue, carried)["technology"])
    return swaps.swaps(operator_id, [key for key in _technologies() if key in present])


def _technologies() -> list[str]:
    return list(figures.by_name("swap_targets"))


def _crews(
    operator_id: str, catalogue: pl.DataFrame, carried: pl.DataFrame, sites: pl.DataFrame
) -> pl.DataFrame:
    units = _huawei_units(operator_id, catalogue, carried).select("site_id").unique()
    by_region = (
        sites.select("site_id", "region")
        .join(units, on="site_id", how="semi")
        .group_by("region")
        .agg(sites=pl.len())
        .sort("region")
    )
    return swaps.crews(operator_id, by_region)
