"""Make the optimiser's problem of a network, its rules and what a policy asks of swaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.maths.swap.problem import Budget, Caps, Jobs, Limits, Prices, Problem, Shares
from keepline.maths.swap.rows import rows_of
from keepline.model import arrays
from keepline.swap.columns import Columns, columns_of
from keepline.swap.demanding import demands_of
from keepline.swap.demands import SOON, Demands, Share
from keepline.swap.fleet import fleet_of
from keepline.swap.makers import most_shares, second_makers
from keepline.swap.offers import Offers, offers_of
from keepline.swap.quarters import Quarters, quarters_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.swap.fleet import Fleet

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]
    #: A region, and the operator whose crews work there; None: crews of all.
    Pool = tuple[str, str | None]


@dataclass(frozen=True)
class Task:
    """Hold a programme to be found, and what its arrays stand for.

    Attributes:
        network: The network; a programme that it has already is put aside.
        policy: Its rules, budget and terms.
        problem: For the optimiser.
        firm: The same without rules that are only wished for: what must hold.
        quarters: The quarters.
        offers: What may be swapped.
        demands: What rules demand.
        columns: The jobs and the ways of doing them.
        pools: Crews, in the order of the problem's rows.
        shares: What may be given, way by way: the share and its way.
    """

    network: Network
    policy: Policy
    problem: Problem
    firm: Problem
    quarters: Quarters
    offers: Offers
    demands: Demands
    columns: Columns
    pools: tuple[Pool, ...]
    shares: tuple[tuple[Share, int], ...]


def task_of(network: Network, policy: Policy, worth: pl.DataFrame | None = None) -> Task:
    """Return the programme to be found for a network.

    Args:
        network: A checked network.
        policy: A policy that was checked against it.
        worth: What it is worth, in money of the day, that units of a part leave service: part_id,
            harvested (of each unit that can be used), relieved (of each unit); with a column
            depot_id, for sites of that central depot; with a column quarter (its first day), in
            that quarter; None for nothing.
    """
    bare = _without_programme(network)
    quarters = quarters_of(bare, policy.swaps.freeze)
    fleet = fleet_of(bare)
    offers = offers_of(bare, policy.rules, fleet, quarters)
    demands = demands_of(bare, policy.rules, fleet, offers, quarters, policy.swaps)
    gains = _worth(bare, offers, quarters, worth)
    wanted = (demands.latest < quarters.count) | (demands.due < quarters.count)
    wanted |= _pays(offers, gains)
    for cap in demands.caps:
        wanted |= cap.weight > 0.0
    columns = columns_of(offers, demands, wanted)
    pools = _pools(bare, offers, columns)
    shares = _shares(policy, bare, fleet, offers, demands, columns, quarters)
    discount = quarters.discount(policy.budget.discount_rate, bare.start)
    jobs, value = _jobs(policy, offers, demands, columns, pools, gains * discount)
    limits = Limits(
        _crews(bare, pools, quarters),
        _supply(offers, columns, quarters, bare),
        _budget(policy, quarters),
        _caps(demands, columns, quarters, is_firm=False),
        Shares(
            np.array([way for _, way in shares], np.int64),
            np.array([_of_jobs(one.weight, columns) for one, _ in shares]).reshape(
                len(shares), len(jobs)
            ),
            _table([(_parted_most(one, way, columns), one.quarters) for one, way in shares],
                   quarters),
        ),
    )  # fmt: skip
    mobilise = np.full(len(pools), policy.swaps.mobilisation_cost)
    problem = Problem(jobs, limits, discount, value, mobilise)
    firm_caps = _caps(demands, columns, quarters, is_firm=True)
    firm = Problem(jobs, Limits(limits.crews, limits.supply, limits.budget, firm_caps,
                                limits.shares), discount, value, mobilise)  # fmt: skip
    return Task(bare, policy, _priced(problem, demands), firm, quarters, offers, demands, columns,
                tuple(pools), tuple(shares))  # fmt: skip


def _without_programme(network: Network) -> Network:
    return replace(network, tables={**network.tables, "programme": network["programme"].clear()})


def _of_jobs(weight: Number, columns: Columns) -> Number:
    return np.array([sum(weight[piece] for piece in job) for job in columns.pieces])


def _table(rows: list[tuple[float, tuple[int, ...]]], quarters: Quarters) -> Number:
    """Return limits by quarter: infinite where there is none."""
    most = np.full((len(rows), quarters.count), np.inf)
    for row, (value, held) in enumerate(rows):
        most[row, list(held)] = value
    return most


def _caps(demands: Demands, columns: Columns, quarters: Quarters, *, is_firm: bool) -> Caps:
    kept = [one for one in demands.caps if not is_firm or one.price is None]
    weight = np.array([_of_jobs(one.weight, columns) for one in kept])
    most = _table([(one.most, one.quarters) for one in kept], quarters)
    return Caps(weight.reshape(len(kept), len(columns.pieces)), most)


def _jobs(
    policy: Policy, offers: Offers, demands: Demands, columns: Columns, pools: dict[Pool, int],
    gains: Number,
) -> tuple[Jobs, Number]:  # fmt: skip
    """Return the jobs, and the worth of each kind of them by quarter."""
    n = len(columns.pieces)
    first = np.array([job[0] for job in columns.pieces], np.int64)
    sites = offers.pieces.select("region", "operator_id", "traffic")[first]
    pool = np.array(
        [pools[_pool_of(pools, region, operator)] for region, operator, _ in sites.iter_rows()],
        np.int64,
    )
    down = policy.swaps.down_cost * sites["traffic"].to_numpy()[:, None] * columns.crew_days
    worth = np.array([gains[list(job)].sum(axis=0) for job in columns.pieces])
    rows, kind = np.unique(worth.reshape(n, gains.shape[1]), axis=0, return_inverse=True)
    jobs = Jobs(
        pool=pool,
        cost=columns.cost + down,
        crew_days=columns.crew_days,
        supply=np.ones(n),
        earliest=np.zeros(n, np.int64),
        latest=np.array([demands.latest[list(job)].min() for job in columns.pieces], np.int64),
        due=np.array([demands.due[list(job)].min() for job in columns.pieces], np.int64),
        late_cost=_of_jobs(demands.late_cost, columns),
        kind=kind.reshape(-1).astype(np.int64),
        cluster=pool if policy.swaps.mobilisation_cost else np.full(n, -1),
    )
    return jobs, rows


def _pools(network: Network, offers: Offers, columns: Columns) -> dict[Pool, int]:
    """Return the crews there are to be: an operator's own in a region before shared ones."""
    said = {(row[0], row[1]) for row in network["crews"].select("region", "operator_id").rows()}
    first = [job[0] for job in columns.pieces]
    places = offers.pieces[first].select("region", "operator_id").unique().rows()
    found = {
        place if place in said else (place[0], None if (place[0], None) in said else place[1])
        for place in places
    }
    return {one: number for number, one in enumerate(sorted(found, key=str))}


