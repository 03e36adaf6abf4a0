"""Draw on which day each event of a scenario begins, in each of many worlds.

The rules are those of the branches of a scenario: an event happens when all events of its `if` do
and none of its `unless`, when its draw u is at most its probability, on a date of its law, but not
before the latest event of its `if` and its lag, and not when it would then be over already. Events
of one cause share one u. Each draw has an address of its own, (seed, event or cause, world), so
that neither threads nor blocks nor other events change it (:mod:`keepline.maths.streams`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, lean
from keepline.maths.streams import share_of_two, words_of

if TYPE_CHECKING:
    from keepline.maths.tiers import Floats, Ints

OWN: Final = 4
"""Purpose of the draw whether an event without a cause happens; the stream is the event."""
CAUSE: Final = 5
"""Purpose of the draw that events of one cause share; the stream is the cause."""
DATE: Final = 6
"""Purpose of the draw of an event's date; the stream is the event."""


class Chances(NamedTuple):
    """Hold what is known of the events of a scenario.

    Attributes:
        order: int64[events]; event numbers, each after those of its conditions.
        probability: float64[events].
        cause: int64[events]; -1 for an event with a draw of its own.
        first_if: int64[events + 1]; the needs of event v are first_if[v] up to the next.
        needs: int64[]; events that must happen.
        first_unless: int64[events + 1].
        bars: int64[]; events that must not happen.
        lag_days: float64[events]; days after the latest event of `if`.
        first_date: int64[events + 1]; an event without a date begins with its conditions.
        day: float64[]; days, rising within an event.
        chance: float64[]; adding up to 1 at most; what is left over is never.
        last_day: float64[events]; the last day on which it can begin and be in force at all.
    """

    order: Ints
    probability: Floats
    cause: Ints
    first_if: Ints
    needs: Ints
    first_unless: Ints
    bars: Ints
    lag_days: Floats
    first_date: Ints
    day: Floats
    chance: Floats
    last_day: Floats


@lean
def drawn(seed: int, stream: int, world: int, purpose: int) -> float:
    """Draw the number of an address, strictly between 0 and 1."""
    high, low, _, _ = words_of(seed, stream, world, purpose, 0)
    return float(share_of_two(high, low))


@compiled
def beginnings(chances: Chances, seed: int, first_world: int, worlds: int) -> Floats:
    """Draw when events begin.

    Args:
        chances: The events.
        seed: Seed of the whole run, 0 or more.
        first_world: Number of the first world.
        worlds: How many worlds.

    Returns:
        float64[events, worlds]; days, infinite where an event does not happen.
    """
    begins = np.full((chances.probability.size, worlds), np.inf)
    for w in range(worlds):
        for v in chances.order:
            begins[v, w] = begins_on(chances, seed, first_world + w, v, begins, w)
    return begins


@lean
def begins_on(
    chances: Chances, seed: int, world: int, v: int, begins: Floats, column: int
) -> float:
    """Return the day on which an event begins in one world, from those before it in order."""
    cause = chances.cause[v]
    u = drawn(seed, cause, world, CAUSE) if cause >= 0 else drawn(seed, v, world, OWN)
    happens = u <= chances.probability[v]
    day = -np.inf
    for e in range(chances.first_if[v], chances.first_if[v + 1]):
        day = max(day, begins[chances.needs[e], column] + chances.lag_days[v])
    for e in range(chances.first_unless[v], chances.first_unless[v + 1]):
        happens = happens and begins[chances.bars[e], column] == np.inf
    if not happens:
        return np.inf
    first, last = chances.first_date[v], chances.first_date[v + 1]
    if first < last:
        day = max(day, dated(chances, first, last, drawn(seed, v, world, DATE)))
    return np.inf if day > chances.last_day[v] else day


@lean
def dated(chances: Chances, first: int, last: int, u: float) -> float:
    """Return the day of a law at a draw; infinite beyond the sum of its chances."""
    total = 0.0
    for k in range(first, last):
        total += chances.chance[k]
        if u <= total or (k == last - 1 and total > 1.0 - 1e-9):
            return float(chances.day[k])
    return np.inf
