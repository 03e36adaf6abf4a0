"""Moves are told in sentences and shown in a table; every figure stands in the table of moves."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from keepline.model.results import Moves
from keepline.report import html
from keepline.report.answer import answer
from keepline.report.moving import answer_texts, of_part, section, told
from keepline.report.tally import table
from keepline.report.why import explain
from keepline.report.words import THIN

if TYPE_CHECKING:
    from keepline.model.plan import Plan


@pytest.fixture
def moving(plan: Plan) -> Plan:
    part = table(plan, "parts")["part_id"][0]
    rows = [
        (part, "north", f"d{row}", 10 - row, dt.date(2020, 6, 25), 0.0, 0.5) for row in range(6)
    ]
    schema = {name: column.dtype for name, column in Moves.columns().items()}
    moves = pl.DataFrame(rows, schema=schema, orient="row")
    summary = dataclasses.replace(
        plan.summary,
        move_units=45,
        move_parts=1,
        cost_without_moves=plan.summary.purchase_cost * 1.25,
        moves_lost=12.0,
        moves_left=9.0,
        moves_bound=8.75,
    )
    return dataclasses.replace(plan, summary=summary, tables={**plan.tables, "moves": moves})


def test_the_answer_begins_with_what_to_move(moving: Plan) -> None:
    texts = [one.text for one in answer(moving) if one.topic == "buy"]
    assert texts[0].startswith("Move 45 units of 1 part between depots first, which saves 20")
    assert "from 12.00 to 9.000 traffic units" in texts[1]
    assert "leaves less than 8.750" in texts[1]


def test_carrying_has_its_price(moving: Plan) -> None:
    moves = table(moving, "moves").with_columns(cost=pl.lit(2.0))
    assert "first, for EUR\u00a012." in told(moves, "EUR", 10.0, None)


def test_a_part_is_told_its_largest_moves(moving: Plan) -> None:
    part = table(moving, "moves")["part_id"][0]
    text = of_part(moving, part)
    assert "10 units from north to d0, there on 25\u00a0Jun\u00a02020" in text
    assert "and 11 units more" in text
    assert "would lose 3.00 traffic units" in text
    assert text in [one.text for one in explain(moving, part)]


def test_the_page_lists_them(moving: Plan) -> None:
    assert "Stock to move on the first day" in html(moving)
    many = pl.concat([table(moving, "moves")] * 20)
    long = dataclasses.replace(moving, tables={**moving.tables, "moves": many})
    assert f"the 60 of {120} moves that save most" in section(long).replace(THIN, "")


def test_an_apostrophe_is_escaped_once(moving: Plan) -> None:
    assert "today&#x27;s stock" in section(moving)
    assert "&amp;#" not in section(moving)


def test_without_moves_little_is_said(plan: Plan) -> None:
    bare = {name: frame for name, frame in plan.tables.items() if name != "moves"}
    still = dataclasses.replace(plan, tables=bare)
    assert not answer_texts(still)
    assert not of_part(still, "x")
    assert "No stock is moved" in section(still)
