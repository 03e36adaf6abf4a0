"""What may be ordered in which quarter, and the limits on it, as rows of one table of use.

n pools may be ordered in K quarters. Window k runs from the arrival of what is ordered in quarter k
until the arrival of what is ordered in quarter k + 1, the last one to the end of the plan. The loss
of pool i in window k depends on S_ik = x_i0 + ... + x_ik, all that was ordered of it so far.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: No limit on the units of an order.
UNLIMITED = 2**60
#: No supplier whose capacity is limited, or no depot tree whose room is.
NONE = -1
#: A limit of no more than this lets nothing through; a price of it would be past all numbers.
LEAST = 1e-200
#: A limit is kept when use passes it by no more than this share: sums of floats are not exact.
ROUNDING = 1e-12


class Kind(enum.IntEnum):
    """What a limit is on."""

    BUDGET = 0
    QUARTER_BUDGET = 1
    CAPACITY = 2
    STORAGE = 3


KINDS = len(Kind)


class Orderable(NamedTuple):
    """Pools that may be ordered, and what each unit of them brings and takes.

    ``loss[first[i * K + k] + S]`` is the loss of pool i in window k once S units have arrived; it
    never rises with S, need not be convex, and stays the same past its last value.
    """

    first: NDArray[np.int64]  # [n K + 1]
    loss: NDArray[np.float64]
    weight: NDArray[np.float64]  # [n] of one unit of loss
    cost: NDArray[np.float64]  # [n, K] of one unit ordered in that quarter
    volume: NDArray[np.float64]  # [n] m3 of one unit
    supplier: NDArray[np.int64]  # [n] whose capacity it takes, or NONE
    tree: NDArray[np.int64]  # [n] whose room it takes, or NONE
    minimum_order: NDArray[np.int64]  # [n] an order is 0 or at least this
    most: NDArray[np.int64]  # [n, K] units in an order; 0: may not be ordered then; or UNLIMITED


class Limits(NamedTuple):
    """What purchases may take in all; infinite where there is no limit, below 0 counts as 0."""

    budget: float
    quarter_budget: NDArray[np.float64]  # [K]
    capacity: NDArray[np.float64]  # [suppliers, K] units
    room: NDArray[np.float64]  # [trees] m3


class Rows(NamedTuple):
    """The finite limits: a unit of pool i in quarter k takes use[i, k, kind] of row[i, k, kind]."""

    right: NDArray[np.float64]  # [rows] the limit
    kind: NDArray[np.int64]  # [rows]
    which: NDArray[np.int64]  # [rows] supplier or tree; NONE for money
    quarter: NDArray[np.int64]  # [rows] NONE where it is on all quarters together
    row: NDArray[np.int64]  # [n, K, KINDS] or NONE
    use: NDArray[np.float64]  # [n, K, KINDS]


class Case(NamedTuple):
    """A last-time buy ready for the kernels."""

    first: NDArray[np.int64]  # [n K + 1]
    value: NDArray[np.float64]  # weighted loss
    least: NDArray[np.int64]  # [n] units of an order, 1 or more
    most: NDArray[np.int64]  # [n, K] units of an order, 0 where none is possible
    top: NDArray[np.int64]  # [n] units in all that can be of use
    cost: NDArray[np.float64]  # [n, K]
    rows: Rows

    @property
    def pools(self) -> int:
        """Return the number of pools, n."""
        return int(self.most.shape[0])

    @property
    def quarters(self) -> int:
        """Return the number of quarters, K."""
        return int(self.most.shape[1])


def rows_of(orderable: Orderable, limits: Limits) -> Rows:
    """Return the finite limits as rows.

    Args:
        orderable: Pools.
        limits: Limits; those on a supplier or tree that no pool belongs to are rows as well.
    """
    n, quarters = orderable.cost.shape
    keys: list[tuple[Kind, int, int, float]] = [(Kind.BUDGET, NONE, NONE, limits.budget)]
    keys += [(Kind.QUARTER_BUDGET, NONE, k, b) for k, b in enumerate(limits.quarter_budget)]
    keys += [(Kind.CAPACITY, g, k, c) for (g, k), c in np.ndenumerate(limits.capacity)]
    keys += [(Kind.STORAGE, t, NONE, r) for t, r in enumerate(limits.room)]
    finite = [key for key in keys if np.isfinite(key[3])]
    number = {key[:3]: row for row, key in enumerate(finite)}

    row = np.full((n, quarters, KINDS), NONE, np.int64)
    use = np.zeros((n, quarters, KINDS))
    use[:, :, Kind.BUDGET] = use[:, :, Kind.QUARTER_BUDGET] = orderable.cost
    use[:, :, Kind.CAPACITY] = 1.0
    use[:, :, Kind.STORAGE] = orderable.volume[:, None]
    row[:, :, Kind.BUDGET] = number.get((Kind.BUDGET, NONE, NONE), NONE)
    for k in range(quarters):
        row[:, k, Kind.QUARTER_BUDGET] = number.get((Kind.QUARTER_BUDGET, NONE, k), NONE)
    for (kind, which, k), found in number.items():
        if kind == Kind.CAPACITY:
            row[orderable.supplier == which, k, kind] = found
        elif kind == Kind.STORAGE:
            row[orderable.tree == which, :, kind] = found
    row[use == 0.0] = NONE
    return Rows(
        right=np.array([key[3] if key[3] > LEAST else 0.0 for key in finite]),
        kind=np.array([key[0] for key in finite], np.int64),
        which=np.array([key[1] for key in finite], np.int64),
        quarter=np.array([key[2] for key in finite], np.int64),
        row=row,
        use=use,
    )


def case_of(orderable: Orderable, limits: Limits) -> Case:
    """Return what the kernels need, with orders that no limit lets through taken out.

    Args:
        orderable: Pools.
        limits: Limits on all of them.
    """
    return case_with(orderable, rows_of(orderable, limits))


def case_with(orderable: Orderable, rows: Rows) -> Case:
    """Return what the kernels need under given rows; as `case_of`."""
    n, quarters = orderable.cost.shape
    sizes = np.diff(orderable.first)
    pool = np.repeat(np.arange(n * quarters) // quarters, sizes)
    least = np.maximum(1, orderable.minimum_order)
    longest = sizes.reshape(n, quarters).max(axis=1, initial=1) - 1
    # a last order larger than its minimum never passes the end of the longest curve
    top = longest + least - 1
    most = np.minimum(orderable.most, top[:, None])
    for kind in Kind:
        row, use = rows.row[:, :, kind], rows.use[:, :, kind]
        is_held = row != NONE
        fits = np.floor(rows.right[row[is_held]] / use[is_held] * (1.0 + ROUNDING))
        most[is_held] = np.minimum(most[is_held], np.minimum(fits, UNLIMITED).astype(np.int64))
    _close_dominated(orderable, rows, most, top)
    most[most < least[:, None]] = 0
    value = orderable.weight[pool] * orderable.loss
    return Case(orderable.first, value, least, most, top, orderable.cost, rows)


def _close_dominated(
    orderable: Orderable, rows: Rows, most: NDArray[np.int64], top: NDArray[np.int64]
) -> None:
    """Take out quarters after one that is as cheap and that only the budget and room limit.

    Loss never rises with units, so what is ordered later may as well be ordered then.
    """
    own = rows.row[:, :, [Kind.QUARTER_BUDGET, Kind.CAPACITY]]
    is_free = (own == NONE).all(axis=2) & (orderable.most >= top[:, None])
    dearest = np.full(len(top), -np.inf)
    for k in range(most.shape[1]):
        most[orderable.cost[:, k] >= dearest_or_nan(dearest), k] = 0
        cheaper = is_free[:, k] & ((dearest == -np.inf) | (orderable.cost[:, k] < dearest))
        dearest[cheaper] = orderable.cost[cheaper, k]


def dearest_or_nan(cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cost, or no number where there is none, to which nothing compares."""
    return np.where(np.isneginf(cost), np.nan, cost)


