# ruff: noqa: RUF001 - the formulas are written for people, with their own signs
"""Say of each figure where it comes from: table, formula, input tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keepline.report.words import (
    availability,
    brief,
    count,
    counted,
    date,
    goal,
    money,
    percent,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.plan import Interval, Plan

STOCK_INPUTS: Final = ("parts", "installed", "sites", "depots", "stock", "orders")
LOSS_INPUTS: Final = ("scenario", "suppliers", "parts", "components", "bom", "sources")
SUMMARY: Final = "summary"


@dataclass(frozen=True)
class Trace:
    """Hold how one figure came about.

    Attributes:
        figure: Its name.
        value: The figure as the report writes it.
        tables: The result tables in which it stands; ``summary`` for the summary.
        formula: How it is computed, and from where.
        inputs: The input tables whose rows enter it.
    """

    figure: str
    value: str
    tables: tuple[str, ...]
    formula: str
    inputs: tuple[str, ...]


def traces(plan: Plan) -> list[Trace]:
    """Return how every figure of the answer came about, in the order in which it is told."""
    return [*_sizes(plan), *_losses(plan), *_money(plan), *_service(plan), *_simulated(plan)]


def _sizes(plan: Plan) -> list[Trace]:
    summary = plan.summary
    size = "Counted in the network's tables."
    return [
        Trace("Sites", count(summary.sites), ("exposure",), size, ("sites",)),
        Trace("Units in service", count(summary.units), ("exposure",), size, ("installed",)),
        Trace("Parts", count(summary.parts), ("endurance",), size, ("parts",)),
        Trace("Traffic", brief(summary.total_traffic), ("exposure",), "Summed.", ("sites",)),
    ]


def _losses(plan: Plan) -> list[Trace]:
    summary = plan.summary
    first = "none" if summary.first_loss_on is None else date(summary.first_loss_on)
    return [
        Trace(
            "Parts that may lose something",
            count(summary.parts_lost),
            ("losses", "cuts"),
            "Parts with a row in losses in any branch. An item needs all its bom lines, each line "
            "any of its sources; a source is lost from its cut date, or from the loss of what it "
            "needs plus its buffer.",
            LOSS_INPUTS,
        ),
        Trace("First loss", first, ("losses",), "The earliest date in losses.", LOSS_INPUTS),
        Trace(
            "Days that today's stock lasts",
            "by part",
            ("endurance",),
            "The last day t with P(units outstanding at t ≤ stock) ≥ "
            f"{percent(summary.confidence)}, branches mixed. Outstanding at the centre is Poisson "
            "with mean m(t) = integral over u from 0 to t of rate × (1 − P(restored by t | removed "
            "at u)) (Crawford 1981). That is an upper bound; a lower one counts the shortages "
            "that begin, the integral of rate × P(units outstanding = stock). Exact where both "
            "meet; simulated, with its 95 % interval, where they lie apart; the row says which.",
            (*STOCK_INPUTS, "scenario"),
        ),
    ]


def _money(plan: Plan) -> list[Trace]:
    summary, inputs = plan.summary, (*STOCK_INPUTS, "policy")
    order = "none" if summary.first_order_by is None else date(summary.first_order_by)
    more = (
        "none"
        if summary.cost_to_target is None
        else money(summary.cost_to_target, summary.currency)
    )
    hull = (
        "Marginal allocation over the lower convex hull of each part's expected backorders "
        "against stock; the stock of a part is shared between centre and depots exactly."
    )
    return [
        Trace(
            "Units to move first",
            count(summary.move_units),
            ("moves",),
            "Today's stock that is worth more in another depot once units are bought: marginal "
            "allocation over every placement, each unit carried reckoned at its cost; time on the "
            "way is judged exactly.",
            inputs,
        ),
        Trace("Units to buy", count(summary.purchase_units), ("purchases",), hull, inputs),
        Trace(
            "Cost of the purchases",
            money(summary.purchase_cost, summary.currency),
            ("purchases",),
            "Sum of quantity × unit_cost.",
            ("parts", "scenario"),
        ),
        Trace(
            "First order by",
            order,
            ("purchases",),
            "The earliest order_by: the last day on which an order still arrives before supply is "
            "cut in any branch or, for parts never cut, before today's stock first runs short.",
            ("parts", "depots", "scenario"),
        ),
        Trace(
            "Cost to reach the target",
            more,
            ("frontier",),
            "The least cost found whose availability is never below the target, each try judged "
            "exactly.",
            inputs,
        ),
    ]


def _service(plan: Plan) -> list[Trace]:
    summary = plan.summary
    product = (
        "A = product over parts of (1 − EBO / n) to the power weight × n / traffic (Sherbrooke "
        "2004), EBO the expected backorders in the middle of the month, n the installed units; at "
        "sites with spares in place only units missing beyond them count. Branches are mixed by "
        "probability; the average is over months."
    )
    lost = (
        "J = sum over parts of weight × expected backorders in the months that decide: those that "
        "fall below the target first."
    )
    inputs = (*STOCK_INPUTS, "scenario")
    target = "none" if summary.availability_target is None else goal(summary.availability_target)
    days = summary.survive_target_days
    rows = [
        ("Availability today", availability(summary.availability_today), ("frontier",), product),
        (
            "Availability with the plan",
            availability(summary.availability_plan),
            ("frontier",),
            product,
        ),
        (
            "Availability in the worst month today",
            availability(summary.availability_worst_today),
            ("frontier",),
            product,
        ),
        (
            "Availability in the worst month with the plan",
            availability(summary.availability_worst_plan),
            ("frontier",),
            product,
        ),
        ("Service lost today", brief(summary.service_lost_today, 4), ("outlook",), lost),
        ("Service lost with the plan", brief(summary.service_lost_plan, 4), ("outlook",), lost),
        (
            "Least service lost at that cost",
            brief(summary.service_lost_bound, 4),
            (SUMMARY,),
            "Lower bound: the merged convex hulls at the plan's cost (Lagrangian bound).",
        ),
        (
            "Certified gap",
            percent(summary.gap),
            (SUMMARY,),
            "(service lost with the plan − the bound) / service lost with the plan.",
        ),
    ]
    asked = Trace("Availability asked for", target, (SUMMARY,), "Set by the policy.", ("policy",))
    held = "none" if days is None else counted(days, "day")
    return [
        *(Trace(*row, inputs) for row in rows),
        asked,
        Trace("Survival asked for", held, (SUMMARY,), "Set by the policy.", ("policy",)),
    ]


def _simulated(plan: Plan) -> list[Trace]:
    summary = plan.summary
    formula = (
        f"Mean and 95 % interval over {counted(summary.replications, 'replication')} of failures, "
        "repair, transport, stock and orders; both courses meet the same random events, and every "
        f"stream comes from seed {plan.provenance.seed}."
    )
    named: Mapping[str, Interval | None] = {
        "Simulated availability today": summary.simulated_today,
        "Simulated availability with the plan": summary.simulated_plan,
        "Simulated difference": summary.simulated_difference,
    }
    return [
        Trace(
            name,
            f"{_share(one.mean, name)} ({_share(one.low, name)} to {_share(one.high, name)})",
            ("simulated",),
            formula,
            (*STOCK_INPUTS, "scenario"),
        )
        for name, one in named.items()
        if one is not None
    ]


def _share(value: float, name: str) -> str:
    if name.endswith("difference"):
        return f"{brief(100.0 * value)} points"
    return availability(value)
