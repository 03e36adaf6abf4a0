"""The plan: what we do, with everything that shows how it came about."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

#: Raised when a field of plan.json changes its meaning; a reader refuses what it does not know.
FORMAT = 1
_DATES = (
    "start",
    "end",
    "first_loss_on",
    "first_order_by",
    "worst_month_today",
    "worst_month_plan",
    "programme_first_on",
    "programme_last_on",
)
_INTERVALS = ("simulated_today", "simulated_plan", "simulated_difference")


@dataclass(frozen=True)
class Interval:
    """Hold a simulated mean with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """Hold the figures of the short answer; each can be found again in a table.

    Availabilities are expected over the scenario's branches: averages over the plan, and in the
    worst month, which is what a target of availability is about. Service lost, in the network's
    traffic units, is expected in the months that decide (those that fall below the target first);
    ``gap`` is the certified distance of the plan's service lost from the least that any purchases
    of that cost could leave, as a share of it. Moves are made before anything is bought;
    ``cost_without_moves`` is what the purchases would cost with nothing moved (where the plan is
    much cheaper than that: all ordered on the first day), and ``moves_lost``, ``moves_left`` and
    ``moves_bound`` are the service lost with nothing bought: as the stock lies today, once it is
    moved, and the least that any placement of it leaves. Of a programme of swaps the cost stands as
    money and discounted, ``programme_kept`` tells whether it keeps every rule, date and limit, and
    ``programme_impossible`` whether it is certified that none can. ``joint_cost`` is the discounted
    cost of swaps with that of stock; no programme and no purchases that leave as little service
    lost cost less than ``joint_bound``.
    """

    network_name: str
    currency: str
    start: dt.date
    end: dt.date
    source: str
    scenario_name: str
    policy_name: str
    confidence: float
    availability_target: float | None
    survive_target_days: float | None
    budget_stock: float | None
    parts: int
    units: int
    sites: int
    operators: int
    total_traffic: float
    parts_lost: int
    first_loss_on: dt.date | None
    purchase_units: int
    purchase_cost: float
    first_order_by: dt.date | None
    availability_today: float
    availability_plan: float
    worst_month_today: dt.date
    worst_month_plan: dt.date
    availability_worst_today: float
    availability_worst_plan: float
    service_lost_today: float
    service_lost_plan: float
    service_lost_bound: float
    gap: float
    target_met: bool
    cost_to_target: float | None
    simulated_today: Interval | None = None
    simulated_plan: Interval | None = None
    simulated_difference: Interval | None = None
    replications: int = 0
    move_units: int = 0
    move_parts: int = 0
    move_cost: float = 0.0
    cost_without_moves: float | None = None
    moves_lost: float | None = None
    moves_left: float | None = None
    moves_bound: float | None = None
    stopped_by: str = "replications"
    programme_sites: int = 0
    programme_swaps: int = 0
    programme_cost: float = 0.0
    programme_cost_discounted: float = 0.0
    programme_first_on: dt.date | None = None
    programme_last_on: dt.date | None = None
    programme_harvested: float = 0.0
    programme_gap: float | None = None
    programme_kept: bool = True
    programme_impossible: bool = False
    joint_cost: float | None = None
    joint_bound: float | None = None
    joint_gap: float | None = None

    @property
    def plan_days(self) -> int:
        """Return how many days the plan has, first and last counted."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Provenance:
    """Hold what makes the plan repeatable and open to challenge.

    Attributes:
        version: Keepline's version.
        seed: The seed of every random stream.
        hashes: SHA-256 of every input file, by name.
        libraries: Version of every library that computes.
        assumptions: Sentences: what was assumed, approximated or left out.
        created: When it was made, as the face says; empty when it does not.
    """

    version: str
    seed: int
    hashes: Mapping[str, str]
    libraries: Mapping[str, str]
    assumptions: tuple[str, ...] = ()
    created: str = ""


@dataclass(frozen=True)
class Plan:
    """Hold a finished plan.

    Attributes:
        summary: The short answer.
        tables: The result tables by name, and ``parts`` and ``suppliers`` to name what they hold.
        provenance: How it came about.
    """

    summary: Summary
    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    provenance: Provenance

    def to_json(self) -> dict[str, object]:
        """Return the summary and the provenance as plain values, dates as ISO text."""
        return {
            "format": FORMAT,
            "summary": _plain(asdict(self.summary)),
            "provenance": _plain(asdict(self.provenance)),
            "tables": {name: len(table) for name, table in self.tables.items()},
        }


def plan_from_json(values: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> Plan:
    """Return the plan that ``Plan.to_json`` wrote, with its tables.

    Raises:
        KeyError, TypeError, ValueError: When the values are no such plan; the caller, who knows the
            file, says so in words.
    """
    if values["format"] != FORMAT:
        raise ValueError(f"format {values['format']} is not {FORMAT}")
    summary = dict(values["summary"])
    for name in _DATES:
        summary[name] = dt.date.fromisoformat(summary[name]) if summary[name] else None
    for name in _INTERVALS:
        summary[name] = Interval(**summary[name]) if summary[name] else None
    provenance = dict(values["provenance"])
    provenance["assumptions"] = tuple(provenance["assumptions"])
    return Plan(Summary(**summary), tables, Provenance(**provenance))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
