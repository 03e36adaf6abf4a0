"""Expected units outstanding at the centre when repair and supply are cut, by date.

With a constant removal rate from an empty pipeline at day 0, outstanding units are Poisson with
mean rate * (t - restored(t)), where restored(t) is the expected length of the days of departure up
to t that is made good by t (G. B. Crawford, 1981, Palm's Theorem for Nonstationary Processes, RAND
R-2750).

A *flow* is a list of segments over the day u on which a failed unit leaves for repair, or a new
one is ordered: what leaves in [start, end) is back `delay` days later with probability `share`.
What never comes back stays outstanding for ever.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOST = 0.0
RETURNED = 1.0


class Flow(NamedTuple):
    """Segments over the day of departure: [start, end) in days, share 0..1, delay in days."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    share: NDArray[np.float64]
    delay: NDArray[np.float64]


@compiled
def restored_days(flow: Flow, day: float) -> float:
    """Return the expected length of [0, day], in days of departure, restored by `day`."""
    total = 0.0
    for k in range(flow.start.size):
        length = min(flow.end[k], day - flow.delay[k]) - max(flow.start[k], 0.0)
        if length > 0.0:
            total += flow.share[k] * length
    return total


@compiled
def outstanding_mean(rate: float, flow: Flow, day: float) -> float:
    """Return the expected units outstanding on `day`.

    Args:
        rate: Removals per day.
        flow: Segments of all flows together; for each day of departure shares sum to 1 at most.
        day: Days since the empty pipeline; 0 or less gives 0.

    Removals 1.2 a month, repair in 2 months, 10 % scrapped, repair cut at 6 months:

    >>> segments = (np.array([0.0]), np.array([4.0]), np.array([0.9]), np.array([2.0]))
    >>> round(outstanding_mean(1.2, Flow(*segments), 12.0), 10)
    10.08
    """
    if day <= 0.0 or rate <= 0.0:
        return 0.0
    return rate * max(0.0, day - restored_days(flow, day))


@compiled
def outstanding_means(rate: float, flow: Flow, days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the expected units outstanding on each of `days`; as `outstanding_mean`."""
    means = np.empty(days.size)
    for k in range(days.size):
        means[k] = outstanding_mean(rate, flow, days[k])
    return means


@compiled
def most_outstanding(rate: float, flow: Flow, end: float) -> float:
    """Return the most units ever expected outstanding up to a day; `outstanding_mean`.

    The mean turns only where a segment begins or ends to be restored.
    """
    most = outstanding_mean(rate, flow, end)
    for k in range(flow.start.size):
        for day in (flow.start[k] + flow.delay[k], flow.end[k] + flow.delay[k]):
            if 0.0 < day < end:
                most = max(most, outstanding_mean(rate, flow, day))
    return most


@compiled
def flow_of(
    start: NDArray[np.float64],
    left: NDArray[np.float64],
    factor: NDArray[np.float64],
    delay: float,
    fate: float,
    kept: float,
) -> Flow:
    """Return the flow of one fate (repair, or a new unit) under a law of what is left.

    Args:
        start: Days at which the law steps, ascending; float64[k].
        left: Share left from each step on, 0..1; float64[k].
        factor: Multiplier of the delay for what leaves from each step on; float64[k].
        delay: Days from departure to return while the factor is 1.
        fate: Probability that a removal takes this fate.
        kept: What becomes of units under way at a cut: 0 (`LOST`) they come back with the lesser
            of the shares at departure and at return, 1 (`RETURNED`) with the share at departure,
            and in between a mixture.

    Returns:
        At most (k + 1)^2 segments, those of share 0 left out.

    >>> steps = (np.array([0.0, 6.0]), np.array([1.0, 0.0]), np.ones(2))
    >>> [round(float(x[0]), 3) for x in flow_of(*steps, 2.0, 0.9, LOST)]
    [0.0, 4.0, 0.9, 2.0]
    """
    room = (start.size + 1) * (start.size + 1)
    first = np.empty(room)
    last = np.empty(room)
    share = np.empty(room)
    under_way = np.empty(room)
    n = 0
    for k in range(start.size):
        begin = 0.0 if k == 0 else max(0.0, start[k])
        stop = start[k + 1] if k + 1 < start.size else math.inf
        days = delay * factor[k]
        i = np.searchsorted(start, begin + days, side="right")
        while begin < stop:
            until = min(stop, start[i] - days) if i < start.size else stop
            safe = min(left[k], left[max(i - 1, 0)])
            p = fate * (kept * left[k] + (1.0 - kept) * safe)
            if p > 0.0 and until > begin:
                first[n], last[n], share[n], under_way[n] = begin, until, p, days
                n += 1
            begin = until
            i += 1
    return Flow(first[:n].copy(), last[:n].copy(), share[:n].copy(), under_way[:n].copy())


@inner
def both_flows(one: Flow, other: Flow) -> Flow:
    """Return two flows as one list of segments."""
    return Flow(
        np.concatenate((one.start, other.start)),
        np.concatenate((one.end, other.end)),
        np.concatenate((one.share, other.share)),
        np.concatenate((one.delay, other.delay)),
    )


@compiled
def supply_flow(
    start: NDArray[np.float64],
    supply_share: NDArray[np.float64],
    lead_factor: NDArray[np.float64],
    repair_left: NDArray[np.float64],
    repair_share: float,
    repair_days: float,
    lead_days: float,
    kept: float,
) -> Flow:
    """Return all restorations of one part under one supply law, repaired and new.

    Args:
        start: Days at which the law steps, ascending; float64[k].
        supply_share: Share of new supply left from each step on; float64[k].
        lead_factor: Multiplier of the lead time of what is ordered from each step on; float64[k].
        repair_left: Share of repair left from each step on; float64[k].
        repair_share: Probability that a removed unit is repaired, not scrapped.
        repair_days: Days from removal to repaired unit at the centre.
        lead_days: Days from removal to new unit at the centre.
        kept: Of units in repair at a cut, as in `flow_of`. New units under way are always lost.
    """
    repaired = flow_of(start, repair_left, np.ones(start.size), repair_days, repair_share, kept)
    bought = flow_of(start, supply_share, lead_factor, lead_days, 1.0 - repair_share, 0.0)
    return both_flows(repaired, bought)
