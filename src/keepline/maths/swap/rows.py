"""The limits as rows over flows, and what each option of each job costs and takes.

Option k * Q + q is the swap to supplier k in quarter q, option K * Q is to stay. What options take
adds up in *flows*: crew days of a pool and quarter, capacity of a supplier and quarter, money of a
quarter, weight of a cap and quarter, weight of a share and quarter. A limit is a row over flows,
``over @ flow <= most``, or ``- e`` beyond it at a price. Everything is scaled so that a common job
takes about 1 of each flow and costs about 1; ``unit`` and ``money`` lead back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from keepline.maths.swap.problem import BUDGET, CAPS, CREWS, KINDS, SHARES, SUPPLY, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from keepline.maths.swap.problem import Number, Whole

#: A limit without a price of its own costs so many dear jobs for each light job beyond it.
DEAR = 20.0
LIGHT = 0.1


class Entries(NamedTuple):
    """What pairs of job and option take: pair, flow, amount."""

    pair: Whole
    flow: Whole
    amount: Number


@dataclass(frozen=True)
class Rows:
    """Limits over flows, and own costs of options; n jobs, L limits, M flows.

    Attributes:
        problem: As given.
        first: First flow of each kind, and their number at the end, int64[6].
        over: Limits over flows, sparse [L, M].
        most: Right-hand sides, float64[L].
        price: Of one scaled unit beyond each, float64[L].
        kind: Kind of each limit, int64[L].
        at: Row and quarter of each limit (a window's number and 0), int64[L, 2].
        unit: What one scaled unit of each limit is in the problem's units, float64[L].
        flow_unit: The same of each flow, float64[M].
        own: Cost of each option, float64[n, K * Q + 1]; inf where not allowed.
        money: What one scaled unit of cost is.
        mobilise: Scaled cost of each cluster and quarter, float64[C, Q].
        cap: Scaled weights, sparse [n, R].
        share: Scaled weights, sparse [n, S].
        late_price: Scaled, of each quarter later than allowed, float64[n].
        live: Is a kind of flow under any limit? bool[5].
    """

    problem: Problem
    first: Whole
    over: sparse.csr_matrix
    most: Number
    price: Number
    kind: Whole
    at: Whole
    unit: Number
    flow_unit: Number
    own: Number
    money: float
    mobilise: Number
    cap: sparse.csr_matrix
    share: sparse.csr_matrix
    late_price: Number
    live: NDArray[np.bool_]

    @property
    def stay(self) -> int:
        """Return the option of staying."""
        return int(self.own.shape[1]) - 1

    def entries(self, job: Whole, option: Whole) -> Entries:
        """Return what each pair of job and option takes of flows under limits, scaled."""
        problem, jobs = self.problem, self.problem.jobs
        moves = np.nonzero(option < self.stay)[0]
        job, option = job[moves], option[moves]
        q, k = option % problem.quarters, option // problem.quarters
        parts: list[tuple[Whole, Whole, Number]] = []
        if self.live[CREWS]:
            cell = jobs.pool[job] * problem.quarters + q
            parts.append((moves, self.first[CREWS] + cell, jobs.crew_days[job, k]))
        if self.live[SUPPLY]:
            parts.append((moves, self.first[SUPPLY] + option, jobs.supply[job]))
        if self.live[BUDGET]:
            parts.append((moves, self.first[BUDGET] + q, jobs.cost[job, k]))
        for kind, weight in ((CAPS, self.cap), (SHARES, self.share)):
            if self.live[kind]:
                parts.append(self._weights(kind, weight[job], moves, q, k))
        pair, flow, amount = (
            (np.concatenate(part) for part in zip(*parts, strict=True))
            if (parts)
            else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        )
        kept = amount != 0.0
        flow = flow[kept]
        return Entries(pair[kept], flow, amount[kept] / self.flow_unit[flow])

    def _weights(
        self, kind: int, weight: sparse.csr_matrix, moves: Whole, q: Whole, k: Whole
    ) -> tuple[Whole, Whole, Number]:
        of = np.repeat(np.arange(len(moves)), np.diff(weight.indptr))
        row = weight.indices.astype(np.int64)
        if kind == SHARES:
            kept = self.problem.limits.shares.supplier[row] == k[of]
            of, row, amount = of[kept], row[kept], weight.data[kept]
        else:
            amount = weight.data
        flow = self.first[kind] + row * self.problem.quarters + q[of]
        return moves[of], flow, amount * self.flow_unit[flow]

    def flows(self, option: Whole) -> Number:
        """Return the flows of a programme, mobilising left out."""
        taken = self.entries(np.arange(len(option)), option)
        return np.bincount(taken.flow, taken.amount, int(self.first[-1])).astype(float)


def rows_of(problem: Problem, is_lean: bool = False) -> Rows:
    """Return the rows of a problem.

    Args:
        problem: Jobs, limits and prices.
        is_lean: Leave out limits that are kept wherever the others are: what is swapped stays
            swapped, so that a cap that holds in one quarter holds in all later ones.
    """
    jobs, limits, quarters = problem.jobs, problem.limits, problem.quarters
    sizes = [
        limits.crews.size,
        limits.supply.size,
        quarters,
        len(limits.caps.weight) * quarters,
        len(limits.shares.weight) * quarters,
    ]
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    flow_unit = _flow_units(problem)
    own, dear = _own_costs(problem)
    kind, at, most, cells = _limits(problem, is_lean)
    count = np.array([len(cell) for cell, _ in cells], np.int64)
    index = np.concatenate(
        [first[k] + cell for (cell, _), k in zip(cells, kind, strict=True)] or [[]]
    )
    sign = np.repeat([sign for _, sign in cells], count)
    index = index.astype(np.int64)
    # all flows of a limit have the same unit
    unit = flow_unit[index[np.cumsum(count) - count]] if len(count) else np.zeros(0)
    over = sparse.csr_matrix(
        (sign.astype(float), index, np.concatenate(([0], np.cumsum(count)))),
        shape=(len(kind), int(first[-1])),
    )
    finite = jobs.cost[np.isfinite(jobs.cost)]
    money = float(np.abs(finite).mean() * problem.discount.mean()) if finite.size else 0.0
    money = money if money > 0.0 else 1.0
    return Rows(
        problem=problem,
        first=first,
        over=over,
        most=most / unit,
        price=_prices(problem, kind, at, dear) * unit / money,
        kind=kind,
        at=at,
        unit=unit,
        flow_unit=flow_unit,
        own=own / money,
        money=money,
        mobilise=problem.mobilise[:, None] * problem.discount / money,
        cap=_scaled(limits.caps.weight),
        share=_scaled(limits.shares.weight),
        late_price=late_prices(problem, dear) / money,
        live=np.array([bool((kind == k).any()) for k in range(len(KINDS))]),
    )


def _scaled(weight: Number) -> sparse.csr_matrix:
    return sparse.csr_matrix((weight / _common(weight)[:, None]).T)


def _common(weight: Number) -> Number:
    """Return the mean of each row's positive weights, 1 where there is none."""
    is_some = weight > 0.0
    count = is_some.sum(axis=1)
    total = np.where(is_some, weight, 0.0).sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), 1.0))


