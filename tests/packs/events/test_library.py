"""Each dated event of the library loads, and does to a small graph what it is known to do.

The graph has one chain for every kind of goods that the events speak of. Two operators' worth of
places is not needed: what matters is who makes what, where, with whose technology, for whom.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import keepline as kl
from keepline.impact import find
from keepline.model.network import Network, complete
from keepline.model.scenario import check_against, scenario_from

if TYPE_CHECKING:
    from collections.abc import Iterable

LIBRARY = kl.library()
DAY = dt.timedelta(days=1)
#: Part, its maker, its component, who makes that, with whose technology.
CHAINS = (
    ("HW-FPGA", "hw", "fpga", "us-fab", "US"),
    ("HW-CHIP", "hw", "advanced-ic", "tsmc", "US"),
    ("HW-OPTICS", "hw", "optics", "jp-optics", "US"),
    ("HW-FAN", "hw", "fan", "tw-fan", "TW"),
    ("HALF-FPGA", "half-hw", "fpga", "us-fab", "US"),
    ("ZTE-FPGA", "zte", "fpga", "us-fab", "US"),
    ("NOKIA-CHIP", "nokia", "advanced-ic", "tsmc", "US"),
    ("NOKIA-GALLIUM", "nokia", "gallium", "cn-mine", "CN"),
    ("NOKIA-ANTIMONY", "nokia", "antimony", "cn-mine", "CN"),
    ("NOKIA-YTTRIUM", "nokia", "yttrium", "cn-mine", "CN"),
    ("NOKIA-MAGNET", "nokia", "rare-earth-material", "jp-magnets", "CN"),
    ("INSPUR-ACCELERATOR", "inspur", "advanced-computing-ic", "us-fab", "US"),
    ("INSPUR-HBM", "inspur", "hbm", "kr-memory", "US"),
    ("NOKIA-HBM", "nokia", "hbm", "kr-memory", "US"),
)
SUPPLIERS: dict[str, dict[str, Any]] = {
    "hw": {"country": "CN", "name": "Huawei Technologies Co., Ltd.", "aliases": "Huawei; HWT"},
    "half-hw": {"country": "CN", "owner_id": "hw", "owner_share": 0.5},
    "zte": {"country": "CN", "name": "ZTE Corporation"},
    "nokia": {"country": "FI"},
    "inspur": {"country": "CN"},
    "us-fab": {"country": "US"},
    "tsmc": {"country": "TW"},
    "jp-optics": {"country": "JP"},
    "tw-fan": {"country": "TW"},
    "cn-mine": {"country": "CN"},
    "jp-magnets": {"country": "JP"},
    "kr-memory": {"country": "KR"},
}


def graph(start: dt.date, operator: str = "GB") -> Network:
    components = sorted({(kind, maker) for _, _, kind, maker, _ in CHAINS})
    tables = {
        "operators": [{"operator_id": "o", "name": "o", "country": operator}],
        "suppliers": [{"supplier_id": one, "name": one, **said} for one, said in SUPPLIERS.items()],
        "parts": [
            {
                "part_id": part,
                "name": part,
                "supplier_id": maker,
                "technology": "IP" if maker == "nokia" else "5G-RAN",
                "unit_cost": 1000.0,
                "failures_per_year": 0.1,
                "repair_share": 0.5,
                "repairer_id": maker,
                "lead_days": 30.0,
            }
            for part, maker, *_ in CHAINS
        ],
        "components": [
            {"component_id": f"{kind}@{maker}", "name": "c", "kind": kind, "unit_cost": 10.0}
            for kind, maker in components
        ],
        "bom": [
            {"item_id": part, "needs_id": f"{kind}@{maker}"} for part, _, kind, maker, _ in CHAINS
        ],
        "sources": [
            {
                "item_id": f"{kind}@{maker}",
                "supplier_id": maker,
                "technology_origin": next(
                    origin for _, _, one, of, origin in CHAINS if (one, of) == (kind, maker)
                ),
            }
            for kind, maker in components
        ],
        "depots": [{"depot_id": "d", "ship_days": 0.0}],
        "sites": [{"site_id": "s", "region": "r", "function": "access", "depot_id": "d"}],
    }
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    end = start + dt.timedelta(days=3 * 365)
    return Network("n", "GBP", start, end, "", complete(frames))


def lost(
    names: Iterable[str],
    start: str,
    *,
    operator: str = "GB",
    mode: str = "supply",
    as_of: str | None = None,
) -> dict[str, str]:
    """Return the first day on which each part surely loses a mode, as text."""
    scenario = scenario_from({"name": "t", "library": list(names)}, library=lambda: LIBRARY)
    network = graph(dt.date.fromisoformat(start), operator)
    check_against(scenario, network).raise_if_any()
    if as_of:
        scenario = scenario.as_of(dt.date.fromisoformat(as_of))
    sure = find(network, scenario).losses.filter(pl.col("certainty") == "sure")
    days = sure.drop_nulls(f"{mode}_lost_on").select("part_id", f"{mode}_lost_on")
    return {part: day.isoformat() for part, day in days.iter_rows()}


def test_the_library_has_22_events_in_order_each_with_its_source():
    assert len(LIBRARY.entries) == 22
    days = [entry.on for entry in LIBRARY.entries.values()]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (dt.date(2018, 4, 15), dt.date(2026, 3, 23))
    assert all(entry.source and entry.what for entry in LIBRARY.entries.values())


@pytest.mark.parametrize("name", LIBRARY.entries)
def test_each_event_loads_alone_and_is_unknown_the_day_before(name):
    entry = LIBRARY.entries[name]
    scenario = scenario_from({"name": "t", "library": [name]}, library=lambda: LIBRARY)
    mine = [rule for rule in scenario.rules if rule.place[1] == name]
    changes = [one for rule in scenario.rules for one in rule.amendments]
    assert mine or changes
    assert all(rule.known_on and rule.known_on >= entry.on for rule in mine)
    before = scenario.as_of(entry.on - DAY)
    assert [rule for rule in before.rules if rule.place[1] == name] == []
    assert all(one.known_on < entry.on for rule in before.rules for one in rule.amendments)


def test_zte_is_denied_in_april_2018_and_no_longer_in_july():
    assert lost(["us-zte-2018-04"], "2018-03-01") == {"ZTE-FPGA": "2018-04-15"}
    assert lost(["us-zte-2018-04"], "2018-07-13") == {}
    assert lost(["us-zte-2018-04"], "2018-07-12") == {"ZTE-FPGA": "2018-07-12"}
    # for a month existing networks were served
    assert lost(["us-zte-2018-04"], "2018-06-30", mode="repair") == {"ZTE-FPGA": "2018-06-30"}
    assert lost(["us-zte-2018-04"], "2018-07-02", mode="repair") == {}
    # in May 2018 nobody knew of the end
    assert lost(["us-zte-2018-04"], "2018-08-01", as_of="2018-05-01") == {"ZTE-FPGA": "2018-08-01"}


def test_huawei_loses_us_goods_in_may_2019_and_what_it_half_owns_does_not():
    assert lost(["us-huawei-2019-05"], "2019-05-01") == {"HW-FPGA": "2019-05-16"}
    for mode in ("repair", "software"):
        assert lost(["us-huawei-2019-05"], "2019-05-01", mode=mode) == {"HW-FPGA": "2019-05-16"}


TGL = ("us-tgl-2019-05", "us-huawei-2019-08", "us-tgl-2019-11", "us-fdpr-2020-08")


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        ("2019-05-20", "2019-08-19"),
        ("2019-08-18", "2019-08-19"),
        ("2019-08-19", "2019-11-18"),
        ("2019-11-17", "2019-11-18"),
        ("2019-11-18", "2020-02-16"),
        ("2020-02-12", "2020-02-16"),
        ("2020-02-13", "2020-04-01"),
        ("2020-03-10", "2020-05-15"),
        ("2020-05-15", "2020-08-13"),
        ("2020-08-16", "2020-08-13"),
        ("2020-08-17", "2020-08-13"),
    ],
)
def test_the_general_licence_ends_later_each_time_as_each_day_knew_it(as_of, last):
    end = dt.date.fromisoformat(last) + DAY
    for mode in ("repair", "software"):
        found = lost(TGL, "2019-05-20", mode=mode, as_of=as_of)
        assert found["HW-FPGA"] == end.isoformat()
    # new supply is not what it was for
    assert lost(TGL, "2019-05-20", as_of=as_of)["HW-FPGA"] == "2019-05-20"


def test_the_first_licence_is_for_90_days_and_without_it_nothing_is_served():
    assert dt.date(2019, 5, 20) + dt.timedelta(days=91) == dt.date(2019, 8, 19)
    before = lost(TGL, "2019-05-17", mode="repair", as_of="2019-05-19")
    assert before == {"HW-FPGA": "2019-05-17"}


def test_each_extension_of_2019_08_and_2019_11_moves_the_end():
    assert lost(["us-tgl-2019-05"], "2019-06-01", mode="repair")["HW-FPGA"] == "2019-08-20"
    assert lost(["us-huawei-2019-08"], "2019-06-01", mode="repair")["HW-FPGA"] == "2019-11-19"
    assert lost(["us-tgl-2019-11"], "2019-06-01", mode="repair")["HW-FPGA"] == "2020-08-14"


def test_the_rule_on_chips_of_may_2020_lets_what_is_in_production_leave():
    found = lost(["us-fdpr-2020-05"], "2020-05-01")
    assert found == {"HW-CHIP": "2020-09-15"}
    alone = lost(["us-fdpr-2020-05"], "2020-09-14")
    assert alone == {"HW-CHIP": "2020-09-15"}


def test_the_rule_of_august_2020_takes_in_all_that_is_made_with_us_technology():
    names = ["us-fdpr-2020-08"]
    listed = {"HW-FPGA": "2020-08-01"}
    both = {"HW-CHIP": "2020-09-15", "HW-OPTICS": "2020-09-15"}
    assert lost(names, "2020-08-01") == {**listed, **both}
    july = lost(names, "2020-08-01", as_of="2020-07-31")
    assert july == {**listed, "HW-CHIP": "2020-09-15"}
    # a fan without US technology goes on, and so does another maker's chip
    assert not {"HW-FAN", "NOKIA-CHIP"} & set(lost(names, "2021-01-01"))


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("uk-2020-01", {"cap", "removal_deadline"}),
        ("uk-2020-07", {"purchase_ban", "removal_deadline"}),
        ("uk-2020-11", {"installation_ban"}),
        ("us-fcc-list-2021-03", {"enabling_act"}),
        ("uk-tsa-2021-11", {"enabling_act"}),
        ("uk-dvd-2022-10", {"installation_ban", "removal_deadline", "cap"}),
    ],
)
def test_rules_on_what_stands_are_kept_and_take_no_supply(name, kinds):
    rules = LIBRARY.rules_of([name])
    assert {rule.kind for rule in rules} == kinds
    assert lost([name], "2020-01-01") == {}


def test_deadlines_of_the_british_rules_are_those_of_the_texts():
    said = {rule.rule_id: rule.values for rule in LIBRARY.rules_of(LIBRARY.entries)}
    assert said["uk-access-cap"]["at_most"] == 0.35
    assert said["uk-access-cap"]["by"] == dt.date(2023, 1, 28)
    assert said["uk-purchase-ban"]["effective"] == dt.date(2020, 12, 31)
    assert said["uk-removal"]["by"] == said["uk-dvd-removal"]["by"] == dt.date(2027, 12, 31)
    assert said["uk-dvd-core"]["by"] == dt.date(2023, 12, 31)
    assert said["uk-dvd-core"]["wherever_possible"] == dt.date(2023, 1, 28)
    assert said["uk-dvd-fibre"]["by"] == dt.date(2023, 10, 31)


def test_the_rule_of_october_2022_stops_us_computing_chips_for_china():
    assert lost(["us-chips-2022-10"], "2022-09-01") == {"INSPUR-ACCELERATOR": "2022-10-07"}


@pytest.mark.parametrize(
    ("name", "rule_id", "hit"),
    [
        ("us-fcc-auth-2022-11", "us-authorisation-ban",
         {"HW-FPGA", "HW-CHIP", "HW-OPTICS", "HW-FAN", "ZTE-FPGA"}),
        ("us-fcc-routers-2026-03", "us-router-ban",
         {part for part, maker, *_ in CHAINS if maker == "nokia"}),
    ],
)  # fmt: skip
def test_us_authorisation_bans_stop_new_models_alone(name, rule_id, hit):
    start = LIBRARY.entries[name].on.isoformat()
    assert lost([name], start, operator="US") == {}
    # what they would reach if they were of all models
    (rule,) = [one for one in LIBRARY.rules_of([name]) if one.rule_id == rule_id]
    entry = LIBRARY.entries[name]
    every = {key: value for key, value in rule.values.items() if key != "applies_to"}
    if "parties" in every:
        every["parties"] = ["huawei", "zte corporation"]
    scenario = scenario_from({"name": "t", "rules": [every]})
    found = find(graph(entry.on, "US"), scenario).losses
    assert set(found["part_id"]) == hit
    assert len(find(graph(entry.on, "GB"), scenario).losses) == 0


def test_gallium_and_germanium_need_licences_from_august_2023():
    assert lost(["cn-gallium-2023-07"], "2023-07-01") == {"NOKIA-GALLIUM": "2023-08-01"}
    assert lost(["cn-gallium-2023-07"], "2023-07-01", as_of="2023-07-02") == {}


def test_memory_for_china_is_stopped_at_the_end_of_2024():
    found = lost(["us-chips-2024-12"], "2024-12-01")
    assert found == {"INSPUR-HBM": "2024-12-31"}


def test_the_chinese_ban_for_the_us_is_suspended_for_a_year():
    name = ["cn-gallium-2024-12"]
    for operator, hit in (("US", {"NOKIA-GALLIUM", "NOKIA-ANTIMONY"}), ("GB", set())):
        assert set(lost(name, "2025-01-01", operator=operator)) == hit
    assert set(lost(name, "2025-11-09", operator="US").values()) == {"2026-11-28"}
    known = lost(name, "2025-11-09", operator="US", as_of="2025-11-08")
    assert set(known.values()) == {"2025-11-09"}


def test_seven_rare_earths_need_licences_at_once():
    assert lost(["cn-rare-earths-2025-04"], "2025-03-01") == {"NOKIA-YTTRIUM": "2025-04-04"}


def test_from_september_2025_listings_reach_companies_held_by_half():
    name = ["us-affiliates-2025-09"]
    found = lost(name, "2025-09-01")
    assert found == {"HW-FPGA": "2025-09-01", "HALF-FPGA": "2025-09-29"}
    assert lost(name, "2025-11-10")["HALF-FPGA"] == "2026-11-10"
    assert lost(name, "2025-11-10", as_of="2025-11-09")["HALF-FPGA"] == "2025-11-10"
    assert "HALF-FPGA" not in lost(name, "2025-09-01", as_of="2025-09-28")


def test_chinese_rules_abroad_are_known_in_october_2025_and_suspended_in_november():
    name = ["cn-controls-2025-10"]
    assert lost(name, "2025-10-01", as_of="2025-10-09") == {"NOKIA-MAGNET": "2025-12-01"}
    assert lost(name, "2025-10-01", as_of="2025-10-08") == {}
    assert lost(name, "2025-10-01") == {"NOKIA-MAGNET": "2026-11-11"}


def test_chinese_content_of_a_thousandth_is_enough():
    (rule,) = [one for one in LIBRARY.rules_of(["cn-controls-2025-10"]) if one.kind == "de_minimis"]
    network = graph(dt.date(2025, 12, 1))
    ore = {"component_id": "ore", "name": "ore", "kind": "ore"}
    more = {
        "components": [{**ore, "unit_cost": 0.01}],
        "bom": [{"item_id": "rare-earth-material@jp-magnets", "needs_id": "ore"}],
        "sources": [{"item_id": "ore", "supplier_id": "cn-mine"}],
    }
    tables = dict(network.tables)
    for table, rows in more.items():
        added = complete({table: pl.DataFrame(rows)})[table]
        tables[table] = pl.concat([tables[table], added])
    values = {key: value for key, value in rule.values.items() if key != "suspended"}
    scenario = scenario_from({"name": "t", "rules": [values]})
    # a cent of ore in a magnet of ten: exactly the thousandth
    assert set(find(replace(network, tables=tables), scenario).losses["part_id"]) == {
        "NOKIA-MAGNET"
    }
    assert len(find(network, scenario).losses) == 0


def test_all_of_them_together_stand_in_one_scenario_with_one_branch():
    scenario = scenario_from({"name": "t", "library": "all"}, library=lambda: LIBRARY)
    network = graph(dt.date(2019, 5, 1))
    notices = check_against(scenario, network)
    notices.raise_if_any()
    absent = {one.value for one in notices if one.code == "IN-356"}
    assert {"germanium", "superhard-material", "scandium"} <= absent
    assert not {"huawei", "zte", "gallium", "hbm"} & absent
    found = find(network, scenario)
    assert len(found.branches) == 1
    assert {"HW-FPGA", "HW-CHIP", "HW-OPTICS"} <= set(found.losses["part_id"])
    assert len(scenario.as_of(dt.date(2018, 4, 14)).events) == 0


def test_an_entry_pulls_in_what_it_builds_on():
    taken = LIBRARY.with_all_named(["us-tgl-2019-11"])
    assert taken == ("us-huawei-2019-05", "us-tgl-2019-05", "us-tgl-2019-11")


def test_what_became_of_an_event_is_told_when_it_was_known():
    entry = LIBRARY.entries["us-tgl-2019-11"]
    assert entry.told(dt.date(2020, 2, 12)) == entry.what
    assert entry.told(dt.date(2020, 2, 13)).endswith("to 1 April 2020")
    assert entry.told().endswith("to 13 August 2020")
