"""The field kernel against a second simulator, written apart from it, on families of every kind."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from keepline.maths.doubt import factors_drawn
from keepline.maths.field import record
from keepline.maths.field.play import play_family

from .field_families import random_case
from .field_reference import Replication

NAMES = [name for name in vars(record) if name.isupper() and name != "COUNTS"]


def factors(family, settings, seed, first, replications):
    if not settings.has_rates:
        return np.ones((replications, len(family.parts.rate)))
    pairs = zip(family.parts.rate_shape, family.parts.stream, strict=True)
    return np.stack([factors_drawn(float(shape), seed, int(stream), first, replications)
                     for shape, stream in pairs], axis=1)  # fmt: skip


def assert_same(kept, row, other):
    """Hold one replication of the kernel against the second opinion's."""
    number = other.number
    for p in range(other.P):
        theirs = other.counts(p)
        mine = dict(zip(NAMES, kept.counts[row, p].tolist(), strict=True))
        assert mine == {name: theirs[name] for name in NAMES}
        assert kept.first_short_day[row, p] == pytest.approx(other.first_short(p), abs=1e-9)
        for loc in range(other.L):
            assert kept.on_hand[row, p, loc] == len(other.shelf[p, loc])
        for k, (start, end) in enumerate(pairwise(other.edges)):
            areas = [other.area(p, loc, start, end) for loc in range(other.L)]
            short = [other.short(p, loc, end) for loc in range(other.L)]
            assert kept.backorder_days[row, k, p] == pytest.approx(sum(areas), abs=1e-9)
            assert kept.short_at_end[row, k, p] == sum(short)
            assert kept.ordered[row, k, p] == other.ordered[k + 1][p]
            if kept.location_days.size:
                assert kept.location_days[row, k, p] == pytest.approx(areas, abs=1e-9)
                assert kept.location_short[row, k, p].tolist() == short
    at = kept.log_replication == number
    assert kept.log_row[at].tolist() == [row for _, row, _ in other.log]
    assert kept.log_out[at].tolist() == [out for _, _, out in other.log]
    assert kept.log_day[at] == pytest.approx([day for day, _, _ in other.log], abs=1e-9)


def held_against_reference(case):
    family, laws, law, swap_day, edges, settings, seed, first = case
    kept = play_family(*case)
    assert not record.imbalance(kept.counts).any()
    drawn = factors(family, settings, seed, first, len(law))
    for row in range(len(law)):
        other = Replication(family, laws, law[row], drawn[row], swap_day[row], edges, settings,
                            seed, first + row).play()  # fmt: skip
        assert_same(kept, row, other)
    return kept


@pytest.mark.parametrize("start", range(0, 300, 50))
@pytest.mark.parametrize("share_on", [0.0, 0.5, 1.0])
def test_every_unit_goes_where_a_second_simulator_says(start, share_on):
    seen = np.zeros(record.COUNTS, np.int64)
    for seed in range(start, start + 50):
        seen += held_against_reference(random_case(seed, share_on)).counts.sum((0, 1))
    assert seen[record.REMOVALS] > 1000
    met = set(np.flatnonzero(seen).tolist())
    if share_on == 1.0:
        assert met == set(range(record.COUNTS))
