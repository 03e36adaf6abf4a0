"""Say and show what is carried between depots before anything is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report.markup import element, escape, grid, paragraph
from keepline.report.tally import part_names, table
from keepline.report.words import brief, count, counted, date, listed, percent, short_money

if TYPE_CHECKING:
    from keepline.model.plan import Plan

MOST_ROWS: Final = 60
NAMED: Final = 4


def told(moves: pl.DataFrame, currency: str, cost: float, cost_without: float | None) -> str:
    """Return in a sentence what to carry first and what that saves; nothing without moves.

    Args:
        moves: The result table ``moves``.
        currency: Of the costs.
        cost: Of the purchases.
        cost_without: What purchases on the first day would cost with nothing moved, where known.
    """
    if moves.is_empty():
        return ""
    units, parts = int(moves["quantity"].sum()), moves["part_id"].n_unique()
    carrying = float(moves["cost"].sum())
    paid = f", for {short_money(carrying, currency)}" if carrying > 0.0 else ""
    less = ""
    if cost_without is not None and cost_without > cost:
        share = percent(1.0 - cost / cost_without)
        less = f", which saves {share} of purchases of {short_money(cost_without, currency)}"
    what = f"{counted(units, 'unit')} of {counted(parts, 'part')}"
    return f"Move {what} between depots first{paid}{less}."


def left(lost: float | None, then: float | None, bound: float | None) -> str:
    """Return in a sentence what moves do by themselves, and what no placement can do better."""
    if lost is None or then is None or bound is None:
        return ""
    return (
        f"With nothing bought the moves bring service lost from {brief(lost, 4)} to "
        f"{brief(then, 4)} traffic units in the months that decide (no placement of today's stock "
        f"leaves less than {brief(bound, 4)})."
    )


def answer_texts(plan: Plan) -> list[str]:
    """Return the sentences of the short answer; none without moves."""
    moves, summary = table(plan, "moves"), plan.summary
    first = told(moves, summary.currency, summary.purchase_cost, summary.cost_without_moves)
    alone = left(summary.moves_lost, summary.moves_left, summary.moves_bound)
    return [one for one in (first, alone) if first and one]


def of_part(plan: Plan, part_id: str) -> str:
    """Return in a sentence what is moved of a part; nothing where nothing is."""
    moves = table(plan, "moves").filter(pl.col("part_id") == part_id)
    if moves.is_empty():
        return ""
    largest = moves.sort("quantity", descending=True, maintain_order=True).head(NAMED)
    said = [
        f"{counted(row['quantity'], 'unit')} from {row['from_depot_id']} to {row['to_depot_id']}, "
        f"there on {date(row['arrives_on'])}"
        for row in largest.iter_rows(named=True)
    ]
    rest = int(moves["quantity"].sum()) - int(largest["quantity"].sum())
    if rest:
        said.append(f"{counted(rest, 'unit')} more")
    return (
        f"Moved first: {listed(said)}. The same purchases without these moves would lose "
        f"{brief(float(moves['service_saved'].sum()))} traffic units of service more."
    )


def section(plan: Plan) -> str:
    """Return what to carry first, as a part of the page."""
    moves, names = table(plan, "moves"), part_names(plan)
    if moves.is_empty():
        return paragraph("No stock is moved between depots.")
    order = ["service_saved", "part_id", "from_depot_id", "to_depot_id"]
    shown = moves.sort(order, descending=[True, False, False, False]).head(MOST_ROWS)
    rows = [
        [
            escape(names.get(row["part_id"], row["part_id"])),
            element("code", escape(row["part_id"])),
            escape(row["from_depot_id"]),
            escape(row["to_depot_id"]),
            count(row["quantity"]),
            date(row["arrives_on"]),
            brief(row["service_saved"]),
        ]
        for row in shown.iter_rows(named=True)
    ]
    headings = ["Part", "Number", "From depot", "To depot", "Units", "There on",
                "Saves<small>traffic units</small>"]  # fmt: skip
    caption = "Stock to move on the first day, before anything is bought"
    if len(moves) > len(shown):
        caption += f": the {len(shown)} of {count(len(moves))} moves that save most; all stand in "
        caption += "tables/moves.csv"
    said = "".join(paragraph(text) for text in answer_texts(plan))
    numeric = [False] * 4 + [True, False, True]
    return said + grid(headings, rows, numeric, caption, ("moves",))
