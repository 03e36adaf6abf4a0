"""Time whole losses through large supply graphs, and beside general graph libraries.

Run ``python bench/impact.py [EDGES [PEER_EDGES]]``. Graphs come from a seed: ten tiers, most nodes
on circles, two to four alternatives for four nodes in five. Three figures at 10 million edges, on
arrays that are loaded already: loss dates, 1,024 worlds of 200 shared events, and what the loss of
every supplier alone takes, with dates. The project's own limits stand beside. Harder cases follow.
Then the same work at 1 million edges beside networkx, rustworkx and SciPy, each in a process of its
own; what a library cannot say is said. Times are the best of three rounds for ours, of one for
theirs; compiling, and making a library's graph, are apart.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.lossdates import asked_for, counting, loss_dates
from keepline.maths.single import cut_by, one_label, single_losses
from keepline.maths.tiers import Graph
from keepline.maths.worlddates import dated_cuts, packed, world_dates
from keepline.maths.worlds import Ask, Cuts, lost_worlds, rows_of_sets
from supply import EVENTS, SEED, Supply, edges_of, supply

if TYPE_CHECKING:
    from collections.abc import Callable

EDGES, PEER_EDGES = 10_000_000, 1_000_000
WORLDS, THREADS, ROUNDS = 1024, 2, 3
#: Share of deliveries cut at some date; chance of each event in a world.
CUT, CHANCE = 0.03, 0.1
TOPS = 100
LIMITS = {"loss dates": 0.75, f"{WORLDS:,} worlds": 2.0, "every supplier's loss": 2.0}
PEERS = ("networkx", "rustworkx", "scipy")


def cuts_at(made: Supply, share: float) -> np.ndarray:
    draw = np.random.default_rng(SEED + 1)
    d = made.graph.node.size
    return np.where(draw.random(d) < share, draw.integers(0, 1000, d).astype(float), np.inf)


def begins_of(chance: float) -> np.ndarray:
    """Return when each event begins in each world: event 0 is none, the others have dates."""
    draw = np.random.default_rng(SEED + 2)
    begins = np.repeat(draw.integers(0, 1000, (EVENTS + 1, 1)).astype(float), WORLDS, axis=1)
    begins[draw.random(begins.shape) >= chance] = np.inf
    return begins


def sets_of() -> list[tuple[int, ...]]:
    return [(), *((event,) for event in range(1, EVENTS + 1))]


def ask_of(made: Supply) -> Ask:
    return Ask(asked_for(made.graph), counting(made.graph))


def nodes_of(made: Supply) -> np.ndarray:
    return np.arange(made.graph.first_delivery.size - 1)


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least seconds of some rounds."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def three(made: Supply, cut: float = CUT, chance: float = CHANCE) -> list[Callable[[], object]]:
    """Return the three pieces of work."""
    ask, nodes = ask_of(made), nodes_of(made)
    at = cuts_at(made, cut)
    row = rows_of_sets(packed(np.isfinite(begins_of(chance))), sets_of())
    labels = one_label(made.supplier, int(made.supplier.max()) + 1)
    return [
        lambda: loss_dates(made.graph, at, *ask, np.inf),
        lambda: lost_worlds(made.graph, Cuts(row, made.event), ask, nodes, THREADS),
        lambda: single_losses(made.graph, labels, ask),
    ]


def compile_all() -> None:
    small = supply(2_000)
    for work in three(small):
        work()
    dated(small)


def dated(made: Supply) -> np.ndarray:
    """Return the dates in every world of the first nodes, which stand at the top."""
    cuts = dated_cuts(begins_of(CHANCE), sets_of(), made.event)
    return world_dates(made.graph, cuts, ask_of(made), nodes_of(made)[:TOPS], THREADS)


def large(_: int, folder: Path) -> None:
    """Time the three figures on arrays from files: making them leaves no trace in the memory."""
    print(f"compiling, or loading what was compiled  {best(compile_all, 1):8.1f} s")
    made = loaded(folder)
    print(
        f"{edges_of(made.graph):,} edges, {len(nodes_of(made)):,} nodes, "
        f"{made.graph.node.size:,} deliveries; {peak():,.0f} MB once loaded"
    )
    for (name, limit), work in zip(LIMITS.items(), three(made), strict=True):
        print(f"{name:40} {best(work):8.2f} s   (limit {limit} s), {peak():,.0f} MB at most so far")
    seconds = best(lambda: dated(made))
    print(f"{f'dates of {TOPS} top nodes in all worlds':40} {seconds:8.2f} s")


def store(edges: int, folder: Path) -> None:
    made = supply(edges)
    arrays = {**made.graph._asdict(), "supplier": made.supplier, "event": made.event}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def loaded(folder: Path) -> Supply:
    graph = Graph(*(np.load(folder / f"{name}.npy") for name in Graph._fields))
    return Supply(graph, np.load(folder / "supplier.npy"), np.load(folder / "event.npy"))


def harder(edges: int) -> None:
    compile_all()
    print("harder: what is asked, seconds, share of nodes lost (in any world)")
    half = three(supply(edges), cut=0.2)[0]
    lost = np.isfinite(half().time).mean()
    print(f"{'loss dates, a fifth of deliveries cut':40} {best(half):8.2f} s   {lost:.0%}")
    much = three(supply(edges, hit=0.3))[1]
    lost = (much() != 0).any(axis=1).mean()
    print(f"{'worlds, events hit 3 deliveries in 10':40} {best(much):8.2f} s   {lost:.0%}")
    mixed = three(supply(edges, is_mixed=True))
    for name, work in zip(LIMITS, mixed, strict=True):
        print(f"{name + ', nodes numbered anyhow':40} {best(work):8.2f} s")


def ours(edges: int) -> None:
    compile_all()
    made = supply(edges)
    for name, work in zip(LIMITS, three(made), strict=True):
        print(
            f"{name}|{best(work)}|with AND, OR, circles" + ("" if "worlds" in name else ", dates")
        )
    labels = one_label(made.supplier, int(made.supplier.max()) + 1)
    cut, ask = cut_by(labels, np.array([0])), ask_of(made)
    passing = best(lambda: loss_dates(made.graph, cut, *ask, np.inf))
    print(f"every supplier's loss|{passing * labels.total}|the pass for one, times suppliers")


def table(edges: int) -> None:
    """Print the same work of all at so many edges, as ratios to ours."""
    print(f"\nabout {edges:,} edges; times ours")
    base: dict[str, float] = {}
    for name in ("ours", *PEERS):
        command = [sys.executable, __file__, name, str(edges)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for line in said.splitlines():
            work, seconds, what = line.split("|")
            base.setdefault(work, float(seconds))
            ratio = float(seconds) / base[work]
            print(f"{work:24}{name:11}{float(seconds):11.3f} s {ratio:11,.1f}  {what}", flush=True)


def main(edges: int, peer_edges: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("store", "large"):
            subprocess.run([sys.executable, __file__, kind, str(edges), folder], check=True)
    subprocess.run([sys.executable, __file__, "harder", str(edges)], check=True)
    table(peer_edges)


if __name__ == "__main__":
    given = sys.argv[1:]
    if given and given[0] in PEERS:
        import impact_peers  # loads all three libraries

        impact_peers.KINDS[given[0]](int(given[1]))
    elif given and not given[0].isdigit():
        kinds = {"store": store, "large": large, "harder": harder, "ours": ours}
        kinds[given[0]](int(given[1]), *map(Path, given[2:]))
    else:
        sizes = [int(one) for one in given]
        main(*(sizes + [EDGES, PEER_EDGES][len(sizes) :]))
