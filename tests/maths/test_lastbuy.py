"""Last-time buys under all limits against every combination of orders."""

import itertools
from typing import NamedTuple

import numpy as np
import pytest

from keepline.maths import poisson
from keepline.maths.allocate import Curves, merged_frontier, within_budget
from keepline.maths.lastbuy import buy_to, buy_within
from keepline.maths.lastbuy_exact import Effort
from keepline.maths.lastbuy_ground import NONE, UNLIMITED, Kind, Limits, Orderable
from keepline.maths.lastbuy_relax import (
    MINIMUM_ORDER,
    WORDS,
    opening_prices,
    relaxations,
    without,
)

NO_SEARCH = Effort(pools=0)
SUPPLIERS = TREES = 2


class Plans(NamedTuple):
    """Every allowed combination of orders of a small case."""

    units: np.ndarray  # [plans, n, K]
    loss: np.ndarray
    cost: np.ndarray


def drawn(seed: int) -> tuple[Orderable, Limits]:
    """Draw a few pools, some free, without weight or curve or with minimum orders, and limits."""
    stream = np.random.default_rng(seed)
    n = int(stream.integers(1, 5))
    quarters = int(stream.integers(1, 4 if n < 4 else 3))
    sizes = stream.integers(1, 5, (n, quarters))
    cost = stream.choice([0.0, 1.5, 2.25, 3.1, stream.random() * 4], (n, 1))
    rise = stream.choice([1.0, 1.1, 0.9], quarters) if stream.random() < 0.3 else 1.0
    values = [np.sort(stream.random(k))[::-1] * stream.choice([0, 1, 3]) for k in sizes.ravel()]
    orderable = Orderable(
        first=np.concatenate(([0], np.cumsum(sizes))),
        loss=np.concatenate(values),
        weight=stream.choice([0.0, 1.0, 2.5], n),
        cost=cost * rise * np.ones(quarters),
        volume=stream.choice([0.0, 0.5, 1.0], n),
        supplier=stream.integers(NONE, SUPPLIERS, n),
        tree=stream.integers(NONE, TREES, n),
        minimum_order=stream.integers(0, 4, n),
        most=stream.choice([0, 2, UNLIMITED, UNLIMITED], (n, quarters)),
    )
    limits = Limits(
        budget=float(stream.choice([np.inf, 0.0, 3.0, 6.1, 10.0])),
        quarter_budget=stream.choice([np.inf, 0.0, 3.0, 5.5], quarters),
        capacity=stream.choice([np.inf, 0.0, 1.0, 2.0, 4.0], (SUPPLIERS, quarters)),
        room=stream.choice([np.inf, 0.0, 1.5, 3.0], TREES),
    )
    return orderable, limits


def schedules(orderable: Orderable, i: int) -> list[tuple[int, ...]]:
    quarters = orderable.cost.shape[1]
    sizes = np.diff(orderable.first)[i * quarters : (i + 1) * quarters]
    least = max(1, int(orderable.minimum_order[i]))
    top = int(sizes.max()) - 1 + least
    orders = [[0, *range(least, min(top, int(most)) + 1)] for most in orderable.most[i]]
    return [one for one in itertools.product(*orders) if sum(one) <= top]


def loss_of(orderable: Orderable, i: int, units: tuple[int, ...]) -> float:
    quarters = orderable.cost.shape[1]
    total = 0.0
    for k, arrived in enumerate(itertools.accumulate(units)):
        curve = orderable.loss[
            orderable.first[i * quarters + k] : orderable.first[i * quarters + k + 1]
        ]
        total += curve[min(arrived, len(curve) - 1)]
    return float(orderable.weight[i] * total)


def every_plan(orderable: Orderable, limits: Limits) -> Plans:
    lists = [schedules(orderable, i) for i in range(len(orderable.weight))]
    losses = [[loss_of(orderable, i, one) for one in each] for i, each in enumerate(lists)]
    units = np.array(list(itertools.product(*lists)))
    loss = np.array([sum(each) for each in itertools.product(*losses)])
    is_kept = (taken(orderable, limits, units) <= 1.0 + 1e-9).all(axis=1)
    cost = (units * orderable.cost).sum(axis=(1, 2))
    return Plans(units[is_kept], loss[is_kept], cost[is_kept])


