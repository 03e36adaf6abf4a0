"""What the commands do: call the Python face, then print."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

import typer

from keepline import face
from keepline.cli import (
    alone,
    answers,
    drawings,
    findings,
    mechanics,
    printing,
    replays,
    rulebook,
    shipped,
    verdicts,
)
from keepline.cli.notes import note_absent
from keepline.cli.programmes import swap as swap  # noqa: PLC0414 - it is a command of this room
from keepline.cli.refusals import refuse_early
from keepline.cli.stages import Stages
from keepline.formats import folder, out
from keepline.model.branches import has_too_many_branches
from keepline.model.errors import InputError, StoreError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from keepline.impact import Drawn
    from keepline.model.problems import Problems


class How(NamedTuple):
    """Hold how the future is played: how often, how precisely, by whom, and where it is kept."""

    replications: int | None = None
    precision: float | None = None
    workers: int | None = None
    cluster: str | None = None
    save: Path | None = None


#: Worlds drawn where a scenario has too many branches.
WORLDS = 1024


def check(network: Path, issues: Path, as_json: bool) -> None:
    """Check a network, write every problem to a file, and print them."""
    checked = folder.check(network)
    problems = checked.problems
    written = _write_issues(issues, problems) if len(problems) else None
    if as_json:
        printing.as_json(answers.checked(checked, written))
        raise typer.Exit(InputError.exit_code if problems.count else 0)
    answers.print_checked(checked, network, written)
    problems.raise_if_any()


def _write_issues(issues: Path, problems: Problems) -> Path | None:
    try:
        return out.write_issues(issues, problems)
    except StoreError as error:  # the problems are printed all the same
        printing.error(error, is_json=False)
        return None


def impact(
    network: Path,
    scenario: Path | None,
    worst: int | None,
    is_paired: bool,
    as_of: dt.date | None,
    worlds: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Find what a scenario takes, or what every single loss does, and print it."""
    _refuse_unclear(scenario, worst, is_paired, as_of)
    if scenario is not None:
        _scenario_impact(network, scenario, as_of, worlds, seed, as_json)
    elif worst is not None:
        _singles(network, worst, is_paired, as_json)


