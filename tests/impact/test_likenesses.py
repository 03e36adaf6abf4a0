"""Whoever may be meant by a name: possible until a person says so, then sure, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.screen.conftest import network

from keepline.impact import find
from keepline.model.owners import counting
from keepline.model.scenario import check_against, scenario_from
from keepline.model.screening import LIKENESSES, Screening, empty_hits

if TYPE_CHECKING:
    from keepline.model.network import Network

SUPPLIERS = [
    {"supplier_id": "a", "name": "Acme"},
    {"supplier_id": "b", "name": "Bolt"},
    {"supplier_id": "sub", "name": "Sub", "owner_id": "b", "owner_share": 0.6},
    {"supplier_id": "vague", "name": "Vague"},
]  # fmt: skip
PARTS = [{"part_id": f"p-{one['supplier_id']}", **one} for one in (
    {"supplier_id": "a"}, {"supplier_id": "b"}, {"supplier_id": "sub"}, {"supplier_id": "vague"},
)]  # fmt: skip
HOLDINGS = [{"supplier_id": "vague", "owner_id": "b", "share": None}]


def here(*meant: tuple[str, str, bool]) -> Network:
    """Return a network in which words may stand for suppliers, as a person has confirmed or not."""
    likenesses = pl.DataFrame(list(meant), schema=LIKENESSES, orient="row")
    found = Screening(empty_hits(), pl.DataFrame(), likenesses, {"us-csl": "1"})
    return replace(network(SUPPLIERS, PARTS, holdings=HOLDINGS), screening=found)


def lost(where: Network, **hits: object) -> dict[str, str]:
    """Return how sure the loss of each part is that is lost; no bill of material is recorded."""
    hits = {**hits, "technologies": ["IP"]}
    event = {
        "id": "cut", "from": "2020-02-01", "probability": 1.0, "hits": hits,
        "effect": {"supply": "stop"},
    }  # fmt: skip
    scenario = scenario_from({"name": "s", "events": [event]}, "s.yaml", {})
    rows = find(where, scenario).losses.select("part_id", "certainty").iter_rows()
    return {part.removeprefix("p-"): certainty for part, certainty in rows}


@pytest.mark.parametrize(("is_confirmed", "certainty"), [(False, "possible"), (True, "sure")])
def test_who_stands_on_a_list_is_lost_as_surely_as_it_is_known(is_confirmed, certainty):
    where = here(("list:us-csl", "b", is_confirmed))
    assert lost(where, lists=["us-csl"]) == {"b": certainty}


def test_what_it_owns_goes_with_it_and_what_is_not_recorded_stays_unknown():
    where = here(("list:us-csl", "b", False))
    assert lost(where, lists=["us-csl"], owned_share=0.5) == {
        "b": "possible", "sub": "possible", "vague": "unknown",
    }  # fmt: skip
    where = here(("list:us-csl", "b", True))
    assert lost(where, lists=["us-csl"], owned_share=0.5) == {
        "b": "sure", "sub": "sure", "vague": "unknown",
    }  # fmt: skip


def test_suppliers_and_lists_together_are_either():
    where = here(("list:us-csl", "b", False))
    assert lost(where, lists=["us-csl"], suppliers=["a"]) == {"a": "sure", "b": "possible"}


def test_who_is_cleared_has_no_likeness_and_loses_nothing():
    assert lost(here(), lists=["us-csl"]) == {}


def test_a_list_that_was_not_screened_is_an_error():
    event = {
        "id": "cut", "from": "2020-02-01", "hits": {"lists": ["us-cls"]},
        "effect": {"supply": "stop"},
    }  # fmt: skip
    scenario = scenario_from({"name": "s", "events": [event]}, "s.yaml", {})
    found = check_against(scenario, here())
    assert [(one.code, one.mend) for one in found] == [("IN-358", "Did you mean us-csl?")]


RULE = {
    "id": "rule", "kind": "listing", "parties": ["ACME Holdings"], "effective": "2020-02-01",
    "effect": {"supply": "stop"},
}  # fmt: skip


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_rule_reaches_whoever_its_party_may_be(is_confirmed):
    scenario = scenario_from({"name": "s", "rules": [RULE]}, "s.yaml", {})
    where = here(("acme holdings", "a", is_confirmed))
    assert check_against(scenario, where).count == 0
    assert check_against(scenario, here()).count == 1
    found = find(where, scenario).losses
    assert found["part_id"].to_list() == ["p-a"]
    assert found["certainty"].to_list() == ["sure" if is_confirmed else "possible"]


def test_each_way_of_counting_contains_the_surer_one():
    where = here(("acme x", "a", True), ("acme x", "b", False))
    tables = where.tables
    found = counting(
        tables["suppliers"], ["Acme X"], 0.5, "links", None, where.screening.likenesses
    )
    ids = tables["suppliers"]["supplier_id"].to_list()
    told = [{one for one, flag in zip(ids, flags, strict=True) if flag} for flags in found]
    assert told == [{"a"}, {"a", "b", "sub"}, {"a", "b", "sub"}]
