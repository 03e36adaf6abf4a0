"""Losses are told as sure, possible or unknown by mode, and nothing hides anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from keepline.impact import Impact
from keepline.model.network import Network
from keepline.model.results import RESULTS

Make = Callable[..., Network]
Find = Callable[..., Impact]
MODES = ("supply", "repair", "software")
SOURCES = [
    {"item_id": "ic", "supplier_id": "fab", "technology_origin": "US"},
    {"item_id": "ram", "supplier_id": "mill"},
]
GRAPH: dict[str, Any] = {
    "parts": {"P": {"supplier_id": "maker", "repair_share": 0.5, "repairer_id": "maker"}},
    "suppliers": {"maker": "CN", "fab": "TW", "mill": "KR"},
    "components": {"ic": "advanced-ic", "ram": "memory"},
    "bom": [("P", "ic"), ("P", "ram")],
    "sources": SOURCES,
}
CUT = {
    "id": "cut",
    "from": "2020-09-14",
    "hits": {"suppliers": ["fab"]},
    "effect": {"supply": "stop"},
}
#: Nobody recorded whose technology the memory needs.
ORIGIN = {
    "id": "origin",
    "from": "2020-08-01",
    "hits": {"technology_origin": ["US"], "kinds": ["memory"]},
    "effect": {"supply": "stop", "software": "stop"},
}
LIFT = {"id": "lift", "from": "2020-06-22", "lifts": ["cut"], "hits": {"technology_origin": ["US"]}}


def row(found: Impact) -> dict[str, Any]:
    RESULTS["losses"].validate(found.losses)
    assert len(found.losses) == 1
    return found.losses.row(0, named=True)


def certainties(found: Impact) -> list[str | None]:
    return [row(found)[f"{mode}_certainty"] for mode in MODES]


def test_a_sure_loss_of_supply_does_not_hide_an_unknown_one_of_updates(
    make: Make, impact: Find
) -> None:
    found = impact(make(**GRAPH), CUT, ORIGIN)
    assert certainties(found) == ["sure", None, "unknown"]
    told = row(found)
    assert (told["certainty"], told["software_lost_on"]) == ("sure", None)
    assert told["supply_lost_on"] == dt.date(2020, 9, 14)
    # for all that is known both may be lost six weeks sooner
    assert told["supply_perhaps_on"] == told["software_perhaps_on"] == dt.date(2020, 8, 1)
    assert (told["repair_lost_on"], told["repair_perhaps_on"]) == (None, None)
    assert (told["share_lost"], told["share_perhaps_lost"]) == (1.0, 1.0)


def test_what_is_sure_alone_has_no_perhaps(make: Make, impact: Find) -> None:
    told = row(impact(make(**GRAPH), CUT))
    assert [told[f"{mode}_perhaps_on"] for mode in MODES] == [None] * 3
    assert told["share_perhaps_lost"] == 1.0


@pytest.mark.parametrize(
    ("origin", "certainty"), [("US", None), (None, "possible"), ("KR", "sure")]
)
def test_an_exception_that_may_apply_leaves_a_loss_possible(
    make: Make, impact: Find, origin: str | None, certainty: str | None
) -> None:
    sources = [{**SOURCES[0], "technology_origin": origin}, SOURCES[1]]
    found = impact(make(**{**GRAPH, "sources": sources}), CUT, LIFT)
    assert (certainties(found)[0] if len(found.losses) else None) == certainty
    assert len(found.cuts) == (certainty == "sure")


def test_possible_comes_before_unknown(make: Make, impact: Find) -> None:
    sources = [{**SOURCES[0], "technology_origin": None}, SOURCES[1]]
    found = impact(make(**{**GRAPH, "sources": sources}), CUT, LIFT, ORIGIN)
    told = row(found)
    assert (told["certainty"], told["supply_lost_on"]) == ("possible", dt.date(2020, 9, 14))
    assert told["supply_perhaps_on"] == dt.date(2020, 8, 1)
    assert certainties(found) == ["possible", None, "unknown"]


def mapping(found: Impact) -> dict[str, tuple[Any, ...]]:
    RESULTS["mapping"].validate(found.mapping)
    return {fact: tuple(said) for fact, *said in found.mapping.iter_rows()}


def test_the_share_that_is_recorded(make: Make, impact: Find) -> None:
    """Q has no bill; board stands on ic, of which half the supply is recorded."""
    network = make(
        {"P": {"supplier_id": "maker"}, "Q": {"supplier_id": "maker"}, "R": {"supplier_id": "b"}},
        {"maker": "CN", "fab": "TW", "b": "JP"},
        {"ic": "advanced-ic", "board": "board", "case": "case"},
        [("P", "board"), ("board", "ic"), ("R", "case")],
        [
            {"item_id": "ic", "supplier_id": "fab", "share": 0.5, "technology_origin": "US"},
            {"item_id": "board", "supplier_id": "b", "technology_origin": "JP"},
            {"item_id": "case", "supplier_id": "b", "technology_origin": "JP"},
            {"item_id": "R", "supplier_id": "b", "technology_origin": "JP"},
        ],
        installed=[("s1", "P", 60), ("s1", "Q", 30), ("s2", "R", 10)],
    )
    told = mapping(impact(network))
    third = pytest.approx(1 / 3)
    assert told["bill of material"] == (2, 3, pytest.approx(2 / 3), pytest.approx(2 / 3), 0.7)
    # ic lacks half of its supply, and so P does; of Q nothing is known
    assert told["sources"] == (2, 3, pytest.approx(2 / 3), third, 0.1)
    # seven deliveries: three parts by their makers, four of components, one of these unknown
    assert told["country"] == (6, 7, pytest.approx(6 / 7), third, 0.1)
    assert told["technology origin"] == (4, 7, pytest.approx(4 / 7), third, 0.1)


def test_nothing_to_count_is_no_share(make: Make, impact: Find) -> None:
    told = mapping(impact(make({"P": {"supplier_id": "x"}}, {"x": "CN"})))
    assert told["sources"] == (0, 0, None, 0.0, None)
    assert told["country"] == (1, 1, 1.0, 0.0, None)
