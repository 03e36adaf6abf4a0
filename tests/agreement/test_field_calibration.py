"""The field's intervals, steadied by their controls, hold the truth as often as they say.

A finite base without stock has a closed form: each unit is up for an exponential time of rate phi,
then down for the repair and the way, D days, whatever happens to the others. With f the share down,

    f'(t) = phi (1 - f(t)) - phi (1 - f(t - D)) [t > D],   f(0) = 0,

the first term what fails, the second what failed D days ago and comes back.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from keepline.model.mechanisms import Mechanisms
from keepline.simulation import Field

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS, REPLICATIONS, DAYS = 200, 100, 121
MONTHS = np.array([31, 29, 31, 30])
STEPS = 200  # a day
#: Failures a year, days of repair, days to the depot, units there, units at the centre.
PARTS = {"p": (3.0, 20.0, 3.0, 9, 3), "q": (2.0, 35.0, 3.0, 6, 0)}
#: So much wider is a 99 % interval of Student's than a 95 % one.
TO_99 = float(stats.t.ppf(0.995, REPLICATIONS - 1) / stats.t.ppf(0.975, REPLICATIONS - 1))
#: Misses are Binomial(200, 0.01), 2 on average; more than 7 have a chance of 0.11 %, so that of the
#: three intervals below any has more with a chance of at most 0.4 %.
MOST_MISSES = 7


def share_down(rate: float, days: float) -> np.ndarray:
    """Return the share of units down on average in each month, by Heun's rule."""
    late, step = round(days * STEPS), 1.0 / STEPS
    down = np.zeros(DAYS * STEPS + 1)

    def change(at: int, share: float) -> float:
        back = 1.0 - down[at - late] if at > late else 0.0
        return rate * (1.0 - share - back)

    for at in range(DAYS * STEPS):
        first = change(at, down[at])
        then = change(at + 1, down[at] + step * first)
        down[at + 1] = down[at] + 0.5 * step * (first + then)
    edges = np.concatenate(([0], np.cumsum(MONTHS))) * STEPS
    middle = 0.5 * (down[1:] + down[:-1])
    return np.array([middle[a:b].mean() for a, b in pairwise(edges)])


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    """Return units short by month, and availability: the product over parts that are apart."""
    short, service = np.zeros(len(MONTHS)), np.ones(len(MONTHS))
    for rate, repair, ship, depot, centre in PARTS.values():
        away, near = (share_down(rate / 365.25, days) for days in (repair + ship, repair))
        lost = depot * away + centre * near
        short += lost
        service *= 1.0 - lost / (depot + centre)
    return {"units_short": short, "availability": float(service @ MONTHS / DAYS)}


@pytest.fixture(scope="module")
def network(case: Callable[..., Any]) -> Any:
    """Return a network of which the traffic is the weight of all units of each part."""
    parts = {
        name: {
            "failures_per_year": rate, "repair_days": repair, "repair_share": 1.0,
            "weight": 12.0 / (depot + centre),
        }
        for name, (rate, repair, _, depot, centre) in PARTS.items()
    }  # fmt: skip
    return case(
        parts,
        {"c": {}, "d": {"parent_id": "c", "ship_days": 3.0}},
        {"near": {"depot_id": "c", "traffic": 3.0}, "far": {"depot_id": "d", "traffic": 9.0}},
        [("far", "p", 9), ("near", "p", 3), ("far", "q", 6)],
        days=DAYS,
    )


def test_the_closed_form_is_that_of_a_unit_that_is_never_back() -> None:
    """Repairs that outlast the plan: 1 - exp(-phi t) are down."""
    days = np.arange(DAYS * STEPS + 1) / STEPS
    exact = 1.0 - np.exp(-0.02 * days)
    edges = np.concatenate(([0], np.cumsum(MONTHS))) * STEPS
    months = [exact[a:b].mean() for a, b in pairwise(edges)]
    assert share_down(0.02, 1000.0) == pytest.approx(np.array(months), abs=1e-4)


def test_of_200_seeds_about_198_cover(network: Any, truth: dict[str, Any]) -> None:
    misses, widths = np.zeros(3, np.int64), []
    for seed in range(SEEDS):
        field = Field(Mechanisms())
        one = network.play(seed=seed, replications=REPLICATIONS, threads=1, field=field)
        rows = one.simulated.filter(measure="units_short", course="today").sort("month")
        told = [(truth["availability"], one.today.mean, one.today.high)]
        told += [(truth["units_short"][at], rows["mean"][at], rows["high"][at]) for at in (0, 3)]
        misses += [abs(mean - true) > TO_99 * (high - mean) for true, mean, high in told]
        widths.append(one.today.high - one.today.low)
    assert (misses <= MOST_MISSES).all(), misses
    # intervals that are far too wide would never miss, and those without width always
    assert misses.sum() > 0
    assert 0.0 < np.mean(widths) < 0.02
