"""Say in a terminal what would break the paths of losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from keepline.cli.printing import sentences, table
from keepline.report import routes, words

if TYPE_CHECKING:
    from keepline.impact import Impact

FACTS = {
    "bill of material": "bills of material of parts",
    "sources": "sources of components",
    "country": "countries of deliveries",
    "technology origin": "technology origins of deliveries",
}
#: Remedies that are printed, those that serve most parts first.
MOST_REMEDIES = 6


def print_remedies(found: Impact) -> None:
    """Print the remedies that serve most parts; nothing where no path can be broken."""
    best = _best(found.remedies)
    if best.is_empty():
        return
    table(
        "What would break the paths, each tried on the whole graph; what helps most first",
        {"what": "left", "in place by": "left", "parts": "right", "days gained": "right"},
        (_cells(row) for row in best.head(MOST_REMEDIES).iter_rows(named=True)),
    )
    more = len(best) - MOST_REMEDIES
    said = []
    if more > 0:
        said.append(f"... and {words.count(more)} more; --json prints all.")
    if found.untried:
        said.append(
            f"{words.counted(found.untried, 'further remedy', 'further remedies')} were not tried: "
            "the graph is too large for all of them."
        )
    if said:
        sentences(said)


def print_mapping(found: Impact) -> None:
    """Print how much of what losses stand on is recorded."""
    table(
        "How much of the graph is recorded: what is not leaves losses unknown",
        {"what": "left", "recorded": "right", "parts in full": "right", "by units": "right"},
        (
            (
                FACTS[row["fact"]],
                f"{words.count(row['known'])} of {words.count(row['counted'])}",
                *(
                    "" if row[name] is None else words.percent(row[name])
                    for name in ("parts_share", "units_share")
                ),
            )
            for row in found.mapping.iter_rows(named=True)
        ),
    )


def _best(remedies: pl.DataFrame) -> pl.DataFrame:
    """Return a row a remedy: the parts it serves, and the most days it gains of each."""
    keys = ["action", "item_id", "supplier_id"]
    by_part = remedies.group_by(*keys, "part_id").agg(
        pl.col("days_gained", "days").max(),
        pl.col("needed_on", "begin_by").min(),
        pl.col("is_in_time").all(),
    )
    return (
        by_part.group_by(keys)
        .agg(
            pl.len().alias("parts"),
            pl.col("days_gained", "days").max(),
            pl.col("needed_on", "begin_by").min(),
            pl.col("is_in_time").all(),
            (pl.col("days_gained").sum()).alias("sum"),
        )
        .sort("sum", *keys, descending=[True, False, False, False], nulls_last=True)
    )


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    by = words.date(row["needed_on"]) + ("" if row["is_in_time"] else " (too late)")
    what = routes.remedy(row)
    return what, by, words.count(row["parts"]), f"up to {words.count(row['days_gained'])}"
