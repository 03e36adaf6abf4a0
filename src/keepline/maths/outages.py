"""How much to order, and how much to hold, from a supplier that is out of order at random.

Not a cut-off that stays, which the rest of the maths is about, but a supplier that goes and comes
back. Two classical models, both with demand that is known:

- *ordering*, in continuous time: the supplier is up and out for exponential times, demand that
  meets no stock is lost, and an order of fixed cost is placed when stock runs out;
- *holding*, in periods: the supplier goes out with a probability in each period, demand that meets
  no stock waits, and stock is filled up in each period in which the supplier is up.

Sources: E. Berk and A. Arreola-Risa (1994), Note on Future Supply Uncertainty in EOQ Models, Naval
Research Logistics 41(1); L. V. Snyder (2014), A tight approximation for an EOQ model with supply
disruptions, International Journal of Production Economics 155; L. V. Snyder and Z.-J. M. Shen
(2019), Fundamentals of Supply Chain Theory, sections 9.2 and 9.3.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Ordering(NamedTuple):
    """Hold what an order costs and how the supplier fails, in one unit of time (a year, say).

    Attributes:
        order_cost: Of one order, whatever its size; above 0.
        holding_cost: Of one unit in stock for one unit of time; above 0.
        shortage_cost: Of one unit of demand lost; 0 or more.
        demand: Units in one unit of time; above 0.
        outage_rate: Outages begun in one unit of time while the supplier is up; 0 or more.
        recovery_rate: Outages ended in one unit of time while it is out; above 0.
    """

    order_cost: float
    holding_cost: float
    shortage_cost: float
    demand: float
    outage_rate: float
    recovery_rate: float


class Order(NamedTuple):
    """Hold the size of an order and what it costs in one unit of time."""

    units: float
    cost: float


def waited(terms: Ordering, units: float) -> float:
    """Return for how long one is without stock between two orders, on average.

    An order is placed while the supplier is up and lasts for `units / demand`; the chance that the
    supplier is out by then, times the time to recover, is

        w(Q) = lam / (lam + mu) (1 - exp(-(lam + mu) Q / d)) / mu

    Args:
        terms: Costs and rates; lam the outage rate, mu the recovery rate, d the demand.
        units: Size of the order, Q.
    """
    both = terms.outage_rate + terms.recovery_rate
    is_out = -terms.outage_rate / both * math.expm1(-both * units / terms.demand)
    return is_out / terms.recovery_rate


def ordering_cost(terms: Ordering, units: float) -> float:
    """Return the average cost in one unit of time when each order is of `units`.

    From one order to the next it is a renewal process, so that the cost is that of a cycle over its
    length (p the cost of a unit lost, h that of holding, K that of an order):

        g(Q) = (K + h Q^2 / 2 d + p d w(Q)) / (Q / d + w(Q))

    Args:
        terms: Costs and rates.
        units: Size of the order; 0 is never to order, and all demand is lost.

    Example 9.1 of Snyder and Shen:

    >>> terms = Ordering(8.0, 0.225, 5.0, 1300.0, 1.5, 14.0)
    >>> [round(ordering_cost(terms, units), 7) for units in (400.0, 800.0, 1100.0)]
    [211.0841893, 174.0524722, 184.7949312]
    """
    if units <= 0.0:
        return terms.shortage_cost * terms.demand
    without = waited(terms, units)
    held = terms.holding_cost * units * units / (2.0 * terms.demand)
    lost = terms.shortage_cost * terms.demand * without
    return (terms.order_cost + held + lost) / (units / terms.demand + without)


def near_order(terms: Ordering) -> Order:
    """Return the best order as if its size did not change the chance of an outage.

    With the time without stock w at its limit lam / (mu (lam + mu)) the cost has its least value,
    h Q, at

        Q = sqrt((w d)^2 + 2 d (K + p d w) / h) - w d

    which is near where stock lasts much longer than outages do. Without outages it is the classical
    sqrt(2 K d / h). Never below the cost of `best_order`, where ordering is worth it at all.

    Args:
        terms: Costs and rates.

    >>> near = near_order(Ordering(8.0, 0.225, 5.0, 1300.0, 1.5, 14.0))
    >>> round(near.units, 7), round(near.cost, 7)
    (773.1432417, 173.9572294)
    """
    both = terms.outage_rate + terms.recovery_rate
    missed = terms.demand * terms.outage_rate / (terms.recovery_rate * both)
    fixed = terms.order_cost + terms.shortage_cost * missed
    # the same as the formula above, with no difference of two large numbers
    square = 2.0 * terms.demand * fixed / terms.holding_cost
    units = square / (math.sqrt(missed * missed + square) + missed)
    return Order(units, terms.holding_cost * units)


def best_order(terms: Ordering) -> Order:
    """Return the order of least average cost, exactly.

    For a cost level g, K + h Q^2 / 2 d - g Q / d + (p d - g) w(Q) is least either at 0 or at the
    larger root of its slope, which is a convex function of Q; the best g is the one at which that
    least value is 0 (Dinkelbach 1967). There the value at 0 is K, so that the root is the one best
    order. Where p^2 <= 2 K h / d no order is worth its cost: 0 units, and all demand is lost.

    Args:
        terms: Costs and rates.

    >>> best = best_order(Ordering(8.0, 0.225, 5.0, 1300.0, 1.5, 14.0))
    >>> round(best.units, 4), round(best.cost, 7)
    (772.8111, 173.9500026)
    """
    nothing = Order(0.0, ordering_cost(terms, 0.0))
    least = 2.0 * terms.order_cost * terms.holding_cost / terms.demand
    if terms.shortage_cost * terms.shortage_cost <= least:
        return nothing
    # some order is worth its cost: this one is, whatever the outages
    units = terms.shortage_cost * terms.demand / terms.holding_cost
    best = Order(units, ordering_cost(terms, units))
    while True:
        units = _order_at(terms, best.cost)
        found = Order(units, ordering_cost(terms, units))
        if found.cost >= best.cost * (1.0 - 1e-15):
            # a cost so near the least is right to rounding, and so is its root; an earlier size
            # may cost the same and lie further off
            return found
        best = found


def _order_at(terms: Ordering, cost: float) -> float:
    """Return the larger root of h Q - g + (p d - g) r exp(-b Q), r = lam / mu, b = (lam + mu) / d.

    The function is convex, and g / h lies to the right of the root: Newton's steps fall to it.
    """
    rate = (terms.outage_rate + terms.recovery_rate) / terms.demand
    weight = (terms.shortage_cost * terms.demand - cost) * terms.outage_rate / terms.recovery_rate
    units = cost / terms.holding_cost
    for _ in range(200):
        out = weight * math.exp(-rate * units)
        slope = terms.holding_cost - rate * out
        step = (terms.holding_cost * units - cost + out) / slope
        if slope <= 0.0 or not step > 1e-15 * units:
            break
        units -= step
    return units


class Holding(NamedTuple):
    """Hold what stock costs in a period and how the supplier fails.

    Attributes:
        holding_cost: Of one unit in stock at the end of a period; above 0.
        shortage_cost: Of one unit of demand waiting at the end of a period; 0 or more.
        demand: Units in a period; above 0.
        outage_chance: Probability that the supplier, up in a period, is out in the next; 0 to 1.
        recovery_chance: Probability that the supplier, out in a period, is up in the next; above 0.
    """

    holding_cost: float
    shortage_cost: float
    demand: float
    outage_chance: float
    recovery_chance: float


def holding_cost(terms: Holding, units: float) -> float:
    """Return the average cost of a period when stock is filled up to `units`.

    In the n-th period of an outage in a row the demand of n + 1 periods has met the stock. With
    alpha and beta the chances, P(n > m) = alpha / (alpha + beta) (1 - beta)^m, and an outage that
    lasts goes on for 1 / beta periods whatever came before; so with y = S / d - 1, m = floor(y):

        E[(n - y)^+] = P(n > m) (1 / beta - (y - m)),   y >= 0
        C(S) = d (h (y - E[n]) + (h + p) E[(n - y)^+]),  E[n] = alpha / (beta (alpha + beta))

    Args:
        terms: Costs and chances.
        units: Stock to which every order fills up, S.

    Example 9.3 of Snyder and Shen:

    >>> terms = Holding(0.25, 3.0, 2000.0, 0.04, 0.25)
    >>> [round(holding_cost(terms, units), 6) for units in (2000.0, 8000.0, 12000.0)]
    [3310.344828, 2737.068966, 3075.161638]
    """
    is_out, back = _share_out(terms), terms.recovery_chance
    periods = units / terms.demand - 1.0
    mean = is_out / back
    if periods < 0.0:
        short = mean - periods
    else:
        whole = math.floor(periods)
        short = is_out * (1.0 - back) ** whole * (1.0 / back - (periods - whole))
    left = periods - mean + short
    return terms.demand * (terms.holding_cost * left + terms.shortage_cost * short)


def best_holding(terms: Holding) -> float:
    """Return the stock of least average cost: enough for n periods of outage after one of demand.

    S = d (1 + n) with the least n at which P(outage lasts at most n) >= p / (p + h): a newsvendor
    whose demand is the length of an outage.

    Args:
        terms: Costs and chances.

    >>> best_holding(Holding(0.25, 3.0, 2000.0, 0.04, 0.25))
    8000.0
    """
    over = terms.holding_cost / (terms.holding_cost + terms.shortage_cost)
    if terms.shortage_cost <= 0.0:
        return 0.0
    periods, lasts = 0, _share_out(terms)
    if lasts > over and terms.recovery_chance < 1.0:
        ratio = math.log(over / lasts) / math.log1p(-terms.recovery_chance)
        periods = max(0, math.ceil(ratio) - 1)
    while lasts * (1.0 - terms.recovery_chance) ** periods > over * (1.0 + 1e-12):
        periods += 1
    return terms.demand * (1.0 + periods)


def _share_out(terms: Holding) -> float:
    """Return the share of periods in which the supplier is out."""
    return terms.outage_chance / (terms.outage_chance + terms.recovery_chance)
