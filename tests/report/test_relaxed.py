"""Sentences on what collides with a target: rounded to the safe side, each limit told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from keepline.model.limit_results import Relaxations
from keepline.report.relaxed import Terms, relaxed
from keepline.report.words import THIN

TERMS = Terms({"p": "Baseband board"}, "GBP", dt.date(2020, 6, 22))
ROW: dict[str, Any] = {
    "limit": "stock budget",
    "part_id": None,
    "depot_id": None,
    "quarter": None,
    "is_alone": True,
    "limit_now": 100.0,
    "at_least": 118.9,
    "enough": 120.2,
    "change": 20.2,
    "unit": "currency",
}


def said(*rows: dict[str, Any]) -> list[str]:
    schema = {name: column.dtype for name, column in Relaxations.columns().items()}
    frame = pl.DataFrame([{**ROW, **row} for row in rows], schema=schema)
    Relaxations.validate(frame)
    return [one.replace(chr(160), " ").replace(THIN, " ") for one in relaxed(frame, TERMS)]


def test_what_is_enough_is_rounded_up_and_what_is_not_down() -> None:
    assert said({}) == [
        (
            "A stock budget of GBP 121 instead of GBP 100 (certified: more than GBP 118) would be "
            "enough."
        )
    ]
    uncertain = said({"at_least": None})
    assert uncertain == ["A stock budget of GBP 121 instead of GBP 100 would be enough."]


def test_any_one_of_several_is_told_as_such_and_the_rest_is_counted() -> None:
    quarters = [
        {"limit": "quarter budget", "quarter": dt.date(2020, month, 1)} for month in (7, 8, 9, 10)
    ]
    (text,) = said({}, {"limit": "quarter budget"}, *quarters)
    assert text.startswith("Any one of these changes alone would be enough: a stock budget of")
    assert "GBP 121 to spend in every quarter instead of GBP 100" in text
    assert "GBP 121 to spend in the quarter from 1 Jul 2020 instead of GBP 100" in text
    assert text.endswith("; 2 further changes in the table relaxations.")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            {
                "limit": "supplier capacity",
                "part_id": "p",
                "unit": "units a month",
                "limit_now": 0.5,
                "at_least": 0.999,
                "enough": 1.0 + 1.0 / 3.0,
            },
            (
                "A supply of Baseband board of 1.34 units a month instead of 0.50 units a month "
                "(certified: more than 0.99 units a month) would be enough."
            ),
        ),
        (
            {"limit": "storage", "depot_id": "c", "unit": "m3", "at_least": None},
            (
                "Room for 120.20 m\u00b3 beside today's stock at c instead of 100 m\u00b3 would be "
                "enough."
            ),
        ),
        (
            {
                "limit": "minimum orders",
                "unit": "share",
                "limit_now": 1.0,
                "at_least": 0.75,
                "enough": 0.5,
            },
            "Minimum orders cut to 50 % of what they are (certified: under 75 %) would be enough.",
        ),
        (
            {
                "limit": "supply cut",
                "part_id": "p",
                "unit": "days",
                "limit_now": 30.0,
                "at_least": 61.0,
                "enough": None,
            },
            (
                "No money can mend it, for units come too late: new units of Baseband board arrive "
                "on 21 Aug 2020 at the soonest, supply is cut on 22 Jul 2020."
            ),
        ),
        (
            {
                "limit": "lead time",
                "part_id": "p",
                "unit": "days",
                "limit_now": 400.0,
                "at_least": 75.5,
                "enough": None,
            },
            (
                "No money can mend it, for units come too late: new units of Baseband board take "
                "400 days to where they are needed, and units are short after 75 days."
            ),
        ),
        (
            {
                "limit": "availability target",
                "unit": "share",
                "limit_now": 0.999,
                "at_least": 0.99712341,
                "enough": 0.9968769,
            },
            (
                "Within the limits, availability 99.6876 % in every month can be held, and "
                "certainly no more than 99.7124 %."
            ),
        ),
        (
            {
                "limit": "survival target",
                "unit": "days",
                "limit_now": 300.0,
                "at_least": None,
                "enough": 136.5,
            },
            "Within the limits, 136 days of survival can be held.",
        ),
    ],
)
def test_every_limit_has_its_words(row: dict[str, Any], told: str) -> None:
    assert said(row) == [told]


def test_limits_that_must_be_raised_together_are_told_together() -> None:
    (text,) = said({"is_alone": False}, {"is_alone": False, "limit": "quarter budget"})
    assert text.startswith("No limit alone mends it. Together these changes do: a stock budget of")


def test_a_target_that_is_met_says_nothing() -> None:
    assert said() == []
