"""Input tables of what the field does: workshops that may be full, sites swapped on a date."""

from __future__ import annotations

from keepline.model.declare import Table, day, fraction, identifier, number, text, whole


class Workshops(Table):
    """A workshop that can work on so many units at the same time, and lets the others wait.

    Parts that the same one repairs wait for each other there, first come, first served. Where no
    row names a workshop it is never full.
    """

    repairer_id = identifier(
        "The supplier that repairs; empty for the operator's own workshop.",
        "huawei",
        key=True,
        references="suppliers.supplier_id",
        optional=True,
    )
    depot_id = identifier(
        "The central depot whose units it takes; empty for one such workshop at each central depot "
        "that has no row of its own.",
        "ee-central",
        key=True,
        references="depots.depot_id",
        optional=True,
    )
    at_once = whole("Units worked on at the same time.", "12", "units", low=1)


class Programme(Table):
    """A site at which one supplier's equipment of one technology is swapped for another's.

    What is taken out is the site's rows of installed whose part is of that supplier and technology.
    What comes is what replacements name of the new supplier. Its last four columns stay empty
    in what goes in.
    """

    site_id = identifier("The site.", "ee-00001", key=True, references="sites.site_id")
    from_supplier_id = identifier(
        "Whose equipment goes.", "huawei", key=True, references="suppliers.supplier_id"
    )
    technology = text("Which technology.", "5G-RAN", key=True)
    to_supplier_id = identifier(
        "Whose equipment comes; empty where none does.",
        "nokia",
        references="suppliers.supplier_id",
        optional=True,
    )
    swap_on = day("Day on which the old units leave service and the new ones take over.",
                  "2021-02-15")  # fmt: skip
    units_harvested_share = fraction(
        "Share of removed units that can be used as spares; empty for that of the offer in swaps, "
        "or 0.9 without one.",
        "0.9",
        optional=True,
    )
    refurbish_days = number(
        "From the swap until harvested units are on the shelf.", "30", "days", default=30.0
    )
    harvest_depot_id = identifier(
        "The depot that they go to; empty for the central depot of the site.",
        "ee-central",
        references="depots.depot_id",
        optional=True,
    )
    crew_days = number(
        "Work; empty for that of the offer in swaps, or 1 without one.",
        "6",
        "crew days",
        optional=True,
    )
    quarter = day("First day of the quarter.", "2021-01-01", optional=True)
    cost = number("Cost.", "60000", "currency", optional=True)
    units_harvested = number(
        "Removed units that can be used as spares.", "8", "units", optional=True
    )
    why = text("The rules that ask for it.", "UK20-1; UK20-2", optional=True, is_list=True)
