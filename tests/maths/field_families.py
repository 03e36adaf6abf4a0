"""Small random families in which everything meets everything."""

from __future__ import annotations

import numpy as np

from keepline.maths.field.family import Coming, Family, Parts, Places, Rows, Settings, Stock
from keepline.maths.pooling import Laws

SWITCHES = len(Settings()) - 1
END = 120.0


def days_or_never(rng, size, high, share_never=0.5):
    """Whole days, so that some fall together; or never."""
    day = rng.integers(0, high, size).astype(float)
    return np.where(rng.random(size) < share_never, np.inf, day)


def random_parts(rng, parts, shops):
    substitutes = [
        [q for q in rng.permutation(parts) if q != p and rng.random() < 0.6] for p in range(parts)
    ]
    return Parts(
        rate=rng.choice([0.0, 0.01, 0.03, 0.1], parts, p=[0.1, 0.3, 0.3, 0.3]),
        rate_shape=rng.choice([np.inf, 1.5, 20.0], parts),
        repair_share=rng.choice([0.0, 0.5, 0.8, 1.0], parts),
        repair_days=rng.choice([0.0, 3.0, 11.5, 30.0], parts),
        lead_days=rng.choice([0.0, 10.0, 45.0, np.inf], parts),
        returned_share=rng.choice([0.0, 0.4, 1.0], parts),
        shop=rng.integers(-1, max(shops, 0), parts),
        shelf_life=rng.choice([np.inf, 20.0, 60.0], parts),
        attrition=rng.choice([0.0, 0.01], parts),
        stream=rng.integers(0, 1000, parts),
        substitute_first=np.cumsum([0, *map(len, substitutes)]),
        substitute=np.array([q for each in substitutes for q in each], np.int64),
    )


def random_rows(rng, parts, locations, swaps):
    rows = int(rng.integers(1, 9))
    part = rng.integers(0, parts, rows)
    yields = rng.choice([0.0, 0.3, 0.7, 1.0], rows)
    return Rows(
        part=part,
        location=rng.integers(0, locations, rows),
        quantity=rng.integers(0, 7, rows),
        spare=rng.integers(0, 3, rows),
        priority=rng.integers(0, 4, rows).astype(float),
        is_core=rng.random(rows) < 0.3,
        from_day=np.where(rng.random(rows) < 0.7, 0.0, rng.integers(-5, 100, rows)),
        until_day=days_or_never(rng, rows, 150),
        swap=rng.integers(-1, swaps, rows),
        harvest_yield=yields,
        harvest_lag=rng.choice([0.0, 5.0, 31.5], rows),
        harvest_location=rng.integers(0, locations, rows),
        harvest_part=np.where(rng.random(rows) < 0.8, part, rng.integers(0, parts, rows)),
    )


def random_laws(rng):
    """Full supply, and a cut."""
    cut = float(rng.integers(20, 100))
    share = rng.choice([0.0, 0.5, 1.0], 2)
    return Laws(np.array([0, 1, 3]), np.array([0.0, 0.0, cut]), np.array([1.0, 1.0, share[0]]),
                np.array([1.0, 1.0, rng.choice([1.0, 2.0])]),
                np.array([1.0, 1.0, share[1]]))  # fmt: skip


def random_family(rng, swaps):
    parts, locations = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    shops, batches, coming = (int(rng.integers(0, n)) for n in (3, 7, 5))
    return Family(
        random_parts(rng, parts, shops),
        Places(
            rng.choice([0.0, 1.0, 2.0, 4.5], locations),
            rng.choice([np.inf, 0.5, 1.0, 2.0], locations),
            rng.integers(0, 3, (parts, locations)),
        ),
        random_rows(rng, parts, locations, swaps),
        Stock(
            rng.integers(0, parts, batches),
            rng.integers(0, locations, batches),
            rng.integers(0, 4, batches),
            days_or_never(rng, (2, batches), 100),
        ),
        Coming(
            np.sort(rng.integers(0, 120, coming)).astype(float),
            rng.integers(0, parts, coming),
            rng.integers(0, locations, coming),
            rng.integers(0, 5, (2, coming)),
        ),
        rng.integers(1, 3, shops),
    )


def random_settings(rng, share_on):
    return Settings(int(rng.integers(0, 3)), *(rng.random(SWITCHES) < share_on))


def random_case(seed, share_on, replications=2):
    """All arguments of `play_family`."""
    rng = np.random.default_rng(seed)
    swaps = int(rng.integers(0, 3))
    family = random_family(rng, swaps)
    law = rng.integers(0, 2, (replications, len(family.parts.rate)))
    swap_day = days_or_never(rng, (replications, swaps), 150, 0.1)
    edges = np.array([float(rng.choice([0.0, 7.0])), 30.0, 90.5, END])
    settings = random_settings(rng, share_on)
    return family, random_laws(rng), law, swap_day, edges, settings, int(rng.integers(0, 9)), 5
