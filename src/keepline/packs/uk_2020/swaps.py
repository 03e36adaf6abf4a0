"""Make the tables of swap offers, crews, replacement units and substitutes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.packs.uk_2020 import figures
from keepline.packs.uk_2020.parts import catalogue
from keepline.packs.uk_2020.shares import whole_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

_FROM: Final = "huawei"
#: Where the new maker's unit has another role than the old one.
_OTHER_ROLE: Final = {
    ("olt-line-card", "adtran"): "olt-unit",
    ("element-manager", "hpe"): "server",
}


def swaps(operator_id: str, technologies: list[str]) -> pl.DataFrame:
    """Return the offers to swap Huawei's equipment of an operator, technology by technology.

    Args:
        operator_id: The operator.
        technologies: Technologies in which Huawei stands in its network.
    """
    cost = figures.numbers("swap_cost")
    cost["4G-RAN"] = figures.number("swap_cost_4g")
    cost["5G-RAN"] = figures.number("swap_cost_5g")
    slow = figures.numbers("slow_sites_per_quarter")
    most = figures.numbers("supplier_sites_per_quarter", operator_id)
    rows = [
        {
            "from_supplier_id": _FROM,
            "operator_id": operator_id,
            "technology": technology,
            "to_supplier_id": to_supplier,
            "cost_per_site": cost[technology],
            "crew_days_per_site": figures.number("crew_days_per_site", technology),
            "units_harvested_share": figures.number("units_harvested_share"),
            "supplier_sites_per_quarter": slow.get(technology, most.get(to_supplier)),
        }
        for technology in technologies
        for to_supplier in figures.names("swap_targets", technology)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def crews(operator_id: str, sites_by_region: pl.DataFrame) -> pl.DataFrame:
    """Return the crews of each region, in proportion to its sites, before and after hiring.

    Args:
        operator_id: The operator.
        sites_by_region: region, sites (where Huawei stands).
    """
    total = figures.whole("crew_days_per_quarter", operator_id)
    weights = sites_by_region["sites"].to_numpy().astype(np.float64)
    first = whole_parts(weights, total).astype(np.float64)
    grown = np.round(first * figures.number("crew_growth"))
    turn = figures.date("crew_growth_on")
    periods = (
        (first, figures.date("start"), turn - dt.timedelta(days=1)),
        (grown, turn, figures.date("end")),
    )
    return pl.concat(
        sites_by_region.select(
            "region",
            operator_id=pl.lit(operator_id),
            crew_days_per_quarter=pl.Series(days),
            **{"from": pl.lit(since), "until": pl.lit(until)},
        )
        for days, since, until in periods
    )


def replacements() -> pl.DataFrame:
    """Return which unit takes the place of each of Huawei's, one for one, by new maker."""
    by_role = {(role, maker): part for part, role, maker in _roles()}
    rows = [
        {"part_id": part, "by_part_id": by_role[new_role, to_supplier], "ratio": 1.0}
        for part, role, maker in _roles()
        if maker == _FROM
        for to_supplier in figures.names("swap_targets", _technology_of(part))
        if (new_role := _OTHER_ROLE.get((role, to_supplier), role), to_supplier) in by_role
    ]
    return pl.DataFrame(rows)


def substitutes() -> pl.DataFrame:
    """Return which part may stand in for another: a maker's 5G baseband for its 4G one.

    Basebands of 5G also run 4G; the other way round they do not (assumed of all three makers).
    """
    by_role = {(role, maker): part for part, role, maker in _roles()}
    pairs = [
        (by_role["5g-baseband", maker], by_role["4g-baseband", maker])
        for maker in ("huawei", "nokia", "ericsson")
    ]
    return pl.DataFrame(
        pairs, schema={"part_id": pl.String, "replaces_id": pl.String}, orient="row"
    ).with_columns(since=pl.lit(figures.date("start")))


def _roles() -> Iterator[tuple[str, str, str]]:
    return catalogue().select("part_id", "role", "supplier_id").iter_rows()


def _technology_of(part_id: str) -> str:
    return str(catalogue().row(by_predicate=pl.col("part_id") == part_id, named=True)["technology"])
