"""The result tables of limits and of substitution; each docstring says what one row is."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, choice, day, identifier, number, text, whole, yes_no

LIMITS: Final = (
    "stock budget",
    "quarter budget",
    "supplier capacity",
    "storage",
    "minimum orders",
    "supply cut",
    "lead time",
    "availability target",
    "survival target",
)
LAWS: Final = ("exact", "bound")
COURSES: Final = ("today", "plan")
CHAINS: Final = ("two-way", "one-way", "nested", "mixed")
POOLING: Final = ("as one", "in part", "apart")


class PooledParts(Table):
    """A part that is planned as one with others: they are alike and stand in for each other."""

    part_id = identifier("The part.", "02351299", key=True)
    counts_as = identifier("The part as which it is planned and bought.", "02351234")
    installed = whole("Its units in service.", "4100", "units")
    on_hand = whole("Its units on the shelf today.", "12", "units")
    due = whole("Its units on order that are due.", "0", "units")


class Substitution(Table):
    """What it is worth that parts stand in for one another, below one central depot.

    Computed with all stock of the central depot's tree in one place: ship times are left out. The
    expected units short are those of all the chain's parts, branches mixed, in mid-month.
    """

    chain = text(
        "The parts: > may stand in for what follows, = for each other; listed with commas where "
        "neither of some two may stand in for the other.",
        "02351299 > 02351234",
        key=True,
    )
    members = text("The parts alone, in the same order.", "02351299; 02351234", is_list=True)
    depot_id = identifier("The central depot.", "ee-central", key=True)
    course = choice("Today's course, or the plan.", COURSES[:2], key=True)
    operator_id = identifier("The operator.", "ee", optional=True)
    kind = choice("How they stand in for one another.", CHAINS)
    pooling = choice(
        "Whether the plan counts on it: all parts as one, some of them, or none.", POOLING
    )
    law = choice("Whether the units short with substitution are exact or bounded.", LAWS)
    short_apart = number(
        "Expected units short in the last month if no part stands in: at most so many.",
        "8.1",
        "units",
    )
    short = number(
        "The same if parts stand in; empty where only the bounds are known.",
        "3.4",
        "units",
        optional=True,
    )
    short_pooled = number(
        "The same if every part may stand in for every other: at least so many.", "3.2", "units"
    )
    worst_apart = number("As short_apart, in its worst month.", "9.4", "units")
    worst = number("As short, in its worst month.", "4.1", "units", optional=True)
    worst_pooled = number("As short_pooled, in its worst month.", "4.0", "units")


class Relaxations(Table):
    """A limit that keeps the plan from its service target, and what it would have to be instead.

    Rows are told only where the plan misses the target. Where one row alone mends it, all others
    stand as they are; otherwise all rows on limits must be raised together.
    """

    limit = choice(
        "What limits the plan. A supply cut and a lead time are named where no money can mend it: "
        "units would arrive too late.",
        LIMITS,
        key=True,
    )
    part_id = identifier(
        "The part it is on; empty when on all.", "02351234", key=True, optional=True
    )
    depot_id = identifier(
        "The central depot it is on; empty when on all.", "ee-central", key=True, optional=True
    )
    quarter = day(
        "First day of the quarter it is on; empty when on every quarter, or on the whole plan.",
        "2020-07-01",
        key=True,
        optional=True,
    )
    is_alone = yes_no("Whether a change of it alone is enough to meet the target.")
    limit_now = number("What it is.", "45000000", "as the unit")
    at_least = number(
        "Certified: short of this, the change does not do. It is the least that a budget, a "
        "capacity, room or the days before a cut must be, and the most that a target or a lead "
        "time may be. Empty where nothing is certified.",
        "46100000",
        "as the unit",
        optional=True,
    )
    enough = number(
        "With this there is a plan that meets the target, judged as the plan itself is. Empty "
        "where none is known.",
        "46300000",
        "as the unit",
        optional=True,
    )
    change = number(
        "From what it is to what is enough, or to at_least where no amount is known to be enough; "
        "negative where it must be lower.",
        "1300000",
        "as the unit",
        low=None,
    )
    unit = text("Its unit.", "currency")
