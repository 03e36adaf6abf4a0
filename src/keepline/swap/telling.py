"""Tell a programme that was found as tables: the swaps with their days, and the limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from keepline.maths.swap.problem import BUDGET, CAPS, CREWS, SHARES, SUPPLY
from keepline.maths.swap_search import is_impossible, is_within
from keepline.swap.engine import Complied, comply
from keepline.swap.relaxing import relaxations_of
from keepline.swap.rows import table_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from keepline.maths.swap.solve import Solution
    from keepline.model.network import Network
    from keepline.swap.building import Task
    from keepline.swap.search import Found

    Row = dict[str, Any]

#: Days from a swap until a unit taken out can be used.
REFURBISH_DAYS: Final = 30.0
#: Excess below this part of a limit is rounding.
_ROUNDING = 1e-8


@dataclass(frozen=True)
class Swapping:
    """Hold a programme of swaps.

    Attributes:
        network: The network, the programme in it.
        tables: programme, programme_limits, programme_relaxations, unoffered, compliance, breaches.
        summary: What a reader asks first.
        complied: How the network with the programme stands against the rules.
    """

    network: Network
    tables: Mapping[str, pl.DataFrame]
    summary: Mapping[str, Any]
    complied: Complied


def swapping_of(task: Task, found: Found) -> Swapping:
    """Tell what was found for a task."""
    solution = found.solution
    programme = table_of("programme", [] if solution is None else _swaps(task, solution))
    network = replace(task.network, tables={**task.network.tables, "programme": programme})
    # days between ends of quarters, too: an empty programme is judged as well
    complied = comply(network, task.policy.rules, task.quarters.ends)
    tables = {
        "programme": programme,
        "programme_limits": table_of(
            "programme_limits", [] if solution is None else _limits(task, solution)
        ),
        "programme_relaxations": relaxations_of(task, found),
        "unoffered": _unoffered(task),
        "compliance": complied.compliance,
        "breaches": complied.breaches,
    }
    return Swapping(network, tables, _summary(task, found, programme), complied)


def _summary(task: Task, found: Found, programme: pl.DataFrame) -> dict[str, Any]:
    solution, mending = found.solution, found.mending
    wished = [row for row, one in enumerate(task.demands.caps) if one.price is not None]
    by_quarter = programme.group_by("quarter").agg(pl.col("cost").sum())
    at = dict(zip(task.quarters.starts, task.problem.discount, strict=True))
    spent = sum(cost * at[day] for day, cost in by_quarter.iter_rows())
    days = programme["swap_on"]
    return {
        "sites": programme["site_id"].n_unique(),
        "swaps": len(programme),
        "cost": float(programme["cost"].sum()),
        "cost_discounted": float(spent),
        "objective": None if solution is None else solution.objective,
        "bound": None if solution is None else solution.bound,
        "gap": None if solution is None else _gap(solution),
        "worth": 0.0 if solution is None else _worth(task, solution),
        "crew_days": float(programme["crew_days"].sum()),
        "units_harvested": float(programme["units_harvested"].sum()),
        "first_on": days.min(),
        "last_on": days.max(),
        "is_within": solution is not None and _is_within(task, solution, wished),
        "is_impossible": bool(mending is not None and mending.is_impossible)
        or (solution is not None and is_impossible(task.problem, solution)),
        "is_whole": found.is_whole,
        **_earliest(task, found),
    }


def _is_within(task: Task, solution: Solution, wished: Sequence[int]) -> bool:
    """Tell whether a programme keeps all limits and days of its task, wishes aside."""
    late = (solution.quarter > task.problem.jobs.latest).any()
    left = [
        float(task.problem.limits.caps.weight[row] @ (solution.quarter > at)) - cap.most
        for row, cap in enumerate(task.demands.caps) if row not in wished for at in cap.quarters
    ]  # fmt: skip
    over = max(left, default=0.0) > _ROUNDING * (1.0 + max((abs(one) for one in left), default=0.0))
    return is_within(solution, wished) and not late and not over


def _earliest(task: Task, found: Found) -> dict[str, Any]:
    """Tell from when on all rules can be kept, and before when it is certified that they cannot."""
    if found.soonest is None:
        return {}
    ends, one = task.quarters.ends, found.soonest
    return {
        "soonest_on": ends[one.quarter] if one.quarter < len(ends) else None,
        "impossible_before": ends[one.not_before] if 0 < one.not_before < len(ends) else None,
    }


def _worth(task: Task, solution: Solution) -> float:
    """Return what the swaps were said to be worth, discounted: it is taken off the objective."""
    done = solution.supplier >= 0
    jobs = task.problem.jobs
    return float(task.problem.worth[jobs.kind[done], solution.quarter[done]].sum())


def _gap(solution: Solution) -> float | None:
    return solution.gap if np.isfinite(solution.gap) else None


def _swaps(task: Task, solution: Solution) -> list[Row]:
    pieces = task.offers.pieces
    table = {name: pieces[name].to_list() for name in pieces.columns}
    days = _days(task, solution)
    rows = []
    for job, (q, way) in enumerate(zip(solution.quarter, solution.supplier, strict=True)):
        if way < 0:
            continue
        offers = task.columns.offers[task.columns.kinds[job], int(way)]
        for piece, offer in zip(task.columns.pieces[job], offers, strict=True):
            rows.append(
                {
                    "site_id": table["site_id"][piece],
                    "from_supplier_id": table["from_supplier_id"][piece],
                    "technology": table["technology"][piece],
                    "to_supplier_id": offer.to,
                    "swap_on": days[job],
                    "units_harvested_share": offer.harvested,
                    "refurbish_days": REFURBISH_DAYS,
                    "crew_days": offer.crew_days,
                    "quarter": task.quarters.starts[q],
                    "cost": offer.cost,
                    "units_harvested": table["units"][piece] * offer.harvested,
                    "why": "; ".join(sorted(task.demands.why[piece])) or None,
                }
            )
    return sorted(rows, key=lambda row: (row["swap_on"], row["site_id"], row["technology"]))


def _days(task: Task, solution: Solution) -> dict[int, dt.date]:
    """Return the day of each swap: spread evenly over the days of the quarter that are worked.

    In a region sensitive, core and management sites come first, then the busiest.
    """
    pieces = task.offers.pieces
    inner = pieces["is_sensitive"] | pieces["function"].is_in(["core", "management"])
    first, traffic = inner.to_list(), pieces["traffic"].to_list()
    groups: dict[tuple[int, int], list[int]] = {}
    for job in np.nonzero(solution.supplier >= 0)[0]:
        key = (int(solution.quarter[job]), int(task.problem.jobs.pool[job]))
        groups.setdefault(key, []).append(int(job))
    found: dict[int, dt.date] = {}
    for (q, _), jobs in groups.items():
        lead = {job: task.columns.pieces[job][0] for job in jobs}
        jobs.sort(key=lambda job: (not first[lead[job]], -traffic[lead[job]], lead[job]))
        days = task.quarters.worked[q] or (task.quarters.ends[q],)
        for number, one in enumerate(jobs):
            found[one] = days[(2 * number + 1) * len(days) // (2 * len(jobs))]
    return found


def _limits(task: Task, solution: Solution) -> list[Row]:
    values = solution.values
    price = {
        key: value
        for *key_, value in zip(values.kind, values.row, values.quarter, values.value, strict=True)
        if (key := tuple(int(one) for one in key_))
    }
    rows = list(_used(task, solution, price))
    for row in rows:
        over = row["used"] - row["most"]
        is_rounding = over <= _ROUNDING * (abs(row["most"]) + abs(row["used"]))
        row["excess"] = 0.0 if is_rounding else over
    return rows


def _used(task: Task, solution: Solution, price: Mapping[tuple[int, ...], float]) -> Iterator[Row]:
    problem, count = task.problem, task.quarters.count
    jobs, n = problem.jobs, len(problem.jobs)
    done = np.nonzero(solution.supplier >= 0)[0]
    q, way = solution.quarter[done], solution.supplier[done]

    def told(limit: str, place: str, at: int, used: float, most: float, value: float,
             unit: str) -> Row:  # fmt: skip
        return {"limit": limit, "place": place, "quarter": task.quarters.starts[at],
                "used": float(used), "most": float(most), "price": float(value),
                "unit": unit}  # fmt: skip

    days = np.zeros((len(task.pools), count))
    np.add.at(days, (jobs.pool[done], q), jobs.crew_days[done, way])
    for row, pool in enumerate(task.pools):
        for at in range(count):
            yield told("crews", place_of(pool), at, days[row, at], problem.limits.crews[row, at],
                       price.get((CREWS, row, at), 0.0), "crew days")  # fmt: skip
    for maker in sorted(task.offers.capacity, key=str):
        ways = [k for k, makers in enumerate(task.columns.ways) if maker in makers]
        if not ways:
            continue
        for at in range(count):
            used = float((np.isin(way, ways) & (q == at)).sum())
            most = task.offers.capacity[maker] * task.quarters.in_plan(at, task.network.start)
            value = max(price.get((SUPPLY, k, at), 0.0) for k in ways)
            yield told("supplier", maker_of(maker), at, used, most, value, "sites")
    money = np.bincount(q, jobs.cost[done, way], count).astype(np.float64)
    opened = np.zeros((len(problem.mobilise), count))
    if problem.mobilise.any() and n:
        opened[jobs.cluster[done], q] = 1.0
    money += problem.mobilise @ opened if len(problem.mobilise) else 0.0
    for row, most in enumerate(problem.limits.budget.most):
        yield told("budget", "all", row, money[row], most, price.get((BUDGET, row, 0), 0.0),
                   "currency")  # fmt: skip
    for row, cap in enumerate(task.demands.caps):
        for at in cap.quarters:
            left = float(problem.limits.caps.weight[row] @ (solution.quarter > at))
            yield told("cap", _cap_place(task, row), at, cap.fixed + left, cap.most + cap.fixed,
                       price.get((CAPS, row, at), 0.0), cap.unit)  # fmt: skip
    yield from _shared(task, solution, price, told)


def _shared(task: Task, solution: Solution, price: Any, told: Any) -> Iterator[Row]:
    places = dict.fromkeys(share.place for share, _ in task.shares)
    for place in places:
        rows = [row for row, (share, _) in enumerate(task.shares) if share.place == place]
        share = task.shares[rows[0]][0]
        for at in share.quarters:
            given = sum(
                float(task.problem.limits.shares.weight[row]
                      @ ((solution.supplier == task.shares[row][1]) & (solution.quarter <= at)))
                for row in rows
            )  # fmt: skip
            value = max(price.get((SHARES, row, at), 0.0) for row in rows)
            yield told("share", place, at, share.fixed + given, share.most + share.fixed, value,
                       share.unit)  # fmt: skip


def _cap_place(task: Task, row: int) -> str:
    """Say which cap it is; a number keeps apart those of one rule that hold at the same time."""
    cap = task.demands.caps[row]
    same = [
        number for number, one in enumerate(task.demands.caps)
        if one.place == cap.place and set(one.quarters) & set(cap.quarters)
    ]  # fmt: skip
    return cap.place if len(same) == 1 else f"{cap.place} ({same.index(row) + 1})"


def place_of(pool: tuple[str, str | None]) -> str:
    """Say whose crews they are.

    >>> place_of(("South East", "ee")), place_of(("Wales", None))
    ('South East, ee', 'Wales')
    """
    return ", ".join(one for one in pool if one is not None)


def maker_of(maker: tuple[str | None, str, str]) -> str:
    """Say whose capacity it is.

    >>> maker_of(("ee", "5G-RAN", "nokia"))
    'nokia, 5G-RAN, ee'
    """
    operator, technology, to = maker
    return ", ".join(one for one in (to, technology, operator) if one is not None)


def _unoffered(task: Task) -> pl.DataFrame:
    if not task.demands.unoffered:
        return table_of("unoffered", [])
    keys = ["rule_id", "operator_id", "from_supplier_id", "technology"]
    listed = pl.concat(task.demands.unoffered).unique()
    counted = listed.group_by(keys).agg(sites=pl.len().cast(pl.Int64)).sort(keys, nulls_last=False)
    rows = []
    for row in counted.iter_rows(named=True):
        kind = (row["operator_id"], row["from_supplier_id"], row["technology"])
        banned = task.offers.forbidden.get(kind, {})
        what = "no row of swaps offers anything instead"
        if banned:
            told = ", ".join(f"{to} ({rule})" for to, rule in banned.items())
            what = f"rules ban all that is offered instead: {told}"
        rows.append(row | {"what": what})
    return table_of("unoffered", rows)