@compiled
def used(rows: Rows, units: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what orders take of every limit.

    Args:
        rows: Limits.
        units: Orders; int64[n, K].
    """
    taken = np.zeros(rows.right.size)
    for i in range(units.shape[0]):
        for k in range(units.shape[1]):
            if units[i, k] > 0:
                for r in range(rows.row.shape[2]):
                    if rows.row[i, k, r] >= 0:
                        taken[rows.row[i, k, r]] += rows.use[i, k, r] * units[i, k]
    return taken


@compiled
def unit_prices(rows: Rows, price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the limits' prices make of one unit of each pool and quarter; float64[n, K]."""
    n, quarters, kinds = rows.row.shape
    found = np.zeros((n, quarters))
    for i in range(n):
        for k in range(quarters):
            for r in range(kinds):
                if rows.row[i, k, r] >= 0:
                    found[i, k] += price[rows.row[i, k, r]] * rows.use[i, k, r]
    return found


@compiled
def losses(case: Case, units: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weighted loss of every pool over all windows; float64[n]."""
    n, quarters = units.shape
    found = np.zeros(n)
    for i in range(n):
        total = 0
        for k in range(quarters):
            total += units[i, k]
            begin = case.first[i * quarters + k]
            last = case.first[i * quarters + k + 1] - 1
            found[i] += case.value[min(begin + total, last)]
    return found


def is_kept(case: Case, units: NDArray[np.int64]) -> bool:
    """Tell whether orders keep every limit, minimum order and quarter."""
    taken = used(case.rows, units)
    is_order = units > 0
    return bool(
        (taken <= case.rows.right * (1.0 + ROUNDING)).all()
        and (units >= 0).all()
        and (units <= case.most).all()
        and ((units >= case.least[:, None]) | ~is_order).all()
    )
