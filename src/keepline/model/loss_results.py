"""The result tables of losses, what brings them about, and what would break their paths."""

from __future__ import annotations

from typing import Final

import polars as pl

from keepline.model.declare import (
    Table,
    choice,
    fraction,
    identifier,
    number,
    text,
    whole,
    yes_no,
)
from keepline.model.declare import day as date

MODES: Final = ("supply", "repair", "software")
CERTAINTIES: Final = ("sure", "possible", "unknown")
HAPPENS: Final = ("cut", "need lost", "stock used up")
FACTS: Final = ("bill of material", "sources", "country", "technology origin")
ACTIONS: Final = ("qualify", "hold", "second source")


class Losses(Table):
    """What a part loses in a branch, from when, and why."""

    part_id = identifier("The part.", "02351234", key=True)
    branch_id = identifier("The branch.", "b1", key=True)
    supply_lost_on = date("First day on which new units are short.", "2020-10-14", optional=True)
    repair_lost_on = date("First day on which repair is short.", "2021-03-13", optional=True)
    software_lost_on = date("First day without updates.", "2020-09-14", optional=True)
    share_lost = fraction("Share of new supply lost, the most within the plan.", "1.0")
    event_id = text("The event that starts it.", "fdpr")
    path = text(
        "How the event reaches the part.",
        "fdpr -> tsmc -> asic-5g-baseband -> huawei -> 02351234",
    )
    certainty = choice(
        "How sure the dates of this row are: every step is known; the event may not concern the "
        "part, for an exception may apply; or a fact on the path is missing.",
        CERTAINTIES,
    )
    supply_certainty = choice(
        "How sure it is that new supply is lost; empty where it is not.", CERTAINTIES, optional=True
    )
    repair_certainty = choice("The same of repair.", CERTAINTIES, optional=True)
    software_certainty = choice("The same of software.", CERTAINTIES, optional=True)
    supply_perhaps_on = date(
        "First day on which new units may be short for all that is known, where that is before "
        "supply_lost_on, or there is no such day.",
        "2020-09-14",
        optional=True,
    )
    repair_perhaps_on = date("The same of repair.", "2020-09-14", optional=True)
    software_perhaps_on = date("The same of updates.", "2020-09-14", optional=True)
    share_perhaps_lost = fraction(
        "Share of new supply that may be lost for all that is known, the most within the plan.",
        "1.0",
    )


class Mapping(Table):
    """How much of a fact that losses stand on is recorded."""

    fact = choice(
        "Whether parts have a bill of material; components sources for all of their supply; "
        "deliveries a country; deliveries the origin of their technology.",
        FACTS,
        key=True,
    )
    known = whole("Parts, components or deliveries of which it is recorded.", "41", "")
    counted = whole("All of them.", "50", "")
    share = fraction("The one over the other; empty where there is none.", "0.82", optional=True)
    parts_share = fraction(
        "Share of the parts for which it is recorded of all that they stand on.",
        "0.64",
        optional=True,
    )
    units_share = fraction(
        "The same, each part weighed by its installed units.", "0.71", optional=True
    )


class LossSteps(Table):
    """One step of the path by which a part first loses something, with the days it adds.

    The first step is the delivery that the event cuts, the last one the part. On each, day =
    the day before it (of the event, on the first step) + wait_days + stock_days + others_days.
    Branches in which a part loses a mode in the same way are told once, by the most probable.
    """

    part_id = identifier("The part.", "02351234", key=True)
    branch_id = identifier("The most probable branch in which it is so.", "b1", key=True)
    mode = choice("What is lost.", MODES, key=True)
    certainty = choice("Whether the loss is sure.", CERTAINTIES, key=True)
    step = whole("Number of the step, from the event on.", "1", "", low=1, key=True)
    probability = fraction("Probability of all branches in which it is so.", "0.57")
    event_id = text("The event that starts it.", "fdpr")
    item_id = identifier(
        "What falls short; empty for a bill of material that is not recorded.",
        "asic-5g-baseband",
        optional=True,
    )
    supplier_id = identifier(
        "Whose delivery is lost; empty for one not recorded, or the operator's own workshop.",
        "tsmc",
        optional=True,
    )
    happens = choice(
        "The delivery is cut by the event, or lost at once with what it needs, or lost once its "
        "finished stock is used up.",
        HAPPENS,
    )
    from_day = number(
        "Day from which this step counts, since the plan's first: the event's first day, or the "
        "day of the step before.",
        "84",
        "days",
        low=None,
    )
    wait_days = number("Days until the event takes effect here, or the plan begins.", "0", "days")
    stock_days = number("Days that finished stock bridges.", "30", "days")
    others_days = number("Further days that other sources make up for it.", "0", "days")
    day = number("Day on which the item falls short, since the plan's first.", "114", "days")
    falls_on = date("The same as a date.", "2020-10-14")
    share_left = fraction("Share of the item's normal supply left then.", "0")
    buffer_days = number(
        "Finished stock behind the delivery, in days of normal supply.", "30", "days"
    )
    qualification_days = number(
        "Days from then until the soonest source that is not approved yet counts; empty where "
        "there is none.",
        "180",
        "days",
        optional=True,
    )


