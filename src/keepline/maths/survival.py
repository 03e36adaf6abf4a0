"""How long stock lasts: the first day on which it falls short of a confidence.

A *line* is what must be served: all depots of one or more pools together, or one depot. On day t,
under a law of supply, the chance that nothing is short is

    pooled:  P(X(t) <= s(t)),           X Poisson, outstanding over the pools (ship times ignored)
    depot:   P(X_j(t) <= s_j(t)),       X_j by the exact two-echelon law (`echelon`)

and laws are mixed by their probabilities. The first failing day is found exactly, to the day:
between two days on which a flow begins or ends, or stock arrives, each law's chance runs one way,
so that the lesser of its two ends bounds it; an interval that this bound does not clear is halved.

The day is exact for P(no shortage up to then) where nothing comes back or arrives before it, or
where a shortage that came and went before is too improbable to matter (under 1e-6 in all); else it
is an upper bound, for the probability of the least is no more than the least of probabilities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled
from keepline.maths.echelon import depot_measures
from keepline.maths.outstanding import Flow, outstanding_mean, supply_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.pooling import Laws

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

IMMATERIAL = 1e-6
LONG_BLOCK = 16


class Lines(NamedTuple):
    """Hold what must be served: n lines, with their pools, laws and arrivals.

    Attributes:
        first_pool: Pools of line i are first_pool[i]:first_pool[i + 1] [n + 1].
        rate: Removals per day of the whole pool [pools of lines].
        repair_share: Share of removals that come back repaired [pools of lines].
        repair_days: From removal until back at the centre [pools of lines].
        lead_days: From order until at the centre [pools of lines].
        first_law: Laws of line i are first_law[i]:first_law[i + 1] [n + 1].
        law: Number of the law [laws of lines].
        chance: Its probability; of a line they add up to 1 [laws of lines].
        own_rate: Removals per day at the depot; 0 for a pooled line [n].
        share: The depot's share of all removals; 1 for a pooled line [n].
        ship_days: From the centre to the depot; 0 for a pooled line [n].
        central: Units at the centre on day 0; for a pooled line, units anywhere [n].
        own: Units at the depot on day 0; 0 for a pooled line [n].
        first_due: Orders due of line i are first_due[i]:first_due[i + 1] [n + 1].
        due_day: When they arrive [orders of lines].
        is_own: Whether they arrive at the depot, not at the centre [orders of lines].
        order: Their columns in the table of what arrives [orders of lines].
    """

    first_pool: Ints
    rate: Floats
    repair_share: Floats
    repair_days: Floats
    lead_days: Floats
    first_law: Ints
    law: Ints
    chance: Floats
    own_rate: Floats
    share: Floats
    ship_days: Floats
    central: Ints
    own: Ints
    first_due: Ints
    due_day: Floats
    is_own: NDArray[np.bool_]
    order: Ints


@compiled
def flows_of(lines: Lines, laws: Laws, kept: float, i: int) -> list[Flow]:
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
                kept,
            )
            flows.append(flow)
    return flows


@compiled
def mean_at(lines: Lines, flows: list[Flow], i: int, k: int, day: float) -> float:
    """Return the units outstanding over the line's pools under its law k."""
    first, count = lines.first_pool[i], lines.first_pool[i + 1] - lines.first_pool[i]
    total = 0.0
    for p in range(count):
        total += outstanding_mean(lines.rate[first + p], flows[k * count + p], day)
    return total


@compiled
def stock_at(lines: Lines, comes: Ints, i: int, k: int, day: float) -> tuple[int, int]:
    """Return the centre's units a ship time ago, and the depot's now."""
    central, own = lines.central[i], lines.own[i]
    law = lines.law[lines.first_law[i] + k]
    for d in range(lines.first_due[i], lines.first_due[i + 1]):
        if lines.is_own[d]:
            if lines.due_day[d] <= day:
                own += comes[law, lines.order[d]]
        elif lines.due_day[d] <= day - lines.ship_days[i]:
            central += comes[law, lines.order[d]]
    return central, own


@compiled
def shortage(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int, day: float
) -> tuple[float, float]:
    """Return the expected units short, and the chance that any is, under the line's law k."""
    s0, s = stock_at(lines, comes, i, k, day)
    m0 = mean_at(lines, flows, i, k, day - lines.ship_days[i])
    a = lines.own_rate[i] * min(day, lines.ship_days[i])
    if lines.share[i] >= 1.0 and a <= 0.0:
        return poisson.ebo(m0, s0 + s), poisson.tail(m0, s0 + s)
    expected, _, chance = depot_measures(m0, s0, a, lines.share[i], s)
    return expected, chance


@compiled
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
    for moment in moments:
        if 0.0 <= moment < end:
            day = int(moment)
            marks += [max(day - 1, 0), day, day + 1]
    days = np.unique(np.array(marks))
    return [int(day) for day in days]


@compiled
def chances_at(lines: Lines, comes: Ints, flows: list[Flow], i: int, day: int) -> Floats:
    """Return the chance that nothing is short on a day, times the law's probability, by law."""
    first, last = lines.first_law[i], lines.first_law[i + 1]
    found = np.empty(last - first)
    for k in range(last - first):
        short = shortage(lines, comes, flows, i, k, float(day))[1]
        found[k] = lines.chance[first + k] * (1.0 - short)
    return found


