"""Judge rules on how long stock lasts, by the endurance that a plan or its engine found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.swap.matching import YES, groups, scope_of
from keepline.swap.rows import row_of, standing_of
from keepline.swap.standing import NOTHING, addressed

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.rows import Row


def judge_endurance(
    rule: Rule, endurance: pl.DataFrame | None, fleet: Fleet, day: dt.date
) -> list[Row]:
    """Return how each operator's stock stands against the days that it must last.

    The part that lasts the shortest decides, pooled over an operator's depots, from the plan's
    first day. Where days are not exact the lower bound counts. Stock that still holds on the plan's
    last day is only known to last until then.

    Args:
        rule: The rule.
        endurance: The table of that name; None where it is not known.
        fleet: What stands there, which says which parts are in scope.
        day: The day.
    """
    operators = addressed(rule, fleet)
    if endurance is None:
        what = "needs the endurance of a finished plan: make one with keepline plan"
        return [row_of(rule, day, (one, None, None)) | {"what": what} for one in operators]
    meant = [one.meant("supplier_id") for one in groups(rule.vendors, fleet.suppliers)]
    seen = fleet.units.with_columns(
        meant=pl.min_horizontal(
            scope_of(rule.where, fleet.seen_on), pl.max_horizontal(meant or [pl.lit(YES)])
        )
    ).filter(pl.col("meant") > 0)
    parts = seen.select("operator_id", "part_id").unique()
    pooled = endurance.filter(pl.col("depot_id").is_null())
    found = parts.join(pooled, on=["operator_id", "part_id"], nulls_equal=True).sort(
        "survive_days_low", "part_id"
    )
    return [
        _judged(rule, day, one, found.filter(pl.col("operator_id").eq_missing(pl.lit(one))))
        for one in operators
    ]


def _judged(rule: Rule, day: dt.date, operator: str | None, found: pl.DataFrame) -> Row:
    row = row_of(rule, day, (operator, None, None))
    limit = float(rule.limit_on(day) or 0)
    if found.is_empty():
        return row | {"standing": NOTHING, "is_met": True, "what": NOTHING}
    least = found.row(0, named=True)
    days, is_beyond = least["survive_days_low"], least["is_beyond_end"]
    is_met = days >= limit
    what = f"{least['part_id']} lasts the shortest"
    if is_beyond and not is_met:
        what += "; it holds to the plan's last day, and longer is not judged"
    return row | {
        "value": days,
        "value_known": days,
        "slack": days - limit,
        "is_met": is_met,
        "standing": standing_of(
            is_met=is_met, is_met_if_known=is_beyond or least["survive_days_high"] >= limit
        ),
        "what": what,
    }
