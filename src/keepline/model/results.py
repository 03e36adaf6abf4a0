"""The result tables: what every engine hands on. Each docstring says what one row is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.model import loss_results
from keepline.model.audit_results import Findings
from keepline.model.compliance_results import Breaches, Compliance
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
from keepline.model.field_inputs import Programme
from keepline.model.limit_results import PooledParts, Relaxations, Substitution
from keepline.model.programme_results import (
    Baselines,
    Harvest,
    ProgrammeBranches,
    ProgrammeLimits,
    ProgrammeRelaxations,
    Unoffered,
)
from keepline.model.replay_results import Replay, ReplayParts
from keepline.model.screening import Hits, Screened
from keepline.model.simulated_results import Simulated, SimulatedOnce, SimulatedParts
from keepline.model.singles_results import PairLosses, SingleLosses, SingleLossesParts, Unmapped
from keepline.model.waiting_results import Waiting, WaitingParts

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES: Final = loss_results.MODES
CERTAINTIES: Final = loss_results.CERTAINTIES
LAWS: Final = ("exact", "bound", "simulated")
HELPS: Final = ("not needed", "units", "too late")


class Branches(Table):
    """One way in which the scenario may turn out."""

    branch_id = identifier("The branch.", "b1", key=True)
    probability = fraction("How probable it is; all branches add up to 1.", "0.57")
    what = text("Which events happen in it, and when.", "fdpr from 14 Sep 2020")


class Cuts(Table):
    """A change in what is left of a part's supply, repair or software in a branch.

    A part and mode without a row in a branch is served in full.
    """

    part_id = identifier("The part.", "02351234", key=True)
    branch_id = identifier("The branch.", "b1", key=True)
    mode = choice("What is cut.", MODES, key=True)
    from_on = day("First day of the change.", "2020-10-14", key=True)
    share_left = fraction("Share of normal service left from that day.", "0.4")
    lead_factor = number("Lead time against the normal one.", "1.5", "times")
    price_factor = number("Price against the normal one.", "1.2", "times")


class Endurance(Table):
    """How long today's stock of a part lasts, in one depot or pooled over an operator's depots."""

    part_id = identifier("The part.", "02351234", key=True)
    supplier_id = identifier("Its manufacturer.", "huawei")
    operator_id = identifier("The operator.", "ee", key=True, optional=True)
    depot_id = identifier("The depot; empty when pooled.", "ee-london", key=True, optional=True)
    installed = number("Units in service that draw on it.", "98000", "units")
    on_hand = whole("Units on the shelf today.", "320", "units")
    survive_days = number(
        "Days for which every first line is met at the policy's confidence.", "412", "days"
    )
    until_on = day("The day on which that ends.", "2021-08-05")
    is_beyond_end = yes_no("Whether it still holds on the plan's last day.")
    short_at_end = number("Expected units short on the plan's last day.", "88.4", "units")
    law = choice(
        "Whether the days are exact, an upper bound (see survive_days_low) or simulated.", LAWS
    )
    survive_days_low = number(
        "The same days at least: equal where exact, else the lower bound, or the lower end of "
        "the simulation's 95 % interval.",
        "398",
        "days",
    )
    survive_days_high = number("The same days at most, likewise.", "425", "days")
    survive_days_50 = number("Days held with probability 50 %.", "437", "days")
    survive_days_90 = number("Days held with probability 90 %.", "418", "days")
    survive_days_99 = number("Days held with probability 99 %.", "404", "days")
    shares_law = choice(
        "Whether the three are exact, some an upper bound, or some simulated.", LAWS
    )
    holds_to_end = fraction(
        "Probability that every first line is met to the plan's last day; the upper bound where "
        "it is not exact or simulated.",
        "0.0021",
    )
    holds_to_end_low = fraction(
        "The same at least: the lower bound, or the lower end of the 95 % interval.", "0.0021"
    )
    holds_to_end_high = fraction("The same at most, likewise.", "0.0021")
    help = choice(
        "What makes it last 90 days longer, or to the end: nothing is needed, more units, or no "
        "number of units, for they come too late.",
        HELPS,
    )
    units_for_90_days = whole(
        "Fewest more units, ordered on the plan's first day (never less than the minimum order), "
        "with which survive_days is 90 more or holds to the end; they count only in branches in "
        "which they arrive whole.",
        "25",
        "units",
        optional=True,
    )
    units_for_90_days_low = whole(
        "The same at least: equal where exact, else the lower bound, or the lower end of the "
        "95 % interval.",
        "25",
        "units",
        optional=True,
    )
    units_for_90_days_high = whole(
        "The same at most; empty where no number is known to be enough.",
        "25",
        "units",
        optional=True,
    )
    units_law = choice(
        "Whether the units are exact, a lower bound, or simulated.", LAWS, optional=True
    )
    cost_for_90_days = number(
        "What they cost at the part's price.", "80000", "currency", optional=True
    )


class Purchases(Table):
    """Units to buy for a depot."""

    part_id = identifier("The part.", "02351234", key=True)
    depot_id = identifier("Where they go.", "ee-central", key=True)
    supplier_id = identifier("From whom.", "huawei")
    order_on = day("When the plan orders them.", "2020-06-22", key=True)
    order_by = day("The last day on which ordering still brings them in time.", "2020-07-14")
    arrives_on = day("When they arrive.", "2020-08-31")
    quantity = whole("How many.", "140", "units")
    unit_cost = number("Price of one.", "3200", "currency")
    cost = number("Price of all.", "448000", "currency")
    gain_per_cost = number(
        "Availability that the last unit adds, per currency unit.", "2.1e-10", "share per currency"
    )
    bound_by = text("The limit that stops buying more.", "target")


class Marginals(Table):
    """Why a part is bought as it is, for one central depot and the depots below it.

    Service lost is in traffic, expected over the branches in the months that decide.
    """

    part_id = identifier("The part.", "02351234", key=True)
    depot_id = identifier("The central depot.", "ee-central", key=True)
    operator_id = identifier("The operator.", "ee", optional=True)
    supplier_id = identifier("Its manufacturer.", "huawei")
    sites = whole("Rows of the installed table that draw on it.", "9210", "sites")
    installed = number("Units in service.", "98000", "units")
    failures_per_year = number(
        "Removals for each installed unit and year.", "0.02", "removals per unit and year"
    )
    failures_per_year_low = number(
        "The same at least, with 95 %: equal where the rate is taken as certain.",
        "0.011",
        "removals per unit and year",
    )
    failures_per_year_high = number(
        "The same at most, likewise.", "0.031", "removals per unit and year"
    )
    removals_per_year = number("Removals of all of them.", "1960", "removals per year")
    repair_share = fraction("Share of the failed units that come back repaired.", "0.8")
    repair_days = number("From removal until back.", "60", "days")
    returned_share = fraction(
        "Share of the units in repair when repair is cut that still come back.", "0"
    )
    lead_days = number("From order until on the central shelf.", "122", "days")
    unit_cost = number("Price of a new unit.", "3200", "currency")
    on_hand = whole("Units on the shelf today.", "320", "units")
    due = whole("Units on order that are due.", "40", "units")
    supply_cut_on = day(
        "First day on which supply is short in some branch.", "2021-04-12", optional=True
    )
    repair_cut_on = day(
        "First day on which repair is short in some branch.", "2021-09-09", optional=True
    )
    order_by = day("The last useful day to order.", "2020-12-14")
    outstanding_at_end = number("Units outstanding in the plan's last month.", "1412", "units")
    bought = whole("Units bought.", "140", "units")
    leaves_from = day(
        "First day on which units of today's stock, or orders due, may leave the shelf unused, in "
        "some branch; empty where none may within the plan.",
        "2021-04-12",
        optional=True,
    )
    law = choice(
        "Whether service lost and the outlook are exact, or on the safe side because units may "
        "leave the shelf unused.",
        ("exact", "bound"),
    )
    step = whole("Units by which more or fewer can be bought.", "1", "units", low=1)
    service_lost = number("Service lost with the units chosen.", "4.1", "traffic")
    service_lost_fewer = number("The same with one step fewer.", "4.3", "traffic", optional=True)
    service_lost_more = number("The same with one step more.", "4.0", "traffic")
    service_lost_metric = number(
        "Cross-check: the service lost with the units chosen by METRIC, which understates it where "
        "central stock is tight.",
        "3.4",
        "traffic",
    )
    service_lost_vari_metric = number(
        "Cross-check: the same by VARI-METRIC (negative binomial).", "4.1", "traffic"
    )
    bound_by = text("The limit that stops buying more.", "target")
    price = number(
        "Service lost that one more currency unit would save, wherever it is spent best.",
        "2.4e-5",
        "traffic per currency",
    )


class Moves(Table):
    """Stock to carry from one depot to another on the first day, before anything is bought."""

    part_id = identifier("The part.", "02351234", key=True)
    from_depot_id = identifier("From where.", "ee-leeds", key=True)
    to_depot_id = identifier("To where.", "ee-central", key=True)
    quantity = whole("How many.", "4", "units")
    arrives_on = day("When they are there; on the way they are nowhere.", "2020-06-25")
    cost = number("What carrying them costs, by the policy's move_cost.", "0", "currency")
    service_saved = number(
        "Service lost that they save in the months that decide, against the same purchases with "
        "nothing moved; what the moves of a part save together is shared out by units.",
        "0.8",
        "traffic",
        low=None,
    )


class Outlook(Table):
    """What to expect of a part in the middle of a month in a branch, today's course and planned."""

    part_id = identifier("The part.", "02351234", key=True)
    branch_id = identifier("The branch.", "b1", key=True)
    month = day("First day of the month.", "2021-01-01", key=True)
    outstanding = number("Expected units failed and not yet restored.", "412.5", "units")
    backorders = number("Expected units short in service, today's course.", "98.1", "units")
    backorders_planned = number("The same with the plan.", "0.2", "units")
    backorders_finite = number(
        "Expected units short where units that are missing cannot fail, today's course: exact for "
        "one place once nothing comes back, else an approximation below backorders.",
        "96.4",
        "units",
    )
    backorders_planned_finite = number("The same with the plan.", "0.2", "units")
    stockout_probability = fraction(
        "Probability that a unit is short, at most (the depots' chances added), today's course.",
        "0.99",
    )
    stockout_probability_planned = fraction("The same with the plan.", "0.04")


