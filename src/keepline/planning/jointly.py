"""Plan swaps and stock together: each is planned with the other's answer, and the best is kept.

The falling base needs less, what is taken out feeds the shelves, and both draw on one budget. The
programme is priced with what its units are worth to stock; stock is then planned exactly for the
programme. What separate planners would pay is worked out beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from keepline import stock, swap
from keepline.model.calendar import date_of, quarter_start
from keepline.planning.grounded import Ground, grounded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from keepline.impact import Impact
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.simulation import Crew

    #: Looks for a programme for so many seconds.
    Seek = Callable[[swap.Task, float], swap.Found]
    Progress = Callable[[str], None]

#: Parts of the time for the first programme, and for each that is priced with stock.
FIRST, LATER = 0.5, 0.25
#: What swaps are worth falls as sites are swapped: of what it is without, so much is also tried.
SHARES: Final = (1.0, 0.5)
#: Sites above which a turn that brings nothing is the last.
LARGE: Final = 2_000


class Search(NamedTuple):
    """Say how programmes are looked for.

    Attributes:
        seek: Looks for a programme.
        seconds: For all programmes together.
    """

    seek: Seek
    seconds: float


class Course(NamedTuple):
    """Hold a programme with the stock planned for it.

    Attributes:
        swapping: The programme; None for none.
        found: What is lost, with the parts that are one.
        ground: What the stock was planned on.
        settled: What is bought and moved.
        policy: With the money that the programme leaves.
    """

    swapping: swap.Swapping | None
    found: Impact
    ground: Ground
    settled: stock.Settled
    policy: Policy

    @property
    def stock_cost(self) -> float:
        """Return the money for what is bought and moved."""
        moves = int(self.settled.moving.carried.quantity.sum())
        return self.settled.decided.cost + moves * self.policy.budget.move_cost

    @property
    def worst(self) -> float:
        """Return availability in the worst month, as this planner reckons it."""
        return float(self.settled.judge.by_month(self.settled.decided.planned).min())

    @property
    def total(self) -> float:
        """Return the discounted cost of the programme with that of stock."""
        return programme_cost(self.swapping) + self.stock_cost


@dataclass(frozen=True)
class Joint:
    """Hold swaps and stock planned together.

    Attributes:
        best: The best of all that were found.
        baselines: The result table: what separate planners would pay.
        bound: No programme and purchases that leave no more service lost than the best cost less;
            None where there is no price of service to certify it with.
    """

    best: Course
    baselines: pl.DataFrame
    bound: float | None

    def stocked(self) -> stock.Stocked:
        """Return the best course's stock as tables."""
        one = self.best
        return stock.told(one.ground.network, one.found.branches, one.policy, one.settled)

    @property
    def gap(self) -> float | None:
        """Return how far the best may be above the least, as a part of it."""
        if self.bound is None:
            return None
        total = objective(self.best.swapping) + self.best.stock_cost
        return max(0.0, total - self.bound) / total if total > 0.0 else 0.0


def may_swap(network: Network, policy: Policy) -> bool:
    """Tell whether there are rules, offers, and no programme that stands already."""
    has_offers = not network["swaps"].is_empty()
    return bool(policy.rules) and has_offers and network["programme"].is_empty()


def programme_cost(found: swap.Swapping | None) -> float:
    """Return the discounted money for a programme."""
    return 0.0 if found is None else float(found.summary["cost_discounted"])


def _rank(course: Course) -> tuple[bool, bool, float, float]:
    """Return what the better course has less of: limits passed, a missed target, lack, cost."""
    is_met = course.settled.answer.is_met
    is_beyond = course.swapping is not None and not course.swapping.summary["is_within"]
    return is_beyond, not is_met, 0.0 if is_met else 1.0 - course.worst, course.total


def objective(found: swap.Swapping | None) -> float:
    """Return what a programme's bound is about, its worth left out."""
    if found is None or found.summary["objective"] is None:
        return 0.0
    return float(found.summary["objective"] + found.summary["worth"])


def plan_jointly(
    network: Network,
    impact: Impact,
    policy: Policy,
    search: Search,
    crew: Crew | None,
    progress: Progress,
) -> Joint | None:
    """Plan swaps and stock together; None where rules and offers leave nothing to swap.

    Args:
        network: A checked network without a programme.
        impact: What is lost.
        policy: Service target, budget and rules.
        search: How programmes are looked for.
        crew: Who works out the parts' curves.
        progress: Told the name of each stage as it begins.
    """
    task = swap.task_of(network, policy)
    if not len(task.problem.jobs):
        return None
    together = _Together(network, impact, policy, search, crew, progress)
    return together.plan()


