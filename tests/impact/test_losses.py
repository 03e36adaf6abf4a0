from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from keepline.impact import Impact
from keepline.model.network import Network
from keepline.model.results import RESULTS

Make = Callable[..., Network]
Find = Callable[..., Impact]

FDPR = {
    "id": "fdpr",
    "from": "2020-09-14",
    "hits": {
        "suppliers": ["huawei"],
        "owned_share": 0.5,
        "kinds": ["advanced-ic"],
        "technology_origin": ["US"],
    },
    "effect": {"supply": "stop", "repair": {"stop_after_days": 180}, "software": "stop"},
}
CUT = {
    "id": "cut",
    "from": "2020-07-02",
    "hits": {"suppliers": ["x"]},
    "effect": {"supply": "stop"},
}
TIERS: dict[str, Any] = {
    "parts": {
        "H1": {"supplier_id": "huawei", "repair_share": 0.8, "repairer_id": "huawei"},
        "N1": {"supplier_id": "nokia", "repair_share": 0.8, "repairer_id": "nokia"},
    },
    "suppliers": {"huawei": "CN", "nokia": "FI", "tsmc": "TW", "memco": "KR"},
    "components": {"ic": "advanced-ic", "board": "board", "ddr": "memory"},
    "bom": [("H1", "board"), ("N1", "board"), ("board", "ic"), ("H1", "ddr"), ("N1", "ddr")],
    "sources": [
        {"item_id": "ic", "supplier_id": "tsmc", "technology_origin": "US; NL"},
        {"item_id": "board", "supplier_id": "memco", "technology_origin": "KR"},
        {"item_id": "ddr", "supplier_id": "memco", "technology_origin": "KR"},
    ],
}


def lost(found: Impact, part: str, branch: str = "b1") -> dict[str, Any]:
    rows = found.losses.filter(part_id=part, branch_id=branch).to_dicts()
    return rows[0] if rows else {}


def steps(found: Impact, part: str, mode: str = "supply") -> list[tuple[dt.date, float]]:
    rows = found.cuts.filter(part_id=part, mode=mode, branch_id="b1")
    return list(rows.select("from_on", "share_left").iter_rows())


def test_a_rule_on_a_listed_party_cuts_what_is_made_for_it_and_not_for_others(
    make: Make, impact: Find
) -> None:
    found = impact(make(**TIERS), FDPR)
    row = lost(found, "H1")
    assert row["supply_lost_on"] == dt.date(2020, 9, 14)
    assert row["repair_lost_on"] == dt.date(2021, 3, 13)
    assert row["software_lost_on"] == dt.date(2020, 9, 14)
    assert row["path"] == "fdpr -> tsmc -> ic -> memco -> board -> huawei -> H1"
    assert (row["event_id"], row["share_lost"], row["certainty"]) == ("fdpr", 1.0, "sure")
    assert lost(found, "N1") == {}
    assert found.cuts["part_id"].unique().to_list() == ["H1"]


def test_every_table_meets_its_declaration(make: Make, impact: Find) -> None:
    event = {**FDPR, "probability": 0.5}
    for found in (impact(make(**TIERS), event), impact(make(**TIERS))):
        for name in ("branches", "losses", "cuts", "exposure"):
            RESULTS[name].validate(getattr(found, name))


def test_what_a_listed_party_owns_counts_through_chains(make: Make, impact: Find) -> None:
    def found(shares: tuple[float | None, float | None], owned_share: float | None) -> Impact:
        suppliers = {
            "x": "CN",
            "sub": {"country": "CN", "owner_id": "x", "owner_share": shares[0]},
            "subsub": {"country": "DE", "owner_id": "sub", "owner_share": shares[1]},
        }
        network = make({"P": {"supplier_id": "subsub"}}, suppliers)
        hits = {"suppliers": ["x"], "owned_share": owned_share, "items": ["P"]}
        return impact(network, {**CUT, "hits": {k: v for k, v in hits.items() if v}})

    assert lost(found((0.5, 0.6), 0.5), "P")["certainty"] == "sure"
    assert lost(found((0.49, 1.0), 0.5), "P") == {}
    assert lost(found((1.0, 1.0), None), "P") == {}
    assert lost(found((None, 0.6), 0.5), "P")["certainty"] == "unknown"


