"""Speed of the field kernel by mechanism, on the pool of bench/events.py.

Run with ``python bench/field.py``. One centre and 30 depots, 50 rows of ten units each at a depot;
the kernel of the formulas plays the same pool beside. Best of five rounds on one core.
"""

from __future__ import annotations

import time

import numpy as np

from events import POOL
from keepline.maths import pooling
from keepline.maths.events import simulate_block
from keepline.maths.field import record
from keepline.maths.field.family import (
    CORE_FIRST,
    Coming,
    Family,
    Parts,
    Places,
    Rows,
    Settings,
    Stock,
)
from keepline.maths.field.play import play_family
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS

ROWS, UNITS, REPLICATIONS, ROUNDS, LIMIT = 50, 10, 200, 5, 10.0
EDGES = np.linspace(0.0, 1000.0, 13)
NONE = np.empty(0, np.int64)


def family_of(*, is_crowded: bool) -> Family:
    """Lay the pool out as a family; crowded, every mechanism has something to do."""
    locations = len(POOL.rate)
    standing = np.repeat(np.arange(1, locations), ROWS)
    rows, units = len(standing), np.full(len(standing), UNITS)
    none, never = np.zeros(rows), np.full(rows, np.inf)
    rate = float(POOL.rate.sum()) / float(units.sum())
    one = np.ones(1)
    parts = Parts(
        rate=rate * one,
        rate_shape=np.full(1, 50.0 if is_crowded else np.inf),
        repair_share=one,
        repair_days=POOL.repair_days * one,
        lead_days=0.0 * one,
        returned_share=0.0 * one,
        shop=np.array([0 if is_crowded else -1]),
        shelf_life=np.full(1, 400.0 if is_crowded else np.inf),
        attrition=np.full(1, 1e-4 if is_crowded else 0.0),
        stream=np.zeros(1, np.int64),
        substitute_first=np.zeros(2, np.int64),
        substitute=NONE,
    )
    lateral = np.full(locations, 1.0 if is_crowded else np.inf)
    return Family(
        parts=parts,
        places=Places(POOL.ship_days, lateral, np.zeros((1, locations), np.int64)),
        rows=Rows(
            part=np.zeros(rows, np.int64),
            location=standing,
            quantity=units,
            spare=np.zeros(rows, np.int64),
            priority=np.arange(rows, dtype=np.float64),
            is_core=np.arange(rows) % ROWS == 0,
            from_day=none,
            until_day=never,
            swap=np.full(rows, -1),
            harvest_yield=none,
            harvest_lag=none,
            harvest_location=np.zeros(rows, np.int64),
            harvest_part=np.zeros(rows, np.int64),
        ),
        stock=Stock(
            np.zeros(locations, np.int64),
            np.arange(locations),
            POOL.on_hand,
            np.full((1, locations), np.inf),
        ),
        coming=Coming(np.empty(0), NONE, NONE, np.empty((1, 0), np.int64)),
        at_once=np.array([60] if is_crowded else [], np.int64),
    )


def timed_field(family: Family, settings: Settings) -> float:
    """Give million events a second."""
    law, swaps = np.zeros((REPLICATIONS, 1), np.int64), np.empty((REPLICATIONS, 0))
    best = np.inf
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        played = play_family(family, FULL_SUPPLY, law, swaps, EDGES, settings, 1, 0)
        best = min(best, time.process_time() - begun)
    return float(played.counts[:, :, record.EVENTS].sum()) / best / 1e6


def timed_formulas() -> float:
    """Give million events a second of the kernel of the formulas."""
    law, best = np.zeros(REPLICATIONS, np.int64), np.inf
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        block = simulate_block(
            POOL, FULL_SUPPLY, law, NO_ARRIVALS, EDGES, 1, 0, 0, 0.0, False, False
        )
        best = min(best, time.process_time() - begun)
    return float(block.counts[:, pooling.EVENTS].sum()) / best / 1e6


def main() -> None:
    """Print the table."""
    plain, crowded = family_of(is_crowded=False), family_of(is_crowded=True)
    every = Settings(0, *(True,) * (len(Settings()) - 1))
    spared = Settings(is_finite=True, has_spares=True, has_log=True)
    cases = [
        ("field, all off", plain, Settings()),
        ("field, finite base", plain, Settings(is_finite=True)),
        ("field, finite, spares, log", plain, spared),
        ("field, all on", crowded, every),
        ("field, all on, core first", crowded, every._replace(allocation=CORE_FIRST)),
    ]
    print(f"one centre + 30 depots, one core, {ROWS * 30} rows; aim {LIMIT} million events/s")
    print(f"{'kernel of the formulas':30}{timed_formulas():8.1f} million events/s")
    for what, family, settings in cases:
        print(f"{what:30}{timed_field(family, settings):8.1f} million events/s")


if __name__ == "__main__":
    main()
