"""Find what is lost where no plan is asked for: every single loss, or losses in drawn worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline import impact
from keepline.model import arrays

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.impact import Drawn, Singles
    from keepline.model.network import Network
    from keepline.model.scenario import Scenario

    Progress = Callable[[str], None]


def _silent(stage: str) -> None:
    """Tell nobody."""


def single_losses(
    network: Network,
    worst: int,
    confidence: float,
    *,
    with_pairs: bool = False,
    progress: Progress = _silent,
) -> Singles:
    """Find what every single loss takes, and tell of the worst."""
    progress("Find what every single loss takes")
    return impact.find_singles(network, arrays.pools(network), worst, confidence, with_pairs)


def draw_losses(
    network: Network,
    scenario: Scenario,
    worlds: int = 1024,
    *,
    seed: int = 0,
    progress: Progress = _silent,
) -> Drawn:
    """Find how probably parts lose something, and when, in worlds drawn at random."""
    progress("Draw worlds, and find what is lost in each")
    return impact.draw(network, scenario, worlds, seed)
