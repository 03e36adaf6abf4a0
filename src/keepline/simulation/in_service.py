"""How a pool's units stand at sites month by month, as a programme takes and brings them.

The product form of availability wants to know it; without a programme it is the same every month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keepline.maths.service import log_service

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.field.family import Rows

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]


class Standing(NamedTuple):
    """Hold groups of like rows of one pool; g groups.

    Attributes:
        quantity: Units in each such row [g].
        spare: Units that may be missing there before service is lost [g].
        units: Units of the group in service on average, month by month; one row where it is the
            same in all of them [months or 1, g].
    """

    quantity: Whole
    spare: Whole
    units: Number


def standing(rows: Rows, part: int, swap_day: Number, edges: Number, *, has_spares: bool,
             has_programme: bool) -> Standing:  # fmt: skip
    """Return how the units of a part of a family stand.

    Args:
        rows: The family's rows.
        part: The part, by its place in the family.
        swap_day: Planned day of each swap [W]; what slips is not known here.
        edges: Moments that part the plan into months.
        has_spares: Whether spares in place count.
        has_programme: Whether the programme is played.
    """
    mine = np.flatnonzero(rows.part == part)
    start, until = _spans(rows, mine, swap_day, has_programme=has_programme)
    spare = rows.spare[mine] if has_spares else np.zeros(len(mine), np.int64)
    keys, group = np.unique(np.stack((rows.quantity[mine], spare)), axis=1, return_inverse=True)
    group = group.ravel()
    begins, ends = edges[:-1], edges[1:]
    if (start <= 0.0).all() and (until >= edges[-1]).all():
        begins, ends = edges[:1], edges[-1:]
    units = np.zeros((len(begins), keys.shape[1]))
    for month, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        there = np.clip(np.minimum(until, end) - np.maximum(start, begin), 0.0, None)
        weights = rows.quantity[mine] * (there / (end - begin))
        units[month] = np.bincount(group, weights, keys.shape[1])
    return Standing(keys[0].astype(np.int64), keys[1].astype(np.int64), units)


def _spans(
    rows: Rows, mine: Whole, swap_day: Number, *, has_programme: bool
) -> tuple[Number, Number]:
    """Return from when until when rows are in service, by plan."""
    start, until = np.array(rows.from_day[mine]), np.array(rows.until_day[mine])
    ends, begins = rows.swap[mine], rows.start_swap[mine]
    if has_programme:
        until[ends >= 0] = swap_day[ends[ends >= 0]]
        start[begins >= 0] = swap_day[begins[begins >= 0]]
    else:
        start[begins >= 0] = np.inf
    return start, until


def service(short: Number, weight: float, found: Standing) -> Number:
    """Return traffic times the log of availability that a pool leaves [rows, months].

    Args:
        short: Average units short [rows, months].
        weight: Traffic lost while one unit is missing.
        found: How its units stand.
    """
    if len(found.units) == 1:
        return _service(short, weight, found, 0)
    result = np.zeros_like(short)
    for month in range(short.shape[1]):
        column = np.ascontiguousarray(short[:, month : month + 1])
        result[:, month : month + 1] = _service(column, weight, found, month)
    return result


def _service(short: Number, weight: float, found: Standing, month: int) -> Number:
    units = np.array(found.units[month])
    return log_service(short, float(units.sum()), float(weight), found.quantity, found.spare, units)
