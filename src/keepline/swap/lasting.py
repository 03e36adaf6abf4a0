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
    if len(fleet.operators) == 1:  # a depot need not say whose it is
        only = fleet.operators["operator_id"][0]
        pooled = pooled.with_columns(pl.lit(only, pl.String).alias("operator_id"))
    found = parts.join(pooled, on=["operator_id", "part_id"], how="left", nulls_equal=True).sort(
        "survive_days_low", "part_id", nulls_last=True
    )
    return [
        _judged(
            rule, day, one,
            found.filter(pl.col("operator_id").eq_missing(pl.lit(one, pl.String))),
        )
        for one in operators
    ]  # fmt: skip


def told_by_part(endurance: pl.DataFrame, pooled_parts: pl.DataFrame) -> pl.DataFrame:
    """Return endurance with a row for every part: those that count as another last as that does.

    Args:
        endurance: The table of that name.
        pooled_parts: The table of that name: part_id, counts_as.
    """
    as_which = pooled_parts.select("part_id", counts_as="counts_as").filter(
        pl.col("part_id") != pl.col("counts_as")
    )
    others = endurance.rename({"part_id": "counts_as"}).join(as_which, on="counts_as")
    return pl.concat([endurance, others.select(endurance.columns)])


def _judged(rule: Rule, day: dt.date, operator: str | None, found: pl.DataFrame) -> Row:
    row = row_of(rule, day, (operator, None, None))
    limit = float(rule.limit_on(day) or 0)
    if found.is_empty():
        return row | {"standing": NOTHING, "is_met": True, "what": NOTHING}
    untold = int(found["survive_days_low"].null_count())
    if untold == len(found):
        what = "the endurance of none of these parts is known"
        return row | {"standing": "unknown", "is_met": False, "what": what}
    least = found.row(0, named=True)
    days, is_beyond = least["survive_days_low"], least["is_beyond_end"]
    is_met = days >= limit and not untold
    what = f"{least['part_id']} lasts the shortest"
    if untold:
        what += f"; the endurance of {untold} of these parts is not known"
    elif is_beyond and not is_met:
        what += "; it holds to the plan's last day, and longer is not judged"
    may_last = is_beyond or least["survive_days_high"] >= limit
    return row | {
        "value": days,
        "value_known": days,
        "slack": days - limit,
        "is_met": is_met,
        "standing": standing_of(is_met=is_met, is_met_if_known=may_last),
        "what": what,
    }
