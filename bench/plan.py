"""Time the main job on the national network: every stage, the first run and the next, and memory.

Run with ``python bench/plan.py [SIZE]``. Each run is a process of its own. The first one compiles
into an empty cache; the second finds it filled. The limits are 120 s and 60 s, and 4 GB.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keepline as kl

LIMITS = {"first run, compiling": 120.0, "next run": 60.0}
LIMIT_GB = 4.0


class Clock:
    """Time the stages as they begin."""

    def __init__(self) -> None:
        """Start with no stage."""
        self.stages: list[tuple[str, float]] = []
        self.began = 0.0
        self.name = ""

    def __call__(self, stage: str) -> None:
        """Begin a stage, and so end the one before."""
        now = time.perf_counter()
        if self.name:
            self.stages.append((self.name, now - self.began))
        self.name, self.began = stage, now


def run_once(folder: Path) -> None:
    """Plan the network in a folder and print the stages as JSON."""
    clock = Clock()
    clock("Read and check the network")
    network = kl.read(folder)
    made = kl.plan(network, folder / "scenario.yaml", folder / "policy.yaml", progress=clock)
    clock("Write tables, workbook and report")
    kl.save(made, folder.parent / f"out-{os.getpid()}")
    clock("")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({"stages": clock.stages, "peak_gb": peak, "units": made.summary.units}))


def measured(folder: Path, cache: str) -> dict[str, object]:
    """Run once in a process of its own, with its own cache of compiled code."""
    command = [sys.executable, __file__, "--run", str(folder)]
    done = subprocess.run(
        command,
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main(size: str) -> None:
    """Print one table: a line a stage, the first run and the next."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "network"
        kl.demo(folder, size)
        cache = str(Path(place) / "cache")
        runs = {name: measured(folder, cache) for name in LIMITS}
    first, following = runs.values()
    print(f"\nplan, uk-2020 {size}, {first['units']:,} units, {os.cpu_count()} cores")
    print(f"{'stage':44}{'first run, s':>14}{'next run, s':>14}")
    for (stage, cold), (_, warm) in zip(first["stages"], following["stages"], strict=True):
        print(f"{stage:44}{cold:14.1f}{warm:14.1f}")
    totals = [sum(seconds for _, seconds in run["stages"]) for run in runs.values()]
    print(f"{'in all':44}{totals[0]:14.1f}{totals[1]:14.1f}")
    print(f"{'limit':44}{LIMITS['first run, compiling']:14.1f}{LIMITS['next run']:14.1f}")
    print(f"{'peak memory, GB (limit 4)':44}{first['peak_gb']:14.2f}{following['peak_gb']:14.2f}")


if __name__ == "__main__":
    if "--run" in sys.argv:
        run_once(Path(sys.argv[-1]))
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "national")