def _flow_units(problem: Problem) -> Number:
    jobs, limits, quarters = problem.jobs, problem.limits, problem.quarters
    days = jobs.crew_days[np.isfinite(jobs.cost)]
    money = jobs.cost[np.isfinite(jobs.cost)]
    return np.concatenate(
        (
            np.full(limits.crews.size, _common(days[None])[0]),
            np.full(limits.supply.size, _common(jobs.supply[None])[0]),
            np.full(quarters, _common(money[None])[0]),
            np.repeat(_common(limits.caps.weight), quarters),
            np.repeat(_common(limits.shares.weight), quarters),
        )
    )


def _own_costs(problem: Problem) -> tuple[Number, float]:
    """Return each option's cost with lateness, and what is dear beside all of them."""
    jobs, quarters = problem.jobs, problem.quarters
    quarter = np.arange(quarters + 1)
    slow = jobs.late_cost[:, None] * np.maximum(0, quarter - jobs.due[:, None])
    own = np.empty((len(jobs), problem.suppliers * quarters + 1))
    own[:, -1] = slow[:, -1]
    by_quarter = slow[:, :-1] - problem.worth[jobs.kind]
    by_quarter[quarter[:-1] < jobs.earliest[:, None]] = np.inf
    for k in range(problem.suppliers):
        part = own[:, k * quarters : (k + 1) * quarters]
        is_open = np.isfinite(jobs.cost[:, k])
        np.multiply(np.where(is_open, jobs.cost[:, k], 0.0)[:, None], problem.discount, out=part)
        part += by_quarter
        part[~is_open] = np.inf  # also where money counts for nothing
    allowed = np.where(np.isfinite(own), own, own[:, -1:])
    spread = allowed.max(axis=1, initial=0.0) - allowed.min(axis=1, initial=0.0)
    dear = DEAR * float(spread.max(initial=0.0)) or 1.0
    late = np.maximum(0, quarter - jobs.latest[:, None]) * late_prices(problem, dear)[:, None]
    own[:, -1] += late[:, -1]
    if (jobs.latest < quarters).any():
        for k in range(problem.suppliers):
            own[:, k * quarters : (k + 1) * quarters] += late[:, :-1]
    return own, dear


def late_prices(problem: Problem, dear: float) -> Number:
    """Return the price of a quarter too late of each job [n]."""
    price = dear if problem.prices is None else problem.prices.late
    return np.broadcast_to(np.asarray(price, float), (len(problem.jobs),))


