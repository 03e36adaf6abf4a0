"""One pool's best orders over the quarters when every unit has a price, exactly.

A *schedule* is a pool's orders x_0 .. x_{K-1}. With a price p_k on a unit ordered in quarter k and
a price on loss, the best schedule is a shortest path over (quarter, units so far), by

    A_k(S) = loss_price F_k(S) + min(A_{k-1}(S), min over T of A_{k-1}(T) + p_k (S - T)),

where S - T is between the minimum order and the most of quarter k; a moving minimum makes this
linear in the greatest S. F need not be convex, and minimum orders are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.lastbuy_ground import Case


@inner
def loss_at(case: Case, i: int, k: int, units: int) -> float:
    """Return the weighted loss of pool i in window k once `units` have arrived."""
    q = i * case.most.shape[1] + k
    return float(case.value[min(case.first[q] + units, case.first[q + 1] - 1)])


@inner
def moving_step(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    came: NDArray[np.int64],
    price: float,
    least: int,
    most: int,
    queue: NDArray[np.int64],
) -> None:
    """Add one quarter's order: after(S) = min(before(S), min over T of before(T) + price (S-T)).

    `came` receives the T of the least, S itself where nothing is ordered, and also on a tie.
    """
    head, tail = 0, 0
    for s in range(before.size):
        t = s - least
        if t >= 0 and np.isfinite(before[t]):
            height = before[t] - price * t
            while tail > head and before[queue[tail - 1]] - price * queue[tail - 1] > height:
                tail -= 1
            queue[tail] = t
            tail += 1
        while tail > head and queue[head] < s - most:
            head += 1
        after[s], came[s] = before[s], s
        if tail > head:
            ordered = before[queue[head]] + price * (s - queue[head])
            if ordered < after[s]:
                after[s], came[s] = ordered, queue[head]


@inner
def best_of(
    case: Case,
    i: int,
    loss_price: float,
    price: NDArray[np.float64],
    most: NDArray[np.int64],
    top: int,
    reach: NDArray[np.float64],
    came: NDArray[np.int64],
    units: NDArray[np.int64],
) -> float:
    """Write pool i's best schedule into `units`; return its priced loss and units together.

    Args:
        case: All pools.
        i: Pool.
        loss_price: Of one unit of weighted loss.
        price: Of one unit ordered in each quarter; float64[K].
        most: Units in one order, by quarter; int64[K].
        top: Units in all.
        reach: Working room; float64[2, at least top + 1].
        came: Working room; int64[K + 1, at least top + 1].
        units: int64[K].
    """
    quarters = price.size
    now = 0
    reach[0, : top + 1] = np.inf
    reach[0, 0] = 0.0
    for k in range(quarters):
        if most[k] >= case.least[i]:
            before, after = reach[now, : top + 1], reach[1 - now, : top + 1]
            moving_step(before, after, came[k], price[k], case.least[i], most[k], came[quarters])
            now = 1 - now
        else:
            for s in range(top + 1):
                came[k, s] = s
        begin = case.first[i * quarters + k]
        last = case.first[i * quarters + k + 1] - 1
        for s in range(top + 1):
            reach[now, s] += loss_price * case.value[min(begin + s, last)]
    s = int(np.argmin(reach[now, : top + 1]))
    best = reach[now, s]
    for k in range(quarters - 1, -1, -1):
        units[k] = s - came[k, s]
        s = came[k, s]
    return float(best)


@compiled
def best_schedules(
    case: Case, loss_price: float, price: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return every pool's best schedule and its priced value.

    Args:
        case: All pools.
        loss_price: Of one unit of weighted loss, 0 or more.
        price: Of one unit of each pool and quarter, 0 or more; float64[n, K].

    Returns:
        int64[n, K] and float64[n].
    """
    n, quarters = price.shape
    widest = 1 + (case.top.max() if n > 0 else 0)
    reach = np.empty((2, widest))
    came = np.empty((quarters + 1, widest), np.int64)
    units = np.zeros((n, quarters), np.int64)
    value = np.empty(n)
    for i in range(n):
        value[i] = best_of(
            case, i, loss_price, price[i], case.most[i], case.top[i], reach, came, units[i]
        )
    return units, value


@inner
def onward(
    case: Case, i: int, loss_price: float, price: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the least priced value of what follows after S units by quarter k.

    Row 0 is before the first quarter (only S = 0 counts), row k + 1 after quarter k;
    float64[K + 1, top + 1].
    """
    quarters, top, least = price.size, case.top[i], case.least[i]
    ahead = np.zeros((quarters + 1, top + 1))
    for k in range(quarters - 1, -1, -1):
        for s in range(top + 1):
            ahead[k + 1, s] += loss_price * loss_at(case, i, k, s)
        for s in range(top + 1):
            found = ahead[k + 1, s]
            for t in range(s + least, min(top, s + case.most[i, k]) + 1):
                found = min(found, ahead[k + 1, t] + price[k] * (t - s))
            ahead[k, s] = found
    return ahead


@compiled
def near_best(
    case: Case,
    i: int,
    loss_price: float,
    price: NDArray[np.float64],
    regret: float,
    room: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64], bool]:
    """Return all schedules of a pool whose priced value is within `regret` of the least.

    Args:
        case: All pools.
        i: Pool.
        loss_price: Of one unit of weighted loss.
        price: Of one unit ordered in each quarter; float64[K].
        regret: Priced value above the least, 0 or more.
        room: Schedules to stop at.

    Returns:
        int64[m, K], their regrets float64[m], and whether these are all.
    """
    quarters, top, least = price.size, case.top[i], case.least[i]
    ahead = onward(case, i, loss_price, price)
    base = ahead[0, 0]
    found = np.empty((room, quarters), np.int64)
    regrets = np.empty(room)
    count = 0
    at = np.zeros(quarters + 1, np.int64)  # units before each quarter
    spent = np.zeros(quarters + 1)
    order = np.zeros(quarters, np.int64)
    following = np.zeros(quarters, np.int64)  # the next order to try
    k = 0
    while k >= 0:
        x = following[k]
        if x > min(top - at[k], case.most[i, k]) and x > 0:
            k -= 1
            continue
        following[k] = x + 1 if x > 0 else least
        s = at[k] + x
        if spent[k] + price[k] * x + ahead[k + 1, s] - base > regret:
            continue
        order[k] = x
        value = spent[k] + price[k] * x + loss_price * loss_at(case, i, k, s)
        if k + 1 < quarters:
            at[k + 1], spent[k + 1], following[k + 1] = s, value, 0
            k += 1
            continue
        if count == room:
            return found, regrets, False
        found[count], regrets[count] = order, max(0.0, value - base)
        count += 1
    return found[:count].copy(), regrets[:count].copy(), True
