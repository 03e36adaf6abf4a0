"""Pass every plan through the audit before anybody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline import audit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from keepline.model.network import Network
    from keepline.model.plan import Plan
    from keepline.model.policy import Policy

    Row = Mapping[str, Any]
    Tables = Mapping[str, pl.DataFrame]

#: What the audit calls a limit, by what a programme calls it.
_LIMITS: Final = {"crews": "crews", "supplier": "supplier capacity", "budget": "quarter budget"}


def audited(plan: Plan, network: Network, policy: Policy) -> Plan:
    """Return a plan whose purchases, moves, swaps and totals hold against the tables as read.

    Purchases are held to what they name, to dates, prices and minimum orders, and to the budget;
    moves to what lies there; swaps to offers, crews, capacity, money and rules; the summary to the
    sums of the tables. What the plan itself says it goes beyond is no fault.

    Raises:
        Bug: When one of them does not hold.
    """
    tables = plan.tables
    purchases, moves = tables["purchases"], tables["moves"]
    alike = dict(tables["pooled_parts"].select("part_id", "counts_as").iter_rows())
    found = [
        *audit.audit_purchases(network, purchases),
        *audit.audit_budget(policy.budget, purchases),
        *audit.audit_moves(network, moves, policy.budget.move_cost, alike),
        *audit.audit_totals(plan.summary, purchases, moves),
    ]
    audit.refuse(audit.findings_of(found))
    if "programme_limits" in tables:
        hold(network, policy, tables)
    return plan


def hold(network: Network, policy: Policy, tables: Tables) -> None:
    """Refuse a programme of swaps that passes a limit or a rule without saying so.

    Args:
        network: The tables as they were read.
        policy: Budget and rules.
        tables: programme, programme_limits, compliance; purchases, too, where there are any.

    Raises:
        Bug: With the first of what it does not say.
    """
    found = audit.audit(
        network, policy, tables["programme"],
        purchases=tables.get("purchases"), endurance=tables.get("endurance"),
    )  # fmt: skip
    # what stands there from before counts as well: a rule that is not kept has to be said
    hard = audit.undeclared(found.with_columns(by_plan=pl.lit(value=True)))
    limits = tables["programme_limits"].filter(pl.col("excess") > 0.0).to_dicts()
    kept = _kept(tables["compliance"])
    said = [_is_said(row, limits, kept) for row in hard.iter_rows(named=True)]
    audit.refuse(hard.filter(~pl.Series(said, dtype=pl.Boolean)))


def _kept(compliance: pl.DataFrame) -> dict[str, dict[dt.date, bool]]:
    """Return for each rule and day that is told whether it is kept everywhere."""
    binding = compliance.filter(pl.col("force") != "not yet")
    told = binding.group_by("rule_id", "on").agg(pl.col("is_met").fill_null(value=False).all())
    found: dict[str, dict[dt.date, bool]] = {}
    for rule, day, is_kept in told.iter_rows():
        found.setdefault(rule, {})[day] = is_kept
    return found


def _is_said(
    finding: Row, limits: list[dict[str, Any]], kept: Mapping[str, Mapping[dt.date, bool]]
) -> bool:
    """Tell whether a plan's own tables say what is found: the limit passed, or the rule broken."""
    if finding["limit"] == "rule":
        days = kept.get(finding["rule_id"], {})
        if finding["on"] in days:
            return not days[finding["on"]]
        return not all(days.values())
    rows = [
        row for row in limits
        if _LIMITS.get(row["limit"]) == finding["limit"]
        and row["quarter"] == finding["quarter"]
        and _is_there(row, finding["place"])
    ]  # fmt: skip
    # what an operator's own crews cannot do is left to those of all: rows add up
    passed = sum(row["excess"] for row in rows)
    return bool(rows) and passed * (1.0 + audit.ROUNDING) + audit.ROUNDING >= finding["excess"]


def _is_there(row: Row, place: str | None) -> bool:
    """Tell whether a limit's place, "South East, ee", is that of a finding, or part of it."""
    said, found = row["place"].split(", "), place.split(" / ") if place else []
    if row["limit"] == "crews":
        return bool(found) and said[0] == found[0] and (len(found) == 1 or said[-1] == found[-1])
    return row["limit"] == "budget" or set(said) <= set(found)
