"""Audit a finished plan from the raw tables, apart from whatever made it.

:func:`audit` tells what is not kept, :func:`undeclared` what of it the plan is to answer for, and
:func:`refuse` refuses the plan for that. Nothing here is shared with the engines that make plans.
"""

from keepline.audit.finding import ROUNDING, Finding, findings_of, place_of
from keepline.audit.limits import audit_budget
from keepline.audit.orders import audit_moves, audit_purchases, audit_totals
from keepline.audit.whole import audit, judged_days, refuse, undeclared

__all__ = [
    "ROUNDING",
    "Finding",
    "audit",
    "audit_budget",
    "audit_moves",
    "audit_purchases",
    "audit_totals",
    "findings_of",
    "judged_days",
    "place_of",
    "refuse",
    "undeclared",
]
