"""The programme's jobs, limits and prices, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]
    #: Seconds left: whoever holds a clock hands it in, for nothing in here reads one.
    Left = Callable[[], float]

#: Kinds of limits, in the order of their rows.
CREWS: Final = 0
SUPPLY: Final = 1
BUDGET: Final = 2
CAPS: Final = 3
SHARES: Final = 4
KINDS: Final = ("crews", "supply", "budget", "caps", "shares")
#: No cluster, no supplier.
NONE: Final = -1


@dataclass(frozen=True)
class Jobs:
    """What stands at one site of one supplier and technology, n jobs; K replacement suppliers.

    Attributes:
        pool: Crew pool, int64[n].
        cost: Money of the swap, float64[n, K]; inf where the supplier cannot do it.
        crew_days: Of the swap, float64[n, K].
        supply: What the job takes of a supplier's capacity in a quarter, float64[n].
        earliest: First quarter allowed, int64[n].
        latest: Last quarter allowed, int64[n]; Q or more where it need never be swapped.
        due: Quarter wished for, int64[n].
        late_cost: Cost of each quarter after it, float64[n]; staying counts as quarter Q.
        kind: Row of the worth of swapping it, int64[n].
        cluster: Place that a crew mobilises for, int64[n]; -1 for none.
    """

    pool: Whole
    cost: Number
    crew_days: Number
    supply: Number
    earliest: Whole
    latest: Whole
    due: Whole
    late_cost: Number
    kind: Whole
    cluster: Whole

    def __len__(self) -> int:
        return len(self.pool)

    def taken(self, at: Whole) -> Jobs:
        """Return these jobs only, in this order."""
        return Jobs(**{name: getattr(self, name)[at] for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Budget:
    """Money that may be spent in windows of quarters, both ends counted."""

    first: Whole
    last: Whole
    most: Number


@dataclass(frozen=True)
class Caps:
    """Weight that may be left: of rule r at the end of quarter q at most ``most[r, q]``."""

    weight: Number  # [R, n]
    most: Number  # [R, Q]


@dataclass(frozen=True)
class Shares:
    """Weight that one supplier may be given by the end of quarter q."""

    supplier: Whole  # [S]
    weight: Number  # [S, n]
    most: Number  # [S, Q]


@dataclass(frozen=True)
class Limits:
    """All limits; inf where there is none.

    Attributes:
        crews: Crew days of a pool in a quarter, float64[P, Q].
        supply: Capacity of a supplier in a quarter, float64[K, Q].
        budget: Money in windows of quarters.
        caps: What may be left.
        shares: What one supplier may be given.
    """

    crews: Number
    supply: Number
    budget: Budget
    caps: Caps
    shares: Shares


@dataclass(frozen=True)
class Prices:
    """What one unit beyond a limit costs, one figure for each kind of limit or one for each row.

    Attributes:
        crews: Of a crew day, float64 that fits [P, Q].
        supply: Of a unit of a supplier's capacity, float64 that fits [K, Q].
        budget: Of money beyond a budget, float64 that fits [B].
        caps: Of a unit of weight left too much at the end of one quarter, fits [R, Q].
        shares: Of a unit of weight given too much at the end of one quarter, fits [S, Q].
        late: Of one quarter that a job is swapped after its latest, fits [n].
    """

    crews: Number | float
    supply: Number | float
    budget: Number | float
    caps: Number | float
    shares: Number | float
    late: Number | float


@dataclass(frozen=True)
class Problem:
    """A programme to be found.

    Attributes:
        jobs: What may be swapped.
        limits: Within which.
        discount: Of money of each quarter, float64[Q].
        worth: Discounted value of swapping a job of each kind in each quarter, float64[V, Q].
        mobilise: Money for each quarter in which any job of the cluster is swapped, float64[C].
        prices: Of what goes beyond limits; None for so dear that it is the last resort.
    """

    jobs: Jobs
    limits: Limits
    discount: Number
    worth: Number
    mobilise: Number = field(default_factory=lambda: np.zeros(0))
    prices: Prices | None = None

    @property
    def quarters(self) -> int:
        """Return Q."""
        return len(self.discount)

    @property
    def suppliers(self) -> int:
        """Return K."""
        return int(self.jobs.cost.shape[1])


def keeping(left: Left, kept: float) -> Left:
    """Return what is left before the last so many seconds."""
    return lambda: left() - kept


def no_budget() -> Budget:
    """Return no limit on money."""
    return Budget(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def no_caps(n: int, quarters: int) -> Caps:
    """Return no caps."""
    return Caps(np.zeros((0, n)), np.zeros((0, quarters)))


def no_shares(n: int, quarters: int) -> Shares:
    """Return no limits on a supplier's share."""
    return Shares(np.zeros(0, np.int64), np.zeros((0, n)), np.zeros((0, quarters)))


def jobs_of(cost: Number, crew_days: Number, quarters: int, **others: Whole | Number) -> Jobs:
    """Return jobs with everything that is not given at its plainest.

    Args:
        cost: Money of the swap by supplier [n, K].
        crew_days: Crew days of it [n, K].
        quarters: Q.
        others: Other arrays of Jobs.
    """
    n = len(cost)
    plain: dict[str, Whole | Number] = {
        "pool": np.zeros(n, np.int64),
        "supply": np.ones(n),
        "earliest": np.zeros(n, np.int64),
        "latest": np.full(n, quarters),
        "due": np.full(n, quarters),
        "late_cost": np.zeros(n),
        "kind": np.zeros(n, np.int64),
        "cluster": np.full(n, NONE),
    }
    return Jobs(cost=cost, crew_days=crew_days, **{**plain, **others})  # type: ignore[arg-type]
