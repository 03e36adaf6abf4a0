"""A pool of the formulas as a family of the field kernel."""

from __future__ import annotations

import numpy as np

from keepline.maths.field.family import Coming, Family, Parts, Places, Rows, Settings, Stock
from keepline.maths.field.play import play_family
from keepline.maths.pooling import FULL_SUPPLY, NO_ARRIVALS


def family_of(pool, installed, arrivals=NO_ARRIVALS, laws=1, returned=0.0, row_units=None):
    """One part; a row of `installed` units at each location, or one for each `row_units` of them.

    The rates of the pool must be proportional to the units installed.
    """
    installed = np.asarray(installed)
    locations, row_units = len(installed), row_units or max(int(installed.max()), 1)
    location, quantity = [], []
    for at, units in enumerate(installed.tolist()):
        for first in range(0, units, row_units):
            location.append(at)
            quantity.append(min(units - first, row_units))
    nought, never = np.zeros(len(location)), np.full(len(location), np.inf)
    whole = nought.astype(np.int64)
    parts = Parts(
        rate=np.array([pool.rate.sum() / max(installed.sum(), 1)]),
        rate_shape=np.array([pool.rate_shape]),
        repair_share=np.array([pool.repair_share]),
        repair_days=np.array([pool.repair_days]),
        lead_days=np.array([pool.lead_days]),
        returned_share=np.array([returned]),
        shop=np.array([-1]),
        shelf_life=np.array([np.inf]),
        attrition=np.zeros(1),
        stream=np.zeros(1, np.int64),
        substitute_first=np.zeros(2, np.int64),
        substitute=np.zeros(0, np.int64),
    )
    lone = np.full(locations, np.inf)
    return Family(
        parts,
        Places(pool.ship_days, lone, np.zeros((1, locations), np.int64)),
        Rows(whole, np.array(location, np.int64), np.array(quantity, np.int64), whole, nought,
             nought > 0, nought, never, whole - 1, nought, nought, whole, whole),
        Stock(np.zeros(locations, np.int64), np.arange(locations), pool.on_hand,
              np.full((laws, locations), np.inf)),
        Coming(arrivals.day, np.zeros(len(arrivals.day), np.int64), arrivals.location,
               arrivals.quantity),
        np.zeros(0, np.int64),
    )  # fmt: skip


def with_parts(family, **changes):
    """Change columns of the only part."""
    return family._replace(
        parts=family.parts._replace(**{name: np.array([value]) for name, value in changes.items()})
    )


def played(family, edges, replications=100, settings=None, laws=FULL_SUPPLY, law=None, first=0,
           seed=1):  # fmt: skip
    """Play a family without swaps of its own days."""
    law = np.zeros(replications, np.int64) if law is None else law
    law = np.repeat(law[:, None], len(family.parts.rate), axis=1)
    return play_family(family, laws, law, np.empty((len(law), 0)), np.asarray(edges, float),
                       settings or Settings(), seed, first)  # fmt: skip
