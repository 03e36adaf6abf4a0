"""Time the replacement programme against one integer programme of site and quarter binaries.

Run ``python bench/swap.py [SITES ...]``. Each size has three instances from seeds: 28 quarters, 3
replacement suppliers, 12 regions with crews, 4 operators each held to falling caps of sites,
traffic and premises, yearly budgets, and no supplier with more than 45 % of an operator's sites.
Printed are the certified gap, whether all limits are kept, seconds on the wall and of the
processor, and the peak memory, each instance in a process of its own; beside it, for one seed, the
plain programme with a binary for each site, quarter and supplier in HiGHS, with the same time. With
``mobilise`` as the first word crews also pay for each visit to a cluster of about 50 sites.
The project's own limits: 0.05 % at 5,000 sites, 0.02 % at 20,000 and 0.01 % at 60,000, in 30 s each
on two cores, within 1 GB; at 1,000 a programme with its gap.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import highspy

from keepline.maths.swap.groups import everything
from keepline.maths.swap.master import TOLERANCE, all_of, model_of, solver
from keepline.maths.swap.rows import rows_of
from keepline.maths.swap.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable
from swap_cases import SEED, programme

SIZES = (1_000, 5_000, 20_000, 60_000)
SEEDS = (SEED, SEED + 1, SEED + 2)
SECONDS = 30.0
MOBILISE = 0.2
#: A process that overruns its time by more than this is ended.
PATIENCE = 300.0


def within(seconds: float) -> Callable[[], float]:
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(sites: int, seed: int, mobilise: float) -> None:
    # compiles, or loads what was compiled
    solve(programme(600, SEED, mobilise), within(6.0))
    problem = programme(sites, seed, mobilise)
    start, used = time.perf_counter(), time.process_time()
    found = solve(problem, within(SECONDS), gap=0.0)
    print(
        f"{sites:>7,} sites, seed {seed}: gap {100 * found.gap:.4f} %, "
        f"{'all limits kept' if found.is_within else f'beyond {len(found.excess.amount)} limits'}, "
        f"{time.perf_counter() - start:.1f} s, processor {time.process_time() - used:.1f} s, "
        f"{peak():.0f} MB",
        flush=True,
    )


def plain(sites: int, seed: int, mobilise: float) -> None:
    """Solve the programme with a binary for each site, quarter and supplier."""
    rows = rows_of(programme(sites, seed, mobilise))
    start = time.perf_counter()
    items = all_of(rows)
    columns = everything(items)
    model, _ = model_of(items, columns, is_hard=True)
    whole = model.whole()
    kind = [highspy.HighsVarType.kContinuous] * model.columns
    kind[: len(columns.item)] = [highspy.HighsVarType.kInteger] * len(columns.item)
    whole.integrality_ = kind
    highs = solver(TOLERANCE)
    highs.setOptionValue("time_limit", SECONDS)
    highs.passModel(whole)
    highs.run()
    answer = highs.getInfo()
    is_found = answer.primal_solution_status == highspy.kSolutionStatusFeasible
    gap = f"gap {100 * answer.mip_gap:.4f} %" if is_found else "no programme found"
    print(
        f"{sites:>7,} sites, binaries {len(columns.item):,}: {gap}, "
        f"{time.perf_counter() - start:.1f} s, {peak():.0f} MB",
        flush=True,
    )


KINDS = {"ours": ours, "plain": plain}


def run(kind: str, sites: int, seed: int, mobilise: float) -> None:
    try:
        subprocess.run(
            [sys.executable, __file__, kind, str(sites), str(seed), str(mobilise)],
            check=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        print(f"{sites:>7,} sites, {kind}: ended after {PATIENCE:.0f} s", flush=True)


def main(sizes: list[int], mobilise: float) -> None:
    for sites in sizes:
        for seed in SEEDS:
            run("ours", sites, seed, mobilise)
        run("plain", sites, SEEDS[0], mobilise)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words and words[0] in KINDS:
        KINDS[words[0]](int(words[1]), int(words[2]), float(words[3]))
    else:
        with_visits = bool(words) and words[0] == "mobilise"
        main(
            [int(word) for word in words[with_visits:]] or list(SIZES),
            MOBILISE if with_visits else 0.0,
        )
