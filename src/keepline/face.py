"""The Python face: read, plan, simulate and save, with files on the outside and frames inside.

It translates and never decides: what is computed is computed below, and what is wrong is raised as
one error of :mod:`keepline.model.errors`. A network, a scenario or a policy may be given as it is,
or as the path of its file.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from keepline import __version__
from keepline.formats import folder, out, settings
from keepline.model.errors import InputError
from keepline.model.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from keepline.impact import Impact
    from keepline.model.plan import Plan
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.simulation import Simulation
    from keepline.stock import Stocked

    Progress = Callable[[str], None]
    AnyPath = str | Path

#: Libraries whose version can change a figure.
LIBRARIES = ("numba", "numpy", "polars")
SIZES = ("operator", "national")


def _silent(stage: str) -> None:
    """Tell nobody."""


def read(path: AnyPath) -> Network:
    """Read and check a network: a folder, or one .xlsx.

    Raises:
        InputError: With every problem of every file.
        StoreError: When it cannot be read.
    """
    return folder.read(Path(path))


def read_scenario(path: AnyPath, network: Network | None = None) -> Scenario:
    """Read a scenario; given a network, check its names against it.

    Raises:
        InputError: With every problem.
    """
    return settings.read_scenario(Path(path), network)


def read_policy(path: AnyPath) -> Policy:
    """Read a policy.

    Raises:
        InputError: With every problem.
    """
    return settings.read_policy(Path(path))


def find_impact(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    *,
    confidence: float = 0.95,
    progress: Progress = _silent,
) -> tuple[Impact, pl.DataFrame]:
    """Find what a scenario takes away, and how long today's stock lasts at a confidence.

    Returns:
        The impact (branches, losses, cuts, exposure) and the table ``endurance``.
    """
    from keepline import planning

    here, what = _given(network, scenario)
    return planning.lost_and_left(here, what, confidence, progress)


def plan_stock(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    policy: Policy | AnyPath,
    *,
    progress: Progress = _silent,
) -> tuple[Impact, Stocked]:
    """Find what to buy, for where and by when, without playing it through."""
    from keepline import planning

    here, what = _given(network, scenario)
    return planning.take_stock(here, what, _policy(policy), progress)


def simulate(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    plan: Plan | AnyPath | None = None,
    *,
    seed: int = 0,
    replications: int = 200,
    progress: Progress = _silent,
) -> Simulation:
    """Play today's course and, given a finished plan, the plan on the very same failures."""
    from keepline import planning

    here, what = _given(network, scenario)
    finished = load(plan) if isinstance(plan, str | Path) else plan
    return planning.play(
        here,
        what,
        finished.tables["purchases"] if finished else None,
        seed=seed,
        replications=replications,
        progress=progress,
    )


def plan(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    policy: Policy | AnyPath,
    *,
    seed: int = 0,
    replications: int = 200,
    progress: Progress = _silent,
) -> Plan:
    """Do the main job: find the losses, plan the stock, simulate.

    Raises:
        InputError: With every problem of the input.
        PlanError: When the question has no usable answer.
    """
    from keepline import planning

    here, what = _given(network, scenario)
    made = planning.make_plan(
        here,
        what,
        _policy(policy),
        version=__version__,
        seed=seed,
        replications=replications,
        progress=progress,
    )
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    created = dt.datetime.now(dt.UTC).date().isoformat()
    return replace(made, provenance=replace(made.provenance, libraries=libraries, created=created))


def save(plan: Plan, path: AnyPath) -> list[Path]:
    """Write a plan's folder: plan.json, tables, workbook and report; return what was written.

    An earlier plan in that folder stays as it was until the new one is whole.

    Raises:
        StoreError: When it cannot be written; nothing is then left half-written.
    """
    from keepline import report

    files = {"plan.xlsx": report.workbook(plan), "report.html": report.html(plan).encode()}
    return out.write_plan(Path(path), plan, files)


def load(path: AnyPath) -> Plan:
    """Read a plan's folder back.

    Raises:
        InputError: When the folder holds no finished plan.
    """
    return out.read_plan(Path(path))


def demo(path: AnyPath, size: str = "operator") -> tuple[Path, Path, Path]:
    """Write the shipped network uk-2020 with its scenario and its policy into a folder.

    Returns:
        The paths of the network, the scenario and the policy.

    Raises:
        InputError: For an unknown size.
    """
    from keepline.packs import uk_2020

    if size not in SIZES:
        raise InputError(
            f"There is no size {size!r}; sizes are {' and '.join(SIZES)}.", code="IN-250"
        )
    chosen: Literal["operator", "national"] = "national" if size == "national" else "operator"
    target = Path(path)
    folder.write(uk_2020.build(chosen), uk_2020.settings(chosen), target)
    scenario = target / "scenario.yaml"
    policy = target / "policy.yaml"
    out.write_text(scenario, uk_2020.scenario())
    out.write_text(policy, uk_2020.policy(chosen))
    out.write_text(target / "SOURCES.md", uk_2020.sources())
    return target, scenario, policy


def _given(network: Network | AnyPath, scenario: Scenario | AnyPath) -> tuple[Network, Scenario]:
    here = network if isinstance(network, Network) else read(network)
    if isinstance(scenario, str | Path):
        return here, read_scenario(scenario, here)
    return here, scenario


def _policy(policy: Policy | AnyPath) -> Policy:
    return read_policy(policy) if isinstance(policy, str | Path) else policy
