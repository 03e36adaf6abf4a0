"""Name what comes too late where no money can meet the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.stock.relaxation import Relaxation
from keepline.stock.survive import first_failing

if TYPE_CHECKING:
    from keepline.model.policy import Policy
    from keepline.stock.ground import View
    from keepline.stock.judge import Judge

#: Parts named, those that lose most first.
NAMED = 5
ROUNDING = 1e-12


def too_late(judge: Judge, policy: Policy) -> list[Relaxation]:
    """Return the cuts and lead times because of which units would arrive too late.

    They are those of the parts that lose most service in the months that no stock lifts to the
    target, or whose survival no stock ordered on the first day secures.

    Args:
        judge: Judges a choice.
        policy: The service target.
    """
    first: dict[int, float] = {}
    target, days = policy.service.availability, policy.service.survive_days
    plenty = judge.courses([view.plenty() for view in judge.views])
    if target is not None:
        fails = judge.by_month(plenty) < target - ROUNDING
        lost = [
            judge.pools.weight[view.pool] * float((course.short @ view.meeting.chance)[fails].sum())
            for view, course in zip(judge.views, plenty, strict=True)
        ]
        for pool in np.argsort(-np.array(lost), kind="stable")[:NAMED]:
            if lost[pool] > 0.0:
                is_short = (plenty[pool].short > 0.0).any(axis=1)
                first[int(pool)] = float(judge.dates.day[fails & is_short][0])
    if days is not None:
        for view in judge.lasting:
            row = first_failing(view, view.plenty(), policy.service.confidence)
            if row < np.searchsorted(view.dates.day, days, side="right"):
                day = float(view.dates.day[row])
                first[view.pool] = min(day, first.get(view.pool, day))
    rows: dict[tuple[str, int], Relaxation] = {}
    for pool, day in first.items():
        one = _reason(judge.views[pool], day, int(judge.pools.part[pool]))
        rows.setdefault((one.limit, one.part), one)
    return list(rows.values())[:NAMED]


def _reason(view: View, failing_day: float, part: int) -> Relaxation:
    """Return the cut that units would have to come before, or else the time that they take."""
    cut, there = view.meeting.first_cut(), view.meeting.arrival_day(0.0)
    if cut <= there < view.dates.length:
        least = there + 1.0
        return Relaxation("supply cut", "days", max(0.0, cut), least, None, False, part)
    served = view.ship_days[(view.cells.f > 0.0).any(axis=0)]
    there = float(np.ceil(there + served.max(initial=0.0)))
    most = min(failing_day, there)
    return Relaxation("lead time", "days", there, most, None, False, part)