class Frontier(Table):
    """A point of the cost-against-survival frontier: the best for that money."""

    point = whole("Its number.", "12", "", key=True)
    budget = number("Money spent on stock.", "12500000", "currency")
    availability = fraction("Expected availability in the worst month.", "0.99953")
    availability_average = fraction("Expected availability, average over the plan.", "0.99991")
    survive_days = number("Days for which the service target holds.", "540", "days")
    service_lost = number(
        "Expected traffic without service in the months that decide.", "6.1", "traffic"
    )


class Exposure(Table):
    """What stands at a site, and how much of it may lose supply."""

    site_id = identifier("The site.", "ee-00001", key=True)
    operator_id = identifier("The operator.", "ee", optional=True)
    region = text("The region.", "South East")
    latitude = number("Latitude.", "52.0871", "degrees, WGS 84", low=-90, high=90, optional=True)
    longitude = number(
        "Longitude.", "-0.7221", "degrees, WGS 84", low=-180, high=180, optional=True
    )
    traffic = number("Relative busy-hour volume.", "1.8", "traffic")
    units = whole("Units in service.", "14", "units")
    units_lost = whole("Units whose new supply is lost in some branch.", "9", "units")
    units_lost_expected = number(
        "Units without new supply, each counted with the branches' probability and the share lost.",
        "7.7",
        "units",
    )


