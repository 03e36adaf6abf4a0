"""Published and twice-computed stock figures: every one to its last digit shown.

Where the other reference cases stand: the play of one site and of two echelons, and the shares that
survive a cut of repair, in agreement/test_events_exact.py and maths/test_survival_play.py; the days
to survive of a part with a second source in maths/test_reach.py. One published case is left out:
the echelon base stocks of a serial system under normal demand (Clark and Scarf 1960). Keepline
plans trees of depots under Poisson removals, judged at dates, and holds no long-run cost of
echelons to compare them with.
"""

import math

import numpy as np
import pytest

from keepline.maths import (
    allocate,
    echelon,
    lasttime,
    outages,
    outstanding,
    poisson,
    substitution,
)
from keepline.maths.echelon import EXACT, METRIC, VARI_METRIC
from keepline.maths.service import availability, log_service


@pytest.mark.parametrize(
    ("mean", "stock", "short", "fill_rate"),
    [
        (10.0, 12, 0.5309162537, 0.6967761463),
        (2.5, 4, 0.1707717428, 0.7575761331),
        (0.8, 2, 0.0581210995, 0.8087921354),
    ],
)
def test_one_site_under_palm(mean: float, stock: int, short: float, fill_rate: float) -> None:
    assert poisson.ebo(mean, stock) == pytest.approx(short, abs=1e-10)
    assert poisson.cdf(mean, stock - 1) == pytest.approx(fill_rate, abs=1e-10)


@pytest.mark.parametrize(
    ("servers", "load", "blocked"), [(10, 10.0, 0.2145823431), (3, 2.0, 0.2105263158)]
)
def test_erlang_b_is_a_ratio_of_the_same_law(servers: int, load: float, blocked: float) -> None:
    found = poisson.pmf(load, servers) / poisson.cdf(load, servers)
    assert found == pytest.approx(blocked, abs=1e-10)


def test_order_from_a_supplier_out_at_random() -> None:
    """Snyder and Shen, Fundamentals of Supply Chain Theory, example 9.1.

    The size published, 772.8110631910017, comes from golden sections, which see no cost differ
    that near the least: it is 5e-6 from the best size, to fifty digits, at the same cost.
    """
    terms = outages.Ordering(8.0, 0.225, 5.0, 1300.0, 1.5, 14.0)
    best = outages.best_order(terms)
    assert best.units == pytest.approx(772.8110631910017, abs=1e-5)
    assert best.units == pytest.approx(772.8110682567058, abs=1e-9)
    assert best.cost == pytest.approx(173.9500025731971, abs=1e-10)
    near = outages.near_order(terms)
    assert near.units == pytest.approx(773.1432417, abs=1e-7)
    assert near.cost == pytest.approx(173.9572293851750, abs=1e-10)
    for units, cost in ((400.0, 211.0841893), (800.0, 174.0524722), (1100.0, 184.7949312)):
        assert outages.ordering_cost(terms, units) == pytest.approx(cost, abs=1e-7)


def test_stock_against_a_supplier_out_at_random() -> None:
    """Snyder and Shen, Fundamentals of Supply Chain Theory, example 9.3."""
    terms = outages.Holding(0.25, 3.0, 2000.0, 0.04, 0.25)
    assert outages.best_holding(terms) == 8000.0
    for units, cost in ((2000.0, 3310.344828), (8000.0, 2737.0689655172), (12000.0, 3075.161638)):
        assert outages.holding_cost(terms, units) == pytest.approx(cost, abs=1e-6)


def test_newsvendor_with_poisson_demand() -> None:
    """Snyder and Shen, Fundamentals of Supply Chain Theory, example 4.7."""
    demand = (np.array([6.0]), np.ones(1))
    assert lasttime.final_order(*demand, 4.0, 1.0) == 8
    best = lasttime.final_order_cost(*demand, 4.0, 1.0, 8)
    assert best == pytest.approx(3.570106945770946, abs=1e-12)
    less = lasttime.final_order_cost(*demand, 4.0, 1.0, 5)
    assert less == pytest.approx(6.590296024616344, abs=1e-12)


