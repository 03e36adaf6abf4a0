"""Swaps slip as a slow walk over quarters says, by draws that depend on their address alone."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from keepline.maths.slipping import Slips, Swaps, slipped
from keepline.maths.streams import SLIP, uniforms

EDGES = np.array([0.0, 9.0, 101.0, 193.0, 284.0])


def swaps_of(regions: list[list[tuple[float, float]]], capacity: list[list[float]]) -> Swaps:
    both = [one for region in regions for one in region]
    first = np.cumsum([0, *map(len, regions)])
    return Swaps(
        np.array([day for day, _ in both]),
        np.array([work for _, work in both]),
        first,
        np.array(capacity),
        EDGES,
    )


def some(seed: int) -> Swaps:
    random = np.random.default_rng(seed)
    regions = [
        sorted((float(day), float(work)) for day, work in zip(
            random.integers(-20, 250, 12), random.uniform(0.5, 4.0, 12), strict=True))
        for _ in range(3)
    ]  # fmt: skip
    return swaps_of(regions, random.uniform(10.0, 20.0, (3, 4)).tolist())


def slowly(swaps: Swaps, slips: Slips, seed: int, replication: int) -> list[float]:
    """Walk over the quarters of each region with lists."""

    def drawn(stream: int, k: int) -> float:
        return float(uniforms(seed, stream, replication, 1, SLIP, k)[0])

    late = slips.late_days if drawn(0, 0) < slips.late_probability else 0.0
    found = [math.inf] * len(swaps.day)
    for region in range(len(swaps.first) - 1):
        queue = [
            (at, swaps.day[at] + (late if swaps.day[at] >= slips.late_from else 0.0))
            for at in range(swaps.first[region], swaps.first[region + 1])
        ]
        for at, day in queue:
            if day < 0.0:
                found[at] = day
        queue = [one for one in queue if one[1] >= 0.0]
        for quarter, (begin, end) in enumerate(pairwise(EDGES)):
            left = swaps.capacity[region, quarter]
            if drawn(1 + region, quarter) < slips.short_probability[region]:
                left = left * (1.0 - slips.short_share)
            done = 0.0
            while queue and queue[0][1] < end:
                at, day = queue[0]
                if done + swaps.work[at] > left * (1 + 1e-9):
                    break
                found[at] = day if day >= begin else math.floor(begin + (end - begin) * done / left)
                done += swaps.work[at]
                queue.pop(0)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_slow_walk(seed: int) -> None:
    swaps = some(seed)
    slips = Slips(0.5, 37.0, 60.0, np.array([0.4, 0.0, 0.9]), 0.6)
    found = slipped(swaps, slips, seed, 100, 20)
    assert found.tolist() == [slowly(swaps, slips, seed, 100 + row) for row in range(20)]
    assert len({tuple(row) for row in found.tolist()}) > 1


def test_no_swap_is_early_and_order_stays() -> None:
    swaps = some(9)
    found = slipped(swaps, Slips(0.3, 50.0, 0.0, np.full(3, 0.5), 0.7), 1, 0, 200)
    assert (found >= swaps.day).all()
    with np.errstate(invalid="ignore"):  # never less never
        for first, last in zip(swaps.first[:-1], swaps.first[1:], strict=True):
            steps = np.diff(found[:, first:last], axis=1)
            is_carried = steps < 0.0
            # what is planned keeps its day although what was carried is spread over the quarter
            assert (found[:, first : last - 1][is_carried] > 0.0).all()


def test_blocks_join() -> None:
    swaps, slips = some(3), Slips(0.5, 20.0, 0.0, np.full(3, 0.5), 0.5)
    whole = slipped(swaps, slips, 4, 0, 30)
    cut = np.vstack([slipped(swaps, slips, 4, first, 10) for first in (0, 10, 20)])
    assert (whole == cut).all()


def test_nothing_slips_where_nothing_is_likely() -> None:
    swaps = swaps_of([[(5.0, 1.0), (5.0, 1.0), (150.0, 3.0)]], [[2.0, 3.0, 3.0, 3.0]])
    found = slipped(swaps, Slips(0.0, 90.0, 0.0, np.zeros(1), 1.0), 0, 0, 3)
    assert (found == swaps.day).all()


def test_no_crews_at_all_swap_nothing() -> None:
    swaps = swaps_of([[(5.0, 1.0), (150.0, 1.0)]], [[1.0] * 4])
    found = slipped(swaps, Slips(0.0, 0.0, 0.0, np.ones(1), 1.0), 0, 0, 2)
    assert np.isinf(found).all()


def test_draws_come_as_often_as_they_should() -> None:
    swaps = swaps_of([[(20.0, 1.0)], [(20.0, 1.0)]], [[1.0] * 4] * 2)
    late = slipped(swaps, Slips(0.3, 10.0, 0.0, np.zeros(2), 0.0), 2, 0, 40_000)
    assert (late[:, 0] == late[:, 1]).all()  # one draw for all regions
    assert abs((late[:, 0] == 30.0).mean() - 0.3) < 3.3 * math.sqrt(0.21 / 40_000)
    short = slipped(swaps, Slips(0.0, 0.0, 0.0, np.full(2, 0.4), 1.0), 2, 0, 40_000)
    # by the second quarter, or the third, or the fourth, with the chance of each
    for column in range(2):
        assert abs((short[:, column] == 20.0).mean() - 0.6) < 3.3 * math.sqrt(0.24 / 40_000)
        assert abs((short[:, column] == 101.0).mean() - 0.24) < 3.3 * math.sqrt(0.19 / 40_000)
    both = ((short[:, 0] == 20.0) & (short[:, 1] == 20.0)).mean()
    assert abs(both - 0.36) < 3.3 * math.sqrt(0.24 / 40_000)  # each region by itself
