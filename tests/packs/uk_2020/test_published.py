"""The network meets every published figure that it is modelled on."""

from __future__ import annotations

import polars as pl
import pytest

Tables = dict[str, pl.DataFrame]


def of_maker(network: Tables, operator_id: str, technology: str) -> pl.DataFrame:
    """Return site_id, maker, traffic, premises for each access site with a technology."""
    parts = network["parts"].filter(pl.col("technology") == technology)
    return (
        network["installed"]
        .join(parts.select("part_id", maker="supplier_id"), on="part_id")
        .select("site_id", "maker")
        .unique()
        .join(network["sites"], on="site_id")
        .filter((pl.col("operator_id") == operator_id) & (pl.col("function") == "access"))
    )


def mobile(network: Tables, operator_id: str) -> pl.DataFrame:
    return network["sites"].filter(pl.col("site_id").str.contains(rf"^{operator_id}-\d{{5}}$"))


def test_ee_has_its_sites_and_makers(network: Tables) -> None:
    assert mobile(network, "ee").height == 19_000
    makers = dict(of_maker(network, "ee", "2G-3G-RAN")["maker"].value_counts().iter_rows())
    assert makers == {"huawei": 11_000, "nokia": 8_000}


def test_the_busiest_1500_sites_of_ee_carry_a_quarter(network: Tables) -> None:
    traffic = mobile(network, "ee")["traffic"].sort(descending=True)
    assert traffic[:1500].sum() / traffic.sum() == pytest.approx(0.25, abs=1e-6)
    assert traffic.mean() == pytest.approx(1.0, abs=1e-6)


def test_the_5g_sites_of_ee_are_its_busiest(network: Tables) -> None:
    sites = of_maker(network, "ee", "5G-RAN")
    assert sites.height == 1_500
    assert sites["traffic"].sum() / mobile(network, "ee")["traffic"].sum() == pytest.approx(0.25)


def test_exchanges_and_premises_are_openreachs(network: Tables) -> None:
    exchanges = of_maker(network, "ee", "FTTP")
    assert exchanges.height == exchanges["site_id"].n_unique() == 1_300
    assert exchanges["premises"].sum() == 2_600_000
    assert network["sites"]["premises"].sum() == 2_600_000
    huawei = exchanges.filter(pl.col("maker") == "huawei")["premises"].sum()
    assert huawei / 2_600_000 == pytest.approx(0.44, abs=0.002)
    assert set(exchanges["maker"]) == {"huawei", "nokia", "adtran"}


def test_huawei_stands_in_the_core_of_bt_only(national: Tables) -> None:
    boards = national["installed"].join(
        national["parts"].filter(pl.col("technology") == "4G-CORE"), on="part_id"
    )
    huawei = boards.filter(pl.col("supplier_id") == "huawei")["site_id"].str.split("-").list[0]
    assert set(huawei) == {"ee"}


def test_vodafone_is_a_third_huawei(national: Tables) -> None:
    makers = dict(of_maker(national, "vodafone", "2G-3G-RAN")["maker"].value_counts().iter_rows())
    assert makers == {"huawei": 6_000, "ericsson": 12_000}


def test_three_has_huawei_5g_and_o2_little_of_it(national: Tables) -> None:
    assert set(of_maker(national, "three", "5G-RAN")["maker"]) == {"huawei"}
    makers = of_maker(national, "o2", "4G-RAN")["maker"]
    assert 0 < (makers == "huawei").mean() < 0.05


def test_about_3000_5g_sites_over_all_operators(national: Tables) -> None:
    counts = [of_maker(national, key, "5G-RAN").height for key in ("ee", "vodafone", "three", "o2")]
    assert sum(counts) == 3_000


def test_sharing_uses_every_position_and_pairs_the_operators(national: Tables) -> None:
    at = {
        key: set(mobile(national, key).select("latitude", "longitude", "name").rows())
        for key in ("ee", "vodafone", "three", "o2")
    }
    assert at["vodafone"] == at["o2"], "CTIL"
    assert at["three"] < at["ee"], "MBNL"
    assert len(at["ee"] | at["vodafone"]) == 29_004
    assert sum(len(each) for each in at.values()) > 29_004


def test_units_are_as_many_as_planned(operator: Tables, national: Tables) -> None:
    assert 200_000 <= operator["installed"]["quantity"].sum() <= 500_000
    assert 900_000 <= national["installed"]["quantity"].sum() <= 1_100_000


def test_radio_units_a_site_stay_in_the_planning_range(network: Tables) -> None:
    radios = network["parts"].filter(pl.col("name").str.starts_with("Radio unit"))
    at_site = (
        network["installed"]
        .join(radios, on="part_id", how="semi")
        .join(mobile(network, "ee"), on="site_id", how="semi")
        .group_by("site_id")
        .agg(pl.col("quantity").sum())
    )
    assert 7 <= at_site["quantity"].mean() <= 10
    assert at_site["quantity"].max() <= 15


def test_stock_is_two_to_five_percent_of_the_base(network: Tables) -> None:
    of_site = network["sites"].select("site_id", "operator_id")
    base = (
        network["installed"]
        .join(of_site, on="site_id")
        .group_by("operator_id", "part_id")
        .agg(pl.col("quantity").sum())
    )
    of_depot = network["depots"].select("depot_id", "operator_id")
    held = (
        network["stock"]
        .join(of_depot, on="depot_id")
        .group_by("operator_id", "part_id")
        .agg(pl.col("on_hand").sum())
    )
    both = base.join(held, on=["operator_id", "part_id"], how="left")
    assert both["on_hand"].null_count() == 0, "every installed part has a spare somewhere"
    low = both.filter(pl.col("on_hand") < pl.col("quantity") * 0.02 - 0.5)
    high = both.filter(pl.col("on_hand") > pl.max_horizontal(pl.col("quantity") * 0.05 + 0.5, 1))
    assert low.is_empty()
    assert high.is_empty()


def test_every_operator_has_one_centre_and_5_to_12_depots(national: Tables) -> None:
    depots = national["depots"]
    central = depots.filter(pl.col("parent_id").is_null())
    assert central.height == central["operator_id"].n_unique() == 4
    regional = depots.filter(pl.col("parent_id").is_not_null())
    counts = regional["operator_id"].value_counts()["count"]
    assert counts.is_between(5, 12).all()
    assert regional["parent_id"].is_in(central["depot_id"].to_list()).all()
