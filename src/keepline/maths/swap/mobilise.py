"""Which quarters each cluster mobilises for, under prices.

Under prices of the limits every cluster is a facility location problem of its own: quarters are
opened while that saves more than their fee, and closed while that costs less (A. Kuehn and
M. Hamburger, 1963).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.swap.pricing import Priced, mobilising
from keepline.maths.swap.sharing import cheapest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.swap.problem import Number
    from keepline.maths.swap.rows import Rows

TURNS = 60
#: A quarter not open yet costs each job this part of its fee, for others may follow.
PART = 0.2


def gathered(rows: Rows, found: Priced) -> Number:
    """Return costs of options, those in quarters that are not worth mobilising for at infinity."""
    cluster = rows.problem.jobs.cluster
    fee = mobilising(rows, np.asarray(rows.over.T @ found.limits))
    by_quarter, stay = cheapest(rows, found.cost), found.cost[:, -1]
    is_open = np.zeros(fee.shape, bool)
    order = np.argsort(cluster, kind="stable")
    first = np.searchsorted(cluster[order], np.arange(len(fee) + 1))
    for c in range(len(fee)):
        at = order[first[c] : first[c + 1]]
        if len(at):
            is_open[c] = opened(by_quarter[at], stay[at], fee[c])
    return closed(rows, found.cost, is_open)


def charged(rows: Rows, found: Priced, is_open: NDArray[np.bool_]) -> Number:
    """Return costs of options with part of the fee in quarters that are not open yet."""
    fee = PART * mobilising(rows, np.asarray(rows.over.T @ found.limits)) * ~is_open
    cluster, cost = rows.problem.jobs.cluster, found.cost.copy()
    pays = np.where(cluster[:, None] >= 0, fee[cluster], 0.0)
    for k in range(rows.problem.suppliers):
        cost[:, k * pays.shape[1] : (k + 1) * pays.shape[1]] += pays
    return cost


def sharing(rows: Rows, found: Priced) -> Rows:
    """Return rows in which each job pays its part of mobilising in each quarter."""
    part = np.maximum(0.0, found.least[:, None] - cheapest(rows, found.cost))
    part[rows.problem.jobs.cluster < 0] = 0.0
    own = rows.own.copy()
    for k in range(rows.problem.suppliers):
        own[:, k * part.shape[1] : (k + 1) * part.shape[1]] += part
    return replace(rows, own=own)


def opened(cost: Number, stay: Number, fee: Number) -> NDArray[np.bool_]:
    """Return the quarters to open for jobs with costs by quarter, by adding and dropping."""
    is_open = np.zeros(len(fee), bool)
    for _ in range(TURNS):
        pays = np.minimum(stay, np.where(is_open, cost, np.inf).min(axis=1))
        gain = np.where(np.isfinite(pays)[:, None], np.maximum(0.0, pays[:, None] - cost), 0.0)
        saved = np.where(is_open, -np.inf, gain.sum(axis=0) - fee)
        best = int(saved.argmax())
        if saved[best] > 0.0:
            is_open[best] = True
            continue
        lost = [
            _loss(cost, stay, is_open, q) - fee[q] if is_open[q] else np.inf
            for q in range(len(fee))
        ]
        worst = int(np.argmin(lost))
        if not lost[worst] < -1e-9:
            break
        is_open[worst] = False
    return is_open


def _loss(cost: Number, stay: Number, is_open: NDArray[np.bool_], q: int) -> float:
    without = is_open.copy()
    without[q] = False
    pays = np.minimum(stay, np.where(is_open, cost, np.inf).min(axis=1))
    other = np.minimum(stay, np.where(without, cost, np.inf).min(axis=1))
    return float((other - pays).sum())


def closed(rows: Rows, cost: Number, is_open: NDArray[np.bool_]) -> Number:
    """Return costs of options, those in quarters for which no one mobilises at infinity."""
    cluster = rows.problem.jobs.cluster
    shut = np.zeros((len(cost), rows.problem.quarters), bool)
    some = cluster >= 0
    shut[some] = ~is_open[cluster[some]] & (rows.mobilise[cluster[some]] > 0.0)
    cost = cost.copy()
    for k in range(rows.problem.suppliers):
        cost[:, k * shut.shape[1] : (k + 1) * shut.shape[1]][shut] = np.inf
    return cost
