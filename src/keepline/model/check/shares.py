"""Check that what is shared out is not more than the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.check.raw import LISTED, quoted, remainder
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

_ROUNDING: Final = 1e-6
_MEND: Final = "Lower one of them"


def check_shares(
    raws: Mapping[str, Raw], typed: Mapping[str, pl.DataFrame], problems: Problems
) -> None:
    """Report items whose approved sources, and companies whose holders, share out more than 1.

    Only shares that are written count: a source without one could deliver the whole.
    """
    sources = typed.get("sources")
    if sources is not None and {"item_id", "share"} <= set(sources.columns):
        if "is_qualified" in sources.columns:
            sources = sources.with_columns(
                share=pl.when(pl.col("is_qualified").fill_null(True)).then("share")
            )
        sums = sources.with_row_index("at").select("at", "item_id", "share")
        _report(raws["sources"], sums, "item_id", problems)
    held = typed.get("holdings")
    if held is not None and {"supplier_id", "share"} <= set(held.columns):
        rows = held.with_row_index("at").select("at", "supplier_id", "share")
        owners = typed.get("suppliers")
        if owners is not None and {"supplier_id", "owner_share"} <= set(owners.columns):
            first = owners.select(
                pl.lit(None, rows.schema["at"]).alias("at"), "supplier_id", share="owner_share"
            )
            rows = pl.concat([first, rows])
        _report(raws["holdings"], rows, "supplier_id", problems)


def _report(raw: Raw, rows: pl.DataFrame, key: str, problems: Problems) -> None:
    """Report the last row of every key whose shares add up to more than 1."""
    over = (
        rows.drop_nulls([key, "share"])
        .group_by(key)
        .agg(pl.col("at").max(), pl.col("share").sum())
        .filter(pl.col("share") > 1.0 + _ROUNDING, pl.col("at").is_not_null())
        .sort("at")
    )
    listed = over.head(LISTED)
    places = raw.rows(listed["at"].to_list())
    for row, (name, _, total) in zip(places, listed.iter_rows(), strict=True):
        what = f"the shares of {quoted(name)} add up to {total:g}"
        problems.add(Problem(raw.file, "IN-406", what, "1 at most", _MEND, row, "share"))
    remainder(problems, raw, "share", "IN-406", over.height)
