"""What a whole programme costs, and what goes beyond limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.swap.problem import BUDGET

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows


class Judged(NamedTuple):
    """A programme's figures, scaled.

    Attributes:
        objective: Own costs, lateness, mobilising and what goes beyond limits, at its price.
        penalty: Of that, what goes beyond limits and what is later than allowed.
        excess: Beyond each limit, float64[L].
        late: Quarters that each job is later than allowed, int64[n].
    """

    objective: float
    penalty: float
    excess: Number
    late: Whole


#: Beyond a limit by less than this part of it is rounding.
ROUNDING = 1e-9


def judged(rows: Rows, option: Whole) -> Judged:
    """Return what a programme costs."""
    problem, n = rows.problem, len(option)
    flow = rows.flows(option)
    opened = opened_by(rows, option)
    flow[rows.first[BUDGET] : rows.first[BUDGET + 1]] += (
        problem.mobilise @ opened / rows.flow_unit[rows.first[BUDGET] : rows.first[BUDGET + 1]]
    )
    beyond = np.asarray(rows.over @ flow) - rows.most
    size = np.abs(rows.most) + np.asarray(abs(rows.over) @ flow)
    excess = np.where(beyond > ROUNDING * size, beyond, 0.0)
    quarter = np.where(option < rows.stay, option % problem.quarters, problem.quarters)
    late = np.maximum(0, quarter - problem.jobs.latest)
    priced_late = float(late @ rows.late_price)
    penalty = float(excess @ rows.price) + priced_late
    own = float(rows.own[np.arange(n), option].sum()) - priced_late
    return Judged(own + float((rows.mobilise * opened).sum()) + penalty, penalty, excess, late)


def opened_by(rows: Rows, option: Whole) -> Number:
    """Return which cluster quarters a programme mobilises for, 0 or 1 [C, Q]."""
    opened = np.zeros(rows.mobilise.shape)
    cluster = rows.problem.jobs.cluster
    at = np.nonzero((option < rows.stay) & (cluster >= 0))[0]
    if opened.size:
        opened[cluster[at], option[at] % rows.problem.quarters] = 1.0
    return opened
