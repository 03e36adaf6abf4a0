"""Say what a scenario names and the network does not have, before any answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline.model.scenario import check_against

if TYPE_CHECKING:
    from keepline.cli.stages import Stages
    from keepline.model.network import Network
    from keepline.model.scenario import Scenario

ABSENT_FROM_NETWORK = "IN-356"


def note_absent(stages: Stages, network: Network, scenario: Scenario) -> None:
    """Print a line for each name in a scenario by which nothing of the network is hit.

    A rule on goods that no table mentions takes nothing away; that must not pass for safe. What the
    library names is of the world, and is only counted.
    """
    notices = check_against(scenario, network).notices
    written = [one for one in notices if one.code != ABSENT_FROM_NETWORK]
    for one in written:
        stages.note(f"{one} Nothing is hit by that name.")
    shipped = len({one.value for one in notices} - {one.value for one in written})
    if shipped:
        stages.note(
            f"The library names {shipped} companies or goods that this network does not have; "
            "keepline events --network lists them."
        )
