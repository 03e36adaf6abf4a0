"""Check that no two rows of a table say who they are in the same words."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.model.check.raw import LISTED, quoted, remainder
from keepline.model.declare import trait
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

#: An odd number without pattern, so that the hashes of several columns mix.
_ODD: Final = 0x9E3779B97F4A7C15


def check_keys(raw: Raw, typed: pl.DataFrame, problems: Problems) -> None:
    """Report rows whose key stands in an earlier row; an empty optional key cell is a value."""
    columns = INPUTS[raw.name].columns()
    keys = [name for name, column in columns.items() if trait(column).is_key]
    needed = [name for name in keys if not columns[name].nullable]
    if not set(needed) <= set(typed.columns):
        return
    there = [name for name in keys if name in typed.columns]
    # a frame of these columns alone: the others may lie otherwise in memory, and be copied
    whole = pl.DataFrame([typed[name] for name in there])
    if not there:
        # no row says who it is: all of them say the same
        whole = pl.DataFrame({keys[0]: pl.Series([None] * typed.height, dtype=pl.String)})
    keys = whole.columns
    if not _may_repeat(whole):
        return
    repeats = (
        whole.with_row_index("position")
        .drop_nulls(needed)
        .with_columns(pl.col("position").min().over(keys).alias("first"))
        .filter(pl.col("position") > pl.col("first"))
    )
    listed = repeats.head(LISTED)
    rows = raw.rows(listed["position"].to_list())
    firsts = raw.rows(listed["first"].to_list())
    for row, first, values in zip(rows, firsts, listed.select(keys).iter_rows(), strict=True):
        problems.add(_repeat(raw, keys, values, row, first))
    remainder(problems, raw, ", ".join(keys), "IN-112", repeats.height)


def _may_repeat(whole: pl.DataFrame) -> bool:
    first_key, *other_keys = whole.columns
    if len(other_keys) == 1 and whole[first_key].flags["SORTED_ASC"]:
        other = pl.col(other_keys[0])
        steps = (pl.col(first_key) != pl.col(first_key).shift()) | (other > other.shift())
        # the first row has no earlier one, and an empty cell leads to the closer look below
        if whole.select(steps.slice(1).fill_null(value=False).all()).item():
            return False
    # equal rows have equal hashes: as many hashes as rows means that no key can repeat
    first, *others = (pl.col(name).hash(seed) for seed, name in enumerate(whole.columns))
    mixed = reduce(lambda so_far, one: so_far * _ODD + one, others, first)
    hashes = np.sort(whole.select(mixed.alias("mixed")).to_series().to_numpy())
    return bool((hashes[1:] == hashes[:-1]).any())


def _repeat(raw: Raw, keys: list[str], values: tuple[object, ...], row: int, first: int) -> Problem:
    texts = ["" if value is None else str(value) for value in values]
    said = ", ".join(f"{key} {quoted(text)}" for key, text in zip(keys, texts, strict=True))
    return Problem(
        raw.file,
        "IN-112",
        f"{said} stands already in row {first}",
        f"one row for each {' and '.join(keys)}",
        "Keep one of the rows, or join them",
        row=row,
        column=", ".join(keys),
        value=", ".join(texts),
    )