def taken(orderable: Orderable, limits: Limits, units: np.ndarray) -> np.ndarray:
    """Return what plans take, as shares of the limits; infinite where the limit is 0."""
    money = units * orderable.cost
    columns = [(money.sum(axis=(1, 2)), limits.budget)]
    columns += [(money[:, :, k].sum(axis=1), b) for k, b in enumerate(limits.quarter_budget)]
    for g, k in np.ndindex(limits.capacity.shape):
        own = units[:, orderable.supplier == g, k].sum(axis=1)
        columns.append((own, limits.capacity[g, k]))
    for t, room in enumerate(limits.room):
        own = orderable.tree == t
        columns.append(((units[:, own].sum(axis=2) * orderable.volume[own]).sum(axis=1), room))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([np.nan_to_num(use / limit) for use, limit in columns], axis=1)


def check_kept(orderable: Orderable, limits: Limits, units: np.ndarray) -> None:
    assert (taken(orderable, limits, units[None]) <= 1.0 + 1e-9).all()
    bought = units > 0
    assert (units >= orderable.minimum_order[:, None])[bought].all()
    assert (units <= orderable.most).all()
    assert (units >= 0).all()


def many(n: int, seed: int, quarters: int = 3) -> tuple[Orderable, Limits]:
    """Draw pools with Poisson losses, several suppliers and trees, and limits that bind."""
    stream = np.random.default_rng(seed)
    last = stream.gamma(0.7, 6, n) + 0.05
    means = last[:, None] * np.linspace(0.4, 1.0, quarters)
    curves = [
        [poisson.ebo(float(mean), s) for s in range(poisson.quantile(float(mean), 1 - 1e-7) + 2)]
        for mean in means.ravel()
    ]
    cost = np.exp(stream.normal(6, 1.2, n))
    supplier = stream.integers(0, SUPPLIERS, n)
    orderable = Orderable(
        first=np.concatenate(([0], np.cumsum([len(curve) for curve in curves]))),
        loss=np.concatenate(curves),
        weight=stream.gamma(2, 0.5, n),
        cost=np.repeat(cost[:, None], quarters, axis=1),
        volume=stream.random(n),
        supplier=supplier,
        tree=stream.integers(0, TREES, n),
        minimum_order=stream.choice([1, 1, 1, 4], n),
        most=np.full((n, quarters), UNLIMITED),
    )
    capacity = [[0.2 * last[supplier == g].sum()] * quarters for g in range(SUPPLIERS)]
    budget = 0.5 * float(cost @ last)
    limits = Limits(
        budget=budget,
        quarter_budget=np.full(quarters, 0.5 * budget),
        capacity=np.floor(np.array(capacity)),
        room=np.full(TREES, 0.25 * last.sum()),
    )
    return orderable, limits


@pytest.mark.parametrize("seed", range(60))
def test_the_least_loss_is_that_of_every_combination(seed: int) -> None:
    orderable, limits = drawn(seed)
    least = every_plan(orderable, limits).loss.min()
    found = buy_within(orderable, limits)
    check_kept(orderable, limits, found.units)
    assert found.is_exact
    assert found.loss == pytest.approx(least, abs=1e-9)
    assert found.bound <= least + 1e-9
    assert found.cost == pytest.approx((found.units * orderable.cost).sum())
    assert found.loss == pytest.approx(
        sum(loss_of(orderable, i, tuple(row)) for i, row in enumerate(found.units))
    )


