"""Write the order lists: what to order from each supplier, with totals that are formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline.report.sheet import put
from keepline.report.tally import part_names, spending_by_supplier, supplier_names, table

if TYPE_CHECKING:
    from keepline.model.plan import Plan
    from keepline.report.sheet import Formats

SHEET: Final = "order lists"
COLUMNS: Final = (
    ("Part number", 18),
    ("Part", 36),
    ("To depot", 20),
    ("Order on", 13),
    ("Order by", 13),
    ("Arrives", 13),
    ("Units", 10),
    ("Price of one", 14),
    ("Cost", 16),
)
UNITS, PRICE, COST = 6, 7, 8


def order_lists(file: Any, formats: Formats, plan: Plan) -> None:
    """Add the sheet of order lists: a block a supplier, the dearest first, and the whole sum."""
    sheet = file.add_worksheet(SHEET)
    for position, (_, width) in enumerate(COLUMNS):
        sheet.set_column(position, position, width)
    put(sheet, 0, 0, f"Order lists by supplier, prices in {plan.summary.currency}", formats.title)
    bought, names = table(plan, "purchases"), supplier_names(plan)
    line, sums = 2, []
    for supplier in spending_by_supplier(plan)["supplier_id"]:
        rows = bought.filter(pl.col("supplier_id") == supplier).sort("order_by", "part_id")
        put(sheet, line, 0, names.get(supplier, supplier), formats.strong)
        line = _block(sheet, formats, plan, rows, line + 1)
        sums.append(line)
        line += 2
    if not sums:
        put(sheet, line, 0, "The plan orders nothing.", formats.text)
        return
    put(sheet, line, 0, "All suppliers", formats.total)
    for column, cached in ((UNITS, bought["quantity"].sum()), (COST, bought["cost"].sum())):
        letter = chr(ord("A") + column)
        formula = "=" + "+".join(f"{letter}{one}" for one in sums)
        sheet.write_formula(line, column, formula, formats.total, cached)


def _block(sheet: Any, formats: Formats, plan: Plan, rows: pl.DataFrame, line: int) -> int:
    """Write one supplier's orders from a line on; return the line of its total, counted from 1."""
    names = part_names(plan)
    for position, (name, _) in enumerate(COLUMNS):
        put(sheet, line, position, name, formats.head)
    first = line + 1
    for row in rows.iter_rows(named=True):
        line += 1
        for position, value, kind in (
            (0, row["part_id"], formats.text),
            (1, names.get(row["part_id"], row["part_id"]), formats.text),
            (2, row["depot_id"], formats.text),
            (3, row["order_on"], formats.date),
            (4, row["order_by"], formats.date),
            (5, row["arrives_on"], formats.date),
            (UNITS, row["quantity"], formats.whole),
            (PRICE, row["unit_cost"], formats.money),
        ):
            put(sheet, line, position, value, kind)
        product = f"=G{line + 1}*H{line + 1}"
        sheet.write_formula(line, COST, product, formats.money, row["cost"])
    put(sheet, line + 1, 0, "Total", formats.total)
    for column, cached in ((UNITS, rows["quantity"].sum()), (COST, rows["cost"].sum())):
        letter = chr(ord("A") + column)
        formula = f"=SUM({letter}{first + 1}:{letter}{line + 1})"
        sheet.write_formula(line + 1, column, formula, formats.total, cached)
    return line + 2
