"""Result tables of a policy's rules: how each operator stands, and what breaks them."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, choice, day, identifier, number, text, whole, yes_no
from keepline.model.policy_rulekinds import METRICS, RULE_KINDS, SCOPES
from keepline.model.policy_rules import FORCES

STANDINGS: Final = ("met", "broken", "unknown", "nothing in scope", "not judged")
#: What a rule may be measured in: its metric, or the days since a document.
MEASURED: Final = (*METRICS, "days")


class Compliance(Table):
    """How an operator stands against a rule on a day.

    A value counts whatever may be meant: what is not known is not compliant. The national view,
    for an authority, adds up the operators and is no verdict on any of them, unless the rule is of
    the nation.
    """

    rule_id = identifier("The rule.", "UK20-1", key=True)
    scope = choice("Whether the row is of one operator, or of all added up.", SCOPES, key=True)
    operator_id = identifier("The operator; empty for all.", "ee", key=True, optional=True)
    technology = text(
        "The technology, where the rule is judged for each by itself.",
        "5G-RAN",
        key=True,
        optional=True,
    )
    vendors = identifier(
        "The supplier, where the rule is judged for each by itself.",
        "huawei",
        key=True,
        optional=True,
    )
    on = day("The day; what is swapped on it is swapped.", "2023-01-28", key=True)
    quarter = day("First day of its quarter.", "2023-01-01")
    kind = choice("The kind of rule.", tuple(RULE_KINDS))
    metric = choice("What is measured; empty where nothing is.", MEASURED, optional=True)
    value = number("What is measured.", "0.41", "as the rule's metric", optional=True)
    value_known = number(
        "The same when only what is sure counts against the operator.",
        "0.41",
        "as the rule's metric",
        optional=True,
    )
    limit = number(
        "What the rule allows, or asks for at least; what it will, where it is not yet in force.",
        "0.35",
        "as the rule's metric",
        optional=True,
    )
    slack = number(
        "Room left: limit less value, or value less limit where the limit is a least one.",
        "-0.06",
        "as the rule's metric",
        low=None,
        optional=True,
    )
    counted = number("What counts for the vendors.", "7800", "sites, traffic ...", optional=True)
    whole = number("What it is a share of.", "19000", "sites, traffic ...", optional=True)
    must_go = number(
        "The least of the metric that has to go to keep the limit.",
        "1150",
        "sites, traffic ...",
        optional=True,
    )
    force = choice(
        "How the rule binds on the day: not yet, wherever possible, hard, no longer, or from a day "
        "that is not known.",
        FORCES,
    )
    standing = choice(
        "Met, broken, broken only if what is not known is so, nothing in scope, or not judged.",
        STANDINGS,
    )
    is_met = yes_no("Whether the limit is kept; empty where it is not judged.", optional=True)
    penalty = number(
        "Money for what is beyond the limit while it holds wherever possible, a quarter.",
        "0",
        "currency",
        default=0.0,
    )
    due_on = day("When the next report, or the duty, is due.", "2024-03-31", optional=True)
    what = text("What there is to say of it.", "8 units may be meant", optional=True)


class Breaches(Table):
    """A site, purchase or installation that counts against a rule that is not kept on a day."""

    rule_id = identifier("The rule.", "UK20-1", key=True)
    operator_id = identifier("The operator.", "ee", key=True, optional=True)
    technology = text("The technology, where the rule is judged by it.", "5G-RAN", key=True,
                      optional=True)  # fmt: skip
    vendors = identifier("The supplier, where each is judged.", "huawei", key=True, optional=True)
    on = day("The day on which the rule is judged.", "2023-01-28", key=True)
    site_id = identifier("The site.", "ee-00001", key=True, optional=True)
    depot_id = identifier("The depot that was bought for.", "ee-london", key=True, optional=True)
    happened_on = day(
        "When it was bought or installed, where a ban is judged.", "2021-02-15", key=True,
        optional=True,
    )  # fmt: skip
    part_ids = text("The parts.", "02351234; 03057110", is_list=True, optional=True)
    units = whole("Units that count.", "10", "units")
    units_unknown = whole("Those of them of which it is not known whether they do.", "0", "units")
    weight = number("What it counts by the rule's metric.", "1.8", "as the rule's metric")
