"""What sites lose in a course and a timeline: from the field's outage logs to traffic and sites.

The traffic that a site loses is its own, or the sum over its rows of weight * units out beyond the
spare ones, whichever is less (:mod:`keepline.maths.site_outages`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.site_outages import standing, swept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.field.record import Record
    from keepline.maths.site_outages import Standing
    from keepline.simulation.ground import Ground

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class Piece(NamedTuple):
    """Hold what a family logged in a block, a line a change, each row's lines in order of time.

    Attributes:
        replication: Number of the replication [changes].
        day: When [changes].
        row: Row of `Ground` [changes].
        units: Units out there beyond the spare ones, from then on [changes].
    """

    replication: Whole
    day: Number
    row: Whole
    units: Whole


def piece_of(record: Record) -> Piece:
    """Return the outage log of a family's records, which tells of the rows of `Ground`."""
    return Piece(record.log_replication, record.log_day, record.log_row, record.log_out)


NOTHING = Piece(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Lost(NamedTuple):
    """Hold what sites lost in a block, one course, one timeline.

    Groups are operators, then all of them together; regions; technologies. A share of no traffic
    is served in full.

    Attributes:
        served: Share of traffic served, for each kind of group [replications, months, groups].
        down: Average number of sites down, of operators and regions [replications, months, groups].
        hit: Sites that lost some traffic at some time in the month, likewise.
        longest: Days of the longest outage of any site [replications, operators + 1].
        longest_lost: Traffic-days lost in it, likewise.
        longest_down: The longest time in days for which any site was down, likewise.
    """

    served: tuple[Number, Number, Number]
    down: tuple[Number, Number]
    hit: tuple[Number, Number]
    longest: Number
    longest_lost: Number
    longest_down: Number


@dataclass(frozen=True)
class Sites:
    """Sweep outage logs over the sites of a network.

    Attributes:
        at: Who stands where.
        place: Where each row of `Ground` stands in it [rows].
        traffic: Traffic of each operator and of all, of each region, of each technology.
    """

    at: Standing
    place: Whole
    traffic: tuple[Number, Number, Number]

    @classmethod
    def of(cls, ground: Ground) -> Sites:
        """Put the rows of a network side by side by site."""
        at, place = standing(
            ground.row_site,
            ground.part_technology[ground.row_part],
            ground.row_weight,
            ground.site_traffic,
            ground.site_operator,
            ground.site_region,
            ground.technology_traffic,
            len(ground.operators),
            len(ground.regions),
        )
        traffic = ground.site_traffic
        own, region = np.zeros(len(ground.operators) + 1), np.zeros(len(ground.regions))
        np.add.at(own, ground.site_operator, traffic)
        np.add.at(region, ground.site_region, traffic)
        own[-1] = traffic.sum()
        carried = np.array(ground.technology_traffic.sum(axis=0), np.float64)
        return cls(at, place, (own, region, carried))

    def lost(self, pieces: Sequence[Piece], first: int, count: int, edges: Number) -> Lost:
        """Return what sites lost in a block.

        Args:
            pieces: What every family logged, in one course and timeline.
            first: Number of the block's first replication.
            count: How many replications it has.
            edges: Moments that part the plan into months [months + 1].
        """
        replication, day, row, units = (
            np.concatenate(one) for one in zip(NOTHING, *pieces, strict=True)
        )
        found = swept(self.at, replication - first, day, self.place[row], units, edges, count)
        days = np.diff(edges)[:, np.newaxis]
        lost = (found.lost_operator, found.lost_region, found.lost_technology)
        served = [_served(one, days * of) for one, of in zip(lost, self.traffic, strict=True)]
        return Lost(
            served=(served[0], served[1], served[2]),
            down=(found.down_operator / days, found.down_region / days),
            hit=(found.hit_operator, found.hit_region),
            longest=found.longest,
            longest_lost=found.longest_lost,
            longest_down=found.longest_down,
        )


def _served(lost: Number, all_of_it: Number) -> Number:
    """Return the share of traffic-days served; rounding must not take it below 0."""
    share = np.zeros_like(lost)
    np.divide(lost, all_of_it, out=share, where=all_of_it > 0.0)
    return np.maximum(0.0, 1.0 - share)
