"""What the commands do: call the Python face, then print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline import face
from keepline.cli import answers, printing
from keepline.cli.stages import Stages
from keepline.formats import folder, out

if TYPE_CHECKING:
    from pathlib import Path

    from keepline.model.plan import Plan


def check(network: Path, issues: Path, as_json: bool) -> None:
    """Check a network, write every problem to a file, and print them."""
    checked = folder.check(network)
    problems = checked.problems
    if len(problems):
        out.write_issues(issues, problems)
    if as_json:
        printing.as_json(answers.checked(checked, issues))
    else:
        answers.print_checked(checked, network, issues)
    problems.raise_if_any()


def impact(network: Path, scenario: Path, as_json: bool) -> None:
    """Find the losses and the endurance, and print them."""
    with Stages(is_silent=as_json) as stages:
        found, endurance = face.find_impact(network, scenario, progress=stages)
    if as_json:
        tables = {
            "branches": found.branches,
            "losses": found.losses,
            "endurance": endurance,
        }
        printing.as_json({name: printing.rows_of(table) for name, table in tables.items()})
    else:
        answers.print_impact(found, endurance)


def stock(network: Path, scenario: Path, policy: Path, as_json: bool) -> None:
    """Find the purchases, and print them."""
    with Stages(is_silent=as_json) as stages:
        _, stocked = face.plan_stock(network, scenario, policy, progress=stages)
    if as_json:
        printing.as_json(answers.stocked(stocked))
    else:
        answers.print_stock(stocked)


def simulate(
    network: Path,
    scenario: Path,
    plan: Path | None,
    replications: int,
    seed: int,
    as_json: bool,
) -> None:
    """Play the future through, and print availability with its intervals."""
    with Stages(is_silent=as_json) as stages:
        played = face.simulate(
            network, scenario, plan, seed=seed, replications=replications, progress=stages
        )
    if as_json:
        printing.as_json(
            {
                "replications": played.replications,
                "seed": seed,
                "simulated": printing.rows_of(played.simulated),
            }
        )
    else:
        answers.print_simulation(played)


def plan(
    network: Path,
    scenario: Path,
    policy: Path,
    target: Path,
    replications: int,
    seed: int,
    as_json: bool,
) -> None:
    """Plan, write everything, and print the short answer."""
    out.refuse_foreign(target)
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here = face.read(network)
        made = face.plan(
            here,
            face.read_scenario(scenario, here),
            face.read_policy(policy),
            seed=seed,
            replications=replications,
            progress=stages,
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
    with Stages(is_silent=as_json) as stages:
        stages(f"Write the network uk-2020, size {size}")
        network, scenario, policy = face.demo(home, size)
    if not is_network_only:
        plan(network, scenario, policy, target / "plan", replications, seed, as_json)
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
