"""Say why a service target is missed, and the least change that mends it."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from keepline.report.words import capital, count, counted, date, goal, money, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

NAMED: Final = 4
DECIMALS: Final = 2
LATE: Final = ("supply cut", "lead time")
TARGETS: Final = ("availability target", "survival target")


class Terms(NamedTuple):
    """Hold what turns figures into words: names of parts, the currency and the first day."""

    names: Mapping[str, str]
    currency: str
    start: dt.date


def relaxed(rows: pl.DataFrame, terms: Terms) -> list[str]:
    """Return what to change for a target that is missed, in sentences; none where it is met.

    Args:
        rows: The result table ``relaxations``.
        terms: Names, currency and first day.
    """
    every = list(rows.iter_rows(named=True))
    limits = [row for row in every if row["limit"] not in (*LATE, *TARGETS)]
    late = [row for row in every if row["limit"] in LATE]
    said = _limits(limits, terms)
    if late:
        said.append(_late(late, terms))
    return [*said, *(_target(row) for row in every if row["limit"] in TARGETS)]


def _limits(rows: list[dict[str, Any]], terms: Terms) -> list[str]:
    if not rows:
        return []
    told = [_change(row, terms) for row in rows[:NAMED]]
    rest = len(rows) - len(told)
    more = f"; {counted(rest, 'further change')} in the table relaxations" if rest else ""
    if not rows[0]["is_alone"]:
        return [f"No limit alone mends it. Together these changes do: {'; '.join(told)}{more}."]
    if len(rows) == 1:
        return [f"{capital(told[0])} would be enough."]
    return [f"Any one of these changes alone would be enough: {'; '.join(told)}{more}."]


def _change(row: dict[str, Any], terms: Terms) -> str:
    """Return a change, such as a budget of so much instead of so much."""
    enough, now, least = row["enough"], row["limit_now"], row["at_least"]
    if row["limit"] == "minimum orders":
        most = "" if least is None else f" (certified: under {percent(least)})"
        return f"minimum orders cut to {percent(enough)} of what they are{most}"
    proof = "" if least is None else f" (certified: more than {_amount(row, least, False, terms)})"
    return (
        f"{_what(row, terms).format(_amount(row, enough, True, terms))} instead of "
        f"{_amount(row, now, False, terms)}{proof}"
    )


def _what(row: dict[str, Any], terms: Terms) -> str:
    """Return what a limit is, with a place for its amount."""
    when = f" in the quarter from {date(row['quarter'])}" if row["quarter"] else ""
    if row["limit"] == "stock budget":
        return "a stock budget of {}"
    if row["limit"] == "quarter budget":
        return f"{{}} to spend{when}" if when else "{} to spend in every quarter"
    if row["limit"] == "storage":
        return f"room for {{}} beside today's stock at {row['depot_id']}"
    part = terms.names.get(row["part_id"], row["part_id"])
    return f"a supply of {part} of {{}}{when}"


def _amount(row: dict[str, Any], value: float, is_up: bool, terms: Terms) -> str:
    """Write an amount, rounded to the safe side: what is enough up, what is not enough down."""
    towards = math.ceil if is_up else math.floor
    if row["unit"] == "currency":
        return money(float(towards(value - 1e-6 if is_up else value + 1e-6)), terms.currency)
    scale = 10**DECIMALS
    rounded = towards(value * scale + (-1e-6 if is_up else 1e-6)) / scale
    decimals = 0 if rounded == int(rounded) else DECIMALS
    unit = "m\u00b3" if row["unit"] == "m3" else row["unit"]
    return f"{count(rounded, decimals)} {unit}"


def _late(rows: list[dict[str, Any]], terms: Terms) -> str:
    said = []
    for row in rows[:NAMED]:
        part = terms.names.get(row["part_id"], row["part_id"])
        now, least = row["limit_now"], row["at_least"]
        if row["limit"] == "supply cut":
            # a unit must be there a day before the cut
            there, cut = (_day(terms, days) for days in (least - 1.0, now))
            said.append(
                f"new units of {part} arrive on {there} at the soonest, supply is cut on {cut}"
            )
        else:
            said.append(
                f"new units of {part} take {counted(math.ceil(now), 'day')} to where they are "
                f"needed, and units are short after {counted(math.floor(least), 'day')}"
            )
    more = f"; {counted(len(rows) - len(said), 'further part')}" if len(rows) > len(said) else ""
    return f"No money can mend it, for units come too late: {'; '.join(said)}{more}."


def _day(terms: Terms, days: float) -> str:
    return date(terms.start + dt.timedelta(days=int(days)))


def _target(row: dict[str, Any]) -> str:
    enough, most = row["enough"], row["at_least"]
    if row["limit"] == "survival target":
        return f"Within the limits, {counted(math.floor(enough), 'day')} of survival can be held."
    held = goal(math.floor(enough * 1e6) / 1e6)
    proof = (
        "" if most is None else f", and certainly no more than {goal(math.ceil(most * 1e6) / 1e6)}"
    )
    return f"Within the limits, availability {held} in every month can be held{proof}."
