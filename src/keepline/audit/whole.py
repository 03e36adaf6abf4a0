"""Audit a finished plan as a whole, and refuse one that breaks what it was made to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.audit.dated import audit_ban, audit_endurance, audit_report, installed, ordered
from keepline.audit.finding import BREACH, UNKNOWN, Finding, findings_of
from keepline.audit.ground import ground_of, swaps_of
from keepline.audit.limits import audit_crews, audit_money, audit_suppliers
from keepline.audit.orders import audit_moves, audit_purchases
from keepline.audit.standing import audit_standing, audit_vendors
from keepline.audit.swaps import audit_swaps, offers_of
from keepline.model.calendar import add_months, quarter_end
from keepline.model.errors import Bug
from keepline.model.policy_rulekinds import BANS, STANDING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from keepline.audit.ground import Ground
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.policy_rules import Rule


def audit(
    network: Network,
    policy: Policy,
    programme: pl.DataFrame,
    *,
    purchases: pl.DataFrame | None = None,
    moves: pl.DataFrame | None = None,
    endurance: pl.DataFrame | None = None,
    alike: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Return what a finished plan does that the tables or the policy do not allow.

    It shares no code with what makes plans, and takes nothing from them but the finished tables.

    Args:
        network: The tables as they were read; a programme of their own is left out of account.
        policy: Its budget and rules.
        programme: All swaps: the columns of the table of that name.
        purchases: The table of that name; None where nothing is planned to be bought.
        moves: The table of that name.
        endurance: The table of that name, for rules on it; without it they are left out.
        alike: As which part another counts, where they are planned as one.

    Returns:
        The table ``findings``: nothing in it where all is kept.
    """
    swaps, offers = swaps_of(programme), offers_of(network)
    ground = ground_of(network, swaps)
    found = [
        *audit_swaps(network, ground, swaps, offers),
        *audit_crews(network, ground, swaps, offers),
        *audit_suppliers(ground, swaps, offers),
        *audit_money(policy.budget, ground, swaps, offers, purchases),
    ]
    if purchases is not None:
        found += audit_purchases(network, purchases)
    if moves is not None:
        found += audit_moves(network, moves, policy.budget.move_cost, alike or {})
    for rule in policy.rules:
        found += _audit_rule(rule, network, ground, purchases, endurance)
    return findings_of(found)


def _audit_rule(
    rule: Rule,
    network: Network,
    ground: Ground,
    purchases: pl.DataFrame | None,
    endurance: pl.DataFrame | None,
) -> Iterator[Finding]:
    days = judged_days(rule, network)
    if rule.kind in STANDING:
        yield from audit_standing(rule, network, ground, days)
    elif rule.kind == "min_vendors":
        yield from audit_vendors(rule, network, ground, days)
    elif rule.kind == "report":
        yield from audit_report(rule, network, ground, days)
    elif rule.kind == "endurance" and endurance is not None:
        yield from audit_endurance(rule, network, ground, endurance)
    elif rule.kind in BANS:
        is_bought = rule.kind == "purchase_ban"
        if is_bought and purchases is None:
            return
        happened = installed(ground)
        if is_bought and purchases is not None:
            happened = ordered(network, ground, purchases)
        yield from audit_ban(rule, network, ground, happened)


def judged_days(rule: Rule, network: Network) -> list[dt.date]:
    """Return the days of a plan on which a rule is looked at, in order.

    The first, the last of every quarter, and those on which what it asks for changes: its first
    day in force, the day wished for, the day it must hold, each step of its schedule, the last day
    of each exemption and the day after. What lies beyond the plan's last day is not its business.
    """
    days = {network.start, network.end}
    last = quarter_end(network.start)
    while last < network.end:
        days.add(last)
        last = quarter_end(add_months(last, 1))
    dated = [rule.begins, rule.wherever_possible, rule.by, rule.until]
    dated += [one.begins for one in rule.steps]
    for one in rule.exemptions:
        dated += [one.begins, one.until]
        if one.until is not None and one.until < network.end:
            days.add(one.until.fromordinal(one.until.toordinal() + 1))
    days |= {day for day in dated if day is not None}
    return sorted(day for day in days if network.start <= day <= network.end)


def undeclared(findings: pl.DataFrame) -> pl.DataFrame:
    """Return the findings that whoever made a plan is to answer for.

    These are the breaches, and the rules of which it is not known whether they are kept: what is
    not known does not count as safe. What was there before the plan is left out.

    Args:
        findings: The table of that name.
    """
    is_hard = (pl.col("severity") == BREACH) | (
        (pl.col("severity") == UNKNOWN) & (pl.col("limit") == "rule")
    )
    return findings.filter(is_hard & pl.col("by_plan"))


def refuse(findings: pl.DataFrame) -> None:
    """Refuse a plan for what is found in it; nothing found is nothing to refuse.

    Raises:
        Bug: With the first of the findings in words.
    """
    if findings.is_empty():
        return
    first = findings.row(0, named=True)
    where = " / ".join(str(one) for one in (first["rule_id"], first["place"], first["on"]) if one)
    more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
    raise Bug(
        f"The plan does not keep its limits ({first['limit']}: {where}: {first['what']}{more}). "
        "This is a fault of Keepline; please report it with the network and the policy."
    )
