"""Judge bans: what is ordered, or installed, of vendors on days on which a rule forbids it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.swap.matching import NO, YES, groups, scope_of
from keepline.swap.rows import row_of, standing_of
from keepline.swap.standing import addressed

if TYPE_CHECKING:
    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.rows import Row

_WHERE: Final = ("site_id", "depot_id", "part_id")


def banned(rule: Rule, dated: pl.DataFrame, fleet: Fleet) -> pl.DataFrame:
    """Return the units that were ordered or installed although a rule forbids it.

    A ban holds from its first day to its last, both counted. What stood there before the tables
    were made, on a day that is not recorded, may have been installed under the ban when that had
    begun by then.

    Args:
        rule: A ban on purchase or installation.
        dated: Rows like those of a fleet's units, with a day installed_on.
        fleet: For suppliers, and the day of the tables.

    Returns:
        operator_id, site_id, depot_id, part_id, installed_on, quantity, is_known.
    """
    begins, ends = rule.begins or dt.date.min, rule.until or dt.date.max
    day = pl.col("installed_on")
    meant = _any_of(rule, fleet)
    may_be_new = fleet.seen_on >= begins
    held = dated.filter(
        pl.when(day.is_null()).then(may_be_new).otherwise((day >= begins) & (day <= ends))
    ).with_columns(
        meant=pl.min_horizontal(scope_of(rule.where, fleet.seen_on), meant),
        exempt=_exempt(rule, fleet),
    )
    for name in ("site_id", "depot_id"):
        if name not in held.columns:
            held = held.with_columns(pl.lit(None, pl.String).alias(name))
    return held.filter((pl.col("meant") > NO) & (pl.col("exempt") < YES)).select(
        "operator_id", *_WHERE, "installed_on", "quantity",
        is_known=(pl.col("meant") == YES) & (pl.col("exempt") == NO) & day.is_not_null(),
    )  # fmt: skip


def _any_of(rule: Rule, fleet: Fleet) -> pl.Expr:
    """Return whether any of the suppliers is meant: for a ban each is as good as together."""
    found = [one.meant("supplier_id") for one in groups(rule.vendors, fleet.suppliers)]
    return pl.max_horizontal(found) if found else pl.lit(NO, pl.Int8)


def _exempt(rule: Rule, fleet: Fleet) -> pl.Expr:
    """Return whether a unit is exempt on the day on which it is ordered or installed."""
    day = pl.col("installed_on").fill_null(fleet.seen_on)
    never = pl.lit(NO, pl.Int8)
    held = [
        pl.when(day.is_between(one.begins or dt.date.min, one.until or dt.date.min))
        .then(scope_of(one.where, fleet.seen_on))
        .otherwise(never)
        for one in rule.exemptions
    ]
    return pl.max_horizontal(never, *held)


def judge_ban(
    rule: Rule, found: pl.DataFrame | None, fleet: Fleet, day: dt.date
) -> tuple[list[Row], list[Row]]:
    """Return how each operator stands against a ban on a day, and what breaks it.

    Args:
        rule: The ban.
        found: What was ordered or installed under it; None when purchases are not known.
        fleet: Who there is.
        day: The day; what is ordered or installed later does not count yet.
    """
    operators = addressed(rule, fleet)
    if found is None:
        what = "purchases are not known: give a plan"
        return [row_of(rule, day, (one, None, None)) | {"what": what} for one in operators], []
    upto = found.filter(pl.col("installed_on").is_null() | (pl.col("installed_on") <= day))
    upto = upto.filter(pl.col("operator_id").is_in(operators, nulls_equal=True))
    rows = []
    if rule.scope == "operator":
        for one in operators:
            part = upto.filter(pl.col("operator_id").eq_missing(pl.lit(one, pl.String)))
            rows.append(_judged(rule, day, one, part, is_national=False))
    if rule.scope == "national" or len(operators) > 1:
        rows.append(_judged(rule, day, None, upto, is_national=True))
    return rows, _breaches(rule, upto, day)


def _judged(
    rule: Rule, day: dt.date, operator: str | None, part: pl.DataFrame, *, is_national: bool
) -> Row:
    units, known = (float(one["quantity"].sum()) for one in (part, part.filter(pl.col("is_known"))))
    decides = known if rule.unknown == "spared" else units
    doubtful = units - known
    what = None
    if doubtful:
        what = f"of {doubtful:,.0f} units it is not known whether the ban means them"
    return row_of(rule, day, (operator, None, None), is_national=is_national) | {
        "value": decides,
        "value_known": known,
        "slack": 0.0 - decides,
        "counted": decides,
        "is_met": decides == 0.0,
        "standing": standing_of(is_met=decides == 0.0, is_met_if_known=known == 0.0),
        "what": what,
    }


def _breaches(rule: Rule, upto: pl.DataFrame, day: dt.date) -> list[Row]:
    kept = upto.filter("is_known") if rule.unknown == "spared" else upto
    listed = kept.group_by("operator_id", "site_id", "depot_id", "installed_on").agg(
        part_ids=pl.col("part_id").unique().sort().str.join("; "),
        units=pl.col("quantity").sum(),
        units_unknown=pl.col("quantity").filter(~pl.col("is_known")).sum(),
    )
    order = ("units", "operator_id", "site_id", "depot_id", "installed_on")
    return [
        {
            "rule_id": rule.rule_id,
            "operator_id": row["operator_id"],
            "on": day,
            "site_id": row["site_id"],
            "depot_id": row["depot_id"],
            "happened_on": row["installed_on"],
            "part_ids": row["part_ids"],
            "units": row["units"],
            "units_unknown": row["units_unknown"],
            "weight": float(row["units"]),
        }
        for row in listed.sort(order, descending=[True, *[False] * 4]).iter_rows(named=True)
    ]