@pytest.mark.parametrize(
    ("central", "metric", "vari_metric", "exact"),
    [
        (0, 1.60379304, 1.60379304, 1.60379304),
        (2, 0.44046088, 0.51926310, 0.52953045),
        (3, 0.19807865, 0.26555570, 0.26791395),
    ],
)
def test_lindo_metric_model(central: int, metric: float, vari_metric: float, exact: float) -> None:
    depots = (np.array([0.1, 0.1]), np.array([2.0, 2.0]), 14.0, central, np.array([1, 1]))
    for law, expected in ((METRIC, metric), (VARI_METRIC, vari_metric), (EXACT, exact)):
        assert echelon.steady_ebo(*depots, law).sum() == pytest.approx(expected, abs=1e-8)


def test_central_backorders_of_the_lindo_model() -> None:
    assert poisson.ebo(2.8, 2) == pytest.approx(1.09188830, abs=1e-8)
    assert poisson.loss_variance(2.8, 2) == pytest.approx(1.83427151, abs=1e-8)


def test_four_unequal_depots() -> None:
    rates, ship = np.array([0.05, 0.1, 0.2, 0.4]), np.array([2.0, 2.0, 4.0, 4.0])
    stocks = np.array([1, 1, 2, 3])
    for law, expected in ((METRIC, 0.56182991), (VARI_METRIC, 0.68320432), (EXACT, 0.68411938)):
        found = echelon.steady_ebo(rates, ship, 10.0, 7, stocks, law).sum()
        assert found == pytest.approx(expected, abs=1e-8)
    each = echelon.steady_ebo(rates, ship, 10.0, 7, stocks)
    assert each == pytest.approx([0.02076029, 0.07609300, 0.17705609, 0.41021001], abs=1e-8)


def test_thirty_equal_depots() -> None:
    depots = (np.full(30, 0.1), np.full(30, 2.0), 14.0, 42, np.ones(30, np.int64))
    for law, expected in ((METRIC, 1.11795728), (VARI_METRIC, 1.27155225), (EXACT, 1.26796493)):
        assert echelon.steady_ebo(*depots, law).sum() == pytest.approx(expected, abs=1e-8)


def nine_units() -> allocate.Curves:
    """Course SF2863 of KTH, base figures of its spare-parts exercise."""
    rate = np.array([50, 40, 45, 50, 25, 48, 60, 35, 15]) / 1000
    turnaround = np.array([6, 8, 14, 25, 12, 18, 33, 8, 12])
    levels = 20
    curves = [[poisson.ebo(float(m), s) for s in range(levels)] for m in rate * turnaround]
    return allocate.Curves(
        first=np.arange(10) * levels,
        value=np.concatenate(curves),
        cost=np.array([12.0, 14, 21, 20, 11, 45, 75, 30, 22]),
        weight=np.ones(9),
        minimum_order=np.ones(9, np.int64),
    )


EFFICIENT = [
    (0, 6.104), (20, 5.3905048), (31, 5.13132302), (52, 4.66391482), (64, 4.40473304),
    (78, 4.13088208), (98, 3.77551787), (143, 3.19699068), (218, 2.33505992), (248, 2.09084366),
    (323, 1.50228999), (345, 1.3375602), (365, 1.20602787), (386, 1.0741525), (431, 0.85977783),
    (506, 0.54186748),
]  # fmt: skip


def test_efficient_points_of_nine_units() -> None:
    frontier = allocate.merged_frontier(nine_units())
    cost, loss = zip(*EFFICIENT, strict=True)
    assert frontier.cost[: len(cost)].tolist() == list(cost)
    assert frontier.loss[: len(loss)] == pytest.approx(loss, abs=1e-8)


@pytest.mark.parametrize(
    ("budget", "short"), [(100, 3.77551787), (150, 3.19699068), (350, 1.3375602), (500, 0.63191654)]
)
def test_budgets_of_nine_units(budget: float, short: float) -> None:
    found = allocate.within_budget(nine_units(), budget)
    assert found.objective == pytest.approx(short, abs=1e-8)
    assert found.is_exact
    if budget == 500:
        assert found.units.tolist() == [1, 2, 2, 2, 1, 2, 3, 1, 1]
        assert found.cost == 500.0


REPAIR_CUT = {
    3.0: (0.00845145, 0.04748876, 0.06277835),
    6.0: (0.01379356, 0.06397342, 0.09735804),
    9.0: (0.24196409, 0.56957595, 1.35913971),
    12.0: (0.83329994, 1.78416303, 4.51730351),
    24.0: (4.22582914, 7.70020885, 18.8800001),
}