def _pool_of(pools: dict[Pool, int], region: str, operator: str | None) -> Pool:
    return (region, operator) if (region, operator) in pools else (region, None)


def _crews(network: Network, pools: dict[Pool, int], quarters: Quarters) -> Number:
    """Return crew days by pool and quarter: of each row for the days of it that are worked."""
    found = np.zeros((len(pools), quarters.count))
    rows = network["crews"].select(
        "region", "operator_id", "crew_days_per_quarter", "from", "until"
    )
    for region, operator, days, since, until in rows.iter_rows():
        if (region, operator) in pools:
            part = [quarters.part(q, since, until) for q in range(quarters.count)]
            found[pools[region, operator]] += days * np.array(part)
    return found


def _supply(offers: Offers, columns: Columns, quarters: Quarters, network: Network) -> Number:
    found = np.full((len(columns.ways), quarters.count), np.inf)
    part = np.array([quarters.in_plan(q, network.start) for q in range(quarters.count)])
    for way, makers in enumerate(columns.ways):
        for maker in makers:
            if maker in offers.capacity:
                most = offers.capacity[maker] * columns.parted(way, maker) * part
                found[way] = np.minimum(found[way], most)
    return found


def _budget(policy: Policy, quarters: Quarters) -> Budget:
    left = [policy.budget.left_in(day) for day in quarters.starts]
    most = np.array([one for one in left if one is not None])
    every = np.arange(len(most))
    return Budget(every, every, most)


def _shares(
    policy: Policy, network: Network, fleet: Fleet, offers: Offers, demands: Demands,
    columns: Columns, quarters: Quarters,
) -> list[tuple[Share, int]]:  # fmt: skip
    """Return what each way may be given: of shares in rules, and of the most of any supplier."""
    limits = list(demands.shares)
    if policy.swaps.most_share is not None:
        limits += most_shares(policy.swaps.most_share, network, offers, columns, quarters)
    limits += second_makers(policy.rules, fleet, offers, columns, quarters)
    return [
        (share, way)
        for share in limits
        for way, makers in enumerate(columns.ways)
        if any(
            to == share.to and share.technology in (None, technology)
            for _, technology, to in makers
        )
        and (_of_jobs(share.weight, columns) * np.isfinite(columns.cost[:, way])).any()
    ]


