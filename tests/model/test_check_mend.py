"""What a person most likely meant is offered, and nothing is offered where it cannot be told."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepline.model.check.mend import fault_of
from keepline.model.inputs import INPUTS

WHOLE = INPUTS["stock"].columns()["on_hand"]
WITH_DEFAULT = INPUTS["parts"].columns()["minimum_order"]
NUMBER = INPUTS["parts"].columns()["unit_cost"]
OPTIONAL = INPUTS["parts"].columns()["shelf_life_days"]
SHARE = INPUTS["parts"].columns()["repair_share"]
DAY = INPUTS["orders"].columns()["due_on"]
YES_NO = INPUTS["suppliers"].columns()["is_high_risk"]

NUMBERS = [
    ("12,5", WHOLE, "IN-104", "Write 12"),
    ("12,5", NUMBER, "IN-104", "Write 12.5"),
    ("1,000", WHOLE, "IN-104", "Write 1000"),
    ("1,000", NUMBER, "IN-104", "Write 1000 or 1.000"),
    ("1,234,567", NUMBER, "IN-104", "Write 1234567"),
    ("1.234,5", NUMBER, "IN-104", "Write 1234.5"),
    ("1,234.5", NUMBER, "IN-104", "Write 1234.5"),
    ("1.234.567", NUMBER, "IN-104", "Write 1234567"),
    ("1 000", WHOLE, "IN-104", "Write 1000"),
    ("1\u202f000", WHOLE, "IN-104", "Write 1000"),
    ("1'000", WHOLE, "IN-104", "Write 1000"),
    ("1_000", WHOLE, "IN-104", "Write 1000"),
    ("£3,200", NUMBER, "IN-104", "Write 3200 or 3.200"),
    ("12 pcs", WHOLE, "IN-104", "Write 12"),
    ("50%", SHARE, "IN-104", "Write 0.5"),
    ("\u22125", NUMBER, "IN-104", "Write -5"),
    ("2 of 3", WHOLE, "IN-104", ""),
    ("many", WHOLE, "IN-104", ""),
    ("#REF!", WHOLE, "IN-104", ""),
    ("-", WHOLE, "IN-104", "Fill in the figure"),
    ("n/a", OPTIONAL, "IN-104", "Leave the cell empty"),
    ("none", WITH_DEFAULT, "IN-104", "Leave the cell empty for 1"),
    ("12.5", WHOLE, "IN-106", "Write 12 or 13"),
    ("1e3", WHOLE, "IN-106", "Write 1000"),
    ("1e300", WHOLE, "IN-105", ""),
    ("1e999", WHOLE, "IN-105", ""),
    ("1e999", NUMBER, "IN-107", ""),
    ("NaN", OPTIONAL, "IN-107", "Leave the cell empty"),
    ("-Infinity", NUMBER, "IN-107", "Fill in the figure"),
    ("-0.5", SHARE, "IN-105", ""),
    ("35", SHARE, "IN-105", "Write 0.35 if 35 per cent is meant"),
    ("350", SHARE, "IN-105", ""),
]
DATES = [
    ("14/09/2020", "Write 2020-09-14"),
    ("9/14/2020", "Write 2020-09-14"),
    ("14.9.2020", "Write 2020-09-14"),
    ("2020/9/14", "Write 2020-09-14"),
    ("20200914", "Write 2020-09-14"),
    ("14 Sep 2020", "Write 2020-09-14"),
    ("September 14, 2020", "Write 2020-09-14"),
    ("2020-09-14T00:00:00Z", "Write 2020-09-14"),
    ("44088", "Write 2020-09-14"),
    ("05/05/2020", "Write 2020-05-05"),
    ("03/09/2020", "Write 2020-03-09 or 2020-09-03"),
    ("14/09/20", ""),
    ("soon", ""),
    ("31/31/2020", ""),
]


@pytest.mark.parametrize(("text", "column", "code", "mend"), NUMBERS)
def test_numbers(text, column, code, mend):
    fault = fault_of(text, column)
    assert (fault.code, fault.mend) == (code, mend)


@pytest.mark.parametrize(("text", "mend"), DATES)
def test_dates(text, mend):
    fault = fault_of(text, DAY)
    assert (fault.code, fault.mend) == ("IN-109", mend)


@pytest.mark.parametrize(
    ("text", "mend"),
    [("yes", "Write true"), ("1", "Write true"), ("Nein", "Write false"), ("perhaps", "")],
)
def test_yes_and_no(text, mend):
    fault = fault_of(text, YES_NO)
    assert (fault.code, fault.mend) == ("IN-108", mend)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_the_day_that_was_written_is_always_among_those_offered(day):
    for form in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d"):
        assert day.isoformat() in fault_of(day.strftime(form), DAY).mend


@given(st.text(), st.sampled_from([WHOLE, NUMBER, OPTIONAL, SHARE, DAY, YES_NO]))
def test_any_text_has_a_fault_in_words(text, column):
    fault = fault_of(text, column)
    assert fault.code.startswith("IN-1")
    assert all(one.isprintable() for one in fault.what)
