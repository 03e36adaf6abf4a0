"""Replay history: what would have been advised when, and what waiting cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline.face.reading import library, network_of, policy_of, scenario_of, silent
from keepline.formats import out

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.planning import Replay

    Progress = Callable[[str], None]
    AnyPath = str | Path

#: Availability asked of every month where no policy is given.
USUAL = 0.9995


def history(scenario: Scenario | AnyPath | None, network: Network | None = None) -> Scenario:
    """Return what happened: a scenario or, without one, all dated events that ship.

    Raises:
        InputError: With every problem of the scenario.
    """
    if scenario is not None:
        return scenario_of(scenario, network)
    from keepline.model.scenario import scenario_from

    told = {"name": "the dated events that ship with Keepline", "library": "all"}
    return scenario_from(told, library=library)


def replay(
    network: Network | AnyPath,
    first: dt.date,
    last: dt.date,
    scenario: Scenario | AnyPath | None = None,
    policy: Policy | AnyPath | None = None,
    *,
    progress: Progress = silent,
) -> Replay:
    """Plan on each day on which knowledge changed with what was known, and judge it in hindsight.

    Args:
        network: What there is; its first day and its dates are moved to each day.
        first: The first day.
        last: The last day, whose knowledge is the hindsight.
        scenario: What happened; without one, all dated events that ship.
        policy: What must hold; without one, availability 99.95 % in every month.
        progress: Told the name of each stage as it begins.

    Raises:
        InputError: With every problem of the input, or when it ends before it begins.
        PlanError: When a day's scenario has more branches than can be told apart.
    """
    from keepline import planning
    from keepline.model.policy import Policy, Service

    here = network_of(network)
    what = history(scenario, here)
    if policy is None:
        policy = Policy(Service(availability=USUAL), name="no policy given")
    asked = policy_of(policy)
    return planning.replay_history(here, what, asked, library(), first, last, progress)


def save_replay(found: Replay, path: AnyPath) -> list[Path]:
    """Write a replay's folder: replay.json, tables and one chart; return what was written.

    Raises:
        StoreError: When it cannot be written; nothing is then left half-written.
    """
    from keepline import report

    tables = {"replay": found.replay, "replay_parts": found.parts}
    chart = report.replay_chart(
        found.replay, found.first, found.last, found.currency, found.policy.service.availability
    )
    return out.write_replay(path, found.to_json(), tables, {"replay.svg": chart.encode()})
