"""Judge stock exactly: units short, chance of a shortage and availability, at every date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.blocks import played_in_order
from keepline.maths.service import availability, log_service
from keepline.stock.ground import Delivery
from keepline.stock.offers import CREW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.crew import Crew
    from keepline.model.arrays import Places, Pools
    from keepline.stock.ground import Dates, View

    Number = NDArray[np.float64]

THREADS = 2
#: Answers kept for a pool; most looks at a plan change few of them.
KEPT = 6


class Course(NamedTuple):
    """Hold what a pool's stock brings [dates, laws]."""

    short: Number
    chance: Number
    log_service: Number


@dataclass(frozen=True)
class Judge:
    """Judge any purchases for a network.

    Attributes:
        pools: Every pool.
        places: How their units stand at sites; of a group that a programme changes, in the fullest
            month.
        views: Each pool at every date.
        dates: The dates.
        chances: Probability of each branch.
        traffic: The whole network's traffic.
        lasting: Each pool at the dates at which survival is judged; none where it is not asked for.
        crew: Who works out the pools' curves.
        units: Units of each group of places in service, by month; None where they stay [dates, g].
    """

    pools: Pools
    places: Places
    views: Sequence[View]
    dates: Dates
    chances: Number
    traffic: float
    lasting: Sequence[View] = ()
    crew: Crew = CREW
    units: Number | None = None
    _seen: dict[int, dict[bytes, Course]] = field(default_factory=dict, repr=False)

    @property
    def horizon_days(self) -> float:
        """Return the plan's length in days."""
        return self.dates.length

    def today(self) -> list[Course]:
        """Return what today's stock brings, nothing bought."""
        return self.courses([Delivery.none()] * len(self.views))

    def courses(self, deliveries: Sequence[Delivery]) -> list[Course]:
        """Return what each pool's stock brings with its purchases; like questions are kept."""
        jobs = list(zip(self.views, deliveries, strict=True))
        return list(played_in_order(self._course, jobs, THREADS, ahead=16))

    def service_lost(self, courses: Sequence[Course], share: Number) -> float:
        """Return expected traffic without service over the branches.

        Args:
            courses: What each pool's stock brings.
            share: Weight of each date; adds up to 1 [dates].
        """
        return float(
            sum(
                self.pools.weight[view.pool] * (share @ course.short @ view.meeting.chance)
                for view, course in zip(self.views, courses, strict=True)
            )
        )

    def availability(self, courses: Sequence[Course]) -> Number:
        """Return availability at every date in every branch [dates, branches]."""
        total = np.zeros((len(self.dates.day), len(self.chances)))
        for view, course in zip(self.views, courses, strict=True):
            total += course.log_service[:, view.meeting.branch]
        return availability(total, self.traffic)

    def by_month(self, courses: Sequence[Course]) -> Number:
        """Return expected availability at every date, branches mixed [dates]."""
        # what is lost is mixed, so that no loss at all stays none: probabilities add up to 1 only
        # to rounding
        lost = (1.0 - self.availability(courses)) @ self.chances
        return np.asarray(np.maximum(1.0 - lost, 0.0))

    def average(self, availability: Number) -> float:
        """Return the average availability over dates and branches [dates, branches]."""
        return max(0.0, 1.0 - float(self.dates.share @ (1.0 - availability) @ self.chances))

    def _course(self, job: tuple[View, Delivery]) -> Course:
        view, delivery = job
        seen = self._seen.setdefault(view.pool, {})
        key = b"".join(part.tobytes() for part in vars(delivery).values())
        if key not in seen:
            if len(seen) == KEPT:
                del seen[next(iter(seen))]
            seen[key] = self._judged(view, delivery)
        return seen[key]

    def _judged(self, view: View, delivery: Delivery) -> Course:
        found = view.measures(delivery)
        short = view.meeting.by_law(found[:, 0].reshape(view.mean.shape))
        chance = view.meeting.by_law(found[:, 1].reshape(view.mean.shape))
        return Course(short, chance, self._log_service(view, short))

    def installed(self, pool: int) -> Number:
        """Return the units of a pool in service at every date [dates]."""
        if self.units is None:
            return np.full(len(self.dates.day), float(self.pools.installed[pool]))
        return np.asarray(self.units[:, self.groups(pool)].sum(axis=1))

    def groups(self, pool: int) -> slice:
        """Return the groups of a pool's units at sites, as rows of places."""
        return slice(int(self.places.first[pool]), int(self.places.first[pool + 1]))

    def _log_service(self, view: View, short: Number) -> Number:
        """Return traffic times the log of availability that a pool leaves [dates, laws]."""
        groups, pool = self.groups(view.pool), view.pool
        at = (self.places.quantity[groups], self.places.spare[groups])
        weight, installed = float(self.pools.weight[pool]), self.installed(pool)
        if self.units is None or not view.is_moving:
            units = self.places.units[groups]
            return np.asarray(log_service(short, float(installed[0]), weight, *at, units))
        found = [
            log_service(short[date : date + 1], float(installed[date]), weight, *at,
                        np.ascontiguousarray(self.units[date, groups]))
            for date in range(len(short))
        ]  # fmt: skip
        return np.concatenate(found)
