"""Chains are what a search over all pairs finds, and only parts that are alike become one."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline.model import arrays
from keepline.model.limit_results import PooledParts
from keepline.model.pooled import pooled_network, pooled_pools
from keepline.model.substitution import chains, counts_as, in_force, pooled_parts


def named(case: Any, **said: Any) -> list[tuple[str, str]]:
    parts = sorted({part for pair in said["substitutes"] for part in pair[:2]})
    found = case({part: {} for part in parts}, {"c": {}}, {"s": "c"}, **said)
    return [(chain.name, chain.kind) for chain in chains(found.network)]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], []),
        ([("b", "a")], [("b > a", "one-way")]),
        ([("b", "a"), ("a", "b")], [("a = b", "two-way")]),
        ([("a", "b"), ("b", "c"), ("c", "a")], [("a = b = c", "two-way")]),
        ([("c", "b"), ("b", "a")], [("c > b > a", "nested")]),
        ([("c", "b"), ("b", "a"), ("c", "a")], [("c > b > a", "nested")]),
        ([("c", "b"), ("c", "a")], [("c, a, b", "mixed")]),
        ([("c", "a"), ("b", "a")], [("b, c, a", "mixed")]),
        ([("c", "b"), ("b", "a"), ("a", "b")], [("c > a = b", "nested")]),
        ([("d", "c"), ("b", "a")], [("b > a", "one-way"), ("d > c", "one-way")]),
    ],
)
def test_chains_are_told_by_their_kind(case, pairs, expected):
    assert named(case, substitutes=pairs) == expected


@pytest.mark.parametrize("seed", range(25))
def test_chains_are_what_following_every_pair_finds(case, seed):
    random = np.random.default_rng(seed)
    parts = [f"p{n}" for n in range(8)]
    pairs = {
        (parts[i], parts[j])
        for i, j in random.integers(0, 8, (int(random.integers(2, 11)), 2)).tolist()
        if i != j
    }
    reach = {(a, b): a == b or (a, b) in pairs for a, b in product(parts, parts)}
    for middle, a, b in product(parts, parts, parts):
        reach[a, b] |= reach[a, middle] and reach[middle, b]
    found = case({part: {} for part in parts}, {"c": {}}, {"s": "c"}, substitutes=sorted(pairs))
    seen = set()
    for chain in chains(found.network):
        members = chain.members
        seen |= set(members)
        for one in chain.classes:
            assert all(reach[a, b] for a, b in product(one, one))
            assert all(not (reach[one[0], b] and reach[b, one[0]]) for b in set(parts) - set(one))
        for i, one in enumerate(chain.classes):
            # what stands later never stands in for what stands before
            assert not any(reach[after[0], one[0]] for after in chain.classes[i + 1 :])
        steps = [reach[a[0], b[0]] for a, b in pairwise(chain.classes)]
        assert (chain.kind == "mixed") is not all(steps)
        outside = [part for part in parts if part not in members]
        assert not any(reach[a, b] or reach[b, a] for a, b in product(members, outside))
    assert seen == {part for pair in pairs for part in pair}


def test_a_later_first_day_does_not_count(case):
    pairs = [("b", "a", 0), ("d", "c", 1), ("f", "e", -40)]
    assert named(case, substitutes=pairs) == [("b > a", "one-way"), ("f > e", "one-way")]
    found = case(
        {part: {} for part in "abcdef"}, {"c": {}}, {"s": "c"}, substitutes=[*pairs, ("c", "d")]
    )
    assert len(in_force(found.network)) == 3


BOTH = [("a", "b"), ("b", "a")]


def one_as(case: Any, parts: Any, **said: Any) -> dict[str, str]:
    said = {"substitutes": BOTH, **said}
    found = case(parts, {"c": {}}, {"s": "c"}, [("s", "a", 3), ("s", "b", 2)], **said)
    return counts_as(found.network, found.supply.law)


def test_alike_parts_count_as_the_cheapest(case):
    assert one_as(case, {"a": {}, "b": {}}) == {"a": "a", "b": "a"}
    cheap = {"a": {"unit_cost": 120.0, "failures_per_year": 0.9}, "b": {"name": "B"}}
    assert one_as(case, cheap) == {"a": "b", "b": "b"}
    three = {"a": {}, "b": {"weight": 2.0}, "z": {"unit_cost": 50.0}}
    circle = [("a", "b"), ("b", "z"), ("z", "a")]
    assert one_as(case, three, substitutes=circle) == {"a": "z", "z": "z"}


@pytest.mark.parametrize(
    "other",
    [
        {"weight": 2.0},
        {"repair_share": 0.7},
        {"repair_days": 61.0},
        {"lead_days": 10.0},
        {"volume_m3": 0.1},
        {"shelf_life_days": 400.0},
        {"unit_cost": 90.0, "minimum_order": 5},
    ],
)
def test_unlike_parts_stay_apart(case, other):
    assert one_as(case, {"a": {}, "b": other}) == {}


def test_parts_cut_differently_stay_apart(case):
    parts = {"a": {}, "b": {}}
    cut = ("a", 0, "supply", 50, 0.0)
    assert one_as(case, parts, cuts=[cut]) == {}
    assert one_as(case, parts, cuts=[cut, ("b", 0, "supply", 50, 0.0)]) == {"a": "a", "b": "a"}
    assert one_as(case, parts, cuts=[("b", 0, "repair", 50, 0.5)]) == {}
    assert one_as(case, parts, cuts=[("b", 0, "software", 50, 0.0)]) == {"a": "a", "b": "a"}


def test_a_part_whose_sources_have_a_limit_is_not_the_one_bought(case):
    parts = {"a": {}, "b": {}}
    assert one_as(case, parts, sources=[("a", 4.0, True)]) == {"a": "b", "b": "b"}
    assert one_as(case, parts, sources=[("a", 4.0, True), ("b", 9.0, True)]) == {}
    assert one_as(case, parts, sources=[("b", None, False)]) == {"a": "a", "b": "a"}
    dear = {"a": {}, "b": {"unit_cost": 101.0}}
    assert one_as(case, dear, sources=[("a", 4.0, True)]) == {}


def test_a_pooled_network_keeps_every_unit_and_every_removal(case):
    found = case(
        {"a": {"failures_per_year": 0.1}, "b": {"failures_per_year": 0.4}, "x": {}},
        {"c": {}, "d": {"parent_id": "c", "ship_days": 2.0}, "other": {}},
        {"s": "c", "t": "d", "u": "other"},
        [("s", "a", 6), ("s", "b", 2, 1), ("t", "b", 5), ("u", "b", 3), ("t", "x", 4)],
        [("c", "a", 1), ("c", "b", 2), ("other", "a", 4)],
        [("d", "b", 7, 30), ("c", "a", 1, 20)],
        substitutes=BOTH,
    )
    table = pooled_parts(found.network, found.supply.law)
    PooledParts.validate(table)
    assert table.rows() == [("a", "a", 6, 5, 1), ("b", "a", 10, 2, 7)]
    pooled = pooled_network(found.network, table)
    pools = pooled_pools(found.network, pooled, table)
    for name in ("installed", "stock", "orders"):
        assert len(pooled[name]) == len(found.network[name])
        assert "b" not in pooled[name]["part_id"]
    assert pools.installed.sum() == found.pools.installed.sum()
    assert pools.on_hand.sum() == found.pools.on_hand.sum()
    assert pools.due_quantity.sum() == found.pools.due_quantity.sum()
    of_a = [row for row in range(len(pools.part)) if pools.part[row] == 0]
    rates = np.concatenate([pools.rate[pools.first[i] : pools.first[i + 1]] for i in of_a])
    assert rates * 365.25 == pytest.approx([6 * 0.1 + 2 * 0.4, 5 * 0.4, 3 * 0.4])
    mean = (6 * 0.1 + 10 * 0.4) / 16
    assert pooled["parts"].filter(part_id="a")["failures_per_year"][0] == pytest.approx(mean)
    # the spare in place stays with its own two units
    places = arrays.places(pooled, pools)
    assert sorted(zip(places.quantity.tolist(), places.spare.tolist(), strict=True)) == [
        (2, 1), (3, 0), (4, 0), (5, 0), (6, 0),
    ]  # fmt: skip


def test_without_substitutes_the_network_is_as_it_was(case):
    found = case({"a": {}}, {"c": {}}, {"s": "c"}, [("s", "a", 3)])
    table = pooled_parts(found.network, found.supply.law)
    assert table.is_empty()
    PooledParts.validate(table)
    assert pooled_network(found.network, table) is found.network


def test_a_part_that_stands_nowhere_may_be_the_one_bought(case):
    found = case(
        {"a": {"failures_per_year": 0.3}, "new": {"unit_cost": 10.0, "failures_per_year": 0.0}},
        {"c": {}},
        {"s": "c"},
        [("s", "a", 3)],
        substitutes=[("a", "new"), ("new", "a")],
    )
    table = pooled_parts(found.network, found.supply.law)
    pooled = pooled_network(found.network, table)
    pools = pooled_pools(found.network, pooled, table)
    assert table["counts_as"].to_list() == ["new", "new"]
    assert pools.rate * 365.25 == pytest.approx([0.9])
    assert pools.cost.tolist() == [10.0]
    assert pooled["parts"].filter(pl.col("part_id") == "new")["failures_per_year"][0] == 0.3
