"""Which units of the orders due, and of purchases, still arrive when supply is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.pooling import WHOLE, Laws, thinned

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shares_at(laws: Laws, day: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of supply left under each law on given days.

    Args:
        laws: Step functions of supply.
        day: Days, in any order [k]; a day before 0 counts as day 0.

    Returns:
        Shares [laws, k].
    """
    found = np.empty((len(laws.first) - 1, len(day)))
    for law in range(len(found)):
        steps = slice(laws.first[law], laws.first[law + 1])
        row = np.searchsorted(laws.start[steps], day, side="right") - 1
        found[law] = laws.supply_share[steps][np.maximum(row, 0)]
    return found


def leaving_days(
    laws: Laws, leave_day: NDArray[np.float64], is_lent: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the day on which what is left of each batch leaves under each law [batches, laws].

    What is lent is taken back on the first day on which supply is not whole.

    Args:
        laws: Step functions of supply.
        leave_day: Day on which the batch expires, infinite for never [batches].
        is_lent: Whether it is the vendor's [batches].
    """
    cut = np.full(len(laws.first) - 1, np.inf)
    for law in range(len(cut)):
        steps = slice(laws.first[law], laws.first[law + 1])
        cut[law] = min([np.inf, *laws.start[steps][laws.supply_share[steps] < WHOLE][:1]])
    return np.minimum(leave_day[:, None], np.where(is_lent[:, None], cut[None, :], np.inf))


def arriving(
    laws: Laws,
    centre_day: NDArray[np.float64],
    quantity: NDArray[np.int64],
    is_moved: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Return the units of each order that arrive under each law.

    An order arrives whole when supply is whole on the day it reaches the centre's shelf (for a
    depot's order: its day of arrival less the ship days), otherwise the share left of it, rounded
    down. Stock carried between depots arrives whatever is cut.

    Args:
        laws: Step functions of supply.
        centre_day: The day at the centre [k].
        quantity: Units ordered [k].
        is_moved: Whether they are stock carried between depots [k]; none is unless given.

    Returns:
        Units [laws, k].

    >>> cut_at_84 = Laws(np.array([0, 2]), np.array([0.0, 84.0]), np.array([1.0, 0.0]),
    ...                  np.ones(2), np.ones(2))
    >>> arriving(cut_at_84, np.array([83.9, 84.0]), np.array([40, 40]))
    array([[40,  0]])
    """
    shares = shares_at(laws, centre_day)
    if is_moved is not None:
        shares[:, is_moved] = 1.0
    return np.stack([thinned(quantity, share) for share in shares])


def arriving_whole(
    laws: Laws, centre_day: NDArray[np.float64], quantity: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the units of each purchase that arrive under each law: all of them or none.

    A plan counts on a purchase only where supply is whole on the day it reaches the centre's shelf.

    Args:
        laws: Step functions of supply.
        centre_day: The day at the centre [k].
        quantity: Units bought [k].

    Returns:
        Units [laws, k].
    """
    return np.where(shares_at(laws, centre_day) >= WHOLE, quantity, 0).astype(np.int64)
