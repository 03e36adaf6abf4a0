"""Write the small tables of the board report: a line a maker, branch, supplier, order, region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.loss_results import doubtful
from keepline.report.markup import element, escape, grid
from keepline.report.tally import (
    endurance_by_supplier,
    losses_by_supplier,
    part_names,
    spending_by_supplier,
    supplier_names,
    table,
)
from keepline.report.words import brief, count, counted, date, few, listed, money, percent

if TYPE_CHECKING:
    from keepline.model.plan import Plan

MOST_ORDERS: Final = 20
MOST_BRANCHES: Final = 20


def losses_table(plan: Plan) -> str:
    """Return what each maker may lose, how much of it and from when."""
    names, rows = supplier_names(plan), []
    for row in losses_by_supplier(plan).iter_rows(named=True):
        losing = [
            f"{count(row[f'{mode}_parts'])} from {date(row[f'{mode}_on'])}"
            if row[f"{mode}_on"] is not None
            else "none"
            for mode in ("supply", "repair", "software")
        ]
        chance = "" if row["probability"] is None else percent(row["probability"])
        name = escape(names.get(row["supplier_id"], row["supplier_id"]))
        rows.append([name, *losing, chance, count(row["unknown"])])
    if not rows:
        return ""
    headings = ["Manufacturer", "New supply: parts", "Repair: parts", "Software updates: parts",
                "Probability of any loss", "Parts of which it is not sure"]  # fmt: skip
    caption = "What each manufacturer's parts may lose, and the first date on which they do"
    return grid(
        headings,
        rows,
        [False, False, False, False, True, True],
        caption,
        (
            "losses",
            "branches",
        ),
    )


def branches_table(plan: Plan) -> str:
    """Return the scenario's branches, the most probable first."""
    branches = table(plan, "branches").sort("probability", descending=True)
    if branches.is_empty():
        return ""
    rows = [
        [escape(row["branch_id"]), percent(row["probability"], 2), escape(row["what"])]
        for row in branches.head(MOST_BRANCHES).iter_rows(named=True)
    ]
    caption = f"How the scenario may turn out: {counted(len(branches), 'branch', 'branches')}"
    if len(branches) > MOST_BRANCHES:
        caption += f", the {MOST_BRANCHES} most probable shown"
    return grid(
        ["Branch", "Probability", "What happens"],
        rows,
        [False, True, False],
        caption,
        ("branches",),
    )


def endurance_table(plan: Plan) -> str:
    """Return endurance by maker."""
    names = supplier_names(plan)
    rows = [
        [
            escape(names.get(row["supplier_id"], row["supplier_id"])),
            count(row["parts"]),
            count(row["parts_short"]),
            f"{count(int(row['shortest_days']))}, {date(row['shortest_on'])}",
            count(int(row["median_days"])),
            count(row["installed"]),
            count(row["on_hand"]),
            few(row["short_at_end"]),
        ]
        for row in endurance_by_supplier(plan).iter_rows(named=True)
    ]
    if not rows:
        return ""
    headings = ["Manufacturer", "Parts", "Run short", "Shortest<small>days, date</small>",
                "Median<small>days</small>", "In service<small>units</small>",
                "On the shelf<small>units</small>", "Short at the end<small>units, expected</small>"]  # fmt: skip  # noqa: E501
    caption = "Endurance by manufacturer, with today's stock"
    return grid(headings, rows, [False, *[True] * 7], caption, ("endurance",))


def suppliers_table(plan: Plan) -> str:
    """Return the purchases by supplier."""
    names, currency = supplier_names(plan), plan.summary.currency
    spent = spending_by_supplier(plan)
    rows = [
        [
            escape(names.get(row["supplier_id"], row["supplier_id"])),
            count(row["parts"]),
            count(row["quantity"]),
            escape(money(row["cost"], currency)),
            date(row["order_by"]),
        ]
        for row in spent.iter_rows(named=True)
    ]
    headings = ["Supplier", "Parts", "Units", "Cost", "First order by"]
    return grid(
        headings, rows, [False, True, True, True, False], "Purchases by supplier", ("purchases",)
    )


def orders_table(plan: Plan, bought: pl.DataFrame) -> str:
    """Return the most urgent orders."""
    parts, suppliers = part_names(plan), supplier_names(plan)
    shown = bought.sort("order_by", "cost", descending=[False, True]).head(MOST_ORDERS)
    rows = [
        [
            date(row["order_by"]),
            escape(parts.get(row["part_id"], row["part_id"])),
            element("code", escape(row["part_id"])),
            escape(suppliers.get(row["supplier_id"], row["supplier_id"])),
            escape(row["depot_id"]),
            count(row["quantity"]),
            escape(money(row["cost"], plan.summary.currency)),
            date(row["arrives_on"]),
            escape(row["bound_by"]),
        ]
        for row in shown.iter_rows(named=True)
    ]
    headings = ["Order by", "Part", "Number", "From", "To depot", "Units", "Cost", "Arrives",
                "Limit"]  # fmt: skip
    numeric = [False] * 5 + [True, True] + [False] * 2
    caption = "The most urgent orders"
    if len(bought) > len(shown):
        caption += f": {len(shown)} of {count(len(bought))}; all stand in tables/purchases.csv"
    return grid(headings, rows, numeric, caption, ("purchases",))


def regions_table(exposed: pl.DataFrame) -> str:
    """Return exposure by region, the most units first; nothing for a single region."""
    regions = (
        exposed.group_by("region")
        .agg(pl.len().alias("sites"), pl.col("traffic", "units", "units_lost_expected").sum())
        .sort("units_lost_expected", "region", descending=[True, False])
    )
    if len(regions) <= 1:
        return ""
    rows = [
        [
            escape(row["region"]),
            count(row["sites"]),
            brief(row["traffic"]),
            count(row["units"]),
            count(row["units_lost_expected"]),
            percent(row["units_lost_expected"] / row["units"]) if row["units"] else "",
        ]
        for row in regions.head(MOST_BRANCHES).iter_rows(named=True)
    ]
    expected = "Units without new supply, expected"
    headings = ["Region", "Sites", "Traffic", "Units", expected, "Share"]
    return grid(headings, rows, [False, *[True] * 5], "Exposure by region", ("exposure",))


def unknown_parts(plan: Plan) -> str:
    """Return in a sentence for which parts a fact on the path of a loss is missing."""
    names = part_names(plan)
    rows = doubtful(table(plan, "losses"), "unknown")
    found = [names.get(one, one) for one in rows["part_id"].unique(maintain_order=True)]
    if not found:
        return "Every step of every loss is known."
    return (
        f"A fact on the path is missing for {counted(len(found), 'part')}: {listed(found, 12)}. "
        "Such a part is marked unknown in losses; it is never taken for safe."
    )
