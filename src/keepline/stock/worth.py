"""What it is worth to stock that units leave service: money for relief, and for units harvested.

Let lambda be the service lost that the plan's last currency unit saves, mu = 1 / lambda, and L what
the plan leaves lost. For each part, over all trees of an operator taken as one, a plane below
expected backorders at each date and law (`keepline.maths.minorant`),

    E(m, s) >= kappa + alpha m - beta s    with    mu w sum of weight beta <= c,

makes buying worthless beyond it, so that for every programme and all purchases

    money + mu (lost - L) >= constant + cost of swaps - worth of what they relieve and harvest.

What the right-hand side is at the least the programme's own bound tells. No programme and no
purchases that leave as little service lost as the plan cost less. It holds whatever the planes are;
they are high at the plan. The worth is also what the programme is priced with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from keepline.maths.minorant import at_least, plane, tangent
from keepline.maths.moving_base import Clock
from keepline.model import arrays
from keepline.stock.ceiling import comes_first
from keepline.stock.ground import flow_of
from keepline.stock.waiting import has_margin, price_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.stock.engine import Settled
    from keepline.stock.ground import View
    from keepline.stock.judge import Judge

    Number = NDArray[np.float64]

#: Halvings of the units bought in the search for where one more saves what it costs.
HALVINGS: Final = 40
_SCHEMA: Final = {
    "part_id": pl.String,
    "depot_id": pl.String,
    "quarter": pl.Int64,
    "relieved": pl.Float64,
    "harvested": pl.Float64,
}


@dataclass(frozen=True)
class Worth:
    """Hold what swaps are worth to stock.

    Attributes:
        table: part_id, depot_id (the centre), quarter (its number), relieved (money, for each unit
            that leaves service) and harvested (for each that can be used).
        constant: Money that stock and service lost beyond the plan's cost at the least, were
            nothing swapped.
    """

    table: pl.DataFrame
    constant: float


class _Planes(NamedTuple):
    """Hold planes below a stack's backorders; c cells, those of weight."""

    cell: NDArray[np.int64]  # dates times cases
    weight: Number  # money for each unit short
    kappa: Number
    alpha: Number
    beta: Number


def worth_of(
    network: Network,
    bare: Judge,
    settled: Settled,
    pooled_parts: pl.DataFrame,
    quarter_day: Number,
    lag: float,
) -> Worth:
    """Return what swaps are worth to stock, by planes that are high at a plan.

    Args:
        network: The network before parts that are one count as one.
        bare: Judges stock where nothing is swapped.
        settled: The plan with its programme.
        pooled_parts: The result table ``pooled_parts``.
        quarter_day: First day of each quarter [quarters].
        lag: Days from the swap until a unit can be used.
    """
    if not has_margin(settled):
        return Worth(pl.DataFrame(schema=_SCHEMA), 0.0)
    price = 1.0 / price_of(settled)
    share, moved = settled.decided.offers.share, settled.judge
    moving = {_key(moved, view): view for view in moved.views}
    in_order = comes_first(bare, np.array([0.0, *quarter_day[quarter_day > 0.0]]))
    own = _counted(network, pooled_parts)
    constant, rows = -price * settled.decided.lost, []
    for stack in _stacks(network, bare):
        weight = price * float(bare.pools.weight[stack[0].pool])
        cost = float(bare.pools.cost[stack[0].pool])
        with_swaps = [moving[_key(bare, view)] for view in stack]
        found = _planes(stack, with_swaps, share, weight, cost, is_open=not in_order)
        constant += float(found.weight @ (
            found.kappa + found.alpha * _mean(stack)[found.cell]
            - found.beta * _lying(stack)[found.cell]
        ))  # fmt: skip
        if any(view.is_moving for view in with_swaps):
            rows += list(_told(network, bare, stack, found, own, quarter_day, lag))
    return Worth(pl.DataFrame(rows, schema=_SCHEMA, orient="row"), constant)


def _counted(network: Network, pooled_parts: pl.DataFrame) -> dict[int, list[tuple[str, float]]]:
    """Return the parts that each part counts for, itself the first, with their failures a day."""
    names = network["parts"]["part_id"].to_list()
    rate = dict(zip(names, arrays.unit_rates(network).tolist(), strict=True))
    into = dict(pooled_parts.select("part_id", "counts_as").iter_rows())
    found: dict[str, list[tuple[str, float]]] = {name: [] for name in names}
    for name in names:
        found[into.get(name, name)].append((name, rate[name]))
    return {row: found[name] for row, name in enumerate(names)}


def _key(judge: Judge, view: View) -> tuple[int, int]:
    return int(judge.pools.part[view.pool]), int(judge.pools.root[view.pool])


def _stacks(network: Network, judge: Judge) -> Iterator[list[View]]:
    """Yield the pools of each part and operator: stock may be carried between them."""
    owners = network["depots"]["operator_id"].gather(judge.pools.root).to_list()
    together: dict[tuple[int, str | None], list[View]] = {}
    for view in judge.views:
        key = (int(judge.pools.part[view.pool]), owners[view.pool])
        together.setdefault(key, []).append(view)
    yield from together.values()


