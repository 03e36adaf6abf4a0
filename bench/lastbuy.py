"""Time the last-time buy under limits against one plain linear programme over the same curves.

Run ``python bench/lastbuy.py [PARTS]``. Parts have 0.5 to 200 expected removals by the end and cost
100 to 50,000, a tenth of them come in orders of five or more; 20 suppliers have a capacity in each
of 4 quarters, and a budget pays for less than half of what would be wanted. Printed are the time of
the bound with its prices and of the whole plan, its gap and the memory, and, in a process of its
own, the plain programme: every curve's lower hull as segments, all in one call of HiGHS. The
project's own limits stand beside: 60 s and 0.1 % at 5,000 parts on two cores.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import time

import highspy
import numpy as np

from keepline.maths import poisson
from keepline.maths.allocate import hull
from keepline.maths.compiled import compiled
from keepline.maths.lastbuy import buy_to, buy_within
from keepline.maths.lastbuy_exact import Effort
from keepline.maths.lastbuy_ground import NONE, UNLIMITED, Limits, Orderable, case_of
from keepline.maths.lastbuy_prices import least_loss, price_limits

PARTS = 5_000
SUPPLIERS, QUARTERS = 20, 4
SECONDS, GAP = 60.0, 0.001
LAST_DAYS = 540.0
#: Share of parts that come in orders of five or more.
BULKY = 0.1
QUARTER_DAYS = 91.0


@compiled
def expected_losses(means: np.ndarray, first: np.ndarray, days: np.ndarray) -> np.ndarray:
    value = np.empty(first[-1])
    for i in range(means.shape[0]):
        for k in range(means.shape[1]):
            begin = first[i * means.shape[1] + k]
            for s in range(first[i * means.shape[1] + k + 1] - begin):
                value[begin + s] = days[k] * poisson.ebo(means[i, k], s)
    return value


def instance(parts: int, seed: int = 20200622) -> tuple[Orderable, Limits]:
    draw = np.random.default_rng(seed)
    last = np.exp(draw.uniform(np.log(0.5), np.log(200.0), parts))
    means = last[:, None] * np.linspace(0.35, 1.0, QUARTERS)
    sizes = [poisson.quantile(float(mean), 1.0 - 1e-9) + 2 for mean in means.ravel()]
    first = np.concatenate(([0], np.cumsum(sizes)))
    days = np.full(QUARTERS, QUARTER_DAYS)
    days[-1] = LAST_DAYS
    cost = np.exp(draw.uniform(np.log(100.0), np.log(50_000.0), parts))
    supplier = draw.integers(0, SUPPLIERS, parts)
    wanted = np.bincount(supplier, last, SUPPLIERS)
    spread = draw.uniform(0.5, 1.5, (SUPPLIERS, QUARTERS))
    orderable = Orderable(
        first=first,
        loss=expected_losses(means, first, days / days.sum()),
        weight=draw.gamma(2.0, 0.5, parts),
        cost=np.repeat(cost[:, None], QUARTERS, axis=1),
        volume=np.zeros(parts),
        supplier=supplier,
        tree=np.full(parts, NONE),
        minimum_order=np.where(draw.random(parts) < BULKY, 5, 1),
        most=np.full((parts, QUARTERS), UNLIMITED),
    )
    capacity = np.floor(0.22 * wanted[:, None] * spread)
    limits = Limits(0.4 * float(last @ cost), np.full(QUARTERS, np.inf), capacity, np.empty(0))
    return orderable, limits


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(parts: int) -> None:
    start = time.perf_counter()
    buy_within(*instance(50), Effort(pools=0))
    buy_to(*instance(50), 1e9, Effort(pools=0))
    print(f"compiling, or loading what was compiled    {time.perf_counter() - start:8.1f} s")
    orderable, limits = instance(parts)
    start = time.perf_counter()
    case = case_of(orderable, limits)
    found = price_limits(case, least_loss(case), [np.zeros(case.most.shape, np.int64)])
    print(f"bound and prices                           {time.perf_counter() - start:8.1f} s")
    start = time.perf_counter()
    best = buy_within(orderable, limits)
    seconds = time.perf_counter() - start
    print(f"bound, prices and whole plan               {seconds:8.1f} s   (limit {SECONDS:.0f} s)")
    print(
        f"gap of the plan                            {100 * best.gap:8.4f} % (limit {100 * GAP} %)"
    )
    print(f"loss {best.loss:,.2f}, bound {found.bound:,.2f}, cost {best.cost:,.0f}")
    start = time.perf_counter()
    cheapest = buy_to(orderable, limits, 1.2 * best.loss)
    print(f"least cost for 1.2 times that loss         {time.perf_counter() - start:8.1f} s")
    print(f"gap of its cost                            {100 * cheapest.gap:8.4f} %")
    print(f"peak memory                                {peak():8.0f} MB")


def plain(parts: int) -> None:
    """Solve the linear programme over the lower hulls of all curves, minimum orders left out."""
    orderable, limits = instance(parts)
    n, quarters = orderable.cost.shape
    start = time.perf_counter()
    model = plain_model(orderable, limits, n, quarters)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(model)
    highs.run()
    bound = highs.getInfo().objective_function_value
    base = float(
        (orderable.weight[:, None] * orderable.loss[orderable.first[:-1]].reshape(n, -1)).sum()
    )
    seconds = time.perf_counter() - start
    print(f"plain programme: {highs.modelStatusToString(highs.getModelStatus())}, ", end="")
    print(
        f"{model.num_col_:,} columns, {seconds:.1f} s, bound {base + bound:,.2f}, {peak():.0f} MB"
    )


def plain_model(orderable: Orderable, limits: Limits, n: int, quarters: int) -> highspy.HighsLp:
    """Return it: orders x (first n K columns), then segments of units arrived by each window."""
    start, index, value, cost, upper = [0], [], [], [], []
    capacity_row = n * quarters + 1
    for q in range(n * quarters):
        i, k = divmod(q, quarters)
        rows = [i * quarters + later for later in range(k, quarters)]
        index += [*rows, n * quarters, capacity_row + int(orderable.supplier[i]) * quarters + k]
        value += [-1.0] * len(rows) + [float(orderable.cost[i, k]), 1.0]
        start.append(len(index))
        cost.append(0.0)
        upper.append(highspy.kHighsInf)
    for q in range(n * quarters):
        curve = orderable.loss[orderable.first[q] : orderable.first[q + 1]]
        corners = hull(curve, 1)
        for low, high in itertools.pairwise(corners):
            index.append(q)
            value.append(1.0)
            start.append(len(index))
            slope = (curve[high] - curve[low]) / (high - low)
            cost.append(float(orderable.weight[q // quarters] * slope))
            upper.append(float(high - low))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), capacity_row + limits.capacity.size
    model.col_cost_, model.col_upper_ = np.array(cost), np.array(upper)
    model.col_lower_ = np.zeros(len(cost))
    free = np.full(model.num_row_, -highspy.kHighsInf)
    # segments may leave arrived units unused, for the curves never rise
    model.row_lower_ = free
    model.row_upper_ = np.concatenate(
        (np.zeros(n * quarters), [limits.budget], limits.capacity.ravel())
    )
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.array(start)
    model.a_matrix_.index_, model.a_matrix_.value_ = np.array(index), np.array(value)
    return model


KINDS = {"ours": ours, "plain": plain}


def main(parts: int) -> None:
    print(f"{parts:,} parts, {SUPPLIERS} suppliers, {QUARTERS} quarters", flush=True)
    for kind in KINDS:
        subprocess.run([sys.executable, __file__, kind, str(parts)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:  # noqa: PLR2004 - a process of its own for each kind
        KINDS[sys.argv[1]](int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else PARTS)
