"""Play the families of a network for a block of replications, every course and timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.blocks import played_in_order
from keepline.maths.field.family import BY_TRAFFIC, CORE_FIRST, FIRST_COME, Settings
from keepline.maths.field.play import play_family
from keepline.model.mechanisms import ALLOCATIONS
from keepline.simulation.in_service import service, standing
from keepline.simulation.play import Played

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from keepline.maths.field.family import Family
    from keepline.maths.field.record import Record
    from keepline.model.arrays import Pools
    from keepline.model.mechanisms import Mechanisms
    from keepline.simulation.families import FieldSetup
    from keepline.simulation.in_service import Standing
    from keepline.simulation.slips import Schedule

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

_ALLOCATION = dict(zip(ALLOCATIONS, (FIRST_COME, BY_TRAFFIC, CORE_FIRST), strict=True))


class FieldPlayed(NamedTuple):
    """Hold what a family gave in a block.

    Attributes:
        family: Its number.
        pools: Its pools, part by part [P].
        played: What each pool gave, as of the kernel of one pool [P].
        records: The kernel's records [courses][timelines]; timelines that are one to the family
            have the same record, and so has a plan that leaves it as it is. The rows of the outage
            log are those of `keepline.simulation.ground.Ground`.
    """

    family: int
    pools: Whole
    played: tuple[Played, ...]
    records: tuple[tuple[Record, ...], ...]


@dataclass(frozen=True)
class FieldPlayer:
    """Play families; `block` plays them all.

    Attributes:
        setup: Every family.
        pools: The network's pools, for the weight of their parts.
        mechanisms: What is played.
        schedule: The swaps, and what may make them slip.
        edges: Moments that part the plan into months [months + 1].
        seed: Seed of every stream.
        has_plan: Whether a plan is played beside today's course.
        has_log: Whether outages are written down site by site, and shortages by depot.
    """

    setup: FieldSetup
    pools: Pools
    mechanisms: Mechanisms
    schedule: Schedule
    edges: Number
    seed: int
    has_plan: bool
    has_log: bool = True

    def block(self, first: int, count: int, threads: int = 1) -> Iterator[FieldPlayed]:
        """Play a block of replications, family by family in order.

        Args:
            first: Number of the first replication.
            count: How many.
            threads: How many families are played side by side; no bit depends on it.
        """
        swap_day = self.schedule.days(self.seed, first, count)
        jobs = [(number, first, swap_day) for number in range(len(self.setup.families))]
        return map(self.play, jobs) if threads == 1 else played_in_order(self.play, jobs, threads)

    def play(self, job: tuple[int, int, Number]) -> FieldPlayed:
        """Play one family; the same bits on any thread and in any order.

        Args:
            job: The family, the first replication, and the day of each swap [replications, W].
        """
        number, first, swap_day = job
        setup, pools = self.setup, self.setup.family_pools[number]
        today, planned = setup.families[number], setup.planned[number]
        records = [self._timelines(number, today, first, swap_day)]
        if self.has_plan:
            records.append(
                records[0] if planned is None else self._timelines(number, planned, first, swap_day)
            )
        played = tuple(self._told(number, place, records) for place in range(len(pools)))
        return FieldPlayed(number, pools, played, tuple(tuple(one) for one in records))

    def _timelines(self, number: int, family: Family, first: int, swap_day: Number) -> list[Record]:
        """Play one course of a family in every timeline, once for each that differs to it."""
        laws = self.setup.law[self.setup.family_parts[number]].T
        by_law: dict[bytes, Record] = {}
        for law in laws:
            key = law.tobytes()
            if key not in by_law:
                record = play_family(
                    family,
                    self.setup.laws,
                    np.broadcast_to(law, (len(swap_day), len(law))),
                    swap_day,
                    self.edges,
                    self.settings(family),
                    self.seed,
                    first,
                )
                rows = self.setup.family_rows[number]
                by_law[key] = record._replace(log_row=rows[record.log_row])
        return [by_law[law.tobytes()] for law in laws]

    def settings(self, family: Family) -> Settings:
        """Return which mechanisms are played in a family: those that are on and can happen in it.

        One that cannot happen changes nothing, so it is switched off to save its work.
        """
        on, end = self.mechanisms, self.edges[-1]
        parts, rows = family.parts, family.rows
        swapped = (rows.swap >= 0).any() or (rows.start_swap >= 0).any()
        leaves = (parts.attrition > 0.0).any() or (parts.shelf_life < end).any()
        return Settings(
            allocation=_ALLOCATION[on.allocation],
            is_finite=on.finite_base,
            has_programme=on.programme and bool(swapped),
            has_harvest=on.programme and on.harvest and bool(swapped),
            has_spares=on.spare_in_place,
            has_substitutes=on.substitution and len(parts.substitute) > 0,
            has_lateral=on.lateral and bool(np.isfinite(family.places.lateral_days).any()),
            has_shops=on.repair_shops and len(family.at_once) > 0,
            has_leaving=on.leaving and bool(leaves or (family.stock.leave_day < end).any()),
            has_rates=on.uncertain_rates and bool(np.isfinite(parts.rate_shape).any()),
            has_log=self.has_log,
            by_location=self.has_log,
        )

    def _told(self, number: int, place: int, records: list[list[Record]]) -> Played:
        """Return a pool's units short and service [courses, timelines, replications, months]."""
        pool = self.setup.family_pools[number][place]
        weight, stands = float(self.pools.weight[pool]), self._standing(number, place)
        days = np.diff(self.edges)
        known: dict[int, tuple[Number, Number]] = {}
        for record in (one for course in records for one in course):
            if id(record) not in known:
                short = np.ascontiguousarray(record.backorder_days[:, :, place]) / days
                known[id(record)] = short, service(short, weight, stands)
        found = [[known[id(record)] for record in course] for course in records]
        return Played(
            np.array([[short for short, _ in course] for course in found]),
            np.array([[told for _, told in course] for course in found]),
        )

    def _standing(self, number: int, place: int) -> Standing:
        on = self.mechanisms
        return standing(
            self.setup.families[number].rows,
            place,
            self.setup.swap_day,
            self.edges,
            has_spares=on.spare_in_place,
            has_programme=on.programme,
        )
