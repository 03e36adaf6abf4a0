"""Find from which day on rules are kept when swaps take place on other days than planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.intervals import share_interval

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.policy_rules import Rule
    from keepline.swap.building import Task

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Rules that ask for equipment to go, site by site.
REMOVALS = ("exclude", "remove", "replace_software")
#: Rounding in sums of weights, as a part of what is weighed.
_ROUNDING = 1e-9


class Duty(NamedTuple):
    """Hold what a rule asks for by a day: no more than a limit is left of some pieces.

    Attributes:
        rule_id: The rule.
        place: Whose it is and of what, in words.
        on: By when.
        is_hard: Whether it must be kept, or is wished for.
        unit: What is weighed.
        piece: The pieces [k].
        weight: Of each [k].
        most: What may be left of them.
    """

    rule_id: str
    place: str
    on: dt.date
    is_hard: bool
    unit: str
    piece: Whole
    weight: Number
    most: float


def duties_of(task: Task) -> list[Duty]:
    """Return what the rules of a task ask for by which day: its caps, then what must go."""
    found = []
    rules = {rule.rule_id: rule for rule in task.policy.rules}
    for cap in task.demands.caps:
        if not cap.quarters:
            continue
        on = _last_moment(task, rules[cap.rule_id], cap.quarters[0])
        piece = np.flatnonzero(cap.weight > 0.0)
        found.append(
            Duty(cap.rule_id, cap.place, on, cap.price is None, cap.unit, piece,
                 cap.weight[piece], cap.most)
        )  # fmt: skip
    removals = [rule for rule in task.policy.rules if rule.kind in REMOVALS]
    latest = task.demands.latest
    for rule in removals:
        mine = np.array([rule.rule_id in why for why in task.demands.why], np.bool_)
        for quarter in np.unique(latest[mine & (latest < task.quarters.count)]):
            piece = np.flatnonzero(mine & (latest == quarter))
            on = _last_moment(task, rule, int(quarter))
            found.append(
                Duty(rule.rule_id, rule.rule_id, on, True, "sites", piece,
                     np.ones(len(piece)), 0.0)
            )  # fmt: skip
    return found


def _last_moment(task: Task, rule: Rule, quarter: int) -> dt.date:
    """Return the last day for which what is swapped by a quarter's end decides."""
    return max(day for at, day in task.quarters.moments(rule) if at == quarter)


def planned_days(task: Task, programme: pl.DataFrame, day: Number) -> Number:
    """Return the day on which each piece is swapped; infinite for never [draws, pieces].

    Args:
        task: Gives the pieces.
        programme: The table of that name.
        day: Of each of its rows [draws, rows].
    """
    keys = ["site_id", "technology", "from_supplier_id"]
    rows = programme.select(keys).with_row_index("row")
    at = task.offers.pieces.select("piece", *keys).join(rows, on=keys)
    found = np.full((len(day), len(task.offers.pieces)), np.inf)
    # what is swapped in the course of a day is swapped on it
    found[:, at["piece"].to_numpy()] = np.floor(day[:, at["row"].to_numpy()])
    return found


def kept_from(duty: Duty, days: Number) -> Number:
    """Return the first day from which a duty is kept; infinite for never [draws].

    Args:
        duty: What is asked for.
        days: On which each piece is swapped [draws, pieces].
    """
    mine = days[:, duty.piece]
    order = np.argsort(-mine, axis=1)
    # the last to be swapped may stay, as far as the limit goes
    left = np.cumsum(duty.weight[order], axis=1)
    room = duty.most + _ROUNDING * (1.0 + duty.weight.sum())
    stays = (left <= room).sum(axis=1)
    swapped = np.concatenate((np.take_along_axis(mine, order, axis=1),
                              np.full((len(mine), 1), -np.inf)), axis=1)  # fmt: skip
    return np.asarray(np.take_along_axis(swapped, stays[:, None], axis=1)[:, 0])


def left_over(duty: Duty, days: Number, day: float) -> Number:
    """Return by how much more than allowed is left on a day; 0 where it is kept [draws]."""
    left = np.where(days[:, duty.piece] > day, duty.weight, 0.0).sum(axis=1)
    room = duty.most + _ROUNDING * (1.0 + duty.weight.sum())
    return np.asarray(np.where(left > room, left - duty.most, 0.0))


def share_kept(is_kept: NDArray[np.bool_], *, is_drawn: bool) -> tuple[float, float, float]:
    """Return the share of draws in which something is kept, with its 95 % interval.

    Args:
        is_kept: In each draw.
        is_drawn: Whether chance has a part in it; if not, one draw tells all.
    """
    share = float(is_kept.mean())
    if not is_drawn:
        return share, share, share
    found = share_interval(np.array([int(is_kept.sum())]), len(is_kept))
    return share, float(found.low[0]), float(found.high[0])
