"""The result tables of every single loss and of pairs; each docstring says what one row is."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, choice, fraction, identifier, number, text, whole

KINDS: Final = ("supplier", "country", "site", "technology")
CERTAINTIES: Final = ("sure", "unknown")


class SingleLosses(Table):
    """What the loss of one supplier, country, site of manufacture or technology takes by itself.

    All its deliveries stop for good on the plan's first day: new supply, repair and software. The
    worst come first: by traffic of the sites behind the parts whose new supply is gone within the
    plan, then by units behind them, then by the earliest day on which a part would be gone if
    losses passed on whole, then by kind and name. What takes nothing within the plan has no row. A
    source that is not approved yet counts from when it is. Days are of the plan, the first being
    0. How long stock lasts is told as two bounds, each part for itself: parts that stand in for
    others are not counted on.
    """

    rank = whole("Place in the order, the worst first.", "1", "")
    kind = choice("What is lost.", KINDS, key=True)
    label = identifier(
        "The supplier, the country, the supplier and country of a site, or the country that the "
        "technology comes from.",
        "tsmc / TW",
        key=True,
    )
    name = text("What it is called.", "TSMC in TW")
    parts_lost = whole("Parts whose new supply is gone within the plan.", "16", "parts")
    parts_lost_for_good = whole(
        "Of these, parts that would be gone within the plan even if every source were approved.",
        "14",
        "parts",
    )
    parts_touched = whole(
        "Other parts that lose some of their supply, repair or software within the plan.",
        "3",
        "parts",
    )
    repair_lost = whole("Parts whose repair is gone within the plan.", "12", "parts")
    software_lost = whole("Parts whose software is gone within the plan.", "9", "parts")
    parts_unmapped = whole(
        "Parts that keep new supply for all that is recorded, and may lose it all: a fact on the "
        "way to them is missing.",
        "2",
        "parts",
    )
    first_lost_days = whole(
        "First day on which new supply of some part is gone; empty when none is.",
        "30",
        "days",
        optional=True,
    )
    units = number("Units in service of the parts lost.", "210000", "units")
    traffic = number(
        "Traffic of the sites where such units stand, each site once.", "8.1", "traffic"
    )
    traffic_share = fraction("The same as a share of all sites' traffic.", "0.62")
    survive_at_least_days = whole(
        "Days for which today's stock surely meets every first line of every part touched, at the "
        "confidence: a lower bound, up to the plan's end. Empty when nothing in stock is touched.",
        "118",
        "days",
        optional=True,
    )
    survive_at_most_days = whole(
        "The same, no more than: an upper bound; exact where both agree.",
        "121",
        "days",
        optional=True,
    )
    worst_part_id = identifier(
        "The part that lasts the shortest by the upper bound.", "02351234", optional=True
    )


class SingleLossesParts(Table):
    """What a part loses by one of the single losses shown, and from when."""

    kind = choice("What is lost.", KINDS, key=True)
    label = identifier("As in the table of single losses.", "tsmc / TW", key=True)
    part_id = identifier("The part.", "02351234", key=True)
    certainty = choice("Whether every step is known, or a fact on the way is missing.", CERTAINTIES)
    supply_short_days = whole(
        "First day on which new units are short.", "30", "days", optional=True
    )
    supply_lost_days = whole(
        "First day on which there are no new units at all.", "30", "days", optional=True
    )
    repair_short_days = whole("First day on which repair is short.", "0", "days", optional=True)
    software_short_days = whole("First day without some updates.", "0", "days", optional=True)
    share_lost = fraction("Share of new supply lost, the most within the plan.", "1.0")
    units = number("Its units in service.", "98000", "units")


class PairLosses(Table):
    """What two single losses of the table take together and neither takes by itself.

    Pairs that take nothing more have no row. The order is that of single losses, by the parts that
    only the pair takes.
    """

    rank = whole("Place in the order, the worst first.", "1", "")
    kind = choice("What the first is.", KINDS, key=True)
    label = identifier("The first, as in the table of single losses.", "ericsson", key=True)
    other_kind = choice("What the second is.", KINDS, key=True)
    other_label = identifier("The second.", "nokia", key=True)
    parts_lost = whole("Parts whose new supply only the pair takes.", "4", "parts")
    part_ids = text("These parts.", "02351234; 02351871", is_list=True)
    first_lost_days = whole("First day on which new supply of one of them is gone.", "30", "days")
    units = number("Units in service of these parts.", "21000", "units")
    traffic = number("Traffic of the sites where they stand, each site once.", "2.4", "traffic")
    traffic_share = fraction("The same as a share of all sites' traffic.", "0.2")


class Unmapped(Table):
    """How much of the network's supply is not recorded, by what one would have to know."""

    kind = choice("What is not recorded.", KINDS, key=True)
    deliveries = whole("Deliveries on all paths to the operator.", "1204", "deliveries")
    unmapped = whole("Of these, those of which it is not recorded.", "88", "deliveries")
    share = fraction("The share that they make.", "0.073")
    parts = whole("Parts whose new supply stands on any of them.", "12", "parts")
