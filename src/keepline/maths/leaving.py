"""Units that leave a shelf unless they are used before: by age, by chance, or called back.

Let C(u) count the units whose day of leaving is u or before, D(u) the removals and R(v) the units
restored by v. With those that leave soonest used first, what has left unused by t is

    E(t) = max over u <= t of (C(u) + R(u - L) - D(u))^+,

for a unit restored at v is fresh and leaves at v + L. Units removed by u and not restored by
u - L are Poisson with mean rate * u - restored(u - L); so the tail of E is bounded from above by

    P(E >= k) <= 1 - product over i of P(P_i > C(u_i) - k),
    P_i ~ Poisson(rate u_i - restored(u_i+1 - L)),

because the P_i increase in the same Poisson points and such events favour one another (Harris
1960).
Where nothing is restored one term for each day of leaving is enough, and a single day is exact.

Units outstanding increase in the points too and E decreases in them, and backorders are
supermodular in both; so taking E as independent of what is outstanding never understates expected
backorders, nor does taking the losses at centre and depot as high together as can be (comonotone).
Units that go bad by chance: each goes with rate alpha whether it was used or not, again at least as
many as in truth, and independent of use.

Sources: T. E. Harris (1960), Mathematical Proceedings of the Cambridge Philosophical Society 56(1);
S. Nahmias (1982), Perishable Inventory Theory: A Review, Operations Research 30(4); A. Mueller and
D. Stoyan (2002), Comparison Methods for Stochastic Models and Risks, section 3.8 (supermodular).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled, inner
from keepline.maths.outstanding import Flow, restored_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

NEGLIGIBLE = 1e-12
#: Pieces of a shelf life into which days are cut; each gives a bound, of which the least holds.
PIECES = (2, 4, 8, 16)
#: More pieces than this are not looked at: everything counts as gone.
MOST_PIECES = 512
#: Steps in which a law of units gone is summed up, rounded to more units gone.
STEPS = 24


class Batches(NamedTuple):
    """Hold the units that come to the shelves, other than restored ones; b batches, k laws."""

    location: Whole  # [b] within the pool
    there: Number  # [b] day on which they come
    leave: Number  # [b, k] day on which what is left of them leaves; infinite for never
    quantity: Whole  # [b, k] units that come


class Shelves(NamedTuple):
    """Hold what else decides how many leave."""

    rate: Number  # [m] removals per day, at the mean rate
    ship_days: Number  # [m]
    life: float  # days that a restored unit keeps; infinite for without limit
    attrition: float  # per day and unit in store
    is_steady: bool  # whether the rate is the same throughout; else it is the least that ever is


@inner
def leaving_days(batches: Batches, location: int, law: int, day: float) -> Number:
    """Return the days up to a day on which units of a location may leave, in order."""
    found = [0.0 for _ in range(0)]
    for b in range(batches.there.size):
        leave = batches.leave[b, law]
        if batches.location[b] == location and batches.quantity[b, law] > 0 and leave <= day:
            found.append(leave)
    return np.unique(np.array(found))


@inner
def gone_by(batches: Batches, location: int, law: int, day: float) -> int:
    """Return the units of a location whose day of leaving is that day or before."""
    total = 0
    for b in range(batches.there.size):
        if batches.location[b] == location and batches.leave[b, law] <= day:
            total += batches.quantity[b, law]
    return total


@inner
def looks(days: Number, flow: Flow, life: float, pieces: int, day: float) -> Number:
    """Return the moments that part time, between which restored units may leave."""
    moments = [0.0 for _ in range(0)]
    moments.extend(days)
    step = life / pieces
    for g in range(flow.start.size):
        begin, end = flow.start[g] + flow.delay[g] + life, flow.end[g] + flow.delay[g] + life
        while begin < min(end, day) and len(moments) <= 2 * MOST_PIECES:
            moments.append(begin)
            begin += step
        if end < day:
            moments.append(end)
    return np.unique(np.array(moments))


@compiled
def expired_tail(
    batches: Batches, location: int, law: int, rate: float, flow: Flow, life: float, day: float
) -> Number:
    """Return at most P(E >= k) for k from 0 to all units that could have expired by a day.

    Args:
        batches: What comes to the shelves.
        location: Which one.
        law: The law of supply.
        rate: Removals per day that the location serves.
        flow: When units removed are restored to it.
        life: Days that a restored unit keeps.
        day: The date.

    Five units, of which demand of mean 2 has taken some by the day they expire on:

    >>> batch = Batches(np.zeros(1, np.int64), np.zeros(1), np.array([[10.0]]), np.array([[5]]))
    >>> none = Flow(np.empty(0), np.empty(0), np.empty(0), np.empty(0))
    >>> tail = expired_tail(batch, 0, 0, 0.2, none, 10.0, 30.0)
    >>> tail.round(6).tolist()  # P(Poisson(2) <= 5 - k)
    [1.0, 0.947347, 0.857123, 0.676676, 0.406006, 0.135335]
    """
    days = leaving_days(batches, location, law, day)
    most = gone_by(batches, location, law, day)
    tail = np.ones(most + 1)
    if most == 0:
        return tail
    for pieces in PIECES:
        moments = looks(days, flow, life, pieces, day)
        if moments.size > MOST_PIECES:
            break
        none = np.ones(most + 1)
        for i in range(moments.size):
            following = moments[i + 1] if i + 1 < moments.size else day
            count = gone_by(batches, location, law, moments[i])
            back = restored_days(flow, following - life) if life < math.inf else 0.0
            mean = rate * max(0.0, moments[i] - back)
            for k in range(1, count + 1):
                none[k] *= poisson.tail(mean, count - k)
        for k in range(1, most + 1):
            tail[k] = min(tail[k], 1.0 - none[k])
        if moments.size <= days.size:
            break
    return tail


@inner
def gone_law(
    batches: Batches,
    location: int,
    law: int,
    rate: float,
    flow: Flow,
    shelves: Shelves,
    day: float,
) -> Number:
    """Return the law of units gone by a day [units + 1]: expired, and gone bad by chance."""
    tail = expired_tail(batches, location, law, rate, flow, shelves.life, day)
    law_of = np.zeros(tail.size)
    for k in range(tail.size):
        law_of[k] = max(0.0, tail[k] - (tail[k + 1] if k + 1 < tail.size else 0.0))
    if shelves.attrition <= 0.0:
        return law_of
    total = 0
    for b in range(batches.there.size):
        if batches.location[b] == location and batches.there[b] <= day:
            total += batches.quantity[b, law]
    found = np.zeros(total + 1)
    found[: law_of.size] = law_of
    for b in range(batches.there.size):
        if batches.location[b] == location and batches.there[b] <= day:
            bad = -math.expm1(-shelves.attrition * (day - batches.there[b]))
            for _ in range(batches.quantity[b, law]):
                found[total] += bad * found[total - 1] if total > 0 else 0.0
                for k in range(total - 1, 0, -1):
                    found[k] = (1.0 - bad) * found[k] + bad * found[k - 1]
                found[0] *= 1.0 - bad
    return found


@compiled
def in_steps(law: Number) -> tuple[Whole, Number]:
    """Return a law in few steps, each at its most units."""
    last = law.size - 1
    above = 0.0
    while last > 0 and above + law[last] <= NEGLIGIBLE:
        above += law[last]
        last -= 1
    first, below = 0, 0.0
    while first < last and below + law[first] <= NEGLIGIBLE:
        below += law[first]
        first += 1
    if above > 0.0:
        last += 1  # what is negligible is gone at one unit more; its excess is below rounding
    width = max(1, -(-(last - first + 1) // STEPS))
    steps = -(-(last - first + 1) // width)
    units, chance = np.empty(steps, np.int64), np.zeros(steps)
    for i in range(steps):
        units[i] = min(last, first + (i + 1) * width - 1)
        for k in range(first + i * width, units[i] + 1):
            chance[i] += law[k]
    chance[0] += below
    return units, chance / chance.sum()