@dataclass
class _Together:
    """Plan programme and stock in turns."""

    network: Network
    impact: Impact
    policy: Policy
    search: Search
    crew: Crew | None
    progress: Progress

    def plan(self) -> Joint:
        """Return the best of all turns, with what separate planners would pay."""
        self.progress("Find what to buy, were nothing swapped")
        today = self._stocked(None)
        self.progress("Find what to swap, and when")
        first = self._programme(today, None, FIRST)
        self.progress("Find what to buy, with what is swapped and harvested")
        courses = [self._stocked(first)]
        # stock costs something, or nothing
        bound = first.summary["bound"]
        worth = self._worth(today, courses[0])
        for share in SHARES if len(worth.table) else ():
            self.progress("Price swaps by what they spare, and find them anew")
            priced = self._programme(courses[0], _shared(worth.table, share), LATER)
            if share == 1.0:
                bound = _greater(bound, priced.summary["bound"], worth.constant)
            self.progress("Find what to buy for them")
            courses.append(self._stocked(priced))
            if self._is_large() and min(courses, key=_rank) is courses[0]:
                break
        best = min(courses, key=_rank)
        # whoever plans swaps alone would take the programme that costs least by itself
        alone = min(courses, key=lambda one: objective(one.swapping))
        self.progress("Find what separate planners would pay")
        bare = self._stocked(alone.swapping, is_harvested=False)
        return Joint(best, _baselines({
            "joint": best, "today's base": today._replace(swapping=alone.swapping),
            "falling base": bare, "with harvest": alone,
        }), bound)  # fmt: skip

    def _is_large(self) -> bool:
        """Tell whether a turn that brought nothing is the last: each takes its time."""
        return len(self.network["sites"]) > LARGE

    def _programme(self, beside: Course, worth: pl.DataFrame | None, part: float) -> swap.Swapping:
        """Return a programme within the money that a course leaves."""
        promised = _orders_by_quarter(self.network, beside)
        policy = _with_promised(self.policy, promised)
        task = swap.task_of(self.network, policy, worth)
        return swap.swapping_of(task, self.search.seek(task, part * self.search.seconds))

    def _stocked(self, swapping: swap.Swapping | None, *, is_harvested: bool = True) -> Course:
        """Return the stock planned for a programme."""
        network = self.network if swapping is None else swapping.network
        if not is_harvested:
            none = network["programme"].with_columns(units_harvested_share=pl.lit(0.0))
            network = replace(network, tables={**network.tables, "programme": none})
        spent = {} if swapping is None else _spent_by_quarter(swapping)
        policy = _with_promised(self.policy, spent)
        found, ground = grounded(network, self.impact)
        settled = stock.settle(
            ground.network, ground.pools, ground.supply, ground.places, found.branches, policy,
            self.crew,
        )  # fmt: skip
        return Course(swapping, found, ground, settled, policy)

    def _worth(self, today: Course, best: Course) -> stock.Worth:
        """Return what swaps are worth to stock, in money of each quarter's day."""
        quarters = swap.task_of(self.network, self.policy).quarters
        days = np.array([max(0.0, self.network.day(day)) for day in quarters.starts])
        worth = stock.worth_of(
            self.network, today.settled.plain.judge, best.settled, best.found.pooled_parts, days,
            swap.REFURBISH_DAYS,
        )  # fmt: skip
        discount = quarters.discount(self.policy.budget.discount_rate, self.network.start)
        at = pl.col("quarter")
        table = worth.table.with_columns(
            pl.col("relieved", "harvested") / at.replace_strict(
                range(len(days)), discount, return_dtype=pl.Float64),
        ).with_columns(at.replace_strict(range(len(days)), list(quarters.starts),
                                         return_dtype=pl.Date))  # fmt: skip
        return stock.Worth(table, worth.constant)


def _shared(worth: pl.DataFrame, share: float) -> pl.DataFrame:
    return worth.with_columns(pl.col("relieved", "harvested") * share)


def _greater(bound: float | None, other: float | None, constant: float) -> float | None:
    """Return the greater of two bounds, the other one with a constant."""
    if other is None:
        return bound
    return other + constant if bound is None else max(bound, other + constant)


def _with_promised(policy: Policy, promised: Mapping[dt.date, float]) -> Policy:
    return replace(policy, budget=replace(policy.budget, promised=promised))


def _spent_by_quarter(swapping: swap.Swapping) -> dict[dt.date, float]:
    """Return what a programme costs in each quarter."""
    spent = swapping.tables["programme"].group_by("quarter").agg(pl.col("cost").sum())
    return dict(spent.iter_rows())


def _orders_by_quarter(network: Network, course: Course) -> dict[dt.date, float]:
    """Return what is spent on stock in each quarter."""
    found: dict[dt.date, float] = {}
    pools = course.settled.judge.pools
    for pool, delivery in enumerate(course.settled.decided.deliveries):
        for day, units in zip(delivery.order_day, delivery.quantity, strict=True):
            quarter = quarter_start(date_of(float(day), network.start))
            cost = float(units) * float(pools.cost[pool])
            found[quarter] = found.get(quarter, 0.0) + cost
    return found


def _baselines(courses: Mapping[str, Course]) -> pl.DataFrame:
    joint = courses["joint"].total
    return pl.DataFrame(
        [
            {
                "course": name,
                "programme_cost": programme_cost(one.swapping),
                "stock_cost": one.stock_cost,
                "total_cost": one.total,
                "availability_worst": one.worst,
                "target_met": one.settled.answer.is_met,
                "extra_cost": one.total - joint,
            }
            for name, one in courses.items()
        ]
    )
