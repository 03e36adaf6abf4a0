"""Say in a terminal what every single loss takes, and what pairs take."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl

from keepline.cli.printing import ROWS_SHOWN, sentences, table
from keepline.report import words

if TYPE_CHECKING:
    from keepline.impact import Singles
    from keepline.model.network import Network


_ORDER = (
    "Parts are those whose new supply is gone within the plan; perhaps, those that lose it only if "
    "a missing fact turns out badly. Traffic is that of the sites where the parts lost stand; the "
    "order is by it, then by units, then by the earliest day."
)
_STOCK = (
    "Stock lasts so many days, at 95\u202f% confidence, until some part touched cannot meet every "
    "first line: two bounds, or one figure where they agree. Parts that stand in for others are "
    "not counted on. Repair and software, and every part, are told by --json."
)


def print_singles(network: Network, found: Singles, worst: int, is_paired: bool) -> None:
    """Print the worst single losses, pairs where they were asked for, and what is not recorded."""
    if found.single_losses.is_empty():
        sentences(["No single loss takes supply, repair or software of any part within the plan."])
    else:
        _print_worst(network, found.single_losses, worst)
    if is_paired:
        _print_pairs(network, found.pair_losses)
    sentences(_unmapped(found.unmapped))


def _print_worst(network: Network, found: pl.DataFrame, worst: int) -> None:
    is_doubtful = bool((found["parts_unmapped"] > 0).any())
    columns = {"": "right", "lost": "left", "parts": "right"}
    columns |= {"perhaps": "right"} if is_doubtful else {}
    columns |= {"from": "left", "units": "right", "traffic": "right", "stock lasts": "right"}
    rows = []
    for row in found.iter_rows(named=True):
        perhaps = [words.count(row["parts_unmapped"])] if is_doubtful else []
        figures = (words.count(row["units"]), words.percent(row["traffic_share"]))
        rows.append(
            (
                str(row["rank"]),
                f"{row['kind']} {row['label']}",
                words.count(row["parts_lost"]),
                *perhaps,
                _on(network, row["first_lost_days"]),
                *figures,
                *_lasting(network, row),
            )
        )
    title = f"What a single loss on {words.date(network.start)} takes"
    table(f"{title}, the {words.count(worst)} worst", columns | {"out first": "left"}, rows)
    sentences([_ORDER])
    sentences([_STOCK])


def _print_pairs(network: Network, found: pl.DataFrame) -> None:
    if found.is_empty():
        sentences(["No two of them take new supply of a part that neither takes alone."])
        return
    table(
        "What two of them take together and neither alone",
        {"first": "left", "second": "left", "parts": "left", "from": "left"}
        | {"units": "right", "of traffic": "right"},
        (
            (
                f"{row['kind']} {row['label']}",
                f"{row['other_kind']} {row['other_label']}",
                words.listed(row["part_ids"].split("; "), 3),
                _on(network, row["first_lost_days"]),
                words.count(row["units"]),
                words.percent(row["traffic_share"]),
            )
            for row in found.head(ROWS_SHOWN).iter_rows(named=True)
        ),
    )
    if len(found) > ROWS_SHOWN:
        sentences([f"... and {words.count(len(found) - ROWS_SHOWN)} more; --json prints all."])


def _unmapped(found: pl.DataFrame) -> list[str]:
    said = []
    for row in found.filter(pl.col("kind") != "site").iter_rows(named=True):
        what = "origin of technology" if row["kind"] == "technology" else row["kind"]
        deliveries = words.counted(row["deliveries"], "delivery", "deliveries")
        if not row["unmapped"]:
            said.append(f"The {what} is recorded of every delivery.")
            continue
        said.append(
            f"The {what} is not recorded of {words.count(row['unmapped'])} of {deliveries} "
            f"({words.percent(row['share'])}); new supply of {words.counted(row['parts'], 'part')} "
            "stands on them."
        )
    return said


def _on(network: Network, day: int | None) -> str:
    return "" if day is None else words.date(network.start + dt.timedelta(days=day))


def _lasting(network: Network, row: dict[str, Any]) -> tuple[str, str]:
    """Return how long stock lasts, and what is out first."""
    least, most = row["survive_at_least_days"], row["survive_at_most_days"]
    if least is None:
        return "", ""
    end = int(network.horizon_days)
    said = ["the plan" if day >= end else f"{words.count(day)} d" for day in (least, most)]
    told = said[0] if said[0] == said[1] else f"{said[0].removesuffix(' d')} to {said[1]}"
    return told, "" if least >= end else row["worst_part_id"]
