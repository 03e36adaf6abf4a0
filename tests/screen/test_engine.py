"""Networks against lists: who is found by name, who by owners, and what hangs on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.screen.conftest import listed, network, screened

from keepline.model.decisions import Candidate, Decision
from keepline.model.screening import Hits, Screening
from keepline.screen import name_prints

if TYPE_CHECKING:
    from keepline.model.network import Network

HUAWEI = ("Huawei Technologies Co., Ltd.", "CN")
SUPPLIERS = [
    {"supplier_id": "h", "name": "华为技术有限公司", "aliases": "HWT; Hua Wei"},
    {"supplier_id": "hisi", "name": "HiSilicon", "owner_id": "h", "owner_share": 1.0},
    {"supplier_id": "futurewei", "name": "Futurewei Technologies Inc.", "country": "US",
     "owner_id": "h", "owner_share": 1.0},
    {"supplier_id": "e", "name": "Ericsson AB", "country": "SE"},
    {"supplier_id": "n", "name": "Nokia Oyj", "country": "FI"},
    {"supplier_id": "z", "name": "ZTE Corporation"},
    {"supplier_id": "hy", "name": "Shenzhen Huayi"},
]  # fmt: skip


def bands(found: Screening) -> dict[str, str]:
    return dict(found.screened.select("supplier_id", "band").iter_rows())


def test_only_the_listed_one_and_what_it_owns_are_found() -> None:
    found = screened(network(SUPPLIERS), listed(HUAWEI))
    assert bands(found) == {
        "h": "match", "hisi": "match", "futurewei": "match",
        "e": "clear", "n": "clear", "z": "clear", "hy": "clear",
    }  # fmt: skip
    through = dict(found.hits.select("supplier_id", "through").iter_rows())
    assert through["hisi"] == "h 100 % -> hisi"
    assert through["h"] is None
    assert "技术 means technologies" in found.hits.filter(supplier_id="h")["reasons"][0]


def test_hits_meet_their_declaration() -> None:
    found = screened(network(SUPPLIERS), listed(HUAWEI))
    Hits.validate(found.hits)
    assert found.lists == {"own": listed(HUAWEI).version}


def owned_by(share: float | None, *more: dict[str, object]) -> Screening:
    suppliers = [
        {"supplier_id": "h", "name": "Huawei"},
        {"supplier_id": "k", "name": "Huawei Technologies"},
        {"supplier_id": "mid", "name": "Quixo", "owner_id": "h", "owner_share": share},
        {"supplier_id": "low", "name": "Zabra", "owner_id": "mid", "owner_share": 0.6},
    ]
    if share is None:
        suppliers[2].pop("owner_share")
    return screened(network(suppliers, holdings=list(more)), listed(HUAWEI))


def test_half_is_enough_and_every_link_must_reach_it() -> None:
    assert bands(owned_by(0.5))["low"] == "match"
    assert bands(owned_by(0.49))["mid"] == "clear"
    assert bands(owned_by(0.49))["low"] == "clear"


def test_shares_of_listed_owners_add_up() -> None:
    more = {"supplier_id": "mid", "owner_id": "k", "share": 0.25}
    found = owned_by(0.25, more)
    assert bands(found)["mid"] == "match"
    rows = found.hits.filter(pl.col("through").is_not_null())
    shares = dict(rows.select("supplier_id", "owned_share").iter_rows())
    assert shares == pytest.approx({"mid": 0.5, "low": 0.3})


def test_a_share_that_is_not_recorded_is_reviewed_not_cleared() -> None:
    suppliers = [
        {"supplier_id": "h", "name": "Huawei"},
        {"supplier_id": "mid", "name": "Quixo"},
    ]
    holdings = [{"supplier_id": "mid", "owner_id": "h", "share": None}]
    found = screened(network(suppliers, holdings=holdings), listed(HUAWEI))
    assert bands(found)["mid"] == "review"
    hit = found.hits.filter(supplier_id="mid").row(0, named=True)
    assert (hit["through"], hit["owned_share"]) == ("h ? % -> mid", None)


def test_the_order_of_rows_changes_nothing() -> None:
    here = network(SUPPLIERS)
    rows = listed(HUAWEI, ("Nokla", "FI"), ("Ericson", "SE"), ("ZTE Kangxun", "CN"))
    mixed = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=3)
        for name, frame in here.tables.items()
    }
    one = screened(here, rows)
    other = screened(replace(here, tables=mixed), rows)
    assert one.hits.equals(other.hits)
    assert one.screened.equals(other.screened)


def test_a_country_that_differs_takes_a_match_to_review() -> None:
    suppliers = [{"supplier_id": "h", "name": "Huawei", "country": "US"}]
    found = screened(network(suppliers), listed(HUAWEI))
    hit = found.hits.row(0, named=True)
    assert (hit["band"], hit["country"]) == ("review", "differs")
    same = [{"supplier_id": "h", "name": "Huawei Technologies Co Ltd", "country": "US"}]
    assert bands(screened(network(same), listed(HUAWEI)))["h"] == "match"


STAKES = [
    {"part_id": "p1", "supplier_id": "h"},
    {"part_id": "p2", "supplier_id": "e"},
]  # fmt: skip


def staked() -> Network:
    return network(
        [*SUPPLIERS, {"supplier_id": "fab", "name": "Huawei Semiconductor"}],
        STAKES,
        installed=[
            {"site_id": "s0", "part_id": "p1", "quantity": 5},
            {"site_id": "s1", "part_id": "p1", "quantity": 7},
            {"site_id": "s2", "part_id": "p2", "quantity": 2},
        ],
        components=[
            {"component_id": "c1", "name": "c", "kind": "x"},
            {"component_id": "c2", "name": "c", "kind": "x"},
        ],
        bom=[
            {"item_id": "p2", "needs_id": "c1"},
            {"item_id": "c1", "needs_id": "c2"},
            {"item_id": "c2", "needs_id": "c1"},
        ],
        sources=[{"item_id": "c2", "supplier_id": "fab"}],
    )


def test_what_hangs_on_a_supplier_is_counted_through_all_tiers() -> None:
    found = screened(staked(), listed(HUAWEI)).screened
    stakes = {
        one[0]: one[1:] for one in found.select("supplier_id", "traffic", "units").iter_rows()
    }
    assert stakes["h"] == (11.0, 12)
    assert stakes["fab"] == (100.0, 2)  # a circle in the bill of material ends
    assert stakes["z"] == (0.0, 0)


def test_the_queue_begins_with_what_is_most_at_risk() -> None:
    hits = screened(staked(), listed(HUAWEI)).hits
    queue = hits.filter((pl.col("standing") == "open") & (pl.col("band") != "clear"))
    assert queue["supplier_id"].to_list()[:2] == ["fab", "h"]
    assert queue["traffic"].is_sorted(descending=True)
    assert hits.head(queue.height).equals(queue)


def decided(found: Screening, here: Network, supplier_id: str, said: str) -> Decision:
    hit = found.hits.filter(supplier_id=supplier_id).row(0, named=True)
    prints = name_prints(here["suppliers"])
    return Decision(
        Candidate(supplier_id, hit["list_id"], hit["entry_id"]), said, "a.planner",
        dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "seen the register", prints[supplier_id],
        found.prints[hit["list_id"], hit["entry_id"]], hit["list_version"], hit["name"],
        hit["entry"], hit["score"], hit["band"],
    )  # fmt: skip


def test_what_is_cleared_stays_cleared_and_frees_what_it_owns() -> None:
    here, rows = network(SUPPLIERS), listed(HUAWEI)
    cleared = decided(screened(here, rows), here, "h", "cleared")
    found = screened(here, rows, decisions=[cleared])
    assert bands(found)["h"] == "clear"
    assert bands(found)["hisi"] == "clear"
    again = screened(here, rows, decisions=[cleared, replace(cleared, said="withdrawn")])
    assert bands(again)["hisi"] == "match"


def test_what_is_confirmed_confirms_what_it_owns() -> None:
    here, rows = network(SUPPLIERS), listed(HUAWEI)
    found = screened(here, rows, decisions=[decided(screened(here, rows), here, "h", "confirmed")])
    stands = dict(found.hits.select("supplier_id", "standing").iter_rows())
    assert stands["h"] == stands["hisi"] == "confirmed"


@pytest.mark.parametrize("change", ["name", "entry", "nothing", "another entry"])
def test_it_is_asked_again_only_when_what_was_seen_has_changed(change: str) -> None:
    here, rows = network(SUPPLIERS), listed(HUAWEI)
    cleared = decided(screened(here, rows), here, "h", "cleared")
    if change == "name":
        here = network([{**SUPPLIERS[0], "aliases": "HWT; Hua Wei; Huawei"}, *SUPPLIERS[1:]])
    if change == "entry":
        cleared = replace(cleared, entry_print="another")
    if change == "another entry":
        rows = listed(HUAWEI, ("Someone Else", "RU"))
    hit = screened(here, rows, decisions=[cleared]).hits.filter(supplier_id="h").row(0, named=True)
    is_same = change in ("nothing", "another entry")
    assert hit["standing"] == ("cleared" if is_same else "ask again")
    assert ("changed since" in hit["reasons"]) is not is_same


def test_nothing_to_screen_or_to_screen_against() -> None:
    assert screened(network(SUPPLIERS)).hits.is_empty()
    assert set(bands(screened(network(SUPPLIERS))).values()) == {"clear"}
    none = network([])
    assert screened(none, listed(HUAWEI)).screened.is_empty()
