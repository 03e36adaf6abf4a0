"""Make the rows of the tables of compliance and breaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.calendar import quarter_start
from keepline.model.results import RESULTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from keepline.model.policy_rules import Rule

    Row = dict[str, object]
    #: Operator, technology and supplier that a row is of; None for all.
    Key = tuple[str | None, str | None, str | None]

NATIONAL: Final = "national"


def row_of(
    rule: Rule, day: dt.date, key: Key = (None, None, None), *, is_national: bool = False
) -> Row:
    """Return a row of the table of compliance that says nothing yet but whose and when it is."""
    operator, technology, vendors = key
    limit = rule.limit_on(day)
    return {
        "rule_id": rule.rule_id,
        "scope": NATIONAL if is_national else "operator",
        "operator_id": operator,
        "technology": technology,
        "vendors": vendors,
        "on": day,
        "quarter": quarter_start(day),
        "kind": rule.kind,
        "metric": rule.metric or None,
        "limit": None if limit is None else float(limit),
        "force": rule.force_on(day),
        "standing": "not judged",
        "penalty": 0.0,
    }


def standing_of(*, is_met: bool, is_met_if_known: bool) -> str:
    """Return the word for how a rule stands.

    >>> standing_of(is_met=False, is_met_if_known=True)
    'unknown'
    """
    if is_met:
        return "met"
    return "unknown" if is_met_if_known else "broken"


def table_of(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Return rows as a declared result table, columns in declared order."""
    columns = RESULTS[name].columns()
    listed = list(rows)
    return pl.DataFrame(
        {label: [row.get(label) for row in listed] for label in columns},
        schema={label: column.dtype for label, column in columns.items()},
    )