@compiled
def first_failing_day(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, confidence: float, end: int
) -> int:
    """Return the first day whose chance is under the confidence; end + 1 when there is none."""
    marks = turning_days(lines, flows, i, end)
    low = chances_at(lines, comes, flows, i, marks[0])
    if low.sum() < confidence:
        return 0
    for m in range(1, len(marks)):
        at = [marks[m]]
        values = [chances_at(lines, comes, flows, i, marks[m])]
        day = marks[m - 1]
        while len(at) > 0:
            if np.minimum(low, values[-1]).sum() >= confidence or (
                at[-1] - day == 1 and values[-1].sum() >= confidence
            ):
                day, low = at.pop(), values.pop()
            elif at[-1] - day == 1:
                return at[-1]
            else:
                middle = (day + at[-1]) // 2
                at.append(middle)
                values.append(chances_at(lines, comes, flows, i, middle))
    return end + 1


@compiled
def monotone_from(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int, failing: int
) -> float:
    """Return the day from which units short only grow until the failing day, under law k.

    0 where nothing comes back or arrives at all before that day; for a pooled line the day of the
    last that does; for a depot the failing day itself, for the centre keeps filling it.
    """
    count = lines.first_pool[i + 1] - lines.first_pool[i]
    first_back, last_back = np.inf, 0.0
    for flow in flows[k * count : (k + 1) * count]:
        for g in range(flow.start.size):
            first_back = min(first_back, flow.start[g] + flow.delay[g])
            last_back = max(last_back, flow.end[g] + flow.delay[g])
    for d in range(lines.first_due[i], lines.first_due[i + 1]):
        if lines.due_day[d] > 0.0 and comes[lines.law[lines.first_law[i] + k], lines.order[d]] > 0:
            first_back = min(first_back, lines.due_day[d])
            last_back = max(last_back, lines.due_day[d])
    ship = lines.ship_days[i]
    # the centre's stock makes a depot good a ship time after a removal
    is_filled = ship > 0.0 and stock_at(lines, comes, i, k, ship)[0] > 0
    if failing <= first_back + ship and not (is_filled and failing > ship):
        return 0.0
    if ship > 0.0 or lines.share[i] < 1.0:
        return float(failing)
    return min(last_back, float(failing))


@compiled
def earlier_shortage(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int, until: float, enough: float
) -> float:
    """Return a bound on the chance of any shortage before a day, under the line's law k.

    Block by block of days, what is outstanding at its start and fails in it against the stock at
    its start, added up (Boole's inequality); long blocks first, days where those do not do.

    Args:
        lines: What must be served.
        comes: Units of each order that arrive, by law.
        flows: The line's flows.
        i: The line.
        k: Which of its laws.
        until: The day; 0 gives 0.
        enough: Beyond this the bound is of no use, and 1 is returned.
    """
    rate = lines.own_rate[i]
    if rate <= 0.0:
        for p in range(lines.first_pool[i], lines.first_pool[i + 1]):
            rate += lines.rate[p]
    for block in (LONG_BLOCK, 1):
        added = 0.0
        day = 0.0
        while day < until and added <= enough:
            s0, s = stock_at(lines, comes, i, k, day)
            m0 = mean_at(lines, flows, i, k, day - lines.ship_days[i])
            a = lines.own_rate[i] * min(day, lines.ship_days[i])
            fails = rate * block
            if lines.share[i] >= 1.0 and a <= 0.0:
                added += poisson.tail(m0 + fails, s0 + s)
            else:
                added += depot_measures(m0, s0, a + fails, lines.share[i], s)[2]
            day += block
        if added <= enough:
            return added
    return 1.0


@compiled
def survive(
    lines: Lines, laws: Laws, comes: Ints, confidence: float, end: int, kept: float
) -> tuple[Ints, Floats, NDArray[np.bool_]]:
    """Return how long each line's stock lasts.

    Args:
        lines: What must be served.
        laws: What is left of supply and repair.
        comes: Units of each order due that arrive under each law [laws, orders].
        confidence: Probability with which nothing must be short.
        end: Days of the plan.
        kept: What becomes of units in repair at a cut (as in `outstanding.flow_of`).

    Returns:
        For each line the first day on which the chance that nothing is short is under the
        confidence (end + 1 when there is none), the expected units short at the end, and whether
        that day is exact (else it is an upper bound).
    """
    n = lines.central.size
    failing = np.empty(n, np.int64)
    short = np.zeros(n)
    exact = np.empty(n, np.bool_)
    for i in range(n):
        flows = flows_of(lines, laws, kept, i)
        failing[i] = first_failing_day(lines, comes, flows, i, confidence, end)
        missed = 0.0
        for k in range(lines.first_law[i + 1] - lines.first_law[i]):
            chance = lines.chance[lines.first_law[i] + k]
            short[i] += chance * shortage(lines, comes, flows, i, k, float(end))[0]
            if chance > 0.0 and missed <= IMMATERIAL:
                until = monotone_from(lines, comes, flows, i, k, min(failing[i], end))
                missed += chance * earlier_shortage(
                    lines, comes, flows, i, k, until, IMMATERIAL / chance
                )
        exact[i] = missed <= IMMATERIAL
    return failing, short, exact
