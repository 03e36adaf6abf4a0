"""Prices of the limits by climbing the smoothed bound with Newton's steps.

Each step solves the curvature over the prices that are free to move (the others stand at 0 or at
the price of what goes beyond the limit, and want to go further; D. P. Bertsekas, 1982) and is
damped until the bound rises (K. Levenberg, 1944). The smoothing falls in steps.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from keepline.maths.swap.curvature import Over, curved
from keepline.maths.swap.smooth import by_kind, smoothed, taken_of

if TYPE_CHECKING:
    from keepline.maths.swap.master import Items
    from keepline.maths.swap.problem import Left, Number, Whole

HANDS: Final = 2
#: Work of one curvature, in products added up.
WORK: Final = 12_000_000
#: Part of what the slope promises that a step must gain.
ENOUGH: Final = 1e-4
#: Turns of keeping prices at their bounds within a step.
EXCHANGES: Final = 30
LEAST_DAMPING, FIRST_DAMPING, MOST_DAMPING = 1e-8, 1e-5, 1e7


@dataclass
class Climb:
    """Prices on their way up.

    Attributes:
        items: Jobs or groups.
        limits: Prices, float64[L].
        left: Seconds left.
    """

    items: Items
    limits: Number
    left: Left

    def __post_init__(self) -> None:
        rows = self.items.rows
        self._taken = taken_of(rows, self.items.count)
        self._flow = np.zeros((HANDS, int(rows.first[-1])))
        half = len(rows.own) // HANDS
        self._parts = ((0, half), (half, len(rows.own)))
        # a fixed shuffle, so that any first part of it is a fair sample
        self._shuffled = np.random.default_rng(0).permutation(len(rows.own))
        self._every = 1
        by_flow = rows.over.tocsc()
        self._over = (
            rows.first,
            by_flow.indptr.astype(np.int64),
            by_flow.indices.astype(np.int64),
            by_flow.data,
        )

    def value(self, limits: Number, t: float) -> tuple[float, Number]:
        """Return the smoothed bound and its slope."""
        rows = self.items.rows
        prices = by_kind(rows, np.asarray(rows.over.T @ limits))
        self._flow[:] = 0.0
        with ThreadPoolExecutor(HANDS) as hands:
            work = [
                hands.submit(smoothed, self._taken, prices, t, *part, by_kind(rows, flow))
                for part, flow in zip(self._parts, self._flow, strict=True)
            ]
            total = sum(one.result() for one in work)
        flow = self._flow.sum(axis=0)
        return total - float(limits @ rows.most), np.asarray(rows.over @ flow - rows.most)

    def _curve(self, limits: Number, t: float, free: Whole) -> Number:
        """Return the curvature over free prices, estimated from a part of the jobs."""
        rows = self.items.rows
        prices = by_kind(rows, np.asarray(rows.over.T @ limits))
        place = np.full(len(limits), -1)
        place[free] = np.arange(len(free))
        over = Over(*self._over, place)
        while True:
            count = -(-len(self._shuffled) // self._every)
            parts = np.array_split(self._shuffled[:count], HANDS)
            curve = np.zeros((HANDS, len(free), len(free)))
            with ThreadPoolExecutor(HANDS) as hands:
                done = [
                    hands.submit(curved, self._taken, prices, over, t, part, one)
                    for part, one in zip(parts, curve, strict=True)
                ]
                work = sum(one.result() for one in done) * self._every
            every = max(1, -(-work // WORK))
            was, self._every = self._every, every
            if every * 2 > was:
                return np.asarray(curve.sum(axis=0) * (len(self._shuffled) / max(1, count) / t))

    def climb(self, t: float, turns: int, close: float) -> float:
        """Climb with one t; return the smoothed bound reached.

        Args:
            t: Of the smoothing.
            turns: Steps at most.
            close: Stop where a step gains less than this part of the bound.
        """
        most = self.items.rows.price
        value, slope = self.value(self.limits, t)
        damping = FIRST_DAMPING
        for _ in range(turns):
            stuck = (self.limits <= 0.0) & (slope <= 0.0) | (self.limits >= most) & (slope >= 0.0)
            free = np.nonzero(~stuck)[0]
            if not len(free) or self.left() <= 0.0:
                break
            curve = self._curve(self.limits, t, free)
            was = value
            while damping < MOST_DAMPING:
                point = self.limits.copy()
                point[free] += _step(
                    curve, slope[free], damping, -point[free], (most - point)[free]
                )
                point = np.clip(point, 0.0, most)
                reached, there = self.value(point, t)
                if reached >= value + ENOUGH * float(slope @ (point - self.limits)):
                    self.limits, value, slope = point, reached, there
                    damping = max(LEAST_DAMPING, damping / 5.0)
                    break
                damping *= 10.0
            if value - was <= close * abs(value):
                break
        return value


def _step(curve: Number, slope: Number, damping: float, low: Number, high: Number) -> Number:
    """Return the step within bounds that gains most where the curvature is constant.

    What would leave its bounds is kept at them, what would come back is let go, in turn.
    """
    # where nothing is near its turn the curvature is nought: the slope then bounds the step
    damped = curve + np.diag(damping * (curve.diagonal() + np.abs(slope)) + 1e-12)
    step, kept = np.zeros(len(slope)), np.zeros(len(slope), bool)
    for _ in range(EXCHANGES):
        rest = ~kept
        side = slope[rest] - damped[np.ix_(rest, kept)] @ step[kept]
        step[rest] = _solved(damped[np.ix_(rest, rest)], side)
        is_low, is_high = step < low, step > high
        pull = slope - damped @ step
        back = kept & ((step <= low) & (pull > 0.0) | (step >= high) & (pull < 0.0))
        step = np.clip(step, low, high)
        if not (is_low | is_high | back).any():
            break
        kept = (kept & ~back) | is_low | is_high
    return step


def _solved(curve: Number, slope: Number) -> Number:
    try:
        return np.asarray(cho_solve(cho_factor(curve), slope))
    except LinAlgError:
        # an estimate may be a little off being positive
        return np.asarray(np.linalg.lstsq(curve, slope)[0])
