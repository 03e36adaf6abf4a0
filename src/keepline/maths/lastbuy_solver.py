"""Pick one schedule of every pool within the limits, by HiGHS: shares of schedules, or whole ones.

Rows are the limits, scaled to 1, an optional row for a target, and one row for each pool, whose
schedules' shares sum to 1. The solver runs on one thread, because HiGHS keeps the count of threads
of a process's first run; whatever it answers is judged again with exact arithmetic elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import highspy
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE: Final = 1e-9
PRIMAL_SIMPLEX: Final = 4


class Columns(NamedTuple):
    """Schedules of pools, and what they take; m columns."""

    pool: NDArray[np.int64]  # [m]
    units: NDArray[np.int64]  # [m, K]
    goal: NDArray[np.float64]  # [m] what is to be least
    start: NDArray[np.int64]  # [m + 1] entries of column j are start[j]:start[j + 1]
    row: NDArray[np.int64]
    use: NDArray[np.float64]  # share of the limit


class Shares(NamedTuple):
    """The linear programme's answer."""

    value: float
    share: NDArray[np.float64]  # [m] of each column
    price: NDArray[np.float64]  # [rows] of a whole limit, 0 or more
    floor: NDArray[np.float64]  # [pools] price of a pool's row


class Picked(NamedTuple):
    """The integer programme's answer."""

    column: NDArray[np.int64]  # picked columns; empty where none was found
    bound: float  # no choice among the columns is below
    is_best: bool


def solver() -> highspy.Highs:
    """Return a silent HiGHS on one thread."""
    found = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("primal_feasibility_tolerance", TOLERANCE),
        ("dual_feasibility_tolerance", TOLERANCE),
    ):
        found.setOptionValue(name, value)
    return found


def model_of(columns: Columns, right: NDArray[np.float64], pools: int) -> highspy.HighsLp:
    """Return the linear programme over columns.

    Args:
        columns: Schedules.
        right: Right-hand sides of the rows of limits, after scaling.
        pools: Number of pools, each with a column.
    """
    m, limits = len(columns.pool), len(right)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = m, limits + pools
    model.col_cost_ = columns.goal
    model.col_lower_, model.col_upper_ = np.zeros(m), np.full(m, highspy.kHighsInf)
    model.row_lower_ = np.concatenate((np.full(limits, -highspy.kHighsInf), np.ones(pools)))
    model.row_upper_ = np.concatenate((right, np.ones(pools)))
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    start, index, value = with_pools(columns, limits)
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = start, index, value
    return model


def with_pools(
    columns: Columns, limits: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return columns as compressed arrays with the entry of the pool's row put last in each."""
    m = len(columns.pool)
    ends = columns.start[1:]
    index = np.insert(columns.row, ends, limits + columns.pool)
    value = np.insert(columns.use, ends, 1.0)
    start = columns.start + np.arange(m + 1)
    return start.astype(np.int32), index.astype(np.int32), value


class Master:
    """The linear programme over the schedules known so far; it grows and is solved again.

    Args:
        columns: At least one schedule of every pool, of which some choice keeps the limits.
        right: Right-hand sides of the rows of limits, after scaling.
        pools: Number of pools.
    """

    def __init__(self, columns: Columns, right: NDArray[np.float64], pools: int) -> None:
        self._limits = len(right)
        # tolerances are absolute, so that the goals must not be tiny or huge
        self._unit = float(np.abs(columns.goal).max(initial=0.0)) or 1.0
        self._highs = solver()
        self._highs.passModel(model_of(self._scaled(columns), right, pools))

    def _scaled(self, columns: Columns) -> Columns:
        return columns._replace(goal=columns.goal / self._unit)

    def add(self, columns: Columns) -> None:
        """Add schedules."""
        m = len(columns.pool)
        start, index, value = with_pools(columns, self._limits)
        upper = np.full(m, highspy.kHighsInf)
        goal = self._scaled(columns).goal
        self._highs.addCols(m, goal, np.zeros(m), upper, len(index), start[:-1], index, value)
        # the last basis stays feasible for the grown programme, but not dual feasible
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)

    def solve(self) -> Shares | None:
        """Solve it; None where HiGHS ends without an optimum, also when it starts afresh."""
        for is_afresh in (False, True):
            if is_afresh:
                self._highs.clearSolver()
            self._highs.run()
            if self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return self._shares()
        return None

    def _shares(self) -> Shares:
        solution = self._highs.getSolution()
        dual = np.array(solution.row_dual) * self._unit
        return Shares(
            value=float(self._highs.getInfo().objective_function_value) * self._unit,
            share=np.array(solution.col_value),
            price=np.maximum(0.0, -dual[: self._limits]),
            floor=dual[self._limits :],
        )


def pick(
    columns: Columns,
    right: NDArray[np.float64],
    pools: int,
    known: NDArray[np.int64] | None,
    most_nodes: int,
    most_seconds: float,
) -> Picked:
    """Return one column of every pool, together within the limits and of least goal.

    Args:
        columns: Schedules, with goals scaled so that 1e-6 of one does not matter.
        right: Right-hand sides of the rows of limits, after scaling.
        pools: Number of pools.
        known: A feasible choice to start from, a column of each pool.
        most_nodes: Nodes of the search to stop at.
        most_seconds: A time to stop at, should nodes be slow; it may be overrun a little.
    """
    highs = solver()
    model = model_of(columns, right, pools)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns.pool)
    highs.passModel(model)
    for name, value in (
        ("mip_feasibility_tolerance", TOLERANCE),
        ("mip_rel_gap", 0.0),
        ("mip_max_nodes", most_nodes),
        ("time_limit", most_seconds),
    ):
        highs.setOptionValue(name, value)
    if known is not None:
        start = highspy.HighsSolution()
        shares = np.zeros(len(columns.pool))
        shares[known] = 1.0
        start.col_value = shares.tolist()
        highs.setSolution(start)
    highs.run()
    highs_info = highs.getInfo()
    is_best = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    is_found = highs_info.primal_solution_status == highspy.kSolutionStatusFeasible
    shares = np.array(highs.getSolution().col_value) if is_found else np.zeros(0)
    bound = float(highs_info.mip_dual_bound)
    return Picked(np.nonzero(shares > 0.5)[0], bound, is_best and is_found)