@pytest.mark.parametrize("seed", range(60))
def test_without_the_last_search_the_bound_still_holds(seed: int) -> None:
    orderable, limits = drawn(seed)
    least = every_plan(orderable, limits).loss.min()
    found = buy_within(orderable, limits, NO_SEARCH)
    check_kept(orderable, limits, found.units)
    assert found.bound <= least + 1e-9
    assert found.loss >= least - 1e-9
    assert found.loss - found.bound == pytest.approx(found.gap * found.loss)
    assert not found.is_exact or found.loss == pytest.approx(least)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 1.0])
def test_a_target_is_met_at_the_least_cost_of_every_combination(seed: int, share: float) -> None:
    orderable, limits = drawn(seed)
    plans = every_plan(orderable, limits)
    target = (1.0 - share) * plans.loss.min() + share * plans.loss.max() + 1e-9
    least = plans.cost[plans.loss <= target].min()
    found = buy_to(orderable, limits, target)
    check_kept(orderable, limits, found.units)
    assert found.is_reached
    assert found.loss <= target * (1 + 1e-9)
    assert found.is_exact
    assert found.cost == pytest.approx(least, abs=1e-9)
    assert found.bound <= least + 1e-9


@pytest.mark.parametrize("seed", range(40))
def test_what_collides_with_a_target_and_the_least_that_mends_it(seed: int) -> None:
    orderable, limits = drawn(seed)
    least = every_plan(orderable, limits).loss.min()
    free = Limits(np.inf, *(np.full(one.shape, np.inf) for one in limits[1:]))
    target = 0.4 * every_plan(orderable, free).loss.min() + 0.6 * least
    if target > least - 1e-6:
        assert relaxations(orderable, limits, target + 1e-6).is_met
        return
    found = relaxations(orderable, limits, target)
    assert not found.is_met
    assert found.is_proven
    assert found.relaxations[-1].enough == pytest.approx(least)
    told = {(one.what, one.which, one.quarter): one for one in found.relaxations}
    for held in found.best.limits:
        lifted = every_plan(orderable, without(limits, held.kind, held.which, held.quarter))
        one = told.get((WORDS[held.kind], held.which, held.quarter))
        assert (one is not None) == bool((lifted.loss <= target * (1 + 1e-12)).any())
        if one is not None:
            assert one.enough == pytest.approx(least_use(orderable, lifted, held, target))
            assert held.limit <= one.least <= one.enough


def least_use(orderable: Orderable, plans: Plans, held, target: float) -> float:
    units = plans.units[plans.loss <= target * (1 + 1e-12)]
    money = units * orderable.cost
    if held.kind == Kind.BUDGET:
        return money.sum(axis=(1, 2)).min()
    if held.kind == Kind.QUARTER_BUDGET:
        return money[:, :, held.quarter].sum(axis=1).min()
    if held.kind == Kind.CAPACITY:
        return units[:, orderable.supplier == held.which, held.quarter].sum(axis=1).min()
    own = orderable.tree == held.which
    return (units[:, own].sum(axis=2) * orderable.volume[own]).sum(axis=1).min()


def test_minimum_orders_over_the_budget_are_named() -> None:
    orderable, limits = one_pool(minimum_order=10, budget=5.0)
    found = relaxations(orderable, limits, 1.5)
    named = {one.what: one for one in found.relaxations}
    assert named["budget"].limit == 5.0
    assert named["budget"].enough == 10.0
    # a minimum of 5 = ceil(10 * 0.5) is the greatest that 5 of money pay for
    assert named[MINIMUM_ORDER].enough == 0.5
    assert named[MINIMUM_ORDER].least > 0.5
    assert found.best.loss == 10.0


def one_pool(minimum_order: int = 1, budget: float = 5.0) -> tuple[Orderable, Limits]:
    loss = np.array([10.0, 6.0, 4.0, 2.0, 1.0, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0])
    none = np.array([NONE])
    orderable = Orderable(
        first=np.array([0, 11]),
        loss=loss,
        weight=np.ones(1),
        cost=np.ones((1, 1)),
        volume=np.ones(1),
        supplier=none,
        tree=none,
        minimum_order=np.array([minimum_order]),
        most=np.array([[UNLIMITED]]),
    )
    return orderable, Limits(budget, np.array([np.inf]), np.empty((0, 1)), np.empty(0))


