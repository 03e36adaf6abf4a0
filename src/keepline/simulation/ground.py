"""Who stands where: every row of units in service, now or once a programme brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.model.programme import swapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.programme import Swapped

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class Ground(NamedTuple):
    """Hold who stands where: R rows, those of installed in order, then those a programme brings.

    Attributes:
        row_site: Row of the sites table [R].
        row_part: Row of the parts table, by the part's own number, pooled or not [R].
        row_weight: Traffic lost while one unit beyond spare is out [R].
        row_quantity: Units [R].
        row_spare: Units that may be out before service suffers [R].
        site_traffic: Of each site [sites].
        site_operator: Row of ``operators`` [sites].
        site_region: Row of ``regions`` [sites].
        part_technology: Row of ``technologies`` [parts].
        operators: Ids of operators; None for sites without one.
        regions: Names of regions.
        technologies: Names of technologies.
        technology_traffic: Traffic of the site that the technology carries: by the table traffic
            where that has the site and the technology, else the site's whole traffic where a part
            of that technology stands [sites, technologies].
    """

    row_site: Whole
    row_part: Whole
    row_weight: Number
    row_quantity: Whole
    row_spare: Whole
    site_traffic: Number
    site_operator: Whole
    site_region: Whole
    part_technology: Whole
    operators: tuple[str | None, ...]
    regions: tuple[str, ...]
    technologies: tuple[str, ...]
    technology_traffic: Number


class Spans(NamedTuple):
    """Hold when rows are in service; R rows, in the order of `Ground`.

    Attributes:
        swap: The swap that ends the row's service; -1 for none [R].
        start_swap: The swap that begins it; -1 for what stands on day 0 [R].
        day: Planned day of each swap [W].
    """

    swap: Whole
    start_swap: Whole
    day: Number


def ground_of(network: Network) -> tuple[Ground, Spans, Swapped]:
    """Return who stands where, from when until when, and the programme that says so.

    Args:
        network: A checked network, before parts that are one count as one.
    """
    sites, parts = network["sites"], network["parts"]
    programme = swapped(network)
    rows = pl.concat(
        [
            network["installed"].select("site_id", "part_id", "quantity", spare="spare_in_place"),
            programme.brought.select("site_id", "part_id", "quantity", "spare"),
        ]
    )
    standing = len(network["installed"])
    swap, start_swap = np.full(len(rows), -1), np.full(len(rows), -1)
    swap[programme.taken["installed"].to_numpy()] = programme.taken["swap"].to_numpy()
    start_swap[standing:] = programme.brought["swap"].to_numpy()
    row_site = rows_of(rows["site_id"], sites["site_id"])
    row_part = rows_of(rows["part_id"], parts["part_id"])
    operators, site_operator = _numbered(sites["operator_id"])
    regions, site_region = _numbered(sites["region"])
    technologies, part_technology = _numbered(parts["technology"])
    carried = _carried(network, row_site, part_technology[row_part], technologies)
    ground = Ground(
        row_site=row_site,
        row_part=row_part,
        row_weight=np.array(parts["weight"].to_numpy(), np.float64)[row_part],
        row_quantity=np.array(rows["quantity"].to_numpy(), np.int64),
        row_spare=np.array(rows["spare"].to_numpy(), np.int64),
        site_traffic=np.array(sites["traffic"].to_numpy(), np.float64),
        site_operator=site_operator,
        site_region=site_region,
        part_technology=part_technology,
        operators=operators,
        regions=tuple(str(one) for one in regions),
        technologies=tuple(str(one) for one in technologies),
        technology_traffic=carried,
    )
    day = np.array(programme.swaps["day"].to_numpy(), np.float64)
    return ground, Spans(swap, start_swap, day), programme


def rows_of(cells: pl.Series, ids: pl.Series) -> Whole:
    """Return the row of a list of ids that each cell names."""
    known = pl.DataFrame({"id": ids, "row": np.arange(len(ids))})
    found = cells.alias("id").to_frame().join(known, on="id", how="left", maintain_order="left")
    return np.array(found["row"].to_numpy(), np.int64)


def depots_of_rows(network: Network, ground: Ground) -> Whole:
    """Return the row of the depot that serves each row [R]."""
    sites = network["sites"]
    return rows_of(sites["depot_id"], network["depots"]["depot_id"])[ground.row_site]


def _numbered(cells: pl.Series) -> tuple[tuple[str | None, ...], Whole]:
    """Return what stands in a column, in order with none last, and where each cell is in that."""
    names = cells.unique().to_list()
    names.sort(key=lambda name: (name is None, name or ""))
    row = {name: index for index, name in enumerate(names)}
    return tuple(names), np.array([row[name] for name in cells.to_list()], np.int64)


def _carried(
    network: Network, site: Whole, technology: Whole, technologies: tuple[str | None, ...]
) -> Number:
    """Return the traffic of each site that each technology carries [sites, technologies]."""
    sites, traffic = network["sites"], network["traffic"]
    found = np.zeros((len(sites), len(technologies)))
    found[site, technology] = sites["traffic"].to_numpy()[site]
    told = traffic.filter(pl.col("technology").is_in(list(technologies)))
    column = {name: index for index, name in enumerate(technologies)}
    columns = [column[name] for name in told["technology"]]
    found[rows_of(told["site_id"], sites["site_id"]), columns] = told["volume"].to_numpy()
    return found
