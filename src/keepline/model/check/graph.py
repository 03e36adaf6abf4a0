"""Check what hangs together: loops, ids used twice, cells that need each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.check.raw import LISTED, is_empty, positions, quoted, remainder
from keepline.model.check.shares import check_shares
from keepline.model.check.trees import check_trees
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

#: Columns that stand together or not at all.
_TOGETHER = (
    ("suppliers", "owner_id", "owner_share"),
    ("sites", "latitude", "longitude"),
    ("depots", "latitude", "longitude"),
    ("parts", "units_seen", "hours_seen"),
    ("parts", "units_seen", "failures_seen"),
    ("parts", "hours_seen", "failures_seen"),
)
#: Columns that must not hold the same id in one row.
_DIFFERENT = (
    ("substitutes", "part_id", "replaces_id"),
    ("replacements", "part_id", "by_part_id"),
    ("bom", "item_id", "needs_id"),
    ("swaps", "from_supplier_id", "to_supplier_id"),
    ("programme", "from_supplier_id", "to_supplier_id"),
)


def check_graph(
    raws: Mapping[str, Raw], typed: Mapping[str, pl.DataFrame], problems: Problems
) -> None:
    """Report what no single cell can show, over all tables that were read."""
    for table, one, other in _TOGETHER:
        if table in typed:
            _check_together(raws[table], one, other, problems)
    for table, one, other in _DIFFERENT:
        if {one, other} <= _columns(typed, table):
            _check_different(raws[table], typed[table], one, other, problems)
    _check_loops("suppliers", "supplier_id", "owner_id", "IN-401", raws, typed, problems)
    _check_loops("depots", "depot_id", "parent_id", "IN-402", raws, typed, problems)
    _check_clash(raws, typed, problems)
    _check_spans(raws, typed, problems)
    _check_failures(raws, typed, problems)
    _check_operators(raws, typed, problems)
    check_shares(raws, typed, problems)
    check_trees(raws, typed, problems)


def _columns(typed: Mapping[str, pl.DataFrame], table: str) -> set[str]:
    return set(typed[table].columns) if table in typed else set()


def _check_together(raw: Raw, one: str, other: str, problems: Problems) -> None:
    cells = raw.frame
    if not {one, other} & set(cells.columns):
        return
    # a cell that holds something wrong has its own problem; only emptiness counts here
    empty = {name: is_empty(raw, name) if name in cells.columns else None for name in (one, other)}
    filled = [name for name in (one, other) if empty[name] is not None]
    for name in filled:
        partner = other if name == one else one
        gone = empty[partner]
        mask = ~empty[name] if gone is None else ~empty[name] & gone  # type: ignore[operator]
        bad = positions(mask)
        for row, text in zip(
            raw.rows(bad[:LISTED]), cells[name].gather(bad[:LISTED]).cast(pl.String), strict=True
        ):
            what = f"{name} is {quoted(text)} but {partner} is empty"
            mend = f"Fill {partner} in, or leave {name} empty"
            problems.add(Problem(raw.file, "IN-115", what, "both or neither", mend, row, partner))
        remainder(problems, raw, partner, "IN-115", len(bad))


def _check_different(
    raw: Raw, frame: pl.DataFrame, one: str, other: str, problems: Problems
) -> None:
    bad = positions(frame[one] == frame[other])
    for row, text in zip(raw.rows(bad[:LISTED]), frame[one].gather(bad[:LISTED]), strict=True):
        what = f"{one} and {other} are both {quoted(text)}"
        problems.add(
            Problem(
                raw.file, "IN-404", what, "two different ids", "Remove the row or mend one of them",
                row, other, text,
            )
        )  # fmt: skip
    remainder(problems, raw, other, "IN-404", len(bad))


def _check_loops(
    table: str,
    key: str,
    above: str,
    code: str,
    raws: Mapping[str, Raw],
    typed: Mapping[str, pl.DataFrame],
    problems: Problems,
) -> None:
    if not {key, above} <= _columns(typed, table):
        return
    pairs = typed[table].with_row_index("position").drop_nulls([key, above])
    up: dict[str, str] = dict(zip(pairs[key], pairs[above], strict=True))
    where: dict[str, int] = dict(zip(pairs[key], pairs["position"], strict=True))
    for loop in loops(up):
        row = raws[table].rows([where[loop[0]]])[0]
        said = " -> ".join((*loop, loop[0])[:20])
        what = f"{above} leads round in a loop: {said}"
        problems.add(
            Problem(
                raws[table].file, code, what, "a chain that ends",
                f"Mend {above} of one of them", row, above, up[loop[0]],
            )
        )  # fmt: skip


def loops(up: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return every loop of a graph in which each node leads to at most one other.

    >>> loops({"a": "b", "b": "c", "c": "b", "d": "d"})
    [('b', 'c'), ('d',)]
    """
    done: set[str] = set()
    found = []
    for start in up:
        path: dict[str, int] = {}
        node: str | None = start
        while node is not None and node not in done and node not in path:
            path[node] = len(path)
            node = up.get(node)
        if node is not None and node in path:
            found.append(tuple(path)[path[node] :])
        done.update(path)
    return found