def _limits(
    problem: Problem, is_lean: bool
) -> tuple[Whole, Whole, Number, list[tuple[Whole, float]]]:
    """Return kind, place and right-hand side of each limit, and its flows with their sign."""
    kinds, places, most, cells = [], [], [], []
    for kind, row, q, value, cell, sign in _all_limits(problem, is_lean):
        if np.isfinite(value):
            kinds.append(kind)
            places.append((row, q))
            most.append(value)
            cells.append((cell, sign))
    if problem.prices is None:
        most = _rounded(problem, kinds, places, most)
    at = np.array(places, np.int64).reshape(-1, 2)
    return np.array(kinds, np.int64), at, np.array(most, float), cells


def _rounded(
    problem: Problem, kinds: list[int], places: list[tuple[int, int]], most: list[float]
) -> list[float]:
    """Return limits lowered to what whole weights can add up to.

    Only where nothing beyond a limit has a price of its own, for it would count from there.
    """
    limits, rounded = problem.limits, list(most)
    steps = {
        SUPPLY: [_step(problem.jobs.supply)] * len(limits.supply),
        CAPS: [_step(weight) for weight in limits.caps.weight],
        SHARES: [_step(weight) for weight in limits.shares.weight],
    }
    for at, (kind, (row, _), value) in enumerate(zip(kinds, places, most, strict=True)):
        step = steps.get(kind, {row: 0.0})[row]
        if step > 0.0:
            rounded[at] = float(np.floor(value / step + 1e-9)) * step
    return rounded


def _step(weight: Number) -> float:
    """Return the greatest common divisor of whole weights; 0 where they are not whole."""
    positive = np.unique(weight[weight > 0.0])
    if not positive.size or (positive % 1.0 != 0.0).any() or positive[-1] > 2**53:
        return 0.0
    return float(np.gcd.reduce(positive.astype(np.int64)))


def _all_limits(
    problem: Problem, is_lean: bool
) -> Iterator[tuple[int, int, int, float, Whole, float]]:
    limits, quarters = problem.limits, problem.quarters
    for kind, most in ((CREWS, limits.crews), (SUPPLY, limits.supply)):
        for (row, q), value in np.ndenumerate(most):
            yield kind, row, q, value, np.array([row * quarters + q]), 1.0
    budget = limits.budget
    for row, (first, last, value) in enumerate(
        zip(budget.first, budget.last, budget.most, strict=True)
    ):
        yield BUDGET, row, 0, value, np.arange(first, last + 1), 1.0
    whole = limits.caps.weight.sum(axis=1)
    caps, shares = limits.caps.most, limits.shares.most
    if is_lean:
        caps = _tighter(caps)
        shares = _tighter(shares[:, ::-1])[:, ::-1]
    for (row, q), value in np.ndenumerate(caps):
        # what is allowed to stay in any case is no limit
        if value < whole[row]:
            swapped = row * quarters + np.arange(q + 1)
            yield CAPS, row, q, value - whole[row], swapped, -1.0
    whole = limits.shares.weight.sum(axis=1)
    for (row, q), value in np.ndenumerate(shares):
        if value < whole[row]:
            yield SHARES, row, q, value, row * quarters + np.arange(q + 1), 1.0


def _tighter(most: Number) -> Number:
    """Return limits with those at infinity that are no tighter than one before them."""
    before = np.minimum.accumulate(most, axis=1)
    before = np.column_stack((np.full(len(most), np.inf), before[:, :-1]))
    return np.where(most < before, most, np.inf)


def _prices(problem: Problem, kind: Whole, at: Whole, dear: float) -> Number:
    """Return what one unit beyond each limit costs, in the problem's units."""
    limits, given = problem.limits, problem.prices
    shapes = [
        limits.crews.shape,
        limits.supply.shape,
        (len(limits.budget.most), 1),
        limits.caps.most.shape,
        limits.shares.most.shape,
    ]
    price = np.empty(len(kind))
    for k, (name, shape) in enumerate(zip(KINDS, shapes, strict=True)):
        of = kind == k
        if not of.any():
            continue
        if given is None:
            full = np.broadcast_to(dear / _light(problem, k)[:, None], shape)
        else:
            value = np.asarray(getattr(given, name), float)
            full = np.broadcast_to(value.reshape(-1, 1) if k == BUDGET else value, shape)
        price[of] = full[at[of, 0], at[of, 1]]
    return price


def _light(problem: Problem, kind: int) -> Number:
    """Return what a light job takes of limits of a kind, for each row or one for all."""
    jobs, limits = problem.jobs, problem.limits
    is_allowed = np.isfinite(jobs.cost)
    weights: dict[int, list[Number]] = {
        CREWS: [jobs.crew_days[is_allowed]],
        SUPPLY: [jobs.supply],
        BUDGET: [jobs.cost[is_allowed]],
        CAPS: list(limits.caps.weight),
        SHARES: list(limits.shares.weight),
    }
    positive = [weight[weight > 0.0] for weight in weights[kind]]
    return np.array([np.quantile(one, LIGHT) if one.size else 1.0 for one in positive])
