"""Result table of the audit: what a finished plan does that it may not do."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, choice, day, identifier, number, text, yes_no

#: What is looked at.
AUDITED: Final = (
    "swap",
    "offer",
    "crews",
    "supplier capacity",
    "quarter budget",
    "stock budget",
    "rule",
    "purchase",
    "minimum order",
    "move",
    "total",
)
SEVERITIES: Final = ("breach", "late", "unknown")


class Findings(Table):
    """Something in a finished plan that is not as the tables and the policy ask for.

    It is found apart from whatever made the plan, from the tables as they were read.
    """

    limit = choice("What is not kept.", AUDITED, key=True)
    rule_id = identifier("The rule of the policy, where it is one.", "UK20-1", key=True,
                         optional=True)  # fmt: skip
    place = text(
        "Where: a site, or a region, operator, technology, supplier, part or depot; empty for all.",
        "South East / ee",
        key=True,
        optional=True,
    )
    on = day("The day, where it is of one.", "2023-01-28", key=True, optional=True)
    quarter = day("First day of its quarter.", "2023-01-01", key=True, optional=True)
    what = text("What is wrong, in words.", "7,800 of 19,000 sites count, 6,650 may", key=True)
    value = number("What it is.", "0.41", "as the unit", low=None, optional=True)
    allowed = number("What it may be at most, or must be at least.", "0.35", "as the unit",
                     low=None, optional=True)  # fmt: skip
    excess = number("By how much it is not kept; 1 where nothing is measured.", "1150",
                    "as the unit")  # fmt: skip
    unit = text("The unit of the excess.", "sites", optional=True)
    severity = choice(
        "Not kept; later than wished for; or it is not known whether it is kept.", SEVERITIES
    )
    by_plan = yes_no("Whether a plan can do something about it: not about what was before it.")
