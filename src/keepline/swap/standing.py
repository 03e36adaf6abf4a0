"""Judge rules on what stands there: caps, exclusions, removals, software, numbers of vendors."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.policy_rulekinds import STANDING
from keepline.swap.matching import operators_of
from keepline.swap.rows import row_of, standing_of
from keepline.swap.shares import of_number, of_share
from keepline.swap.weights import BY_TECHNOLOGY, KEYS, vendors_standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.rows import Key, Row

NOTHING: Final = "nothing in scope"
_FIGURES: Final = ("whole", "counted", "whole_known", "counted_known", "units", "units_unknown")


def addressed(rule: Rule, fleet: Fleet) -> list[str | None]:
    """Return the operators to whom a rule is addressed; one None in a network that names none."""
    return operators_of(rule.where, fleet.operators)["operator_id"].to_list()


def judge_standing(rule: Rule, weighed: pl.DataFrame, fleet: Fleet, day: dt.date) -> list[Row]:
    """Return how each operator stands against a cap, exclusion or removal on a day.

    Args:
        rule: The rule.
        weighed: The weights of the day.
        fleet: What stands there.
        day: The day.
    """
    operators = addressed(rule, fleet)
    found = weighed.filter(pl.col("operator_id").is_in(operators, nulls_equal=True))
    by_key = _parted(found)
    rows: list[Row] = []
    if rule.scope == "operator":
        keys = _keys(rule, by_key, operators)
        rows += [_judged(rule, day, key, by_key.get(key)) for key in keys]
    if rule.scope == "national" or len(operators) > 1:
        together = _parted(found.with_columns(operator_id=pl.lit(None, pl.String)))
        rows += [
            _judged(rule, day, key, together.get(key), is_national=True)
            for key in _keys(rule, together, [None])
        ]
    return rows


def _parted(found: pl.DataFrame) -> Mapping[Key, pl.DataFrame]:
    parts = found.select(*KEYS, *_FIGURES).partition_by(KEYS, as_dict=True)
    return {(one[0], one[1], one[2]): part for one, part in parts.items()}


def _keys(
    rule: Rule, by_key: Mapping[Key, pl.DataFrame], operators: Iterable[str | None]
) -> list[Key]:
    """Return the keys to be told: operators, technologies, and suppliers that count there."""
    words = rule.where.words("technology") if rule.kind in BY_TECHNOLOGY else ()
    found: list[Key] = []
    for operator in operators:
        for technology in words or (None,):
            here = [
                key for key, part in by_key.items()
                if key[:2] == (operator, technology) and (not key[2] or part["units"].sum() > 0)
            ]  # fmt: skip
            some = sorted((one for one in by_key if one[:2] == (operator, technology)), key=str)
            found += sorted(here, key=str) or some[:1] or [(operator, technology, None)]
    return found


def _judged(
    rule: Rule, day: dt.date, key: Key, part: pl.DataFrame | None, *, is_national: bool = False
) -> Row:
    row = row_of(rule, day, key, is_national=is_national)
    limit = rule.limit_on(day) or Fraction(0)
    if part is None or part.is_empty():
        none = dict.fromkeys(("value", "value_known", "counted", "whole", "must_go"), 0.0)
        told = {"standing": NOTHING, "is_met": True, "slack": float(limit), "what": _nothing(rule)}
        return row | none | told
    of = {name: part[name].to_list() for name in _FIGURES}
    is_spared = rule.unknown == "spared"
    ending = "_known" if is_spared else ""
    units, doubtful = int(sum(of["units"])), int(sum(of["units_unknown"]))
    row |= {name: math.fsum(of[name + ending]) for name in ("counted", "whole")}
    if row["whole"] == 0.0 and units > (doubtful if is_spared else 0):
        what = f"the {rule.metric} of these sites are not recorded, and vendors' units stand there"
        return row | {"standing": "unknown", "is_met": False, "what": what}
    if rule.kind == "cap":
        worst = of_share(of["counted"], of["whole"], limit)
        known = of_share(of["counted_known"], of["whole_known"], limit)
    else:
        worst, known = of_number(of["counted"]), of_number(of["counted_known"])
    decides = known if is_spared else worst
    # a view of the nation owes nothing beside what its operators owe
    is_wished = row["force"] == "wherever possible" and row["scope"] == rule.scope
    return row | {
        "value": decides.value,
        "value_known": known.value,
        "slack": decides.slack,
        "must_go": decides.must_go,
        "is_met": decides.is_met,
        "standing": standing_of(is_met=decides.is_met, is_met_if_known=known.is_met),
        "penalty": decides.must_go * (rule.penalty or 0.0) if is_wished else 0.0,
        "what": _doubt(doubtful, is_spared=is_spared) if doubtful else None,
    }


def _nothing(rule: Rule) -> str:
    words = rule.where.words("technology")
    return f"nothing in scope: no {' or '.join(words)}" if words else NOTHING


def _doubt(units: int, *, is_spared: bool) -> str:
    does = "spared" if is_spared else "counted"
    if units == 1:
        return f"it is not known whether 1 unit is meant; it is {does}"
    return f"it is not known whether {units:,} units are meant; they are {does}"


def judge_vendors(rule: Rule, fleet: Fleet, day: dt.date) -> list[Row]:
    """Return how each operator stands against a least number of vendors on a day."""
    found = vendors_standing(rule, fleet, day)
    by_key = {(row["operator_id"], row["technology"]): row for row in found.rows(named=True)}
    words = rule.where.words("technology") or (None,)
    operators = addressed(rule, fleet)
    keys: list[tuple[str | None, str | None]] = []
    if rule.scope == "operator":
        keys = [(operator, technology) for operator in operators for technology in words]
    rows = [_counted(rule, day, key, by_key.get(key)) for key in keys]
    if rule.scope == "national" or len(operators) > 1:
        together = vendors_standing(rule, fleet, day, operators)
        by_technology = {row["technology"]: row for row in together.rows(named=True)}
        rows += [
            _counted(rule, day, (None, one), by_technology.get(one), is_national=True)
            for one in words
        ]
    return rows


def _counted(
    rule: Rule,
    day: dt.date,
    key: tuple[str | None, str | None],
    found: Mapping[str, int] | None,
    *,
    is_national: bool = False,
) -> Row:
    row = row_of(rule, day, (*key, None), is_national=is_national)
    limit = rule.limit_on(day)
    if found is None or limit is None:
        return row | {"standing": NOTHING, "is_met": True, "what": _nothing(rule)}
    known, most = found["known"], found["most"]
    is_met = known >= limit
    lacking = 0.0 if is_met else float(limit - known)
    is_wished = row["force"] == "wherever possible" and row["scope"] == rule.scope
    return row | {
        "value": float(known),
        "value_known": float(known),
        "slack": float(known - limit),
        "is_met": is_met,
        "standing": standing_of(is_met=is_met, is_met_if_known=most >= limit),
        "penalty": lacking * (rule.penalty or 0.0) if is_wished else 0.0,
    }


def breaches_of(rule: Rule, weighed: pl.DataFrame, rows: Iterable[Row], day: dt.date) -> list[Row]:
    """Return the sites that count against an operator who does not keep a rule on a day.

    The heaviest first; ties in order of ids.
    """
    is_national = rule.scope == "national"
    broken = {
        (row["operator_id"], row["technology"], row["vendors"])
        for row in rows
        if row["is_met"] is False and row["scope"] == rule.scope
    }
    if rule.kind not in STANDING or not broken:
        return []
    counted = "counted_known" if rule.unknown == "spared" else "counted"
    found = weighed.filter(pl.col(counted) > 0).sort(
        *KEYS, counted, "units", "site_id", descending=[False, False, False, True, True, False]
    )
    return [
        {
            "rule_id": rule.rule_id,
            "operator_id": row["operator_id"],
            "technology": row["technology"],
            "vendors": row["vendors"],
            "on": day,
            "site_id": row["site_id"],
            "part_ids": row["part_ids"],
            "units": row["units"],
            "units_unknown": row["units_unknown"],
            "weight": row[counted],
        }
        for row in found.iter_rows(named=True)
        if (None if is_national else row["operator_id"], *(row[one] for one in KEYS[1:])) in broken
    ]