def _mean(stack: Sequence[View]) -> Number:
    """Return what was removed and is outstanding at all centres [c]."""
    return np.asarray(sum(view.removed for view in stack))


def _lying(stack: Sequence[View]) -> Number:
    """Return the stock at all places, of what is harvested the usable part [c]."""
    found = np.zeros(stack[0].mean.size)
    for view in stack:
        found += view.cells.s0[:, 0] + view.cells.s.sum(axis=1)
        if view.moving is not None:
            centre, depots = view.moving.useless(view.dates.day, view.ship_days)
            lost = centre[:, 0] + depots.sum(axis=1)
            found -= np.repeat(lost, view.mean.shape[1])
    return np.maximum(0.0, found)


def _planes(
    bare: Sequence[View], moved: Sequence[View], share: Number, price: float, cost: float, *,
    is_open: bool,
) -> _Planes:  # fmt: skip
    """Return planes that are high where one unit more saves what it costs.

    Args:
        bare: A part's pools where nothing is swapped.
        moved: The same with the programme.
        share: Weight of each date [dates].
        price: Money for each unit short.
        cost: Of a unit.
        is_open: Whether a later order may be there where one of the first day is not.
    """
    chance = np.outer(share, bare[0].meeting.case_chance).ravel()
    cell = np.flatnonzero(chance > 0.0)
    weight = price * chance[cell]
    mean, most = _mean(moved)[cell], _mean(bare)[cell]
    stock, least = _lying(moved)[cell], _lying(bare)[cell]
    reached = [view.cells.at_centre.any(axis=1) | view.cells.at_depot.any(axis=1) for view in bare]
    there = np.ones(len(cell), np.bool_) if is_open else np.any(reached, axis=0)[cell]
    stock, beta = _bought(mean, stock, weight * there, cost)
    is_moving = any(view.is_moving for view in moved)
    kappa, alpha = np.zeros(len(cell)), np.zeros(len(cell))
    for row, here in enumerate(zip(mean, stock, beta, most, least, strict=True)):
        if price <= 0.0:
            continue
        if is_moving:
            kappa[row], alpha[row] = plane(*here)
        else:
            kappa[row] = tangent(here[0], here[2], here[4])
    return _Planes(cell, weight, kappa, alpha, beta)


def _bought(mean: Number, stock: Number, weight: Number, cost: float) -> tuple[Number, Number]:
    """Return the stock with what is worth buying, and slopes at which no unit more is.

    Args:
        mean: Units outstanding [c].
        stock: Without purchases [c].
        weight: Money for each unit short; 0 where no purchase is there [c].
        cost: Of a unit.
    """

    def slopes(units: float) -> Number:
        return at_least(mean, np.floor(stock + units * (weight > 0.0)) + 1.0)

    few, many = 0.0, float(mean.max(initial=0.0) + 12.0 * mean.max(initial=0.0) ** 0.5 + 20.0)
    if weight @ slopes(0.0) <= cost:
        return stock, slopes(0.0)
    for _ in range(HALVINGS):
        half = 0.5 * (few + many)
        few, many = (half, many) if weight @ slopes(half) > cost else (few, half)
    low, high = slopes(few), slopes(many)
    above, below = float(weight @ low), float(weight @ high)
    part = (cost - below) / (above - below) if above > below else 0.0
    beta = high + min(max(part, 0.0), 1.0) * (low - high)
    over = float(weight @ beta)
    # a purchase must not pay: the last digit is on the safe side
    scale = min(1.0, cost / over * (1.0 - 1e-12)) if over > 0.0 else 1.0
    return stock + many * (weight > 0.0), beta * scale


def _told(
    network: Network,
    judge: Judge,
    stack: Sequence[View],
    found: _Planes,
    own: Mapping[int, Sequence[tuple[str, float]]],
    quarter_day: Number,
    lag: float,
) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield the worth of units of a part, by tree and quarter."""
    for view in stack:
        depot = network["depots"]["depot_id"][int(judge.pools.root[view.pool])]
        cases = view.mean.shape[1]
        flows = [flow_of(judge.pools, view.meeting, int(law), view.pool)
                 for law in view.meeting.laws[:: len(view.meeting.nodes.weight)]]  # fmt: skip
        day = view.dates.day
        date, case = found.cell // cases, found.cell % cases
        law, node = np.divmod(case, len(view.meeting.nodes.weight))
        factor = view.meeting.nodes.factor[node]
        for quarter, begin in enumerate(quarter_day):
            clock = Clock.of(0.0, np.array([max(begin, 0.0)]), np.ones(1), view.dates.length)
            spared = np.stack([clock.outstanding(flow, day) for flow in flows])
            relieved = float(found.weight @ (found.alpha * factor * spared[law, date]))
            usable = float(found.weight @ (found.beta * (day[date] >= begin + lag)))
            for part, rate in own[int(judge.pools.part[view.pool])]:
                yield part, depot, quarter, relieved * rate, usable