#: Every result table by its file name, in the order in which a report tells them.
RESULTS: Final[Mapping[str, type[Table]]] = {
    "branches": Branches,
    "hits": Hits,
    "screened": Screened,
    "losses": loss_results.Losses,
    "loss_chances": loss_results.LossChances,
    "loss_chances_by_month": loss_results.LossChancesByMonth,
    "mapping": loss_results.Mapping,
    "loss_steps": loss_results.LossSteps,
    "remedies": loss_results.Remedies,
    "cuts": Cuts,
    "exposure": Exposure,
    "endurance": Endurance,
    "pooled_parts": PooledParts,
    "substitution": Substitution,
    "purchases": Purchases,
    "marginals": Marginals,
    "moves": Moves,
    "programme": Programme,
    "programme_limits": ProgrammeLimits,
    "programme_relaxations": ProgrammeRelaxations,
    "unoffered": Unoffered,
    "harvest": Harvest,
    "programme_branches": ProgrammeBranches,
    "baselines": Baselines,
    "compliance": Compliance,
    "breaches": Breaches,
    "findings": Findings,
    "outlook": Outlook,
    "frontier": Frontier,
    "relaxations": Relaxations,
    "waiting": Waiting,
    "waiting_parts": WaitingParts,
    "replay": Replay,
    "replay_parts": ReplayParts,
    "simulated": Simulated,
    "simulated_parts": SimulatedParts,
    "simulated_once": SimulatedOnce,
    "single_losses": SingleLosses,
    "single_losses_parts": SingleLossesParts,
    "pair_losses": PairLosses,
    "unmapped": Unmapped,
}
