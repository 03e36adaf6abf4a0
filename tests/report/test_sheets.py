"""The workbook reads back as the tables it was made from, and no text became a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from keepline import report
from keepline.report import sheet as sheet_module

if TYPE_CHECKING:
    from keepline.model.plan import Plan


#: A spreadsheet file holds 16 significant digits of a number.
SIXTEEN_DIGITS = 1e-15


def opened(plan: Plan) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(report.workbook(plan)))


def formulas(content: bytes) -> dict[str, list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return {name: re.findall(r"<f>(.*?)</f>", archive.read(name).decode()) for name in names}


def as_read(value: object) -> object:
    """Return a table's value as a spreadsheet gives it back."""
    if value is None:
        return ""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("which", ["plan", "nasty_plan", "lone_plan"])
def test_every_table_reads_back(which: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(which)
    book = opened(plan)
    for name, frame in plan.tables.items():
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert rows[0] == frame.columns
        expected = [[as_read(value) for value in row] for row in frame.iter_rows()]
        for found, row in zip(rows[1 : len(frame) + 1], expected, strict=True):
            for one, expected_one in zip(found, row, strict=True):
                assert one == (
                    pytest.approx(expected_one, rel=SIXTEEN_DIGITS)
                    if isinstance(expected_one, float)
                    else expected_one
                )


def test_part_numbers_keep_their_zeros(plan: Plan) -> None:
    first = opened(plan).get_sheet_by_name("endurance").to_python()[1][0]
    assert first == "02350000"


def test_only_sums_are_formulas(nasty_plan: Plan) -> None:
    found = [one for many in formulas(report.workbook(nasty_plan)).values() for one in many]
    assert found
    allowed = r"SUM\(\w+!?\w+:\w+\)|SUBTOTAL\(109,\w+:\w+\)|G\d+\*H\d+|[A-Z]\d+(\+[A-Z]\d+)*|SUM\(purchases!\w+:\w+\)"  # noqa: E501
    assert all(re.fullmatch(allowed, one) for one in found)


def test_totals_cover_every_purchase(plan: Plan) -> None:
    bought = plan.tables["purchases"]
    rows = opened(plan).get_sheet_by_name("purchases").to_python(skip_empty_area=False)
    total = rows[len(bought) + 2]
    assert total[bought.columns.index("cost")] == pytest.approx(bought["cost"].sum())
    assert total[bought.columns.index("quantity")] == bought["quantity"].sum()
    content = report.workbook(plan)
    last = len(bought) + 1
    assert any(f"SUBTOTAL(109,I2:I{last})" in many for many in formulas(content).values())


def test_order_lists_hold_every_order_by_supplier(plan: Plan) -> None:
    two = plan.tables["purchases"].with_columns(
        pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("nokia"))
        .otherwise(pl.col("supplier_id")).alias("supplier_id")
    )  # fmt: skip
    other = type(plan)(plan.summary, {**plan.tables, "purchases": two}, plan.provenance)
    rows = opened(other).get_sheet_by_name("order lists").to_python(skip_empty_area=False)
    heads = [row[0] for row in rows]
    assert {"Huawei", "Nokia"} <= set(heads)
    numbers = [row[0] for row in rows if isinstance(row[3], dt.date)]
    assert sorted(numbers) == sorted(two["part_id"])
    assert rows[-1][0] == "All suppliers"
    assert rows[-1][8] == pytest.approx(two["cost"].sum())


def test_headers_carry_their_meaning_and_unit(plan: Plan) -> None:
    with zipfile.ZipFile(io.BytesIO(report.workbook(plan))) as archive:
        notes = "".join(
            archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith("xl/comments")
        )
    assert "Price of one." in notes
    assert "Unit: currency" in notes


def test_a_table_longer_than_a_sheet_is_named_not_cut(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_module, "MOST_ROWS", 500)
    book = opened(plan)
    assert "outlook" not in book.sheet_names
    lines = [str(row[0]) for row in book.get_sheet_by_name("summary").to_python()]
    assert any("tables/outlook.csv" in line for line in lines)


def test_the_same_plan_gives_the_same_bytes(lone_plan: Plan) -> None:
    assert report.workbook(lone_plan) == report.workbook(lone_plan)


def test_an_empty_plan_makes_a_workbook(empty_plan: Plan) -> None:
    book = opened(empty_plan)
    assert book.sheet_names == ["summary", "order lists", "provenance"]
    rows = book.get_sheet_by_name("order lists").to_python(skip_empty_area=False)
    assert rows[-1][0] == "The plan orders nothing."


def test_summary_repeats_the_answer_and_the_source(plan: Plan) -> None:
    cells = [str(cell) for row in opened(plan).get_sheet_by_name("summary").to_python()
             for cell in row]  # fmt: skip
    assert plan.summary.source in cells
    assert any("may lose new supply" in cell for cell in cells)