def repair_cut(month: float) -> np.ndarray:
    law = (np.array([0.0, 6.0]), np.zeros(2), np.ones(2), np.array([1.0, 0.0]))
    flow = outstanding.supply_flow(*law, 0.9, 2.0, 1.0, outstanding.LOST)
    depots = (np.array([0.3, 0.5, 1.2]), np.array([0.25, 0.5, 0.5]))
    return echelon.transient_measures(*depots, flow, 6, np.array([1, 1, 2]), month)


@pytest.mark.parametrize("month", list(REPAIR_CUT))
def test_two_echelons_when_repair_is_cut(month: float) -> None:
    assert repair_cut(month)[:, 0] == pytest.approx(REPAIR_CUT[month], abs=1e-7)


def test_stock_left_when_repair_is_cut() -> None:
    expected = (0.21307165, 0.08361477, 0.02892989)
    assert repair_cut(12.0)[:, 1] == pytest.approx(expected, abs=1e-8)


def test_last_time_buy_before_an_uncertain_cut() -> None:
    means = []
    for cut in (6.0, 12.0, math.inf):
        law = (np.array([0.0, cut]), np.zeros(2), np.ones(2), np.array([1.0, 0.0]))
        flow = outstanding.supply_flow(*law, 0.95, 3.0, 1.0, outstanding.LOST)
        means.append(outstanding.outstanding_mean(2.0, flow, 24.0))
    assert means == pytest.approx([42.3, 30.9, 8.1], abs=1e-12)
    chances = np.array([0.5, 0.3, 0.2])
    expected = {
        0.8: (44, 0.930495),
        0.9: (48, 0.359834),
        0.95: (51, 0.153625),
        0.99: (56, 0.028262),
    }
    for confidence, (stock, short) in expected.items():
        assert lasttime.mixed_quantile(np.array(means), chances, confidence) == stock
        assert lasttime.mixed_ebo(np.array(means), chances, stock) == pytest.approx(short, abs=5e-7)
    assert lasttime.final_order(np.array(means), chances, 10.0, 1.0) == 48
    for units, cost in ((47, 20.077508), (48, 19.918173), (49, 19.981016)):
        found = lasttime.final_order_cost(np.array(means), chances, 10.0, 1.0, units)
        assert found == pytest.approx(cost, abs=5e-7)


def test_time_to_survive_without_resupply() -> None:
    assert lasttime.endurable_mean(9, 0.95) / 2 == pytest.approx(2.7127028, abs=5e-8)
    assert lasttime.endurable_mean(9, 0.5) / 2 == pytest.approx(4.8343573, abs=5e-8)
    assert poisson.cdf(2.0 * 4.0, 9) == pytest.approx(0.7166242587, abs=1e-10)
    step = 0.001
    holds = [poisson.cdf(2.0 * step * (k + 0.5), 9) for k in range(40_000)]
    assert step * sum(holds) == pytest.approx(5.0, abs=1e-6)  # the mean is the area below


def test_availability_in_product_form() -> None:
    short = np.array([poisson.ebo(m, s) for m, s in ((2.0, 4), (5.0, 7), (9.0, 12))])
    assert short == pytest.approx([0.0751410096, 0.2554809666, 0.2822057073], abs=1e-10)
    none_spare = np.zeros(1, np.int64)
    logs = [
        log_service(
            np.array([[ebo]]),
            200.0 * held,
            1.0,
            np.array([held]),
            none_spare,
            np.array([200.0 * held]),
        )
        for ebo, held in zip(short, (1, 2, 4), strict=True)
    ]
    assert availability(sum(logs), 200.0)[0, 0] == pytest.approx(0.9969398258, abs=1e-10)


def test_harvest_of_units_swapped_out() -> None:
    months, swapped = 12.0, 4.0 * (12.0 - 3.0)
    removals = 0.02 * (100.0 * months - swapped * (12.0 - 3.0) / 2.0)
    assert removals == pytest.approx(20.76)
    assert math.floor(10.0 + 0.8 * swapped) == 38
    assert poisson.ebo(removals, 38) == pytest.approx(0.00044815, abs=1e-8)
    assert poisson.ebo(24.0, 10) == pytest.approx(14.00064, abs=1e-5)


def test_one_way_substitution() -> None:
    """Case A15: part 1 may serve part 2; means 3 and 2 against stocks of 5 and 1."""
    found = substitution.shorts(np.array([[3.0, 2.0]]), np.array([[5, 1]]))
    expected = (1.26995584, 0.50465456, 0.49329750)
    assert [one[0] for one in found] == pytest.approx(expected, abs=1e-8)
