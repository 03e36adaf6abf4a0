"""Workshops stand at central depots; swaps take something out, and harvest stays in its tree."""

from __future__ import annotations

from typing import Any

import polars as pl

from keepline.model.check import Raw, check_tables
from keepline.model.problems import Problems

GOOD: dict[str, list[dict[str, str | None]]] = {
    "suppliers": [{"supplier_id": one, "name": one, "country": "CN"} for one in ("m", "n")],
    "depots": [
        {"depot_id": "c", "ship_days": "0", "parent_id": None},
        {"depot_id": "d", "ship_days": "1", "parent_id": "c"},
        {"depot_id": "e", "ship_days": "1", "parent_id": "d"},
        {"depot_id": "x", "ship_days": "0", "parent_id": None},
    ],
    "sites": [
        {"site_id": one, "region": "r", "function": "access", "depot_id": depot}
        for one, depot in (("s", "e"), ("t", "x"))
    ],
    "parts": [
        {"part_id": "p", "name": "p", "supplier_id": "m", "technology": "5G", "unit_cost": "1",
         "failures_per_year": "1", "lead_days": "1"},
    ],
    "installed": [{"site_id": one, "part_id": "p", "quantity": "1"} for one in ("s", "t")],
    "workshops": [
        {"repairer_id": None, "depot_id": "c", "at_once": "3"},
        {"repairer_id": "m", "depot_id": None, "at_once": "1"},
    ],
    "programme": [
        {"site_id": "s", "from_supplier_id": "m", "technology": "5G", "to_supplier_id": "n",
         "swap_on": "2021-01-01", "harvest_depot_id": "d"},
        {"site_id": "t", "from_supplier_id": "m", "technology": "5G", "to_supplier_id": None,
         "swap_on": "2021-02-01", "harvest_depot_id": None},
    ],
}  # fmt: skip


def found(**changed: list[dict[str, str | None]]) -> list[tuple[str, int, str, str]]:
    raws = [
        Raw(name, f"{name}.csv", pl.DataFrame(rows, infer_schema_length=None), _rows)
        for name, rows in {**GOOD, **changed}.items()
        if rows
    ]
    problems = Problems()
    check_tables(raws, problems)
    return [(one.code, one.row, one.column, one.mend) for one in problems]


def _rows(at: Any) -> list[int]:
    return [one + 2 for one in at]


def programme(**said: str | None) -> list[dict[str, str | None]]:
    return [GOOD["programme"][1], {**GOOD["programme"][0], **said}]


def test_a_right_one_has_no_problem() -> None:
    assert found() == []
    assert found(programme=[], workshops=[]) == []


def test_a_workshop_stands_at_a_central_depot() -> None:
    wrong = [*GOOD["workshops"], {"repairer_id": "n", "depot_id": "e", "at_once": "2"}]
    assert found(workshops=wrong) == [("IN-407", 4, "depot_id", "Write c")]


def test_a_workshop_works_on_one_unit_at_least_and_is_named_once() -> None:
    row = {"repairer_id": None, "depot_id": "c", "at_once": "0"}
    assert [one[:3] for one in found(workshops=[row])] == [("IN-105", 2, "at_once")]
    twice = [{**row, "at_once": "2"}, {**row, "at_once": "3"}]
    assert [one[0] for one in found(workshops=twice)] == ["IN-112"]


def test_a_swap_takes_something_out() -> None:
    wrong = programme(technology="4G")
    assert found(programme=wrong) == [("IN-408", 3, "technology", "Remove the row or mend it")]
    assert [one[0] for one in found(programme=programme(from_supplier_id="n", to_supplier_id="m"))
            ] == ["IN-408"]  # fmt: skip


def test_a_swap_is_from_one_supplier_to_another() -> None:
    assert [one[0] for one in found(programme=programme(to_supplier_id="m"))] == ["IN-404"]


def test_harvest_stays_in_its_tree() -> None:
    wrong = programme(harvest_depot_id="x")
    expected = ("IN-409", 3, "harvest_depot_id", "Mend it or leave it empty")
    assert found(programme=wrong) == [expected]


def test_names_must_be_known_and_are_reported_once() -> None:
    codes = [one[:3] for one in found(programme=programme(site_id="u", harvest_depot_id="y"))]
    assert sorted(codes) == [("IN-113", 3, "harvest_depot_id"), ("IN-113", 3, "site_id")]


def test_figures_of_depots_and_swaps_have_bounds() -> None:
    depots = [{**GOOD["depots"][0], "lateral_days": "-1", "reserve_for_core": "-2"},
              *GOOD["depots"][1:]]  # fmt: skip
    assert {one[:3] for one in found(depots=depots)} == {
        ("IN-105", 2, "lateral_days"), ("IN-105", 2, "reserve_for_core"),
    }  # fmt: skip
    wrong = programme(units_harvested_share="1.5", refurbish_days="-3", swap_on="soon")
    assert {one[2] for one in found(programme=wrong)} == {
        "units_harvested_share", "refurbish_days", "swap_on",
    }  # fmt: skip


def test_loops_of_depots_end() -> None:
    first = {"depot_id": "c", "ship_days": "0", "parent_id": "d"}
    other = {"depot_id": "d", "ship_days": "0", "parent_id": "c"}
    looped = [first, other, *GOOD["depots"][2:]]
    assert "IN-402" in {one[0] for one in found(depots=looped)}
