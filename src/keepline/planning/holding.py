"""Tell whether a programme of swaps keeps the rules where funding is late or crews are short.

Swaps slip as the simulation plays them: the same schedule, the same draws.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from keepline import swap
from keepline.model.calendar import date_of
from keepline.model.programme import swapped
from keepline.model.results import RESULTS
from keepline.simulation.slips import schedule_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.slipping import Slipping

    Number = NDArray[np.float64]
    Row = dict[str, Any]

#: Draws of what slips by chance.
DRAWS: Final = 200
#: Share of the draws in which a rule is kept from the day that is told.
SURE: Final = 0.95


class _Branch(NamedTuple):
    """Hold on which days swaps take place in a branch [draws, pieces]."""

    name: str
    probability: float
    days: Number
    is_drawn: bool


def branches_table(
    network: Network, policy: Policy, slipping: Slipping, seed: int = 0
) -> pl.DataFrame:
    """Return the table ``programme_branches``: what is kept as planned, and where swaps slip.

    Args:
        network: With the programme in it.
        policy: With the rules.
        slipping: What may make the programme slip.
        seed: Of the draws.
    """
    declared = RESULTS["programme_branches"].columns()
    schema = {name: one.dtype for name, one in declared.items()}
    if network["programme"].is_empty():
        return pl.DataFrame(schema=schema)
    task = swap.task_of(network, policy)
    branches = list(_branches(network, task, slipping, seed))
    rows = [row for duty in swap.duties_of(task) for row in _told(network, duty, branches)]
    return pl.DataFrame(rows, schema=schema).sort("on", "rule_id", "place", maintain_order=True)


def _branches(
    network: Network, task: swap.Task, slipping: Slipping, seed: int
) -> Iterator[_Branch]:
    """Yield the days of swaps as planned and, where something may slip, as it slips."""
    swaps = swapped(network).swaps
    programme = network["programme"]

    def days(how: Slipping | None, count: int) -> Number:
        drawn = np.asarray(schedule_of(network, swaps, how).days(seed, 0, count))
        return swap.planned_days(task, programme, drawn)

    yield _Branch("as planned", 1.0, days(None, 1), is_drawn=False)
    if not slipping.is_possible:
        return
    is_short = slipping.short_probability > 0.0 and slipping.short_share > 0.0
    count = DRAWS if is_short else 1
    late = slipping.late_probability if slipping.late_days > 0.0 else 0.0
    for name, probability, how in (
        ("funding on time", 1.0 - late, replace(slipping, late_probability=0.0)),
        ("funding late", late, replace(slipping, late_probability=1.0)),
    ):
        if probability > 0.0:
            yield _Branch(name, probability, days(how, count), is_drawn=is_short)


def _told(network: Network, duty: swap.Duty, branches: list[_Branch]) -> Iterator[Row]:
    """Yield what each branch does to a duty, and then all of them together."""
    on = network.day(duty.on)
    slipped = []
    for branch in branches:
        from_day = swap.kept_from(duty, branch.days)
        kept = swap.share_kept(from_day <= on, is_drawn=branch.is_drawn)
        over = float(swap.left_over(duty, branch.days, on).mean())
        row = _row(network, duty, branch, kept, from_day, over)
        yield row
        if branch.name != "as planned":
            slipped.append((branch, row, from_day))
    if len(slipped) > 1:
        share = [branch.probability for branch, _, _ in slipped]
        together = [
            sum(p * row[name] for p, (_, row, _) in zip(share, slipped, strict=True))
            for name in ("kept", "kept_low", "kept_high", "excess")
        ]
        whole = _Branch("all", 1.0, slipped[0][0].days, is_drawn=slipped[0][0].is_drawn)
        kept = (together[0], together[1], together[2])
        # one draw of each branch stands for as many as its probability
        weights = np.repeat(share, [len(days) for _, _, days in slipped])
        every = np.concatenate([days for _, _, days in slipped])
        yield _row(network, duty, whole, kept, every, together[3], weights)


def _row(
    network: Network,
    duty: swap.Duty,
    branch: _Branch,
    kept: tuple[float, float, float],
    from_day: Number,
    over: float,
    weights: Number | None = None,
) -> Row:
    day = _sure(from_day, weights)
    is_there = day <= network.horizon_days
    since = date_of(max(day, 0.0), network.start) if is_there else None
    return {
        "branch": branch.name,
        "rule_id": duty.rule_id,
        "place": duty.place,
        "on": duty.on,
        "force": "hard" if duty.is_hard else "wherever possible",
        "probability": branch.probability,
        "kept": kept[0],
        "kept_low": kept[1],
        "kept_high": kept[2],
        "kept_from": since,
        "slack_days": float((duty.on - since).days) if since else None,
        "excess": over,
        "unit": duty.unit,
        "draws": len(from_day),
    }


def _sure(days: Number, weights: Number | None) -> float:
    """Return the day by which so large a share of the draws has come."""
    order = np.argsort(days, kind="stable")
    share = np.ones(len(days)) if weights is None else weights
    reached = np.cumsum(share[order])
    return float(days[order][np.searchsorted(reached, SURE * reached[-1] * (1.0 - 1e-12))])