def test_suppliers_not_spares_a_party_and_what_is_made_for_it(make: Make, impact: Find) -> None:
    retaliation = {
        "id": "retaliation",
        "from": "2020-12-01",
        "hits": {"countries": ["KR"], "suppliers_not": ["huawei"]},
        "effect": {"supply": {"capacity": 0.5, "lead_days": 1.5, "price": 1.2}},
    }
    found = impact(make(**TIERS), retaliation)
    assert lost(found, "H1") == {}
    assert lost(found, "N1")["share_lost"] == 0.5
    # the lead time is carried to the part, the price of a component is not
    assert found.cuts.select("lead_factor", "price_factor").row(0) == (1.5, 1.0)


def test_a_price_and_a_lead_without_a_loss_are_cuts_and_no_losses(make: Make, impact: Find) -> None:
    tariff = {**CUT, "effect": {"supply": {"price": 1.25, "lead_days": 2}}}
    found = impact(make({"P": {"supplier_id": "x"}}, {"x": "CN"}), tariff)
    assert found.losses.is_empty()
    assert found.cuts.row(0)[3:] == (dt.date(2020, 7, 2), 1.0, 2.0, 1.25)


def test_the_share_that_is_lost_is_the_share_lost(make: Make, impact: Find) -> None:
    shares = [
        {"item_id": "P", "supplier_id": "x", "share": 0.6},
        {"item_id": "P", "supplier_id": "y", "share": 0.4},
    ]
    network = make({"P": {"supplier_id": "x"}}, {"x": "CN", "y": "DE"}, sources=shares)
    event = {**CUT, "hits": {"suppliers": ["x"], "items": ["P"]}}
    assert lost(impact(network, event), "P")["share_lost"] == pytest.approx(0.6)
    alone = [{"item_id": "P", "supplier_id": "x"}, {"item_id": "P", "supplier_id": "y"}]
    network = make({"P": {"supplier_id": "x"}}, {"x": "CN", "y": "DE"}, sources=alone)
    assert lost(impact(network, event), "P") == {}


def test_what_sources_leave_open_comes_from_the_manufacturer(make: Make, impact: Find) -> None:
    shares = [{"item_id": "P", "supplier_id": "y", "share": 0.4}]
    network = make({"P": {"supplier_id": "x"}}, {"x": "CN", "y": "DE"}, sources=shares)
    event = {**CUT, "hits": {"suppliers": ["x"], "items": ["P"]}}
    assert lost(impact(network, event), "P")["share_lost"] == pytest.approx(0.6)


def test_finished_stock_and_approval_bridge_a_loss(make: Make, impact: Find) -> None:
    sources = [
        {"item_id": "P", "supplier_id": "maker", "buffer_days": 60.0},
        {"item_id": "c", "supplier_id": "x"},
        {
            "item_id": "c",
            "supplier_id": "y",
            "share": 0.5,
            "is_qualified": False,
            "qualification_days": 90.0,
        },
    ]
    network = make(
        {"P": {"supplier_id": "maker"}},
        {"maker": "FI", "x": "CN", "y": "DE"},
        {"c": "board"},
        [("P", "c")],
        sources,
    )
    # cut on day 10; the stock of 60 days holds until day 70; from day 100 half comes from y
    assert steps(impact(network, CUT), "P") == [
        (dt.date(2020, 6, 22) + dt.timedelta(days=70), 0.0),
        (dt.date(2020, 6, 22) + dt.timedelta(days=100), 0.5),
    ]


def test_an_end_and_a_suspension_bring_supply_back(make: Make, impact: Find) -> None:
    network = make({"P": {"supplier_id": "x"}}, {"x": "CN"})
    pauses = [{"from": "2020-08-01", "until": "2020-08-31"}]
    event = {**CUT, "suspended": pauses, "until": "2020-12-31"}
    assert steps(impact(network, event), "P") == [
        (dt.date(2020, 7, 2), 0.0),
        (dt.date(2020, 8, 1), 1.0),
        (dt.date(2020, 9, 1), 0.0),
        (dt.date(2021, 1, 1), 1.0),
    ]


def test_a_cut_before_the_plan_is_in_force_from_its_first_day(make: Make, impact: Find) -> None:
    network = make({"P": {"supplier_id": "x"}}, {"x": "CN"})
    event = {**CUT, "from": "2020-06-21"}
    assert steps(impact(network, event), "P") == [(dt.date(2020, 6, 22), 0.0)]
    # the days until a stop count from the event, not from the plan
    slow = {**CUT, "from": "2020-06-12", "effect": {"supply": {"stop_after_days": 15}}}
    assert steps(impact(network, slow), "P") == [(dt.date(2020, 6, 27), 0.0)]


