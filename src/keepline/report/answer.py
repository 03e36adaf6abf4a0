"""Say the plan in sentences that a planner understands without reading anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.loss_results import doubtful
from keepline.report.lasting import ninety_more
from keepline.report.moving import answer_texts
from keepline.report.programmes import answer_texts as programme_texts
from keepline.report.relaxed import Terms, relaxed
from keepline.report.standing import pooled_words, saving_words
from keepline.report.tally import (
    endurance_by_part,
    losses_by_supplier,
    part_names,
    spending_by_part,
    supplier_names,
    table,
)
from keepline.report.words import (
    availability,
    brief,
    capital,
    count,
    counted,
    date,
    goal,
    listed,
    month,
    percent,
    short_money,
    survival,
)

if TYPE_CHECKING:
    from keepline.model.plan import Interval, Plan

NAMED: Final = 3
TINY_GAP: Final = 1e-6


@dataclass(frozen=True)
class Sentence:
    """Hold one sentence of the answer and the tables in which its figures stand.

    Attributes:
        topic: What it is about: lost, endurance, substitution, buy, programme,
            availability, simulated or target.
        text: The sentence in plain text.
        tables: Names of the result tables; ``summary`` for the summary's own figures.
    """

    topic: str
    text: str
    tables: tuple[str, ...]


def answer(plan: Plan) -> list[Sentence]:
    """Return the answer: what is lost, what lasts, what to buy, for how much, and how well."""
    return [
        *_lost(plan),
        *_endurance(plan),
        *_standing(plan),
        *(Sentence("buy", text, ("summary", "moves")) for text in answer_texts(plan)),
        *_buy(plan),
        *(Sentence("programme", text, tables) for text, tables in programme_texts(plan)),
        *_availability(plan),
        *_simulated(plan),
        *_target(plan),
    ]


def _lost(plan: Plan) -> list[Sentence]:
    summary = plan.summary
    courses = counted(len(table(plan, "branches")), "branch", "branches")
    if summary.parts == 0:
        return [Sentence("lost", "Nothing is lost: the network has no parts.", ("summary",))]
    if summary.parts_lost == 0:
        text = (
            f"Nothing is lost: in none of the scenario's {courses} does any of the "
            f"{counted(summary.parts, 'part')} lose new supply, repair or updates by "
            f"{date(summary.end)}."
        )
        return [Sentence("lost", text, ("summary", "losses", "branches"))]
    first = f", the first on {date(summary.first_loss_on)}" if summary.first_loss_on else ""
    text = (
        f"{capital(_some(summary.parts_lost, summary.parts))} may lose new supply, "
        f"repair or software updates{first}."
    )
    return [
        Sentence("lost", text, ("summary", "losses")),
        *_lost_suppliers(plan),
        *_unknown(plan),
    ]


def _lost_suppliers(plan: Plan) -> list[Sentence]:
    names, said = supplier_names(plan), []
    lost = losses_by_supplier(plan)
    dated = lost.filter(pl.any_horizontal(pl.col("^(supply|repair|software)_on$").is_not_null()))
    for row in dated.head(NAMED).iter_rows(named=True):
        parts = [
            f"{word} for {counted(row[f'{mode}_parts'], 'part')} from {date(row[f'{mode}_on'])}"
            for mode, word in (
                ("supply", "new supply"),
                ("repair", "repair"),
                ("software", "software updates"),
            )
            if row[f"{mode}_on"] is not None
        ]
        chance = (
            "" if row["probability"] is None else f" (probability {percent(row['probability'])})"
        )
        who = names.get(row["supplier_id"], row["supplier_id"])
        said.append(f"{who} loses {listed(parts)}{chance}")
    if not said:
        return []
    more = len(dated) - len(said)
    tail = f"; {counted(more, 'further manufacturer')} with losses" if more > 0 else ""
    return [Sentence("lost", capital("; ".join(said)) + tail + ".", ("losses", "branches"))]


def _unknown(plan: Plan) -> list[Sentence]:
    said = []
    for certainty, why in (
        ("possible", "an exception may apply, or may not"),
        ("unknown", "a fact on the path is missing"),
    ):
        parts = doubtful(table(plan, "losses"), certainty)["part_id"].n_unique()
        if parts:
            text = f"For {counted(parts, 'part')} {why}: they are marked {certainty}, not safe."
            said.append(Sentence("lost", text, ("losses",)))
    return said


def _endurance(plan: Plan) -> list[Sentence]:
    every = endurance_by_part(plan)
    if every.is_empty():
        return [Sentence("endurance", "No part has its endurance computed.", ("endurance",))]
    short = every.filter(~pl.col("is_beyond_end"))
    sure, end = percent(plan.summary.confidence), date(plan.summary.end)
    if short.is_empty():
        text = (
            f"Today's stock of {_each_of(len(every))} lasts to the plan's last day, {end}, "
            f"at {sure} confidence."
        )
        return [Sentence("endurance", text, ("endurance",)), *_survival(plan, every)]
    first = short.row(0, named=True)
    part = part_names(plan).get(first["part_id"], first["part_id"])
    maker = supplier_names(plan).get(first["supplier_id"], first["supplier_id"])
    text = (
        f"At {sure} confidence today's stock of {part} ({maker}) lasts "
        f"{counted(int(first['survive_days']), 'day')}, to {date(first['until_on'])}"
        f"{', the shortest of all' if len(every) > 1 else ''}; "
        f"{_some(len(short), len(every))} {'does' if len(short) == 1 else 'do'} not last to "
        f"{end}, when {_units(float(every['short_at_end'].sum()))} expected to be short."
    )
    more = ninety_more(plan)
    return [
        Sentence("endurance", text, ("endurance",)),
        *([Sentence("endurance", more, ("endurance",))] if more else []),
        *_survival(plan, every),
    ]


def _units(number: float) -> str:
    return f"{brief(number)} {'unit is' if number == 1.0 else 'units are'}"


def _some(number: int, of_all: int) -> str:
    return "the one part" if of_all == 1 else f"{count(number)} of {counted(of_all, 'part')}"


def _each_of(count: int) -> str:
    return "the one part" if count == 1 else f"each of the {counted(count, 'part')}"


def _standing(plan: Plan) -> list[Sentence]:
    return [
        *(Sentence("substitution", text, ("pooled_parts",)) for text in pooled_words(plan)),
        *(Sentence("substitution", text, ("substitution",)) for text in saving_words(plan)),
    ]


def _survival(plan: Plan, every: pl.DataFrame) -> list[Sentence]:
    target = plan.summary.survive_target_days
    if target is None:
        return []
    under = len(every.filter((pl.col("survive_days") < target) & ~pl.col("is_beyond_end")))
    asked = f"the {counted(target, 'day')} of survival asked for"
    if under == 0 and target > plan.summary.plan_days:
        days = counted(plan.summary.plan_days, "day")
        text = (
            f"Today's stock of {_each_of(len(every))} lasts the {days} of the plan; beyond them "
            f"{asked} cannot be judged."
        )
    elif under == 0:
        text = f"Today's stock of {_each_of(len(every))} lasts {asked}."
    else:
        text = f"Today's stock of {_some(under, len(every))} does not last {asked}."
    return [Sentence("endurance", text, ("summary", "endurance"))]


def _buy(plan: Plan) -> list[Sentence]:
    summary = plan.summary
    if summary.purchase_units == 0:
        return [Sentence("buy", _why_nothing(plan), ("summary", "purchases"))]
    bought = spending_by_part(plan)
    order = f", the first order by {date(summary.first_order_by)}" if summary.first_order_by else ""
    budget = ""
    if summary.budget_stock:
        share = percent(summary.purchase_cost / summary.budget_stock)
        limit = short_money(summary.budget_stock, summary.currency)
        budget = f" ({share} of the stock budget of {limit})"
    text = (
        f"Buy {counted(summary.purchase_units, 'unit')} of {counted(len(bought), 'part')} for "
        f"{short_money(summary.purchase_cost, summary.currency)}{budget}{order}."
    )
    return [Sentence("buy", text, ("summary", "purchases")), *_largest(plan, bought)]


def _largest(plan: Plan, bought: pl.DataFrame) -> list[Sentence]:
    names = part_names(plan)
    said = [
        f"{counted(row['quantity'], 'unit')} of {names.get(row['part_id'], row['part_id'])} for "
        f"{short_money(row['cost'], plan.summary.currency)} by {date(row['order_by'])}"
        for row in bought.head(NAMED).iter_rows(named=True)
    ]
    if len(bought) <= 1 or not said:
        return []
    return [Sentence("buy", f"The largest orders: {'; '.join(said)}.", ("purchases",))]


def _why_nothing(plan: Plan) -> str:
    summary = plan.summary
    if summary.parts == 0:
        return "Nothing is to be bought: the network has no parts."
    if summary.target_met and summary.availability_target is not None:
        once = ", once it is moved," if summary.move_units else " already"
        return f"Nothing is to be bought: today's stock{once} meets the target."
    if summary.budget_stock is not None and summary.budget_stock <= 0:
        return "Nothing is bought: the policy gives no money for stock."
    if summary.target_met:
        return "Nothing is to be bought: no further unit is needed."
    return "Nothing is bought: no unit that would help can be paid for and arrive in time."


def _availability(plan: Plan) -> list[Sentence]:
    summary = plan.summary
    today, planned = summary.availability_today, summary.availability_plan
    worst_today, worst = summary.availability_worst_today, summary.availability_worst_plan
    span = f"averaged from {date(summary.start)} to {date(summary.end)}"
    if summary.purchase_units == 0 and today == planned:
        text = (
            f"Availability {span} is {availability(today)}, and {availability(worst_today)} in the "
            f"worst month ({month(summary.worst_month_today)}), computed."
        )
        return [Sentence("availability", text, ("summary",))]
    average = (
        f"Availability {span} is {availability(today)} on today's course and "
        f"{availability(planned)} with the plan, computed."
    )
    lowest = (
        f"In the worst month it is {availability(worst_today)} on today's course "
        f"({month(summary.worst_month_today)}) and {availability(worst)} with the plan "
        f"({month(summary.worst_month_plan)})."
    )
    return [
        Sentence("availability", average, ("summary", "frontier")),
        Sentence("availability", lowest, ("summary", "frontier")),
        _gap(plan),
    ]


def _gap(plan: Plan) -> Sentence:
    summary = plan.summary
    if summary.gap <= TINY_GAP:
        text = "No purchases of the same cost can do better: the certified gap is 0."
    else:
        text = (
            f"In the months that decide, the plan loses {brief(summary.service_lost_plan, 4)} of "
            f"{brief(summary.total_traffic)} traffic units of service, certified to be within "
            f"{percent(summary.gap)} of the least that any purchases of that cost can reach, "
            f"{brief(summary.service_lost_bound, 4)}."
        )
    return Sentence("availability", text, ("summary",))


def _simulated(plan: Plan) -> list[Sentence]:
    summary = plan.summary
    today, planned = summary.simulated_today, summary.simulated_plan
    if today is None and planned is None:
        return []
    courses = [
        f"{_interval(one)} {word}"
        for one, word in ((today, "on today's course"), (planned, "with the plan"))
        if one is not None
    ]
    times = counted(summary.replications, "replication")
    if summary.stopped_by == "precision":
        times += ", as many as it took for intervals as narrow as asked"
    told = listed(courses)
    text = f"Simulated in {times}, average availability is {told} (95{chr(0x202F)}% intervals)."
    found = [Sentence("simulated", text, ("summary", "simulated"))]
    if summary.simulated_difference is not None:
        found.append(_difference(summary.simulated_difference))
    return found


def _difference(difference: Interval) -> Sentence:
    points = [brief(100.0 * one) for one in (difference.mean, difference.low, difference.high)]
    if difference.low > 0:
        verdict = "the plan is better beyond chance"
    elif difference.high < 0:
        verdict = "the plan is worse beyond chance"
    else:
        verdict = "chance alone could explain it"
    text = (
        f"The simulated difference is {points[0]} percentage points "
        f"({points[1]} to {points[2]}): {verdict}."
    )
    return Sentence("simulated", text, ("summary", "simulated"))


def _interval(one: Interval) -> str:
    return f"{availability(one.mean)} ({availability(one.low)} to {availability(one.high)})"


def _target(plan: Plan) -> list[Sentence]:
    summary = plan.summary
    goals = []
    if summary.availability_target is not None:
        goals.append(f"availability {goal(summary.availability_target)} in every month")
    if summary.survive_target_days is not None:
        goals.append(survival(summary.survive_target_days, summary.plan_days))
    if not goals:
        return [Sentence("target", "The policy sets no service target.", ("summary",))]
    said = listed(goals)
    if summary.target_met:
        return [Sentence("target", f"The target is met: {said}.", ("summary",))]
    if summary.cost_to_target is None:
        need = "no amount of stock that can still be bought and arrive in time reaches it"
    else:
        need = f"it would take {short_money(summary.cost_to_target, summary.currency)} of stock"
    within = " within the budget" if summary.budget_stock is not None else ""
    text = f"The target is not met{within} ({said}): {need}."
    terms = Terms(part_names(plan), summary.currency, summary.start)
    return [
        Sentence("target", text, ("summary", "frontier")),
        *(
            Sentence("target", one, ("relaxations",))
            for one in relaxed(table(plan, "relaxations"), terms)
        ),
    ]
