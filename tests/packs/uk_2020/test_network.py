"""The network keeps the data contract: columns, types, keys, references, the same bytes."""

from __future__ import annotations

import datetime as dt
import io

import polars as pl
import pytest
import yaml

from keepline import face
from keepline.model.check import Raw, check_tables
from keepline.model.inputs import INPUTS
from keepline.model.policy import policy_from
from keepline.model.problems import Problems
from keepline.model.scenario import scenario_from
from keepline.packs import uk_2020

Tables = dict[str, pl.DataFrame]


def as_bytes(tables: Tables) -> bytes:
    written = io.BytesIO()
    for name in sorted(tables):
        tables[name].write_csv(written)
    return written.getvalue()


def test_the_checker_finds_nothing_wrong(network: Tables) -> None:
    problems = Problems()
    raws = [
        Raw(name, f"{name}.parquet", frame, lambda found: [row + 2 for row in found])
        for name, frame in network.items()
    ]
    check_tables(raws, problems)
    assert [str(problem) for problem in problems] == []


def test_tables_and_columns_are_those_declared(network: Tables) -> None:
    assert list(network) == list(INPUTS)
    for name, schema in INPUTS.items():
        declared = {key: column.dtype for key, column in schema.columns().items()}
        assert dict(network[name].schema) == declared
        # a supplier here has one holder at most, which stands in suppliers; workshops are never
        # full, what is swapped when is for a plan to say, and nobody has reported yet
        empty = ("holdings", "workshops", "programme", "documents")
        assert network[name].is_empty() == (name in empty)


def test_no_cell_of_a_required_column_is_empty(network: Tables) -> None:
    for name, schema in INPUTS.items():
        for key, column in schema.columns().items():
            if not column.nullable:
                assert network[name][key].null_count() == 0, f"{name}.{key}"


def test_the_same_seed_gives_the_same_bytes(operator: Tables) -> None:
    assert as_bytes(uk_2020.build("operator")) == as_bytes(operator)
    assert as_bytes(uk_2020.build("operator", seed=7)) != as_bytes(operator)


def test_another_seed_still_meets_the_published_counts() -> None:
    other = uk_2020.build("operator", seed=7)
    assert other["sites"]["premises"].sum() == 2_600_000
    assert other["sites"].filter(pl.col("function") == "access").height == 20_300


def test_the_operator_is_the_same_in_both_sizes(operator: Tables, national: Tables) -> None:
    for name in ("sites", "stock", "depots"):
        ids = pl.col("depot_id").str.starts_with("ee-")
        assert national[name].filter(ids).equals(operator[name])
    ee = national["installed"].filter(pl.col("site_id").str.starts_with("ee-"))
    assert ee.equals(operator["installed"])


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="operator or national"):
        uk_2020.build("village")  # type: ignore[arg-type]


def test_parts_are_forty_or_more_of_many_makers(network: Tables) -> None:
    parts = network["parts"]
    assert parts.height >= 40
    assert parts["supplier_id"].n_unique() >= 4
    assert {"02351234", "4735E12"} <= set(parts["part_id"])
    assert (parts["weight"] > 0).all()


def test_every_part_has_figures_of_its_own_use(network: Tables) -> None:
    parts = network["parts"]
    assert parts["failures_per_year"].is_between(0.001, 0.05).all()
    assert parts["unit_cost"].is_between(50, 100_000).all()
    no_repair = parts.filter(pl.col("repair_share") == 0)
    assert no_repair["repairer_id"].null_count() == no_repair.height


def test_weights_never_exceed_what_the_units_carry(network: Tables) -> None:
    units = network["installed"].group_by("part_id").agg(pl.col("quantity").sum())
    layer = (
        network["parts"]
        .join(units, on="part_id")
        .with_columns(carried=pl.col("weight") * pl.col("quantity"))
    )
    total = network["sites"]["traffic"].sum()
    assert (layer["carried"] <= total * 1.001).all()
    radio = layer.filter(pl.col("technology").is_in(["2G-3G-RAN", "4G-RAN", "5G-RAN"]))
    assert radio["carried"].sum() < 2 * total, "radio and baseband each carry the mobile traffic"


