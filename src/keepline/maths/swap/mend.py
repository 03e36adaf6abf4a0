"""When the limits cannot all be kept: which collide, by how much, and the least that mends it.

Costs are put aside, and what goes beyond limits is counted: each kind by itself in its own unit, in
parts of what a common job takes. If the bound of that count is above 0, no programme keeps all
limits, which is certified. To mend it, one kind at a time may give way, at the prices of the least
use; the others stay. What the programme found goes beyond is enough to let through: with exactly
that, it is itself a programme within the limits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.swap.problem import (
    BUDGET,
    CAPS,
    CREWS,
    SHARES,
    SUPPLY,
    Budget,
    Caps,
    Limits,
    Prices,
    Problem,
    Shares,
    keeping,
)
from keepline.maths.swap.rows import rows_of
from keepline.maths.swap.solve import Excess, Solution, solve

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Left, Number

#: What may give way: kinds of limits, dates of jobs, or anything.
GIVES: Final = {
    "crews": (CREWS,),
    "supply": (SUPPLY,),
    "budget": (BUDGET,),
    "caps": (CAPS,),
    "shares": (SHARES,),
    "late": (),
    "any": (CREWS, SUPPLY, BUDGET, CAPS, SHARES),
}
#: A limit that must stay costs so many times one that may give way.
FIRM: Final = 1_000.0
#: Counts of less than this are rounding.
SMALL: Final = 1e-6


@dataclass(frozen=True)
class Way:
    """One way to mend it.

    Attributes:
        gives: What may give way.
        programme: One that goes beyond nothing else; its cost counts only what goes beyond.
        excess: What has to give way, and by how much; in the units of the limits.
        is_enough: Does everything else hold?
        at_least: Nothing less will do: bound of the sum over what gives way of each excess in
            parts of what a common job takes (of a date: quarters).
        at_most: The same sum of this programme.
    """

    gives: str
    programme: Solution
    excess: Excess
    is_enough: bool
    at_least: float
    at_most: float


@dataclass(frozen=True)
class Mending:
    """Why it cannot be done, and ways to mend it.

    Attributes:
        is_impossible: Certified: no programme keeps all limits and dates.
        is_possible: One was found that does.
        ways: What may give way, the kinds that are enough by themselves first.
    """

    is_impossible: bool
    is_possible: bool
    ways: tuple[Way, ...]


def mend(problem: Problem, left: Left) -> Mending:
    """Return whether all limits can be kept, and if not what must give way.

    Args:
        problem: Jobs and limits; its costs and prices are not looked at.
        left: Seconds left, for all ways together.

    >>> from keepline.maths.swap.problem import *
    >>> jobs = jobs_of(np.ones((3, 1)), np.full((3, 1), 2.0), 2)
    >>> caps = Caps(np.ones((1, 3)), np.array([[np.inf, 0.0]]))
    >>> limits = Limits(np.full((1, 2), 2.0), np.full((1, 2), np.inf), no_budget(), caps,
    ...     no_shares(3, 2))
    >>> found = mend(Problem(jobs, limits, np.ones(2), np.zeros((1, 2))), lambda: 5.0)
    >>> found.is_impossible, [(way.gives, way.excess.amount.tolist()) for way in found.ways]
    (True, [('crews', [2.0]), ('caps', [1.0]), ('any', [2.0])])
    """
    names = [name for name in GIVES if name != "any" and _is_there(problem, name)]
    each = left() / (1 + len(names))
    whole = _way(problem, "any", keeping(left, len(names) * each))
    if whole.at_most <= SMALL:
        return Mending(False, True, ())
    ways = [whole] + [
        _way(problem, name, keeping(left, (len(names) - at - 1) * each))
        for at, name in enumerate(names)
    ]
    enough = sorted(
        (way for way in ways if way.is_enough), key=lambda way: list(GIVES).index(way.gives)
    )
    return Mending(whole.at_least > SMALL, False, tuple(enough))


def _is_there(problem: Problem, name: str) -> bool:
    if name == "late":
        return bool((problem.jobs.latest < problem.quarters).any())
    return bool((rows_of(problem).kind == GIVES[name][0]).any())


def counting(problem: Problem, gives: str) -> Problem:
    """Return the problem in which only what goes beyond limits costs: 1 for a common job's."""
    jobs, quarters = problem.jobs, problem.quarters
    rows = rows_of(replace(problem, prices=None))
    price = np.ones(len(rows.kind)) / rows.unit
    price[~np.isin(rows.kind, GIVES[gives])] *= FIRM
    limits = problem.limits

    def table(kind: int, shape: tuple[int, ...]) -> Number:
        found = np.full(shape, FIRM)
        of = rows.kind == kind
        at = rows.at[of]
        found[tuple(at[:, : len(shape)].T)] = price[of]
        return found

    prices = Prices(
        crews=table(CREWS, limits.crews.shape),
        supply=table(SUPPLY, limits.supply.shape),
        budget=table(BUDGET, limits.budget.most.shape),
        caps=table(CAPS, limits.caps.most.shape),
        shares=table(SHARES, limits.shares.most.shape),
        late=1.0 if gives in {"late", "any"} else FIRM,
    )
    return replace(
        problem,
        jobs=replace(jobs, due=np.full(len(jobs), quarters), late_cost=np.zeros(len(jobs))),
        # money still counts in budgets, and nothing in the objective
        discount=np.zeros(quarters),
        worth=np.zeros_like(problem.worth),
        prices=prices,
    )


def _way(problem: Problem, gives: str, left: Left) -> Way:
    found = solve(counting(problem, gives), left, gap=1e-6)
    excess = found.excess
    own = np.isin(excess.kind, GIVES[gives])
    late = int(excess.late.sum())
    is_enough = bool(own.all()) and (gives in {"late", "any"} or late == 0)
    return Way(gives, found, excess, is_enough, max(0.0, found.bound), found.objective)


def mended(problem: Problem, excess: Excess) -> Problem:
    """Return the problem with limits let out by what a programme goes beyond them."""
    limits, jobs = problem.limits, problem.jobs
    tables = [
        limits.crews.copy(),
        limits.supply.copy(),
        limits.budget.most.copy()[:, None],
        limits.caps.most.copy(),
        limits.shares.most.copy(),
    ]
    for kind, table in enumerate(tables):
        of = excess.kind == kind
        table[excess.row[of], excess.quarter[of]] += excess.amount[of]
    return replace(
        problem,
        jobs=replace(jobs, latest=jobs.latest + excess.late),
        limits=Limits(
            tables[0],
            tables[1],
            Budget(limits.budget.first, limits.budget.last, tables[2][:, 0]),
            Caps(limits.caps.weight, tables[3]),
            Shares(limits.shares.supplier, limits.shares.weight, tables[4]),
        ),
    )
