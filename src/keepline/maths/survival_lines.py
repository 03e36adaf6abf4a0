"""What must be served: lines, with their pools, laws, stock and what arrives.

A *line* is all depots of one or more pools together, or one depot. On day t, under a law of supply,
it is short with the chance

    pooled:  P(X(t) > s(t)),           X Poisson, outstanding over the pools (ship times ignored)
    depot:   P(X_j(t) > s_j(t)),       X_j by the exact two-echelon law (`echelon`)

and laws are mixed by their probabilities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import inner
from keepline.maths.echelon import depot_measures
from keepline.maths.outstanding import Flow, outstanding_mean, supply_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.pooling import Laws

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Lines(NamedTuple):
    """Hold what must be served: n lines, with their pools, laws and arrivals.

    Attributes:
        first_pool: Pools of line i are first_pool[i]:first_pool[i + 1] [n + 1].
        rate: Removals per day of the whole pool [pools of lines].
        repair_share: Share of removals that come back repaired [pools of lines].
        repair_days: From removal until back at the centre [pools of lines].
        returned_share: Chance that what is in repair at a cut comes back [pools of lines].
        lead_days: From order until at the centre [pools of lines].
        first_law: Laws of line i are first_law[i]:first_law[i + 1] [n + 1].
        law: Number of the law [laws of lines].
        chance: Its probability; of a line they add up to 1 [laws of lines].
        factor: By which the line's rates are multiplied under it: a law stands once for each node
            of an uncertain rate (`doubt`) [laws of lines].
        own_rate: Removals per day at the depot; 0 for a pooled line [n].
        share: The depot's share of all removals; 1 for a pooled line [n].
        ship_days: From the centre to the depot; 0 for a pooled line [n].
        central: Units at the centre on day 0; for a pooled line, units anywhere [n].
        own: Units at the depot on day 0; 0 for a pooled line [n].
        first_due: Orders due of line i are first_due[i]:first_due[i + 1] [n + 1].
        due_day: When they arrive [orders of lines].
        is_own: Whether they arrive at the depot, not at the centre [orders of lines].
        order: Their columns in the table of what arrives [orders of lines].
        more: Units bought for the line on day 0, beside all that [n]; a search writes here.
        more_day: When they arrive [n].
        is_more_own: Whether they arrive at the depot, not at the centre [n].
        is_more_whole: Whether they arrive under the law, all of them; else none [laws of lines].
    """

    first_pool: Ints
    rate: Floats
    repair_share: Floats
    repair_days: Floats
    returned_share: Floats
    lead_days: Floats
    first_law: Ints
    law: Ints
    chance: Floats
    factor: Floats
    own_rate: Floats
    share: Floats
    ship_days: Floats
    central: Ints
    own: Ints
    first_due: Ints
    due_day: Floats
    is_own: NDArray[np.bool_]
    order: Ints
    more: Ints
    more_day: Floats
    is_more_own: NDArray[np.bool_]
    is_more_whole: NDArray[np.bool_]


@inner
def flows_of(lines: Lines, laws: Laws, i: int) -> list[Flow]:
    """Return the flows of a line: for each of its laws, one a pool."""
    flows = []
    for q in range(lines.first_law[i], lines.first_law[i + 1]):
        first, last = laws.first[lines.law[q]], laws.first[lines.law[q] + 1]
        for p in range(lines.first_pool[i], lines.first_pool[i + 1]):
            flow = supply_flow(
                laws.start[first:last],
                laws.supply_share[first:last],
                laws.lead_factor[first:last],
                laws.repair_left[first:last],
                lines.repair_share[p],
                lines.repair_days[p],
                lines.lead_days[p],
                lines.returned_share[p],
            )
            flows.append(flow)
    return flows


@inner
def mean_at(lines: Lines, flows: list[Flow], i: int, k: int, day: float) -> float:
    """Return the units outstanding over the line's pools under its law k."""
    first, count = lines.first_pool[i], lines.first_pool[i + 1] - lines.first_pool[i]
    total = 0.0
    for p in range(count):
        total += outstanding_mean(lines.rate[first + p], flows[k * count + p], day)
    return total * float(lines.factor[lines.first_law[i] + k])


