"""Ask what is lost: in a scenario, in drawn worlds, or by every single loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline.face.reading import network_of, read_both, silent
from keepline.model.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from keepline.impact import Drawn, Impact, Singles
    from keepline.model.network import Network
    from keepline.model.scenario import Scenario

    Progress = Callable[[str], None]
    AnyPath = str | Path


def find_impact(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    *,
    confidence: float = 0.95,
    as_of: dt.date | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[Impact, pl.DataFrame]:
    """Find what a scenario takes away, and how long today's stock lasts at a confidence.

    Given `as_of`, it uses only what was known on that day.

    Returns:
        The impact (branches, losses, cuts, exposure) and the table ``endurance``.
    """
    from keepline import planning

    here, what = read_both(network, scenario, as_of)
    return planning.lost_and_left(here, what, confidence, seed=seed, progress=progress)


def find_singles(
    network: Network | AnyPath,
    *,
    worst: int = 20,
    confidence: float = 0.95,
    with_pairs: bool = False,
    progress: Progress = silent,
) -> Singles:
    """Find what the loss of every single supplier, country, site and technology takes.

    Args:
        network: What there is.
        worst: How many to tell of, at most; the worst come first.
        confidence: Probability with which stock must meet every first line.
        with_pairs: Whether to look for what two of the worst take together.
        progress: Told the name of each stage as it begins.

    Returns:
        The tables ``single_losses``, ``single_losses_parts``, ``pair_losses`` and ``unmapped``.

    Raises:
        InputError: When fewer than one is asked for, or the confidence is not between 0 and 1.
    """
    from keepline import planning

    if worst < 1 or not 0.0 < confidence < 1.0:
        raise InputError(
            f"worst is {worst} and confidence {confidence:g}: at least 1, and between 0 and 1.",
            code="IN-254",
        )
    return planning.single_losses(
        network_of(network), worst, confidence, with_pairs=with_pairs, progress=progress
    )


def draw_losses(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    worlds: int = 1024,
    *,
    as_of: dt.date | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Drawn:
    """Find how probably parts lose something, and when, in worlds drawn at random.

    For scenarios with more branches than can be told apart. Losses are whole and for good; what
    that leaves out is told in `left_out`.

    Args:
        network: What there is.
        scenario: What may happen.
        worlds: How many worlds are drawn, rounded up to a multiple of 64.
        as_of: Use only what was known on that day.
        seed: Seed of every draw.
        progress: Told the name of each stage as it begins.

    Raises:
        InputError: With every problem of the input.
    """
    from keepline import planning

    here, what = read_both(network, scenario, as_of)
    return planning.draw_losses(here, what, worlds, seed=seed, progress=progress)
