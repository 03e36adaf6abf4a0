"""Who pays for mobilising: each job's part of what its cluster's quarter costs.

A cluster's jobs with costs c[j, q] and fees f[q] of its quarters are a facility location problem.
Its dual is: raise what each job pays, v[j] <= what staying costs, while in every quarter the jobs
together pay no more beyond their costs than the fee, sum of max(0, v[j] - c[j, q]) <= f[q]. Any
such v certifies a bound. It is raised job by job, each time to its next dearer quarter (dual
ascent; D. Erlenkotter, 1978, "A dual-based procedure for uncapacitated facility location").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.compiled import compiled, inner

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows

#: Rises below this part of the fees together are not looked for.
SMALL = 1e-6
PASSES = 200


def shared(rows: Rows, cost: Number, fee: Number, start: Number | None = None) -> Number:
    """Return what each job pays at least, float64[n].

    Args:
        rows: Limits and own costs.
        cost: Of each option under prices [n, K * Q + 1].
        fee: Of each cluster and quarter [C, Q].
        start: What each job might pay, a good guess [n].
    """
    cluster = rows.problem.jobs.cluster
    stay = cost[:, -1]
    by_quarter = cheapest(rows, cost)
    least = np.minimum(stay, by_quarter.min(axis=1, initial=np.inf))
    order = np.argsort(cluster, kind="stable")
    first = np.searchsorted(cluster[order], np.arange(len(fee) + 1))
    pays = least.copy()
    guess = least if start is None else np.clip(start, least, stay)
    ascend(first, order, by_quarter, stay, fee, least, guess, pays)
    return np.asarray(pays)


def cheapest(rows: Rows, cost: Number) -> Number:
    """Return the cost of the cheapest supplier in each quarter, float64[n, Q]."""
    by_supplier = cost[:, :-1].reshape(len(cost), rows.problem.suppliers, -1)
    return np.asarray(by_supplier.min(axis=1))


@compiled
def ascend(
    first: Whole,
    order: Whole,
    cost: Number,
    stay: Number,
    fee: Number,
    least: Number,
    guess: Number,
    pays: Number,
) -> None:
    """Raise what jobs pay, cluster by cluster; jobs of no cluster are left as they are.

    Args:
        first: First place of each cluster in the order, int64[C + 1].
        order: Jobs by cluster, int64[n].
        cost: By quarter, float64[n, Q].
        stay: Of staying, float64[n].
        fee: By cluster and quarter, float64[C, Q].
        least: The cheapest option of each job, float64[n].
        guess: What it might pay, float64[n].
        pays: What it pays, float64[n]; changed.
    """
    quarters = cost.shape[1]
    slack = np.empty(quarters)
    for c in range(fee.shape[0]):
        part = 1.0
        whole = 0.0
        for q in range(quarters):
            taken = 0.0
            for at in range(first[c], first[c + 1]):
                taken += max(0.0, guess[order[at]] - cost[order[at], q])
            if taken > fee[c, q]:
                part = min(part, fee[c, q] / taken)
            whole += fee[c, q]
        for q in range(quarters):
            slack[q] = fee[c, q]
        for at in range(first[c], first[c + 1]):
            j = order[at]
            pays[j] = least[j] + part * (guess[j] - least[j])
            for q in range(quarters):
                slack[q] -= max(0.0, pays[j] - cost[j, q])
        for q in range(quarters):
            slack[q] = max(0.0, slack[q])
        for _ in range(PASSES):
            gained = 0.0
            for at in range(first[c], first[c + 1]):
                gained += raised(cost[order[at]], stay[order[at]], slack, pays, order[at])
            if gained <= SMALL * whole:
                break


@inner
def raised(cost: Number, stay: float, slack: Number, pays: Number, j: int) -> float:
    """Raise what job j pays to its next dearer option or until a quarter is paid for."""
    room = float(stay - pays[j])
    for q in range(cost.shape[0]):
        room = min(room, slack[q] if cost[q] <= pays[j] else cost[q] - pays[j])
    if room <= 0.0:
        return 0.0
    for q in range(cost.shape[0]):
        if cost[q] <= pays[j]:
            slack[q] -= room
    pays[j] += room
    return room
