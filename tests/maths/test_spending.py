"""A budget spent on curves that end early against the same budget on whole curves."""

import numpy as np
import pytest

from keepline.maths import spending
from keepline.maths.allocate import merged_frontier, within_budget
from keepline.maths.frontiers import ManyCells, steady_pools
from keepline.maths.spending import Goods, curves_down_to, spend


class Fleet:
    """Draw pools of four depots; some cost nothing, some weigh nothing, some come by the lot."""

    def __init__(self, pools: int, seed: int, is_plain: bool = False) -> None:
        stream = np.random.default_rng(seed)
        self.rates = stream.gamma(0.6, 0.05, (pools, 4))
        self.resupply = stream.uniform(5.0, 90.0, pools)
        cost, weight = np.exp(stream.normal(5.0, 1.0, pools)), stream.gamma(1.0, 1.0, pools)
        least = np.ones(pools, np.int64)
        if not is_plain:
            cost[stream.random(pools) < 0.02] = 0.0
            weight[stream.random(pools) < 0.05] = 0.0
            least = stream.choice([0, 1, 6], pools)
        self.goods = Goods(cost, weight, least)

    def make(self, start: int, size: int) -> ManyCells:
        at = slice(start, start + size)
        return steady_pools(self.rates[at], np.array([0.0, 1.0, 2.0, 3.0]), self.resupply[at])


@pytest.mark.parametrize("price", [1e-2, 1e-3, 1e-5])
def test_curves_that_end_at_a_price_have_the_hull_of_the_whole_down_to_it(price: float) -> None:
    fleet = Fleet(60, 1)
    whole, _ = curves_down_to(fleet.make, fleet.goods, 0.0)
    short, centre = curves_down_to(fleet.make, fleet.goods, price)
    assert short.value.size < whole.value.size
    assert centre.size == short.value.size
    for i in range(60):
        here = short.value[short.first[i] : short.first[i + 1]]
        there = whole.value[whole.first[i] : whole.first[i + 1]]
        assert here == pytest.approx(there[: here.size], rel=1e-12, abs=1e-12)
    all_of_it, part = merged_frontier(whole), merged_frontier(short)
    steps = int((all_of_it.gain_per_cost > price).sum())
    assert steps > 0
    assert part.cost[: steps + 1] == pytest.approx(all_of_it.cost[: steps + 1])
    assert part.loss[: steps + 1] == pytest.approx(all_of_it.loss[: steps + 1])


@pytest.mark.parametrize("is_plain", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.6, 0.97, 2.0])
def test_a_budget_buys_what_it_buys_on_whole_curves(
    share: float, is_plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spending, "SAMPLES", 4)
    monkeypatch.setattr(spending, "RUN", 5)
    fleet = Fleet(400, 2, is_plain)
    curves, _ = curves_down_to(fleet.make, fleet.goods, 0.0)
    frontier = merged_frontier(curves)
    budget = share * float(frontier.cost[-1])
    expected = within_budget(curves, budget, frontier)
    found = spend(fleet.make, fleet.goods, budget)
    assert found.allocation.cost <= budget * (1 + 1e-12)
    assert found.allocation.relaxed == pytest.approx(expected.relaxed, rel=1e-9)
    assert found.allocation.bound <= expected.objective * (1 + 1e-12)
    if expected.is_exact and found.allocation.is_exact:
        assert found.allocation.objective == pytest.approx(expected.objective, rel=1e-9)
    assert found.frontier.cost[-1] > budget or found.price == 0.0
    assert (found.frontier.gain_per_cost >= found.price).all()


def test_a_price_guessed_too_high_is_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet(50, 3, is_plain=True)
    budget = 0.5 * float(spend(fleet.make, fleet.goods, 0.0).frontier.cost[-1])
    expected = spend(fleet.make, fleet.goods, budget)
    assert expected.price == 0.0
    right = float(expected.frontier.gain_per_cost[expected.frontier.cost[:-1] <= budget][-1])
    for times in (20.0, 1e6):
        monkeypatch.setattr(spending, "_guess", lambda *_, guess=right * times: guess)
        found = spend(fleet.make, fleet.goods, budget)
        assert found.price < right
        assert found.allocation.objective == pytest.approx(expected.allocation.objective)


def test_nothing_is_called_exact_that_units_beyond_the_curves_could_better() -> None:
    fleet = Fleet(50, 3, is_plain=True)
    whole = spend(fleet.make, fleet.goods, 5000.0)
    assert whole.allocation.is_exact
    corner = int(np.searchsorted(whole.frontier.cost, 5000.0, side="right")) - 1
    price = float(whole.frontier.gain_per_cost[corner])
    judged = spending._proven(
        whole.allocation, fleet.goods, whole.frontier, 5000.0, price * (1 - 1e-9)
    )
    assert not judged.is_exact
    assert judged.bound == whole.allocation.relaxed
    assert judged.gap == pytest.approx(judged.objective - judged.bound)
