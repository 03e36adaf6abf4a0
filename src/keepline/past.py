"""The Python face of a replay of history: files on the outside, frames inside, as in `face`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from keepline import face
from keepline.formats import out
from keepline.model.network import Network

if TYPE_CHECKING:
    import datetime as dt

    from keepline.face import AnyPath, Progress
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.planning import Replay

#: Availability asked of every month where no policy is given.
USUAL = 0.9995


def _silent(stage: str) -> None:
    """Tell nobody."""


def history(scenario: Scenario | AnyPath | None, network: Network | None = None) -> Scenario:
    """Return what happened: a scenario or, without one, all dated events that ship.

    Raises:
        InputError: With every problem of the scenario.
    """
    if isinstance(scenario, str | Path):
        return face.read_scenario(scenario, network)
    if scenario is not None:
        return scenario
    from keepline.model.scenario import scenario_from

    told = {"name": "the dated events that ship with Keepline", "library": "all"}
    return scenario_from(told, library=face.library)


def replay(
    network: Network | AnyPath,
    first: dt.date,
    last: dt.date,
    scenario: Scenario | AnyPath | None = None,
    policy: Policy | AnyPath | None = None,
    *,
    progress: Progress = _silent,
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

    here = network if isinstance(network, Network) else face.read(network)
    what = history(scenario, here)
    if policy is None:
        policy = Policy(Service(availability=USUAL), name="no policy given")
    asked = face.read_policy(policy) if isinstance(policy, str | Path) else policy
    return planning.replay_history(here, what, asked, face.library(), first, last, progress)


def save(found: Replay, path: AnyPath) -> list[Path]:
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
