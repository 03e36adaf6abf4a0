"""Say in a terminal, or as JSON, what is lost in worlds drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from keepline.cli.printing import ROWS_SHOWN, rows_of, sentences, table
from keepline.cli.printing import as_json as print_json
from keepline.model.results import MODES
from keepline.report import words

if TYPE_CHECKING:
    from keepline.impact import Drawn
    from keepline.model.network import Network

#: Shares of the worlds, in hundredths, whose dates are printed.
TENTHS = (10, 50, 90)


def tell(network: Network, found: Drawn, seed: int, *, as_json: bool) -> None:
    """Print the chances and dates of losses, the most probable first."""
    if as_json:
        tables = ("loss_chances", "loss_chances_by_month")
        rows = {name: rows_of(getattr(found, name)) for name in tables}
        said = {"worlds": found.worlds, "seed": seed, "left_out": list(found.left_out)}
        print_json(said | rows)
        return
    if found.loss_chances.is_empty():
        sentences([f"No part loses anything in any of {words.count(found.worlds)} worlds."])
    else:
        _print_chances(network, found)
    sentences(_honesty(found))


def _print_chances(network: Network, found: Drawn) -> None:
    names = dict(network["parts"].select("part_id", "name").iter_rows())
    order = pl.col("mode").replace_strict(MODES, range(len(MODES)), return_dtype=pl.Int64)
    ordered = found.loss_chances.sort(
        order,
        "probability",
        "lost_50_on",
        "part_id",
        descending=[False, True, False, False],
        nulls_last=True,
    )
    table(
        f"Losses in {words.count(found.worlds)} worlds drawn, new supply first",
        {
            "part id": "left",
            "part": "left",
            "loses": "left",
            "probability (95 %)": "right",
            **{f"{tenth} % by": "left" for tenth in TENTHS},
        },
        (_cells(row, names) for row in ordered.head(ROWS_SHOWN).iter_rows(named=True)),
    )
    if len(ordered) > ROWS_SHOWN:
        sentences([f"... and {words.count(len(ordered) - ROWS_SHOWN)} more; --json prints all."])


def _cells(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    doubt = "" if row["certainty"] == "sure" else f" ({row['certainty']})"
    low, high = words.percent(row["low"]), words.percent(row["high"])
    dates = (row[f"lost_{tenth}_on"] for tenth in TENTHS)
    return (
        row["part_id"],
        names[row["part_id"]],
        row["mode"] + doubt,
        f"{words.percent(row['probability'])} ({low} to {high})",
        *("" if day is None else words.date(day) for day in dates),
    )


def _honesty(found: Drawn) -> list[str]:
    if not found.left_out:
        return ["Every world is exact: all losses of this scenario are whole and stay."]
    return ["Losses are taken as whole and for good, which leaves out:", *found.left_out]
