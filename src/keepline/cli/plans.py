"""Plan, write everything, and print the short answer; the same for the shipped network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline import face
from keepline.cli import answers, mechanics, printing
from keepline.cli.commands import How
from keepline.cli.notes import note_absent
from keepline.cli.refusals import refuse_early, refuse_filled
from keepline.cli.stages import Stages

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from keepline.model.plan import Plan

#: Seconds for which programmes of swaps are looked for.
SECONDS: Final = 30.0


def plan(
    network: Path,
    scenario: Path,
    policy: Path,
    target: Path,
    as_of: dt.date | None,
    how: How,
    seed: int,
    as_json: bool,
    field: mechanics.Field = mechanics.EVERYTHING,
    seconds: float | None = SECONDS,
) -> None:
    """Plan, write everything, and print the short answer."""
    mechanisms = field.mechanisms()
    refuse_early(target)
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here, what, asked = face.read_all(network, scenario, policy, as_of)
        note_absent(stages, here, what)
        made = face.plan(
            here,
            what,
            asked,
            seed=seed,
            progress=stages,
            tell=stages.count,
            mechanisms=mechanisms,
            seconds=seconds,
            is_apart=True,
            **how._asdict(),
        )
        stages("Write tables, workbook and report")
        written = face.save(made, target)
    _tell(made, written, as_json)


def report(target: Path, as_json: bool) -> None:
    """Make a finished plan's report and workbook anew."""
    made = face.load(target)
    written = face.save(made, target)
    _tell(made, written, as_json)


def demo(
    target: Path, size: str, is_network_only: bool, replications: int, seed: int, as_json: bool
) -> None:
    """Write the shipped network and, unless only that is wanted, plan it."""
    home = target if is_network_only else target / "network"
    if is_network_only:
        refuse_filled(home)
    else:
        refuse_early(target / "plan")
    with Stages(is_silent=as_json) as stages:
        stages(f"Write the network uk-2020, size {size}")
        network, scenario, policy = face.demo(home, size)
    if not is_network_only:
        how = How(replications)
        plan(network, scenario, policy, target / "plan", None, how, seed, as_json)
    elif as_json:
        printing.as_json(
            {"network": str(network), "scenario": str(scenario), "policy": str(policy)}
        )
    else:
        answers.print_network(network, scenario, policy)


def _tell(made: Plan, written: list[Path], as_json: bool) -> None:
    if as_json:
        files = [str(path) for path in written]
        printing.as_json({**made.to_json(), "written": files})
    else:
        answers.print_plan(made, written)
