"""Result tables of a programme of swaps: limits, what must give way, harvest, other courses."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import (
    Table,
    choice,
    day,
    fraction,
    identifier,
    number,
    text,
    whole,
    yes_no,
)

#: Limits of a programme.
PROGRAMME_LIMITS: Final = ("crews", "supplier", "budget", "cap", "share")
#: What may give way where a programme is impossible: limits, days, or any of them.
WAYS: Final = (*PROGRAMME_LIMITS, "day", "any")
#: Ways of planning swaps and stock: together, and three in which one is planned before the other.
COURSES: Final = ("joint", "today's base", "falling base", "with harvest")
UNITS: Final = ("crew days", "sites", "currency", "traffic", "premises", "units", "quarters")


class ProgrammeLimits(Table):
    """What a programme of swaps uses of a limit in a quarter."""

    limit = choice("What is limited.", PROGRAMME_LIMITS, key=True)
    place = text("Where: a region, a supplier and technology, a rule.", "South East, ee", key=True)
    quarter = day("First day of the quarter.", "2021-01-01", key=True)
    used = number(
        "What the programme uses; of a cap, what is left at the quarter's end.", "812", "as unit",
    )  # fmt: skip
    most = number("The limit.", "944", "as unit", low=None)
    excess = number("What the programme goes beyond it.", "0", "as unit")
    price = number(
        "What one unit more would save, in discounted money, at the prices that certify the bound.",
        "310",
        "currency per unit",
    )
    unit = choice("In what.", UNITS)


class ProgrammeRelaxations(Table):
    """What would have to give way for the rules to be kept, where they cannot be kept together.

    Rows of one way belong together: all of them mend it, each by the change it names. A programme
    is known that does with exactly that.
    """

    way = choice("What gives way; all else stays as it is.", WAYS, key=True)
    limit = choice("The limit, or the day.", WAYS[:-1], key=True)
    place = text("Where.", "South East, ee", key=True)
    quarter = day(
        "First day of the quarter; empty where it is a day by which sites must be swapped.",
        "2022-10-01",
        key=True,
        optional=True,
    )
    limit_now = number("What it is; empty for a day.", "944", "as unit", low=None, optional=True)
    change = number("By how much it must give way.", "120", "as unit")
    unit = choice("In what.", UNITS)
    sites = whole("Sites that come too late, where a day gives way.", "0", "sites", default=0)
    is_certified = yes_no("Whether it is certified that nothing keeps all limits as they are.")
    what = text("The same in words.", "120 crew days more in South East, 2022 Q4")


class Unoffered(Table):
    """Equipment that a rule counts and that no swap can take away."""

    rule_id = identifier("The rule.", "UK20-5", key=True)
    operator_id = identifier("The operator.", "ee", key=True, optional=True)
    from_supplier_id = identifier("Whose equipment.", "huawei", key=True)
    technology = text("Which technology.", "4G-CORE", key=True)
    sites = whole("Sites at which it stands.", "8", "sites")
    what = text("Why no swap takes it away.", "no row of swaps offers anything instead")


#: Courses of a programme: as planned, with funding on time or late and crews as chance has it.
SLIPS: Final = ("as planned", "funding on time", "funding late", "all")


class ProgrammeBranches(Table):
    """Whether a programme keeps its rules where funding is late or crews are short.

    A row for each rule and day by which it asks for something. Where crews may be short it is
    drawn, as the simulation plays it.
    """

    branch = choice("What slips; in all: as its probabilities have it.", SLIPS, key=True)
    rule_id = identifier("The rule.", "UK20-1", key=True)
    place = text("Whose it is and of what.", "UK20-1, ee, 5G-RAN", key=True)
    on = day("By when.", "2023-01-28", key=True)
    force = choice("Whether it must be kept or is wished for.", ("hard", "wherever possible"))
    probability = fraction("Probability of the branch.", "0.3")
    kept = fraction("Probability that the rule is kept by then, in that branch.", "0.64")
    kept_low = fraction("The same at least, with 95 %; equal where nothing is drawn.", "0.57")
    kept_high = fraction("The same at most, likewise.", "0.70")
    kept_from = day(
        "The day from which it is kept in 19 of 20 draws; empty where it is not within the plan.",
        "2023-03-31",
        optional=True,
    )
    slack_days = number(
        "Days from then to the day asked for; below 0: it comes too late.", "-62", "days",
        low=None, optional=True,
    )  # fmt: skip
    excess = number(
        "What is left beyond the limit on the day asked for, on average over all draws.", "14.2",
        "as unit",
    )  # fmt: skip
    unit = choice("In what.", UNITS)
    draws = whole("How often it was drawn.", "200", "draws")


class Harvest(Table):
    """What a programme takes out of service of a part in a quarter, against what stock must cover.

    Units that leave service in a quarter reach a shelf later, when they are refurbished.
    """

    part_id = identifier("The part.", "02351234", key=True)
    quarter = day("First day of the quarter.", "2021-01-01", key=True)
    removed = number("Units that leave service in the quarter.", "412", "units")
    harvested = number(
        "Expected units fit for use as spares that reach a shelf in the quarter.", "329.6", "units"
    )
    needed = number(
        "Need that stock must cover: expected removals in the quarter that neither repair restores "
        "nor new supply makes good.",
        "118.4",
        "units",
    )
    bought = number("Units bought that arrive in the quarter.", "60", "units")


class Baselines(Table):
    """What swaps and stock cost together if they are planned jointly, or one after the other.

    All three other courses swap by a programme that was found without stock. Stock is then planned
    for today's base, for the base as it falls but without harvest, or with the harvest too.
    """

    course = choice("How it is planned.", COURSES, key=True)
    programme_cost = number("Cost of the swaps, discounted.", "283000000", "currency")
    stock_cost = number("Cost of the units bought.", "41200000", "currency")
    total_cost = number("Cost of both.", "324200000", "currency")
    availability_worst = fraction(
        "Expected availability in the worst month.", "0.99953", optional=True
    )
    target_met = yes_no("Whether the service target is met.")
    extra_cost = number(
        "What it costs beyond the joint course; below 0 where it costs less.",
        "8400000",
        "currency",
        low=None,
    )
