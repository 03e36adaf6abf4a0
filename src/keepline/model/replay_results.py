"""The result tables of a replay of history; each docstring says what one row is."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, day, fraction, identifier, number, text, whole, yes_no

_KNOWN: Final = "with that day's knowledge"


class Replay(Table):
    """A day of history: what would have been advised then, and what acting then could still do.

    The network is the one given, its first day and its dates moved to that day. Columns that end
    in `_true` are judged in hindsight: by what was known at the end of the replay.
    """

    on = day("The day.", "2020-05-15", key=True)
    event_id = text("What became known that day, by id.", "us-fdpr-2020-05", is_list=True)
    what = text("The same in words.", "US foreign-direct-product rule on Huawei")
    parts_lost = whole(f"Parts whose supply, repair or software is lost, {_KNOWN}.", "15", "parts")
    first_loss_on = day(
        f"The first day of such a loss, {_KNOWN}; it may lie in the past.",
        "2020-09-27",
        optional=True,
    )
    units_advised = whole(f"Units that the plan of that day buys, {_KNOWN}.", "1079", "units")
    cost_advised = number("What they cost.", "3480000", "currency")
    cost_change = number(
        "That cost less the one of the day before in this table; empty on the first.",
        "120000",
        "currency",
        low=None,
        optional=True,
    )
    order_by = day("The first of the last useful days to order them.", "2020-07-14", optional=True)
    availability_worst_today = fraction(
        f"Expected availability in the worst month, nothing moved or bought, {_KNOWN}.", "0.9935"
    )
    availability_worst_planned = fraction(
        f"The same with the plan of that day, {_KNOWN}.", "0.9995"
    )
    target_met = yes_no(f"Whether that plan meets the service target, {_KNOWN}.")
    availability_worst_true = fraction(
        "Expected availability in the worst month with the plan of that day, in hindsight.",
        "0.9951",
    )
    availability_reachable_true = fraction(
        "No orders of that day, with no limit of money, reach more in the worst month, in "
        "hindsight; after the moves of that plan or none.",
        "0.9971",
    )
    cost_to_target_true = number(
        "What meeting the target costs when acting on that day, in hindsight; empty when no money "
        "can, for orders come too late.",
        "4100000",
        "currency",
        optional=True,
    )
    parts_too_late = whole(
        "Parts of which a unit ordered on that day would no longer come before their supply is "
        "short, in hindsight.",
        "4",
        "parts",
    )
    lost_by_waiting = text(
        "Those of them that could still be had on the day before in this table.",
        "02351234; 03023319",
        is_list=True,
        optional=True,
    )
    availability_lost_by_waiting = number(
        "availability_reachable_true of the day before in this table less that of this day; empty "
        "on the first.",
        "0.0021",
        "share",
        low=None,
        optional=True,
    )


class ReplayParts(Table):
    """A part that the plan of a day of history buys, or that has become too late to buy by then."""

    on = day("The day.", "2020-05-15", key=True)
    part_id = identifier("The part.", "02351234", key=True)
    supplier_id = identifier("Its manufacturer.", "huawei")
    units = whole("Units that the plan of that day buys.", "140", "units")
    cost = number("What they cost.", "448000", "currency")
    order_by = day("The last useful day to order them.", "2020-07-14", optional=True)
    is_too_late = yes_no(
        "Whether, in hindsight, a unit ordered on that day would no longer come before the part's "
        "supply is short."
    )
