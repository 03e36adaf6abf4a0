"""Programmes over some options of items, by HiGHS: shares of options, or whole ones.

Items are jobs, or groups of jobs that stand for their mean. Columns are options of items, counted
in jobs; every limit has a column for what goes beyond it. Flows that several limits add up (money,
weights) are columns of their own, so that each option has few entries. With mobilising, a column
opens a cluster's quarter, and no part of an item moves in it further than it is open. The solver
runs on one thread, because HiGHS keeps the count of threads of a process's first run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import highspy
import numpy as np
from scipy import sparse

from keepline.maths.swap.problem import BUDGET, SUPPLY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows

TOLERANCE: Final = 1e-9
LOOSE: Final = 1e-7
INFINITE = highspy.kHighsInf


class Columns(NamedTuple):
    """Options of items."""

    item: Whole
    option: Whole


@dataclass(frozen=True)
class Items:
    """Jobs or groups, and what is fixed beside them.

    Attributes:
        rows: Limits and own costs of items.
        count: Jobs in each, float64[items].
        base: Flows of what is fixed, float64[M].
        opened: Cluster quarters that are open and paid for in any case, bool[C, Q].
    """

    rows: Rows
    count: Number
    base: Number
    opened: NDArray[np.bool_]


def all_of(rows: Rows) -> Items:
    """Return all jobs as items."""
    return Items(
        rows,
        np.ones(len(rows.own)),
        np.zeros(int(rows.first[-1])),
        np.zeros(rows.mobilise.shape, bool),
    )


@dataclass
class Model:
    """A programme's rows and columns, in the making."""

    row: list[Whole] = field(default_factory=list)
    column: list[Whole] = field(default_factory=list)
    value: list[Number] = field(default_factory=list)
    cost: list[Number] = field(default_factory=list)
    upper: list[Number] = field(default_factory=list)
    row_lower: list[Number] = field(default_factory=list)
    row_upper: list[Number] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(self, cost: Number, upper: float | Number = INFINITE) -> int:
        """Add columns from 0 up; return the first."""
        self.cost.append(cost)
        self.upper.append(np.broadcast_to(np.asarray(upper, float), cost.shape))
        self.columns += len(cost)
        return self.columns - len(cost)

    def add_rows(self, lower: Number, upper: Number) -> int:
        """Add rows; return the first."""
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.rows += len(lower)
        return self.rows - len(lower)

    def put(self, row: Whole, column: Whole, value: Number | float) -> None:
        """Put entries."""
        self.row.append(row)
        self.column.append(column)
        self.value.append(np.broadcast_to(np.asarray(value, float), row.shape))

    def whole(self) -> highspy.HighsLp:
        """Return it as HiGHS takes it."""
        matrix = sparse.csc_matrix(
            (
                np.concatenate(self.value),
                (np.concatenate(self.row), np.concatenate(self.column)),
            ),
            shape=(self.rows, self.columns),
        )
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, self.rows
        model.col_cost_ = np.concatenate(self.cost)
        model.col_lower_, model.col_upper_ = np.zeros(self.columns), np.concatenate(self.upper)
        model.row_lower_ = np.concatenate(self.row_lower)
        model.row_upper_ = np.concatenate(self.row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indices, matrix.data
        return model


class Places(NamedTuple):
    """Where rows and columns of a model stand."""

    limit: Whole  # row of each limit [L]
    beyond: int  # first column of what goes beyond limits
    open_at: Whole  # cluster quarters with a column, flat
    open_first: int  # first of those columns


def model_of(items: Items, columns: Columns, is_hard: bool = False) -> tuple[Model, Places]:
    """Return the programme over columns.

    Args:
        items: Jobs or groups, and what is fixed.
        columns: Their options; every item has at least one.
        is_hard: Let nothing go beyond a limit.
    """
    rows, model = items.rows, Model()
    model.add_rows(items.count, items.count)
    model.add_columns(rows.own[columns.item, columns.option])
    every = np.arange(len(columns.item))
    model.put(columns.item, every, 1.0)
    taken = rows.entries(columns.item, columns.option)
    row_of, limit = _limit_rows(model, items)
    model.put(row_of[taken.flow], taken.pair, taken.amount)
    beyond = model.add_columns(rows.price, 0.0 if is_hard else INFINITE)
    model.put(limit, beyond + np.arange(len(limit)), -1.0)
    open_at, open_first = _mobilised(model, items, columns, row_of)
    return model, Places(limit, beyond, open_at, open_first)


def _limit_rows(model: Model, items: Items) -> tuple[Whole, Whole]:
    """Add rows of limits; return the row of each flow and of each limit."""
    rows = items.rows
    is_direct = rows.kind <= SUPPLY
    flow_of = rows.over.indices[rows.over.indptr[:-1]]
    right = rows.most - np.where(is_direct, items.base[flow_of] if len(flow_of) else 0.0, 0.0)
    begin = model.add_rows(np.full(len(right), -INFINITE), right)
    limit = begin + np.arange(len(right))
    # amounts of flows that no limit counts go nowhere: to a row without ends
    nowhere = model.add_rows(np.array([-INFINITE]), np.array([INFINITE]))
    row_of = np.full(int(rows.first[-1]), nowhere)
    row_of[flow_of[is_direct]] = limit[is_direct]
    added = np.nonzero(~is_direct)[0]
    over = rows.over[added].tocoo()
    flows = np.unique(over.col).astype(np.int64)
    base = -items.base[flows]
    row_of[flows] = model.add_rows(base, base) + np.arange(len(flows))
    first = model.add_columns(np.zeros(len(flows)))
    model.put(row_of[flows], first + np.arange(len(flows)), -1.0)
    model.put(limit[added[over.row]], first + np.searchsorted(flows, over.col), over.data)
    return row_of, limit


def _mobilised(model: Model, items: Items, columns: Columns, row_of: Whole) -> tuple[Whole, int]:
    """Add columns that open cluster quarters, and rows that keep items to them."""
    rows, quarters = items.rows, items.rows.problem.quarters
    none = np.zeros(0, np.int64), model.columns
    if not rows.mobilise.any():
        return none
    cluster = rows.problem.jobs.cluster[columns.item]
    q = columns.option % quarters
    at = np.nonzero((cluster >= 0) & (columns.option < rows.stay))[0]
    at = at[~items.opened[cluster[at], q[at]] & (rows.mobilise[cluster[at], q[at]] > 0.0)]
    if not len(at):
        return none
    open_at, opens = np.unique(cluster[at] * quarters + q[at], return_inverse=True)
    first = model.add_columns(rows.mobilise.ravel()[open_at], 1.0)
    pair, link = np.unique(columns.item[at] * quarters + q[at], return_inverse=True)
    begin = model.add_rows(np.full(len(pair), -INFINITE), np.zeros(len(pair)))
    model.put(begin + link, at, 1.0)
    _, one = np.unique(link, return_index=True)
    model.put(begin + np.arange(len(pair)), first + opens[one], -items.count[pair // quarters])
    spent = rows.first[BUDGET] + open_at % quarters
    money = rows.problem.mobilise[open_at // quarters] / rows.flow_unit[spent]
    model.put(row_of[spent], first + np.arange(len(open_at)), money)
    return open_at, first


def solver(tolerance: float) -> highspy.Highs:
    """Return a silent HiGHS on one thread."""
    found = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("primal_feasibility_tolerance", tolerance),
        ("dual_feasibility_tolerance", tolerance),
        ("mip_feasibility_tolerance", tolerance),
    ):
        found.setOptionValue(name, value)
    return found


class Shares(NamedTuple):
    """The linear programme's answer; scaled."""

    value: float
    jobs: Number  # of each column
    limits: Number  # [L] prices, 0 or more
    floor: Number  # [items] what a job of each pays
    opened: Number  # [C, Q] how far open


def relaxed(
    items: Items, columns: Columns, seconds: float, method: str = "choose"
) -> Shares | None:
    """Return the least cost with shares of options; None where HiGHS ends without an optimum."""
    model, places = model_of(items, columns)
    highs = solver(LOOSE)
    highs.setOptionValue("time_limit", max(0.1, seconds))
    highs.setOptionValue("solver", method)
    highs.passModel(model.whole())
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    value, dual = np.array(solution.col_value), np.array(solution.row_dual)
    opened = items.opened.astype(float)
    open_columns = places.open_first + np.arange(len(places.open_at))
    opened.ravel()[places.open_at] = value[open_columns]
    return Shares(
        value=float(highs.getInfo().objective_function_value),
        jobs=value[: len(columns.item)],
        limits=np.maximum(0.0, -dual[places.limit]),
        floor=dual[: len(items.count)],
        opened=opened,
    )


class Picked(NamedTuple):
    """The integer programme's answer; scaled."""

    column: Whole  # picked columns, one an item; empty where none was found
    bound: float
    is_best: bool


def picked(
    items: Items,
    columns: Columns,
    seconds: float,
    known: Whole | None = None,
    gap: float = 0.0,
    is_hard: bool = False,
) -> Picked:
    """Return one option of each job, together of least cost.

    Args:
        items: Jobs, and what is fixed.
        columns: Their options.
        seconds: To stop at; it may be overrun.
        known: A choice to start from: a column of each item.
        gap: To stop at, absolute, scaled.
        is_hard: Let nothing go beyond a limit.
    """
    model, places = model_of(items, columns, is_hard)
    m = len(columns.item)
    whole = model.whole()
    kind = np.full(model.columns, highspy.HighsVarType.kContinuous)
    kind[:m] = highspy.HighsVarType.kInteger
    kind[places.open_first : places.open_first + len(places.open_at)] = (
        highspy.HighsVarType.kInteger
    )
    whole.integrality_ = kind.tolist()
    highs = solver(TOLERANCE)
    for name, value in (
        ("time_limit", max(0.1, seconds)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", max(gap, 1e-9)),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(whole)
    if known is not None:
        highs.setSolution(len(known), known.astype(np.int32), np.ones(len(known)))
    highs.run()
    answer = highs.getInfo()
    is_found = answer.primal_solution_status == highspy.kSolutionStatusFeasible
    count = np.array(highs.getSolution().col_value)[:m] if is_found else np.zeros(0)
    is_best = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    column = np.nonzero(count > 0.5)[0]
    is_whole = len(column) == len(items.count)
    return Picked(
        column if is_whole else column[:0], float(answer.mip_dual_bound), is_best and is_whole
    )
