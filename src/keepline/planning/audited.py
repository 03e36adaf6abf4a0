"""Pass every plan through the audit before anybody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline import audit

if TYPE_CHECKING:
    from keepline.model.network import Network
    from keepline.model.plan import Plan
    from keepline.model.policy import Policy


def audited(plan: Plan, network: Network, policy: Policy) -> Plan:
    """Return a plan whose purchases, moves and totals hold against the tables as they were read.

    Purchases are held to what they name, to dates, prices and minimum orders, and to the budget;
    moves to what lies there; the summary to the sums of the tables. The policy's rules are not
    planned for by stock alone: how they stand is told in a table of its own.

    Raises:
        Bug: When one of them does not hold.
    """
    purchases, moves = plan.tables["purchases"], plan.tables["moves"]
    alike = dict(plan.tables["pooled_parts"].select("part_id", "counts_as").iter_rows())
    found = [
        *audit.audit_purchases(network, purchases),
        *audit.audit_budget(policy.budget, purchases),
        *audit.audit_moves(network, moves, policy.budget.move_cost, alike),
        *audit.audit_totals(plan.summary, purchases, moves),
    ]
    audit.refuse(audit.findings_of(found))
    return plan
