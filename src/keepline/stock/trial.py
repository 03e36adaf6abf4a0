"""Try other limits: the orders that lose least within them, judged against the service target."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.lastbuy import buy_within
from keepline.maths.lastbuy_exact import Effort
from keepline.maths.lastbuy_ground import losses
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
#: Orders that lose more than so many times what the cheapest do that meet the target are left.
NEAR, TINY = 1.25, 1e-9


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
        is_certifying: Whether the tranches weigh what the ceiling weighs.
    """

    judge: Judge
    policy: Policy
    chosen: Chosen
    ordering: Ordering
    order_by: Number
    tranches: Tranches
    ceiling: Ceiling | None
    is_certifying: bool
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
        if any(view.leaving is not None for view in judge.views):
            # curves then have the average of what leaves taken off, which bounds nothing
            ceiling = None
        if policy.service.survive_days is not None and _has_several_laws(judge):
            # what is asked for survival is then asked of orders that come in every branch
            ceiling = None
        is_alike = ceiling is not None and bool((ceiling.weight == judge.pools.weight).all())
        return cls(judge, policy, chosen, ordering, order_by, tranches, ceiling, is_alike)

    def allowed(self) -> float:
        """Return the loss above which the target is certainly missed; infinite if none is known."""
        if self.ceiling is None or not self.is_certifying:
            return np.inf
        target, tranches = self.policy.service.availability, self.tranches
        levels = [0.5 * tranches.missing] if tranches.missing else []
        if target is not None:
            most = self.ceiling.most_lost(target, tranches.offers.share)
            levels.append(most * (1.0 + 1e-9) - tranches.lost)
        return min(levels, default=np.inf)

    def near(self) -> float:
        """Return the loss past which orders are not looked at in earnest.

        It is somewhat more than what the cheapest orders lose that meet the target on the first
        day; nothing is certified by it.
        """
        first = self.chosen.for_target
        if first is None:
            return np.inf
        units = np.zeros(self.tranches.orderable.most.shape, np.int64)
        case = self.tranches.case()
        most = float(losses(case, units).sum())
        units[:, 0] = -(-first // self.tranches.lot)
        return NEAR * float(losses(case, units).sum()) + TINY * most

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
        again = self._weighing(self._leaning(worst, HEAVY))._least_loss(limits)
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
        share = self.tranches.offers.share
        found = [self if self.is_certifying else self._weighing(share, is_certifying=True)]
        if self.policy.service.availability is not None:
            worst = int(np.argmin(self.judge.by_month(self.judge.courses(deliveries))))
            if share[worst] < share.sum():
                alone = self._leaning(worst, 1.0)
                found.append(self._weighing(alone, is_certifying=True))
        return found

    def of_month(self, month: int) -> Trial:
        """Return the trial in which one month alone decides.

        Args:
            month: Its row.
        """
        return self._weighing(self._leaning(month, 1.0))

    def other(self, judge: Judge, policy: Policy, chosen: Chosen, tranches: Tranches) -> Trial:
        """Return the trial of another question under the same limits."""
        return replace(
            self, judge=judge, policy=policy, chosen=chosen, tranches=tranches, _by_share={}
        )

    def _leaning(self, month: int, weight: float) -> Number:
        """Return the dates' weights with so much on one month, and the others what is left."""
        share = self.tranches.offers.share * (1.0 - weight)
        share[month] += weight
        return share

    def _weighing(self, share: Number, is_certifying: bool = False) -> Trial:
        """Return the trial with other weights of dates, if asked with the ceiling's of pools."""
        judge, key = self.judge, share.tobytes() + bytes([is_certifying])
        if key not in self._by_share:
            pools = judge.pools
            if is_certifying and self.ceiling is not None:
                pools = pools._replace(weight=self.ceiling.weight)
            offers = Offers.of(pools, judge.views, share, judge.crew)
            needed = needed_by_window(judge, self.policy.service, self.ordering.day)
            self._by_share[key] = Tranches.of(pools, offers, self.ordering, needed)
        is_alike = self.is_certifying or is_certifying
        return replace(self, tranches=self._by_share[key], is_certifying=is_alike)

    def best_at(self, limits: Limits) -> tuple[Trial, Tried]:
        """Return orders that meet the target within limits, looked for in earnest.

        Returns:
            The trial with the months that decide under these limits, and the orders.
        """
        quick = self.at(limits)
        is_far = quick.bought is not None and quick.bought.loss > self.near()
        if quick.is_held or quick.is_ruled_out or is_far:
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
