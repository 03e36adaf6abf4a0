"""Say what must give way where rules and limits cannot be kept together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from keepline.maths.swap.problem import BUDGET, CAPS, CREWS, KINDS, SHARES, SUPPLY
from keepline.maths.swap_search import is_impossible
from keepline.swap.rows import table_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import polars as pl

    from keepline.maths.swap.solve import Excess
    from keepline.swap.building import Task
    from keepline.swap.search import Found

    Row = dict[str, Any]

_NAMES: Final = {"crews": "crews", "supply": "supplier", "budget": "budget", "caps": "cap",
                 "shares": "share", "late": "day", "any": "any"}  # fmt: skip


def relaxations_of(task: Task, found: Found) -> pl.DataFrame:
    """Return what must give way, way by way; no rows where nothing must, or nothing is known."""
    if found.mending is None:
        return table_of("programme_relaxations", _last_resort(task, found))
    return table_of(
        "programme_relaxations",
        [
            row
            for way in found.mending.ways
            for row in _rows(task, way.gives, way.excess,
                             is_certified=found.mending.is_impossible)
        ],
    )  # fmt: skip


def _last_resort(task: Task, found: Found) -> list[Row]:
    """Return what the best programme goes beyond: with exactly that it is one within limits."""
    solution = found.solution
    if solution is None:
        return []
    if not len(task.problem.jobs):
        # there is nothing to swap, and what stands there is too much
        gives, is_certified = "caps", True
    else:
        gives, is_certified = "any", is_impossible(task.problem, solution)
    excess = solution.excess
    firm = [row for row, one in enumerate(task.demands.caps) if one.price is None]
    number = {row: at for at, row in enumerate(firm)}
    kept = np.array(
        [kind != CAPS or int(row) in number
         for kind, row in zip(excess.kind, excess.row, strict=True)], dtype=bool,
    )  # fmt: skip
    rows = [
        number[int(row)] if kind == CAPS else int(row)
        for kind, row in zip(excess.kind[kept], excess.row[kept], strict=True)
    ]
    told = excess._replace(
        kind=excess.kind[kept], row=np.array(rows, np.int64), quarter=excess.quarter[kept],
        amount=excess.amount[kept], price=excess.price[kept],
    )  # fmt: skip
    return _rows(task, gives, told, is_certified=is_certified)


def _rows(task: Task, gives: str, excess: Excess, *, is_certified: bool) -> list[Row]:
    way = _NAMES[gives]
    rows = []
    for kind, row, at, amount in zip(excess.kind, excess.row, excess.quarter, excess.amount,
                                    strict=True):  # fmt: skip
        q = int(row) if kind == BUDGET else int(at)
        place, most, unit = _of(task, int(kind), int(row), q)
        quarter = task.quarters.starts[q]
        limit = _NAMES[KINDS[int(kind)]]
        rows.append(
            {
                "way": way, "limit": limit, "place": place, "quarter": quarter, "limit_now": most,
                "change": float(amount), "unit": unit, "sites": 0, "is_certified": is_certified,
                "what": _said(limit, place, quarter, float(amount), unit),
            }
        )  # fmt: skip
    return rows + [
        {"way": way, "limit": "day", "is_certified": is_certified, **one}
        for one in _late(task, excess)
    ]


def _of(task: Task, kind: int, row: int, q: int) -> tuple[str, float, str]:
    """Return the place of a limit, what it is, and its unit."""
    limits = task.firm.limits
    if kind == CREWS:
        return ", ".join(one for one in task.pools[row] if one), limits.crews[row, q], "crew days"
    if kind == SUPPLY:
        makers = [", ".join(one for one in (to, tech, operator) if one)
                  for operator, tech, to in task.columns.ways[row]]  # fmt: skip
        return " + ".join(makers), limits.supply[row, q], "sites"
    if kind == BUDGET:
        return "all", limits.budget.most[row], "currency"
    if kind == CAPS:
        cap = [one for one in task.demands.caps if one.price is None][row]
        return cap.place, cap.most + cap.fixed, cap.unit
    share, _ = task.shares[row]
    assert kind == SHARES  # noqa: S101 - there are no other kinds
    return share.place, share.most + share.fixed, share.unit


def _said(limit: str, place: str, quarter: dt.date, amount: float, unit: str) -> str:
    when = f"{quarter.year} Q{(quarter.month + 2) // 3}"
    more = f"{np.ceil(amount - 1e-6):,.0f}" if amount >= 1.0 else f"{amount:.3g}"
    return {
        "crews": f"{more} crew days more in {place}, {when}",
        "supplier": f"{more} sites more from {place}, {when}",
        "budget": f"{more} more money, {when}",
        "cap": f"{more} {unit} more than {place} allows at the end of {when}",
        "share": f"{more} {unit} more than {place} may be given by the end of {when}",
    }[limit]


def _late(task: Task, excess: Excess) -> Iterator[Row]:
    """Yield the days that give way, those of a rule's kind of equipment together."""
    groups: dict[str, list[int]] = {}
    pieces = task.offers.pieces
    for job in np.nonzero(excess.late)[0]:
        first = task.columns.pieces[job][0]
        rules = "; ".join(sorted(task.demands.why[first]))
        place = f"{rules}, {pieces['technology'][first]}, {pieces['region'][first]}"
        groups.setdefault(place, []).append(int(excess.late[job]))
    for place, late in sorted(groups.items()):
        quarters = "quarter" if max(late) == 1 else "quarters"
        site = "1 site" if len(late) == 1 else f"{len(late):,} sites"
        yield {
            "place": place, "change": float(max(late)), "unit": "quarters", "sites": len(late),
            "what": f"{site} up to {max(late)} {quarters} later than {place} asks",
        }  # fmt: skip
