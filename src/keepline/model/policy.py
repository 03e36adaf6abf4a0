"""The policy: what must hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from keepline.model.calendar import quarter_start
from keepline.model.fields import Fields
from keepline.model.policy_packs import rules_from
from keepline.model.policy_rulekinds import METRICS, RULE_KEYS
from keepline.model.policy_rules import Rule
from keepline.model.policy_swaps import SwapTerms, swap_terms_from
from keepline.model.problems import Problems

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from keepline.model.fields import Path
    from keepline.model.policy_packs import Packs

__all__ = [
    "METRICS", "POLICY_KEYS", "RULE_KEYS", "Budget", "Policy", "Rule", "Service", "SwapTerms",
    "policy_from",
]  # fmt: skip

POLICY_KEYS: Final = ("name", "service", "budget", "swaps", "packs", "milestones", "rules")


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
        promised: Money of each calendar quarter, by its first day, that something else of the same
            plan spends: what is left of `per_quarter` is less by that.
    """

    stock: float | None = None
    per_quarter: float | None = None
    discount_rate: float = 0.0
    move_cost: float = 0.0
    promised: Mapping[dt.date, float] = field(default_factory=dict)

    def left_in(self, quarter: dt.date) -> float | None:
        """Return what may be spent in the calendar quarter of a day; None for no limit."""
        if self.per_quarter is None:
            return None
        return max(0.0, self.per_quarter - self.promised.get(quarter_start(quarter), 0.0))


@dataclass(frozen=True)
class Policy:
    """Hold what must be kept: service, budget and rules.

    Attributes:
        service: The service target.
        budget: The limits on money.
        swaps: How sites are to be swapped.
        rules: The rules: those of the packs it takes, then its own.
        name: What the policy is called.
        hashes: SHA-256 of the file it was read from.
        file: The name of that file, for reports.
        lines: The line of each of its keys, where known.
    """

    service: Service = field(default_factory=Service)
    budget: Budget = field(default_factory=Budget)
    swaps: SwapTerms = field(default_factory=SwapTerms)
    rules: tuple[Rule, ...] = ()
    name: str = "policy"
    hashes: Mapping[str, str] = field(default_factory=dict)
    file: str = "policy"
    lines: Mapping[Path, int] = field(default_factory=dict, compare=False)


def policy_from(
    values: Mapping[str, object],
    file: str = "policy",
    lines: Mapping[Path, int] | None = None,
    hashes: Mapping[str, str] | None = None,
    packs: Packs | None = None,
) -> Policy:
    """Make a policy from the keys of its file.

    Args:
        values: What the file says.
        file: Its name for the report.
        lines: The line of each key, where known.
        hashes: SHA-256 of the file.
        packs: Fetches the packs of rules that ship, from which the file may take some.

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
        swaps=swap_terms_from(top.inner("swaps")),
        rules=rules_from(top, packs),
        name=top.text("name", file),
        hashes=hashes or {},
        file=file,
        lines=lines or {},
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