def _parted_most(share: Share, way: int, columns: Columns) -> float:
    """Return what a way may be given of a share, in proportion to the jobs that may take it."""
    has_weight = _of_jobs(share.weight, columns) > 0.0
    able = (np.isfinite(columns.cost) & has_weight[:, None]).sum(axis=0)
    sharing = [
        k for k, makers in enumerate(columns.ways)
        if any(to == share.to and share.technology in (None, tech) for _, tech, to in makers)
    ]  # fmt: skip
    total = float(able[sharing].sum())
    return share.most if len(sharing) == 1 else share.most * float(able[way]) / max(1.0, total)


def _pays(offers: Offers, gains: Number) -> NDArray[np.bool_]:
    """Mark the pieces of which a swap may be worth more than it costs, whatever rules ask."""
    least = {kind: min(one.cost for one in of) for kind, of in offers.of.items()}
    kinds = offers.pieces.select("operator_id", "from_supplier_id", "technology").rows()
    cost = np.array([least[kind] for kind in kinds])
    return np.asarray((gains > cost[:, None]).any(axis=1))


def _worth(
    network: Network, offers: Offers, quarters: Quarters, worth: pl.DataFrame | None
) -> Number:
    """Return what it is worth to swap each piece in each quarter, float64[pieces, Q]."""
    found = np.zeros((len(offers.pieces), quarters.count))
    if worth is None or worth.is_empty():
        return found
    if "quarter" not in worth.columns:
        worth = pl.concat(worth.with_columns(quarter=pl.lit(day)) for day in quarters.starts)
    least = {kind: min(one.harvested for one in of) for kind, of in offers.of.items()}
    kinds = offers.pieces.select("operator_id", "from_supplier_id", "technology").rows()
    share = pl.Series([least[kind] for kind in kinds], dtype=pl.Float64)
    maker = network["parts"].select("part_id", "technology", from_supplier_id="supplier_id")
    pieces = offers.pieces.with_columns(share=share)
    keys = ["part_id"]
    if "depot_id" in worth.columns:
        centre = network["depots"]["depot_id"].gather(arrays.roots(network))
        root = network["depots"].select(near="depot_id").with_columns(depot_id=centre)
        near = network["sites"].select("site_id", near="depot_id").join(root, on="near")
        pieces, keys = pieces.join(near.drop("near"), on="site_id"), ["part_id", "depot_id"]
    rows = (
        pieces.join(network["installed"].select("site_id", "part_id", "quantity"), on="site_id")
        .join(maker, on=["part_id", "technology", "from_supplier_id"])
        .join(worth, on=keys)
        .with_columns(
            value=pl.col("quantity") * (pl.col("share") * pl.col("harvested") + pl.col("relieved"))
        )
    )
    at = {day: q for q, day in enumerate(quarters.starts)}
    for piece, day, value in rows.select("piece", "quarter", "value").iter_rows():
        if day in at:
            found[piece, at[day]] += value
    return found


def _priced(problem: Problem, demands: Demands) -> Problem:
    """Return the problem with prices where a rule that is only wished for has one."""
    if all(one.price is None for one in demands.caps):
        return problem
    rows = rows_of(problem)
    dear = rows.price * rows.money / rows.unit
    limits = problem.limits
    shapes = (limits.crews.shape, limits.supply.shape, limits.budget.most.shape,
              limits.caps.most.shape, limits.shares.most.shape)  # fmt: skip
    tables = [np.full(shape, float(dear.max(initial=1.0))) for shape in shapes]
    for kind, table in enumerate(tables):
        of = rows.kind == kind
        table[tuple(rows.at[of, : table.ndim].T)] = dear[of]
    cost = problem.jobs.cost[np.isfinite(problem.jobs.cost)]
    for row, one in enumerate(demands.caps):
        if one.price is not None:
            light = one.weight[one.weight > 0.0]
            unpriced = SOON * float(cost.max(initial=0.0)) / float(light.min(initial=np.inf))
            tables[3][row] = one.price if np.isfinite(one.price) else unpriced
    crews, supply, budget, caps, shares = tables
    late = float((rows.late_price * rows.money).max(initial=1.0))
    return replace(problem, prices=Prices(crews, supply, budget, caps, shares, late))
