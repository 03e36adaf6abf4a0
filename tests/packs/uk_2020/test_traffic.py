from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepline.packs.uk_2020 import shares, traffic


@given(top=st.floats(0.01, 0.5), extra=st.floats(0.01, 0.4), sites=st.integers(2, 400))
def test_the_law_goes_through_its_point(top: float, extra: float, sites: int) -> None:
    spread = traffic.spread_of(top, top + extra)
    by_rank = traffic.by_rank(sites, spread)
    assert by_rank.sum() == pytest.approx(sites)
    assert (np.diff(by_rank) <= 1e-9).all(), "the busiest come first"
    assert (by_rank > 0).all()


def test_the_busiest_sites_carry_the_published_share() -> None:
    by_rank = traffic.by_rank(19_000, traffic.spread_of(1_500 / 19_000, 0.25))
    assert by_rank[:1_500].sum() / by_rank.sum() == pytest.approx(0.25, abs=1e-12)
    assert by_rank[:1_499].sum() / by_rank.sum() < 0.25


@given(
    weights=st.lists(st.floats(0.001, 1_000), min_size=1, max_size=50),
    total=st.integers(0, 10_000),
)
def test_whole_parts_add_up_and_stay_within_one(weights: list[float], total: int) -> None:
    exact = np.array(weights) / np.sum(weights) * total
    parts = shares.whole_parts(np.array(weights), total)
    assert parts.sum() == total
    assert (np.abs(parts - exact) < 1 + 1e-9).all()
