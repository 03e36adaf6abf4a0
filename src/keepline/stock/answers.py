"""Answer what to buy, with the stock as it lies and once some of it is carried; keep the better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from keepline.model.moving import moved
from keepline.stock.choose import choose
from keepline.stock.decided import at_once, decide, may_renew
from keepline.stock.ground import Delivery, restocked
from keepline.stock.moves import Plain, find_moves
from keepline.stock.points import is_held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.model.moving import Carried
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.stock.choose import Chosen
    from keepline.stock.decided import Decided
    from keepline.stock.ground import View
    from keepline.stock.judge import Course, Judge
    from keepline.stock.limits import Ordering
    from keepline.stock.moves import Moving

    Number = NDArray[np.float64]

#: A cost or a loss that is above another by so small a share is the same.
ROUNDING = 1e-9
#: Moves that save more than this share need no comparison with a plan that keeps the limits.
MUCH = 0.05
#: Choices of moves that are tried; a later one leaves out parts that an earlier one made dearer.
TRIES = 3


@dataclass(frozen=True)
class Answer:
    """Hold what to buy for one way in which the stock lies.

    Attributes:
        judge: Every pool, with the stock as it lies.
        chosen: What would be ordered on the first day.
        order_by: Last useful day to order [pools].
        decided: The orders and what explains them.
        is_met: Whether they meet the service target.
    """

    judge: Judge
    chosen: Chosen
    order_by: Number
    decided: Decided
    is_met: bool

    @classmethod
    def of(cls, network: Network, judge: Judge, policy: Policy, ordering: Ordering) -> Answer:
        """Choose what to buy, and when."""
        order_by = _order_by(network, judge, judge.today(), policy.service.confidence)
        chosen = choose(judge, policy)
        decided = decide(judge, policy, chosen, ordering, order_by)
        return cls.given(judge, policy, chosen, order_by, decided)

    @classmethod
    def given(
        cls, judge: Judge, policy: Policy, chosen: Chosen, order_by: Number, decided: Decided
    ) -> Answer:
        """Tell of orders whether they meet the target."""
        is_met = is_held(judge, policy, decided.deliveries)
        return cls(judge, chosen, order_by, decided, is_met)

    def unmoved(self, share: Number) -> Plain:
        """Return what moves are to be better than.

        Args:
            share: Weight of each date [dates].
        """
        units = np.array([one.quantity.sum() for one in self.decided.deliveries], np.int64)
        # a large minimum order may bring more units than ever save anything
        bought = np.minimum(units, self.decided.offers.most)
        short = np.array(
            [
                float(share @ course.short @ view.meeting.chance)
                for view, course in zip(self.judge.views, self.decided.planned, strict=True)
            ]
        )
        return Plain(bought, short, self.is_met, self.decided.price)

    def cost_by_part(self) -> Number:
        """Return what is bought of every part [parts]."""
        pools = self.judge.pools
        units = np.array([one.quantity.sum() for one in self.decided.deliveries], np.float64)
        return np.bincount(pools.part, pools.cost * units).astype(np.float64)


def answered(
    network: Network, judge: Judge, policy: Policy, ordering: Ordering
) -> tuple[Answer, Answer, Moving]:
    """Return what to buy with nothing moved, what to buy with the moves, and these.

    Moves are made only where the target is not met today, and are kept only where what is then
    bought costs no more, and does as much. What to buy with nothing moved leaves the limits aside
    where the plan with moves, which keeps them, is much cheaper than that.

    Args:
        network: Names and depots.
        judge: Judges a choice, with the stock as it lies today.
        policy: Service target and budget.
        ordering: When orders may be placed, and the limits.
    """
    order_by = _order_by(network, judge, judge.today(), policy.service.confidence)
    chosen = choose(judge, policy)
    free = Answer.given(judge, policy, chosen, order_by, at_once(judge, policy, chosen))

    def within_limits() -> Answer:
        decided = decide(judge, policy, chosen, ordering, order_by)
        return Answer.given(judge, policy, chosen, order_by, decided)

    keeps_limits = ordering.lets_through(judge.pools, chosen.units) and not may_renew(
        judge, policy, free.decided
    )
    share, cost = chosen.offers.share, policy.budget.move_cost
    unmoved, room = free.unmoved(share), ordering.limits.room
    moving = find_moves(network, judge.pools, judge.views, share, unmoved, cost, room)
    none = moving.only(judge.pools, np.zeros(len(network["parts"]), np.bool_))
    if is_held(judge, policy, [Delivery.none()] * len(judge.views)):
        moving = none
    # stock that may leave its shelf stays where it is: what is carried would be fresh elsewhere
    stays = [int(judge.pools.part[view.pool]) for view in judge.views if view.leaving is not None]
    if stays:
        moving = moving.only(judge.pools, ~np.isin(np.arange(len(network["parts"])), stays))
    plain, least = free if keeps_limits else None, free.decided.cost * (1.0 - MUCH)
    for _ in range(TRIES):
        if not len(moving.carried.quantity):
            break
        other = Answer.of(network, with_stock_moved(judge, moving.carried), policy, ordering)
        is_much = free.is_met and other.is_met and _spent(policy, other, moving) < least
        if plain is None and is_much:
            return free, other, moving
        if plain is None:
            plain = within_limits()
        if _is_better(policy, plain, other, moving):
            return plain, other, moving
        keeps = other.cost_by_part() <= plain.cost_by_part() * (1.0 + ROUNDING)
        kept = moving.only(judge.pools, keeps)
        if len(kept.carried.quantity) == len(moving.carried.quantity):
            break
        moving = kept
    if plain is None:
        plain = within_limits()
    return plain, plain, none


def saved_by_moves(network: Network, plain: Answer, answer: Answer, moving: Moving) -> Number:
    """Return the service lost that each move saves: what the plan's purchases lose without it.

    What the moves of a part and operator save together is shared out by units.

    Args:
        network: Whose depots they are.
        plain: Judges the stock as it lies.
        answer: The plan with the moves.
        moving: The moves [k].
    """
    pools, carried = plain.judge.pools, moving.carried
    share, unmoved = answer.decided.offers.share, plain.judge.courses(answer.decided.deliveries)
    saved = np.array(
        [
            pools.weight[view.pool] * float(share @ (a.short - b.short) @ view.meeting.chance)
            for view, a, b in zip(plain.judge.views, unmoved, answer.decided.planned, strict=True)
        ]
    )
    owners = network["depots"]["operator_id"].gather(pools.root).to_list()
    keys = [(int(part), owner) for part, owner in zip(pools.part, owners, strict=True)]
    row = {key: index for index, key in enumerate(dict.fromkeys(keys))}
    stack = np.array([row[key] for key in keys], np.int64)
    mine = stack[np.searchsorted(pools.first, carried.origin, side="right") - 1]
    together = np.bincount(stack, saved, len(row))[mine]
    return np.asarray(together * carried.quantity / np.bincount(mine, carried.quantity)[mine])


def with_stock_moved(judge: Judge, carried: Carried) -> Judge:
    """Return the judge once the moves are made."""
    pools = moved(judge.pools, carried)
    ends = np.concatenate((carried.origin, carried.target))
    changed = set((np.searchsorted(pools.first, ends, side="right") - 1).tolist())

    def seen(views: Sequence[View]) -> list[View]:
        return [restocked(one, pools) if one.pool in changed else one for one in views]

    return replace(
        judge, pools=pools, views=seen(judge.views), lasting=seen(judge.lasting), _seen={}
    )


def _spent(policy: Policy, answer: Answer, moving: Moving) -> float:
    """Return what purchases and moves cost together."""
    return answer.decided.cost + policy.budget.move_cost * float(moving.carried.quantity.sum())


def _is_better(policy: Policy, plain: Answer, other: Answer, moving: Moving) -> bool:
    """Tell whether moves make the plan cheaper for the target, or better for the money."""
    if plain.is_met != other.is_met:
        return other.is_met
    cost, before = other.decided.cost, plain.decided.cost
    limit = before * (1.0 + ROUNDING)
    if plain.is_met and _spent(policy, other, moving) < before * (1.0 - ROUNDING):
        return True
    if policy.budget.stock is not None and not plain.is_met:
        limit = max(limit, policy.budget.stock)
    share = plain.decided.offers.share
    lost = other.judge.service_lost(other.decided.planned, share)
    return cost <= limit and lost < plain.decided.lost * (1.0 - ROUNDING)


def _order_by(network: Network, judge: Judge, today: Sequence[Course], confidence: float) -> Number:
    """Return the last useful day to order each pool's units.

    That is the last day on which they still arrive before any branch cuts supply; where none does,
    before today's course first runs short at the confidence; else the plan's last day.
    """
    found = np.empty(len(today))
    for pool, (seen, course) in enumerate(zip(judge.views, today, strict=True)):
        last = seen.meeting.last_order_day()
        short = np.nonzero(course.chance @ seen.meeting.chance > 1.0 - confidence)[0]
        if not np.isfinite(last) and len(short):
            last = float(judge.dates.day[short[0]]) - seen.meeting.lead_days
        found[pool] = max(0.0, min(last, network.horizon_days - 1.0))
    return found
