"""Say in sentences what a plan assumes, approximates or leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.loss_results import doubtful
from keepline.model.scenario import check_against
from keepline.model.substitution import chains, in_force

if TYPE_CHECKING:
    from keepline.impact import Impact
    from keepline.model.mechanisms import Mechanisms
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario

#: Names that a sentence lists.
_SHOWN = 5
ALWAYS = (
    (
        "Failures come at random and independently, at a steady rate for each installed unit "
        "(Poisson). Service is told for an endless installed base, the safe side; the outlook also "
        "has units short where units that are missing cannot fail."
    ),
    "Repair, lead and ship times are as given, without scatter, and repair shops are never full.",
    (
        "A scrapped unit is reordered at once, one for one, until supply is cut; what is on order "
        "then is lost, and so is what is in repair when repair is cut, but for the part's "
        "returned_share."
    ),
    (
        "The centre serves depots first come, first served. Stock moves between depots on the "
        "first day alone, as the table of moves says; later no depot helps another out."
    ),
    "Units in repair on the first day are not known; enter those that will come back as orders.",
    "Service lost adds up over units; sites with spares in place lose it only beyond them.",
)


def assumptions(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    found: Impact,
    endurance: pl.DataFrame,
) -> tuple[str, ...]:
    """Return the sentences that hold for this plan."""
    said = list(ALWAYS)
    said.append(
        f"The scenario's {len(found.branches)} branches and their probabilities are the "
        f"planner's: {scenario.name}."
    )
    if scenario.known_on:
        said.append(
            f"The scenario is as it was known on {scenario.known_on}: nothing that became known "
            "later is used."
        )
    said += _absent(network, scenario)
    said += _unconfirmed(network)
    if _keeps_rules(scenario):
        said.append(
            "Bans on purchase or installation, caps and removal deadlines among the scenario's "
            "rules take no supply away; they are kept and not planned for."
        )
    said += _doubts(found)
    asked = policy.service.survive_days
    if asked is not None and asked > network.horizon_days:
        said.append(
            f"Survival of {asked:,.0f} days is asked for; it is judged only over the "
            f"{network.horizon_days:,.0f} days of the plan."
        )
    if policy.budget.discount_rate:
        said.append("Costs are not discounted: the policy's discount rate is not used for stock.")
    if (found.cuts["price_factor"] != 1.0).any():
        said.append("Units are bought at today's prices; the scenario's prices are not used.")
    said += _standing(network, found)
    if (endurance["law"] == "bound").any():
        said.append(
            "Endurance marked 'bound' is an upper bound: units may still come back after a "
            "shortage, so that it may have been short before."
        )
    said.extend(leaving(network))
    if _has_deep_depots(network):
        said.append(
            "Depots below the second echelon are taken to draw on the centre directly, with the "
            "ship times of their chain added up."
        )
    return tuple(said)


def _unconfirmed(network: Network) -> list[str]:
    """Say what waits for a person: whom names of the scenario, or its lists, may mean."""
    if network.screening is None:
        return []
    meant = network.screening.likenesses
    waiting = sorted(set(meant.filter(~pl.col("is_confirmed"))["supplier_id"]))
    if not waiting:
        return []
    shown = ", ".join(waiting[:_SHOWN]) + (" and others" if len(waiting) > _SHOWN else "")
    said = (
        f"{_counted(len(waiting), 'supplier')} may be whom the scenario or its lists name, and "
        f"nobody has confirmed or cleared it ({shown}): what is lost with them is told as "
        "possible, and not planned for. keepline decide settles it; the table hits says why."
    )
    return [said]


def simulated(mechanisms: Mechanisms) -> str:
    """Return what the simulation plays, of which simulated figures tell."""
    if mechanisms.is_formulas:
        return f"The simulation plays no more than the formulas take in. {mechanisms.said}"
    return (
        "The simulation goes beyond the formulas where the network has figures for it, so that "
        f"what is simulated may differ from what is computed by more than chance. {mechanisms.said}"
    )


def _standing(network: Network, found: Impact) -> list[str]:
    """Say how the plan treats parts that may stand in for others."""
    said = []
    later = len(network["substitutes"]) - len(in_force(network))
    together = chains(network)
    as_which = dict(found.pooled_parts.select("part_id", "counts_as").iter_rows())
    if as_which:
        said.append(
            "Parts that stand in for each other, are alike in all but name, maker, price and "
            "failures, and are cut alike in every branch are planned as one part, whichever of "
            "them stands where; the table pooled_parts lists them."
        )
    if any(len({as_which.get(part, part) for part in one.members}) > 1 for one in together):
        said.append(
            "Parts that may stand in for others one way only, or are not alike, are planned as if "
            "they never did; the table substitution shows the units short if they do, with all "
            "stock of a central depot's tree in one place. A part that stands in is taken to fail "
            "as the one it replaces, and to be given back as soon as that is there."
        )
    if later:
        said.append(
            f"{_counted(later, 'substitute')} whose first day lies after the plan's first "
            f"{'is' if later == 1 else 'are'} not counted."
        )
    return said


def leaving(network: Network) -> list[str]:
    """Return what is assumed of units that leave the shelves unless they are used before."""
    end = network.horizon_days
    parts = network["parts"].select(
        "part_id",
        is_short=pl.col("shelf_life_days").fill_null(float("inf")) < end,
        goes_bad=pl.col("attrition_per_year") > 0.0,
    )
    stock = network["stock"].filter(pl.col("on_hand") > 0)
    over = stock.filter(pl.col("expires_on") <= network.start)["on_hand"].sum()
    dated = stock.filter(pl.col("expires_on").is_between(network.start, network.end, "right"))
    own = network["operators"]["operator_id"].to_list()
    lent = stock.filter(pl.col("owner").is_not_null() & ~pl.col("owner").is_in(own))
    said = [
        f"{_counted(int(units), 'unit')} on the shelf {'belongs' if units == 1 else 'belong'} to "
        f"{owner}; what is left of them counts as taken back when supply of the part is cut."
        for owner, units in lent.group_by("owner").agg(pl.col("on_hand").sum()).sort("owner").rows()
    ]
    if over:
        said.append(
            f"{_counted(int(over), 'unit')} in stock {'has' if over == 1 else 'have'} expired "
            "before the plan begins and counts for nothing."
        )
    short = parts.filter("is_short").height
    if short or len(dated):
        said.append(
            f"{_counted(max(short, dated['part_id'].n_unique()), 'part')} may expire within the "
            "plan. Stock of the first day counts as fresh unless a date is given; so does what is "
            "bought, repaired or sent from the centre to a depot, when it comes to the shelf. What "
            "leaves soonest is used first, and nobody reorders what has expired."
        )
    bad = parts.filter("goes_bad").height
    if bad:
        said.append(f"Of {_counted(bad, 'part')}, units in store go bad by chance.")
    if said and (short or bad or len(dated) or len(lent)):
        said.append(
            "Where units leave the shelves unused, expected shortages and endurance are on the "
            "safe side; they are exact where the part lies in one place and nothing is restored. "
            "The simulation plays every unit. Orders of such parts are timed by a search without "
            "proof that none is better; the bound takes it that nothing leaves."
        )
    return said


def _doubts(found: Impact) -> list[str]:
    """Return what is said of losses that are not sure."""
    said = []
    for certainty, why in (
        ("unknown", "a missing fact leaves a loss unknown"),
        ("possible", "an exception may apply, which leaves a loss possible"),
    ):
        parts = doubtful(found.losses, certainty)["part_id"].n_unique()
        if parts:
            said.append(
                f"For {_counted(parts, 'part')} {why}; the purchases do not count on it, the table "
                "of losses lists it."
            )
    return said


def _absent(network: Network, scenario: Scenario) -> list[str]:
    """Say which names of a scenario hit nothing, for a network that lacks them may be unmapped."""
    notices = check_against(scenario, network).notices
    names = sorted({one.value for one in notices if one.value})
    if not names:
        return []
    listed = ", ".join(names)
    return [f"The scenario names what no table of the network has, so it hits nothing: {listed}."]


def _keeps_rules(scenario: Scenario) -> bool:
    return any(rule.says.is_kept for rule in scenario.rules)


def _has_deep_depots(network: Network) -> bool:
    depots = network["depots"]
    below = set(depots.filter(pl.col("parent_id").is_not_null())["depot_id"])
    return bool(depots["parent_id"].is_in(list(below)).any())


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
