"""The exact two-echelon law at a date: a centre, its depots, first come first served.

With X0 ~ Poisson(m0) outstanding at the centre one ship time ago and s0 the centre's stock then,

    X_j = Poisson(a_j) + Binomial(max(X0 - s0, 0), f_j),    EBO_j = E[max(X_j - s_j, 0)],

where a_j is the mean of removals within the ship time and f_j = rate_j / rate_0; both terms are
independent. Exact for Poisson removals, fixed ship times, ample repair, constant shares and no
lateral moves, at any date and with supply cut, for m0 may be the mean at any date (`outstanding`).

Sources: R. Simon (1971), Stationary Properties of a Two-Echelon Inventory Model for Low Demand
Items, Operations Research 19(3); S. C. Graves (1985), Management Science 31(10);
C. C. Sherbrooke (1968) METRIC, Operations Research 16(1), and (1986) VARI-METRIC, 34(2).

Symbols: m0, s0, a, f, s as above; b counts units of depot j backordered at the centre.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths import poisson
from keepline.maths.compiled import compiled, inner
from keepline.maths.outstanding import Flow, outstanding_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEGLIGIBLE = 1e-18
EXACT = 0
METRIC = 1
VARI_METRIC = 2


@inner
def binomial_into(p: NDArray[np.float64], n: int, f: float) -> tuple[int, int]:
    """Write the binomial law of n trials of chance f into p; return its window [low, high]."""
    mode = min(n, int((n + 1) * f))
    if mode in {0, n}:
        p[mode] = math.exp(n * (math.log(f) if mode == n else math.log1p(-f))) if n > 0 else 1.0
    else:
        exponent = poisson.stirling_error(n) - poisson.stirling_error(mode)
        exponent -= poisson.stirling_error(n - mode) + poisson.deviance(mode, n * f)
        exponent -= poisson.deviance(n - mode, n * (1.0 - f))
        p[mode] = math.exp(exponent) * math.sqrt(n / (2.0 * math.pi * mode * (n - mode)))
    low = high = mode
    while high < n and p[high] > NEGLIGIBLE:
        p[high + 1] = p[high] * (n - high) * f / ((high + 1.0) * (1.0 - f))
        high += 1
    while low > 0 and p[low] > NEGLIGIBLE:
        p[low - 1] = p[low] * low * (1.0 - f) / ((n - low + 1.0) * f)
        low -= 1
    return low, high


@inner
def one_more_trial(p: NDArray[np.float64], low: int, high: int, f: float) -> tuple[int, int]:
    """Turn the binomial law in p[low..high] into that of one trial more; return its window."""
    p[high + 1] = f * p[high]
    for b in range(high, low, -1):
        p[b] = (1.0 - f) * p[b] + f * p[b - 1]
    p[low] *= 1.0 - f
    high += 1
    if p[low] <= NEGLIGIBLE and low < high:
        low += 1
    if p[high] <= NEGLIGIBLE * NEGLIGIBLE and low < high:
        high -= 1
    return low, high


@inner
def central_window(m0: float, s0: int) -> tuple[int, int]:
    """Return the least and greatest X0 above s0 that bear weight (empty if greatest < least)."""
    least = max(s0 + 1, int(m0 - 10.0 * math.sqrt(m0)) - 1)
    greatest = max(least - 1, int(m0 + 10.0 * math.sqrt(m0)) + 30)
    if m0 <= 0.0:
        return least, least - 1
    return least, max(greatest, s0 + 30)


@compiled
def central_backorder_law(m0: float, s0: int, f: float) -> NDArray[np.float64]:
    """Return the law of the centre's backorders that belong to one depot.

    Args:
        m0: Mean units outstanding at the centre.
        s0: Stock of the centre, 0 or more.
        f: The depot's share of all removals, 0..1.

    Returns:
        float64[b]: probability that Binomial(max(X0 - s0, 0), f) is b.

    >>> law = central_backorder_law(2.8, 2, 1.0)
    >>> round(float((law * np.arange(law.size)).sum()), 8)
    1.0918883
    """
    least, greatest = central_window(m0, s0)
    if f <= 0.0 or greatest < least:
        return np.ones(1)
    law = np.zeros(greatest - s0 + 2)
    law[0] = poisson.cdf(m0, s0)
    p = np.zeros(greatest - s0 + 3)
    if f >= 1.0:
        for x in range(least, greatest + 1):
            law[x - s0] += poisson.pmf(m0, x)
        return law
    low, high = binomial_into(p, least - s0, f)
    top = high
    px = poisson.pmf(m0, least)
    for x in range(least, greatest + 1):
        for b in range(low, high + 1):
            law[b] += px * p[b]
        top = max(top, high)
        px *= m0 / (x + 1.0)
        if px == 0.0 and x > m0:
            break
        low, high = one_more_trial(p, low, high, f)
    return law[: top + 1]


@compiled
def depot_law(m0: float, s0: int, a: float, f: float) -> NDArray[np.float64]:
    """Return the law of units outstanding at a depot.

    Args:
        m0: Mean units outstanding at the centre one ship time ago.
        s0: Stock of the centre then, 0 or more.
        a: Mean of the depot's removals within the ship time.
        f: The depot's share of all removals, 0..1.

    Returns:
        float64[x]: probability of x units, up to a tail under 1e-17.
    """
    law = central_backorder_law(m0, s0, f)
    reach = poisson.quantile(a, 1.0) + 1
    sent = np.empty(reach)
    for k in range(reach):
        sent[k] = poisson.pmf(a, k)
    both = np.zeros(law.size + reach - 1)
    for b in range(law.size):
        if law[b] > 0.0:
            both[b : b + reach] += law[b] * sent
    return both


@compiled
def depot_measures(m0: float, s0: int, a: float, f: float, s: int) -> tuple[float, float, float]:
    """Return a depot's expected backorders, fill rate P(X < s) and chance of a backorder P(X > s).

    Args:
        m0: Mean units outstanding at the centre one ship time ago.
        s0: Stock of the centre then, 0 or more.
        a: Mean of the depot's removals within the ship time.
        f: The depot's share of all removals, 0..1.
        s: Stock of the depot.

    >>> round(depot_measures(2.8, 2, 0.2, 0.5, 1)[0] * 2, 8)
    0.52953045
    """
    law = central_backorder_law(m0, s0, f)
    expected = poisson.ebo(a, s)
    over = poisson.tail(a, s)
    ebo_sum = short = full = 0.0
    for b in range(law.size):
        level = s - b
        reached = over + poisson.pmf(a, level) if level >= 0 else 1.0
        ebo_sum += law[b] * expected
        short += law[b] * over
        full += law[b] * reached
        expected += reached
        over = min(1.0, reached)
    return ebo_sum, max(0.0, 1.0 - full), min(1.0, short)


@compiled
def depot_ebo(m0: float, s0: int, a: float, f: float, s: int, law: int = EXACT) -> float:
    """Return a depot's expected backorders, exactly or by one of two named approximations.

    Args:
        m0: Mean units outstanding at the centre one ship time ago.
        s0: Stock of the centre then, 0 or more.
        a: Mean of the depot's removals within the ship time.
        f: The depot's share of all removals, 0..1.
        s: Stock of the depot.
        law: `EXACT`; `METRIC`, Poisson with the right mean, which understates backorders where
            central stock is tight (by 17 % below); `VARI_METRIC`, negative binomial, right mean
            and variance.

    LINDO's METRIC model, two outlets, by the three laws:

    >>> [round(2 * depot_ebo(2.8, 2, 0.2, 0.5, 1, law), 7) for law in (METRIC, VARI_METRIC, EXACT)]
    [0.4404609, 0.5192631, 0.5295305]
    """
    if law == EXACT:
        return depot_measures(m0, s0, a, f, s)[0]
    late = poisson.ebo(m0, s0)
    mean = a + f * late
    if law == METRIC or mean <= 0.0:
        return poisson.ebo(mean, s)
    variance = a + f * f * poisson.loss_variance(m0, s0) + f * (1.0 - f) * late
    return poisson.ebo(mean, s, max(1.0, variance / mean))


@compiled
def steady_ebo(
    rates: NDArray[np.float64],
    ship_days: NDArray[np.float64],
    resupply_days: float,
    central_stock: int,
    stocks: NDArray[np.int64],
    law: int = EXACT,
) -> NDArray[np.float64]:
    """Return each depot's expected backorders in the steady state.

    Args:
        rates: Removals per day of each depot; float64[m].
        ship_days: Days from the centre to each depot; float64[m].
        resupply_days: Days from a removal until the centre is made good.
        central_stock: Stock of the centre.
        stocks: Stock of each depot; int64[m].
        law: As in `depot_ebo`.

    >>> depots = (np.array([0.05, 0.1, 0.2, 0.4]), np.array([2.0, 2.0, 4.0, 4.0]))
    >>> round(float(steady_ebo(*depots, 10.0, 7, np.array([1, 1, 2, 3])).sum()), 8)
    0.68411938
    """
    total = rates.sum()
    expected = np.zeros(rates.size)
    for j in range(rates.size):
        if rates[j] > 0.0:
            a, f = rates[j] * ship_days[j], rates[j] / total
            m0 = total * resupply_days
            expected[j] = depot_ebo(m0, central_stock, a, f, stocks[j], law)
    return expected


@compiled
def transient_measures(
    rates: NDArray[np.float64],
    ship_days: NDArray[np.float64],
    flow: Flow,
    central_stock: int,
    stocks: NDArray[np.int64],
    day: float,
) -> NDArray[np.float64]:
    """Return each depot's backorders, fill rate and chance of a backorder on a day.

    Args:
        rates: Removals per day of each depot from an empty pipeline at day 0; float64[m].
        ship_days: Days from the centre to each depot; float64[m].
        flow: Restorations of units to the centre (`outstanding.supply_flow`).
        central_stock: Stock of the centre, constant.
        stocks: Stock of each depot, constant; int64[m].
        day: The date, in days.

    Returns:
        float64[m, 3]; a depot without removals has no backorder and a fill rate of 1 if it has
        stock.
    """
    total = rates.sum()
    measures = np.zeros((rates.size, 3))
    for j in range(rates.size):
        m0 = outstanding_mean(total, flow, day - ship_days[j])
        a = rates[j] * max(0.0, min(day, ship_days[j]))
        f = rates[j] / total if total > 0.0 else 0.0
        measures[j] = depot_measures(m0, central_stock, a, f, stocks[j])
    return measures
