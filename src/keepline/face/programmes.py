"""Find a programme of swaps for a network, and write it down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keepline.crews.aside import WHOLE, clock, heard_aside
from keepline.face.compliance import rules_of
from keepline.face.reading import network_of, scenario_of, silent
from keepline.formats import out
from keepline.model.errors import InputError
from keepline.model.policy_names import check_policy
from keepline.model.slipping import NO_SLIPPING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import polars as pl

    from keepline.face.reading import Progress
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.model.slipping import Slipping
    from keepline.swap import Found, Mending, Solution, Swapping, Task

    AnyPath = str | Path

SECONDS: Final = 30.0
#: Seconds beyond the time that a step of the solver may take before its process is ended.
GRACE: Final = 5.0


def plan_swaps(
    network: Network | AnyPath,
    policy: Policy | AnyPath | None = None,
    *,
    packs: Iterable[str] = (),
    worth: pl.DataFrame | None = None,
    seconds: float = SECONDS,
    soonest: bool = False,
    scenario: Scenario | AnyPath | None = None,
    seed: int = 0,
    is_apart: bool = False,
    progress: Progress = silent,
) -> Swapping:
    """Find which site is swapped in which quarter to which supplier, at the least discounted cost.

    Or so that all rules are kept as soon as crews, suppliers and money allow.

    A programme that the network has already is put aside, and all of it is planned anew.

    Args:
        network: What stands there, what is offered instead, and who does the work.
        policy: Whose rules must hold, within which budget; its key ``swaps`` says how.
        packs: Shipped packs whose rules must hold too.
        worth: What units that leave service are worth: part_id, harvested, relieved, and quarter
            where it differs by quarter; None for nothing.
        seconds: After which the best so far is taken.
        soonest: Whether to look for the earliest compliance, whatever days the rules name; wishes
            are then left out. The summary says ``soonest_on``, the quarter's last day from which
            on all rules are kept, and ``impossible_before``.
        scenario: Whose key ``programme`` says what may slip: the table ``programme_branches`` then
            tells whether the rules are kept all the same. Without it, by how many days all swaps
            may come late.
        seed: Of what slips by chance.
        is_apart: Whether a process of its own looks for it, which Ctrl-C stops and leaves the best
            so far. A script that asks for it needs ``if __name__ == "__main__":``.
        progress: Gets the name of each stage as it begins.

    Returns:
        The programme, its limits, what must give way, how the rules then stand.

    Raises:
        InputError: With every problem of the input, or when no pack bears a name.
        Bug: When the programme passes a limit or a rule and does not say so.
    """
    from keepline import swap as engine
    from keepline.planning.audited import hold
    from keepline.planning.holding import branches_table

    here, asked = network_of(network), rules_of(policy, packs)
    check_policy(asked, here).raise_if_any()
    _check_time(seconds)
    progress("See what may be swapped, and what must be")
    task = engine.task_of(here, asked, worth)
    progress("Find the programme")
    found = sought(task, seconds, is_apart=is_apart, is_soonest=soonest)
    progress("Judge the programme by the rules")
    told = engine.swapping_of(task, found)
    hold(here, asked, told.tables)
    branches = branches_table(told.network, asked, _slipping_of(scenario, here), seed)
    return replace(told, tables={**told.tables, "programme_branches": branches})


def _check_time(seconds: float) -> None:
    if not seconds > 0.0:
        raise InputError(f"{seconds:g} seconds are no time; give more than 0.", code="IN-257")


def _slipping_of(scenario: Scenario | AnyPath | None, network: Network) -> Slipping:
    return NO_SLIPPING if scenario is None else scenario_of(scenario, network).slipping


def sought(
    task: Task, seconds: float, *, is_apart: bool = False, is_soonest: bool = False
) -> Found:
    """Look for a programme for so many seconds, here or in a process of its own."""
    from keepline.swap import brief_of, found_of, look, search, warm

    if not is_apart or not len(task.problem.jobs):
        if len(task.problem.jobs):
            warm()
        return search(task, clock(seconds), is_soonest=is_soonest)
    sent: list[Solution | Mending] = []
    brief = brief_of(task, is_soonest=is_soonest)
    how = heard_aside(look, brief, seconds, GRACE, sent.append, warm)
    return found_of(sent, is_whole=how == WHOLE)


def save_swapping(found: Swapping, told: dict[str, object], path: AnyPath) -> list[Path]:
    """Write a programme: swap.json and the tables; return what was written.

    Raises:
        StoreError: When it cannot be written; nothing is then left half-written.
    """
    return out.write_answer(path, told, found.tables, {}, out.SWAP)
