"""Say in words by which steps a part is lost, and what would break the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline.report.answer import Sentence
from keepline.report.tally import table
from keepline.report.words import brief, counted, date, exact, percent

if TYPE_CHECKING:
    from keepline.model.plan import Plan

WORDS: Final = {"supply": "New supply", "repair": "Repair", "software": "Updates"}
DAYS_A_WEEK: Final = 7
#: Remedies told of one loss.
MOST_REMEDIES: Final = 5
_KEYS: Final = ("branch_id", "mode", "certainty")


def told_routes(plan: Plan, part_id: str) -> list[Sentence]:
    """Return the steps of each loss of a part with its days, and then what would break it."""
    mine = pl.col("part_id") == part_id
    steps = table(plan, "loss_steps").filter(mine)
    remedies = table(plan, "remedies").filter(mine)
    found: dict[tuple[str, str, str], float] = {}
    for path in steps.partition_by(_KEYS, maintain_order=True):
        rows = path.sort("step").to_dicts()
        helps = remedies.filter(*(pl.col(key) == rows[0][key] for key in _KEYS)).sort("rank")
        told = [_told(row) for row in helps.head(MOST_REMEDIES).iter_rows(named=True)]
        mends = "; ".join(told) or "no single remedy breaks this path"
        doubt = "" if rows[0]["certainty"] == "sure" else f", {rows[0]['certainty']}"
        key = (WORDS[rows[0]["mode"]] + doubt, _path(rows), mends)
        # what differs between branches elsewhere alone is told once
        found[key] = found.get(key, 0.0) + rows[0]["probability"]
    said = []
    for (what, way, mends), chance in found.items():
        text = f"{what} ({percent(min(chance, 1.0))}): {way}."
        said.append(Sentence("path", text, ("loss_steps",)))
        said.append(Sentence("remedy", f"{what}: {mends}.", ("remedies",)))
    return said


def remedy(row: dict[str, Any]) -> str:
    """Say what a remedy is, in a few words.

    >>> remedy({"action": "hold", "item_id": "ic", "supplier_id": "boards", "days": 60.0})
    'hold 60 more days (8.6 weeks) of ic at boards'
    """
    item, who, days = row["item_id"], row["supplier_id"], row["days"]
    if row["action"] == "second source":
        return f"find a second source of {item} that the event does not hit"
    if row["action"] == "qualify":
        return f"qualify {who} for {item}, {counted(days, 'day')} earlier"
    weeks = brief(days / DAYS_A_WEEK, 2)
    place = who or "the operator's own workshop"
    return f"hold {days:.0f} more days ({weeks} weeks) of {item} at {place}"


def _told(row: dict[str, Any]) -> str:
    late = "" if row["is_in_time"] else ", too late for that now"
    if row["begin_by"] is not None:
        when = f"approval to begin by {date(row['begin_by'])}{late}"
    else:
        when = f"in place by {date(row['needed_on'])}{late}"
    after = row["lost_on_with"]
    gains = "nothing is lost within the plan" if after is None else f"lost on {date(after)} instead"
    return f"{remedy(row)} ({when}): {gains}"


def _path(rows: list[dict[str, Any]]) -> str:
    steps = []
    for row in rows:
        added = [
            f"{exact(row[name])} days{word}"
            for name, word in (
                ("wait_days", " after the event begins"),
                ("stock_days", " of stock"),
                ("others_days", " of other sources"),
            )
            if row[name] > 0.0
        ]
        who = f" from {row['supplier_id']}" if row["supplier_id"] else ""
        item = row["item_id"] or "a bill of material that is not recorded"
        verb = f"{row['event_id']} cuts " if row["happens"] == "cut" else ""
        after = f" ({' + '.join(added)})" if added else ""
        steps.append(f"{verb}{item}{who}{after}, {date(row['falls_on'])}")
    return " \u2192 ".join(steps)
