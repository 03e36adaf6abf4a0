from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from keepline.packs import uk_2020
from keepline.packs.uk_2020 import figures
from keepline.packs.uk_2020.parts import read_text_table

HOUSE = Path(figures.__file__).parent


@pytest.mark.parametrize("name", list(figures.figures()))
def test_every_figure_has_a_source_or_a_reason(name: str) -> None:
    figure = figures.figures()[name]
    assert figure.unit
    assert figure.source
    assert figure.mark in figures.MARKS
    if figure.source == figures.ASSUMED:
        assert figure.mark == "U", "an assumption is marked as one"
        assert len(figure.note) > 10, "an assumption gives its reason"
    else:
        assert figure.mark in {"V", "P"}, "what was read is not marked as assumed"


def test_every_figure_is_read_by_the_builder() -> None:
    code = "\n".join(path.read_text("utf-8") for path in HOUSE.glob("*.py"))
    stated_only = {"positions", "positions_with_4g", "fiveg_sites_2020"}
    for name in figures.figures():
        stem = name.split(".", maxsplit=1)[0]
        by_function = re.sub(r"^(aggregation|transport|core|management|interconnect)_", "", stem)
        assert f'"{stem}' in code or f"{{function}}_{by_function}" in code or name in stated_only


def test_a_figure_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="unit_cost needs value, unit, source, mark"):
        figures._figure("unit_cost", {"value": 1, "unit": "GBP", "mark": "U"})


@pytest.mark.parametrize("file", ["sources.csv", "factories.csv"])
def test_every_supply_row_says_what_it_rests_on(file: str) -> None:
    basis = read_text_table(file)["basis"]
    assert basis.null_count() == 0
    assert basis.str.len_chars().min() > 10


def test_conflicts_between_sources_are_noted() -> None:
    for name in ("ran_makers.ee", "ran_makers.vodafone"):
        assert "conflict" in figures.figures()[name].note


def test_sources_and_licence_name_their_authors() -> None:
    text = uk_2020.sources()
    for word in ("Edward Oughton", "Tom Russell", "MIT License", "Ofcom Sitefinder", "not been"):
        assert word in text
    for path in HOUSE.glob("*.csv"):
        assert path.name in text


def test_streams_differ_by_purpose_and_seed() -> None:
    drawn = {
        float(figures.stream(seed, *address).random())
        for seed in (2020, 2021)
        for address in (("a",), ("b",), ("a", "b"), ("ab",))
    }
    assert len(drawn) == 8


def test_parts_keep_their_numbers_as_text() -> None:
    part_ids = read_text_table("parts.csv")["part_id"]
    assert part_ids.dtype == pl.String
    assert "02351234" in part_ids
    assert "4735E12" in part_ids, "an id that a careless reader takes for a number"
    assert part_ids.is_unique().all()
