"""Say in sentences what a plan assumes, approximates or leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.substitution import chains, in_force

if TYPE_CHECKING:
    from keepline.impact import Impact
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario

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
    "The centre serves depots first come, first served; nothing moves between depots.",
    "Units in repair on the first day are not known; enter those that will come back as orders.",
    "Service lost adds up over units; sites with spares in place lose it only beyond them.",
    "Spares keep without limit of time: shelf life does not yet limit what may be bought.",
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
    if _keeps_rules(scenario):
        said.append(
            "Bans on purchase or installation, caps and removal deadlines among the scenario's "
            "rules take no supply away; they are kept and not planned for."
        )
    unknown = found.losses.filter(pl.col("certainty") == "unknown")["part_id"].n_unique()
    if unknown:
        said.append(
            f"For {_counted(unknown, 'part')} a missing fact leaves a loss unknown; the purchases "
            "do not count on it, the table of losses lists it."
        )
    if policy.budget.discount_rate:
        said.append("Costs are not discounted: the policy's discount rate is not used for stock.")
    if (found.cuts["price_factor"] != 1.0).any():
        said.append("Units are bought at today's prices; the scenario's prices are not used.")
    if policy.rules:
        said.append(
            f"The policy's {_counted(len(policy.rules), 'rule')} on vendors "
            f"{'is' if len(policy.rules) == 1 else 'are'} kept but not planned for: installed "
            "equipment stays where it is."
        )
    said += _standing(network, found)
    if (endurance["law"] == "bound").any():
        said.append(
            "Endurance marked 'bound' is an upper bound: units may still come back after a "
            "shortage, so that it may have been short before."
        )
    if _has_deep_depots(network):
        said.append(
            "Depots below the second echelon are taken to draw on the centre directly, with the "
            "ship times of their chain added up."
        )
    return tuple(said)


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


def _keeps_rules(scenario: Scenario) -> bool:
    return any(rule.says.is_kept for rule in scenario.rules)


def _has_deep_depots(network: Network) -> bool:
    depots = network["depots"]
    below = set(depots.filter(pl.col("parent_id").is_not_null())["depot_id"])
    return bool(depots["parent_id"].is_in(list(below)).any())


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
