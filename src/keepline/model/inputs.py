"""The input tables: what a network is made of. Each docstring says what one row is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.model.declare import (
    Table,
    choice,
    country_code,
    day,
    fraction,
    identifier,
    number,
    text,
    whole,
    yes_no,
)
from keepline.model.field_inputs import Programme, Workshops
from keepline.model.party_inputs import Holdings, Operators, Suppliers
from keepline.model.rule_inputs import Documents, Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping

FUNCTIONS: Final = ("access", "aggregation", "transport", "core", "management", "interconnect")


class Sites(Table):
    """A place where equipment stands in service."""

    site_id = identifier("The site.", "ee-00001", key=True)
    operator_id = identifier(
        "The operator whose site it is.", "ee", references="operators.operator_id", optional=True
    )
    name = text("Its name.", "Newport Pagnell", optional=True)
    region = text("The region, for crews and reports.", "South East")
    latitude = number("Latitude.", "52.0871", "degrees, WGS 84", low=-90, high=90, optional=True)
    longitude = number(
        "Longitude.", "-0.7221", "degrees, WGS 84", low=-180, high=180, optional=True
    )
    function = choice("What the site does in the network.", FUNCTIONS)
    is_sensitive = yes_no("Whether it is sensitive for national security.", default=False)
    traffic = number("Relative busy-hour volume.", "1.8", "traffic", default=1.0)
    premises = number("Premises connected through it.", "2000", "premises", default=0.0)
    depot_id = identifier("The depot that serves it.", "ee-london", references="depots.depot_id")


class Parts(Table):
    """A kind of unit that is installed and stocked."""

    part_id = identifier("The part number.", "02351234", key=True)
    name = text("What it is.", "Remote radio unit 1800/2100 MHz")
    supplier_id = identifier("Its manufacturer.", "huawei", references="suppliers.supplier_id")
    technology = text("The network technology it serves.", "5G-RAN")
    unit_cost = number("Price of a new unit.", "3200", "currency")
    failures_per_year = number(
        "Removals for each installed unit and year.", "0.02", "removals per unit and year"
    )
    units_seen = number(
        "Units watched to learn the failure rate; empty where the rate is taken as certain.",
        "2000",
        "units",
        optional=True,
    )
    hours_seen = number(
        "Hours for which each of them was watched, on average.", "8760", "hours", optional=True
    )
    failures_seen = whole("Failures among them in that time.", "12", "failures", optional=True)
    repair_share = fraction(
        "Share of the failed units that come back repaired.", "0.8", default=0.0
    )
    repair_days = number(
        "From removal until back in the central depot.", "60", "days", default=60.0
    )
    returned_share = fraction(
        "Share of the units in repair when repair is cut that still come back.", "1", default=0.0
    )
    repairer_id = identifier(
        "The supplier that repairs it; empty for the operator's own workshop.",
        "huawei",
        references="suppliers.supplier_id",
        optional=True,
    )
    lead_days = number("From the order of a new unit until it leaves the supplier.", "120", "days")
    minimum_order = whole("Fewest units in one order.", "10", "units", low=1, default=1)
    shelf_life_days = number(
        "How long it keeps in store; empty for without limit.", "1825", "days", low=1, optional=True
    )
    attrition_per_year = number(
        "Share of the units in store that go bad in a year, each by chance.",
        "0.02",
        "share per year",
        default=0.0,
    )
    volume_m3 = number("Room that one unit takes in store.", "0.05", "m3", default=0.0)
    weight = number(
        "Service lost while one unit is missing.", "0.3", "traffic per unit", default=1.0
    )
    network_function = text(
        "What it does in the network, in the words of a policy's rules; empty when not recorded.",
        "UPF;SMF",
        optional=True,
        is_list=True,
    )
    is_sanctions_affected = yes_no(
        "Whether sanctions changed its supply or manufacture; empty when not known.", optional=True
    )


class Installed(Table):
    """How many units of a part stand at a site."""

    site_id = identifier("The site.", "ee-00001", key=True, references="sites.site_id")
    part_id = identifier("The part.", "02351234", key=True, references="parts.part_id")
    quantity = whole("Units in service.", "9", "units", low=1)
    spare_in_place = whole("Units that may fail before service is lost.", "1", "units", default=0)
    installed_on = day(
        "When they were installed; empty when not known.", "2019-11-04", optional=True
    )
    managed_by_id = identifier(
        "The supplier whose software manages them; empty when not known.",
        "nokia",
        references="suppliers.supplier_id",
        optional=True,
    )


class Substitutes(Table):
    """A part that may stand in for another. It is directed: both ways take two rows."""

    part_id = identifier(
        "The part that stands in.", "02351299", key=True, references="parts.part_id"
    )
    replaces_id = identifier(
        "The part it replaces.", "02351234", key=True, references="parts.part_id"
    )
    since = day("The first day on which it may.", "2020-06-22", optional=True)


class Components(Table):
    """Something that parts, or other components, are made of."""

    component_id = identifier("The component.", "asic-5g-baseband", key=True)
    name = text("What it is.", "5G baseband processor, 7 nm")
    kind = text("Its kind, by which scenarios name it.", "advanced-ic")
    unit_cost = number(
        "What one costs, for shares of value; empty when not known.",
        "180",
        "currency",
        optional=True,
    )


class Bom(Table):
    """A need: the item cannot be made without the component."""

    item_id = identifier(
        "The part or component that needs.", "02351234", key=True, references="parts|components"
    )
    needs_id = identifier(
        "The component needed.",
        "asic-5g-baseband",
        key=True,
        references="components.component_id",
    )
    quantity = number("How many go into one item.", "2", "units", default=1.0)


class Sources(Table):
    """A supplier that can deliver an item. Several sources of one item are alternatives."""

    item_id = identifier(
        "The part or component delivered.",
        "asic-5g-baseband",
        key=True,
        references="parts|components",
    )
    supplier_id = identifier(
        "Who delivers it.", "tsmc", key=True, references="suppliers.supplier_id"
    )
    share = fraction("Share of the item's present supply.", "0.6", default=1.0)
    capacity_per_month = number(
        "The most it can deliver; empty for no limit.", "400", "units per month", optional=True
    )
    lead_days = number("From order to delivery.", "90", "days", default=0.0)
    buffer_days = number("Finished stock held there.", "30", "days of normal supply", default=0.0)
    country = country_code(
        "Country of manufacture; empty for the supplier's own.", "TW", optional=True
    )
    technology_origin = country_code(
        "Countries whose technology the making needs; empty when not known.",
        "US;NL",
        optional=True,
        is_list=True,
    )
    is_qualified = yes_no("Whether its deliveries are already approved.", default=True)
    qualification_days = number(
        "From a loss until an unapproved source counts.", "180", "days", default=0.0
    )


class Depots(Table):
    """A place where spares lie."""

    depot_id = identifier("The depot.", "ee-london", key=True)
    operator_id = identifier(
        "The operator whose depot it is.", "ee", references="operators.operator_id", optional=True
    )
    name = text("Its name.", "London regional depot", optional=True)
    parent_id = identifier(
        "The depot that fills it up; empty for a central depot.",
        "ee-central",
        references="depots.depot_id",
        optional=True,
    )
    latitude = number("Latitude.", "51.5", "degrees, WGS 84", low=-90, high=90, optional=True)
    longitude = number("Longitude.", "-0.12", "degrees, WGS 84", low=-180, high=180, optional=True)
    ship_days = number(
        "From the parent to this depot; for a central depot, from receipt to the shelf.",
        "2",
        "days",
    )
    capacity_m3 = number("Room for spares; empty for no limit.", "400", "m3", optional=True)
    lateral_days = number(
        "From any other depot of the same tree that helps out; empty: none does.",
        "1",
        "days",
        optional=True,
    )
    reserve_for_core = whole(
        "Units of each part kept back for core sites, and from other depots.",
        "1",
        "units",
        default=0,
    )


class Stock(Table):
    """What lies in a depot today."""

    depot_id = identifier("The depot.", "ee-london", key=True, references="depots.depot_id")
    part_id = identifier("The part.", "02351234", key=True, references="parts.part_id")
    on_hand = whole("Good units on the shelf.", "12", "units")
    owner = text(
        "Whose units they are; empty for the operator's own.", "huawei", key=True, optional=True
    )
    expires_on = day(
        "First day on which they may no longer be used; empty for the part's shelf life, counted "
        "from the plan's first day.",
        "2021-05-31",
        key=True,
        optional=True,
    )


class Orders(Table):
    """Units already ordered, or due back, that will arrive."""

    depot_id = identifier(
        "Where they arrive.", "ee-central", key=True, references="depots.depot_id"
    )
    part_id = identifier("The part.", "02351234", key=True, references="parts.part_id")
    quantity = whole("How many.", "40", "units")
    due_on = day("When they arrive.", "2020-08-31", key=True)


class Swaps(Table):
    """An offer to swap one supplier's equipment at a site for another's."""

    from_supplier_id = identifier(
        "Whose equipment goes.", "huawei", key=True, references="suppliers.supplier_id"
    )
    operator_id = identifier(
        "For which operator; empty for all.",
        "ee",
        key=True,
        references="operators.operator_id",
        optional=True,
    )
    technology = text("Which technology.", "5G-RAN", key=True)
    to_supplier_id = identifier(
        "Whose equipment comes.", "nokia", key=True, references="suppliers.supplier_id"
    )
    cost_per_site = number("Cost of one site.", "60000", "currency per site")
    crew_days_per_site = number("Work at one site.", "6", "crew days per site")
    units_harvested_share = fraction(
        "Share of removed units that can be used as spares.", "0.9", default=0.9
    )
    supplier_sites_per_quarter = number(
        "The most the new supplier can equip; empty for no limit.",
        "500",
        "sites per quarter",
        optional=True,
    )


class Crews(Table):
    """People who swap sites in a region."""

    region = text("The region.", "South East", key=True)
    operator_id = identifier(
        "For which operator; empty for all.",
        "ee",
        key=True,
        references="operators.operator_id",
        optional=True,
    )
    crew_days_per_quarter = number("Work they can do.", "1500", "crew days per quarter")
    from_ = day(
        "First day; empty for the plan's first.",
        "2020-07-01",
        key=True,
        optional=True,
        alias="from",
    )
    until = day("Last day; empty for the plan's last.", "2023-12-31", optional=True)


class Replacements(Table):
    """Which new unit takes the place of an old one when a site is swapped."""

    part_id = identifier("The old part.", "02351234", key=True, references="parts.part_id")
    by_part_id = identifier("The new part.", "AHEGC", key=True, references="parts.part_id")
    ratio = number("New units for each old one.", "1", "units per unit", default=1.0)


#: Every input table by its file name, in the order in which a person fills them in.
INPUTS: Final[Mapping[str, type[Table]]] = {
    "operators": Operators,
    "suppliers": Suppliers,
    "holdings": Holdings,
    "depots": Depots,
    "sites": Sites,
    "parts": Parts,
    "installed": Installed,
    "stock": Stock,
    "orders": Orders,
    "substitutes": Substitutes,
    "components": Components,
    "bom": Bom,
    "sources": Sources,
    "swaps": Swaps,
    "crews": Crews,
    "replacements": Replacements,
    "traffic": Traffic,
    "workshops": Workshops,
    "programme": Programme,
    "documents": Documents,
}

#: Tables without which there is no network; the others may be missing or empty.
NEEDED: Final = ("suppliers", "depots", "sites", "parts", "installed")