def test_the_least_of_several_events_holds(make: Make, impact: Find) -> None:
    network = make({"P": {"supplier_id": "x"}}, {"x": "CN"})
    mild = {**CUT, "id": "mild", "from": "2020-08-01", "effect": {"supply": {"capacity": 0.7}}}
    hard = {**CUT, "effect": {"supply": {"capacity": 0.4}}}
    found = impact(network, mild, hard)
    assert steps(found, "P") == [(dt.date(2020, 7, 2), 0.4)]
    assert lost(found, "P")["event_id"] == "cut"


def test_repair_by_the_own_workshop_needs_components_and_no_company(
    make: Make, impact: Find
) -> None:
    parts = {
        "own": {"supplier_id": "huawei", "repair_share": 0.5},
        "sent": {"supplier_id": "huawei", "repair_share": 0.5, "repairer_id": "huawei"},
        "scrapped": {"supplier_id": "huawei", "repair_share": 0.0},
    }
    bom = [(part, "ic") for part in parts]
    network = make(**{**TIERS, "parts": parts, "bom": bom})
    found = impact(network, FDPR)
    assert lost(found, "own")["repair_lost_on"] is None
    assert lost(found, "sent")["repair_lost_on"] == dt.date(2021, 3, 13)
    assert lost(found, "scrapped")["repair_lost_on"] is None
    no_chips = {
        "id": "fire",
        "from": "2020-07-02",
        "hits": {"suppliers": ["tsmc"]},
        "effect": {"repair": "stop"},
    }
    row = lost(impact(network, no_chips), "own")
    assert row["repair_lost_on"] == dt.date(2020, 7, 2)
    assert row["supply_lost_on"] is None
    assert row["path"] == "fire -> tsmc -> ic -> repair by own workshop -> own"
    assert row["share_lost"] == 0.0


def test_what_is_not_recorded_is_unknown_and_never_safe(make: Make, impact: Find) -> None:
    # no bill of material
    found = impact(make(**{**TIERS, "bom": []}), FDPR)
    assert lost(found, "H1")["certainty"] == "unknown"
    assert lost(found, "H1")["path"] == (
        "fdpr -> unknown supplier -> bill of material not recorded -> huawei -> H1"
    )
    assert found.cuts.is_empty()
    assert found.exposure["units_lost"].sum() == 0
    # a source whose technology is not recorded
    sources = [{**TIERS["sources"][0], "technology_origin": None}, *TIERS["sources"][1:]]
    found = impact(make(**{**TIERS, "sources": sources}), FDPR)
    assert lost(found, "H1")["certainty"] == "unknown"
    assert lost(found, "N1") == {}
    # a component that nobody is recorded to deliver
    found = impact(make(**{**TIERS, "sources": TIERS["sources"][1:]}), FDPR)
    assert lost(found, "H1")["certainty"] == "unknown"


def test_the_share_that_is_not_recorded_is_unknown(make: Make, impact: Find) -> None:
    network = make(
        {"P": {"supplier_id": "y"}},
        {"x": "CN", "y": "DE"},
        {"c": "board"},
        [("P", "c")],
        [{"item_id": "c", "supplier_id": "y", "share": 0.7}],
    )
    row = lost(impact(network, {**CUT, "hits": {"countries": ["CN"]}}), "P")
    assert (row["certainty"], row["share_lost"]) == ("unknown", pytest.approx(0.3))


def test_selectors_of_items_technologies_and_countries(make: Make, impact: Find) -> None:
    parts = {
        "A": {"supplier_id": "x", "technology": "5G-RAN"},
        "B": {"supplier_id": "x", "technology": "FTTP"},
        "C": {"supplier_id": "y", "technology": "FTTP"},
    }
    bom = [(part, "c") for part in parts]
    sources = [
        {"item_id": "c", "supplier_id": "y"},
        {"item_id": "C", "supplier_id": "y", "country": "VN"},
    ]
    network = make(parts, {"x": "CN", "y": "DE"}, {"c": "board"}, bom, sources)

    def hit(**hits: Any) -> list[str]:
        return impact(network, {**CUT, "hits": hits}).losses["part_id"].to_list()

    assert hit(technologies=["FTTP"]) == ["B", "C"]
    assert hit(technologies=["FTTP"], suppliers=["x"]) == ["B"]
    assert hit(items=["A"]) == ["A"]
    assert hit(items=["c"], suppliers=["x"]) == ["A", "B"]
    assert hit(countries=["CN"]) == ["A", "B"]
    assert hit(countries=["VN"]) == ["C"]
    assert hit(kinds=["board"], countries=["DE"]) == ["A", "B", "C"]


