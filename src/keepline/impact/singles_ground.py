"""Play the loss of all that stands on some labels, and weigh what stands behind the parts lost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from keepline.impact.hits import tests_of
from keepline.impact.labels import Named, named_of
from keepline.impact.offers import Offers, offers_of
from keepline.impact.passes import day_steps
from keepline.impact.paths import Unfolded, unfold
from keepline.maths.circles import feeds_circle
from keepline.maths.lossdates import ANYTHING, asked_for, counting, loss_dates
from keepline.maths.reach import reach
from keepline.maths.single import by_label, single_losses
from keepline.maths.tiers import Laws
from keepline.maths.worlds import Ask
from keepline.model.results import MODES
from keepline.model.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.model.network import Network

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_SHORT: Final = 1e-9


class Behind(NamedTuple):
    """Hold what stands behind parts; sites with the same parts count as one group.

    Attributes:
        units: Units in service of each part [parts].
        groups: Which parts a group of sites has [groups, parts].
        traffic: Traffic of the sites of each group [groups].
        total: Traffic of all sites.
    """

    units: Floats
    groups: Flags
    traffic: Floats
    total: float

    def weigh(self, parts: Flags) -> tuple[float, float]:
        """Return the traffic of the sites where some parts stand, and the units of these parts."""
        at = self.groups[:, parts].any(axis=1)
        return float(self.traffic[at].sum()), float(self.units[parts].sum())

    def share(self, traffic: float) -> float:
        """Return traffic as a share of all."""
        return min(traffic / self.total, 1.0) if self.total > 0.0 else 0.0


class Fallen(NamedTuple):
    """Hold what parts lose when something stops on the first day, in MODES order.

    Attributes:
        short: First day on which less than all is left; infinite for never [modes, parts].
        gone: First day on which nothing is left [modes, parts].
        left: Share left, the least within the plan [modes, parts].
        steps: What is left of supply and repair, by part and day.
    """

    short: Floats
    gone: Floats
    left: Floats
    steps: pl.DataFrame

    @property
    def lost(self) -> Flags:
        """Say of which parts new supply is gone within the plan [parts]."""
        return np.asarray(np.isfinite(self.gone[0]))

    @property
    def touched(self) -> Flags:
        """Say which parts lose anything [parts]."""
        return np.asarray(np.isfinite(self.short).any(axis=0))


@dataclass(frozen=True)
class Ground:
    """Hold all that single losses are found on.

    Attributes:
        offers: Who can deliver what.
        unfolded: The graph of all paths.
        named: On what deliveries stand.
        behind: What stands behind the parts.
        end: Days of the plan.
    """

    offers: Offers
    unfolded: Unfolded
    named: Named
    behind: Behind
    end: float

    @classmethod
    def of(cls, network: Network) -> Ground:
        """Lay out a network; nothing is cut yet."""
        offers = offers_of(network)
        unfolded = unfold(offers, tests_of(Scenario("nothing happens"), offers))
        named = named_of(offers, unfolded)
        return cls(offers, unfolded, named, _behind(network, offers), network.horizon_days)

    def play(self, cut: Flags, is_approved: bool = False) -> Fallen:
        """Stop deliveries from the first day, and carry that to the parts, as a scenario's is.

        Args:
            cut: Which deliveries of the graph stop [d].
            is_approved: Whether every source counts as approved already.
        """
        graph, tops = self.unfolded.graph, self.unfolded.tops
        if is_approved:
            waits = np.zeros_like(graph.qualification_days)
            graph = graph._replace(qualification_days=waits)
        one = np.array([0, 1])
        laws = Laws(
            np.where(cut, 0, -1), one, np.zeros(1), np.zeros(1), np.ones(1), np.ones(1)
        )  # fmt: skip
        # nobody keeps updates in store
        bare = graph._replace(buffer_days=np.zeros_like(graph.buffer_days))
        course, updates = reach(graph, laws, self.end), reach(bare, laws, self.end)
        shape = (len(MODES), self.offers.parts.height)
        short, gone, left = np.full(shape, np.inf), np.full(shape, np.inf), np.ones(shape)
        kept = []
        for number, mode in enumerate(MODES):
            steps = day_steps(0, tops[mode], updates if mode == "software" else course)
            part, day, share = (steps[one].to_numpy() for one in ("part", "day", "share_left"))
            for first, limit in ((short, 1.0 - _SHORT), (gone, ANYTHING)):
                below = share < limit
                np.minimum.at(first[number], part[below], day[below].astype(np.float64))
            np.minimum.at(left[number], part, share)
            kept.append(steps.with_columns(mode=pl.lit(mode)))
        return Fallen(short, gone, left, pl.concat(kept[:2]))

    @cached_property
    def ask(self) -> Ask:
        """Say what nodes ask for, so that what is not lost never has nothing in a scenario.

        No approval in time is counted on. What feeds a circle asks for all of its supply, as a
        circle may wear down any shortage; all else is lost when nothing is left.
        """
        graph = self.unfolded.graph
        least = np.where(feeds_circle(graph), 1.0, asked_for(graph))
        return Ask(least, counting(graph))

    def at_most(self) -> tuple[Flags, Floats]:
        """Return of which parts each label can take new supply at all, and how soon.

        Returns:
            bool[labels, parts]; float64[labels], the first day on which it takes one if losses
            pass on whole, infinite where it takes none.
        """
        total = self.named.labels.total
        found = single_losses(self.unfolded.graph, self.named.labels, self.ask)
        first, place, days = by_label(found, self.unfolded.tops["supply"], total)
        takes = np.zeros((total, self.offers.parts.height), np.bool_)
        label = np.repeat(np.arange(total), np.diff(first))
        takes[label, place] = True
        soonest = np.full(total, np.inf)
        np.minimum.at(soonest, label, days)
        return takes, soonest

    def at_most_of(self, cut: Flags) -> Flags:
        """Return of which parts new supply can go at all, however late, if deliveries stop."""
        graph = self.unfolded.graph
        dates = loss_dates(
            graph, np.where(cut, 0.0, np.inf), self.ask.least, self.ask.counts, np.inf
        )
        return np.isfinite(dates.time[self.unfolded.tops["supply"]])

    def standing_on(self, deliveries: Flags) -> Flags:
        """Return which parts' new supply stands on some deliveries, in however small a part."""
        graph = self.unfolded.graph
        # a share of 1 each, and all of them asked for: any loss tells
        whole = graph._replace(share=np.ones_like(graph.share))
        asked = np.diff(graph.first_delivery).astype(np.float64)
        cut = np.where(deliveries, 0.0, np.inf)
        dates = loss_dates(whole, cut, asked, counting(graph, with_alternatives=True), np.inf)
        return np.isfinite(dates.time[self.unfolded.tops["supply"]])


def _behind(network: Network, offers: Offers) -> Behind:
    """Weigh what stands behind the parts; the order of rows does not matter."""
    numbered = offers.parts.select("part_id", part="item")
    standing = network["installed"].filter(pl.col("quantity") > 0).join(numbered, "part_id")
    units = np.zeros(offers.parts.height)
    np.add.at(units, standing["part"].to_numpy(), standing["quantity"].to_numpy())
    groups = (
        standing.group_by("site_id")
        .agg(pl.col("part").unique().sort())
        .join(network["sites"].select("site_id", "traffic"), "site_id")
        .sort("site_id")
        .group_by("part", maintain_order=True)
        .agg(pl.col("traffic").sum(), pl.col("site_id").first())
        .sort("site_id")
    )
    has = np.zeros((groups.height, offers.parts.height), np.bool_)
    for group, parts in enumerate(groups["part"].to_list()):
        has[group, parts] = True
    total = float(network["sites"].sort("site_id")["traffic"].sum())
    return Behind(units, has, np.array(groups["traffic"].to_numpy(), np.float64), total)
