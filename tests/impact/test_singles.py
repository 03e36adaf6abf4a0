"""Every single loss on networks so small that the answer is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from scipy import stats

from keepline.impact import Singles, find_singles
from keepline.model import arrays
from keepline.model.network import Network
from keepline.model.results import RESULTS

Make = Callable[..., Network]

# P needs ic, which a and b make; Q needs board, which a alone makes
TWO: dict[str, Any] = {
    "parts": {"P": {"supplier_id": "p"}, "Q": {"supplier_id": "q"}},
    "suppliers": {"p": "FI", "q": "SE", "a": "TW", "b": "TW"},
    "components": {"ic": "advanced-ic", "board": "board"},
    "bom": [("P", "ic"), ("Q", "board")],
    "sources": [
        {"item_id": "ic", "supplier_id": "a", "share": 1.0, "technology_origin": "US; NL"},
        {"item_id": "ic", "supplier_id": "b", "share": 1.0, "technology_origin": "US"},
        {"item_id": "board", "supplier_id": "a", "share": 1.0, "technology_origin": "KR"},
        {"item_id": "P", "supplier_id": "p", "share": 1.0, "buffer_days": 40.0},
    ],
    "installed": [("s1", "P", 10), ("s1", "Q", 1), ("s2", "P", 5)],
}


def look(network: Network, worst: int = 99, pairs: bool = False) -> Singles:
    found = find_singles(network, arrays.pools(network), worst, 0.95, pairs)
    for name in ("single_losses", "single_losses_parts", "pair_losses", "unmapped"):
        RESULTS[name].validate(getattr(found, name))
    return found


def row(found: Singles, kind: str, label: str) -> dict[str, Any]:
    rows = found.single_losses.filter(kind=kind, label=label).to_dicts()
    return rows[0] if rows else {}


def part(found: Singles, kind: str, label: str, part_id: str) -> dict[str, Any]:
    return found.single_losses_parts.filter(kind=kind, label=label, part_id=part_id).to_dicts()[0]


def test_two_sources_are_no_single_loss_but_their_pair_is(make: Make) -> None:
    found = look(make(**TWO), pairs=True)
    lost = found.single_losses_parts.filter(
        pl.col("supply_lost_days").is_not_null(), certainty="sure"
    )
    takes_p = lost.filter(pl.col("part_id") == "P").select("kind", "label").rows()
    # the maker itself with its country and site, both sources' country, and their technology
    assert sorted(takes_p) == [
        ("country", "FI"),
        ("country", "TW"),
        ("site", "p / FI"),
        ("supplier", "p"),
        ("technology", "US"),
    ]
    # b takes nothing alone, and is not among the worst: so it stands in no pair
    assert row(found, "supplier", "b") == {}
    assert found.pair_losses.is_empty()
    both = {**TWO, "sources": [*TWO["sources"], {"item_id": "lid", "supplier_id": "b"}]}
    both["components"] = {**TWO["components"], "lid": "board"}
    both["parts"] = {**TWO["parts"], "R": {"supplier_id": "q"}}
    both["bom"] = [*TWO["bom"], ("R", "lid")]
    pairs = look(make(**both), pairs=True).pair_losses
    told = pairs.filter(kind="supplier", other_kind="supplier").to_dicts()[0]
    assert {told["label"], told["other_label"]} == {"a", "b"}
    assert not pairs.filter(kind="country", label="TW").height
    assert (told["parts_lost"], told["part_ids"], told["first_lost_days"]) == (1, "P", 40)
    assert told["units"] == 15.0


def test_finished_stock_shifts_the_day_and_a_loss_of_the_maker_does_not_wait(make: Make) -> None:
    found = look(make(**TWO))
    assert part(found, "country", "TW", "P")["supply_lost_days"] == 40
    assert part(found, "country", "TW", "Q")["supply_lost_days"] == 0
    assert part(found, "supplier", "p", "P")["supply_lost_days"] == 0
    # nobody keeps updates in store
    assert part(found, "country", "TW", "P")["software_short_days"] == 0
    assert row(found, "country", "TW")["first_lost_days"] == 0
    assert row(found, "technology", "US")["first_lost_days"] == 40


def test_a_country_covers_its_suppliers_and_comes_first(make: Make) -> None:
    found = look(make(**TWO))
    country = row(found, "country", "TW")
    assert (country["rank"], country["parts_lost"], country["units"]) == (1, 2, 16.0)
    assert country["software_lost"] == 2
    assert country["parts_touched"] == 0
    assert row(found, "supplier", "a")["parts_lost"] == 1
    assert row(found, "site", "a / TW")["name"] == "a in TW"


def test_traffic_counts_each_site_once_and_sets_the_order(make: Make) -> None:
    sites = [
        {"site_id": one, "region": "r", "function": "access", "depot_id": "d", "traffic": traffic}
        for one, traffic in (("s1", 3.0), ("s2", 1.0))
    ]
    found = look(make(**TWO, sites=sites)).single_losses
    traffic = dict(zip(found["kind"] + " " + found["label"], found["traffic"], strict=True))
    assert traffic["country TW"] == 4.0
    assert traffic["supplier a"] == 3.0
    assert found["traffic_share"].to_list() == [one / 4.0 for one in found["traffic"]]
    assert found["traffic"].is_sorted(descending=True)
    assert found["rank"].to_list() == list(range(1, len(found) + 1))


def test_a_loss_of_one_of_two_shares_touches(make: Make) -> None:
    halves = [{**one, "share": 0.5} if one["item_id"] == "ic" else one for one in TWO["sources"]]
    found = look(make(**{**TWO, "sources": halves}))
    one = part(found, "supplier", "b", "P")
    # half is missing, so that 40 days of stock drain in 80
    assert (one["supply_short_days"], one["supply_lost_days"]) == (80, None)
    assert one["share_lost"] == pytest.approx(0.5)
    assert row(found, "supplier", "b")["parts_touched"] == 1
    assert row(found, "supplier", "b")["parts_lost"] == 0


def test_an_approval_mends_and_is_counted_from_its_day(make: Make) -> None:
    later = {"is_qualified": False, "qualification_days": 100.0, "share": 1.0}
    sources = [
        {**one, **later} if (one["item_id"], one["supplier_id"]) == ("ic", "b") else one
        for one in TWO["sources"]
    ]
    found = look(make(**{**TWO, "sources": sources}))
    assert part(found, "supplier", "a", "P")["supply_lost_days"] == 40
    told = row(found, "supplier", "a")
    assert (told["parts_lost"], told["parts_lost_for_good"]) == (2, 1)
    soon = [{**one, "qualification_days": 20.0} if one["supplier_id"] == "b" else one
            for one in sources]  # fmt: skip
    told = row(look(make(**{**TWO, "sources": soon})), "supplier", "a")
    assert (told["parts_lost"], told["parts_lost_for_good"]) == (1, 1)


def test_a_missing_fact_is_counted_apart(make: Make) -> None:
    sources = [one for one in TWO["sources"] if one["supplier_id"] != "b"]
    sources[0] = {**sources[0], "share": 0.0}
    found = look(make(**{**TWO, "sources": sources}))
    told = row(found, "supplier", "a")
    assert (told["parts_lost"], told["parts_unmapped"]) == (1, 1)
    assert part(found, "supplier", "a", "P")["certainty"] == "unknown"
    unmapped = {one["kind"]: one for one in found.unmapped.to_dicts()}
    assert (unmapped["supplier"]["unmapped"], unmapped["supplier"]["parts"]) == (1, 1)
    assert unmapped["site"]["unmapped"] == 1


def test_a_network_without_sources_or_needs(make: Make) -> None:
    bare = {"parts": {"P": {"supplier_id": "p"}}, "suppliers": {"p": "FI"}}
    found = look(make(**bare, installed=[("s1", "P", 3)]), pairs=True)
    assert found.single_losses.select("kind", "label").rows() == [
        ("supplier", "p"),
        ("country", "FI"),
        ("site", "p / FI"),
    ]
    assert found.pair_losses.is_empty()
    # what P is made of is not recorded
    assert dict(found.unmapped.select("kind", "parts").rows())["supplier"] == 1
    empty = look(make(parts={"P": {"supplier_id": "p"}}, suppliers={"p": "FI"}))
    assert empty.single_losses["units"].to_list() == [0.0, 0.0, 0.0]


def test_stock_lasts_as_long_as_the_poisson_law_says(make: Make) -> None:
    held = {"P": 3, "Q": 1}
    stock = [{"depot_id": "d", "part_id": one, "on_hand": many} for one, many in held.items()]
    parts = {**TWO["parts"], "Q": {"supplier_id": "q", "failures_per_year": 0.5}}
    found = look(make(**{**TWO, "parts": parts}, stock=stock))
    told = row(found, "technology", "KR")
    # no repair, and a lead time of 60 days: cut on day 0, nothing comes back any more
    rate = 1 * 0.5 / 365.25
    days = int(stats.gamma(2).ppf(0.05) / rate)
    assert (told["survive_at_least_days"], told["survive_at_most_days"]) == (days, days)
    assert told["worst_part_id"] == "Q"
    both = row(found, "country", "TW")
    assert both["survive_at_most_days"] <= told["survive_at_most_days"]


def test_shares_worn_down_round_a_circle_are_found(make: Make) -> None:
    # half of c comes by way of e, which needs c: without x there is half, a quarter, ... of it
    network = make(
        parts={"P": {"supplier_id": "p"}},
        suppliers={"p": "FI", "x": "TW", "y": "KR"},
        components={"c": "ic", "e": "ic", "f": "ic"},
        bom=[("P", "c"), ("c", "e"), ("e", "c"), ("c", "f")],
        sources=[
            {"item_id": "c", "supplier_id": "y", "share": 1.0},
            {"item_id": "e", "supplier_id": "y", "share": 0.5, "buffer_days": 1.0},
            {"item_id": "e", "supplier_id": "x", "share": 0.5, "buffer_days": 1.0},
            {"item_id": "f", "supplier_id": "y", "share": 1.0},
        ],
        installed=[("s1", "P", 1)],
    )
    told = row(look(network, worst=2), "supplier", "x")
    alone = row(look(network), "supplier", "x")
    assert told in ({}, alone)
    assert part(look(network), "supplier", "x", "P")["share_lost"] > 0.99
