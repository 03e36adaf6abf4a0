"""The last of a budget: one choice from each list, least goal in all, within a limit on load.

minimise sum_i goal_i(x_i) subject to sum_i load_i(x_i) <= room: the multiple-choice knapsack. With
a price on load, every choice has a *regret* >= 0, its goal + price * load above the least of its
list. Any solution is worse than the Lagrangian bound by its regrets plus price * (room left
unused), so a choice whose regret alone passes the loss of the best solution known is out; few are
in. A dynamic programme over the lists, least second regret first, keeps the undominated (load,
goal) states whose loss may still be better (D. Pisinger, 1995, A Minimal Algorithm for the
Multiple-Choice Knapsack Problem, EJOR 83). Loads are real numbers: nothing is scaled or rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Choices(NamedTuple):
    """Lists of choices; those of list i are first[i]:first[i + 1]. A goal of infinity is barred."""

    first: NDArray[np.int64]
    goal: NDArray[np.float64]
    load: NDArray[np.float64]


class Core(NamedTuple):
    """What may still differ from the base: choices by list, least second regret first."""

    first: NDArray[np.int64]  # [k + 1]
    pool: NDArray[np.int64]  # [k] row of the list
    choice: NDArray[np.int64]  # row of the choice
    regret: NDArray[np.float64]
    extra: NDArray[np.float64]  # load above the base's
    least: NDArray[np.float64]  # [k + 1] least extra of this and all later lists together
    greatest: NDArray[np.float64]  # [k + 1]
    second: NDArray[np.float64]  # [k] least regret of a choice other than the base


@inner
def core_of(choices: Choices, base: NDArray[np.int64], price: float, loss: float) -> Core:
    """Return the choices whose regret is under `loss`, base aside, ordered by list."""
    n = base.size
    regret = np.empty(choices.goal.size)
    second = np.full(n, np.inf)
    count = np.zeros(n, np.int64)
    for i in range(n):
        b = base[i]
        for q in range(choices.first[i], choices.first[i + 1]):
            extra = choices.load[q] - choices.load[b]
            regret[q] = max(0.0, choices.goal[q] - choices.goal[b] + price * extra)
            if q != b and regret[q] < loss:
                second[i] = min(second[i], regret[q])
                count[i] += 1
    pool = np.argsort(second)[: (count > 0).sum()]
    first = np.zeros(pool.size + 1, np.int64)
    choice = np.empty(count.sum(), np.int64)
    extra_of = np.empty(choice.size)
    regret_of = np.empty(choice.size)
    least = np.zeros(pool.size + 1)
    greatest = np.zeros(pool.size + 1)
    for r in range(pool.size):
        i = pool[r]
        at = first[r]
        for q in range(choices.first[i], choices.first[i + 1]):
            if q != base[i] and regret[q] < loss:
                choice[at], regret_of[at] = q, regret[q]
                extra_of[at] = choices.load[q] - choices.load[base[i]]
                least[r] = min(least[r], extra_of[at])
                greatest[r] = max(greatest[r], extra_of[at])
                at += 1
        first[r + 1] = at
    for r in range(pool.size - 1, -1, -1):
        least[r] += least[r + 1]
        greatest[r] += greatest[r + 1]
    return Core(first, pool, choice, regret_of, extra_of, least, greatest, second[pool])


@inner
def expand(
    core: Core,
    r: int,
    load: NDArray[np.float64],
    regret: NDArray[np.float64],
    price: float,
    room: float,
    loss: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the states after list r that may still beat `loss`: load, regret, parent, choice."""
    begin, end = core.first[r], core.first[r + 1]
    size = load.size * (end - begin + 1)
    loads = np.empty(size)
    regrets = np.empty(size)
    parent = np.empty(size, np.int64)
    choice = np.empty(size, np.int64)
    n = 0
    low, high = room - core.greatest[r + 1], room - core.least[r + 1]
    for state in range(load.size):
        for q in range(begin - 1, end):
            x = load[state] + (core.extra[q] if q >= begin else 0.0)
            d = regret[state] + (core.regret[q] if q >= begin else 0.0)
            if d + price * max(0.0, low - x) < loss and x <= high:
                loads[n], regrets[n], parent[n] = x, d, state
                choice[n] = q if q >= begin else -1
                n += 1
    return loads[:n], regrets[:n], parent[:n], choice[:n]


@inner
def undominated(
    load: NDArray[np.float64], regret: NDArray[np.float64], price: float
) -> NDArray[np.int64]:
    """Return the states, by load, of which none has both more load and more goal than another."""
    order = np.argsort(load)
    kept = np.empty(order.size, np.int64)
    n = 0
    for state in order:
        goal = regret[state] - price * load[state]
        if n > 0 and goal >= regret[kept[n - 1]] - price * load[kept[n - 1]]:
            continue
        if n > 0 and load[kept[n - 1]] == load[state]:
            n -= 1
        kept[n] = state
        n += 1
    return kept[:n]


@compiled
def fill(
    choices: Choices,
    base: NDArray[np.int64],
    price: float,
    room: float,
    loss: float,
    most_steps: int,
) -> tuple[NDArray[np.int64], bool, bool]:
    """Return the best choices, whether they beat `loss`, and whether nothing better can exist.

    Args:
        choices: Lists with goal and load.
        base: Row of each list's choice of least goal + price * load; together within the limit.
        price: Goal worth one unit of load, 0 or more.
        room: Load left over by the base.
        loss: Loss (goal above the Lagrangian bound) of the best solution known.
        most_steps: States looked at before the search keeps only its best ones (then not exact).
    """
    core = core_of(choices, base, price, loss)
    slack = 1e-12 * (abs(room) + np.abs(choices.load[base]).sum())
    load, regret = np.zeros(1), np.zeros(1)
    parents = [np.zeros(1, np.int64)]
    taken = [np.zeros(1, np.int64)]
    is_exact, is_better = True, False
    best_stage, best_state = -1, 0
    steps = 0
    stages = core.pool.size
    for r in range(stages):
        wide = core.first[r + 1] - core.first[r] + 1
        kept = np.nonzero(regret + core.second[r] < loss)[0]
        share = max(1, (most_steps - steps) // (2 * wide)) if most_steps > steps else 0
        if kept.size > share:
            is_exact = False
            kept = np.sort(kept[np.argsort(regret[kept])[:share]])
        if kept.size == 0:
            break
        steps += kept.size * wide
        x, d, parent, choice = expand(core, r, load[kept], regret[kept], price, room + slack, loss)
        order = undominated(x, d, price)
        load, regret = x[order], d[order]
        parents.append(kept[parent[order]])
        taken.append(choice[order])
        for state in range(load.size):
            if load[state] <= room + slack:
                found = regret[state] + price * max(0.0, room - load[state])
                if found < loss:
                    loss, best_stage, best_state, is_better = found, r, state, True
    chosen = base.copy()
    state = best_state
    for r in range(best_stage, -1, -1):
        q = taken[r + 1][state]
        if q >= 0:
            chosen[core.pool[r]] = core.choice[q]
        state = parents[r + 1][state]
    return chosen, is_better, is_exact
