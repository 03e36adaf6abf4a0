"""Ask what to do: plan, weigh, simulate, and keep what was found."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from keepline import __version__
from keepline.face.efforts import effort_of, most, untold
from keepline.face.programmes import sought
from keepline.face.reading import read_all, read_both, silent
from keepline.formats import folder, out
from keepline.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.face.efforts import Tell
    from keepline.impact import Impact
    from keepline.model.mechanisms import Mechanisms
    from keepline.model.network import Network
    from keepline.model.plan import Plan
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.planning import Course
    from keepline.report.answer import Sentence
    from keepline.simulation import Simulation
    from keepline.stock import LearnedRate, Stocked, Waiting

    Progress = Callable[[str], None]
    AnyPath = str | Path


#: Libraries whose version can change a figure.
LIBRARIES = ("numba", "numpy", "polars")
SIZES = ("operator", "national")


def plan_stock(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    policy: Policy | AnyPath,
    *,
    as_of: dt.date | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress = silent,
) -> tuple[Impact, Stocked]:
    """Find what to buy, for where and by when, without playing it through.

    Workers and cluster are those of `simulate`.
    """
    from keepline import planning
    from keepline.crews import hired

    here, what, asked = read_all(network, scenario, policy, as_of)
    with hired(workers, cluster) as crew:
        return planning.take_stock(here, what, asked, progress, crew)


def learn_rate(
    units: float, hours: float, failures: int, believed: float | None = None
) -> LearnedRate:
    """Learn a failure rate from failures seen, with its 95 % interval.

    Args:
        units: Units watched.
        hours: Hours for which each was watched, on average.
        failures: Failures seen among them.
        believed: Failures per unit and year believed before; None for no belief.

    Raises:
        InputError: When that teaches nothing, or contradicts itself.
    """
    from keepline.stock import rates

    return rates.learn_rate(units, hours, failures, believed)


def weigh_waiting(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    policy: Policy | AnyPath,
    event: str,
    *,
    known_on: dt.date | None = None,
    progress: Progress = silent,
) -> Waiting:
    """Find what to buy now and what after it is known whether an event happens, and its worth.

    Args:
        network: What there is.
        scenario: What may happen.
        policy: What must hold.
        event: Id of the event that one may wait for.
        known_on: When it is known whether it happens; without it, the first day on which it may
            begin.
        progress: Told the name of each stage as it begins.

    Raises:
        InputError: With every problem of the input, or when the scenario has no such event.
        PlanError: When the question has no usable answer.
    """
    from keepline import planning

    here, what, asked = read_all(network, scenario, policy)
    return planning.weigh_waiting(here, what, asked, event, known_on, progress)


def simulate(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    plan: Plan | AnyPath | None = None,
    *,
    as_of: dt.date | None = None,
    seed: int = 0,
    replications: int | None = None,
    precision: float | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    save: AnyPath | None = None,
    mechanisms: Mechanisms | None = None,
    progress: Progress = silent,
    tell: Tell = untold,
) -> Simulation:
    """Play today's course and, given a finished plan, the plan on the very same failures.

    Args:
        network: What there is.
        scenario: What may happen.
        plan: A finished plan, or its folder; None plays today's course alone.
        as_of: Use only what was known on that day.
        seed: Seed of every random stream.
        replications: How many times the future is played; 200 unless given. With a precision, how
            many times at most; 10,000 unless given.
        precision: Stop when the half-width of the 95 % interval of average availability, of each
            course and of their difference, is no more than this.
        workers: Processes of this machine that play; None for threads of this one. A script that
            asks for them keeps what it runs below ``if __name__ == "__main__":``.
        cluster: Address of a Dask scheduler, or ``local``.
        save: A folder in which blocks are kept as they finish: a run that was killed goes on there.
        mechanisms: Which mechanisms of the field are played: all of them unless given, first come,
            first served; ``Mechanisms.formulas()`` plays what the formulas assume.
        progress: Told the name of each stage as it begins.
        tell: Told how many replications are played, and how many it will take as far as is known.

    Raises:
        InputError: With every problem of the input.
        MissingExtra: When Dask is asked for and not installed.
        StoreError: When blocks cannot be kept there, or workers are lost over and over.
    """
    from keepline import planning

    finished = load(plan) if isinstance(plan, str | Path) else plan
    here, what = read_both(network, scenario, as_of)
    with effort_of(precision, workers, cluster, save, tell) as effort:
        return planning.play(
            here,
            what,
            _course(finished) if finished else None,
            seed=seed,
            replications=most(replications, precision),
            effort=effort,
            mechanisms=mechanisms,
            progress=progress,
        )


def plan(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    policy: Policy | AnyPath,
    *,
    as_of: dt.date | None = None,
    seed: int = 0,
    replications: int | None = None,
    precision: float | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    save: AnyPath | None = None,
    mechanisms: Mechanisms | None = None,
    progress: Progress = silent,
    tell: Tell = untold,
    seconds: float | None = 30.0,
    is_apart: bool = False,
) -> Plan:
    """Do the main job: find the losses, plan swaps and stock together, simulate.

    What is played, how, by whom and where blocks are kept is said as in `simulate`. Swaps are
    planned where the policy has rules, the network has offers, and no programme stands already;
    programmes are looked for so many seconds (None: no swaps are planned), in a process of its
    own if they are to be apart.

    Raises:
        InputError: With every problem of the input.
        PlanError: When the question has no usable answer.
    """
    from keepline import planning

    here, what, asked = read_all(network, scenario, policy, as_of)
    search = None
    if seconds is not None:
        search = planning.Search(partial(sought, is_apart=is_apart), seconds)
    with effort_of(precision, workers, cluster, save, tell) as effort:
        made = planning.make_plan(
            here,
            what,
            asked,
            version=__version__,
            seed=seed,
            replications=most(replications, precision),
            effort=effort,
            mechanisms=mechanisms,
            progress=progress,
            search=search,
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


def explain(plan: Plan | AnyPath, part_id: str) -> list[Sentence]:
    """Explain a part's figures: why it is lost, what is short, what one unit more would do.

    Raises:
        InputError: When the plan has no such part.
    """
    from keepline.report import why

    return why.explain(load(plan) if isinstance(plan, str | Path) else plan, part_id)


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


def _course(finished: Plan) -> Course:
    from keepline import planning

    if "purchases" not in finished.tables:
        raise InputError("The plan holds no table of purchases; make it again.", code="IN-221")
    tables = finished.tables
    return planning.Course(tables.get("moves"), tables["purchases"], tables.get("programme"))
