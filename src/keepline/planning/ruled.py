"""Tell what a plan does about rules: its programme of swaps, and how the rules then stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keepline import swap
from keepline.planning.harvest import harvest_table
from keepline.planning.holding import branches_table
from keepline.planning.jointly import programme_cost

if TYPE_CHECKING:
    import polars as pl

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.slipping import Slipping
    from keepline.planning.jointly import Joint
    from keepline.stock import Stocked


def ruled_tables(
    network: Network,
    policy: Policy,
    endurance: pl.DataFrame,
    stocked: Stocked,
    joint: Joint | None,
    slipping: Slipping,
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables of rules and swaps; none where there are neither.

    Args:
        network: What the plan is for, its programme in it.
        policy: Its rules.
        endurance: The result table.
        stocked: What is bought.
        joint: Swaps and stock planned together; None where no swaps were planned.
        slipping: What may make the programme slip.
        seed: Of what slips by chance.
    """
    found: dict[str, pl.DataFrame] = {}
    if policy.rules:
        complied = swap.comply(network, policy.rules, (), stocked.purchases, endurance)
        # breaches, a row for each site and day, are what `keepline rules` is for
        found["compliance"] = complied.compliance
    if joint is None:
        if not network["programme"].is_empty():
            found["programme"] = network["programme"]
        return found
    swapping = joint.best.swapping
    if swapping is not None:
        names = ("programme", "programme_limits", "programme_relaxations", "unoffered")
        found |= {name: swapping.tables[name] for name in names}
    harvest = harvest_table(network, joint.best.found, joint.best.settled, stocked.purchases)
    branches = branches_table(network, policy, slipping, seed)
    return {
        **found, "baselines": joint.baselines, "harvest": harvest, "programme_branches": branches,
    }  # fmt: skip


def assumed(network: Network, policy: Policy, joint: Joint | None) -> list[str]:
    """Say what is assumed of rules and swaps.

    Args:
        network: What the plan is for, its programme in it.
        policy: Its rules.
        joint: Swaps and stock planned together; None where no swaps were planned.
    """
    if network["programme"].is_empty():
        if not policy.rules:
            return []
        one = len(policy.rules) == 1
        has, whose = ("is", "rule") if one else ("are", f"{len(policy.rules)} rules")
        kept = f"The policy's {whose} on vendors {has} kept but nothing is swapped: "
        return [kept + "installed equipment stays where it is."]
    courses = (
        "The swaps take place on today's course too, on their planned days; with them nothing is "
        "bought or moved there. Of units that are taken out each can be used with its share, "
        "whatever the others do."
    )
    shares = (
        "What a centre lacks is shared between its depots as what is outstanding there: where "
        "swaps change the depots' shares that is close, and not exact."
    )
    said = [courses, shares]
    if joint is not None:
        said.append(
            "The programme of swaps is the best that was found in the time for the search: more "
            "time, or a faster machine, may find a better one. Its gap tells how much better."
        )
    return said


def summary_with(joint: Joint) -> dict[str, Any]:
    """Return the figures of the short answer that are about swaps."""
    swapping = joint.best.swapping
    if swapping is None:
        return {}
    one = swapping.summary
    return {
        "programme_sites": one["sites"],
        "programme_swaps": one["swaps"],
        "programme_cost": one["cost"],
        "programme_cost_discounted": programme_cost(swapping),
        "programme_first_on": one["first_on"],
        "programme_last_on": one["last_on"],
        "programme_harvested": one["units_harvested"],
        "programme_gap": one["gap"],
        "programme_kept": one["is_within"],
        "programme_impossible": one["is_impossible"],
        "joint_cost": joint.best.total,
        "joint_bound": joint.bound,
        "joint_gap": joint.gap,
    }