def _check_clash(
    raws: Mapping[str, Raw], typed: Mapping[str, pl.DataFrame], problems: Problems
) -> None:
    if "part_id" not in _columns(typed, "parts") or "component_id" not in _columns(
        typed, "components"
    ):
        return
    components = typed["components"]["component_id"]
    bad = positions(components.is_in(typed["parts"]["part_id"].drop_nulls().implode()))
    raw = raws["components"]
    for row, text in zip(raw.rows(bad[:LISTED]), components.gather(bad[:LISTED]), strict=True):
        what = f"{quoted(text)} is a part already"
        mend = "Give the component an id of its own; bom.csv says which parts need it"
        problems.add(
            Problem(
                raw.file, "IN-116", what, "an id that no part has", mend, row, "component_id", text
            )
        )
    remainder(problems, raw, "component_id", "IN-116", len(bad))


def _check_spans(
    raws: Mapping[str, Raw], typed: Mapping[str, pl.DataFrame], problems: Problems
) -> None:
    if not {"from", "until"} <= _columns(typed, "crews"):
        return
    frame, raw = typed["crews"], raws["crews"]
    bad = positions(frame["until"] < frame["from"])
    for position in bad[:LISTED]:
        until, start = frame["until"][position], frame["from"][position]
        what = f"until ({until}) is before from ({start})"
        expected = "a last day on or after the first"
        problems.add(
            Problem(
                raw.file, "IN-119", what, expected, "Mend one of the two days",
                raw.rows([position])[0], "until", str(until),
            )
        )  # fmt: skip
    remainder(problems, raw, "until", "IN-119", len(bad))


def _check_failures(
    raws: Mapping[str, Raw], typed: Mapping[str, pl.DataFrame], problems: Problems
) -> None:
    if not {"failures_per_year", "failures_seen"} <= _columns(typed, "parts"):
        return
    frame, raw = typed["parts"], raws["parts"]
    bad = positions((frame["failures_per_year"] == 0.0) & (frame["failures_seen"] > 0))
    for row, seen in zip(
        raw.rows(bad[:LISTED]), frame["failures_seen"].gather(bad[:LISTED]), strict=True
    ):
        what = f"{seen} failures were seen of a part that is said never to fail"
        problems.add(
            Problem(
                raw.file, "IN-120", what, "a rate above 0 where failures were seen",
                "Write the rate that was believed before, for example the maker's",
                row, "failures_per_year", "0",
            )
        )  # fmt: skip
    remainder(problems, raw, "failures_per_year", "IN-120", len(bad))
    _check_watched(raw, frame, problems)


def _check_watched(raw: Raw, frame: pl.DataFrame, problems: Problems) -> None:
    """Report failures seen among no units or in no time."""
    for column, noun in (("units_seen", "among no units"), ("hours_seen", "in no time")):
        if column not in frame.columns:
            continue
        bad = positions((frame[column] == 0.0) & (frame["failures_seen"] > 0))
        rows, seen = raw.rows(bad[:LISTED]), frame["failures_seen"].gather(bad[:LISTED])
        for row, failures in zip(rows, seen, strict=True):
            what = f"{failures} failures were seen {noun}"
            problems.add(
                Problem(
                    raw.file, "IN-120", what, "a number above 0 where failures were seen",
                    "Write what was watched, or leave the failures out", row, column, "0",
                )
            )  # fmt: skip
        remainder(problems, raw, column, "IN-120", len(bad))


def _check_operators(
    raws: Mapping[str, Raw], typed: Mapping[str, pl.DataFrame], problems: Problems
) -> None:
    if not {"depot_id", "operator_id"} <= _columns(typed, "depots"):
        return
    depots = typed["depots"].select("depot_id", pl.col("operator_id").alias("theirs"))
    depots = depots.drop_nulls().unique("depot_id")
    for table, column in (("sites", "depot_id"), ("depots", "parent_id")):
        if not {"operator_id", column} <= _columns(typed, table):
            continue
        joined = (
            typed[table]
            .select("operator_id", column)
            .with_row_index("position")
            .join(depots, left_on=column, right_on="depot_id", how="left", maintain_order="left")
        )
        strange = joined.filter(pl.col("operator_id") != pl.col("theirs"))
        listed = strange.head(LISTED)
        raw = raws[table]
        rows = raw.rows(listed["position"].to_list())
        for row, values in zip(rows, listed.iter_rows(named=True), strict=True):
            what = (
                f"{quoted(values[column])} is a depot of {values['theirs']}, "
                f"but this row belongs to {values['operator_id']}"
            )
            problems.add(
                Problem(
                    raw.file, "IN-405", what, "a depot of the same operator, or a shared one",
                    "Leave operator_id empty for a depot that several operators share",
                    row, column, values[column],
                )
            )  # fmt: skip
        remainder(problems, raw, column, "IN-405", strange.height)
