"""Time the exact frontier of many parts, and its spending, beside the limits.

Run ``python bench/frontier.py [PARTS]``. Each instance runs in a process of its own, which is also
where peak memory is read; the time to compile into an empty cache is shown apart. Parts have a
central pipeline of lognormal mean (most between 0.2 and 10, a few some hundreds), lognormal cost,
and 30 depots of unequal size. The transient case has 3 branches (in full, cut, cut with repair
lost) at 8 dates over three and a half years; its pipelines are drawn for the end of the worst
branch, and once more for full supply, so that a cut makes them some twenty times as long.

The gap is that of the purchases above the bound of the merged hulls. Elapsed seconds (the best of
some rounds) follow whatever else runs on the machine; beside them stand processor seconds of all
threads together, which hardly do: half of them is what two free cores take.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.allocate import merged_frontier, within_budget
from keepline.maths.compiled import compiled
from keepline.maths.frontiers import ManyCells, steady_pools
from keepline.maths.outstanding import outstanding_mean, supply_flow
from keepline.maths.spending import Goods, spend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.frontiers import Make

DEPOTS = 30
DATES = np.linspace(90.0, 1280.0, 8)
CHANCES = np.array([0.5, 0.3, 0.2])
CUT_DAY, ORDER_DAYS = 180.0, 60.0
IN_FULL, REPAIR_LOST = 0, 2
LIMIT_GAP = 1e-4
SMALL = 2500


class Instance(NamedTuple):
    """What is bought, and within which limit of time."""

    title: str
    cells: str
    is_worst: bool  # whether pipelines are drawn for the worst branch's end, not for full supply
    budget: float  # for each part
    limit: float  # seconds
    rounds: int


INSTANCES = {
    "steady": Instance("steady, modest budget", "steady", False, 10_000.0, 6.0, 5),
    "ample": Instance("steady, ample budget", "steady", False, 40_000.0, 6.0, 5),
    "transient": Instance("3 branches x 8 dates", "transient", True, 10_000.0, 60.0, 1),
    "backlog": Instance("same, pipelines 20 fold", "transient", False, 40_000.0, 60.0, 1),
}


class Fleet:
    """Draw parts and give their cells, chunk by chunk."""

    def __init__(self, parts: int, is_worst: bool) -> None:
        """Draw them."""
        draw = np.random.default_rng(20200622)
        self.ship = np.concatenate(([0.0], draw.uniform(1.0, 5.0, DEPOTS).round(1)))
        size = np.exp(draw.normal(0.0, 0.7, DEPOTS + 1))
        share = size * np.exp(draw.normal(0.0, 0.5, (parts, DEPOTS + 1)))
        share /= share.sum(axis=1, keepdims=True)
        pipeline = np.exp(np.log(1.5) + draw.normal(0.0, 1.3, parts))
        self.resupply = draw.uniform(20.0, 120.0, parts)
        days = DATES[-1] if is_worst else self.resupply
        self.rates = share * (pipeline / days)[:, None]
        self.goods = Goods(
            cost=np.exp(draw.normal(7.0, 1.2, parts)),
            weight=np.ones(parts),
            minimum_order=np.ones(parts, np.int64),
        )

    def steady(self, start: int, size: int) -> ManyCells:
        """Give the cells of the steady state."""
        at = slice(start, start + size)
        return steady_pools(self.rates[at], self.ship, self.resupply[at])

    def transient(self, start: int, size: int) -> ManyCells:
        """Give a cell for every date and branch; stock bought on day 0 counts once it came."""
        at = slice(start, start + size)
        cells, m = DATES.size * CHANCES.size, self.ship.size
        day = np.repeat(DATES, CHANCES.size)
        rows = np.arange(size + 1, dtype=np.int64)
        total = self.rates[at].sum(axis=1)
        here = day[:, None] - self.ship >= ORDER_DAYS
        none = np.zeros(size * cells * m, np.int64)
        a = self.rates[at][:, None, :] * np.minimum(day[:, None], self.ship)
        return ManyCells(
            first_cell=rows * cells,
            first_depot=rows * m,
            first=rows * cells * m,
            weight=np.tile(np.tile(CHANCES, DATES.size) / DATES.size, size),
            m0=means(total, self.resupply[at], self.ship, day),
            s0=none,
            at_centre=np.tile(here.ravel(), size),
            a=a.ravel(),
            s=none,
            at_depot=np.tile((here & (self.ship > 0.0)).ravel(), size),
            f=np.repeat(self.rates[at] / total[:, None], cells, axis=0).ravel(),
        )


@compiled
def means(
    total: NDArray[np.float64],
    resupply: NDArray[np.float64],
    ship: NDArray[np.float64],
    day: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Give what is outstanding at the centre a ship time ago, by part, cell and depot."""
    found = np.empty((total.size, day.size, ship.size))
    for i in range(total.size):
        for branch in range(CHANCES.size):
            left = 1.0 if branch == IN_FULL else 0.0
            flow = supply_flow(
                np.array([0.0, CUT_DAY]),
                np.array([1.0, left]),
                np.ones(2),
                np.array([1.0, 0.0 if branch == REPAIR_LOST else 1.0]),
                0.8,
                resupply[i],
                2.0 * resupply[i],
                0.0,
            )
            for c in range(branch, day.size, CHANCES.size):
                for j in range(ship.size):
                    found[i, c, j] = outstanding_mean(total[i], flow, day[c] - ship[j])
    return found.ravel()


