"""What must hold of any last-time buy, whatever its numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.maths.lastbuy import LastBuy, buy_within
from keepline.maths.lastbuy_ground import NONE, UNLIMITED, Limits, Orderable

LIMIT = st.one_of(st.just(float("inf")), st.integers(0, 12).map(float))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Orderable, Limits]:
    n, quarters = draw(st.integers(1, 4)), draw(st.integers(1, 3))

    def numbers(values: st.SearchStrategy, *shape: int) -> np.ndarray:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(values, min_size=size, max_size=size))).reshape(shape)

    sizes = numbers(st.integers(1, 6), n * quarters)
    falls = [numbers(st.integers(0, 50), size)[::-1].cumsum()[::-1] for size in sizes]
    orderable = Orderable(
        first=np.concatenate(([0], np.cumsum(sizes))),
        loss=np.concatenate(falls).astype(np.float64),
        weight=numbers(st.sampled_from([0.0, 0.5, 1.0]), n),
        cost=np.repeat(numbers(st.sampled_from([0.0, 1.0, 2.5, 4.0]), n, 1), quarters, axis=1),
        volume=numbers(st.sampled_from([0.0, 1.0]), n),
        supplier=numbers(st.integers(NONE, 0), n),
        tree=numbers(st.integers(NONE, 0), n),
        minimum_order=numbers(st.integers(0, 3), n),
        most=numbers(st.sampled_from([0, 3, UNLIMITED]), n, quarters),
    )
    limits = Limits(
        draw(LIMIT), numbers(LIMIT, quarters), numbers(LIMIT, 1, quarters), numbers(LIMIT, 1)
    )
    return orderable, limits


def is_close(one: LastBuy, other: LastBuy) -> bool:
    """Tell whether two searches agree as far as their bounds let them."""
    low, high = max(one.bound, other.bound), min(one.loss, other.loss)
    return low <= high + 1e-7 * (1.0 + abs(high))


@settings(max_examples=60, deadline=None)
@given(case=cases(), grown=st.integers(0, 3), extra=st.integers(1, 5))
def test_more_of_any_limit_never_hurts(
    case: tuple[Orderable, Limits], grown: int, extra: int
) -> None:
    orderable, limits = case
    more = limits._replace(**{limits._fields[grown]: limits[grown] + extra})
    before, after = buy_within(orderable, limits), buy_within(orderable, more)
    assert after.loss <= before.loss + 1e-7 * (1.0 + before.loss)


@settings(max_examples=60, deadline=None)
@given(case=cases(), random=st.randoms(use_true_random=False))
def test_the_order_of_pools_changes_nothing(case: tuple[Orderable, Limits], random) -> None:
    orderable, limits = case
    n, quarters = orderable.cost.shape
    turn = list(range(n))
    random.shuffle(turn)
    rows = [i * quarters + k for i in turn for k in range(quarters)]
    curves = [orderable.loss[orderable.first[q] : orderable.first[q + 1]] for q in rows]
    other = Orderable(
        np.concatenate(([0], np.cumsum([len(curve) for curve in curves]))),
        np.concatenate(curves),
        *(column[turn] for column in orderable[2:]),
    )
    one, two = buy_within(orderable, limits), buy_within(other, limits)
    assert is_close(one, two)
    assert abs(one.loss - two.loss) <= 1e-7 * (1.0 + one.loss)


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_limits_of_nothing_leave_everything_as_it_is(case: tuple[Orderable, Limits]) -> None:
    orderable, limits = case
    costly = orderable._replace(cost=np.ones_like(orderable.cost))
    found = buy_within(costly, limits._replace(budget=0.0))
    assert found.units.sum() == 0
    assert found.is_exact
    n, quarters = costly.cost.shape
    first = costly.loss[costly.first[:-1]].reshape(n, quarters).sum(axis=1)
    assert abs(found.loss - float(costly.weight @ first)) <= 1e-9 * (1.0 + found.loss)


@settings(max_examples=60, deadline=None)
@given(case=cases(), scale=st.sampled_from([1e-3, 0.25, 8.0, 1e4]))
def test_units_of_money_change_nothing(case: tuple[Orderable, Limits], scale: float) -> None:
    orderable, limits = case
    other = orderable._replace(cost=orderable.cost * scale)
    scaled = limits._replace(
        budget=limits.budget * scale, quarter_budget=limits.quarter_budget * scale
    )
    one, two = buy_within(orderable, limits), buy_within(other, scaled)
    assert abs(one.loss - two.loss) <= 1e-7 * (1.0 + one.loss)


@settings(max_examples=60, deadline=None)
@given(case=cases(), scale=st.sampled_from([1e-9, 1e-4, 1e6]))
def test_units_of_loss_change_nothing(case: tuple[Orderable, Limits], scale: float) -> None:
    orderable, limits = case
    one = buy_within(orderable, limits)
    two = buy_within(orderable._replace(loss=orderable.loss * scale), limits)
    assert abs(one.loss - two.loss / scale) <= 1e-7 * (1.0 + one.loss)
