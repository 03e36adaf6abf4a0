"""Two bounds on how long stock lasts, which often meet.

From above: on no day is the chance that nothing has been short greater than the chance that nothing
is short on that day. The first failing day by this bound is found exactly: between two days on
which a flow begins or ends, or stock arrives, each law's chance runs one way, so that the lesser of
its two ends bounds it; an interval that this does not clear is halved.

From below, law by law: a shortage begins when a unit is removed and all that could replace it is
outstanding, so that by Mecke's formula the shortages begun up to t number in expectation

    C(t) = integral_0^t rate P(X(u) = s(u)) du,    and P(none up to t) >= 1 - C(t)    (Markov).

Where nothing comes back or arrives before t, P(none up to t) = P(X(t) <= s(t)) exactly. After the
last return and arrival, at v, P(none up to t) >= (1 - C(v)) P(X(t) <= s(t)): both events can only
be lost by one removal more, and such events favour one another.

Sources: J. Mecke (1967), Zeitschrift fuer Wahrscheinlichkeitstheorie 9, 36-58; T. E. Harris (1960),
Mathematical Proceedings of the Cambridge Philosophical Society 56(1), as theorem 20.4 of G. Last
and M. Penrose (2017), Lectures on the Poisson Process.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import inner
from keepline.maths.echelon import depot_measures
from keepline.maths.survival_lines import (
    Lines,
    chances_at,
    mean_at,
    rate_of,
    sent_mean,
    shortage,
    stock_at,
    turning_days,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.outstanding import Flow

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

IMMATERIAL = 1e-8
RARE = 1e-4  # a law less probable than this does not set the steps
# Gauss and Legendre's three points, about the middle of a unit interval
OUTER_NODE = math.sqrt(0.15)
OUTER_WEIGHT = 5.0 / 18.0
INNER_WEIGHT = 8.0 / 18.0
SHORT_SHARE = 0.125  # of the scatter: the middle point is then good to 0.1 % of its piece


@inner
def first_failing_days(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, confidences: Floats, end: int
) -> tuple[Ints, float]:
    """Return the first day whose chance is under each confidence, and the least chance seen.

    Args:
        lines: What must be served.
        comes: Units of each order due that arrive under each law [laws, orders].
        flows: The line's flows.
        i: The line.
        confidences: In falling order [c].
        end: The last day looked at.

    Returns:
        A day for each confidence, end + 1 when there is none; and an upper bound on the chance
        that nothing is short up to the end.
    """
    found = np.full(confidences.size, end + 1)
    marks = turning_days(lines, flows, i, end)
    low = chances_at(lines, comes, flows, i, marks[0])
    least = min(low.sum(), chances_at(lines, comes, flows, i, end).sum())
    c = 0
    while c < confidences.size and low.sum() < confidences[c]:
        found[c] = 0
        c += 1
    for m in range(1, len(marks)):
        at = [marks[m]]
        values = [chances_at(lines, comes, flows, i, marks[m])]
        least = min(least, values[0].sum())
        day = marks[m - 1]
        while len(at) > 0:
            if c == confidences.size:
                return found, least
            if np.minimum(low, values[-1]).sum() >= confidences[c] or (
                at[-1] - day == 1 and values[-1].sum() >= confidences[c]
            ):
                day, low = at.pop(), values.pop()
            elif at[-1] - day == 1:
                found[c] = at[-1]
                c += 1
            else:
                middle = (day + at[-1]) // 2
                at.append(middle)
                values.append(chances_at(lines, comes, flows, i, middle))
    return found, least


@inner
def quiet_spans(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int
) -> tuple[float, float]:
    """Return the first and the last day on which units short may fall, under law k.

    Before the first nothing comes back or arrives; after the last nothing does any more. A depot
    that the centre feeds has no last one, for the centre's stock may make it good at any time.
    """
    count = lines.first_pool[i + 1] - lines.first_pool[i]
    first, last = np.inf, 0.0
    for flow in flows[k * count : (k + 1) * count]:
        for g in range(flow.start.size):
            first = min(first, flow.start[g] + flow.delay[g])
            last = max(last, flow.end[g] + flow.delay[g])
    q = lines.first_law[i] + k
    for d in range(lines.first_due[i], lines.first_due[i + 1]):
        if lines.due_day[d] > 0.0 and comes[lines.law[q], lines.order[d]] > 0:
            first, last = min(first, lines.due_day[d]), max(last, lines.due_day[d])
    if lines.more[i] > 0 and lines.is_more_whole[q]:
        first, last = min(first, lines.more_day[i]), max(last, lines.more_day[i])
    ship = lines.ship_days[i]
    if ship <= 0.0:
        return first, last
    # the centre's stock makes a depot good a ship time after a removal
    is_filled = stock_at(lines, comes, i, k, ship)[0] > 0
    return (min(ship, first) if is_filled else first), np.inf


@inner
def at_brink(
    m0: float, s0: int, a: float, f: float, s: int, is_distant: bool
) -> tuple[float, float]:
    """Return the chance that one removal more begins a shortage, and that it finds or adds to one.

    Args:
        m0: Mean units outstanding at the centre one ship time ago.
        s0: Stock of the centre then.
        a: Mean of the line's removals within the ship time.
        f: The line's share of all removals.
        s: Stock of the line itself.
        is_distant: Whether the centre is a ship time away; else its shelf serves at once.
    """
    if f >= 1.0 and a <= 0.0:
        return poisson.pmf(m0, s0 + s), poisson.tail(m0, s0 + s - 1)
    _, fill, over = depot_measures(m0, s0, a, f, s)
    at_most = 1.0 - fill
    if s == 0 and not is_distant:
        at_most = poisson.tail(m0, s0 - 1)
    return max(0.0, at_most - over), at_most


@inner
def scatter(lines: Lines, i: int, s0: int, s: int) -> float:
    """Return the units over which the chance of being at the brink changes (one deviation)."""
    return math.sqrt((s if lines.own_rate[i] > 0.0 else s0 + s) + 1.0)


@inner
def most_beginning(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int, begin: float, end: float
) -> float:
    """Return at most how many shortages begin between two days, with the stock of the first."""
    ship = lines.ship_days[i]
    s0, s = stock_at(lines, comes, i, k, begin)
    m0 = max(mean_at(lines, flows, i, k, begin - ship), mean_at(lines, flows, i, k, end - ship))
    a = sent_mean(lines, i, k, end)
    chance = at_brink(m0, s0, a, lines.share[i], s, ship > 0.0)[1]
    return rate_of(lines, i, k) * (end - begin) * chance


@inner
def beginning(
    lines: Lines, comes: Ints, flows: list[Flow], i: int, k: int, begin: float, end: float
) -> float:
    """Return the shortages expected to begin between two days, with the stock of the first.

    Integrated by three points of Gauss and Legendre, by the middle one alone where the interval is
    short; where even the worst end would count for nothing (under 1e-8), that bound is returned.
    """
    ship, removals = lines.ship_days[i], rate_of(lines, i, k) * (end - begin)
    s0, s = stock_at(lines, comes, i, k, begin)
    is_short = removals <= SHORT_SHARE * scatter(lines, i, s0, s)
    most = removals
    if not is_short:
        most = most_beginning(lines, comes, flows, i, k, begin, end)
        if most <= IMMATERIAL:
            return most
    total = 0.0
    for node in (0.0, -OUTER_NODE, OUTER_NODE):
        day = begin + (end - begin) * (0.5 + node)
        m0 = mean_at(lines, flows, i, k, day - ship)
        a = sent_mean(lines, i, k, day)
        chance = at_brink(m0, s0, a, lines.share[i], s, ship > 0.0)[0]
        if is_short:
            return min(most, removals * chance)
        total += (INNER_WEIGHT if node == 0.0 else OUTER_WEIGHT) * chance
    return min(most, removals * total)


@inner
def is_quiet(
    lines: Lines,
    comes: Ints,
    flows: list[Flow],
    i: int,
    spans: list[tuple[float, float]],
    begun: Floats,
    day: int,
    to: int,
) -> bool:
    """Return whether the shortages that begin between two days need no finer look."""
    for k in range(begun.size):
        if (
            begun[k] < 1.0
            and spans[k][0] <= to
            and day < spans[k][1]
            and most_beginning(lines, comes, flows, i, k, float(day), float(to)) > IMMATERIAL
        ):
            return False
    return True


@inner
def begun_by(
    lines: Lines,
    comes: Ints,
    flows: list[Flow],
    i: int,
    k: int,
    span: tuple[float, float],
    before: float,
    day: int,
    to: int,
) -> tuple[float, float]:
    """Return the shortages begun by a day under law k, and the least chance that there is none.

    Args:
        lines: What must be served.
        comes: Units of each order due that arrive under each law.
        flows: The line's flows.
        i: The line.
        k: The law.
        span: Its `quiet_spans`.
        before: Shortages begun up to `day`, or to the last return before it.
        day: The day up to which they are counted.
        to: The day asked for.
    """
    short = 1.0
    if to < span[0] or to >= span[1]:
        short = shortage(lines, comes, flows, i, k, float(to))[1]
    if to < span[0]:
        return short, 1.0 - short
    begun = before
    if day < span[1] and begun < 1.0:
        begun += beginning(lines, comes, flows, i, k, float(day), float(to))
    still = max(0.0, 1.0 - begun)
    return begun, still * (1.0 - short) if to >= span[1] else still


@inner
def step_days(lines: Lines, comes: Ints, i: int, chance: Floats) -> float:
    """Return the days, 1 or more, within which a line's chance of being at the brink stays alike.

    Args:
        lines: What must be served.
        comes: Units of each order due that arrive under each law [laws, orders].
        i: The line.
        chance: Of each of its laws; of those that are not rare the fastest sets the step.
    """
    s0, s = stock_at(lines, comes, i, 0, 0.0)
    fastest = 0.0
    for k in range(chance.size):
        if chance[k] >= RARE:
            fastest = max(fastest, rate_of(lines, i, k))
    return max(1.0, scatter(lines, i, s0, s) / max(fastest, 1e-12))


@inner
def first_doubtful_days(
    lines: Lines,
    comes: Ints,
    flows: list[Flow],
    i: int,
    confidences: Floats,
    end: int,
    failing: Ints,
) -> tuple[Ints, float]:
    """Return the first day up to which each confidence is not certain; as `first_failing_days`.

    Args:
        lines: What must be served.
        comes: Units of each order due that arrive under each law [laws, orders].
        flows: The line's flows.
        i: The line.
        confidences: In falling order [c].
        end: The last day looked at.
        failing: The `first_failing_days`, which are looked at at once: mostly they are the ones.

    Returns:
        A day for each confidence, end + 1 when there is none; and a lower bound on the chance
        that nothing is short up to the end.
    """
    found = np.full(confidences.size, end + 1)
    marks = turning_days(lines, flows, i, end)
    for day in failing:
        if 0 < day <= end:
            marks += [day - 1, day]
    marks = [int(day) for day in np.unique(np.array(marks))]
    laws = lines.first_law[i + 1] - lines.first_law[i]
    chance = lines.chance[lines.first_law[i] : lines.first_law[i + 1]]
    width = step_days(lines, comes, i, chance)
    begun, following, held = np.zeros(laws), np.zeros(laws), np.ones(laws)
    spans = [quiet_spans(lines, comes, flows, i, k) for k in range(laws)]
    day, c, still = 0, 0, 1.0
    for m in range(1, len(marks)):
        at = [marks[m]]
        while len(at) > 0:
            to = at[-1]
            middle = (day + to) // 2
            if to - day > width and not is_quiet(lines, comes, flows, i, spans, begun, day, to):
                at.append(middle)
                continue
            for k in range(laws):
                following[k], held[k] = begun_by(
                    lines, comes, flows, i, k, spans[k], begun[k], day, to
                )
            still = (chance * held).sum()
            if c < confidences.size and still < confidences[c] and to - day > 1:
                at.append(middle)
                continue
            while c < confidences.size and still < confidences[c]:
                found[c] = to
                c += 1
            begun[:] = following
            day = at.pop()
    return found, still
