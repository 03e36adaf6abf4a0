"""What joint planning saves is told against each course, honestly where it saves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model.results import RESULTS
from keepline.report.baselines import baseline_words, baselines_table
from keepline.report.words import THIN

if TYPE_CHECKING:
    from keepline.model.plan import Plan


def course(name: str, total: float, joint: float, *, met: bool = True) -> dict[str, Any]:
    return {
        "course": name,
        "programme_cost": 9_000.0,
        "stock_cost": total - 9_000.0,
        "total_cost": total,
        "availability_worst": None if name == "joint" else 0.9991,
        "target_met": met,
        "extra_cost": total - joint,
    }


def compared(plan: Plan, *rows: dict[str, Any]) -> Plan:
    columns = RESULTS["baselines"].columns()
    made = pl.DataFrame(list(rows), schema={key: one.dtype for key, one in columns.items()})
    RESULTS["baselines"].validate(made)
    return replace(plan, tables={**plan.tables, "baselines": made})


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace(THIN, " ")


def test_a_saving_is_told_as_a_share_of_the_other_course(plan: Plan) -> None:
    (said,) = baseline_words(
        compared(plan, course("joint", 10_000.0, 10_000.0), course("today's base", 12_500.0, 1e4))
    )
    assert plain(said) == (
        "Planned together, swaps and stock cost GBP 2 500 (20 %) less than swaps first and then "
        "stock for today's base."
    )


@pytest.mark.parametrize("extra", [0.0, 4.0, -4.0])
def test_next_to_nothing_is_told_as_the_same(plan: Plan, extra: float) -> None:
    (said,) = baseline_words(
        compared(plan, course("joint", 1e4, 1e4), course("falling base", 1e4 + extra, 1e4))
    )
    assert "cost the same as swaps first and then stock for the base as it falls" in said


def test_a_loss_is_told_as_one(plan: Plan) -> None:
    (said,) = baseline_words(
        compared(plan, course("joint", 1e4, 1e4), course("with harvest", 9_500.0, 1e4))
    )
    assert "save nothing against swaps first and then stock for the base as it falls, with" in said
    assert plain(said).endswith("they cost GBP 500 (5.3 %) more.")


def test_costs_that_do_not_compare_say_so(plan: Plan) -> None:
    joint = course("joint", 1e4, 1e4)
    (cheap,) = baseline_words(compared(plan, joint, course("with harvest", 9.2e3, 1e4, met=False)))
    assert cheap.endswith("more, which misses the target.")
    (dear,) = baseline_words(
        compared(plan, {**joint, "target_met": False}, course("with harvest", 2e4, 1e4))
    )
    assert dear.endswith("which meets the target that this plan misses.")


def test_the_table_has_every_course_once_in_order(plan: Plan) -> None:
    shown = baselines_table(
        compared(plan, course("with harvest", 11_000.0, 1e4), course("joint", 1e4, 1e4),
                 course("today's base", 12_500.0, 1e4))
    )  # fmt: skip
    text = plain(shown)
    places = [text.index(one) for one in ("planned together", "for today&#x27;s base",
                                          "with harvest")]  # fmt: skip
    assert places == sorted(places)
    for figure in ("10 000", "12 500", "2 500", "11 000", "99.910 %"):
        assert figure in text


def test_nothing_to_compare_says_nothing(plan: Plan) -> None:
    assert baseline_words(plan) == []
    assert baselines_table(plan) == ""
    assert baseline_words(compared(plan, course("today's base", 1e4, 1e4))) == []
