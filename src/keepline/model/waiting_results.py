"""The result tables of waiting for a decision; each docstring says what one row is."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, choice, day, fraction, identifier, number, whole

STRATEGIES: Final = ("buy now", "wait", "some now", "knew already")


class Waiting(Table):
    """One way to order while a decision is open: all now, all after it, or some now.

    The decision is whether an event of the scenario happens. Units and money are expected where
    they depend on the outcome; money and service lost are added up at the plan's own price.
    """

    strategy = choice(
        "All on the plan's first day; all once the decision is known; some on each day; or, as a "
        "bound that nobody can reach, orders on either day with the outcome known all along.",
        STRATEGIES,
        key=True,
    )
    units_now = number("Units ordered on the plan's first day.", "812", "units")
    cost_now = number("What they cost.", "2630000", "currency")
    units_if = number("Units ordered after the decision if the event happens.", "267", "units")
    cost_if = number("What they cost.", "865000", "currency")
    units_if_not = number("Units ordered after it if the event does not happen.", "31", "units")
    cost_if_not = number("What they cost.", "100000", "currency")
    units_after = number("Units ordered after it, expected.", "81.2", "units")
    cost_after = number("What they cost, expected.", "263000", "currency")
    service_lost = number(
        "Expected traffic without service in the months that decide.", "6.1", "traffic"
    )
    availability_worst = fraction(
        "Expected availability in the worst month, branches mixed; empty for the bound.",
        "0.99953",
        optional=True,
    )
    total = number(
        "Expected money, and service lost at the plan's price, together.", "4510000", "currency"
    )
    total_low = number("No orders of that kind come to less.", "4510000", "currency")
    law = choice(
        "Whether the total is the least there is (exact), or only known to lie between total_low "
        "and total (bound).",
        ("exact", "bound"),
    )


class WaitingParts(Table):
    """What to order of a part before and after a decision, for one central depot and those below.

    The orders are those of the strategy `some now` of the table waiting.
    """

    part_id = identifier("The part.", "02351234", key=True)
    depot_id = identifier("The central depot.", "ee-central", key=True)
    operator_id = identifier("The operator.", "ee", optional=True)
    supplier_id = identifier("Its manufacturer.", "huawei")
    unit_cost = number("Price of a new unit.", "3200", "currency")
    units_all_now = whole("Units to order now were all ordered now.", "140", "units")
    units_now = whole("Units to order now.", "100", "units")
    units_if = whole("Units to order after the decision if the event happens.", "40", "units")
    units_if_not = whole("Units to order after it if it does not happen.", "0", "units")
    free_until = day(
        "The last day to which an order of today may be put off for nothing: made by then, it is "
        "still there wherever and whenever it counts, whatever happens; empty where one of today "
        "counts nowhere.",
        "2020-12-14",
        optional=True,
    )
    value_of_waiting = number(
        "What these orders save against all now, at the plan's price.", "12000", "currency"
    )
    cost_of_waiting = number(
        "What ordering all after the decision would cost against them.", "44000", "currency"
    )
    law = choice(
        "Whether no orders on the two days come to less (exact), or they may (bound).",
        ("exact", "bound"),
    )