def test_exposure_counts_units_that_lose_supply(make: Make, impact: Find) -> None:
    installed = [("s1", "H1", 3), ("s1", "N1", 4), ("s2", "N1", 5)]
    found = impact(make(**TIERS, installed=installed), FDPR)
    told = found.exposure.select("site_id", "units", "units_lost").rows()
    assert told == [("s1", 7, 3), ("s2", 5, 0)]


def test_a_branch_without_a_loss_has_no_rows(make: Make, impact: Find) -> None:
    found = impact(make(**TIERS), {**FDPR, "probability": 0.8})
    assert found.branches["probability"].to_list() == pytest.approx([0.8, 0.2])
    assert found.losses["branch_id"].to_list() == ["b1"]
    beyond = impact(make(**TIERS), {**FDPR, "from": "2022-06-22"})
    assert beyond.losses.is_empty()
    assert beyond.cuts.is_empty()


def test_the_order_of_rows_changes_nothing(make: Make, impact: Find) -> None:
    installed = [("s1", "H1", 3), ("s2", "N1", 5)]
    event = {**FDPR, "hits": {"technology_origin": ["US"]}}
    whole = make(**TIERS, installed=installed)
    tables = {
        name: frame if name == "sites" else frame.reverse() for name, frame in whole.tables.items()
    }
    turned = Network("t", "GBP", whole.start, whole.end, "", tables)
    first, second = impact(whole, event), impact(turned, event)
    assert first.losses.height == 2
    for name in ("branches", "losses", "cuts", "exposure"):
        assert getattr(first, name).equals(getattr(second, name)), name


def test_more_than_a_word_of_events_are_told_apart(make: Make, impact: Find) -> None:
    suppliers = {f"x{number}": "CN" for number in range(70)}
    parts = {f"P{number:02}": {"supplier_id": f"x{number}"} for number in range(70)}
    events = [
        {**CUT, "id": f"cut{number}", "hits": {"suppliers": [f"x{number}"], "items": [part]}}
        for number, part in enumerate(parts)
    ]
    found = impact(make(parts, suppliers), *events)
    assert found.losses.filter(certainty="sure")["part_id"].to_list() == list(parts)
    assert found.losses["event_id"].to_list() == [event["id"] for event in events]


def test_unknown_rows_never_stand_beside_sure_ones(make: Make, impact: Find) -> None:
    found = impact(make(**{**TIERS, "bom": TIERS["bom"][:3]}), {**FDPR, "probability": 0.3})
    keys = found.losses.select("part_id", "branch_id")
    assert keys.is_unique().all()
    assert isinstance(found.losses, pl.DataFrame)


def test_a_sure_loss_waits_for_stock_that_a_missing_fact_may_spare(
    make: Make, impact: Find
) -> None:
    # each of two sources is enough; what both need is gone on the first day. A rule that halves
    # their deliveries, if it hits them, makes 90 days of stock last 180 and nobody goes short
    stop = {**CUT, "from": "2020-06-22"}
    halving = {
        "id": "halving",
        "from": "2020-06-22",
        "hits": {"items": ["ic"], "technology_origin": ["US"]},
        "effect": {"supply": {"capacity": 0.5}},
    }

    def found(origin: str | None) -> Impact:
        source = {"item_id": "ic", "buffer_days": 90.0, "technology_origin": origin}
        network = make(
            {"P": {"supplier_id": "own"}},
            {"own": "FI", "one": "KR", "other": "KR", "x": "CN"},
            {"ic": "ic", "die": "die"},
            [("P", "ic"), ("ic", "die")],
            [
                {**source, "supplier_id": "one"},
                {**source, "supplier_id": "other"},
                {"item_id": "die", "supplier_id": "x", "technology_origin": "KR"},
            ],
        )
        return impact(network, stop, halving)

    after_90, after_180 = dt.date(2020, 9, 20), dt.date(2020, 12, 19)
    assert steps(found("KR"), "P") == [(after_90, 0.0)]
    assert steps(found("US"), "P") == [(after_180, 0.0)]
    # without the fact only the later day is sure
    assert steps(found(None), "P") == [(after_180, 0.0)]
    assert lost(found(None), "P")["certainty"] == "sure"
