"""The result tables of the simulation; each docstring says what one row is."""

from __future__ import annotations

from typing import Final

from keepline.model.declare import Table, choice, day, identifier, number, text, whole

COURSES: Final = ("today", "plan", "difference")

#: What is measured by month: its name, its unit, and what it is.
MONTHLY: Final = {
    "availability": ("share", "Sherbrooke's product form of the month's average units short."),
    "units_short": ("units", "Average units short in service."),
    "traffic_served": ("share", "Traffic not lost at any site, of all traffic."),
    "sites_down": ("sites", "Average number of sites that lose all their traffic at a time."),
    "sites_hit": ("sites", "Sites that lose some traffic at some time in the month."),
}
#: What is measured once for the whole plan, or by quarter.
ONCE: Final = {
    "traffic_served": ("share", "The average over the plan."),
    "sites_down": ("sites", "The average over the plan."),
    "longest_outage": ("days", "The longest time for which any site loses some traffic."),
    "longest_outage_lost": ("traffic-days", "What is lost in that outage."),
    "longest_down": ("days", "The longest time for which any site loses all its traffic."),
    "first_short_day": (
        "days",
        "Days until a unit is short for the first time; the plan's length where none is.",
    ),
    "short_share": ("share", "Chance that a unit is short at some time in the plan."),
    "stock_left": ("units", "Units on the shelves at the plan's end."),
    "stock_left_value": ("currency", "The same at the price of a new unit."),
    "harvested": ("units", "Units of swapped sites that came back as stock."),
    "spend": (
        "currency",
        "Price of new units ordered in a quarter: the plan's, and those for scrapped units.",
    ),
}


def _listed(measures: dict[str, tuple[str, str]]) -> str:
    return "What is measured: " + ", ".join(
        f"{name} ({unit})" for name, (unit, _) in measures.items()
    )


class Simulated(Table):
    """A measure in a month from the simulation, with its interval."""

    measure = text(f"{_listed(MONTHLY)}.", "availability", key=True)
    operator_id = identifier("The operator; empty for all.", "ee", key=True, optional=True)
    course = choice("Today's course, the plan, or plan less today.", COURSES, key=True)
    month = day("First day of the month.", "2021-01-01", key=True)
    mean = number("Mean over replications.", "0.99951", "as the measure", low=None)
    low = number("Lower end of the 95 % interval.", "0.99948", "as the measure", low=None)
    high = number("Upper end of the 95 % interval.", "0.99954", "as the measure", low=None)
    replications = whole("How many replications.", "400", "replications", low=1)
    region = text("The region; empty for all.", "South East", key=True, optional=True)
    technology = text("The technology; empty for all.", "5G-RAN", key=True, optional=True)


class SimulatedParts(Table):
    """Average units short of a part at the sites of a depot in a month, with its interval.

    Parts and depots of which no unit was ever short, in any course and replication, have no row.
    """

    part_id = identifier("The part.", "02351234", key=True)
    depot_id = identifier("The depot that serves the sites.", "ee-london", key=True)
    course = choice("Today's course, the plan, or plan less today.", COURSES, key=True)
    month = day("First day of the month.", "2021-01-01", key=True)
    mean = number("Mean over replications.", "1.42", "units", low=None)
    low = number("Lower end of the 95 % interval.", "1.31", "units", low=None)
    high = number("Upper end of the 95 % interval.", "1.53", "units", low=None)
    replications = whole("How many replications.", "400", "replications", low=1)


class SimulatedOnce(Table):
    """A measure of the whole plan, or of a quarter, from the simulation, with its interval.

    A replication's figure is that of each timeline of the scenario, weighted by its probability.
    """

    measure = text(f"{_listed(ONCE)}.", "longest_outage", key=True)
    operator_id = identifier("The operator; empty for all.", "ee", key=True, optional=True)
    part_id = identifier("The part; empty for all.", "02351234", key=True, optional=True)
    quarter = day(
        "First day of the quarter; empty for the whole plan.",
        "2021-01-01",
        key=True,
        optional=True,
    )
    course = choice("Today's course, the plan, or plan less today.", COURSES, key=True)
    mean = number("Mean over replications.", "12.4", "as the measure", low=None)
    low = number("Lower end of the 95 % interval.", "11.9", "as the measure", low=None)
    high = number("Upper end of the 95 % interval.", "12.9", "as the measure", low=None)
    replications = whole("How many replications.", "400", "replications", low=1)
