"""Speed of the event kernel beside SimPy, ciw and a loop in C: one centre and 30 depots, one run.

Run with ``python bench/events.py``. All count the same events (a removal, a unit back at the
centre, a parcel received), measure the same units short, and print what they found beside the
exact figure, so that none wins by doing less. The loop in C is compiled on the spot, if there is
a compiler; it plays the very same failures, so it must find our units short. What runs on one core
is timed by the processor's time, so that others on the machine count for little.
"""

import ctypes
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import simpy

from keepline.maths import pooling
from keepline.maths.blocks import blocks_of, played_in_order
from keepline.maths.events import simulate_block
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS, Pool
from queueing import Depots, timed_ciw

RATE, SHIP_DAYS, REPAIR_DAYS, CENTRE, DEPOT, DEPOTS = 0.1, 2.0, 14.0, 42, 1, 30
EXACT = 1.26796493
#: Places in a line of bench/depot.c, and units short that count as the same.
RING, SAME = 65_536, 1e-6
KERNEL_DAYS, SIMPY_DAYS, CIW_DAYS, WARM = 1_000_000.0, 40_000.0, 10_000.0, 100.0
QUEUES = Depots(RATE, SHIP_DAYS, REPAIR_DAYS, CENTRE, DEPOT, DEPOTS)
POOL = Pool(
    np.array([0.0] + [RATE] * DEPOTS),
    np.array([0.0] + [SHIP_DAYS] * DEPOTS),
    np.array([CENTRE] + [DEPOT] * DEPOTS),
    1.0,
    REPAIR_DAYS,
    0.0,
)


class PeerDepots:
    """The same pool in SimPy: a container at the centre, a process for each unit under way."""

    def __init__(self, seed: int) -> None:
        """Set up the pool on day 0."""
        self.random = random.Random(seed)  # noqa: S311 -- a simulation, no secret
        self.world = simpy.Environment()
        self.centre = simpy.Container(self.world, init=CENTRE)
        self.net = [DEPOT] * DEPOTS
        self.short, self.since, self.area, self.events = 0, 0.0, 0.0, 0
        self.world.process(self.fail())

    def book(self) -> None:
        """Add up the unit-days short until now."""
        now = self.world.now
        self.area += self.short * (now - max(self.since, WARM)) * (now > WARM)
        self.since = now

    def fail(self) -> Generator[simpy.Event, Any, None]:
        """Let units fail for ever."""
        while True:
            yield self.world.timeout(self.random.expovariate(RATE * DEPOTS))
            depot = self.random.randrange(DEPOTS)
            self.events += 1
            if self.net[depot] <= 0:
                self.book()
                self.short += 1
            self.net[depot] -= 1
            self.world.process(self.replace(depot))
            self.world.process(self.repair())

    def replace(self, depot: int) -> Generator[simpy.Event, Any, None]:
        """Get a unit from the centre to a depot."""
        yield self.centre.get(1)
        yield self.world.timeout(SHIP_DAYS)
        self.events += 1
        if self.net[depot] < 0:
            self.book()
            self.short -= 1
        self.net[depot] += 1

    def repair(self) -> Generator[simpy.Event, Any, None]:
        """Bring a failed unit back to the centre."""
        yield self.world.timeout(REPAIR_DAYS)
        self.events += 1
        yield self.centre.put(1)


def timed_kernel(seed: int, is_exponential: bool = False) -> tuple[float, float]:
    """Give events a second and units short of one long replication."""
    edges = np.array([WARM, WARM + KERNEL_DAYS])
    begun = time.process_time()
    block = simulate_block(POOL, FULL_SUPPLY, np.zeros(1, np.int64), NO_ARRIVALS, edges, seed, 0,
                           0, 0.0, is_exponential, False)  # fmt: skip
    spent = time.process_time() - begun
    return block.counts[0, pooling.EVENTS] / spent, block.backorder_days[0, 0] / KERNEL_DAYS


