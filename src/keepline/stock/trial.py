"""Try other limits: the orders that lose least within them, judged against the service target."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.lastbuy import buy_within
from keepline.maths.lastbuy_exact import Effort
from keepline.stock.ceiling import Ceiling
from keepline.stock.limited import choose_limited
from keepline.stock.offers import Offers
from keepline.stock.points import is_held
from keepline.stock.survive import needed_by_window
from keepline.stock.tranches import Tranches, brought_forward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.lastbuy import LastBuy
    from keepline.maths.lastbuy_ground import Limits
    from keepline.model.arrays import Pools
    from keepline.model.policy import Policy
    from keepline.stock.choose import Chosen
    from keepline.stock.ground import Delivery
    from keepline.stock.judge import Judge
    from keepline.stock.limits import Ordering

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Small networks get the optimum at every look, so that what is certified is near what is enough.
EFFORT = Effort(pools=24, nodes=60, seconds=2.0)

#: What a month that fails is made to weigh.
HEAVY = 0.5


class Tried(NamedTuple):
    """Tell how orders within some limits do."""

    is_held: bool
    is_ruled_out: bool  # certified: no orders within the limits meet the target
    units: Whole  # [pools, quarters]
    deliveries: list[Delivery]
    bought: LastBuy | None


@dataclass(frozen=True)
class Trial:
    """Try limits for one target.

    Attributes:
        judge: Judges a choice.
        policy: The service target; its budget counts for nothing here.
        chosen: What would be ordered on the first day were money no limit.
        ordering: When orders may be placed, and the limits as they are.
        order_by: Last useful day to order [pools].
        tranches: What every pool could order when.
        ceiling: What a target allows to be lost; None where nothing can be certified.
    """

    judge: Judge
    policy: Policy
    chosen: Chosen
    ordering: Ordering
    order_by: Number
    tranches: Tranches
    ceiling: Ceiling | None
    _by_share: dict[bytes, Tranches] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, judge: Judge, policy: Policy, chosen: Chosen, ordering: Ordering, order_by: Number
    ) -> Trial:
        """Work out what every pool could order when."""
        ceiling = Ceiling.of(judge, ordering.day)
        ordering = _simple(ordering)
        needed = needed_by_window(judge, policy.service, ordering.day)
        tranches = Tranches.of(judge.pools, chosen.offers, ordering, needed)
        if policy.service.survive_days is not None and _has_several_laws(judge):
            # what is asked for survival is then asked of orders that come in every branch
            ceiling = None
        return cls(judge, policy, chosen, ordering, order_by, tranches, ceiling)

    def allowed(self) -> float:
        """Return the loss above which the target is certainly missed; infinite if none is known."""
        if self.ceiling is None:
            return np.inf
        target, tranches = self.policy.service.availability, self.tranches
        levels = [0.5 * tranches.missing] if tranches.missing else []
        if target is not None:
            most = self.ceiling.most_lost(target, tranches.offers.share)
            levels.append(most * (1.0 + 1e-9) - tranches.lost)
        return min(levels, default=np.inf)

    def at(self, limits: Limits) -> Tried:
        """Return the orders that lose least within limits, and how they do."""
        pools, first = self.judge.pools, self.chosen.for_target
        other = self.ordering.with_limits(limits)
        if first is not None and other.lets_through(pools, first) and _pays(pools, limits, first):
            units = np.zeros((len(first), len(self.ordering.day)), np.int64)
            units[:, 0] = first
            return Tried(True, False, units, self.chosen.offers.placed(first), None)
        found = self._least_loss(limits)
        if found.is_held or found.is_ruled_out or self.policy.service.availability is None:
            return found
        # the month that fails may weigh too little
        worst = int(np.argmin(self.judge.by_month(self.judge.courses(found.deliveries))))
        if self.tranches.offers.share[worst] >= HEAVY:
            return found
        again = self._of_month(worst, HEAVY)._least_loss(limits)
        return again if again.is_held else found

    def _least_loss(self, limits: Limits) -> Tried:
        pools = self.judge.pools
        tranches = self.tranches.within(pools, limits)
        bought = buy_within(tranches.orderable, tranches.limits, EFFORT)
        urgency = np.argsort(self.order_by, kind="stable")
        lots = brought_forward(tranches.case(), bought.units, urgency)
        placed = tranches.placed(lots)
        return Tried(
            is_held(self.judge, self.policy, placed),
            bought.bound > self.allowed(),
            lots * tranches.lot[:, None],
            placed,
            bought,
        )

    def rules_out(self, limits: Limits) -> bool:
        """Tell whether it is certain that no orders within limits meet the target."""
        if not np.isfinite(self.allowed()):
            return False
        tranches = self.tranches.within(self.judge.pools, limits)
        return buy_within(tranches.orderable, tranches.limits, EFFORT).bound > self.allowed()

    def certifying(self, deliveries: Sequence[Delivery]) -> list[Trial]:
        """Return trials of which each may rule limits out; none where nothing can be certified.

        Beside the months that decide, the worst month with some orders is looked at by itself.

        Args:
            deliveries: Orders that are near the target.
        """
        if self.ceiling is None:
            return []
        found, share = [self], self.tranches.offers.share
        if self.policy.service.availability is not None:
            worst = int(np.argmin(self.judge.by_month(self.judge.courses(deliveries))))
            if share[worst] < share.sum():
                found.append(self.of_month(worst))
        return found

    def of_month(self, month: int) -> Trial:
        """Return the trial in which one month alone decides.

        Args:
            month: Its row.
        """
        return self._of_month(month, 1.0)

    def _of_month(self, month: int, weight: float) -> Trial:
        """Return the trial in which one month weighs so much, and the others what is left."""
        judge, share = self.judge, self.tranches.offers.share * (1.0 - weight)
        share[month] += weight
        key = share.tobytes()
        if key not in self._by_share:
            offers = Offers.of(judge.pools, judge.views, share)
            needed = needed_by_window(judge, self.policy.service, self.ordering.day)
            self._by_share[key] = Tranches.of(judge.pools, offers, self.ordering, needed)
        return replace(self, tranches=self._by_share[key])

    def best_at(self, limits: Limits) -> tuple[Trial, Tried]:
        """Return orders that meet the target within limits, looked for in earnest.

        Returns:
            The trial with the months that decide under these limits, and the orders.
        """
        quick = self.at(limits)
        if quick.is_held or quick.is_ruled_out:
            return self, quick
        other = self.ordering.with_limits(limits)
        asked = replace(self.chosen, bound_by="target")
        found = choose_limited(self.judge, self.policy, asked, other, self.order_by)
        if not found.is_reached:
            return self, quick
        units = found.units * found.tranches.lot[:, None]
        tried = Tried(True, False, units, found.deliveries, found.bought)
        return replace(self, tranches=found.tranches), tried


def _simple(ordering: Ordering) -> Ordering:
    """Return the first day alone where nothing asks for a later one."""
    if np.isfinite(ordering.limits.quarter_budget).any() or not ordering.has_only_quarters():
        return ordering
    limits = ordering.limits._replace(
        quarter_budget=ordering.limits.quarter_budget[:1], capacity=ordering.limits.capacity[:, :1]
    )
    return replace(ordering, day=ordering.day[:1], limits=limits, months=ordering.months[:1])


def _pays(pools: Pools, limits: Limits, units: Whole) -> bool:
    return bool(pools.cost @ units <= limits.budget * (1.0 + 1e-12))


def _has_several_laws(judge: Judge) -> bool:
    return any(len(view.meeting.laws) > 1 for view in judge.views)