class Remedies(Table):
    """What would break the path of a loss: each was tried on the whole graph, and helps.

    Told for the same parts, branches and modes as the steps.
    """

    part_id = identifier("The part.", "02351234", key=True)
    branch_id = identifier("The most probable branch in which it is so.", "b1", key=True)
    mode = choice("What is lost.", MODES, key=True)
    certainty = choice("Whether the loss is sure.", CERTAINTIES, key=True)
    rank = whole("Its place: the one that helps longest is 1.", "1", "", low=1, key=True)
    action = choice(
        "Approve a source that exists; hold more of what is needed in store; or find a second "
        "source that the event does not hit.",
        ACTIONS,
    )
    item_id = identifier("Of what.", "asic-5g-baseband")
    supplier_id = identifier(
        "From whom, or in whose store; empty for a source to be found, or the operator's own "
        "workshop.",
        "smic",
        optional=True,
    )
    days = number(
        "Days earlier that the source must count than if approval begins with the loss; or days "
        "of normal use to hold more; empty for a source to be found.",
        "180",
        "days",
        optional=True,
    )
    needed_on = date("When it must be in place.", "2020-10-14")
    begin_by = date(
        "When approval must begin for that; may lie before the plan's first day, which is too "
        "late; empty for others.",
        "2020-04-17",
        optional=True,
    )
    is_in_time = yes_no("Whether that can still be begun on the plan's first day.")
    lost_on = date("First day of the loss without it.", "2020-10-14")
    lost_on_with = date(
        "The same with it; empty where nothing is lost within the plan any more.",
        "2021-10-09",
        optional=True,
    )
    days_gained = whole(
        "Days between the two, to the plan's end where nothing is lost any more.", "360", "days"
    )


class LossChances(Table):
    """How probably a part loses something within the plan, and when, from worlds drawn at random.

    A date by which it is lost with a probability is empty where it is not reached within the plan.
    """

    part_id = identifier("The part.", "02351234", key=True)
    mode = choice("What is lost.", MODES, key=True)
    certainty = choice(
        "How sure the loss is where the events happen; each contains the surer ones.",
        CERTAINTIES,
        key=True,
    )
    probability = fraction("Share of the worlds in which it is lost within the plan.", "0.83")
    low = fraction("Lower end of the 95 % interval (Wilson).", "0.81")
    high = fraction("Upper end.", "0.85")
    lost_10_on = date("Day by which it is lost in 10 % of all worlds.", "2020-10-14", optional=True)
    lost_10_low = date("The soonest of its 95 % interval.", "2020-10-14", optional=True)
    lost_10_high = date("The latest of it.", "2020-10-14", optional=True)
    lost_50_on = date("Day by which it is lost in half of them.", "2021-01-12", optional=True)
    lost_50_low = date("The soonest of its 95 % interval.", "2021-01-12", optional=True)
    lost_50_high = date("The latest of it.", "2021-02-11", optional=True)
    lost_90_on = date("Day by which it is lost in 90 % of them.", "2021-09-09", optional=True)
    lost_90_low = date("The soonest of its 95 % interval.", "2021-08-10", optional=True)
    lost_90_high = date("The latest of it.", "2021-10-09", optional=True)
    worlds = whole("Worlds drawn.", "1024", "worlds", low=1)


class LossChancesByMonth(Table):
    """How probably a part has lost something by the end of a month."""

    part_id = identifier("The part.", "02351234", key=True)
    mode = choice("What is lost.", MODES, key=True)
    certainty = choice("How sure the loss is where the events happen.", CERTAINTIES, key=True)
    month = date("First day of the month.", "2021-01-01", key=True)
    probability = fraction("Share of the worlds in which it is lost by the month's end.", "0.61")
    low = fraction("Lower end of the 95 % interval (Wilson).", "0.58")
    high = fraction("Upper end.", "0.64")


def doubtful(losses: pl.DataFrame, certainty: str) -> pl.DataFrame:
    """Return the rows of losses in which any mode is lost with a certainty, or with no more.

    A plan written before modes had a certainty of their own is told by that of the row.
    """
    known = [f"{mode}_certainty" for mode in MODES if f"{mode}_certainty" in losses.columns]
    is_so = pl.any_horizontal(
        (pl.col(name) == certainty).fill_null(value=False) for name in ("certainty", *known)
    )
    return losses.filter(is_so)