def test_one_pool_in_one_quarter_and_what_one_more_brings() -> None:
    found = buy_within(*one_pool())
    assert found.units.tolist() == [[5]]
    assert found.loss == 0.5
    (held,) = found.limits
    assert (held.kind, held.limit, held.used) == (Kind.BUDGET, 5.0, 5.0)


def test_a_price_is_what_one_more_of_a_limit_brings_where_losses_are_near_smooth() -> None:
    orderable, limits = many(400, 3)
    found = buy_within(orderable, limits, NO_SEARCH)
    (budget,) = [one for one in found.limits if one.kind == Kind.BUDGET]
    assert budget.price > 0.0
    step = 0.01 * limits.budget
    more = buy_within(orderable, limits._replace(budget=limits.budget + step), NO_SEARCH)
    fewer = buy_within(orderable, limits._replace(budget=limits.budget - step), NO_SEARCH)
    doubt = 1e-5 * found.loss / step
    # the bound is convex in the limit, and the price is its slope
    assert (found.bound - more.bound) / step <= budget.price + doubt
    assert (fewer.bound - found.bound) / step >= budget.price - doubt


def test_a_limit_of_nothing_is_priced_by_its_first_unit() -> None:
    orderable, limits = one_pool(budget=0.0)
    found = buy_within(orderable, limits)
    assert found.units.sum() == 0
    assert found.limits[0].price == 0.0
    assert opening_prices(orderable, limits, found)[0].price == pytest.approx(4.0)


@pytest.mark.parametrize("seed", range(3))
def test_many_pools_keep_every_limit_with_a_small_gap(seed: int) -> None:
    orderable, limits = many(600, seed)
    found = buy_within(orderable, limits)
    check_kept(orderable, limits, found.units)
    assert 0.0 <= found.gap <= 1e-3
    assert found.loss > 0.0
    cheapest = buy_to(orderable, limits, 1.2 * found.loss)
    check_kept(orderable, limits, cheapest.units)
    assert cheapest.is_reached
    assert cheapest.cost < found.cost
    assert 0.0 <= cheapest.gap <= 5e-3


def test_with_the_budget_alone_both_optimisers_agree() -> None:
    orderable, limits = many(40, 9, quarters=1)
    alone = Limits(limits.budget, np.array([np.inf]), np.full((2, 1), np.inf), np.full(2, np.inf))
    curves = Curves(
        orderable.first,
        orderable.loss,
        orderable.cost[:, 0],
        orderable.weight,
        orderable.minimum_order,
    )
    other = within_budget(curves, limits.budget, merged_frontier(curves))
    found = buy_within(orderable, alone)
    assert other.is_exact
    assert found.bound <= other.objective * (1 + 1e-9)
    assert found.loss >= other.objective * (1 - 1e-9)
    if found.is_exact:
        assert found.loss == pytest.approx(other.objective, rel=1e-8)


def test_a_target_out_of_reach_gives_the_least_loss_and_a_proof() -> None:
    orderable, limits = one_pool()
    found = buy_to(orderable, limits, 0.4)
    assert not found.is_reached
    assert found.loss == 0.5
    assert found.bound > 0.4


def test_a_target_met_by_nothing_costs_nothing() -> None:
    orderable, limits = one_pool()
    found = buy_to(orderable, limits, 10.0)
    assert found.is_reached
    assert found.is_exact
    assert (found.cost, found.units.sum(), found.loss) == (0.0, 0, 10.0)


def test_no_pools_and_no_losses_need_nothing() -> None:
    orderable, limits = one_pool()
    empty = Orderable(np.zeros(1, np.int64), *(one[:0] for one in orderable[1:]))
    assert buy_within(empty, limits).units.shape == (0, 1)
    idle = orderable._replace(weight=np.zeros(1))
    assert buy_within(idle, limits).units.sum() == 0
    assert buy_to(idle, limits, 0.0).is_reached