def test_a_missing_baseband_hurts_more_than_a_radio_and_a_rectifier_least(network: Tables) -> None:
    weight = dict(network["parts"].select("part_id", "weight").iter_rows())
    assert weight["03057452"] > weight["02352406"] > weight["00241119.105"]


def test_spare_units_leave_one_in_service(network: Tables) -> None:
    installed = network["installed"]
    assert (installed["spare_in_place"] < installed["quantity"]).all()
    assert (installed["spare_in_place"] > 0).any()


def test_some_stock_is_the_makers(national: Tables) -> None:
    owned = national["stock"].filter(pl.col("owner").is_not_null())
    assert not owned.is_empty()
    assert owned["owner"].is_in(national["suppliers"]["supplier_id"].to_list()).all()


def needed_by(network: Tables, part_id: str) -> set[str]:
    needs = network["bom"].group_by("item_id").agg("needs_id").rows()
    below = dict(needs)
    found: set[str] = set()
    todo = [part_id]
    while todo:
        for item in below.get(todo.pop(), []):
            if item not in found:
                found.add(item)
                todo.append(item)
    return found


def test_the_us_measure_reaches_huaweis_parts_and_no_others(national: Tables) -> None:
    """A part is hit when TSMC makes a HiSilicon die for it: two-sided, by owner and origin."""
    reached = {
        part_id
        for part_id in national["parts"]["part_id"]
        if any(item.startswith("hisilicon-die") for item in needed_by(national, part_id))
    }
    huawei = national["parts"].filter(pl.col("supplier_id") == "huawei")
    passive = huawei.filter(pl.col("name").str.contains("chassis"))["part_id"]
    assert reached == set(huawei["part_id"]) - set(passive)
    ericsson = needed_by(national, "KRC-161-9240/2")
    assert "wafer-7nm" in ericsson, "the same foundry serves the others"
    assert {"hisilicon-die-7nm", "hisilicon-die-16nm"}.isdisjoint(ericsson)


def test_chains_are_several_tiers_deep(national: Tables) -> None:
    below = needed_by(national, "03058209")
    assert {"hisilicon-5g-soc", "hisilicon-die-7nm", "wafer-7nm", "lithography-tools"} <= below


def test_retaliation_can_bite_other_makers(national: Tables) -> None:
    chinese = set(national["sources"].filter(pl.col("country") == "CN")["item_id"])
    for part_id in ("4735E12", "KRD-901-9055/1", "68-9017-02", "1187990F1"):
        assert needed_by(national, part_id) & chinese


def test_shares_of_approved_sources_add_up_to_one(network: Tables) -> None:
    sums = network["sources"].filter("is_qualified").group_by("item_id").agg(pl.col("share").sum())
    assert (sums["share"] - 1).abs().max() < 1e-9
    assert not network["sources"]["is_qualified"].all()
    delivered = set(network["sources"]["item_id"])
    assert (
        set(network["components"]["component_id"]) | set(network["parts"]["part_id"]) == delivered
    )


def test_every_component_is_used(network: Tables) -> None:
    assert set(network["components"]["component_id"]) == set(network["bom"]["needs_id"])


def test_huawei_is_the_high_risk_vendor_and_owns_hisilicon(network: Tables) -> None:
    suppliers = network["suppliers"]
    assert suppliers.filter("is_high_risk")["supplier_id"].to_list() == ["huawei"]
    hisilicon = suppliers.row(by_predicate=pl.col("supplier_id") == "hisilicon", named=True)
    assert (hisilicon["owner_id"], hisilicon["owner_share"]) == ("huawei", 1.0)


def test_every_huawei_technology_of_an_operator_can_be_swapped(network: Tables) -> None:
    parts = network["parts"].select("part_id", "supplier_id", "technology")
    stands = (
        network["installed"]
        .join(parts.filter(pl.col("supplier_id") == "huawei"), on="part_id")
        .join(network["sites"].select("site_id", "operator_id"), on="site_id")
        .select("operator_id", "technology")
        .unique()
    )
    offers = network["swaps"].select("operator_id", "technology").unique()
    assert set(stands.rows()) == set(offers.rows())


