"""Say for each part how long today's stock lasts, how sure that is, and what 90 more days cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report.markup import escape, grid
from keepline.report.tally import part_names, pools
from keepline.report.words import count, counted, date, money, percent

if TYPE_CHECKING:
    from typing import Any

    from keepline.model.plan import Plan

MOST_ROWS: Final = 60


def days_held(row: dict[str, Any]) -> str:
    """Write the days of an endurance row, with their bounds or interval where they are not exact.

    >>> days_held({"survive_days": 412.0, "survive_days_low": 398.0, "survive_days_high": 425.0})
    '412 (398\u2013425)'
    >>> days_held({"survive_days": 412.0, "survive_days_low": 412.0, "survive_days_high": 412.0})
    '412'
    """
    low, high = row["survive_days_low"], row["survive_days_high"]
    written = count(int(row["survive_days"]))
    if low is None or high is None or low == high:
        return written
    return f"{written} ({count(int(low))}\u2013{count(int(high))})"


def more_days(row: dict[str, Any], currency: str) -> tuple[str, str]:
    """Write the units that add 90 days to an endurance row, and what they cost."""
    units = row["units_for_90_days"]
    if units is None:
        return row["help"] or "", ""
    at_least = "at least " if row["units_law"] == "bound" else ""
    low, high = row["units_for_90_days_low"], row["units_for_90_days_high"]
    ends = "" if low == high or high is None else f" ({count(low)}\u2013{count(high)})"
    return f"{at_least}{count(units)}{ends}", money(row["cost_for_90_days"], currency)


def short_rows(plan: Plan) -> pl.DataFrame:
    """Return the endurance rows over whole operators that run short, the shortest first."""
    order = ["survive_days", "part_id", "operator_id"]
    return pools(plan).filter(~pl.col("is_beyond_end")).sort(order, nulls_last=True)


def ninety_more(plan: Plan) -> str:
    """Return in a sentence what 90 more days for everything that runs short would cost."""
    rows = short_rows(plan)
    helped = rows.filter(pl.col("units_for_90_days").is_not_null())
    late = len(rows.filter(pl.col("help") == "too late"))
    if helped.is_empty() and not late:
        return ""
    said = []
    if not helped.is_empty():
        units, cost = (
            int(helped["units_for_90_days"].sum()),
            float(helped["cost_for_90_days"].sum()),
        )
        # an operator's stock of a part is a row
        what = counted(len(helped), "stock that runs short", "stocks that run short")
        said.append(
            f"Ninety more days, or up to the plan's last day, for {what} would take "
            f"{counted(units, 'unit')} for {money(cost, plan.summary.currency)}, ordered on "
            f"{date(plan.summary.start)}."
        )
    if late:
        which = counted(late, "stock", "stocks")
        said.append(f"For {which} no number of units helps: they would come too late.")
    return " ".join(said)


def lasting_table(plan: Plan) -> str:
    """Return the parts that run short, how long they last, and what 90 more days cost."""
    rows = short_rows(plan)
    if rows.is_empty():
        return ""
    names, currency = part_names(plan), plan.summary.currency
    has_several = pools(plan)["operator_id"].n_unique() > 1
    cells = []
    for row in rows.head(MOST_ROWS).iter_rows(named=True):
        units, cost = more_days(row, currency)
        median = row["survive_days_50"]
        owner = f" ({row['operator_id']})" if has_several and row["operator_id"] else ""
        cells.append(
            [
                escape(names.get(row["part_id"], row["part_id"]) + owner),
                escape(days_held(row)),
                date(row["until_on"]),
                "" if median is None else count(int(median)),
                "" if row["holds_to_end"] is None else percent(row["holds_to_end"]),
                escape(units),
                escape(cost),
            ]
        )
    sure = percent(plan.summary.confidence)
    headings = ["Part", f"Days at {sure}", "Until", "At 50 %", "Holds to the end",
                "For 90 more days", "Cost"]  # fmt: skip
    caption = (
        f"How long each part lasts at {sure} confidence, with the bounds or the 95 % interval in "
        f"brackets where it is not exact, and what 90 more days cost if ordered on "
        f"{date(plan.summary.start)}"
    )
    if len(rows) > len(cells):
        caption += f": {len(cells)} of {count(len(rows))}; all stand in tables/endurance.csv"
    numeric = [False, True, False, *[True] * 4]
    return grid(headings, cells, numeric, caption, ("endurance",))