@inner
def sent_mean(lines: Lines, i: int, k: int, day: float) -> float:
    """Return the depot's removals of the last ship time, in the mean, under the line's law k."""
    factor = float(lines.factor[lines.first_law[i] + k])
    return float(factor * lines.own_rate[i] * min(day, lines.ship_days[i]))


@inner
def stock_at(lines: Lines, comes: Ints, i: int, k: int, day: float) -> tuple[int, int]:
    """Return the centre's units a ship time ago, and the depot's now."""
    central, own = lines.central[i], lines.own[i]
    q = lines.first_law[i] + k
    for d in range(lines.first_due[i], lines.first_due[i + 1]):
        if lines.is_own[d]:
            if lines.due_day[d] <= day:
                own += comes[lines.law[q], lines.order[d]]
        elif lines.due_day[d] <= day - lines.ship_days[i]:
            central += comes[lines.law[q], lines.order[d]]
    if lines.more[i] > 0 and lines.is_more_whole[q]:
        if lines.is_more_own[i]:
            if lines.more_day[i] <= day:
                own += lines.more[i]
        elif lines.more_day[i] <= day - lines.ship_days[i]:
            central += lines.more[i]
    return central, own


@inner
def shortage(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int, day: float
) -> tuple[float, float]:
    """Return the expected units short, and the chance that any is, under the line's law k."""
    s0, s = stock_at(lines, comes, i, k, day)
    m0 = mean_at(lines, flows, i, k, day - lines.ship_days[i])
    a = sent_mean(lines, i, k, day)
    if lines.share[i] >= 1.0 and a <= 0.0:
        return poisson.ebo(m0, s0 + s), poisson.tail(m0, s0 + s)
    expected, _, chance = depot_measures(m0, s0, a, lines.share[i], s)
    return expected, chance


@inner
def rate_of(lines: Lines, i: int, k: int) -> float:
    """Return the removals per day that the line serves under its law k."""
    rate = float(lines.own_rate[i])
    if rate <= 0.0:
        for p in range(lines.first_pool[i], lines.first_pool[i + 1]):
            rate += lines.rate[p]
    return rate * float(lines.factor[lines.first_law[i] + k])


@inner
def turning_days(lines: Lines, flows: list[Flow], i: int, end: int) -> list[int]:
    """Return the days, 0 and the end among them, beside which some law's chance may turn."""
    marks = [0, end]
    moments = [lines.ship_days[i]]
    for flow in flows:
        for g in range(flow.start.size):
            moments.append(flow.start[g] + flow.delay[g] + lines.ship_days[i])
            moments.append(flow.end[g] + flow.delay[g] + lines.ship_days[i])
    for d in range(lines.first_due[i], lines.first_due[i + 1]):
        ship = 0.0 if lines.is_own[d] else lines.ship_days[i]
        moments.append(lines.due_day[d] + ship)
    if lines.more[i] > 0:
        ship = 0.0 if lines.is_more_own[i] else lines.ship_days[i]
        moments.append(lines.more_day[i] + ship)
    for moment in moments:
        if 0.0 <= moment < end:
            day = int(moment)
            marks += [max(day - 1, 0), day, day + 1]
    days = np.unique(np.array(marks))
    return [int(day) for day in days]


@inner
def chances_at(lines: Lines, comes: Ints, flows: list[Flow], i: int, day: int) -> Floats:
    """Return the chance that nothing is short on a day, times the law's probability, by law."""
    first, last = lines.first_law[i], lines.first_law[i + 1]
    found = np.empty(last - first)
    for k in range(last - first):
        short = shortage(lines, comes, flows, i, k, float(day))[1]
        found[k] = lines.chance[first + k] * (1.0 - short)
    return found