def spent(fleet: Fleet, make: Make, budget: float) -> dict[str, float]:
    """Buy within a budget; give what was found and how long it took."""
    wall, processor = time.perf_counter(), time.process_time()
    found = spend(make, fleet.goods, budget)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    begun = time.perf_counter()
    within_budget(found.curves, budget, merged_frontier(found.curves))
    merged = time.perf_counter() - begun
    allocation = found.allocation
    return {
        "wall": wall,
        "processor": processor,
        "merged": merged,
        "gap": (allocation.objective - allocation.relaxed) / allocation.objective,
        "left": allocation.objective / float(found.frontier.loss[0]),
        "points": float(found.curves.value.size),
    }


def run_once(name: str, parts: int) -> None:
    """Print what one instance takes, as JSON."""
    instance = INSTANCES[name]
    small = Fleet(SMALL, instance.is_worst)
    begun = time.perf_counter()
    spend(getattr(small, instance.cells), small.goods, instance.budget * SMALL)
    compiling = time.perf_counter() - begun
    begun = time.perf_counter()
    spend(getattr(small, instance.cells), small.goods, instance.budget * SMALL)
    compiling -= time.perf_counter() - begun
    fleet = Fleet(parts, instance.is_worst)
    make = getattr(fleet, instance.cells)
    runs = [spent(fleet, make, instance.budget * parts) for _ in range(instance.rounds)]
    best = min(runs, key=lambda run: run["wall"])
    best["processor"] = min(run["processor"] for run in runs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(best | {"compiling": compiling, "peak": peak}))


def measured(name: str, parts: int) -> dict[str, float]:
    """Run one instance in a process of its own, with an empty cache of compiled code."""
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, __file__, name, str(parts)],
            env={**os.environ, "NUMBA_CACHE_DIR": cache},
            check=True,
            capture_output=True,
            text=True,
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(parts: int) -> None:
    """Print one table: a line an instance."""
    print(f"{parts:,} parts, one centre + {DEPOTS} depots, {os.cpu_count()} cores, 2 threads")
    heads = ("loss left", "compile s", "curves s", "budget s", "total s", "limit s", "cpu s")
    line = f"{'instance':30}" + "".join(f"{head:>11}" for head in heads)
    print(line + f"{'gap %':>11}{'limit %':>9}{'peak MB':>9}{'points':>11}")
    for name, instance in INSTANCES.items():
        run = measured(name, parts)
        seconds = (run["compiling"], run["wall"] - run["merged"], run["merged"], run["wall"])
        shown = "".join(f"{one:11.2f}" for one in (*seconds, instance.limit, run["processor"]))
        gap = f"{100 * run['gap']:11.1e}{LIMIT_GAP:9.0e}"
        rest = f"{run['peak']:9.0f}{run['points']:11,.0f}"
        print(f"{instance.title:30}{run['left']:11.2%}{shown}{gap}{rest}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:  # noqa: PLR2004
        run_once(sys.argv[1], int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
