"""How long an order may be put off, against looking at every day of order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from keepline.stock.ground import Dates, view
from keepline.stock.sight import free_until, sight

if TYPE_CHECKING:
    from collections.abc import Callable

EDGES = np.array([0.0, 31.0, 60.0, 91.0, 121.0, 152.0, 182.0])


def seen(case: Callable[..., Any], seed: int, ship: float) -> Any:
    """A part at the centre and a depot; supply is cut, comes back and slows down by chance."""
    draw = np.random.default_rng(seed)
    cuts = []
    for branch in range(2):
        days = np.sort(draw.integers(1, 150, 3)).tolist()
        for day in days:
            share, factor = float(draw.choice([1.0, 1.0, 0.0])), float(draw.choice([1.0, 2.0, 0.5]))
            cuts.append(("p", branch, "supply", day, share, factor))
    found = case(
        {"p": {"lead_days": float(draw.integers(5, 40)), "failures_per_year": 1.0}},
        {"c": {}, "d": {"parent_id": "c", "ship_days": ship}},
        {"s": "c", "t": "d"},
        [("s", "p", 5), ("t", "p", 5)][seed % 2 :],
        cuts=list({(one[3], one[1]): one for one in cuts}.values()),
        chances=(0.5, 0.5),
        days=182,
    )
    one = view(found.pools, found.supply, np.array([0.5, 0.5]), Dates.of(EDGES), 0)
    share = np.zeros(6)
    share[draw.integers(0, 6, 2)] = 0.5
    return one.weighted(share / share.sum())


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("ship", [4.0, 2.5])
def test_no_later_day_is_as_good_and_every_earlier_one_is(
    case: Callable[..., Any], seed: int, ship: float
) -> None:
    one = seen(case, seed, ship)
    weighs = (one.cells.weight > 0.0)[:, None] & (one.cells.f > 0.0)

    def there(day: int) -> np.ndarray:
        found = sight(one, one.meeting.arrival_day(float(day)))
        return np.stack([found.at_centre & weighs, found.at_depot & weighs])

    today = there(0)
    found = free_until(one, sight(one, one.meeting.arrival_day(0.0)))
    if not today.any():
        assert found is None
        return
    assert found is not None
    for day in range(int(found) + 1):
        assert (there(day) >= today).all()
    first = one.meeting.arrival_day(0.0)
    if found < 181.0 and first <= one.meeting.arrival_day(found + 1.0):
        # a day more loses something in a month that decides, or comes after the next cut
        late = there(int(found) + 1)
        assert (late < today).any() or _is_cut(one, found + 1.0)


def _is_cut(one: Any, day: float) -> bool:
    """Tell whether a law cuts supply between the arrival of today's order and that of the day."""
    every, first = one.meeting.every, one.meeting.arrival_day(0.0)
    there = one.meeting.arrival_day(day)
    return any(
        first < start <= there and share < 1.0
        for law in one.meeting.laws
        for start, share in zip(
            every.start[every.first[law] : every.first[law + 1]],
            every.supply_share[every.first[law] : every.first[law + 1]],
            strict=True,
        )
    )
