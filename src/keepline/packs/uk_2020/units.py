"""Say which units stand at each site, and how much traffic they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.packs.uk_2020 import figures
from keepline.packs.uk_2020.mobile import FIFTH, FOURTH, LEGACY, split_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

#: Columns: site_id, role, maker, quantity, carried (traffic that all of the line's units carry).
Line = pl.DataFrame


def mobile_units(operator_id: str, sites: pl.DataFrame) -> pl.DataFrame:
    """Return the units at an operator's mobile sites.

    Args:
        operator_id: The operator.
        sites: What :func:`keepline.packs.uk_2020.mobile.mobile_sites` returned.

    Returns:
        A row per site, role and maker: quantity, and the traffic that these units carry together.
    """
    return pl.concat([*_radio(sites), *_rest_of_site(operator_id, sites)])


def fibre_units(sites: pl.DataFrame) -> pl.DataFrame:
    """Return the units at head-end exchanges: each line card serves its ports' premises."""
    per_card = figures.number("premises_per_port") * figures.number("ports_per_line_card")
    cards = np.ceil(sites["premises"].to_numpy() / per_card).astype(np.int64)
    chassis = np.ceil(cards / figures.number("line_cards_per_chassis")).astype(np.int64)
    carried = sites["traffic"].to_numpy()
    is_single = (sites["maker"] == "adtran").to_numpy()
    uplinks = np.full(sites.height, figures.whole("uplink_optics"))
    control = chassis * figures.whole("control_cards")
    return pl.concat(
        [
            _line(sites, "olt-chassis", chassis, carried, where=~is_single),
            _line(sites, "olt-line-card", cards, carried, where=~is_single),
            _line(sites, "olt-control-card", control, carried, where=~is_single),
            _line(sites, "olt-unit", cards, carried, where=is_single),
            _line(sites, "optics", uplinks, carried, maker="ii-vi"),
        ]
    )


def inner_units(operator_id: str, sites: pl.DataFrame, operator_traffic: float) -> pl.DataFrame:
    """Return the units at an operator's sites behind access.

    Sites of one function carry equal parts of all the operator's traffic.
    """
    makers = [f"ran_makers.{operator_id}", f"fiveg_makers.{operator_id}"]
    has_huawei_radio = any(
        "huawei" in figures.numbers(name) for name in makers if name in figures.figures()
    )
    lines: list[pl.DataFrame] = []
    for (function,), group in sites.group_by("function", maintain_order=True):
        carried = np.full(group.height, operator_traffic / group.height)
        for role, maker, quantity in _inner_roles(str(function), has_huawei_radio):
            lines.append(_line(group, role, np.full(group.height, quantity), carried, maker=maker))
    return pl.concat(lines)


def _inner_roles(function: str, has_huawei_radio: bool) -> Iterator[tuple[str, str, int]]:
    if function in {"aggregation", "interconnect"}:
        yield "router-line-card", "", figures.whole("router_line_cards", function)
        yield "router-control-card", "", figures.whole("control_cards")
        yield "optics", "ii-vi", figures.whole("router_optics", function)
    elif function == "transport":
        yield "transponder", "", figures.whole("transponders")
    elif function == "core":
        yield "core-board", "", figures.whole("core_boards")
        yield "server", "hpe", figures.whole("servers", function)
    else:
        yield "server", "hpe", figures.whole("servers", function)
        if has_huawei_radio:
            yield "element-manager", "huawei", figures.whole("element_managers")