def test_replacements_are_of_the_suppliers_that_swaps_name(network: Tables) -> None:
    maker = dict(network["parts"].select("part_id", "supplier_id").iter_rows())
    to_suppliers = set(network["swaps"]["to_supplier_id"])
    for part_id, by_part_id, ratio in network["replacements"].iter_rows():
        assert maker[part_id] == "huawei"
        assert maker[by_part_id] in to_suppliers
        assert ratio == 1.0


def test_crews_grow_and_cover_the_plan_without_a_gap(network: Tables) -> None:
    settings = uk_2020.settings("operator")
    for _, rows in network["crews"].group_by("region", "operator_id"):
        first, second = rows.sort("from").iter_rows(named=True)
        assert first["from"] == settings["start"]
        assert second["from"] - first["until"] == dt.timedelta(days=1)
        assert second["until"] == settings["end"]
        assert second["crew_days_per_quarter"] >= first["crew_days_per_quarter"]


def test_orders_arrive_within_the_plan(network: Tables) -> None:
    settings = uk_2020.settings("operator")
    assert (network["orders"]["due_on"] > settings["start"]).all()
    assert (network["orders"]["due_on"] <= settings["end"]).all()


def test_traffic_by_technology_adds_up_to_the_sites(network: Tables) -> None:
    split = network["traffic"].group_by("site_id").agg(pl.col("volume").sum())
    both = split.join(network["sites"], on="site_id")
    assert both.height == split.height
    assert (both["volume"] - both["traffic"]).abs().max() < 1e-5


@pytest.mark.parametrize("size", ["operator", "national"])
def test_settings_say_what_the_network_is(size: uk_2020.Size) -> None:
    settings = uk_2020.settings(size)
    assert settings["format"] == 1
    assert settings["currency"] == "GBP"
    assert settings["start"] == dt.date(2020, 6, 22)
    assert settings["end"] == dt.date(2023, 12, 31)
    assert "no operator's data" in str(settings["source"])
    assert yaml.safe_load(yaml.safe_dump(settings)) == settings


def test_the_scenario_reads_and_names_what_exists(network: Tables) -> None:
    scenario = scenario_from(yaml.safe_load(uk_2020.scenario()), uk_2020.SCENARIO)
    assert [event.event_id for event in scenario.events] == ["fdpr", "licence", "retaliation"]
    assert [event.probability for event in scenario.events] == [0.85, 0.25, 0.10]
    kinds = set(network["components"]["kind"])
    for event in scenario.events:
        assert event.hits is not None
        assert set(event.hits.kinds) <= kinds
    assert uk_2020.scenario().count("assumed") + uk_2020.scenario().count("Assumed") >= 3


@pytest.mark.parametrize("size", ["operator", "national"])
def test_the_policy_reads_and_its_rules_find_something(
    size: uk_2020.Size, national: Tables
) -> None:
    said = yaml.safe_load(uk_2020.policy(size))
    policy = policy_from(said, "policy.yaml", packs=face.rule_packs)
    assert policy.service.availability == 0.9995
    assert policy.service.confidence == 0.95
    technologies = set(national["parts"]["technology"])
    functions = set(national["sites"]["function"])
    caps = ("UK20-1", "UK20-2", "UK20-3")  # of the pack; its other rules speak of 5G cores too
    for rule in policy.rules:
        if rule.pack and rule.rule_id not in caps:
            continue
        where = rule.terms["where"]
        assert isinstance(where, dict)
        assert set(where.get("technology", [])) <= technologies
        assert where.get("function", "access") in functions


def test_policies_of_the_two_sizes_differ_in_budget_alone() -> None:
    one, four = (yaml.safe_load(uk_2020.policy(size)) for size in ("operator", "national"))
    assert one["rules"] == four["rules"]
    assert one["service"] == four["service"]
    assert four["budget"]["stock"] > one["budget"]["stock"] == 60_000_000


def test_stock_fits_into_its_depot(network: Tables) -> None:
    volume = network["parts"].select("part_id", "volume_m3")
    filled = (
        network["stock"]
        .join(volume, on="part_id")
        .group_by("depot_id")
        .agg(held=(pl.col("on_hand") * pl.col("volume_m3")).sum())
        .join(network["depots"], on="depot_id")
    )
    assert (filled["held"] <= filled["capacity_m3"]).all()
