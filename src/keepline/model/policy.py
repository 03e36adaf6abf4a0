"""The policy: what must hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from keepline.model.fields import Fields
from keepline.model.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.fields import Path

METRICS: Final = ("sites", "traffic", "premises", "units", "vendors", "days_of_cover")
POLICY_KEYS: Final = ("name", "service", "budget", "rules")
RULE_KEYS: Final = (
    "id", "law", "link", "mark", "kind", "vendors", "where", "metric", "at_most", "at_least",
    "schedule", "by", "from", "until", "wherever_possible", "penalty", "exemptions", "every_days",
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    """Say what service must hold: an average availability, or survival for so many days.

    Attributes:
        confidence: Probability with which endurance is stated and survival must hold.
        availability: Share of traffic in service, on average over the plan; None when not asked.
        survive_days: Days for which every part must be met; None when not asked.
    """

    confidence: float = 0.95
    availability: float | None = None
    survive_days: float | None = None


@dataclass(frozen=True)
class Budget:
    """Limit the money.

    Attributes:
        stock: The most that may be spent on stock; None for no limit.
        per_quarter: The most that may be spent in a calendar quarter; None for no limit.
        discount_rate: Yearly rate at which later money counts less.
        move_cost: What carrying one unit between depots costs; beside the money for stock.
    """

    stock: float | None = None
    per_quarter: float | None = None
    discount_rate: float = 0.0
    move_cost: float = 0.0


@dataclass(frozen=True)
class Rule:
    """Keep a rule as it is written; the engine of rules gives it its meaning."""

    rule_id: str
    law: str
    terms: Mapping[str, object]


@dataclass(frozen=True)
class Policy:
    """Hold what must be kept: service, budget and rules.

    Attributes:
        service: The service target.
        budget: The limits on money.
        rules: The rules, as written.
        name: What the policy is called.
        hashes: SHA-256 of the file it was read from.
    """

    service: Service = field(default_factory=Service)
    budget: Budget = field(default_factory=Budget)
    rules: tuple[Rule, ...] = ()
    name: str = "policy"
    hashes: Mapping[str, str] = field(default_factory=dict)


def policy_from(
    values: Mapping[str, object],
    file: str = "policy",
    lines: Mapping[Path, int] | None = None,
    hashes: Mapping[str, str] | None = None,
) -> Policy:
    """Make a policy from the keys of its file.

    Args:
        values: What the file says.
        file: Its name for the report.
        lines: The line of each key, where known.
        hashes: SHA-256 of the file.

    Returns:
        The policy.

    Raises:
        InputError: With every problem, when there is any.
    """
    problems = Problems()
    top = Fields(values, file, problems, (), lines or {})
    top.only(POLICY_KEYS)
    policy = Policy(
        service=_service(top.inner("service")),
        budget=_budget(top.inner("budget")),
        rules=_rules(top),
        name=top.text("name", file),
        hashes=hashes or {},
    )
    problems.raise_if_any()
    return policy


def _service(fields: Fields) -> Service:
    fields.only(("availability", "confidence", "survive_days"))
    availability = fields.number("availability", 0.0, 0.0, 1.0)
    survive_days = fields.number("survive_days", 0.0, 0.0)
    if not fields.has("availability") and not fields.has("survive_days"):
        fields.report(
            "", "IN-310", "no service target", "availability (0 to 1) or survive_days", "Add one"
        )
    confidence = fields.number("confidence", 0.95, 0.0, 1.0)
    if not 0.0 < confidence < 1.0:
        fields.report("confidence", "IN-304", f"{confidence} is out of bounds", "between 0 and 1")
    return Service(
        confidence=confidence,
        availability=availability if fields.has("availability") else None,
        survive_days=survive_days if fields.has("survive_days") else None,
    )


def _budget(fields: Fields) -> Budget:
    fields.only(("stock", "per_quarter", "discount_rate", "move_cost"))
    return Budget(
        stock=fields.number("stock", 0.0, 0.0) if fields.has("stock") else None,
        per_quarter=fields.number("per_quarter", 0.0, 0.0) if fields.has("per_quarter") else None,
        discount_rate=fields.number("discount_rate", 0.0, 0.0, 1.0),
        move_cost=fields.number("move_cost", 0.0, 0.0),
    )


def _rules(top: Fields) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    seen: set[str] = set()
    for entry in top.each("rules"):
        entry.only(RULE_KEYS)
        rule_id = entry.text("id")
        if rule_id in seen:
            entry.report("id", "IN-311", f'the rule "{rule_id}" stands twice', "one entry a rule")
        seen.add(rule_id)
        metric = entry.text("metric", "sites")
        if metric not in METRICS:
            entry.report("metric", "IN-312", f'unknown metric "{metric}"', ", ".join(METRICS))
        entry.number("at_most", 0.0, 0.0)
        for key in ("by", "wherever_possible", "from", "until"):
            entry.date(key)
        rules.append(Rule(rule_id, entry.text("law", ""), _frozen(entry.values)))
    return tuple(rules)


def _frozen(values: Mapping[str, object]) -> dict[str, object]:
    # dates become text so that a rule can be written to JSON as it stands
    return {
        key: value.isoformat() if isinstance(value, dt.date) else value
        for key, value in values.items()
    }
