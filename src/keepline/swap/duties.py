"""Judge reports by the documents on record, and tell duties with their days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from keepline.swap.rows import row_of
from keepline.swap.standing import addressed

if TYPE_CHECKING:
    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.rows import Row


def judge_report(rule: Rule, documents: pl.DataFrame, fleet: Fleet, day: dt.date) -> list[Row]:
    """Return how each operator stands against a duty to report on a day, and when it is due next.

    A document counts from its day to every_days later, both counted. Without one on record the
    rule is not met: it is due on its first day in force, or is overdue.

    Args:
        rule: The rule.
        documents: The table of documents.
        fleet: Who there is.
        day: The day; later documents do not count yet.
    """
    rows = []
    for operator in addressed(rule, fleet):
        whose = pl.col("operator_id").is_null() | pl.col("operator_id").eq_missing(
            pl.lit(operator, pl.String)
        )
        own = documents.filter(
            (pl.col("document") == rule.document) & whose & (pl.col("dated_on") <= day)
        )["dated_on"]
        last = own.max()
        rows.append(_judged(rule, day, operator, last if isinstance(last, dt.date) else None))
    return rows


def _judged(rule: Rule, day: dt.date, operator: str | None, last: dt.date | None) -> Row:
    row = row_of(rule, day, (operator, None, None))
    if last is None:
        what = f"no {rule.document} is on record"
        due = rule.by or rule.begins
        return row | {"is_met": False, "standing": "broken", "due_on": due, "what": what}
    what = f"{rule.document} of {last.isoformat()}"
    if rule.every_days is None:
        return row | {"is_met": True, "standing": "met", "what": what}
    due, age = last + dt.timedelta(days=rule.every_days), (day - last).days
    is_met = age <= rule.every_days
    return row | {
        "metric": "days",
        "value": float(age),
        "value_known": float(age),
        "limit": float(rule.every_days),
        "slack": float(rule.every_days - age),
        "is_met": is_met,
        "standing": "met" if is_met else "broken",
        "due_on": due,
        "what": what,
    }


def due_days(rule: Rule, last: dt.date | None, first: dt.date, end: dt.date) -> list[dt.date]:
    """Return the days from one to another by which reports are due, each made on its day.

    Args:
        rule: A rule on reports.
        last: The day of the last document; None without one, then the first is due at once.
        first: The first day.
        end: The last day.
    """
    begins = max(first, rule.hard_from or first)
    step = rule.every_days
    due = begins if last is None or step is None else last + dt.timedelta(days=step)
    if step is None:
        return [due] if last is None and due <= end else []
    found = [max(due, begins)]
    while (following := found[-1] + dt.timedelta(days=step)) <= end:
        found.append(following)
    return [one for one in found if one <= end and (rule.until is None or one <= rule.until)]


def tell_duty(rule: Rule, fleet: Fleet, day: dt.date) -> list[Row]:
    """Return a row for each operator that tells a duty with its day, and judges nothing."""
    note = rule.terms.get("note")
    told = {"due_on": rule.hard_from, "what": str(note) if note else "no table shows it"}
    return [row_of(rule, day, (one, None, None)) | told for one in addressed(rule, fleet)]
