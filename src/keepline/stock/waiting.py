"""What waiting for a decision is worth: buy now, wait, or buy some now and the rest after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.blocks import played_in_order
from keepline.model.errors import PlanError
from keepline.stock.engine import settle
from keepline.stock.staged import Question, Staged, staged
from keepline.stock.waiting_tables import Told, more, parts_table, waiting_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.signal import Signal
    from keepline.stock.engine import Settled
    from keepline.stock.staged import Way

    Number = NDArray[np.float64]
    Flags = NDArray[np.bool_]

THREADS = 2


@dataclass(frozen=True)
class Waiting:
    """Hold what waiting for a decision is worth.

    Money and service lost are added up at one price: what the plan pays to save the service that
    it saves last.

    Attributes:
        signal: The event, and when it is known whether it happens.
        day: That day, in days since the plan's first; 0 where it is known before.
        horizon_days: Days of the plan.
        currency: Of all money.
        price: Money for a unit of traffic without service in the months that decide.
        waiting: The result table.
        waiting_parts: The result table.
        value_of_waiting: What buying some now and the rest after saves against buying all now.
        cost_of_waiting: What ordering everything after costs against buying some now.
        value_of_knowing: What the outcome, known on the first day, could save at most against
            buying all now.
        is_exact: Whether the first two are exact; else they are at least so much.
    """

    signal: Signal
    day: float
    horizon_days: float
    currency: str
    price: float
    waiting: pl.DataFrame
    waiting_parts: pl.DataFrame
    value_of_waiting: float
    cost_of_waiting: float
    value_of_knowing: float
    is_exact: bool


def weigh_waiting(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    policy: Policy,
    signal: Signal,
) -> Waiting:
    """Find what to buy before and after it is known whether an event happens.

    Orders may be placed on the plan's first day and on the day of the signal. Each pool's orders
    minimise price times money plus expected service lost in the months that decide for the plan;
    limits beside the price, and the target, are not asked for again.

    Args:
        network: A checked network.
        pools: Its pools.
        supply: What is left of supply and repair in every branch.
        places: How the units stand at sites.
        branches: The result table ``branches``.
        policy: Service target and budget.
        signal: The event that one may wait for.

    Raises:
        PlanError: When no purchase saves any service, so that money has no price in service.
    """
    settled = settle(network, pools, supply, places, branches, policy)
    price = price_of(settled)
    day = max(0.0, network.day(signal.known_on))
    happens = np.array(signal.happens, np.bool_)
    outcomes = np.stack([happens, ~happens])
    asked = [
        Question(
            view=view,
            happens=outcomes,
            chances=settled.judge.chances,
            day=day,
            price=price * float(pools.cost[view.pool]),
            weight=float(pools.weight[view.pool]),
            least=int(pools.minimum_order[view.pool]),
        )
        for view in settled.decided.offers.views
    ]
    found = list(played_in_order(staged, asked, THREADS))
    return _told(network, settled, signal, outcomes, day, price, found)


def has_margin(settled: Settled) -> bool:
    """Tell whether money saves any service at the plan's margin."""
    decided = settled.decided
    bought = np.array([one.quantity.sum() for one in decided.deliveries])
    return bool(decided.price > 0.0 or (decided.gain_per_cost[bought > 0] > 0.0).any())


def price_of(settled: Settled) -> float:
    """Return the service lost that a currency unit must save: the plan's own margin.

    That is what one more would save, wherever it is spent best; where nothing more can be saved,
    what the plan's last units save.
    """
    decided = settled.decided
    if decided.price > 0.0:
        return decided.price
    bought = np.array([one.quantity.sum() for one in decided.deliveries])
    gains = decided.gain_per_cost[(bought > 0) & (decided.gain_per_cost > 0.0)]
    if not len(gains):
        raise PlanError(
            "No units ordered on the first day save any service in the months that decide, so "
            "there is nothing to weigh: the target holds already, or they come too late.",
            "KL-037",
        )
    return float(gains.min())


def _told(
    network: Network,
    settled: Settled,
    signal: Signal,
    outcomes: Flags,
    day: float,
    price: float,
    found: Sequence[Staged],
) -> Waiting:
    chance = outcomes @ settled.judge.chances
    cost = settled.judge.pools.cost
    ways = [
        _judged(settled, outcomes, day, price, [(one, getattr(one, name)) for one in found], name)
        for name in ("now", "wait", "staged")
    ]
    low = sum(one.staged_low for one in found) / price
    known_units = np.array([one.known for one in found]).reshape(len(found), 2, 2)
    known = sum(one.known_low for one in found) / price
    spent = np.einsum("iok,i,o->", known_units, cost, chance)
    ways[2] = ways[2]._replace(total_low=min(low, ways[2].total))
    by_order = np.moveaxis(known_units, 0, 2)  # [outcomes, orders, pools]
    knew = Told(
        strategy="knew already",
        first=np.asarray(chance @ by_order[:, 0]),
        second=by_order[:, 1],
        service_lost=max(0.0, known - float(spent)) * price,
        availability_worst=None,
        total=known,
        total_low=known,
    )
    now, wait, some = (one.total for one in ways)
    return Waiting(
        signal=signal,
        day=day,
        horizon_days=network.horizon_days,
        currency=network.currency,
        price=1.0 / price,
        waiting=waiting_table([*ways, knew], cost, chance),
        waiting_parts=parts_table(network, settled.judge.pools, found, price),
        value_of_waiting=more(now, some),
        cost_of_waiting=more(wait, some),
        value_of_knowing=more(now, known),
        is_exact=ways[2].is_exact,
    )


def _judged(
    settled: Settled,
    outcomes: Flags,
    day: float,
    price: float,
    ways: Sequence[tuple[Staged, Way]],
    name: str,
) -> Told:
    """Judge one way to order everything: its service lost, and its worst month."""
    judge, share = settled.judge, settled.decided.offers.share
    by_branch = np.zeros((len(judge.dates.day), len(judge.chances)))
    lost = 0.0
    for row, happens in enumerate(outcomes):
        placed = [
            pool.delivery(view, way, row, day)
            for view, (pool, way) in zip(judge.views, ways, strict=True)
        ]
        courses = judge.courses(placed)
        by_branch[:, happens] = judge.availability(courses)[:, happens]
        for view, course in zip(judge.views, courses, strict=True):
            short = share @ course.short[:, view.meeting.branch]
            lost += float(judge.pools.weight[view.pool] * (short @ (judge.chances * happens)))
    first = np.array([way.first.sum() for _, way in ways], np.float64)
    second = np.array([way.second.sum(axis=1) for _, way in ways], np.float64).T
    units = first + (outcomes @ judge.chances) @ second
    total = float(units @ judge.pools.cost) + lost / price
    months = by_branch @ judge.chances
    return Told(STRATEGY_OF[name], first, second, lost, float(months.min()), total, total)


STRATEGY_OF = {"now": "buy now", "wait": "wait", "staged": "some now"}
