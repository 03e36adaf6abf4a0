"""The depot of bench/events.py in ciw, a library of queueing networks; nothing where it is missing.

A queueing network has no stock. What comes to the same: a demand waits at the centre until the unit
is back that failed as many demands before as the centre has units on day 0, then travels to its
depot. These are three events for each failure, as everywhere in that benchmark: the failure, the
unit that the centre sends, the parcel that comes.
"""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

try:
    import ciw
except ImportError:  # kept out of what developers install: it brings a package named tests
    ciw = None


@dataclass(frozen=True)
class Depots:
    """What is played: rates a day, days, units."""

    rate: float
    ship_days: float
    repair_days: float
    centre: int
    depot: int
    depots: int


@dataclass
class Seen:
    """What happened: when demands came, of which depot, and when they were met."""

    asked: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    depot: list[int] = field(default_factory=list)

    def short(self, of: Depots, warm: float, end: float) -> float:
        """Return the average units short between two moments."""
        asked, depot = np.array(self.asked), np.array(self.depot)
        came = np.append(self.sent, np.full(len(asked) - len(self.sent), np.inf)) + of.ship_days
        area = 0.0
        for one in range(of.depots):
            # demands are met in their order, so the k-th one is short until the unit comes that
            # the demand so many before it sent for
            mine, back = asked[depot == one], came[depot == one]
            until = np.clip(back, warm, end)
            waits = len(mine) - of.depot
            if waits > 0:
                begins = np.clip(mine[of.depot :], warm, end)
                area += float(np.maximum(until[:waits] - begins, 0.0).sum())
        return area / (end - warm)

    def events(self, of: Depots, end: float) -> int:
        """Return how many events there were."""
        sent = np.array(self.sent)
        return len(self.asked) + int((sent < end).sum()) + int((sent + of.ship_days < end).sum())


def _network(of: Depots, seen: Seen) -> Any:
    """Return the two stops of a demand: the centre and the way."""
    back = deque([0.0] * of.centre)

    class Centre(ciw.dists.Distribution):
        """How long a demand waits at the centre."""

        def sample(self, t: float | None = None, ind: object = None) -> float:  # noqa: ARG002
            """Let a demand come from a depot, and a unit go into repair."""
            now = t or 0.0
            seen.asked.append(now)
            seen.depot.append(random.randrange(of.depots))  # noqa: S311 -- a simulation, no secret
            back.append(now + of.repair_days)
            wait = max(0.0, back.popleft() - now)
            seen.sent.append(now + wait)
            return wait

    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(of.rate * of.depots), None],
        service_distributions=[Centre(), ciw.dists.Deterministic(of.ship_days)],
        number_of_servers=[float("inf"), float("inf")],
        routing=[[0.0, 1.0], [0.0, 0.0]],
    )


def timed_ciw(of: Depots, seed: int, warm: float, days: float) -> tuple[float, float] | None:
    """Give ciw's events a second and units short; None where it is not installed."""
    if ciw is None:
        return None
    ciw.seed(seed)
    seen, end = Seen(), warm + days
    world = ciw.Simulation(_network(of, seen))
    begun = time.process_time()
    world.simulate_until_max_time(end)
    spent = time.process_time() - begun
    return seen.events(of, end) / spent, seen.short(of, warm, end)
