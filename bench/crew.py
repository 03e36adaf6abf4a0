"""Blocks of replications by threads, by a pool of processes and by Dask, and memory against runs.

Run with ``python bench/crew.py [SIZE] [REPLICATIONS]``. Every crew has two workers and plays the
very same blocks of uk-2020, today's course and the plan that the policy buys; crews take turns, and
the best of three is told, without the time in which they start. Memory is the peak of a process of
its own that plays a small network 200 and 20,000 times.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import keepline as kl
from keepline import planning, simulation
from keepline.crews import hired
from keepline.maths.crew import Threads, in_order
from keepline.planning import pipeline
from keepline.simulation.block import play_job, setup_of

if TYPE_CHECKING:
    from keepline.maths.crew import Crew
    from keepline.model.mechanisms import Mechanisms
    from keepline.simulation.block import Setup

WORKERS, TURNS, BLOCK = 2, 3, 50
SMALL = Path(__file__).parents[1] / "tests" / "small"


def shipped(size: str, mechanisms: Mechanisms | None = None) -> Setup:
    """Return the shipped network with what its plan buys, ready to be played.

    What the formulas assume is played, unless mechanisms are given.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "network"
        kl.demo(folder, size)
        network = kl.read(folder)
        scenario = kl.read_scenario(folder / "scenario.yaml", network)
        policy = kl.read_policy(folder / "policy.yaml")
        _, stocked = planning.take_stock(network, scenario, policy)
        found, ground = pipeline.grounded(network, pipeline.impact.find(network, scenario))
    units = int(network["installed"]["quantity"].sum())
    setup = setup_of(
        ground.network,
        ground.pools,
        ground.supply,
        ground.places,
        found.branches,
        stocked.purchases,
        stocked.moves,
        0,
        mechanisms
        and simulation.Field(mechanisms, ground.original, found.pooled_parts, scenario.slipping),
    )
    print(f"uk-2020 {size}: {units:,} units, {len(ground.pools.part):,} part-trees, ", end="")
    print(f"{len(setup.chance)} timelines, {len(setup.player.edges) - 1} months, two courses")
    return setup


def turn(crew: Crew, setup: Setup, replications: int) -> tuple[float, bytes]:
    """Play it once; return the seconds and the sums."""
    jobs = [(first, BLOCK) for first in range(0, replications, BLOCK)]
    began = time.perf_counter()
    sums = simulation.outcome.Outcome()
    for outcome in in_order(crew.play(play_job, setup, jobs)):
        sums += outcome
    return time.perf_counter() - began, sums.to_bytes()


def races(setup: Setup, replications: int) -> dict[str, float]:
    """Let the crews take turns; return each one's best time."""
    best: dict[str, float] = {}
    seen: set[bytes] = set()
    with ExitStack() as stack:
        crews: dict[str, Any] = {"threads": Threads(WORKERS)}
        for name, how in (("pool", (WORKERS, None)), ("dask", (WORKERS, "local"))):
            began = time.perf_counter()
            crews[name] = stack.enter_context(hired(*how))
            turn(crews[name], setup, WORKERS * BLOCK)
            print(
                f"{name} has started and played a block each in {time.perf_counter() - began:.1f} s"
            )
        for _ in range(TURNS):
            for name, crew in crews.items():
                seconds, sums = turn(crew, setup, replications)
                best[name] = min(best.get(name, np.inf), seconds)
                seen.add(sums)
    print(f"all sums have the same bits: {len(seen) == 1}")
    return best


def peak(replications: int, *, workers: int | None) -> float:
    """Return the peak memory in MB of a process that plays the small network."""
    command = [sys.executable, __file__, "--peak", str(replications), str(workers or 0)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def high(_: None, __: int) -> float:
    """Return the peak memory of this process in MB; unlike the peak of getrusage, its own alone."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return float(line.split()[1]) / 1024
    return float("nan")


def print_peak(replications: int, workers: int) -> None:
    """Play the small network and print the peak memory of this process or of its largest worker."""
    network = kl.read(SMALL)
    scenario = kl.read_scenario(SMALL / "scenario.yaml", network)
    with hired(workers or None) as crew:
        effort = simulation.Effort(crew=crew)
        planning.play(network, scenario, replications=replications, effort=effort)
        found = (crew or Threads(1)).play(high, None, range(20))
        print(max(peak for _, peak in found))


def main(size: str, replications: int) -> None:
    """Print rates, the ratio of Dask to the pool, and memory."""
    setup = shipped(size)
    best = races(setup, replications)
    for name, seconds in best.items():
        each = WORKERS * seconds / replications
        print(f"{name:8}{replications / seconds:9.1f} replications/s {each * 1e3:9.2f} ms a core")
    print(f"dask against the pool: {best['pool'] / best['dask']:.2f} (aim 0.9)")
    for workers in (None, WORKERS):
        few, many = (peak(count, workers=workers) for count in (200, 20_000))
        whose = "the largest worker" if workers else "one process"
        print(f"peak memory of {whose}: {few:.0f} MB for 200 replications, {many:.0f} for 20,000")


if __name__ == "__main__":
    if "--peak" in sys.argv:
        print_peak(*(int(one) for one in sys.argv[2:]))
    else:
        given = dict(enumerate(sys.argv))
        main(given.get(1, "operator"), int(given.get(2, "1000")))