def _radio(sites: pl.DataFrame) -> Iterator[Line]:
    count, busy, sectors = sites.height, _is_busy(sites), _sectors(sites)
    carried = _carried_by_technology(sites)
    low = figures.number("low_band_share")
    has = {name: sites[name].to_numpy() for name in ("has_legacy", "has_4g", "has_5g")}
    legacy, fourth, fifth = carried[LEGACY], carried[FOURTH], carried[FIFTH]
    one = np.ones(count, dtype=np.int64)
    yield _line(sites, "legacy-radio", sectors, legacy, where=has["has_legacy"])
    yield _line(sites, "legacy-baseband", one, legacy, where=has["has_legacy"])
    yield _line(sites, "low-band-radio", sectors, fourth * low, where=has["has_4g"])
    yield _line(
        sites, "mid-band-radio", sectors * (1 + busy), fourth * (1 - low), where=has["has_4g"]
    )
    yield _line(sites, "4g-baseband", 1 + busy, fourth, where=has["has_4g"])
    on_5g = sites.with_columns(maker="maker_5g")
    yield _line(on_5g, "5g-radio", sectors, fifth, where=has["has_5g"])
    yield _line(on_5g, "5g-baseband", one, fifth, where=has["has_5g"])


def _rest_of_site(operator_id: str, sites: pl.DataFrame) -> Iterator[Line]:
    traffic = sites["traffic"].to_numpy()
    makers = figures.words("site_makers", operator_id)
    if "antenna" in makers:
        yield _line(sites, "antenna", _sectors(sites), traffic, maker=makers["antenna"])
    rectifiers = figures.whole("rectifiers") + _is_busy(sites)
    yield _line(sites, "rectifier", rectifiers, traffic, maker=makers["rectifier"])
    yield _line(sites, "cell-router", np.ones(sites.height, dtype=np.int64), traffic)
    yield from _links(sites, traffic)


def _links(sites: pl.DataFrame, traffic: NDArray[np.float64]) -> Iterator[Line]:
    has_4g = sites["has_4g"].to_numpy()
    first = int(has_4g.sum()) - round(sites.height * figures.number("microwave_share"))
    remote = has_4g & (sites["rank"].to_numpy() >= first)
    link_units = np.full(sites.height, figures.whole("microwave_units"))
    huawei = (sites["maker"] == "huawei").to_numpy()
    for maker, where in (("huawei", huawei), ("ericsson", ~huawei)):
        yield _line(sites, "microwave", link_units, traffic, maker=maker, where=remote & where)


def _is_busy(sites: pl.DataFrame) -> NDArray[np.int64]:
    """Return 1 for the busiest sites, which have one more of some units, and 0 for the others."""
    first = sites.height * figures.number("busy_share")
    return (sites["rank"].to_numpy() < first).astype(np.int64)


def _sectors(sites: pl.DataFrame) -> NDArray[np.int64]:
    quiet = sites["rank"].to_numpy() >= sites.height * (1 - figures.number("quiet_share"))
    return np.where(quiet, figures.whole("sectors_quiet"), figures.whole("sectors"))


def _carried_by_technology(sites: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    traffic = sites["traffic"].to_numpy()
    carried = {name: np.zeros(sites.height) for name in (LEGACY, FOURTH, FIFTH)}
    kinds = sites.select("has_legacy", "has_4g", "has_5g")
    for legacy, fourth, fifth in kinds.unique(maintain_order=True).rows():
        alike = (
            kinds.select(
                (pl.col("has_legacy") == legacy)
                & (pl.col("has_4g") == fourth)
                & (pl.col("has_5g") == fifth)
            )
            .to_series()
            .to_numpy()
        )
        for technology, share in split_of(legacy, fourth, fifth).items():
            carried[technology][alike] = traffic[alike] * share
    return carried


def _line(
    sites: pl.DataFrame,
    role: str,
    quantity: NDArray[np.int64],
    carried: NDArray[np.float64],
    *,
    maker: str = "",
    where: NDArray[np.bool_] | None = None,
) -> Line:
    """Return one role's units at the sites where it stands; ``maker`` empty = the site's own."""
    line = sites.select(
        "site_id",
        role=pl.lit(role),
        maker=pl.lit(maker) if maker else pl.col("maker"),
        quantity=pl.Series(quantity.astype(np.int64)),
        carried=pl.Series(carried),
    )
    return line if where is None else line.filter(pl.Series(where))
