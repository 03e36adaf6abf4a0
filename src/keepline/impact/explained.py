"""Gather the steps and remedies of all passes, as declared result tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.maths.days import TOLERANCE
from keepline.model.results import MODES, RESULTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from keepline.impact.remedies import Trials
    from keepline.impact.routes import Routes

#: What of a pass stands in the tables, before parts, branches and dates have their names.
_STEP: Final = (
    "run", "part", "step", "event_id", "item_id", "supplier_id", "happens", "from_day",
    "wait_days", "stock_days", "others_days", "day", "share_left", "buffer_days",
    "qualification_days",
)  # fmt: skip
_REMEDY: Final = (
    "run", "part", "action", "item_id", "supplier_id", "days", "needed", "begin", "lost",
    "lost_with",
)  # fmt: skip
_IDS: Final = ("event_id", "item_id", "supplier_id", "happens", "action")
_WHOLE: Final = ("run", "part", "step", "needed", "begin", "lost", "lost_with")


@dataclass
class Explained:
    """Take passes one after the other, and hold what explains their losses.

    Attributes:
        trials: Tries the remedies.
    """

    trials: Trials
    _steps: list[tuple[object, ...]] = field(default_factory=list)
    _remedies: list[tuple[object, ...]] = field(default_factory=list)

    def take(self, run: int, mode: str, routes: Routes, nodes: Mapping[int, int]) -> None:
        """Explain the losses of some parts in a pass, given the node of each."""
        for part, node in nodes.items():
            event_id = routes.reason(node)[0]
            self._steps += [
                (
                    run, part, number, event_id, routes.item_of(step.node),
                    routes.supplier_of(step.delivery), step.happens, step.from_day,
                    step.wait_days, step.stock_days, step.others_days, step.fell, step.left,
                    float(routes.graph.buffer_days[step.delivery]),
                    routes.soonest_approval(step.node),
                )
                for number, step in enumerate(routes.steps(node), 1)
            ]  # fmt: skip
        self._remedies += [(run, *one) for one in self.trials.remedies(routes, nodes, mode)]

    def frames(
        self, uses: pl.DataFrame, parts: pl.DataFrame, branches: pl.DataFrame, start: dt.date
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the tables `loss_steps` and `remedies`.

        Args:
            uses: Which run serves which branch, mode and certainty.
            parts: The names of the parts: part, part_id.
            branches: The branches, the most probable first: branch, branch_id, probability.
            start: The plan's first day.
        """
        runs = (
            uses.join(branches, "branch")
            .sort("branch", maintain_order=True)
            # a pass that serves several certainties is told by the surest
            .unique(["run", "branch"], keep="first", maintain_order=True)
            .group_by("run", "mode", maintain_order=True)
            .agg(pl.col("branch", "branch_id", "certainty").first(), pl.col("probability").sum())
            .with_columns(pl.col("probability").clip(0.0, 1.0))
        )
        steps = _named(self._steps, _STEP, runs, parts).with_columns(
            falls_on=_date(start, (pl.col("day") + TOLERANCE).floor().cast(pl.Int64))
        )
        remedies = _named(self._remedies, _REMEDY, runs, parts)
        until = pl.col("lost_with").fill_null(self.trials.end)
        keys = ["run", "part"]
        begins = pl.when(pl.col("begin").is_not_null()).then(pl.col("begin") >= 0)
        told = (
            remedies.with_columns(
                days_gained=(until - pl.col("lost")).cast(pl.Int64),
                needed_on=_date(start, pl.col("needed")),
                begin_by=_date(start, pl.col("begin")),
                lost_on=_date(start, pl.col("lost")),
                lost_on_with=_date(start, pl.col("lost_with")),
                is_in_time=begins.otherwise(pl.col("needed") > 0),
                is_gone=pl.col("lost_with").is_null(),
            )
            .sort(
                *keys, "is_gone", "days_gained", "is_in_time", "days", "action", "item_id",
                "supplier_id",
                descending=[False, False, True, True, True, False, False, False, False],
            )
            .with_columns(rank=pl.int_range(1, pl.len() + 1).over(keys))
        )  # fmt: skip
        return _declared("loss_steps", steps, "step"), _declared("remedies", told, "rank")


def _named(
    rows: list[tuple[object, ...]],
    columns: tuple[str, ...],
    runs: pl.DataFrame,
    parts: pl.DataFrame,
) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {
        name: pl.String if name in _IDS else pl.Int64 if name in _WHOLE else pl.Float64
        for name in columns
    }
    return pl.DataFrame(rows, schema, orient="row").join(runs, "run").join(parts, "part")


def _date(start: dt.date, days: pl.Expr) -> pl.Expr:
    return pl.lit(start) + pl.duration(days=days)


def _declared(table: str, frame: pl.DataFrame, last: str) -> pl.DataFrame:
    columns = RESULTS[table].columns()
    modes = {mode: number for number, mode in enumerate(MODES)}
    order = pl.col("mode").replace_strict(modes, return_dtype=pl.Int64)
    return frame.sort("part", "branch", order, "run", last).select(
        pl.col(name).cast(column.dtype) for name, column in columns.items()
    )
