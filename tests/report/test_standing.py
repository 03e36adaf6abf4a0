"""What stands in for what is said where it matters, and no unit is counted twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model.limit_results import PooledParts, Substitution
from keepline.model.results import RESULTS
from keepline.report import tally
from keepline.report.answer import answer
from keepline.report.page import page
from keepline.report.standing import standing, standing_table

if TYPE_CHECKING:
    from keepline.model.plan import Plan


def row(chain: str, course: str, worst: tuple[float, float | None, float], **said: Any) -> Any:
    apart, known, pooled = worst
    return {
        "chain": chain,
        "members": chain.replace(" > ", "; ").replace(" = ", "; ").replace(", ", "; "),
        "depot_id": "ee-central",
        "course": course,
        "operator_id": "ee",
        "kind": "one-way",
        "pooling": "apart",
        "law": "bound" if known is None else "exact",
        "short_apart": apart,
        "short": known,
        "short_pooled": pooled,
        "worst_apart": apart,
        "worst": known,
        "worst_pooled": pooled,
        **said,
    }


def told(plan: Plan, rows: list[Any] | None = None, pooled: list[Any] | None = None) -> Plan:
    tables = dict(plan.tables)
    for name, schema, found in (
        ("substitution", Substitution, rows),
        ("pooled_parts", PooledParts, pooled),
    ):
        dtypes = {key: column.dtype for key, column in RESULTS[name].columns().items()}
        tables[name] = pl.DataFrame(found or [], schema=dtypes, orient="row")
        schema.validate(tables[name])
    return replace(plan, tables=tables)


def topic(plan: Plan) -> list[str]:
    return [one.text for one in answer(plan) if one.topic == "substitution"]


def both(chain: str, today: Any, planned: Any, **said: Any) -> list[Any]:
    return [row(chain, "today", today, **said), row(chain, "plan", planned, **said)]


def test_the_answer_speaks_of_it_only_where_it_matters(plan: Plan) -> None:
    assert topic(plan) == []
    little = both("b > a", (9.0, 2.0, 1.0), (1.0, 0.6, 0.5))
    assert topic(told(plan, little)) == []
    # what is pooled is counted on, and of a mixed chain nothing is sure
    counted = both("c = d", (9.0, 2.0, 2.0), (9.0, 2.0, 2.0), kind="two-way", pooling="as one")
    mixed = both("e, f, g", (9.0, None, 2.0), (9.0, None, 2.0), kind="mixed")
    assert topic(told(plan, little + counted + mixed)) == []
    much = both("h > i", (9.0, 2.0, 1.0), (3.0, 1.25, 0.5))
    (text,) = topic(told(plan, little + counted + mixed + much))
    assert "from 4.00 down to 1.85" in text


def test_every_chain_stands_in_the_report(plan: Plan) -> None:
    assert standing_table(plan) == ""
    rows = both("b > a", (9.0, 2.0, 1.0), (1.0, 0.6, 0.5))
    rows += both("e, <f>, g", (7.0, None, 3.0), (7.0, None, 3.0), kind="mixed")
    made = page(told(plan, rows))
    assert "b &gt; a" in made
    assert "e, &lt;f&gt;, g" in made
    assert "<f>" not in made


@pytest.mark.parametrize("part", ["e", "f"])
def test_bounds_alone_are_told_as_bounds(plan: Plan, part: str) -> None:
    rows = both("e, f", (7.0, None, 3.0), (5.0, None, 2.0), kind="mixed")
    (text,) = standing(told(plan, rows), part)
    assert "today 3.00 to 7.00; with the plan 2.00 to 5.00" in text
    assert standing(told(plan, rows), "e, f") == []


def test_pooled_units_stay_with_their_makers(plan: Plan) -> None:
    """A maker's share of units cut off is the same whichever part they count as."""
    whole = plan.tables["endurance"].filter(pl.col("depot_id").is_null())
    one, other = (
        whole.filter(supplier_id=maker).row(0, named=True) for maker in ("huawei", "nokia")
    )
    units = [(row_["part_id"], one["part_id"], round(row_["installed"]), 0, 0)
             for row_ in (one, other)]  # fmt: skip
    is_one = pl.col("part_id") == one["part_id"]
    endurance = plan.tables["endurance"].filter(pl.col("part_id") != other["part_id"])
    endurance = endurance.with_columns(
        installed=pl.when(is_one)
        .then(one["installed"] + other["installed"])
        .otherwise(pl.col("installed"))
    )
    pooled = told(plan, pooled=units)
    pooled = replace(pooled, tables={**pooled.tables, "endurance": endurance})
    before, after = tally.lost_shares(plan), tally.lost_shares(pooled)
    assert before.drop("share").equals(after.drop("share"))
    assert before["share"].to_list() == pytest.approx(after["share"].to_list(), rel=1e-12)
    name = tally.part_names(pooled)[one["part_id"]]
    assert name.endswith(f"(counts for {one['part_id']} and {other['part_id']})")
    (text,) = topic(pooled)
    assert text.startswith("2 parts that are alike")