def _scenario_impact(
    network: Path,
    scenario: Path,
    as_of: dt.date | None,
    worlds: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Find the losses and the endurance, and print them; or the losses in drawn worlds."""
    drawn: Drawn | None = None
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here, what = face.read_both(network, scenario, as_of)
        note_absent(stages, here, what)
        if worlds is None and has_too_many_branches(what, here.start):
            worlds = WORLDS
        if worlds is not None:
            drawn = face.draw_losses(here, what, worlds, seed=seed, progress=stages)
        else:
            found, endurance = face.find_impact(here, what, seed=seed, progress=stages)
    if drawn is not None:
        drawings.tell(here, drawn, seed, as_json=as_json)
        return
    if as_json:
        tables = {
            "branches": found.branches,
            "losses": found.losses,
            "mapping": found.mapping,
            "loss_steps": found.loss_steps,
            "remedies": found.remedies,
            "pooled_parts": found.pooled_parts,
            "endurance": endurance,
        }
        rows = {name: printing.rows_of(table) for name, table in tables.items()}
        printing.as_json({**rows, "remedies_not_tried": found.untried})
    else:
        findings.print_impact(here, found, endurance)
        shipped.print_absent(here, what)


def _refuse_unclear(
    scenario: Path | None, worst: int | None, is_paired: bool, as_of: dt.date | None
) -> None:
    """Refuse what asks for neither a scenario nor every single loss, or for both."""
    if scenario is None and worst is None:
        said = "Say what is lost: --scenario S, or --worst 20 for every single loss."
    elif scenario is not None and worst is not None:
        said = "Give --scenario or --worst, not both: single losses need no scenario."
    elif is_paired and worst is None:
        said = "--pairs goes with --worst: it looks for pairs among the worst single losses."
    elif as_of is not None and scenario is None:
        said = "--as-of goes with --scenario: single losses know of no rules."
    else:
        return
    raise InputError(said, code="IN-254")


def _singles(network: Path, worst: int, is_paired: bool, as_json: bool) -> None:
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here = face.read(network)
        found = face.find_singles(here, worst=worst, with_pairs=is_paired, progress=stages)
    if as_json:
        tables = {
            "single_losses": found.single_losses,
            "single_losses_parts": found.single_losses_parts,
            "pair_losses": found.pair_losses,
            "unmapped": found.unmapped,
        }
        printing.as_json({name: printing.rows_of(table) for name, table in tables.items()})
    else:
        alone.print_singles(here, found, worst, is_paired)


def stock(
    network: Path,
    scenario: Path,
    policy: Path,
    as_of: dt.date | None,
    as_json: bool,
    workers: int | None = None,
    cluster: str | None = None,
) -> None:
    """Find the purchases, and print them."""
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here, what, asked = face.read_all(network, scenario, policy, as_of)
        note_absent(stages, here, what)
        found, stocked = face.plan_stock(
            here, what, asked, workers=workers, cluster=cluster, progress=stages
        )
    if as_json:
        pooled = {"pooled_parts": printing.rows_of(found.pooled_parts)}
        printing.as_json(findings.stocked(here, stocked) | pooled)
    else:
        findings.print_stock(here, asked, found, stocked)


def wait(
    network: Path,
    scenario: Path,
    policy: Path,
    event: str,
    known_on: dt.date | None,
    as_json: bool,
) -> None:
    """Weigh waiting for a decision, and print the verdict."""
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here, what, asked = face.read_all(network, scenario, policy)
        note_absent(stages, here, what)
        found = face.weigh_waiting(here, what, asked, event, known_on=known_on, progress=stages)
    if as_json:
        printing.as_json(verdicts.weighed(found, asked))
    else:
        verdicts.print_waiting(here, asked, found)


def simulate(
    network: Path,
    scenario: Path,
    plan: Path | None,
    as_of: dt.date | None,
    how: How,
    seed: int,
    as_json: bool,
    field: mechanics.Field = mechanics.EVERYTHING,
) -> None:
    """Play the future through, and print availability with its intervals."""
    mechanisms = field.mechanisms()
    with Stages(is_silent=as_json) as stages:
        finished = face.load(plan) if plan else None
        stages("Read and check the network")
        here, what = face.read_both(network, scenario, as_of)
        note_absent(stages, here, what)
        played = face.simulate(
            here,
            what,
            finished,
            seed=seed,
            progress=stages,
            tell=stages.count,
            mechanisms=mechanisms,
            **how._asdict(),
        )
    if as_json:
        printing.as_json(
            {
                "replications": played.replications,
                "stopped_by": played.stopped_by,
                "half_width": played.half_width,
                "mechanisms": asdict(mechanisms),
                "seed": seed,
                "simulated": printing.rows_of(played.simulated),
                "simulated_parts": printing.rows_of(played.simulated_parts),
                "simulated_once": printing.rows_of(played.simulated_once),
            }
        )
    else:
        findings.print_simulation(played, how.precision, mechanisms, here.currency)


def events(as_of: dt.date | None, network: Path | None, as_json: bool) -> None:
    """List the dated events of the library."""
    library = face.library()
    here = face.read(network) if network else None
    rows = shipped.listed(library, as_of, here)
    if as_json:
        printing.as_json(rows)
    else:
        shipped.print_events(rows, as_of, here)


def replay(
    network: Path,
    scenario: Path | None,
    policy: Path | None,
    first: dt.date,
    last: dt.date,
    target: Path | None,
    as_json: bool,
) -> None:
    """Replay history, write it down if that is wanted, and print what waiting cost."""
    if target:
        refuse_early(target, out.REPLAY)
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here = face.read(network)
        what = face.history(scenario, here)
        found = face.replay(here, first, last, what, policy, progress=stages)
        written = face.save_replay(found, target) if target else []
    if as_json:
        printing.as_json({**replays.told(found), "written": [str(path) for path in written]})
        return
    replays.print_replay(found, written)
    shipped.print_absent(here, what)


def rules(
    network: Path | None,
    policy: Path | None,
    packs: tuple[str, ...],
    on: tuple[dt.date, ...],
    finished: Path | None,
    top: int,
    target: Path | None,
    as_json: bool,
) -> None:
    """Judge a network against rules, or list them."""
    if target:
        refuse_early(target, out.RULES)
    if network is None:
        rulebook.listing(policy, packs, as_json)
    else:
        rulebook.judge(network, policy, packs, on, finished, top, target, as_json)


def explain(target: Path, part: str, as_json: bool) -> None:
    """Explain a part of a finished plan."""
    said = face.explain(face.load(target), part)
    if as_json:
        printing.as_json([asdict(one) for one in said])
    else:
        answers.print_explanation(said)


def rate(units: float, hours: float, failures: int, believed: float | None, as_json: bool) -> None:
    """Learn a failure rate, and print it with its interval."""
    found = face.learn_rate(units, hours, failures, believed)
    if as_json:
        figures = asdict(found)
        printing.as_json({name: v if math.isfinite(v) else None for name, v in figures.items()})
    else:
        answers.print_rate(found)
