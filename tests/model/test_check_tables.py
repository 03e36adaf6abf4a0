"""Keys, references and loops are checked against a plain reckoning of the same."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.model.check import Raw, check_tables
from keepline.model.check.graph import loops
from keepline.model.check.raw import quoted
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problems

IDS = st.sampled_from(["a", "b", "c", "d", "a "])


def raw(name: str, rows: list[tuple[str | None, ...]], columns: list[str]) -> Raw:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return Raw(name, f"{name}.csv", frame, lambda found: [one + 2 for one in found])


def found(raws: list[Raw], code: str) -> list[tuple[str, int]]:
    problems = Problems()
    check_tables(raws, problems)
    return [(one.file, one.row) for one in problems if one.code == code]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(IDS, IDS, st.sampled_from([None, "", "x"])), max_size=12),
    is_sorted=st.booleans(),
)
def test_repeated_keys_are_those_that_a_set_finds(rows, is_sorted):
    rows = sorted(rows, key=str) if is_sorted else rows
    seen: set[tuple[str, ...]] = set()
    expected = []
    for row, (depot, part, owner) in enumerate(rows, start=2):
        key = (depot.strip(), part.strip(), owner or "")
        if key in seen:
            expected.append(("stock.csv", row))
        seen.add(key)
    table = [(depot, part, "1", owner) for depot, part, owner in rows]
    stock = raw("stock", table, ["depot_id", "part_id", "on_hand", "owner"])
    assert found([stock], "IN-112") == expected


@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(IDS, IDS), min_size=2, max_size=10), is_sorted=st.booleans())
def test_repeated_pairs_are_found_in_sorted_tables_too(pairs, is_sorted):
    pairs = sorted(pairs) if is_sorted else pairs
    plain = [(one.strip(), other.strip()) for one, other in pairs]
    expected = [
        ("installed.csv", index + 2) for index, one in enumerate(plain) if one in plain[:index]
    ]
    table = [(*one, "1") for one in pairs]
    installed = raw("installed", table, ["site_id", "part_id", "quantity"])
    assert found([installed], "IN-112") == expected


@settings(max_examples=60, deadline=None)
@given(known=st.sets(IDS, min_size=1), used=st.lists(IDS, max_size=8))
def test_unknown_ids_are_those_that_a_set_finds(known, used):
    header = ["component_id", "name", "kind"]
    components = raw("components", [(one, "n", "k") for one in sorted(known)], header)
    bom = raw("bom", [("p", one) for one in used], ["item_id", "needs_id"])
    plain = {one.strip() for one in known}
    expected = [
        ("bom.csv", row) for row, one in enumerate(used, start=2) if one.strip() not in plain
    ]
    problems = Problems()
    check_tables([components, bom], problems)
    listed = [
        (one.file, one.row) for one in problems if one.code == "IN-113" and one.column == "needs_id"
    ]
    assert listed == expected


@given(st.dictionaries(st.integers(0, 8).map(str), st.integers(0, 8).map(str)))
def test_every_loop_is_found_once(up):
    on_a_loop = set()
    for start in up:
        node, steps = up[start], 0
        while node in up and node != start and steps < 20:
            node, steps = up[node], steps + 1
        if node == start:
            on_a_loop.add(start)
    named = [one for loop in loops(up) for one in loop]
    assert sorted(named) == sorted(on_a_loop)
    for loop in loops(up):
        assert [up[one] for one in loop] == [*loop[1:], loop[0]]


@pytest.mark.parametrize(
    ("unknown", "near"),
    [("2351234", "02351234"), ("HUAWEI", "huawei"), ("hauwei", "huawei"), ("no kia", "nokia")],
)
def test_the_nearest_known_id_is_named(unknown, near):
    ids = ["02351234", "huawei", "nokia", *(f"s{one:05d}" for one in range(5000))]
    components = raw(
        "components", [(one, "n", "k") for one in ids], ["component_id", "name", "kind"]
    )
    bom = raw("bom", [(ids[0], unknown)], ["item_id", "needs_id"])
    problems = Problems()
    check_tables([components, bom], problems)
    (problem,) = [one for one in problems if one.column == "needs_id" and one.value == unknown]
    assert problem.mend == f"Did you mean {near}?"


def test_tables_that_could_not_be_read_are_not_held_against_others():
    bom = raw("bom", [("p", "c")], ["item_id", "needs_id"])
    problems = Problems()
    check_tables([bom], problems, unread=["components", "parts"])
    assert problems.found == []


def test_checked_cells_have_the_declared_types_and_bad_ones_are_null():
    stock = raw("stock", [("d", "p", "12.0"), ("d", "q", "x")], ["depot_id", "part_id", "on_hand"])
    problems = Problems()
    typed = check_tables([stock], problems)["stock"]
    assert typed["on_hand"].to_list() == [12, None]
    assert typed.schema["on_hand"] == pl.Int64


def test_the_declared_rule_of_keys_counts_an_empty_cell_as_a_value():
    kinds = {name: column.dtype for name, column in INPUTS["stock"].columns().items()}
    stock = pl.DataFrame(
        {
            "depot_id": ["d", "d"],
            "part_id": ["p", "p"],
            "on_hand": [1, 2],
            "owner": [None, "x"],
            "expires_on": [None, None],
        },
        schema=kinds,
    )
    assert INPUTS["stock"].is_valid(stock)
    assert not INPUTS["stock"].is_valid(pl.concat([stock, stock]))


def test_what_a_message_repeats_is_short_and_visible():
    assert quoted("x" * 500) == '"' + "x" * 59 + '…"'
    assert quoted("a\x1b[31m") == '"a\\x1b[31m"'


SEEN = ["part_id", "failures_per_year", "units_seen", "hours_seen", "failures_seen"]


def test_what_was_seen_stands_together_or_not_at_all():
    rows = [
        ("a", "0.1", "20", "8766", "3"),
        ("b", "0.1", None, None, None),
        ("c", "0.1", "20", None, "3"),
    ]
    assert found([raw("parts", rows, SEEN)], "IN-115") == [("parts.csv", 4), ("parts.csv", 4)]


def test_failures_contradict_a_rate_of_nought():
    rows = [
        ("a", "0", "20", "8766", "3"),
        ("b", "0", "20", "8766", "0"),
        ("c", "0.1", "20", "8766", "3"),
    ]
    assert found([raw("parts", rows, SEEN)], "IN-120") == [("parts.csv", 2)]


def test_failures_are_seen_among_units_and_in_time():
    rows = [
        ("a", "0.1", "0", "8766", "3"),
        ("b", "0.1", "20", "0", "1"),
        ("c", "0.1", "0", "0", "0"),
    ]
    assert found([raw("parts", rows, SEEN)], "IN-120") == [("parts.csv", 2), ("parts.csv", 3)]


def test_rows_that_name_no_key_at_all_repeat_one_another():
    workshops = raw("workshops", [("3",), ("4",)], ["at_once"])
    assert found([workshops], "IN-112") == [("workshops.csv", 3)]
