"""Stockpyl's own orders under outages, a second opinion on ours, with random costs and rates.

Stockpyl searches for the best order by golden sections, so that its sizes are right to about the
root of what a cost is right to: costs are compared to 1e-9, sizes to 1e-5. It cuts the length of
an outage off at one in 1e10, so that costs of holding are compared to 1e-6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keepline.maths import lasttime, outages

if TYPE_CHECKING:
    from collections.abc import Iterator

newsvendor = pytest.importorskip("stockpyl.newsvendor", reason="make test installs stockpyl")
supply_uncertainty = pytest.importorskip("stockpyl.supply_uncertainty")

some = settings(deadline=None, max_examples=60, derandomize=True)


@pytest.fixture(scope="module", autouse=True)
def logarithm() -> Iterator[None]:
    """Give stockpyl the logarithm that it means; a star import hides it behind scipy's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(supply_uncertainty, "log", math.log)
        yield


ORDERING = st.builds(
    outages.Ordering,
    order_cost=st.floats(1.0, 500.0),
    holding_cost=st.floats(0.05, 10.0),
    shortage_cost=st.floats(1.0, 100.0),
    demand=st.floats(20.0, 5000.0),
    outage_rate=st.floats(0.05, 6.0),
    recovery_rate=st.floats(0.5, 40.0),
)
HOLDING = st.builds(
    outages.Holding,
    holding_cost=st.floats(0.01, 5.0),
    shortage_cost=st.floats(0.1, 60.0),
    demand=st.floats(1.0, 5000.0),
    outage_chance=st.floats(0.01, 0.9),
    recovery_chance=st.floats(0.02, 0.98),
)


def is_worth_ordering(terms: outages.Ordering) -> bool:
    """Tell whether an order can cost less than losing all demand; stockpyl always orders."""
    return outages.best_order(terms).units > 0.0


@some
@given(ORDERING, st.floats(0.1, 10.0))
def test_cost_of_an_order(terms: outages.Ordering, factor: float) -> None:
    units = outages.near_order(terms).units * factor
    theirs = supply_uncertainty.eoq_with_disruptions_cost(units, *terms)
    assert outages.ordering_cost(terms, units) == pytest.approx(theirs, rel=1e-12)


@some
@given(ORDERING)
def test_best_order(terms: outages.Ordering) -> None:
    assume(is_worth_ordering(terms))
    ours = outages.best_order(terms)
    units, cost = supply_uncertainty.eoq_with_disruptions(*terms)
    assert ours.cost <= cost * (1.0 + 1e-12)
    assert ours.cost == pytest.approx(cost, rel=1e-9)
    assert ours.units == pytest.approx(units, rel=1e-5)


@some
@given(ORDERING)
def test_near_order(terms: outages.Ordering) -> None:
    ours = outages.near_order(terms)
    units, cost = supply_uncertainty.eoq_with_disruptions(*terms, approximate=True)
    assert ours.units == pytest.approx(units, rel=1e-9)
    assert ours.cost == pytest.approx(cost, rel=1e-9)


@some
@given(HOLDING)
def test_best_holding(terms: outages.Holding) -> None:
    ours = outages.best_holding(terms)
    units, cost = supply_uncertainty.newsvendor_with_disruptions(*terms)
    assert ours == pytest.approx(units, rel=1e-12)
    assert outages.holding_cost(terms, ours) == pytest.approx(cost, rel=1e-6)


@some
@given(HOLDING, st.floats(0.0, 12.0))
def test_cost_of_holding(terms: outages.Holding, periods: float) -> None:
    units = terms.demand * periods
    _, theirs = supply_uncertainty.newsvendor_with_disruptions(*terms, base_stock_level=units)
    assert outages.holding_cost(terms, units) == pytest.approx(theirs, rel=1e-6)


@some
@given(st.floats(0.05, 5.0), st.floats(0.1, 50.0), st.floats(0.2, 60.0))
def test_last_order_of_one_branch(holding: float, shortage: float, mean: float) -> None:
    demand = (np.array([mean]), np.ones(1))
    ours = lasttime.final_order(*demand, shortage, holding)
    units, cost = newsvendor.newsvendor_poisson(holding, shortage, mean)
    assert ours == units
    found = lasttime.final_order_cost(*demand, shortage, holding, ours)
    assert found == pytest.approx(cost, rel=1e-9)
