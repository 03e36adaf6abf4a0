"""A part explained: every figure of a sentence stands in the tables it names."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from keepline.model.errors import InputError
from keepline.model.results import RESULTS
from keepline.report import html
from keepline.report.why import explain

if TYPE_CHECKING:
    from keepline.model.plan import Plan

ROW = {
    "depot_id": "ee-central",
    "operator_id": "ee",
    "supplier_id": "huawei",
    "sites": 120,
    "installed": 360.0,
    "failures_per_year": 0.02,
    "failures_per_year_low": 0.02,
    "failures_per_year_high": 0.02,
    "removals_per_year": 7.2,
    "repair_share": 0.8,
    "repair_days": 60.0,
    "returned_share": 0.0,
    "lead_days": 122.0,
    "unit_cost": 3200.0,
    "on_hand": 9,
    "due": 2,
    "supply_cut_on": dt.date(2021, 4, 12),
    "repair_cut_on": None,
    "order_by": dt.date(2020, 12, 14),
    "outstanding_at_end": 17.5,
    "bought": 14,
    "step": 1,
    "service_lost": 4.0,
    "service_lost_fewer": 4.5,
    "service_lost_more": 3.6,
    "service_lost_metric": 3.1,
    "service_lost_vari_metric": 4.1,
    "bound_by": "target",
    "price": 1.25e-4,
}


def with_marginals(plan: Plan, **changed: object) -> tuple[Plan, str]:
    part = plan.tables["losses"]["part_id"][0]
    schema = {name: column.dtype for name, column in RESULTS["marginals"].columns().items()}
    table = pl.DataFrame([{"part_id": part, **ROW, **changed}], schema=schema)
    return dataclasses.replace(plan, tables={**plan.tables, "marginals": table}), part


def said(plan: Plan, part: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for one in explain(plan, part):
        text = one.text.replace(chr(0x202F), " ").replace(chr(0xA0), " ")
        texts[one.topic] = f"{texts.get(one.topic, '')} {text}"
        assert set(one.tables) <= {*plan.tables, "summary"}
    return texts


def test_the_path_and_its_probability_are_told(plan: Plan) -> None:
    explained, part = with_marginals(plan)
    losses = plan.tables["losses"].filter(pl.col("part_id") == part)
    assert losses["path"][0] in said(explained, part)["lost"]


def test_one_more_and_one_fewer(plan: Plan) -> None:
    told = said(*with_marginals(plan))
    assert "1 unit more would save 0.400 traffic units of service" in told["margin"]
    assert "0.000125 per currency unit where the best other use saves 0.000125" in told["margin"]
    assert "1 unit fewer would lose 0.500" in told["margin"]
    assert "14 units are bought" in told["buy"]
    assert "by 14 Dec 2020" in told["buy"]
    assert "7.20 removals a year" in told["demand"]
    assert "new supply is short from 12 Apr 2021" in told["demand"]
    assert "repair is short" not in told["demand"]


def test_nothing_bought_and_free_units_are_answers(plan: Plan) -> None:
    told = said(*with_marginals(plan, bought=0, service_lost_fewer=None, unit_cost=0.0))
    assert "none are bought" in told["buy"]
    assert "fewer" not in told["margin"]
    assert "per currency unit" not in told["margin"]


def test_a_part_that_loses_nothing_says_so(plan: Plan) -> None:
    lost = plan.tables["losses"]["part_id"]
    safe = next(part for part in plan.tables["parts"]["part_id"] if part not in lost)
    assert said(plan, safe)["lost"].strip() == "It loses nothing in any branch."


def test_an_unknown_part_names_the_nearest(plan: Plan) -> None:
    part = plan.tables["parts"]["part_id"][0]
    with pytest.raises(InputError, match=part) as caught:
        explain(plan, part[:-1])
    assert caught.value.code == "IN-252"


def test_the_page_explains_what_is_bought(plan: Plan) -> None:
    assert "Why each part" in html(plan)
    bought = plan.tables["purchases"]["part_id"].n_unique()
    page = html(plan)
    start = page.index("Why each part")
    assert page[start : page.index("</section>", start)].count("<details") == min(bought, 30)


def test_an_uncertain_failure_rate_is_told_with_its_interval(plan):
    sure = said(*with_marginals(plan))["demand"]
    assert "0.0200 times a year each, 7.20 removals" in sure
    seen = {"failures_per_year_low": 0.011, "failures_per_year_high": 0.031}
    doubtful = said(*with_marginals(plan, **seen))["demand"]
    assert "0.0200 times a year each (0.0110 to 0.0310 with 95 %)" in doubtful


def test_the_cross_checks_stand_beside_the_exact_figure(plan):
    text = said(*with_marginals(plan))["margin"]
    assert "METRIC tells 3.10 and VARI-METRIC 4.10" in text