def timed_peer(seed: int) -> tuple[float, float]:
    """Give SimPy's events a second and units short."""
    depots = PeerDepots(seed)
    begun = time.process_time()
    depots.world.run(until=WARM + SIMPY_DAYS)
    spent = time.process_time() - begun
    depots.book()
    return depots.events / spent, depots.area / SIMPY_DAYS


def timed_c(seed: int) -> tuple[float, float] | None:
    """Give events a second and units short of the loop in C; None without a compiler."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        return None
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "depot.so"
        source = Path(__file__).with_name("depot.c")
        command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", str(built)]
        subprocess.run([*command, str(source), "-lm"], check=True)
        loop = ctypes.CDLL(str(built)).play
        loop.restype = ctypes.c_int64
        events, area = ctypes.c_int64(), ctypes.c_double()
        days = (WARM, WARM + KERNEL_DAYS, RATE, SHIP_DAYS, REPAIR_DAYS)
        begun = time.process_time()
        most = loop(
            ctypes.c_uint64(seed),
            *(ctypes.c_double(one) for one in days),
            ctypes.c_int64(CENTRE),
            ctypes.c_int64(DEPOT),
            ctypes.byref(events),
            ctypes.byref(area),
        )
        spent = time.process_time() - begun
    if most >= RING:
        raise RuntimeError("a line in the loop ran over")
    return events.value / spent, area.value / KERNEL_DAYS


def timed_threads(threads: int) -> tuple[float, float]:
    """Give events a second of many blocks on threads, and units short."""
    edges = np.array([WARM, WARM + 10_000.0])

    def play(job: tuple[int, int]) -> pooling.Block:
        first, replications = job
        law = np.zeros(replications, np.int64)
        return simulate_block(POOL, FULL_SUPPLY, law, NO_ARRIVALS, edges, 1, 0, first, 0.0, False,
                              False)  # fmt: skip

    begun, events, short = time.perf_counter(), 0, 0.0
    for block in played_in_order(play, blocks_of(400, 20), threads):
        events += int(block.counts[:, pooling.EVENTS].sum())
        short += float(block.backorder_days.sum())
    return events / (time.perf_counter() - begun), short / (400 * 10_000.0)


def main() -> None:
    """Print the table."""
    timed_kernel(0)
    # one seed: all rounds play the same, and the fastest of each counts
    rounds = [
        (timed_kernel(1), timed_peer(1), timed_c(1), timed_ciw(QUEUES, 1, WARM, CIW_DAYS))
        for _ in range(3)
    ]
    kernel, peer = (max(found[at] for found in rounds) for at in (0, 1))
    loop, queues = (
        max((found[at] for found in rounds if found[at]), default=None) for at in (2, 3)
    )
    rows = [
        ("keepline, one core", *kernel),
        ("keepline, exponential repair", *timed_kernel(1, is_exponential=True)),
        ("keepline, 2 threads", *timed_threads(2)),
        ("SimPy " + simpy.__version__, *peer),
    ]
    if queues:
        rows.append(("ciw", *queues))
    if loop:
        if abs(loop[1] - kernel[1]) > SAME:
            raise RuntimeError(f"the loop in C is {loop[1]} units short, the kernel {kernel[1]}")
        rows.append(("the same loop in C", *loop))
    print(f"one centre + {DEPOTS} depots, units short exactly {EXACT}")
    print(f"{'':30}{'million events/s':>18}{'units short':>14}{'of SimPy':>10}")
    for what, speed, short in rows:
        print(f"{what:30}{speed / 1e6:18.3f}{short:14.4f}{speed / peer[0]:10.1f}")
    print(f"keepline / SimPy: {kernel[0] / peer[0]:.0f} (aim 100)")
    print(f"keepline / ciw: {kernel[0] / queues[0]:.0f} (aim 150)" if queues else "no ciw here")
    print(f"keepline / C: {kernel[0] / loop[0]:.2f} (aim 0.5)" if loop else "no C compiler here")


if __name__ == "__main__":
    main()
